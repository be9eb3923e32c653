package brief_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/brief"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/report"
)

func day(s string) calendar.Date { return calendar.MustParse(s) }

// before is a register of one workload that relies on one supplier, in which everything is met.
func before() *report.Report {
	supplier := report.Ref{Kind: "supplier", ID: "acme", Name: "Acme Hosting"}
	own := report.Ref{Kind: "workload", ID: "ZZ1/archive", Name: "Imaging archive"}
	return &report.Report{
		Origin: report.Origin{Version: report.Version, AsOf: day("2026-11-22"), KnownAt: strings.Repeat("a", 40), Schemas: strings.Repeat("1", 64)},
		Workloads: []report.Workload{{
			ID: "ZZ1/archive", Name: "Imaging archive", Organisation: report.Ref{Kind: "organisation", ID: "ZZ1"},
			Status: report.Status{State: "met", Sentence: "Meets every duty that applies."},
			Verdicts: []report.Verdict{
				{Obligation: "OFF-10", Title: "Offices decide", Strength: "must", Subject: own, State: "met", Reasons: []report.Reason{{Text: "All have approved."}}, Remedy: "Ask them."},
				{Obligation: "OFF-25", Title: "Evidence is held", Strength: "should", Subject: supplier, Inherited: true, State: "met"},
			},
			Approvals: []report.Approval{{Office: "SIRO", By: "Director of Finance", State: "valid", Text: "It stands.", Path: "evidence/organisations/ZZ1/workloads/archive/approvals/2026-02-15-siro.yaml"}},
		}},
		Organisations: []report.Organisation{{
			ID: "ZZ1", Name: "First Example Trust", Status: report.Status{State: "met"},
			Offices: []report.Office{{Office: "SIRO", Holder: "Director of Finance"}, {Office: "SIRO", Holder: "Chief Nurse", Deputy: true}},
		}},
		Suppliers: []report.Supplier{{ID: "acme", Name: "Acme Hosting", Status: report.Status{State: "met"}, Verdicts: []report.Verdict{{Obligation: "OFF-25", Subject: supplier, State: "met"}}}},
		Due:       []report.Due{{On: day("2027-02-15"), Obligation: "OFF-10", Title: "Offices decide", Subject: own, Text: "The approval runs out.", Then: "overdue", Office: "siro"}},
		Findings:  []finding.Finding{{Place: finding.Place{Path: "evidence/a.yaml", Line: 3, Column: 1}, Code: "old", Severity: finding.Warning, Message: "known"}},
	}
}

// compared makes a brief of one change to that register.
func compared(change func(r *report.Report, in *brief.Inputs)) *brief.Brief {
	in := brief.Inputs{Base: before(), Head: before()}
	in.Head.KnownAt = strings.Repeat("b", 40)
	change(in.Head, &in)
	in.Merged = in.Head
	return brief.New(in)
}

