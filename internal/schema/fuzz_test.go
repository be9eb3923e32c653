package schema

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/encoding/yaml"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/strictyaml"
)

// FuzzCheck feeds any bytes through reading and checking. Nothing may panic, a refusal has a place and a reason, and what
// strict reading accepts means the same to CUE's own YAML reader.
func FuzzCheck(f *testing.F) {
	s := loadSchemas(f)
	files, err := filepath.Glob("testdata/valid/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.TrimSuffix(filepath.Base(file), ".yaml"), src)
	}
	f.Fuzz(func(t *testing.T, kind string, src []byte) {
		node, fs := strictyaml.Read("f.yaml", src, strictyaml.Limits{})
		if node == nil {
			if finding.Errors(fs) == 0 {
				t.Fatal("refused without a reason")
			}
			return
		}
		ctx := cuecontext.New()
		file, err := yaml.Extract("f.yaml", src)
		if err != nil {
			t.Fatalf("accepted, but CUE's reader refuses: %v", err)
		}
		theirs, ours := ctx.BuildFile(file), ctx.Encode(plain(node))
		if !ours.Equals(theirs) {
			t.Fatalf("we read %v, CUE reads %v", ours, theirs)
		}
		for _, g := range s.Check("f.yaml", kind, node) {
			if g.Line < 1 || g.Column < 1 || g.Message == "" || g.Remedy == "" || g.Code == "schema-trouble" {
				t.Fatalf("%+v", g)
			}
		}
	})
}

// FuzzCompile feeds any text to the compiler of constraints: an error or a constraint, never a panic.
func FuzzCompile(f *testing.F) {
	for _, src := range constraints {
		f.Add(src)
	}
	n, _ := strictyaml.Read("r.yaml", []byte("a: {b: [x, 1]}\nc: true\n"), strictyaml.Limits{})
	f.Fuzz(func(t *testing.T, src string) {
		c, err := Compile(src)
		if err == nil {
			c.Unmet(n)
		}
	})
}
