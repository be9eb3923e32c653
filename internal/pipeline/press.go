package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
	"example.org/muniment/internal/theme"
	"example.org/muniment/internal/timeline"
	"example.org/muniment/internal/versions"
)

// press makes a portal subject by subject: each is judged, told through time, put in words and on its pages, and forgotten.
type press struct {
	tool   *Tool
	rules  *rules
	loaded *load.Result
	origin report.Origin
	past   *past // nil for a folder that is in no commit
	judged *assess.Judgement
	lines  *timeline.Builder // nil like past
	maker  *report.Maker
	site   *site.Portal
	put    func(site.File) error // may be called from several goroutines

	mu      sync.Mutex
	lists   *report.Gathering
	states  map[string]report.Status  // of workloads, by id
	holding map[string]report.Holding // by organisation
	trouble error
	done    atomic.Int64
}

// prepare reads everything that a portal is made from, and judges what workloads rest on.
func (t *Tool) prepare(ctx context.Context, src *source, r *rules, q Question, look *theme.Theme) (*press, error) {
	config, err := readSite(src.files)
	if err != nil {
		return nil, err
	}
	loaded, err := t.read(ctx, src, r)
	if err != nil {
		return nil, err
	}
	if err := tooMany(loaded.Findings); err != nil {
		return nil, err
	}
	p := &press{
		tool: t, rules: r, loaded: loaded, origin: t.origin(src, r, loaded, q), lists: report.NewGathering(r.catalogue),
		states: make(map[string]report.Status, len(loaded.Register.Workloads)), holding: make(map[string]report.Holding),
	}
	p.site, err = site.New(site.Frame{
		Origin: p.origin, Obligations: report.Obligations(r.catalogue), Tensions: report.TensionsOf(r.law), NotFound: report.NotFoundOf(r.law),
	}, look, config)
	if err != nil {
		return nil, err
	}
	rules := assess.NewRules(r.catalogue, r.law)
	p.judged = rules.Begin(p.origin.AsOf, loaded.Register)
	p.maker = report.NewMaker(report.Frame{Origin: p.origin, Catalogue: r.catalogue, Law: r.law, Status: p.status, Whole: loaded.Register})
	if src.repo == nil || q.Worktree {
		return p, nil
	}
	if p.past, err = t.past(ctx, src, r); err != nil {
		return nil, err
	}
	t.Progress(Step{"judging what workloads rest on", 0, 0})
	p.lines, err = timeline.NewBuilder(ctx, rules, p.past.History, p.origin.AsOf.Add(ahead).AddDays(1))
	t.Progress(Step{"judging what workloads rest on", 1, 1})
	return p, err
}

