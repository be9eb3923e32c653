package gitrepo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// Swept counts what was read.
type Swept struct {
	Commits, Folders, Files int            // objects, each counted once wherever it is used
	Signed                  map[string]int // commits that carry a signature, by its sort; see [Commit]
}

// Sweep reads everything that a commit rests on: every commit before it, those of merged branches too, and every folder and file of
// each. Each object is read as git stores it, compared with its id, and commits and folders are parsed strictly. Nothing is
// skipped but what another repository holds (submodules). It stops with the first trouble, or with the context's error.
func (r *Repo) Sweep(ctx context.Context, head Commit) (Swept, error) {
	id, ok := parseID(head.ID)
	if !ok {
		return Swept{}, errors.New("the commit was not read from a repository")
	}
	b := &broom{repo: r, seen: make(map[plumbing.Hash]plumbing.ObjectType)}
	b.wake = sync.NewCond(&b.mu)
	b.add(errand{id, plumbing.CommitObject, 0})
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for {
				next, ok := b.take(ctx)
				if !ok {
					return
				}
				found, err := b.read(next)
				b.done(found, err)
			}
		})
	}
	workers.Wait()
	return b.count, b.err
}

// errand is an object to be read.
type errand struct {
	id    plumbing.Hash
	kind  plumbing.ObjectType
	depth int // of a folder, within folders
}

// broom is the work on one sweep.
type broom struct {
	repo *Repo

	mu    sync.Mutex
	wake  *sync.Cond
	seen  map[plumbing.Hash]plumbing.ObjectType
	todo  []errand // what came last is next, so that few wait
	busy  int
	count Swept
	err   error
}

// add takes note of an object unless it was seen; the caller holds the lock, or is alone. What is one thing here and another there is
// read again, and refused.
func (b *broom) add(e errand) {
	if kind, ok := b.seen[e.id]; ok && kind == e.kind {
		return
	}
	b.seen[e.id] = e.kind
	b.todo = append(b.todo, e)
	switch e.kind {
	case plumbing.CommitObject:
		b.count.Commits++
	case plumbing.TreeObject:
		b.count.Folders++
	default:
		b.count.Files++
	}
}

// take waits for an errand; false when there will be none. Nobody waits but for a worker who is busy, and so nobody need be woken when
// the context ends.
func (b *broom) take(ctx context.Context) (errand, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for len(b.todo) == 0 && b.busy > 0 && b.err == nil {
		b.wake.Wait()
	}
	if len(b.todo) > 0 && b.err == nil {
		b.err = ctx.Err()
	}
	if len(b.todo) == 0 || b.err != nil {
		return errand{}, false
	}
	last := len(b.todo) - 1
	next := b.todo[last]
	b.todo = b.todo[:last]
	b.busy++
	return next, true
}

func (b *broom) done(found []errand, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy--
	for _, e := range found {
		b.add(e)
	}
	if b.err == nil {
		b.err = err
	}
	b.wake.Broadcast()
}

// read looks at one object and gives what it names.
func (b *broom) read(e errand) ([]errand, error) {
	switch e.kind {
	case plumbing.CommitObject:
		c, err := b.repo.commit(e.id)
		if err != nil {
			return nil, err
		}
		b.signed(c)
		tree, _ := parseID(c.Tree) // strictly read above, as its parents are
		found := []errand{{tree, plumbing.TreeObject, 0}}
		for _, p := range c.Parents {
			parent, _ := parseID(p)
			found = append(found, errand{parent, plumbing.CommitObject, 0})
		}
		return found, nil
	case plumbing.TreeObject:
		if e.depth > b.repo.limits.depth {
			return nil, &LimitError{What: "folder " + e.id.String(), Limit: int64(b.repo.limits.depth), Unit: "levels"}
		}
		entries, err := b.repo.tree(e.id)
		if err != nil {
			return nil, err
		}
		found := make([]errand, 0, len(entries))
		for _, one := range entries {
			switch one.mode {
			case modeFolder:
				found = append(found, errand{one.id, plumbing.TreeObject, e.depth + 1})
			case ModeSubmodule:
			default:
				found = append(found, errand{one.id, plumbing.BlobObject, 0})
			}
		}
		return found, nil
	}
	return nil, b.repo.store.sound(e.id, b.repo.limits.blob)
}

func (b *broom) signed(c Commit) {
	if c.Signed == "" {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.count.Signed == nil {
		b.count.Signed = make(map[string]int)
	}
	b.count.Signed[c.Signed]++
}

// sound compares a file with its id. One that is larger than is ever held in memory is compared as it streams.
func (s *store) sound(id plumbing.Hash, most int64) error {
	size, err := s.size(plumbing.BlobObject, id)
	if err != nil {
		return err
	}
	if size <= most {
		_, err := s.read(plumbing.BlobObject, id, most)
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	obj, err := s.object(plumbing.BlobObject, id)
	if err != nil {
		return err
	}
	if err := streamed(obj, id); err != nil {
		return damaged(plumbing.BlobObject, id, err)
	}
	return nil
}

func streamed(obj plumbing.EncodedObject, id plumbing.Hash) (err error) {
	defer recovered(&err)
	r, err := obj.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	h := new(objectHash)
	h.start(plumbing.BlobObject, obj.Size())
	if n, err := io.Copy(h.hash, r); err != nil || n != obj.Size() {
		return cmp.Or(err, fmt.Errorf("it has %d bytes and says %d", n, obj.Size()))
	}
	if sum, collision := h.sum(); sum != id || collision {
		return errors.New("content does not match its id")
	}
	return nil
}
