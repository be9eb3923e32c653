package approval

import (
	"fmt"
	"path"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
)

// The states that only signed approvals have.
const (
	Stated   State = "stated"   // nobody signed it
	Unproven State = "unproven" // somebody signed, and the signature or what it was made for does not hold
	Removed  State = "removed"  // its record was taken away or changed
)

// Method is how it is known that somebody decided.
type Method string

// The methods.
const (
	Signed    Method = "signed"    // by a key of the holder's
	Witnessed Method = "witnessed" // by a review on a forge, for which the repository's own machine signed
)

// Case is everything that the judgement of signed approvals rests on. It can hold one organisation's statements, or one
// workload's.
type Case struct {
	Repository   string        // the repository's own name
	Named        int           // the position of the commit that gave it that name, before which it has none; 0 when it always had it
	AsOf         calendar.Date // the day judged
	Position     int           // of the commit whose content is judged
	Statements   []Entered     // everything that ever entered, also what is gone by now or came after Position, in any order
	Appointments []Version     // in force, oldest first: see InForce
	Witnesses    []Version     // in force, oldest first
	Files        map[string][]Change
	PositionOf   func(id string) int // of a commit; 0 when it is not on the mainline. Nil knows none
	Rules        []Rule
}

// Outcome is what became of a case: statements and rules in the order of the case.
type Outcome struct {
	Statements []Judgement
	Rules      []Ruling
}

// Judgement is how a statement stands, and why.
type Judgement struct {
	Standing
	Method Method // empty when nothing is proven
	// Since tells, for each path of Standing.Changed, which commit changed it.
	Since []Since
	// UnknownRules tells that nobody could say which rules it should have been made under.
	UnknownRules bool

	person   string // id; empty when it is not authorised
	position int    // from which it counts
}

// Since is the commit with which a covered file ceased to have the approved bytes.
type Since struct {
	Path string
	Commit
	Never bool // it never had them; Commit is empty
}

// Weigh judges every statement of a case and every rule. It is a function of the case alone, and no date of a commit changes
// what comes of it but the words.
func Weigh(c Case) Outcome {
	w := newWeighing(c)
	for _, i := range w.order {
		w.judged[i] = w.alone(i)
		if w.judged[i].person != "" && w.judged[i].State != Stated {
			w.pass(i)
		}
	}
	out := Outcome{Statements: slices.Clone(w.judged)}
	for i := range c.Statements {
		out.Statements[i] = w.amongOthers(i)
	}
	for _, r := range c.Rules {
		out.Rules = append(out.Rules, r.judge(c, out.Statements))
	}
	return out
}

type dated struct {
	position int
	on       calendar.Date
}

// weighing is the work on one case.
type weighing struct {
	Case
	authority
	order  []int            // statements by the position from which they count
	from   []int            // that position
	first  map[sealed]int   // the statement that had these bytes and this signer first
	bytes  map[string]int   // by digest: the statement that had these bytes first, whoever signed
	beside map[office][]int // statements of one office on one subject, in order
	judged []Judgement      // each looked at by itself
	days   []dated          // the latest day that authorised statements had named, by position
}

// sealed is a statement's bytes with the key that signed them. A signature that comes later than the bytes is another one.
type sealed struct {
	digest string
	key    signature.Key
}

type office struct {
	subject string
	office  record.Office
}

func (e Entered) sealed() sealed { return sealed{e.Digest, e.Seal.Key} }

func (e Entered) office() office { return office{subjectOf(e.Path), e.Approval.Office} }

