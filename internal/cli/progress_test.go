package cli

import (
	"bytes"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.org/muniment/internal/pipeline"
)

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// talking gives an app whose stderr is a terminal or not.
func talking(terminal bool) (*app, *clock, *bytes.Buffer) {
	c, said := &clock{t: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}, &bytes.Buffer{}
	t := &talk{w: said}
	return &app{env: Env{Err: t, Now: c.now, Talk: terminal}, talk: t}, c, said
}

// screen is what a terminal shows after what was written to it.
func screen(written string) string {
	var lines []string
	for _, line := range strings.Split(written, "\n") {
		if i := strings.LastIndex(line, "\r"); i >= 0 {
			line = line[i+1:]
		}
		lines = append(lines, strings.ReplaceAll(line, "\x1b[K", ""))
	}
	return strings.Join(lines, "\n")
}

func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	a, c, said := talking(true)
	tell := a.progress()
	step := func(after time.Duration, done, total int, want string) {
		t.Helper()
		c.pass(after)
		tell(pipeline.Step{Name: "reading history", Done: done, Total: total})
		if got := screen(said.String()); got != want {
			t.Errorf("shows %q, want %q", got, want)
		}
	}
	step(0, 1, 1000, "")
	step(900*time.Millisecond, 10, 1000, "")
	step(time.Second, 19, 1000, "muniment: reading history: 19 of 1000, about 100 seconds left")
	step(100*time.Millisecond, 20, 1000, "muniment: reading history: 19 of 1000, about 100 seconds left")
	step(8*time.Second, 100, 1000, "muniment: reading history: 100 of 1000, about 90 seconds left")
	step(10*time.Second, 500, 1000, "muniment: reading history: 500 of 1000, about 20 seconds left")
	step(time.Second, 499, 1000, "muniment: reading history: 500 of 1000, about 20 seconds left")
	a.say("commit %s is dated in the future", "abc")
	if got := screen(said.String()); got != "muniment: commit abc is dated in the future\n" {
		t.Errorf("a message among it shows as %q", got)
	}
	step(14*time.Second, 999, 1000, "muniment: commit abc is dated in the future\nmuniment: reading history: 999 of 1000, about 1 second left")
	step(time.Second, 1000, 1000, "muniment: commit abc is dated in the future\n")
	step(time.Minute, 997, 1000, "muniment: commit abc is dated in the future\n") // late, from another goroutine
	step(time.Minute, 1, 1000, "muniment: commit abc is dated in the future\n")   // anew
	step(time.Minute, 500, 1000, "muniment: commit abc is dated in the future\nmuniment: reading history: 500 of 1000, about 60 seconds left")
	tell(pipeline.Step{Name: "reading evidence"})
	c.pass(time.Minute)
	tell(pipeline.Step{Name: "reading evidence", Done: 1, Total: 1})
	if got := screen(said.String()); !strings.HasSuffix(got, "500 of 1000, about 60 seconds left") {
		t.Errorf("one step ends while another goes on: %q", got)
	}
}

func TestStepsAtOnceShowTheSlowest(t *testing.T) {
	t.Parallel()
	a, c, said := talking(true)
	tell := a.progress()
	tell(pipeline.Step{Name: "reading history", Done: 1, Total: 10})
	tell(pipeline.Step{Name: "making pages", Done: 1, Total: 1000})
	c.pass(10 * time.Second)
	tell(pipeline.Step{Name: "reading history", Done: 5, Total: 10})
	want := "muniment: making pages: 1 of 1000, about 3 hours left, also reading history"
	if got := screen(said.String()); got != want {
		t.Errorf("shows %q, want %q", got, want)
	}
	tell(pipeline.Step{Name: strings.Repeat("a long name ", 9), Total: 10})
	c.pass(10 * time.Second)
	tell(pipeline.Step{Name: "reading history", Done: 6, Total: 10})
	if got := []rune(screen(said.String())); len(got) != 79 || got[78] != '…' {
		t.Errorf("a long line shows as %q", string(got))
	}
}

func TestProgressElsewhere(t *testing.T) {
	t.Parallel()
	a, c, said := talking(false)
	tell := a.progress()
	for i := range 100 { // 40 seconds
		tell(pipeline.Step{Name: "reading history", Done: i, Total: 100})
		tell(pipeline.Step{Name: "a quick step", Done: 0, Total: 2})
		tell(pipeline.Step{Name: "a quick step", Done: 2, Total: 2})
		c.pass(400 * time.Millisecond)
	}
	tell(pipeline.Step{Name: "reading history", Done: 100, Total: 100})
	want := `muniment: reading history: 25 of 100, about 30 seconds left
muniment: reading history: 50 of 100, about 20 seconds left
muniment: reading history: 75 of 100, about 10 seconds left
muniment: reading history: done after 40 seconds
`
	if got := said.String(); got != want {
		t.Errorf("said\n%swant\n%s", got, want)
	}
}

func TestAStepWithoutATotal(t *testing.T) {
	t.Parallel()
	a, c, said := talking(false)
	tell := a.progress()
	tell(pipeline.Step{Name: "reading evidence"})
	c.pass(12 * time.Second)
	tell(pipeline.Step{Name: "reading evidence"})
	c.pass(18 * time.Second)
	tell(pipeline.Step{Name: "reading evidence", Done: 300})
	tell(pipeline.Step{Name: "reading evidence", Done: 301, Total: 301})
	want := "muniment: reading evidence, for 12 seconds now\nmuniment: reading evidence: 300, for 30 seconds now\nmuniment: reading evidence: done after 30 seconds\n"
	if got := said.String(); got != want {
		t.Errorf("said\n%swant\n%s", got, want)
	}
}

func TestProgressFromManyGoroutines(t *testing.T) {
	t.Parallel()
	a, c, said := talking(true)
	tell := a.progress()
	var (
		work sync.WaitGroup
		done atomic.Int64
	)
	for range 4 {
		work.Go(func() {
			for range 250 {
				c.pass(50 * time.Millisecond)
				i := int(done.Add(1))
				tell(pipeline.Step{Name: "making pages", Done: i, Total: 1000})
				if i%100 == 0 {
					a.say("note %d", i)
				}
			}
		})
	}
	work.Wait()
	for _, line := range strings.Split(strings.TrimSuffix(screen(said.String()), "\n"), "\n") {
		if !strings.HasPrefix(line, "muniment: note ") {
			t.Errorf("a line shows as %q", line)
		}
	}
}

func TestRoughly(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int]string{
		0: "1 second", 1: "1 second", 19: "19 seconds", 24: "20 seconds", 25: "30 seconds", 94: "90 seconds",
		100: "2 minutes", 5400: "90 minutes", 6000: "2 hours", 100_000: "28 hours",
	} {
		if got := roughly(time.Duration(seconds) * time.Second); got != want {
			t.Errorf("%d seconds are %q, want %q", seconds, got, want)
		}
	}
}
