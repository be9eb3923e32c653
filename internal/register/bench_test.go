package register_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/register"
)

// BenchmarkNew joins the records of 200 workloads.
func BenchmarkNew(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "sample")
	if _, err := demo.Write(b.Context(), dir, demo.Options{Seed: 1, Workloads: 200, Commits: 1000}); err != nil {
		b.Fatal(err)
	}
	loaded, err := load.Tree(b.Context(), os.DirFS(dir), load.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		register.New(loaded.Register.Records, loaded.Register.Files)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(loaded.Register.Records)), "ns/record")
}
