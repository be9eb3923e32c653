package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// Workload makes the detail of a workload, and what the workload adds to the lists.
func (m *Maker) Workload(w *register.Workload, in Held) (*Workload, *Share) {
	f := w.Facts
	out := &Workload{
		ID: w.ID, Name: f.Name, Summary: f.Summary, Organisation: orgRef(w.Organisation), Controller: orgRef(w.Controller),
		Type: f.Type, Purpose: f.Purpose, Phase: f.Phase, Visibility: w.Record.Visibility(), Started: f.Started, Ends: trialEnd(f),
		Owner: Contact(f.Owner), Deployment: f.Deployment.Model, Status: StatusOf(in.Judged),
		Verdicts: m.verdicts(in.Judged), Approvals: m.Approvals(in.Register, w), Reviews: reviews(w), Exceptions: m.exceptions(in.Register, w),
		Data: []Fact{}, Risks: []Risk{}, Locations: []Location{}, Transfers: []Transfer{}, ExitPlan: exitPlan(w),
		Suppliers: m.reliances(in.Register, w), DependsOn: []Ref{}, Footprints: []Ref{}, Costs: costs(w), DPIA: dpia(w), Files: m.filesOf(in.Register, w),
		History: orEmpty(in.History), Timeline: in.Timeline, Known: in.Known,
	}
	if f.Accountable != nil {
		contact := Contact(*f.Accountable)
		out.Accountable = &contact
	}
	for _, d := range w.DependsOn {
		out.DependsOn = append(out.DependsOn, workloadRef(d))
	}
	for _, fp := range w.Footprints {
		out.Footprints = append(out.Footprints, Ref{"footprint", fp.ID, fp.Facts.Name})
	}
	if w.Assessed != nil {
		m.assessment(out, in.Register, w)
	}
	withCommands(out, in)
	share := m.share(workloadRef(w), in, out.Verdicts, owner{who: mailbox(f.Owner)})
	row := out.Row()
	share.Workload, share.Course = &row, courseOf(workloadRef(w), out.Organisation, in.Timeline)
	share.Waits = m.waits(workloadRef(w), out.Organisation, in, mailbox(f.Owner), approvedBy(out.Approvals))
	share.Owes = owes(in.Judged, out.Controller)
	for _, e := range out.Exceptions {
		if e.State == string(assess.InForce) {
			share.Exceptions = append(share.Exceptions, e)
		}
	}
	return out, share
}

func orgRef(o *register.Organisation) Ref {
	if o == nil {
		return Ref{}
	}
	return Ref{"organisation", o.ID, o.Facts.Name}
}

func workloadRef(w *register.Workload) Ref { return Ref{"workload", w.ID, w.Facts.Name} }

// trialEnd is the last day of a trial, with its extensions.
func trialEnd(f *record.Workload) calendar.Date {
	if f.TimeLimit == nil {
		return calendar.Date{}
	}
	end := f.TimeLimit.End
	for _, e := range f.Extensions {
		if e.To.After(end) {
			end = e.To
		}
	}
	return end
}