func newWeighing(c Case) *weighing {
	if c.Position < c.Named {
		c.Repository = ""
	}
	w := &weighing{
		Case: c, authority: authority{c.Appointments, c.Witnesses, c.PositionOf, c.Position},
		order: make([]int, len(c.Statements)), from: make([]int, len(c.Statements)),
		first: make(map[sealed]int), bytes: make(map[string]int), beside: make(map[office][]int), judged: make([]Judgement, len(c.Statements)),
	}
	for i, e := range c.Statements {
		w.order[i] = i
		if f, seen := w.first[e.sealed()]; !seen || e.Position < c.Statements[f].Position {
			w.first[e.sealed()] = i
		}
		if f, seen := w.bytes[e.Digest]; !seen || e.Position < c.Statements[f].Position {
			w.bytes[e.Digest] = i
		}
	}
	for i, e := range c.Statements {
		// What returns counts from where it was first, so that nothing decided in between is passed over.
		w.from[i] = c.Statements[w.first[e.sealed()]].Position
	}
	slices.SortStableFunc(w.order, func(a, b int) int { return w.from[a] - w.from[b] })
	for _, i := range w.order {
		if e := c.Statements[i]; e.Approval != nil {
			w.beside[e.office()] = append(w.beside[e.office()], i)
		}
	}
	return w
}

// pass notes the day that an authorised statement names.
func (w *weighing) pass(i int) {
	d := dated{w.from[i], w.Statements[i].Approval.On}
	if n := len(w.days); n > 0 && w.days[n-1].on.After(d.on) {
		d.on = w.days[n-1].on
	}
	w.days = append(w.days, d)
}

// reached gives the latest day that the record itself had reached when a commit came: by confirmed appointments, and by
// authorised statements of commits before it.
func (w *weighing) reached(position int) calendar.Date {
	var day calendar.Date
	for _, v := range upTo(w.Appointments, position) {
		if v.confirmed().After(day) {
			day = v.confirmed()
		}
	}
	for _, d := range slices.Backward(w.days) {
		if d.position < position {
			if d.on.After(day) {
				day = d.on
			}
			break
		}
	}
	return day
}

// alone judges a statement by itself, without what was decided before and after.
func (w *weighing) alone(i int) Judgement {
	e := w.Statements[i]
	e.Position = w.from[i]
	j := Judgement{position: e.Position}
	fail := func(s State, format string, args ...any) Judgement {
		j.State, j.Text = s, fmt.Sprintf(format, args...)
		return j
	}
	signed := !e.Seal.Key.IsZero()
	switch {
	case w.Statements[i].Position > w.Position:
		return fail(NotYet, "It had not entered the record with the commit judged.")
	case e.Approval == nil && e.Seal == (Seal{}):
		return fail(Stated, "The record states an approval; nobody signed it.")
	case e.Seal.Fault != "" || e.Approval == nil:
		return fail(Unproven, "The signature does not count: %s.", orNothing(e.Seal.Fault))
	}
	a := e.Approval
	if signed {
		if why := w.unfit(i, e); why != "" {
			return fail(Unproven, "The %s's statement of %s is signed and does not count here: %s.", a.Office.Title(), a.On.Long(), why)
		}
		j.UnknownRules = len(e.Rules) == 0
		j.Method = Signed
		if a.Witnessed != nil {
			j.Method = Witnessed
		}
	}
	found, why := w.holder(claim{entered: &e, subject: subjectOf(e.Path), reached: w.reached(e.Position), keyless: !signed})
	if why == "" {
		j.person, j.Holder, j.Deputy = found.person.ID, found.person.Title, found.deputy
	}
	switch {
	case !signed:
		return fail(Stated, "The record states that the %s decided on %s; nobody signed it.", a.Office.Title(), a.On.Long())
	case why != "":
		return fail(NotAuthorised, "The %s's statement of %s is not authorised: %s.", a.Office.Title(), a.On.Long(), why)
	case a.On.After(w.AsOf):
		return fail(NotYet, "The %s's decision is dated %s, which is after the day judged.", a.Office.Title(), a.On.Long())
	case a.Decision == statement.Refused:
		return fail(Refused, "The %s refused on %s.", j.who(a.Office), a.On.Long())
	case a.Decision == statement.Withdrawn:
		return fail(Withdrawn, "The %s withdrew the approval on %s.", j.who(a.Office), a.On.Long())
	case w.removed(i):
		return fail(Removed, "The record of the %s's approval of %s was removed or changed by %s.", j.who(a.Office), a.On.Long(), e.Removed.Words())
	}
	return w.content(j, a)
}

