package pipeline

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"example.org/muniment/internal/obligation"
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

func TestAnOrganisationIsToldOfBeforeItsTurn(t *testing.T) {
	t.Parallel()
	var families []family
	for _, turn := range []string{"ZZ1", "ZZ2", "ZZ3"} {
		for i := range 2 * early {
			id := fmt.Sprintf("%s/w%02d", turn, i)
			families = append(families, familyOf([]string{id}, []*register.Workload{{ID: id, Organisation: &register.Organisation{ID: turn}}}))
		}
	}
	all := make(map[string]kept)
	for _, f := range families {
		all[string(obligation.OfWorkload)+" "+f.ids[0]] = kept{}
	}
	but := func(ids ...string) map[string]kept {
		some := maps.Clone(all)
		for _, id := range ids {
			delete(some, string(obligation.OfWorkload)+" "+id)
		}
		return some
	}
	for claim, c := range map[string]struct {
		lines   *timeline.Builder
		carried map[string]kept
		want    string
	}{
		"each a few families ahead":               {new(timeline.Builder), nil, "ZZ1 before 0, ZZ2 before 8, ZZ3 before 24, "},
		"none whose families are carried over":    {new(timeline.Builder), all, ""},
		"the one of which a family is not":        {new(timeline.Builder), but("ZZ2/w05"), "ZZ2 before 13, "},
		"once, of which several families are not": {new(timeline.Builder), but("ZZ2/w05", "ZZ2/w15"), "ZZ2 before 13, "},
		"none where nothing is told through time": {nil, nil, ""},
	} {
		p := &press{lines: c.lines}
		got, made := "", 0
		for _, e := range p.errands(families, c.carried) {
			if e.tell != "" {
				got += fmt.Sprintf("%s before %d, ", e.tell, made)
				continue
			}
			if e.ids[0] != families[made].ids[0] {
				t.Fatalf("%s: %v comes in the place of %v", claim, e.ids, families[made].ids)
			}
			made++
		}
		if made != len(families) || got != c.want {
			t.Errorf("%s: %d of %d families, and told of are %q, want %q", claim, made, len(families), got, c.want)
		}
	}
}
