package wording

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
)

// Part is a stretch of words and what follows it: the value of a place, the beginning or the end of a span, or nothing.
type Part struct {
	Text  string // the words
	HTML  string // the same for a page
	Place int    // among the places of the phrase; -1 for nothing
	Ends  bool   // the place is a span, and ends here
}

// Phrase is a message made ready for one use.
type Phrase struct {
	parts  []Part         // of the form Other, which is the only one of most
	forms  *[forms][]Part // nil when that is so; those that a message lacks are those of Other
	count  int            // the place whose number chooses the form; -1 when there is none
	counts *counting
}

// Phrase makes a message ready for a use that gives these places, in this order. It fails when there is no such message, when a place of the
// message gets no value, and when a value has no place.
func (c *Catalogue) Phrase(id string, places ...string) (*Phrase, error) {
	m := c.messages[id]
	if m == nil {
		return nil, fmt.Errorf("there is no message %s", id)
	}
	names, err := m.names()
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", id, err)
	}
	for name := range names {
		if !slices.Contains(places, name) {
			return nil, fmt.Errorf("message %s has a place {%s} that gets no value", id, name)
		}
	}
	for _, name := range places {
		if !names[name] {
			return nil, fmt.Errorf("message %s has no place {%s} for a value", id, name)
		}
	}
	p := &Phrase{parts: takeApart(m.forms[0], places), count: slices.Index(places, count), counts: m.counts}
	if p.count < 0 || m.alone() {
		return p, nil
	}
	p.forms = new([forms][]Part)
	for form, text := range m.forms {
		if p.forms[form] = p.parts; text != "" {
			p.forms[form] = takeApart(text, places)
		}
	}
	return p, nil
}

// Count is the place whose number chooses the form; -1 when the message has one form only.
func (p *Phrase) Count() int { return p.count }

// Surrounds tells whether a place is a span.
func (p *Phrase) Surrounds(place int) bool {
	return slices.ContainsFunc(p.parts, func(part Part) bool { return part.Place == place && part.Ends })
}

// Parts gives the form for a number, which is of no importance to a message of one form.
func (p *Phrase) Parts(n int) []Part {
	if p.forms == nil {
		return p.parts
	}
	return p.forms[p.counts.form(n)]
}

// Words gives a message that has no places.
func (p *Phrase) Words() (text, page string, ok bool) {
	if only := p.parts; len(only) == 1 && only[0].Place < 0 {
		return only[0].Text, only[0].HTML, true
	}
	return "", "", false
}

// count is the place whose number chooses the form of a message.
const count = "count"

// mark finds places and the ends of spans.
var mark = regexp.MustCompile(`\{([a-z]+)\}|<(/?)([a-z]+)>`)

// themselves are spans that are markup in every use.
var themselves = []string{"strong", "b", "code"}

// names gives the places of all forms of a message.
func (m *message) names() (map[string]bool, error) {
	all := map[string]bool{}
	for _, text := range m.forms {
		names, err := namesOf(text)
		if err != nil {
			return nil, err
		}
		for name := range names {
			all[name] = true
		}
	}
	return all, nil
}

// namesOf gives the places of a text. Every span must end, within the one around it, and nothing else may look like a mark.
func namesOf(text string) (map[string]bool, error) {
	names := map[string]bool{}
	var open []string
	for _, found := range mark.FindAllStringSubmatch(text, -1) {
		place, end, span := found[1], found[2] != "", found[3]
		switch {
		case place != "":
			names[place] = true
		case !end:
			open = append(open, span)
		case len(open) == 0 || open[len(open)-1] != span:
			return nil, fmt.Errorf("</%s> ends nothing", span)
		default:
			open = open[:len(open)-1]
		}
		if span != "" && !slices.Contains(themselves, span) {
			names[span] = true
		}
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("<%s> does not end", open[len(open)-1])
	}
	if rest := mark.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}<>") {
		return nil, fmt.Errorf("it has a bracket that belongs to no place and to no span: %q", text)
	}
	return names, nil
}

// takeApart divides a text at its places.
func takeApart(text string, places []string) []Part {
	var parts []Part
	now := Part{Place: -1}
	say := func(words string) {
		now.Text += words
		now.HTML += html.EscapeString(words)
	}
	at := 0
	for _, found := range mark.FindAllStringSubmatchIndex(text, -1) {
		say(text[at:found[0]])
		at = found[1]
		name := ""
		if found[2] >= 0 {
			name = text[found[2]:found[3]]
		} else if name = text[found[6]:found[7]]; slices.Contains(themselves, name) {
			now.HTML += text[found[0]:found[1]]
			continue
		} else {
			now.Ends = found[5] > found[4]
		}
		now.Place = slices.Index(places, name)
		parts = append(parts, now)
		now = Part{Place: -1}
	}
	say(text[at:])
	if now.HTML != "" || len(parts) == 0 {
		parts = append(parts, now)
	}
	return parts
}
