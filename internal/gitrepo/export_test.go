package gitrepo

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// TestOnlyLimit lowers one limit, so that tests need no gigabytes.
func (r *Repo) TestOnlyLimit(kind string, n int64) {
	switch kind {
	case "blob":
		r.limits.blob = n
	case "tree":
		r.limits.tree = n
	case "commit":
		r.limits.commit = n
	case "depth":
		r.limits.depth = int(n)
	case "files":
		r.limits.files = int(n)
	case "commits":
		r.limits.commits = int(n)
	default:
		panic("gitrepo: no limit called " + kind)
	}
}

// TestOnlyPacks takes go-git away, so that only what is read directly is found.
func (r *Repo) TestOnlyPacks() { r.store.folders = nil }

// TestOnlyHold has packs in memory for so many commits, and says how many are.
func (r *Repo) TestOnlyHold(commits int) (release func(), held int) {
	release, _ = r.store.packs.hold(commits)
	for _, p := range r.store.packs.opened {
		if p != nil && p.held.Load() != nil {
			held++
		}
	}
	return release, held
}

// HoldsHere tells whether this system can hold a file in memory.
func HoldsHere(name string) bool {
	content, err := mapFile(name)
	return err == nil && bringIn(content)
}

// TestOnlyRead reads one object directly and by go-git.
func (r *Repo) TestOnlyRead(hex string) (direct, other []byte, err error) {
	id, _ := parseID(hex)
	obj, err := r.store.object(plumbing.AnyObject, id)
	if err != nil {
		return nil, nil, err
	}
	if other, err = content(obj); err != nil {
		return nil, nil, err
	}
	direct, ok := r.store.packs.read(obj.Type(), id, standardLimits.blob)
	if kind, size, known := r.store.packs.stat(id); !ok || !known || kind != obj.Type() || size != int64(len(direct)) {
		return nil, nil, fmt.Errorf("read directly it is a %s of %d bytes, %t", kind, size, ok)
	}
	return direct, other, nil
}

// ReadPack reads what can be read of one pack, given as bytes, and says whether it agrees with its id.
func ReadPack(content, index []byte, visit func(id string, data []byte, ok bool)) error {
	p, err := newPack("pack-made-up", bytes.NewReader(content), int64(len(content)), index)
	if err != nil {
		return err
	}
	all := reading(p, standardLimits.blob)
	for n := range p.index.len() {
		id := plumbing.Hash(p.index.id(n))
		for kind := plumbing.CommitObject; kind <= plumbing.TagObject; kind++ {
			if data, ok := all.read(kind, id, standardLimits.blob); ok {
				sum, _ := objectID(kind, data)
				visit(id.String(), data, sum == id)
			}
		}
		all.stat(id)
	}
	return nil
}

// SealIndex puts the right checksum at the end of an index.
func SealIndex(index []byte) []byte { return seal(index[:len(index)-idSize]) }

// Vouched lists the files below a folder that are not read to be compared with HEAD.
func (r *Repo) Vouched(root string) []string {
	steps, err := splitRoot(root)
	if err != nil {
		return nil
	}
	kept, err := r.keptAtHead(root)
	if err != nil {
		return nil
	}
	var list []string
	for name, e := range kept {
		info, err := os.Lstat(filepath.Join(r.place.work, filepath.FromSlash(root), filepath.FromSlash(name)))
		if err == nil && r.stagedBelow(steps).vouches(e, info) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}
