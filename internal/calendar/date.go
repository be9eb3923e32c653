package calendar

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// The years a written date may have. Evidence outside them is a slip of the pen: 0206, 20226.
const (
	minYear = 1900
	maxYear = 2199
)

// The years arithmetic may reach. Dates enter through Parse and In, so there are thousands of years to spare.
const (
	firstYear = 1
	lastYear  = 9999
)

// Date is a day of the Gregorian calendar. The zero value is no date. Dates are comparable with == and serve as map keys.
type Date struct {
	year       int16
	month, day uint8
}

// Of returns the given day. It panics when there is no such day: use it for days a programmer wrote.
func Of(year int, month time.Month, day int) Date {
	if year < firstYear || year > lastYear || month < time.January || month > time.December || day < 1 || day > daysIn(year, month) {
		panic(fmt.Sprintf("calendar: there is no day %04d-%02d-%02d", year, int(month), day))
	}
	return Date{int16(year), uint8(month), uint8(day)}
}

// Parse reads a date written as YYYY-MM-DD, from 1900 to 2199. The error says what was expected and does not repeat the
// text, which could be somebody's date of birth.
func Parse(s string) (Date, error) {
	year, okYear := digits(s, 0, 4)
	month, okMonth := digits(s, 5, 7)
	day, okDay := digits(s, 8, 10)
	switch {
	case len(s) != 10 || !okYear || !okMonth || !okDay || s[4] != '-' || s[7] != '-':
		return Date{}, errors.New("expected a date as YYYY-MM-DD, for example 2026-11-22")
	case year < minYear || year > maxYear:
		return Date{}, fmt.Errorf("expected a year from %d to %d", minYear, maxYear)
	case month < 1 || month > 12:
		return Date{}, errors.New("expected a month from 01 to 12, in a date as YYYY-MM-DD")
	case day < 1 || day > daysIn(year, time.Month(month)):
		return Date{}, fmt.Errorf("expected a day from 01 to %d in %s %d", daysIn(year, time.Month(month)), time.Month(month), year)
	}
	return Of(year, time.Month(month), day), nil
}

// MustParse is Parse for days a programmer wrote; it panics on any other.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(fmt.Sprintf("calendar: parse %q: %v", s, err))
	}
	return d
}

// In returns the day on which an instant fell in a time zone. The zero time is no date. An instant before 1900 or after
// 2199, which only a broken clock writes, is moved to the nearest day that Parse accepts.
func In(t time.Time, loc *time.Location) Date {
	if t.IsZero() {
		return Date{}
	}
	year, month, day := t.In(loc).Date()
	switch {
	case year < minYear:
		return Of(minYear, time.January, 1)
	case year > maxYear:
		return Of(maxYear, time.December, 31)
	}
	return Of(year, month, day)
}

// IsZero says whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Year returns the year, or 0 for no date.
func (d Date) Year() int { return int(d.year) }

// Month returns the month, or 0 for no date.
func (d Date) Month() time.Month { return time.Month(d.month) }

// Day returns the day of the month, or 0 for no date.
func (d Date) Day() int { return int(d.day) }

// Weekday returns the day of the week. It panics for no date.
func (d Date) Weekday() time.Weekday {
	d.mustBe("Weekday")
	return d.midnight().Weekday()
}

// Compare orders dates: negative when d is before e, zero when equal, positive when after. No date comes before every date.
func (d Date) Compare(e Date) int { return d.key() - e.key() }

// Before says whether d comes before e. No date comes before every date.
func (d Date) Before(e Date) bool { return d.key() < e.key() }

// After says whether d comes after e. No date comes before every date.
func (d Date) After(e Date) bool { return d.key() > e.key() }

// Equal is ==, as a method so that go-cmp can compare records that hold dates.
func (d Date) Equal(e Date) bool { return d == e }

// AddDays returns the day n days later, or earlier when n is negative. No date stays no date.
func (d Date) AddDays(n int) Date {
	if d.IsZero() {
		return d
	}
	const span = (lastYear - firstYear + 1) * 366
	if n > span || n < -span {
		panic(fmt.Sprintf("calendar: %s and %d days is out of range", d, n))
	}
	// Within the month nothing carries over, and nearly every step is that of one day.
	if day := int(d.day) + n; day >= 1 && day <= daysIn(int(d.year), time.Month(d.month)) {
		return Date{d.year, d.month, uint8(day)}
	}
	year, month, day := d.midnight().AddDate(0, 0, n).Date()
	return Of(year, month, day)
}

