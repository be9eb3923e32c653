package calendar_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	type reading struct {
		Period           calendar.Period
		Canonical, Words string
	}
	for text, want := range map[string]reading{
		"12m":   {calendar.Period{Months: 12}, "12m", "12 months"},
		"1y":    {calendar.Period{Months: 12}, "12m", "12 months"},
		"1m":    {calendar.Period{Months: 1}, "1m", "1 month"},
		"90d":   {calendar.Period{Days: 90}, "90d", "90 days"},
		"1d":    {calendar.Period{Days: 1}, "1d", "1 day"},
		"2w":    {calendar.Period{Days: 14}, "14d", "14 days"},
		"1m14d": {calendar.Period{Months: 1, Days: 14}, "1m14d", "1 month and 14 days"},
		"2y1w":  {calendar.Period{Months: 24, Days: 7}, "24m7d", "24 months and 7 days"},
		"100y":  {calendar.Period{Months: 1200}, "1200m", "1200 months"},
	} {
		t.Run(text, func(t *testing.T) {
			p, err := calendar.ParsePeriod(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, reading{p, p.String(), p.Words()}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParsePeriodRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ claim, text, want string }{
		{"nothing", "", "such as 90d"},
		{"no unit", "12", "such as 90d"},
		{"no count", "m", "such as 90d"},
		{"an unknown unit", "3q", "such as 90d"},
		{"a capital unit, which elsewhere means something else", "3M", "such as 90d"},
		{"nothing counted, which would come round for ever", "0d", "such as 90d"},
		{"a leading zero", "06m", "such as 90d"},
		{"a sign", "-1m", "such as 90d"},
		{"a fraction", "1.5y", "such as 90d"},
		{"a space", "12 m", "such as 90d"},
		{"days before months", "14d1m", "such as 90d"},
		{"two counts of one unit", "1m1m", "such as 90d"},
		{"something after it", "12m ", "such as 90d"},
		{"an ISO 8601 duration", "P1Y", "such as 90d"},
		{"more than a century of years", "101y", "at most 100 years"},
		{"more than a century of days", "36601d", "at most 100 years"},
		{"a count that would overflow", strings.Repeat("9", 40) + "d", "such as 90d"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			p, err := calendar.ParsePeriod(c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) || !p.IsZero() {
				t.Errorf("ParsePeriod(%q) = %s, %v; want an error with %q", c.text, p, err, c.want)
			}
		})
	}
}

func TestPeriodInJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		want := calendar.Period{Months: rapid.IntRange(0, 1200).Draw(rt, "months"), Days: rapid.IntRange(0, 36600).Draw(rt, "days")}
		text, err := json.Marshal(want)
		if err != nil {
			rt.Fatal(err)
		}
		var got calendar.Period
		if err := json.Unmarshal(text, &got); err != nil || got != want {
			rt.Fatalf("%s becomes %s and then %+v, %v", want, text, got, err)
		}
	})
	if _, err := json.Marshal(calendar.Period{Days: -1}); err == nil {
		t.Error("a period that cannot be read back was written")
	}
	p := calendar.Period{Months: 3}
	if err := json.Unmarshal([]byte(`"3q"`), &p); err == nil || p.Months != 3 {
		t.Errorf("a bad period must be refused and change nothing: %v, %s", err, p)
	}
}

func FuzzParsePeriod(f *testing.F) {
	for _, seed := range []string{"12m", "90d", "1y", "2w", "1m14d", "0d", "", "P1Y", "99999y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := calendar.ParsePeriod(s)
		if err != nil {
			return
		}
		if again, err := calendar.ParsePeriod(p.String()); err != nil || again != p || p.IsZero() {
			t.Errorf("ParsePeriod(%q) = %+v, written %q, read back %+v, %v", s, p, p, again, err)
		}
		// No accepted period leads out of range from any accepted date.
		calendar.MustParse("2199-12-31").Add(p)
		calendar.MustParse("1900-01-01").Sub(p)
	})
}
