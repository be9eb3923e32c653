package tree_test

import (
	"testing"

	"example.org/muniment/internal/tree"
	"github.com/google/go-cmp/cmp"
)

// sample is {name: "A \"b\"", size: 3, live: true, share: 0.50, places: [{country: GB}]}.
func sample() *tree.Node {
	text := func(s string, line int) *tree.Node {
		return &tree.Node{Kind: tree.String, Text: s, Line: line, Column: 7}
	}
	return &tree.Node{Kind: tree.Map, Line: 1, Column: 1, Fields: []tree.Field{
		{Key: "name", Line: 1, Column: 1, Value: text(`A "b"`, 1)},
		{Key: "size", Line: 2, Column: 1, Value: &tree.Node{Kind: tree.Int, Text: "3", Line: 2, Column: 7}},
		{Key: "live", Line: 3, Column: 1, Value: &tree.Node{Kind: tree.Bool, Text: "true", Line: 3, Column: 7}},
		{Key: "share", Line: 4, Column: 1, Value: &tree.Node{Kind: tree.Number, Text: "0.50", Line: 4, Column: 8}},
		{Key: "places", Line: 5, Column: 1, Value: &tree.Node{Kind: tree.List, Line: 6, Column: 3, Items: []*tree.Node{
			{Kind: tree.Map, Line: 6, Column: 5, Fields: []tree.Field{{Key: "country", Line: 6, Column: 5, Value: text("GB", 6)}}},
		}}},
	}}
}

func TestLookup(t *testing.T) {
	n := sample()
	for path, want := range map[string]string{"name": `A "b"`, "size": "3", "places.0.country": "GB"} {
		if got := n.Lookup(path); got == nil || got.Text != want {
			t.Errorf("%s: got %v, want %q", path, got, want)
		}
	}
	for _, path := range []string{"nothing", "name.more", "places.1", "places.x", "places.-1", "places.0.region"} {
		if got := n.Lookup(path); got != nil {
			t.Errorf("%s: found %v where there is nothing", path, got)
		}
	}
	if n.Lookup("") != n {
		t.Error("the empty path is not the node itself")
	}
	var none *tree.Node
	if none.Lookup("a") != nil || none.Get("a") != nil {
		t.Error("no node has fields")
	}
}

func TestNearestPointsAtTheGroupAroundWhatIsMissing(t *testing.T) {
	n := sample()
	for path, line := range map[string]int{"places.0.region": 6, "places.3.country": 6, "nothing.at.all": 1, "size": 2} {
		if got := n.Nearest(path); got.Line != line {
			t.Errorf("%s: line %d, want %d", path, got.Line, line)
		}
	}
}

func TestDecodeKeepsOrderAndDigits(t *testing.T) {
	const want = `{"name":"A \"b\"","size":3,"live":true,"share":0.50,"places":[{"country":"GB"}]}`
	if got := string(sample().AppendJSON(nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var v struct {
		Name   string
		Size   int
		Live   bool
		Places []struct{ Country string }
	}
	if err := sample().Decode(&v); err != nil {
		t.Fatal(err)
	}
	if v.Name != `A "b"` || v.Size != 3 || !v.Live || v.Places[0].Country != "GB" {
		t.Errorf("decoded %+v", v)
	}
	var wrong struct{ Name int }
	if err := sample().Decode(&wrong); err == nil {
		t.Error("text went into a number")
	}
}

func TestWalkVisitsParentsFirst(t *testing.T) {
	var got []string
	sample().Walk(func(path string, _ *tree.Node) { got = append(got, path) })
	want := []string{"", "name", "size", "live", "share", "places", "places.0", "places.0.country"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
