package report

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
)

// Share is what one subject adds to what is shown of a register as a whole: its line in a list, and its part in the due days,
// the exceptions, the coverage of obligations, the changes and the forecast. It is small, can be kept
// ([Pack]), and is all that has to be remembered of a subject once its own pages are made.
type Share struct {
	Subject    Ref
	Verdicts   []Stand // its own, in the order of the catalogue
	Due        []Due
	Reached    []Reached   // of a workload: due days of others that count for it too
	Exceptions []Exception // of a workload: those in force
	Changes    []StatusChange
	Coming     Coming
	Waits      []Waiting // what waits for somebody under its own verdicts
	Owes       []Owes    // of a workload: looks at notices of its suppliers that its controller still owes
	Course     *Course   // of a workload whose timeline is known

	// One of these is set, by the kind of the subject.
	Workload     *WorkloadRow
	Organisation *OrganisationRow
	Supplier     *SupplierRow
	Contract     *ContractRow
	Footprint    *FootprintRow
}

// Stand is how a subject stands under an obligation.
type Stand struct {
	Obligation    string
	State         string
	ExceptedUntil calendar.Date
	Text          string // the deciding reason; left out when the obligation is met or does not apply
}

// Reached names a due day of another subject.
type Reached struct {
	Kind       string
	ID         string
	Obligation string
}

// WorkloadRow is a workload in brief.
type WorkloadRow struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Organisation Ref           `json:"organisation"`
	Type         string        `json:"type"`
	Phase        string        `json:"phase"`
	Class        string        `json:"class,omitempty"`
	Visibility   string        `json:"visibility"`
	Status       Status        `json:"status"`
	Remedy       string        `json:"remedy,omitempty"` // of the verdict that decided, without commands
	Ends         calendar.Date `json:"ends,omitzero"`
	Suppliers    []string      `json:"suppliers,omitempty"` // ids of those it relies on
	Formerly     []string      `json:"formerly,omitempty"`  // ids it had before, oldest first
}

// OrganisationRow is an organisation in brief.
type OrganisationRow struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Type      string         `json:"type"`
	Fictional bool           `json:"fictional,omitempty"`
	Status    Status         `json:"status"`
	States    map[string]int `json:"states"` // its workloads by status
}

// SupplierRow is a supplier in brief.
type SupplierRow struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Country    string `json:"country"`
	Fictional  bool   `json:"fictional,omitempty"`
	Status     Status `json:"status"`
	Current    int    `json:"current"`    // certificates in force
	Lapsed     int    `json:"lapsed"`     // certificates that are not
	Principles int    `json:"principles"` // that there are, those that are parts of others left out
	Evidenced  int    `json:"evidenced"`  // those of them with a statement, also through their parts
	Waiting    int    `json:"waiting"`    // looks at notices that organisations still owe
	Workloads  int    `json:"workloads"`  // that rely on it

	Validity []Validity  `json:"validity"` // of its certificates in force, and of schemes without one the last
	Stated   []Stated    `json:"stated"`   // how each principle is evidenced, in the order of the principles
	Notices  []NoticeRow `json:"notices"`
}

// Validity tells how long a certificate is good for.
type Validity struct {
	Scheme  string        `json:"scheme"`
	Path    string        `json:"path"`
	Issued  calendar.Date `json:"issued,omitzero"`
	Until   calendar.Date `json:"until,omitzero"` // first day no longer valid
	Current bool          `json:"current"`
}

// Stated tells how a principle is evidenced.
type Stated struct {
	Key   string `json:"key"`
	Text  string `json:"text"`
	Kind  string `json:"kind,omitempty"`  // of the statement held for it, as people write it; empty when there is none
	Parts int    `json:"parts,omitempty"` // that it has
	Held  int    `json:"held,omitempty"`  // parts with a statement of their own
}

// ContractRow is a contract in brief.
type ContractRow struct {
	ID           string        `json:"id"`
	Title        string        `json:"title"`
	Organisation Ref           `json:"organisation"`
	Supplier     Ref           `json:"supplier"`
	Stage        string        `json:"stage"`
	From         calendar.Date `json:"from,omitzero"`
	To           calendar.Date `json:"to,omitzero"`
	NoticeBy     calendar.Date `json:"noticeBy,omitzero"`
	Status       Status        `json:"status"`
}

// FootprintRow is a footprint in brief.
type FootprintRow struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Type    string `json:"type"`
	Lead    Ref    `json:"lead"`
	Members int    `json:"members"`
	Status  Status `json:"status"`
}

// Row gives a workload in brief.
func (w *Workload) Row() WorkloadRow {
	row := WorkloadRow{
		ID: w.ID, Name: w.Name, Organisation: w.Organisation, Type: w.Type, Phase: w.Phase, Class: w.Class, Visibility: w.Visibility,
		Status: w.Status, Ends: w.Ends,
	}
	if v := w.Status.Deciding(w.Verdicts); v != nil {
		row.Remedy = v.Remedy
	}
	if w.Timeline != nil {
		row.Formerly = w.Timeline.Formerly
	}
	for _, r := range w.Suppliers {
		if !slices.Contains(row.Suppliers, r.Supplier.ID) {
			row.Suppliers = append(row.Suppliers, r.Supplier.ID)
		}
	}
	return row
}

// Row gives an organisation in brief.
func (o *Organisation) Row() OrganisationRow {
	return OrganisationRow{ID: o.ID, Name: o.Name, Type: o.Type, Fictional: o.Fictional, Status: o.Status, States: o.States}
}

