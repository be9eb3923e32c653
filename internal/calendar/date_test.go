package calendar_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
)

var day = calendar.MustParse

// none is no date.
var none calendar.Date

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ claim, text, want string }{
		{"a day is read", "2026-11-22", ""},
		{"the first day accepted", "1900-01-01", ""},
		{"the last day accepted", "2199-12-31", ""},
		{"a leap day", "2024-02-29", ""},
		{"the leap day of a century divisible by 400", "2000-02-29", ""},
		{"a century not divisible by 400 has no leap day", "2100-02-29", "from 01 to 28 in February 2100"},
		{"an ordinary year has no leap day", "2026-02-29", "from 01 to 28 in February 2026"},
		{"April has 30 days", "2026-04-31", "from 01 to 30 in April 2026"},
		{"there is no day 0", "2026-04-00", "from 01 to 30"},
		{"there is no month 13", "2026-13-01", "month from 01 to 12"},
		{"there is no month 0", "2026-00-01", "month from 01 to 12"},
		{"a slipped century", "1026-01-01", "year from 1900 to 2199"},
		{"one year too many", "2200-01-01", "year from 1900 to 2199"},
		{"nothing", "", "YYYY-MM-DD"},
		{"days first", "22-11-2026", "YYYY-MM-DD"},
		{"slashes", "2026/11/22", "YYYY-MM-DD"},
		{"no leading zero", "2026-1-22", "YYYY-MM-DD"},
		{"a time of day", "2026-11-22T00:00:00Z", "YYYY-MM-DD"},
		{"a week date", "2026-W05-1", "YYYY-MM-DD"},
		{"an ordinal date", "2026-031", "YYYY-MM-DD"},
		{"space around it", " 2026-11-22", "YYYY-MM-DD"},
		{"a sign for a digit", "+026-11-22", "YYYY-MM-DD"},
		{"digits of another script", "٢٠٢٦-١١-٢٢", "YYYY-MM-DD"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			got, err := calendar.Parse(c.text)
			switch {
			case c.want == "" && (err != nil || got.String() != c.text):
				t.Errorf("Parse(%q) = %s, %v", c.text, got, err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || !got.IsZero()):
				t.Errorf("Parse(%q) = %q, %v; want an error with %q", c.text, got, err, c.want)
			}
		})
	}
}

func TestAddMonthsClamps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, from string
		months      int
		want        string
	}{
		{"31 January and a month is the end of February", "2026-01-31", 1, "2026-02-28"},
		{"and in a leap year its 29th", "2024-01-31", 1, "2024-02-29"},
		{"four months from 31 January is 31 May", "2026-01-31", 4, "2026-05-31"},
		{"a leap day and a year is 28 February", "2024-02-29", 12, "2025-02-28"},
		{"a leap day and four years is a leap day", "2024-02-29", 48, "2028-02-29"},
		{"28 February does not grow", "2023-02-28", 12, "2024-02-28"},
		{"over the year's end", "2026-12-31", 2, "2027-02-28"},
		{"back over the year's end", "2026-01-31", -2, "2025-11-30"},
		{"back a year from a leap day", "2024-02-29", -12, "2023-02-28"},
		{"2100 has no leap day", "2096-02-29", 48, "2100-02-28"},
		{"no months", "2024-02-29", 0, "2024-02-29"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := day(c.from).AddMonths(c.months); got != day(c.want) {
				t.Errorf("%s and %d months = %s, want %s", c.from, c.months, got, c.want)
			}
		})
	}
}

func TestSubCountsBackFromTheEnd(t *testing.T) {
	t.Parallel()
	if got, want := day("2026-05-31").Sub(calendar.Period{Months: 3}), day("2026-02-28"); got != want {
		t.Errorf("three months' notice before 31 May = %s, want %s", got, want)
	}
	if got, want := day("2026-03-31").Sub(calendar.Period{Days: 90}), day("2025-12-31"); got != want {
		t.Errorf("90 days' notice before 31 March = %s, want %s", got, want)
	}
}

