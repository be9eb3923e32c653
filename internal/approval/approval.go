// Package approval judges decisions: whether an office's approval, or an organisation's acceptance of supplier evidence,
// holds on a day.
//
// A decision holds when the person who made it held the office on the day of the decision, through the controller's
// appointments; when every file it covers still has exactly the bytes it was made for; when no later decision of the same
// office took its place; and when its own last day has not passed. Everything else about it is said in a sentence.
//
// There are two judges. Judge and what belongs to it look at the register of one commit and take what a record states: Proof is
// "stated" throughout. Weigh looks at signed statements with their place in the history, and at who could sign when; decision
// 0019 is its law. It knows nothing of the register.
package approval

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// Proof says what a decision rests on: the record states it and nothing more.
const Proof = "stated"

// State is how a decision stands on a day.
type State string

// The states. Only Valid counts as a decision in favour.
const (
	Valid         State = "valid"
	Stale         State = "stale"          // a covered file changed or is gone
	Expired       State = "expired"        // its own last day has passed
	Refused       State = "refused"        // it says no, or a later decision of the office does
	Withdrawn     State = "withdrawn"      // it takes back, or a later decision of the office takes it back
	Superseded    State = "superseded"     // a later decision of the office covers the same files
	NotAuthorised State = "not-authorised" // its maker did not hold the office on the day
	NotYet        State = "not-yet"        // made after the day judged
	Missing       State = "missing"        // there is no decision at all; only Best says so
)

// Standing is how a decision stands on a day, and why.
type Standing struct {
	State State
	Text  string // a full sentence
	// Changed are the covered paths whose bytes differ now or that are gone, in the order of the record.
	Changed []string
	// Until is the first day on which it no longer holds, as far as the register knows; no date when none is set.
	Until calendar.Date
	// Holder is the post that held the office on the day of the decision; empty when nobody who decided did.
	Holder string
	// Deputy tells that the office was held as a deputy.
	Deputy bool
}

// decision is what approvals and acceptances have in common.
type decision struct {
	office   record.Office
	by       string
	outcome  string
	on, to   calendar.Date
	covers   []record.Covered
	noun     string // approval or acceptance
	people   *record.Appointments
	controls string // the organisation whose appointments count
}

// Judge tells how an approval of a workload stands on a day.
func Judge(reg *register.Register, w *register.Workload, a *register.Approval, day calendar.Date) Standing {
	d := ofApproval(w, a)
	s := d.judge(reg, day)
	return supersede(w, a, d, s, day)
}

// JudgeAcceptance tells how an organisation's acceptance of supplier evidence stands on a day. A next look that it fixes is
// not the end of its force; that is for the obligation to say.
func JudgeAcceptance(reg *register.Register, a *register.Acceptance, day calendar.Date) Standing {
	d := decision{
		noun: "acceptance", office: a.Facts.Office, by: a.Facts.By, on: a.Facts.On, covers: a.Facts.Covers,
		people: a.Organisation.People, controls: a.Organisation.ID,
	}
	switch a.Facts.Decision {
	case "accepted":
		d.outcome = "approved"
	case "accepted-with-conditions":
		d.outcome = "approved-with-conditions"
	default:
		d.outcome = "refused"
	}
	return d.judge(reg, day)
}

func ofApproval(w *register.Workload, a *register.Approval) decision {
	d := decision{noun: "approval", office: a.Facts.Office, by: a.Facts.By, outcome: a.Facts.Decision, on: a.Facts.On, to: a.Facts.To, covers: a.Facts.Covers}
	if w.Controller != nil {
		d.people, d.controls = w.Controller.People, w.Controller.ID
	}
	return d
}

// judge looks at one decision by itself.
func (d decision) judge(reg *register.Register, day calendar.Date) Standing {
	var s Standing
	if d.on.After(day) {
		s.State, s.Text = NotYet, fmt.Sprintf("The %s's decision is dated %s, which is after the day judged.", d.office.Title(), d.on.Long())
		return s
	}
	holder, ok := d.holder()
	if !ok {
		s.State = NotAuthorised
		s.Text = fmt.Sprintf("Whoever decided on %s did not hold the office of %s at %s on that day.", d.on.Long(), d.office.Title(), d.controls)
		return s
	}
	s.Holder, s.Deputy = holder.Title, holder.Deputy
	switch d.outcome {
	case "refused":
		s.State, s.Text = Refused, fmt.Sprintf("The %s refused on %s.", s.who(d.office), d.on.Long())
		return s
	case "withdrawn":
		s.State, s.Text = Withdrawn, fmt.Sprintf("The %s withdrew the approval on %s.", s.who(d.office), d.on.Long())
		return s
	}
	if s.Changed = changed(reg, d.covers); len(s.Changed) > 0 {
		s.State, s.Text = Stale, staleText(reg, s.who(d.office), d, s.Changed)
		return s
	}
	s.Until = d.to.AddDays(1)
	if !s.Until.IsZero() && !day.Before(s.Until) {
		s.State, s.Text = Expired, fmt.Sprintf("The %s's %s of %s held until %s.", s.who(d.office), d.noun, d.on.Long(), d.to.Long())
		return s
	}
	s.State, s.Text = Valid, fmt.Sprintf("The %s's %s of %s stands: every covered file is unchanged.", s.who(d.office), d.noun, d.on.Long())
	if d.outcome == "approved-with-conditions" {
		s.Text = fmt.Sprintf("The %s's %s of %s, with conditions, stands: every covered file is unchanged.", s.who(d.office), d.noun, d.on.Long())
	}
	return s
}

