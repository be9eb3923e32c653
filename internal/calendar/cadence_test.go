package calendar_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
)

func TestOccurrenceAddsFromTheAnchor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, anchor, period string
		want                  []string // occurrences 0, 1, 2 …
	}{
		{
			"a yearly cycle of a leap day returns to it", "2024-02-29", "1y",
			[]string{"2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"},
		},
		{
			"a monthly cycle of the 31st keeps to month ends", "2026-01-31", "1m",
			[]string{"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"},
		},
		{
			"a quarterly cycle of the 30th", "2025-11-30", "3m",
			[]string{"2025-11-30", "2026-02-28", "2026-05-30", "2026-08-30", "2026-11-30", "2027-02-28"},
		},
		{
			"weeks and months together", "2026-01-31", "1m1w",
			[]string{"2026-01-31", "2026-03-07", "2026-04-14", "2026-05-21"},
		},
	} {
		t.Run(c.claim, func(t *testing.T) {
			period, err := calendar.ParsePeriod(c.period)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for n := range c.want {
				got = append(got, calendar.Occurrence(day(c.anchor), period, n).String())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNextAfter(t *testing.T) {
	t.Parallel()
	year := calendar.Period{Months: 12}
	for _, c := range []struct {
		claim       string
		after, want calendar.Date
	}{
		{"before the anchor, the anchor is next", day("2024-02-28"), day("2024-02-29")},
		{"on the anchor, the first recurrence is next", day("2024-02-29"), day("2025-02-28")},
		{"on an occurrence, the one after it", day("2027-02-28"), day("2028-02-29")},
		{"the day before an occurrence, that one", day("2028-02-28"), day("2028-02-29")},
		{"after no date, the anchor", none, day("2024-02-29")},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := calendar.NextAfter(day("2024-02-29"), year, c.after); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if got := calendar.NextAfter(none, year, day("2026-11-22")); !got.IsZero() {
		t.Errorf("without an anchor, next is %s", got)
	}
}

func TestNextAfterIsTheFirstLater(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		anchor, after := dates(rt, "anchor"), dates(rt, "after")
		p := calendar.Period{Months: rapid.IntRange(0, 60).Draw(rt, "months"), Days: rapid.IntRange(0, 400).Draw(rt, "days")}
		if p.IsZero() {
			p.Days = 1
		}
		want := anchor
		for n := 0; !want.After(after); n++ { // the slow way
			want = calendar.Occurrence(anchor, p, n)
		}
		if got := calendar.NextAfter(anchor, p, after); got != want {
			rt.Fatalf("got %s, want %s", got, want)
		}
	})
}
