package site

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/report"
)

func TestTheHardestObligationsComeFirst(t *testing.T) {
	t.Parallel()
	row := func(id string, lowering, applies int) obligationRow {
		return obligationRow{Obligation: &report.Obligation{ID: id}, Lowering: lowering, Applies: applies}
	}
	var got []string
	for _, r := range hardestFirst([]obligationRow{
		row("nobody", 0, 0), row("none of ten", 0, 10), row("a third", 1, 3), row("nobody, later", 0, 0), row("333 of 1000", 333, 1000), row("one of one", 1, 1),
		row("two of six", 2, 6), row("a third, later", 1, 3), row("all of nine", 9, 9),
	}) {
		got = append(got, r.ID)
	}
	want := []string{"all of nine", "one of one", "two of six", "a third", "a third, later", "333 of 1000", "none of ten", "nobody", "nobody, later"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}

func TestAShareIsNeverRoundedToNoneOrAll(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lowering, applies, want int }{{0, 0, 0}, {0, 9, 0}, {1, 10000, 1}, {9999, 10000, 99}, {5, 5, 100}, {1, 3, 33}, {2, 3, 67}} {
		if got := (obligationRow{Lowering: c.lowering, Applies: c.applies}).Percent(); got != c.want {
			t.Errorf("%d of %d is %d%%, want %d%%", c.lowering, c.applies, got, c.want)
		}
	}
}
