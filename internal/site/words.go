package site

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
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
	english   string // lang="en-GB" where pages are in another language, with a space before it
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

// say writes a message.
func (m *markup) say(p phrase, values ...value) {
	said := m.says.said[p]
	n := 0
	if c := said.Count(); c >= 0 {
		n = values[c].n
	}
	parts := said.Parts(n)
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
	n := 0
	if c := said.Count(); c >= 0 {
		n = values[c].n
	}
	var b strings.Builder
	for _, part := range said.Parts(n) {
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

// choice makes a choice of the schema readable. The catalogue has those whose words are not simply those of the schema; a translation may
// have any.
func (s *speech) choice(choice string) string {
	if word := s.choices[strings.ReplaceAll(choice, " ", "-")]; word != "" {
		return word
	}
	return strings.ReplaceAll(choice, "-", " ")
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

// code, digest and the links are markup that templates put into messages.

func (m *markup) code(text string) {
	m.raw("<code>")
	m.text(text)
	m.raw("</code>")
}

func (m *markup) digest(id string) {
	m.raw(`<span class="muniment-digest">`)
	m.text(id)
	m.raw("</span>")
}

func (m *markup) dutyLink(id, href string) {
	if href == "" {
		m.text(id)
		return
	}
	m.raw(`<a class="muniment-nowrap" href="`)
	m.text(href)
	m.raw(`">`)
	m.text(id)
	m.raw("</a>")
}

func (m *markup) titleLink(title, href string) {
	if href == "" {
		m.text(title)
		return
	}
	m.raw(`<a href="`)
	m.text(href)
	m.raw(`">`)
	m.text(title)
	m.raw("</a>")
}

func (m *markup) refNames(refs []report.Ref) {
	for i, r := range refs {
		if i > 0 {
			m.raw(", ")
		}
		m.ref(r)
	}
}

// scriptWords writes what a script says as attributes of its element.
func (s *speech) scriptWords(script string) template.HTMLAttr {
	m := markup{says: s}
	for i, a := range s.catalogue.Script(script) {
		if i > 0 {
			m.raw(" ")
		}
		m.raw(a.Name, `="`)
		m.text(a.Text)
		m.raw(`"`)
	}
	return template.HTMLAttr(m.b)
}

// textFunction is what templates call the function that says a message: {{text "overview.more" "count" .More}}.
const textFunction = "text"

// prepare looks up every message that a template says, and puts the message in the place of its id. A message without places becomes part of
// the template. It fails on a message that does not exist, on a place without a value and on a value without a place.
func (s *speech) prepare(t *template.Template, file string) error {
	for _, one := range t.Templates() {
		if one.Tree == nil || one.Tree.ParseName != file {
			continue
		}
		if err := s.list(one.Tree.Root); err != nil {
			return fmt.Errorf("template %s: %w", file, err)
		}
	}
	return nil
}

func (s *speech) list(l *parse.ListNode) error {
	if l == nil {
		return nil
	}
	for i, n := range l.Nodes {
		if err := s.node(n); err != nil {
			return err
		}
		if said := s.alone(n); said != nil {
			l.Nodes[i] = said
		}
	}
	return nil
}

func (s *speech) node(n parse.Node) error {
	branch := func(b *parse.BranchNode) error {
		if err := s.pipe(b.Pipe); err != nil {
			return err
		}
		if err := s.list(b.List); err != nil {
			return err
		}
		return s.list(b.ElseList)
	}
	switch n := n.(type) {
	case *parse.ActionNode:
		return s.pipe(n.Pipe)
	case *parse.IfNode:
		return branch(&n.BranchNode)
	case *parse.RangeNode:
		return branch(&n.BranchNode)
	case *parse.WithNode:
		return branch(&n.BranchNode)
	case *parse.TemplateNode:
		return s.pipe(n.Pipe)
	}
	return nil
}

func (s *speech) pipe(p *parse.PipeNode) error {
	if p == nil {
		return nil
	}
	for _, c := range p.Cmds {
		for _, arg := range c.Args {
			if inner, ok := arg.(*parse.PipeNode); ok {
				if err := s.pipe(inner); err != nil {
					return err
				}
			}
		}
		if name, ok := c.Args[0].(*parse.IdentifierNode); ok && name.Ident == textFunction {
			if err := s.command(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// command makes {{text "id" "place" value …}} into {{text N value …}}.
func (s *speech) command(c *parse.CommandNode) error {
	if len(c.Args) < 2 || len(c.Args)%2 != 0 {
		return fmt.Errorf("%s: a message is said with its id, and with the name of its place before each value", c)
	}
	var names []string
	args := c.Args[:1:1]
	for i, arg := range c.Args[1:] {
		name, written := arg.(*parse.StringNode)
		switch {
		case i > 0 && i%2 == 0:
			args = append(args, arg)
		case !written:
			return fmt.Errorf("%s: the id of a message and the names of its places are written out, or nobody could find them before the page is made", c)
		default:
			names = append(names, name.Text)
		}
	}
	n, err := s.ready(names[0], names[1:]...)
	if err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	at := &parse.NumberNode{NodeType: parse.NodeNumber, Pos: c.Pos, IsInt: true, Int64: int64(n), Text: strconv.Itoa(n)}
	c.Args = slices.Insert(args, 1, parse.Node(at))
	return nil
}

// alone gives the words of an action that says a message without places and does nothing else.
func (s *speech) alone(n parse.Node) *parse.TextNode {
	action, ok := n.(*parse.ActionNode)
	if !ok || len(action.Pipe.Decl) > 0 || len(action.Pipe.Cmds) != 1 || len(action.Pipe.Cmds[0].Args) != 2 {
		return nil
	}
	args := action.Pipe.Cmds[0].Args
	name, ok := args[0].(*parse.IdentifierNode)
	at, counted := args[1].(*parse.NumberNode)
	if !ok || !counted || name.Ident != textFunction {
		return nil
	}
	_, page, ok := s.said[at.Int64].Words()
	if !ok {
		return nil
	}
	return &parse.TextNode{NodeType: parse.NodeText, Pos: action.Pos, Text: []byte(page)}
}

// fromTemplate says a message for a template. Texts, numbers and days are values as they are; functions of templates make the others.
func (s *speech) fromTemplate(n int, given ...any) (template.HTML, error) {
	values := make([]value, len(given))
	for i, g := range given {
		switch g := g.(type) {
		case string:
			values[i] = plain(g)
		case int:
			values[i] = numeral(g)
		case calendar.Date:
			values[i] = timed(g)
		case template.HTML:
			values[i] = asIs(string(g))
		case value:
			values[i] = g
		default:
			return "", fmt.Errorf("a message is given a %T", g)
		}
	}
	if c := s.said[n].Count(); c >= 0 && values[c].kind != isNumber {
		return "", fmt.Errorf("a message counts a %T", given[c])
	}
	m := markup{says: s}
	m.say(phrase(n), values...)
	return m.html(), nil
}