// Row gives a supplier in brief.
func (s *Supplier) Row() SupplierRow {
	row := SupplierRow{
		ID: s.ID, Name: s.Name, Country: s.Country, Fictional: s.Fictional, Status: s.Status, Workloads: len(s.Workloads),
		Validity: validity(s.Certificates), Stated: stated(s.Principles), Notices: []NoticeRow{},
	}
	row.Principles = len(row.Stated)
	for _, c := range s.Certificates {
		if c.Current {
			row.Current++
		} else {
			row.Lapsed++
		}
	}
	for _, q := range row.Stated {
		if q.Kind != "" {
			row.Evidenced++
		}
	}
	for i := range s.Notices {
		n := s.Notices[i].row()
		row.Waiting += n.Owing
		row.Notices = append(row.Notices, n)
	}
	return row
}

// validity picks the certificates that tell how a supplier stands: those in force, and the last of each scheme that has none.
func validity(list []Certificate) []Validity {
	held, last := map[string]bool{}, map[string]int{}
	for i, c := range list {
		if c.Current {
			held[c.Scheme] = true
		}
		if j, ok := last[c.Scheme]; !ok || cmp.Or(c.Until.Compare(list[j].Until), c.Issued.Compare(list[j].Issued)) > 0 {
			last[c.Scheme] = i
		}
	}
	out := []Validity{}
	for i, c := range list {
		if c.Current || !held[c.Scheme] && last[c.Scheme] == i {
			out = append(out, Validity{c.Scheme, c.Path, c.Issued, c.Until, c.Current})
		}
	}
	slices.SortStableFunc(out, func(a, b Validity) int { return cmp.Or(cmp.Compare(a.Scheme, b.Scheme), a.Until.Compare(b.Until)) })
	return out
}

// PartOf gives the key of the principle that another is a part of: 5.1 is one of 5. It is false for a whole one.
func (q Principle) PartOf() (key string, ok bool) {
	number, edition, _ := strings.Cut(q.Key, "@")
	whole, _, ok := strings.Cut(number, ".")
	return whole + "@" + edition, ok
}

// stated gathers what is stated about each principle and about its parts.
func stated(list []Principle) []Stated {
	out := []Stated{}
	at := map[string]int{}
	for _, q := range list {
		whole, part := q.PartOf()
		if i, ok := at[whole]; part && ok {
			out[i].Parts++
			if q.Statement != "" {
				out[i].Held++
			}
			continue
		}
		at[q.Key] = len(out)
		out = append(out, Stated{Key: q.Key, Text: q.Text, Kind: q.Statement})
	}
	return out
}

// Row gives a contract in brief.
func (c *Contract) Row() ContractRow {
	return ContractRow{
		ID: c.ID, Title: c.Title, Organisation: c.Organisation, Supplier: c.Supplier, Stage: c.Stage, From: c.From, To: c.To, NoticeBy: c.NoticeBy,
		Status: c.Status,
	}
}

// Row gives a footprint in brief.
func (f *Footprint) Row() FootprintRow {
	return FootprintRow{ID: f.ID, Name: f.Name, Type: f.Type, Lead: f.Lead, Members: len(f.Members), Status: f.Status}
}

// Deciding is the verdict that decided a status; nil when none did.
func (s Status) Deciding(verdicts []Verdict) *Verdict {
	for i := range verdicts {
		if v := &verdicts[i]; v.Obligation == s.Main && v.State == s.State && v.ExceptedUntil.IsZero() {
			return v
		}
	}
	return nil
}

// share makes what is the same for every kind of subject.
func (m *Maker) share(of Ref, in Held, verdicts []Verdict, by owner) *Share {
	out := &Share{Subject: of, Verdicts: []Stand{}, Changes: in.Timeline.changes(of), Coming: in.Coming}
	for _, v := range verdicts {
		if v.Inherited {
			break
		}
		stand := Stand{Obligation: v.Obligation, State: v.State, ExceptedUntil: v.ExceptedUntil}
		if open(v.State) && len(v.Reasons) > 0 {
			stand.Text = v.Reasons[0].Text
		}
		out.Verdicts = append(out.Verdicts, stand)
	}
	if in.Judged == nil {
		return out
	}
	since := Since(in.Known, in.Timeline)
	if !since.IsZero() && by.since.After(since) {
		since = by.since
	}
	for _, v := range in.Judged.Verdicts {
		due, ok := m.falls(in.Judged, v)
		if !ok {
			continue
		}
		d := m.dueOf(v, due)
		d.Owner, d.Since = by.who, since
		if in.Judged.Kind == obligation.OfWorkload {
			d.Workloads = []string{of.ID}
		}
		out.Due = append(out.Due, d)
	}
	for _, v := range in.Judged.Inherited {
		// A duty about products that was judged for one product alone is no due day of the supplier's own.
		if _, ok := m.falls(v.Subject, v); ok && slices.Contains(v.Subject.Verdicts, v) {
			out.Reached = append(out.Reached, Reached{string(v.Subject.Kind), v.Subject.ID, v.Obligation.ID})
		}
	}
	return out
}

// falls gives the day after the one judged on which a verdict gets worse. A day on which nothing gets worse for anybody,
// because the verdict never lowers, is none.
func (m *Maker) falls(s *assess.Subject, v *assess.Verdict) (obligation.Due, bool) {
	due := s.Due(v)
	return due, !due.On.IsZero() && v.Obligation.AliasOf == "" && due.On.After(m.Origin.AsOf) && due.Then.Lowers()
}

// open tells whether a state says that something is wanting or disputed.
func open(state string) bool { return StateRank(state) < StateRank("met") }

// Lowers tells whether a state lowers the status of a subject.
func Lowers(state string) bool { return StateRank(state) < StateRank("contested") }
