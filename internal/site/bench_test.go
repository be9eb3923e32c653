package site

import (
	"fmt"
	"testing"

	"example.org/muniment/internal/report"
)

// typical is a workload as large as they are in a register of ten thousand: 60 own verdicts, 28 that count from elsewhere, 37
// stretches of days.
func typical(n int) *report.Workload {
	w := sample().Workloads[0]
	w.ID, w.Name = fmt.Sprintf("Z9A1A/archive-%d", n), fmt.Sprintf("Imaging archive %d", n)
	of := report.Ref{Kind: "workload", ID: w.ID, Name: w.Name}
	base := "evidence/organisations/Z9A1A/workloads/archive/"
	text := "The list of places was last looked at on 27 July 2026; local policy asks for a new look every 13 months, so it is due on 27 August 2027."
	duties := []string{"OFF-01", "OFF-02", "OFF-20", "DIA-09", "NWS-03", "INN-01"}
	w.Verdicts = nil
	for i := range 88 {
		v := report.Verdict{
			Obligation: duties[i%len(duties)], Title: "Evidence and implementation are reviewed, and changes made in time", Strength: "should", Subject: of, State: "met",
			Reasons: []report.Reason{{Rule: "review", Text: text, Place: base + "assessment.yaml:166:7", Field: "data.personal", Local: i%5 == 0}},
			Remedy:  "Look at the list of places, and record the look in reviews/ with the office that looked.",
		}
		switch {
		case i < 8:
			v.State = "overdue"
		case i < 46:
			v.State = "not-applicable"
		case i%2 == 0:
			v.Due = &report.Due{On: day("2027-08-27"), Days: 280, Obligation: v.Obligation, Title: v.Title, Subject: of, Text: text[:90] + ".", Rule: "cadence", Then: "overdue", Office: "ig-lead", Place: base + "reviews/2026-07-27.yaml:3:5", Local: true, Remedy: v.Remedy}
		}
		if i%3 == 0 {
			v.Reasons = append(v.Reasons, report.Reason{Rule: "policy", Text: text, Place: "evidence/policy.yaml:12:5", Local: true})
		}
		if i > 60 {
			v.Inherited, v.Subject = true, report.Ref{Kind: "supplier", ID: "harrow-hosting", Name: "Harrow Hosting"}
		}
		w.Verdicts = append(w.Verdicts, v)
	}
	w.Timeline = &report.Timeline{}
	for i := range 37 {
		s := report.Segment{
			From: day("2021-01-01").AddDays(70 * i), Until: day("2021-01-01").AddDays(70 * (i + 1)), Ahead: i > 30, State: []string{"met", "overdue", "overdue", "blocked", "overdue"}[i%5],
			Sentence: "Was in order, and the day for a new look has passed: " + text, Main: "OFF-02",
			Causes: []report.Cause{{Kind: "date", Text: text}},
		}
		if i%3 == 0 {
			s.Causes = append(s.Causes, report.Cause{Kind: "commit", Commit: &report.Commit{
				ID: fmt.Sprintf("%040x", i+1), Day: s.From, Author: "Head of Information Governance", Subject: "Z9A1A: yearly reviews (#84)",
				Files: []report.Change{{Path: base + "reviews/2023-06-05.yaml", How: "changed", Fields: []report.FieldChange{{Field: "on", How: "changed", Old: "2022-06-05", New: "2023-06-05"}}}},
			}})
		}
		for j := range 2 {
			s.Turns = append(s.Turns, report.Turn{Obligation: duties[(i+j)%len(duties)], Title: "The SIRO is satisfied", Strength: "should", Subject: of, From: "met", To: "overdue", By: "date", Text: text})
		}
		w.Timeline.Segments = append(w.Timeline.Segments, s)
	}
	w.History = nil
	for i := range 5 {
		w.History = append(w.History, report.Commit{ID: fmt.Sprintf("%040x", 3*i+1), Day: day("2024-03-01"), Author: "Head of Information Governance", Subject: "Z9A1A: yearly reviews (#84)", Files: []report.Change{{Path: base + "reviews/2023-06-05.yaml", How: "changed"}}})
	}
	for i := range 7 {
		w.Files = append(w.Files, report.File{Path: fmt.Sprintf("%sapprovals/2026-0%d-01-siro.yaml", base, i+1), Kind: "approval", SHA256: digestOf('d')})
	}
	return &w
}

// BenchmarkWorkload makes the page of a workload, its document and its timeline. What it costs is to be held against a page of
// Hugo's: docs/performance.md.
func BenchmarkWorkload(b *testing.B) {
	p := benched(b)
	w := typical(1)
	bytes := 0
	for _, f := range must(p.Workload(w)) {
		b.ReportMetric(float64(len(f.Data)), "B/"+f.Path[:1])
		bytes += len(f.Data)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		must(p.Workload(w))
	}
}

// BenchmarkDocument makes the documents alone.
func BenchmarkDocument(b *testing.B) {
	w := typical(1)
	b.SetBytes(int64(len(encode(brief(w))) + len(encode(briefTimeline(w.Timeline, "evidence/organisations/Z9A1A/workloads/archive/")))))
	b.ReportAllocs()
	for b.Loop() {
		encode(brief(w))
		encode(briefTimeline(w.Timeline, "evidence/organisations/Z9A1A/workloads/archive/"))
	}
}

func benched(tb testing.TB) *Portal {
	r := sample()
	p, err := New(Frame{r.Origin, r.Obligations, r.Tensions, r.NotFound}, look(tb, nil), sampleConfig())
	if err != nil {
		tb.Fatal(err)
	}
	return p
}

func must(files []File, err error) []File {
	if err != nil {
		panic(err)
	}
	return files
}
