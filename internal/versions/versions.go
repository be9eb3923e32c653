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
	"slices"
	"strings"
	"sync"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// Commit is one commit of the mainline with what it changed.
type Commit struct {
	ID          string
	Day         calendar.Date
	Author      string
	Subject     string
	PullRequest int    // that its message names; 0 when none
	Signed      string // the sort of signature it carries, of which nobody knows whether it is good; "" for none
	Files       []File // by path
}

// File is a file that a commit changed. Old and New are blob ids, empty where the file was not there.
type File struct {
	Path, Old, New string
	Mode           uint32 // as git stores it; 0 when the file is gone
	Group          string // that the file belongs to; see [Group]
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
	groups map[string]*group
	live   int // files and folders that are there at the last state, as far as they count
	most   int

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
	name   string
	files  []*file
	states []int32 // in which one of its files changed, ascending
	own    bool    // the folder of a workload: read by whoever follows it

	mu    sync.Mutex
	parts []*part // of a shared group, joined

	facing sync.Mutex
	faces  []int32 // of an organisation: states in which it came to show another face
	faced  bool    // they are known
}

// file is a file through time.
type file struct {
	path    string
	group   *group
	changes []change // ascending
}

// change is a file from a state on.
type change struct {
	state int32
	mode  uint32
	blob  string // "" when it is gone
	what  load.What
	kind  record.Kind
	noted bool  // what it says of others is among the notes
	read  *held // of a shared group
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
	if n := len(h.states); n == 0 || h.states[n-1].Day != c.Day {
		h.states = append(h.states, State{Day: c.Day})
	}
	now := &h.states[len(h.states)-1]
	commit := &Commit{
		ID: c.Commit.ID, Day: c.Day, Author: c.Commit.Author.Name, Subject: c.Commit.Subject, PullRequest: c.Commit.PullRequest, Signed: c.Commit.Signed,
		Files: make([]File, 0, len(c.Paths)),
	}
	now.Commits = append(now.Commits, commit)
	for _, p := range c.Paths {
		path := record.Root + "/" + p.Path
		old := h.last(path, p.Old)
		f := h.add(path, p.New, p.NewMode)
		commit.Files = append(commit.Files, File{Path: f.path, Old: old, New: p.New, Mode: p.NewMode, Group: f.group.name})
	}
}

// last gives the same id as it stands in the change before, so that it is in memory once.
func (h *History) last(path, old string) string {
	if f := h.files[path]; f != nil {
		if n := len(f.changes); n > 0 && f.changes[n-1].blob == old {
			return f.changes[n-1].blob
		}
	}
	return old
}

func (h *History) add(path, blob string, mode uint32) *file {
	f := h.files[path]
	if f == nil {
		f = &file{path: path, group: h.groupOf(path)}
		h.files[path] = f
		f.group.files = append(f.group.files, f)
	}
	state := int32(len(h.states) - 1)
	next := change{state: state, mode: mode, blob: blob}
	if blob != "" {
		next.what, next.kind = load.WhatIs(path, mode)
	}
	if !f.group.own {
		next.read = new(held)
	}
	n := len(f.changes)
	h.count(n > 0 && f.changes[n-1].blob != "", blob != "")
	if n > 0 && f.changes[n-1].state == state {
		f.changes[n-1] = next
	} else {
		f.changes = append(f.changes, next)
	}
	g := f.group
	if n := len(g.states); n == 0 || g.states[n-1] != state {
		g.states = append(g.states, state)
	}
	return f
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
	if i < 0 || f.changes[i].blob == "" {
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
	i, found := slices.BinarySearch(g.states, state)
	if found {
		return state
	}
	if i == 0 {
		return -1
	}
	return g.states[i-1]
}

// after gives the first state after another in which a group changed, or -1.
func (g *group) after(state int32) int32 {
	i, found := slices.BinarySearch(g.states, state)
	if found {
		i++
	}
	if i == len(g.states) {
		return -1
	}
	return g.states[i]
}

// Touched tells whether any file of a group may have changed in a state, or the file with a path. It is never false for what did; of a
// file among others in its group it is the group that counts.
func (h *History) Touched(state int, name string) bool {
	g := h.groups[name]
	if g == nil {
		g = h.groups[Group(name)]
	}
	return g != nil && g.since(int32(state)) == int32(state)
}

// Each visits, oldest first, every change that the history holds of files whose paths begin with a prefix. The prefix must be a
// path, or a folder within one group with the slash at its end.
func (h *History) Each(prefix string, visit func(*Commit, File)) {
	g := h.groups[Group(prefix)]
	if g == nil {
		return
	}
	for _, state := range g.states {
		for _, c := range h.states[state].Commits {
			i, _ := slices.BinarySearchFunc(c.Files, prefix, func(f File, p string) int { return strings.Compare(f.Path, p) })
			for ; i < len(c.Files) && strings.HasPrefix(c.Files[i].Path, prefix); i++ {
				visit(c, c.Files[i])
			}
		}
	}
}

// Prover tells what a history proves about the approvals of its workloads.
type Prover interface {
	// Workload gathers what there is of a workload, of any time, and gives a function that tells what is proven once the commits of a
	// state are known. Controller is the organisation that answers for it then.
	Workload(id string) func(controller string, state int) register.Proof
}

// ProveBy lets views of workloads tell what is proven about their approvals. It is called before any is followed.
func (h *History) ProveBy(p Prover) { h.prover = p }
