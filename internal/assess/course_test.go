package assess_test

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/versions"
)

// looks tells everything of a subject's own verdicts save due days, which a course leaves out.
func looks(s *assess.Subject) []string {
	if s == nil {
		return nil
	}
	lines := []string{fmt.Sprintf("%s %s %s %v", s.Kind, s.ID, s.Name, s.LeftOut)}
	for _, v := range s.Verdicts {
		excepted := ""
		if e := s.Excepts(v); e != nil {
			excepted = e.Record.Path
		}
		lines = append(lines, fmt.Sprintf("  %s %s %s %v %s", v.Obligation.ID, v.Subject.ID, v.State, v.Reasons, excepted))
	}
	return lines
}

// alone stands in for sources: what a workload inherits is not looked at here.
type alone struct{}

func (alone) Of(obligation.SubjectKind, string) *assess.Subject { return nil }
func (alone) OfProduct(string) *assess.Subject                  { return nil }
func (alone) Product(v *assess.Verdict, _ *register.Supplier, _ *register.Product) *assess.Verdict {
	return v
}

// lanes follow every subject of the example through a history.
type lane struct {
	kind     obligation.SubjectKind
	id       string
	follower *versions.Follower
	course   *assess.Course
}

func lanes(h *versions.History) []*lane {
	rules := assess.NewRules(catalogue(), laws())
	var list []*lane
	add := func(kind obligation.SubjectKind, ids []string, follow func(string) *versions.Follower) {
		for _, id := range ids {
			list = append(list, &lane{kind, id, follow(id), rules.NewCourse()})
		}
	}
	add(obligation.OfWorkload, h.Workloads(), func(id string) *versions.Follower { return h.Workload(h.NewDesk(), id) })
	add(obligation.OfOrganisation, h.Organisations(), func(id string) *versions.Follower { return h.Organisation(id, versions.Listed) })
	add(obligation.OfSupplier, h.Suppliers(), h.Supplier)
	add(obligation.OfContract, h.Contracts(), h.Contract)
	add(obligation.OfFootprint, h.Footprints(), h.Footprint)
	return list
}

// step is a state of a history by its files.
type step struct {
	day   calendar.Date
	files fstest.MapFS
}

// through makes a history of states that follow each other.
func through(t *testing.T, steps ...step) *versions.History {
	t.Helper()
	reader, err := load.NewReader(load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	blobs := make(map[string][]byte)
	h := versions.New(reader, func(id string) ([]byte, error) {
		src, ok := blobs[id]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return src, nil
	})
	before := fstest.MapFS{}
	for _, s := range steps {
		c := gitrepo.Change{Step: gitrepo.Step{Day: s.day}}
		names := maps.Clone(before)
		maps.Copy(names, s.files)
		for _, name := range slices.Sorted(maps.Keys(names)) {
			path := gitrepo.PathChange{Path: name[len(record.Root)+1:]}
			if f := before[name]; f != nil {
				path.Old, path.OldMode = record.Digest(f.Data), gitrepo.ModeFile
			}
			if f := s.files[name]; f != nil {
				path.New, path.NewMode = record.Digest(f.Data), gitrepo.ModeFile
				blobs[path.New] = f.Data
			}
			if path.Old != path.New {
				c.Paths = append(c.Paths, path)
			}
		}
		h.Add(c)
		before = s.files
	}
	if err := h.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// TestACourseFindsWhatJudgingEverythingFinds takes out and spoils every file of a register in turn, and puts it back. Whoever
// follows a subject and judges again only what can have changed must find what judging everything finds.
func TestACourseFindsWhatJudgingEverythingFinds(t *testing.T) {
	t.Parallel()
	list := files(t)
	whole := read(t, list) // fills the digests in
	steps := []step{{today, list}}
	var claims []string
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
			steps = append(steps, step{today.AddDays(len(steps)), other}, step{today.AddDays(len(steps) + 1), list})
			claims = append(claims, fmt.Sprintf("without %s (spoilt: %t)", name, spoil), "with "+name+" again")
		}
	}
	h := through(t, steps...)
	all := lanes(h)
	for state, s := range steps {
		reg := whole
		if state > 0 && state%2 == 1 {
			reg = partly(t, s.files)
		}
		want := assess.On(s.day, reg, catalogue(), laws())
		for _, l := range all {
			if l.follower.Next() == state {
				view, err := l.follower.Enter(state)
				if err != nil {
					t.Fatal(err)
				}
				l.course.Enter(view)
			}
			if diff := cmp.Diff(looks(want.Subject(l.kind, l.id)), looks(l.course.On(s.day, alone{}))); diff != "" {
				claim := "at first"
				if state > 0 {
					claim = claims[state-1]
				}
				t.Fatalf("%s, %s %s on %s (-all judged +followed):\n%s", claim, l.kind, l.id, s.day, diff)
			}
		}
	}
}

// TestACourseOfTheExample goes through two years of the living example: nothing changes before the day that a course names.
func TestACourseOfTheExample(t *testing.T) {
	t.Parallel()
	list := files(t)
	reg := read(t, list)
	h := through(t, step{today, list})
	last := today.AddDays(730)
	days := 40
	if testing.Short() {
		days = 5
	}
	for _, l := range lanes(h) {
		view, err := l.follower.Enter(0)
		if err != nil {
			t.Fatal(err)
		}
		l.course.Enter(view)
		at := today
		for day := today; day.Before(last); day = day.AddDays(730 / days) {
			for at.Before(day) {
				next := l.course.Next(at)
				if next.IsZero() || next.After(day) {
					break
				}
				l.course.On(next, alone{})
				at = next
			}
			got := l.course.On(at, alone{})
			one := assess.On(day, reg, catalogue(), laws()).Subject(l.kind, l.id)
			if diff := cmp.Diff(looks(one), looks(got)); diff != "" {
				t.Fatalf("%s %s on %s (-judged +followed):\n%s", l.kind, l.id, day, diff)
			}
		}
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

func TestACourseKeepsWhatDidNotChange(t *testing.T) {
	t.Parallel()
	list := files(t)
	read(t, list)
	// Something about the trial that turns nothing elsewhere.
	h := through(t, step{today, list}, step{today.AddDays(1), without(maps.Clone(list), workloads+"trial/costs.yaml")})
	for _, l := range lanes(h) {
		if l.kind != obligation.OfWorkload {
			continue
		}
		view, err := l.follower.Enter(0)
		if err != nil {
			t.Fatal(err)
		}
		l.course.Enter(view)
		l.course.On(today, alone{})
		if again := l.follower.Next() >= 0; again != (l.id == "ZZ1/trial") {
			t.Errorf("%s was judged again: %t", l.id, again)
		}
	}
}
