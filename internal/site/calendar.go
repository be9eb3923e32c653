package site

import (
	"cmp"
	"html/template"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// calendarFile is a calendar that people can subscribe to.
type calendarFile struct {
	Path  string // from the root
	Title string
	Kind  string // all, office, organisation or owner
	ID    string
	Due   []report.Due
}

// Soon counts what falls due within 90 days.
func (c calendarFile) Soon() int {
	n := 0
	for _, d := range c.Due {
		if d.Days <= 90 {
			n++
		}
	}
	return n
}

// planCalendars divides the due days: all of them, by office, by the organisation whose subject or workload they reach, and by
// owner. The calendar of a workload is made with its page.
func (p *listing) planCalendars() []calendarFile {
	out := []calendarFile{{Path: "calendar/all.ics", Title: p.config.Title, Kind: "all", Due: p.Due}}
	byOffice := map[string][]report.Due{}
	for _, d := range p.Due {
		byOffice[d.Office] = append(byOffice[d.Office], d)
	}
	var offices []calendarFile
	for office, due := range byOffice {
		name := cmp.Or(office, "none")
		offices = append(offices, calendarFile{
			Path: calendarPath("office", strings.ToLower(name)), Title: officeTitle(office), Kind: "office", ID: office, Due: due,
		})
	}
	slices.SortFunc(offices, func(a, b calendarFile) int { return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID)) })
	out = append(out, offices...)
	byOrganisation := map[string][]report.Due{}
	for _, d := range p.Due {
		for _, o := range p.concerned(d) {
			byOrganisation[o] = append(byOrganisation[o], d)
		}
	}
	for _, o := range p.Organisations {
		out = append(out, calendarFile{
			Path: calendarPath("organisation", o.ID), Title: o.Name, Kind: "organisation", ID: o.ID, Due: byOrganisation[o.ID],
		})
	}
	return append(out, p.ownersCalendars()...)
}

