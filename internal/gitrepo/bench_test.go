package gitrepo_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gitrepo"
)

// sample writes a repository of some size and opens it.
func sample(b *testing.B) *gitrepo.Repo {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "sample.git")
	if _, err := demo.Write(context.Background(), dir, demo.Options{Seed: 1, Workloads: 1000, Commits: 5000, Bare: true}); err != nil {
		b.Fatal(err)
	}
	repo, err := gitrepo.Open(dir, time.UTC)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { repo.Close() })
	return repo
}

func tip(b *testing.B, repo *gitrepo.Repo) gitrepo.Commit {
	b.Helper()
	c, err := repo.Head()
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkHistory reads 5,000 commits of 1,000 workloads and what each changed.
func BenchmarkHistory(b *testing.B) {
	repo := sample(b)
	c := tip(b, repo)
	for b.Loop() {
		changes := 0
		err := repo.History(b.Context(), c, "evidence", func(c gitrepo.Change) error {
			changes += len(c.Paths)
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(changes), "changes/op")
	}
}

// BenchmarkBlobs reads every blob that the history brought, from as many goroutines as there are processors.
func BenchmarkBlobs(b *testing.B) {
	repo := sample(b)
	var ids []string
	err := repo.History(b.Context(), tip(b, repo), "evidence", func(c gitrepo.Change) error {
		for _, p := range c.Paths {
			if p.New != "" {
				ids = append(ids, p.New)
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if _, err := repo.Blob(ids[i%len(ids)]); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkFiles lists every file of a commit.
func BenchmarkFiles(b *testing.B) {
	repo := sample(b)
	c := tip(b, repo)
	for b.Loop() {
		files, err := repo.Files(c, "")
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(files)), "files/op")
	}
}
