package load_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/schema"
	"example.org/muniment/internal/tree"
	"example.org/muniment/schemas"
)

// TestGoTypesMirrorSchemas compares the fields of every Go type with those of its CUE definition, both ways: a field that
// only one of them knows would be lost in silence, or never filled.
func TestGoTypesMirrorSchemas(t *testing.T) {
	t.Parallel()
	set, err := schema.Load(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	// Local choices are looked up in the tree, so that their place can be shown; see record.Policy.
	inTree := func(field string) bool {
		return strings.HasPrefix(field, "cadences") || strings.HasPrefix(field, "limits")
	}
	header := []string{"schema", "kind", "visibility", "formerly"}
	seen := make(map[record.Kind]bool)
	for _, home := range record.Homes() {
		if seen[home.Kind] {
			continue
		}
		seen[home.Kind] = true
		var want []string
		for _, f := range set.Fields(string(home.Kind)) {
			name := strings.TrimSuffix(f.Path, ".[]")
			if !slices.Contains(header, name) && !inTree(name) {
				want = append(want, plain(name))
			}
		}
		r := record.New("", home.Kind, &tree.Node{Kind: tree.Map})
		if err := r.Decode(); err != nil {
			t.Fatal(err)
		}
		var got []string
		goFields(reflect.TypeOf(r.Value).Elem(), "", &got)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(slices.Compact(want), slices.Compact(got)); diff != "" {
			t.Errorf("%s (-schema +Go):\n%s", home.Kind, diff)
		}
	}
	if len(seen) != len(set.Kinds()) {
		t.Errorf("%d kinds have a home, %d have a schema", len(seen), len(set.Kinds()))
	}
}

// plain drops the marks of lists and free names from a path: what is left is the same in Go.
func plain(path string) string {
	var steps []string
	for step := range strings.SplitSeq(strings.ReplaceAll(path, "[]", ".[]"), ".") {
		if step != "" && step != "[]" && !strings.HasPrefix(step, "<") {
			steps = append(steps, step)
		}
	}
	return strings.Join(steps, ".")
}

func goFields(t reflect.Type, path string, out *[]string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || strings.HasSuffix(t.PkgPath(), "/calendar") {
		return
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			goFields(f.Type, path, out)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		at := strings.TrimPrefix(path+"."+name, ".")
		*out = append(*out, at)
		goFields(f.Type, at, out)
	}
}
