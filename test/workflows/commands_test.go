package workflows

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"example.org/muniment/internal/cli"
)

var (
	call = regexp.MustCompile(`(?:bin/)?muniment"? ((?:-C \w+ )?[a-z]+(?: sync)?)([^|&;)>` + "`" + `\n]*)`)
	flag = regexp.MustCompile(`--[a-z-]+`)
)

// TestEveryCommandThatIsShownExists reads workflows and how-tos and asks the program for each command and flag in them.
func TestEveryCommandThatIsShownExists(t *testing.T) {
	var names []string
	for _, pattern := range []string{folder + "/*.yml", "../../docs/ci/*.yml", "../../docs/run-it.md", "../../docs/scripting.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		names = append(names, found...)
	}
	helps := map[string]string{}
	calls := 0
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			line, _, _ = strings.Cut(line, " # ")
			for _, m := range call.FindAllStringSubmatch(line, -1) {
				command := regexp.MustCompile(`^-C \w+ `).ReplaceAllString(m[1], "")
				flags := flag.FindAllString(m[2], -1)
				if len(flags) == 0 {
					continue
				}
				calls++
				help, ok := helps[command]
				if !ok {
					var out bytes.Buffer
					cli.Run(t.Context(), cli.Env{
						Args: append(strings.Fields(command), "--help"), Out: &out, Err: &out, Dir: t.TempDir(), Now: func() time.Time { return time.Time{} }, Getenv: func(string) string { return "" },
					})
					help = out.String()
					helps[command] = help
				}
				for _, f := range flags {
					if !strings.Contains(help, f+" ") && !strings.Contains(help, f+"\n") {
						t.Errorf("%s shows %q, and %q has no %s", name, strings.TrimSpace(m[0]), command, f)
					}
				}
			}
		}
	}
	if calls < 20 {
		t.Errorf("only %d calls were found", calls)
	}
}

// TestOtherForgesReadTheWholeHistory holds what is ready-made for them to what a shallow clone would break.
func TestOtherForgesReadTheWholeHistory(t *testing.T) {
	for name, wants := range map[string][]string{
		"gitlab-ci.yml":       {`GIT_DEPTH: "0"`, "CI_MERGE_REQUEST_DIFF_BASE_SHA", "--against"},
		"azure-pipelines.yml": {"fetchDepth: 0", "persistCredentials: false", "--against"},
	} {
		text, err := os.ReadFile(filepath.Join("../../docs/ci", name))
		if err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := yaml.Unmarshal(text, &doc); err != nil || len(doc) == 0 {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range wants {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
	}
}
