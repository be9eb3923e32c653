package gate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

func day(s string) calendar.Date { return calendar.MustParse(s) }

func published() *report.Checkpoint {
	return &report.Checkpoint{
		Origin: report.Origin{Version: report.Version, AsOf: day("2026-11-20"), KnownAt: strings.Repeat("a", 40), Schemas: "s1"},
		Workloads: []report.Kept{
			{ID: "ZZ1/archive", States: []report.Stretch{{From: day("2025-01-10"), State: "gap"}, {From: day("2025-06-01"), State: "met"}}},
			{ID: "ZZ1/trial", States: []report.Stretch{{From: day("2026-02-01"), State: "met"}}},
		},
	}
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	later := Way{Relation: Later, First: day("2026-11-20")}
	for name, test := range map[string]struct {
		change func(next *report.Checkpoint)
		way    Way
		want   []string // code and workload
	}{
		"the same again":           {func(*report.Checkpoint) {}, Way{Relation: Same}, nil},
		"a day later, no commit":   {func(n *report.Checkpoint) { n.AsOf = day("2026-11-21") }, Way{Relation: Same}, nil},
		"an older commit":          {func(*report.Checkpoint) {}, Way{Relation: Older}, []string{"older-commit "}},
		"another history":          {func(*report.Checkpoint) {}, Way{Relation: Unrelated}, []string{"unrelated-commit "}},
		"an older day":             {func(n *report.Checkpoint) { n.AsOf = day("2026-11-19") }, Way{Relation: Same}, []string{"older-day "}},
		"a workload that is gone":  {func(n *report.Checkpoint) { n.Workloads = n.Workloads[:1] }, later, []string{"lost-workload ZZ1/trial"}},
		"a workload more":          {func(n *report.Checkpoint) { n.Workloads = append(n.Workloads, report.Kept{ID: "ZZ1/x"}) }, later, nil},
		"a first day that moves":   {func(n *report.Checkpoint) { n.Workloads[0].States[0].From = day("2025-01-11") }, later, []string{"first-recorded ZZ1/archive"}},
		"a past that is no longer": {func(n *report.Checkpoint) { n.Workloads[0].States = n.Workloads[0].States[:1] }, later, []string{"past ZZ1/archive"}},
		"a past that is better":    {func(n *report.Checkpoint) { n.Workloads[0].States[0].State = "met" }, later, []string{"past ZZ1/archive"}},
		"a change on the last day, which was not over": {
			func(n *report.Checkpoint) {
				n.Workloads[1].States = append(n.Workloads[1].States, report.Stretch{From: day("2026-11-20"), State: "gap"})
			}, later, nil,
		},
		"a change that a commit explains": {
			func(n *report.Checkpoint) {
				n.Workloads[1].States = append(n.Workloads[1].States, report.Stretch{From: day("2026-11-12"), State: "gap"})
			},
			Way{Relation: Later, First: day("2026-11-12")},
			nil,
		},
		"a change before the commit": {
			func(n *report.Checkpoint) {
				n.Workloads[1].States = append(n.Workloads[1].States, report.Stretch{From: day("2026-11-12"), State: "gap"})
			},
			Way{Relation: Later, First: day("2026-11-13")},
			[]string{"past ZZ1/trial"},
		},
		"a workload that moved": {
			func(n *report.Checkpoint) {
				n.Workloads[1].ID, n.Workloads[1].Formerly = "ZZ2/trial", []string{"ZZ1/trial"}
			}, later, nil,
		},
		"a workload whose name another has taken": {
			func(n *report.Checkpoint) {
				n.Workloads = append(n.Workloads, report.Kept{ID: "ZZ1/other", Formerly: []string{"ZZ1/archive"}, States: []report.Stretch{{From: day("2026-11-20"), State: "met"}}})
			}, later, nil,
		},
		"other rules that say the same": {func(n *report.Checkpoint) { n.Schemas = "s2" }, Way{Relation: Same}, nil},
		"other rules that tell the past otherwise": {
			func(n *report.Checkpoint) { n.Schemas, n.Workloads[0].States[0].State = "s2", "met" }, Way{Relation: Same}, []string{"other-rules ", "past ZZ1/archive"},
		},
		"other rules that a commit brought": {
			func(n *report.Checkpoint) { n.Schemas, n.Workloads[0].States[0].State = "s2", "met" }, Way{Relation: Later, First: day("2026-11-20"), Rules: true}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			next := published()
			test.change(next)
			var got []string
			for _, o := range Check(published(), next, test.way) {
				got = append(got, o.Code+" "+o.Workload)
				if o.Text == "" || o.Workload != "" && !strings.Contains(o.Text, o.Workload) {
					t.Errorf("%q does not name what vanished", o.Text)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNoDayIsToldOtherwise holds Check against a look at every single day.
func TestNoDayIsToldOtherwise(t *testing.T) {
	t.Parallel()
	begin := day("2026-01-01")
	rapid.Check(t, func(t *rapid.T) {
		past := func(name string) report.Kept {
			k := report.Kept{ID: "ZZ1/a", States: []report.Stretch{{From: begin, State: "met"}}}
			on := 0
			for range rapid.IntRange(0, 3).Draw(t, name) {
				on += rapid.IntRange(1, 4).Draw(t, "days")
				k.States = append(k.States, report.Stretch{From: begin.AddDays(on), State: rapid.SampledFrom([]string{"met", "gap", ""}).Draw(t, "state")})
			}
			return k
		}
		was, is := past("was"), past("is")
		asOf := begin.AddDays(rapid.IntRange(0, 14).Draw(t, "as of"))
		way := Way{Relation: Later, First: begin.AddDays(rapid.IntRange(0, 14).Draw(t, "first commit"))}
		want := false
		for d := begin; d.Before(asOf); d = d.AddDays(1) {
			on := func(k report.Kept) string {
				i := slices.IndexFunc(k.States, func(s report.Stretch) bool { return s.From.After(d) })
				if i < 0 {
					i = len(k.States)
				}
				return k.States[i-1].State
			}
			if on(was) != on(is) {
				want = d.Before(way.First)
				break
			}
		}
		o := report.Origin{AsOf: asOf}
		got := Check(&report.Checkpoint{Origin: o, Workloads: []report.Kept{was}}, &report.Checkpoint{Origin: o, Workloads: []report.Kept{is}}, way)
		if (len(got) > 0) != want {
			t.Fatal(fmt.Sprint(was, is, got))
		}
	})
}
