// Package feed writes what people subscribe to: what falls due as iCalendar, and changes of status as Atom.
//
// It reads no clock: stamps come from the report, so the same report gives the same bytes. An event keeps its identity when
// its day moves, so a subscriber sees it move rather than double. Its stamp and its sequence number come from the day since which
// it has been as it is (see [report.Since]): they grow when evidence, or the day that came, may have changed it, and stay while
// nothing did. A new program that judges the same evidence otherwise may change an event under the same number; programs that
// subscribe read the calendar as a whole and show it all the same.
//
// Links lead to the portal and nowhere else, and only where its address is known. Nothing is asked for from anywhere. Text from
// the report can neither end a line early nor add a property or an element.
//
//	os.WriteFile("due.ics", feed.Calendar(nil, "Cloud evidence register", r.Origin, r.Due, nil), 0o666)
package feed

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/plain"
	"example.org/muniment/internal/report"
)

// reminder is how long before a due day the alarm sounds.
const reminder = "-P7D"

// Calendar appends a calendar of the due days to some bytes: all-day events, in the order given. Each event stands on the due day: the
// first day on which a verdict is worse if nothing is done. Link gives the address of the page of a subject, in full, or ""; it may be
// nil.
func Calendar(to []byte, title string, origin report.Origin, due []report.Due, link func(report.Ref) string) []byte {
	return appendTo(to, title, origin, due, link, (*event).write)
}

// Calendars gives a [Calendar] for many calendars that have events in common: it writes such an event once. It is for one goroutine.
func Calendars() func(to []byte, title string, origin report.Origin, due []report.Due, link func(report.Ref) string) []byte {
	var w written
	return func(to []byte, title string, origin report.Origin, due []report.Due, link func(report.Ref) string) []byte {
		return appendTo(to, title, origin, due, link, w.event)
	}
}

func appendTo(to []byte, title string, origin report.Origin, due []report.Due, link func(report.Ref) string, put func(*event, *bytes.Buffer)) []byte {
	c := ics.NewCalendar()
	c.SetProductId("-//muniment//" + cmp.Or(line(origin.Tool), "unknown") + "//EN")
	c.SetCalscale("GREGORIAN")
	c.SetMethod(ics.MethodPublish)
	c.SetName(line(title))
	c.SetDescription("What gets worse if nothing is done, as of " + origin.AsOf.Long() + ".")
	c.SetRefreshInterval("P1D") // which says by itself that it is a duration
	c.SetXPublishedTTL("P1D")
	out := bytes.NewBuffer(to)
	c.Components = []ics.Component{events(func() {
		seen := make(map[string]int, len(due))
		for i := range due {
			e := eventOf(&due[i], origin.AsOf)
			seen[e.id]++
			if n := seen[e.id]; n > 1 {
				e.id = fmt.Sprintf("%s-%d", e.id, n)
			}
			if link != nil {
				e.link = link(due[i].Subject)
			}
			put(&e, out)
		}
	})}
	if err := c.SerializeTo(out, &form); err != nil { // a buffer never fails
		panic("feed: " + err.Error())
	}
	return out.Bytes()
}

// form is how calendars are written: a line ends as RFC 5545 asks and has at most 75 octets (3.1).
var form = ics.SerializationConfiguration{MaxLength: 75, PropertyMaxLength: 75, NewLine: "\r\n"}

// written remembers events as they were written. When it holds many it forgets those that were not asked for since it held as many before.
type written struct{ now, before map[event][]byte }

// mostWritten is how many events it holds of each: calendars that have events in common are written close together.
const mostWritten = 8192

func (w *written) event(e *event, to *bytes.Buffer) {
	t, ok := w.now[*e]
	if !ok {
		if t, ok = w.before[*e]; !ok {
			var b bytes.Buffer
			e.write(&b)
			t = bytes.Clone(b.Bytes())
		}
		if w.now == nil || len(w.now) >= mostWritten {
			w.now, w.before = make(map[event][]byte, mostWritten), w.now
		}
		w.now[*e] = t
	}
	to.Write(t)
}

// events writes the events of a calendar when it is their turn, to where all of it is written.
type events func()

func (events) UnknownPropertiesIANAProperties() []ics.IANAProperty { return nil }
func (events) SubComponents() []ics.Component                      { return nil }

