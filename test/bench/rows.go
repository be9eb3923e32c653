//go:build unix

package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/schema"
	"example.org/muniment/schemas"
)

// series is what a row took, run after run, and what its peer took in the same pair.
type series struct{ ours, peer []cost }

func (s *series) add(ours, peer cost) { s.ours, s.peer = append(s.ours, ours), append(s.peer, peer) }

// result is what one size took.
type result struct {
	workloads int
	facts     facts

	history, below, check, render, cold, change, same series

	pages series // rendering beside a site of pages alone

	fill    cost   // the first build, which fills the cache
	sum     string // of the history, as both sides have it
	ours    drawn  // the size of what rendering made
	hugo    drawn
	files   int // of the portal
	batches int // of files for cue
}

// place is where the runs of one size write: a folder of its own for each.
type place struct {
	folder  string
	n       int
	recycle bool // what was looked at can go at once
}

// fresh names a folder that is not there yet.
func (p *place) fresh() string {
	p.n++
	return filepath.Join(p.folder, strconv.Itoa(p.n))
}

// done removes a site, where that does not make the next run slower.
func (p *place) done(site string) error {
	if !p.recycle {
		return nil
	}
	return errors.Join(os.RemoveAll(site), os.RemoveAll(site+".generations"))
}

// size measures everything at one size.
func (b *bench) size(ctx context.Context, workloads int) (r *result, err error) {
	changed := b.pairs
	if b.growth {
		changed = 0
	}
	s, err := b.sample(ctx, workloads, changed)
	if err != nil {
		return nil, err
	}
	r = &result{workloads: workloads, facts: s.facts}
	to := &place{recycle: b.sites != ""}
	if to.folder, err = os.MkdirTemp(cmp.Or(b.sites, b.scratch), "out-"); err != nil {
		return nil, err
	}
	b.made = append(b.made, to.folder)
	defer func() { err = errors.Join(err, to.done(to.folder)) }()
	if err := b.show(ctx, s, 0); err != nil {
		return nil, err
	}
	if b.growth {
		return r, b.grow(ctx, s, r, to)
	}
	return r, b.beside(ctx, s, r, to)
}

// grow builds cold and nothing else.
func (b *bench) grow(ctx context.Context, s *sample, r *result, to *place) error {
	if err := warm(s.repo); err != nil {
		return err
	}
	for i := range b.pairs {
		b.say("%d workloads: cold build, %d of %d", s.workloads, i+1, b.pairs)
		out := to.fresh()
		built, err := b.build(ctx, s, out, "--no-cache")
		if err != nil {
			return err
		}
		r.files = built.Files
		r.cold.add(built.cost, cost{})
		if err := to.done(out); err != nil {
			return err
		}
	}
	return nil
}

// historyPairs is how often history is run at least. It takes seconds, in which the speed of a machine moves by a tenth.
const historyPairs = 7

// beside runs every row beside its peer.
func (b *bench) beside(ctx context.Context, s *sample, r *result, to *place) error {
	portal, kept := to.fresh(), to.fresh()
	b.say("%d workloads: the first build", s.workloads)
	built, err := b.build(ctx, s, portal, "--cache", kept)
	if err != nil {
		return err
	}
	r.fill, r.files = built.cost, built.Files
	b.say("%d workloads: judging once for the row of rendering", s.workloads)
	told, err := b.judgements(ctx, s, to)
	if err != nil {
		return err
	}
	content := to.fresh()
	if err := writeHugoSite(portal, told, s.checkout, content); err != nil {
		return err
	}
	batches, err := batched(s.checkout)
	if err != nil {
		return err
	}
	r.batches = len(batches)
	if err := warm(s.repo, s.checkout, content, told, b.schemas); err != nil {
		return err
	}
	var logs []cost
	for i := range max(b.pairs, historyPairs) {
		b.say("%d workloads, pair %d of %d: history", s.workloads, i+1, max(b.pairs, historyPairs))
		log, err := b.histories(ctx, s, r)
		if err != nil {
			return err
		}
		logs = append(logs, log)
	}
	for i := 1; i <= b.pairs; i++ {
		step := func(what string) { b.say("%d workloads, pair %d of %d: %s", s.workloads, i, b.pairs, what) }
		peers := logs[i-1]
		step("checking")
		vet, err := b.checks(ctx, s, r, batches)
		if err != nil {
			return err
		}
		peers = peers.plus(vet)
		step("rendering")
		drawn, err := b.renderings(ctx, s, r, told, content, to)
		if err != nil {
			return err
		}
		peers = peers.plus(drawn)
		step("building")
		if b.cue == "" || b.hugo == "" {
			peers = cost{} // a part of them is no measure
		}
		if err := b.builds(ctx, s, r, i, to, portal, kept, peers); err != nil {
			return err
		}
	}
	return nil
}

