package console_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/muniment/internal/console"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/report"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite goldens")

// recorded is a small report with every part that the terminal shows.
func recorded(t *testing.T) *report.Report {
	t.Helper()
	b, err := os.ReadFile("testdata/report.json")
	if err != nil {
		t.Fatal(err)
	}
	r := new(report.Report)
	if err := json.Unmarshal(b, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestGoldens compares what is printed with testdata/<name>.txt. The names say which command and how wide the terminal is.
func TestGoldens(t *testing.T) {
	r := recorded(t)
	wide, narrow := console.Options{}, console.Options{Width: 70}
	for name, print := range map[string]func(io.Writer) error{
		"status":        func(w io.Writer) error { return console.Status(w, r, wide) },
		"status-70":     func(w io.Writer) error { return console.Status(w, r, narrow) },
		"status-colour": func(w io.Writer) error { return console.Status(w, r, console.Options{Colour: true}) },
		"workload":      func(w io.Writer) error { return console.Workload(w, r.Origin, &r.Workloads[0], narrow) },
		"workload-all": func(w io.Writer) error {
			o := narrow
			o.All = true
			return console.Workload(w, r.Origin, &r.Workloads[0], o)
		},
		"due":          func(w io.Writer) error { return console.Due(w, r.Origin, r.Due, wide) },
		"due-nothing":  func(w io.Writer) error { return console.Due(w, r.Origin, nil, wide) },
		"due-markdown": func(w io.Writer) error { return console.DueMarkdown(w, r.Origin, r.Due) },
		"obligation": func(w io.Writer) error {
			return console.Obligations(w, r.Origin, []*report.Obligation{&r.Obligations[0]}, narrow)
		},
		"summary":       func(w io.Writer) error { return console.Summary(w, r.Origin, r.Summary, rows(r), wide) },
		"findings":      func(w io.Writer) error { return console.Findings(w, r.Findings, 7, wide) },
		"findings-none": func(w io.Writer) error { return console.Findings(w, nil, 7, wide) },
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := print(&got); err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, got.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEvidenceCannotSteerTheTerminal(t *testing.T) {
	r := recorded(t)
	hostile := "a\x1b[2J\x07b\u202ec\u200bd\ne\u2028f"
	r.Workloads[0].Name, r.Workloads[0].Status.Sentence = hostile, hostile
	r.Findings = append(r.Findings, finding.Finding{Message: hostile})
	r.Due[0].Text, r.Due[0].Office = hostile, hostile
	var out bytes.Buffer
	for _, err := range []error{
		console.Status(&out, r, console.Options{}),
		console.Workload(&out, r.Origin, &r.Workloads[0], console.Options{All: true}),
		console.Due(&out, r.Origin, r.Due, console.Options{}),
		console.DueMarkdown(&out, r.Origin, r.Due),
		console.Findings(&out, r.Findings, 1, console.Options{}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if i := strings.IndexAny(out.String(), "\x1b\x07\u202e\u200b\u2028"); i >= 0 {
		t.Errorf("a steering character came through: %q", out.String()[max(0, i-20):i+5])
	}
}

func TestMarkdownFromEvidenceIsInert(t *testing.T) {
	r := recorded(t)
	r.Due[0].Text = "[click](javascript:x) @everyone <b>|</b> `code`\n| new row |"
	var out bytes.Buffer
	if err := console.DueMarkdown(&out, r.Origin, r.Due[:1]); err != nil {
		t.Fatal(err)
	}
	for _, live := range []string{"[click](", "@everyone", "<b>", "`code`", "\n| new row"} {
		if strings.Contains(out.String(), live) {
			t.Errorf("%q came through in %s", live, out.String())
		}
	}
}

func TestAFullDiskIsAnError(t *testing.T) {
	r := recorded(t)
	if err := console.Status(brokenWriter{}, r, console.Options{}); err == nil {
		t.Error("an answer that was not printed counts as printed")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestTheCauseComesBeforeWhatFollowsFromIt(t *testing.T) {
	fs := []finding.Finding{
		{Place: finding.Place{Path: "evidence/a.yaml"}, Code: "refused-reference", Severity: finding.Error, Message: "left out"},
		{Place: finding.Place{Path: "evidence/b.yaml"}, Code: "unknown-field", Severity: finding.Error, Message: "nmae is not a field"},
	}
	var out bytes.Buffer
	if err := console.Findings(&out, fs, 2, console.Options{}); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.Index(text, "unknown-field") > strings.Index(text, "refused-reference") {
		t.Errorf("the knock-on comes first:\n%s", text)
	}
	if fs[0].Code != "refused-reference" {
		t.Error("printing changed the order of the findings themselves")
	}
}

func rows(r *report.Report) []report.WorkloadRow {
	var list []report.WorkloadRow
	for i := range r.Workloads {
		list = append(list, r.Workloads[i].Row())
	}
	return list
}
