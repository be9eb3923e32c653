package site

import (
	"html/template"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// markup is HTML in the making. The tables with many rows are written with it rather than by templates: there a page spends
// nearly all of its time. What is written carries the class names of themes/README.md, so its look stays a matter of the theme.
//
// Only raw takes markup; everything else is text and is escaped. Attributes are always in double quotes.
type markup struct {
	b     []byte
	says  *speech
	root  string // the way to the root of the portal: "" or "../"
	base  string // the folder that places of the page are told from; with a slash at its end
	duty  map[string]dutyMarkup
	names func(report.Ref) string // of subjects of which only the id is known; nil when there are none
}

// dutyMarkup is what is written of an obligation again and again, made once.
type dutyMarkup struct {
	link     string // its id, linked
	name     string // id, title, and how strong it is, for the first cell of a row; the last element is left open
	tensions string // where the sources disagree about it
}

// drawing begins markup for a page.
func (p *Portal) drawing(path string) *markup {
	return p.drawingOn(make([]byte, 0, 32<<10), path)
}

// drawingOn begins markup where other markup was that is not needed any more.
func (p *Portal) drawingOn(b []byte, path string) *markup {
	root := strings.Repeat("../", strings.Count(path, "/"))
	return &markup{b: b[:0], says: p.says, root: root, duty: p.drawn[root]}
}

// html gives a copy of what was written.
func (m *markup) html() template.HTML { return template.HTML(m.b) }

func (m *markup) raw(parts ...string) {
	for _, s := range parts {
		m.b = append(m.b, s...)
	}
}

// text writes a text. Bytes that are not text, and characters that would reorder what people read, become a visible mark.
func (m *markup) text(s string) { m.b = appendEscaped(m.b, s) }

func (m *markup) number(n int) { m.b = strconv.AppendInt(m.b, int64(n), 10) }

// plainText tells of every byte whether it stands for itself in text and in attributes.
var plainText = func() (plain [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		plain[c] = !strings.ContainsRune(`<>&"'`+"\x7f", c)
	}
	plain['\n'], plain['\t'] = true, true
	return plain
}()

// appendEscaped writes s so that it can stand between tags and in attributes with quotes.
func appendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if plainText[c] {
			i++
			continue
		}
		size, as := 1, ""
		switch c {
		case '<':
			as = "&lt;"
		case '>':
			as = "&gt;"
		case '&':
			as = "&amp;"
		case '"':
			as = "&#34;"
		case '\'':
			as = "&#39;"
		default:
			var r rune
			r, size = utf8.DecodeRuneInString(s[i:])
			if shown := visible(r); shown == r && (r != utf8.RuneError || size > 1) {
				i += size
				continue
			}
			as = string(utf8.RuneError)
		}
		b = append(append(b, s[start:i]...), as...)
		i += size
		start = i
	}
	return append(b, s[start:]...)
}

// date writes a day with its machine form.
func (m *markup) date(d calendar.Date) {
	if d.IsZero() {
		m.raw("–")
		return
	}
	m.raw(`<time datetime="`)
	m.b, _ = d.AppendText(m.b) // writing into memory never fails
	m.raw(`">`)
	m.day(d)
	m.raw(`</time>`)
}

// state writes a state as a word in its colours.
func (m *markup) state(state string) {
	m.raw(`<strong class="muniment-verdict `, stateClass(state), `">`)
	m.text(m.says.state(state))
	m.raw(`</strong>`)
}

// rowState writes the state of a row that has its colours already.
func (m *markup) rowState(state string) {
	m.raw(`<strong class="muniment-verdict">`)
	m.text(m.says.state(state))
	m.raw(`</strong>`)
}

// href writes where the page of a subject is, from here.
func (m *markup) href(kind, id string) {
	m.raw(m.root, folders[kind], "/", fileName(id), ".html")
}

// ref writes the name of a subject, linked when it has a page.
func (m *markup) ref(r report.Ref) {
	name := r.Name
	if name == "" && m.names != nil {
		name = m.names(r)
	}
	if name == "" {
		name = r.ID
	}
	if folders[r.Kind] == "" || r.ID == "" {
		m.text(name)
		return
	}
	m.raw(`<a href="`)
	m.href(r.Kind, r.ID)
	m.raw(`">`)
	m.text(name)
	m.raw(`</a>`)
}

// dutyID writes the id of an obligation, linked.
func (m *markup) dutyID(id string) {
	if d, ok := m.duty[id]; ok {
		m.raw(d.link)
		return
	}
	m.text(id)
}

