package calendar

// Occurrence returns the nth recurrence of a day that comes round every period; the anchor is number 0. It adds n times
// the period to the anchor and never steps from one occurrence to the next, so a cycle anchored on 29 February returns
// to 29 February in every leap year, and one anchored on the 31st keeps to month ends. No anchor gives no date.
func Occurrence(anchor Date, p Period, n int) Date {
	return anchor.Add(Period{Months: n * p.Months, Days: n * p.Days})
}

// NextAfter returns the first occurrence, from the anchor on, that is later than after. No anchor gives no date.
// It panics when the period does not lead forward, because then there is no next.
func NextAfter(anchor Date, p Period, after Date) Date {
	if p.Months < 0 || p.Days < 0 || p.IsZero() {
		panic("calendar: NextAfter needs a period longer than nothing")
	}
	if anchor.After(after) || anchor.IsZero() {
		return anchor
	}
	// No month is longer than 31 days, so occurrence n is not yet later than after; at most a few steps remain.
	n := anchor.DaysUntil(after) / (31*p.Months + p.Days)
	for !Occurrence(anchor, p, n).After(after) {
		n++
	}
	return Occurrence(anchor, p, n)
}
