package schema

import (
	"errors"
	"testing"

	"cuelang.org/go/cue"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/tree"
)

// Trouble inside the judge must refuse the record, whatever is in it.
func TestTroubleNeverAccepts(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func() (*judge, error){
		"no judge can be made": func() (*judge, error) { return nil, errors.New("out of order") },
		"the judge panics": func() (*judge, error) {
			return &judge{definitions: map[string]cue.Value{"workload": {}}}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := loadSchemas(t)
			valid := maker{}.value(t, s.records["workload"].shape, "workload")
			s.judges.idle, s.judges.make = nil, make
			s.records["workload"].fits = unknown // so that CUE is asked
			for range 2 {                        // and a judge that panicked is not used again
				fs := s.Check("w.yaml", "workload", valid)
				if len(fs) != 1 || fs[0].Code != "schema-trouble" || fs[0].Severity != finding.Error {
					t.Fatal(fs)
				}
			}
			if len(s.judges.idle) > 0 {
				t.Error("a broken judge was kept")
			}
		})
	}
}

func TestJudgesAreReplaced(t *testing.T) {
	t.Parallel()
	s := loadSchemas(t)
	n := &tree.Node{Kind: tree.String, Line: 1, Column: 1}
	s.Check("w.yaml", "workload", n)
	first := s.judges.idle[0]
	for range recycleAfter - 1 {
		s.Check("w.yaml", "workload", n)
	}
	if len(s.judges.idle) != 0 {
		t.Errorf("a judge of %d records was kept", first.judged)
	}
	s.Check("w.yaml", "workload", n)
	if len(s.judges.idle) != 1 || s.judges.idle[0] == first {
		t.Error("no new judge was made")
	}
}
