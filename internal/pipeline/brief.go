package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/brief"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/versions"
)

// Comparison says which two states of a repository are compared.
type Comparison struct {
	Dir        string        // any folder of the repository
	Base, Head string        // commits, branches, tags or days
	AsOf       calendar.Date // the day judged; zero for the tool's today
	Link       string        // where people can read all of it; "" for nowhere
}

// Brief tells what changes for whom from a base to a head. Both are judged on the same day by the schemas of the base, or those
// of the program where the repository holds none, and the head by policy and appointments of the base too: a pull request must
// not choose who may approve it. What it changes of them is judged a second time and told apart.
func (t *Tool) Brief(ctx context.Context, q Comparison) (*brief.Brief, error) {
	repo, err := gitrepo.Open(q.Dir, t.Zone)
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	c := &comparing{tool: t, repo: repo, known: load.NewCache(), day: q.AsOf}
	if c.day.IsZero() {
		c.day = t.Today
	}
	if err := c.open(q); err != nil {
		return nil, err
	}
	if c.changes, err = repo.Compare(c.base.commit, c.head.commit, ""); err != nil {
		return nil, err
	}
	in := brief.Inputs{Days: [2]calendar.Date{c.base.day, c.head.day}, Link: q.Link, Rules: c.ruleChanges()}
	descends, err := repo.Descends(ctx, c.head.commit, c.base.commit)
	if err != nil {
		return nil, err
	}
	in.Beside = !descends
	was, is, err := c.judge(ctx, &in)
	if err != nil {
		return nil, err
	}
	if in.Files, err = c.files(); err != nil {
		return nil, err
	}
	in.Moved = moved(was.Register, is.Register)
	made := brief.New(in)
	made.Command = fmt.Sprintf("muniment brief %s %s --as-of %s", c.base.commit.ID, c.head.commit.ID, c.day)
	return made, nil
}

// comparing is a comparison under way.
type comparing struct {
	tool       *Tool
	repo       *gitrepo.Repo
	rules      *rules
	known      *load.Cache
	day        calendar.Date // judged
	base, head state
	changes    []gitrepo.PathChange
}

// state is a commit that is compared.
type state struct {
	commit gitrepo.Commit
	day    calendar.Date
	files  fs.FS
}

func (c *comparing) open(q Comparison) (err error) {
	if c.base, err = c.state(q.Base); err != nil {
		return err
	}
	if c.head, err = c.state(q.Head); err != nil {
		return err
	}
	own := *c.tool
	if own.Schemas, err = c.tool.schemasAt(c.base.files); err != nil {
		return err
	}
	c.tool = &own
	if c.rules, err = own.rules(); err != nil {
		return &ConfigurationError{fmt.Sprintf("the schemas of the base cannot be used: %v", err), "use the program that was built from the base"}
	}
	return nil
}

func (c *comparing) state(rev string) (state, error) {
	commit, err := c.repo.Resolve(rev)
	if err != nil {
		return state{}, err
	}
	files, err := c.repo.FS(commit, "")
	return state{commit: commit, day: calendar.In(commit.Committer.When, c.tool.Zone), files: files}, err
}

// schemasAt gives the schemas that a commit of a trusted branch holds, or else those of the program.
func (t *Tool) schemasAt(files fs.FS) (fs.FS, error) {
	if _, err := fs.Stat(files, rulesFolder+"/cue.mod/module.cue"); errors.Is(err, fs.ErrNotExist) {
		return t.Schemas, nil
	}
	return fs.Sub(files, rulesFolder)
}

// judge makes the reports that are compared, and gives what was read of the base and of the head by its own rules.
func (c *comparing) judge(ctx context.Context, in *brief.Inputs) (was, is *load.Result, err error) {
	if was, err = c.read(ctx, c.base.files); err != nil {
		return nil, nil, err
	}
	if is, err = c.read(ctx, c.head.files); err != nil {
		return nil, nil, err
	}
	if err := c.proveBoth(ctx, was, is); err != nil {
		return nil, nil, err
	}
	in.Base, in.Merged = c.report(c.base, was), c.report(c.head, is)
	in.Head = in.Merged
	if slices.ContainsFunc(in.Rules, func(r brief.Rule) bool { return r.What == "policy" || r.What == "appointments" }) {
		rules := governed{c.head.files, c.base.files}
		governed, err := c.read(ctx, rules)
		if err != nil {
			return nil, nil, err
		}
		if err := c.prove(ctx, c.head, rules.ruled, bound{c.head, governed}); err != nil {
			return nil, nil, err
		}
		in.Head = c.report(c.head, governed)
	}
	return was, is, nil
}

