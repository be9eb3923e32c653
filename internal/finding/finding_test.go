package finding_test

import (
	"testing"

	"example.org/muniment/internal/finding"
	"github.com/google/go-cmp/cmp"
)

func TestPlace(t *testing.T) {
	for claim, c := range map[string]struct {
		place finding.Place
		want  string
	}{
		"a place is path, line and column":        {finding.Place{Path: "a/b.yaml", Line: 3, Column: 9}, "a/b.yaml:3:9"},
		"a whole file has no line":                {finding.Place{Path: "a/b.yaml"}, "a/b.yaml"},
		"a line without a column begins at 1":     {finding.Place{Path: "a", Line: 2}, "a:2:1"},
		"a path cannot steer the terminal":        {finding.Place{Path: "a\x1b[2Jb"}, `"a\x1b[2Jb"`},
		"a path cannot pretend to be two lines":   {finding.Place{Path: "a\nb", Line: 1, Column: 1}, `"a\nb":1:1`},
		"a path with other letters shows as code": {finding.Place{Path: "ä"}, `"\u00e4"`},
	} {
		if got := c.place.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", claim, got, c.want)
		}
	}
}

func TestFindingsComeInTheOrderOfTheFile(t *testing.T) {
	at := func(path string, line, column int, code string) finding.Finding {
		return finding.Finding{Place: finding.Place{Path: path, Line: line, Column: column}, Code: code}
	}
	got := []finding.Finding{at("b", 1, 1, "x"), at("a", 2, 1, "x"), at("a", 1, 9, "x"), at("a", 1, 2, "z"), at("a", 1, 2, "y")}
	finding.Sort(got)
	want := []finding.Finding{at("a", 1, 2, "y"), at("a", 1, 2, "z"), at("a", 1, 9, "x"), at("a", 2, 1, "x"), at("b", 1, 1, "x")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWarningsDoNotRefuse(t *testing.T) {
	fs := []finding.Finding{{Severity: finding.Error}, {Severity: finding.Warning}, {Severity: finding.Error}}
	if got := finding.Errors(fs); got != 2 {
		t.Errorf("counted %d errors, want 2", got)
	}
}
