package timeline_test

import (
	"path/filepath"
	"testing"
	"time"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/timeline"
	"example.org/muniment/internal/versions"
	"example.org/muniment/schemas"
)

// followed is the history of 200 workloads over six years, and what it is judged by.
func followed(b *testing.B) (*assess.Rules, *versions.History, calendar.Date) {
	b.Helper()
	o := demo.Options{Seed: 1, Workloads: 200, Commits: 1500, Until: calendar.Of(2026, 11, 20), Bare: true}
	dir := filepath.Join(b.TempDir(), "sample.git")
	if _, err := demo.Write(b.Context(), dir, o); err != nil {
		b.Fatal(err)
	}
	repo, err := gitrepo.Open(dir, time.UTC)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { repo.Close() })
	head, err := repo.Head()
	if err != nil {
		b.Fatal(err)
	}
	reader, err := load.NewReader(load.Options{})
	if err != nil {
		b.Fatal(err)
	}
	h := versions.New(reader, repo.Blob)
	err = repo.History(b.Context(), head, record.Root, func(c gitrepo.Change) error {
		h.Add(c)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := h.Complete(b.Context()); err != nil {
		b.Fatal(err)
	}
	catalogue, err := obligation.Load(schemas.FS)
	if err != nil {
		b.Fatal(err)
	}
	registers, err := law.Load(schemas.FS)
	if err != nil {
		b.Fatal(err)
	}
	return assess.NewRules(catalogue, registers), h, o.Until.AddMonths(12)
}

// BenchmarkFamily follows one workload, of 200 in turn, through its history and a year ahead. What workloads rest on was
// followed before.
func BenchmarkFamily(b *testing.B) {
	rules, h, until := followed(b)
	builder, err := timeline.NewBuilder(rules, h, until)
	if err != nil {
		b.Fatal(err)
	}
	families, segments := builder.Families(), 0
	follow := func(ids []string) {
		lines, err := builder.Family(b.Context(), h.NewDesk(), ids)
		if err != nil {
			b.Fatal(err)
		}
		for _, line := range lines {
			segments += len(line.Segments)
		}
	}
	for _, ids := range families {
		follow(ids)
	}
	i := 0
	segments = 0
	b.ReportAllocs()
	for b.Loop() {
		follow(families[i%len(families)])
		i++
	}
	b.ReportMetric(float64(segments)/float64(b.N), "segments/op")
}

// BenchmarkBuild follows everything in a history of 200 workloads.
func BenchmarkBuild(b *testing.B) {
	rules, h, until := followed(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := timeline.Build(b.Context(), rules, h, until); err != nil {
			b.Fatal(err)
		}
	}
}
