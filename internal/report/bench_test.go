package report_test

import (
	"os"
	"path/filepath"
	"testing"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/report"
	"example.org/muniment/schemas"
)

// BenchmarkMaker words the detail and the share of a workload, of 200 in turn, without a timeline.
func BenchmarkMaker(b *testing.B) {
	o := demo.Options{Seed: 1, Workloads: 200, Commits: 1000, Until: calendar.Of(2026, 11, 20), Stated: true}
	dir := filepath.Join(b.TempDir(), "sample")
	if _, err := demo.Write(b.Context(), dir, o); err != nil {
		b.Fatal(err)
	}
	loaded, err := load.Tree(b.Context(), os.DirFS(dir), load.Options{})
	if err != nil {
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
	reg := loaded.Register
	judged := assess.NewRules(catalogue, registers).Begin(o.Until, reg)
	subjects := make([]*assess.Subject, len(reg.Workloads))
	for i, w := range reg.Workloads {
		subjects[i] = judged.Workload(reg, w)
	}
	m := report.NewMaker(report.Frame{
		Origin: report.Origin{AsOf: o.Until}, Catalogue: catalogue, Law: registers, Whole: reg,
		Status: func(kind obligation.SubjectKind, id string) report.Status {
			return report.StatusOf(judged.Of(kind, id))
		},
	})
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		m.Workload(reg.Workloads[i%len(subjects)], report.Held{Register: reg, Judged: subjects[i%len(subjects)]})
		i++
	}
}
