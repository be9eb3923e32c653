package workflows

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/crypto/ssh"

	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/forge/forgetest"
	"example.org/muniment/internal/signature"
)

// runner does what a forge's runner does with the steps that have a script: it fills in expressions, sets the environment and
// starts the shell. Expressions are looked up as they are written; one that is not known fails the test.
type runner struct {
	t      *testing.T
	dir    string // the workspace
	values map[string]string
	env    []string
}

var expression = regexp.MustCompile(`\$\{\{ *(.*?) *\}\}`)

func (r *runner) fill(text string) string {
	return expression.ReplaceAllStringFunc(text, func(m string) string {
		name := expression.FindStringSubmatch(m)[1]
		v, ok := r.values[name]
		if !ok {
			r.t.Fatalf("the test has no value for %q", name)
		}
		return v
	})
}

// run runs every script of a job and gives what they print, which is what the log shows.
func (r *runner) run(name, job string) string {
	r.t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		r.t.Fatal(err)
	}
	var w workflow
	if err := yaml.Unmarshal(text, &w); err != nil {
		r.t.Fatal(err)
	}
	log := ""
	for _, s := range w.Jobs[job].Steps {
		if s.Run == "" || s.If != "" && r.fill(s.If) != "true" {
			continue
		}
		cmd := exec.Command("bash", "-e", "-c", s.Run)
		cmd.Dir, cmd.Env = r.dir, append(os.Environ(), r.env...)
		for name, value := range s.Env {
			cmd.Env = append(cmd.Env, name+"="+r.fill(value))
		}
		out, err := cmd.CombinedOutput()
		log += string(out)
		if err != nil {
			r.t.Fatalf("%s, %q: %v\n%s", name, s.Run, err, out)
		}
	}
	return log
}

