// Package forgetest is a GitHub in memory for tests: it keeps issues, labels, comments, reviews and protection, answers with
// everything that GitHub's published description asks for, and fails on demand in the ways that forges fail.
//
// It serves as an http.Handler on loopback, and as an http.RoundTripper within a process, where a thousand runs take seconds.
package forgetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Issue is an issue or, with PullRequest set, the issue side of a pull request.
type Issue struct {
	Number      int
	Title, Body string
	Author      string
	Open        bool
	Reason      string // of its state
	Labels      []string
	Assignees   []string
	PullRequest bool
	Comments    []Comment
}

// Comment is a remark on an issue.
type Comment struct {
	ID           int64
	Author, Body string
}

// Review is a review of the one pull request that can be set.
type Review struct {
	ID            int64
	Login, State  string // as GitHub writes states
	Commit, Notes string
	At            time.Time
}

// PullRequest is a pull request.
type PullRequest struct {
	Number      int
	Author      string
	Base, Head  string
	Merged      bool
	MergeCommit string
	Files       []string
	Reviews     []Review
}

// Fake is the forge. Its fields are set before it serves; while it does, use Look.
type Fake struct {
	Owner, Repo string
	Account     string // whose token every request has
	Private     bool
	Assignable  []string
	Pulls       []PullRequest
	MaxPage     int // entries of one page, at most; 0 means 100

	// Fault is asked before every request and may let it fail; nil for a forge without faults.
	Fault func(r *http.Request) Fault
	// Saw is told every request and its answer; nil when nobody looks.
	Saw func(req *http.Request, body []byte, status int, header http.Header, answer []byte)

	mu         sync.Mutex
	issues     []*Issue
	labels     map[string]string
	protection map[string]json.RawMessage
	comment    int64
	reads      int
	writes     int
}

// New gives an empty private repository example/evidence, whose every request comes from the account "reminders[bot]".
func New() *Fake {
	return &Fake{Owner: "example", Repo: "evidence", Account: "reminders[bot]", Private: true, labels: map[string]string{}, protection: map[string]json.RawMessage{}}
}

// Look gives copies of the issues, in order.
func (f *Fake) Look() []Issue {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Issue, len(f.issues))
	for i, one := range f.issues {
		out[i] = *one
		out[i].Comments, out[i].Assignees, out[i].Labels = slices.Clone(one.Comments), slices.Clone(one.Assignees), slices.Clone(one.Labels)
	}
	return out
}

// Change lets a person change an issue behind everybody's back.
func (f *Fake) Change(number int, change func(*Issue)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range f.issues {
		if i.Number == number {
			change(i)
		}
	}
}

// Delete lets an administrator delete an issue.
func (f *Fake) Delete(number int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.issues = slices.DeleteFunc(f.issues, func(i *Issue) bool { return i.Number == number })
}

// Add lets somebody open an issue.
func (f *Fake) Add(i Issue) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.add(i).Number
}

func (f *Fake) add(i Issue) *Issue {
	i.Number = 1
	if n := len(f.issues); n > 0 {
		i.Number = f.issues[n-1].Number + 1
	}
	f.issues = append(f.issues, &i)
	return &i
}

// Requests counts the requests that were carried out so far: those that only read, and those that wrote or tried to.
func (f *Fake) Requests() (reads, writes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.reads, f.writes
}

// answer is what the forge says.
type answer struct {
	status int
	header http.Header
	body   any // made JSON; nil for none
}

