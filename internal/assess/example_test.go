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
	"example.org/muniment/internal/register"
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

// TestExampleDueDaysHold: on each due day announced, the verdict is the one announced and worse; on the day before, it is
// still that of the day judged. It is asked of days long past and far ahead too.
func TestExampleDueDaysHold(t *testing.T) {
	t.Parallel()
	reg := example()
	for _, day := range []string{"2018-06-01", "2019-05-19", "2020-07-15", "2022-12-18", "2023-10-11", "2024-03-20", "2025-06-30", "2026-03-31", "2026-11-22", "2027-06-30", "2029-02-28"} {
		for _, s := range subjects(reg) {
			for _, o := range catalogue().Obligations {
				if o.Subject == s.Kind() {
					holds(t, o, s, parse(day))
				}
			}
		}
	}
}

func holds(t *testing.T, o *obligation.Obligation, s obligation.Subject, day calendar.Date) {
	t.Helper()
	state := func(day calendar.Date) obligation.State { return obligation.Judge(o, s, laws(), day).State }
	today := obligation.Judge(o, s, laws(), day)
	due := today.Due
	if due.On.IsZero() {
		return
	}
	then, before := state(due.On), state(due.On.AddDays(-1))
	if then != due.Then || then.Rank() >= today.State.Rank() {
		t.Errorf("%s, judged on %s: on %s it is %s; announced was %s after %s", o.ID, day, due.On, then, due.Then, today.State)
	}
	if before != today.State && (before.Rank() < obligation.Met.Rank() || today.State.Rank() < obligation.Met.Rank()) {
		t.Errorf("%s, judged on %s: the day before %s it is %s, not %s", o.ID, day, due.On, before, today.State)
	}
}

func subjects(reg *register.Register) []obligation.Subject {
	var list []obligation.Subject
	for _, w := range reg.Workloads {
		list = append(list, obligation.Subject{Register: reg, Workload: w})
	}
	for _, o := range reg.Organisations {
		list = append(list, obligation.Subject{Register: reg, Organisation: o})
	}
	for _, s := range reg.Suppliers {
		list = append(list, obligation.Subject{Register: reg, Supplier: s})
	}
	for _, c := range reg.Contracts {
		list = append(list, obligation.Subject{Register: reg, Contract: c})
	}
	for _, f := range reg.Footprints {
		list = append(list, obligation.Subject{Register: reg, Footprint: f})
	}
	return list
}

func BenchmarkOnTheExample(b *testing.B) {
	reg := example()
	for b.Loop() {
		on(today, reg)
	}
}
