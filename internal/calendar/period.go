package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxYears bounds a written period. A longer one is a slip of the pen, and it keeps arithmetic on evidence in range.
const maxYears = 100

// Period is a length of calendar time: a cadence, a notice period, a warning time. Months and days are kept apart because
// no number of days is a month. The zero value is no period.
type Period struct{ Months, Days int }

// ParsePeriod reads a period: a whole number and one of d, w, m or y, as in 90d, 2w, 12m, 1y. Months or years may be
// followed by weeks or days, as in 1m14d. It must be longer than nothing and no longer than 100 years.
func ParsePeriod(s string) (Period, error) {
	var p Period
	months, rest, okMonths := leading(s, 'm', 1, 'y', 12)
	days, rest, okDays := leading(rest, 'd', 1, 'w', 7)
	switch {
	case rest != "" || !okMonths && !okDays:
		return p, errors.New("expected a period such as 90d, 2w, 12m or 1y")
	case months > maxYears*12 || days > maxYears*366:
		return p, fmt.Errorf("expected a period of at most %d years", maxYears)
	}
	return Period{Months: months, Days: days}, nil
}

// IsZero says whether p is no period.
func (p Period) IsZero() bool { return p == Period{} }

// String gives the period in its one canonical form: 12m, 14d, 1m14d, or nothing for no period.
func (p Period) String() string {
	var b strings.Builder
	if p.Months != 0 {
		b.WriteString(strconv.Itoa(p.Months) + "m")
	}
	if p.Days != 0 {
		b.WriteString(strconv.Itoa(p.Days) + "d")
	}
	return b.String()
}

// Words gives the period as people say it: 12 months, 1 month, 90 days, 1 month and 14 days.
func (p Period) Words() string { return string(p.AppendWords(nil)) }

// AppendWords appends the period as people say it.
func (p Period) AppendWords(b []byte) []byte {
	if p.Months != 0 {
		b = appendCount(b, p.Months, " month")
	}
	if p.Months != 0 && p.Days != 0 {
		b = append(b, " and "...)
	}
	if p.Days != 0 {
		b = appendCount(b, p.Days, " day")
	}
	return b
}

// MarshalText gives the canonical form, empty for no period. Only what ParsePeriod accepts can be written.
func (p Period) MarshalText() ([]byte, error) {
	if p.Months < 0 || p.Days < 0 || p.Months > maxYears*12 || p.Days > maxYears*366 {
		return nil, fmt.Errorf("period %s cannot be written: it must be between nothing and %d years", p, maxYears)
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads what MarshalText wrote, as [ParsePeriod] does; empty text is no period.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	parsed, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// leading reads a count and one of two units from the front of s, in terms of the smaller unit. Without one, rest is s.
// A count starts with 1 to 9 (one way to write each period) and has at most five digits (so nothing overflows).
func leading(s string, small byte, smallSize int, large byte, largeSize int) (n int, rest string, ok bool) {
	end := 0
	for end < len(s) && end < 6 && s[end] >= '0' && s[end] <= '9' {
		n = n*10 + int(s[end]-'0')
		end++
	}
	if end == 0 || end == 6 || end == len(s) || s[0] == '0' {
		return 0, s, false
	}
	switch s[end] {
	case small:
		return n * smallSize, s[end+1:], true
	case large:
		return n * largeSize, s[end+1:], true
	}
	return 0, s, false
}

// appendCount says how many there are of a thing.
func appendCount(b []byte, n int, thing string) []byte {
	b = append(strconv.AppendInt(b, int64(n), 10), thing...)
	if n != 1 {
		b = append(b, 's')
	}
	return b
}
