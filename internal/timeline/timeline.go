// Package timeline tells how every subject stood on every day, why that changed, and how it will stand if nobody does
// anything. It is exact: it looks at every state of the record and at every day between on which the rules say that something
// may change, and nowhere else.
//
// One law binds it: on every day a timeline says what [assess.On] says of the register that was known on that day. Past and
// future come from the same code; the future is the last known register, frozen.
package timeline

import (
	"slices"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/versions"
)

// Commit is one commit of the mainline with what it changed.
type Commit = versions.Commit

// File is a file that a commit changed.
type File = versions.File

// Timeline is the life of one subject.
type Timeline struct {
	Kind     obligation.SubjectKind
	ID, Name string    // as they are now
	Formerly []string  // ids it had before, oldest first
	Segments []Segment // in order, without gaps; the first begins on the day the subject came on record

	// Groups are those that the subject rests on in the end, whatever counts for it included, and Turned is the last state in which
	// the verdict of another that counts for it turned, or -1. Nothing else brought it to where it stands.
	Groups []string
	Turned int

	// Sources are all that ever counted for it, by kind and id.
	Sources []string

	// View is a workload with what surrounds it at the last state; nil when it is not on record then, and for other subjects.
	View *versions.View
}

// Segment is a stretch of days on which nothing about a subject changed. Until of the last one is no date: what comes after
// was not looked at.
type Segment struct {
	calendar.Segment
	ID       string           // of the subject at the time
	Gone     bool             // there was no record of it; nothing below is set then, save the causes
	State    obligation.State // its status
	Main     *Verdict         // what decided the status; nil when nothing lowers it
	Excepted int              // verdicts set aside by exceptions
	LeftOut  []string         // refused records that it rests on
	Turns    []Turn           // verdicts that are different from the segment before; of the first, those that lower
	Causes   []Cause          // what brought the segment about: commits in their order, then days and law
}

// Verdict names a verdict of a subject, its own or one that counts for it.
type Verdict struct {
	Obligation *obligation.Obligation
	Kind       obligation.SubjectKind // whose verdict it is
	ID, Name   string
	Reason     obligation.Reason // the one that decided
}

// Turn is a verdict that changed.
type Turn struct {
	Verdict
	From, To                 obligation.State // no state: it did not count for the subject
	FromExcepted, ToExcepted bool             // set aside by an exception
	By                       CauseKind        // by itself on the day, by law, or by what was committed
	Announced                obligation.Due   // what the rules had said of the day, when they had
}

// CauseKind says what sort of thing a cause is.
type CauseKind string

// The kinds of cause.
const (
	ByCommit CauseKind = "commit" // the record changed
	ByDate   CauseKind = "date"   // a day came
	ByLaw    CauseKind = "law"    // a rule changed, or began or ceased to hold
)

// Cause is what brought a segment about.
type Cause struct {
	Kind   CauseKind
	Commit *Commit // of a commit
	Files  []File  // those of the commit that matter to the subject
	Text   string  // of a day and of law: what happened, as a sentence
}

// Timelines are those of every subject that was ever on record.
type Timelines struct {
	list  []*Timeline
	byKey map[key]*Timeline
}

type key struct {
	kind obligation.SubjectKind
	id   string
}

// All lists the timelines by kind in the order of an assessment, then by id.
func (t *Timelines) All() []*Timeline { return t.list }

// Of gives the timeline of a subject by the id that it has now, or nil.
func (t *Timelines) Of(kind obligation.SubjectKind, id string) *Timeline {
	return t.byKey[key{kind, id}]
}

// At gives the segment that a day lies in. It is false before the subject came on record.
func (t *Timeline) At(day calendar.Date) (Segment, bool) {
	for _, s := range t.Segments {
		if s.Contains(day) {
			return s, true
		}
	}
	return Segment{}, false
}

// pairs gives every verdict that counts for a subject with the one that was in its place before, without what shows another verdict
// a second time: those of the subject after, its own first, then those that count no longer. Verdicts that are the very same may
// be left out.
func pairs(before, after *assess.Subject, visit func(old, v *assess.Verdict)) {
	var own, inherited []*assess.Verdict
	if before != nil {
		own, inherited = before.Verdicts, before.Inherited
	}
	// Its id may change when it moves.
	gone := pair(own, after.Verdicts, func(v *assess.Verdict) verdictKey { return verdictKey{duty: v.Obligation} }, visit)
	goneToo := pair(inherited, after.Inherited, func(v *assess.Verdict) verdictKey {
		return verdictKey{duty: v.Obligation, kind: v.Subject.Kind, id: v.Subject.ID}
	}, visit)
	for _, old := range append(gone, goneToo...) {
		visit(old, nil)
	}
}

// pair visits the verdicts of one list with those in their places on a list of before, and gives those that have a place no longer.
func pair(before, after []*assess.Verdict, of func(*assess.Verdict) verdictKey, visit func(old, v *assess.Verdict)) (gone []*assess.Verdict) {
	if len(before) == 0 || inPlace(before, after) {
		for i, v := range after {
			switch {
			case v.Obligation.AliasOf != "":
			case len(before) == 0:
				visit(nil, v)
			default:
				visit(before[i], v)
			}
		}
		return nil
	}
	was, wasBy := verdicts(before, of)
	is, isBy := verdicts(after, of)
	for _, k := range is {
		visit(wasBy[k], isBy[k])
	}
	for _, k := range was {
		if isBy[k] == nil {
			gone = append(gone, wasBy[k])
		}
	}
	return gone
}

// inPlace tells whether two lists hold verdicts of the same duties for the same subjects in the same order.
func inPlace(a, b []*assess.Verdict) bool {
	return slices.EqualFunc(a, b, func(x, y *assess.Verdict) bool {
		return x == y || x.Obligation == y.Obligation && (x.Subject == y.Subject || x.Subject.Kind == y.Subject.Kind && x.Subject.ID == y.Subject.ID)
	})
}

// verdictKey tells the verdicts of one list apart. One duty may be judged for several products of a supplier; they are told apart by
// their order.
type verdictKey struct {
	duty   *obligation.Obligation
	kind   obligation.SubjectKind // of others
	id     string
	number int
}

// verdicts lists the verdicts of a list by key, without what shows another verdict a second time.
func verdicts(list []*assess.Verdict, of func(*assess.Verdict) verdictKey) ([]verdictKey, map[verdictKey]*assess.Verdict) {
	byKey := make(map[verdictKey]*assess.Verdict, len(list))
	keys := make([]verdictKey, 0, len(list))
	for _, v := range list {
		if v.Obligation.AliasOf != "" {
			continue
		}
		k := of(v)
		for byKey[k] != nil {
			k.number++
		}
		byKey[k] = v
		keys = append(keys, k)
	}
	return keys, byKey
}
