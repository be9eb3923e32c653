package obligation_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
)

// TestTheDueDayIsTheFirstWorseDay judges every day of a year and a half, and compares the first on which a verdict differs
// with the due day that was announced at the start.
func TestTheDueDayIsTheFirstWorseDay(t *testing.T) {
	t.Parallel()
	list := subjects(valid(t))
	good := func(s obligation.State) bool { return s == obligation.Met || s == obligation.NotApplicable }
	for _, id := range slices.Sorted(maps.Keys(list)) {
		s := list[id]
		for _, o := range catalogue().Obligations {
			if o.Subject != s.Kind() {
				continue
			}
			first := obligation.Judge(o, s, laws(), today)
			var change calendar.Date
			var state obligation.State
			for n := 1; n <= 400 && change.IsZero(); n++ {
				on := today.AddDays(n)
				if got := obligation.Judge(o, s, laws(), on); got.State != first.State && !(good(got.State) && good(first.State)) {
					change, state = on, got.State
				}
			}
			announced := first.Due.On
			if announced.After(today.AddDays(400)) {
				announced = calendar.Date{}
			}
			if announced != change {
				t.Errorf("%s, %s: announced for %q, and first changes on %q", id, o.ID, announced, change)
			} else if !change.IsZero() && state != first.Due.Then {
				t.Errorf("%s, %s: on %s it is %s, announced was %s", id, o.ID, change, state, first.Due.Then)
			}
		}
	}
}

// TestDueDaysHoldOnAnyDay asks the same of days drawn at random, past and future.
func TestDueDaysHoldOnAnyDay(t *testing.T) {
	t.Parallel()
	list := subjects(valid(t))
	ids := slices.Sorted(maps.Keys(list))
	first := calendar.MustParse("2018-01-01")
	rapid.Check(t, func(rt *rapid.T) {
		s := list[rapid.SampledFrom(ids).Draw(rt, "subject")]
		day := first.AddDays(rapid.IntRange(0, 12*365).Draw(rt, "day"))
		for _, o := range catalogue().Obligations {
			if o.Subject != s.Kind() {
				continue
			}
			if problem := consistent(o, s, day, obligation.Judge(o, s, laws(), day)); problem != "" {
				rt.Fatalf("judged on %s: %s", day, problem)
			}
		}
	})
}

// TestJudgingTwiceIsJudgingOnce: nothing is kept between judgements.
func TestJudgingTwiceIsJudgingOnce(t *testing.T) {
	t.Parallel()
	reg := valid(t)
	for id, s := range subjects(reg) {
		for _, o := range catalogue().Obligations {
			if o.Subject == s.Kind() {
				one, two := fmt.Sprint(obligation.Judge(o, s, laws(), today)), fmt.Sprint(obligation.Judge(o, s, laws(), today))
				if one != two {
					t.Errorf("%s, %s: %s then %s", id, o.ID, one, two)
				}
			}
		}
	}
}

// stands tells what is wrong with a spell: on its last day, and on one drawn in between, state and reasons are those it has.
func stands(random *rand.Rand, o *obligation.Obligation, s obligation.Subject, day calendar.Date) string {
	spell := obligation.Stand(o, s, laws(), day)
	last := day.AddDays(400)
	if !spell.Until.IsZero() && !spell.Until.After(last) {
		last = spell.Until.AddDays(-1)
	}
	for _, on := range []calendar.Date{day.AddDays(random.IntN(day.DaysUntil(last) + 1)), last} {
		then := obligation.Judge(o, s, laws(), on)
		then.Due = obligation.Due{}
		if diff := cmp.Diff(spell.Outcome, then); diff != "" {
			return fmt.Sprintf("%s stands from %s until %q, and is another on %s (-then +now):\n%s", o.ID, day, spell.Until, on, diff)
		}
	}
	return ""
}

// spoils are edits that change what kind of thing a record of the valid register is about: what occurs, and what may stand there.
var spoils = [][]string{
	{"phase: live", "phase: closed", "phase: proposed"},
	{"type: production", "type: innovation"},
	{"type: innovation", "type: production"},
	{"stage: signed", "stage: ended", "stage: procurement"},
	{"personal: confidential-patient", "personal: none", "personal: personal"},
	{"outcome: still-valid", "outcome: changed"},
	{"decision: approved", "decision: refused", "decision: withdrawn"},
	{"country: US", "country: FR", "country: IN", "country: GB"},
	{"country: GB", "country: US", "country: JP"},
	{"purpose: primary", "purpose: log"},
	{"model: public", "model: private", "model: on-premises"},
	{"mechanism: idta", "mechanism: eu-scc-2001-2010", "mechanism: privacy-shield"},
	{"status: met", "status: not-met", "status: approaching"},
	{"residualRisk: low", "residualRisk: high"},
	{"level: V", "level: I"},
	{"closure: 30d", "closure: 6m"},
	{"clinical: true", "clinical: false"},
}

var dayIn = regexp.MustCompile(`\b20[12][0-9]-[0-9]{2}-[0-9]{2}\b`)

// TestDueDaysHoldForAnyRegister asks the same of registers in which a few days and facts have been changed at random, whether
// or not that makes sense: what is refused is left out, and the rest is judged.
func TestDueDaysHoldForAnyRegister(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(17, 4))
	archive := must(txtar.ParseFile("testdata/valid.txtar"))
	for range 12 {
		files := make(fstest.MapFS)
		for _, f := range archive.Files {
			files[f.Name] = &fstest.MapFile{Data: slices.Clone(f.Data)}
		}
		names := slices.Sorted(maps.Keys(files))
		var changed []string
		for range 3 {
			name := names[random.IntN(len(names))]
			if days := dayIn.FindAllIndex(files[name].Data, -1); len(days) > 0 {
				at := days[random.IntN(len(days))]
				copy(files[name].Data[at[0]:at[1]], today.AddDays(random.IntN(900)-500).String())
				changed = append(changed, fmt.Sprintf("%s:%d", name, at[0]))
			}
			spoil := spoils[random.IntN(len(spoils))]
			i := slices.IndexFunc(names, func(name string) bool { return bytes.Contains(files[name].Data, []byte(spoil[0])) })
			if i >= 0 {
				files[names[i]].Data = bytes.Replace(files[names[i]].Data, []byte(spoil[0]), []byte(spoil[1+random.IntN(len(spoil)-1)]), 1)
				changed = append(changed, names[i]+": "+spoil[0])
			}
		}
		fill(files)
		result, err := load.Tree(t.Context(), files, load.Options{})
		if err != nil {
			t.Fatal(err)
		}
		list := subjects(result.Register)
		for _, id := range slices.Sorted(maps.Keys(list)) {
			s := list[id]
			for _, o := range catalogue().Obligations {
				if o.Subject != s.Kind() {
					continue
				}
				day := today.AddDays(random.IntN(800) - 400)
				if problem := consistent(o, s, day, obligation.Judge(o, s, laws(), day)); problem != "" {
					t.Errorf("%s, judged on %s: %s (changed: %s)", id, day, problem, strings.Join(changed, ", "))
				}
				if problem := stands(random, o, s, day); problem != "" {
					t.Errorf("%s: %s (changed: %s)", id, problem, strings.Join(changed, ", "))
				}
			}
		}
	}
}
