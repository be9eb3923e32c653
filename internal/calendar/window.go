package calendar

// Window is a stretch of days as records write it, both ends inclusive: the office holder's first and last day. A From
// that is no date means it always was so, a To that is no date that no end is set. A To before From holds on no day.
type Window struct{ From, To Date }

// Contains says whether the window holds on d. It never holds on no date.
func (w Window) Contains(d Date) bool {
	return !d.IsZero() && !d.Before(w.From) && (w.To.IsZero() || !d.After(w.To))
}

// End returns the first day after the window, or no date when no end is set.
func (w Window) End() Date { return w.To.AddDays(1) }

// Overlaps says whether some day is in both windows.
func (w Window) Overlaps(v Window) bool {
	from := w.From
	if v.From.After(from) {
		from = v.From
	}
	to := Earliest(w.To, v.To)
	return to.IsZero() || !from.After(to)
}

// Segment is a stretch of days as timelines compute it, half-open: From is in it, Until is not. Segments that follow each
// other share a day as Until and From. A From that is no date means it always was so, an Until that is no date that it
// has no end.
type Segment struct{ From, Until Date }

// Contains says whether d lies in the segment. No date never does.
func (s Segment) Contains(d Date) bool {
	return !d.IsZero() && !d.Before(s.From) && (s.Until.IsZero() || d.Before(s.Until))
}
