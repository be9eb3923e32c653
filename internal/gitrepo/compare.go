package gitrepo

import (
	"context"
	"fmt"
)

// Compare gives what is different below the folder root between two commits, sorted bytewise by path, whatever lies between
// them. Only folders whose content differs are read.
func (r *Repo) Compare(before, after Commit, root string) ([]PathChange, error) {
	d := newDiffer(r)
	from, err := d.folderAt(before, root)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", before.ID, err)
	}
	to, err := d.folderAt(after, root)
	if err != nil {
		return nil, fmt.Errorf("read commit %s: %w", after.ID, err)
	}
	if err := d.folders("", from, to, 0); err != nil {
		return nil, fmt.Errorf("compare commits %s and %s: %w", before.ID, after.ID, err)
	}
	return d.paths, nil
}

// Descends tells whether a commit is another one or comes after it, by way of any of its parents.
func (r *Repo) Descends(ctx context.Context, later, earlier Commit) (bool, error) {
	if later.ID == earlier.ID {
		return true, nil
	}
	seen := map[string]bool{later.ID: true}
	waiting := []Commit{later}
	for len(waiting) > 0 {
		c := waiting[0]
		waiting = waiting[1:]
		for _, id := range c.Parents {
			if id == earlier.ID {
				return true, nil
			}
			if seen[id] {
				continue
			}
			seen[id] = true
			if err := ctx.Err(); err != nil {
				return false, err
			}
			if len(seen) > r.limits.commits {
				return false, &LimitError{What: "the history", Limit: int64(r.limits.commits), Unit: "commits"}
			}
			hash, _ := parseID(id)
			parent, err := r.commit(hash)
			if err != nil {
				return false, fmt.Errorf("read history: %w", err)
			}
			waiting = append(waiting, parent)
		}
	}
	return false, nil
}
