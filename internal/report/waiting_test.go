package report_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/report"
	"example.org/muniment/schemas"
)

// TestWhatWaitsIsWhatLowers holds what waits for somebody against the verdicts of the example: everything that lowers a status and is
// not set aside waits for somebody, nothing else does, and nobody is asked for an approval that is valid.
func TestWhatWaitsIsWhatLowers(t *testing.T) {
	loaded, err := load.Tree(context.Background(), os.DirFS("../.."), load.Options{})
	check(err)
	catalogue, err := obligation.Load(schemas.FS)
	check(err)
	registers, err := law.Load(schemas.FS)
	check(err)
	judged := assess.On(today, loaded.Register, catalogue, registers)
	m := report.NewMaker(report.Frame{
		Origin: report.Origin{AsOf: today}, Catalogue: catalogue, Law: registers,
		Status: func(obligation.SubjectKind, string) report.Status { return report.StatusOf(nil) },
	})
	asked, decides := map[string]int{}, 0
	for _, w := range loaded.Register.Workloads {
		i := slices.IndexFunc(judged.Subjects, func(s *assess.Subject) bool { return s.Kind == obligation.OfWorkload && s.ID == w.ID })
		detail, share := m.Workload(w, report.Held{Register: loaded.Register, Judged: judged.Subjects[i]})
		if row := share.Workload; report.Lowers(row.Status.State) && (row.Remedy == "" || strings.Contains(row.Remedy, "muniment approve")) {
			t.Errorf("in lists %s is told to %q; wanted is what to do, without commands", w.ID, row.Remedy)
		}
		waits, commands := map[string]bool{}, map[string]int{}
		for _, one := range share.Waits {
			waits[one.Obligation] = true
			if command := "muniment approve " + w.ID + " --office " + one.Office; strings.Contains(one.Remedy, command) {
				commands[one.Obligation]++
				decides++
				j := slices.IndexFunc(detail.Verdicts, func(v report.Verdict) bool { return v.Obligation == one.Obligation })
				if todo := detail.Verdicts[j].ToDo(); !slices.Contains(detail.Verdicts[j].Commands, command) || !strings.Contains(todo, "“"+command+"”") {
					t.Errorf("%s, %s does not name %q: %s", w.ID, one.Obligation, command, todo)
				}
			}
			asked[one.Office]++
			if one.Text == "" || one.Remedy == "" || one.Owner == "" {
				t.Errorf("%s, %s: it is not said why, what to do, or by whom: %+v", w.ID, one.Obligation, one)
			}
			if strings.Contains(one.Remedy, "muniment approve") && strings.Contains(one.Text, "approved exactly") {
				t.Errorf("%s, %s: the %s is asked for what is there: %s", w.ID, one.Obligation, one.Office, one.Text)
			}
		}
		for _, v := range detail.Verdicts {
			if n := len(v.Commands); n != commands[v.Obligation] && !v.Inherited {
				t.Errorf("%s, %s names %d commands and %d offices are waited for: %q", w.ID, v.Obligation, n, commands[v.Obligation], v.Commands)
			}
			lowers := report.Lowers(v.State) && !v.Inherited && v.AliasOf == "" && v.ExceptedUntil.IsZero()
			if lowers != waits[v.Obligation] && !v.Inherited {
				t.Errorf("%s, %s is %s: waiting is %t", w.ID, v.Obligation, v.State, waits[v.Obligation])
			}
		}
	}
	if decides < 3 {
		t.Errorf("the example has only %d decisions that wait", decides)
	}
	for _, office := range []string{"siro", "caldicott-guardian", "dpo", "ig-lead"} {
		if asked[office] == 0 {
			t.Errorf("nothing waits for the %s in the example", office)
		}
	}
}