func orNothing(why string) string {
	if why == "" {
		return "there is no statement"
	}
	return why
}

// unfit says why a statement that was signed does not belong here.
func (w *weighing) unfit(i int, e Entered) string {
	a := e.Approval
	home := subjectOf(e.Path)
	switch {
	case a.Statement != statement.Purpose:
		return "it is no statement of a form that is known"
	case !slices.Contains([]string{statement.Approved, statement.ApprovedWithConditions, statement.Refused, statement.Withdrawn}, a.Decision):
		return "its decision is none that is known"
	case a.Repository != w.Repository || w.Repository == "":
		return "it was made for another repository"
	case a.Subject != home || home == "":
		return "it is about something else than the folder it lies in"
	case w.copied(i):
		return "it is a copy of a statement that is still there"
	case len(e.Rules) > 0 && !slices.Contains(e.Rules, statement.Rules{Schemas: a.Schemas, Catalogue: a.Catalogue}):
		return "it was made under other rules than those in force when it entered the record"
	case a.Previous != "" && w.previous(i) < 0:
		return "it follows a statement that is not in the record before it"
	}
	return ""
}

// copied tells whether the same bytes stand in another file that was there first and still is.
func (w *weighing) copied(i int) bool {
	f := w.first[w.Statements[i].sealed()]
	return f != i && !w.removed(f)
}

// removed tells whether a statement is gone with the commit judged.
func (w *weighing) removed(i int) bool {
	r := w.Statements[i].Removed
	return r != nil && r.Position <= w.Position
}

// previous finds the statement that another follows: of the same office, on the same subject, and not entered later. It is -1
// when there is none.
func (w *weighing) previous(i int) int {
	a := w.Statements[i].Approval
	p, ok := w.bytes[a.Previous]
	if !ok || p == i || w.from[p] > w.from[i] {
		return -1
	}
	if w.Statements[p].Approval == nil || w.Statements[p].office() != w.Statements[i].office() {
		return -1
	}
	return p
}

// knows tells whether a statement's maker had another before them: it is on the chain of previous statements.
func (w *weighing) knows(i, other int) bool {
	digest := w.Statements[other].Digest
	for steps := 0; i >= 0 && steps <= len(w.Statements); steps++ {
		if w.Statements[i].Approval.Previous == digest {
			return true
		}
		i = w.previous(i)
	}
	return false
}

// content compares the covered files with the bytes that were approved, and the day with the last one.
func (w *weighing) content(j Judgement, a *record.Approval) Judgement {
	for _, c := range a.Covers {
		history := w.Files[c.Path]
		if digestAt(history, w.Position) != c.SHA256 {
			j.Changed = append(j.Changed, c.Path)
			j.Since = append(j.Since, since(c, history, w.Position))
		}
	}
	j.Until = a.To.AddDays(1)
	conditions := ""
	if a.Decision == statement.ApprovedWithConditions {
		conditions = ", with conditions,"
	}
	switch {
	case len(j.Changed) > 0:
		j.State, j.Until = Stale, calendar.Date{}
		j.Text = fmt.Sprintf("The %s's approval of %s is stale: %s%s.", j.who(a.Office), a.On.Long(), j.Since[0].words(digestAt(w.Files[j.Changed[0]], w.Position)), more(len(j.Changed)-1))
	case !a.To.IsZero() && w.AsOf.After(a.To):
		j.State, j.Text = Expired, fmt.Sprintf("The %s's approval of %s held until %s.", j.who(a.Office), a.On.Long(), a.To.Long())
	default:
		j.State, j.Text = Valid, fmt.Sprintf("The %s's approval of %s%s stands: every covered file is unchanged.", j.who(a.Office), a.On.Long(), conditions)
	}
	return j
}

func more(n int) string {
	switch {
	case n <= 0:
		return ""
	case n == 1:
		return ", and 1 more file too"
	}
	return fmt.Sprintf(", and %d more files too", n)
}

// digestAt gives a file's digest at a position; empty when it is not there.
func digestAt(history []Change, position int) string {
	digest := ""
	for _, c := range history {
		if c.Position <= position {
			digest = c.SHA256
		}
	}
	return digest
}

