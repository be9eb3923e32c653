package versions

import (
	"bytes"
	"cmp"
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
)

// index knows the few things that are written at one subject and matter to another.
type index struct {
	needing    map[string][]*group // by workload: groups of workloads that say, at some time, that they depend on it
	footprints map[string][]*group // by workload: footprints that share it at some time
	claims     map[string][]claim  // by path: records that say, at some time, that they used to be there
}

// claim is a record that says where it used to be, from one of its changes up to the next.
type claim struct {
	file *file
	at   int
}

// note is what one version of a file says of others.
type note struct {
	path, blob string
	formerly   string
	dependsOn  []string
	shares     []string
}

// Complete ends the building of a history. It looks for what is written at one subject and matters to another; versions that
// were looked at before are known by their notes.
func (h *History) Complete(ctx context.Context) error {
	h.settle()
	h.sorted = h.sorted[:0]
	for _, g := range h.groups {
		slices.SortFunc(g.files, func(a, b *file) int { return cmp.Compare(a.path, b.path) })
		h.sorted = append(h.sorted, g)
	}
	slices.SortFunc(h.sorted, func(a, b *group) int { return cmp.Compare(a.name, b.name) })
	var mu sync.Mutex
	look, looking := errgroup.WithContext(ctx)
	look.SetLimit(runtime.GOMAXPROCS(0))
	for few := range slices.Chunk(h.sorted, 64) {
		look.Go(func() error {
			found, err := h.look(looking, few)
			mu.Lock()
			defer mu.Unlock()
			h.notes = append(h.notes, found...)
			return err
		})
	}
	if err := look.Wait(); err != nil {
		return err
	}
	slices.SortFunc(h.notes, func(a, b note) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.blob, b.blob)) })
	h.indexNotes()
	return nil
}

// settle puts the changes of all files behind each other, and likewise the commits of all groups. Whatever is added after that stands
// apart again.
func (h *History) settle() {
	changes, touches := 0, 0
	for _, f := range h.all {
		changes += len(f.changes)
	}
	for _, g := range h.groups {
		touches += len(g.by)
	}
	allChanges, allTouches := make([]change, 0, changes), make([]touch, 0, touches)
	for _, f := range h.all {
		f.changes = behind(&allChanges, f.changes)
	}
	for _, g := range h.groups {
		g.by = behind(&allTouches, g.by)
	}
}

// behind copies a list behind others, in the room that they have, and gives the copy.
func behind[T any](all *[]T, list []T) []T {
	from := len(*all)
	*all = append(*all, list...)
	return slices.Clip((*all)[from:])
}

