package site

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/report"
)

// calendarFile is a calendar that people can subscribe to.
type calendarFile struct {
	Path  string // from the root
	Title string
	Kind  string // all, office or organisation
	ID    string
	Due   []report.Due
}

// Next is the first due day, with which tables begin.
func (c calendarFile) Next() report.Due {
	if len(c.Due) == 0 {
		return report.Due{}
	}
	return c.Due[0]
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

// planCalendars divides the due days: all of them, by office, and by the organisation whose subject or workload they reach.
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
	return out
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
	Calendars []calendarFile
	Files     bool // the calendars can be subscribed to
}

// month is what falls due in one month.
type month struct {
	Name, Anchor string
	Due          []report.Due
}

func (p *listing) calendar() error {
	one := calendarPage{
		Page:  page{Path: "calendar.html", Title: "Calendar", Section: "calendar.html", JSON: "api/v1/due.json"},
		Total: len(p.Due), Calendars: p.calendars, Files: p.config.Calendar != nil,
	}
	for _, d := range p.Due {
		anchor := d.On.String()[:len("2026-11")]
		if n := len(one.Months); n == 0 || one.Months[n-1].Anchor != anchor {
			one.Months = append(one.Months, month{Name: d.On.Month().String() + " " + anchor[:4], Anchor: anchor})
		}
		last := &one.Months[len(one.Months)-1]
		last.Due = append(last.Due, d)
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
		if err := p.add(c.Path, "calendar of "+c.Title, p.config.Calendar(title, p.frame.Origin, c.Due)); err != nil {
			return err
		}
	}
	return nil
}
