package versions

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// Workloads lists the ids of everything that ever had the folder of a workload, sorted.
func (h *History) Workloads() []string {
	return h.idsOf(func(g *group) (string, bool) { return g.workload(), g.own })
}

// Organisations lists the codes of everything that ever had the folder of an organisation.
func (h *History) Organisations() []string {
	return h.idsOf(func(g *group) (string, bool) {
		ods, ok := strings.CutPrefix(g.name, record.Root+"/organisations/")
		return ods, ok && !g.own && !strings.Contains(ods, "/")
	})
}

// Suppliers lists the ids of everything that ever had the folder of a supplier.
func (h *History) Suppliers() []string {
	return h.idsOf(func(g *group) (string, bool) {
		id, ok := strings.CutPrefix(g.name, record.Root+"/suppliers/")
		return id, ok && !strings.Contains(id, "/")
	})
}

// Footprints lists the ids of everything that ever was a footprint.
func (h *History) Footprints() []string {
	return h.idsOf(func(g *group) (string, bool) {
		id, ok := strings.CutPrefix(g.name, record.Root+"/footprints/")
		id, yaml := strings.CutSuffix(id, ".yaml")
		return id, ok && yaml && !strings.Contains(id, "/")
	})
}

// Contracts lists the ids of everything that ever was a contract.
func (h *History) Contracts() []string {
	var ids []string
	for _, g := range h.sorted {
		for _, f := range g.files {
			if !strings.Contains(f.path, "/contracts/") || !slices.ContainsFunc(f.changes, func(c change) bool { return c.is(f, record.KindContract) }) {
				continue
			}
			ods, slug, _ := strings.Cut(strings.TrimPrefix(f.path, record.Root+"/organisations/"), "/contracts/")
			ids = append(ids, ods+"/"+strings.TrimSuffix(slug, ".yaml"))
		}
	}
	slices.Sort(ids)
	return ids
}

// is tells whether a version of a file is there and ought to be a record of some kind.
func (c change) is(f *file, kind record.Kind) bool {
	_, of := load.WhatIs(f.path, c.mode)
	return c.blob != 0 && of == kind
}

