package pipeline

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/timeline"
)

// TestTheLastViewOfAWorkloadSaysWhatTheRegisterSays holds the details of every workload, as they come out of its own history, against
// those that the register of HEAD gives: verdicts with their due days, approvals, files and all. Organisations are forgotten on the way,
// as a build forgets them, and told again.
func TestTheLastViewOfAWorkloadSaysWhatTheRegisterSays(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	_, err := demo.Write(t.Context(), dir, demo.Options{Seed: 5, Organisations: 4, Workloads: 12, Suppliers: 5, Years: 3, Commits: 200, Bare: true})
	if err != nil {
		t.Fatal(err)
	}
	tool := testTool(t)
	r, src, err := tool.begin(t.Context(), Question{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	loaded, err := tool.read(t.Context(), src, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	past, err := tool.past(t.Context(), src, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := attach(past.chain, loaded.Register); err != nil {
		t.Fatal(err)
	}
	asOf := calendar.MustParse("2026-11-20")
	rules := assess.NewRules(r.catalogue, r.law)
	judged := rules.Begin(asOf, loaded.Register)
	maker := report.NewMaker(report.Frame{
		Origin: report.Origin{AsOf: asOf}, Catalogue: r.catalogue, Law: r.law,
		Status: func(kind obligation.SubjectKind, id string) report.Status {
			return report.StatusOf(judged.Of(kind, id))
		},
	})
	word := func(reg *register.Register, w *register.Workload) *report.Workload {
		detail, _ := maker.Workload(w, report.Held{Register: reg, Judged: judged.Workload(reg, w)})
		return detail
	}
	want := make(map[string]*report.Workload)
	for _, w := range loaded.Register.Workloads {
		want[w.ID] = word(loaded.Register, w)
	}
	loaded.Register.Brief()
	lines, err := timeline.NewBuilder(rules, past.History, asOf.AddDays(1))
	if err != nil {
		t.Fatal(err)
	}
	var known []*timeline.Timeline
	for range 2 {
		found := 0
		for _, ids := range lines.Families() {
			family, err := lines.Family(t.Context(), past.NewDesk(), ids)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range family {
				if line.View == nil {
					continue
				}
				found++
				if diff := cmp.Diff(want[line.ID], word(line.View.Register, line.View.Workload)); diff != "" {
					t.Errorf("%s (-register +view):\n%s", line.ID, diff)
				}
			}
		}
		if found != len(want) {
			t.Errorf("%d workloads have a last view, want %d", found, len(want))
		}
		var told []*timeline.Timeline
		for _, ods := range past.Organisations() {
			line, err := lines.Of(t.Context(), obligation.OfOrganisation, ods)
			if err != nil {
				t.Fatal(err)
			}
			told = append(told, line)
			lines.Forget(ods)
		}
		if known != nil && !slices.EqualFunc(known, told, sameLine) {
			t.Error("an organisation that was forgotten is told otherwise")
		}
		known = told
	}
}

// sameLine tells whether two timelines say the same in words.
func sameLine(a, b *timeline.Timeline) bool {
	word := func(l *timeline.Timeline) *report.Timeline {
		return report.NewTimeline(l, calendar.MustParse("2026-11-20"), func(timeline.Cause) []report.Change { return nil })
	}
	return cmp.Equal(word(a), word(b)) && slices.Equal(a.Groups, b.Groups)
}