func TestWhatIsTold(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change   func(r *report.Report, in *brief.Inputs)
		headline string
		check    func(b *brief.Brief) any
		want     any
	}{
		"nothing": {
			func(*report.Report, *brief.Inputs) {}, "Nothing changes: no evidence is different.",
			func(b *brief.Brief) any { return b.Nothing }, true,
		},
		"a line that moved is no new finding": {
			func(r *report.Report, _ *brief.Inputs) { r.Findings[0].Line = 9 }, "Nothing changes: no evidence is different.",
			func(b *brief.Brief) any { return len(b.Findings) + len(b.Solved) }, 0,
		},
		"an approval that no longer counts says who can give it now": {
			func(r *report.Report, _ *brief.Inputs) {
				a := &r.Workloads[0].Approvals[0]
				a.State, a.Text, a.Covers = "stale", "It is stale.", []report.Covered{{Path: "evidence/x.yaml"}, {Path: "evidence/y.yaml", Same: true}}
			},
			"1 approval no longer counts.",
			func(b *brief.Brief) any { return b.Approvals },
			[]brief.Approval{{
				Workload: report.Ref{Kind: "workload", ID: "ZZ1/archive", Name: "Imaging archive"}, Office: "SIRO", By: "Director of Finance",
				Path: before().Workloads[0].Approvals[0].Path, From: "valid", To: "stale", Text: "It is stale.", Files: []string{"evidence/x.yaml"},
				Holders: []string{"Director of Finance", "Chief Nurse (deputy)"},
			}},
		},
		"an approval that is taken away": {
			func(r *report.Report, _ *brief.Inputs) { r.Workloads[0].Approvals = nil }, "1 approval no longer counts.",
			func(b *brief.Brief) any { return b.Approvals[0].To }, "removed",
		},
		"a newer approval in the place of one": {
			func(r *report.Report, _ *brief.Inputs) {
				w := &r.Workloads[0]
				w.Approvals[0].State = "superseded"
				w.Approvals = append(w.Approvals, report.Approval{Office: "SIRO", State: "valid", Path: "x/2026-11-20-siro.yaml"})
			},
			"1 approval comes to count.",
			func(b *brief.Brief) any { return b.Approvals[0].Lost() }, false,
		},
		"a due day that moves": {
			func(r *report.Report, _ *brief.Inputs) { r.Due[0].On = day("2027-05-15") }, "1 due day changes.",
			func(b *brief.Brief) any { return b.Due[0].Before }, day("2027-02-15"),
		},
		"a due day that goes": {
			func(r *report.Report, _ *brief.Inputs) { r.Due = nil }, "1 due day changes.",
			func(b *brief.Brief) any { return b.Due[0].Gone }, true,
		},
		"an exception sets a verdict aside": {
			func(r *report.Report, _ *brief.Inputs) {
				r.Workloads[0].Verdicts[0].State, r.Workloads[0].Verdicts[0].ExceptedUntil = "failing", day("2027-01-01")
			},
			"1 verdict changes.",
			func(b *brief.Brief) any { return []any{b.Subjects[0].Verdicts[0].To, b.Subjects[0].Verdicts[0].Until} },
			[]any{"excepted", day("2027-01-01")},
		},
		"a verdict that does not apply is none": {
			func(r *report.Report, _ *brief.Inputs) {
				r.Workloads[0].Verdicts = append(r.Workloads[0].Verdicts, report.Verdict{Obligation: "OFF-99", State: "not-applicable"})
			},
			"Nothing changes: no evidence is different.",
			func(b *brief.Brief) any { return len(b.Subjects) }, 0,
		},
		"dates alone, with a review beside them": {
			func(_ *report.Report, in *brief.Inputs) {
				in.Files = []report.Change{
					{Path: "evidence/w/dpia.md", How: "changed", Fields: []report.FieldChange{{Field: "nextReview", How: "changed", Old: "2026-01-01", New: "2027-01-01"}}},
					{Path: "evidence/w/reviews/2026-11-20.yaml", How: "added"},
				}
			},
			"1 record has only its dates moved.",
			func(b *brief.Brief) any { return b.Bumps[0].Review }, "evidence/w/reviews/2026-11-20.yaml",
		},
		"a date and something else": {
			func(_ *report.Report, in *brief.Inputs) {
				in.Files = []report.Change{{Path: "evidence/w/dpia.md", How: "changed", Fields: []report.FieldChange{
					{Field: "nextReview", How: "changed", Old: "2026-01-01", New: "2027-01-01"}, {Field: "section “Need”", How: "changed"},
				}}}
			},
			"Nothing changes: evidence is different, and no status, verdict, approval, due day or finding is.",
			func(b *brief.Brief) any { return len(b.Bumps) }, 0,
		},
		"reviews that say the same": {
			func(r *report.Report, _ *brief.Inputs) {
				again := r.Workloads[0]
				again.ID, again.Reviews = "ZZ1/other", []report.Review{{Path: "b", Reason: "Still fine."}}
				r.Workloads[0].Reviews = []report.Review{{Path: "a", Reason: "Still fine."}}
				r.Workloads = append(r.Workloads, again)
			},
			"1 workload is new; 1 approval comes to count.",
			func(b *brief.Brief) any { return b.Copied },
			[]brief.Copied{{Paths: []string{"a", "b"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := compared(test.change)
			if b.Headline != test.headline {
				t.Errorf("headline %q, want %q", b.Headline, test.headline)
			}
			if diff := cmp.Diff(test.want, test.check(b)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMarkdownAsPeopleSeeIt is a small golden.
func TestMarkdownAsPeopleSeeIt(t *testing.T) {
	t.Parallel()
	b := compared(func(r *report.Report, in *brief.Inputs) {
		in.Link = "https://forge.example.org/runs/7"
		in.Files = []report.Change{{Path: "evidence/suppliers/acme/principles.yaml", How: "removed"}}
		r.Suppliers[0].Status = report.Status{State: "gap", Sentence: "A recommendation is not evidenced: nothing is on record."}
		r.Suppliers[0].Verdicts[0].State = "gap"
		r.Suppliers[0].Verdicts[0].Title, r.Suppliers[0].Verdicts[0].Strength, r.Suppliers[0].Verdicts[0].Remedy = "Evidence is held", "should", "Ask @acme for it."
		r.Suppliers[0].Verdicts[0].Reasons = []report.Reason{{Text: "Nothing is on record.", Place: "evidence/suppliers/acme/supplier.yaml:1:1"}}
		r.Workloads[0].Status = r.Suppliers[0].Status
		r.Workloads[0].Verdicts[1].State = "gap"
	})
	b.Command = "muniment brief a b --as-of 2026-11-22"
	const want = `<!-- muniment:brief -->
## Effect on compliance

**1 workload gets worse; 1 verdict changes.**

Judged as of 22 November 2026: base aaaaaaaaaaaa, head bbbbbbbbbbbb, by rules 111111111111. Evidence files: 0 added, 0 changed, 1 removed.

### Status

| Who | Before | After | Why |
| --- | --- | --- | --- |
| Imaging archive (workload ZZ1/archive) | met | gap | A recommendation is not evidenced: nothing is on record. |
| Acme Hosting (supplier acme) | met | gap | A recommendation is not evidenced: nothing is on record. |

### Verdicts

| Who | Duty | Before | After | Why |
| --- | --- | --- | --- | --- |
| Acme Hosting (supplier acme), counting for 1 workload | OFF-25 Evidence is held (should) | met | gap | Nothing is on record. evidence/suppliers/acme/supplier.yaml:1:1 To do: Ask @&#8203;acme for it. |

Made by ` + "`muniment brief a b --as-of 2026-11-22`" + ` · [all of it](<https://forge.example.org/runs/7>)
`
	if diff := cmp.Diff(want, brief.Markdown(b, brief.Limits{})); diff != "" {
		t.Error(diff)
	}
}

// TestAnyTextIsBoundedAndHarmless fills every text that can come from evidence with what tries to be more than text.
func TestAnyTextIsBoundedAndHarmless(t *testing.T) {
	t.Parallel()
	hostile := []string{"::error::x", "##vso[x]", "\x1b[31m", "\u202e", "| x |\n| y |", "<!-- -->", "<script>", "@everyone", "https://evil.example", "```", "[a](b)", "\n\n# h\n"}
	rapid.Check(t, func(t *rapid.T) {
		n := 0
		text := func() string {
			n++
			return strings.Repeat(hostile[rapid.IntRange(0, len(hostile)-1).Draw(t, "text")], rapid.SampledFrom([]int{1, 3, 400}).Draw(t, "times")) + fmt.Sprint(n)
		}
		b := compared(func(r *report.Report, in *brief.Inputs) {
			for i := range rapid.SampledFrom([]int{0, 1, 3, 60}).Draw(t, "many") {
				ref := report.Ref{Kind: "workload", ID: fmt.Sprint(i) + text(), Name: text()}
				r.Workloads = append(r.Workloads, report.Workload{
					ID: ref.ID, Name: ref.Name, Status: report.Status{State: "failing", Sentence: text()},
					Verdicts:  []report.Verdict{{Obligation: "OFF-1", Title: text(), Subject: ref, State: "failing", Reasons: []report.Reason{{Text: text(), Place: text()}}, Remedy: text()}},
					Approvals: []report.Approval{{Office: text(), By: text(), State: "stale", Text: text(), Path: text()}},
				})
				r.Due = append(r.Due, report.Due{On: day("2027-01-01"), Subject: ref, Title: text(), Text: text(), Office: text()})
				r.Findings = append(r.Findings, finding.Finding{Place: finding.Place{Path: text()}, Message: text(), Remedy: text(), Severity: finding.Error})
				in.Files = append(in.Files, report.Change{Path: text(), How: "changed", Fields: []report.FieldChange{{Field: text(), Old: "2026-01-01", New: "2027-01-01"}}})
				in.Rules = append(in.Rules, brief.Rule{Path: text(), What: "policy"})
			}
		})
		for form, got := range map[string]string{"Markdown": brief.Markdown(b, brief.Limits{}), "text": brief.Text(b, brief.Limits{})} {
			if len(got) > 60_000 {
				t.Fatalf("%s has %d bytes", form, len(got))
			}
			for line := range strings.Lines(got) {
				if strings.Contains(line, "::") || strings.Contains(line, "##vso") || strings.HasPrefix(strings.TrimSpace(line), "##[") {
					t.Fatalf("%s gives a command: %q", form, line)
				}
				if strings.ContainsFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
					t.Fatalf("%s steers: %q", form, line)
				}
			}
			if form == "Markdown" {
				for _, call := range []string{"<script", "@everyone", "https://evil", "](b)", "```", "\n# h"} {
					if strings.Contains(got, call) {
						t.Fatalf("%q in %s", call, got)
					}
				}
				if strings.Count(got, "<!--") != 1 {
					t.Fatalf("a second marker in %s", got)
				}
			}
		}
	})
}

func TestWhatIsLeftOutIsSaid(t *testing.T) {
	t.Parallel()
	b := compared(func(r *report.Report, _ *brief.Inputs) {
		for i := range 40 {
			r.Findings = append(r.Findings, finding.Finding{Place: finding.Place{Path: fmt.Sprintf("evidence/%02d.yaml", i)}, Message: "new", Severity: finding.Error})
		}
	})
	if len(b.Findings) != 40 {
		t.Errorf("JSON is whole, and has %d findings", len(b.Findings))
	}
	got := brief.Markdown(b, brief.Limits{Rows: 10})
	if !strings.Contains(got, "And 30 more, which are left out here.") || strings.Contains(got, "evidence/10.yaml") {
		t.Error(got)
	}
}
