package schema

import (
	"fmt"
	"strconv"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	cueerrors "cuelang.org/go/cue/errors"

	"example.org/muniment/internal/tree"
)

// A judge is CUE with the shapes compiled. A CUE context may be used by one goroutine at a time and keeps growing, so
// judges are borrowed, and one that has judged recycleAfter records is replaced.
type judge struct {
	ctx         *cue.Context
	definitions map[string]cue.Value
	judged      int
}

// recycleAfter balances the 2 ms it costs to compile the shapes against the memory a context collects.
const recycleAfter = 200

func (s *Set) newJudge() (*judge, error) {
	j := &judge{ctx: cuecontext.New(), definitions: make(map[string]cue.Value)}
	root, err := buildPackage(j.ctx, s.files, s.language, nil)
	if err != nil {
		return nil, fmt.Errorf("load schemas: %w", err)
	}
	for kind, r := range s.records {
		v := root.LookupPath(cue.ParsePath(r.definition))
		if !v.Exists() {
			return nil, fmt.Errorf("load schemas: definition %s cannot be evaluated", r.definition)
		}
		j.definitions[kind] = v
	}
	return j, nil
}

// judges lends out judges.
type judges struct {
	mu   sync.Mutex
	idle []*judge
	make func() (*judge, error)
}

func (js *judges) get() (*judge, error) {
	js.mu.Lock()
	if n := len(js.idle); n > 0 {
		j := js.idle[n-1]
		js.idle = js.idle[:n-1]
		js.mu.Unlock()
		return j, nil
	}
	js.mu.Unlock()
	return js.make()
}

func (js *judges) put(j *judge) {
	if j.judged >= recycleAfter {
		return
	}
	js.mu.Lock()
	js.idle = append(js.idle, j)
	js.mu.Unlock()
}

// complaint is one thing that CUE has against a record: where, and of which sort. CUE's own text is not kept, because it
// repeats values.
type complaint struct{ path []string }

// verdict asks CUE about a record. No complaints means accepted. A panic inside CUE is an error, and the judge is not
// used again.
func (s *Set) verdict(kind string, n *tree.Node) (complaints []complaint, err error) {
	j, err := s.judges.get()
	if err != nil {
		return nil, err
	}
	defer func() {
		if cause := recover(); cause != nil {
			complaints, err = nil, fmt.Errorf("CUE stopped: %v", cause)
		}
		if err == nil {
			s.judges.put(j)
		}
	}()
	definition, ok := j.definitions[kind]
	if !ok {
		return nil, fmt.Errorf("kind %s has no definition", kind)
	}
	j.judged++
	value := j.ctx.Encode(plain(n))
	if err := value.Err(); err != nil {
		return nil, plainError(err)
	}
	refusal := definition.Unify(value).Validate(cue.Concrete(true), cue.Final())
	if refusal == nil {
		return nil, nil
	}
	for _, e := range cueerrors.Errors(refusal) {
		complaints = append(complaints, complaint{dataPath(e.Path())})
	}
	if len(complaints) == 0 {
		complaints = []complaint{{}}
	}
	return complaints, nil
}

// dataPath turns a path of CUE into one of the data: without the definition it starts at, and without quotes.
func dataPath(path []string) []string {
	var out []string
	for _, p := range path {
		if len(out) == 0 && len(p) > 0 && p[0] == '#' {
			continue
		}
		if q, err := strconv.Unquote(p); err == nil {
			p = q
		}
		out = append(out, p)
	}
	return out
}

// plain gives a node as the Go value that CUE takes for the same data as the YAML text: whole numbers stay whole, decimals
// stay decimals.
func plain(n *tree.Node) any {
	switch n.Kind {
	case tree.Map:
		m := make(map[string]any, len(n.Fields))
		for _, f := range n.Fields {
			m[f.Key] = plain(f.Value)
		}
		return m
	case tree.List:
		l := make([]any, len(n.Items))
		for i, item := range n.Items {
			l[i] = plain(item)
		}
		return l
	case tree.Int:
		i, _ := strconv.ParseInt(n.Text, 10, 64) // strict reading keeps whole numbers within 64 bits
		return i
	case tree.Number:
		f, _ := strconv.ParseFloat(n.Text, 64) // and decimals within the digits of a float64
		return f
	case tree.Bool:
		return n.Text == "true"
	default:
		return n.Text
	}
}
