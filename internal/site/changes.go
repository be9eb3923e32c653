package site

import (
	"html/template"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// feedPath is where the feed of changes is published.
const feedPath = "changes.atom"

// changesPage tells which subjects changed status, by week, the newest first.
type changesPage struct {
	Page  page
	Total int
	Table template.HTML // the newest, or all
	Shown int
	Years []changesYear // when not all are on this page
}

// changesYear is a year of changes with its months.
type changesYear struct {
	Year   int
	Months []month
}

// monday gives the first day of the week of a day.
func monday(d calendar.Date) calendar.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

var (
	weekFrom        = say("changes.week", "date")
	weekCaption     = say("changes.week-caption", "date")
	noLongerOn      = say("changes.gone")
	newOnRecord     = say("changes.new")
	wasBefore       = say("changes.was", "state")
	titleChanges    = say("changes.heading")
	changedInMonth  = say("changes.in", "month")
	titleForecast   = say("nav.forecast")
	turnsInMonth    = say("forecast.in", "month")
	turnCaption     = say("forecast.turns-caption")
	colWhatTurns    = say("column.what-turns")
	colToState      = say("column.to-state")
	colPrevents     = say("column.prevents")
	markedLocal     = say("parts.marked-local")
	turnsFromBefore = say("forecast.from", "state")
)

// changeTable writes changes of status by week, under headings of a level; they must be sorted, the newest first.
func changeTable(rows []report.StatusChange, level string) long {
	var week calendar.Date
	return long{
		rows:  len(rows),
		begin: func(m *markup) { week = calendar.Date{} },
		row: func(m *markup, i int) {
			c := &rows[i]
			if of := monday(c.On); of != week {
				if !week.IsZero() {
					m.endTable()
				}
				week = of
				m.raw("<", level, ` id="week-`, week.String(), `">`)
				m.say(weekFrom, longDay(week))
				m.raw("</", level, ">\n")
				m.table("", weekCaption, heads{colDay, colWho, colStatus, colWhy}, longDay(week))
			}
			m.changeRow(c)
		},
		end: func(m *markup) {
			if !week.IsZero() {
				m.endTable()
			}
		},
	}
}

func (m *markup) changeRow(c *report.StatusChange) {
	m.row(c.To, "")
	m.raw(`<th scope="row" class="muniment-day">`)
	m.date(c.On)
	m.raw("</th>")
	m.first(colWho)
	m.ref(c.Subject)
	m.raw(`<small>`)
	m.kindAndID(c.Subject)
	m.raw("</small>")
	m.cell(colStatus)
	if c.To == "" {
		m.say(noLongerOn)
	} else {
		m.rowState(c.To)
	}
	m.raw(`<small>`)
	if c.From == "" {
		m.say(newOnRecord)
	} else {
		m.say(wasBefore, plain(lower(m.says.state(c.From))))
	}
	m.raw("</small>")
	m.cell(colWhy)
	m.raw("<p", m.says.english, ">")
	m.text(c.Sentence)
	m.raw("</p><p>")
	m.causes(c.Causes, c.Sentence, nil)
	m.raw("</p>")
	m.endRow()
}

func (p *listing) changes() error {
	one := changesPage{
		Page:  page{Path: "changes.html", Title: p.says.text(titleChanges), Section: "changes.html", JSON: "api/v1/changes.json"},
		Total: len(p.Changes), Shown: len(p.Changes),
	}
	if !p.fits(one.Page.Path, changeTable(p.Changes, "h3")) {
		for one.Shown = min(len(p.Changes), worstShown); !p.fits(one.Page.Path, changeTable(p.Changes[:one.Shown], "h3")); {
			one.Shown /= 2
		}
		var err error
		if one.Years, err = p.changesByMonth(); err != nil {
			return err
		}
	}
	one.Table = p.parts(one.Page.Path, nil, changeTable(p.Changes[:one.Shown], "h3"))[0]
	if err := p.render("changes.html", one.Page, one); err != nil || p.config.Feed == nil {
		return err
	}
	link := p.address
	if p.config.Address == "" {
		link = func(of report.Ref) string { return p.pagePath(of.Kind, of.ID) }
	}
	feed := p.config.Feed(p.config.Title, p.config.Organisation, p.frame.Origin, p.Changes, p.config.Address+feedPath, p.config.Address+one.Page.Path, link)
	return p.add(feedPath, "feed of changes", feed)
}

// changesByMonth publishes the changes of each month on pages of their own. A week belongs to the month that its Monday is in.
func (p *listing) changesByMonth() ([]changesYear, error) {
	var years []changesYear
	for _, changes := range byMonth(p.Changes, func(c *report.StatusChange) calendar.Date { return monday(c.On) }) {
		m, err := p.month("changes", navChanges, changedInMonth, monday(changes[0].On), len(changes), true, changeTable(changes, "h2"))
		if err != nil {
			return nil, err
		}
		year := monday(changes[0].On).Year()
		if n := len(years); n == 0 || years[n-1].Year != year {
			years = append(years, changesYear{Year: year})
		}
		last := &years[len(years)-1]
		last.Months = append(last.Months, m)
	}
	return years, nil
}

// forecastPage tells what turns in the time to come if nobody does anything.
type forecastPage struct {
	Page   page
	Until  calendar.Date // the last day looked at; no date when there is no forecast
	Total  int
	Now    []tallied // workloads by status on the day judged
	Then   []tallied // and on the last day
	Months []month
	Next   template.HTML // the first, when the months are on pages of their own
}

func turnTable(rows []report.ToCome) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("muniment-told muniment-told--five", turnCaption, heads{colDay, colWhatTurns, colFor, colToState, colPrevents})
		},
		row: func(m *markup, i int) { m.turnRow(&rows[i]) },
		end: (*markup).endTable,
	}
}

