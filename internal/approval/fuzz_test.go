package approval_test

import (
	"math/rand/v2"
	"testing"

	"example.org/muniment/internal/approval"
)

// chosen gives bytes as random numbers, so that a fuzzer that changes one byte changes one choice. What comes after the last is
// made from a seed.
type chosen struct {
	bytes []byte
	rest  *rand.PCG
}

func (c *chosen) Uint64() uint64 {
	if len(c.bytes) == 0 {
		return c.rest.Uint64()
	}
	n := uint64(c.bytes[0])
	c.bytes = c.bytes[1:]
	return n<<56 | n<<24 // both halves, since small numbers are drawn from 32 bits
}

// FuzzWeigh holds the judge of signed approvals to the second judge: nothing is valid, and no rule holds, unless that says so, too.
func FuzzWeigh(f *testing.F) {
	for seed := range uint64(50) {
		r, some := rand.NewPCG(seed, 23), make([]byte, 400)
		for i := range some {
			some[i] = byte(r.Uint64())
		}
		f.Add(some, seed)
	}
	f.Fuzz(func(t *testing.T, choices []byte, seed uint64) {
		c := anyCase(rand.New(&chosen{choices, rand.NewPCG(seed, 29)}))
		got, want := approval.Weigh(c), oracle(c)
		for i, j := range got.Statements {
			if j.State == approval.Valid && want.states[i] != approval.Valid {
				t.Fatalf("statement %d is valid (%s), the second judge says %s", i, j.Text, want.states[i])
			}
			if j.State != want.states[i] {
				t.Fatalf("statement %d is %s (%s), the second judge says %s", i, j.State, j.Text, want.states[i])
			}
		}
		for i, r := range got.Rules {
			if r.Holds != want.holds[i] {
				t.Fatalf("rule %d holds: %v (%q), the second judge says %v", i, r.Holds, r.Reasons, want.holds[i])
			}
		}
	})
}
