package statement

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/record"
)

// Rules are the digests of what a decision was made under.
type Rules struct {
	Schemas   string // of the record shapes
	Catalogue string // of the obligations and the registers
}

// RulesOf gives the digests of the rules in a folder laid out as schemas/ is. Each is the SHA-256 of a list, one line a file
// in the order of paths, as "sha256sum" prints it: digest, two spaces, path. So anybody can work it out:
//
//	cd schemas && LC_ALL=C sha256sum *.cue | sha256sum
//	cd schemas && LC_ALL=C sha256sum obligations/*.cue registers/*.cue | sha256sum
//
// The error is [ErrNoRules] when the folder is not laid out so; any other means that it could not be read.
func RulesOf(fsys fs.FS) (Rules, error) {
	schemas, err := listDigest(fsys, ".")
	if err != nil {
		return Rules{}, err
	}
	catalogue, err := listDigest(fsys, "obligations", "registers")
	return Rules{Schemas: schemas, Catalogue: catalogue}, err
}

// ErrNoRules means that a folder holds no rules of ours.
var ErrNoRules = errors.New("no rules")

func listDigest(fsys fs.FS, folders ...string) (string, error) {
	var names []string
	for _, folder := range folders {
		entries, err := fs.ReadDir(fsys, folder)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("digest the rules: %w", err)
		}
		before := len(names)
		for _, e := range entries {
			switch {
			case path.Ext(e.Name()) != ".cue":
			case !e.Type().IsRegular():
				return "", fmt.Errorf("digest the rules: %s is no file (%w)", path.Join(folder, e.Name()), ErrNoRules)
			default:
				names = append(names, path.Join(folder, e.Name()))
			}
		}
		if len(names) == before {
			return "", fmt.Errorf("digest the rules: there are no CUE files in %s (%w)", folder, ErrNoRules)
		}
	}
	slices.Sort(names)
	var list strings.Builder
	for _, name := range names {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return "", fmt.Errorf("digest the rules: %w", err)
		}
		list.WriteString(record.Digest(src) + "  " + name + "\n")
	}
	return record.Digest([]byte(list.String())), nil
}
