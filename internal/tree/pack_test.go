package tree_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/tree"
)

func drawTree(t *rapid.T, depth int) *tree.Node {
	n := &tree.Node{Line: rapid.IntRange(0, 70_000).Draw(t, "line"), Column: rapid.IntRange(0, 300).Draw(t, "column")}
	switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
	case kind == 0 && depth > 0:
		n.Kind, n.Fields = tree.Map, []tree.Field{}
		for range rapid.IntRange(0, 4).Draw(t, "fields") {
			n.Fields = append(n.Fields, tree.Field{
				Key: rapid.SampledFrom([]string{"a", "b", "c", "kind"}).Draw(t, "key"), Line: 3, Column: 5, Value: drawTree(t, depth-1),
			})
		}
	case kind == 1 && depth > 0:
		n.Kind = tree.List
		for range rapid.IntRange(0, 4).Draw(t, "items") {
			n.Items = append(n.Items, drawTree(t, depth-1))
		}
	default:
		n.Kind, n.Text = tree.String, rapid.StringN(0, 5, -1).Draw(t, "text")
	}
	return n
}

// equal compares documents; a group or list of nothing is equal to another.
func equal(a, b *tree.Node) bool {
	return cmp.Equal(a, b, cmp.Comparer(func(x, y []tree.Field) bool {
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if x[i].Key != y[i].Key || x[i].Line != y[i].Line || x[i].Column != y[i].Column || !equal(x[i].Value, y[i].Value) {
				return false
			}
		}
		return true
	}), cmp.Comparer(func(x, y []*tree.Node) bool {
		if len(x) != len(y) {
			return false
		}
		for i := range x {
			if !equal(x[i], y[i]) {
				return false
			}
		}
		return true
	}))
}

func TestUnpackGivesWhatWasPacked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := drawTree(rt, 4)
		p := tree.Pack(n)
		if got := p.Unpack(); !equal(n, got) {
			rt.Fatalf("packed %s, got %s", n.AppendJSON(nil), got.AppendJSON(nil))
		}
		for _, key := range []string{"a", "kind", "nothing"} {
			text, ok := p.Scalar(key)
			want := n.Get(key)
			if isScalar := want != nil && want.Kind == tree.String; ok != isScalar || ok && text != want.Text {
				rt.Fatalf("%s of %s: %q, %v", key, n.AppendJSON(nil), text, ok)
			}
		}
	})
	if tree.Pack(nil).Unpack() != nil {
		t.Error("nothing became something")
	}
}

func TestSettlingChangesNothingButWhereTextsAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := drawTree(rt, 4)
		want := tree.Pack(n).Unpack()
		p := tree.Settle(n)
		if !equal(n, want) || !equal(p.Unpack(), want) {
			rt.Fatalf("settled %s, got %s and packed %s", want.AppendJSON(nil), n.AppendJSON(nil), p.Unpack().AppendJSON(nil))
		}
	})
	if tree.Settle(nil) != nil {
		t.Error("nothing became something")
	}
}

func TestDocumentsThatCannotBePackedAreKept(t *testing.T) {
	t.Parallel()
	n := &tree.Node{Kind: tree.Map, Text: "a group with a text", Fields: []tree.Field{
		{Key: "a", Value: &tree.Node{Kind: tree.String, Text: "x"}}, {Key: "b", Value: &tree.Node{Kind: tree.List}},
	}}
	p := tree.Pack(n)
	if p.Unpack() != n {
		t.Error("another document came back")
	}
	if text, ok := p.Scalar("a"); text != "x" || !ok {
		t.Error("its field is lost")
	}
	if _, ok := p.Scalar("b"); ok {
		t.Error("a list is no text")
	}
}

func BenchmarkUnpack(b *testing.B) {
	n := &tree.Node{Kind: tree.Map}
	for i := range 40 {
		n.Fields = append(n.Fields, tree.Field{Key: strings.Repeat("k", i%7+1), Value: &tree.Node{Kind: tree.String, Text: "some text"}})
	}
	p := tree.Pack(n)
	b.ReportAllocs()
	for b.Loop() {
		p.Unpack()
	}
}
