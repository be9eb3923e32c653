package gitrepo

import (
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"example.org/muniment/internal/calendar"
)

// Resolve finds the commit that a person means. It takes HEAD, a day as YYYY-MM-DD (the mainline at the end of that day), a full
// object id, the name of a tag or branch, or the unique beginning of an object id, at least four digits of it.
// A ~ behind any of these is the commit before on the first-parent line, and ~3 is three commits before.
// A name that could mean two different commits is refused. The error wraps [ErrUnknownRevision].
func (r *Repo) Resolve(rev string) (Commit, error) {
	name, steps, back := strings.Cut(rev, "~")
	commit, err := r.resolve(name)
	if err != nil || !back {
		return commit, err
	}
	count, err := strconv.ParseUint("0"+steps, 10, 31)
	if err != nil {
		return Commit{}, fmt.Errorf("%w: %q has no number of commits behind its ~", ErrUnknownRevision, rev)
	}
	if steps == "" {
		count = 1
	}
	for range count {
		if len(commit.Parents) == 0 {
			return Commit{}, fmt.Errorf("%w: %q goes back further than the first commit", ErrUnknownRevision, rev)
		}
		parent, _ := parseID(commit.Parents[0])
		if commit, err = r.commit(parent); err != nil {
			return Commit{}, fmt.Errorf("resolve %q: %w", rev, err)
		}
	}
	return commit, nil
}

func (r *Repo) resolve(rev string) (Commit, error) {
	if rev == "HEAD" {
		return r.Head()
	}
	if day, err := calendar.Parse(rev); err == nil {
		return r.At(day)
	}
	id, err := r.revision(rev)
	if err != nil {
		return Commit{}, err
	}
	if id, err = r.peel(id); err != nil {
		return Commit{}, fmt.Errorf("resolve %q: %w", rev, err)
	}
	commit, err := r.commit(id)
	if err != nil {
		return Commit{}, fmt.Errorf("resolve %q: %w", rev, err)
	}
	return commit, nil
}

func (r *Repo) revision(rev string) (plumbing.Hash, error) {
	if id, ok := parseID(strings.ToLower(rev)); ok {
		_, err := r.store.kind(id)
		if errors.Is(err, plumbing.ErrObjectNotFound) {
			err = fmt.Errorf("%w: there is no object %s", ErrUnknownRevision, id)
		}
		return id, err
	}
	id, err := r.named(rev)
	if errors.Is(err, errNoRef) {
		return r.abbreviated(rev)
	}
	return id, err
}

// named looks a name up as git does, but refuses it where git would only warn that it means several things.
func (r *Repo) named(rev string) (plumbing.Hash, error) {
	found := make(map[plumbing.Hash]bool)
	for _, pattern := range []string{"%s", "refs/%s", "refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD"} {
		name := fmt.Sprintf(pattern, rev)
		if !strings.HasPrefix(name, "refs/") || plumbing.ReferenceName(name).Validate() != nil {
			continue
		}
		id, err := r.place.follow(name)
		if errors.Is(err, errNoRef) {
			continue
		}
		if err != nil {
			return id, fmt.Errorf("resolve %q: %w", rev, err)
		}
		found[id] = true
	}
	return only(rev, found, errNoRef)
}

// abbreviated finds the one commit or tag whose id begins with the given digits.
func (r *Repo) abbreviated(rev string) (plumbing.Hash, error) {
	const fewest = 4 // as in git
	unknown := fmt.Errorf("%w: %q is not a day, a branch, a tag or the beginning of a commit id", ErrUnknownRevision, rev)
	digits := strings.ToLower(rev)
	prefix, err := hex.DecodeString(digits[:len(digits)/2*2])
	if err != nil || len(digits) < fewest {
		return plumbing.ZeroHash, unknown
	}
	ids, err := r.store.withPrefix(prefix)
	if err != nil {
		return plumbing.ZeroHash, fmt.Errorf("resolve %q: %w", rev, err)
	}
	for id := range ids {
		kind, err := r.store.kind(id)
		if err != nil {
			return plumbing.ZeroHash, fmt.Errorf("resolve %q: %w", rev, err)
		}
		if !strings.HasPrefix(id.String(), digits) || kind != plumbing.CommitObject && kind != plumbing.TagObject {
			delete(ids, id)
		}
	}
	return only(rev, ids, unknown)
}

func only(rev string, found map[plumbing.Hash]bool, none error) (plumbing.Hash, error) {
	ids := slices.Collect(maps.Keys(found))
	switch len(ids) {
	case 0:
		return plumbing.ZeroHash, none
	case 1:
		return ids[0], nil
	}
	return plumbing.ZeroHash, fmt.Errorf("%w: %q could mean %d different objects; give the full commit id", ErrUnknownRevision, rev, len(ids))
}

// peel follows annotated tags to what they are a tag of.
func (r *Repo) peel(id plumbing.Hash) (plumbing.Hash, error) {
	const longest = 5 // tags of tags in a row
	for range longest {
		kind, err := r.store.kind(id)
		if err != nil {
			return id, err
		}
		switch kind {
		case plumbing.CommitObject:
			return id, nil
		case plumbing.TagObject:
		default:
			return id, fmt.Errorf("%w: object %s is a %s and not a commit", ErrUnknownRevision, id, kind)
		}
		raw, err := r.store.read(kind, id, r.limits.commit)
		if err != nil {
			return id, err
		}
		p := objectParser{kind: "tag", id: id.String(), raw: raw}
		target, _ := parseID(p.objectID("object"))
		if p.err != nil {
			return id, p.err
		}
		id = target
	}
	return id, fmt.Errorf("%w: too many tags of tags", ErrUnknownRevision)
}
