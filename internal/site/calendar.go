package site

import (
	"cmp"
	"crypto/sha256"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// calendarFile is a calendar that people can subscribe to.
type calendarFile struct {
	Path  string // from the root
	Title string
	Kind  string // all, office, organisation or owner
	ID    string
	due   []int32 // places on the list of all due days
	Soon  int     // how many fall due within 90 days
}

// add adds a due day at a place on the list of all.
func (c *calendarFile) add(place int, d *report.Due) {
	c.due = append(c.due, int32(place))
	if d.Days <= 90 {
		c.Soon++
	}
}

// calendarsBy is calendars by what they are of.
type calendarsBy map[string]*calendarFile

func (c calendarsBy) of(key string) *calendarFile {
	one := c[key]
	if one == nil {
		one = new(calendarFile)
		c[key] = one
	}
	return one
}

// planCalendars divides the due days: all of them, by office, by the organisation whose subject or workload they reach, and by the
// mailbox of the owner, which stays when the title of the post changes. The calendar of a workload is made with its page.
func (p *listing) planCalendars() []calendarFile {
	all := calendarFile{Path: "calendar/all.ics", Title: p.config.Title, Kind: "all", due: make([]int32, 0, len(p.Due))}
	byOffice, byOrganisation, byOwner := calendarsBy{}, calendarsBy{}, calendarsBy{}
	for i := range p.Due {
		d := &p.Due[i]
		all.add(i, d)
		byOffice.of(d.Office).add(i, d)
		for _, o := range p.concerned(d) {
			byOrganisation.of(o).add(i, d)
		}
		if d.Owner != "" {
			byOwner.of(mailbox(d.Owner)).add(i, d)
		}
	}
	out := []calendarFile{all}
	for office, c := range byOffice {
		c.Path, c.Title, c.Kind, c.ID = calendarPath("office", strings.ToLower(cmp.Or(office, "none"))), p.says.office(office), "office", office
		out = append(out, *c)
	}
	slices.SortFunc(out[1:], func(a, b calendarFile) int { return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID)) })
	for _, o := range p.Organisations {
		c := byOrganisation.of(o.ID)
		c.Path, c.Title, c.Kind, c.ID = calendarPath("organisation", o.ID), o.Name, "organisation", o.ID
		out = append(out, *c)
	}
	for _, owner := range slices.Sorted(maps.Keys(byOwner)) {
		c := byOwner[owner]
		c.Path, c.Title, c.Kind, c.ID = calendarPath("owner", owner), p.Due[c.due[0]].Owner, "owner", owner
		out = append(out, *c)
	}
	return out
}

// mailbox is that of an owner.
func mailbox(owner string) string {
	owner = strings.ToLower(owner)
	if i := strings.LastIndexByte(owner, '<'); i >= 0 {
		owner = strings.TrimSuffix(owner[i+1:], ">")
	}
	return owner
}

// picked gives the due days at some places on the list of all.
func (p *listing) picked(places []int32) []report.Due {
	out := make([]report.Due, len(places))
	for i, place := range places {
		out[i] = p.Due[place]
	}
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
	due = due[:min(len(due), mostEvents)]
	return []File{{calendarPath("workload", w.ID), p.config.Calendar(calendarSheet(due), title, p.frame.Origin.At(w.Known), due, p.address)}}
}

// calendarSheet is a sheet with room for a calendar of some due days.
func calendarSheet(due []report.Due) []byte {
	const frame, event = 1 << 10, 3 << 9 // bytes; most have less
	return sheet(frame + len(due)*event)
}

