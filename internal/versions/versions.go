// Package versions keeps what evidence said at every moment of a history: which version of each file was there at the end of
// each day, and the records joined around any one subject as they were then.
//
// Nothing is joined that was not asked for. Files of organisations, suppliers and footprints are read once, since many
// subjects rest on them; files of a workload are read by whoever follows that workload and then forgotten, so that memory
// does not grow with the number of workloads.
//
// One law binds it: what surrounds a subject at a state is what [register.New] makes of all records of that state.
package versions

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"
	"unique"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/tape"
)

// Commit is one commit of the mainline with what it changed.
type Commit struct {
	Number      int // among the commits of the history, from 0
	ID          string
	Day         calendar.Date
	Author      string
	Subject     string
	PullRequest int    // that its message names; 0 when none
	Signed      string // the sort of signature it carries, of which nobody knows whether it is good; "" for none

	history     *History
	first, many uint32 // of the history's entries, by path
}

// Files lists the files that the commit changed, by path: those with one of some names, which is that of their group or their own path, or
// all where names are nil.
func (c *Commit) Files(names map[string]bool) []File {
	entries := c.entries()
	if names == nil {
		return c.files(entries, func(*file) bool { return true })
	}
	const scanned = 8 // as many are looked at faster than looked for
	if len(entries) <= scanned*len(names) {
		return c.files(entries, func(f *file) bool { return names[f.group.name] || names[f.path] })
	}
	// A commit that changes something everywhere is asked about by everything that it changes.
	var files []File
	for name := range names {
		own := func(f *file) bool { return f.group.name == name || f.path == name }
		files = append(files, c.files(c.beginning(name), own)...)
	}
	slices.SortFunc(files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return slices.Compact(files)
}

// beginning gives the entries of paths that begin with a prefix.
func (c *Commit) beginning(prefix string) []entry {
	entries := c.entries()
	from, _ := slices.BinarySearchFunc(entries, prefix, func(e entry, p string) int { return cmp.Compare(c.history.all[e.file].path, p) })
	to := from
	for to < len(entries) && strings.HasPrefix(c.history.all[entries[to].file].path, prefix) {
		to++
	}
	return entries[from:to]
}

func (c *Commit) files(entries []entry, picks func(*file) bool) []File {
	var files []File
	for _, e := range entries {
		if picks(c.history.all[e.file]) {
			files = append(files, c.history.fileOf(e))
		}
	}
	return files
}

func (c *Commit) entries() []entry { return c.history.entries[c.first : c.first+c.many] }

// File is a file that a commit changed. Old and New are blob ids, empty where the file was not there.
type File struct {
	Path, Old, New string
	Mode           uint32 // as git stores it; 0 when the file is gone
	Group          string // that the file belongs to; see [Group]
}

// entry is a [File] in little room.
type entry struct {
	file     uint32
	old, new id
	mode     uint32
}

func (h *History) fileOf(e entry) File {
	f := h.all[e.file]
	return File{Path: f.path, Old: h.ids.text(e.old), New: h.ids.text(e.new), Mode: e.mode, Group: f.group.name}
}

// State is what was known from the end of a day until the next state. The commits of one day make one state.
type State struct {
	Day     calendar.Date
	Commits []*Commit // of that day, oldest first
}

// Group gives the group that a file belongs to: evidence/organisations/<ods>/workloads/<workload>, evidence/suppliers/<supplier>,
// evidence/organisations/<ods> for every other file of an organisation, and otherwise the file itself.
func Group(path string) string {
	rest, ok := strings.CutPrefix(path, record.Root+"/")
	if !ok {
		return path
	}
	var depth int // steps of a group after evidence/
	switch {
	case strings.HasPrefix(rest, "organisations/"):
		depth = 2
		if after := step(rest, 2); after > 0 && strings.HasPrefix(rest[after:], "workloads/") && step(rest, 4) > 0 {
			depth = 4
		}
	case strings.HasPrefix(rest, "suppliers/"):
		depth = 2
	default:
		return path
	}
	end := step(rest, depth)
	if end < 0 {
		return path
	}
	return path[:len(record.Root)+end]
}

// step gives where in a path the nth step ended and the next begins, or -1 when there is none.
func step(path string, n int) int {
	at := 0
	for range n {
		i := strings.IndexByte(path[at:], '/')
		if i < 0 {
			return -1
		}
		at += i + 1
	}
	return at
}

// History is the evidence of a line of commits, from its first state to its last.
type History struct {
	states []State
	files  map[string]*file
	all    []*file // by number
	groups map[string]*group
	// What there is most of holds no pointers, or lies together in few large pieces: the collector would look for each of many, again and
	// again.
	entries []entry
	ids     ids
	texts   tape.Keeper
	slabs   struct { // what the next of many is taken from
		files   []file
		commits []Commit
		changes [][1]change // room for the first of each file, which is the only one of most
	}
	made int // commits
	live int // files and folders that are there at the last state, as far as they count
	most int

	reader *load.Reader
	blob   func(id string) ([]byte, error)
	sorted []*group // by name, once the history is complete
	notes  []note
	index  index
	prover Prover   // nil when nothing is proven
	absent sync.Map // groups that never were and were looked for, by name
}

// group is a folder that changes as one. Its files are by path once the history is complete.
type group struct {
	name  string
	files []*file
	by    []touch // the commits that changed one of its files, oldest first
	own   bool    // the folder of a workload: read by whoever follows it

	mu    sync.Mutex
	parts []*part // of a shared group, joined, by state

	facing sync.Mutex
	faces  []int32 // of an organisation: states in which it came to show another face
	faced  bool    // they are known
}

// touch is a commit, by its state and its place in that.
type touch struct{ state, commit int32 }

// file is a file through time.
type file struct {
	path    string
	number  uint32
	group   *group
	changes []change // ascending
	held    []*held  // of a shared group: each version as it was read
}

// change is a file from a state on.
type change struct {
	state  int32
	mode   uint32
	blob   id // none when it is gone
	what   load.What
	record bool // it ought to be a record
	noted  bool // what it says of others is among the notes
}

// New begins a history. Blob reads the content of a file by its id.
func New(reader *load.Reader, blob func(id string) ([]byte, error)) *History {
	return &History{files: make(map[string]*file), groups: make(map[string]*group), reader: reader, blob: blob}
}

// Add takes in the next commit of the line. Paths are relative to the repository root. A commit that changes no file is no
// event.
func (h *History) Add(c gitrepo.Change) {
	if len(c.Paths) == 0 {
		return
	}
	commit := take(&h.slabs.commits)
	*commit = Commit{
		ID: h.texts.Keep(c.Commit.ID), Author: unique.Make(c.Commit.Author.Name).Value(), Subject: h.texts.Keep(c.Commit.Subject),
		PullRequest: c.Commit.PullRequest, Signed: c.Commit.Signed,
	}
	h.begin(c.Day, commit)
	for _, p := range c.Paths {
		f := h.file(record.Root + "/" + p.Path)
		h.enter(f, entry{file: f.number, old: h.oldOf(f, p.Old), new: h.ids.add(p.New), mode: p.NewMode})
	}
}

// begin takes in the next commit, without what it changed.
func (h *History) begin(day calendar.Date, c *Commit) {
	if n := len(h.states); n == 0 || h.states[n-1].Day != day {
		h.states = append(h.states, State{Day: day})
	}
	now := &h.states[len(h.states)-1]
	c.Number, c.Day, c.history, c.first = h.made, day, h, uint32(len(h.entries))
	h.made++
	now.Commits = append(now.Commits, c)
}

// enter takes in what the newest commit made of a file.
func (h *History) enter(f *file, e entry) {
	h.entries = append(h.entries, e)
	now := h.states[len(h.states)-1].Commits
	now[len(now)-1].many++
	h.change(f, e)
}

// slab is how many things of a sort are made at once.
const slab = 1024

// take gives the next of a sort of which there are many.
func take[T any](from *[]T) *T {
	if len(*from) == 0 {
		*from = make([]T, slab)
	}
	one := &(*from)[0]
	*from = (*from)[1:]
	return one
}

// file finds a file, or begins it.
func (h *History) file(path string) *file {
	f := h.files[path]
	if f == nil {
		path = h.texts.Keep(path)
		f = take(&h.slabs.files)
		*f = file{path: path, number: uint32(len(h.all)), group: h.groupOf(path)}
		h.files[path], h.all = f, append(h.all, f)
		f.group.files = append(f.group.files, f)
	}
	return f
}

// oldOf gives what a file was before, which is nearly always what it became last.
func (h *History) oldOf(f *file, old string) id {
	if newest := f.newest(); h.ids.is(newest, old) {
		return newest
	}
	return h.ids.add(old)
}

// newest is what a file is as far as the history goes; nothing when it is not there.
func (f *file) newest() id {
	if len(f.changes) == 0 {
		return 0
	}
	return f.changes[len(f.changes)-1].blob
}

// change takes in what the newest commit made of a file.
func (h *History) change(f *file, e entry) {
	state := int32(len(h.states) - 1)
	next := change{state: state, mode: e.mode, blob: e.new}
	n := len(f.changes)
	switch {
	case e.new == 0:
	case n > 0 && f.changes[n-1].blob != 0 && f.changes[n-1].mode == e.mode:
		next.what, next.record = f.changes[n-1].what, f.changes[n-1].record
	default:
		var kind record.Kind
		next.what, kind = load.WhatIs(f.path, e.mode)
		next.record = kind != ""
	}
	h.count(f.newest() != 0, e.new != 0)
	if n > 0 && f.changes[n-1].state == state {
		n--
	}
	if f.changes == nil {
		f.changes = take(&h.slabs.changes)[:0]
	}
	f.changes = append(f.changes[:n], next)
	if !f.group.own {
		f.held = append(f.held[:n], new(held))
	}
	g := f.group
	t := touch{state, int32(len(h.states[state].Commits) - 1)}
	if n := len(g.by); n == 0 || g.by[n-1] != t {
		g.by = append(g.by, t)
	}
}

// count keeps the greatest number of files that were there at once.
func (h *History) count(before, now bool) {
	switch {
	case now && !before:
		h.live++
	case before && !now:
		h.live--
	}
	h.most = max(h.most, h.live)
}

func (h *History) groupOf(path string) *group {
	name := Group(path)
	g := h.groups[name]
	if g == nil {
		g = &group{name: name, own: strings.Contains(name, "/workloads/")}
		h.groups[name] = g
	}
	return g
}

// never gives the group of a name that no file ever had: nothing is in it, and nothing about it changes.
func (h *History) never(name string) *group {
	g, ok := h.absent.Load(name)
	if !ok {
		g, _ = h.absent.LoadOrStore(name, &group{name: name})
	}
	return g.(*group)
}

// Most is the greatest number of files that were there at once.
func (h *History) Most() int { return h.most }

// States lists the states, oldest first.
func (h *History) States() []State { return h.states }

// at gives what a file was at a state; nil when it was not there.
func (f *file) at(state int32) *change {
	i, found := slices.BinarySearchFunc(f.changes, state, func(c change, s int32) int { return cmp.Compare(c.state, s) })
	if !found {
		i--
	}
	if i < 0 || f.changes[i].blob == 0 {
		return nil
	}
	return &f.changes[i]
}

// since gives the last state up to another in which a file changed, or -1.
func (f *file) since(state int32) int32 {
	for _, c := range slices.Backward(f.changes) {
		if c.state <= state {
			return c.state
		}
	}
	return -1
}

// after gives the first state after another in which a file changed, or -1.
func (f *file) after(state int32) int32 {
	for _, c := range f.changes {
		if c.state > state {
			return c.state
		}
	}
	return -1
}

// since gives the last state up to another in which a group changed, or -1.
func (g *group) since(state int32) int32 {
	i := g.place(state + 1)
	if i == 0 {
		return -1
	}
	return g.by[i-1].state
}

// after gives the first state after another in which a group changed, or -1.
func (g *group) after(state int32) int32 {
	i := g.place(state + 1)
	if i == len(g.by) {
		return -1
	}
	return g.by[i].state
}

// place gives where the commits of a state, or else those after it, begin.
func (g *group) place(state int32) int {
	i, _ := slices.BinarySearchFunc(g.by, state, func(t touch, s int32) int { return cmp.Compare(t.state, s) })
	return i
}

// Touching lists the commits of a state, oldest first, that may have changed something with one of some names: any file of a group, or
// the file with a path. None that did is left out; of a file among others in its group it is the group that counts.
func (h *History) Touching(state int, names iter.Seq[string]) []*Commit {
	var places []int32
	for name := range names {
		g := h.groups[name]
		if g == nil {
			g = h.groups[Group(name)]
		}
		if g == nil {
			continue
		}
		for at := g.place(int32(state)); at < len(g.by) && g.by[at].state == int32(state); at++ {
			places = append(places, g.by[at].commit)
		}
	}
	slices.Sort(places)
	var commits []*Commit
	for _, i := range slices.Compact(places) {
		commits = append(commits, h.states[state].Commits[i])
	}
	return commits
}

// Each visits, oldest first, every change that the history holds of files whose paths begin with a prefix. The prefix must be a
// path, or a folder within one group with the slash at its end.
func (h *History) Each(prefix string, visit func(*Commit, File)) {
	g := h.groups[Group(prefix)]
	if g == nil {
		return
	}
	for _, t := range g.by {
		c := h.states[t.state].Commits[t.commit]
		for _, e := range c.entries() {
			if strings.HasPrefix(h.all[e.file].path, prefix) {
				visit(c, h.fileOf(e))
			}
		}
	}
}

// Prover tells what a history proves about the approvals of its workloads.
type Prover interface {
	// Workload gathers what there is of a workload, of any time, and gives a function that tells what is proven once the commits of a
	// state are known. Controller is the organisation that answers for it then. The desk is that of who follows the workload.
	Workload(desk *Desk, id string) func(controller string, state int) register.Proof
}

// ProveBy lets views of workloads tell what is proven about their approvals. It is called before any is followed.
func (h *History) ProveBy(p Prover) { h.prover = p }
