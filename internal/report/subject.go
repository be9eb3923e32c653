package report

import (
	"fmt"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// offices are those whose holder an organisation's page shows, vacant or not.
var offices = []record.Office{record.SIRO, record.DPO, record.CaldicottGuardian, record.IGLead, record.SRO, record.ClinicalSafetyOfficer, record.Registrar}

// Organisation makes the detail of an organisation, and what the organisation adds to the lists.
func (m *Maker) Organisation(o *register.Organisation, in Held) (*Organisation, *Share) {
	profile, _, local := o.Policy.LocationProfile()
	out := &Organisation{
		ID: o.ID, Name: o.Facts.Name, Type: words(o.Facts.Type), Fictional: o.Facts.Fictional, LocationProfile: words(profile), ProfileLocal: local,
		Offices: m.offices(o), Workloads: []Ref{}, Contracts: []Ref{}, Footprints: []Ref{}, States: map[string]int{},
		Status: StatusOf(in.Judged), Verdicts: m.verdicts(in.Judged),
		History: orEmpty(in.History), Timeline: in.Timeline, Known: in.Known,
	}
	for _, w := range o.Workloads {
		out.Workloads = append(out.Workloads, workloadRef(w))
		out.States[m.Status(obligation.OfWorkload, w.ID).State]++
	}
	for _, c := range o.Contracts {
		out.Contracts = append(out.Contracts, Ref{"contract", c.ID, c.Facts.Title})
	}
	for _, f := range o.Footprints {
		out.Footprints = append(out.Footprints, Ref{"footprint", f.ID, f.Facts.Name})
	}
	share := m.share(orgRef(o), in, out.Verdicts, m.siro(o))
	share.Waits = m.waits(orgRef(o), orgRef(o), in, m.siro(o).who, nil)
	row := out.Row()
	share.Organisation = &row
	return out, share
}

// offices says who holds each office on the day, deputies after holders; an office nobody holds is shown as vacant.
func (m *Maker) offices(o *register.Organisation) []Office {
	out := []Office{}
	for _, of := range offices {
		held := false
		if o.People != nil {
			for _, a := range o.People.Appointments {
				if a.Office != of || !(calendar.Window{From: a.From, To: a.To}).Contains(m.Origin.AsOf) {
					continue
				}
				held = true
				out = append(out, Office{Office: office(of), Holder: post(o.People, a.Person), From: a.From, To: a.To, Deputy: a.Deputy})
			}
		}
		if !held {
			out = append(out, Office{Office: office(of)})
		}
	}
	return out
}

func post(people *record.Appointments, id string) string {
	for _, p := range people.People {
		if p.ID == id {
			return p.Title
		}
	}
	return id
}

// Supplier makes the detail of a supplier, and what the supplier adds to the lists.
func (m *Maker) Supplier(s *register.Supplier, in Held) (*Supplier, *Share) {
	f := s.Facts
	out := &Supplier{
		ID: s.ID, Name: f.Name, Fictional: f.Fictional, Country: m.Law.CountryName(f.Country), Status: StatusOf(in.Judged),
		Verdicts: m.verdicts(in.Judged), Certificates: []Certificate{}, Principles: m.principles(s), Products: []Product{},
		Notices: []Notice{}, Workloads: []Ref{}, History: orEmpty(in.History), Timeline: in.Timeline, Known: in.Known,
	}
	if f.Parent != nil {
		out.Parent = fmt.Sprintf("%s, %s", f.Parent.Name, m.Law.CountryName(f.Parent.Country))
	}
	for _, c := range s.Certificates {
		out.Certificates = append(out.Certificates, m.certificate(in.Register, c))
	}
	for _, p := range s.Products {
		out.Products = append(out.Products, m.product(p))
	}
	for _, n := range s.Notices {
		out.Notices = append(out.Notices, m.notice(n, in))
	}
	for _, w := range s.Workloads {
		out.Workloads = append(out.Workloads, workloadRef(w))
	}
	share := m.share(Ref{"supplier", s.ID, f.Name}, in, out.Verdicts, owner{who: mailbox(f.Contact)})
	share.Waits = m.waits(Ref{"supplier", s.ID, f.Name}, Ref{}, in, mailbox(f.Contact), nil)
	row := out.Row()
	share.Supplier = &row
	return out, share
}

// certificate shows a certificate with the first day on which it is no longer valid, and which rule set that day.
func (m *Maker) certificate(reg *register.Register, c *register.Certificate) Certificate {
	var basis *record.Certificate
	if c.Basis != nil {
		basis = c.Basis.Facts
	}
	v := m.Law.Validity(c.Facts, basis, m.Origin.AsOf, calendar.Period{}, localReport(reg))
	return Certificate{
		ID: c.ID, Scheme: m.Law.Scheme(c.Facts.Scheme).Name, Number: c.Facts.Number, Scope: c.Facts.Scope, Body: c.Facts.Body,
		Issued: c.Facts.Issued, Until: v.Until, Current: v.Current, Text: v.Text, Path: c.Record.Path,
	}
}

// localReport looks up the shared local policy for reports that state no expiry.
func localReport(reg *register.Register) func(key string) (calendar.Period, bool) {
	policy := register.Policy{Shared: reg.Policy}
	return func(key string) (calendar.Period, bool) {
		p, _, ok := policy.Cadence(key, "")
		return p, ok
	}
}

// principles lists every security principle in current numbering with the statement held for it. A statement under an older
// number that means the same counts, and one that has parts is answered by all of them.
func (m *Maker) principles(s *register.Supplier) []Principle {
	held := map[string]record.PrincipleEntry{}
	if s.Statements != nil {
		for _, e := range s.Statements.Entries {
			held[e.Principle] = e
		}
	}
	questions := m.Law.Set("ncsc-principles").Questions
	out := []Principle{}
	for _, q := range questions {
		if !strings.HasSuffix(q.Key, "@current") {
			continue
		}
		one := Principle{Key: q.Key, Text: q.Text, Old: strings.Join(q.Also, ", ")}
		if e, ok := statement(held, q); ok {
			one.Statement, one.Summary, one.On = words(e.Statement), e.Summary, e.On
		} else if throughParts(held, questions, q) {
			one.Statement = "through its parts"
		}
		out = append(out, one)
	}
	return out
}

// statement finds the entry held for a question, under its own key or one that stands for it.
func statement(held map[string]record.PrincipleEntry, q law.Question) (record.PrincipleEntry, bool) {
	for _, key := range append([]string{q.Key}, q.Also...) {
		if e, ok := held[key]; ok {
			return e, true
		}
	}
	return record.PrincipleEntry{}, false
}

// throughParts tells whether a question has parts and every one of them is answered.
func throughParts(held map[string]record.PrincipleEntry, all []law.Question, q law.Question) bool {
	parts := 0
	for _, part := range all {
		if part.PartOf != q.Key {
			continue
		}
		parts++
		if _, ok := statement(held, part); !ok && !throughParts(held, all, part) {
			return false
		}
	}
	return parts > 0
}

func (m *Maker) product(p *register.Product) Product {
	out := Product{ID: p.ID, Name: p.Facts.Name, Version: p.Facts.Version, Standards: []Standard{}}
	for _, s := range p.Facts.Standards {
		name := s.Standard
		if std := m.Law.Standard(s.Standard); std != nil {
			name = std.Name
		}
		out.Standards = append(out.Standards, Standard{name, s.Edition, words(s.Status), s.On})
	}
	return out
}

// Contract makes the detail of a contract, and what the contract adds to the lists.
func (m *Maker) Contract(c *register.Contract, in Held) (*Contract, *Share) {
	out := &Contract{
		ID: c.ID, Title: c.Facts.Title, Organisation: orgRef(c.Organisation), Stage: c.Facts.Stage, From: c.Facts.From, To: c.Facts.To,
		NoticeBy: c.Facts.NoticeBy, Status: StatusOf(in.Judged), Verdicts: m.verdicts(in.Judged), Workloads: []Ref{}, Known: in.Known,
	}
	if c.Supplier != nil {
		out.Supplier = Ref{"supplier", c.Supplier.ID, c.Supplier.Facts.Name}
	}
	for _, w := range c.Workloads {
		out.Workloads = append(out.Workloads, workloadRef(w))
	}
	share := m.share(Ref{"contract", c.ID, c.Facts.Title}, in, out.Verdicts, m.siro(c.Organisation))
	share.Waits = m.waits(Ref{"contract", c.ID, c.Facts.Title}, orgRef(c.Organisation), in, m.siro(c.Organisation).who, nil)
	row := out.Row()
	share.Contract = &row
	return out, share
}

// Footprint makes the detail of a footprint, and what the footprint adds to the lists.
func (m *Maker) Footprint(f *register.Footprint, in Held) (*Footprint, *Share) {
	out := &Footprint{
		ID: f.ID, Name: f.Facts.Name, Type: words(f.Facts.Type), Lead: orgRef(f.Lead), From: f.Facts.From, To: f.Facts.To, Members: []Member{},
		Workloads: []Ref{}, Status: StatusOf(in.Judged), Verdicts: m.verdicts(in.Judged), Known: in.Known,
	}
	for _, m := range f.Members {
		out.Members = append(out.Members, Member{orgRef(m.Organisation), m.During.From, m.During.To})
	}
	for _, w := range f.Workloads {
		out.Workloads = append(out.Workloads, workloadRef(w))
	}
	share := m.share(Ref{"footprint", f.ID, f.Facts.Name}, in, out.Verdicts, m.siro(f.Lead))
	share.Waits = m.waits(Ref{"footprint", f.ID, f.Facts.Name}, orgRef(f.Lead), in, m.siro(f.Lead).who, nil)
	row := out.Row()
	share.Footprint = &row
	return out, share
}
