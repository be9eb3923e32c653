package obligation

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// kinds holds the predicate of each kind of duty, and what it reads. A predicate reports faults and notes to the judging;
// without a fault the duty is met.
var kinds map[Kind]struct {
	judge func(*judging)
	reads func(*gathering)
}

func init() { // duties of some kinds ask for what others do
	kinds = map[Kind]struct {
		judge func(*judging)
		reads func(*gathering)
	}{
		KindRecord: {judgeRecord, readsRecord}, KindApproval: {judgeApproval, readsApproval}, KindReview: {judgeReview, readsReview},
		KindCertificate: {judgeCertificate, readsCertificate}, KindLocation: {judgeLocation, readsLocation},
		KindLimit: {judgeLimit, readsLimit}, KindAnswers: {judgeAnswers, readsAnswers}, KindDeclaration: {judgeDeclaration, readsDeclaration},
		KindNotice: {judgeNotice, readsNotice}, KindSeparation: {judgeSeparation, readsSeparation}, KindFreshness: {judgeFreshness, readsFreshness},
	}
}

// Judge tells how an obligation stands for a subject on a day, why, and when that changes for the worse if nothing is done.
//
// The due day is found by judging again: a predicate names the days on which it may come to another answer, and the first of
// them on which it does, for the worse, is the due day. So the state on the due day is Due.Then by construction, and the
// state on every day before it is today's. A verdict that first gets better by itself has no due day until it has.
func Judge(o *Obligation, s Subject, l *law.Law, day calendar.Date) Outcome {
	if target := o.Target(); target != o {
		return alias(o, target, Judge(target, s, l, day))
	}
	first := on(o, s, l, day)
	defer first.done()
	out := first.outcome()
	out.Due = first.due(out.State)
	return out
}

// Production tells whether a workload is judged by the rules for production on a day, and why: it is declared so, or its
// purpose or data has left innovation, or that cannot be known (facts T6).
func Production(s Subject, l *law.Law, day calendar.Date) (bool, Reason) {
	j := begin(nil, s, l, day)
	defer j.done()
	f := isProduction(j, s.Workload)
	return f.holds(), f.reason()
}

// Closed tells whether a workload is closed on a day.
func Closed(s Subject, l *law.Law, day calendar.Date) bool {
	j := begin(nil, s, l, day)
	defer j.done()
	return isClosed(j, s.Workload).is == yes
}

// AboutProducts tells whether a supplier's duty is judged for each of its products.
func (o *Obligation) AboutProducts() bool {
	o = o.Target()
	if o.Subject != OfSupplier {
		return false
	}
	if o.Record != nil && record.Kind(o.Record.Of) == record.KindProduct || slices.Contains(o.When, "has-products") || slices.Contains(o.When, "patient-records") {
		return true
	}
	if o.Freshness != nil {
		kind, _ := o.Freshness.Of.split()
		return kind == record.KindProduct
	}
	return false
}

// alias shows a verdict under the source of another obligation.
func alias(o, target *Obligation, out Outcome) Outcome {
	note := Reason{Rule: "alias", Text: fmt.Sprintf("%s says the same as %s: the verdict is shown here too and counted once, there.", o.ID, target.ID)}
	out.Reasons = append(slices.Clone(out.Reasons), note)
	return out
}

// judging is one look at one duty for one subject on one day. It gathers what the predicate finds.
type judging struct {
	o      *Obligation
	s      Subject
	law    *law.Law
	day    calendar.Date
	faults []fault
	notes  []Reason
	apart  bool            // the duty does not apply
	aside  Reason          // why it does not
	days   []calendar.Date // to look at again without a word
	turns  []turn
	// relevant are the entries of a list that the duty is about on the day, by what tells them apart; nil means all of them.
	relevant map[string]bool

	held  []*record.Record // see records
	keys  []string         // see answered
	spots []spot           // of spotsOf, see places
	// spotsOf is the workload whose places are known.
	spotsOf *register.Workload
}

