package forge_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/forge/forgetest"
	"github.com/google/go-cmp/cmp"
)

const token = "ghp_secretsecretsecret"

// clock is a time that passes only while somebody sleeps.
type clock struct {
	now   time.Time
	slept []time.Duration
}

func (c *clock) Now() time.Time { return c.now }

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	c.slept = append(c.slept, d)
	return ctx.Err()
}

func open(t *testing.T, fake http.RoundTripper) (forge.Repository, *clock) {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	r, err := forge.Open(forge.Options{
		Kind: forge.GitHub, URL: "https://forge.example.org", Name: "example/evidence", Token: token, Now: c.Now, Sleep: c.Sleep, Transport: fake,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, c
}

func TestOpenRefuses(t *testing.T) {
	for name, o := range map[string]forge.Options{
		"an address without a host":              {Kind: forge.GitHub, URL: "github.com", Name: "a/b"},
		"a password in the address":              {Kind: forge.GitHub, URL: "https://me:pw@github.com", Name: "a/b"},
		"another scheme":                         {Kind: forge.GitHub, URL: "ftp://github.com", Name: "a/b"},
		"a repository without an owner":          {Kind: forge.GitHub, URL: "https://github.com", Name: "b"},
		"a repository below a repository":        {Kind: forge.GitHub, URL: "https://github.com", Name: "a/b/c"},
		"a repository that climbs":               {Kind: forge.Gitea, URL: "https://github.com", Name: "../b"},
		"another make of forge":                  {Kind: "gitlab", URL: "https://gitlab.com", Name: "a/b"},
		"a token in the clear across a network":  {Kind: forge.Gitea, URL: "http://forge.example.org", Name: "a/b", Token: token},
		"a token with a line break":              {Kind: forge.Gitea, URL: "https://forge.example.org", Name: "a/b", Token: token + "\n"},
		"an address with something in its query": {Kind: forge.Gitea, URL: "https://forge.example.org?x=y", Name: "a/b"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := forge.Open(o); err == nil {
				t.Error("it was opened")
			} else if strings.Contains(err.Error(), token) || strings.Contains(err.Error(), "pw") {
				t.Error("the error quotes a secret:", err)
			}
		})
	}
}

// TestEverythingOnce does everything that the interface can do, against the fake, and compares each request and answer with
// GitHub's published description where that is installed.
func TestEverythingOnce(t *testing.T) {
	fake := forgetest.New()
	fake.Assignable = []string{"siro-example", "owner-example"}
	fake.MaxPage = 2
	head := strings.Repeat("ab", 20)
	fake.Pulls = []forgetest.PullRequest{{Number: 7, Author: "author", Base: "main", Head: head, Merged: true, MergeCommit: strings.Repeat("cd", 20), Files: []string{"b.yaml", "old.yaml -> new.yaml", "a.yaml"}, Reviews: []forgetest.Review{
		{ID: 1, Login: "siro-example", State: "COMMENTED", Commit: head, At: day(1)},
		{ID: 2, Login: "siro-example", State: "APPROVED", Commit: head, At: day(2)},
		{ID: 3, Login: "dpo-example", State: "DISMISSED", Commit: head, At: day(3)},
	}}}
	description := describe(t, fake)
	r, _ := open(t, fake)
	ctx := t.Context()

	check := func(what string, got, want any, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	account, err := r.Account(ctx)
	check("account", account, "reminders[bot]", err)
	public, err := r.Public(ctx)
	check("public", public, false, err)
	assignable, err := r.Assignable(ctx)
	check("assignable", assignable, []string{"siro-example", "owner-example"}, err)
	for range 2 {
		if err := r.EnsureLabel(ctx, forge.Label{Name: "reminder", Colour: "005eb8"}); err != nil {
			t.Fatal(err)
		}
	}
	fake.Add(forgetest.Issue{Title: "a pull request", Author: "author", Open: true, PullRequest: true})
	for _, title := range []string{"one", "two", "three"} {
		made, err := r.CreateIssue(ctx, forge.Draft{Title: title, Body: "text", Labels: []string{"reminder"}, Assignees: []string{"owner-example"}})
		check("create", made.Title, title, err)
	}
	closed, text := false, "other text"
	check("edit", nil, nil, r.EditIssue(ctx, 3, forge.Change{Body: &text, Open: &closed, Duplicate: true, Assignees: []string{"siro-example"}}))
	for _, newestFirst := range []bool{false, true} {
		issues, err := r.Issues(ctx, newestFirst)
		issue := func(n int, title, body string, open bool, assignee string) forge.Issue {
			return forge.Issue{
				Number: n, Title: title, Body: body, Author: "reminders[bot]", Open: open, Labels: []string{"reminder"}, Assignees: []string{assignee},
				URL: "https://forge.example.org/example/evidence/issues/" + string(rune('0'+n)),
			}
		}
		check("issues", issues, []forge.Issue{
			issue(2, "one", "text", true, "owner-example"), issue(3, "two", "other text", false, "siro-example"), issue(4, "three", "text", true, "owner-example"),
		}, err)
	}
	check("comment", nil, nil, r.Comment(ctx, 2, "a remark"))
	comments, err := r.Comments(ctx, 2)
	check("comments", comments, []forge.Comment{{ID: 1, Author: "reminders[bot]", Body: "a remark"}}, err)
	check("edit a comment", nil, nil, r.EditComment(ctx, 1, "another remark"))
	comments, err = r.Comments(ctx, 2)
	check("comments", comments, []forge.Comment{{ID: 1, Author: "reminders[bot]", Body: "another remark"}}, err)

	pull, captured, not, err := forge.Capture(ctx, r, 7)
	check("pull request", pull, forge.PullRequest{Number: 7, Author: "author", Merged: true, Base: "main", Head: head, MergeCommit: strings.Repeat("cd", 20)}, err)
	check("captured", captured, []forge.Captured{{Forge: "forge.example.org", PullRequest: "example/evidence#7", Login: "siro-example", Commit: head, At: day(2)}}, nil)
	check("not captured", not, []forge.NotCaptured{{Login: "dpo-example", Why: "The review was dismissed."}}, nil)

	files, err := r.Files(ctx, 7)
	check("files", files, []string{"a.yaml", "b.yaml", "new.yaml", "old.yaml"}, err)
	for commit, want := range map[string]int{strings.Repeat("cd", 20): 7, head: 0, strings.Repeat("ef", 20): 0} {
		number, err := r.PullRequestOf(ctx, commit)
		check("the pull request of "+commit, number, want, err)
	}

	none, err := r.Protection(ctx, "main")
	check("no protection", none, (*forge.Protection)(nil), err)
	for _, want := range []forge.Protection{
		{Approvals: 2, DismissStale: true, CodeOwners: true, Checks: []string{"brief", "verify"}, Administrator: true}, {Approvals: 1},
	} {
		check("protect", nil, nil, r.Protect(ctx, "main", want))
		got, err := r.Protection(ctx, "main")
		check("protection", got, &want, err)
	}
	description()
}

// describe compares every exchange with GitHub's description, where it is installed.
func describe(t *testing.T, fake *forgetest.Fake) (done func()) {
	t.Helper()
	d, err := forgetest.ReadDescription("../../test/forge/out/github-23.0.2.json")
	if errors.Is(err, forgetest.ErrNoDescription) {
		t.Log("SKIPPED the comparison with GitHub's published description:", err)
		return func() {}
	}
	if err != nil {
		t.Fatal(err)
	}
	fake.Saw = d.Saw
	return func() {
		checked, wrong := d.Result()
		for _, w := range wrong {
			t.Error(w)
		}
		t.Logf("%d exchanges agree with GitHub's published description", checked-len(wrong))
	}
}

func day(n int) time.Time { return time.Date(2026, 11, n, 10, 0, 0, 0, time.UTC) }

// always fails every request in one way, or only the first few of them.
func always(f forgetest.Fault) func(*http.Request) forgetest.Fault {
	return func(*http.Request) forgetest.Fault { return f }
}

func first(n int, f forgetest.Fault) func(*http.Request) forgetest.Fault {
	return func(*http.Request) forgetest.Fault {
		if n--; n >= 0 {
			return f
		}
		return forgetest.Fault{}
	}
}

func TestWhatGoesWrongIsSaidInPlainWords(t *testing.T) {
	for name, c := range map[string]struct {
		fault  forgetest.Fault
		create bool
		reason forge.Reason
		words  string
	}{
		"no answer to a question":         {forgetest.Fault{Silent: true}, false, forge.Unreachable, "the forge could not list the issues: there was no answer; see that the network and the forge are up (no answer within 30s)"},
		"no answer to a create":           {forgetest.Fault{Done: true}, true, forge.Unclear, "the forge could not open an issue: no usable answer came, so it may or may not have happened; the next run finds out (no answer within 30s)"},
		"trouble of the forge":            {forgetest.Fault{Status: 502}, false, forge.Unreachable, "the forge could not list the issues: it answered 502, which is trouble of its own; try again later"},
		"trouble of the forge on create":  {forgetest.Fault{Status: 502}, true, forge.Unclear, "the forge could not open an issue: no usable answer came, so it may or may not have happened; the next run finds out"},
		"a web page":                      {forgetest.Fault{HTML: true}, false, forge.Odd, "the forge could not list the issues: the answer is not what this forge's API gives; a proxy or a login page may be in between (it is not JSON)"},
		"a web page on create":            {forgetest.Fault{HTML: true}, true, forge.Unclear, "the forge could not open an issue: no usable answer came, so it may or may not have happened; the next run finds out (it is not JSON)"},
		"a wrong token":                   {forgetest.Fault{Status: 401}, false, forge.Unauthorised, "the forge could not list the issues: the token is missing, wrong or expired"},
		"a missing permission":            {forgetest.Fault{Status: 403, Header: http.Header{"X-Ratelimit-Remaining": {"12"}}}, true, forge.Forbidden, "the forge could not open an issue: the token lacks the permission; it must read and write issues, and read pull requests"},
		"a repository that is not there":  {forgetest.Fault{Status: 404}, false, forge.NotFound, "the forge could not list the issues: it is not there, or this token may not see it"},
		"a repository that moved":         {forgetest.Fault{Status: 301, Header: http.Header{"Location": {"https://elsewhere.example.org/"}}}, false, forge.Odd, "the forge could not list the issues: the answer is not what this forge's API gives; a proxy or a login page may be in between (it points to another address; was the repository renamed?)"},
		"a request that it does not like": {forgetest.Fault{Status: 422}, true, forge.Invalid, "the forge could not open an issue: it refused what was asked (422)"},
		"a limit without an end":          {forgetest.Fault{Status: 429}, true, forge.Limited, "the forge could not open an issue: too many requests; try again in an hour"},
		"a limit with a late end":         {forgetest.Fault{Status: 403, Header: http.Header{"Retry-After": {"7200"}}}, true, forge.Limited, "the forge could not open an issue: too many requests; it takes more from 11:00 UTC on 20 November 2026"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := forgetest.New()
			fake.Fault = always(c.fault)
			r, _ := open(t, fake)
			var err error
			if c.create {
				_, err = r.CreateIssue(t.Context(), forge.Draft{Title: "x"})
			} else {
				_, err = r.Issues(t.Context(), false)
			}
			if err == nil || err.Error() != c.words || !forge.Is(err, c.reason) {
				t.Errorf("got  %v\nwant %s", err, c.words)
			}
		})
	}
}

func TestWhatIsSentAgain(t *testing.T) {
	retryAfter := http.Header{"Retry-After": {"90"}}
	reset := http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {"1795165260"}} // 09:01:00
	list := func(r forge.Repository) error { _, err := r.Issues(context.Background(), false); return err }
	create := func(r forge.Repository) error {
		_, err := r.CreateIssue(context.Background(), forge.Draft{Title: "x"})
		return err
	}
	title := "y"
	edit := func(r forge.Repository) error {
		return r.EditIssue(context.Background(), 1, forge.Change{Title: &title})
	}
	for name, c := range map[string]struct {
		do    func(forge.Repository) error
		fault func(*http.Request) forgetest.Fault
		slept []time.Duration
		done  bool
	}{
		"a question after two time-outs":                 {list, first(2, forgetest.Fault{Silent: true}), []time.Duration{time.Second, 2 * time.Second}, true},
		"a question after a web page":                    {list, first(1, forgetest.Fault{HTML: true}), []time.Duration{time.Second}, true},
		"a question at most five times":                  {list, always(forgetest.Fault{Status: 503}), []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}, false},
		"an edit after a time-out, since it is the same": {edit, first(1, forgetest.Fault{Done: true}), []time.Duration{time.Second}, true},
		"a create never after a time-out":                {create, first(1, forgetest.Fault{Done: true}), nil, false},
		"a create never after trouble":                   {create, first(1, forgetest.Fault{Status: 500}), nil, false},
		"a create after the wait that was asked for":     {create, first(1, forgetest.Fault{Status: 429, Header: retryAfter}), []time.Duration{91 * time.Second}, true},
		"a create once the limit is reset":               {create, first(1, forgetest.Fault{Status: 403, Header: reset}), []time.Duration{61 * time.Second}, true},
		"a create after longer and longer waits":         {create, first(2, forgetest.Fault{Status: 403}), []time.Duration{time.Minute, 2 * time.Minute}, true},
		"nothing beyond patience":                        {create, always(forgetest.Fault{Status: 429, Header: http.Header{"Retry-After": {"700"}}}), []time.Duration{701 * time.Second}, false},
	} {
		t.Run(name, func(t *testing.T) {
			fake := forgetest.New()
			fake.Add(forgetest.Issue{Title: "there", Author: "x", Open: true})
			fake.Fault = c.fault
			r, clock := open(t, fake)
			err := c.do(r)
			if (err == nil) != c.done {
				t.Errorf("error: %v", err)
			}
			if diff := cmp.Diff(c.slept, clock.slept); diff != "" {
				t.Errorf("waits (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWritesAreKeptApart(t *testing.T) {
	r, clock := open(t, forgetest.New())
	for range 3 {
		if _, err := r.CreateIssue(t.Context(), forge.Draft{Title: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]time.Duration{time.Second, time.Second}, clock.slept); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
}

func TestLostPages(t *testing.T) {
	fake := forgetest.New()
	fake.MaxPage = 10
	for range 35 {
		fake.Add(forgetest.Issue{Title: "x", Author: "x", Open: true})
	}
	second := func(r *http.Request) bool { return r.URL.Query().Get("page") == "2" }
	lost := 0
	fake.Fault = func(r *http.Request) forgetest.Fault {
		if second(r) && lost < 2 {
			lost++
			return forgetest.Fault{Lose: true}
		}
		return forgetest.Fault{}
	}
	r, _ := open(t, fake)
	issues, err := r.Issues(t.Context(), false)
	if err != nil || len(issues) != 35 || lost != 2 {
		t.Errorf("a page that was lost twice: %d issues, %v", len(issues), err)
	}
	fake.Fault = func(r *http.Request) forgetest.Fault { return forgetest.Fault{Lose: second(r)} }
	if issues, err := r.Issues(t.Context(), false); !forge.Is(err, forge.Odd) {
		t.Errorf("a page that stays lost: %d issues, %v", len(issues), err)
	}
}

func TestAListHasAnEnd(t *testing.T) {
	fake := forgetest.New()
	fake.MaxPage = 1
	for range 5 {
		fake.Add(forgetest.Issue{Title: "x", Author: "x", Open: true})
	}
	c := &clock{}
	r, err := forge.Open(forge.Options{
		Kind: forge.GitHub, URL: "https://forge.example.org", Name: "example/evidence", Now: c.Now, Sleep: c.Sleep, Transport: fake, Limits: forge.Limits{Pages: 4},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Issues(t.Context(), false); !forge.Is(err, forge.Odd) {
		t.Error("a list without an end was read:", err)
	}
}

func TestTheTokenGoesNowhereElse(t *testing.T) {
	var sent []string
	spy := roundTripper(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.URL.Host+" "+r.Header.Get("Authorization"))
		return nil, errors.New("refused, quoting " + r.Header.Get("Authorization"))
	})
	r, _ := open(t, spy)
	_, err := r.CreateIssue(t.Context(), forge.Draft{Title: "secret title", Body: "secret body"})
	if want := []string{"forge.example.org Bearer " + token}; !slices.Equal(sent, want) {
		t.Errorf("sent %v", sent)
	}
	for _, secret := range []string{token, "Bearer", "secret"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error quotes %q: %v", secret, err)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestStanding(t *testing.T) {
	commit := strings.Repeat("0a", 20)
	review := func(n int, login string, state forge.ReviewState) forge.Review {
		return forge.Review{ID: int64(n), Login: login, State: state, Commit: commit, At: day(n)}
	}
	for name, c := range map[string]struct {
		reviews []forge.Review
		stands  []int64
		why     string
	}{
		"an approval stands":                             {[]forge.Review{review(1, "siro", forge.Approved)}, []int64{1}, ""},
		"a remark after it changes nothing":              {[]forge.Review{review(1, "siro", forge.Approved), review(2, "siro", forge.Commented)}, []int64{1}, ""},
		"a draft after it changes nothing":               {[]forge.Review{review(1, "siro", forge.Approved), review(2, "siro", forge.Pending)}, []int64{1}, ""},
		"a remark alone is none":                         {[]forge.Review{review(1, "siro", forge.Commented)}, nil, ""},
		"a later approval takes its place":               {[]forge.Review{review(1, "siro", forge.Approved), review(2, "siro", forge.Approved)}, []int64{2}, ""},
		"a later request for changes supersedes it":      {[]forge.Review{review(1, "siro", forge.Approved), review(2, "siro", forge.ChangesRequested)}, nil, "The latest review asks for changes."},
		"in whatever order they are listed":              {[]forge.Review{review(2, "siro", forge.ChangesRequested), review(1, "siro", forge.Approved)}, nil, "The latest review asks for changes."},
		"whatever the case of the login":                 {[]forge.Review{review(1, "siro", forge.Approved), review(2, "SIRO", forge.ChangesRequested)}, nil, "The latest review asks for changes."},
		"a dismissed one does not count":                 {[]forge.Review{review(1, "siro", forge.Dismissed)}, nil, "The review was dismissed."},
		"nor one that an earlier approval stands behind": {[]forge.Review{review(1, "siro", forge.Approved), review(2, "siro", forge.Dismissed)}, nil, "The review was dismissed."},
		"an approval after a dismissal stands":           {[]forge.Review{review(1, "siro", forge.Dismissed), review(2, "siro", forge.Approved)}, []int64{2}, ""},
		"the author approves nothing":                    {[]forge.Review{review(1, "Author", forge.Approved)}, nil, "The author of a pull request cannot approve it."},
		"an account that is gone approves nothing":       {[]forge.Review{review(1, "", forge.Approved)}, nil, "The account that reviewed is gone, so nobody can tell whose review it was."},
		"nor does a review of nobody knows which commit": {[]forge.Review{{ID: 1, Login: "siro", State: forge.Approved, Commit: "abc", At: day(1)}}, nil, "The forge does not say which commit was reviewed."},
		"nor one of nobody knows when":                   {[]forge.Review{{ID: 1, Login: "siro", State: forge.Approved, Commit: commit}}, nil, "The forge does not say when the review was made."},
		"a state that nobody has heard of is not a yes":  {[]forge.Review{review(1, "siro", "LGTM")}, nil, "The review does not say yes."},
		"and supersedes the yes before it":               {[]forge.Review{review(1, "siro", forge.Approved), review(2, "siro", "LGTM")}, nil, "The review does not say yes."},
	} {
		t.Run(name, func(t *testing.T) {
			standing, not := forge.Standing("author", c.reviews)
			var stands []int64
			for _, r := range standing {
				stands = append(stands, r.ID)
			}
			why := ""
			for _, n := range not {
				why += n.Why
			}
			if !slices.Equal(stands, c.stands) || why != c.why {
				t.Errorf("stands %v, %q; want %v, %q", stands, why, c.stands, c.why)
			}
		})
	}
}
