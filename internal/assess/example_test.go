package assess_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
)

var update = flag.Bool("update", false, "write testdata/example.golden anew")

// TestExample compares the living example, judged on one day, with a table that people have read against the sources: one
// row for each subject and obligation that applies. What does not apply is counted at the head of each subject.
func TestExample(t *testing.T) {
	got := table(on(today, example()))
	golden := filepath.Join("testdata", "example.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the example is judged otherwise; read every changed row against its source, then run with -update (-want +got):\n%s", diff)
	}
}

func table(a *assess.Assessment) string {
	var b strings.Builder
	fmt.Fprintf(&b, "as of %s\n", a.AsOf)
	for _, s := range a.Subjects {
		main := "-"
		if s.Status.Main != nil {
			main = s.Status.Main.Obligation.ID
		}
		fmt.Fprintf(&b, "\n%s %s: %s, main %s, next %s, excepted %d, not applicable %d\n", s.Kind, s.ID, s.Status.State, main, orDash(s.Status.Next.On.String()), s.Status.Excepted, s.Status.Counts["not-applicable"])
		for _, v := range s.Verdicts {
			if v.State == "not-applicable" {
				continue
			}
			state := string(v.State)
			if v.Excepted != nil {
				state += " (excepted)"
			}
			due := "-"
			if !v.Due.On.IsZero() {
				due = fmt.Sprintf("%s %s then %s", v.Due.On, v.Due.Rule, v.Due.Then)
			}
			fmt.Fprintf(&b, "  %s | %s | %s | %s\n", v.Obligation.ID, state, due, v.Reasons[0].Text)
		}
	}
	return b.String()
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// TestExampleDueDaysHold: on each due day announced, the verdict is the one announced; on the day before, it is today's.
func TestExampleDueDaysHold(t *testing.T) {
	t.Parallel()
	reg := example()
	judged := make(map[string]obligation.Subject)
	for _, w := range reg.Workloads {
		judged["workload "+w.ID] = obligation.Subject{Register: reg, Workload: w}
	}
	for _, o := range reg.Organisations {
		judged["organisation "+o.ID] = obligation.Subject{Register: reg, Organisation: o}
	}
	for _, s := range reg.Suppliers {
		judged["supplier "+s.ID] = obligation.Subject{Register: reg, Supplier: s}
	}
	for _, c := range reg.Contracts {
		judged["contract "+c.ID] = obligation.Subject{Register: reg, Contract: c}
	}
	for _, f := range reg.Footprints {
		judged["footprint "+f.ID] = obligation.Subject{Register: reg, Footprint: f}
	}
	for _, s := range on(today, reg).Subjects {
		for _, v := range s.Verdicts {
			if v.Due.On.IsZero() || v.Excepted != nil {
				continue
			}
			state := func(day calendar.Date) obligation.State {
				return obligation.Judge(v.Obligation, judged[string(s.Kind)+" "+s.ID], laws(), day).State
			}
			then, before := state(v.Due.On), state(v.Due.On.AddDays(-1))
			if then != v.Due.Then || then.Rank() >= v.State.Rank() {
				t.Errorf("%s %s: on %s it is %s; announced was %s after %s", s.ID, v.Obligation.ID, v.Due.On, then, v.Due.Then, v.State)
			}
			if before != v.State && (before.Rank() < obligation.Met.Rank() || v.State.Rank() < obligation.Met.Rank()) {
				t.Errorf("%s %s: the day before %s it is %s, today %s", s.ID, v.Obligation.ID, v.Due.On, before, v.State)
			}
		}
	}
}

func BenchmarkOnTheExample(b *testing.B) {
	reg := example()
	for b.Loop() {
		on(today, reg)
	}
}
