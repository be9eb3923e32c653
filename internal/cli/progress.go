package cli

import (
	"fmt"
	"sync"
	"time"

	"example.org/muniment/internal/pipeline"
)

// progress gives the pipeline a way to tell how far it is. Nothing is shown unless stderr is a terminal and the step has
// taken more than a second; the line is wiped when the step is done.
func (a *app) progress() func(pipeline.Step) {
	if !a.env.Talk {
		return func(pipeline.Step) {}
	}
	var (
		mu      sync.Mutex
		name    string
		started time.Time
		shown   time.Time
	)
	return func(s pipeline.Step) {
		mu.Lock()
		defer mu.Unlock()
		now := a.env.Now()
		if s.Name != name {
			name, started = s.Name, now
		}
		if s.Total > 0 && s.Done >= s.Total {
			if !shown.IsZero() {
				fmt.Fprint(a.env.Err, "\r\x1b[K")
				shown = time.Time{}
			}
			return
		}
		if now.Sub(started) < time.Second || now.Sub(shown) < 200*time.Millisecond {
			return
		}
		shown = now
		fmt.Fprintf(a.env.Err, "\rmuniment: %s%s\x1b[K", s.Name, remaining(s, now.Sub(started)))
	}
}

// remaining says how far a step is and how long it may still take.
func remaining(s pipeline.Step, spent time.Duration) string {
	if s.Total == 0 || s.Done == 0 {
		return " …"
	}
	left := time.Duration(float64(spent) * float64(s.Total-s.Done) / float64(s.Done))
	return fmt.Sprintf(": %d of %d, about %s left", s.Done, s.Total, left.Round(time.Second))
}