// assessment fills what the assessment says.
func (m *Maker) assessment(out *Workload, reg *register.Register, w *register.Workload) {
	a, rec := w.Assessed, w.Assessment
	out.Personal = a.Data.Personal
	fact := func(label, text, field string) {
		if text != "" {
			out.Data = append(out.Data, Fact{label, text, place(rec.At(field))})
		}
	}
	fact("Classification", a.Data.Classification, "data.classification")
	fact("Data about people", words(a.Data.Personal), "data.personal")
	for _, t := range a.Data.Types {
		fact("Data type", t.Type+": "+t.Rationale, "data.types")
	}
	fact("Attributes", strings.Join(a.Data.Attributes, ", "), "data.attributes")
	fact("Service level", words(a.Data.ServiceLevel), "data.serviceLevel")
	fact("Amount", a.Data.Quantity, "data.quantity")
	fact("Kept for", a.Data.Retention, "data.retention")
	fact("Facts recorded", a.Data.Recorded.Long(), "data.recorded")
	if s := a.Security; s != nil {
		fact("Availability", s.Availability.Rating+": "+s.Availability.Reason, "security.availability")
		fact("Integrity", s.Integrity.Rating+": "+s.Integrity.Reason, "security.integrity")
		fact("Confidentiality", s.Confidentiality.Rating+": "+s.Confidentiality.Reason, "security.confidentiality")
	}
	if c := a.Class; c != nil {
		out.Class, out.ClassReason = string(c.Level), c.Rationale
		out.ClassModel = fmt.Sprintf("%s, version %s, decided on %s", c.Model, c.Version, c.Recorded.Long())
	}
	out.Risks = risks(a)
	subject := obligation.Subject{Register: reg, Workload: w}
	for _, f := range obligation.Footings(subject, m.Law, m.Origin.AsOf) {
		out.Locations = append(out.Locations, m.location(a, f))
	}
	for _, t := range obligation.Transfers(subject, m.Law, m.Origin.AsOf) {
		name := t.Transfer.Mechanism
		if m := m.Law.Mechanism(name); m != nil {
			name = m.Name
		}
		out.Transfers = append(out.Transfers, Transfer{m.Law.CountryName(t.Transfer.Country), name, t.Transfer.Signed, t.Valid, t.Text})
	}
	if d := a.Decision; d != nil {
		out.Decision = &Decision{Outcome: words(d.Outcome), Reasons: d.Reasons, Conditions: d.Conditions, On: d.On, Participants: []string{}}
		for _, o := range d.Participants {
			out.Decision.Participants = append(out.Decision.Participants, office(o))
		}
	}
}

func risks(a *record.Assessment) []Risk {
	controls := map[string]Control{}
	for _, c := range a.Controls {
		controls[c.ID] = Control{c.ID, c.What, c.Owner, words(c.State)}
	}
	out := []Risk{}
	for _, r := range a.Risks {
		one := Risk{r.ID, words(string(r.Kind)), r.Effect, r.Likelihood, r.Severity, r.Residual, []Control{}}
		for _, id := range r.Controls {
			if c, ok := controls[id]; ok {
				one.Controls = append(one.Controls, c)
			}
		}
		out = append(out, one)
	}
	return out
}

// location says where data is and on what footing, by the law of the day. Data that is about nobody may be anywhere.
func (m *Maker) location(a *record.Assessment, f obligation.Footing) Location {
	p := f.Place
	out := Location{
		Country: p.Country, Name: m.Law.CountryName(p.Country), Region: p.Region, Purpose: p.Purpose, Supplier: p.Supplier,
		From: p.From, To: p.To, Basis: f.Text, InUse: f.Counts, OK: f.OK,
	}
	if a.Data.Personal == "none" {
		out.OK, out.Basis = true, "No data about people. "+f.Text
	}
	return out
}

func reviews(w *register.Workload) []Review {
	out := []Review{}
	for _, r := range slices.Backward(w.Reviews) {
		f := r.Facts
		one := Review{
			On: f.On, Office: office(f.Office), Of: eachWords(f.Of), LookedAt: f.LookedAt, Outcome: words(f.Outcome), Reason: f.Reason, Path: r.Record.Path,
		}
		if r.Person != nil {
			one.By = r.Person.Title
		}
		for _, a := range f.Actions {
			one.Actions = append(one.Actions, Action(a))
		}
		out = append(out, one)
	}
	return out
}

// exceptions says of each exception whether it is in force.
func (m *Maker) exceptions(reg *register.Register, w *register.Workload) []Exception {
	out := []Exception{}
	for _, e := range w.Exceptions {
		s := assess.JudgeException(reg, w, e, m.Origin.AsOf)
		out = append(out, Exception{
			Workload: workloadRef(w), Obligations: e.Facts.Obligations, Office: office(e.Facts.Office), Reason: e.Facts.Reason,
			Instead: e.Facts.Instead, From: e.Facts.From, To: e.Facts.To, State: string(s.State), Text: s.Text, Path: e.Record.Path,
		})
	}
	return out
}

