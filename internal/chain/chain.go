// Package chain puts every approval in its place in a history: when its bytes and its signature entered the record, who could sign
// then, what became of the files that it covers, and who wrote those. What comes of that is for internal/approval to judge.
//
//	c := chain.New(chain.Source{History: h, Trail: line.Trail(), …})
//	proof := c.Workload("Z9A1A/imaging-archive")("Z9A1A", state)
//
// Nothing is read that was not asked for: a workload's approvals when it is followed, an organisation's appointments when a
// workload of its is. What is proven at a commit rests on that commit and those before it, so it is the same whether or not
// there are later ones.
package chain

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"
	"sync"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/statement"
	"example.org/muniment/internal/versions"
)

// Source is what a chain is made from.
type Source struct {
	Context context.Context // of the work as a whole
	History *versions.History
	Trail   *gitrepo.Trail // of the line that the history is of
	Reader  *load.Reader
	Blob    func(id string) ([]byte, error)
	// Authors gives the addresses of those who wrote a change of a file; nil when nobody can tell.
	Authors func(ctx context.Context, step gitrepo.Commit, file string) ([]string, error)
	// Rules gives those that a position of the line holds in a folder of its own; false where it holds none, and an error where nobody
	// can tell.
	Rules func(position int) (statement.Rules, bool, error)
	Known []statement.Rules // that some program has had, this one among them
	// Pending are files that are otherwise in the working tree than in the last commit, by path; nil where one is gone.
	Pending map[string][]byte
}

// Chain tells what a history proves. It may be used from several goroutines.
type Chain struct {
	Source
	positions []int32 // on the trail of the commits of the history, by their number
	name      string  // of the repository: the first that it had
	named     int     // the position at which it got that name

	mu            sync.Mutex
	organisations map[string]*authority
	digests       map[string]string // of what lies in no workload's folder, by blob
	trouble       error
}

// New makes a chain. The history must be complete.
func New(s Source) *Chain {
	c := &Chain{
		Source: s, organisations: make(map[string]*authority), digests: make(map[string]string),
	}
	for _, state := range s.History.States() {
		for _, commit := range state.Commits {
			c.positions = append(c.positions, int32(s.Trail.Position(commit.ID)))
		}
	}
	c.name, c.named = c.firstName()
	return c
}

// Err is the first trouble with the repository that there was. Nothing is proven then.
func (c *Chain) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.trouble
}

func (c *Chain) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble = cmp.Or(c.trouble, err)
}

// Last is the position of the last commit, or of the working tree after it.
func (c *Chain) Last() int {
	if len(c.Pending) > 0 {
		return c.Trail.Len() + 1
	}
	return c.Trail.Len()
}

// Repository gives the name that statements are made for: the first that the shared policy had.
func (c *Chain) Repository() string { return c.name }

func (c *Chain) firstName() (name string, position int) {
	for _, v := range c.file(record.Root + "/policy.yaml") {
		if facts, ok := c.record(v).(*record.Policy); ok && facts.Repository != "" {
			return facts.Repository, v.Position
		}
	}
	return "", 0
}

// event is one change of a file.
type event struct {
	approval.Commit
	path string
	blob string // empty when the file went
	mode uint32
	now  []byte // of the working tree
}

// pending marks what is in no commit.
const pending = "working tree"

func (e event) pending() bool { return strings.HasPrefix(e.blob, pending) || e.ID == "" }

// file lists the changes of one file, oldest first.
func (c *Chain) file(p string) []event {
	var list []event
	c.each(p, func(e event) {
		if e.path == p {
			list = append(list, e)
		}
	})
	return list
}

// each visits the changes of every file whose path begins with a prefix, oldest first.
func (c *Chain) each(prefix string, visit func(event)) {
	c.History.Each(prefix, func(commit *versions.Commit, f versions.File) {
		e := event{Commit: approval.Commit{Position: int(c.positions[commit.Number]), ID: commit.ID, Day: commit.Day}, path: f.Path, blob: f.New, mode: f.Mode}
		if e.mode != gitrepo.ModeFile && e.mode != gitrepo.ModeExecutable {
			e.blob = "" // nobody reads it
		}
		visit(e)
	})
	for _, p := range slices.Sorted(keys(c.Pending)) {
		if strings.HasPrefix(p, prefix) {
			e := event{Commit: approval.Commit{Position: c.Trail.Len() + 1}, path: p, now: c.Pending[p], mode: gitrepo.ModeFile}
			if e.now != nil {
				e.blob = pending + " " + p
			}
			visit(e)
		}
	}
}

