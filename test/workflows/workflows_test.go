// Package workflows holds the workflows that people copy to what they promise: they are well formed, least privileged, pinned, and
// thin enough that there is nothing in them to test but the program.
package workflows

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rhysd/actionlint"
	"go.yaml.in/yaml/v3"
)

const folder = "../../.github/workflows"

func files(t *testing.T) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.yml"))
	if err != nil || len(names) < 4 {
		t.Fatalf("%d workflows, %v", len(names), err)
	}
	return names
}

func TestActionlintFindsNothing(t *testing.T) {
	linter, err := actionlint.NewLinter(io.Discard, &actionlint.LinterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	found, err := linter.LintFiles(files(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}

type (
	workflow struct {
		On          yaml.Node         `yaml:"on"`
		Permissions map[string]string `yaml:"permissions"`
		Concurrency concurrency       `yaml:"concurrency"`
		Jobs        map[string]job    `yaml:"jobs"`
	}
	concurrency struct {
		Group  string `yaml:"group"`
		Cancel bool   `yaml:"cancel-in-progress"`
	}
	job struct {
		Environment yaml.Node         `yaml:"environment"`
		Permissions map[string]string `yaml:"permissions"`
		Timeout     int               `yaml:"timeout-minutes"`
		Steps       []step            `yaml:"steps"`
	}
	step struct {
		If   string            `yaml:"if"`
		Uses string            `yaml:"uses"`
		With map[string]string `yaml:"with"`
		Run  string            `yaml:"run"`
		Env  map[string]string `yaml:"env"`
	}
	action struct {
		Runs struct {
			Steps []step `yaml:"steps"`
		} `yaml:"runs"`
	}
)

var pinned = regexp.MustCompile(`^[a-z0-9-]+/[a-z0-9/-]+@[0-9a-f]{40}$`)

// granted are the only permissions that any job may have, by workflow.
var granted = map[string]map[string]string{
	"verify.yml":    {"contents": "read"},
	"brief.yml":     {"contents": "read", "pull-requests": "write"},
	"portal.yml":    {"contents": "read", "pages": "write", "id-token": "write"},
	"reminders.yml": {"contents": "read", "issues": "write"},
	"approvals.yml": {"contents": "write", "pull-requests": "read"},
}

// faults says what is wrong with a workflow.
func faults(name string, text []byte) []string {
	var w workflow
	var out []string
	if err := yaml.Unmarshal(text, &w); err != nil {
		return []string{err.Error()}
	}
	say := func(s string) { out = append(out, s) }
	if w.Permissions == nil || len(w.Permissions) > 0 {
		say("the workflow as a whole has permissions: each job asks for its own")
	}
	if w.Concurrency.Group == "" {
		say("two runs may work at once")
	}
	pulls := strings.Contains(string(text), "pull_request")
	if strings.Contains(string(text), "pull_request_target") || strings.Contains(string(text), "workflow_run") {
		say("it runs with rights of the base on behalf of a pull request")
	}
	for id, j := range w.Jobs {
		if j.Permissions == nil || j.Timeout == 0 {
			say(id + " says nothing of its permissions or its time")
		}
		for scope, level := range j.Permissions {
			if granted[name][scope] != level {
				say(id + " asks for " + scope + ": " + level)
			}
			if level == "write" && w.Concurrency.Cancel {
				say(id + " writes, and a later run cuts it off in the middle")
			}
		}
		for _, s := range j.Steps {
			out = append(out, stepFaults(id, s, pulls)...)
			if s.Env["MUNIMENT_WITNESS_KEY"] != "" && j.Environment.Value != "witness" {
				say(id + " has the witness's key without its environment, so a proposal could take it")
			}
		}
	}
	return out
}

func stepFaults(id string, s step, pulls bool) []string {
	var out []string
	if s.Uses != "" && !strings.HasPrefix(s.Uses, "./") && !pinned.MatchString(s.Uses) {
		out = append(out, id+" uses "+s.Uses+", which somebody can move")
	}
	if strings.HasPrefix(s.Uses, "./") && pulls && !strings.HasPrefix(s.Uses, "./base/") {
		out = append(out, id+" runs an action of the pull request")
	}
	if strings.HasPrefix(s.Uses, "actions/checkout@") && (s.With["persist-credentials"] != "false" || s.With["fetch-depth"] != "0") {
		out = append(out, id+" keeps credentials or cuts history off")
	}
	if strings.Contains(s.Run, "${{") {
		out = append(out, id+" puts an expression into a script: "+s.Run)
	}
	if lines := strings.Count(strings.TrimSpace(s.Run), "\n"); lines > 0 {
		out = append(out, id+" has logic of its own: "+s.Run)
	}
	if pulls {
		for _, v := range s.Env {
			if strings.Contains(v, "secrets.") {
				out = append(out, id+" gives a secret to a pull request")
			}
		}
	}
	return out
}

func TestWorkflowsKeepTheRules(t *testing.T) {
	for _, name := range files(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range faults(filepath.Base(name), text) {
			t.Errorf("%s: %s", filepath.Base(name), f)
		}
	}
}

func TestOurOwnActionIsPinned(t *testing.T) {
	text, err := os.ReadFile("../../.github/actions/muniment/action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil || len(a.Runs.Steps) == 0 {
		t.Fatal(err)
	}
	for _, s := range a.Runs.Steps {
		if s.Uses != "" && !pinned.MatchString(s.Uses) {
			t.Errorf("it uses %s, which somebody can move", s.Uses)
		}
		if strings.Contains(s.Run, "${{") {
			t.Errorf("it puts an expression into a script: %s", s.Run)
		}
	}
}

// TestTheRulesAreHeld breaks one rule at a time.
func TestTheRulesAreHeld(t *testing.T) {
	breaking(t, "verify.yml", map[string][2]string{
		"a tag in place of a commit":    {"actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", "actions/checkout@v7"},
		"credentials stay":              {"persist-credentials: false", "persist-credentials: true"},
		"history cut off":               {"fetch-depth: 0", "fetch-depth: 1"},
		"rights of the base":            {"pull_request:", "pull_request_target:"},
		"more permissions":              {"contents: read", "contents: write"},
		"permissions for the whole":     {"permissions: {}", "permissions: {contents: read}"},
		"no permissions said":           {"permissions: {}", "env: {}"},
		"an action of the pull request": {"./base/.github/actions", "./change/.github/actions"},
		"an expression in a script":     {"run: muniment check", "run: echo ${{ github.event.pull_request.title }}; muniment check"},
		"no end":                        {"timeout-minutes: 20", "name: x"},
		"two runs at once":              {"concurrency:\n  group:", "defaults:\n  run: {}\n  x:"},
		"logic":                         {"run: muniment check -C change --format github", "run: |\n          a\n          b"},
	})
	for _, name := range []string{"approvals.yml", "brief.yml", "portal.yml", "reminders.yml"} {
		breaking(t, name, map[string][2]string{
			"two runs write at once":               {"concurrency:\n  group:", "env:\n  x:"},
			"a later run cuts off one that writes": {"concurrency:\n", "concurrency:\n  cancel-in-progress: true\n"},
		})
	}
	breaking(t, "approvals.yml", map[string][2]string{
		"the witness's key for any branch":     {"    environment: witness\n", ""},
		"the witness's key for a pull request": {"  push:\n", "  pull_request:\n  push:\n"},
	})
}

func breaking(t *testing.T, file string, changes map[string][2]string) {
	t.Helper()
	for name, change := range changes {
		t.Run(file+"/"+name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(folder, file))
			if err != nil {
				t.Fatal(err)
			}
			broken := strings.Replace(string(text), change[0], change[1], 1)
			if broken == string(text) {
				t.Fatalf("there is no %q to break", change[0])
			}
			if len(faults(file, []byte(broken))) == 0 {
				t.Error("it is not noticed")
			}
		})
	}
}

// TestEveryWorkflowIsHeldToItsPermissions keeps the list whole.
func TestEveryWorkflowIsHeldToItsPermissions(t *testing.T) {
	for _, name := range files(t) {
		if !slices.Contains([]string{"approvals.yml", "verify.yml", "brief.yml", "portal.yml", "reminders.yml"}, filepath.Base(name)) {
			t.Errorf("%s is not in the list of what is granted", name)
		}
	}
}
