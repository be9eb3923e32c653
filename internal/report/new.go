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

// Inputs are what a report is made from.
type Inputs struct {
	Origin     Origin
	Assessment *assess.Assessment
	Catalogue  *obligation.Catalogue
	Law        *law.Law
	Findings   []finding.Finding
	History    map[string][]Commit // by folder, such as evidence/suppliers/<supplier>; newest first
}

// New makes a report.
func New(in Inputs) *Report {
	b := &builder{Inputs: in, reg: in.Assessment.Register, day: in.Assessment.AsOf, subjects: map[string]*assess.Subject{}}
	for _, s := range in.Assessment.Subjects {
		b.subjects[string(s.Kind)+":"+s.ID] = s
	}
	r := &Report{Origin: in.Origin, Findings: orEmpty(in.Findings)}
	for _, w := range b.reg.Workloads {
		r.Workloads = append(r.Workloads, b.workload(w))
	}
	for _, o := range b.reg.Organisations {
		r.Organisations = append(r.Organisations, b.organisation(o))
	}
	for _, s := range b.reg.Suppliers {
		r.Suppliers = append(r.Suppliers, b.supplier(s))
	}
	for _, c := range b.reg.Contracts {
		r.Contracts = append(r.Contracts, b.contract(c))
	}
	for _, f := range b.reg.Footprints {
		r.Footprints = append(r.Footprints, b.footprint(f))
	}
	r.Obligations = b.obligations()
	r.Due = b.due()
	for _, w := range r.Workloads {
		for _, e := range w.Exceptions {
			if e.State == "in-force" {
				r.Exceptions = append(r.Exceptions, e)
			}
		}
	}
	r.NotFound, r.Tensions = b.notFound(), b.tensions()
	r.Summary = summarise(r)
	empty(r)
	return r
}

type builder struct {
	Inputs
	reg      *register.Register
	day      calendar.Date
	subjects map[string]*assess.Subject
}

func (b *builder) subject(kind obligation.SubjectKind, id string) *assess.Subject {
	return b.subjects[string(kind)+":"+id]
}

// status words a roll-up. Subject is how the sentence begins: "This workload".
func (b *builder) status(kind obligation.SubjectKind, id string) Status {
	s := b.subject(kind, id)
	if s == nil {
		return Status{State: string(obligation.NotApplicable), Sentence: "It was not judged.", Counts: map[string]int{}}
	}
	counts := map[string]int{}
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
	if slices.Contains([]string{"The", "There", "In", "Not", "One", "Two", "Some", "All", "Neither", "Nothing", "It", "No", "A", "An", "This", "Data", "Nobody", "Every", "Each", "On", "Since", "Until"}, first) {
		first = strings.ToLower(first)
	}
	return first + " " + rest
}

// verdicts gives a subject's own verdicts and, after them, those that count here too.
func (b *builder) verdicts(kind obligation.SubjectKind, id string) []Verdict {
	s := b.subject(kind, id)
	if s == nil {
		return []Verdict{}
	}
	out := make([]Verdict, 0, len(s.Verdicts)+len(s.Inherited))
	for _, v := range s.Verdicts {
		out = append(out, b.verdict(s, v, false))
	}
	for _, v := range s.Inherited {
		out = append(out, b.verdict(s, v, true))
	}
	return out
}

