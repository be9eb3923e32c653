package calendar_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
)

func TestWindow(t *testing.T) {
	t.Parallel()
	window := func(from, to string) (w calendar.Window) {
		if from != "" {
			w.From = day(from)
		}
		if to != "" {
			w.To = day(to)
		}
		return w
	}
	for _, c := range []struct {
		claim  string
		window calendar.Window
		on     calendar.Date
		want   bool
	}{
		{"holds on its first day", window("2026-01-01", "2026-03-31"), day("2026-01-01"), true},
		{"holds on its last day", window("2026-01-01", "2026-03-31"), day("2026-03-31"), true},
		{"does not hold the day before", window("2026-01-01", "2026-03-31"), day("2025-12-31"), false},
		{"does not hold the day after", window("2026-01-01", "2026-03-31"), day("2026-04-01"), false},
		{"without a first day it always was", window("", "2026-03-31"), day("1900-01-01"), true},
		{"without a last day it still holds", window("2026-01-01", ""), day("2199-12-31"), true},
		{"without either it holds always", window("", ""), day("2026-11-22"), true},
		{"never holds on no date", window("", ""), none, false},
		{"a single day is a window", window("2026-01-01", "2026-01-01"), day("2026-01-01"), true},
		{"written backwards it holds on no day", window("2026-03-31", "2026-01-01"), day("2026-02-01"), false},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := c.window.Contains(c.on); got != c.want {
				t.Errorf("%v contains %s: %t", c.window, c.on, got)
			}
		})
	}
	if got, want := window("", "2024-02-28").End(), day("2024-02-29"); got != want {
		t.Errorf("the first day after 28 February 2024 = %s, want %s", got, want)
	}
	if got := window("2024-02-28", "").End(); !got.IsZero() {
		t.Errorf("an open window ends on %s", got)
	}
}

func TestSegmentIsHalfOpen(t *testing.T) {
	t.Parallel()
	s := calendar.Segment{From: day("2026-01-01"), Until: day("2026-04-01")}
	got := map[string]bool{}
	for _, on := range []string{"2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01"} {
		got[on] = s.Contains(day(on))
	}
	want := map[string]bool{"2025-12-31": false, "2026-01-01": true, "2026-03-31": true, "2026-04-01": false}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !(calendar.Segment{From: s.From}).Contains(day("2199-12-31")) || (calendar.Segment{}).Contains(none) {
		t.Error("a segment without end must hold on every later day, and none on no date")
	}
}

func TestWindowProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		near := func(label string) calendar.Date {
			n := rapid.IntRange(0, 12).Draw(rt, label)
			if n == 0 {
				return none
			}
			return day("2026-02-20").AddDays(n)
		}
		w := calendar.Window{From: near("from"), To: near("to")}
		v := calendar.Window{From: near("other from"), To: near("other to")}

		shared := false
		for d := day("2026-02-01"); d.Before(day("2026-04-01")); d = d.AddDays(1) {
			shared = shared || w.Contains(d) && v.Contains(d)
			asSegment := calendar.Segment{From: w.From, Until: w.End()}
			claim(rt, "a window is the segment up to its end", w.Contains(d) == asSegment.Contains(d))
		}
		claim(rt, "windows overlap exactly when they share a day", w.Overlaps(v) == shared)
		claim(rt, "overlap works both ways", w.Overlaps(v) == v.Overlaps(w))
	})
}

func TestEarliestLeavesOutNoDate(t *testing.T) {
	t.Parallel()
	if got, want := calendar.Earliest(none, day("2027-01-01"), none, day("2026-11-22"), day("2026-11-23")), day("2026-11-22"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