// histories runs the pass over history and git log, over everything and over evidence alone.
func (b *bench) histories(ctx context.Context, s *sample, r *result) (cost, error) {
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	var whole cost
	for _, part := range []struct {
		folder string
		to     *series
	}{{"", &r.history}, {record.Root, &r.below}} {
		said, ours, err := measured(ctx, command{args: []string{self, "history", s.repo, part.folder}, env: b.outside()})
		if err != nil {
			return cost{}, err
		}
		ask, prefix := append([]string{b.git, "-C", s.repo}, gitLog...), ""
		if part.folder != "" {
			ask, prefix = append(ask, "--", part.folder), part.folder+"/"
		}
		log, peer, err := measured(ctx, command{args: ask, env: b.outside()})
		if err != nil {
			return cost{}, err
		}
		want, err := sumOfLog(log, prefix)
		if err != nil {
			return cost{}, err
		}
		if got := string(said); got != want.String()+"\n" {
			return cost{}, fmt.Errorf("the histories differ: git has %s, muniment %s", want, got)
		}
		part.to.add(ours, peer)
		if part.folder == "" {
			r.sum, whole = want.String(), peer
		}
	}
	return whole, nil
}

// batch is files of one kind for one run of cue.
type batch struct {
	definition string
	files      []string
}

