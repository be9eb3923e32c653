package site

import (
	"strings"
	"testing"

	"example.org/muniment/internal/report"
)

func TestMonthEndsAreBounded(t *testing.T) {
	ends := monthEndsBetween(day("2024-02-10"), day("2024-05-30"))
	var got []string
	for _, e := range ends {
		got = append(got, e.Day.String())
	}
	if s := strings.Join(got, " "); s != "2024-02-29 2024-03-31 2024-04-30" {
		t.Errorf("between 10 February and 30 May 2024 months end on %s", s)
	}
	if ends = monthEndsBetween(day("1990-01-01"), day("2026-12-31")); len(ends) != monthEnds || ends[len(ends)-1].Day != day("2026-12-31") {
		t.Errorf("of 37 years there are %d pages, the last for %s", len(ends), ends[len(ends)-1].Day)
	}
}

func TestADayShowsWhatStoodThen(t *testing.T) {
	c := report.Course{Spells: []report.Spell{{From: day("2024-01-10"), State: "incomplete"}, {From: day("2024-02-01"), State: ""}, {From: day("2024-03-01"), State: "met"}}}
	for on, want := range map[string]string{
		"2024-01-09": "", "2024-01-10": "incomplete", "2024-01-31": "incomplete", "2024-02-01": "", "2024-02-29": "", "2024-03-01": "met", "2030-01-01": "met",
	} {
		if got := c.On(day(on)).State; got != want {
			t.Errorf("on %s it is %q, not %q", on, got, want)
		}
	}
}
