package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitpack"
)

// history is the state from which the next commit is told.
type history struct {
	Options
	repo  *gitpack.Repository
	tree  *gitpack.Tree
	head  gitpack.ID
	start calendar.Date
	today calendar.Date

	organisations []*organisation
	suppliers     []*supplier
	workloads     []*workload

	changes []change // of the commit being told
	recent  []point  // the last commits of the mainline, newest last
	edition int      // of the read-me
	number  int      // of the last pull request
	merged  int
	refused []Spell
	broken  map[string]int // positions in refused, by path
	trouble error          // the first with a signature
}

// change is a file that is written or, without content, taken away.
type change struct {
	path    string
	content []byte
	blob    gitpack.ID
}

// point is a commit of the mainline from which a branch can begin.
type point struct {
	id   gitpack.ID
	tree *gitpack.Tree
	when time.Time
	only *workload // the commit changed this workload's folder only; nil when it changed something else
}

// told is what an event comes to.
type told struct {
	subject string
	who     gitpack.Person // without the time
	only    *workload      // all changes are in this workload's folder
	breaks  string         // the path of a record that is refused from now on
}

func newHistory(repo *gitpack.Repository, o Options) *history {
	return &history{
		Options: o, repo: repo, tree: gitpack.NewTree(), start: o.start(), broken: make(map[string]int),
		refused: []Spell{}, // a list in JSON too when it is empty
	}
}

// put writes a file in the commit being told.
func (h *history) put(path string, content []byte) {
	for i := range h.changes {
		if h.changes[i].path == path {
			h.changes[i].content = content
			return
		}
	}
	h.changes = append(h.changes, change{path: path, content: content})
}

// fail keeps the first trouble, which ends the work with the commit being told.
func (h *history) fail(err error) {
	if h.trouble == nil {
		h.trouble = err
	}
}

// commit tells an event and makes one commit of the mainline, with a branch beside it when it came as one.
func (h *history) commit(e event, when time.Time) error {
	h.today = e.on
	h.changes = h.changes[:0]
	d := roll(h.Seed, labelTelling, uint64(e.kind), uint64(e.n), uint64(e.arg), e.tie)
	t := stories[e.kind](h, e, d)
	if h.trouble != nil {
		return h.trouble
	}
	if err := h.settle(&t, e); err != nil {
		return err
	}
	if err := h.record(&t, d, when); err != nil {
		return err
	}
	h.note(t, when)
	return nil
}

// settle drops what is written as it was. A commit that changes nothing would be no state of its own, so something small is
// put right instead.
func (h *history) settle(t *told, e event) error {
	for range 2 {
		kept := h.changes[:0]
		for _, c := range h.changes {
			old, there := h.tree.Get(c.path)
			if c.content != nil {
				var err error
				if c.blob, err = h.repo.Blob(c.content); err != nil {
					return err
				}
			}
			if there && (c.content == nil || c.blob != old) || !there && c.content != nil {
				kept = append(kept, c)
			}
		}
		if h.changes = kept; len(kept) > 0 {
			return nil
		}
		*t = h.instead(e)
	}
	return fmt.Errorf("the event of kind %d on %s changes nothing", e.kind, e.on)
}

// instead puts something small right where an event changed nothing.
func (h *history) instead(e event) told {
	if w := h.workloadOf(e); w != nil && w.phase != "" && w.phase != "closed" {
		return h.amend(w)
	}
	o := h.organisations[e.n%len(h.organisations)]
	for _, w := range o.workloads {
		if w.phase == "live" {
			return h.amend(w)
		}
	}
	h.edition++
	h.writeReadMe()
	return told{subject: "Correct the read-me", who: keeper}
}

// record makes the commit, or the branch and the merge.
func (h *history) record(t *told, d *dice, when time.Time) error {
	before := when
	if n := len(h.recent); n > 0 {
		before = h.recent[n-1].when
	}
	at := func(p gitpack.Person, when time.Time) gitpack.Person {
		p.When = when
		return p
	}
	c := gitpack.Commit{Tree: h.tree, Author: at(t.who, when), Committer: at(t.who, when), Message: t.subject}
	if len(h.recent) > 0 {
		c.Parents = []gitpack.ID{h.head}
	}
	shape := d.below(100)
	switch {
	case t.only != nil && len(h.recent) > 0 && shape < 14:
		side, err := h.branch(t, d, before, when)
		if err != nil {
			return err
		}
		h.number++
		c.Parents = append(c.Parents, side)
		c.Author, c.Committer = at(keeper, when), at(keeper, when)
		c.Message = fmt.Sprintf("Merge pull request #%d from %s/%s\n\n%s", h.number, strings.ToLower(t.only.org.ods), t.only.slug, t.subject)
	case shape < 75:
		h.number++
		c.Message = fmt.Sprintf("%s (#%d)", t.subject, h.number)
		c.Author.When = before.Add(when.Sub(before) / 2).Truncate(time.Second)
		c.Committer = at(keeper, when)
	}
	apply(h.tree, h.changes)
	var err error
	h.head, err = h.repo.Commit(c)
	return err
}

