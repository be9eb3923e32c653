package timeline_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/timeline"
)

func document(t *testing.T, src string) *record.Record {
	t.Helper()
	if src == "" {
		return nil
	}
	node, findings := strictyaml.Read("a.yaml", []byte(src), strictyaml.Limits{})
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	return record.New("a.yaml", "", node)
}

func TestFields(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, old, now string
		want            []string
	}{
		{"nothing changed", "a: 1\n", "a: 1\n", nil},
		{"the order of fields is nothing", "a: 1\nb: 2\n", "b: 2\na: 1\n", nil},
		{"a value", "a: {b: x}\n", "a: {b: z}\n", []string{"a.b changed x > z"}},
		{"a field came and another went", "a: x\n", "b: z\n", []string{"b added  > z", "a removed x > "}},
		{"a whole group is told by its name", "a: x\n", "a: x\ng: {h: z}\n", []string{"g added  > "}},
		{"a list of values as a whole", "l: [a, b]\n", "l: [a, c]\n", []string{"l changed a, b > a, c"}},
		{"an item put in at the top", "l: [{id: a, x: 1}]\n", "l: [{id: b, x: 2}, {id: a, x: 1}]\n", []string{"l.0 added  > b"}},
		{"an item taken out", "l: [{id: b, x: 2}, {id: a, x: 1}]\n", "l: [{id: a, x: 3}]\n", []string{"l.0.x changed 1 > 3", "l.0 removed b > "}},
		{"items without a name, by position", "l: [{x: 1}, {x: 2}]\n", "l: [{x: 1}, {x: 3}]\n", []string{"l.1.x changed 2 > 3"}},
		{"another sort of value", "a: x\n", "a: [x, z]\n", []string{"a changed x > x, z"}},
		{"prose is not repeated", "a: " + strings.Repeat("word ", 60) + "\n", "a: x\n", []string{"a changed  > x"}},
		{"a record that came", "", "a: x\n", []string{"a added  > x"}},
		{"a record that went", "a: x\n", "", []string{"a removed x > "}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range timeline.Fields(document(t, c.old), document(t, c.now)) {
				got = append(got, f.Path+" "+f.How+" "+f.Old+" > "+f.New)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSectionsOfProse(t *testing.T) {
	t.Parallel()
	with := func(sections ...record.Section) *record.Record {
		r := document(t, "a: x\n")
		r.Prose = &record.Prose{Sections: sections}
		return r
	}
	old := with(record.Section{Heading: "One", Text: "a"}, record.Section{Heading: "Two", Text: "b"})
	now := with(record.Section{Heading: "One", Text: "c"}, record.Section{Heading: "Three", Text: "d"})
	want := []timeline.Field{{Path: "section “One”", How: "changed"}, {Path: "section “Three”", How: "added"}, {Path: "section “Two”", How: "removed"}}
	if diff := cmp.Diff(want, timeline.Fields(old, now)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
