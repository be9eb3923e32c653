package tree_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/tape"
	"example.org/muniment/internal/tree"
)

// grown gives a document at random.
func grown(random *rand.Rand, depth int) *tree.Node {
	n := &tree.Node{Kind: tree.Kind(random.IntN(8)), Line: random.IntN(1e6), Column: random.IntN(300)}
	texts := []string{"", "a", "2026-11-20", "a longer text, with “quotes”\nand lines", "\x00\xff"}
	switch {
	case n.Kind == tree.Map && depth > 0:
		for range random.IntN(4) {
			n.Fields = append(n.Fields, tree.Field{Key: texts[1+random.IntN(4)], Line: random.IntN(100), Column: random.IntN(9), Value: grown(random, depth-1)})
		}
	case n.Kind == tree.List && depth > 0:
		for range random.IntN(4) {
			n.Items = append(n.Items, grown(random, depth-1))
		}
	case n.Kind != tree.Map && n.Kind != tree.List:
		n.Text = texts[random.IntN(len(texts))]
	}
	return n
}

// kept appends a document that can be packed.
func kept(t testing.TB, out []byte, n *tree.Node) []byte {
	t.Helper()
	out, ok := tree.Pack(n).Append(out)
	if !ok {
		t.Fatalf("it cannot be kept: %+v", n)
	}
	return out
}

func TestADocumentThatWasAppendedIsReadBack(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		all := []*tree.Node{grown(random, 4), grown(random, 2)}
		in := &tape.Reader{In: kept(t, kept(t, nil, all[0]), all[1])}
		for i, want := range all {
			packed, got, err := tree.Read(in)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Fatalf("document %d is another (-appended +read), %v:\n%s", i, err, diff)
			}
			if diff := cmp.Diff(tree.Pack(want), packed, cmp.AllowUnexported(tree.Packed{})); diff != "" {
				t.Fatalf("document %d is packed otherwise (-packed +read):\n%s", i, diff)
			}
		}
		if len(in.In) > 0 {
			t.Fatalf("%d bytes are left", len(in.In))
		}
	}
}

// TestKeysMayHaveOtherNumbers reads bytes of another run, in which keys were met in another order.
func TestKeysMayHaveOtherNumbers(t *testing.T) {
	t.Parallel()
	// Two nodes and one field, the text "costs", one key; then a group with it.
	kept := []byte("\x02\x01\x05costs\x01\x0anever-seen\x0b\x01\x02\x02\x01\x00\x00\x04\x03\x00\x04\x05")
	_, got, err := tree.Read(&tape.Reader{In: kept})
	want := &tree.Node{Kind: tree.Map, Line: 1, Column: 1, Fields: []tree.Field{
		{Key: "never-seen", Line: 1, Column: 2, Value: &tree.Node{Kind: tree.String, Line: 1, Column: 2, Text: "costs"}},
	}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("it is another (-want +read), %v:\n%s", err, diff)
	}
}

func TestWhatCannotBePackedIsNotAppended(t *testing.T) {
	t.Parallel()
	odd := &tree.Node{Kind: tree.Map, Text: "a group has none"}
	for name, p := range map[string]*tree.Packed{"nothing": nil, "a group with a text": tree.Pack(odd), "loose nodes": tree.Loose(&tree.Node{Kind: tree.Map})} {
		if out, ok := p.Append([]byte("before")); ok || string(out) != "before" {
			t.Errorf("%s is appended: %q", name, out)
		}
		if p.Empty() {
			t.Errorf("%s is empty", name)
		}
	}
}

func TestBytesThatHoldNoDocumentAreAnError(t *testing.T) {
	t.Parallel()
	whole := kept(t, nil, &tree.Node{Kind: tree.Map, Line: 1, Fields: []tree.Field{
		{Key: "kind", Value: &tree.Node{Kind: tree.String, Text: "costs"}},
		{Key: "list", Value: &tree.Node{Kind: tree.List, Items: []*tree.Node{{Kind: tree.Bool, Text: "true"}}}},
	}})
	for n := range whole {
		if _, _, err := tree.Read(&tape.Reader{In: whole[:n]}); !errors.Is(err, tree.ErrAppended) {
			t.Errorf("%d of %d bytes are read as a document: %v", n, len(whole), err)
		}
	}
	for i := range whole {
		for bit := range 8 {
			whole[i] ^= 1 << bit
			if p, n, err := tree.Read(&tape.Reader{In: whole}); err == nil && !cmp.Equal(n, p.Unpack()) {
				t.Errorf("with bit %d of byte %d turned the nodes are %+v and what is packed is %+v", bit, i, n, p.Unpack())
			}
			whole[i] ^= 1 << bit
		}
	}
}

func FuzzRead(f *testing.F) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		f.Add(kept(f, nil, grown(random, 3)))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		p, n, err := tree.Read(&tape.Reader{In: in})
		if err != nil {
			return
		}
		again, m, err := tree.Read(&tape.Reader{In: kept(t, nil, n)})
		if diff := cmp.Diff(n, m); err != nil || diff != "" {
			t.Errorf("read again it is another (%v):\n%s", err, diff)
		}
		if diff := cmp.Diff(p.Unpack(), again.Unpack(), cmp.Comparer(func(a, b []*tree.Node) bool { return len(a) == 0 && len(b) == 0 || cmp.Equal(a, b) })); diff != "" {
			t.Errorf("it is packed otherwise:\n%s", diff)
		}
	})
}