// AddMonths returns the same day of the month n months later, or earlier when n is negative. Where that month is too
// short it is the month's last day: 29 February and twelve months is 28 February. No date stays no date.
func (d Date) AddMonths(n int) Date {
	if d.IsZero() {
		return d
	}
	const span = (lastYear - firstYear + 1) * 12
	if n > span || n < -span {
		panic(fmt.Sprintf("calendar: %s and %d months is out of range", d, n))
	}
	months := (int(d.year)-firstYear)*12 + int(d.month) - 1 + n // since January of the first year
	if months < 0 {
		panic(fmt.Sprintf("calendar: %s and %d months is out of range", d, n))
	}
	year, month := firstYear+months/12, time.Month(months%12+1)
	return Of(year, month, min(int(d.day), daysIn(year, month)))
}

// Add returns the day a period later: months first, then days. No date stays no date.
func (d Date) Add(p Period) Date { return d.AddMonths(p.Months).AddDays(p.Days) }

// Sub returns the day a period earlier, for notice periods: months first, then days. It does not undo Add, because
// clamping cannot be undone: 31 May less three months is 28 February. No date stays no date.
func (d Date) Sub(p Period) Date { return d.AddMonths(-p.Months).AddDays(-p.Days) }

// DaysUntil counts the days from d to e: 1 when e is the day after d, negative when e is earlier. It panics when either
// is no date, because any number would be a lie.
func (d Date) DaysUntil(e Date) int {
	d.mustBe("DaysUntil")
	e.mustBe("DaysUntil")
	return int((e.midnight().Unix() - d.midnight().Unix()) / (24 * 60 * 60))
}

// String gives the date as 2026-11-22, or nothing for no date.
func (d Date) String() string {
	b, _ := d.AppendText(make([]byte, 0, len(time.DateOnly)))
	return string(b)
}

// Long gives the date as 22 November 2026, or nothing for no date.
func (d Date) Long() string {
	return string(d.AppendLong(make([]byte, 0, len("22 September 2026"))))
}

// AppendLong appends the date as 22 November 2026, or nothing for no date.
func (d Date) AppendLong(b []byte) []byte {
	if d.IsZero() {
		return b
	}
	b = strconv.AppendInt(b, int64(d.day), 10)
	b = append(b, ' ')
	b = append(b, time.Month(d.month).String()...)
	b = append(b, ' ')
	return d.appendYear(b)
}

// Short gives the date as 22 Nov 2026, or nothing for no date.
func (d Date) Short() string { return d.format("2 Jan 2006") }

// AppendText appends the date as YYYY-MM-DD, or nothing for no date. The error is always nil.
func (d Date) AppendText(b []byte) ([]byte, error) {
	if d.IsZero() {
		return b, nil
	}
	b = append(d.appendYear(b), '-', '0'+d.month/10, '0'+d.month%10, '-', '0'+d.day/10, '0'+d.day%10)
	return b, nil
}

// MarshalText gives the date as YYYY-MM-DD, or empty text for no date. The error is always nil.
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText reads what MarshalText wrote, as [Parse] does; empty text is no date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// midnight is the day in package time's terms. UTC has no gaps, so every day there has exactly one midnight and 24 hours.
func (d Date) midnight() time.Time {
	return time.Date(int(d.year), time.Month(d.month), int(d.day), 0, 0, 0, 0, time.UTC)
}

// key orders dates: five bits of day below four of month below the year.
func (d Date) key() int { return int(d.year)<<9 | int(d.month)<<5 | int(d.day) }

// appendYear appends the year in four digits.
func (d Date) appendYear(b []byte) []byte {
	y := d.year
	return append(b, '0'+byte(y/1000), '0'+byte(y/100%10), '0'+byte(y/10%10), '0'+byte(y%10))
}

func (d Date) format(layout string) string {
	if d.IsZero() {
		return ""
	}
	return d.midnight().Format(layout)
}

func (d Date) mustBe(method string) {
	if d.IsZero() {
		panic("calendar: " + method + " of no date")
	}
}

// daysIn returns the length of a month.
func daysIn(year int, month time.Month) int {
	switch month {
	case time.February:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	}
	return 31
}

// digits reads s[from:to] as a number when all of it is ASCII digits.
func digits(s string, from, to int) (n int, ok bool) {
	if len(s) < to {
		return 0, false
	}
	for _, c := range []byte(s[from:to]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}
