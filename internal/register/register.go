// Package register joins all records of one commit. In a register nothing dangles: every pointer leads to a record that
// exists and has the right kind, every digest of an attachment was compared with its bytes, every id is unique. What could
// not be joined is a finding.
//
// What happens to the record with the finding follows one rule: a slip of the pen may cost a claim, and never hides a duty.
//
//   - An organisation, supplier, workload, footprint or notice, an organisation's appointments and a policy stay. Only the
//     link that leads nowhere is dropped, so a slip of the pen cannot hide a workload or a duty.
//   - Any other record is evidence that something was done. It is left out as a whole when a link it rests on is broken: who
//     decided, on what, with which file. Names it only mentions, such as the supplier of a place, are no such links.
//   - What lies in the folder of an organisation, supplier or workload that has no record itself is left out with it.
//
// A refusal or withdrawal is such a decision too, so one that is left out leaves an older approval standing. Whoever shows a
// subject's status must therefore say when a record of that subject is missing from Records.
//
// The Facts of a record say what was written, the fields beside them what could be joined: a workload whose Facts name two
// suppliers and whose Relies has one has a finding about the other.
package register

import (
	"strconv"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tree"
)

// Register is every record of one commit, joined. It is never changed after New, save by [Register.Brief].
type Register struct {
	Policy        *record.Record // evidence/policy.yaml; nil when there is none
	Organisations []*Organisation
	Suppliers     []*Supplier
	Workloads     []*Workload // of every organisation, by id
	Contracts     []*Contract
	Footprints    []*Footprint
	Files         map[string]string // attachments: path to SHA-256
	Records       []*record.Record  // everything, by path
	LeftOut       []string          // paths of records that are there and were refused, sorted

	// Around are registers that this one lies amid, when it holds one subject and what that rests on: At and Digest look there too.
	Around []*Register
}

// Organisation is a data controller with its appointments, policy and workloads.
type Organisation struct {
	ID           string // ODS code
	Record       *record.Record
	Facts        *record.Organisation
	Appointments *record.Record // nil when missing
	People       *record.Appointments
	Policy       Policy
	Workloads    []*Workload
	Contracts    []*Contract
	Acceptances  []*Acceptance
	Approvals    []*Approval  // of its appointments and policy, by day, then path
	Footprints   []*Footprint // those it is or was a member of
}

// Face is what the verdicts of a workload see of the own record of an organisation: what it is called, and that it closed.
type Face struct {
	Name        string
	Closed      calendar.Date
	Place       finding.Place // where the record says that it closed
	SucceededBy string
}

// FaceOf gives the organisation of a record as workloads see it; none when the record is nil or of another kind.
func FaceOf(r *record.Record) Face {
	if r == nil {
		return Face{}
	}
	facts, ok := r.Value.(*record.Organisation)
	if !ok {
		return Face{}
	}
	f := Face{Name: facts.Name, Closed: facts.Closed, SucceededBy: facts.SucceededBy}
	if !f.Closed.IsZero() {
		f.Place = r.At("closed")
	}
	return f
}

// Supplier is a supplier with the evidence that is held once for everybody.
type Supplier struct {
	ID           string
	Record       *record.Record
	Facts        *record.Supplier
	Principles   *record.Record // nil when missing
	Statements   *record.Principles
	Certificates []*Certificate
	Products     []*Product
	Notices      []*Notice
	Workloads    []*Workload // those that rely on it
	Contracts    []*Contract
}

// Certificate is a certificate, report or registration of a supplier.
type Certificate struct {
	ID     string // <supplier>/<certificate>
	Record *record.Record
	Facts  *record.Certificate
	Basis  *Certificate // the certificate it rests on, when it names one
}

// Product is a supplier's product.
type Product struct {
	ID     string // <supplier>/<product>
	Record *record.Record
	Facts  *record.Product
}

// Notice is a supplier's notice of a change.
type Notice struct {
	ID     string // <supplier>/<date>-<slug>
	Record *record.Record
	Facts  *record.Notice
}

// Workload is a workload with everything held about it and everything it relies on.
type Workload struct {
	ID           string // <ods>/<slug>
	Organisation *Organisation
	Controller   *Organisation // the keeper of the record stands in for one that does not exist
	Record       *record.Record
	Facts        *record.Workload

	Assessment *record.Record // nil when missing, like all below
	Assessed   *record.Assessment
	DPIA       *record.Record
	Impact     *record.DPIA
	ExitPlan   *record.Record
	Exit       *record.ExitPlan
	Costs      *record.Record
	Spending   *record.Costs

	Approvals  []*Approval  // by day, then path
	Proof      Proof        // what the history proves about them; nil where no history was looked at
	Reviews    []*Review    // by day, then path
	Exceptions []*Exception // by path

	Relies     []Reliance
	DependsOn  []*Workload  // may lead back to the workload itself; a finding says so
	NeededBy   []*Workload  // those that depend on it, by id, each once
	Footprints []*Footprint // those that share it
}

// Proof is what the history of the record proves about the approvals of a workload. Package approval makes it and is the only
// one to look into it.
type Proof interface{ OfApprovals() }

// Reliance is one supplier a workload relies on.
type Reliance struct {
	Supplier   *Supplier
	Role       string
	Product    *Product    // nil when none is named
	Contract   *Contract   // nil when none is named
	Acceptance *Acceptance // the controller's own decision on the supplier's evidence; nil when missing
}

