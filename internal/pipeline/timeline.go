package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/timeline"
)

// ahead is how far past the day judged a timeline goes.
var ahead = calendar.Period{Months: 12}

// past reads the states of a history, each file of it once.
type past struct {
	tool    *Tool
	repo    *gitrepo.Repo
	line    gitrepo.Line
	options load.Options
}

func (t *Tool) past(src *source, r *rules) *past {
	return &past{tool: t, repo: src.repo, line: src.line, options: load.Options{Schemas: r.shapes, Cache: load.NewCache()}}
}

var errEnough = errors.New("enough")

// states gives what was known at the end of each day on which the evidence changed.
func (p *past) states(ctx context.Context) iter.Seq2[timeline.State, error] {
	return func(yield func(timeline.State, error) bool) {
		var day []*timeline.Commit // the commits of the day that touched evidence
		var last gitrepo.Step      // the last of them
		give := func() error {
			if len(day) == 0 {
				return nil
			}
			reg, err := p.register(ctx, last.Commit)
			if err != nil {
				return err
			}
			s := timeline.State{Day: last.Day, Register: reg, Commits: day}
			day = nil
			if !yield(s, nil) {
				return errEnough
			}
			return nil
		}
		done := 0
		err := p.repo.Changes(ctx, p.line, record.Root, func(c gitrepo.Change) error {
			done++
			p.tool.Progress(Step{"reading history", done, len(p.line)})
			if len(c.Paths) == 0 {
				return nil
			}
			if len(day) > 0 && c.Day != last.Day {
				if err := give(); err != nil {
					return err
				}
			}
			day, last = append(day, commitOf(c)), c.Step
			return nil
		})
		if err == nil {
			err = give()
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(timeline.State{}, err)
		}
	}
}

func commitOf(c gitrepo.Change) *timeline.Commit {
	out := &timeline.Commit{ID: c.Commit.ID, Day: c.Day, Author: c.Commit.Author.Name, Subject: c.Commit.Subject}
	for _, f := range c.Paths {
		out.Files = append(out.Files, timeline.File{Path: record.Root + "/" + f.Path, Old: f.Old, New: f.New})
	}
	return out
}

// register reads the evidence of a commit.
func (p *past) register(ctx context.Context, c gitrepo.Commit) (*register.Register, error) {
	files, err := p.repo.FS(c, "")
	if err != nil {
		return nil, err
	}
	loaded, err := load.Tree(ctx, files, p.options)
	if errors.Is(err, fs.ErrNotExist) {
		empty, _ := register.New(nil, nil) // the commit took all evidence away
		return empty, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read commit %.12s: %w", c.ID, err)
	}
	for _, f := range loaded.Findings {
		if f.Code == "limit-files" { // then nothing was read; a single file over a limit is only left out
			return nil, &LimitError{fmt.Sprintf("commit %.12s: %s", c.ID, f)}
		}
	}
	return loaded.Register, nil
}

// timelines makes the timelines up to a year after the day judged.
func (p *past) timelines(ctx context.Context, r *rules, asOf calendar.Date) (*timeline.Timelines, error) {
	return timeline.Build(ctx, timeline.Rules{Catalogue: r.catalogue, Law: r.law}, p.states(ctx), asOf.Add(ahead).AddDays(1))
}

// files says what a commit did to the files that matter, field by field.
func (p *past) files(c timeline.Cause) ([]report.Change, error) {
	gone := make(map[string]timeline.File) // by path, and by content
	for _, f := range c.Files {
		if f.New == "" {
			gone[f.Path], gone[f.Old] = f, f
		}
	}
	var changes []report.Change
	moved := make(map[string]bool)
	for _, f := range c.Files {
		old, err := p.record(f.Path, f.Old)
		if err != nil {
			return nil, err
		}
		now, err := p.record(f.Path, f.New)
		if err != nil {
			return nil, err
		}
		change := report.Change{Path: f.Path, How: "changed"}
		switch {
		case f.New == "":
			change.How = "removed"
		case f.Old == "":
			change.How = "added"
			from, ok := gone[formerly(now)]
			if !ok {
				from, ok = gone[f.New]
			}
			if ok {
				if old, err = p.record(from.Path, from.Old); err != nil {
					return nil, err
				}
				change.How, change.From = "moved", from.Path
				moved[from.Path] = true
			}
		}
		// Of a record that came or went as a whole the path says enough.
		if old != nil && now != nil {
			for _, d := range timeline.Fields(old, now) {
				change.Fields = append(change.Fields, report.FieldChange{Field: d.Path, How: d.How, Old: d.Old, New: d.New})
			}
		}
		changes = append(changes, change)
	}
	kept := changes[:0]
	for _, c := range changes {
		if c.How != "removed" || !moved[c.Path] {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

func (p *past) record(path, blob string) (*record.Record, error) {
	if blob == "" {
		return nil, nil
	}
	return p.options.Cache.Record(p.options, path, blob, func() ([]byte, error) { return p.repo.Blob(blob) })
}

func formerly(r *record.Record) string {
	if r == nil || r.Tree.Get("formerly") == nil {
		return ""
	}
	return r.Tree.Get("formerly").Text
}

// addTimelines gives every workload, supplier and organisation of a report its timeline.
func (p *past) addTimelines(ctx context.Context, r *rules, made *report.Report) error {
	all, err := p.timelines(ctx, r, made.AsOf)
	if err != nil {
		return err
	}
	var trouble error
	files := func(c timeline.Cause) []report.Change {
		changes, err := p.files(c)
		trouble = errors.Join(trouble, err)
		return changes
	}
	of := func(kind obligation.SubjectKind, id string) *report.Timeline {
		t := all.Of(kind, id)
		if t == nil {
			return nil // it is in a folder and in no commit
		}
		return report.NewTimeline(t, made.AsOf, files)
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

// forecast says what turns until a length of time after the day judged.
func forecast(ctx context.Context, r *rules, reg *register.Register, asOf calendar.Date, within calendar.Period) (*report.Forecast, error) {
	last := asOf.Add(within)
	all, err := timeline.Forecast(ctx, timeline.Rules{Catalogue: r.catalogue, Law: r.law}, asOf, reg, last.AddDays(1))
	if err != nil {
		return nil, err
	}
	return report.NewForecast(all, asOf, last), nil
}
