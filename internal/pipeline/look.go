package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
)

// Look is a review that somebody in office has made.
type Look struct {
	Dir      string
	Workload string // by its id or its short name
	Office   record.Office
	By       string // the id of the post; "" for the one that holds the office
	Of       []string
	LookedAt []string
	Outcome  string // still-valid, changed or action-needed
	Reason   string
	Actions  []record.Action
	On       calendar.Date // the tool's today when zero
	Next     calendar.Date
}

// ReviewRecord is a review as it is written. It is the JSON document of muniment review.
type ReviewRecord struct {
	Version  string `json:"version"`
	Workload string `json:"workload"`
	Path     string `json:"path"`
	Text     string `json:"text"`

	root string
}

// Review prepares the record of a review, and refuses one that says nothing. Nothing is written.
func (t *Tool) Review(ctx context.Context, l Look) (*ReviewRecord, error) {
	if len(strings.Fields(l.Reason)) < 3 {
		return nil, &ConfigurationError{"a review without a reason says nothing: a moved date is no look", "say with --reason why it is still valid, what changed, or what must happen, in a sentence"}
	}
	if len(l.LookedAt) == 0 {
		return nil, &ConfigurationError{"the review does not say what was looked at", "name each thing with --looked-at"}
	}
	w, err := t.writing(ctx, l.Dir)
	if err != nil {
		return nil, err
	}
	defer w.src.close()
	of, _, err := w.subject(l.Workload)
	if err != nil {
		return nil, err
	}
	if of == nil {
		return nil, &ConfigurationError{l.Workload + " is an organisation; reviews are of workloads", "name a workload"}
	}
	on := cmp.Or(l.On, t.Today)
	person, err := w.holder(of.Controller, l.Office, l.By, on)
	if err != nil {
		return nil, err
	}
	out := &ReviewRecord{Version: "muniment/report/v1", Workload: of.ID, Path: path.Dir(of.Record.Path) + "/reviews/" + on.String() + ".yaml", root: w.src.root}
	out.Text = l.text(person.ID, on)
	reader, err := load.NewReader(load.Options{Schemas: w.rules.shapes})
	if err != nil {
		return nil, err
	}
	found, err := reader.Findings(out.Path, record.KindReview, []byte(out.Text))
	if err != nil {
		return nil, err
	}
	if err := firstError(found); err != nil {
		return nil, err
	}
	return out, nil
}

// text writes the record. Every text stands in double quotes, so that it is read as it was given.
func (l Look) text(by string, on calendar.Date) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("schema: muniment/v1\nkind: review\non: %s\noffice: %s\nby: %s", on, l.Office, by)
	list := func(name string, items []string) {
		line("%s:", name)
		for _, item := range items {
			line("  - %s", quoted(item))
		}
	}
	list("of", l.Of)
	list("lookedAt", l.LookedAt)
	line("outcome: %s\nreason: %s", quoted(l.Outcome), quoted(l.Reason))
	if len(l.Actions) > 0 {
		line("actions:")
	}
	for _, a := range l.Actions {
		line("  - what: %s\n    due: %s\n    owner: %s", quoted(a.What), a.Due, quoted(a.Owner))
	}
	if !l.Next.IsZero() {
		line("next: %s", l.Next)
	}
	return b.String()
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(s) + `"`
}

// Write files the review.
func (r *ReviewRecord) Write() error { return writeNew(r.root, r.Path, []byte(r.Text)) }