// proveBoth tells both registers what is proven about their approvals. The history of the head is read for both, unless the base
// is not in it: what is proven at a commit is the same whether or not there are later ones.
func (c *comparing) proveBoth(ctx context.Context, was, is *load.Result) error {
	line, err := c.line(ctx, c.head)
	if err != nil {
		return err
	}
	if _, ok := after(line, c.base.commit.ID); ok {
		return c.prove(ctx, c.head, nil, bound{c.base, was}, bound{c.head, is})
	}
	if err := c.prove(ctx, c.base, nil, bound{c.base, was}); err != nil {
		return err
	}
	return c.prove(ctx, c.head, nil, bound{c.head, is})
}

// bound is a register that is to be told what is proven at a commit.
type bound struct {
	at     state
	loaded *load.Result
}

// prove tells registers what is proven about their approvals at commits of the mainline that leads to one. Of changes after the
// base it leaves out those of some paths.
func (c *comparing) prove(ctx context.Context, at state, without func(path string) bool, registers ...bound) error {
	registers = slices.DeleteFunc(registers, func(b bound) bool { return len(b.loaded.Register.Workloads) == 0 })
	if len(registers) == 0 {
		return nil
	}
	line, err := c.line(ctx, at)
	if err != nil {
		return err
	}
	p, err := c.past(ctx, line, without)
	if err != nil {
		return err
	}
	for _, b := range registers {
		position := len(line)
		if b.at.commit.ID != at.commit.ID {
			position, _ = after(line, b.at.commit.ID)
		}
		if err := attachAt(p.chain, position, b.loaded.Register); err != nil {
			return err
		}
	}
	return nil
}

