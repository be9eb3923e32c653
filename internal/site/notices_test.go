package site

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

func owedBy(name, until string) report.Owed {
	o := report.Owed{Organisation: report.Ref{Kind: "organisation", ID: "Z9A1A", Name: name}, Workloads: []string{"Z9A1A/imaging-archive"}}
	if until != "" {
		o.Until = day(until)
	}
	return o
}

func TestWhatIsOwedComesFirstAndTheSoonest(t *testing.T) {
	t.Parallel()
	row := func(id, received string, owed ...report.Owed) report.NoticeRow {
		return report.NoticeRow{ID: id, Received: day(received), Owing: len(owed), Owed: owed}
	}
	looked := row("looked at, older", "2026-01-01")
	looked.Looked = 1
	rows := givenBy(&report.SupplierRow{Notices: []report.NoticeRow{
		looked, row("newer, of nobody", "2026-02-01"), row("no day", "2025-01-01", owedBy("A", "")), row("later", "2026-03-01", owedBy("A", "2027-01-01")),
		row("late", "2026-04-01", owedBy("B", "2026-11-22"), owedBy("A", "2027-06-01")), row("last day today", "2026-05-01", owedBy("A", "2026-11-23")),
	}})
	byNeed(rows)
	var got []string
	for _, g := range rows {
		got = append(got, g.ID+": "+said(t, func(m *markup) { m.say(standings[g.stands(day("2026-11-22"))].word) }))
	}
	want := []string{"late: Late", "last day today: Owed", "later: Owed", "no day: Owed", "newer, of nobody: None owed", "looked at, older: Looked at"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestUntilWhenALookIsInTime(t *testing.T) {
	t.Parallel()
	for until, want := range map[string]string{
		"":           "no last day is set",
		"2026-11-22": `<strong>late since <time datetime="2026-11-22">22 November 2026</time></strong>`,
		"2026-11-23": `last day <time datetime="2026-11-22">22 November 2026</time>`,
	} {
		o := owedBy("A", until)
		if got := said(t, func(m *markup) { m.inTime(&o, day("2026-11-22")) }); got != want {
			t.Errorf("late from %q: %s, want %s", until, got, want)
		}
	}
}

// TestTheNoticesOfEverySupplierAreOnOnePage: with who owes a look and who has looked; and with many of both no row grows.
func TestTheNoticesOfEverySupplierAreOnOnePage(t *testing.T) {
	t.Parallel()
	r := sample()
	n := &r.Suppliers[0].Notices[0]
	for i := range 20 {
		n.Owed = append(n.Owed, owedBy(fmt.Sprintf("Owing %02d", i), "2027-01-01"))
		n.Looks = append(n.Looks, report.Look{Organisation: report.Ref{Name: fmt.Sprintf("Looked %02d", i)}, On: day("2026-10-01"), Effect: "None there."})
	}
	files := rendered(t, r)
	got := pageAt(t, files, noticesPath)
	for _, want := range []string{
		"1 of 2 notices waits for somebody to look at it.", `<a href="../organisations/Z9A1A.html">Northmoor Hospitals</a><small>last day <time datetime="2026-11-30">`,
		`for <a href="../workloads/Z9A1A-imaging-archive.html">Imaging archive</a>`, "Owing 03", `#looks">and 16 more</a>`, "Looked 03", "Sub-processor", "takes effect",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page of all notices has no %s", want)
		}
	}
	if strings.Contains(got, "Owing 04") || strings.Contains(got, "Looked 04") {
		t.Error("a row names more than a few")
	}
	got = pageAt(t, files, "suppliers/harrow-hosting.html")
	if n := strings.Count(got, "Owing 19"); n != 1 {
		t.Errorf("the page of the supplier names the last who owes a look %d times", n)
	}
	if n := strings.Count(got, "None there."); n != 20 {
		t.Errorf("the page of the supplier says %d times what a change means there, want 20", n)
	}
}

// TestALookIsFirstLateOnItsDay: see decision 0006.
func TestALookIsFirstLateOnItsDay(t *testing.T) {
	t.Parallel()
	o := owedBy("A", "2026-11-22")
	for on, want := range map[string]bool{"2026-11-21": false, "2026-11-22": true, "2026-11-23": true} {
		if got := o.Late(day(on)); got != want {
			t.Errorf("late on %s: %t", on, got)
		}
	}
	if never := owedBy("A", ""); never.Late(calendar.MustParse("2099-01-01")) {
		t.Error("a look without a last day is late")
	}
}
