package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// Frame is what the details of all subjects of a report share.
type Frame struct {
	Origin    Origin // its AsOf is the day judged
	Catalogue *obligation.Catalogue
	Law       *law.Law

	// Status says how another subject stands whose status the detail of a subject shows: of a workload that of its suppliers,
	// of an organisation that of its workloads. It may be called from several goroutines.
	Status func(kind obligation.SubjectKind, id string) Status
	// Whole is the register that all subjects are of, when there is one: then its files are sorted into folders once.
	Whole *register.Register
}

// Maker makes the details of subjects, one at a time, and keeps none. It may be used from several goroutines.
type Maker struct {
	Frame
	files map[string][]File // by folder, when they were gathered before; nil when each subject looks for its own
}

// NewMaker gives a maker.
func NewMaker(f Frame) *Maker {
	m := &Maker{Frame: f}
	if f.Whole != nil {
		m.files = filesByFolder(f.Whole)
	}
	return m
}

// Held is what is known of one subject besides its record.
type Held struct {
	Register *register.Register         // it may hold only what the subject rests on
	Judged   *assess.Subject            // nil when it was not judged
	History  []Commit                   // mainline commits that touched its folder, newest first
	Timeline *Timeline                  // nil when it was not asked for
	Coming   Coming                     // what its timeline says of the days ahead
	Owed     func(notice string) []Owed // of a supplier: who still owes a look at a notice of this path, by the duties of workloads; nil when that is not known

	// Known is the newest mainline commit that changed anything the subject rests on; nil when that is not known. Judged on the
	// same day by what was known at that commit, the subject is the same.
	Known *Commit
}

// StatusOf words a roll-up.
func StatusOf(s *assess.Subject) Status {
	if s == nil {
		return Status{State: string(obligation.NotApplicable), Sentence: "It was not judged.", Counts: map[string]int{}}
	}
	counts := make(map[string]int, len(s.Status.Counts))
	for state, n := range s.Status.Counts {
		counts[string(state)] = n
	}
	status := Status{
		State: string(s.Status.State), Counts: counts, Excepted: s.Status.Excepted, Due: s.Status.Next.On,
		Sentence: sentence(s), LeftOut: s.LeftOut,
	}
	if s.Status.Main != nil {
		status.Main = s.Status.Main.Obligation.ID
	}
	return status
}

// openings say in plain English what a status means.
var openings = map[obligation.State]string{
	obligation.Blocked:       "Must not go live or proceed",
	obligation.Failing:       "Breaks a duty now",
	obligation.Overdue:       "Was in order, and the day for a new look has passed",
	obligation.Incomplete:    "A part of its evidence is missing",
	obligation.Gap:           "A recommendation is not evidenced",
	obligation.Met:           "Meets every duty that applies",
	obligation.NotApplicable: "No duty applies",
}

func sentence(s *assess.Subject) string {
	if len(s.LeftOut) > 0 {
		refused := fmt.Sprintf("%s was refused, so what it says is not counted.", s.LeftOut[0])
		if n := len(s.LeftOut); n > 1 {
			refused = fmt.Sprintf("%d records it rests on were refused, so what they say is not counted; the first is %s.", n, s.LeftOut[0])
		}
		if s.Status.Main == nil {
			return openings[s.Status.State] + ": " + refused
		}
		return openings[s.Status.State] + ": " + within(s.Status.Main.Reasons[0].Text) + " Besides, " + refused
	}
	opening := openings[s.Status.State]
	if s.Status.Main == nil || len(s.Status.Main.Reasons) == 0 {
		if s.Status.Excepted > 0 {
			return opening + fmt.Sprintf(", with %d set aside by exceptions in force.", s.Status.Excepted)
		}
		return opening + "."
	}
	return opening + ": " + within(s.Status.Main.Reasons[0].Text)
}

// within makes a sentence fit after a colon: a plain first word loses its capital, a name keeps it.
func within(sentence string) string {
	first, rest, _ := strings.Cut(sentence, " ")
	if slices.Contains([]string{"The", "There", "In", "Not", "One", "Two", "Some", "All", "Neither", "Nothing", "It", "No", "Whoever", "A", "An", "This", "Data", "Nobody", "Every", "Each", "On", "Since", "Until"}, first) {
		first = strings.ToLower(first)
	}
	return first + " " + rest
}

// verdicts gives a subject's own verdicts and, after them, those that count here too.
func (m *Maker) verdicts(s *assess.Subject) []Verdict {
	if s == nil {
		return []Verdict{}
	}
	out := make([]Verdict, 0, len(s.Verdicts)+len(s.Inherited))
	for _, v := range s.Verdicts {
		out = append(out, m.verdict(s, v, false))
	}
	for _, v := range s.Inherited {
		out = append(out, m.verdict(s, v, true))
	}
	return out
}

