package gitrepo

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/go-git/go-git/v5/plumbing"
)

// errNoRef says that a ref is not there. A ref that is there but unreadable is another matter: go-git takes such a one for
// missing and may answer with an older value from packed-refs, which is why refs are read here.
var errNoRef = errors.New("no such ref")

const headRef = "HEAD"

// ref is the content of a ref: an object id, or the name of another ref.
type ref struct {
	id     plumbing.Hash
	target string // "" unless the ref is symbolic
}

// follow leads from a ref to an object id.
func (p place) follow(name string) (plumbing.Hash, error) {
	const longest = 5 // symbolic refs in a row, as in git
	for range longest {
		r, err := p.ref(name)
		if err != nil || r.target == "" {
			return r.id, err
		}
		name = r.target
	}
	return plumbing.ZeroHash, badRef(name, errors.New("too many symbolic refs in a row"))
}

// ref reads a ref from its own file or, failing that, from packed-refs.
func (p place) ref(name string) (ref, error) {
	if !plumbing.ReferenceName(name).IsSafe() {
		return ref{}, badRef(name, errors.New("the name leaves the folder of refs"))
	}
	file := p.refFile(name)
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), err == nil && info.IsDir():
		return p.packedRef(name)
	case err != nil:
		return ref{}, err
	case !info.Mode().IsRegular():
		return ref{}, badRef(name, errors.New("it is not a regular file"))
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return ref{}, err
	}
	text := strings.TrimRight(string(b), " \r\n")
	if target, ok := strings.CutPrefix(text, "ref:"); ok {
		return ref{target: strings.TrimLeft(target, " \t")}, nil
	}
	id, ok := parseID(text)
	if !ok {
		return ref{}, badRef(name, errors.New("it holds no object id"))
	}
	return ref{id: id}, nil
}

// refFile says where a ref lies. HEAD and a few more belong to one working tree, the rest to all of them.
func (p place) refFile(name string) string {
	dir := p.common
	if !strings.HasPrefix(name, "refs/") || strings.HasPrefix(name, "refs/worktree/") ||
		strings.HasPrefix(name, "refs/bisect/") || strings.HasPrefix(name, "refs/rewritten/") {
		dir = p.own
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

func (p place) packedRef(name string) (ref, error) {
	lines, err := contentLines(filepath.Join(p.common, "packed-refs"))
	if err != nil {
		return ref{}, err
	}
	for _, line := range lines {
		hex, packed, ok := strings.Cut(line, " ")
		if !ok || packed != name {
			continue // another ref, or the object behind an annotated tag
		}
		id, ok := parseID(hex)
		if !ok {
			return ref{}, badRef(name, errors.New("packed-refs holds no object id for it"))
		}
		return ref{id: id}, nil
	}
	return ref{}, errNoRef
}

func badRef(name string, err error) error {
	return &Untrusted{Reason: fmt.Sprintf("ref %q cannot be read", name), Remedy: remedyDamaged, Err: err}
}