// ownersCalendars divides the due days by the mailbox of the owner, which stays when the title of the post changes.
func (p *listing) ownersCalendars() []calendarFile {
	at := map[string]int{}
	var out []calendarFile
	for _, d := range p.Due {
		if d.Owner == "" {
			continue
		}
		mailbox := strings.ToLower(d.Owner)
		if i := strings.LastIndexByte(mailbox, '<'); i >= 0 {
			mailbox = strings.TrimSuffix(mailbox[i+1:], ">")
		}
		i, ok := at[mailbox]
		if !ok {
			i = len(out)
			at[mailbox] = i
			out = append(out, calendarFile{Path: calendarPath("owner", mailbox), Title: d.Owner, Kind: "owner", ID: mailbox})
		}
		out[i].Due = append(out[i].Due, d)
	}
	slices.SortFunc(out, func(a, b calendarFile) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// workloadCalendar is the calendar of everything that falls due for one workload, also through others.
func (p *Portal) workloadCalendar(w *report.Workload, due []report.Due) []File {
	if p.config.Calendar == nil {
		return nil
	}
	since := report.Since(w.Known, w.Timeline)
	due = slices.Clone(due)
	for i := range due {
		due[i].Since = since
	}
	title := p.config.Title + ": " + w.Name
	return []File{{calendarPath("workload", w.ID), p.config.Calendar(title, p.frame.Origin.At(w.Known), due[:min(len(due), mostEvents)], p.address)}}
}

// concerned lists the organisations that a due day is about: their own, that of their contracts and workloads, and that of
// whatever their workloads rely on.
func (p *listing) concerned(d report.Due) []string {
	var out []string
	add := func(id string) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	switch d.Subject.Kind {
	case "organisation":
		add(d.Subject.ID)
	case "contract":
		add(p.buyers[d.Subject.ID])
	}
	for _, id := range d.Workloads {
		if w := p.workload[id]; w != nil {
			add(w.Organisation.ID)
		}
	}
	return out
}

// calendarPath is where the calendar of an office or organisation is published.
func calendarPath(kind, id string) string { return "calendar/" + kind + "-" + fileName(id) + ".ics" }

type calendarPage struct {
	Page      page
	Months    []month
	Total     int
	Next      template.HTML // the first days, when the months are on pages of their own
	Calendars section
	Files     bool // the calendars can be subscribed to
}

// month is what falls due or turns in one month.
type month struct {
	Name, Anchor string
	Count        int
	Path         string        // its own page, from the root; empty when Table says it all
	Table        template.HTML // its rows
}

// most of what a calendar file holds: more than that no calendar program shows in a useful way.
const mostEvents = 2000

func (p *listing) calendar() error {
	one := calendarPage{
		Page:  page{Path: "calendar.html", Title: "Calendar", Section: "calendar.html", JSON: "api/v1/due.json"},
		Total: len(p.Due), Files: p.config.Calendar != nil,
	}
	apart := len(p.Due) > partRows
	if apart {
		one.Next = p.parts(one.Page.Path, p.named, dueTable(p.Due[:worstShown]), 0)[0]
	}
	for _, due := range byMonth(p.Due, func(d *report.Due) calendar.Date { return d.On }) {
		m, err := p.month("calendar", "What falls due in", due[0].On, len(due), apart, dueTable(due))
		if err != nil {
			return err
		}
		one.Months = append(one.Months, m)
	}
	var err error
	if one.Calendars, err = p.section(one.Page, partRows, "calendars", "Calendars by office, organisation and owner", calendarTable(p.calendars, p.config)); err != nil {
		return err
	}
	if err := p.render("calendar.html", one.Page, one); err != nil {
		return err
	}
	if p.config.Calendar == nil {
		return nil
	}
	for _, c := range p.calendars {
		title := p.config.Title
		if c.Kind != "all" {
			title += ": " + c.Title
		}
		if err := p.add(c.Path, "calendar of "+c.Title, p.config.Calendar(title, p.frame.Origin, c.Due[:min(len(c.Due), mostEvents)], p.address)); err != nil {
			return err
		}
	}
	return nil
}

// byMonth divides a list that is sorted by day.
func byMonth[T any](list []T, on func(*T) calendar.Date) [][]T {
	var out [][]T
	for i := 0; i < len(list); {
		first := on(&list[i])
		n := i
		for n < len(list) && on(&list[n]).Year() == first.Year() && on(&list[n]).Month() == first.Month() {
			n++
		}
		out = append(out, list[i:n])
		i = n
	}
	return out
}

// monthName gives the names of the month of a day: for people, and for addresses.
func monthName(d calendar.Date) (name, anchor string) {
	anchor = d.String()[:len("2026-11")]
	return d.Month().String() + " " + anchor[:4], anchor
}

// month draws one month, on a page of its own when the months are apart.
func (p *listing) month(folder, heading string, on calendar.Date, n int, apart bool, l long) (month, error) {
	name, anchor := monthName(on)
	m := month{Name: name, Anchor: anchor, Count: n}
	home := folder + ".html"
	if !apart {
		m.Table = p.parts(home, p.named, l, 0)[0]
		return m, nil
	}
	m.Path = folder + "/" + anchor + ".html"
	title := heading + " " + name
	return m, p.listed(page{Path: m.Path, Title: title, Section: home, Crumbs: []crumb{{home, sentence(folder)}}}, title, "", l)
}

func calendarTable(rows []calendarFile, config Config) long {
	files := config.Calendar != nil
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			columns := []string{"Whose", "Within 90 days", "In all", "Next"}
			if files {
				columns = append(columns, "Calendar")
			}
			m.table("", "Calendars by office, organisation and owner", columns...)
		},
		row: func(m *markup, i int) {
			c := &rows[i]
			title := c.Title
			if c.Kind == "all" {
				title = "Everything"
			}
			m.raw(`<tr><th scope="row">`)
			m.text(title)
			m.raw("</th>")
			m.first("Within 90 days")
			m.number(c.Soon())
			m.cell("In all")
			m.number(len(c.Due))
			m.cell("Next")
			if len(c.Due) == 0 {
				m.raw("–")
			} else {
				d := &c.Due[0]
				m.date(d.On)
				m.raw(`<small>`)
				m.dutyID(d.Obligation)
				m.raw(" ")
				m.ref(d.Subject)
				m.raw("</small>")
			}
			if files {
				m.cell("Calendar")
				m.raw(`<a href="`, m.root, c.Path, `">.ics<span class="nhsuk-u-visually-hidden"> of `)
				m.text(title)
				m.raw("</span></a>")
				if _, place, ok := strings.Cut(config.Address, "://"); ok {
					m.raw(` <a href="webcal://`)
					m.text(place + c.Path)
					m.raw(`">Subscribe<span class="nhsuk-u-visually-hidden"> to that of `)
					m.text(title)
					m.raw("</span></a>")
				}
				if len(c.Due) > mostEvents {
					m.raw(`<small>until `, c.Due[mostEvents-1].On.Short(), "</small>")
				}
			}
			m.endRow()
		},
		end: (*markup).endTable,
	}
}
