package pipeline

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/cache"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
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

func TestTheLineAndItsHistoryAreKeptAnewAfterManyCommits(t *testing.T) {
	t.Parallel()
	c := carry(t, demo.Options{Seed: 5, Workloads: 2, Organisations: 1, Suppliers: 1, Years: 1, Commits: 12})
	for _, step := range []struct {
		claim   string
		commits int
		anew    bool
	}{
		{"nothing was kept before", 0, true},
		{"one commit came", 1, false},
		{"as many came as are read again", mostAnew - 1, false},
		{"one more came", 1, true},
		{"one came after that", 1, false},
	} {
		for range step.commits {
			c.now++
			c.git("commit", "-q", "--allow-empty", "-m", "Nothing changed")
		}
		kept := cache.Open(c.cache, cache.Options{Now: func() time.Time { return time.Unix(int64(c.now), 0) }})
		tool := testTool(t)
		tool.Cache = kept
		r, src, err := tool.begin(t.Context(), Question{Dir: c.dir, AsOf: c.asOf})
		if err != nil {
			t.Fatal(err)
		}
		past, err := tool.past(t.Context(), src, r, nil)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := src.repo.Line(t.Context(), src.line[len(src.line)-1].Commit)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fresh, src.line); diff != "" {
			t.Errorf("%s: the line is another (-read +kept):\n%s", step.claim, diff)
		}
		if _, ok := kept.Get(keptLine, tool.lineKey(src.origin.KnownAt)); ok != step.anew {
			t.Errorf("%s: the line is kept: %t, want %t", step.claim, ok, step.anew)
		}
		if _, ok := kept.Get(keptHistory, tool.pastKey(r, src.origin.KnownAt)); ok != step.anew {
			t.Errorf("%s: the history is kept: %t, want %t", step.claim, ok, step.anew)
		}
		if len(past.States()) == 0 {
			t.Errorf("%s: there is no history", step.claim)
		}
		if err := src.close(); err != nil {
			t.Error(err)
		}
		kept.Close()
	}
}