func (m *Maker) verdict(at *assess.Subject, v *assess.Verdict, inherited bool) Verdict {
	out := Verdict{
		Obligation: v.Obligation.ID, Title: v.Obligation.Title, Strength: string(v.Obligation.Strength), Subject: refOf(v.Subject),
		Inherited: inherited, State: string(v.State), Remedy: v.Obligation.Remedy, Tensions: v.Obligation.Tensions,
		AliasOf: v.Obligation.AliasOf,
	}
	if e := at.Excepts(v); e != nil {
		out.ExceptedUntil = e.Facts.To
	}
	for _, r := range v.Reasons {
		out.Reasons = append(out.Reasons, Reason{Rule: r.Rule, Text: r.Text, Place: place(r.Place), Field: r.Field, Date: r.Date, Local: r.Local})
	}
	if d := at.Due(v); !d.On.IsZero() {
		due := m.dueOf(v, d)
		out.Due = &due
	}
	return out
}

func place(p finding.Place) string {
	if p.Path == "" {
		return ""
	}
	return p.String()
}

func refOf(s *assess.Subject) Ref { return Ref{string(s.Kind), s.ID, s.Name} }

// dueOf gives what falls due under a verdict, without the workloads it reaches.
func (m *Maker) dueOf(v *assess.Verdict, d obligation.Due) Due {
	return Due{
		On: d.On, Days: m.Origin.AsOf.DaysUntil(d.On), Obligation: v.Obligation.ID, Title: v.Obligation.Title, Subject: refOf(v.Subject),
		Text: d.Text, Rule: string(d.Rule), Then: string(d.Then), Office: d.Office, Place: place(d.Place),
		Local: d.Local, Remedy: v.Obligation.Remedy,
	}
}

// siro names whoever holds the office of SIRO on the day: the post that looks after an organisation, its contracts and the
// footprints that it leads (OFF 10). Since is the last day up to the one judged on which somebody took or left the office.
func (m *Maker) siro(o *register.Organisation) owner {
	var out owner
	if o == nil || o.People == nil {
		return out
	}
	for _, a := range o.People.Appointments {
		if a.Office != record.SIRO || a.Deputy {
			continue
		}
		for _, day := range []calendar.Date{a.From, a.To.AddDays(1)} { // no last day stays none
			if !day.After(m.Origin.AsOf) && day.After(out.since) {
				out.since = day
			}
		}
		if out.who != "" || !(calendar.Window{From: a.From, To: a.To}).Contains(m.Origin.AsOf) {
			continue
		}
		for _, p := range o.People.People {
			if p.ID == a.Person {
				out.who = mailbox(record.Contact{Title: p.Title, Email: p.Email})
				break
			}
		}
	}
	return out
}

// owner is who looks after a subject.
type owner struct {
	who   string
	since calendar.Date // no date when the subject's own record says it
}

func mailbox(c record.Contact) string { return c.Title + " <" + c.Email + ">" }

// office gives an office as people write it.
func office(o record.Office) string { return o.Title() }

// Approvals gives a workload's approvals as they stand, newest first.
func (m *Maker) Approvals(reg *register.Register, w *register.Workload) []Approval {
	out := []Approval{}
	for _, a := range slices.Backward(w.Approvals) {
		s := approval.Judge(reg, w, a, m.Origin.AsOf)
		one := Approval{
			Office: office(a.Facts.Office), Decision: a.Facts.Decision, On: a.Facts.On, To: a.Facts.To, State: string(s.State), Text: s.Text,
			Proof: cmp.Or(s.Proof, string(approval.Unproven)), Conditions: a.Facts.Conditions, Path: a.Record.Path,
			Digest: a.Record.Digest, Code: string(a.Facts.Office), Holder: a.Facts.By,
		}
		if a.Person != nil {
			one.By = a.Person.Title
		}
		for _, c := range a.Facts.Covers {
			sum, ok := reg.Digest(c.Path)
			one.Covers = append(one.Covers, Covered{Path: c.Path, SHA256: c.SHA256, Same: ok && sum == c.SHA256})
		}
		m.prove(&one, w, a)
		out = append(out, one)
	}
	return out
}

// prove adds what the history proves about an approval.
func (m *Maker) prove(one *Approval, w *register.Workload, a *register.Approval) {
	p := approval.ProofOf(w)
	if p == nil {
		return
	}
	i := p.Find(a.Record.Path, a.Record.Digest)
	if i < 0 {
		return
	}
	e := p.Case.Statements[i]
	if e.ID != "" {
		one.Entered = &Entered{e.ID, e.Day}
	}
	if !e.Seal.Key.IsZero() {
		one.Key, one.Print = e.Seal.Key.String(), e.Seal.Key.Fingerprint()
	}
	if v := a.Facts.Witnessed; v != nil {
		one.Witnessed = (*Witnessed)(v)
	}
	for _, s := range p.On(m.Origin.AsOf).Statements[i].Since {
		for k := range one.Covers {
			if one.Covers[k].Path == s.Path && !s.Never && s.ID != "" {
				one.Covers[k].Since = &Entered{s.ID, s.Day}
			}
		}
	}
}
