package obligation_test

import (
	"slices"
	"sync"
	"testing"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/obligation"
)

// case of a benchmark: one duty of one subject.
type benchCase struct {
	index int
	o     *obligation.Obligation
	s     obligation.Subject
}

var benchDay = calendar.MustParse("2025-09-02")

// benchCases is every duty of every subject of a made-up register.
var benchCases = sync.OnceValue(func() []benchCase {
	var list []benchCase
	for _, s := range things(made(demo.Options{Seed: 5, Workloads: 60, Suppliers: 12, Years: 5, Commits: 900, Bare: true, Stated: true})) {
		if s.Only != nil {
			continue
		}
		for _, o := range dutiesOf(s) {
			if o.AliasOf == "" {
				list = append(list, benchCase{len(list), o, s.Subject})
			}
		}
	}
	return list
})

// benchmark runs a look at all duties, and at those of each kind. It counts for each duty.
func benchmark(b *testing.B, look func(benchCase)) {
	of := func(name string, list []benchCase) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				look(list[i%len(list)])
			}
		})
	}
	all := benchCases()
	of("all", all)
	kinds := []obligation.Kind{
		obligation.KindRecord, obligation.KindApproval, obligation.KindReview, obligation.KindCertificate, obligation.KindLocation, obligation.KindLimit,
		obligation.KindAnswers, obligation.KindDeclaration, obligation.KindNotice, obligation.KindSeparation, obligation.KindFreshness,
	}
	for _, kind := range kinds {
		of(string(kind), slices.DeleteFunc(slices.Clone(all), func(c benchCase) bool { return c.o.Kind != kind }))
	}
}

func BenchmarkStand(b *testing.B) {
	benchmark(b, func(c benchCase) { obligation.Stand(c.o, c.s, laws(), benchDay) })
}

func BenchmarkNext(b *testing.B) {
	spells := make([]obligation.Spell, len(benchCases()))
	for i, c := range benchCases() {
		spells[i] = obligation.Stand(c.o, c.s, laws(), benchDay)
	}
	later := benchDay.AddDays(40)
	benchmark(b, func(c benchCase) { spells[c.index].Next(c.o, c.s, laws(), later) })
}

func BenchmarkJudge(b *testing.B) {
	benchmark(b, func(c benchCase) { obligation.Judge(c.o, c.s, laws(), benchDay) })
}
