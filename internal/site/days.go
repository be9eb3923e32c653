package site

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strconv"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// The any-day view shows the status of every workload on a day that the reader chooses, from the first on record to a year
// ahead. Without script there is a page for the end of each month.
const (
	dayWorkloads = 2500 // in one file of its data
	monthEnds    = 180  // pages at most: 15 years, the newest
)

type anyDayPage struct {
	Page        page
	First, Last calendar.Date // days that can be chosen; no date when no history is known
	Files       []string      // of the data, from the root
	Total       int
	Years       []yearEnds
}

// yearEnds are the ends of the months of a year.
type yearEnds struct {
	Year int
	Ends []monthEnd
}

type monthEnd struct {
	Day  calendar.Date
	Path string
}

// dayPage shows the end of one month.
type dayPage struct {
	Page           page
	Day            calendar.Date
	Ahead          bool
	Counts         []tallied
	Total, Shown   int
	Table          template.HTML
	Before, Behind *monthEnd // the neighbours
}

// dayRow is a workload on a day.
type dayRow struct {
	*report.Course
	report.Spell
}

func dayPath(d calendar.Date) string { return "days/" + d.String() + ".html" }

var (
	titleOnDay = say("day.heading", "date")
	dayCaption = say("day.caption")
	thenCalled = say("day.then-called", "id", "then")
	noLonger   = say("day.no-longer", "id")
)

// days publishes the any-day view.
func (p *listing) days() error {
	one := anyDayPage{Page: page{Path: "any-day.html", Title: p.says.text(navAnyDay), Section: "any-day.html"}, Total: len(p.Courses)}
	if len(p.Courses) == 0 {
		return p.render("any-day.html", one.Page, one)
	}
	one.First = p.Courses[0].Spells[0].From
	for _, c := range p.Courses {
		if c.Spells[0].From.Before(one.First) {
			one.First = c.Spells[0].From
		}
	}
	one.Last = p.frame.Origin.AsOf.AddMonths(aheadMonths)
	if one.Last.Before(one.First) {
		one.First = one.Last
	}
	n := 0
	for chunk := range slices.Chunk(p.Courses, dayWorkloads) {
		n++
		data := p.daysData(one.First, chunk)
		sum := sha256.Sum256(data)
		path := fmt.Sprintf("days/%d-%s.js", n, hex.EncodeToString(sum[:4]))
		if err := p.add(path, "days", data); err != nil {
			return err
		}
		one.Files = append(one.Files, path)
	}
	ends := monthEndsBetween(one.First, one.Last)
	for i := range ends {
		if err := p.day(ends, i); err != nil {
			return err
		}
		if n := len(one.Years); n == 0 || one.Years[n-1].Year != ends[i].Day.Year() {
			one.Years = append(one.Years, yearEnds{Year: ends[i].Day.Year()})
		}
		year := &one.Years[len(one.Years)-1]
		year.Ends = append(year.Ends, ends[i])
	}
	slices.Reverse(one.Years)
	return p.render("any-day.html", one.Page, one)
}

// monthEndsBetween lists the last days of months between two days, the newest when there are too many.
func monthEndsBetween(first, last calendar.Date) []monthEnd {
	var out []monthEnd
	for m := calendar.Of(first.Year(), first.Month(), 1); ; m = m.AddMonths(1) {
		end := m.AddMonths(1).AddDays(-1)
		if end.After(last) {
			return out[max(0, len(out)-monthEnds):]
		}
		out = append(out, monthEnd{end, dayPath(end)})
	}
}

// daysData writes courses as a script that hands them over, which a page may load from file:// too. Of each workload: its name, its
// page (empty when it has none), its organisation, and for each spell the days from the first and the rank of the state; -1 for none.
func (p *listing) daysData(first calendar.Date, list []report.Course) []byte {
	var b bytes.Buffer
	b.WriteString("munimentDays([")
	for i := range list {
		c := &list[i]
		if i > 0 {
			b.WriteString(",\n")
		}
		path := ""
		if !c.Gone {
			path = p.pagePath("workload", c.Subject.ID)
		}
		texts, _ := json.Marshal([]string{c.Subject.Name, c.Subject.ID, path, cmp.Or(c.Organisation.Name, c.Organisation.ID)}) // texts always can be
		b.Write(texts[:len(texts)-1])
		b.WriteString(",[")
		for j, s := range c.Spells {
			if j > 0 {
				b.WriteByte(',')
			}
			rank := -1
			if s.State != "" {
				rank = report.StateRank(s.State)
			}
			b.WriteString(strconv.Itoa(first.DaysUntil(s.From)) + "," + strconv.Itoa(rank))
		}
		b.WriteString("]]")
	}
	b.WriteString("]);\n")
	return b.Bytes()
}

// day publishes the page of the end of a month.
func (p *listing) day(ends []monthEnd, i int) error {
	day := ends[i].Day
	one := dayPage{
		Page: page{
			Path: ends[i].Path, Title: p.says.text(titleOnDay, longDay(day)), Section: "any-day.html",
			Crumbs: []crumb{p.crumb("any-day.html", navAnyDay)}, Part: true,
		},
		Day: day, Ahead: day.After(p.frame.Origin.AsOf),
	}
	if i > 0 {
		one.Before = &ends[i-1]
	}
	if i+1 < len(ends) {
		one.Behind = &ends[i+1]
	}
	counts := map[string]int{}
	byState := make([][]dayRow, len(report.States)+1) // as many of each as are shown at the most, by id
	for j := range p.Courses {
		s := p.Courses[j].On(day)
		if s.State == "" {
			continue
		}
		counts[s.State]++
		one.Total++
		if rank := report.StateRank(s.State); len(byState[rank]) < partRows {
			byState[rank] = append(byState[rank], dayRow{&p.Courses[j], s})
		}
	}
	rows := slices.Concat(byState...)
	one.Counts, one.Shown = tally(counts), min(one.Total, partRows)
	one.Table = p.parts(one.Page.Path, nil, dayTable(rows[:one.Shown]))[0]
	return p.render("day.html", one.Page, one)
}

func dayTable(rows []dayRow) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", dayCaption, heads{colWorkload, colOrganisation, colState})
		},
		row: func(m *markup, i int) {
			r := &rows[i]
			m.row(r.State, "")
			m.raw(`<th scope="row">`)
			if r.Gone {
				m.text(r.Subject.Name)
			} else {
				m.ref(r.Subject)
			}
			m.raw(`<small>`)
			id := func() {
				if r.ID != "" {
					m.say(thenCalled, plain(r.Subject.ID), plain(r.ID))
				} else {
					m.text(r.Subject.ID)
				}
			}
			if r.Gone {
				m.say(noLonger, written(id))
			} else {
				id()
			}
			m.raw(`</small></th>`)
			m.first(colOrganisation)
			m.text(cmp.Or(r.Organisation.Name, r.Organisation.ID))
			m.cell(colState)
			m.rowState(r.State)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}
