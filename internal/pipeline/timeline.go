package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
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
	rules  *rules
	reader *load.Reader
	repo   *gitrepo.Repo
}

// past reads the history of a line of commits.
func (t *Tool) past(ctx context.Context, src *source, r *rules) (*past, error) {
	reader, err := load.NewReader(load.Options{Schemas: r.shapes})
	if err != nil {
		return nil, err
	}
	p := &past{History: versions.New(reader, src.repo.Blob), rules: r, reader: reader, repo: src.repo}
	done := 0
	err = src.repo.Changes(ctx, src.line, record.Root, func(c gitrepo.Change) error {
		done++
		t.Progress(Step{"reading history", done, len(src.line)})
		p.Add(c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if p.Most() > load.MaxFiles {
		return nil, &LimitError{fmt.Sprintf("%s/ held more than %d files at some time", record.Root, load.MaxFiles)}
	}
	return p, p.Complete()
}

// timelines makes the timelines up to a year after the day judged.
func (p *past) timelines(ctx context.Context, asOf calendar.Date) (*timeline.Timelines, error) {
	return timeline.Build(ctx, assess.NewRules(p.rules.catalogue, p.rules.law), p.History, asOf.Add(ahead).AddDays(1))
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

// record reads a version of a record; nil when it is none, or was refused.
func (p *past) record(path, blob string) (*record.Record, error) {
	kind, ok := record.KindOf(path)
	if blob == "" || !ok {
		return nil, nil
	}
	src, err := p.repo.Blob(blob)
	var limit *gitrepo.LimitError
	if errors.As(err, &limit) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	content, err := p.reader.Read(path, load.Record, kind, src)
	return content.Record, err
}

func formerly(r *record.Record) string {
	if r == nil || r.Tree.Get("formerly") == nil {
		return ""
	}
	return r.Tree.Get("formerly").Text
}

// addTimelines gives every workload, supplier and organisation of a report its timeline.
func (p *past) addTimelines(ctx context.Context, made *report.Report) error {
	all, err := p.timelines(ctx, made.AsOf)
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
func (t *Tool) forecast(ctx context.Context, r *rules, src *source, asOf calendar.Date, within calendar.Period) (*report.Forecast, error) {
	now, err := snapshot(ctx, src.files, r, asOf)
	if err != nil {
		return nil, err
	}
	last := asOf.Add(within)
	all, err := timeline.Build(ctx, assess.NewRules(r.catalogue, r.law), now, last.AddDays(1))
	if err != nil {
		return nil, err
	}
	return report.NewForecast(all, asOf, last), nil
}

// snapshot makes a history of one state: the files as they are, known on a day.
func snapshot(ctx context.Context, files fs.FS, r *rules, day calendar.Date) (*versions.History, error) {
	reader, err := load.NewReader(load.Options{Schemas: r.shapes})
	if err != nil {
		return nil, err
	}
	only := gitrepo.Change{Step: gitrepo.Step{Day: day}}
	err = fs.WalkDir(files, record.Root, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || d.IsDir() {
			return err
		}
		mode, err := modeOf(d)
		only.Paths = append(only.Paths, gitrepo.PathChange{Path: path[len(record.Root)+1:], New: path, NewMode: mode})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list evidence: %w", err)
	}
	h := versions.New(reader, func(path string) ([]byte, error) { return readLimited(files, path) })
	h.Add(only)
	return h, h.Complete()
}

// modeOf gives the mode that git would store for a file.
func modeOf(d fs.DirEntry) (uint32, error) {
	switch {
	case d.Type()&fs.ModeSymlink != 0:
		return gitrepo.ModeSymlink, nil
	case !d.Type().IsRegular():
		return gitrepo.ModeSubmodule, nil
	}
	if info, ok := d.(fs.FileInfo); ok {
		if stored, ok := info.Sys().(gitrepo.Entry); ok {
			return stored.Mode, nil
		}
	}
	return gitrepo.ModeFile, nil
}

// readLimited reads a file up to one byte more than any may have.
func readLimited(files fs.FS, path string) ([]byte, error) {
	f, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(f, load.MaxAttachment+1))
	return src, errors.Join(err, f.Close())
}
