package versions_test

import (
	"path/filepath"
	"testing"
	"time"

	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/versions"
)

// BenchmarkHistory takes in 1,500 commits of 200 workloads that were read before, and completes them.
func BenchmarkHistory(b *testing.B) {
	const commits = 1500
	dir := filepath.Join(b.TempDir(), "sample.git")
	if _, err := demo.Write(b.Context(), dir, demo.Options{Seed: 1, Workloads: 200, Commits: commits, Bare: true}); err != nil {
		b.Fatal(err)
	}
	repo, err := gitrepo.Open(dir, time.UTC)
	if err != nil {
		b.Fatal(err)
	}
	defer repo.Close()
	head, err := repo.Head()
	if err != nil {
		b.Fatal(err)
	}
	var changes []gitrepo.Change
	err = repo.History(b.Context(), head, record.Root, func(c gitrepo.Change) error {
		changes = append(changes, c)
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	reader, err := load.NewReader(load.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		h := versions.New(reader, repo.Blob)
		for _, c := range changes {
			h.Add(c)
		}
		if err := h.Complete(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/commits, "ns/commit")
}
