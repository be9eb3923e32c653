package pipeline

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

func TestWhatIsKeptOfSubjectsIsReadBack(t *testing.T) {
	t.Parallel()
	share := report.GoneShare("Z9A1A/archive", "Imaging archive", &report.Timeline{})
	for claim, want := range map[string]leaf{
		"of a workload":                        {Words: "imaging archive\nof two sites", Files: []string{"workloads/a.html", "api/v1/workloads/a.json"}},
		"of one that goes on under another id": {Moved: true},
		"of what workloads rest on":            {Files: []string{"suppliers/a.html"}, Timeline: &report.Timeline{}, Known: &report.Commit{ID: strings.Repeat("a", 40), Day: calendar.MustParse("2026-11-20")}},
		"of nothing":                           {},
	} {
		with := share
		if want.Words == "" {
			with = nil
		}
		data := want.pack(with)
		got, packed, ok := unpackLeaf(data)
		if diff := cmp.Diff(&want, got); !ok || diff != "" {
			t.Errorf("a leaf %s (-want +got):\n%s", claim, diff)
		}
		if with != nil {
			if s, err := report.Unpack[report.Share](packed); err != nil || cmp.Diff(with, s) != "" || got.Parcel.Workload != nil || got.Parcel.Subject != with.Subject {
				t.Errorf("the share %s: %v, %+v", claim, err, got.Parcel)
			}
		}
		for cut := range len(data) - len(packed) {
			if _, _, ok := unpackLeaf(data[:cut]); ok {
				t.Errorf("a leaf %s is read from %d of %d bytes", claim, cut, len(data))
			}
		}
	}
}

func TestAnEditionIsReadBack(t *testing.T) {
	t.Parallel()
	e := &edition{Subjects: map[string]kept{
		"workload Z9A1A/archive": {
			Leaf: strings.Repeat("0a", 32), Groups: []string{"evidence/organisations/Z9A1A/workloads/archive", "evidence/suppliers/s"}, Sources: []string{"organisation Z9A1A", "supplier s"},
			Last: calendar.MustParse("2026-11-20"),
		},
		"organisation Z9A1A": {Leaf: strings.Repeat("ff", 32), Groups: []string{"evidence/suppliers/s", "evidence/organisations/Z9A1A"}, Stood: "as it did"},
		"supplier s":         {},
	}}
	data := e.pack()
	got, ok := unpackEdition(data)
	if diff := cmp.Diff(e, got); !ok || diff != "" {
		t.Errorf("%t (-want +got):\n%s", ok, diff)
	}
	if string(data) != string(e.pack()) {
		t.Error("the same edition is other bytes the second time")
	}
	for cut := range len(data) {
		if _, ok := unpackEdition(data[:cut]); ok {
			t.Errorf("it is read from %d of %d bytes", cut, len(data))
		}
	}
	if _, ok := unpackEdition(append(data, 0)); ok {
		t.Error("it is read with something behind it")
	}
}
