package gitrepo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"

	"github.com/go-git/go-git/v5/plumbing"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/tape"
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
	ctx, cancel := context.WithCancel(ctx)
	stretches := make(chan stretch, 4)
	var walker sync.WaitGroup
	defer walker.Wait()
	defer cancel()
	walker.Go(func() { r.walk(ctx, head, stretches) })
	parts, length := [][]Step{{r.step(head)}}, 1 // newest first
	for s := range stretches {
		part := make([]Step, len(s.raw))
		for i, raw := range s.raw {
			c, err := parseCommit(s.ids[i].String(), raw)
			if err != nil {
				return nil, fmt.Errorf("read mainline: %w", err)
			}
			part[i] = r.step(c)
		}
		if s.err != nil {
			return nil, s.err
		}
		parts, length = append(parts, part), length+len(part)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	line := make(Line, 0, length)
	for _, part := range slices.Backward(parts) {
		for _, step := range slices.Backward(part) {
			line = append(line, step)
		}
	}
	line.date()
	return line, nil
}

// date gives every step the day it took effect.
func (l Line) date() {
	for i := range l {
		l[i].Day = l[i].Written
		if i > 0 && l[i].Day.Before(l[i-1].Day) {
			l[i].Day = l[i-1].Day
		}
	}
}

// mostAfter is how many commits are tried, head among them, before a line that was kept is given up.
const mostAfter = 1024

// LineAfter is [Repo.Line] for whoever kept a line before. Kept is asked for head, and then for the commits before it, for the line that
// leads there, as [Line.Pack] made it into bytes. It tells of how many steps that held: none where there was no such line within 1,024
// commits, or only something else, and all of it was read. Errors are those of [Repo.Line].
func (r *Repo) LineAfter(ctx context.Context, head Commit, kept func(id string) ([]byte, bool)) (line Line, known int, err error) {
	newer := []Commit{head} // newest first
	for range mostAfter {
		last := newer[len(newer)-1]
		if data, ok := kept(last.ID); ok {
			line, ok := r.unpackLine(data)
			if known = len(line); !ok || line[known-1].Commit.ID != last.ID || known+len(newer)-1 > r.limits.commits {
				break
			}
			for _, c := range slices.Backward(newer[:len(newer)-1]) {
				line = append(line, r.step(c))
			}
			line.date()
			return line, known, ctx.Err()
		}
		if len(last.Parents) == 0 {
			break
		}
		id, ok := parseID(last.Parents[0])
		if !ok {
			break
		}
		before, err := r.commit(id)
		if err != nil {
			break // reading all of them tells what is wrong
		}
		newer = append(newer, before)
	}
	line, err = r.Line(ctx, head)
	return line, 0, err
}

// packedTogether is how many commits of a line lie together, to be unpacked by one goroutine.
const packedTogether = 4096

// Pack gives the commits of a line as bytes.
func (l Line) Pack() []byte {
	var out, together []byte
	for part := range slices.Chunk(l, packedTogether) {
		together = tape.AppendNumber(together[:0], uint64(len(part)))
		for i := range part {
			together = appendCommit(together, &part[i].Commit)
		}
		out = tape.AppendText(out, unsafeText(together))
	}
	return out
}

// unpackLine gives the line that was packed, without days. It is false when that was none.
func (r *Repo) unpackLine(data []byte) (Line, bool) {
	in := &tape.Reader{In: data}
	var parts [][]byte
	for len(in.In) > 0 {
		parts = append(parts, in.Bytes())
	}
	if len(parts) == 0 || len(parts) > r.limits.commits/packedTogether+1 {
		return nil, false
	}
	line := make(Line, len(parts)*packedTogether)
	counts := make([]int, len(parts))
	var readers sync.WaitGroup
	for i, part := range parts {
		readers.Go(func() { counts[i] = r.unpackSteps(line[i*packedTogether:(i+1)*packedTogether], part) })
	}
	readers.Wait()
	for i, n := range counts {
		if n == 0 || n < packedTogether && i < len(counts)-1 {
			return nil, false
		}
		line = line[:i*packedTogether+n]
	}
	for i := range line[1:] {
		if parents := line[i+1].Commit.Parents; len(parents) == 0 || parents[0] != line[i].Commit.ID {
			return nil, false
		}
	}
	return line, true
}

// unpackSteps gives how many steps were packed together; none when there is anything wrong with them.
func (r *Repo) unpackSteps(room []Step, part []byte) int {
	in := &tape.Reader{In: part}
	n := in.Count()
	if n > len(room) {
		return 0
	}
	for i := range n {
		room[i] = r.step(readCommit(in))
	}
	if in.Bad || len(in.In) > 0 {
		return 0
	}
	return n
}

func (r *Repo) step(c Commit) Step {
	return Step{Commit: c, Written: calendar.In(c.Committer.When, r.zone)}
}

// stretch is a part of a line, newest first, that agrees with its ids and is still to be parsed.
type stretch struct {
	ids []plumbing.Hash
	raw [][]byte
	err error // what ended the walk after these
}

// walk reads the commits before head along the mainline, while another goroutine parses them.
func (r *Repo) walk(ctx context.Context, head Commit, stretches chan<- stretch) {
	const commits = 256
	defer close(stretches)
	if len(head.Parents) == 0 {
		return
	}
	id, ok := parseID(head.Parents[0])
	if !ok {
		stretches <- stretch{err: errors.New("read mainline: the commit was not read from a repository")}
		return
	}
	release, held := func() {}, false
	defer func() { release() }()
	for left := r.limits.commits - 1; ok && ctx.Err() == nil; {
		if !held { // how long the line is shows as it goes on
			release, held = r.store.packs.hold(r.limits.commits - left)
		}
		var s stretch
		for ; ok && s.err == nil && len(s.raw) < commits; left-- {
			if left == 0 {
				s.err = &LimitError{What: "the mainline", Limit: int64(r.limits.commits), Unit: "commits"}
				break
			}
			raw, err := r.store.read(plumbing.CommitObject, id, r.limits.commit)
			if err != nil {
				s.err = fmt.Errorf("read mainline: %w", err)
				break
			}
			s.ids, s.raw = append(s.ids, id), append(s.raw, raw)
			id, ok = firstParent(raw)
		}
		select {
		case stretches <- s:
			ok = ok && s.err == nil
		case <-ctx.Done():
		}
	}
}

// firstParent gives the first parent of a commit as it is stored. Where there is none, or only something that parsing the
// commit refuses, it reports false.
func firstParent(raw []byte) (plumbing.Hash, bool) {
	const tree = len("tree \n") + 2*idSize
	rest, ok := bytes.CutPrefix(raw[min(tree, len(raw)):], []byte("parent "))
	if !ok || len(rest) < 2*idSize {
		return plumbing.ZeroHash, false
	}
	return parseID(string(rest[:2*idSize]))
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
