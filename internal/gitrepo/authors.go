package gitrepo

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// Authors tells who wrote what the steps of a line changed. It may be used by several goroutines at once.
type Authors struct {
	repo  *Repo
	trail *Trail

	once    sync.Once
	brought map[string][]Commit // by merge: the commits that it brought into the line, those of earlier merges left out
	err     error

	mu      sync.Mutex
	commits map[string]Commit
	folders map[[2]string][]treeEntry // by tree of the commit and path
}

// Authors prepares to tell who wrote the changes along a line that begins with the first commit.
func (r *Repo) Authors(t *Trail) *Authors { return &Authors{repo: r, trail: t} }

// Of gives the addresses of those who wrote the change of a file that a step of the line made, sorted: of a merge, the authors of
// the merged commits that changed the file, and of the merge itself when it holds what none of its parents holds. Whoever a
// message names as co-author is an author too. All of it is what the commits say of themselves.
func (a *Authors) Of(ctx context.Context, step Commit, file string) ([]string, error) {
	if len(step.Parents) < 2 {
		return inOrder(authorsIn(step)), nil
	}
	if a.once.Do(func() { a.err = a.gather(ctx) }); a.err != nil {
		return nil, a.err
	}
	var list []string
	for _, c := range append(slices.Clip(a.brought[step.ID]), step) {
		own, err := a.changedItself(c, file)
		if err != nil {
			return nil, err
		}
		if own {
			list = append(list, authorsIn(c)...)
		}
	}
	return inOrder(list), nil
}

func inOrder(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// authorsIn gives the author of a commit and those whom its message names beside.
func authorsIn(c Commit) []string {
	list := []string{c.Author.Email}
	for line := range strings.Lines(c.Body) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || !strings.EqualFold(name, "Co-authored-by") {
			continue
		}
		if _, address, ok := strings.Cut(rest, "<"); ok {
			address, _, _ = strings.Cut(address, ">")
			list = append(list, strings.TrimSpace(address))
		}
	}
	return list
}

// gather finds what every merge of the line brought. Merges are looked at in their order, so what an earlier one brought is known.
func (a *Authors) gather(ctx context.Context) error {
	known := make(map[string]bool, a.trail.Len())
	a.brought = make(map[string][]Commit)
	for i := range a.trail.Len() {
		step := a.trail.Commit(i + 1)
		var todo []string
		if len(step.Parents) > 1 {
			todo = slices.Clone(step.Parents[1:])
		}
		for len(todo) > 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			text := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if known[text] {
				continue
			}
			known[text] = true
			id, _ := parseID(text)
			c, err := a.repo.commit(id)
			if err != nil {
				return err
			}
			a.brought[step.ID] = append(a.brought[step.ID], c)
			todo = append(todo, c.Parents...)
		}
		known[step.ID] = true
	}
	return nil
}

// changedItself tells whether a commit holds a file otherwise than every one of its parents does.
func (a *Authors) changedItself(c Commit, file string) (bool, error) {
	now, err := a.blobAt(c, file)
	if err != nil {
		return false, err
	}
	if len(c.Parents) == 0 {
		return !now.IsZero(), nil
	}
	for _, text := range c.Parents {
		parent, err := a.parent(text)
		if err != nil {
			return false, err
		}
		before, err := a.blobAt(parent, file)
		if err != nil {
			return false, err
		}
		if before == now {
			return false, nil
		}
	}
	return true, nil
}

// blobAt finds a file of a commit; the zero id stands for none.
func (a *Authors) blobAt(c Commit, file string) (plumbing.Hash, error) {
	entries, err := a.folder(c, path.Dir(file))
	if err != nil {
		return plumbing.ZeroHash, err
	}
	e, ok := entryNamed(entries, path.Base(file))
	if !ok || e.isFolder() {
		return plumbing.ZeroHash, nil
	}
	return e.id, nil
}

// lately is how many commits, and folders of commits, are remembered: the files of one folder are asked for one after the other.
const lately = 4096

func (a *Authors) parent(text string) (Commit, error) {
	a.mu.Lock()
	c, ok := a.commits[text]
	a.mu.Unlock()
	if ok {
		return c, nil
	}
	id, _ := parseID(text)
	c, err := a.repo.commit(id)
	if err != nil {
		return c, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.commits == nil || len(a.commits) >= lately {
		a.commits = make(map[string]Commit)
	}
	a.commits[text] = c
	return c, nil
}

// folder gives what a folder of a commit holds; nothing when the commit has no such folder.
func (a *Authors) folder(c Commit, dir string) ([]treeEntry, error) {
	at := [2]string{c.Tree, dir}
	a.mu.Lock()
	entries, ok := a.folders[at]
	a.mu.Unlock()
	if ok {
		return entries, nil
	}
	id, err := a.repo.folderAt(c, dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		entries = nil
	case err != nil:
		return nil, err
	default:
		if entries, err = a.repo.tree(id); err != nil {
			return nil, err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.folders == nil || len(a.folders) >= lately {
		a.folders = make(map[[2]string][]treeEntry)
	}
	a.folders[at] = entries
	return entries, nil
}

// FolderID gives the id of a folder of a commit, which stands for everything in it; empty when there is no such folder.
func (r *Repo) FolderID(c Commit, root string) (string, error) {
	id, err := r.folderAt(c, root)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return id.String(), nil
}