func TestInIsTheDayOfThatZone(t *testing.T) {
	t.Parallel()
	london, east, west := zone(t, "Europe/London"), zone(t, "Pacific/Auckland"), zone(t, "America/Los_Angeles")
	for _, c := range []struct {
		claim string
		at    time.Time
		loc   *time.Location
		want  calendar.Date
	}{
		{"late evening in UTC is tomorrow in London's summer", time.Date(2026, 6, 30, 23, 30, 0, 0, time.UTC), london, day("2026-07-01")},
		{"and the same day in its winter", time.Date(2026, 11, 30, 23, 30, 0, 0, time.UTC), london, day("2026-11-30")},
		{"one instant, a day in the west", time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC), west, day("2026-11-30")},
		{"the same instant, the next day in the east", time.Date(2026, 12, 1, 7, 0, 0, 0, time.UTC), east, day("2026-12-01")},
		{"the zone an instant carries does not matter", time.Date(2026, 12, 1, 7, 0, 0, 0, east), london, day("2026-11-30")},
		{"the start of Unix time", time.Unix(0, 0), london, day("1970-01-01")},
		{"the zero time is no date", time.Time{}, london, none},
		{"a broken clock, far ahead", time.Unix(1<<55, 0), london, day("2199-12-31")},
		{"a broken clock, far back", time.Unix(-1<<55, 0), london, day("1900-01-01")},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := calendar.In(c.at, c.loc); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	type formats struct{ ISO, Long, Short string }
	of := func(d calendar.Date) formats { return formats{d.String(), d.Long(), d.Short()} }
	for _, c := range []struct {
		date calendar.Date
		want formats
	}{
		{day("2026-11-22"), formats{"2026-11-22", "22 November 2026", "22 Nov 2026"}},
		{day("1999-05-01"), formats{"1999-05-01", "1 May 1999", "1 May 1999"}},
		{none, formats{}},
	} {
		if diff := cmp.Diff(c.want, of(c.date)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestNoDate(t *testing.T) {
	t.Parallel()
	if got := []calendar.Date{
		none.AddDays(1), none.AddMonths(1), none.Add(calendar.Period{Months: 1}), none.Sub(calendar.Period{Days: 1}),
		calendar.Earliest(), calendar.Earliest(none, none), calendar.Occurrence(none, calendar.Period{Months: 1}, 3),
	}; !cmp.Equal(got, make([]calendar.Date, len(got))) {
		t.Errorf("arithmetic on no date gave a date: %v", got)
	}
	if none.Year() != 0 || none.Month() != 0 || none.Day() != 0 || !none.Before(day("1900-01-01")) || none.After(none) {
		t.Error("no date must have no parts and come before every date")
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		do    func()
	}{
		{"Of a day that does not exist", func() { calendar.Of(2026, time.February, 29) }},
		{"Of a month that does not exist", func() { calendar.Of(2026, 13, 1) }},
		{"MustParse of another form", func() { day("22/11/2026") }},
		{"Weekday of no date", func() { none.Weekday() }},
		{"DaysUntil from no date", func() { none.DaysUntil(day("2026-11-22")) }},
		{"DaysUntil no date", func() { day("2026-11-22").DaysUntil(none) }},
		{"days past the last year", func() { day("2026-11-22").AddDays(4_000_000) }},
		{"days that wrap round", func() { day("2026-11-22").AddDays(1 << 62) }},
		{"months past the last year", func() { day("2026-11-22").AddMonths(12 * 8000) }},
		{"months before the first year", func() { day("2026-11-22").AddMonths(-12 * 2026) }},
		{"months that wrap round", func() { day("2026-11-22").AddMonths(-1 << 63) }},
		{"a next day without a period", func() { calendar.NextAfter(day("2026-11-22"), calendar.Period{}, day("2026-11-22")) }},
	} {
		t.Run(c.claim, func(t *testing.T) {
			defer func() {
				if message, ok := recover().(string); !ok || !strings.HasPrefix(message, "calendar: ") {
					t.Errorf("want a panic that begins with the package name, got %q", message)
				}
			}()
			c.do()
		})
	}
}

func TestDateInJSON(t *testing.T) {
	t.Parallel()
	type record struct {
		Due  calendar.Date            `json:"due"`
		None calendar.Date            `json:"none"`
		Gone calendar.Date            `json:"gone,omitzero"`
		By   map[calendar.Date]string `json:"by"`
	}
	want := record{Due: day("2026-11-22"), By: map[calendar.Date]string{day("2027-01-01"): "dpo"}}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"due":"2026-11-22","none":"","by":{"2027-01-01":"dpo"}}`, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var got record
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("round trip (-want +got):\n%s", diff)
	}
	if err := json.Unmarshal([]byte(`{"due":"2026-02-30"}`), &got); err == nil || got.Due != want.Due {
		t.Errorf("a day that does not exist must be refused and change nothing: %v, %s", err, got.Due)
	}
}

// dates draws a day on which arithmetic over a century stays in the range of Parse.
func dates(rt *rapid.T, label string) calendar.Date {
	return day("1900-01-01").AddDays(rapid.IntRange(0, 200*365).Draw(rt, label))
}

func TestDateProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d, e := dates(rt, "d"), dates(rt, "e")
		n, months := rapid.IntRange(-36500, 36500).Draw(rt, "days"), rapid.IntRange(-1200, 1200).Draw(rt, "months")

		claim(rt, "days are undone by as many days back", d.AddDays(n).AddDays(-n) == d)
		claim(rt, "adding days is counting days", d.DaysUntil(d.AddDays(n)) == n)
		claim(rt, "the count between two days leads from one to the other", d.AddDays(d.DaysUntil(e)) == e)
		claim(rt, "weekdays come round every seven days", d.Weekday() == d.AddDays(7*n).Weekday())
		claim(rt, "order is the order of counting", (d.Compare(e) < 0) == (d.DaysUntil(e) > 0) && d.Before(e) == (d.Compare(e) < 0) && d.After(e) == (d.Compare(e) > 0))
		claim(rt, "text order is date order", d.Before(e) == (d.String() < e.String()))

		later := d.AddMonths(months)
		index := func(d calendar.Date) int { return 12*d.Year() + int(d.Month()) }
		claim(rt, "months arrive in the month counted to", index(later)-index(d) == months)
		claim(rt, "the day is kept, or is the month's last", later.Day() == d.Day() || later.Day() < d.Day() && later.AddDays(1).Day() == 1)
		claim(rt, "adding months keeps order", !d.Before(e) || !d.AddMonths(months).After(e.AddMonths(months)))
	})
}

func claim(rt *rapid.T, what string, holds bool) {
	rt.Helper()
	if !holds {
		rt.Fatal("does not hold: " + what)
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"2026-11-22", "2024-02-29", "2026-02-30", "1900-01-01", "2199-12-31", "", "2026-1-1", "2026-11-22T10:00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := calendar.Parse(s)
		if err == nil && d.String() != s {
			t.Errorf("Parse(%q) reads %s", s, d)
		}
		// package time accepts the same days: a second opinion on what exists.
		at, timeErr := time.Parse(time.DateOnly, s)
		inRange := timeErr == nil && at.Year() >= 1900 && at.Year() <= 2199
		if inRange != (err == nil) {
			t.Errorf("Parse(%q): %v; package time: %v", s, err, timeErr)
		}
	})
}
