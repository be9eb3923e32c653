package site

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/report"
)

// turnOf is an office with what waits for it.
type turnOf struct {
	Office, Title, Path string
	Now, Soon           int // what lowers a status now, and what falls due within 90 days
}

// officePage tells an office what waits for it: everywhere, or in one organisation.
type officePage struct {
	Page          page
	Title         string
	Of            string // the organisation; empty for all of them
	Now           int
	Waits         section
	Soon          int
	Due           section
	Organisations []turnOf // of all: the same by organisation
	Elsewhere     string   // of one: the page of all of them
	Calendar      string   // a file, from the root; empty when there is none
	Days          string   // the same as a page; empty when there is none
}

// standingOffices have a page in every organisation, also when nothing waits.
var standingOffices = []string{"siro", "dpo", "caldicott-guardian", "ig-lead", "sro", "clinical-safety-officer", "registrar"}

// otherOffices have a page where something waits for them. What is no office at all has none.
var otherOffices = []string{"iao", "emt"}

func isOffice(office string) bool {
	return slices.Contains(standingOffices, office) || slices.Contains(otherOffices, office)
}

// officePath is where the page of an office is; ods is empty for that of all organisations.
func officePath(office, ods string) string {
	name := fileName(office)
	if ods != "" {
		name += "-of-" + fileName(ods)
	}
	return "offices/" + name + ".html"
}

// held is what waits for one office, in one organisation or in all.
type held struct {
	waits []*asked
	due   []int32 // places on the list of all due days
}

// asked is one act that an office is asked for, which may be wanted by several duties: one decision settles them all.
type asked struct {
	*report.Waiting
	Duties []string
	Texts  []string // why, where duties word it differently
}

// asOne joins what waits for an office about one subject and is settled by one act, under the worst of the states.
func asOne(waits []report.Waiting) []*asked {
	type act struct {
		office, remedy string
		of             report.Ref
	}
	var out []*asked
	at := map[act]*asked{}
	for i := range waits { // the worst first
		w := &waits[i]
		if !isOffice(w.Office) {
			continue
		}
		key := act{w.Office, w.Remedy, w.Subject}
		one := at[key]
		if one == nil {
			one = &asked{Waiting: w}
			at[key] = one
			out = append(out, one)
		}
		one.add(w)
	}
	return out
}

// add adds a duty. Of two reasons of which one only says more than the other, the longer is kept.
func (a *asked) add(w *report.Waiting) {
	if !slices.Contains(a.Duties, w.Obligation) {
		a.Duties = append(a.Duties, w.Obligation)
	}
	for i, text := range a.Texts {
		switch {
		case strings.HasPrefix(text, w.Text):
			return
		case strings.HasPrefix(w.Text, text):
			a.Texts[i] = w.Text
			return
		}
	}
	a.Texts = append(a.Texts, w.Text)
}

var (
	titleOfficeOf = say("office.title", "office", "organisation", "id")
	titleWaits    = say("office.waits-title", "office")
	titleSoon     = say("office.soon-title", "office")
)

// offices publishes a page for every office, and one for each office of every organisation.
func (p *listing) offices() error {
	all := map[string]*held{}
	byOrganisation := map[string]map[string]*held{} // ods → office
	at := func(m map[string]*held, office string) *held {
		if m[office] == nil {
			m[office] = new(held)
		}
		return m[office]
	}
	of := func(ods string) map[string]*held {
		if byOrganisation[ods] == nil {
			byOrganisation[ods] = map[string]*held{}
		}
		return byOrganisation[ods]
	}
	for _, office := range standingOffices {
		at(all, office)
	}
	for _, w := range p.asked {
		one := at(all, w.Office)
		one.waits = append(one.waits, w)
		if w.Organisation.ID != "" {
			one = at(of(w.Organisation.ID), w.Office)
			one.waits = append(one.waits, w)
		}
	}
	for i := range p.Due {
		d := &p.Due[i]
		if !isOffice(d.Office) || d.Days > 90 {
			continue
		}
		one := at(all, d.Office)
		one.due = append(one.due, int32(i))
		for _, ods := range p.concerned(d) {
			one = at(of(ods), d.Office)
			one.due = append(one.due, int32(i))
		}
	}
	calendars, days := map[string]string{}, map[string]string{}
	for _, c := range p.calendars {
		if c.Kind != "office" {
			continue
		}
		days[c.ID] = c.page()
		if p.config.Calendar != nil {
			calendars[c.ID] = c.Path
		}
	}
	pages := map[string]*officePage{}
	for office, h := range all {
		pages[office] = &officePage{Title: p.says.office(office), Calendar: calendars[office], Days: days[office], Now: len(h.waits), Soon: len(h.due)}
	}
	for _, o := range p.Lists.Organisations {
		mine := of(o.ID)
		for _, office := range standingOffices {
			at(mine, office)
		}
		for office, h := range mine {
			one := &officePage{Title: p.says.office(office), Of: o.Name, Elsewhere: officePath(office, ""), Now: len(h.waits), Soon: len(h.due)}
			one.Page = page{
				Path: officePath(office, o.ID), Title: p.says.text(titleOfficeOf, plain(one.Title), plain(o.Name), plain(o.ID)), Section: "organisations.html", Part: true,
				Crumbs: []crumb{p.crumb("organisations.html", navOrganisations), {p.pagePath("organisation", o.ID), o.Name}},
			}
			if whole := pages[office]; whole != nil && one.Now+one.Soon > 0 {
				whole.Organisations = append(whole.Organisations, turnOf{office, o.Name, one.Page.Path, one.Now, one.Soon})
			}
			if err := p.office(one, h); err != nil {
				return err
			}
		}
	}
	for office, one := range pages {
		one.Page = page{Path: officePath(office, ""), Title: one.Title, Section: "index.html", Part: true}
		slices.SortFunc(one.Organisations, func(a, b turnOf) int { return cmp.Or(b.Now-a.Now, b.Soon-a.Soon, cmp.Compare(a.Path, b.Path)) })
		if err := p.office(one, all[office]); err != nil {
			return err
		}
		if one.Now+one.Soon > 0 {
			p.turns = append(p.turns, turnOf{office, one.Title, one.Page.Path, one.Now, one.Soon})
		}
	}
	slices.SortFunc(p.turns, func(a, b turnOf) int { return cmp.Or(b.Now-a.Now, cmp.Compare(a.Office, b.Office)) })
	return nil
}

