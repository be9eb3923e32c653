package assess_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
)

// looks tells everything of an assessment save due days, which a walk leaves out.
func looks(a *assess.Assessment) []string {
	var lines []string
	for _, s := range a.Subjects {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %v %d %v", s.Kind, s.ID, s.Name, s.Status.State, s.Status.Counts, s.Status.Excepted, s.LeftOut))
		for _, v := range slices.Concat(s.Verdicts, s.Inherited) {
			excepted := ""
			if e := s.Excepts(v); e != nil {
				excepted = e.Record.Path
			}
			lines = append(lines, fmt.Sprintf("  %s %s %s %v %s", v.Obligation.ID, v.Subject.ID, v.State, v.Reasons, excepted))
		}
	}
	return lines
}

// TestWhatASubjectRestsOn takes out and spoils every file of a register in turn, and wants a walk that judges again only what
// rests on it to find what judging everything finds: then no judgement looks at a file that it is not said to rest on.
func TestWhatASubjectRestsOn(t *testing.T) {
	t.Parallel()
	list := files(t)
	whole := read(t, list) // fills the digests in
	walk := assess.NewWalk(catalogue(), laws())
	walk.On(today, whole)
	for i, name := range slices.Sorted(maps.Keys(list)) {
		if testing.Short() && i%12 != 0 {
			continue
		}
		for _, spoil := range []bool{false, true} {
			other := maps.Clone(list)
			delete(other, name)
			if spoil {
				other[name] = &fstest.MapFile{Data: []byte("kind: [\n")}
			}
			compareOn(t, walk, fmt.Sprintf("without %s (spoilt: %t)", name, spoil), today, partly(t, other))
			compareOn(t, walk, "with "+name+" again", today, whole)
		}
	}
}

// TestAWalkOfTheExample goes through a year of the living example.
func TestAWalkOfTheExample(t *testing.T) {
	t.Parallel()
	reg := example()
	walk := assess.NewWalk(catalogue(), laws())
	looked := 12
	if testing.Short() {
		looked = 3
	}
	for day, n := today, 0; n < looked && !day.IsZero(); n++ {
		compareOn(t, walk, "on", day, reg)
		before, next := day, walk.Next()
		// Nothing changes before the day that the walk names.
		if last := next.AddDays(-1); last.After(before) {
			compareOn(t, walk, "the day before a walk looks again,", last, reg)
		}
		day = next
		for range n { // further on as it goes
			walk.On(day, reg)
			day = walk.Next()
		}
	}
}

func compareOn(t *testing.T, walk *assess.Walk, what string, day calendar.Date, reg *register.Register) {
	t.Helper()
	if diff := cmp.Diff(looks(on(day, reg)), looks(walk.On(day, reg))); diff != "" {
		t.Errorf("%s %s (-all judged +walked):\n%s", what, day, diff)
	}
}

// partly reads a register of which some is refused.
func partly(t *testing.T, list fstest.MapFS) *register.Register {
	t.Helper()
	result, err := load.Tree(t.Context(), list, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return result.Register
}

func TestAWalkKeepsWhatDidNotChange(t *testing.T) {
	t.Parallel()
	list := files(t)
	whole := read(t, list)
	walk := assess.NewWalk(catalogue(), laws())
	before := walk.On(today, whole)
	// Something about the trial that turns nothing elsewhere.
	after := walk.On(today, partly(t, without(maps.Clone(list), workloads+"trial/costs.yaml")))
	for _, id := range []string{"ZZ1/archive", "ZZ1/trial"} {
		same := before.Subject(obligation.OfWorkload, id) == after.Subject(obligation.OfWorkload, id)
		if same != (id == "ZZ1/archive") {
			t.Errorf("%s was judged again: %t", id, !same)
		}
	}
}