func keys(m map[string][]byte) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// bytes reads a version of a file.
func (c *Chain) bytes(e event) []byte {
	switch {
	case e.blob == "":
		return nil
	case e.now != nil:
		return e.now
	}
	src, err := c.Blob(e.blob)
	if err != nil {
		c.fail(err)
	}
	return src
}

// digest gives the SHA-256 of a version of a file; empty when it is gone.
func (c *Chain) digest(e event) string {
	if e.blob == "" {
		return ""
	}
	if strings.Contains(e.path, "/workloads/") {
		return c.digestOf(e) // hardly anybody but its workload asks for it, once
	}
	c.mu.Lock()
	known, ok := c.digests[e.blob]
	c.mu.Unlock()
	if ok {
		return known
	}
	known = c.digestOf(e)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.digests[e.blob] = known
	return known
}

func (c *Chain) digestOf(e event) string {
	if content, ok := c.Reader.Known(e.path, e.blob); ok && content.Digest != "" {
		return content.Digest
	}
	return record.Digest(c.bytes(e))
}

// record reads a version of a file as the record that belongs there; nil when it was refused.
func (c *Chain) record(e event) any {
	what, kind := load.WhatIs(e.path, e.mode)
	src := c.bytes(e)
	if what != load.Record || src == nil {
		return nil
	}
	content, err := c.Reader.Read(e.path, e.blob, what, kind, src)
	if err != nil {
		c.fail(err)
	}
	if content.Record == nil {
		return nil
	}
	return content.Record.Value
}

// changes gives the life of a file, with those who wrote it.
func (c *Chain) changes(desk *versions.Desk, list []event) []approval.Change {
	var out []approval.Change
	for _, e := range list {
		change := approval.Change{Commit: e.Commit}
		if desk != nil && e.blob != "" && !e.pending() {
			change.SHA256 = desk.Digest(e.path, e.blob)
		}
		if change.SHA256 == "" {
			change.SHA256 = c.digest(e)
		}
		if !e.pending() && c.Authors != nil {
			addresses, err := c.Authors(c.Context, c.Trail.Commit(e.Position), e.path)
			if err != nil {
				c.fail(err)
			}
			for _, a := range addresses {
				if a != "" {
					change.Authors = append(change.Authors, approval.Author{Email: a})
				}
			}
		}
		out = append(out, change)
	}
	return out
}

