package report_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/report"
	"example.org/muniment/schemas"
)

var (
	day   = calendar.MustParse
	today = day("2026-11-22")
)

// example is the report on the repository's living example. What a verdict should be is tested where it is made; here it is
// how the report tells it.
var example = sync.OnceValue(func() *report.Report { return on(today) })

func on(day calendar.Date) *report.Report {
	loaded, err := load.Tree(context.Background(), os.DirFS("../.."), load.Options{})
	check(err)
	catalogue, err := obligation.Load(schemas.FS)
	check(err)
	registers, err := law.Load(schemas.FS)
	check(err)
	return report.New(report.Inputs{
		Origin:     report.Origin{Version: report.Version, AsOf: day},
		Assessment: assess.On(day, loaded.Register, catalogue, registers), Catalogue: catalogue, Law: registers, Findings: loaded.Findings,
	})
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func TestListsAreNeverNull(t *testing.T) {
	b, err := json.Marshal(example())
	if err != nil {
		t.Fatal(err)
	}
	if i := bytes.Index(b, []byte(":null")); i >= 0 {
		t.Errorf("a reader would find null at %s", b[max(0, i-60):i+5])
	}
	var again report.Report
	if err := json.Unmarshal(b, &again); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(example().Workloads[0], again.Workloads[0]); diff != "" {
		t.Errorf("what was written is not what is read back: %s", diff)
	}
}

func TestEverythingSaysWhy(t *testing.T) {
	r := example()
	verdicts := map[string][]report.Verdict{}
	for _, w := range r.Workloads {
		verdicts[w.ID] = w.Verdicts
		if !strings.HasSuffix(w.Status.Sentence, ".") || len(w.Status.Sentence) < 10 {
			t.Errorf("%s: %q is no sentence", w.ID, w.Status.Sentence)
		}
	}
	for _, s := range r.Suppliers {
		verdicts[s.ID] = s.Verdicts
	}
	for _, o := range r.Organisations {
		verdicts[o.ID] = o.Verdicts
	}
	for id, list := range verdicts {
		for _, v := range list {
			if len(v.Reasons) == 0 || v.Reasons[0].Text == "" {
				t.Errorf("%s: %s says %s and not why", id, v.Obligation, v.State)
			}
			if report.StateRank(v.State) < report.StateRank("contested") && v.Remedy == "" {
				t.Errorf("%s: %s is %s and nothing says what to do", id, v.Obligation, v.State)
			}
		}
	}
}

func TestCountsAgreeWithVerdicts(t *testing.T) {
	r := example()
	byStatus := map[string]int{}
	for _, w := range r.Workloads {
		byStatus[w.Status.State]++
		counts, excepted := map[string]int{}, 0
		for _, v := range w.Verdicts {
			switch {
			case v.AliasOf != "":
			case !v.ExceptedUntil.IsZero():
				excepted++
			default:
				counts[v.State]++
			}
		}
		if diff := cmp.Diff(counts, w.Status.Counts); diff != "" {
			t.Errorf("%s: %s", w.ID, diff)
		}
		if excepted != w.Status.Excepted {
			t.Errorf("%s: %d verdicts set aside, counted as %d", w.ID, excepted, w.Status.Excepted)
		}
	}
	if diff := cmp.Diff(byStatus, r.Summary.Workloads); diff != "" {
		t.Error(diff)
	}
}

func TestDueDaysAreAheadAndInOrder(t *testing.T) {
	r := example()
	if len(r.Due) == 0 {
		t.Fatal("nothing falls due in the example")
	}
	for i, d := range r.Due {
		switch {
		case !d.On.After(today), d.Days != today.DaysUntil(d.On):
			t.Errorf("%s for %s is due on %s, %d days from %s", d.Obligation, d.Subject.ID, d.On, d.Days, today)
		case i > 0 && d.On.Before(r.Due[i-1].On):
			t.Errorf("%s comes after %s", d.On, r.Due[i-1].On)
		case d.Text == "" || d.Rule == "" || d.Then == "":
			t.Errorf("%s for %s does not say what, why and then: %+v", d.Obligation, d.Subject.ID, d)
		}
	}
}

// TestLocationsAgreeWithTheVerdict compares two ways to the same answer: the table of places on a workload's page, and the
// verdict on OFF-01.
func TestLocationsAgreeWithTheVerdict(t *testing.T) {
	for _, day := range []string{"2018-03-01", "2019-06-01", "2020-07-17", "2022-05-05", "2024-03-22", "2026-11-22"} {
		for _, w := range on(calendar.MustParse(day)).Workloads {
			i := slices.IndexFunc(w.Verdicts, func(v report.Verdict) bool { return v.Obligation == "OFF-01" && !v.Inherited })
			if i < 0 || w.Verdicts[i].State == "not-applicable" {
				continue
			}
			bad := slices.ContainsFunc(w.Locations, func(l report.Location) bool { return l.InUse && !l.OK })
			verdict := w.Verdicts[i]
			// Staff of a supplier who can reach data from abroad are judged too, and are on the supplier's page.
			// A list of places that is newer than the day judged says nothing about it, whatever the places.
			apart := strings.HasPrefix(verdict.Reasons[0].Text, "Support staff of") || strings.HasSuffix(verdict.Reasons[0].Text, "after the day judged.")
			if breach := verdict.State == "blocked" || verdict.State == "failing"; bad != breach && !(breach && apart) {
				t.Errorf("%s on %s: places without a footing: %t; OFF-01 is %s: %s", w.ID, day, bad, verdict.State, verdict.Reasons[0].Text)
			}
		}
	}
}

func TestApprovalsShowTheirProof(t *testing.T) {
	states := map[string]int{}
	for _, w := range example().Workloads {
		for _, a := range w.Approvals {
			states[a.State]++
			if a.Proof != "stated" {
				t.Errorf("%s claims the proof %q", a.Path, a.Proof)
			}
			changed := slices.ContainsFunc(a.Covers, func(c report.Covered) bool { return !c.Same })
			if a.State == "valid" && changed {
				t.Errorf("%s is valid though a covered file changed", a.Path)
			}
		}
	}
	for _, want := range []string{"valid", "stale"} {
		if states[want] == 0 {
			t.Errorf("the example has no approval that is %s", want)
		}
	}
}