// Approval is an office's decision with the person who held the office.
type Approval struct {
	Record *record.Record
	Facts  *record.Approval
	Person *record.Person
}

// Review is a recorded look.
type Review struct {
	Record *record.Record
	Facts  *record.Review
	Person *record.Person
}

// Exception is a time-bound accepted risk.
type Exception struct {
	Record *record.Record
	Facts  *record.Exception
}

// Contract is a contract of an organisation with a supplier.
type Contract struct {
	ID           string // <ods>/<slug>
	Organisation *Organisation
	Record       *record.Record
	Facts        *record.Contract
	Supplier     *Supplier
	Products     []*Product
	Workloads    []*Workload
}

// Acceptance is an organisation's own decision on a supplier's shared evidence.
type Acceptance struct {
	Record       *record.Record
	Facts        *record.Acceptance
	Organisation *Organisation
	Supplier     *Supplier
}

// Footprint is a dated group of organisations.
type Footprint struct {
	ID        string
	Record    *record.Record
	Facts     *record.Footprint
	Lead      *Organisation // nil when it names an organisation that does not exist
	Members   []Member
	Workloads []*Workload
}

// Member is an organisation's spell in a footprint.
type Member struct {
	Organisation *Organisation
	During       calendar.Window
}

// Choice is one local choice with the record and field it was made in, so that pages can say "local policy" and show where.
type Choice struct {
	Record *record.Record
	Field  string
}

// Policy is an organisation's local choices: its own where it made them, the shared ones otherwise.
type Policy struct {
	Own    *record.Record // nil when the organisation has no policy of its own
	Shared *record.Record // nil when there is no shared policy
}

// Cadence gives the local cadence for a key such as "dataFacts" or, by profile class, "review". It is false when no choice was made.
func (p Policy) Cadence(key string, class record.ProfileClass) (calendar.Period, Choice, bool) {
	if key == "review" {
		key += "." + string(class)
	}
	return p.period("cadences." + key)
}

// Limit gives the local limit for a key such as "trial".
func (p Policy) Limit(key string) (calendar.Period, Choice, bool) { return p.period("limits." + key) }

// Notice gives how long ahead due days are announced.
func (p Policy) Notice() (calendar.Period, Choice, bool) { return p.period("notice") }

// Reminders gives when the office is told before a due day, when the SIRO after it, and whether weekends count: each choice by
// itself, with what muniment does where none was made.
func (p Policy) Reminders() (office, siro calendar.Period, weekends bool) {
	office, siro = calendar.Period{Days: 30}, calendar.Period{Days: 14}
	if chosen, _, ok := p.period("reminders.office"); ok {
		office = chosen
	}
	if chosen, _, ok := p.period("reminders.siro"); ok {
		siro = chosen
	}
	_, node, ok := p.find("reminders.weekends")
	return office, siro, ok && node.Text == "true"
}

// Offices gives the offices that the local approval matrix asks for: matrix is "production.IV", "innovation" or "exception".
func (p Policy) Offices(matrix string) ([]record.Office, Choice, bool) {
	var offices []record.Office
	choice, node, ok := p.find("approvals." + matrix)
	if ok {
		offices = make([]record.Office, 0, len(node.Items))
		for _, item := range node.Items {
			offices = append(offices, record.Office(item.Text))
		}
	}
	return offices, choice, ok
}

// Asked lists the offices that any part of the local approval matrix asks for about a workload.
func (p Policy) Asked() []record.Office {
	asked, _, _ := p.Offices("innovation")
	exception, _, _ := p.Offices("exception")
	asked = append(asked, exception...)
	for _, class := range record.ProfileClasses {
		offices, _, _ := p.Offices("production." + string(class))
		asked = append(asked, offices...)
	}
	return asked
}

// People gives how many different people must have approved; 1 when the matrix does not say.
func (p Policy) People() (int, Choice) {
	choice, node, ok := p.find("approvals.people")
	if !ok {
		return 1, choice
	}
	n, err := strconv.Atoi(node.Text)
	if err != nil {
		return 1, choice // the schema has refused it
	}
	return n, choice
}

// Proof gives what an approval must rest on to count: "signed" or "witnessed". It is false when no choice was made.
func (p Policy) Proof() (string, Choice, bool) {
	choice, node, ok := p.find("approvals.proof")
	if !ok {
		return "", choice, false
	}
	return node.Text, choice, true
}

// LocationProfile gives the organisation's own rule for locations; "uk-eea-adequate", the guidance's rule, when none was chosen.
func (p Policy) LocationProfile() (string, Choice, bool) {
	choice, node, ok := p.find("locationProfile.profile")
	if !ok {
		return "uk-eea-adequate", choice, false
	}
	return node.Text, choice, true
}

func (p Policy) period(field string) (calendar.Period, Choice, bool) {
	choice, node, ok := p.find(field)
	if !ok {
		return calendar.Period{}, choice, false
	}
	period, err := calendar.ParsePeriod(node.Text)
	return period, choice, err == nil
}

// find looks a choice up in the organisation's own policy first. What an override does not name stays as shared.
func (p Policy) find(field string) (Choice, *tree.Node, bool) {
	for _, r := range [...]*record.Record{p.Own, p.Shared} {
		if r == nil {
			continue
		}
		if n := r.Tree().Lookup(field); n != nil {
			return Choice{Record: r, Field: field}, n, true
		}
	}
	return Choice{}, nil, false
}