// officeRows is how many lines the page of an office has before it goes on elsewhere.
const officeRows = 100

func (p *listing) office(one *officePage, h *held) error {
	name := strings.TrimSuffix(strings.TrimPrefix(one.Page.Path, "offices/"), ".html")
	var err error
	if one.Waits, err = p.section(one.Page, officeRows, "office-"+name, p.says.text(titleWaits, plain(one.Title)), waitingTable(h.waits, one.Of == "")); err != nil {
		return err
	}
	if one.Due, err = p.section(one.Page, officeRows, "office-"+name+"-soon", p.says.text(titleSoon, plain(one.Title)), dueTable(p.picked(h.due))); err != nil {
		return err
	}
	return p.render("office.html", one.Page, one)
}

var waitingCaption = say("office.waits-caption")

// waitingTable writes what waits, and for which organisation where that is not clear.
func waitingTable(rows []*asked, whose bool) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("muniment-waits", waitingCaption, heads{colFor, colState, colWhy, colWhatToDo})
		},
		row: func(m *markup, i int) {
			w := rows[i]
			m.row(w.State, "")
			m.raw(`<th scope="row">`)
			m.ref(w.Subject)
			if whose && w.Organisation.Name != "" && w.Organisation.ID != w.Subject.ID {
				m.raw(`<small>`)
				m.text(w.Organisation.Name)
				m.raw(`</small>`)
			}
			m.raw("</th>")
			m.first(colState)
			m.rowState(w.State)
			m.cell(colWhy)
			for _, text := range w.Texts {
				m.raw("<p", m.says.english, ">")
				m.text(text)
				m.raw("</p>")
			}
			m.raw(`<small>`)
			for j, duty := range w.Duties {
				if j > 0 {
					m.raw(", ")
				}
				m.dutyID(duty)
			}
			m.raw(`</small>`)
			m.cell(colWhatToDo)
			m.english(w.Remedy)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

// owner is somebody with what is overdue.
type owner struct {
	name    string
	overdue int
	first   *report.Waiting
}

// owners counts what is overdue by owner, those with most first. What waits for an office is counted for the owner, too: somebody has to ask.
func (p *listing) owners() []owner {
	at := map[string]*owner{}
	for i := range p.Waits {
		w := &p.Waits[i]
		if w.State != "overdue" || w.Owner == "" {
			continue
		}
		if at[w.Owner] == nil {
			at[w.Owner] = &owner{name: w.Owner, first: w}
		}
		at[w.Owner].overdue++
	}
	out := make([]owner, 0, len(at))
	for _, o := range at {
		out = append(out, *o)
	}
	slices.SortFunc(out, func(a, b owner) int { return cmp.Or(b.overdue-a.overdue, cmp.Compare(a.name, b.name)) })
	return out
}

var (
	ownerCaption = say("overview.owners-caption")
	colOwner     = say("column.owner")
	colOverdue   = say("column.overdue")
	colFirst     = say("column.first")
)

func ownerTable(rows []owner) long {
	return long{
		rows:  len(rows),
		begin: func(m *markup) { m.table("", ownerCaption, heads{colOwner, colOverdue, colFirst}) },
		row: func(m *markup, i int) {
			o := &rows[i]
			title, mailbox, _ := strings.Cut(strings.TrimSuffix(o.name, ">"), " <")
			m.row("", "")
			m.raw(`<th scope="row">`)
			m.text(title)
			m.raw(`<small>`)
			m.text(mailbox)
			m.raw(`</small></th>`)
			m.first(colOverdue)
			m.number(o.overdue)
			m.cell(colFirst)
			m.ref(o.first.Subject)
			m.raw(": ")
			m.english(o.first.Text)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}
