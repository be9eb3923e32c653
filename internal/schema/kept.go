package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"example.org/muniment/schemas"
)

// What CUE says of the files inside the program was written down when they were last changed: schemas/evaluated holds the
// values of each folder of data, and the digest of the CUE files they come from. It is used for exactly those files. For all
// others, such as those of a base branch, CUE is asked. A test evaluates again and compares; make update writes it anew.

const evaluatedDigest = "digest"

// builtIn reports whether CUE files with a digest are those that were evaluated.
func builtIn(digest string) bool {
	text, err := fs.ReadFile(schemas.Evaluated, path.Join("evaluated", evaluatedDigest))
	return err == nil && string(bytes.TrimSpace(text)) == digest
}

// kept gives the values of a folder as JSON, or nil when CUE must be asked.
func kept(fsys fs.FS, dir string) ([]byte, error) {
	sum, err := digest(fsys)
	if err != nil || !builtIn(sum) {
		return nil, err
	}
	text, err := fs.ReadFile(schemas.Evaluated, path.Join("evaluated", dir+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return text, err
}

// evaluateAll gives the files of schemas/evaluated for the CUE files of a folder, by name.
func evaluateAll(fsys fs.FS) (map[string][]byte, error) {
	sum, err := digest(fsys)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{evaluatedDigest: []byte(sum + "\n")}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read schemas: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() || strings.Contains(e.Name(), ".") {
			continue
		}
		if found, err := readDir(fsys, e.Name()); err != nil || len(found) == 0 {
			continue
		}
		text, err := evaluate(fsys, e.Name())
		if err != nil {
			return nil, err
		}
		files[e.Name()+".json"] = text
	}
	return files, nil
}
