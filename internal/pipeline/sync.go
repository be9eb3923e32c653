package pipeline

import (
	"bytes"
	"context"
	"os"
	"path"
	"path/filepath"
	"reflect"

	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/owners"
	"example.org/muniment/internal/report"
)

// Syncing says which settings of a forge are to follow the appointments and the policy.
type Syncing struct {
	Kind   forge.Kind
	Host   string           // as appointments name it
	Repo   forge.Repository // nil to leave the branch alone
	Branch string
	Checks []string // that must have passed
	Apply  bool
}

// Synced is how settings stand. It is the JSON document of muniment forge sync.
type Synced struct {
	report.Origin
	Path       string `json:"path"`  // of the file of owners, from the root
	Fresh      bool   `json:"fresh"` // the file is what it should be
	File       string `json:"file"`  // what it should be
	Branch     string `json:"branch,omitempty"`
	Protection string `json:"protection,omitempty"` // as it should be, in words
	Found      string `json:"found,omitempty"`      // as it is
	Protected  bool   `json:"protected"`            // it is as it should be
	Applied    bool   `json:"applied"`
}

// Sync compares the file of owners in the working tree, and the protection of a branch, with what follows from the content of a
// question, and with Apply makes them that.
func (t *Tool) Sync(ctx context.Context, q Question, how Syncing) (*Synced, *report.Report, []string, error) {
	r, notes, err := t.Report(ctx, q)
	if err != nil {
		return nil, nil, nil, err
	}
	src, err := t.open(ctx, q)
	if err != nil {
		return nil, nil, nil, err
	}
	root := src.root
	if err := src.close(); err != nil {
		return nil, nil, nil, err
	}
	if root == "" {
		return nil, nil, nil, &ConfigurationError{"this repository has no working tree, so there is no file of owners", "run it in a checkout"}
	}
	want := owners.File(r, how.Kind, how.Host)
	out := &Synced{Origin: r.Origin, Path: owners.Path(how.Kind), File: string(want), Branch: how.Branch, Protected: true}
	if out.Fresh, err = sameFile(root, out.Path, want); err != nil {
		return nil, nil, nil, err
	}
	rule := owners.Protection(r, how.Checks)
	if how.Repo != nil {
		found, err := how.Repo.Protection(ctx, how.Branch)
		if err != nil {
			return nil, nil, nil, err
		}
		out.Protection, out.Found = owners.Describe(&rule), owners.Describe(found)
		out.Protected = found != nil && reflect.DeepEqual(*found, rule)
	}
	if !how.Apply {
		return out, r, notes, nil
	}
	out.Applied = true
	if !out.Fresh {
		if err := writeFile(root, out.Path, want); err != nil {
			return nil, nil, nil, err
		}
	}
	if !out.Protected {
		if err := how.Repo.Protect(ctx, how.Branch, rule); err != nil {
			return nil, nil, nil, err
		}
	}
	return out, r, notes, nil
}

func sameFile(root, name string, want []byte) (bool, error) {
	have, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if os.IsNotExist(err) {
		return false, nil
	}
	return bytes.Equal(have, want), err
}

func writeFile(root, name string, text []byte) error {
	in, err := os.OpenRoot(root) // so that no link leads out of the tree
	if err != nil {
		return err
	}
	defer in.Close()
	if dir := path.Dir(name); dir != "." {
		if err := in.MkdirAll(dir, 0o777); err != nil {
			return err
		}
	}
	return in.WriteFile(name, text, 0o666)
}
