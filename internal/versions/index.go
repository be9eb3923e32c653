package versions

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
)

// index knows the few things that are written at one subject and matter to another.
type index struct {
	needing    map[string][]*group // by workload: groups of workloads that say, at some time, that they depend on it
	footprints map[string][]*group // by workload: footprints that share it at some time
	claims     map[string][]claim  // by path: records that say, at some time, that they used to be there
}

// claim is a record that says where it used to be, from one state up to another.
type claim struct {
	path        string
	from, until int32 // until is -1 when it still says so
}

// Complete ends the building of a history. It looks for what is written at one subject and matters to another.
func (h *History) Complete() error {
	h.index = index{needing: make(map[string][]*group), footprints: make(map[string][]*group), claims: make(map[string][]claim)}
	groups := make([]*group, 0, len(h.groups))
	for _, g := range h.groups {
		slices.SortFunc(g.files, func(a, b *file) int { return cmp.Compare(a.path, b.path) })
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b *group) int { return cmp.Compare(a.name, b.name) })
	h.sorted = groups
	for _, g := range groups {
		for _, f := range g.files {
			for i := range f.changes {
				if err := h.note(f, i); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// note takes what one version of a file says of others into the index.
func (h *History) note(f *file, i int) error {
	c := &f.changes[i]
	if c.what != load.Record || f.group.own && !h.mentions(c, "formerly", "dependsOn") {
		return nil
	}
	content, err := h.read(f, c)
	if err != nil || content.Record == nil {
		return err
	}
	if old := content.Record.Formerly(); old != "" {
		until := int32(-1)
		if i+1 < len(f.changes) {
			until = f.changes[i+1].state
		}
		h.index.claims[old] = append(h.index.claims[old], claim{f.path, c.state, until})
	}
	switch facts := content.Record.Value.(type) {
	case *record.Workload:
		for _, id := range facts.DependsOn {
			h.index.needing[id] = addGroup(h.index.needing[id], f.group)
		}
	case *record.Footprint:
		for _, id := range facts.SharedWorkloads {
			h.index.footprints[id] = addGroup(h.index.footprints[id], f.group)
		}
	}
	return nil
}

// mentions tells whether the bytes of a version hold one of some words. What cannot be read is found out when it is.
func (h *History) mentions(c *change, words ...string) bool {
	src, err := h.blob(c.blob)
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
			if of, _ := record.KindOf(c.path); of != kind {
				continue
			}
			a, b := idAt(old), idAt(c.path)
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
		return c.path < before && c.from <= state && (c.until < 0 || state < c.until)
	})
}

// workload gives the id of the workload whose folder a group is.
func (g *group) workload() string {
	rest := strings.TrimPrefix(g.name, record.Root+"/organisations/")
	ods, slug, _ := strings.Cut(rest, "/workloads/")
	return ods + "/" + slug
}
