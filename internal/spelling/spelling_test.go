package spelling

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"abc", "acme-hosting", "acme-hosting-2", "zeta", "Überweisung"}
	for _, c := range []struct{ claim, written, want string }{
		{"the name itself", "zeta", "zeta"},
		{"a letter missing", "acm-hosting", "acme-hosting"},
		{"two letters changed places", "amce-hosting", "acme-hosting"},
		{"another case", "ACME-hosting", "acme-hosting"},
		{"no hyphens", "acmehosting", "acme-hosting"},
		{"underscores", "acme_hosting", "acme-hosting"},
		{"the nearest of two", "acme-hosting-3", "acme-hosting-2"},
		{"letters of more than one byte", "Uberweisung", "Überweisung"},
		{"one letter of a short word", "abd", "abc"},
		{"two letters of a short word", "add", ""},
		{"nothing like it", "network", ""},
		{"nothing", "", ""},
		{"hyphens alone", "--", ""},
		{"far too long", "acme-hosting-acme-hosting-acme-hosting-acme-hosting-acme-hosting-acme-hosting-acme", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := Nearest(c.written, names); got != c.want {
				t.Errorf("Nearest(%q) = %q, want %q", c.written, got, c.want)
			}
		})
	}
}

func TestCapital(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ claim, written, want string }{
		{"a word", "own-test", "Own-test"},
		{"a sentence", "the disk is broken", "The disk is broken"},
		{"one that has it", "DPIA", "DPIA"},
		{"a letter of more than one byte", "über", "Über"},
		{"nothing", "", ""},
	} {
		if got := Capital(c.written); got != c.want {
			t.Errorf("%s: %q", c.claim, got)
		}
	}
}

func TestNearestIDs(t *testing.T) {
	t.Parallel()
	ids := []string{"Z9A1A/imaging-archive", "Z9B2C/virtual-ward", "Z9C3D/virtual-ward"}
	for _, c := range []struct {
		claim, written string
		want           []string
	}{
		{"a whole id", "Z9A1A/imaging-archve", ids[:1]},
		{"the name alone", "imagingarchive", ids[:1]},
		{"the name alone, where two have it", "virtual-wrd", ids[1:]},
		{"a whole id, where another organisation has the name", "Z9C3D/virtual-wrd", ids[2:]},
		{"another organisation's", "Z9X9X/imaging", nil},
		{"nothing like it", "payroll", nil},
		{"nothing", "", nil},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := NearestIDs(c.written, ids); !slices.Equal(got, c.want) {
				t.Errorf("NearestIDs(%q) = %q, want %q", c.written, got, c.want)
			}
		})
	}
}

func TestOneOf(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "d", "e"}
	for n, want := range []string{"", "a", "a or b", "a, b or c", "a, b, c or 1 more", "a, b, c or 2 more"} {
		if got := OneOf(names[:n]); got != want {
			t.Errorf("%d names: %q, want %q", n, got, want)
		}
	}
}

// TestDistanceIsByDefinition compares with the definition, worked out the slow way.
func TestDistanceIsByDefinition(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	word := func() []rune {
		w := make([]rune, random.IntN(8))
		for i := range w {
			w[i] = 'a' + rune(random.IntN(3))
		}
		return w
	}
	for range 20_000 {
		a, b, limit := word(), word(), random.IntN(5)
		want := slow(a, b)
		if got := distance(a, b, limit); min(got, limit+1) != min(want, limit+1) {
			t.Fatalf("distance(%q, %q, %d) = %d, want %d", string(a), string(b), limit, got, want)
		}
	}
}

func slow(a, b []rune) int {
	switch {
	case len(a) == 0:
		return len(b)
	case len(b) == 0:
		return len(a)
	}
	x, y := len(a)-1, len(b)-1
	best := min(slow(a[:x], b)+1, slow(a, b[:y])+1)
	cost := 1
	if a[x] == b[y] {
		cost = 0
	}
	best = min(best, slow(a[:x], b[:y])+cost)
	if x > 0 && y > 0 && a[x] == b[y-1] && a[x-1] == b[y] {
		best = min(best, slow(a[:x-1], b[:y-1])+1)
	}
	return best
}
