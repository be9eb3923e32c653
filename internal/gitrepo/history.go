package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/go-git/go-git/v5/plumbing"
)

// Change is what one commit of the mainline changed below a folder. A merge is compared with its first parent and the
// first commit with nothing, so the changes add up to the state at head.
type Change struct {
	Step
	Paths []PathChange // sorted bytewise by path; empty when the commit did not touch the folder
}

// PathChange is one file that appeared, changed or went. A file that moved went from one path and appeared at another.
type PathChange struct {
	Path             string // relative to the folder, as in [Entry]
	Old, New         string // blob ids; "" where the file is absent
	OldMode, NewMode uint32 // 0 where the file is absent
}

// History visits every commit of the mainline that leads to head, oldest first, with its changes below the folder root.
// Only folders whose content changed are read. An error from visit ends the walk and is returned.
func (r *Repo) History(ctx context.Context, head Commit, root string, visit func(Change) error) error {
	line, err := r.Line(ctx, head)
	if err != nil {
		return err
	}
	return r.Changes(ctx, line, root, visit)
}

// Changes is [Repo.History] along a line, or a part of one, that was read before. The first step is compared with its first parent.
func (r *Repo) Changes(ctx context.Context, line Line, root string, visit func(Change) error) error {
	if _, err := splitRoot(root); err != nil {
		return &fs.PathError{Op: "open", Path: root, Err: err}
	}
	d := differ{repo: r}
	before, err := d.folderBefore(line, root)
	if err != nil {
		return fmt.Errorf("read the start of the line: %w", err)
	}
	for _, step := range line {
		if err := ctx.Err(); err != nil {
			return err
		}
		after, err := d.folderAt(step.Commit, root)
		if err != nil {
			return fmt.Errorf("read commit %s: %w", step.Commit.ID, err)
		}
		d.paths = nil
		if err := d.folders("", before, after, 0); err != nil {
			return fmt.Errorf("read changes of commit %s: %w", step.Commit.ID, err)
		}
		if err := visit(Change{Step: step, Paths: d.paths}); err != nil {
			return err
		}
		before = after
		d.forget()
	}
	return nil
}

// differ compares stored folders. It keeps the folders of the last few commits, since what is new in one commit is old in
// the next, and the zero id stands for a folder that is not there.
type differ struct {
	repo         *Repo
	paths        []PathChange
	recent, past map[plumbing.Hash][]treeEntry
}

// forget drops the folders that were not used lately once enough have come together.
func (d *differ) forget() {
	const enough = 256
	if len(d.recent) >= enough {
		d.recent, d.past = nil, d.recent
	}
}

func (d *differ) tree(id plumbing.Hash) ([]treeEntry, error) {
	if id.IsZero() {
		return nil, nil
	}
	if entries, ok := d.recent[id]; ok {
		return entries, nil
	}
	entries, ok := d.past[id]
	if !ok {
		var err error
		if entries, err = d.repo.tree(id); err != nil {
			return nil, err
		}
	}
	if d.recent == nil {
		d.recent = make(map[plumbing.Hash][]treeEntry)
	}
	d.recent[id] = entries
	return entries, nil
}

// folderBefore finds the folder root as it was before the line began.
func (d *differ) folderBefore(line Line, root string) (plumbing.Hash, error) {
	if len(line) == 0 || len(line[0].Commit.Parents) == 0 {
		return plumbing.ZeroHash, nil
	}
	id, _ := parseID(line[0].Commit.Parents[0])
	parent, err := d.repo.commit(id)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	return d.folderAt(parent, root)
}

// folderAt finds the folder root of a commit; a root that is absent or a file has the zero id.
func (d *differ) folderAt(c Commit, root string) (plumbing.Hash, error) {
	id, ok := parseID(c.Tree)
	if !ok {
		return id, errors.New("the commit was not read from a repository")
	}
	steps, err := splitRoot(root)
	if err != nil {
		return id, err
	}
	for _, name := range steps {
		entries, err := d.tree(id)
		if err != nil {
			return id, err
		}
		e, ok := entryNamed(entries, name)
		if !ok || !e.isFolder() {
			return plumbing.ZeroHash, nil
		}
		id = e.id
	}
	return id, nil
}

// folders appends what differs between two folders. Both are in git's order, which is the bytewise order of whole paths.
func (d *differ) folders(prefix string, before, after plumbing.Hash, depth int) error {
	if before == after {
		return nil
	}
	if depth > d.repo.limits.depth {
		return tooDeep(prefix, d.repo.limits)
	}
	a, err := d.tree(before)
	if err != nil {
		return err
	}
	b, err := d.tree(after)
	if err != nil {
		return err
	}
	for len(a) > 0 || len(b) > 0 {
		var was, is treeEntry
		order := firstOf(a, b)
		if order <= 0 {
			was, a = a[0], a[1:]
		}
		if order >= 0 {
			is, b = b[0], b[1:]
		}
		if was == is {
			continue
		}
		if err := d.entries(prefix, was, is, depth); err != nil {
			return err
		}
	}
	return nil
}

// firstOf says which list the next entry comes from: a below 0, b above 0, or both.
func firstOf(a, b []treeEntry) int {
	switch {
	case len(a) == 0:
		return 1
	case len(b) == 0:
		return -1
	}
	return compareEntries(a[0], b[0])
}

// entries appends the change from one entry to another of the same name and sort; the zero entry stands for absence.
func (d *differ) entries(prefix string, was, is treeEntry, depth int) error {
	name := was.name
	if name == "" {
		name = is.name
	}
	if was.isFolder() || is.isFolder() {
		return d.folders(prefix+name+"/", was.id, is.id, depth+1)
	}
	change := PathChange{Path: prefix + name, OldMode: was.mode, NewMode: is.mode}
	if was.mode != 0 {
		change.Old = was.id.String()
	}
	if is.mode != 0 {
		change.New = is.id.String()
	}
	d.paths = append(d.paths, change)
	return nil
}
