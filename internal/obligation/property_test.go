package obligation_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
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