// who names the office and, where it was one, the deputy.
func (s Standing) who(o record.Office) string {
	if s.Deputy {
		return o.Title() + " (by the deputy, " + s.Holder + ")"
	}
	return o.Title()
}

func changed(reg *register.Register, covers []record.Covered) []string {
	var paths []string
	for _, c := range covers {
		if sum, ok := reg.Digest(c.Path); !ok || sum != c.SHA256 {
			paths = append(paths, c.Path)
		}
	}
	return paths
}

// staleText names the first changed file by its name alone: the whole path stands in Changed, and a sentence is for people.
func staleText(reg *register.Register, who string, d decision, paths []string) string {
	verb := "has changed since"
	if _, ok := reg.Digest(paths[0]); !ok {
		verb = "is gone"
	}
	text := fmt.Sprintf("The %s's %s of %s is stale: %s %s", who, d.noun, d.on.Long(), path.Base(paths[0]), verb)
	switch n := len(paths) - 1; {
	case n == 1:
		text += ", and so for 1 more file"
	case n > 1:
		text += fmt.Sprintf(", and so for %d more files", n)
	}
	return text + "."
}

// supersede lets later decisions of the same office on the same files take the place of an approval. A refusal or a
// withdrawal reaches every approval that it shares a file with, on its own day as well, so that nobody has to guess which
// of two decisions of one day came last. A new approval only takes the place of one whose files it covers all.
func supersede(w *register.Workload, a *register.Approval, d decision, s Standing, day calendar.Date) Standing {
	if s.State != Valid && s.State != Stale && s.State != Expired {
		return s
	}
	for _, other := range w.Approvals {
		o := ofApproval(w, other)
		if other == a || o.office != d.office || o.on.Before(d.on) {
			continue
		}
		holder, authorised := o.holder()
		if !authorised {
			continue
		}
		by := Standing{Holder: holder.Title, Deputy: holder.Deputy}.who(o.office)
		negative := o.outcome == "refused" || o.outcome == "withdrawn"
		switch {
		case negative && !overlaps(o.covers, d.covers), !negative && (o.on == d.on || !includes(o.covers, d.covers)):
		case o.on.After(day):
			if negative {
				s.Until = calendar.Earliest(s.Until, o.on)
			}
		case o.outcome == "withdrawn" && s.State != Refused:
			s.State, s.Text, s.Until = Withdrawn, fmt.Sprintf("The %s withdrew the approval of %s on %s.", by, d.on.Long(), o.on.Long()), calendar.Date{}
		case o.outcome == "refused":
			s.State, s.Text, s.Until = Refused, fmt.Sprintf("The %s refused on %s, after the approval of %s.", by, o.on.Long(), d.on.Long()), calendar.Date{}
		case !negative && s.State != Withdrawn && s.State != Refused:
			s.State, s.Text, s.Until = Superseded, fmt.Sprintf("The %s decided anew on %s.", by, o.on.Long()), calendar.Date{}
		}
	}
	return s
}

func overlaps(a, b []record.Covered) bool {
	return slices.ContainsFunc(a, func(c record.Covered) bool { return covers(b, c.Path) })
}

func includes(a, b []record.Covered) bool {
	return !slices.ContainsFunc(b, func(c record.Covered) bool { return !covers(a, c.Path) })
}

func covers(list []record.Covered, path string) bool {
	return slices.ContainsFunc(list, func(c record.Covered) bool { return c.Path == path })
}

// Best finds, among an office's decisions that cover all of some files, the one that counts on a day: a valid one when there
// is one, otherwise the latest, with the reason why it does not hold. Its state is Missing when there is none.
func Best(reg *register.Register, w *register.Workload, office record.Office, paths []string, day calendar.Date) (*register.Approval, Standing) {
	var best *register.Approval
	standing := Standing{State: Missing, Text: fmt.Sprintf("There is no approval by the %s that covers %s.", office.Title(), files(paths))}
	for _, a := range w.Approvals {
		if a.Facts.Office != office || !Covers(a, paths) {
			continue
		}
		s := Judge(reg, w, a, day)
		if best == nil || better(s, standing) {
			best, standing = a, s
		}
	}
	return best, standing
}

// files names files as people do: by the last part of their path.
func files(paths []string) string {
	names := make([]string, len(paths))
	for i, p := range paths {
		names[i] = path.Base(p)
	}
	if len(names) == 0 {
		return "them"
	}
	return strings.Join(names, " and ")
}

// better prefers a valid decision to any other, the later one among equals, and one that was made to one that is still to come.
// It is asked in the order of days.
func better(s, than Standing) bool {
	rank := func(s Standing) int {
		switch s.State {
		case Valid:
			return 3
		case NotYet, NotAuthorised, Superseded:
			return 1
		}
		return 2
	}
	return rank(s) >= rank(than)
}

// InFavour tells whether an approval says yes and was made by somebody who held the office on its day, whatever became of it
// later.
func InFavour(w *register.Workload, a *register.Approval) bool {
	d := ofApproval(w, a)
	_, held := d.holder()
	return held && (d.outcome == "approved" || d.outcome == "approved-with-conditions")
}

// Covers tells whether an approval covers every one of some files.
func Covers(a *register.Approval, paths []string) bool {
	return !slices.ContainsFunc(paths, func(p string) bool { return !covers(a.Facts.Covers, p) })
}
