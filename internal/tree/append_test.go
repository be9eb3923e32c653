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
	n.Text = texts[random.IntN(len(texts))]
	if depth == 0 {
		return n
	}
	for range random.IntN(4) {
		n.Fields = append(n.Fields, tree.Field{Key: texts[1+random.IntN(4)], Line: random.IntN(100), Column: random.IntN(9), Value: grown(random, depth-1)})
	}
	for range random.IntN(4) {
		n.Items = append(n.Items, grown(random, depth-1))
	}
	return n
}

func TestADocumentThatWasAppendedIsReadBack(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		first, second := grown(random, 4), grown(random, 2)
		kept := tree.Append(tree.Append(nil, first), second)
		in := &tape.Reader{In: kept}
		got, err := tree.Read(in)
		if diff := cmp.Diff(first, got); err != nil || diff != "" {
			t.Fatalf("the first is another (-appended +read), %v:\n%s", err, diff)
		}
		got, err = tree.Read(in)
		if diff := cmp.Diff(second, got); err != nil || diff != "" || len(in.In) > 0 {
			t.Fatalf("the second is another (-appended +read), %v, and %d bytes are left:\n%s", err, len(in.In), diff)
		}
	}
}

func TestBytesThatHoldNoDocumentAreAnError(t *testing.T) {
	t.Parallel()
	whole := tree.Append(nil, &tree.Node{Kind: tree.Map, Line: 1, Fields: []tree.Field{{Key: "kind", Value: &tree.Node{Kind: tree.String, Text: "costs"}}}})
	for n := range whole {
		if _, err := tree.Read(&tape.Reader{In: whole[:n]}); !errors.Is(err, tree.ErrAppended) {
			t.Errorf("%d of %d bytes are read as a document: %v", n, len(whole), err)
		}
	}
}

func FuzzRead(f *testing.F) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		f.Add(tree.Append(nil, grown(random, 3)))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		n, err := tree.Read(&tape.Reader{In: in})
		if err != nil {
			return
		}
		again, err := tree.Read(&tape.Reader{In: tree.Append(nil, n)})
		if diff := cmp.Diff(n, again); err != nil || diff != "" {
			t.Errorf("read again it is another (%v):\n%s", err, diff)
		}
	})
}
