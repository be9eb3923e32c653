package site

import (
	"cmp"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// How days, states, offices and choices of the schema are written.

var (
	dateLong  = say("date.long", "day", "month", "year")
	dateShort = say("date.short", "day", "month", "year")
	dateMonth = say("date.month", "month", "year")
)

// long writes a day for people: 2 January 2006. There must be one.
func (s *speech) long(d calendar.Date) string {
	return s.text(dateLong, numeral(d.Day()), plain(s.months[d.Month()].long), numeral(d.Year()))
}

// short writes a day in little space: 2 Jan 2006.
func (s *speech) short(d calendar.Date) string {
	return s.text(dateShort, numeral(d.Day()), plain(s.months[d.Month()].short), numeral(d.Year()))
}

// day and shortDay write the same.
func (m *markup) day(d calendar.Date)      { m.dated(dateLong, d, m.says.months[d.Month()].long) }
func (m *markup) shortDay(d calendar.Date) { m.dated(dateShort, d, m.says.months[d.Month()].short) }

// dated does what say does, for what pages have most of.
func (m *markup) dated(p phrase, d calendar.Date, month string) {
	parts := m.says.said[p].Parts(0)
	for i := range parts {
		m.raw(parts[i].HTML)
		switch parts[i].Place {
		case 0:
			m.number(d.Day())
		case 1:
			m.text(month)
		case 2:
			m.number(d.Year())
		}
	}
}

// state gives the word of a state.
func (s *speech) state(state string) string {
	if word := s.states[state]; word != "" {
		return word
	}
	return spelling.Capital(s.choice(state))
}

// rule says which rule set a due day.
func (s *speech) rule(rule string) string { return cmp.Or(s.rules[rule], rule) }

// choice makes a choice of the schema readable, which a report may have put into words already.
func (s *speech) choice(choice string) string {
	if choice == "other" {
		choice = otherChoice
	}
	if word := s.choices[strings.ToLower(strings.ReplaceAll(choice, " ", "-"))]; word != "" {
		return word
	}
	return strings.ReplaceAll(choice, "-", " ")
}

// otherChoice is the key of the choice “other”, which is a form of a message to those who read catalogues.
const otherChoice = "of-another-kind"

// eachChoice makes several readable.
func (s *speech) eachChoice(choices []string) string {
	words := make([]string, len(choices))
	for i, c := range choices {
		words[i] = s.choice(c)
	}
	return strings.Join(words, ", ")
}

var (
	noOffice        = say("office.none-named")
	profileOpen     = say("profile.open")
	profileInternal = say("profile.internal")
)

func (s *speech) office(office string) string {
	if office == "" {
		return s.text(noOffice)
	}
	return spelling.Capital(s.choice(office))
}

// whose names the post that a due day waits for: the office, or else the owner, or nobody.
func (s *speech) whose(d report.Due) string {
	if d.Office != "" {
		return s.office(d.Office)
	}
	title, _, _ := strings.Cut(d.Owner, " <")
	return title
}

func (s *speech) profile(profile string) string {
	if profile == report.Open {
		return s.text(profileOpen)
	}
	return s.text(profileInternal)
}

var (
	noDays = say("parts.no-days")
	until  = say("parts.until", "to")
	from   = say("parts.from", "from")
	fromTo = say("parts.from-to", "from", "to")
)

// window words a window of days.
func (m *markup) window(first, last value) {
	switch {
	case first.on.IsZero() && last.on.IsZero():
		m.say(noDays)
	case first.on.IsZero():
		m.say(until, last)
	case last.on.IsZero():
		m.say(from, first)
	default:
		m.say(fromTo, first, last)
	}
}

// english writes what evidence or a verdict says, which is English whatever the language of the page.
func (m *markup) english(text string) {
	if m.says.english == "" {
		m.text(text)
		return
	}
	m.raw("<span", m.says.english, ">")
	m.text(text)
	m.raw("</span>")
}
