package statement_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/statement"
	"example.org/muniment/schemas"
)

// TestReleasedHoldsThisProgram is what keeps the list from being forgotten when the rules change.
func TestReleasedHoldsThisProgram(t *testing.T) {
	own, err := statement.RulesOf(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		renew(t, own)
		return
	}
	list := statement.Released()
	if len(list) == 0 || list[len(list)-1].Rules != own {
		t.Errorf("released.txt does not end with the rules of this program: run go test ./internal/statement -run Released -update")
	}
}

// renew writes the present rules over a last line that nobody released, or below one that somebody did.
func renew(t *testing.T, own statement.Rules) {
	t.Helper()
	text, err := os.ReadFile("released.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	list := statement.Released()
	switch last := list[len(list)-1]; {
	case last.Rules == own:
		return
	case last.Version == "next":
		lines = lines[:len(lines)-1]
	}
	lines = append(lines, "next "+own.Schemas+" "+own.Catalogue)
	if err := os.WriteFile("released.txt", []byte(strings.Join(lines, "\n")+"\n"), 0o666); err != nil {
		t.Fatal(err)
	}
}

func TestReleasedIsWellFormed(t *testing.T) {
	digest := regexp.MustCompile(`^[0-9a-f]{64}$`)
	var versions []string
	var rules []statement.Rules
	for i, r := range statement.Released() {
		if !digest.MatchString(r.Rules.Schemas) || !digest.MatchString(r.Rules.Catalogue) {
			t.Errorf("%s has no two digests", r.Version)
		}
		if slices.Contains(versions, r.Version) || slices.Contains(rules, r.Rules) {
			t.Errorf("%s or its rules stand there twice", r.Version)
		}
		if r.Version == "next" && i != len(statement.Released())-1 {
			t.Error("something stands behind what is not released")
		}
		versions, rules = append(versions, r.Version), append(rules, r.Rules)
	}
}