// place writes a place in a file. Of a file in the folder of the subject only what follows the folder is written.
func (m *markup) place(place string) {
	if place == "" {
		return
	}
	m.raw(` <code>`)
	m.text(m.short(place))
	m.raw(`</code>`)
}

func (m *markup) short(path string) string {
	if m.base != "" {
		if rest, ok := strings.CutPrefix(path, m.base); ok && rest != "" {
			return rest
		}
	}
	return path
}

// heads are the headings of a table.
type heads []phrase

// table begins a table that stacks on small screens. Values are those of the caption.
func (m *markup) table(class string, caption phrase, columns heads, values ...value) {
	m.caption(class, caption, values...)
	for _, c := range columns {
		m.head("", c)
	}
	m.raw("</tr></thead>\n<tbody>\n")
}

// caption begins a table as far as its heads.
func (m *markup) caption(class string, caption phrase, values ...value) {
	m.tableTag(class)
	m.endTag(caption, values...)
}

// tableTag begins the tag of a table, and endTag ends it and writes what comes before the heads.
func (m *markup) tableTag(class string) {
	m.raw(`<table class="muniment-table muniment-stack`)
	if class != "" {
		m.raw(" ", class)
	}
	m.raw(`"`)
}

func (m *markup) endTag(caption phrase, values ...value) {
	m.raw(">\n", `<caption class="nhsuk-u-visually-hidden">`)
	m.say(caption, values...)
	m.raw("</caption>\n<thead><tr>")
}

// known is a column with what scripts know it by: how to sort by it, and whether to filter by it.
type known struct {
	by   string
	name phrase
}

// filtered begins a table that scripts filter and sort, if all of it is on the page. They find it by its id, and call the field for words
// as filter says.
func (m *markup) filtered(class, id string, whole bool, filter, caption phrase, columns ...known) {
	m.tableTag(class)
	if whole {
		m.raw(` id="`, id, `" data-filter="`)
		m.say(filter)
		m.raw(`"`)
	}
	m.endTag(caption)
	for _, c := range columns {
		m.head(c.by, c.name)
	}
	m.raw("</tr></thead>\n<tbody>\n")
}

func (m *markup) endTable() { m.raw("</tbody>\n</table>\n") }

// row begins a row in the colours of a state, or in none.
func (m *markup) row(state, anchor string) {
	m.raw(`<tr`)
	if class := stateClass(state); class != "" {
		m.raw(` class="muniment-row `, class, `"`)
	}
	if anchor != "" {
		m.raw(` id="`, anchor, `"`)
	}
	m.raw(`>`)
}

// first begins the first cell after the head of a row, cell the next one. On small screens the label tells what it is.
func (m *markup) first(label phrase) {
	m.raw(`<td data-label="`)
	m.say(label)
	m.raw(`">`)
}

func (m *markup) cell(label phrase) {
	m.raw("</td>")
	m.first(label)
}

func (m *markup) endRow() { m.raw("</td></tr>\n") }

// fold begins what is folded away; unfold ends it.
func (m *markup) fold(anchor string, summary phrase, values ...value) {
	m.raw(`<details class="nhsuk-details"`)
	if anchor != "" {
		m.raw(` id="`, anchor, `"`)
	}
	m.raw(">\n", `<summary class="nhsuk-details__summary"><span class="nhsuk-details__summary-text">`)
	m.say(summary, values...)
	m.raw("</span></summary>\n", `<div class="nhsuk-details__text">`, "\n")
}

func (m *markup) unfold() { m.raw("</div>\n</details>\n") }

var sourcesDisagree = say("verdict.sources-disagree")

// drawDuties makes what is written of each obligation again and again.
func (p *Portal) drawDuties(root string) map[string]dutyMarkup {
	out := make(map[string]dutyMarkup, len(p.frame.Obligations))
	for i := range p.frame.Obligations {
		o := &p.frame.Obligations[i]
		m := &markup{says: p.says, root: root}
		m.raw(`<a href="`)
		m.href("obligation", o.ID)
		m.raw(`">`)
		m.text(o.ID)
		m.raw(`</a>`)
		link := string(m.b)
		m.raw(" ")
		m.text(o.Title)
		m.raw("<small>")
		m.text(spelling.Capital(m.says.choice(o.Strength)))
		name := string(m.b)
		m.b = m.b[:0]
		for j, t := range o.Tensions {
			if j == 0 {
				m.raw(" · ")
				m.say(sourcesDisagree)
				m.raw(" ")
			} else {
				m.raw(", ")
			}
			m.raw(`<a href="`, root, `about.html#`, fileName(t), `">`)
			m.text(t)
			m.raw(`</a>`)
		}
		out[o.ID] = dutyMarkup{link, name, string(m.b)}
	}
	return out
}
