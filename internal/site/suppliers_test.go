package site

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/report"
)

func goodUntil(scheme, path, until string, current bool) report.Validity {
	v := report.Validity{Scheme: scheme, Path: path, Issued: day("2025-01-01"), Current: current}
	if until != "" {
		v.Until = day(until)
	}
	return v
}

func TestWhatIsNotInForceComesFirstThenTheFirstToEnd(t *testing.T) {
	t.Parallel()
	turn := report.Due{Obligation: "NWS-04", Subject: report.Ref{Kind: "supplier", ID: "a"}, Workloads: []string{"w/1", "w/2"}, Then: "overdue", On: day("2027-01-08"), Place: "suppliers/a/iso.yaml:8:1"}
	of := func(id string) report.Due {
		return report.Due{Obligation: "OFF-28", Subject: report.Ref{Kind: "workload", ID: id}, Workloads: []string{id}, Then: "gap", On: day("2027-01-08"), Place: "suppliers/a/iso.yaml"}
	}
	elsewhere := turn
	elsewhere.Place = "suppliers/a/iso.yaml.md:8:1"
	p := &listing{Lists: &report.Lists{Due: []report.Due{turn, of("w/2"), of("w/3"), elsewhere}}}
	rows := p.supplied([]report.SupplierRow{
		{ID: "a", Name: "A", Validity: []report.Validity{goodUntil("ISO", "suppliers/a/iso.yaml", "2027-01-08", true), goodUntil("CE", "suppliers/a/ce.yaml", "2026-12-01", true), goodUntil("Standing", "suppliers/a/standing.yaml", "", true)}},
		{ID: "b", Name: "B", Validity: []report.Validity{goodUntil("ISO", "suppliers/b/iso.yaml", "2026-01-08", false), goodUntil("CE", "suppliers/b/ce.yaml", "2026-12-01", true)}},
	})
	var order []string
	for _, r := range rows {
		order = append(order, r.Path)
	}
	want := []string{"suppliers/b/iso.yaml", "suppliers/a/ce.yaml", "suppliers/b/ce.yaml", "suppliers/a/iso.yaml", "suppliers/a/standing.yaml"}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	turns := []ending{{"NWS-04", "", "overdue", day("2027-01-08"), 0}, {"OFF-28", "", "gap", day("2027-01-08"), 2}}
	if diff := cmp.Diff(turns, rows[3].Turns, cmp.AllowUnexported(ending{})); diff != "" {
		t.Errorf("what turns with the ISO certificate (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"w/1", "w/2", "w/3"}, rows[3].Workloads); diff != "" {
		t.Errorf("whom it reaches (-want +got):\n%s", diff)
	}
	if len(rows[1].Turns) != 0 {
		t.Errorf("something turns with a certificate that nothing rests on: %v", rows[1].Turns)
	}
}

func TestCertificatesOfLongAgoAreNotMissed(t *testing.T) {
	t.Parallel()
	rows := []report.SupplierRow{{Validity: []report.Validity{goodUntil("Old", "old", "2018-04-01", false), goodUntil("Recent", "recent", "2025-04-01", false), goodUntil("Still", "still", "2017-01-01", true)}}}
	var kept []string
	for _, v := range remembered(rows, day("2023-11-20"))[0].Validity {
		kept = append(kept, v.Path)
	}
	if diff := cmp.Diff([]string{"recent", "still"}, kept); diff != "" {
		t.Error(diff)
	}
	if len(rows[0].Validity) != 3 {
		t.Error("the list that was given has changed")
	}
}

func TestASupplierStandsUntilItsFirstCertificateEnds(t *testing.T) {
	t.Parallel()
	for want, list := range map[string][]report.Validity{
		"S: none in force.":                                                                 nil,
		"S: 1 certificate in force, no end is known.":                                       {goodUntil("A", "a", "", true)},
		"S: 2 certificates in force, first last day 30 November 2026.":                      {goodUntil("A", "a", "2027-01-01", true), goodUntil("B", "b", "2026-12-01", true)},
		"S: 1 certificate in force, first last day 31 December 2026, 1 scheme without one.": {goodUntil("A", "a", "2027-01-01", true), goodUntil("B", "b", "2025-12-01", false)},
	} {
		if got := said(t, func(m *markup) { m.standsUntil(&report.SupplierRow{Name: "S", Validity: list}) }); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestWhatDoesNotCountIsNotSaidToHaveEnded: a certificate can be without force while its last day is to come.
func TestWhatDoesNotCountIsNotSaidToHaveEnded(t *testing.T) {
	t.Parallel()
	s := &report.SupplierRow{Name: "S", Validity: []report.Validity{goodUntil("CE+", "a", "2027-09-01", false), goodUntil("ISO", "b", "2027-01-08", true)}}
	if got, want := said(t, func(m *markup) { m.firstLast(s) }), "S: 1 not in force"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestThePrinciplesOfEverySupplierAreInTheMatrix(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Suppliers[0].Principles = []report.Principle{
		{Key: "ncsc:1@current", Text: "First", Statement: "independent"},
		{Key: "ncsc:2@current", Text: "Second"},
		{Key: "ncsc:2.1@current", Text: "Part", Statement: "assertion"},
		{Key: "ncsc:2.2@current", Text: "Another part"},
		{Key: "ncsc:3@current", Text: "Third"},
	}
	got := pageAt(t, rendered(t, r), principlesPath)
	for _, want := range []string{
		`<td>1 of 3</td>`, `<span aria-hidden="true">I</span><span class="nhsuk-u-visually-hidden">independent</span>`, `1/2<span class="nhsuk-u-visually-hidden"> of its parts</span>`,
		`<span class="nhsuk-u-visually-hidden">none</span>`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the matrix has no %s", want)
		}
	}
}