func (m *Maker) reliances(reg *register.Register, w *register.Workload) []Reliance {
	out := []Reliance{}
	for _, r := range w.Relies {
		one := Reliance{
			Supplier: Ref{"supplier", r.Supplier.ID, r.Supplier.Facts.Name}, Role: r.Role, Acceptance: "none recorded",
			Status: m.Status(obligation.OfSupplier, r.Supplier.ID),
		}
		if r.Product != nil {
			one.Product = r.Product.Facts.Name + " " + r.Product.Facts.Version
		}
		if r.Contract != nil {
			one.Contract = &Ref{"contract", r.Contract.ID, r.Contract.Facts.Title}
		}
		if r.Acceptance != nil {
			one.Acceptance = approval.JudgeAcceptance(reg, r.Acceptance, m.Origin.AsOf).Text
		}
		out = append(out, one)
	}
	return out
}

func dpia(w *register.Workload) *DPIA {
	if w.Impact == nil {
		return nil
	}
	out := &DPIA{
		Title: w.Impact.Title, Version: w.Impact.Version, Completed: w.Impact.Completed, Residual: w.Impact.ResidualRisk,
		Path: w.DPIA.Path, Sections: []Section{},
	}
	if p := w.DPIA.Prose; p != nil {
		out.HTML = p.HTML
		for _, s := range p.Sections {
			out.Sections = append(out.Sections, Section{s.Heading, s.ID, s.Level})
		}
	}
	return out
}

func exitPlan(w *register.Workload) []Fact {
	if w.Exit == nil {
		return []Fact{}
	}
	e := w.Exit
	facts := []Fact{
		{"Data", e.Data, ""},
		{"Resources", e.Resources, ""},
		{"Keys and secrets", e.Keys, ""},
		{"Access", e.Access, ""},
		{"Names and addresses", e.DNS, ""},
		{"Costs", e.Costs, ""},
		{"Owner", mailbox(e.Owner), ""},
		{"Confirmed", e.Recorded.Long(), ""},
	}
	if !e.Tested.IsZero() {
		facts = append(facts, Fact{"Tried", e.Tested.Long(), ""})
	}
	for i := range facts {
		facts[i].Place = w.ExitPlan.Path
	}
	return facts
}

func costs(w *register.Workload) *Costs {
	if w.Spending == nil {
		return nil
	}
	s := w.Spending
	out := &Costs{Monthly: s.Budget.Monthly, AlertAt: s.Budget.AlertAt, Months: []Month{}}
	for _, m := range s.Months {
		one := Month{Month: m.Month, Actual: m.Actual, Consumption: m.Consumption, Over: m.Actual > s.Budget.Monthly, Action: m.Action}
		if s.Budget.Monthly > 0 {
			one.Percent = m.Actual * 100 / s.Budget.Monthly
		}
		out.Months = append(out.Months, one)
	}
	slices.SortFunc(out.Months, func(a, b Month) int { return cmp.Compare(a.Month, b.Month) })
	return out
}

// filesOf lists the records and attachments in a workload's folder with their digests.
func (m *Maker) filesOf(reg *register.Register, w *register.Workload) []File {
	home := folder(w.Record.Path)
	if m.files != nil {
		return orEmpty(m.files[home])
	}
	return orEmpty(filesByFolder(reg)[home])
}

// filesByFolder lists the records and attachments of a register by the folder of the workload that they are in.
func filesByFolder(reg *register.Register) map[string][]File {
	homes := make(map[string]bool, len(reg.Workloads))
	for _, w := range reg.Workloads {
		homes[folder(w.Record.Path)] = true
	}
	out := make(map[string][]File, len(homes))
	add := func(f File) {
		for home := folder(f.Path); home != ""; home = folder(home) {
			if homes[home] {
				out[home] = append(out[home], f)
			}
		}
	}
	for _, r := range reg.Records {
		add(File{r.Path, string(r.Kind), r.Digest})
	}
	for path, sum := range reg.Files {
		add(File{path, "attachment", sum})
	}
	for _, files := range out {
		slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	}
	return out
}

// words makes a choice of the schema readable: "not-appropriate" becomes "not appropriate".
func words(choice string) string { return strings.ReplaceAll(choice, "-", " ") }

func eachWords(choices []string) []string {
	out := make([]string, len(choices))
	for i, c := range choices {
		out[i] = words(c)
	}
	return out
}
