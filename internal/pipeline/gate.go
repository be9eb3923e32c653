package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/muniment/internal/gate"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/report"
)

// Target says where a portal goes and what it must not contradict.
type Target struct {
	Out      string // the folder; "" is public beside evidence/
	Against  string // the portal that is published, as a folder, or its checkpoint as a file; "" for none
	Override string // why it is published whatever speaks against it; the reason is shown on the portal
}

// RefusedError says what speaks against publishing a portal.
type RefusedError struct{ Objections []gate.Objection }

func (e *RefusedError) Error() string {
	return "the portal was not published: " + speaks(len(e.Objections)) + " against it"
}

func speaks(n int) string {
	if n == 1 {
		return "one thing speaks"
	}
	return fmt.Sprintf("%d things speak", n)
}

// Is makes it an [ErrUnpublished].
func (e *RefusedError) Is(target error) bool { return target == ErrUnpublished }

// admit is what stands between a portal and its publication: it is asked when everything is judged and nothing is shown yet.
type admit func(o report.Origin, l *report.Lists) error

// mostMarks is how many overrides a portal shows, the newest.
const mostMarks = 100

// gate reads what is published, and gives what decides whether a portal may take its place. It is nil without a portal to hold
// the new one against.
func (t *Tool) gate(ctx context.Context, src *source, q Question, to Target, notes *[]string) (admit, error) {
	if to.Against == "" {
		return nil, nil
	}
	if q.Profile == report.Open {
		return nil, &ConfigurationError{"a portal of the profile open tells no past that could be held against another", "leave --against out"}
	}
	if src.repo == nil || src.origin.Dirty {
		return nil, &ConfigurationError{"what no commit holds cannot be held against a published portal", "leave --worktree out"}
	}
	published, err := readCheckpoint(to.Against)
	if err != nil {
		return nil, err
	}
	way, err := wayFrom(ctx, src, published.KnownAt)
	if err != nil {
		return nil, err
	}
	return func(o report.Origin, l *report.Lists) error {
		l.Overrides = published.Overrides
		objections := gate.Check(published, report.NewCheckpoint(o, l), way)
		switch {
		case len(objections) == 0 && to.Override != "":
			*notes = append(*notes, "nothing speaks against the portal, so it has no mark of an override")
		case len(objections) > 0 && to.Override == "":
			return &RefusedError{objections}
		case len(objections) > 0:
			l.Overrides = append(l.Overrides[:len(l.Overrides):len(l.Overrides)], markOf(o, to.Override, objections))
			l.Overrides = l.Overrides[max(len(l.Overrides)-mostMarks, 0):]
			*notes = append(*notes, fmt.Sprintf("the portal is published although %s against it, and says so", speaks(len(objections))))
		}
		return nil
	}, nil
}

func markOf(o report.Origin, reason string, objections []gate.Objection) report.Override {
	const shown = 20
	mark := report.Override{On: o.AsOf, Commit: o.KnownAt, Reason: reason, Said: []string{}}
	for i, said := range objections {
		if i == shown {
			mark.More = len(objections) - shown
			break
		}
		mark.Said = append(mark.Said, said.Text)
	}
	return mark
}

// CheckpointPath is where a portal publishes its checkpoint.
const CheckpointPath = "api/v1/checkpoint.json"

// readCheckpoint reads the checkpoint of a published portal. One that cannot be read is no reason to publish anything.
func readCheckpoint(name string) (*report.Checkpoint, error) {
	remedy := "name the folder of the portal that is published, or its " + CheckpointPath + "; leave --against out to publish for the first time"
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		name = filepath.Join(name, filepath.FromSlash(CheckpointPath))
	}
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &ConfigurationError{fmt.Sprintf("there is no %s to hold the portal against", name), remedy}
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := report.ReadCheckpoint(f)
	if err != nil {
		return nil, &ConfigurationError{fmt.Sprintf("%s: %v", name, err), remedy}
	}
	return c, nil
}

// wayFrom finds out how the commit that a portal is made from stands to the published one.
func wayFrom(ctx context.Context, src *source, published string) (gate.Way, error) {
	head := src.line[len(src.line)-1].Commit
	if n, ok := after(src.line, published); ok {
		way := gate.Way{Relation: gate.Same}
		if n == len(src.line) {
			return way, nil
		}
		changes, err := src.repo.Compare(src.line[n-1].Commit, head, "schemas")
		return gate.Way{Relation: gate.Later, First: src.line[n].Day, Rules: len(changes) > 0}, err
	}
	way := gate.Way{Relation: gate.Unrelated}
	commit, err := src.repo.Resolve(published)
	if published == "" || errors.Is(err, gitrepo.ErrUnknownRevision) {
		return way, nil
	}
	if err != nil {
		return way, err
	}
	older, err := src.repo.Descends(ctx, commit, head)
	if older {
		way.Relation = gate.Older
	}
	return way, err
}
