package assess_test

import (
	"slices"
	"testing"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
)

// TestStatusIsWhatItsDefinitionSays rolls the verdicts of the example up by the definition, step by step and without regard
// to cost, on days long past and far ahead.
func TestStatusIsWhatItsDefinitionSays(t *testing.T) {
	t.Parallel()
	for _, day := range []string{"2018-06-01", "2020-07-17", "2023-07-04", "2025-10-31", "2026-04-01", "2026-11-22", "2027-07-01", "2030-01-01"} {
		for _, s := range on(parse(day), example()).Subjects {
			want := defined(s)
			got := s.Status
			main, next := "", calendar.Date{}
			if got.Main != nil {
				main = got.Main.Obligation.ID
			}
			next = got.Next.On
			if got.State != want.state || main != want.main || next != want.next || got.Excepted != want.excepted {
				t.Errorf("%s on %s: %s by %q, next %q, %d set aside; by definition %s by %q, next %q, %d set aside",
					s.ID, day, got.State, main, next, got.Excepted, want.state, want.main, want.next, want.excepted)
			}
		}
	}
}

type definition struct {
	state    obligation.State
	main     string
	next     calendar.Date
	excepted int
}

func defined(s *assess.Subject) definition {
	var counted []*assess.Verdict
	for _, v := range slices.Concat(s.Verdicts, s.Inherited) {
		if v.Obligation.AliasOf == "" {
			counted = append(counted, v)
		}
	}
	d := definition{state: obligation.NotApplicable}
	for _, v := range counted {
		if s.Excepts(v) != nil {
			d.excepted++
		}
		if v.State != obligation.NotApplicable {
			d.state = obligation.Met
		}
		if due := s.Due(v); !due.On.IsZero() && due.Then.Lowers() && (d.next.IsZero() || due.On.Before(d.next)) {
			d.next = due.On
		}
	}
	for _, state := range []obligation.State{obligation.Blocked, obligation.Failing, obligation.Overdue, obligation.Incomplete, obligation.Gap} {
		for _, strength := range []obligation.Strength{obligation.Must, obligation.Should, obligation.Advisory} {
			for _, o := range catalogue().Obligations {
				for _, v := range counted {
					if v.Obligation == o && o.Strength == strength && v.State == state && s.Excepts(v) == nil {
						d.state, d.main = state, o.ID
						return d
					}
				}
			}
		}
	}
	return d
}

// TestWhatIsInherited compares what a workload inherits with what its records name: each verdict comes from its controller,
// a supplier, a contract or a footprint of its own, and duties about products only through a product in use.
func TestWhatIsInherited(t *testing.T) {
	t.Parallel()
	a := on(today, example())
	for _, w := range a.Register.Workloads {
		s := a.Subject(obligation.OfWorkload, w.ID)
		products := make(map[string]bool)
		from := map[string]bool{"organisation " + w.Facts.Controller: true}
		for _, used := range w.Facts.Suppliers {
			from["supplier "+used.Supplier] = true
			from["contract "+w.Facts.Controller+"/"+used.Contract] = true
			if used.Product != "" {
				products[used.Supplier] = true
			}
		}
		for _, f := range w.Footprints {
			from["footprint "+f.ID] = true
		}
		for _, v := range s.Inherited {
			source := string(v.Subject.Kind) + " " + v.Subject.ID
			if !from[source] {
				t.Errorf("%s inherits %s from %s, on which it does not rest", w.ID, v.Obligation.ID, source)
			}
			if v.Obligation.AboutProducts() && !products[v.Subject.ID] {
				t.Errorf("%s inherits %s from %s and uses no product of it", w.ID, v.Obligation.ID, source)
			}
		}
	}
}