func (m *markup) turnRow(t *report.ToCome) {
	m.row(t.To, "")
	m.raw(`<th scope="row" class="muniment-day">`)
	m.date(t.On)
	m.raw("</th>")
	m.first(colWhatTurns)
	m.raw("<p", m.says.english, ">")
	m.text(t.Text)
	m.raw(`</p><small>`)
	m.dutyID(t.Obligation)
	m.raw(" ")
	m.text(t.Title)
	if t.Local {
		m.raw(" · <strong>")
		m.say(markedLocal)
		m.raw("</strong>")
	}
	m.raw("</small>")
	m.cell(colFor)
	m.ref(t.Subject)
	m.raw(`<small>`)
	if t.Office != "" {
		m.text(m.says.office(t.Office))
	}
	m.reach(t.Subject, t.Workloads, t.Office != "")
	m.raw("</small>")
	m.cell(colToState)
	m.rowState(t.To)
	m.raw("<small>")
	m.say(turnsFromBefore, plain(lower(m.says.state(t.From))))
	m.raw("</small>")
	m.cell(colPrevents)
	if t.Remedy == "" {
		m.raw("–")
	} else {
		m.english(t.Remedy)
	}
	m.endRow()
}

func (p *listing) forecast() error {
	one := forecastPage{Page: page{Path: "forecast.html", Title: p.says.text(titleForecast), Section: "forecast.html", JSON: "api/v1/forecast.json"}}
	if f := p.Lists.Forecast; f != nil {
		one.Until, one.Total = f.Until, len(f.Turns)
		now, then := map[string]int{}, map[string]int{}
		for _, w := range f.Workloads {
			now[w.Now]++
			then[w.Then]++
		}
		one.Now, one.Then = tally(now), tally(then)
		apart := !p.fits(one.Page.Path, turnTable(f.Turns))
		if apart {
			one.Next = p.parts(one.Page.Path, p.named, turnTable(f.Turns[:min(len(f.Turns), worstShown)]))[0]
		}
		for _, turns := range byMonth(f.Turns, func(t *report.ToCome) calendar.Date { return t.On }) {
			m, err := p.month("forecast", titleForecast, turnsInMonth, turns[0].On, len(turns), apart, turnTable(turns))
			if err != nil {
				return err
			}
			one.Months = append(one.Months, m)
		}
	}
	return p.render("forecast.html", one.Page, one)
}