// TestTheScriptsOfTheWorkflowsRun runs them against a made-up repository and a fake of GitHub on loopback.
func TestTheScriptsOfTheWorkflowsRun(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds and starts the program")
	}
	for _, tool := range []string{"bash", "git"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	work := t.TempDir()
	change := filepath.Join(work, "change")
	result, err := demo.Write(t.Context(), change, demo.Options{Seed: 3, Workloads: 2, Organisations: 1, Suppliers: 2, Years: 2, Commits: 60})
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(work, "bin")
	if out, err := exec.Command("go", "build", "-o", filepath.Join(bin, "muniment"), "example.org/muniment/cmd/muniment").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	before, err := exec.Command("git", "-C", change, "rev-parse", "HEAD~3").Output()
	if err != nil {
		t.Fatal(err)
	}
	fake := forgetest.New()
	fake.Account = "github-actions[bot]"
	pull := fake.Add(forgetest.Issue{Title: "a pull request", Author: "author", Open: true, PullRequest: true})
	server := httptest.NewServer(fake)
	defer server.Close()
	summary := filepath.Join(work, "summary.md")
	r := &runner{
		t: t, dir: work,
		env: []string{
			"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "GITHUB_ACTIONS=true", "GITHUB_SERVER_URL=" + server.URL, "GITHUB_REPOSITORY=example/evidence",
			"GITHUB_STEP_SUMMARY=" + summary, "RUNNER_TEMP=" + work, "GIT_CONFIG_GLOBAL=" + os.DevNull, "XDG_CACHE_HOME=" + work,
		},
		values: map[string]string{
			"github.event.pull_request.base.sha": strings.TrimSpace(string(before)), "github.sha": result.Head, "github.event.pull_request.number": "1",
			"github.server_url": "https://forge.example.org", "github.repository": "example/evidence", "github.run_id": "7", "github.token": "t",
			"!cancelled() && github.event.pull_request.head.repo.full_name == github.repository": "true",
			"!cancelled()": "true", "!cancelled() && hashFiles('change/.github/CODEOWNERS') != ''": "false",
			"vars.PORTAL_URL != ''": "false", "vars.PORTAL_URL": "", "inputs.override": "",
			"vars.PORTAL_URL != '' && format('{0}/published.json', runner.temp) || ''": "",
		},
	}
	if pull != 1 {
		t.Fatalf("the pull request has number %d", pull)
	}

	// The made-up repository holds no schemas, so nobody can be sure of the rules under which its approvals were signed. The chain of
	// trust is looked at in a copy of the living example.
	r.dir = filepath.Join(work, "example")
	copied := filepath.Join(r.dir, "change")
	if err := os.CopyFS(filepath.Join(copied, "evidence"), os.DirFS("../../evidence")); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "-A"}, {"-c", "user.name=Records", "-c", "user.email=records@example.org", "commit", "-q", "-m", "Take the example in"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = copied
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	if log := r.run("verify.yml", "verify"); !strings.Contains(log, "files checked: 0 errors") || !strings.Contains(log, "Verified.") {
		t.Errorf("verify: %s", log)
	}
	r.recorded(fake, server.URL, copied)
	r.dir = work
	for range 2 { // the second time there is nothing new to say
		if log := r.run("brief.yml", "brief"); !strings.Contains(log, "The comment on pull request 1 says what changes.") || strings.Contains(log, "Effect on compliance") {
			t.Errorf("brief: %s", log)
		}
	}
	comments := fake.Look()[0].Comments
	if len(comments) != 1 || !strings.Contains(comments[0].Body, "## Effect on compliance") || !strings.Contains(comments[0].Body, "https://forge.example.org/example/evidence/actions/runs/7") {
		t.Errorf("%d comments: %v", len(comments), comments)
	}
	if text, err := os.ReadFile(summary); err != nil || !strings.Contains(string(text), "## Effect on compliance") {
		t.Errorf("the summary: %v %s", err, text)
	}

	r.dir = change
	r.run("portal.yml", "build")
	published, err := os.ReadFile(filepath.Join(work, "portal", "api", "v1", "checkpoint.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(work, "published.json"), published, 0o666); err != nil {
		t.Fatal(err)
	}
	r.values["vars.PORTAL_URL != '' && format('{0}/published.json', runner.temp) || ''"] = filepath.Join(work, "published.json")
	r.run("portal.yml", "build")

	r.run("reminders.yml", "remind")
	first := len(fake.Look())
	r.run("reminders.yml", "remind")
	if second := len(fake.Look()); first < 2 || second != first {
		t.Errorf("%d issues, then %d", first, second)
	}
}

// recorded runs the workflow that records reviews: of a proposal that was merged by squash, so that what was reviewed is nowhere but
// under the forge's own name for it.
func (r *runner) recorded(fake *forgetest.Fake, address, dir string) {
	r.t.Helper()
	seed := sha256.Sum256([]byte("test only: witness"))
	key := ed25519.NewKeyFromSeed(seed[:])
	witness, err := signature.NewSigner(key)
	if err != nil {
		r.t.Fatal(err)
	}
	private, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		r.t.Fatal(err)
	}
	git := func(args ...string) string {
		r.t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=Records", "-c", "user.email=records@example.org"}, args...)...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			r.t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	edit := func(name, old, now string) {
		r.t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(text), old) {
			r.t.Fatalf("%s has no %q: %v", name, old, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(strings.Replace(string(text), old, now, 1)), 0o666); err != nil {
			r.t.Fatal(err)
		}
	}
	const people, assessment = "evidence/organisations/Z9A1A/appointments.yaml", "evidence/organisations/Z9A1A/workloads/imaging-archive/assessment.yaml"
	edit("evidence/policy.yaml", "approvals:\n", "witnesses:\n  - key: "+witness.Key().String()+"\n    from: 2020-01-01\napprovals:\n")
	edit(people, "    email: cdo@fennmarsh.example.org\n", "    email: cdo@fennmarsh.example.org\n    logins:\n      - {forge: '"+strings.TrimPrefix(address, "http://")+"', login: siro-example}\n")
	git("commit", "-q", "-a", "--amend", "--no-edit") // the root of trust, which stands by itself
	git("checkout", "-q", "-b", "proposal")
	edit(assessment, "schema: muniment/v1\n", "# looked at anew\nschema: muniment/v1\n")
	git("commit", "-q", "-a", "-m", "A proposal")
	reviewed := git("rev-parse", "HEAD")
	git("checkout", "-q", "main")
	git("merge", "-q", "--squash", "proposal")
	git("commit", "-q", "-m", "A proposal, by squash")
	merged := git("rev-parse", "HEAD")
	origin := filepath.Join(r.t.TempDir(), "origin.git")
	git("clone", "-q", "--bare", ".", origin)
	git("-C", origin, "update-ref", "refs/pull/12/head", reviewed)
	git("-C", origin, "update-ref", "-d", "refs/heads/proposal")
	clone := filepath.Join(r.t.TempDir(), "clone")
	git("clone", "-q", "--branch", "main", "file://"+origin, clone)

	fake.Pulls = []forgetest.PullRequest{{Number: 12, Author: "engineer", Base: "main", Head: reviewed, Merged: true, MergeCommit: merged, Files: []string{assessment}, Reviews: []forgetest.Review{
		{ID: 1, Login: "siro-example", State: "APPROVED", Commit: reviewed, At: time.Date(2024, 5, 1, 10, 0, 0, 0, time.UTC)},
	}}}
	was := r.dir
	r.dir, r.env = clone, append(r.env, "GITHUB_SHA="+merged)
	for name, value := range map[string]string{"secrets.WITNESS_KEY": string(pem.EncodeToMemory(private)), "inputs.number": "", "github.sha": merged} {
		defer func(before string) { r.values[name] = before }(r.values[name])
		r.values[name] = value
	}
	for range 2 { // the second time the same is pushed again
		if log := r.run("approvals.yml", "record"); !strings.Contains(log, "/2024-05-01-siro.yaml.sig") || strings.Contains(log, "PRIVATE") {
			r.t.Errorf("approvals: %s", log)
		}
		dir = clone
		git("reset", "-q", "--hard", merged)
	}
	git("fetch", "-q", "origin", "approvals/"+merged)
	git("merge", "-q", "--ff-only", "FETCH_HEAD")
	cmd := exec.Command("bash", "-c", "muniment verify")
	cmd.Dir, cmd.Env = clone, append(os.Environ(), r.env...)
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "1 witnessed") {
		r.t.Errorf("verify: %v\n%s", err, out)
	}
	fake.Pulls = nil
	r.dir = was
}