// past reads a mainline. Of changes after the base it leaves out those of some paths.
func (c *comparing) past(ctx context.Context, line gitrepo.Line, without func(path string) bool) (*past, error) {
	reader, err := load.NewReader(load.Options{Schemas: c.rules.shapes, Cache: c.known})
	if err != nil {
		return nil, err
	}
	p := &past{History: versions.New(reader, c.repo.Blob), rules: c.rules}
	later := false
	err = c.repo.Changes(ctx, line, record.Root, func(change gitrepo.Change) error {
		if later && without != nil {
			change.Paths = slices.DeleteFunc(change.Paths, func(p gitrepo.PathChange) bool { return without(record.Root + "/" + p.Path) })
		}
		later = later || change.Commit.ID == c.base.commit.ID
		p.Add(change)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, c.tool.complete(ctx, &source{repo: c.repo, line: line}, c.rules, p, c.known)
}

// line gives the mainline on which a commit is known: the one that it is on already with the base, or that of the base with
// everything up to the commit merged into it as one.
func (c *comparing) line(ctx context.Context, at state) (gitrepo.Line, error) {
	if at.commit.ID == c.base.commit.ID {
		return c.repo.Line(ctx, c.base.commit)
	}
	if main, err := c.repo.Head(); err == nil {
		line, err := c.repo.Line(ctx, main)
		if err != nil {
			return nil, err
		}
		if _, ok := after(line, c.base.commit.ID); ok {
			if n, ok := after(line, at.commit.ID); ok {
				return line[:n], nil
			}
		}
	}
	line, err := c.repo.Line(ctx, c.base.commit)
	if err != nil {
		return nil, err
	}
	merge := at.commit
	merge.Parents = []string{c.base.commit.ID, at.commit.ID}
	day := at.day
	if last := line[len(line)-1].Day; day.Before(last) {
		day = last
	}
	return append(line, gitrepo.Step{Commit: merge, Day: day, Written: at.day}), nil
}

// read loads a register. A commit without evidence has an empty one: there is a first pull request everywhere.
func (c *comparing) read(ctx context.Context, files fs.FS) (*load.Result, error) {
	result, err := load.Tree(ctx, files, load.Options{Schemas: c.rules.shapes, Cache: c.known})
	if errors.Is(err, fs.ErrNotExist) {
		empty, _ := register.New(nil, nil)
		return &load.Result{Register: empty}, nil
	}
	if err != nil {
		return nil, err
	}
	return result, tooMany(result.Findings)
}

func (c *comparing) report(at state, loaded *load.Result) *report.Report {
	origin := report.Origin{
		Version: report.Version, Tool: c.tool.Version, AsOf: c.day, KnownAt: at.commit.ID, Schemas: c.rules.shapes.Digest(),
		Evidence: loaded.Digest, Profile: "internal",
	}
	return report.New(report.Inputs{
		Origin: origin, Assessment: assess.On(c.day, loaded.Register, c.rules.catalogue, c.rules.law), Catalogue: c.rules.catalogue, Law: c.rules.law,
		Findings: loaded.Findings,
	})
}

// files lists what differs below evidence/, with the fields of records that changed.
func (c *comparing) files() ([]report.Change, error) {
	reader, err := load.NewReader(load.Options{Schemas: c.rules.shapes, Cache: c.known})
	if err != nil {
		return nil, err
	}
	var out []report.Change
	for _, p := range c.changes {
		if !strings.HasPrefix(p.Path, record.Root+"/") {
			continue
		}
		change := report.Change{Path: p.Path, How: howOf(p)}
		if change.How == "changed" {
			old, err := c.record(reader, p.Path, p.Old, p.OldMode)
			if err != nil {
				return nil, err
			}
			now, err := c.record(reader, p.Path, p.New, p.NewMode)
			if err != nil {
				return nil, err
			}
			change.Fields = fieldsOf(old, now)
		}
		out = append(out, change)
	}
	return out, nil
}

// record reads one state of a record; nil when the file is none or was refused.
func (c *comparing) record(reader *load.Reader, name, blob string, mode uint32) (*record.Record, error) {
	what, kind := load.WhatIs(name, mode)
	if what != load.Record {
		return nil, nil
	}
	if content, ok := reader.Known(name, blob); ok {
		return content.Record, nil
	}
	src, err := c.repo.Blob(blob)
	if err != nil {
		return nil, err
	}
	content, err := reader.Read(name, "", what, kind, src)
	return content.Record, err
}

func howOf(p gitrepo.PathChange) string {
	switch {
	case p.Old == "":
		return "added"
	case p.New == "":
		return "removed"
	}
	return "changed"
}

// ruleChanges lists what differs of things that everything is judged by. An organisation that is new brings rules of its own,
// which take the place of none.
func (c *comparing) ruleChanges() []brief.Rule {
	var out []brief.Rule
	for _, p := range c.changes {
		what := ruleAt(p.Path)
		if what == "" || (what == "policy" || what == "appointments") && !there(c.base.files, path.Dir(p.Path)) {
			continue
		}
		out = append(out, brief.Rule{Path: p.Path, How: howOf(p), What: what})
	}
	return out
}

// ruleAt tells what sort of rule a file holds; "" for none.
func ruleAt(name string) string {
	kind, _ := record.KindOf(name)
	switch {
	case strings.HasPrefix(name, rulesFolder+"/"):
		return "schemas"
	case kind == record.KindPolicy:
		return "policy"
	case kind == record.KindAppointments:
		return "appointments"
	case strings.HasPrefix(name, ".github/workflows/"), strings.HasPrefix(name, ".gitea/workflows/"), strings.HasPrefix(name, ".github/actions/"),
		name == ".gitlab-ci.yml", name == "azure-pipelines.yml", strings.HasPrefix(name, "ci/"):
		return "workflows"
	case path.Base(name) == "CODEOWNERS":
		return "owners"
	}
	return ""
}

func there(files fs.FS, name string) bool {
	_, err := fs.Stat(files, name)
	return err == nil
}

// governed is the head of a pull request with policy and appointments as the base has them.
type governed struct{ head, base fs.FS }

func (g governed) Open(name string) (fs.File, error) {
	if g.ruled(name) {
		return g.base.Open(name)
	}
	return g.head.Open(name)
}

// ReadDir implements [fs.ReadDirFS].
func (g governed) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(g.head, name)
	if err != nil {
		return nil, err
	}
	own := func(e fs.DirEntry) bool { return g.ruled(path.Join(name, e.Name())) }
	entries = slices.DeleteFunc(slices.Clone(entries), own)
	from, err := fs.ReadDir(g.base, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range from {
		if own(e) {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

func (g governed) ruled(name string) bool {
	what := ruleAt(name)
	return (what == "policy" || what == "appointments") && there(g.base, path.Dir(name))
}

// moved gives the former ids of subjects whose records say that they were elsewhere in the base.
func moved(base, head *register.Register) map[report.Ref]string {
	was, is := places(base), places(head)
	out := make(map[report.Ref]string)
	for _, r := range head.Records {
		old, ok := was[r.Formerly()]
		now, subject := is[r.Path]
		if _, still := is[r.Formerly()]; ok && subject && !still && old.Kind == now.Kind {
			out[now] = old.ID
		}
	}
	return out
}

// places gives the subjects of a register by the paths of their records.
func places(reg *register.Register) map[string]report.Ref {
	out := make(map[string]report.Ref)
	for _, w := range reg.Workloads {
		out[w.Record.Path] = report.Ref{Kind: "workload", ID: w.ID}
	}
	for _, o := range reg.Organisations {
		out[o.Record.Path] = report.Ref{Kind: "organisation", ID: o.ID}
	}
	for _, s := range reg.Suppliers {
		out[s.Record.Path] = report.Ref{Kind: "supplier", ID: s.ID}
	}
	for _, c := range reg.Contracts {
		out[c.Record.Path] = report.Ref{Kind: "contract", ID: c.ID}
	}
	for _, f := range reg.Footprints {
		out[f.Record.Path] = report.Ref{Kind: "footprint", ID: f.ID}
	}
	return out
}