// looks keeps judgings that are done, for their room: a history asks hundreds of millions of times.
var looks = sync.Pool{New: func() any { return new(judging) }}

// begin begins a look. Whoever begins one says when it is done.
func begin(o *Obligation, s Subject, l *law.Law, day calendar.Date) *judging {
	j := looks.Get().(*judging)
	j.o, j.s, j.law, j.day = o, s, l, day
	return j
}

// done forgets everything but the room. What a look is about is set when the next begins.
func (j *judging) done() {
	j.faults, j.notes, j.days, j.turns = j.faults[:0], j.notes[:0], j.days[:0], j.turns[:0]
	j.held, j.keys, j.spots, j.spotsOf = j.held[:0], j.keys[:0], j.spots[:0], nil
	j.apart, j.relevant = false, nil
	looks.Put(j)
}

// fault is one way in which the duty is not met.
type fault struct {
	state  State
	reason Reason
}

// turn is a day from which the answer may be another one, and what is said of it before it comes. Turns are days after the
// one judged.
type turn struct {
	on     calendar.Date
	rule   DueRule
	text   string
	place  finding.Place
	office record.Office
	local  bool
}

// on judges on one day without looking ahead.
func on(o *Obligation, s Subject, l *law.Law, day calendar.Date) *judging {
	j := begin(o, s, l, day)
	if j.applies() {
		kinds[o.Kind].judge(j)
		if o.Renewal != nil && !j.apart {
			j.renew(o.Renewal)
		}
	}
	return j
}

// state is that of the outcome.
func (j *judging) state() State {
	if j.apart {
		return NotApplicable
	}
	worst := Met
	for i := range j.faults {
		if s := j.faults[i].state; s.Rank() < worst.Rank() {
			worst = s
		}
	}
	return worst
}

// outcome is the worst of the faults with all reasons, worst first; met when there is none.
func (j *judging) outcome() Outcome {
	if j.apart {
		return Outcome{State: NotApplicable, Reasons: []Reason{j.aside}}
	}
	out := Outcome{State: j.state(), Reasons: make([]Reason, 0, max(len(j.faults)+len(j.notes), 1))}
	if len(j.faults) > 1 {
		slices.SortStableFunc(j.faults, func(a, b fault) int { return cmp.Compare(a.state.Rank(), b.state.Rank()) })
	}
	for i := range j.faults {
		out.Reasons = append(out.Reasons, j.faults[i].reason)
	}
	// Why something was left aside comes after what was looked at.
	for _, late := range [...]bool{false, true} {
		for i := range j.notes {
			if (j.notes[i].Rule == "effective") == late {
				out.Reasons = append(out.Reasons, j.notes[i])
			}
		}
	}
	if len(out.Reasons) == 0 {
		out.Reasons = append(out.Reasons, Reason{Rule: string(j.o.Kind), Text: j.o.isThere(), Place: place(j.s.record())})
	}
	return out
}

// lookAhead bounds how many turns are looked at. Turns are finite in number, so the bound only guards against a mistake here.
const lookAhead = 1000

// due finds the first day on which the state is worse than today's.
func (j *judging) due(today State) Due {
	ahead, days := slices.Clone(j.turns), slices.Clone(j.days)
	from := j.day
	for range lookAhead {
		next := earliest(ahead, days, from)
		if next.IsZero() {
			break
		}
		later := on(j.o, j.s, j.law, next)
		then := later.state()
		if sameState(then, today) {
			ahead, days, from = append(ahead, later.turns...), append(days, later.days...), next
			later.done()
			continue
		}
		defer later.done()
		if then.Rank() > today.Rank() || then.Rank() >= Met.Rank() {
			break
		}
		return announce(ahead, next, later.outcome(), j.o.Office)
	}
	return Due{}
}

// sameState takes met and not-applicable for one: nobody has to do anything about a duty that begins to apply and is met.
func sameState(a, b State) bool { return a == b || a.Rank() >= Met.Rank() && b.Rank() >= Met.Rank() }

