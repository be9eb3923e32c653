package obligation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// look is the last time somebody looked: the day in the record, or a later review.
type look struct {
	on    calendar.Date
	what  string // "the DPIA": completes "… was last looked at"
	place finding.Place
	field string
	never string // nobody has looked yet, in words: the day is the one from which the first look counts
	// next is the next look that was written down, and where.
	next      calendar.Date
	nextPlace finding.Place
	nextField string
}

// interval is how long a look is good for, and who says so.
type interval struct {
	period calendar.Period
	local  bool
}

// appendWas tells of the last look.
func (l *look) appendWas(b []byte) []byte {
	if l.never != "" {
		return l.on.AppendLong(append(append(b, l.never...), ", and the first counts from "...))
	}
	return l.on.AppendLong(append(append(b, l.what...), " was last looked at on "...))
}

func (i interval) appendSays(b []byte) []byte {
	if i.local {
		return i.period.AppendWords(append(b, "local policy asks for a new look every "...))
	}
	return i.period.AppendWords(append(b, "a new look is due every "...))
}

// renew judges a renewal: for every record that holds the anchor, the day of the next look must not have come.
func (j *judging) renew(r *Renewal) {
	kind, _ := r.From.split()
	for _, rec := range j.records(kind) {
		l, ok := j.oldest(rec, r.From, r.Each)
		if !ok {
			continue // that the day is missing is for the kind to say
		}
		if r.Begins {
			l.what = "this " + string(j.s.Kind())
			l.never = "no review of " + l.what + " is on record"
		} else if !j.past(l.on) {
			j.notYet(j.lapsed(), l)
			continue
		}
		if r.Next != "" {
			j.written(&l, r.Next)
		}
		aside := j.reviewed(&l, r.ReviewOf, false)
		every, ok := j.every(r.Every, r.Policy)
		if !ok && l.next.IsZero() {
			j.noCadence(r.Policy)
		}
		j.lookedAt(l, every)
		j.notes = append(j.notes, aside...)
	}
}

// oldest finds the day that asks first for a new look: in a list every entry is to be looked at again, so the oldest counts.
// Where each names a field, entries that agree in it are about one thing, and the latest of them stands for it.
func (j *judging) oldest(rec *record.Record, from FieldRef, each string) (look, bool) {
	_, field := from.split()
	var first look
	if each != "" {
		latest := j.latestOfEach(rec, field, each)
		for _, key := range slices.Sorted(maps.Keys(latest)) {
			if l := latest[key]; first.on.IsZero() || l.on.Before(first.on) {
				first = l
			}
		}
	} else {
		for v := range valuesIn(rec, field) {
			d, ok := v.date()
			if !ok {
				continue
			}
			j.again(d)
			// Of several of one day, the one whose name comes first.
			if first.on.IsZero() || d.Before(first.on) || d == first.on && v.field() < first.field {
				first = look{on: d, place: v.place(), field: v.field()}
			}
		}
	}
	first.what = matter(rec, from)
	return first, !first.on.IsZero()
}

// latestOfEach gives the latest look at each thing that entries are about, by what the field named each says. A day still to
// come counts only where there is no other.
func (j *judging) latestOfEach(rec *record.Record, field, each string) map[string]look {
	latest := make(map[string]look)
	for v := range valuesIn(rec, field) {
		d, ok := v.date()
		if !ok {
			continue
		}
		key := v.field()
		entry, _, _ := cutLast(key)
		if n := rec.Tree().Lookup(join(entry, each)); n != nil {
			key = n.Text
		}
		if j.relevant != nil && !j.relevant[key] {
			continue
		}
		known, there := latest[key]
		j.again(d)
		ahead := d.After(j.day)
		if !there || known.on.After(j.day) && d.Before(known.on) || !ahead && d.After(known.on) {
			latest[key] = look{on: d, place: v.place(), field: v.field()}
		}
	}
	return latest
}

// notYet reports a look that bears a day still to come.
func (j *judging) notYet(s State, l look) {
	j.fault(s, Reason{
		Rule: "not yet", Place: l.place, Field: l.field, Date: l.on,
		Text: fmt.Sprintf("The last look at %s is dated %s, which is after the day judged.", l.what, l.on.Long()),
	})
}

