package approval_test

import (
	"math/rand/v2"
	"testing"

	"example.org/muniment/internal/approval"
)

// tape decides by the bytes of an input, one for each decision, and by a fixed sequence after its end.
type tape struct {
	bytes []byte
	rest  *rand.PCG
}

func (t *tape) Uint64() uint64 {
	if len(t.bytes) == 0 {
		return t.rest.Uint64()
	}
	b := uint64(t.bytes[0])
	t.bytes = t.bytes[1:]
	return b<<56 | b<<24 // what is drawn is drawn from the upper bits
}

// FuzzWeigh lets the input decide what a case holds. A statement is valid and a rule holds only when the second judge says so too.
func FuzzWeigh(f *testing.F) {
	r := rand.New(rand.NewPCG(1, 19))
	for range 50 {
		src := make([]byte, 200)
		for i := range src {
			src[i] = byte(r.IntN(256))
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		c := anyCase(rand.New(&tape{src, rand.NewPCG(7, 19)}))
		got, want := approval.Weigh(c), oracle(c)
		for i, j := range got.Statements {
			if j.State != want.states[i] {
				t.Errorf("statement %d is %s (%s), the second judge says %s", i, j.State, j.Text, want.states[i])
			}
		}
		for i, r := range got.Rules {
			if r.Holds != want.holds[i] {
				t.Errorf("rule %d holds: %t (%q), the second judge says %t", i, r.Holds, r.Reasons, want.holds[i])
			}
		}
	})
}
