package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"

	"example.org/muniment/internal/calendar"
)

// Step is one commit of the mainline and its place in time.
type Step struct {
	Commit  Commit
	Day     calendar.Date // the day it took effect: Written, but never earlier than the step before
	Written calendar.Date // the day of its committer date in the zone of the repository
}

// Line is the first-parent line of a commit, oldest first. Days never go back along it.
type Line []Step

// Line reads the mainline that leads to head.
func (r *Repo) Line(ctx context.Context, head Commit) (Line, error) {
	var line Line
	for c := head; ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if len(line) == r.limits.commits {
			return nil, &LimitError{What: "the mainline", Limit: int64(r.limits.commits), Unit: "commits"}
		}
		line = append(line, Step{Commit: c, Written: calendar.In(c.Committer.When, r.zone)})
		if len(c.Parents) == 0 {
			break
		}
		parent, ok := parseID(c.Parents[0])
		if !ok {
			return nil, errors.New("read mainline: the commit was not read from a repository")
		}
		var err error
		if c, err = r.commit(parent); err != nil {
			return nil, fmt.Errorf("read mainline: %w", err)
		}
	}
	slices.Reverse(line)
	for i := range line {
		line[i].Day = line[i].Written
		if i > 0 && line[i].Day.Before(line[i-1].Day) {
			line[i].Day = line[i-1].Day
		}
	}
	return line, nil
}

// At gives what was known at the end of a day: the last step of that day or before. It reports false for the time before
// the first commit.
func (l Line) At(day calendar.Date) (Step, bool) {
	after := sort.Search(len(l), func(i int) bool { return l[i].Day.After(day) })
	if after == 0 {
		return Step{}, false
	}
	return l[after-1], true
}

// Jump is a step whose committer date cannot be the day it took effect.
type Jump struct {
	Step
	Future bool // the date lies after the given day; otherwise it lies before the step before it
}

// Jumps lists the steps whose dates go back, or lie after today, oldest first. A clock was wrong, or somebody chose the date.
func (l Line) Jumps(today calendar.Date) []Jump {
	var jumps []Jump
	for _, s := range l {
		switch {
		case s.Written.After(today):
			jumps = append(jumps, Jump{Step: s, Future: true})
		case s.Written.Before(s.Day):
			jumps = append(jumps, Jump{Step: s})
		}
	}
	return jumps
}

// At gives the commit of HEAD's mainline known at the end of a day.
// The error wraps [ErrUnknownRevision] for the time before the first commit.
func (r *Repo) At(day calendar.Date) (Commit, error) {
	head, err := r.Head()
	if err != nil {
		return Commit{}, err
	}
	line, err := r.Line(context.Background(), head)
	if err != nil {
		return Commit{}, err
	}
	step, ok := line.At(day)
	if !ok {
		return Commit{}, fmt.Errorf("%w: the first commit is of %s, after %s", ErrUnknownRevision, line[0].Day, day)
	}
	return step.Commit, nil
}
