package obligation

import (
	"cmp"
	"fmt"
	"slices"

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
	out := first.outcome()
	out.Due = first.due(out)
	return out
}

// Production tells whether a workload is judged by the rules for production on a day, and why: it is declared so, or its
// purpose or data has left innovation, or that cannot be known (facts T6).
func Production(s Subject, l *law.Law, day calendar.Date) (bool, Reason) {
	f := isProduction(&judging{s: s, law: l, day: day}, s.Workload)
	return f.holds(), f.reason
}

// Closed tells whether a workload is closed on a day.
func Closed(s Subject, l *law.Law, day calendar.Date) bool {
	return isClosed(&judging{s: s, law: l, day: day}, s.Workload).is == yes
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
	aside  *Reason // why the duty does not apply
	turns  []turn
	// relevant are the entries of a list that the duty is about on the day, by what tells them apart; nil means all of them.
	relevant map[string]bool
}

// fault is one way in which the duty is not met.
type fault struct {
	state  State
	reason Reason
}

// turn is a day from which the answer may be another one. Turns are days after the one judged. A turn without a rule is a
// day to look at again that would not be announced for its own sake.
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
	j := &judging{o: o, s: s, law: l, day: day}
	if j.applies() {
		kinds[o.Kind].judge(j)
		if o.Renewal != nil && j.aside == nil {
			j.renew(*o.Renewal)
		}
	}
	return j
}

// outcome is the worst of the faults with all reasons, worst first; met when there is none.
func (j *judging) outcome() Outcome {
	if j.aside != nil {
		return Outcome{State: NotApplicable, Reasons: []Reason{*j.aside}}
	}
	out := Outcome{State: Met}
	slices.SortStableFunc(j.faults, func(a, b fault) int { return cmp.Compare(a.state.Rank(), b.state.Rank()) })
	for _, f := range j.faults {
		out.Reasons = append(out.Reasons, f.reason)
	}
	if len(j.faults) > 0 {
		out.State = j.faults[0].state
	}
	// Why something was left aside comes after what was looked at.
	late := func(r Reason) int {
		if r.Rule == "effective" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(j.notes, func(a, b Reason) int { return cmp.Compare(late(a), late(b)) })
	out.Reasons = append(out.Reasons, j.notes...)
	if len(out.Reasons) == 0 {
		out.Reasons = []Reason{{Rule: string(j.o.Kind), Text: "The evidence is there: " + j.evidence(), Place: place(j.s.record())}}
	}
	return out
}

// lookAhead bounds how many turns are looked at. Turns are finite in number, so the bound only guards against a mistake here.
const lookAhead = 1000

// due finds the first day on which the state is worse than that of today's outcome.
func (j *judging) due(today Outcome) Due {
	ahead := slices.Clone(j.turns)
	from := j.day
	for range lookAhead {
		next := earliest(ahead, from)
		if next.IsZero() {
			break
		}
		later := on(j.o, j.s, j.law, next)
		then := later.outcome()
		if !sameState(then.State, today.State) {
			if then.State.Rank() > today.State.Rank() || then.State.Rank() >= Met.Rank() {
				break
			}
			return announce(ahead, next, then)
		}
		ahead, from = append(ahead, later.turns...), next
	}
	return Due{}
}

// sameState takes met and not-applicable for one: nobody has to do anything about a duty that begins to apply and is met.
func sameState(a, b State) bool { return a == b || a.Rank() >= Met.Rank() && b.Rank() >= Met.Rank() }

func earliest(turns []turn, after calendar.Date) calendar.Date {
	var first calendar.Date
	for _, t := range turns {
		if t.on.After(after) {
			first = calendar.Earliest(first, t.on)
		}
	}
	return first
}

// announce puts a due day in words: those of the first turn of that day by rule, or of the verdict that it brings.
func announce(turns []turn, day calendar.Date, then Outcome) Due {
	due := Due{On: day, Rule: Trigger, Then: then.State, Text: then.Reasons[0].Text, Place: then.Reasons[0].Place, Local: then.Reasons[0].Local}
	order := []DueRule{HardExpiry, Written, Cadence, Trigger}
	best := len(order)
	for _, t := range turns {
		if t.on != day {
			continue
		}
		if i := slices.Index(order, t.rule); i < 0 {
			due.Office = cmp.Or(due.Office, string(t.office))
		} else if i < best {
			best = i
			due.Rule, due.Text, due.Place, due.Office, due.Local = t.rule, t.text, t.place, string(t.office), t.local
		}
	}
	return due
}

// What predicates say.

func (j *judging) fault(s State, r Reason) { j.faults = append(j.faults, fault{s, r}) }
func (j *judging) note(r Reason)           { j.notes = append(j.notes, r) }

// turn names a day on which the answer may change. A day that is not after the one judged is no turn.
func (j *judging) turn(t turn) {
	if t.office == "" && j.o != nil { // a fact alone is asked for without a duty
		t.office = j.o.Office
	}
	if t.on.After(j.day) {
		j.turns = append(j.turns, t)
	}
}

// again names a day to look at again without announcing it.
func (j *judging) again(days ...calendar.Date) {
	for _, d := range days {
		j.turn(turn{on: d})
	}
}

// setAside says that the duty does not apply after all.
func (j *judging) setAside(r Reason) {
	if j.aside == nil {
		j.aside = &r
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
