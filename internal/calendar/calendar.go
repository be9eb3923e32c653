// Package calendar is civil time: days as they stand on a wall calendar, periods counted in months and days, and the
// rules by which one leads to the other. It never reads a clock and knows no time of day. A time zone is used in one
// place only, to say on which day an instant fell ([In]).
//
// Three words have one meaning each, here and in every package above:
//
//   - A due day is the first day on which a verdict is worse if nothing is done. The day before it is the last good one.
//   - A last day ("to" and "end" in records) is inclusive: the thing still holds on that day. [Window] has last days.
//   - A day something expires is the first day on which it is no longer valid. [Segment] ends on such a day.
//
// So an appointment with to 2026-03-31 and a certificate that expires 2026-04-01 both hold on 31 March and on no day
// after it: Window{To: 31 March}.End() is 1 April.
//
// Months clamp: 31 January and one month is 28 (or 29) February. Because clamping loses the day of the month, a
// recurring day is always counted from its anchor and never from the occurrence before it ([Occurrence]).
package calendar

// Earliest returns the first of the dates, leaving out those that are no date. It is no date when all of them are.
func Earliest(dates ...Date) Date {
	var first Date
	for _, d := range dates {
		if first.IsZero() || !d.IsZero() && d.Before(first) {
			first = d
		}
	}
	return first
}
