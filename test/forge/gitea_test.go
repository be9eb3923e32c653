// Package forge_test runs the forge's side of muniment against a real Gitea on loopback: make test-forge builds it once.
package forge_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"code.gitea.io/sdk/gitea"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/cli"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/remind"
	"example.org/muniment/internal/report"
	"github.com/google/go-cmp/cmp"
)

const password = "for-this-test-only-1"

// server is a Gitea that runs for one test.
type server struct {
	t             *testing.T
	program, conf string
	url, host     string
}

// start runs the Gitea that MUNIMENT_GITEA names, with a database of its own.
func start(t *testing.T) *server {
	built := os.Getenv("MUNIMENT_GITEA")
	if built == "" {
		t.Skip("SKIPPED: no real forge. make test-forge builds a Gitea and runs this against it")
	}
	dir := t.TempDir()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listener.Addr().String()
	listener.Close()
	_, port, _ := net.SplitHostPort(host)
	s := &server{t: t, program: filepath.Join(built, "gitea"), conf: filepath.Join(dir, "app.ini"), url: "http://" + host, host: host}
	write(t, s.conf, fmt.Sprintf(`
RUN_MODE = prod
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
RUN_USER = %s
WORK_PATH = %s
[server]
STATIC_ROOT_PATH = %s
HTTP_ADDR = 127.0.0.1
HTTP_PORT = %s
ROOT_URL = http://%s/
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = %s
[repository]
ROOT = %s
DEFAULT_BRANCH = main
[security]
INSTALL_LOCK = true
SECRET_KEY = not-a-secret
INTERNAL_TOKEN = eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuYmYiOjE3MDAwMDAwMDB9.not-a-secret
PASSWORD_HASH_ALGO = pbkdf2_v1
[service]
DISABLE_REGISTRATION = true
[mailer]
ENABLED = false
[log]
LEVEL = Error
MODE = file
ROOT_PATH = %s
`, user(t), dir, filepath.Join(built, "static"), port, host, filepath.Join(dir, "gitea.db"), filepath.Join(dir, "repositories"), dir))
	s.gitea("migrate")
	s.gitea("admin", "user", "create", "--admin", "--username", "administrator", "--password", password, "--email", "administrator@example.org", "--must-change-password=false")
	web := exec.Command(s.program, "web", "--config", s.conf)
	web.Env = append(os.Environ(), "GITEA_WORK_DIR="+dir, "GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT=true")
	var said bytes.Buffer
	web.Stdout, web.Stderr = &said, &said
	if err := web.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = web.Process.Kill()
		_ = web.Wait()
		if t.Failed() {
			logged, _ := os.ReadFile(filepath.Join(dir, "gitea.log"))
			t.Logf("Gitea said:\n%s%s", said.String(), logged)
		}
	})
	for range 200 {
		if resp, err := http.Get(s.url + "/api/healthz"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return s
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	_ = web.Process.Kill()
	_ = web.Wait()
	t.Fatalf("Gitea did not come up within 20 seconds:\n%s", said.String())
	return nil
}

func user(t *testing.T) string {
	out, err := exec.Command("id", "-un").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func (s *server) gitea(args ...string) string {
	s.t.Helper()
	c := exec.Command(s.program, append(args, "--config", s.conf)...)
	c.Env = append(os.Environ(), "GITEA_I_AM_BEING_UNSAFE_RUNNING_AS_ROOT=true")
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		s.t.Fatalf("gitea %s: %v\n%s%s", args[0], err, out, said.String())
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1] // a warning about being root comes first
}

// as gives a client of a person.
func (s *server) as(login string) *gitea.Client {
	c, err := gitea.NewClient(s.url, gitea.SetBasicAuth(login, password))
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

// token makes a token for a person.
func (s *server) token(login string) string {
	return s.gitea("admin", "user", "generate-access-token", "--username", login, "--token-name", "test", "--scopes", "all", "--raw")
}

// repository opens the repository as muniment does.
func (s *server) repository(token string) forge.Repository {
	s.t.Helper()
	r, err := forge.Open(forge.Options{
		Kind: forge.Gitea, URL: s.url, Name: "trust/evidence", Token: token, Now: time.Now, Limits: forge.Limits{Pace: time.Millisecond},
		Sleep: func(ctx context.Context, d time.Duration) error { time.Sleep(d); return ctx.Err() },
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

// must stops the test on trouble.
func must[T any](t *testing.T) func(T, *gitea.Response, error) T {
	return func(v T, _ *gitea.Response, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// furnish makes an organisation with a private repository that some people write to.
func (s *server) furnish(people ...string) {
	s.t.Helper()
	admin, no, writes := s.as("administrator"), false, gitea.AccessModeWrite
	for _, login := range people {
		must[*gitea.User](s.t)(admin.AdminCreateUser(gitea.CreateUserOption{Username: login, Email: login + "@example.org", Password: password, MustChangePassword: &no}))
	}
	must[*gitea.Organization](s.t)(admin.CreateOrg(gitea.CreateOrgOption{Name: "trust"}))
	must[*gitea.Repository](s.t)(admin.CreateOrgRepo("trust", gitea.CreateRepoOption{Name: "evidence", Private: true, AutoInit: true, DefaultBranch: "main"}))
	for _, login := range people {
		if _, err := admin.AddCollaborator("trust", "evidence", login, gitea.AddCollaboratorOption{Permission: &writes}); err != nil {
			s.t.Fatal(err)
		}
	}
}

// git runs git in a folder, away from the settings of whoever runs the test.
func git(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	c := exec.Command("git", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=Records Officer", "GIT_AUTHOR_EMAIL=records@example.org", "GIT_COMMITTER_NAME=Records Officer", "GIT_COMMITTER_EMAIL=records@example.org")
	out, err := c.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

func mustGit(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := git(t, dir, args...)
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return out
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// TestAReviewIsCaptured goes from a proposal through review, dismissal and merge.
func TestAReviewIsCaptured(t *testing.T) {
	s := start(t)
	s.furnish("author", "siro", "dpo")
	repo, ctx := s.repository(s.token("administrator")), t.Context()

	if public, err := repo.Public(ctx); err != nil || public {
		t.Errorf("a private repository: public %v, %v", public, err)
	}
	if none, err := repo.Protection(ctx, "main"); err != nil || none != nil {
		t.Errorf("no protection yet: %+v, %v", none, err)
	}
	rule := forge.Protection{Approvals: 1, DismissStale: true, CodeOwners: true, Checks: []string{"verify"}}
	for range 2 { // made, and made again
		if err := repo.Protect(ctx, "main", rule); err != nil {
			t.Fatal(err)
		}
		got, err := repo.Protection(ctx, "main")
		if diff := cmp.Diff(&rule, got); err != nil || diff != "" {
			t.Fatalf("protection: %v (-want +got):\n%s", err, diff)
		}
	}

	dir := t.TempDir()
	mustGit(t, dir, "clone", "-q", "http://author:"+password+"@"+s.host+"/trust/evidence.git", "work")
	work := filepath.Join(dir, "work")
	mustGit(t, work, "checkout", "-q", "-b", "proposal")
	propose := func(text string) string {
		write(t, filepath.Join(work, "evidence/assessment.yaml"), text)
		mustGit(t, work, "add", ".")
		mustGit(t, work, "commit", "-q", "-m", "evidence: assess")
		mustGit(t, work, "push", "-q", "origin", "proposal")
		return mustGit(t, work, "rev-parse", "HEAD")
	}
	first := propose("class: III\n")
	if out, err := git(t, work, "push", "-q", "origin", "HEAD:main"); err == nil {
		t.Errorf("a direct push to a protected branch went through:\n%s", out)
	}
	pull := must[*gitea.PullRequest](t)(s.as("author").CreatePullRequest("trust", "evidence", gitea.CreatePullRequestOption{Head: "proposal", Base: "main", Title: "An assessment"}))
	number := int(pull.Index)
	review := func(login string, state gitea.ReviewStateType, commit string) {
		t.Helper()
		must[*gitea.PullReview](t)(s.as(login).CreatePullReview("trust", "evidence", pull.Index, gitea.CreatePullReviewOptions{State: state, Body: "a note", CommitID: commit}))
	}
	if _, _, err := s.as("author").CreatePullReview("trust", "evidence", pull.Index, gitea.CreatePullReviewOptions{State: gitea.ReviewStateApproved, CommitID: first}); err == nil {
		t.Error("the author approved their own pull request")
	}
	capture := func(want []string, not []forge.NotCaptured) forge.PullRequest {
		t.Helper()
		pr, captured, others, err := forge.Capture(ctx, repo, number)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range captured {
			if c.Forge != s.host || c.PullRequest != fmt.Sprintf("trust/evidence#%d", number) || time.Since(c.At) > time.Hour || c.At.Location() != time.UTC {
				t.Errorf("captured %+v", c)
			}
			got = append(got, c.Login+" "+c.Commit)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("captured (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(not, others); diff != "" {
			t.Errorf("not captured (-want +got):\n%s", diff)
		}
		return pr
	}
	capture(nil, nil)
	review("siro", gitea.ReviewStateApproved, first)
	review("dpo", gitea.ReviewStateComment, first)
	capture([]string{"siro " + first}, nil)
	review("dpo", gitea.ReviewStateApproved, first)
	review("dpo", gitea.ReviewStateRequestChanges, first)
	capture([]string{"siro " + first}, []forge.NotCaptured{{Login: "dpo", Why: "The latest review asks for changes."}})

	second := propose("class: IV\n")
	eventually(t, "the push takes the review back", func() bool {
		_, captured, _, err := forge.Capture(ctx, repo, number)
		return err == nil && len(captured) == 0
	})
	capture(nil, []forge.NotCaptured{{Login: "dpo", Why: "The latest review asks for changes."}, {Login: "siro", Why: "The review was dismissed."}})
	review("siro", gitea.ReviewStateApproved, second)
	review("dpo", gitea.ReviewStateApproved, second)
	capture([]string{"dpo " + second, "siro " + second}, nil)

	must[*gitea.Status](t)(s.as("administrator").CreateStatus("trust", "evidence", second, gitea.CreateStatusOption{State: gitea.StatusSuccess, Context: "verify"}))
	eventually(t, "the merge", func() bool {
		merged, _, err := s.as("administrator").MergePullRequest("trust", "evidence", pull.Index, gitea.MergePullRequestOption{Style: gitea.MergeStyleMerge})
		return err == nil && merged
	})
	pr := capture([]string{"dpo " + second, "siro " + second}, nil)
	if !pr.Merged || pr.Head != second || len(pr.MergeCommit) != 40 || pr.Author != "author" || pr.Base != "main" {
		t.Errorf("merged pull request: %+v", pr)
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 100 {
		if holds() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s did not come about within 10 seconds", what)
}

// many is more than one page of Gitea's.
const many = 52

// TestRemindersConverge keeps issues for more workloads than a page holds.
func TestRemindersConverge(t *testing.T) {
	s := start(t)
	s.furnish("reminders", "siro", "stranger")
	token, ctx := s.token("reminders"), t.Context()
	repo := s.repository(token)
	day := calendar.MustParse("2026-11-20")
	made := func(asOf calendar.Date) *report.Report {
		r := &report.Report{Origin: report.Origin{AsOf: asOf}, Reminding: map[string]report.Reminding{"Z9A1A": {
			Notice: calendar.Period{Days: 90}, Office: calendar.Period{Days: 30}, SIRO: calendar.Period{Days: 14},
			Accounts: []report.Account{{Email: "siro@example.org", Forge: s.host, Login: "SIRO"}}, Holders: []report.Holder{{Office: "siro", Email: "siro@example.org"}},
		}}}
		for i := range many {
			w := report.Workload{ID: fmt.Sprintf("Z9A1A/workload-%02d", i), Name: "Workload", Organisation: report.Ref{ID: "Z9A1A"}}
			r.Workloads = append(r.Workloads, w)
			r.Due = append(r.Due, report.Due{On: day.AddDays(40 + i/2), Obligation: "OFF-29", Title: "Review", Subject: report.Ref{Kind: "workload", ID: w.ID, Name: w.Name}, Then: "overdue", Office: "siro"})
		}
		return r
	}
	converge := func(asOf calendar.Date, apply bool) *remind.Outcome {
		t.Helper()
		out, err := remind.Converge(ctx, repo, made(asOf), remind.Options{Apply: apply, Link: func(report.Ref) string { return "" }})
		if err != nil || out.Undone > 0 {
			t.Fatalf("%v: %+v", err, out)
		}
		return out
	}
	open := func() []forge.Issue {
		t.Helper()
		all, err := repo.Issues(ctx, false)
		if err != nil {
			t.Fatal(err)
		}
		var out []forge.Issue
		for _, i := range all {
			if i.Open && i.Author == "reminders" {
				out = append(out, i)
			}
		}
		return out
	}
	if out := converge(day, false); len(out.Steps) != many || len(open()) != 0 {
		t.Errorf("a dry run: %d steps, %d issues", len(out.Steps), len(open()))
	}

	var wg sync.WaitGroup
	for range 2 { // two at once
		wg.Go(func() {
			_, _ = remind.Converge(ctx, s.repository(token), made(day), remind.Options{Apply: true, Link: func(report.Ref) string { return "" }})
		})
	}
	wg.Wait()
	converge(day, true)
	issues := open()
	if len(issues) != many {
		t.Errorf("%d open reminders, want %d", len(issues), many)
	}
	if diff := cmp.Diff([]string{"siro"}, issues[0].Assignees); diff != "" || !cmp.Equal(issues[0].Labels, []string{"reminder"}) {
		t.Errorf("assignees and labels: %v %v", issues[0].Assignees, issues[0].Labels)
	}
	if out := converge(day, false); len(out.Steps) != 0 {
		t.Errorf("not quiet: %+v", out.Steps)
	}

	// A stranger forges a marker, a person closes a reminder, an administrator deletes one.
	must[*gitea.Issue](t)(s.as("stranger").CreateIssue("trust", "evidence", gitea.CreateIssueOption{Title: "forged", Body: issues[3].Body}))
	closed := gitea.StateClosed
	must[*gitea.Issue](t)(s.as("siro").EditIssue("trust", "evidence", int64(issues[1].Number), gitea.EditIssueOption{State: &closed}))
	if _, err := s.as("administrator").DeleteIssue("trust", "evidence", int64(issues[2].Number)); err != nil {
		t.Fatal(err)
	}
	converge(day, true)
	if n := len(open()); n != many-1 {
		t.Errorf("%d open reminders, want %d: one was closed by a person, the deleted one is back", n, many-1)
	}

	// The stage goes up: new reminders for the office, the owners' are closed by the facts.
	converge(day.AddDays(60), true)
	issues = open()
	office := regexp.MustCompile(`stage=office`)
	for _, i := range issues {
		if !office.MatchString(i.Body) {
			t.Errorf("#%d is still open: %s", i.Number, i.Title)
		}
	}
	if len(issues) != many {
		t.Errorf("%d open reminders of the next stage, want %d", len(issues), many)
	}

	// A token that may only read changes nothing.
	reader := s.gitea("admin", "user", "generate-access-token", "--username", "reminders", "--token-name", "reader", "--scopes", "read:issue,read:repository,read:user", "--raw")
	changed := made(day.AddDays(60))
	changed.Due[0].On = changed.Due[0].On.AddDays(1)
	out, err := remind.Converge(ctx, s.repository(reader), changed, remind.Options{Apply: true, Link: func(report.Ref) string { return "" }})
	if err != nil || out.Undone != 1 || !strings.Contains(out.Steps[0].Why, "lacks the permission") {
		t.Errorf("a token that may only read: %v %+v", err, out)
	}
}

// TestTheProgramOnGitea runs muniment remind itself, on the living example.
func TestTheProgramOnGitea(t *testing.T) {
	s := start(t)
	s.furnish("reminders")
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "evidence"), os.DirFS("../../evidence")); err != nil {
		t.Fatal(err)
	}
	mustGit(t, dir, "init", "-q", "-b", "main")
	mustGit(t, dir, "add", ".")
	mustGit(t, dir, "commit", "-q", "-m", "evidence: begin")
	token := s.token("reminders")
	run := func(args ...string) (int, string) {
		var out, err bytes.Buffer
		status := cli.Run(t.Context(), cli.Env{Args: args, In: strings.NewReader(""), Out: &out, Err: &err, Dir: dir, Now: time.Now, Getenv: func(name string) string {
			return map[string]string{"GITEA_ACTIONS": "true", "GITHUB_SERVER_URL": s.url, "GITHUB_REPOSITORY": "trust/evidence", "MUNIMENT_FORGE_TOKEN": token}[name]
		}})
		text, _ := io.ReadAll(io.MultiReader(&out, &err))
		if strings.Contains(string(text), token) {
			t.Error("the token was printed")
		}
		return status, string(text)
	}
	if status, text := run("remind", "--apply", "--most", "2"); status != cli.ExitUndone || !strings.Contains(text, "2 done, ") {
		t.Errorf("status %d\n%s", status, text)
	}
	if status, text := run("remind"); status != cli.ExitOK || !strings.Contains(text, "opened by reminders") {
		t.Errorf("status %d\n%s", status, text)
	}
}