func (h *History) idsOf(of func(*group) (string, bool)) []string {
	var ids []string
	for _, g := range h.sorted {
		if id, ok := of(g); ok {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// workloadsOf lists the workloads whose folders lie in that of an organisation, at any time.
func (h *History) workloadsOf(ods string) []string {
	prefix := record.Root + "/organisations/" + ods + "/workloads/"
	at, _ := slices.BinarySearchFunc(h.sorted, prefix, func(g *group, p string) int { return strings.Compare(g.name, p) })
	var ids []string
	for _, g := range h.sorted[at:] {
		if !strings.HasPrefix(g.name, prefix) {
			break
		}
		ids = append(ids, g.workload())
	}
	slices.Sort(ids)
	return ids
}

// listing is a workload by its own record alone.
type listing struct {
	change   *change
	workload *register.Workload
	touched  []*group
}

// listed gives an organisation's workloads by their own records, in the order of their ids. Other files of theirs are not
// read, and a change of those is no event.
func (f *Follower) listed(m *moment) []*register.Workload {
	if f.listings == nil {
		f.records = f.history.recordsOf(f.id)
		f.listings = make([]*listing, len(f.records))
	}
	changed, as := f.turned(), true // as: the listings rest on the same groups as before
	list := make([]*register.Workload, 0, len(f.records))
	for i, file := range f.records {
		c, was := file.at(f.state), f.listings[i]
		now := was
		switch {
		case c == nil || c.what != load.Record:
			now = nil
		case was == nil || was.change != c:
			now = f.list(m, file, c)
		case slices.ContainsFunc(was.touched, func(g *group) bool { return slices.Contains(changed, g) }):
			now = f.listAgain(m, file, was)
		}
		if f.listings[i] = now; now != was {
			as = as && now != nil && was != nil && slices.Equal(now.touched, was.touched)
		}
		if now != nil && now.workload != nil {
			list = append(list, now.workload)
		}
	}
	if !as {
		f.listedOn = f.restedOn()
	}
	own := m.touched
	for _, g := range f.listedOn {
		if g != m.home && !slices.Contains(own, g) {
			m.touched = append(m.touched, g)
		}
	}
	return list
}

// turned gives the groups that are listed and changed since the listings were made: of many most often one.
func (f *Follower) turned() []*group {
	var list []*group
	for _, g := range append(slices.Clip(f.touched), f.home) {
		if g.since(f.state) > f.listedAt {
			list = append(list, g)
		}
	}
	f.listedAt = f.state
	return list
}

// restedOn gives the groups that the listings rest on, each once.
func (f *Follower) restedOn() []*group {
	var list []*group
	seen := make(map[*group]bool)
	for _, l := range f.listings {
		if l == nil {
			continue
		}
		for _, g := range l.touched {
			if !seen[g] {
				seen[g] = true
				list = append(list, g)
			}
		}
	}
	return list
}

// recordsOf lists the own records of everything that was ever a workload of an organisation, in the order of their ids.
func (h *History) recordsOf(ods string) []*file {
	var list []*file
	for _, id := range h.workloadsOf(ods) {
		if f := h.files[workloadPath(id)]; f != nil {
			list = append(list, f)
		}
	}
	return list
}

// listAgain lists a workload whose own record is what it was. If everything that it names is still there, it joins as it did.
func (f *Follower) listAgain(m *moment, file *file, was *listing) *listing {
	if was.workload != nil {
		inner := &moment{history: f.history, state: f.state, desk: f.desk, home: file.group, depth: near, touched: slices.Clip(was.touched)}
		if w := inner.repointed(was.workload); w != nil && inner.err == nil {
			return &listing{change: was.change, workload: w, touched: inner.touched}
		}
	}
	return f.list(m, file, was.change)
}

func (f *Follower) list(m *moment, file *file, c *change) *listing {
	inner := &moment{history: f.history, state: f.state, desk: f.desk, home: file.group, depth: near}
	l := &listing{change: c}
	content := inner.read(file, c)
	if content.Record != nil {
		if reg := register.Part([]*record.Record{content.Record}, map[string]string{file.path: content.Digest}, inner, nil); len(reg.Workloads) > 0 {
			l.workload = reg.Workloads[0]
		}
	}
	if inner.err != nil {
		m.fail(inner.err)
	}
	l.touched = inner.touched
	return l
}

// Touched is a commit with some of the files that it changed, by path.
type Touched struct {
	*Commit
	Files []File
}

// Commits lists the commits that changed files of a group, or of those only the one with a path, newest first, each with those files
// alone.
func (h *History) Commits(name, path string) []Touched {
	g := h.groups[name]
	if g == nil {
		return nil
	}
	names := map[string]bool{cmp.Or(path, name): true}
	var list []Touched
	for _, t := range slices.Backward(g.by) {
		c := h.states[t.state].Commits[t.commit]
		if files := c.Files(names); len(files) > 0 {
			list = append(list, Touched{c, files})
		}
	}
	return list
}

// Newest gives the newest commit that changed what a subject rests on: a file of one of its groups, or a workload's own record
// in one of the organisations, by code, that count for it, since those are judged with the list of their workloads. The subject
// last turned in the given state, which may be due to a group that it no longer has; then it is the first commit of that state,
// which no later commit of the same day unseats. It is nil when there is none. A negative state is none.
func (h *History) Newest(groups, organisations []string, state int) *Commit {
	last := touch{int32(state), -1} // by a file of a group
	for _, name := range groups {
		if g := h.groups[name]; g != nil {
			if t := g.by[len(g.by)-1]; t.state > last.state || t.state == last.state && t.commit > last.commit {
				last = t
			}
		}
	}
	if last.state < 0 {
		return nil
	}
	commits := h.states[last.state].Commits
	for _, c := range slices.Backward(commits[last.commit+1:]) {
		if slices.ContainsFunc(c.entries(), func(e entry) bool { return lists(organisations, h.all[e.file].path) }) {
			return c
		}
	}
	return commits[max(last.commit, 0)]
}

// lists tells whether a path is that of a workload's own record in one of some organisations.
func lists(organisations []string, path string) bool {
	ods, workload, ok := strings.Cut(strings.TrimPrefix(path, record.Root+"/organisations/"), "/workloads/")
	return ok && strings.HasSuffix(workload, "/workload.yaml") && slices.Contains(organisations, ods)
}
