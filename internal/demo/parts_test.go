package demo

import (
	"testing"
	"time"

	"example.org/muniment/internal/strictyaml"
	"github.com/google/go-cmp/cmp"
)

func TestDiceNeverChange(t *testing.T) {
	t.Parallel()
	d := roll(1, 2, 3)
	got := []uint64{d.next(), d.next(), uint64(d.below(1000)), uint64(d.between(5, 6))}
	want := []uint64{12403509836393295216, 15368993921531921315, 191, 5}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSummerTimeIsThatOfLondon(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for noon := time.Date(2014, 1, 1, 12, 0, 0, 0, time.UTC); noon.Year() < 2029; noon = noon.AddDate(0, 0, 1) {
		if got, want := summer(noon.Year(), int(noon.Month()), noon.Day()), noon.In(london).IsDST(); got != want {
			t.Fatalf("summer time on %s: %v, want %v", noon.Format(time.DateOnly), got, want)
		}
	}
}

func TestCodesAreNeverGivenTwice(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for n := range maxOrganisations {
		code := odsCode(n)
		if before, ok := seen[code]; ok {
			t.Fatalf("organisations %d and %d are both %s", before, n, code)
		}
		seen[code] = n
	}
}

func TestTextsAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"plain", "2022", "1.0", "2026-11", "yes", "a: b", "ends:", "it's", "- dash", "[list]", "a #hash", "'quoted'", "*", "#",
		"A text that is a good deal longer than one line may be, so that it has to be folded at a space without a word lost, twice if need be, or even more often than that.",
		"evidence/organisations/Z0A0A/workloads/a-name-that-goes-on-for-quite-a-while-and-has-no-space-in-it/approvals/2026-11-20-caldicott-guardian.yaml",
	} {
		s := &sheet{}
		s.field(0, "text", text)
		s.group(0, "list")
		s.field(1, "- text", text)
		s.field(2, "more", text)
		node, findings := strictyaml.Read("x.yaml", s.b, strictyaml.Limits{})
		if len(findings) > 0 {
			t.Errorf("%q: %v in\n%s", text, findings, s.b)
			continue
		}
		for _, at := range []string{"text", "list.0.text", "list.0.more"} {
			if got := node.Lookup(at); got == nil || got.Text != text {
				t.Errorf("%q was read as %+v from\n%s", text, got, s.b)
			}
		}
	}
}
