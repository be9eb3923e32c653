package remind_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/forge/forgetest"
	"example.org/muniment/internal/remind"
	"example.org/muniment/internal/report"
)

// schedules is how many random schedules of faults are tried.
const schedules = 1000

// clock is a time that passes only while somebody sleeps.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)} }

func repository(t *testing.T, transport http.RoundTripper, c *clock) forge.Repository {
	t.Helper()
	r, err := forge.Open(forge.Options{Kind: forge.GitHub, URL: "https://forge.example.org", Name: "example/evidence", Token: "t", Now: c.Now, Sleep: c.Sleep, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func noLink(report.Ref) string { return "" }

// crash ends a run at one of its requests, before or after that is carried out.
type crash struct {
	http.RoundTripper
	mu     sync.Mutex
	left   int
	after  bool
	cancel context.CancelFunc
}

func (c *crash) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	c.left--
	now := c.left == 0
	c.mu.Unlock()
	if !now {
		return c.RoundTripper.RoundTrip(r)
	}
	if c.after {
		_, _ = c.RoundTripper.RoundTrip(r)
	}
	c.cancel()
	return nil, context.Canceled
}

// world makes reports of a made-up organisation that goes on from day to day: some duties are met, some are missed.
type world struct {
	day  calendar.Date
	dues map[string]map[string]calendar.Date // by workload and duty
}

func newWorld(r *rand.Rand) *world {
	w := &world{day: calendar.MustParse("2026-11-20"), dues: map[string]map[string]calendar.Date{}}
	for i := range 3 + r.IntN(6) {
		id := fmt.Sprintf("Z9A1A/workload-%d", i)
		w.dues[id] = map[string]calendar.Date{}
		for j := range 1 + r.IntN(4) {
			w.dues[id][fmt.Sprintf("OFF-%02d", j)] = w.day.AddDays(r.IntN(160) - 40)
		}
	}
	return w
}

// pass lets days go by, in which people do some of what is due.
func (w *world) pass(r *rand.Rand) {
	w.day = w.day.AddDays(1 + r.IntN(25))
	for _, duties := range w.dues {
		for duty, on := range duties {
			if r.IntN(4) == 0 {
				duties[duty] = on.AddDays(30 + r.IntN(300))
			}
		}
	}
}

func (w *world) report() *report.Report {
	return reportOn(w.day, w.dues)
}

func TestAThousandFaultSchedules(t *testing.T) {
	tried := schedules
	if testing.Short() {
		tried = 100
	}
	description := func() {}
	var described *forgetest.Description
	if d, err := forgetest.ReadDescription("../../test/forge/out/github-23.0.2.json"); err == nil {
		described = d
		description = func() {
			checked, wrong := d.Result()
			for _, w := range wrong {
				t.Error(w)
			}
			t.Logf("%d exchanges of every 100th schedule agree with GitHub's published description", checked-len(wrong))
		}
	} else if errors.Is(err, forgetest.ErrNoDescription) {
		t.Log("SKIPPED the comparison with GitHub's published description:", err)
	} else {
		t.Fatal(err)
	}
	var sum struct{ runs, crashed, crowds, requests, failed, missed, duplicates, stray, dryWrites, opened int }
	for seed := range tried {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		fake := forgetest.New()
		fake.Assignable = []string{"siro-example", "dpo-example"}
		fake.MaxPage = []int{100, 5, 2}[r.IntN(3)]
		if described != nil && seed%100 == 0 {
			fake.Saw = described.Saw
		}
		for range r.IntN(6) {
			fake.Add(forgetest.Issue{Title: "something else", Author: "somebody", Open: true, PullRequest: r.IntN(2) == 0})
		}
		w := newWorld(r)
		for range 1 + r.IntN(4) {
			probability := []float64{0, 0.05, 0.2, 0.5}[r.IntN(4)]
			crowd := 1
			if r.IntN(4) == 0 {
				crowd = 10
				sum.crowds++
			}
			current := w.report()
			c := newClock()
			fake.Fault = forgetest.Schedule(r.Uint64(), probability, c.Now)
			var wg sync.WaitGroup
			for range crowd {
				ctx, cancel := context.WithCancel(t.Context())
				transport := http.RoundTripper(fake)
				if r.IntN(3) == 0 {
					transport = &crash{RoundTripper: fake, left: 1 + r.IntN(30), after: r.IntN(2) == 0, cancel: cancel}
					sum.crashed++
				}
				repo := repository(t, transport, c)
				sum.runs++
				wg.Go(func() {
					defer cancel()
					_, _ = remind.Converge(ctx, repo, current, remind.Options{Apply: true, Link: noLink}) // whatever becomes of it
				})
			}
			wg.Wait()
			if r.IntN(3) > 0 {
				w.pass(r)
			}
		}
		// Dry runs write nothing, whatever goes wrong.
		_, before := fake.Requests()
		fake.Fault = forgetest.Schedule(r.Uint64(), 0.2, newClock().Now)
		_, _ = remind.Converge(t.Context(), repository(t, fake, newClock()), w.report(), remind.Options{Link: noLink})
		_, after := fake.Requests()
		sum.dryWrites += after - before

		fake.Fault = nil
		current := w.report()
		out, err := remind.Converge(t.Context(), repository(t, fake, newClock()), current, remind.Options{Apply: true, Link: noLink})
		if err != nil || out.Undone > 0 {
			sum.failed++
			t.Errorf("seed %d: the clean run failed: %v, %d undone", seed, err, out.Undone)
		}
		missed, duplicates, stray := compare(current, fake.Look(), fake.Account)
		if missed+duplicates+stray > 0 {
			t.Errorf("seed %d: %d missed, %d duplicates, %d without need", seed, missed, duplicates, stray)
		}
		sum.missed, sum.duplicates, sum.stray = sum.missed+missed, sum.duplicates+duplicates, sum.stray+stray
		// And then there is nothing left to say.
		if again, err := remind.Converge(t.Context(), repository(t, fake, newClock()), current, remind.Options{Link: noLink}); err != nil || len(again.Steps) > 0 {
			t.Errorf("seed %d: not quiet: %v %+v", seed, err, again.Steps)
		}
		reads, writes := fake.Requests()
		sum.requests += reads + writes
		sum.opened += len(fake.Look())
		if t.Failed() && seed > 20 {
			break
		}
	}
	t.Logf("%d schedules, %d runs (%d of them crashed, %d times ten at once), %d requests carried out, %d issues: after the next clean run %d missed, %d duplicates, %d without need; %d writes in dry runs",
		tried, sum.runs, sum.crashed, sum.crowds, sum.requests, sum.opened, sum.missed, sum.duplicates, sum.stray, sum.dryWrites)
	if sum.dryWrites > 0 {
		t.Errorf("dry runs wrote %d times", sum.dryWrites)
	}
	description()
}

var markerOf = regexp.MustCompile(`subject=(\S+) stage=(\S+) state=(\S+)`)

// compare holds the open issues against the reminders that there should be.
func compare(r *report.Report, issues []forgetest.Issue, account string) (missed, duplicates, stray int) {
	open := make(map[string]int)
	for _, i := range issues {
		if m := markerOf.FindStringSubmatch(i.Body); m != nil && i.Open && i.Author == account {
			open[m[1]+" "+m[2]]++
		}
	}
	for _, want := range remind.Due(r, "forge.example.org", nil) {
		key := want.Subject.Kind + ":" + want.Subject.ID + " " + string(want.Stage)
		switch n := open[key]; {
		case n == 0:
			missed++
		case n > 1:
			duplicates += n - 1
		}
		delete(open, key)
	}
	for _, n := range open {
		stray += n
	}
	return missed, duplicates, stray
}

// reportOn makes a report of workloads whose duties are met until their days.
func reportOn(day calendar.Date, dues map[string]map[string]calendar.Date) *report.Report {
	r := &report.Report{Origin: report.Origin{AsOf: day}, Reminding: map[string]report.Reminding{"Z9A1A": {
		Notice: calendar.Period{Days: 90}, Office: calendar.Period{Days: 30}, SIRO: calendar.Period{Days: 14},
		Accounts: []report.Account{{Email: "siro@example.org", Forge: "forge.example.org", Login: "siro-example"}, {Email: "dpo@example.org", Forge: "forge.example.org", Login: "dpo-example"}, {Email: "dpo@example.org", Forge: "elsewhere.example.org", Login: "other"}},
		Holders:  []report.Holder{{Office: "siro", Email: "siro@example.org"}, {Office: "dpo", Email: "dpo@example.org"}},
	}}}
	for id, duties := range dues {
		w := report.Workload{ID: id, Name: "Workload " + strings.TrimPrefix(id, "Z9A1A/"), Organisation: report.Ref{Kind: "organisation", ID: "Z9A1A"}}
		for duty, on := range duties {
			v := report.Verdict{Obligation: duty, Title: "Duty " + duty, State: "met"}
			if on.After(day) {
				r.Due = append(r.Due, report.Due{On: on, Obligation: duty, Title: v.Title, Subject: report.Ref{Kind: "workload", ID: id, Name: w.Name}, Then: "overdue", Office: "dpo"})
			} else {
				v.State, v.Reasons = "overdue", []report.Reason{{Date: on}}
			}
			w.Verdicts = append(w.Verdicts, v)
		}
		r.Workloads = append(r.Workloads, w)
	}
	return r
}
