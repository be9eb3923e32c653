package approval_test

import (
	"math/rand/v2"
	"testing"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/fuzztest"
)

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
		c := anyCase(fuzztest.Choices(choices, seed))
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
