package feed

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
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
	due := []report.Due{certificate()}
	got := read(t, Calendar(nil, "Register", origin, due, nil))
	want := []parsed{{
		UID: eventOf(&due[0], origin.AsOf).id + "@muniment", Start: "20261231", End: "20270101", Stamp: "20261122T000000Z",
		Summary: "OFF-25 Evidence for the security principles: Harrow Hosting",
		Description: `The ISO 27001 certificate expires.
What to do: Ask for the new one; say so in notices/, and wait.
If nothing is done, the state becomes: gap
Office: ig lead
Owner: Supplier manager <suppliers@northmoor.example.org>
For: supplier harrow-hosting
The day rests on local policy.`,
		Sequence: "9822", Transparency: "TRANSPARENT", Trigger: "-P7D",
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestWhatACalendarSaysOfItself: RFC 7986 5.7 wants to be told once that the interval is a duration.
func TestWhatACalendarSaysOfItself(t *testing.T) {
	t.Parallel()
	c, err := ical.NewDecoder(bytes.NewReader(Calendar(nil, "Register", origin, nil, nil))).Decode()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]ical.Prop{
		"REFRESH-INTERVAL": {Name: "REFRESH-INTERVAL", Params: ical.Params{"VALUE": {"DURATION"}}, Value: "P1D"},
		"METHOD":           {Name: "METHOD", Params: ical.Params{}, Value: "PUBLISH"},
		"NAME":             {Name: "NAME", Params: ical.Params{}, Value: "Register"},
	} {
		if diff := cmp.Diff([]ical.Prop{want}, c.Props.Values(name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAnEventKeepsItsIdentity(t *testing.T) {
	t.Parallel()
	first := read(t, Calendar(nil, "Register", origin, []report.Due{certificate()}, nil))[0]
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
		d.Since = origin.AsOf.AddDays(1)
		got := read(t, Calendar(nil, "Register", origin, []report.Due{d}, nil))[0]
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
	events := read(t, Calendar(nil, "Register", origin, []report.Due{certificate(), certificate(), certificate()}, nil))
	seen := map[string]bool{}
	for _, e := range events {
		if seen[e.UID] {
			t.Errorf("%s twice", e.UID)
		}
		seen[e.UID] = true
	}
}

func TestCalendarsThatShareEventsAreTheSameAsOthers(t *testing.T) {
	t.Parallel()
	link := func(r report.Ref) string { return "https://evidence.example.org/" + r.ID }
	changed := func(alter func(*report.Due)) report.Due {
		d := certificate()
		alter(&d)
		return d
	}
	due := []report.Due{certificate(), certificate()}
	for _, alter := range []func(*report.Due){
		func(d *report.Due) { d.On = d.On.AddDays(1) }, func(d *report.Due) { d.Since = d.On.AddDays(-40) }, func(d *report.Due) { d.Obligation = "OFF-26" },
		func(d *report.Due) { d.Title = "Another" }, func(d *report.Due) { d.Subject.Kind = "contract" }, func(d *report.Due) { d.Subject.ID = "other" },
		func(d *report.Due) { d.Subject.Name = "Other" }, func(d *report.Due) { d.Text = "Another." }, func(d *report.Due) { d.Rule = "cadence" },
		func(d *report.Due) { d.Then = "overdue" }, func(d *report.Due) { d.Office = "siro" }, func(d *report.Due) { d.Owner = "" }, func(d *report.Due) { d.Place = "notices/" },
		func(d *report.Due) { d.Local = false }, func(d *report.Due) { d.Remedy = "" },
	} {
		due = append(due, changed(alter))
	}
	many := make([]report.Due, 3*mostWritten)
	for i := range many {
		many[i] = changed(func(d *report.Due) { d.Subject.ID = fmt.Sprint(i % (2*mostWritten + 1)) })
	}
	shared := Calendars()
	want := Calendar(nil, "Register", origin, many, link)
	for i, list := range [][]report.Due{due, due[1:], due[:4], many[:40]} {
		for _, to := range []func(report.Ref) string{link, nil} {
			if !bytes.Equal(shared(nil, "Register", origin, list, to), Calendar(nil, "Register", origin, list, to)) {
				t.Errorf("calendar %d is another one", i)
			}
		}
	}
	for range 2 {
		if !bytes.Equal(shared(nil, "Register", origin, many, link), want) {
			t.Error("a calendar of more events than are remembered is another one")
		}
	}
}

func TestNothingDueIsAnEmptyCalendar(t *testing.T) {
	t.Parallel()
	if got := read(t, Calendar(nil, "", report.Origin{}, nil, nil)); len(got) != 0 {
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
		raw := Calendar(nil, hostile().Draw(t, "calendar"), origin, due, nil)
		if !utf8.Valid(raw) {
			t.Fatalf("not UTF-8: %q", raw)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\r\n"), "\r\n") {
			if len(line) > form.MaxLength {
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

// TestAnEventIsWhatTheLibraryWrites: lines that are written out here are those of the library, in its order.
func TestAnEventIsWhatTheLibraryWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string { return hostile().Draw(t, name) }
		e := event{
			id: "0123456789abcdef", link: rapid.SampledFrom([]string{"", "https://evidence.example.org/a.html"}).Draw(t, "link"),
			on: origin.AsOf.AddDays(rapid.IntRange(-40000, 40000).Draw(t, "days")), since: origin.AsOf, obligation: text("obligation"), title: text("title"),
			name: text("name"), text: text("text"), remedy: text("remedy"), then: "gap",
		}
		summary := line(e.obligation + " " + e.title + ": " + e.name)
		want := ics.NewEvent(e.id + "@muniment")
		want.SetDtStampTime(at(e.since))
		want.SetSequence(sequence(e.since))
		want.SetAllDayStartAt(at(e.on))
		want.SetAllDayEndAt(at(e.on.AddDays(1)))
		want.SetSummary(summary)
		want.SetDescription(e.description())
		want.SetTimeTransparency(ics.TransparencyTransparent)
		want.SetStatus(ics.ObjectStatusConfirmed)
		if e.link != "" {
			want.SetURL(e.link)
		}
		alarm := want.AddAlarm()
		alarm.SetAction(ics.ActionDisplay)
		alarm.SetTrigger(reminder)
		alarm.SetDescription(summary)
		var library, ours bytes.Buffer
		if err := want.SerializeTo(&library, &form); err != nil {
			t.Fatal(err)
		}
		e.write(&ours)
		if diff := cmp.Diff(library.String(), ours.String()); diff != "" {
			t.Errorf("the event is another (-library +ours):\n%s", diff)
		}
	})
}

func TestAnEventStaysAsItIsWhileNothingChanges(t *testing.T) {
	t.Parallel()
	d := certificate()
	d.Since = calendar.MustParse("2026-10-01")
	first := Calendar(nil, "Register", origin, []report.Due{d}, nil)
	later := origin
	later.AsOf = later.AsOf.AddDays(20)
	one, other := read(t, first)[0], read(t, Calendar(nil, "Register", later, []report.Due{d}, nil))[0]
	if diff := cmp.Diff(one, other); diff != "" {
		t.Errorf("a later day alone changes the event: %s", diff)
	}
	if one.Stamp != "20261001T000000Z" {
		t.Errorf("stamp %s", one.Stamp)
	}
}

func TestEventsLinkToThePortal(t *testing.T) {
	t.Parallel()
	link := func(r report.Ref) string { return "https://evidence.example.org/" + r.Kind + "s/" + r.ID + ".html" }
	raw := string(Calendar(nil, "Register", origin, []report.Due{certificate()}, link))
	if !strings.Contains(raw, "URL:https://evidence.example.org/suppliers/harrow-hosting.html\r\n") {
		t.Error(raw)
	}
}

// TestOthersReadTheSame asks programs that people's calendars are made of, where they are installed.
func TestOthersReadTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts other programs")
	}
	t.Parallel()
	odd := certificate()
	odd.Subject.ID, odd.Text, odd.Obligation = "odd", "a;b,c\\n\\,d:\"e\" \u2028 ::error:: ##[x] "+strings.Repeat("ß", 120), "OFF-99"
	due := []report.Due{certificate(), odd}
	name := filepath.Join(t.TempDir(), "due.ics")
	if err := os.WriteFile(name, Calendar(nil, "Register", origin, due, nil), 0o666); err != nil {
		t.Fatal(err)
	}
	want := ""
	for _, e := range read(t, Calendar(nil, "Register", origin, due, nil)) {
		want += e.UID + "|" + e.Start + "|" + e.Summary + "|" + strings.ReplaceAll(e.Description, "\n", "/") + "\n"
	}
	for reader, command := range map[string][]string{
		"ical.js": {"node", "--input-type=module", "-e", `import ICAL from "./ical.js/dist/ical.js"; import { readFileSync } from "node:fs";
const c = new ICAL.Component(ICAL.parse(readFileSync(process.argv[1], "utf8")));
for (const v of c.getAllSubcomponents("vevent")) { const e = new ICAL.Event(v);
  console.log([e.uid, e.startDate.toICALString(), e.summary, e.description.replaceAll("\n", "/")].join("|")); }`, name},
		"vobject": {"python3", "-c", `import sys, vobject
for e in vobject.readOne(open(sys.argv[1], newline="").read()).vevent_list:
    e.validate(); print("|".join([e.uid.value, e.dtstart.value.strftime("%Y%m%d"), e.summary.value, e.description.value.replace("\n", "/")]))`, name},
	} {
		t.Run(reader, func(t *testing.T) {
			program, err := exec.LookPath(command[0])
			if err != nil {
				t.Skipf("%s is not installed", command[0])
			}
			modules := filepath.Join("..", "..", "test", "readers", "node_modules")
			if _, err := os.Stat(filepath.Join(modules, "ical.js")); err != nil && reader == "ical.js" {
				t.Skip("ical.js is not installed; make readers-setup does that")
			}
			cmd := exec.Command(program, command[1:]...)
			if reader == "ical.js" {
				cmd.Dir = modules
			}
			var said bytes.Buffer
			cmd.Stderr = &said
			got, err := cmd.Output()
			if err != nil && strings.Contains(said.String(), "No module named") {
				t.Skip("vobject is not installed")
			}
			if err != nil {
				t.Fatalf("%v: %s", err, said.String())
			}
			if diff := cmp.Diff(want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