// earliest gives the first day after one that turns name, or that is to be looked at again.
func earliest(turns []turn, days []calendar.Date, after calendar.Date) calendar.Date {
	var first calendar.Date
	for i := range turns {
		if t := turns[i].on; t.After(after) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	for _, d := range days {
		if d.After(after) && (first.IsZero() || d.Before(first)) {
			first = d
		}
	}
	return first
}

// rules orders the rules: the earliest day wins, and on the same day the first of these.
var rules = [...]DueRule{HardExpiry, Written, Cadence, Trigger}

// announce puts a due day in words: those of the first turn of that day by rule, or of the verdict that it brings, which is
// for the duty's own office.
func announce(turns []turn, day calendar.Date, then Outcome, office record.Office) Due {
	first := then.Reasons[0]
	due := Due{On: day, Rule: Trigger, Then: then.State, Text: first.Text, Place: first.Place, Office: string(office), Local: first.Local}
	best := len(rules)
	for _, t := range turns {
		if i := slices.Index(rules[:], t.rule); t.on == day && i < best {
			best = i
			due.Rule, due.Text, due.Place, due.Office, due.Local = t.rule, t.text, t.place, string(t.office), t.local
		}
	}
	return due
}

// What predicates say.

func (j *judging) fault(s State, r Reason) { j.faults = append(j.faults, fault{s, r}) }
func (j *judging) note(r Reason)           { j.notes = append(j.notes, r) }

// ahead tells whether a day is after the one judged. What is not ahead is no turn.
func (j *judging) ahead(d calendar.Date) bool { return d.After(j.day) }

// turn names a day on which the answer may change. A day that is not after the one judged is no turn.
func (j *judging) turn(t turn) {
	if !j.ahead(t.on) {
		return
	}
	if t.office == "" && j.o != nil { // a fact alone is asked for without a duty
		t.office = j.o.Office
	}
	if !slices.Contains(j.turns, t) {
		j.turns = append(j.turns, t)
	}
}

// again names days to look at again without announcing them.
func (j *judging) again(days ...calendar.Date) {
	for _, d := range days {
		if j.ahead(d) && !slices.Contains(j.days, d) {
			j.days = append(j.days, d)
		}
	}
}

// setAside says that the duty does not apply after all. The first reason counts.
func (j *judging) setAside(r Reason) {
	if !j.apart {
		j.apart, j.aside = true, r
	}
}

// setAsideBy says that a fact sets the duty aside.
func (j *judging) setAsideBy(f *fact) {
	if !j.apart {
		j.apart, j.aside = true, f.reason()
	}
}

// missing is the state when the evidence is not there.
func (j *judging) missing() State {
	if j.o.MissingLive != "" {
		if live := j.condition("live"); live.is == yes {
			return j.o.MissingLive
		}
	}
	return j.o.Missing
}

// partial is the state when a part of the evidence is not there.
func (j *judging) partial() State { return cmp.Or(j.o.Partial, j.missing()) }

// lapsed is the state when the day for a new look has come.
func (j *judging) lapsed() State { return cmp.Or(j.o.Lapsed, Overdue) }

// place points at a record as a whole.
func place(r *record.Record) finding.Place {
	if r == nil {
		return finding.Place{}
	}
	if r.Tree() == nil {
		return finding.Place{Path: r.Path}
	}
	return finding.Place{Path: r.Path, Line: max(r.Tree().Line, 1), Column: max(r.Tree().Column, 1)}
}

// at points at a field of a record, or at the nearest group around it.
func at(r *record.Record, field string) finding.Place {
	if r == nil || r.Tree() == nil {
		return place(r)
	}
	return r.At(field)
}

// atChoice points at a local choice.
func atChoice(c register.Choice) finding.Place {
	if c.Record == nil {
		return finding.Place{}
	}
	return at(c.Record, c.Field)
}