// batched divides the records of a checkout by kind, at most 250 together: in larger batches cue takes more memory and no less time.
func batched(checkout string) ([]batch, error) {
	const most = 250
	shapes, err := schema.Load(schemas.FS)
	if err != nil {
		return nil, err
	}
	byKind := make(map[string][]string)
	err = filepath.WalkDir(filepath.Join(checkout, record.Root), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		rel, err := filepath.Rel(checkout, path)
		if err != nil {
			return err
		}
		if kind, ok := record.KindOf(filepath.ToSlash(rel)); ok {
			byKind[shapes.Definition(string(kind))] = append(byKind[shapes.Definition(string(kind))], path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []batch
	for _, definition := range sortedKeys(byKind) {
		for files := range slices.Chunk(byKind[definition], most) {
			all = append(all, batch{definition, files})
		}
	}
	return all, nil
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// checks runs muniment check and cue vet over the same checkout.
func (b *bench) checks(ctx context.Context, s *sample, r *result, batches []batch) (cost, error) {
	_, ours, err := measured(ctx, command{args: []string{b.muniment, "check", "-C", s.checkout}, env: b.outside(), also: 1})
	if err != nil {
		return cost{}, err
	}
	var peer cost
	if b.cue != "" {
		shapes, err := filepath.Glob(filepath.Join(b.schemas, "*.cue"))
		if err != nil {
			return cost{}, err
		}
		for _, one := range batches {
			args := slices.Concat([]string{b.cue, "vet", "-c", "-d", one.definition}, one.files, shapes)
			_, took, err := measured(ctx, command{args: args, env: append(b.outside(), "CUE_REGISTRY=none"), also: 1})
			if err != nil {
				return cost{}, err
			}
			peer = peer.plus(took)
		}
	}
	r.check.add(ours, peer)
	return peer, nil
}

// judgements writes down what the pages of a sample are made from, and gives the folder.
func (b *bench) judgements(ctx context.Context, s *sample, to *place) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	folder := to.fresh()
	_, err = b.plain(ctx, "", []string{innerName + "=1"}, self, "judge", s.repo, s.checkout, folder)
	return folder, err
}

// renderings renders with our templates and with Hugo.
func (b *bench) renderings(ctx context.Context, s *sample, r *result, told, content string, to *place) (cost, error) {
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	out := to.fresh()
	_, ours, err := measured(ctx, command{args: []string{self, "render", told, s.checkout, out}, env: b.outside()})
	if err != nil {
		return cost{}, err
	}
	if r.ours, err = pages(out); err != nil {
		return cost{}, err
	}
	if err := to.done(out); err != nil {
		return cost{}, err
	}
	if b.hugo == "" {
		r.render.add(ours, cost{})
		r.pages.add(ours, cost{})
		return cost{}, nil
	}
	alone, _, err := b.hugoSite(ctx, content, to, "hugo.toml")
	if err != nil {
		return cost{}, err
	}
	peer, made, err := b.hugoSite(ctx, content, to, "hugo.toml,documents.toml")
	if err != nil {
		return cost{}, err
	}
	r.hugo = made
	r.render.add(ours, peer)
	r.pages.add(ours, alone)
	return peer, nil
}

// hugoSite has Hugo make its site, with these files of settings.
func (b *bench) hugoSite(ctx context.Context, content string, to *place, settings string) (cost, drawn, error) {
	out := to.fresh()
	args := []string{
		b.hugo, "--source", content, "--config", settings, "--destination", out, "--cacheDir", filepath.Join(b.scratch, "home", "hugo"), "--noBuildLock", "--quiet",
	}
	_, took, err := measured(ctx, command{args: args, env: b.outside()})
	if err != nil {
		return cost{}, drawn{}, err
	}
	made, err := pages(out)
	return took, made, errors.Join(err, to.done(out))
}

// built is what muniment build said and took.
type built struct {
	cost
	Files  int
	New    int
	Digest string
}

func (b *bench) build(ctx context.Context, s *sample, out string, cache ...string) (*built, error) {
	args := append([]string{b.muniment, "build", "-C", s.repo, "--as-of", day.String(), "--out", out, "--json"}, cache...)
	said, took, err := measured(ctx, command{args: args, env: b.outside(), also: 1})
	if err != nil {
		return nil, err
	}
	one := &built{cost: took}
	return one, json.Unmarshal(said, one)
}

// builds makes a state known that has one record changed, and builds it cold, upon the portal that was built last, and once more.
// All three must be the same to the byte.
func (b *bench) builds(ctx context.Context, s *sample, r *result, state int, to *place, portal, kept string, peers cost) error {
	if err := b.show(ctx, s, state); err != nil {
		return err
	}
	out := to.fresh()
	cold, err := b.build(ctx, s, out, "--no-cache")
	if err != nil {
		return err
	}
	if err := to.done(out); err != nil {
		return err
	}
	change, err := b.build(ctx, s, portal, "--cache", kept)
	if err != nil {
		return err
	}
	same, err := b.build(ctx, s, portal, "--cache", kept)
	if err != nil {
		return err
	}
	if cold.Digest != change.Digest || cold.Digest != same.Digest {
		return fmt.Errorf("the portals differ: built cold %s, after one change %s, once more %s", cold.Digest, change.Digest, same.Digest)
	}
	b.say("after one change %d of %d files were new", change.New, change.Files)
	r.cold.add(cold.cost, peers)
	r.change.add(change.cost, cold.cost)
	r.same.add(same.cost, cold.cost)
	return nil
}
