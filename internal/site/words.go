package site

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"sync"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/wording"
)

// What pages say of themselves is in the catalogue of internal/wording, in the language of the theme. This package and the templates name
// messages by id. Every use is looked up when a portal is made, so that none can fail when a page is; what evidence and verdicts say is not
// in the catalogue and stays as it is on record.

// phrase is a message that this package says: its place among uses.
type phrase int

// use is a message with the places that its use gives values to.
type use struct {
	id     string
	places []string
}

// uses are those of this package. They are declared beside what says them, and nowhere else: say is for variables of the package.
var uses []use

func say(id string, places ...string) phrase {
	uses = append(uses, use{id, places})
	return phrase(len(uses) - 1)
}

// speech is a catalogue made ready for every use.
type speech struct {
	catalogue *wording.Catalogue
	said      []*wording.Phrase // by phrase, then those of templates
	months    [13]struct{ long, short string }
	weekdays  [7]struct{ long, short string } // Monday is the first
	states    map[string]string               // words of the states
	letters   map[string]string               // of the states, in pictures
	meanings  map[string]string
	rules     map[string]string
	choices   map[string]string
	english   string   // lang="en-GB" where pages are in another language, with a space before it
	scripts   sync.Map // what each script says, once it was asked for
}

// newSpeech fails when a message is missing, or a use gives it other places than it has.
func newSpeech(c *wording.Catalogue) (*speech, error) {
	s := &speech{catalogue: c}
	for _, u := range uses {
		if _, err := s.ready(u.id, u.places...); err != nil {
			return nil, err
		}
	}
	for _, group := range []struct {
		name string
		into *map[string]string
	}{{"state", &s.states}, {"letter", &s.letters}, {"meaning", &s.meanings}, {"rule", &s.rules}, {"choice", &s.choices}} {
		words, err := s.group(group.name)
		if err != nil {
			return nil, err
		}
		*group.into = words
	}
	if language, _, _ := strings.Cut(c.Language, "-"); language != "en" {
		s.english = ` lang="en-GB"`
	}
	return s, s.calendar()
}

// ready looks a message up and keeps it.
func (s *speech) ready(id string, places ...string) (int, error) {
	p, err := s.catalogue.Phrase(id, places...)
	if err != nil {
		return 0, err
	}
	s.said = append(s.said, p)
	return len(s.said) - 1, nil
}

// group gives the words of a group of messages without places, by the last part of their ids.
func (s *speech) group(name string) (map[string]string, error) {
	out := map[string]string{}
	for _, key := range s.catalogue.Under(name) {
		p, err := s.catalogue.Phrase(name + "." + key)
		if err != nil {
			return nil, err
		}
		out[key], _, _ = p.Words()
	}
	return out, nil
}

// calendar takes the names of months and weekdays.
func (s *speech) calendar() error {
	for group, put := range map[string]func(int, string){
		"month":         func(i int, name string) { s.months[i].long = name },
		"month-short":   func(i int, name string) { s.months[i].short = name },
		"weekday":       func(i int, name string) { s.weekdays[i-1].long = name },
		"weekday-short": func(i int, name string) { s.weekdays[i-1].short = name },
	} {
		names, err := s.group(group)
		if err != nil {
			return err
		}
		for number, name := range names {
			i, err := strconv.Atoi(number)
			if err != nil {
				return fmt.Errorf("%s.%s is not the number of a day or month", group, number)
			}
			put(i, name)
		}
	}
	return nil
}

// value is what a use gives to a place.
type value struct {
	kind  valueKind
	text  string // words; of a span what begins it
	end   string // of a span
	n     int
	on    calendar.Date
	write func()
}

type valueKind uint8

const (
	isText valueKind = iota
	isNumber
	isDay    // with its form for machines
	isLong   // 2 January 2006
	isShort  // 2 Jan 2006
	isMarkup // as it is
	isSpan
	isWritten
)

func plain(s string) value           { return value{text: s} }
func numeral(n int) value            { return value{kind: isNumber, n: n} }
func timed(d calendar.Date) value    { return value{kind: isDay, on: d} }
func longDay(d calendar.Date) value  { return value{kind: isLong, on: d} }
func shortDay(d calendar.Date) value { return value{kind: isShort, on: d} }
func asIs(html string) value         { return value{kind: isMarkup, text: html} }
func written(by func()) value        { return value{kind: isWritten, write: by} }

// span surrounds words of the message. Its ends are markup.
func span(begin, end string) value { return value{kind: isSpan, text: begin, end: end} }

func linkTo(href string) value { return span(`<a href="`+template.HTMLEscapeString(href)+`">`, "</a>") }

// counted is the number that chooses the form of a message; of no importance where it has one form only.
func counted(p *wording.Phrase, values []value) int {
	if at := p.Count(); at >= 0 {
		return values[at].n
	}
	return 0
}

// say writes a message.
func (m *markup) say(p phrase, values ...value) {
	said := m.says.said[p]
	parts := said.Parts(counted(said, values))
	for i := range parts {
		m.b = append(m.b, parts[i].HTML...)
		if at := parts[i].Place; at >= 0 {
			m.value(&values[at], parts[i].Ends)
		}
	}
}

func (m *markup) value(v *value, ends bool) {
	switch v.kind {
	case isText:
		m.text(v.text)
	case isNumber:
		m.number(v.n)
	case isDay:
		m.date(v.on)
	case isLong:
		m.day(v.on)
	case isShort:
		m.shortDay(v.on)
	case isMarkup:
		m.raw(v.text)
	case isSpan:
		if ends {
			m.raw(v.end)
		} else {
			m.raw(v.text)
		}
	case isWritten:
		v.write()
	}
}

// text gives a message as words, for what is escaped later. Markup in it is left out.
func (s *speech) text(p phrase, values ...value) string {
	said := s.said[p]
	var b strings.Builder
	for _, part := range said.Parts(counted(said, values)) {
		b.WriteString(part.Text)
		if part.Place < 0 {
			continue
		}
		switch v := &values[part.Place]; v.kind {
		case isText:
			b.WriteString(v.text)
		case isNumber:
			b.WriteString(strconv.Itoa(v.n))
		case isDay, isLong:
			b.WriteString(s.long(v.on))
		case isShort:
			b.WriteString(s.short(v.on))
		}
	}
	return b.String()
}
