package schema

import (
	"math/rand/v2"
	"testing"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/strictyaml"
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
	rounds := 60
	if testing.Short() {
		rounds = 5
	}
	r := rand.New(rand.NewPCG(1, 2))
	tried, refused := 0, 0
	for _, sm := range samples(t, s) {
		for range rounds {
			n := clone(sm.node)
			what := mutate(r, n)
			for r.IntN(4) == 0 {
				what += "; " + mutate(r, n)
			}
			n, fs := strictyaml.Read("record.yaml", block(n), strictyaml.Limits{})
			if n == nil {
				if finding.Errors(fs) == 0 {
					t.Errorf("%s: %s: refused without a reason", sm.name, what)
				}
				continue
			}
			complaints, err := s.verdict(sm.kind, n)
			if err != nil {
				t.Fatalf("%s: %s: %v", sm.name, what, err)
			}
			problems := explain(s.records[sm.kind].shape, n)
			tried++
			if len(complaints) > 0 {
				refused++
			}
			if (len(complaints) > 0) != (len(problems) > 0) {
				t.Errorf("%s: %s: CUE has %d complaints %v, the model %v\n%s", sm.name, what, len(complaints), complaints, problems, block(n))
			}
			for _, f := range s.Check("record.yaml", sm.kind, n) {
				if f.Line < 1 || f.Column < 1 || f.Message == "" || f.Remedy == "" {
					t.Errorf("%s: %s: a finding without a place or words: %+v", sm.name, what, f)
				}
			}
		}
	}
	t.Logf("%d mutations, %d refused", tried, refused)
}
