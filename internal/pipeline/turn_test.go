package pipeline

import (
	"slices"
	"testing"

	"example.org/muniment/internal/register"
	"example.org/muniment/internal/timeline"
)

func TestAFamilyIsMadeInTheTurnOfTheLastOrganisationThatItIsAbout(t *testing.T) {
	t.Parallel()
	one, two := &register.Organisation{ID: "ZZ1"}, &register.Organisation{ID: "ZZ2"}
	for claim, c := range map[string]struct {
		family family
		about  []string
	}{
		"a workload that stays where it is":    {familyOf([]string{"ZZ1/a"}, []*register.Workload{{Organisation: one, Controller: one}}), []string{"ZZ1"}},
		"one that another organisation judges": {familyOf([]string{"ZZ1/a"}, []*register.Workload{{Organisation: one, Controller: two}}), []string{"ZZ1", "ZZ2"}},
		"one that came from there":             {familyOf([]string{"ZZ2/a", "ZZ1/a"}, []*register.Workload{{Organisation: one, Controller: one}}), []string{"ZZ1", "ZZ2"}},
		"one that is gone":                     {familyOf([]string{"ZZ3/a"}, nil), []string{"ZZ3"}},
		"one whose organisation is refused":    {familyOf([]string{"ZZ1/a"}, []*register.Workload{{Controller: two}}), []string{"ZZ1", "ZZ2"}},
	} {
		if !slices.Equal(c.family.about, c.about) || c.family.turn() != c.about[len(c.about)-1] {
			t.Errorf("%s: it is about %v in the turn of %s", claim, c.family.about, c.family.turn())
		}
	}
}

func TestAnOrganisationIsLetGoOfWhenNothingNeedsItAnyMore(t *testing.T) {
	t.Parallel()
	about := func(id string, codes ...string) family { return family{ids: []string{id}, about: codes} }
	alone, moved, late := about("ZZ1/a", "ZZ1"), about("ZZ1/b", "ZZ1", "ZZ2"), about("ZZ1/c", "ZZ1", "ZZ2")
	p := &press{under: make(map[string]*underway), lines: new(timeline.Builder)}
	p.schedule([]family{alone, moved, late})
	for i, step := range []struct {
		claim      string
		begin      []family
		end        family
		done, over []string
	}{
		{"after its own families nothing of it is at hand", []family{alone}, alone, nil, []string{"ZZ1"}},
		{"nor while another family that is about it is made", []family{moved, late}, moved, nil, nil},
		{"after the last it is done, as is that of the turn", nil, late, []string{"ZZ1", "ZZ2"}, nil},
	} {
		for _, f := range step.begin {
			p.begin(f)
		}
		if done, over := p.end(step.end); !slices.Equal(done, step.done) || !slices.Equal(over, step.over) {
			t.Errorf("step %d: %s: done %v, over %v", i, step.claim, done, over)
		}
	}
}
