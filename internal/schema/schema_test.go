package schema_test

import (
	"os"
	"testing"

	"example.org/muniment/internal/schema"
	"example.org/muniment/internal/strictyaml"
)

func load(t *testing.T) *schema.Set {
	t.Helper()
	s, err := schema.Load(os.DirFS("../../schemas"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTry(t *testing.T) {
	s := load(t)
	t.Log(s.Kinds(), s.Digest())
	for _, f := range s.Fields("workload") {
		t.Logf("%+v", f)
	}
	src := `schema: muniment/v1
kind: workload
nam: x
summary: 3
type: productoin
purpose: administration
phase: live
controller: Z9A1A
owner: {title: a, email: b}
clinical: "yes"
deployment: {model: public}
suppliers: []
extensions:
  - from: 2026-01-01
    to: 2026-99-01
    reason: x
    agreedBy: []
    recorded: 2026-01-01
`
	n, fs := strictyaml.Read("w.yaml", []byte(src), strictyaml.Limits{})
	t.Log(fs)
	for _, f := range s.Check("w.yaml", "workload", n) {
		t.Log(f, "|", f.Remedy)
	}
	c, err := schema.Compile(`{data: classification!: "OFFICIAL" | "OFFICIAL-SENSITIVE", data: attributes!: [_, ...]}`)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", c.Unmet(n))
}
