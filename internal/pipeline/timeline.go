package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/cache"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/chain"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/timeline"
	"example.org/muniment/internal/versions"
)

// ahead is how far past the day judged a timeline goes.
var ahead = calendar.Period{Months: 12}

// past is the history of a repository, and the way to its files.
type past struct {
	*versions.History
	chain    *chain.Chain
	rules    *rules
	compared sync.Map // changes of fields, by path and both blobs
}

// past reads the history of a line of commits. What an earlier run read of it is not read
// again, nor are files that are known.
func (t *Tool) past(ctx context.Context, src *source, r *rules, known *load.Cache) (*past, error) {
	return t.pastAfter(ctx, src, r, known, t.keptPast(src, r))
}

// keptPast is a history as it was kept of the first so many commits of a line; of none when nothing was.
type keptPast struct {
	data    []byte
	commits int
}

func (t *Tool) keptPast(src *source, r *rules) keptPast {
	data, n, _ := t.newest(src.line, keptHistory, func(commit string) cache.Key { return t.pastKey(r, commit) })
	return keptPast{data, n}
}

func (t *Tool) pastKey(r *rules, commit string) cache.Key {
	return keyOf(r.shapes.Digest(), t.program(), commit)
}

// pastAfter reads what came after what was kept.
func (t *Tool) pastAfter(ctx context.Context, src *source, r *rules, known *load.Cache, was keptPast) (*past, error) {
	reader, err := load.NewReader(load.Options{Schemas: r.shapes, Cache: known, Memory: src.memory})
	if err != nil {
		return nil, err
	}
	p := &past{rules: r}
	line := src.line
	if was.commits > 0 {
		if p.History, err = versions.Decode(reader, src.repo.Blob, was.data); err == nil {
			line = line[was.commits:]
		}
	}
	if len(line) == len(src.line) {
		p.History = versions.New(reader, src.repo.Blob)
	}
	done := len(src.line) - len(line)
	read := done
	err = src.repo.Changes(ctx, line, record.Root, func(c gitrepo.Change) error {
		read++
		t.Progress(Step{"reading history", read, len(src.line)})
		p.Add(c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := t.complete(ctx, src, r, p, known); err != nil {
		return nil, err
	}
	if head := src.origin.KnownAt; t.Cache != nil && (done == 0 || len(line) > mostAnew) {
		t.Cache.Put(keptHistory, t.pastKey(r, head), p.Encode())
	}
	return p, nil
}

// mostAnew is how many commits are read again in every build, which takes some milliseconds, before they are kept with the rest of the line
// and their history with the rest of that.
const mostAnew = 256

// complete ends the reading of a history.
func (t *Tool) complete(ctx context.Context, src *source, r *rules, p *past, known *load.Cache) error {
	if p.Most() > load.MaxFiles {
		return &LimitError{fmt.Sprintf("%s/ held more than %d files at some time", record.Root, load.MaxFiles)}
	}
	if err := p.Complete(ctx); err != nil {
		return err
	}
	return t.prove(ctx, src, r, p, known)
}

// timelines makes the timelines up to a year after the day judged.
func (p *past) timelines(ctx context.Context, asOf calendar.Date) (*timeline.Timelines, error) {
	return timeline.Build(ctx, assess.NewRules(p.rules.catalogue, p.rules.law), p.History, asOf.Add(ahead).AddDays(1))
}

// files says what a commit did to the files that matter, field by field. What was read before lies on the desk.
func (p *past) files(desk *versions.Desk, c timeline.Cause) ([]report.Change, error) {
	gone := make(map[string]timeline.File) // by path, and by content
	for _, f := range c.Files {
		if f.New == "" {
			gone[f.Path], gone[f.Old] = f, f
		}
	}
	changes := make([]report.Change, 0, len(c.Files))
	moved := make(map[string]bool)
	for _, f := range c.Files {
		change := report.Change{Path: f.Path, How: how(f)}
		from := f
		if f.Old == "" && len(gone) > 0 {
			now, err := desk.Record(f.Path, f.New)
			if err != nil {
				return nil, err
			}
			var ok bool
			if from, ok = gone[formerly(now)]; !ok {
				from, ok = gone[f.New]
			}
			if ok {
				change.How, change.From = "moved", from.Path
				moved[from.Path] = true
			}
		}
		// Of a record that came or went as a whole the path says enough.
		if from.Old != "" && f.New != "" {
			var err error
			if change.Fields, err = p.fields(desk, from, f); err != nil {
				return nil, err
			}
		}
		changes = append(changes, change)
	}
	return slices.DeleteFunc(changes, func(c report.Change) bool { return c.How == "removed" && moved[c.Path] }), nil
}

// fields says what is different in a record. What many subjects rest on is compared once.
func (p *past) fields(desk *versions.Desk, from, to timeline.File) ([]report.FieldChange, error) {
	key := [3]string{to.Path, from.Old, to.New}
	shared := !strings.Contains(to.Group, "/workloads/")
	if known, ok := p.compared.Load(key); shared && ok {
		return known.([]report.FieldChange), nil
	}
	old, err := desk.Record(from.Path, from.Old)
	if err != nil {
		return nil, err
	}
	now, err := desk.Record(to.Path, to.New)
	if err != nil {
		return nil, err
	}
	changes := fieldsOf(old, now)
	if shared {
		p.compared.Store(key, changes)
	}
	return changes, nil
}

// fieldsOf says what is different between two states of a record; nothing when one of them was refused.
func fieldsOf(old, now *record.Record) []report.FieldChange {
	if old == nil || now == nil {
		return nil
	}
	var changes []report.FieldChange
	for _, d := range timeline.Fields(old, now) {
		changes = append(changes, report.FieldChange{Field: d.Path, How: d.How, Old: d.Old, New: d.New})
	}
	return changes
}

func formerly(r *record.Record) string {
	if r == nil {
		return ""
	}
	return r.Formerly()
}

// addTimelines gives every workload, supplier and organisation of a report its timeline.
func (p *past) addTimelines(ctx context.Context, made *report.Report) error {
	all, err := p.timelines(ctx, made.AsOf)
	if err != nil {
		return err
	}
	var trouble error
	desk := p.NewDesk()
	of := func(kind obligation.SubjectKind, id string) *report.Timeline {
		t := all.Of(kind, id)
		if t == nil {
			return nil // it is in a folder and in no commit
		}
		told, err := p.word(desk, t, made.AsOf)
		trouble = errors.Join(trouble, err)
		return told
	}
	for i := range made.Workloads {
		made.Workloads[i].Timeline = of(obligation.OfWorkload, made.Workloads[i].ID)
	}
	for i := range made.Suppliers {
		made.Suppliers[i].Timeline = of(obligation.OfSupplier, made.Suppliers[i].ID)
	}
	for i := range made.Organisations {
		made.Organisations[i].Timeline = of(obligation.OfOrganisation, made.Organisations[i].ID)
	}
	return trouble
}

// addTimelineOf gives the one workload of a report its timeline. Nothing is told of any other but what it rests on.
func (p *past) addTimelineOf(ctx context.Context, made *report.Report) error {
	if len(made.Workloads) == 0 {
		return nil
	}
	one := &made.Workloads[0]
	lines, err := timeline.NewBuilder(assess.NewRules(p.rules.catalogue, p.rules.law), p.History, made.AsOf.Add(ahead).AddDays(1))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(lines.Families(), func(ids []string) bool { return slices.Contains(ids, one.ID) })
	if at < 0 {
		return nil // it is in a folder and in no commit
	}
	desk := p.NewDesk()
	family, err := lines.Family(ctx, desk, lines.Families()[at])
	if err != nil {
		return err
	}
	for _, line := range family {
		if line.ID == one.ID {
			one.Timeline, err = p.word(desk, line, made.AsOf)
		}
	}
	return err
}

// word puts a timeline in words. What was read before lies on the desk.
func (p *past) word(desk *versions.Desk, line *timeline.Timeline, asOf calendar.Date) (*report.Timeline, error) {
	var trouble error
	told := report.NewTimeline(line, asOf, func(c timeline.Cause) []report.Change {
		changes, err := p.files(desk, c)
		trouble = errors.Join(trouble, err)
		return changes
	})
	return told, trouble
}

// forecast says what turns until a length of time after the day judged.
func (t *Tool) forecast(ctx context.Context, r *rules, src *source, past *past, asOf calendar.Date, within calendar.Period) (*report.Forecast, error) {
	reader, err := load.NewReader(load.Options{Schemas: r.shapes})
	if err != nil {
		return nil, err
	}
	now, err := versions.Snapshot(ctx, src.files, reader, asOf)
	if err != nil {
		return nil, err
	}
	if past != nil {
		now.ProveBy(frozen{past.chain})
	}
	last := asOf.Add(within)
	all, err := timeline.Build(ctx, assess.NewRules(r.catalogue, r.law), now, last.AddDays(1))
	if err != nil {
		return nil, err
	}
	return report.NewForecast(all, asOf, last), nil
}