// cutLast parts a dotted field into what leads to it and its last step.
func cutLast(field string) (before, last string, found bool) {
	i := strings.LastIndexByte(field, '.')
	if i < 0 {
		return "", field, false
	}
	return field[:i], field[i+1:], true
}

// latest finds the last day in a field that is not after the day judged; in a list the latest counts.
func (j *judging) latest(rec *record.Record, of FieldRef) (look, bool) {
	_, field := of.split()
	var past, future value
	var on, ahead calendar.Date
	for v := range valuesIn(rec, field) {
		d, ok := v.date()
		switch {
		case !ok:
		case d.After(j.day):
			j.again(d)
			if ahead.IsZero() || d.Before(ahead) {
				ahead, future = d, v
			}
		case d.After(on):
			on, past = d, v
		}
	}
	switch {
	case !on.IsZero():
		return look{on: on, what: matter(rec, of), place: past.place(), field: past.field()}, true
	case !ahead.IsZero():
		return look{on: ahead, what: matter(rec, of), place: future.place(), field: future.field()}, true
	}
	return look{}, false
}

// written notes the next day that a record fixes itself.
func (j *judging) written(l *look, f FieldRef) {
	for v := range j.values(f) {
		if d, ok := v.date(); ok && (l.next.IsZero() || d.Before(l.next)) {
			l.next, l.nextPlace, l.nextField = d, v.place(), v.field()
		}
	}
}

// reviewed lets a later review count as the last look. A review that fixes the next day takes the place of the day written in
// the record; one that does not leaves that day in force while it is still ahead of the review, and has kept it otherwise.
//
// A review counts when whoever made it held the office that it names. Unfinished reviews, whose actions are not all done, show
// that somebody looked, and not that all is well. Why a later review does not count is returned.
func (j *judging) reviewed(l *look, of []string, unfinished bool) (aside []Reason) {
	if len(of) == 0 {
		return nil
	}
	switch {
	case j.s.Workload != nil:
		aside = j.reviewedBy(l, j.s.Workload.Reviews, of, unfinished, aside)
	case j.s.Footprint != nil: // a footprint is reviewed with a workload that it shares
		for _, w := range j.s.Footprint.Workloads {
			aside = j.reviewedBy(l, w.Reviews, of, unfinished, aside)
		}
	}
	return slices.DeleteFunc(aside, func(r Reason) bool { return r.Date.Before(l.on) })
}

func (j *judging) reviewedBy(l *look, reviews []*register.Review, of []string, unfinished bool, aside []Reason) []Reason {
	for _, r := range reviews {
		j.again(r.Facts.On)
		if r.Facts.On.After(j.day) || r.Facts.On.Before(l.on) || !intersects(r.Facts.Of, of) {
			continue
		}
		if text := j.discounts(r, unfinished); text != "" {
			aside = append(aside, Reason{Rule: "review", Text: text, Place: at(r.Record, "on"), Field: "on", Date: r.Facts.On})
			continue
		}
		l.on, l.place, l.field, l.never = r.Facts.On, at(r.Record, "on"), "on", ""
		switch {
		case !r.Facts.Next.IsZero():
			l.next, l.nextPlace, l.nextField = r.Facts.Next, at(r.Record, "next"), "next"
		case !l.next.After(r.Facts.On):
			l.next = calendar.Date{}
		}
	}
	return aside
}

// discounts says why a review is no new look; nothing when it is one.
func (j *judging) discounts(r *register.Review, unfinished bool) string {
	if c := j.s.reviewer(r); c != nil && !approval.Held(c.People, r.Facts.Office, r.Facts.By, r.Facts.On) {
		return fmt.Sprintf("The review of %s does not count: whoever made it did not hold the office of %s at %s on that day.", r.Facts.On.Long(), r.Facts.Office.Title(), c.Facts.Name)
	}
	if !unfinished && !j.concluded(r) {
		return "The review of " + r.Facts.On.Long() + " found that action is needed; it counts as a new look once its actions are done."
	}
	return ""
}

