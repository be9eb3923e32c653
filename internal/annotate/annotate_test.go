package annotate

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"example.org/muniment/internal/finding"
)

func found() Findings {
	return Findings{Tool: "v1", Files: 7, List: []finding.Finding{
		{
			Place: finding.Place{Path: "evidence/a b,c.yaml", Line: 3, Column: 5}, Code: "unknown-field", Severity: finding.Warning,
			Message: "nmae is not a field", Remedy: "did you mean name?", Related: []finding.Place{{Path: "evidence/z.yaml", Line: 1}},
		},
		{Place: finding.Place{Path: "evidence/b.yaml"}, Code: "limit-size", Severity: finding.Error, Message: "100% too large: {x} [y](z)"},
	}}
}

func TestGitHubCommands(t *testing.T) {
	t.Parallel()
	const want = `::error file=evidence/b.yaml,line=1,col=1,title=limit-size::100%25 too large: {x} [y](z)
::warning file=evidence/a b%2Cc.yaml,line=3,col=5,title=unknown-field::nmae is not a field%0ATo put it right: did you mean name?
7 files checked: 1 errors, 1 warnings.
`
	if diff := cmp.Diff(want, string(GitHub(found()))); diff != "" {
		t.Error(diff)
	}
}

func TestPathsBeginAtTheTopOfTheRepository(t *testing.T) {
	t.Parallel()
	f := found()
	f.Folder = "registers/one"
	sarif, err := SARIF(f)
	if err != nil {
		t.Fatal(err)
	}
	junit, err := JUnit(f)
	if err != nil {
		t.Fatal(err)
	}
	for form, got := range map[string]string{"GitHub": string(GitHub(f)), "SARIF": string(sarif), "JUnit": string(junit)} {
		if !strings.Contains(got, "registers/one/evidence/b.yaml") {
			t.Errorf("%s: %s", form, got)
		}
	}
}

func TestSARIFResult(t *testing.T) {
	t.Parallel()
	doc, err := SARIF(found())
	if err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(doc, &log); err != nil {
		t.Fatal(err)
	}
	r := log.Runs[0].Results
	if got := r[0].Locations[0].Physical.Artifact.URI; got != "evidence/a%20b,c.yaml" {
		t.Errorf("address %q", got)
	}
	if got := r[1].Message.Text; got != `100% too large: {{x}} \[y\](z)` {
		t.Errorf("message %q", got)
	}
	if r[0].RuleIndex != 0 || r[1].RuleIndex != 1 || r[0].Related[0].ID != 1 {
		t.Errorf("%+v", r)
	}
	moved := found()
	moved.List[0].Line = 40
	again, _ := SARIF(moved)
	var other sarifLog
	if err := json.Unmarshal(again, &other); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r[0].Fingerprints, other.Runs[0].Results[0].Fingerprints); diff != "" {
		t.Errorf("a line that moves makes another finding: %s", diff)
	}
}

// published is the schema of SARIF 2.1.0 as it was published, from an npm package that holds it.
func published(t *testing.T) *jsonschema.Schema {
	t.Helper()
	name := filepath.Join("..", "..", "test", "readers", "node_modules", "@microsoft", "jest-sarif", "lib", "schemas", "sarif-2.1.0-rtm.5.json")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Skip("the schema is not installed; make readers-setup does that")
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSARIFKeepsToThePublishedSchema(t *testing.T) {
	t.Parallel()
	schema := published(t)
	check := func(doc []byte) error {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(doc)))
		if err != nil {
			return err
		}
		return schema.Validate(v)
	}
	for name, f := range map[string]Findings{"nothing": {Tool: "v1"}, "two findings": found()} {
		doc, err := SARIF(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := check(doc); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	doc, _ := SARIF(found())
	if check([]byte(strings.Replace(string(doc), `"level": "error"`, `"level": "dreadful"`, 1))) == nil {
		t.Error("the schema takes anything, so it tells nothing")
	}
	rapid.Check(t, func(t *rapid.T) {
		doc, err := SARIF(any(t))
		if err != nil {
			t.Fatal(err)
		}
		if err := check(doc); err != nil {
			t.Fatal(err)
		}
	})
}

// any draws findings with texts that try to be more than text.
func any(t *rapid.T) Findings {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"::error file=x::y", "x\n::warning::z", "##[add-mask]x", "##vso[task.complete]", "%0A::error::", "\x1b[31m", "\r\n::stop-commands::t", "]]>", "<a>&\"'", "\u2028", "\xff", "\ufffe", "a,line=9", "a:b",
	}))
	f := Findings{Tool: text.Draw(t, "tool"), Files: 3}
	for range rapid.IntRange(0, 4).Draw(t, "findings") {
		f.List = append(f.List, finding.Finding{
			Place: finding.Place{Path: text.Draw(t, "path"), Line: rapid.IntRange(0, 9).Draw(t, "line"), Column: rapid.IntRange(0, 9).Draw(t, "column")},
			Code:  "some-code", Severity: rapid.SampledFrom([]finding.Severity{finding.Error, finding.Warning}).Draw(t, "severity"),
			Message: text.Draw(t, "message"), Remedy: text.Draw(t, "remedy"), Related: []finding.Place{{Path: text.Draw(t, "related")}},
		})
	}
	return f
}

// TestEveryLineIsOneCommandOfOurs reads the commands as GitHub's runner does: a finding makes one, and text makes none.
func TestEveryLineIsOneCommandOfOurs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := any(t)
		lines := strings.Split(strings.TrimSuffix(string(GitHub(f)), "\n"), "\n")
		if len(lines) != len(f.List)+1 {
			t.Fatalf("%d lines for %d findings: %q", len(lines), len(f.List), lines)
		}
		for _, line := range lines[:len(f.List)] {
			head, _, ok := strings.Cut(strings.TrimPrefix(line, "::"), "::")
			command, properties, _ := strings.Cut(head, " ")
			if !ok || command != "error" && command != "warning" {
				t.Fatalf("%q", line)
			}
			for i, p := range strings.Split(properties, ",") {
				key, value, _ := strings.Cut(p, "=")
				if i > 3 || key != []string{"file", "line", "col", "title"}[i] || strings.ContainsAny(value, "\r\n:") {
					t.Fatalf("property %d %q of %q", i, p, line)
				}
			}
			if strings.ContainsAny(line, "\r\x1b") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
				t.Fatalf("%q", line)
			}
		}
	})
}

func TestJUnitCountsWhatItHolds(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := any(t)
		doc, err := JUnit(f)
		if err != nil {
			t.Fatal(err)
		}
		var got junitSuites
		if err := xml.Unmarshal(doc, &got); err != nil || !utf8.Valid(doc) {
			t.Fatalf("%v in %q", err, doc)
		}
		s := got.Suites[0]
		failures, skipped := 0, 0
		for _, c := range s.Cases {
			if c.Failure != nil {
				failures++
			}
			if c.Skipped != nil {
				skipped++
			}
		}
		if len(s.Cases) != len(f.List)+1 || s.Tests != len(s.Cases) || s.Failures != failures || s.Skipped != skipped || failures != finding.Errors(f.List) {
			t.Fatalf("%+v of %d findings", s, len(f.List))
		}
		for line := range strings.Lines(string(doc)) {
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##") || strings.Contains(line, "\x1b") {
				t.Fatalf("%q", line)
			}
		}
	})
}
