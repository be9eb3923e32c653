package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"path"
	"slices"
	"strings"
	"sync"

	"example.org/muniment/internal/cache"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/tape"
	"example.org/muniment/internal/versions"
)

// What a build keeps in the cache. An edition is a portal as it was made from one commit on one day: for every subject what its
// pages were made from, and the leaf that holds its share in the lists. When the line of commits has gone on since, a subject is
// made anew if a file changed that it rests on, or that something rests on whose verdicts count for it. Everything else is
// carried over.
const (
	keptLine    = "line"    // by program and commit: gitrepo.Line.Pack
	keptHistory = "history" // by rules and commit: versions.History.Encode
	keptEdition = "edition" // by frame and commit: edition
	keptLeaf    = "leaf"    // by frame, commit and subject: leaf
	keptReading = "reading" // by program, and by what load.Store is asked for
	keptBuilt   = "built"   // by frame and commit: Built with its notes
)

// mostTried is how many of the newest commits of a line are tried for what was kept of one. Each takes some microseconds.
const mostTried = 4096

// newest gets what was kept of the newest commit of a line for which there is something, and the length of the line up to there.
func (t *Tool) newest(line gitrepo.Line, kind string, key func(commit string) cache.Key) (data []byte, length int, ok bool) {
	if t.Cache == nil {
		return nil, 0, false
	}
	for n := len(line); n > max(0, len(line)-mostTried); n-- {
		if data, ok := t.Cache.Get(kind, key(line[n-1].Commit.ID)); ok {
			return data, n, true
		}
	}
	return nil, 0, false
}

// edition says what the pages of every subject were made from.
type edition struct {
	Subjects map[string]kept // by kind and id
}

// kept is what is known of a subject without opening its leaf.
type kept struct {
	Leaf    string // the key of the leaf, in hexadecimal
	Groups  []string
	Sources []string

	// Last is the day of the newest commit that the subject rests on. Stood, of an organisation, is a digest of all that its workloads
	// see of how it stood: where that is the same, they are told as they were, whatever else changed in it.
	Last  calendar.Date
	Stood string
}

// key is that of the leaf.
func (k kept) key() (cache.Key, bool) {
	key, err := hex.DecodeString(k.Leaf)
	if err != nil || len(key) != len(cache.Key{}) {
		return cache.Key{}, false
	}
	return cache.Key(key), true
}

// leafOf gets a leaf from the cache, and the share of a workload as it was packed.
func (t *Tool) leafOf(k kept) (l *leaf, share []byte, ok bool) {
	key, ok := k.key()
	if !ok {
		return nil, nil, false
	}
	data, ok := t.Cache.Get(keptLeaf, key)
	if !ok {
		return nil, nil, false
	}
	return unpackLeaf(data)
}

// leaf is what a subject adds to a portal. The share of a workload lies packed beside it: most go from one build to the next unopened.
type leaf struct {
	Parcel *report.Parcel // of the share; nil when there is none
	Words  string         // of its texts
	Moved  bool           // of a workload that goes on under another id, and adds nothing
	Files  []string       // that were published for it

	// Of what workloads rest on, whose pages are made anew when their lists change:
	Timeline *report.Timeline
	Coming   report.Coming
	Known    *report.Commit
}

// pack gives a leaf as bytes, with a share; nil for none.
func (l *leaf) pack(share *report.Share) []byte {
	if share != nil {
		l.Parcel = report.ParcelOf(share)
	}
	out := tape.AppendText(nil, string(report.Pack(l)))
	if share != nil {
		out = append(out, report.Pack(share)...)
	}
	return out
}

func unpackLeaf(data []byte) (l *leaf, share []byte, ok bool) {
	in := &tape.Reader{In: data}
	l, err := report.Unpack[leaf](in.Bytes())
	return l, in.In, err == nil
}

// readings keeps in the cache what this program read of files.
type readings struct {
	cache   *cache.Cache
	program string
}

func (r readings) Get(key cache.Key) ([]byte, bool) {
	return r.cache.Get(keptReading, keyOf(r.program, string(key[:])))
}

func (r readings) Put(key cache.Key, data []byte) {
	r.cache.Put(keptReading, keyOf(r.program, string(key[:])), data)
}

// keyOf makes a key of some texts.
func keyOf(parts ...string) cache.Key {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.AppendUvarint(nil, uint64(len(p)))) // a hash never fails to write
		io.WriteString(h, p)
	}
	return cache.Key(h.Sum(nil))
}

func (t *Tool) program() string { return cmp.Or(t.Program, t.Version) }

