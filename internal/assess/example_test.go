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
	a := on(today, reg)
	days := make(map[string]*assess.Assessment)
	at := func(day string) *assess.Assessment {
		if days[day] == nil {
			days[day] = on(parse(day), reg)
		}
		return days[day]
	}
	for i, s := range a.Subjects {
		for k, v := range s.Verdicts {
			if v.Due.On.IsZero() || v.Excepted != nil {
				continue
			}
			then := at(v.Due.On.String()).Subjects[i].Verdicts[k]
			before := at(v.Due.On.AddDays(-1).String()).Subjects[i].Verdicts[k]
			if then.State != v.Due.Then || then.State.Rank() >= v.State.Rank() {
				t.Errorf("%s %s: on %s it is %s; announced was %s after %s", s.ID, v.Obligation.ID, v.Due.On, then.State, v.Due.Then, v.State)
			}
			if before.State != v.State && (before.State.Lowers() || v.State.Lowers()) {
				t.Errorf("%s %s: the day before %s it is %s, today %s", s.ID, v.Obligation.ID, v.Due.On, before.State, v.State)
			}
		}
	}
}
