package schema

import (
	"math/rand/v2"
	"testing"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/tree"
)

func TestEverySampleIsAccepted(t *testing.T) {
	t.Parallel()
	s := loadSchemas(t)
	for _, sm := range samples(t, s) {
		if fs := check(s, sm.kind, block(sm.node)); len(fs) > 0 {
			t.Errorf("%s: %v\n%s", sm.name, fs, block(sm.node))
		}
	}
}

// The model only explains, but an explanation that is missing or made up would mislead. So on every mutation the model must
// find something exactly when CUE refuses.
func TestModelExplainsWhatCUERefuses(t *testing.T) {
	t.Parallel()
	s := loadSchemas(t)
	rounds := 2500
	if testing.Short() {
		rounds = 300
	}
	r := rand.New(rand.NewPCG(1, 2))
	valid := samples(t, s)
	r.Shuffle(len(valid), func(i, j int) { valid[i], valid[j] = valid[j], valid[i] })
	tried, refused := 0, 0
	for i := range rounds {
		sm := valid[i%len(valid)]
		n := clone(sm.node)
		what := sm.name + ": " + mutate(r, n)
		for r.IntN(4) == 0 {
			what += "; " + mutate(r, n)
		}
		n, fs := strictyaml.Read("record.yaml", block(n), strictyaml.Limits{})
		if n == nil {
			if finding.Errors(fs) == 0 {
				t.Errorf("%s: refused without a reason", what)
			}
			continue
		}
		tried++
		if compareWithModel(t, s, sm.kind, what, n) {
			refused++
		}
	}
	t.Logf("%d mutations, %d refused", tried, refused)
}

func compareWithModel(t *testing.T, s *Set, kind, what string, n *tree.Node) (refused bool) {
	t.Helper()
	complaints, err := s.verdict(kind, n)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	problems := explain(s.records[kind].shape, n)
	if (len(complaints) > 0) != (len(problems) > 0) {
		t.Errorf("%s: CUE has %d complaints %v, the model %v\n%s", what, len(complaints), complaints, problems, block(n))
	}
	for _, f := range s.Check("record.yaml", kind, n) {
		if f.Line < 1 || f.Column < 1 || f.Message == "" || f.Remedy == "" {
			t.Errorf("%s: a finding without a place or words: %+v", what, f)
		}
	}
	return len(complaints) > 0
}
