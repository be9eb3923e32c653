package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/muniment/internal/pipeline"
)

const (
	firstShown = time.Second            // a step that takes less is not worth a word
	nextShown  = 200 * time.Millisecond // between two states of the line on a terminal
	nextSaid   = 10 * time.Second       // between two lines elsewhere, and before the first
	lineWidth  = 79                     // a line that wraps cannot be wiped
)

// talk is stderr. On a terminal its last line may tell how far the work is; whatever else is written wipes that line first,
// so that nothing is ever printed into it.
type talk struct {
	w  io.Writer
	mu sync.Mutex

	line bool // the last line tells how far the work is
}

func (t *talk) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wipeLocked()
	return t.w.Write(b)
}

func (t *talk) wipe() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wipeLocked()
}

func (t *talk) wipeLocked() {
	if t.line {
		fmt.Fprint(t.w, "\r\x1b[K")
		t.line = false
	}
}

func (t *talk) show(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintf(t.w, "\r%s\x1b[K", line)
	t.line = true
}

// progress gives the pipeline a way to tell how far it is. On a terminal one line is kept up to date and wiped in the end;
// elsewhere a line is written every ten seconds, so that a log shows that something goes on. What is quick is not mentioned.
func (a *app) progress() func(pipeline.Step) {
	p := &progress{talk: a.talk, live: a.env.Talk, now: a.env.Now, finished: map[string]int{}}
	return p.tell
}

// progress follows the steps that are under way. They may be told of by several goroutines.
type progress struct {
	talk *talk
	live bool // the line on a terminal
	now  func() time.Time

	mu       sync.Mutex
	active   []*underway    // in the order in which they began
	finished map[string]int // steps that are done, with their total
	last     time.Time      // when something was shown
}

type underway struct {
	pipeline.Step
	began time.Time
	said  bool // in a line that stays
}

func (p *progress) tell(s pipeline.Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	at := slices.IndexFunc(p.active, func(u *underway) bool { return u.Name == s.Name })
	if at < 0 {
		if p.straggles(s) {
			return
		}
		delete(p.finished, s.Name)
		p.active = append(p.active, &underway{Step: s, began: now})
		at = len(p.active) - 1
	}
	u := p.active[at]
	u.Done, u.Total = max(u.Done, s.Done), max(u.Total, s.Total) // the slower of two goroutines may tell of less
	if u.Total > 0 && u.Done >= u.Total {
		p.active = slices.Delete(p.active, at, at+1)
		p.finished[u.Name] = u.Total
		p.end(u, now)
		return
	}
	p.show(now)
}

// straggles tells that another goroutine, somewhat late, tells of a step that is done. One that begins anew begins at the
// beginning.
func (p *progress) straggles(s pipeline.Step) bool {
	total, done := p.finished[s.Name]
	return done && s.Total == total && s.Done > total/2
}

func (p *progress) end(u *underway, now time.Time) {
	if u.said {
		fmt.Fprintf(p.talk, "muniment: %s: done after %s\n", u.Name, roughly(now.Sub(u.began)))
		p.last = now
	}
	if len(p.active) == 0 && p.live {
		p.talk.wipe()
	}
}

func (p *progress) show(now time.Time) {
	u := p.slowest(now)
	wait, pause := firstShown, nextShown
	if !p.live {
		wait, pause = nextSaid, nextSaid
	}
	if now.Sub(u.began) < wait || now.Sub(p.last) < pause {
		return
	}
	p.last = now
	line := "muniment: " + u.Name + u.soFar(now)
	for _, other := range p.active {
		if other != u {
			line += ", also " + other.Name
		}
	}
	if p.live {
		p.talk.show(shorten(line))
		return
	}
	u.said = true
	fmt.Fprintln(p.talk, line)
}

// slowest picks the step that is expected to be under way longest.
func (p *progress) slowest(now time.Time) *underway {
	slowest := p.active[0]
	for _, u := range p.active[1:] {
		if u.left(now) > slowest.left(now) {
			slowest = u
		}
	}
	return slowest
}

// left estimates how long a step still takes, from how long it took so far; 0 when that cannot be told.
func (u *underway) left(now time.Time) time.Duration {
	if u.Total == 0 || u.Done == 0 {
		return 0
	}
	return time.Duration(float64(now.Sub(u.began)) * float64(u.Total-u.Done) / float64(u.Done))
}

// soFar says how far a step is and how long it may still take.
func (u *underway) soFar(now time.Time) string {
	switch {
	case u.Total == 0 && u.Done == 0:
		return ", for " + roughly(now.Sub(u.began)) + " now"
	case u.Total == 0:
		return fmt.Sprintf(": %d, for %s now", u.Done, roughly(now.Sub(u.began)))
	case u.Done == 0:
		return fmt.Sprintf(": 0 of %d", u.Total)
	}
	return fmt.Sprintf(": %d of %d, about %s left", u.Done, u.Total, roughly(u.left(now)))
}

// roughly words a length of time no finer than it can be known.
func roughly(d time.Duration) string {
	unit, n := "second", int(d.Round(time.Second)/time.Second)
	switch {
	case n >= 100*60:
		unit, n = "hour", int(d.Round(time.Hour)/time.Hour)
	case n >= 100:
		unit, n = "minute", int(d.Round(time.Minute)/time.Minute)
	case n >= 20:
		n = (n + 5) / 10 * 10
	}
	n = max(n, 1)
	if n > 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", n, unit)
}

// shorten cuts a line to what a terminal holds in one.
func shorten(line string) string {
	letters := []rune(strings.ToValidUTF8(line, "?"))
	if len(letters) <= lineWidth {
		return line
	}
	return string(letters[:lineWidth-1]) + "…"
}
