// Package schema is the door to CUE. It checks a record against its shape and says what is wrong in the words of the
// person who wrote the file.
//
// CUE is the judge: a record is accepted when, and only when, CUE would accept it, exactly as `cue vet -c -d '#Workload'`
// does on the same files. Two other things, both compiled from the same CUE source, stand beside it.
//
// The checks come first. They know a plain part of CUE exactly and take a record only when it fits for certain, which costs
// a hundredth of what CUE costs. Whatever they do not take for certain goes to CUE: a record that is wrong, a record that
// leaves something to be filled in, and every record of a shape that uses what they do not know. They never refuse. A test
// and a fuzz target hold them to CUE: they may take nothing that CUE refuses.
//
// The model of the shapes comes last, when CUE has refused, and explains: it knows choices, forms, bounds and conditions,
// finds unknown fields and wrong values in one pass, and points at line and column of the data.
//
// CUE text is code, with no limit on time or memory. It therefore only ever comes from a trusted place (the program itself,
// or the base branch), never from the evidence that is judged; and evidence reaches CUE only as plain values, never as
// CUE or YAML text.
package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"
)

// Set is the shapes of all kinds of record. It is safe for concurrent use.
type Set struct {
	files    []sourceFile // the package of record shapes
	digest   string
	kinds    []string
	records  map[string]*record
	judges   judges
	language string // of cue.mod/module.cue
}

// record is one kind: its definition in CUE and the model of it.
type record struct {
	definition string // "#ExitPlan"
	shape      *shape
	fits       surely // surely, without asking CUE
}

type sourceFile struct {
	name string
	text []byte
}

// Load reads the shapes from the CUE files in the root of a folder. A kind is a definition with a field
// `kind!: "exit-plan"`; its name is free, by custom the kind in camel case. Folders below the root hold data, which
// LoadData reads, and count for the digest only.
func Load(fsys fs.FS) (*Set, error) {
	digest, err := digest(fsys)
	if err != nil {
		return nil, err
	}
	files, err := readDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("load schemas: the folder holds no CUE files")
	}
	module, err := readModule(fsys)
	if err != nil {
		return nil, err
	}
	s := &Set{files: files, digest: digest, records: make(map[string]*record), language: module.language}
	if err := s.model(); err != nil {
		return nil, err
	}
	s.judges.make = s.newJudge
	if builtIn(digest) { // a mistake in these has shown in the tests
		return s, nil
	}
	j, err := s.newJudge() // a mistake in the schemas shows now, not at the first record
	if err != nil {
		return nil, err
	}
	s.judges.put(j)
	return s, nil
}

// model compiles the shapes and finds the kinds among them.
func (s *Set) model() error {
	c, sure := newCompiler(), newSurety()
	for _, f := range s.files {
		parsed, err := parser.ParseFile(f.name, f.text, parser.ParseComments, parser.Version(s.language))
		if err != nil {
			return fmt.Errorf("load schemas: %w", plainError(err))
		}
		c.addFile(parsed)
		sure.addFile(parsed)
	}
	for _, name := range c.names {
		sh := c.definition(name)
		kind := sh.field("kind")
		if kind == nil || len(kind.shape.choices) != 1 || kind.shape.choices[0].kind != isString {
			continue
		}
		k := kind.shape.choices[0].text
		if other, ok := s.records[k]; ok {
			return fmt.Errorf("load schemas: %s and %s are both of kind %q", other.definition, name, k)
		}
		s.records[k] = &record{name, sh, sure.definition(name).fits}
		s.kinds = append(s.kinds, k)
	}
	if len(s.kinds) == 0 {
		return fmt.Errorf("load schemas: no definition has a field kind with one fixed value")
	}
	slices.Sort(s.kinds)
	return nil
}

// Digest is the SHA-256, in hexadecimal, over the names and bytes of all CUE files, those of the catalogue included.
// Two programs with the same digest judge by the same text.
func (s *Set) Digest() string { return s.digest }

// Kinds lists the kinds of record, sorted.
func (s *Set) Kinds() []string { return slices.Clone(s.kinds) }

// Definition names the CUE definition of a kind, such as "#ExitPlan", or "" for a kind that does not exist.
func (s *Set) Definition(kind string) string {
	if r, ok := s.records[kind]; ok {
		return r.definition
	}
	return ""
}

// readDir reads the CUE files of one folder in the order of their names; files that only `cue cmd` or tests use are no
// part of a package.
func readDir(fsys fs.FS, dir string) ([]sourceFile, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, fmt.Errorf("read schemas: %w", err)
	}
	var files []sourceFile
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || path.Ext(name) != ".cue" || strings.HasSuffix(name, "_tool.cue") || strings.HasSuffix(name, "_test.cue") || name[0] == '.' || name[0] == '_' {
			continue
		}
		text, err := fs.ReadFile(fsys, path.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("read schemas: %w", err)
		}
		files = append(files, sourceFile{path.Join(dir, name), text})
	}
	return files, nil
}

func digest(fsys fs.FS) (string, error) {
	h := sha256.New()
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".cue" {
			return err
		}
		text, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		fmt.Fprintf(h, "%s\x00%d\x00", p, len(text)) // a hash never fails to write
		h.Write(text)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("read schemas: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// module is what cue.mod/module.cue says.
type module struct{ path, language string }

func readModule(fsys fs.FS) (module, error) {
	text, err := fs.ReadFile(fsys, "cue.mod/module.cue")
	if err != nil {
		return module{}, fmt.Errorf("read schemas: %w", err)
	}
	f, err := parser.ParseFile("cue.mod/module.cue", text)
	if err != nil {
		return module{}, fmt.Errorf("read schemas: %w", plainError(err))
	}
	var m module
	ast.Walk(f, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok {
			return true
		}
		name, _, _ := ast.LabelName(field.Label)
		value, ok := literalText(field.Value)
		switch {
		case ok && name == "module":
			m.path, _, _ = strings.Cut(value, "@")
		case ok && name == "version":
			m.language = value
		}
		return true
	}, nil)
	if m.path == "" || m.language == "" {
		return module{}, fmt.Errorf("read schemas: cue.mod/module.cue must name the module and its language version")
	}
	return m, nil
}
