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
//	os.WriteFile("due.ics", feed.Calendar("Cloud evidence register", r.Origin, r.Due, nil), 0o666)
package feed

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/plain"
	"example.org/muniment/internal/report"
)

// reminder is how long before a due day the alarm sounds.
const reminder = "-P7D"

// lineLength is the most octets a line may have (RFC 5545, 3.1).
const lineLength = 75

// Calendar gives the due days as all-day events, in the order given. Each event stands on the due day: the first day on
// which a verdict is worse if nothing is done. Link gives the address of the page of a subject, in full, or ""; it may be nil.
func Calendar(title string, origin report.Origin, due []report.Due, link func(report.Ref) string) []byte {
	c := ics.NewCalendar()
	c.SetProductId("-//muniment//" + cmp.Or(line(origin.Tool), "unknown") + "//EN")
	c.SetCalscale("GREGORIAN")
	c.SetMethod(ics.MethodPublish)
	c.SetName(line(title))
	c.SetDescription("What gets worse if nothing is done, as of " + origin.AsOf.Long() + ".")
	c.SetRefreshInterval("P1D", ics.WithValue(string(ics.ValueDataTypeDuration)))
	c.SetXPublishedTTL("P1D")
	seen := map[string]int{}
	for _, d := range due {
		id := identity(d)
		seen[id]++
		if n := seen[id]; n > 1 {
			id = fmt.Sprintf("%s-%d", id, n)
		}
		e := c.AddEvent(id + "@muniment")
		event(e, cmp.Or(d.Since, origin.AsOf), d)
		if link != nil {
			if address := link(d.Subject); address != "" {
				e.SetURL(address)
			}
		}
	}
	return []byte(c.Serialize(ics.WithNewLine("\r\n"), ics.WithLineLength(lineLength)))
}

func event(e *ics.VEvent, since calendar.Date, d report.Due) {
	summary := line(fmt.Sprintf("%s %s: %s", d.Obligation, d.Title, d.Subject.Name))
	e.SetDtStampTime(at(since))
	e.SetSequence(sequence(since))
	e.SetAllDayStartAt(at(d.On))
	e.SetAllDayEndAt(at(d.On.AddDays(1)))
	e.SetSummary(summary)
	e.SetDescription(description(d))
	e.SetTimeTransparency(ics.TransparencyTransparent)
	e.SetStatus(ics.ObjectStatusConfirmed)
	a := e.AddAlarm()
	a.SetAction(ics.ActionDisplay)
	a.SetTrigger(reminder)
	a.SetProperty(ics.ComponentPropertyDescription, summary)
}

// identity is the same for the same duty of the same subject under the same rule, whatever the day.
func identity(d report.Due) string {
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
func description(d report.Due) string {
	lines := []string{d.Text}
	add := func(label, text string) {
		if text != "" {
			lines = append(lines, label+": "+text)
		}
	}
	add("What to do", d.Remedy)
	add("If nothing is done, the state becomes", strings.ReplaceAll(d.Then, "-", " "))
	add("Office", strings.ReplaceAll(d.Office, "-", " "))
	add("Owner", d.Owner)
	add("For", d.Subject.Kind+" "+d.Subject.ID)
	add("Where", d.Place)
	if d.Local {
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
