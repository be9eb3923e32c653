package report

import (
	"cmp"
	"slices"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// The profiles of a portal: Internal shows everything, Open what the public may see.
const (
	Internal = "internal"
	Open     = "open"
)

// OpenWorkload is what the public may see of a workload: how it keeps data about people (OFF 27). It is an allow list. A field is
// filled only from a record that says visibility: open, or from the law; no verdict, status, day, name of a person, path, commit or
// text of any other record enters it. What is not here cannot be shown.
type OpenWorkload struct {
	ID           string         `json:"id"`
	Name         string         `json:"name"` // of the workload; else the title of its DPIA; else its id
	Summary      string         `json:"summary,omitempty"`
	Organisation Ref            `json:"organisation"` // without a name when the organisation's record is not open
	Controller   Ref            `json:"controller"`
	Type         string         `json:"type,omitempty"`
	Purpose      string         `json:"purpose,omitempty"`
	Phase        string         `json:"phase,omitempty"`
	Started      calendar.Date  `json:"started,omitzero"`
	Ends         calendar.Date  `json:"ends,omitzero"`
	Deployment   string         `json:"deployment,omitempty"`
	Notice       string         `json:"notice,omitempty"` // address of the notice to the public
	Personal     string         `json:"personal,omitempty"`
	Data         []Fact         `json:"data"`
	Locations    []OpenLocation `json:"locations"`
	Transfers    []OpenTransfer `json:"transfers"`
	Decision     string         `json:"decision,omitempty"`
	Suppliers    []OpenSupplier `json:"suppliers"`
	Unnamed      int            `json:"unnamed,omitempty"` // suppliers whose records are not open
	Approvals    []OpenApproval `json:"approvals"`         // those that are valid on the day
	DPIA         *OpenDPIA      `json:"dpia,omitempty"`
}

// OpenLocation is a place of data.
type OpenLocation struct {
	Country  string `json:"country"` // name
	Region   string `json:"region,omitempty"`
	Purpose  string `json:"purpose"`
	Supplier string `json:"supplier,omitempty"` // name, when its record is open
	Basis    string `json:"basis"`              // in words, by the law of the day
	InUse    bool   `json:"inUse"`
}

// OpenTransfer is a transfer that rests on a mechanism.
type OpenTransfer struct {
	Country   string        `json:"country"`
	Mechanism string        `json:"mechanism"`
	Signed    calendar.Date `json:"signed"`
}

// OpenSupplier is a supplier whose record is open.
type OpenSupplier struct {
	Name         string            `json:"name"`
	Country      string            `json:"country"`
	Role         string            `json:"role,omitempty"` // when the workload's record is open
	Certificates []OpenCertificate `json:"certificates"`
}

// OpenCertificate is a certificate that is open and in force on the day.
type OpenCertificate struct {
	Scheme string        `json:"scheme"`
	Scope  string        `json:"scope"`
	Issued calendar.Date `json:"issued"`
	Until  calendar.Date `json:"until,omitzero"` // first day no longer valid
}

// OpenApproval is an approval that is open and valid on the day.
type OpenApproval struct {
	Office   string        `json:"office"`
	Decision string        `json:"decision"`
	On       calendar.Date `json:"on"`
	To       calendar.Date `json:"to,omitzero"`
}

// OpenDPIA is a data protection impact assessment that is open.
type OpenDPIA struct {
	Title     string        `json:"title"`
	Version   string        `json:"version"`
	Completed calendar.Date `json:"completed"`
	Residual  string        `json:"residual"`
	HTML      string        `json:"html"` // safe; headings start at level 3
	Sections  []Section     `json:"sections"`
}

// OpenWorkloads lists the workloads of which the public may see anything, by id.
func (m *Maker) OpenWorkloads(reg *register.Register) []*register.Workload {
	var out []*register.Workload
	for _, w := range reg.Workloads {
		if isOpen(w.Record) || isOpen(w.DPIA) || isOpen(w.Assessment) {
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b *register.Workload) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// OpenWorkload makes what the public may see of a workload.
func (m *Maker) OpenWorkload(w *register.Workload, reg *register.Register) *OpenWorkload {
	out := &OpenWorkload{
		ID: w.ID, Organisation: openOrganisation(w.Organisation), Data: []Fact{}, Locations: []OpenLocation{}, Transfers: []OpenTransfer{},
		Suppliers: []OpenSupplier{}, Approvals: m.openApprovals(w, reg), DPIA: openDPIA(w),
	}
	if isOpen(w.Record) {
		f := w.Facts
		out.Name, out.Summary, out.Type, out.Purpose, out.Phase = f.Name, f.Summary, f.Type, f.Purpose, f.Phase
		out.Controller, out.Started, out.Ends, out.Deployment = openOrganisation(w.Controller), f.Started, trialEnd(f), f.Deployment.Model
		if f.PublicNotice != nil {
			out.Notice = f.PublicNotice.Source.URL
		}
		m.openSuppliers(out, w, reg)
	}
	if isOpen(w.Assessment) && w.Assessed != nil {
		m.openAssessment(out, w, reg)
	}
	if out.Name == "" && out.DPIA != nil {
		out.Name = out.DPIA.Title
	}
	out.Name = cmp.Or(out.Name, w.ID)
	return out
}

// isOpen tells whether a record is there and says that the public may see it.
func isOpen(r *record.Record) bool { return r != nil && r.Visibility() == Open }

// openOrganisation names an organisation when its record is open. Its ODS code is public in any case.
func openOrganisation(o *register.Organisation) Ref {
	if o == nil {
		return Ref{}
	}
	if !isOpen(o.Record) {
		return Ref{Kind: "organisation", ID: o.ID}
	}
	return orgRef(o)
}

func (m *Maker) openSuppliers(out *OpenWorkload, w *register.Workload, reg *register.Register) {
	for i, r := range w.Relies {
		if slices.ContainsFunc(w.Relies[:i], func(before register.Reliance) bool { return before.Supplier == r.Supplier }) {
			continue
		}
		if !isOpen(r.Supplier.Record) {
			out.Unnamed++
			continue
		}
		one := OpenSupplier{Name: r.Supplier.Facts.Name, Country: m.Law.CountryName(r.Supplier.Facts.Country), Role: r.Role, Certificates: []OpenCertificate{}}
		for _, c := range r.Supplier.Certificates {
			// Validity may rest on another certificate: that one must be open, too.
			if !isOpen(c.Record) || c.Basis != nil && !isOpen(c.Basis.Record) {
				continue
			}
			if shown := m.certificate(reg, c); shown.Current {
				one.Certificates = append(one.Certificates, OpenCertificate{shown.Scheme, shown.Scope, shown.Issued, shown.Until})
			}
		}
		out.Suppliers = append(out.Suppliers, one)
	}
}

// openAssessment tells what data there is and where. Risks, controls, advice and conditions stay inside: they help attackers, not
// patients.
func (m *Maker) openAssessment(out *OpenWorkload, w *register.Workload, reg *register.Register) {
	a := w.Assessed
	out.Personal = a.Data.Personal
	fact := func(label, text string) {
		if text != "" {
			out.Data = append(out.Data, Fact{Label: label, Text: text})
		}
	}
	fact("Data about people", words(a.Data.Personal))
	for _, t := range a.Data.Types {
		fact("Data type", t.Type+": "+t.Rationale)
	}
	fact("Amount", a.Data.Quantity)
	fact("Kept for", a.Data.Retention)
	fact("Facts recorded", a.Data.Recorded.Long())
	subject := obligation.Subject{Register: reg, Workload: w}
	for _, f := range obligation.Footings(subject, m.Law, m.Origin.AsOf) {
		at := m.location(a, f)
		one := OpenLocation{Country: at.Name, Region: at.Region, Purpose: at.Purpose, Basis: at.Basis}
		one.InUse = (calendar.Window{From: at.From, To: at.To}).Contains(m.Origin.AsOf) // the phase may not be open
		for _, s := range reg.Suppliers {
			if s.ID == at.Supplier && isOpen(s.Record) {
				one.Supplier = s.Facts.Name
			}
		}
		out.Locations = append(out.Locations, one)
	}
	for _, t := range obligation.Transfers(subject, m.Law, m.Origin.AsOf) {
		if !t.Valid {
			continue
		}
		name := t.Transfer.Mechanism
		if known := m.Law.Mechanism(name); known != nil {
			name = known.Name
		}
		out.Transfers = append(out.Transfers, OpenTransfer{m.Law.CountryName(t.Transfer.Country), name, t.Transfer.Signed})
	}
	if a.Decision != nil {
		out.Decision = words(a.Decision.Outcome)
	}
}

// openApprovals lists the approvals that are open and valid: one that has gone stale would tell the public what is no longer so.
func (m *Maker) openApprovals(w *register.Workload, reg *register.Register) []OpenApproval {
	out := []OpenApproval{}
	for _, a := range slices.Backward(w.Approvals) {
		if isOpen(a.Record) && approval.Judge(reg, w, a, m.Origin.AsOf).State == approval.Valid {
			out = append(out, OpenApproval{office(a.Facts.Office), words(a.Facts.Decision), a.Facts.On, a.Facts.To})
		}
	}
	return out
}

func openDPIA(w *register.Workload) *OpenDPIA {
	if !isOpen(w.DPIA) || w.Impact == nil {
		return nil
	}
	d := dpia(w)
	return &OpenDPIA{d.Title, d.Version, d.Completed, d.Residual, d.HTML, d.Sections}
}

// OpenRow is a workload of a public register in brief.
type OpenRow struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Organisation Ref    `json:"organisation"`
	Summary      string `json:"summary,omitempty"`
	Personal     string `json:"personal,omitempty"`
	Explained    bool   `json:"explained"` // there is a DPIA to read
}

// Row gives a workload in brief.
func (w *OpenWorkload) Row() OpenRow {
	return OpenRow{w.ID, w.Name, w.Organisation, w.Summary, w.Personal, w.DPIA != nil}
}
