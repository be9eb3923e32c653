package feed

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-ical"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

var origin = report.Origin{Tool: "v0.1.0", AsOf: calendar.MustParse("2026-11-22")}

func certificate() report.Due {
	return report.Due{
		On: calendar.MustParse("2026-12-31"), Obligation: "OFF-25", Title: "Evidence for the security principles",
		Subject: report.Ref{Kind: "supplier", ID: "harrow-hosting", Name: "Harrow Hosting"}, Workloads: []string{"Z9A1A/imaging-archive", "Z9B2B/portal"},
		Text: "The ISO 27001 certificate expires.", Rule: "expiry", Then: "gap", Office: "ig-lead", Owner: "Supplier manager <suppliers@northmoor.example.org>",
		Remedy: "Ask for the new one; say so in notices/, and wait.", Local: true,
	}
}

// parsed is what a calendar program makes of one event.
type parsed struct {
	UID, Start, End, Stamp, Summary, Description, Sequence, Transparency, Trigger string
}

// read parses a calendar with a library that had no part in writing it.
func read(t testing.TB, raw []byte) []parsed {
	t.Helper()
	c, err := ical.NewDecoder(bytes.NewReader(raw)).Decode()
	if err != nil {
		t.Fatalf("another library cannot read it: %v\n%s", err, raw)
	}
	var out []parsed
	for _, e := range c.Events() {
		text := func(name string) string {
			p := e.Props.Get(name)
			if p == nil {
				return ""
			}
			if s, err := p.Text(); err == nil {
				return s
			}
			return p.Value
		}
		one := parsed{
			UID: text("UID"), Start: text("DTSTART"), End: text("DTEND"), Stamp: text("DTSTAMP"), Summary: text("SUMMARY"),
			Description: text("DESCRIPTION"), Sequence: text("SEQUENCE"), Transparency: text("TRANSP"),
		}
		for _, a := range e.Children {
			one.Trigger += a.Props.Get("TRIGGER").Value
		}
		out = append(out, one)
	}
	return out
}

func TestAnotherLibraryReadsTheSameEvent(t *testing.T) {
	t.Parallel()
	got := read(t, Calendar("Register", origin, []report.Due{certificate()}))
	want := []parsed{{
		UID: identity(certificate()) + "@muniment", Start: "20261231", End: "20270101", Stamp: "20261122T000000Z",
		Summary: "OFF-25 Evidence for the security principles: Harrow Hosting",
		Description: `The ISO 27001 certificate expires.
What to do: Ask for the new one; say so in notices/, and wait.
If nothing is done, the state becomes: gap
Office: ig lead
Owner: Supplier manager <suppliers@northmoor.example.org>
For: supplier harrow-hosting
Workloads reached: Z9A1A/imaging-archive, Z9B2B/portal
The day rests on local policy.`,
		Sequence: "9822", Transparency: "TRANSPARENT", Trigger: "-P7D",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEventKeepsItsIdentity(t *testing.T) {
	t.Parallel()
	first := read(t, Calendar("Register", origin, []report.Due{certificate()}))[0]
	for name, change := range map[string]struct {
		alter func(*report.Due)
		same  bool
	}{
		"when its day moves":                {func(d *report.Due) { d.On = d.On.AddMonths(1) }, true},
		"when its words change":             {func(d *report.Due) { d.Text, d.Remedy, d.Title = "x", "y", "z" }, true},
		"but not for another obligation":    {func(d *report.Due) { d.Obligation = "OFF-26" }, false},
		"but not for another subject":       {func(d *report.Due) { d.Subject.ID = "other" }, false},
		"but not for another kind":          {func(d *report.Due) { d.Subject.Kind = "contract" }, false},
		"but not when another rule decides": {func(d *report.Due) { d.Rule = "cadence" }, false},
	} {
		d := certificate()
		change.alter(&d)
		later := report.Origin{AsOf: origin.AsOf.AddDays(1)}
		got := read(t, Calendar("Register", later, []report.Due{d}))[0]
		if (got.UID == first.UID) != change.same {
			t.Errorf("an event keeps its identity %s: got %s, first %s", name, got.UID, first.UID)
		}
		if got.Sequence <= first.Sequence {
			t.Errorf("%s: sequence %s does not come after %s", name, got.Sequence, first.Sequence)
		}
	}
}

func TestTwoEventsNeverShareAnIdentity(t *testing.T) {
	t.Parallel()
	events := read(t, Calendar("Register", origin, []report.Due{certificate(), certificate(), certificate()}))
	seen := map[string]bool{}
	for _, e := range events {
		if seen[e.UID] {
			t.Errorf("%s twice", e.UID)
		}
		seen[e.UID] = true
	}
}

func TestNothingDueIsAnEmptyCalendar(t *testing.T) {
	t.Parallel()
	if got := read(t, Calendar("", report.Origin{}, nil)); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}

// hostile text tries to end lines, add properties, and leave lines too long.
func hostile() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{
			"x\r\nEND:VEVENT\r\nBEGIN:VEVENT", "x\nATTACH:https://example.org", "a;b,c\\n\\,d:\"e\"", "\u2028\u2029\u0085\x00\x1b[31m", "\xff\xfe\xc3",
			strings.Repeat("ß", 200), strings.Repeat("a", 200), strings.Repeat("𝔞 ", 60), "\\", " ", "\ufeffx",
		}),
	)
}

func TestAnyTextIsOneProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var due []report.Due
		for i := range rapid.IntRange(1, 4).Draw(t, "events") {
			text := func(name string) string { return hostile().Draw(t, name) }
			due = append(due, report.Due{
				On: origin.AsOf.AddDays(rapid.IntRange(-40000, 40000).Draw(t, "days")), Obligation: text("obligation"), Title: text("title"),
				Subject: report.Ref{Kind: text("kind"), ID: fmt.Sprint(i, text("id")), Name: text("name")}, Workloads: []string{text("workload")}, Text: text("text"),
				Rule: text("rule"), Then: text("then"), Office: text("office"), Owner: text("owner"), Place: text("place"), Remedy: text("remedy"),
			})
		}
		raw := Calendar(hostile().Draw(t, "calendar"), origin, due)
		if !utf8.Valid(raw) {
			t.Fatalf("not UTF-8: %q", raw)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
			if len(line) > lineLength {
				t.Fatalf("%d octets: %q", len(line), line)
			}
			if strings.ContainsAny(line, "\r\n\x00") {
				t.Fatalf("a line break or NUL inside %q", line)
			}
		}
		events, err := ical.NewDecoder(bytes.NewReader(raw)).Decode()
		if err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
		if got := len(events.Events()); got != len(due) {
			t.Fatalf("%d events of %d", got, len(due))
		}
		for i, e := range events.Events() {
			if _, ok := e.Props["ATTACH"]; ok || len(e.Props) != 9 {
				t.Fatalf("properties: %v", e.Props)
			}
			start, err := e.DateTimeStart(time.UTC)
			if err != nil || calendar.In(start, time.UTC) != due[i].On {
				t.Fatalf("starts on %v (%v), due on %s", start, err, due[i].On)
			}
		}
	})
}
