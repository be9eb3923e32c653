package site

import (
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// The picture of a timeline is an SVG without a viewBox: lengths along it are shares of its width and lengths across it are
// pixels, so letters keep their shape on every screen. A stretch of days is a bar, the taller the worse, with the letter of its
// state where there is room; what is to come is hatched. So neither colour nor sight is needed to read it: the table beside it
// says the same.
const (
	pictureHeight = 96
	barsTop       = 16 // above them stands the day judged
	barsFoot      = 64
	marksAt       = 71 // what brought a change about
	yearsAt       = 90
	lettersFrom   = 350 // ten-thousandths of the width that a bar with a letter has at least
)

// bars are how high the bar of a state is. A state without one has no bar.
var bars = map[string]int{"blocked": 48, "failing": 42, "overdue": 36, "incomplete": 30, "gap": 24, "met": 18, "not-applicable": 12}

// causeMarks say how the picture marks what brought a change about.
var causeMarks = []struct {
	kind, shape string
	words       phrase
}{
	{"commit", `<circle id="by-commit" cy="71" r="3"></circle>`, say("timeline.by-record")},
	{"date", `<path id="by-date" d="M0 66v10"></path>`, say("timeline.by-day")},
	{"law", `<path id="by-law" d="M-4 75h8l-4-8z"></path>`, say("timeline.by-law")},
}

// aheadMonths is how far past the day judged pictures go.
const aheadMonths = 12

// axis puts days on the width of a picture.
type axis struct {
	from, to calendar.Date
	days     int
}

func newAxis(from, to calendar.Date) axis {
	if !to.After(from) {
		to = from.AddDays(1)
	}
	return axis{from, to, from.DaysUntil(to)}
}

// at gives the place of a day in ten-thousandths of the width.
func (a axis) at(d calendar.Date) int {
	return min(max(a.from.DaysUntil(d), 0), a.days) * 10000 / a.days
}

// share writes ten-thousandths as a percentage.
func (m *markup) share(n int) {
	m.number(n / 100)
	if n %= 100; n > 0 {
		m.b = append(m.b, '.', byte('0'+n/10))
		if n%10 > 0 {
			m.b = append(m.b, byte('0'+n%10))
		}
	}
	m.b = append(m.b, '%')
}

// spell is a stretch of days with one status, whatever else changed in it.
type spell struct {
	from, until calendar.Date // until is the first day after it
	state       string
	cause       string // the kind of what brought it about
}

// spells joins the segments of a timeline that have the same status, up to the end of the axis.
func spells(t *report.Timeline, end calendar.Date) []spell {
	var out []spell
	for _, s := range t.Segments {
		if !s.From.Before(end) {
			break
		}
		if n := len(out); n > 0 && out[n-1].state == s.State {
			continue
		} else if n > 0 {
			out[n-1].until = s.From
		}
		one := spell{from: s.From, until: end, state: s.State}
		if len(s.Causes) > 0 {
			one.cause = s.Causes[0].Kind
		}
		out = append(out, one)
	}
	return out
}

// DrawPicture draws how a subject stood and will stand.
func (s subjectPage) DrawPicture() template.HTML {
	if s.timeline == nil || len(s.timeline.Segments) == 0 {
		return ""
	}
	m := s.draw()
	asOf := s.portal.frame.Origin.AsOf
	a := newAxis(s.timeline.Segments[0].From, asOf.AddMonths(aheadMonths))
	m.picture(a, spells(s.timeline, a.to), asOf, s.ref)
	return m.done()
}

var noTimeline = say("timeline.none")

// DrawTimeline says the same in words, and what brought each change about.
func (s subjectPage) DrawTimeline() template.HTML {
	if s.timeline == nil || len(s.timeline.Segments) == 0 {
		m := s.draw()
		m.raw("<p>")
		m.say(noTimeline)
		m.raw("</p>\n")
		return m.done()
	}
	m := s.draw()
	m.stretches(s.timeline, s.own)
	return m.done()
}

var (
	pictureTitle = say("timeline.picture", "subject", "from", "to")
	pictureSince = say("timeline.since", "status", "date")
	pictureTimes = say("timeline.times", "count")
	pictureOnce  = say("timeline.once")
	pictureNever = say("timeline.never")
	pictureAhead = say("timeline.ahead", "status", "date")
	pictureWords = say("timeline.in-words")
	notOnRecord  = say("timeline.not-on-record")
	toCome       = say("timeline.to-come")
)

func (m *markup) picture(a axis, all []spell, asOf calendar.Date, of report.Ref) {
	m.raw(`<svg class="muniment-timeline" width="100%" height="`)
	m.number(pictureHeight)
	m.raw(`" role="img" aria-labelledby="timeline-title timeline-words">`, "\n", `<title id="timeline-title">`)
	m.say(pictureTitle, plain(of.Name), longDay(a.from), longDay(a.to))
	m.raw(`</title>`, "\n", `<desc id="timeline-words">`)
	m.inWords(all, asOf)
	m.raw(`</desc>`, "\n", `<defs><pattern id="to-come" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path class="muniment-timeline__line" d="M0 0v7"></path></pattern>`)
	for _, c := range causeMarks {
		m.raw(c.shape)
	}
	m.raw("</defs>\n")
	m.years(a)
	for _, s := range all {
		m.bar(a, s)
	}
	if now := a.at(asOf); now < 10000 {
		m.raw(`<rect fill="url(#to-come)" x="`)
		m.share(now)
		m.raw(`" y="`)
		m.number(barsTop)
		m.raw(`" width="`)
		m.share(10000 - now)
		m.raw(`" height="`)
		m.number(barsFoot - barsTop)
		m.raw("\"></rect>\n")
	}
	m.letters(a, all)
	m.today(a, asOf)
	m.raw("</svg>\n")
	m.legend(all)
}

// bar draws a spell, with a mark for what brought it about.
func (m *markup) bar(a axis, s spell) {
	height, ok := bars[s.state]
	x, to := a.at(s.from), a.at(s.until)
	if s.cause != "" && s.from != a.from {
		m.raw(`<use href="#by-`, causeKind(s.cause), `" x="`)
		m.share(x)
		m.raw(`"></use>`)
	}
	if !ok {
		return
	}
	m.raw(`<rect class="`, stateClass(s.state), `" x="`)
	m.share(x)
	m.raw(`" y="`)
	m.number(barsFoot - height)
	m.raw(`" width="`)
	m.share(max(to-x, 1))
	m.raw(`" height="`)
	m.number(height)
	m.raw("\"></rect>\n")
}

// causeKind gives the mark for a kind of cause.
func causeKind(kind string) string {
	for _, c := range causeMarks {
		if c.kind == kind {
			return kind
		}
	}
	return "date"
}

func (m *markup) letters(a axis, all []spell) {
	for _, s := range all {
		height, ok := bars[s.state]
		x, to := a.at(s.from), a.at(s.until)
		if !ok || to-x < lettersFrom {
			continue
		}
		m.raw(`<text class="muniment-timeline__letter `, stateClass(s.state), `" x="`)
		m.share((x + to) / 2)
		m.raw(`" y="`)
		m.number(barsFoot - height/2 + 5)
		m.raw(`">`)
		m.text(m.says.letters[s.state])
		m.raw("</text>\n")
	}
}

func (m *markup) today(a axis, asOf calendar.Date) {
	x, anchor := a.at(asOf), "end"
	if x < 3000 {
		anchor = "start"
	}
	m.raw(`<line class="muniment-timeline__today" x1="`)
	m.share(x)
	m.raw(`" x2="`)
	m.share(x)
	m.raw(`" y1="2" y2="`)
	m.number(barsFoot + 4)
	m.raw(`"></line><text x="`)
	m.share(x)
	m.raw(`" dx="`)
	if anchor == "end" {
		m.raw("-")
	}
	m.raw(`4" y="11" text-anchor="`, anchor, `">`)
	m.shortDay(asOf)
	m.raw("</text>\n")
}

// years draws the foot line, with a tick and a name for some days: years, or parts of years when there are few.
func (m *markup) years(a axis) {
	m.raw(`<line class="muniment-timeline__foot" x1="0" x2="100%" y1="`)
	m.number(barsFoot)
	m.raw(`" y2="`)
	m.number(barsFoot)
	m.raw(`"></line>`)
	months := (a.to.Year()-a.from.Year())*12 + int(a.to.Month()) - int(a.from.Month())
	step := 3
	for months/step > 6 {
		switch {
		case step < 12:
			step *= 2
		default:
			step += 12
		}
	}
	for d := calendar.Of(a.from.Year(), time.January, 1); d.Before(a.to); d = d.AddMonths(step) {
		if d.Before(a.from) {
			continue
		}
		x := a.at(d)
		m.raw(`<line class="muniment-timeline__tick" x1="`)
		m.share(x)
		m.raw(`" x2="`)
		m.share(x)
		m.raw(`" y1="`)
		m.number(barsFoot)
		m.raw(`" y2="`)
		m.number(marksAt + 7)
		m.raw(`"></line><text x="`)
		m.share(x)
		m.raw(`" y="`)
		m.number(yearsAt)
		switch {
		case x < 100: // a name may reach into the margin, or it would run into the next on a phone
			m.raw(`" text-anchor="start`)
		case x > 9900:
			m.raw(`" text-anchor="end`)
		default:
			m.raw(`" text-anchor="middle`)
		}
		m.raw(`">`)
		if d.Month() != time.January {
			m.text(m.says.months[d.Month()].short)
		} else {
			m.number(d.Year())
		}
		m.raw("</text>")
	}
	m.raw("\n")
}

// legend says in words what the picture shows, as far as it is in it.
func (m *markup) legend(all []spell) {
	m.raw(`<ul class="muniment-legend">`)
	for _, state := range report.States {
		if _, ok := bars[state]; ok && slices.ContainsFunc(all, func(s spell) bool { return s.state == state }) {
			m.raw(`<li><span class="muniment-legend__letter `, stateClass(state), `">`)
			m.text(m.says.letters[state])
			m.raw(`</span> `)
			m.text(m.says.state(state))
			m.raw("</li>")
		}
	}
	m.raw(`<li><svg class="muniment-legend__mark" width="24" height="16" aria-hidden="true" focusable="false"><rect class="muniment-legend__ground" width="24" height="16"></rect><rect fill="url(#to-come)" width="24" height="16"></rect></svg> `)
	m.say(toCome)
	m.raw("</li>")
	for _, c := range causeMarks {
		if slices.ContainsFunc(all, func(s spell) bool { return causeKind(s.cause) == c.kind && s.cause != "" }) {
			m.raw(`<li><svg class="muniment-legend__mark" width="12" height="16" aria-hidden="true" focusable="false"><use href="#by-`, c.kind, `" x="6" y="-63"></use></svg> `)
			m.say(c.words)
			m.raw("</li>")
		}
	}
	m.raw("</ul>\n")
}

// inWords sums a picture up.
func (m *markup) inWords(all []spell, asOf calendar.Date) {
	changes := 0
	for i, s := range all {
		if i > 0 && !s.from.After(asOf) {
			changes++
		}
		if !s.from.After(asOf) && s.until.After(asOf) {
			m.say(pictureSince, plain(m.says.status(s.state)), longDay(s.from))
			m.raw(" ")
		}
	}
	switch changes {
	case 0:
		m.say(pictureNever)
	case 1:
		m.say(pictureOnce)
	default:
		m.say(pictureTimes, numeral(changes))
	}
	m.raw(" ")
	for _, s := range all {
		if s.from.After(asOf) {
			m.say(pictureAhead, plain(m.says.status(s.state)), longDay(s.from))
			m.raw(" ")
			break
		}
	}
	m.say(pictureWords)
}

// status words a state, or that there is none.
func (s *speech) status(state string) string {
	if state == "" {
		return s.text(notOnRecord)
	}
	return s.state(state)
}

var (
	formerly      = say("timeline.formerly", "ids")
	ifNobody      = say("timeline.if-nobody")
	aheadCaption  = say("timeline.ahead-caption")
	howItStood    = say("timeline.stood")
	pastCaption   = say("timeline.stood-caption")
	earlierStatus = say("timeline.earlier", "count")
	farCaption    = say("timeline.earlier-caption")
	colDays       = say("column.days")
	colWhyTurned  = say("column.why-turned")
	thenAs        = say("timeline.as", "id")
)

// stretches writes a timeline in words: what is to come, then what was, the newest first. Each status is a row; what turned while
// it lasted is told in it, day by day.
func (m *markup) stretches(t *report.Timeline, own map[string]bool) {
	ahead := len(t.Segments)
	for ahead > 0 && t.Segments[ahead-1].Ahead {
		ahead--
	}
	if len(t.Formerly) > 0 {
		m.raw("<p>")
		m.say(formerly, written(func() { m.code(strings.Join(t.Formerly, ", ")) }))
		m.raw("</p>\n")
	}
	if coming := byStatus(t.Segments[ahead:]); len(coming) > 0 {
		m.raw(`<h3 id="to-expect">`)
		m.say(ifNobody)
		m.raw("</h3>\n")
		m.lasting(aheadCaption, coming, own)
	}
	past := byStatus(t.Segments[:ahead])
	if len(past) == 0 {
		return
	}
	slices.Reverse(past)
	m.raw(`<h3 id="past">`)
	m.say(howItStood)
	m.raw("</h3>\n")
	m.lasting(pastCaption, past[:min(len(past), soon)], own)
	if earlier := past[min(len(past), soon):]; len(earlier) > 0 {
		m.fold("", earlierStatus, numeral(len(earlier)))
		m.lasting(farCaption, earlier, own)
		m.unfold()
	}
}

// byStatus divides segments where the status changes.
func byStatus(all []report.Segment) [][]report.Segment {
	var out [][]report.Segment
	for i := 0; i < len(all); {
		n := i + 1
		for n < len(all) && all[n].State == all[i].State && all[n].ID == all[i].ID {
			n++
		}
		out = append(out, all[i:n])
		i = n
	}
	return out
}

// mostTurns is how many turned verdicts a line names.
const mostTurns = 6

// lasting writes a row for each status that lasted.
func (m *markup) lasting(caption phrase, list [][]report.Segment, own map[string]bool) {
	m.table("muniment-stretches", caption, heads{colDays, colStatus, colWhyTurned})
	for _, segments := range list {
		first, last := &segments[0], &segments[len(segments)-1]
		m.row(first.State, "")
		m.raw(`<th scope="row" data-from="`, first.From.String(), `">`)
		m.days(first.From, last.Until)
		if first.ID != "" {
			m.raw("<small>")
			m.say(thenAs, written(func() { m.code(first.ID) }))
			m.raw("</small>")
		}
		m.raw("</th>")
		m.first(colStatus)
		if first.State == "" {
			m.say(notOnRecord)
		} else {
			m.rowState(first.State)
		}
		m.cell(colWhyTurned)
		sentence := ""
		for i := range segments {
			m.segment(&segments[i], sentence, i == 0, own)
			sentence = segments[i].Sentence
		}
		m.raw("</ul>")
		m.endRow()
	}
	m.endTable()
}

// segment tells what one day changed, and the reason for the status where it is another than before.
func (m *markup) segment(s *report.Segment, before string, first bool, own map[string]bool) {
	if first {
		m.raw("<p", m.says.english, ">")
		m.text(s.Sentence)
		m.raw("</p><ul>")
	}
	m.raw("<li>")
	m.shortDay(s.From)
	m.raw(": ")
	if !first && s.Sentence != before {
		m.english(s.Sentence)
		m.raw(" ")
	}
	m.causes(s.Causes, s.Sentence, own)
	m.turns(s.Turns)
	m.raw("</li>")
}

var (
	noLongerCounts = say("timeline.no-longer-counts")
	andMore        = say("timeline.and-more", "turns", "count")
)

// turns names the verdicts that turned.
func (m *markup) turns(turns []report.Turn) {
	if len(turns) == 0 {
		return
	}
	m.raw(" ")
	named := func() {
		for i := range turns[:min(len(turns), mostTurns)] {
			if i > 0 {
				m.raw(", ")
			}
			m.text(turns[i].Obligation)
			m.raw(" ")
			if turns[i].To == "" {
				m.say(noLongerCounts)
			} else {
				m.text(lower(m.says.state(turns[i].To)))
			}
		}
	}
	if more := len(turns) - mostTurns; more > 0 {
		m.say(andMore, written(named), numeral(more))
	} else {
		named()
	}
	m.raw(".")
}

var (
	lawOrRule = say("timeline.law", "text")
	daysCame  = say("timeline.days-came", "count")
)

// causes tells what brought something about. What the sentence before says already is not said again.
func (m *markup) causes(causes []report.Cause, said string, own map[string]bool) {
	days := 0
	for i := range causes {
		c := &causes[i]
		switch {
		case c.Commit != nil && own[c.Commit.ID]:
			m.raw(`<a href="#`, commitAnchor(c.Commit.ID), `">`)
			m.text(c.Commit.Subject)
			m.raw("</a>. ")
		case c.Commit != nil:
			m.text(c.Commit.Subject)
			m.raw(" (<code>")
			m.text(short(c.Commit.ID))
			m.raw("</code>). ")
		case c.Kind == "law":
			m.say(lawOrRule, written(func() { m.english(c.Text) }))
			m.raw(" ")
		case c.Text != "" && !strings.Contains(said, c.Text[1:]):
			if days++; days <= mostDays {
				m.english(c.Text)
				m.raw(" ")
			}
		}
	}
	if days > mostDays {
		m.say(daysCame, numeral(days-mostDays))
		m.raw(" ")
	}
}

// mostDays is how many of the things that a day brings by itself are told at length.
const mostDays = 1

var (
	daysFrom   = say("timeline.days-from", "from")
	daysFromTo = say("timeline.days", "from", "to")
)

// days writes a stretch of days. Until is the first day after it; no date when that is not known.
func (m *markup) days(from, until calendar.Date) {
	if until.IsZero() {
		m.say(daysFrom, shortDay(from))
		return
	}
	if last := until.AddDays(-1); last != from {
		m.say(daysFromTo, shortDay(from), shortDay(last))
		return
	}
	m.shortDay(from)
}

// lower writes a word as it stands within a sentence.
func lower(word string) string {
	r, n := utf8.DecodeRuneInString(word)
	return string(unicode.ToLower(r)) + word[n:]
}
