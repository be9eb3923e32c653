package tape_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/tape"
)

func TestWhatWasWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	numbers, signed, texts := []uint64{0, 1, 127, 128, math.MaxUint64}, []int{0, -1, 1, math.MinInt, math.MaxInt}, []string{"", "a", "two\nlines", "\x00\xff"}
	var out []byte
	for _, n := range numbers {
		out = tape.AppendNumber(out, n)
	}
	for _, n := range signed {
		out = tape.AppendSigned(out, n)
	}
	for _, s := range texts {
		out = tape.AppendText(out, s)
	}
	out = append(out, 'x', 'y', 'z')
	for cut := range len(out) + 1 {
		r := &tape.Reader{In: out[:cut]}
		for _, want := range numbers {
			if got := r.Number(); got != want && !r.Bad {
				t.Errorf("of %d bytes %d is read as %d", cut, want, got)
			}
		}
		for _, want := range signed {
			if got := r.Signed(); got != want && !r.Bad {
				t.Errorf("of %d bytes %d is read as %d", cut, want, got)
			}
		}
		for _, want := range texts {
			if got := r.Text(); got != want && !r.Bad {
				t.Errorf("of %d bytes %q is read as %q", cut, want, got)
			}
		}
		if got := string(r.Next(2)) + string(r.Byte()); got != "xyz" && !r.Bad {
			t.Errorf("of %d bytes the last three are read as %q", cut, got)
		}
		if r.Bad != (cut < len(out)) || len(r.In) > 0 {
			t.Errorf("of %d bytes of %d: bad is %t, and %d are left", cut, len(out), r.Bad, len(r.In))
		}
	}
}

func TestACountIsBelievedAsFarAsThereAreBytes(t *testing.T) {
	t.Parallel()
	for n, bad := range map[uint64]bool{0: false, 2: false, 3: true, math.MaxUint64: true} {
		r := &tape.Reader{In: append(tape.AppendNumber(nil, n), 1, 2)}
		if got := r.Count(); r.Bad != bad || !bad && uint64(got) != n || bad && got != 0 {
			t.Errorf("%d things in two bytes are read as %d, bad is %t", n, got, r.Bad)
		}
	}
}

func TestWhatIsKeptStaysAsItWas(t *testing.T) {
	t.Parallel()
	var k tape.Keeper
	var given, kept []string
	for i := range 5000 {
		given = append(given, strings.Repeat(string(rune('a'+i%26)), i*7%400), "")
	}
	given = append(given, strings.Repeat("long", 100_000), "after")
	for _, text := range given {
		kept = append(kept, k.Keep(text))
	}
	if !slices.Equal(kept, given) {
		t.Error("a text that was kept is another now")
	}
}

func TestIDsAreReadBack(t *testing.T) {
	t.Parallel()
	list := []string{"", "0a", strings.Repeat("0123456789abcdef", 4)[:40], strings.Repeat("f", 64), "ABCD", "abc", "not in hexadecimal", "\x00"}
	for _, id := range list {
		out := append(tape.AppendID(nil, id), 'x')
		r := &tape.Reader{In: out}
		if got := r.ID(); got != id || string(r.In) != "x" {
			t.Errorf("%q is read as %q, and %q is left", id, got, r.In)
		}
		r = &tape.Reader{In: out}
		if got := r.IDAsWritten(); string(got)+"x" != string(out) {
			t.Errorf("%q was written as %q, and is gone over as %q", id, out, got)
		}
		for cut := range len(out) - 1 {
			if r := (&tape.Reader{In: out[:cut]}); r.ID() != "" || !r.Bad {
				t.Errorf("%q is read from %d bytes of %d", id, cut, len(out)-1)
			}
		}
	}
	if r := (&tape.Reader{In: tape.AppendNumber(nil, math.MaxUint64)}); r.ID() != "" || !r.Bad {
		t.Error("an id longer than anything can be is read")
	}
}