// load gets what was kept as JSON.
func (t *Tool) load(kind string, key cache.Key, into any) bool {
	data, ok := t.Cache.Get(kind, key)
	return ok && json.Unmarshal(data, into) == nil
}

// keep puts something into the cache as JSON. What cannot be put in words is not kept.
func (t *Tool) keep(kind string, key cache.Key, what any) {
	if data, err := json.Marshal(what); err == nil {
		t.Cache.Put(kind, key, data)
	}
}

// stale knows what changed since an edition was made.
type stale struct {
	edition *edition
	groups  map[string]bool
	paths   []string
	resumed calendar.Date // the day whose earlier commits the edition knew already, and which has more now; no date when there is none

	mu     sync.Mutex
	shared map[string]bool // whether something that others rest on is as it was, by name, as far as that was asked for
	stands map[string]bool // organisations that stand for their workloads as they did, by name, though they are not as they were
}

// since tells what changed along the steps after an edition. A nil edition makes everything stale.
func since(e *edition, h *versions.History, steps gitrepo.Line) *stale {
	s := &stale{edition: e, groups: make(map[string]bool), shared: make(map[string]bool), stands: make(map[string]bool)}
	if e == nil {
		return s
	}
	later := make(map[string]bool, len(steps))
	for _, step := range steps {
		later[step.Commit.ID] = true
	}
	for _, state := range slices.Backward(h.States()) {
		for _, c := range slices.Backward(state.Commits) {
			if !later[c.ID] {
				if c != state.Commits[len(state.Commits)-1] {
					s.resumed = state.Day
				}
				return s
			}
			for _, f := range c.Files(nil) {
				s.groups[f.Group] = true
				s.paths = append(s.paths, f.Path)
				for _, name := range h.Concerned(f.Path) {
					s.groups[name] = true
				}
			}
		}
	}
	return s
}

// of gives what is kept of a subject that is not stale.
func (s *stale) of(name string) (kept, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fresh(name)
}

func (s *stale) fresh(name string) (kept, bool) {
	if s.edition == nil {
		return kept{}, false
	}
	k, ok := s.edition.Subjects[name]
	if !ok || slices.ContainsFunc(k.Groups, func(g string) bool { return s.groups[g] }) || s.listed(name) {
		return kept{}, false
	}
	for _, source := range k.Sources {
		fresh, asked := s.shared[source]
		if !asked {
			_, there := s.edition.Subjects[source]
			if there {
				_, fresh = s.fresh(source)
			} else {
				fresh = !s.named(source) // it was not on record, and still is not
			}
			s.shared[source] = fresh
		}
		// What came of a day that has more commits now may have other causes.
		if !fresh && (!s.stands[source] || k.Last == s.resumed) {
			return kept{}, false
		}
	}
	return k, true
}

// stood notes that an organisation stands for its workloads as it did.
func (s *stale) stood(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stands[name] = true
}

// relisted names the organisations whose own files are what they were, and whose list of workloads may not be. They are few, or
// none are named: to look at each more closely means telling it at once.
func (s *stale) relisted() []string {
	if s.edition == nil {
		return nil
	}
	var list []string
	for name := range s.edition.Subjects {
		ods, ok := strings.CutPrefix(name, "organisation ")
		if ok && s.listed(name) && !s.groups[record.Root+"/organisations/"+ods] {
			list = append(list, ods)
		}
	}
	if len(list) > mostRelisted {
		return nil
	}
	slices.Sort(list)
	return list
}

// mostRelisted is how many organisations are told at once before their workloads are looked at.
const mostRelisted = 32

// listed tells whether an organisation's list of workloads may have changed: it is judged with their own records.
func (s *stale) listed(name string) bool {
	ods, ok := strings.CutPrefix(name, "organisation ")
	return ok && slices.ContainsFunc(s.paths, func(p string) bool {
		return strings.HasPrefix(p, "evidence/organisations/"+ods+"/workloads/") && path.Base(p) == "workload.yaml"
	})
}

// named tells whether a group changed in which a subject that was not on record may have appeared.
func (s *stale) named(name string) bool {
	kind, id, _ := strings.Cut(name, " ")
	first, _, _ := strings.Cut(id, "/")
	switch kind {
	case "supplier":
		return s.groups["evidence/suppliers/"+id]
	case "footprint":
		return s.groups["evidence/footprints/"+id+".yaml"]
	}
	return s.groups["evidence/organisations/"+first]
}

// after finds a commit on a line and gives how many steps lead up to it.
func after(line gitrepo.Line, id string) (int, bool) {
	if id == "" {
		return 0, false
	}
	for i, step := range slices.Backward(line) {
		if step.Commit.ID == id {
			return i + 1, true
		}
	}
	return 0, false
}