// status says how another subject stands.
func (p *press) status(kind obligation.SubjectKind, id string) report.Status {
	if kind != obligation.OfWorkload {
		return report.StatusOf(p.judged.Of(kind, id))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s, ok := p.states[id]; ok {
		return s
	}
	return report.StatusOf(nil)
}

// print makes every file of the portal and gives it to put, and what is shown of the register as a whole.
func (p *press) print(ctx context.Context, put func(site.File) error) (*report.Lists, error) {
	p.put = put
	for _, step := range []func(context.Context) error{p.suppliers, p.workloads, p.organisations} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	lists := p.lists.Lists(p.loaded.Findings)
	if err := p.site.Lists(lists, put); err != nil {
		return nil, fmt.Errorf("render the lists: %w", err)
	}
	return lists, nil
}

// each does the same for many things, several at once.
func each[T any](ctx context.Context, list []T, do func(context.Context, T) error) error {
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, one := range list {
		if running.Err() != nil {
			break
		}
		group.Go(func() error { return do(running, one) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// finish publishes the files of a subject and adds its share to the lists.
func (p *press) finish(files []site.File, share *report.Share, err error) error {
	if err != nil {
		return fmt.Errorf("render %s %s: %w", share.Subject.Kind, share.Subject.ID, err)
	}
	for _, f := range files {
		if err := p.put(f); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lists.Add(share)
	switch {
	case share.Workload != nil:
		p.states[share.Workload.ID] = share.Workload.Status
		h := p.holding[share.Workload.Organisation.ID]
		h.Workloads = append(h.Workloads, *share.Workload)
		p.holding[share.Workload.Organisation.ID] = h
	case share.Contract != nil:
		h := p.holding[share.Contract.Organisation.ID]
		h.Contracts = append(h.Contracts, *share.Contract)
		p.holding[share.Contract.Organisation.ID] = h
	}
	return p.trouble
}

// suppliers makes the pages of suppliers, contracts and footprints.
func (p *press) suppliers(ctx context.Context) error {
	reg := p.loaded.Register
	err := each(ctx, reg.Suppliers, func(_ context.Context, s *register.Supplier) error {
		detail, share := p.maker.Supplier(s, p.held(obligation.OfSupplier, s.ID, s.Record))
		files, err := p.site.Supplier(detail)
		return p.finish(files, share, err)
	})
	if err != nil {
		return err
	}
	err = each(ctx, reg.Contracts, func(_ context.Context, c *register.Contract) error {
		detail, share := p.maker.Contract(c, p.held(obligation.OfContract, c.ID, c.Record))
		files, err := p.site.Contract(detail)
		return p.finish(files, share, err)
	})
	if err != nil {
		return err
	}
	return each(ctx, reg.Footprints, func(_ context.Context, f *register.Footprint) error {
		detail, share := p.maker.Footprint(f, p.held(obligation.OfFootprint, f.ID, f.Record))
		files, err := p.site.Footprint(detail)
		return p.finish(files, share, err)
	})
}

// workloads makes the pages of workloads, family by family.
func (p *press) workloads(ctx context.Context) error {
	reg := p.loaded.Register
	total := len(reg.Workloads)
	if p.lines == nil {
		return each(ctx, reg.Workloads, func(_ context.Context, w *register.Workload) error { return p.workload(nil, w, nil, total) })
	}
	byID := make(map[string]*register.Workload, total)
	for _, w := range reg.Workloads {
		byID[w.ID] = w
	}
	return each(ctx, p.lines.Families(), func(ctx context.Context, ids []string) error {
		if !slices.ContainsFunc(ids, func(id string) bool { return byID[id] != nil }) {
			return nil
		}
		desk := p.past.NewDesk()
		lines, err := p.lines.Family(ctx, desk, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if w := byID[id]; w != nil {
				i := slices.IndexFunc(lines, func(t *timeline.Timeline) bool { return t.ID == id })
				if i < 0 {
					return fmt.Errorf("workload %s is in the register and has no timeline", id)
				}
				if err := p.workload(desk, w, lines[i], total); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (p *press) workload(desk *versions.Desk, w *register.Workload, line *timeline.Timeline, total int) error {
	in, err := p.tell(desk, line, w.Record)
	if err != nil {
		return err
	}
	in.Judged = p.judged.Workload(w)
	detail, share := p.maker.Workload(w, in)
	files, err := p.site.Workload(detail)
	if err := p.finish(files, share, err); err != nil {
		return err
	}
	p.tool.Progress(Step{"making pages", int(p.done.Add(1)), total})
	return nil
}

// organisations makes the pages of organisations, which show how their workloads stand.
func (p *press) organisations(ctx context.Context) error {
	for _, h := range p.holding {
		slices.SortFunc(h.Workloads, func(a, b report.WorkloadRow) int { return strings.Compare(a.ID, b.ID) })
		slices.SortFunc(h.Contracts, func(a, b report.ContractRow) int { return strings.Compare(a.ID, b.ID) })
	}
	return each(ctx, p.loaded.Register.Organisations, func(_ context.Context, o *register.Organisation) error {
		detail, share := p.maker.Organisation(o, p.held(obligation.OfOrganisation, o.ID, o.Record))
		files, err := p.site.Organisation(detail, p.holding[o.ID])
		return p.finish(files, share, err)
	})
}

// held gathers what is known of something that workloads rest on. Trouble with its past shows as an error of the page.
func (p *press) held(kind obligation.SubjectKind, id string, r *record.Record) report.Held {
	var desk *versions.Desk
	if p.past != nil {
		desk = p.past.NewDesk()
	}
	in, err := p.tell(desk, p.lineOf(kind, id), r)
	if err != nil {
		p.mu.Lock()
		p.trouble = cmp.Or(p.trouble, err)
		p.mu.Unlock()
	}
	in.Judged = p.judged.Of(kind, id)
	return in
}

func (p *press) lineOf(kind obligation.SubjectKind, id string) *timeline.Timeline {
	if p.lines == nil {
		return nil
	}
	return p.lines.Of(kind, id)
}

// tell puts the past of a subject in words.
func (p *press) tell(desk *versions.Desk, line *timeline.Timeline, r *record.Record) (report.Held, error) {
	in := report.Held{Register: p.loaded.Register}
	if line == nil {
		return in, nil
	}
	var trouble error
	in.Timeline = report.NewTimeline(line, p.origin.AsOf, func(c timeline.Cause) []report.Change {
		changes, err := p.past.files(desk, c)
		trouble = errors.Join(trouble, err)
		return changes
	})
	in.Coming = report.ComingOf(line, p.origin.AsOf, p.origin.AsOf.Add(ahead))
	in.History = p.past.commits(r.Path)
	if c := p.past.Newest(line.Groups, line.Turned); c != nil {
		in.Known = &report.Commit{ID: c.ID, Day: c.Day, Author: c.Author, Subject: c.Subject}
	}
	return in, trouble
}