// reviewer is the organisation in whose name a review was made: the controller of the workload that it belongs to.
func (s Subject) reviewer(r *register.Review) *register.Organisation {
	if s.Workload != nil { // whose reviews alone are looked at
		return s.Workload.Controller
	}
	for _, w := range s.workloads() {
		if slices.Contains(w.Reviews, r) {
			return w.Controller
		}
	}
	return nil
}

// concluded tells whether a review left nothing to be done: it found the matter still valid, brought it up to date, or its
// actions have all been done.
func (j *judging) concluded(r *register.Review) bool {
	if r.Facts.Outcome != "action-needed" {
		return true
	}
	for _, a := range r.Facts.Actions {
		j.again(a.Done)
		if a.Done.IsZero() || a.Done.After(j.day) {
			return false
		}
	}
	return true
}

// every gives the interval that the duty fixes itself, or that local policy chose.
func (j *judging) every(fixed calendar.Period, key string) (interval, bool) {
	if !fixed.IsZero() {
		return interval{period: fixed}, true
	}
	if key == "" {
		return interval{}, false
	}
	period, _, ok := j.choice(key)
	if !ok {
		return interval{}, false
	}
	return interval{period: period, local: true}, true
}

// choice looks a key up among the local cadences, then among the local limits.
func (j *judging) choice(key string) (calendar.Period, register.Choice, bool) {
	policy := j.s.policy()
	class, _ := j.s.class()
	if p, c, ok := policy.Cadence(key, class); ok {
		return p, c, true
	}
	return policy.Limit(key)
}

// noCadence says that nothing sets a day.
func (j *judging) noCadence(key string) {
	if key == "" {
		return
	}
	j.note(Reason{Rule: "cadence", Text: fmt.Sprintf("Local policy sets no interval for this (%s), so no day is set for a new look.", key), Place: place(j.s.policy().Shared), Field: "cadences." + key, Local: true})
}

// lookedAt judges a look: the earlier of the written day and the day by the interval must lie ahead.
func (j *judging) lookedAt(l look, every interval) {
	if l.next.Before(l.on) { // it was kept by this very look
		l.next = calendar.Date{}
	}
	var byInterval calendar.Date
	if !every.period.IsZero() {
		byInterval = l.on.Add(every.period)
	}
	due := calendar.Earliest(l.next, byInterval)
	if due.IsZero() {
		return
	}
	if l.next == due { // a cadence may fall on the written day: then the record's own day is named, because it needs no local choice
		j.dueAsWritten(&l, due)
		return
	}
	// The sentence with its end: what was looked at and how often, and when that makes it due.
	b := l.appendWas(make([]byte, 0, 320))
	was := len(b)
	b = every.appendSays(append(b, "; "...))
	says := len(b)
	r := Reason{Rule: "cadence", Place: l.place, Field: l.field, Date: due, Local: every.local}
	if j.day.Before(due) {
		t := append(append(append(make([]byte, 0, 320), "A new look is due: "...), b[:was]...), ", and "...)
		t = append(append(t, b[was+len("; "):says]...), '.')
		j.turn(turn{on: due, rule: Cadence, place: l.place, local: every.local, text: string(t)})
		r.Text = begun(append(due.AppendLong(append(b, ", so it is due on "...)), '.'))
		j.note(r)
		return
	}
	r.Text = begun(append(due.AppendLong(append(b, ", so it was due on "...)), '.'))
	j.fault(j.lapsed(), r)
}

// dueAsWritten judges a look whose next day the record fixes.
func (j *judging) dueAsWritten(l *look, due calendar.Date) {
	r := Reason{Rule: "written", Place: l.nextPlace, Field: l.nextField, Date: due}
	b := due.AppendLong(append(l.appendWas(make([]byte, 0, 320)), "; the record fixes the next look for "...))
	if j.day.Before(due) {
		j.turn(turn{on: due, rule: Written, place: l.nextPlace, text: "The next look at " + l.what + " is due: the record fixes it for " + due.Long() + "."})
		r.Text = begun(append(b, '.'))
		j.note(r)
		return
	}
	r.Text = begun(append(b, ", and there has been none since."...))
	j.fault(j.lapsed(), r)
}

func intersects(a, b []string) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
