package assess_test

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
	"example.org/muniment/internal/register"
	"example.org/muniment/schemas"
)

// judgeable is a register of 200 workloads with its rules and a day to judge it on.
func judgeable(b *testing.B) (*assess.Rules, calendar.Date, *register.Register) {
	b.Helper()
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
	return assess.NewRules(catalogue, registers), o.Until, loaded.Register
}

// BenchmarkBegin judges what workloads rest on.
func BenchmarkBegin(b *testing.B) {
	rules, day, reg := judgeable(b)
	b.ReportAllocs()
	for b.Loop() {
		rules.Begin(day, reg)
	}
}

// BenchmarkWorkload judges a workload, of 200 in turn.
func BenchmarkWorkload(b *testing.B) {
	rules, day, reg := judgeable(b)
	judged, i := rules.Begin(day, reg), 0
	b.ReportAllocs()
	for b.Loop() {
		judged.Workload(reg, reg.Workloads[i%len(reg.Workloads)])
		i++
	}
}
