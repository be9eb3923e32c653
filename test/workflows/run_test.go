package workflows

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/forge/forgetest"
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