// SerializeTo implements [ics.Component].
func (write events) SerializeTo(io.Writer, *ics.SerializationConfiguration) error {
	write()
	return nil
}

// event is all that an event is made from. Two that are equal are written the same.
type event struct {
	id, link                                 string
	on, since                                calendar.Date
	obligation, title                        string
	kind, subject, name                      string
	text, remedy, then, office, owner, place string
	local                                    bool
}

func eventOf(d *report.Due, asOf calendar.Date) event {
	return event{
		id: identity(d), on: d.On, since: cmp.Or(d.Since, asOf), obligation: d.Obligation, title: d.Title, kind: d.Subject.Kind, subject: d.Subject.ID, name: d.Subject.Name,
		text: d.Text, remedy: d.Remedy, then: d.Then, office: d.Office, owner: d.Owner, place: d.Place, local: d.Local,
	}
}

// write writes an event. Lines that are known to be short and plain are written out; of all others the library knows the form.
func (e *event) write(to *bytes.Buffer) {
	put := func(name ics.ComponentProperty, value string) {
		p := ics.BaseProperty{IANAToken: string(name), Value: value}
		if err := p.SerializeTo(to, &form); err != nil { // a buffer never fails
			panic("feed: " + err.Error())
		}
	}
	day := func(d calendar.Date) { to.Write(at(d).AppendFormat(to.AvailableBuffer(), "20060102")) }
	summary := line(e.obligation + " " + e.title + ": " + e.name)
	to.WriteString("BEGIN:VEVENT\r\nUID:" + e.id + "@muniment\r\nDTSTAMP:")
	day(e.since)
	to.WriteString("T000000Z\r\nSEQUENCE:")
	to.Write(strconv.AppendInt(to.AvailableBuffer(), int64(sequence(e.since)), 10))
	to.WriteString("\r\nDTSTART;VALUE=DATE:")
	day(e.on)
	to.WriteString("\r\nDTEND;VALUE=DATE:")
	day(e.on.AddDays(1))
	to.WriteString("\r\n")
	put(ics.ComponentPropertySummary, summary)
	put(ics.ComponentPropertyDescription, e.description())
	to.WriteString("TRANSP:TRANSPARENT\r\nSTATUS:CONFIRMED\r\n")
	if e.link != "" {
		put(ics.ComponentPropertyUrl, e.link)
	}
	to.WriteString("BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:" + reminder + "\r\n")
	put(ics.ComponentPropertyDescription, summary)
	to.WriteString("END:VALARM\r\nEND:VEVENT\r\n")
}

// identity is the same for the same duty of the same subject under the same rule, whatever the day.
func identity(d *report.Due) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{d.Subject.Kind, d.Subject.ID, d.Obligation, d.Rule}, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// sequence grows with the day since which an event is as it is, so that a later calendar wins over an earlier one.
func sequence(since calendar.Date) int {
	if since.IsZero() {
		return 0
	}
	return max(calendar.Of(2000, time.January, 1).DaysUntil(since), 0)
}

// at gives the midnight that a day begins with. iCalendar dates carry no zone; UTC keeps the day.
func at(d calendar.Date) time.Time {
	if d.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return time.Date(d.Year(), d.Month(), d.Day(), 0, 0, 0, 0, time.UTC)
}

// description says what falls due, what to do, what happens otherwise, and for whom.
func (e *event) description() string {
	lines := []string{e.text}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, label+": "+text)
		}
	}
	add("What to do", e.remedy)
	add("If nothing is done, the state becomes", strings.ReplaceAll(e.then, "-", " "))
	add("Office", strings.ReplaceAll(e.office, "-", " "))
	add("Owner", e.owner)
	add("For", e.kind+" "+e.subject)
	add("Where", e.place)
	if e.local {
		lines = append(lines, "The day rests on local policy.")
	}
	for i, l := range lines {
		lines[i] = line(l)
	}
	return strings.Join(lines, "\n")
}

// line makes text safe for one line: valid UTF-8 without line breaks and other characters that steer a reader.
func line(s string) string {
	return strings.TrimSpace(plain.Line(strings.ToValidUTF8(s, "\ufffd")))
}
