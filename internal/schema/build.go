package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	cueerrors "cuelang.org/go/cue/errors"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// buildPackage evaluates one CUE package from its files alone. cue/load is not used: it follows symbolic links, embeds
// files and asks registries.
func buildPackage(ctx *cue.Context, files []sourceFile, language string, load build.LoadFunc) (cue.Value, error) {
	inst, err := instance(build.NewContext(), files, language, load)
	if err != nil {
		return cue.Value{}, err
	}
	v := ctx.BuildInstance(inst)
	if err := v.Err(); err != nil {
		return cue.Value{}, plainError(err)
	}
	return v, nil
}

func instance(ctx *build.Context, files []sourceFile, language string, load build.LoadFunc) (*build.Instance, error) {
	inst := ctx.NewInstance("", load)
	for _, f := range files {
		parsed, err := parser.ParseFile(f.name, f.text, parser.ParseComments, parser.Version(language))
		if err != nil {
			return nil, plainError(err)
		}
		if err := inst.AddSyntax(parsed); err != nil {
			return nil, plainError(err)
		}
	}
	if err := inst.Complete(); err != nil {
		return nil, plainError(err)
	}
	return inst, nil
}

// LoadData evaluates the CUE package in one folder of the schemas, such as "obligations", and decodes its exported fields
// into a Go value by the rules of encoding/json. Everything must be concrete, and a field that the Go value has no place
// for is an error: a misspelt name in the catalogue must never be dropped in silence. The package may import the standard
// library and other folders of the same module.
//
// Of the files inside the program the values are kept, so CUE is not asked again.
func LoadData(fsys fs.FS, dir string, into any) error {
	text, err := kept(fsys, dir)
	if err != nil {
		return err
	}
	if text == nil {
		if text, err = evaluate(fsys, dir); err != nil {
			return err
		}
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("load %s into %T: %w", dir, into, err)
	}
	return nil
}

// evaluate asks CUE for the exported fields of the package in a folder, as JSON.
func evaluate(fsys fs.FS, dir string) ([]byte, error) {
	files, err := readDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("load %s: the folder holds no CUE files", dir)
	}
	m, err := readModule(fsys)
	if err != nil {
		return nil, err
	}
	v, err := buildPackage(cuecontext.New(), files, m.language, m.loader(fsys))
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", dir, err)
	}
	if err := v.Validate(cue.Concrete(true), cue.Final()); err != nil {
		return nil, fmt.Errorf("load %s: %w", dir, plainError(err))
	}
	text, err := v.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", dir, plainError(err))
	}
	return text, nil
}

// loader finds imported packages among the folders of the module.
func (m module) loader(fsys fs.FS) build.LoadFunc {
	ctx := build.NewContext()
	loaded := make(map[string]*build.Instance)
	var load build.LoadFunc
	load = func(_ token.Pos, importPath string) *build.Instance {
		p, _, _ := strings.Cut(importPath, ":")
		dir, ok := strings.CutPrefix(p, m.path)
		if !ok {
			return nil // the standard library
		}
		dir, _, _ = strings.Cut(strings.TrimPrefix(dir, "@"), "@")
		dir = path.Clean("./" + strings.TrimLeft(dir[strings.IndexByte(dir+"/", '/'):], "/"))
		if inst, ok := loaded[dir]; ok {
			return inst
		}
		files, err := readDir(fsys, dir)
		if err != nil {
			return failedInstance(ctx, err)
		}
		inst, err := instance(ctx, files, m.language, load)
		if err != nil {
			return failedInstance(ctx, err)
		}
		loaded[dir] = inst
		return inst
	}
	return load
}

func failedInstance(ctx *build.Context, err error) *build.Instance {
	inst := ctx.NewInstance("", nil)
	inst.Err = cueerrors.Promote(err, "import")
	return inst
}

// plainError turns CUE's list of errors into one error of one line for each, with places.
func plainError(err error) error {
	if err == nil {
		return nil
	}
	var lines []string
	for _, e := range cueerrors.Errors(err) {
		line := e.Error()
		var places []string
		for _, pos := range cueerrors.Positions(e) {
			places = append(places, fmt.Sprintf("%s:%d:%d", pos.Filename(), pos.Line(), pos.Column()))
		}
		if len(places) > 0 {
			line += " (" + strings.Join(places, ", ") + ")"
		}
		lines = append(lines, line)
	}
	if len(lines) > 10 {
		lines = append(lines[:10], fmt.Sprintf("and %d more", len(lines)-10))
	}
	return errors.New(strings.Join(lines, "\n"))
}
