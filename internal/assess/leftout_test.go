package assess_test

import (
	"slices"
	"testing"

	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
)

// TestRefusedRecordsAreNeverMet adds one unreadable record to a register in which everything is met.
func TestRefusedRecordsAreNeverMet(t *testing.T) {
	t.Parallel()
	const home = "evidence/organisations/ZZ1/"
	for _, c := range []struct {
		claim, path string
		archive     obligation.State // of the production workload
		trial       obligation.State // of the trial, which rests on less
	}{
		{"nothing refused", "", obligation.Met, obligation.Met},
		{"a decision that might take an approval back", archive + "approvals/2026-11-01-siro.yaml", obligation.Incomplete, obligation.Met},
		{"a record of another workload is no matter", workloads + "trial/reviews/2026-11-01.yaml", obligation.Met, obligation.Incomplete},
		{"a notice of a supplier it relies on", "evidence/suppliers/acme/notices/2026-11-01-move.yaml", obligation.Incomplete, obligation.Incomplete},
		{"the controller's policy", home + "policy.yaml", obligation.Incomplete, obligation.Incomplete},
		{"an acceptance of a supplier nobody uses", home + "suppliers/nobody.yaml", obligation.Met, obligation.Met},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			list := files(t)
			read(t, list) // fills the digests in
			if c.path != "" {
				list = with(list, c.path, "kind: [\n")
			}
			result, err := load.Tree(t.Context(), list, load.Options{})
			if err != nil {
				t.Fatal(err)
			}
			reg := result.Register
			for id, want := range map[string]obligation.State{"ZZ1/archive": c.archive, "ZZ1/trial": c.trial} {
				s := workload(t, reg, today, id)
				if s.Status.State != want {
					t.Errorf("%s is %s, want %s", id, s.Status.State, want)
				}
				if (want == obligation.Incomplete) != slices.Contains(s.LeftOut, c.path) {
					t.Errorf("%s names %v", id, s.LeftOut)
				}
			}
		})
	}
}
