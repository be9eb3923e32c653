package report

import (
	"cmp"
	"fmt"
	"slices"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
)

// Notice is a supplier's notice of a change, who has looked at it and who still has to.
type Notice struct {
	ID        string        `json:"id"`
	Title     string        `json:"title"`
	About     []string      `json:"about"`
	Received  calendar.Date `json:"received"`
	Effective calendar.Date `json:"effective,omitzero"` // the day on which the change takes effect
	Assessed  []string      `json:"assessed"`           // organisations, with the day
	Waiting   []string      `json:"waiting"`            // organisations that still have to
	Owed      []Owed        `json:"owed"`               // the same with more about each, the first to be late first
	Looks     []Look        `json:"looks"`              // as assessed, with more about each, the newest first
	Path      string        `json:"path"`
}

// Look is an organisation's look at a notice.
type Look struct {
	Organisation Ref           `json:"organisation"`
	On           calendar.Date `json:"on"`
	Office       string        `json:"office"`           // as people write it
	Effect       string        `json:"effect,omitempty"` // what the change means there
}

// Owed is a look at a notice that an organisation still owes.
type Owed struct {
	Organisation Ref           `json:"organisation"`
	Until        calendar.Date `json:"until,omitzero"`  // the first day on which it is late; no date when nothing sets one
	Local        bool          `json:"local,omitempty"` // the day rests on local policy, or it is for local policy to set one
	Workloads    []string      `json:"workloads"`       // of the organisation that rely on the supplier and whose duty it is, by id
}

// Late tells whether a look that is owed is late on a day.
func (o *Owed) Late(asOf calendar.Date) bool { return !o.Until.IsZero() && !o.Until.After(asOf) }

// Compare orders looks that are owed: the first to be late first, those for whom nothing sets a day last, then by organisation.
func (o *Owed) Compare(other *Owed) int {
	days := o.Until.Compare(other.Until)
	if o.Until.IsZero() != other.Until.IsZero() {
		days = -days
	}
	return cmp.Or(days, cmp.Compare(o.Organisation.Name, other.Organisation.Name), cmp.Compare(o.Organisation.ID, other.Organisation.ID))
}

// NoticeRow is a notice in brief. Of many looks the first few are named.
type NoticeRow struct {
	ID        string        `json:"id"`
	Title     string        `json:"title"`
	About     []string      `json:"about"`
	Received  calendar.Date `json:"received"`
	Effective calendar.Date `json:"effective,omitzero"`
	Owing     int           `json:"owing"`  // organisations that still owe a look
	Owed      []Owed        `json:"owed"`   // the first of them to be late
	Looked    int           `json:"looked"` // looks that were made
	Looks     []Look        `json:"looks"`  // the last of them, without what the change means there
}

// mostLooks is how many looks at a notice its row names of each sort.
const mostLooks = 5

func (n *Notice) row() NoticeRow {
	row := NoticeRow{
		ID: n.ID, Title: n.Title, About: n.About, Received: n.Received, Effective: n.Effective, Owing: len(n.Owed), Owed: n.Owed[:min(len(n.Owed), mostLooks)],
		Looked: len(n.Looks), Looks: slices.Clone(n.Looks[:min(len(n.Looks), mostLooks)]),
	}
	for i := range row.Looks {
		row.Looks[i].Effect = ""
	}
	return row
}

// Owes is a look at a notice that the controller of a workload still owes, by a duty of the workload.
type Owes struct {
	Notice string // its path
	By     Ref
	Until  calendar.Date
	Local  bool
}

// owes lists the looks at notices that the duties of a workload wait for. What an exception sets aside is not waited for.
func owes(s *assess.Subject, controller Ref) []Owes {
	if s == nil {
		return nil
	}
	var out []Owes
	for _, v := range s.Verdicts {
		if v.Obligation.Kind != obligation.KindNotice || v.Obligation.AliasOf != "" || s.Excepts(v) != nil {
			continue
		}
		for i := range v.Reasons {
			if r := &v.Reasons[i]; r.LookOwed() {
				out = append(out, Owes{r.Place.Path, controller, r.Date, r.Local})
			}
		}
	}
	return out
}

// owe takes in a look that the controller of a workload still owes. Of all its workloads the first day counts.
func (g *Gathering) owe(o Owes, workload string) {
	byOrganisation := g.owed[o.Notice]
	if byOrganisation == nil {
		byOrganisation = make(map[string]*Owed)
		g.owed[g.shares.copyOf(o.Notice)] = byOrganisation
	}
	one := byOrganisation[o.By.ID]
	if one == nil {
		one = &Owed{Organisation: Ref{o.By.Kind, g.shares.copyOf(o.By.ID), g.shares.copyOf(o.By.Name)}, Until: o.Until, Local: o.Local}
		byOrganisation[one.Organisation.ID] = one
	}
	if n := len(one.Workloads); n == 0 || one.Workloads[n-1] != workload { // two duties of one workload may ask for the same
		one.Workloads = append(one.Workloads, g.shares.copyOf(workload))
	}
	switch first := calendar.Earliest(one.Until, o.Until); {
	case first != one.Until:
		one.Until, one.Local = first, o.Local
	case first == o.Until: // whichever workload came first
		one.Local = one.Local || o.Local
	}
}

// Owed lists who still owes a look at the notice of a path, as far as the workloads that were added so far say.
func (g *Gathering) Owed(notice string) []Owed {
	out := make([]Owed, 0, len(g.owed[notice]))
	for _, one := range g.owed[notice] {
		o := *one
		o.Workloads = slices.Sorted(slices.Values(o.Workloads))
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b Owed) int { return a.Compare(&b) })
	return out
}

// notice says which organisations have looked at a notice by the day judged, and which still have to.
func (m *Maker) notice(n *register.Notice, in Held) Notice {
	f := n.Facts
	out := Notice{
		ID: n.ID, Title: f.Title, About: eachWords(f.About), Received: f.Received, Effective: f.Effective, Assessed: []string{}, Waiting: []string{},
		Owed: []Owed{}, Looks: []Look{}, Path: n.Record.Path,
	}
	for _, a := range f.Assessed {
		if a.On.After(m.Origin.AsOf) {
			continue
		}
		out.Assessed = append(out.Assessed, fmt.Sprintf("%s on %s", a.Organisation, a.On.Long()))
		out.Looks = append(out.Looks, Look{organisationNamed(in.Register, a.Organisation), a.On, office(a.Office), a.Effect})
	}
	slices.SortStableFunc(out.Looks, func(a, b Look) int {
		return cmp.Or(b.On.Compare(a.On), cmp.Compare(a.Organisation.Name, b.Organisation.Name))
	})
	if in.Owed != nil {
		out.Owed = in.Owed(n.Record.Path)
	}
	for _, o := range out.Owed {
		out.Waiting = append(out.Waiting, o.Organisation.ID)
	}
	return out
}

// organisationNamed refers to an organisation by its id; by nothing else when it is not in the register.
func organisationNamed(reg *register.Register, id string) Ref {
	i, ok := slices.BinarySearchFunc(reg.Organisations, id, func(o *register.Organisation, id string) int { return cmp.Compare(o.ID, id) })
	if !ok {
		return Ref{Kind: "organisation", ID: id}
	}
	return orgRef(reg.Organisations[i])
}