// ServeHTTP answers on a network.
func (f *Fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	resp, err := f.RoundTrip(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the connection breaks, as it does when nothing answers
	}
	for k, v := range resp.Header {
		w.Header()[k] = v
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// RoundTrip answers within the process.
func (f *Fake) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	fault := Fault{}
	if f.Fault != nil {
		fault = f.Fault(r)
	}
	if resp, err, done := fault.before(); done {
		return resp, err
	}
	a := f.carryOut(r, body)
	if fault.Lose {
		a.lose()
	}
	resp := a.response()
	if f.Saw != nil && !fault.Lose {
		text, _ := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(bytes.NewReader(text))
		f.Saw(r, body, resp.StatusCode, resp.Header, text)
	}
	return fault.after(resp)
}

func (a answer) response() *http.Response {
	w := httptest.NewRecorder()
	for k, v := range a.header {
		w.Header()[k] = v
	}
	if a.body != nil {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(a.status)
		_ = json.NewEncoder(w).Encode(a.body)
	} else {
		w.WriteHeader(a.status)
	}
	return w.Result()
}

func refuse(status int, message string) answer {
	return answer{status: status, body: map[string]any{"message": message, "documentation_url": "https://example.org/", "status": strconv.Itoa(status)}}
}

// carryOut does what a request asks.
func (f *Fake) carryOut(r *http.Request, body []byte) answer {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Method == http.MethodGet {
		f.reads++
	} else {
		f.writes++
	}
	if r.URL.Path == "/api/v3/user" {
		return answer{status: 200, body: f.self()}
	}
	rest, ok := strings.CutPrefix(r.URL.Path, "/api/v3/repos/"+f.Owner+"/"+f.Repo)
	if !ok {
		return refuse(404, "Not Found")
	}
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	number := 0
	if len(parts) > 1 {
		number, _ = strconv.Atoi(parts[1])
	}
	switch route := r.Method + " " + pattern(parts); route {
	case "GET ":
		return answer{status: 200, body: f.repository()}
	case "GET issues":
		return f.listIssues(r)
	case "POST issues":
		return f.createIssue(body)
	case "PATCH issues/N":
		return f.editIssue(number, body)
	case "GET issues/N/comments":
		return f.listComments(r, number)
	case "POST issues/N/comments":
		return f.createComment(number, body)
	case "PATCH issues/…/N":
		return f.editComment(parts[2], body)
	case "GET assignees":
		return listPage(f, r, f.Assignable, func(login string) any { return f.user(login) })
	case "GET labels/…":
		return f.getLabel(parts[1])
	case "POST labels":
		return f.createLabel(body)
	case "GET pulls/N":
		return f.getPull(number)
	case "GET pulls/N/reviews":
		return f.listReviews(r, number)
	case "GET pulls/N/files":
		return f.listFiles(r, number)
	case "GET commits/…/pulls":
		return f.listPullsOf(r, parts[1])
	case "GET branches/…/protection":
		return f.getProtection(parts[1])
	case "PUT branches/…/protection":
		return f.putProtection(parts[1], body)
	default:
		return refuse(404, "Not Found: "+route)
	}
}

// pattern names a route: numbers become N, names become an ellipsis.
func pattern(parts []string) string {
	out := slices.Clone(parts)
	if len(out) > 1 {
		out[1] = "…"
		if _, err := strconv.Atoi(parts[1]); err == nil {
			out[1] = "N"
		}
	}
	if len(out) == 3 && parts[1] == "comments" {
		out[2] = "N"
	}
	return strings.Join(out, "/")
}

func (f *Fake) find(number int) *Issue {
	for _, i := range f.issues {
		if i.Number == number {
			return i
		}
	}
	return nil
}

func (f *Fake) listIssues(r *http.Request) answer {
	q := r.URL.Query()
	var list []*Issue
	for _, i := range f.issues {
		if state := q.Get("state"); state == "all" || (state == "closed") != i.Open {
			list = append(list, i)
		}
	}
	if q.Get("direction") != "asc" {
		slices.Reverse(list)
	}
	return listPage(f, r, list, func(i *Issue) any { return f.issue(i) })
}

func (f *Fake) createIssue(body []byte) answer {
	var in struct {
		Title, Body       string
		Labels, Assignees []string
	}
	if json.Unmarshal(body, &in) != nil || in.Title == "" || len(in.Body) > 65536 {
		return refuse(422, "Validation Failed")
	}
	if !f.assignable(in.Assignees) {
		return refuse(422, "Validation Failed")
	}
	for _, l := range in.Labels {
		if _, ok := f.labels[l]; !ok {
			f.labels[l] = "ededed"
		}
	}
	made := f.add(Issue{Title: in.Title, Body: in.Body, Author: f.Account, Open: true, Labels: in.Labels, Assignees: in.Assignees})
	return answer{status: 201, header: http.Header{"Location": {f.url("issues/%d", made.Number)}}, body: f.issue(made)}
}

func (f *Fake) assignable(logins []string) bool {
	return len(logins) <= 10 && !slices.ContainsFunc(logins, func(l string) bool { return !slices.Contains(f.Assignable, l) })
}

func (f *Fake) editIssue(number int, body []byte) answer {
	i := f.find(number)
	if i == nil {
		return refuse(404, "Not Found")
	}
	var in struct {
		Title, Body, State *string
		StateReason        *string   `json:"state_reason"`
		Assignees          *[]string `json:"assignees"`
	}
	if json.Unmarshal(body, &in) != nil || in.Body != nil && len(*in.Body) > 65536 || in.Assignees != nil && !f.assignable(*in.Assignees) {
		return refuse(422, "Validation Failed")
	}
	if in.Title != nil {
		i.Title = *in.Title
	}
	if in.Body != nil {
		i.Body = *in.Body
	}
	if in.Assignees != nil {
		i.Assignees = *in.Assignees
	}
	if in.State != nil {
		i.Open = *in.State == "open"
		if in.StateReason != nil {
			i.Reason = *in.StateReason
		}
	}
	return answer{status: 200, body: f.issue(i)}
}

func (f *Fake) listComments(r *http.Request, number int) answer {
	i := f.find(number)
	if i == nil {
		return refuse(404, "Not Found")
	}
	return listPage(f, r, i.Comments, func(c Comment) any { return f.commentOn(i, c) })
}

func (f *Fake) createComment(number int, body []byte) answer {
	var in struct{ Body string }
	i := f.find(number)
	if i == nil {
		return refuse(404, "Not Found")
	}
	if json.Unmarshal(body, &in) != nil || in.Body == "" {
		return refuse(422, "Validation Failed")
	}
	f.comment++
	c := Comment{ID: f.comment, Author: f.Account, Body: in.Body}
	i.Comments = append(i.Comments, c)
	return answer{status: 201, header: http.Header{"Location": {f.url("issues/comments/%d", c.ID)}}, body: f.commentOn(i, c)}
}

func (f *Fake) editComment(id string, body []byte) answer {
	var in struct{ Body string }
	if json.Unmarshal(body, &in) != nil || in.Body == "" {
		return refuse(422, "Validation Failed")
	}
	for _, i := range f.issues {
		for n := range i.Comments {
			if strconv.FormatInt(i.Comments[n].ID, 10) == id {
				i.Comments[n].Body = in.Body
				return answer{status: 200, body: f.commentOn(i, i.Comments[n])}
			}
		}
	}
	return refuse(404, "Not Found")
}

func (f *Fake) getLabel(name string) answer {
	colour, ok := f.labels[name]
	if !ok {
		return refuse(404, "Not Found")
	}
	return answer{status: 200, body: f.label(name, colour)}
}

func (f *Fake) createLabel(body []byte) answer {
	var in struct{ Name, Color string }
	if json.Unmarshal(body, &in) != nil || in.Name == "" {
		return refuse(422, "Validation Failed")
	}
	if _, there := f.labels[in.Name]; there {
		return refuse(422, "Validation Failed")
	}
	f.labels[in.Name] = in.Color
	return answer{status: 201, header: http.Header{"Location": {f.url("labels/%s", in.Name)}}, body: f.label(in.Name, in.Color)}
}

func (f *Fake) pull(number int) *PullRequest {
	for i := range f.Pulls {
		if f.Pulls[i].Number == number {
			return &f.Pulls[i]
		}
	}
	return nil
}

func (f *Fake) getPull(number int) answer {
	p := f.pull(number)
	if p == nil {
		return refuse(404, "Not Found")
	}
	return answer{status: 200, body: f.pullRequest(p)}
}

func (f *Fake) listReviews(r *http.Request, number int) answer {
	p := f.pull(number)
	if p == nil {
		return refuse(404, "Not Found")
	}
	return listPage(f, r, p.Reviews, func(one Review) any { return f.review(p, one) })
}

func (f *Fake) listFiles(r *http.Request, number int) answer {
	p := f.pull(number)
	if p == nil {
		return refuse(404, "Not Found")
	}
	return listPage(f, r, p.Files, func(name string) any { return f.changed(name) })
}

func (f *Fake) listPullsOf(r *http.Request, commit string) answer {
	var list []*PullRequest
	for i := range f.Pulls {
		if p := &f.Pulls[i]; p.Head == commit || p.MergeCommit == commit {
			list = append(list, p)
		}
	}
	return listPage(f, r, list, func(p *PullRequest) any { return f.pullRequest(p) })
}

func (f *Fake) getProtection(branch string) answer {
	p, ok := f.protection[branch]
	if !ok {
		return refuse(404, "Branch not protected")
	}
	return answer{status: 200, body: f.protectionOf(branch, p)}
}

func (f *Fake) putProtection(branch string, body []byte) answer {
	f.protection[branch] = slices.Clone(body)
	return answer{status: 200, body: f.protectionOf(branch, body)}
}

// listPage gives one page of a list, with the links that lead on.
func listPage[T any](f *Fake, r *http.Request, list []T, show func(T) any) answer {
	q := r.URL.Query()
	number, size := 1, 30
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 0 {
		number = n
	}
	if n, err := strconv.Atoi(q.Get("per_page")); err == nil && n > 0 {
		size = min(n, 100)
	}
	if f.MaxPage > 0 {
		size = min(size, f.MaxPage)
	}
	from, to := min((number-1)*size, len(list)), min(number*size, len(list))
	out := make([]any, 0, to-from)
	for _, one := range list[from:to] {
		out = append(out, show(one))
	}
	header := http.Header{}
	if to < len(list) {
		next := *r.URL
		q.Set("page", strconv.Itoa(number+1))
		next.RawQuery, next.Scheme, next.Host = q.Encode(), "http", "forge.example.org"
		header.Set("Link", fmt.Sprintf("<%s>; rel=\"next\"", next.String()))
	}
	return answer{status: 200, header: header, body: out}
}