// concerned lists the organisations that a due day is about: their own, that of their contracts and workloads, and that of
// whatever their workloads rely on.
func (p *listing) concerned(d *report.Due) []string {
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

// calendarPage shows what falls due: for everybody, or for one office.
type calendarPage struct {
	Page      page
	Office    string        // whose it is; empty for everybody's
	Choices   []choice      // everybody's calendar, then that of each office
	File      string        // the same for calendar programs, from the root; empty when there is none
	Subscribe string        // its address to subscribe to; empty when that is not known
	Cards     template.HTML // the first months, each as a small picture
	Later     []month       // those after them
	Months    []month       // as lists; none when they are on pages of their own, or there are too many days for one page
	Total     int
	Listed    int           // of Total, as many as this page and those after it list
	Next      template.HTML // the first days, when the months are on pages of their own
	Days      section       // the days of an office, when there are too many for one page
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

// most of what a calendar file holds, and of what the page of an office lists: more than that no calendar program shows in a useful way.
const mostEvents = 2000

// cardMonths is how many months are drawn; the others are linked.
const cardMonths = 12

var (
	everybody      = say("calendar.everybody")
	dueInMonth     = say("calendar.due-in", "month")
	dueOfOffice    = say("calendar.due-of", "office")
	officeCalendar = say("calendar.heading-office", "office")
	calendarsOf    = say("calendar.files-title")
)

func (p *listing) calendar() error {
	choices := []choice{{p.says.text(everybody), "calendar.html", len(p.Due), false}}
	for _, c := range p.calendars {
		if c.Kind == "office" {
			choices = append(choices, choice{c.Title, c.page(), len(c.due), false})
		}
	}
	for _, c := range p.calendars {
		var err error
		switch c.Kind {
		case "all":
			err = p.calendarOfAll(c, choices)
		case "office":
			err = p.calendarOfOffice(c, choices)
		}
		if err != nil {
			return err
		}
	}
	if p.config.Calendar == nil {
		return nil
	}
	return p.calendarFiles()
}

// calendarFiles publishes the calendars. Those of an organisation and of the owners of its workloads have most events in common, so they
// are written one after another.
func (p *listing) calendarFiles() error {
	write := p.config.Calendar
	if p.config.Calendars != nil {
		write = p.config.Calendars()
	}
	about := make(map[string]string, len(p.calendars)) // by path: an organisation
	for _, c := range p.calendars {
		switch c.Kind {
		case "organisation":
			about[c.Path] = c.ID
		case "owner":
			if all := p.concerned(&p.Due[c.due[0]]); len(all) > 0 {
				about[c.Path] = all[0]
			}
		}
	}
	digests := make([][sha256.Size]byte, len(p.Due))
	for _, c := range slices.SortedStableFunc(slices.Values(p.calendars), func(a, b calendarFile) int { return cmp.Compare(about[a.Path], about[b.Path]) }) {
		title := p.config.Title
		if c.Kind != "all" {
			title += ": " + c.Title
		}
		if err := p.addCalendar(c, title, write, digests); err != nil {
			return err
		}
	}
	return nil
}

// addCalendar publishes a calendar file. Few days in few of them are others after a change, and a day has one digest for all that it is in.
func (p *listing) addCalendar(c calendarFile, title string, write Calendar, digests [][sha256.Size]byte) error {
	places := c.due[:min(len(c.due), mostEvents)]
	// A calendar names no commit, so that it is given none.
	origin := report.Origin{AsOf: p.frame.Origin.AsOf, Tool: p.frame.Origin.Tool}
	from := sha256.New()
	whole := digest(&calendarSource{title, p.config.Address, origin})
	from.Write(whole[:])
	for _, place := range places {
		if digests[place] == [sha256.Size]byte{} {
			digests[place] = digest(&p.Due[place])
		}
		from.Write(digests[place][:])
	}
	return p.addFrom(c.Path, "calendar of "+c.Title, [sha256.Size]byte(from.Sum(nil)), func() []byte {
		due := p.picked(places)
		return write(calendarSheet(due), title, origin, due, p.address)
	})
}

// calendarSource is all that a calendar file is made from, besides its days.
type calendarSource struct {
	Title, Address string
	Origin         report.Origin
}

// page is where the calendar of an office is shown to people.
func (c calendarFile) page() string { return strings.TrimSuffix(c.Path, ".ics") + ".html" }

// subscription is the address that calendar programs subscribe to; empty when it is not known.
func (c Config) subscription(path string) string {
	if _, place, ok := strings.Cut(c.Address, "://"); ok {
		return "webcal://" + place + path
	}
	return ""
}

// newCalendarPage begins the page of a calendar.
func (p *listing) newCalendarPage(to page, c calendarFile, choices []choice) calendarPage {
	one := calendarPage{Page: to, Choices: slices.Clone(choices), Total: len(c.due), Listed: len(c.due), Files: p.config.Calendar != nil}
	for i := range one.Choices {
		one.Choices[i].Current = one.Choices[i].Path == to.Path
	}
	if one.Files {
		one.File, one.Subscribe = c.Path, p.config.subscription(c.Path)
	}
	return one
}

func (p *listing) calendarOfAll(c calendarFile, choices []choice) error {
	one := p.newCalendarPage(page{Path: "calendar.html", Title: p.says.text(navCalendar), Section: "calendar.html", JSON: "api/v1/due.json"}, c, choices)
	apart := !p.fits(one.Page.Path, dueTable(p.Due))
	if apart {
		one.Next = p.parts(one.Page.Path, p.named, dueTable(p.Due[:min(len(p.Due), worstShown)]))[0]
	}
	months := byMonth(p.Due, func(d *report.Due) calendar.Date { return d.On })
	for i, due := range months {
		m, err := p.month("calendar", navCalendar, dueInMonth, due[0].On, len(due), apart, anchoredDays(due))
		if err != nil {
			return err
		}
		if !apart {
			one.Months = append(one.Months, m)
		}
		if i >= cardMonths {
			one.Later = append(one.Later, m)
		}
	}
	one.Cards = p.cards(one.Page.Path, months, func(on calendar.Date) string {
		if apart {
			return "calendar/" + monthAnchor(on) + ".html"
		}
		return "#" + dayAnchor(on)
	})
	var err error
	if one.Calendars, err = p.section(one.Page, partRows, "calendars", p.says.text(calendarsOf), p.calendarTable()); err != nil {
		return err
	}
	return p.render("calendar.html", one.Page, one)
}

func (p *listing) calendarOfOffice(c calendarFile, choices []choice) error {
	to := page{
		Path: c.page(), Title: p.says.text(officeCalendar, plain(c.Title)), Section: "calendar.html",
		Crumbs: []crumb{p.crumb("calendar.html", navCalendar)}, Part: true,
	}
	one := p.newCalendarPage(to, c, choices)
	one.Office = c.Title
	due := p.picked(c.due[:min(len(c.due), mostEvents)])
	one.Listed = len(due)
	months := byMonth(due, func(d *report.Due) calendar.Date { return d.On })
	if p.fits(to.Path, anchoredDays(due)) {
		for i, list := range months {
			m, err := p.month(strings.TrimSuffix(to.Path, ".html"), navCalendar, dueInMonth, list[0].On, len(list), false, anchoredDays(list))
			if err != nil {
				return err
			}
			one.Months = append(one.Months, m)
			if i >= cardMonths {
				one.Later = append(one.Later, m)
			}
		}
		one.Cards = p.cards(to.Path, months, func(on calendar.Date) string { return "#" + dayAnchor(on) })
		return p.render("calendar.html", to, one)
	}
	name := strings.TrimSuffix(strings.ReplaceAll(to.Path, "/", "-"), ".html")
	var err error
	if one.Days, err = p.section(to, partRows, name, p.says.text(dueOfOffice, plain(c.Title)), anchoredDays(due)); err != nil {
		return err
	}
	one.Cards = p.cards(to.Path, months, nil)
	return p.render("calendar.html", to, one)
}

func dayAnchor(on calendar.Date) string { return "d-" + on.String() }

// anchoredDays writes due days so that links can lead to the first row of each.
func anchoredDays(due []report.Due) long {
	l := dueTable(due)
	l.row = func(m *markup, i int) {
		anchor := ""
		if i == 0 || due[i-1].On != due[i].On {
			anchor = dayAnchor(due[i].On)
		}
		m.dueRow(&due[i], anchor)
	}
	return l
}

// cards draws months as small tables of weeks, in which a day on which something falls due says how much, in the colours of the worst
// it turns to. To is where a day leads; nil when it leads nowhere.
func (p *listing) cards(page string, months [][]report.Due, to func(calendar.Date) string) template.HTML {
	m := p.drawing(page)
	for _, due := range months[:min(len(months), cardMonths)] {
		m.card(due, to)
	}
	return m.html()
}

var dayHolds = say("calendar.day-holds", "count", "state")

func (m *markup) card(due []report.Due, to func(calendar.Date) string) {
	name := m.says.month(due[0].On)
	type falling struct {
		count int
		worst string
	}
	days := map[calendar.Date]falling{}
	for i := range due {
		f := days[due[i].On]
		if f.count++; f.worst == "" || report.StateRank(due[i].Then) < report.StateRank(f.worst) {
			f.worst = due[i].Then
		}
		days[due[i].On] = f
	}
	m.raw(`<table class="muniment-month" id="card-`, monthAnchor(due[0].On), `">`, "\n", `<caption>`)
	if to != nil {
		m.raw(`<a href="`)
		m.linked(to(due[0].On))
		m.raw(`">`)
		m.text(name)
		m.raw(`</a>`)
	} else {
		m.text(name)
	}
	m.raw(` <span class="muniment-count">(`)
	m.number(len(due))
	m.raw(")</span></caption>\n<thead><tr>")
	for _, weekday := range m.says.weekdays {
		m.raw(`<th scope="col"><abbr title="`)
		m.text(weekday.long)
		m.raw(`">`)
		m.text(weekday.short)
		m.raw(`</abbr></th>`)
	}
	m.raw("</tr></thead>\n<tbody>\n<tr>")
	first := calendar.Of(due[0].On.Year(), due[0].On.Month(), 1)
	next := first.AddMonths(1)
	for d := monday(first); d.Before(next); d = d.AddDays(1) {
		if d != first && d.Weekday() == time.Monday && d.After(first) {
			m.raw("</tr>\n<tr>")
		}
		f, falls := days[d]
		switch {
		case d.Before(first):
			m.raw("<td></td>")
		case !falls:
			m.raw("<td>")
			m.number(d.Day())
			m.raw("</td>")
		default:
			m.raw(`<td class="muniment-month__due `, stateClass(f.worst), `">`)
			if to != nil {
				m.raw(`<a href="`)
				m.linked(to(d))
				m.raw(`">`)
			}
			m.number(d.Day())
			m.raw(`<span class="nhsuk-u-visually-hidden">: `)
			m.say(dayHolds, numeral(f.count), plain(lower(m.says.state(f.worst))))
			m.raw("</span>")
			if to != nil {
				m.raw("</a>")
			}
			m.raw("</td>")
		}
	}
	for d := next; d.Weekday() != time.Monday; d = d.AddDays(1) {
		m.raw("<td></td>")
	}
	m.raw("</tr>\n</tbody>\n</table>\n")
}

// linked writes an address inside the portal: a place on this page, or a path from the root.
func (m *markup) linked(to string) {
	if !strings.HasPrefix(to, "#") {
		m.raw(m.root)
	}
	m.text(to)
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

// month names the month of a day.
func (s *speech) month(d calendar.Date) string {
	return s.text(dateMonth, plain(s.months[d.Month()].long), numeral(d.Year()))
}

// monthAnchor names it in addresses.
func monthAnchor(d calendar.Date) string { return d.String()[:len("2026-11")] }

// month draws one month, on a page of its own when the months are apart.
func (p *listing) month(folder string, parent, heading phrase, on calendar.Date, n int, apart bool, l long) (month, error) {
	m := month{Name: p.says.month(on), Anchor: monthAnchor(on), Count: n}
	home := folder + ".html"
	if !apart {
		m.Table = p.parts(home, p.named, l)[0]
		return m, nil
	}
	m.Path = folder + "/" + m.Anchor + ".html"
	title := p.says.text(heading, plain(m.Name))
	return m, p.listed(page{Path: m.Path, Title: title, Section: home, Crumbs: []crumb{p.crumb(home, parent)}}, title, "", l)
}

var (
	colWhose      = say("column.whose")
	colSoon       = say("column.soon")
	colInAll      = say("column.in-all")
	colNext       = say("column.next")
	colCalendar   = say("column.calendar")
	everything    = say("calendar.everything")
	fileOfIt      = say("calendar.file-of", "hidden", "whose")
	subscribeToIt = say("calendar.subscribe-to", "hidden", "whose")
	fileUntil     = say("calendar.file-until", "date")
)

func (p *listing) calendarTable() long {
	rows, files := p.calendars, p.config.Calendar != nil
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			columns := heads{colWhose, colSoon, colInAll, colNext}
			if files {
				columns = append(columns, colCalendar)
			}
			m.table("", calendarsOf, columns)
		},
		row: func(m *markup, i int) {
			c := &rows[i]
			title := c.Title
			if c.Kind == "all" {
				title = m.says.text(everything)
			}
			m.raw(`<tr><th scope="row">`)
			if c.Kind == "office" {
				m.raw(`<a href="`, m.root, c.page(), `">`)
				m.text(title)
				m.raw("</a>")
			} else {
				m.text(title)
			}
			m.raw("</th>")
			m.first(colSoon)
			m.number(c.Soon)
			m.cell(colInAll)
			m.number(len(c.due))
			m.cell(colNext)
			if len(c.due) == 0 {
				m.raw("–")
			} else {
				d := &p.Due[c.due[0]]
				m.date(d.On)
				m.raw(`<small>`)
				m.dutyID(d.Obligation)
				m.raw(" ")
				m.ref(d.Subject)
				m.raw("</small>")
			}
			if files {
				m.cell(colCalendar)
				hidden := span(`<span class="nhsuk-u-visually-hidden">`, "</span>")
				m.raw(`<a href="`, m.root, c.Path, `">`)
				m.say(fileOfIt, hidden, plain(title))
				m.raw("</a>")
				if address := p.config.subscription(c.Path); address != "" {
					m.raw(` <a href="`)
					m.text(address)
					m.raw(`">`)
					m.say(subscribeToIt, hidden, plain(title))
					m.raw("</a>")
				}
				if len(c.due) > mostEvents {
					m.raw("<small>")
					m.say(fileUntil, shortDay(p.Due[c.due[mostEvents-1]].On))
					m.raw("</small>")
				}
			}
			m.endRow()
		},
		end: (*markup).endTable,
	}
}
