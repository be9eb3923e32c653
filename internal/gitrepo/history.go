package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"sync"

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
	ctx, cancel := context.WithCancel(ctx)
	release, _ := r.store.packs.hold(len(line))
	defer release()
	var readers sync.WaitGroup
	defer r.store.packs.cache.forget() // it is full of folders, which hardly anybody reads again
	defer readers.Wait()
	defer cancel()
	for part := range r.parts(ctx, &readers, line, root) {
		made := <-part
		for _, c := range made.changes {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := visit(c); err != nil {
				return err
			}
		}
		if made.err != nil {
			return made.err
		}
	}
	return ctx.Err()
}

// part is what a part of a line changed, as far as it could be read.
type part struct {
	changes []Change
	err     error
}

// parts reads a line in parts, several at once, and gives the parts in the order of the line, each as soon as its place has
// come up. It reads ahead no further than there are processors.
func (r *Repo) parts(ctx context.Context, readers *sync.WaitGroup, line Line, root string) <-chan chan part {
	const steps = 256 // enough for a part to be worth its start, in which the folders that lead to the changes are read
	parts := make(chan chan part, max(runtime.GOMAXPROCS(0)-1, 1))
	differs := sync.Pool{New: func() any { return newDiffer(r) }}
	readers.Go(func() {
		defer close(parts)
		for from := 0; from < len(line); from += steps {
			out := make(chan part, 1)
			select {
			case parts <- out:
			case <-ctx.Done():
				return
			}
			readers.Go(func() {
				d := differs.Get().(*differ)
				out <- d.part(ctx, line, from, min(from+steps, len(line)), root)
				d.forget()
				differs.Put(d)
			})
		}
	})
	return parts
}

// part reads what the steps from one place of a line up to another changed.
func (d *differ) part(ctx context.Context, line Line, from, to int, root string) (made part) {
	before, err := d.folderBefore(line, from, root)
	if err != nil {
		return part{err: fmt.Errorf("read the start of the line: %w", err)}
	}
	made.changes = make([]Change, 0, to-from)
	for _, step := range line[from:to] {
		if made.err = ctx.Err(); made.err != nil {
			return made
		}
		after, err := d.folderAt(step.Commit, root)
		if err != nil {
			made.err = fmt.Errorf("read commit %s: %w", step.Commit.ID, err)
			return made
		}
		d.begin()
		if err := d.folders("", before, after, 0); err != nil {
			made.err = fmt.Errorf("read changes of commit %s: %w", step.Commit.ID, err)
			return made
		}
		made.changes = append(made.changes, Change{Step: step, Paths: d.taken()})
		before = after
	}
	return made
}

// differ compares stored folders. It keeps those it has read, since what is new in one commit is old in the next, and the
// zero id stands for a folder that is not there.
type differ struct {
	repo  *Repo
	known map[plumbing.Hash]storedFolder
	pairs [][2]treeEntry // differences that are still to be followed, innermost last
	paths []PathChange   // of the commit at hand
}

func newDiffer(r *Repo) *differ {
	return &differ{repo: r, known: make(map[plumbing.Hash]storedFolder)}
}

// begin goes on to another commit. What one changed lies behind what those before it did, as long as there is room.
func (d *differ) begin() {
	const much, few = 512, 16
	if d.paths = d.paths[len(d.paths):]; cap(d.paths) < few {
		d.paths = make([]PathChange, 0, much)
	}
}

// taken gives what the commit at hand changed.
func (d *differ) taken() []PathChange {
	if len(d.paths) == 0 {
		return nil
	}
	return slices.Clip(d.paths)
}

// forget leaves nothing of one part for the next.
func (d *differ) forget() {
	clear(d.known)
	d.pairs, d.paths = d.pairs[:0], nil
}

// folder reads a folder that keeps the rules.
func (d *differ) folder(id plumbing.Hash) (string, error) {
	f, err := d.unchecked(id)
	if err == nil && !f.checked {
		err = d.walk(id, "", f, func(_, _ treeEntry) {})
	}
	return f.text, err
}

func (d *differ) unchecked(id plumbing.Hash) (storedFolder, error) {
	if id.IsZero() {
		return storedFolder{checked: true}, nil
	}
	if f, ok := d.known[id]; ok {
		return f, nil
	}
	f, err := d.repo.store.folder(id, d.repo.limits.tree)
	if f.checked {
		d.known[id] = f
	}
	return f, err
}

// walk is walkTrees, after which the second folder is known to keep the rules.
func (d *differ) walk(id plumbing.Hash, before string, after storedFolder, visit func(was, is treeEntry)) error {
	if err := walkTrees(id, before, after.text, !after.checked, visit); err != nil {
		return err
	}
	d.repo.store.packs.approve(after)
	after.checked = true
	d.known[id] = after
	return nil
}

// folderBefore finds the folder root as it was before a step of the line.
func (d *differ) folderBefore(line Line, at int, root string) (plumbing.Hash, error) {
	if at > 0 {
		return d.folderAt(line[at-1].Commit, root)
	}
	if len(line[0].Commit.Parents) == 0 {
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
		text, err := d.folder(id)
		if err != nil {
			return id, err
		}
		e, ok := folderNamed(text, name)
		if !ok {
			return plumbing.ZeroHash, nil
		}
		id = e.id
	}
	return id, nil
}

// folderNamed finds a folder in the text of the one it lies in.
func folderNamed(text, name string) (treeEntry, bool) {
	for text != "" {
		e, length, _ := parseEntry(text)
		if e.name == name && e.isFolder() {
			return e, true
		}
		text = text[length:]
	}
	return treeEntry{}, false
}

// folders appends what differs between two folders. Both are in git's order, which is the bytewise order of whole paths.
func (d *differ) folders(prefix string, before, after plumbing.Hash, depth int) error {
	if before == after {
		return nil
	}
	if depth > d.repo.limits.depth {
		return tooDeep(prefix, d.repo.limits)
	}
	a, err := d.folder(before)
	if err != nil {
		return err
	}
	b, err := d.unchecked(after)
	if err != nil {
		return err
	}
	first := len(d.pairs)
	if err := d.walk(after, a, b, func(was, is treeEntry) { d.pairs = append(d.pairs, [2]treeEntry{was, is}) }); err != nil {
		return err
	}
	for i, last := first, len(d.pairs); i < last; i++ {
		if err := d.entries(prefix, d.pairs[i][0], d.pairs[i][1], depth); err != nil {
			return err
		}
	}
	d.pairs = d.pairs[:first]
	return nil
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