// since finds the commit with which a file ceased to have the approved bytes for the last time.
func since(c record.Covered, history []Change, position int) Since {
	s := Since{Path: c.Path, Never: true}
	has := false
	for _, change := range history {
		if change.Position > position {
			break
		}
		if has {
			s.Commit, s.Never = change.Commit, false
		}
		has = change.SHA256 == c.SHA256
	}
	return s
}

func (s Since) words(now string) string {
	name := path.Base(s.Path)
	switch {
	case s.Never && now == "":
		return name + " is not there"
	case s.Never:
		return name + " never had the approved bytes"
	case now == "":
		return name + " was removed by " + s.Commit.Words()
	}
	return name + " was changed by " + s.Commit.Words()
}

// Words names the commit as people read it.
func (c Commit) Words() string {
	id := c.ID
	if id == "" {
		return "a change that is not committed"
	}
	if len(id) > 10 {
		id = id[:10]
	}
	text := "commit " + id
	if !c.Day.IsZero() {
		text += " of " + c.Day.Long()
	}
	return text
}

// heard tells whether a statement says no and reaches others. It need not be signed: an office that says no in any form
// must not be read as saying yes.
func (w *weighing) heard(i int) bool {
	decision := w.Statements[i].Approval.Decision
	return w.judged[i].person != "" && (decision == statement.Refused || decision == statement.Withdrawn)
}

// amongOthers lets what the same office decided before and after take a statement's place. A refusal or withdrawal reaches
// every approval that it shares a file with and that does not come after it in full knowledge of it. A new approval takes the
// place of its maker's earlier one when it covers all of its files.
func (w *weighing) amongOthers(i int) Judgement {
	j, a := w.judged[i], w.Statements[i].Approval
	if j.State != Valid && j.State != Stale && j.State != Expired {
		return j
	}
	var taken *Judgement
	for _, o := range w.beside[w.Statements[i].office()] {
		other := w.Statements[o].Approval
		switch {
		case w.heard(o) && overlaps(other.Covers, a.Covers):
			taken = w.said(i, o, &j, taken)
		case taken == nil && w.renews(o, i):
			next := j.without(Superseded, fmt.Sprintf("The %s decided anew on %s.", w.judged[o].who(a.Office), other.On.Long()))
			taken = &next
		}
	}
	if taken != nil {
		return *taken
	}
	return j
}

// said works a refusal or withdrawal into an approval's judgement.
func (w *weighing) said(i, o int, j, taken *Judgement) *Judgement {
	a, other := w.Statements[i].Approval, w.Statements[o].Approval
	after := w.from[o] >= w.from[i]
	switch {
	case !after && w.knows(i, o):
		return taken
	case other.On.After(w.AsOf):
		j.Until = calendar.Earliest(j.Until, other.On)
		return taken
	}
	state, verb := Refused, "refused"
	if other.Decision == statement.Withdrawn {
		state, verb = Withdrawn, "withdrew the approval"
	}
	text := fmt.Sprintf("The %s %s on %s, after the approval of %s.", w.judged[o].who(a.Office), verb, other.On.Long(), a.On.Long())
	if !after {
		text = fmt.Sprintf("The %s %s on %s, and the approval of %s was made without regard to that.", w.judged[o].who(a.Office), verb, other.On.Long(), a.On.Long())
	}
	next := j.without(state, text)
	return &next
}

func (j Judgement) without(s State, text string) Judgement {
	j.State, j.Text, j.Until = s, text, calendar.Date{}
	return j
}

// renews tells whether one approval takes the place of another: by the same person, of all its files, entered later.
func (w *weighing) renews(later, earlier int) bool {
	l, e := w.Statements[later].Approval, w.Statements[earlier].Approval
	switch w.judged[later].State {
	case Valid, Stale, Expired:
		return w.judged[later].person == w.judged[earlier].person && w.from[later] > w.from[earlier] && includes(l.Covers, e.Covers)
	}
	return false
}