func (b *builder) verdict(at *assess.Subject, v *assess.Verdict, inherited bool) Verdict {
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
		due := b.dueOf(v, d)
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
func (b *builder) dueOf(v *assess.Verdict, d obligation.Due) Due {
	return Due{
		On: d.On, Days: b.day.DaysUntil(d.On), Obligation: v.Obligation.ID, Title: v.Obligation.Title, Subject: refOf(v.Subject),
		Text: d.Text, Rule: string(d.Rule), Then: string(d.Then), Office: d.Office, Place: place(d.Place),
		Local: d.Local, Remedy: v.Obligation.Remedy,
	}
}

// due gathers every due day after the day judged, once each, with the workloads that it reaches. A day on which nothing
// gets worse for anybody, because the verdict never lowers, is left out.
func (b *builder) due() []Due {
	reached := map[*assess.Verdict][]string{}
	for _, s := range b.Assessment.Subjects {
		for _, v := range s.Inherited {
			reached[v] = append(reached[v], s.ID)
		}
	}
	var all []Due
	for _, s := range b.Assessment.Subjects {
		for _, v := range s.Verdicts {
			due := s.Due(v)
			if due.On.IsZero() || v.Obligation.AliasOf != "" || !due.On.After(b.day) || !due.Then.Lowers() {
				continue
			}
			d := b.dueOf(v, due)
			d.Owner = b.owner(s)
			d.Workloads = reached[v]
			if s.Kind == obligation.OfWorkload {
				d.Workloads = []string{s.ID}
			}
			all = append(all, d)
		}
	}
	slices.SortStableFunc(all, func(x, y Due) int {
		return cmp.Or(x.On.Compare(y.On), cmp.Compare(x.Subject.Kind, y.Subject.Kind), cmp.Compare(x.Subject.ID, y.Subject.ID), cmp.Compare(x.Obligation, y.Obligation))
	})
	return all
}

// owner names the post that looks after a subject. Of an organisation, its contracts and the footprints that it leads that is
// whoever holds the office of SIRO on the day (OFF 10).
func (b *builder) owner(s *assess.Subject) string {
	switch s.Kind {
	case obligation.OfWorkload:
		for _, w := range b.reg.Workloads {
			if w.ID == s.ID {
				return mailbox(w.Facts.Owner)
			}
		}
	case obligation.OfSupplier:
		for _, x := range b.reg.Suppliers {
			if x.ID == s.ID {
				return mailbox(x.Facts.Contact)
			}
		}
	case obligation.OfOrganisation:
		for _, o := range b.reg.Organisations {
			if o.ID == s.ID {
				return b.siro(o)
			}
		}
	case obligation.OfContract:
		for _, c := range b.reg.Contracts {
			if c.ID == s.ID {
				return b.siro(c.Organisation)
			}
		}
	case obligation.OfFootprint:
		for _, f := range b.reg.Footprints {
			if f.ID == s.ID {
				return b.siro(f.Lead)
			}
		}
	}
	return ""
}

func (b *builder) siro(o *register.Organisation) string {
	if o == nil || o.People == nil {
		return ""
	}
	for _, a := range o.People.Appointments {
		if a.Office != record.SIRO || a.Deputy || !(calendar.Window{From: a.From, To: a.To}).Contains(b.day) {
			continue
		}
		for _, p := range o.People.People {
			if p.ID == a.Person {
				return mailbox(record.Contact{Title: p.Title, Email: p.Email})
			}
		}
	}
	return ""
}

func mailbox(c record.Contact) string { return c.Title + " <" + c.Email + ">" }

// summarise counts what the overview shows.
func summarise(r *Report) Summary {
	s := Summary{
		Workloads: map[string]int{}, Verdicts: map[string]int{}, Organisations: len(r.Organisations), Suppliers: len(r.Suppliers),
		Errors: finding.Errors(r.Findings),
	}
	for _, w := range r.Workloads {
		s.Workloads[w.Status.State]++
		s.Excepted += w.Status.Excepted
		for state, n := range w.Status.Counts {
			s.Verdicts[state] += n
		}
	}
	for _, d := range r.Due {
		if d.Days <= 90 {
			s.Due90++
		}
	}
	return s
}

// office gives an office as people write it.
func office(o record.Office) string { return o.Title() }

// approvals gives a workload's approvals as they stand, newest first.
func (b *builder) approvals(w *register.Workload) []Approval {
	out := []Approval{}
	for _, a := range slices.Backward(w.Approvals) {
		s := approval.Judge(b.reg, w, a, b.day)
		one := Approval{
			Office: office(a.Facts.Office), Decision: a.Facts.Decision, On: a.Facts.On, To: a.Facts.To, State: string(s.State), Text: s.Text,
			Proof: approval.Proof, Conditions: a.Facts.Conditions, Path: a.Record.Path,
		}
		if a.Person != nil {
			one.By = a.Person.Title
		}
		for _, c := range a.Facts.Covers {
			sum, ok := b.reg.Digest(c.Path)
			one.Covers = append(one.Covers, Covered{c.Path, c.SHA256, ok && sum == c.SHA256})
		}
		out = append(out, one)
	}
	return out
}

func (b *builder) historyOf(folder string) []Commit { return orEmpty(b.History[folder]) }

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// empty makes every list of a report an empty one rather than null, so that readers need not ask which it is.
func empty(r *Report) {
	r.Workloads, r.Organisations, r.Suppliers = orEmpty(r.Workloads), orEmpty(r.Organisations), orEmpty(r.Suppliers)
	r.Contracts, r.Footprints, r.Obligations = orEmpty(r.Contracts), orEmpty(r.Footprints), orEmpty(r.Obligations)
	r.Due, r.Exceptions, r.Findings = orEmpty(r.Due), orEmpty(r.Exceptions), orEmpty(r.Findings)
}

// folder gives the folder of a record.
func folder(path string) string {
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)]
}