// look makes the notes of versions that nobody has looked at yet.
func (h *History) look(ctx context.Context, groups []*group) ([]note, error) {
	var notes []note
	for _, g := range groups {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, f := range g.files {
			for i := range f.changes {
				c := &f.changes[i]
				// Words can be written otherwise only with a backslash.
				if c.noted || c.what != load.Record || !h.mentions(c, "formerly", "dependsOn", "sharedWorkloads", `\`) {
					continue
				}
				content, err := h.read(f, c)
				if err != nil {
					return nil, err
				}
				if n, ok := noteOf(f.path, h.ids.text(c.blob), content.Record); ok {
					notes = append(notes, n)
				}
			}
		}
	}
	return notes, nil
}

func noteOf(path, blob string, r *record.Record) (note, bool) {
	n := note{path: path, blob: blob}
	if r == nil {
		return n, false
	}
	n.formerly = r.Formerly()
	switch facts := r.Value.(type) {
	case *record.Workload:
		n.dependsOn = facts.DependsOn
	case *record.Footprint:
		n.shares = facts.SharedWorkloads
	}
	return n, n.formerly != "" || len(n.dependsOn) > 0 || len(n.shares) > 0
}

// indexNotes sorts the notes by what they are about.
func (h *History) indexNotes() {
	h.index = index{needing: make(map[string][]*group), footprints: make(map[string][]*group), claims: make(map[string][]claim)}
	for _, n := range h.notes {
		f := h.files[n.path]
		for _, id := range n.dependsOn {
			h.index.needing[id] = addGroup(h.index.needing[id], f.group)
		}
		for _, id := range n.shares {
			h.index.footprints[id] = addGroup(h.index.footprints[id], f.group)
		}
		if n.formerly == "" {
			continue
		}
		for i, c := range f.changes {
			if h.ids.is(c.blob, n.blob) {
				h.index.claims[n.formerly] = append(h.index.claims[n.formerly], claim{f, i})
			}
		}
	}
}

// Concerned gives the groups that a file says something about, in any of its versions, without lying in them or naming them
// there: the workloads that it depends on or shares, and where it used to be, with whatever else says that it used to be there.
func (h *History) Concerned(path string) []string {
	var names []string
	at, _ := slices.BinarySearchFunc(h.notes, path, func(n note, p string) int { return cmp.Compare(n.path, p) })
	for ; at < len(h.notes) && h.notes[at].path == path; at++ {
		n := h.notes[at]
		for _, id := range slices.Concat(n.dependsOn, n.shares) {
			names = append(names, Group(workloadPath(id)))
		}
		if n.formerly != "" {
			names = append(names, Group(n.formerly))
			for _, c := range h.index.claims[n.formerly] {
				names = append(names, c.file.group.name)
			}
		}
	}
	return names
}

// mentions tells whether the bytes of a version hold one of some words. What cannot be read is found out when it is.
func (h *History) mentions(c *change, words ...string) bool {
	src, err := h.blob(h.ids.text(c.blob))
	return err == nil && slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(src, []byte(w)) })
}

func addGroup(list []*group, g *group) []*group {
	if slices.Contains(list, g) {
		return list
	}
	return append(list, g)
}

// Families parts subjects, named by id, into those between which records of a kind moved at some time. Each is sorted, and so
// are they by their first member. IDAt gives the id of the subject whose own record lies at a path.
func (h *History) Families(kind record.Kind, ids []string, idAt func(path string) string) [][]string {
	parent := make(map[string]string, len(ids))
	for _, id := range ids {
		parent[id] = id
	}
	var root func(id string) string
	root = func(id string) string {
		if parent[id] != id {
			parent[id] = root(parent[id])
		}
		return parent[id]
	}
	for old, claims := range h.index.claims {
		if of, ok := record.KindOf(old); !ok || of != kind {
			continue
		}
		for _, c := range claims {
			if of, _ := record.KindOf(c.file.path); of != kind {
				continue
			}
			a, b := idAt(old), idAt(c.file.path)
			if parent[a] == "" || parent[b] == "" {
				continue
			}
			a, b = root(a), root(b)
			parent[max(a, b)] = min(a, b)
		}
	}
	members := make(map[string][]string, len(ids))
	var roots []string
	for _, id := range slices.Sorted(slices.Values(ids)) {
		r := root(id)
		if members[r] == nil {
			roots = append(roots, r)
		}
		members[r] = append(members[r], id)
	}
	families := make([][]string, len(roots))
	for i, r := range roots {
		families[i] = members[r]
	}
	return families
}

// claimed tells whether a record before another in the order of paths says at a state that it used to be at a path. The one
// that comes first counts, whether or not anything else is wrong with it.
func (h *History) claimed(formerly, before string, state int32) bool {
	return slices.ContainsFunc(h.index.claims[formerly], func(c claim) bool {
		return c.file.path < before && c.file.at(state) == &c.file.changes[c.at]
	})
}

// workload gives the id of the workload whose folder a group is.
func (g *group) workload() string {
	rest := strings.TrimPrefix(g.name, record.Root+"/organisations/")
	ods, slug, _ := strings.Cut(rest, "/workloads/")
	return ods + "/" + slug
}