// rules gives those that a statement could be made under when it entered: of that commit and of the one before. Where the
// repository holds none, the statement's are taken for those in force if some program has had them.
func (c *Chain) rules(e *approval.Entered) []statement.Rules {
	var list []statement.Rules
	for _, position := range []int{e.Position - 1, e.Position} {
		if position < 1 || position > c.Trail.Len() || c.Rules == nil {
			continue
		}
		r, ok, err := c.Rules(position)
		if err != nil {
			c.fail(err)
		}
		if ok && !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	if len(list) == 0 && e.Approval != nil {
		if r := (statement.Rules{Schemas: e.Approval.Schemas, Catalogue: e.Approval.Catalogue}); slices.Contains(c.Known, r) {
			list = append(list, r)
		}
	}
	return list
}

// statements finds what entered among the changes of a folder of approvals: a new one whenever the bytes or the signature of one
// are others than before.
func (c *Chain) statements(events []event) []approval.Entered {
	type pair struct{ text, sig event }
	byPath := make(map[string][]event)
	var paths []string
	for _, e := range events {
		of := strings.TrimSuffix(e.path, record.SignatureEnding)
		if kind, _ := record.KindOf(of); kind != record.KindApproval {
			continue
		}
		if byPath[of] == nil {
			paths = append(paths, of)
		}
		byPath[of] = append(byPath[of], e)
	}
	slices.Sort(paths)
	var out []approval.Entered
	for _, p := range paths {
		var now pair
		var open *approval.Entered // the statement that is there
		list := byPath[p]
		for i, e := range list {
			if e.path == p {
				now.text = e
			} else {
				now.sig = e
			}
			if i+1 < len(list) && list[i+1].Position == e.Position {
				continue // the other file of the same commit
			}
			if open != nil {
				at := e.Commit
				open.Removed = &at
				out = append(out, *open)
				open = nil
			}
			if now.text.blob != "" {
				open = c.entered(e.Commit, now.text, now.sig)
			}
		}
		if open != nil {
			out = append(out, *open)
		}
	}
	return out
}

func (c *Chain) entered(at approval.Commit, text, sig event) *approval.Entered {
	e := &approval.Entered{Path: text.path, Commit: at}
	if known, ok := c.Reader.Sealed(text.blob, sig.blob); ok {
		e.Digest, e.Approval, e.Seal = c.digest(text), known.Approval, approval.Seal{Key: known.Key}
	} else {
		src := c.bytes(text)
		e.Digest = record.Digest(src)
		if key, ok := c.Reader.SignedBy(text.blob, sig.blob); ok {
			e.Approval, e.Seal = approval.OpenSigned(src, key)
		} else {
			e.Approval, e.Seal = approval.Open(src, c.bytes(sig))
		}
	}
	if e.Approval == nil { // a no in any form is heard
		e.Approval, _ = c.record(text).(*record.Approval)
	}
	if at.ID == "" && e.Seal != (approval.Seal{}) {
		e.Seal = approval.Seal{Fault: "it is not committed yet, so it is not in the record"}
	}
	e.Rules = c.rules(e)
	return e
}

// Workload implements [versions.Prover].
func (c *Chain) Workload(desk *versions.Desk, id string) func(controller string, state int) register.Proof {
	d := c.Dossier(desk, id)
	return func(controller string, state int) register.Proof {
		commits := c.History.States()[state].Commits
		return d.At(controller, int(c.positions[commits[len(commits)-1].Number]))
	}
}

// Dossier is everything about a workload's approvals, of any time.
type Dossier struct {
	chain      *Chain
	statements []approval.Entered
	files      map[string][]approval.Change
}

// Dossier gathers what there is of a workload. Where nothing was ever signed there is nothing to prove. What lies on the desk of somebody
// who follows the workload is not read again; nil for none.
func (c *Chain) Dossier(desk *versions.Desk, id string) *Dossier {
	ods, slug, _ := strings.Cut(id, "/")
	folder := record.Root + "/organisations/" + ods + "/workloads/" + slug + "/"
	var approvals []event
	own := make(map[string][]event) // of the workload's other files: nearly all that its approvals cover
	c.each(folder, func(e event) {
		if strings.HasPrefix(e.path, folder+"approvals/") {
			approvals = append(approvals, e)
		} else {
			own[e.path] = append(own[e.path], e)
		}
	})
	d := &Dossier{chain: c}
	if slices.ContainsFunc(approvals, func(e event) bool { return e.blob != "" && record.IsSignature(e.path) }) {
		d.statements = c.statements(approvals)
		d.files = c.covered(desk, d.statements, own)
	}
	return d
}

// covered gives the lives of the files that signed statements cover. Of those that are only stated the register tells.
func (c *Chain) covered(desk *versions.Desk, statements []approval.Entered, known map[string][]event) map[string][]approval.Change {
	files := make(map[string][]approval.Change)
	for _, e := range statements {
		if e.Seal.Key.IsZero() || e.Approval == nil {
			continue
		}
		for _, f := range e.Approval.Covers {
			if _, done := files[f.Path]; done {
				continue
			}
			life, ok := known[f.Path]
			if !ok {
				life = c.file(f.Path)
			}
			files[f.Path] = c.changes(desk, life)
		}
	}
	return files
}

// At tells what is proven at a position of the line. Controller is the organisation that answers for the workload then.
func (d *Dossier) At(controller string, position int) *approval.Proof {
	if d.chain.Err() != nil {
		return nil
	}
	a := d.chain.authority(controller)
	return &approval.Proof{
		Case: approval.Case{
			Repository: d.chain.name, Named: d.chain.named, Position: position, Statements: d.statements, Files: d.files, PositionOf: d.chain.Trail.Position,
			Appointments: a.appointments, Witnesses: a.witnesses,
		},
		Demands: a.demands(position), Unapproved: a.unapproved(position),
	}
}

// Statements lists everything that ever entered.
func (d *Dossier) Statements() []approval.Entered { return d.statements }

// name of a file as people know it.
func base(p string) string { return path.Base(p) }

// Record gives the record that a file was when it had a digest; nil when it never had, or was refused.
func (c *Chain) Record(file, digest string) *record.Record {
	for _, e := range slices.Backward(c.file(file)) {
		if e.blob == "" || c.digest(e) != digest {
			continue
		}
		what, kind := load.WhatIs(e.path, e.mode)
		content, err := c.Reader.Read(e.path, e.blob, what, kind, c.bytes(e))
		if err != nil {
			c.fail(err)
		}
		return content.Record
	}
	return nil
}
