// Package approval judges decisions: whether an office's approval, or an organisation's acceptance of supplier evidence,
// holds on a day.
//
// A decision holds when the person who made it held the office on the day of the decision, through the controller's
// appointments; when every file it covers still has exactly the bytes it was made for; when no later decision of the same
// office took its place; and when its own last day has not passed. Everything else about it is said in a sentence.
//
// There are two judges. Weigh looks at signed statements with their place in the history, and at who could sign when; decision
// 0019 is its law. It knows nothing of the register. Judge looks at the register of one commit. Where the history proves something
// about an approval (see [Proof]), Weigh decides; otherwise Judge takes what the record states, and says "stated". Decision 0023
// says when that counts.
package approval

import (
	"fmt"
	"path"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

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
	// Proof says what the decision rests on: "stated", "signed" or "witnessed"; empty when a signature lies there that proves
	// nothing.
	Proof string
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

// negative tells of a decision that says no.
func (d decision) negative() bool { return d.outcome == "refused" || d.outcome == "withdrawn" }

// Judge tells how an approval of a workload stands on a day.
func Judge(reg *register.Register, w *register.Workload, a *register.Approval, day calendar.Date) Standing {
	if j, ok := proven(w, a, day); ok {
		return demanding(w, a, j.Standing)
	}
	return demanding(w, a, judge(reg, w, a, day).standing(reg))
}

func judge(reg *register.Register, w *register.Workload, a *register.Approval, day calendar.Date) judged {
	j := ofApproval(w, a).judge(reg, day)
	j.supersede(w, a, day)
	return j
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
	return d.judge(reg, day).standing(reg)
}

func ofApproval(w *register.Workload, a *register.Approval) decision {
	d := decision{noun: "approval", office: a.Facts.Office, by: a.Facts.By, outcome: a.Facts.Decision, on: a.Facts.On, to: a.Facts.To, covers: a.Facts.Covers}
	if w.Controller != nil {
		d.people, d.controls = w.Controller.People, w.Controller.ID
	}
	return d
}

// judged is a decision as it stands on a day, not yet put into words.
type judged struct {
	decision
	state   State
	holder  Holding // of its maker, where that held the office
	changed []string
	until   calendar.Date
	later   *judged // the later decision that took its place, with its holder
}

// judge looks at one decision by itself.
func (d decision) judge(reg *register.Register, day calendar.Date) judged {
	j := judged{decision: d}
	if d.on.After(day) {
		j.state = NotYet
		return j
	}
	holder, ok := d.holder()
	if !ok {
		j.state = NotAuthorised
		return j
	}
	j.holder = holder
	switch d.outcome {
	case "refused":
		j.state = Refused
		return j
	case "withdrawn":
		j.state = Withdrawn
		return j
	}
	if j.changed = changed(reg, d.covers); len(j.changed) > 0 {
		j.state = Stale
		return j
	}
	j.state, j.until = Valid, d.to.AddDays(1)
	if !j.until.IsZero() && !day.Before(j.until) {
		j.state = Expired
	}
	return j
}

// standing puts it into words.
func (j judged) standing(reg *register.Register) Standing {
	s := Standing{State: j.state, Changed: j.changed, Until: j.until, Holder: j.holder.Title, Deputy: j.holder.Deputy, Proof: string(Stated)}
	who := s.who(j.office)
	switch {
	case j.later != nil:
		s.Text = j.later.instead(j.decision, j.state)
	case j.state == NotYet:
		s.Text = "The " + j.office.Title() + "'s decision is dated " + j.on.Long() + ", which is after the day judged."
	case j.state == NotAuthorised:
		s.Text = fmt.Sprintf("Whoever decided on %s did not hold the office of %s at %s on that day.", j.on.Long(), j.office.Title(), j.controls)
	case j.state == Refused:
		s.Text = "The " + who + " refused on " + j.on.Long() + "."
	case j.state == Withdrawn:
		s.Text = "The " + who + " withdrew the approval on " + j.on.Long() + "."
	case j.state == Stale:
		s.Text = staleText(reg, who, j.decision, j.changed)
	case j.state == Expired:
		s.Text = "The " + who + "'s " + j.noun + " of " + j.on.Long() + " held until " + j.to.Long() + "."
	default:
		b := append(append(make([]byte, 0, 160), "The "...), who...)
		b = j.on.AppendLong(append(append(append(b, "'s "...), j.noun...), " of "...))
		if j.outcome == "approved-with-conditions" {
			b = append(b, ", with conditions,"...)
		}
		s.Text = string(append(b, " stands: every covered file is unchanged."...))
	}
	return s
}

// instead says what a later decision made of an earlier one.
func (j judged) instead(earlier decision, state State) string {
	by := Standing{Holder: j.holder.Title, Deputy: j.holder.Deputy}.who(j.office)
	switch state {
	case Withdrawn:
		return fmt.Sprintf("The %s withdrew the approval of %s on %s.", by, earlier.on.Long(), j.on.Long())
	case Refused:
		return fmt.Sprintf("The %s refused on %s, after the approval of %s.", by, j.on.Long(), earlier.on.Long())
	}
	return fmt.Sprintf("The %s decided anew on %s.", by, j.on.Long())
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
	for i := range covers {
		if sum, ok := reg.Digest(covers[i].Path); !ok || sum != covers[i].SHA256 {
			paths = append(paths, covers[i].Path)
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
		text += ", and 1 more file too"
	case n > 1:
		text += fmt.Sprintf(", and %d more files too", n)
	}
	return text + "."
}

// supersede lets later decisions of the same office on the same files take the place of an approval. A refusal or a
// withdrawal reaches every approval that it shares a file with, on its own day as well, so that nobody has to guess which
// of two decisions of one day came last. A new approval only takes the place of one whose files it covers all.
func (j *judged) supersede(w *register.Workload, a *register.Approval, day calendar.Date) {
	if j.state != Valid && j.state != Stale && j.state != Expired {
		return
	}
	for _, other := range w.Approvals {
		if other == a || other.Facts.Office != j.office || other.Facts.On.Before(j.on) {
			continue
		}
		o := judged{decision: ofApproval(w, other)}
		var authorised bool
		if o.holder, authorised = o.decision.holder(); !authorised {
			continue
		}
		negative := o.negative()
		switch {
		case negative && !overlaps(o.covers, j.covers), !negative && (o.on == j.on || !includes(o.covers, j.covers)):
		case o.on.After(day):
			if negative {
				j.until = calendar.Earliest(j.until, o.on)
			}
		case o.outcome == "withdrawn" && j.state != Refused:
			j.state, j.until, j.later = Withdrawn, calendar.Date{}, &o
		case o.outcome == "refused":
			j.state, j.until, j.later = Refused, calendar.Date{}, &o
		case !negative && j.state != Withdrawn && j.state != Refused:
			j.state, j.until, j.later = Superseded, calendar.Date{}, &o
		}
	}
}

func overlaps(a, b []record.Covered) bool {
	for i := range a {
		if covers(b, a[i].Path) {
			return true
		}
	}
	return false
}

func includes(a, b []record.Covered) bool {
	for i := range b {
		if !covers(a, b[i].Path) {
			return false
		}
	}
	return true
}

func covers(list []record.Covered, path string) bool {
	for i := range list {
		if list[i].Path == path {
			return true
		}
	}
	return false
}

// Best finds, among an office's decisions that cover all of some files, the one that counts on a day: a valid one when there
// is one, otherwise the latest, with the reason why it does not hold. Its state is Missing when there is none.
func Best(reg *register.Register, w *register.Workload, office record.Office, paths []string, day calendar.Date) (*register.Approval, Standing) {
	var best *register.Approval
	var counts judged
	var seen Judgement // in its place, where the history proves something
	var proof bool
	demand := Demanded(w)
	state := func(a *register.Approval, j *judged) (Judgement, bool, State) {
		one, ok := proven(w, a, day)
		if !ok {
			*j = judge(reg, w, a, day)
			if j.state == Valid && demand != "" {
				return one, false, Stated
			}
			return one, false, j.state
		}
		return one, true, demanding(w, a, one.Standing).State
	}
	var rank State
	for _, a := range w.Approvals {
		if a.Facts.Office != office || !Covers(a, paths) {
			continue
		}
		var j judged
		one, ok, s := state(a, &j)
		if best == nil || better(s, rank) {
			best, counts, seen, proof, rank = a, j, one, ok, s
		}
	}
	switch {
	case best == nil:
		return nil, Standing{State: Missing, Text: "There is no approval by the " + office.Title() + " that covers " + files(paths) + "."}
	case proof:
		return best, demanding(w, best, seen.Standing)
	}
	return best, demanding(w, best, counts.standing(reg))
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
func better(s, than State) bool {
	rank := func(s State) int {
		switch s {
		case Valid:
			return 3
		case NotYet, NotAuthorised, Unproven, Removed, Superseded:
			return 1
		}
		return 2
	}
	return rank(s) >= rank(than)
}

// InFavour tells whether an approval says yes and was made by somebody who held the office on its day, whatever became of it
// later. Where proof is asked for, it must be proven.
func InFavour(w *register.Workload, a *register.Approval, day calendar.Date) bool {
	d := ofApproval(w, a)
	if j, ok := proven(w, a, day); ok {
		return j.person != "" && !d.negative() && (Demanded(w) != string(Signed) || j.Method == Signed)
	}
	if Demanded(w) != "" {
		return false
	}
	_, held := d.holder()
	return held && (d.outcome == "approved" || d.outcome == "approved-with-conditions")
}

// Covers tells whether an approval covers every one of some files.
func Covers(a *register.Approval, paths []string) bool {
	for _, p := range paths {
		if !covers(a.Facts.Covers, p) {
			return false
		}
	}
	return true
}