// branch makes the commits of a branch, which began up to a few commits before the head, and gives its last one. What was
// committed on the mainline meanwhile concerns other workloads only, so every state of the branch is a sound one too.
func (h *history) branch(t *told, d *dice, from, until time.Time) (gitpack.ID, error) {
	back, most := len(h.recent)-1, d.below(6)
	for behind := 0; behind < most && back > 0 && h.recent[back].only != nil && h.recent[back].only != t.only; behind++ {
		back--
	}
	begin := h.recent[back]
	tree, tip := begin.tree.Branch(), begin.id
	groups := inGroups(h.changes)
	for i, group := range groups {
		who := t.who
		who.When = from.Add(until.Sub(from) * time.Duration(i+1) / time.Duration(len(groups)+1)).Truncate(time.Second)
		apply(tree, group)
		parents := []gitpack.ID{tip}
		message := t.subject
		if i > 0 {
			message += ", part " + itoa(i+1)
		}
		if i > 0 && back < len(h.recent)-1 {
			// The branch catches up with the mainline half-way.
			tree = h.tree.Branch()
			for _, g := range groups[:i+1] {
				apply(tree, g)
			}
			parents = append(parents, h.head)
			message = "Merge branch 'main' into " + t.only.slug
			back = len(h.recent) - 1
		}
		var err error
		if tip, err = h.repo.Commit(gitpack.Commit{Tree: tree, Parents: parents, Author: who, Committer: who, Message: message}); err != nil {
			return tip, err
		}
		h.merged++
	}
	return tip, nil
}

// inGroups parts changes so that no record comes before what it refers to.
func inGroups(changes []change) [][]change {
	order := func(c change) int {
		switch {
		case strings.Contains(c.path, "/approvals/"), strings.Contains(c.path, "/reviews/"):
			return 2
		case strings.HasSuffix(c.path, "/dpia.md"):
			return 1
		}
		return 0
	}
	var groups [][]change
	for n := range 3 {
		var group []change
		for _, c := range changes {
			if order(c) == n {
				group = append(group, c)
			}
		}
		if len(group) > 0 {
			groups = append(groups, group)
		}
	}
	return groups
}

func apply(t *gitpack.Tree, changes []change) {
	for _, c := range changes {
		if c.content == nil {
			t.Remove(c.path)
		} else {
			t.Put(c.path, c.blob)
		}
	}
}

// note keeps what later commits need to know of this one.
func (h *history) note(t told, when time.Time) {
	const kept = 8
	if len(h.recent) == kept {
		h.recent = slices.Delete(h.recent, 0, 1)
	}
	h.recent = append(h.recent, point{h.head, h.tree.Branch(), when, t.only})
	for _, c := range h.changes {
		if i, ok := h.broken[c.path]; ok {
			h.refused[i].To = h.head.String()
			delete(h.broken, c.path)
		}
	}
	if t.breaks != "" {
		h.broken[t.breaks] = len(h.refused)
		h.refused = append(h.refused, Spell{Path: t.breaks, From: h.head.String()})
	}
}

// clockOf gives an event its time: the events of a day are spread over its office hours, in London.
func clockOf(events []event, i int) time.Time {
	first, last := i, i
	for first > 0 && events[first-1].on == events[i].on {
		first--
	}
	for last < len(events)-1 && events[last+1].on == events[i].on {
		last++
	}
	const opens, open = 8*3600 + 1800, 9 * 3600
	room := max(1, open/(last-first+1))
	second := opens + (i-first)*open/(last-first+1) + int(events[i].tie%uint64(room))
	offset := 0
	on := events[i].on
	if summer(on.Year(), int(on.Month()), on.Day()) {
		offset = 3600
	}
	return time.Date(on.Year(), on.Month(), on.Day(), 0, 0, second, 0, time.FixedZone("", offset))
}
