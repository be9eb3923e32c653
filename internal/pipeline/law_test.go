package pipeline

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/report"
)

var lawPairs = flag.Int("law", 0, "hold the law against so many pairs of workload and day of each of three made-up histories; a few of small ones when 0")

// TestTheLawFromSeparateCheckouts draws pairs of workload and day from made-up histories, the year ahead included. What
// the timeline says of the day must be what is found by somebody who knows nothing of timelines: who asks git for the commit known
// on the day, checks its files out into a repository of their own that knows of nothing later, and judges that as of the day.
func TestTheLawFromSeparateCheckouts(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts git for every day")
	}
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("the git program is not installed")
	}
	pairs, size := *lawPairs, demo.Options{Workloads: 24, Organisations: 4, Suppliers: 12, Years: 6, Commits: 700}
	if pairs == 0 {
		pairs, size = 20, demo.Options{Workloads: 5, Organisations: 2, Suppliers: 4, Years: 3, Commits: 150}
	}
	for seed := uint64(21); seed <= 23; seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			size.Seed, size.Bare = seed, true
			holdLaw(t, size, pairs)
		})
	}
}

// asked is a workload, by its place in the report, on a day.
type asked struct {
	workload int
	day      calendar.Date
}

func holdLaw(t *testing.T, size demo.Options, pairs int) {
	l := &lawful{t: t, repo: filepath.Join(t.TempDir(), "demo.git")}
	if _, err := demo.Write(t.Context(), l.repo, size); err != nil {
		t.Fatal(err)
	}
	l.ask()
	asOf := l.known[len(l.known)-1].day
	made, _, err := testTool(t).Report(t.Context(), Question{Dir: l.repo, AsOf: asOf, Timelines: true})
	if err != nil {
		t.Fatal(err)
	}
	drawn := drawPairs(made, asOf, size.Seed, pairs)
	byDay := make(map[calendar.Date][]int)
	for _, a := range drawn {
		byDay[a.day] = append(byDay[a.day], a.workload)
	}
	days := slices.SortedFunc(maps.Keys(byDay), calendar.Date.Compare)
	// Days that follow each other have most files in common, so that a folder needs few changes from one to the next.
	group, ctx := errgroup.WithContext(t.Context())
	for part := range slices.Chunk(days, (len(days)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0)) {
		dir := filepath.Join(t.TempDir(), "files")
		l.begin(dir)
		group.Go(func() error {
			for _, day := range part {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				found, err := l.found(dir, day)
				if err != nil {
					return err
				}
				for _, i := range byDay[day] {
					w := &made.Workloads[i]
					id, told := told(w, day)
					if diff := cmp.Diff(found[id], told); diff != "" {
						return fmt.Errorf("%s on %s (-status of the day +timeline):\n%s", w.ID, day, diff)
					}
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pairs on %d days agree", len(drawn), len(days))
}

// drawPairs draws pairs of different workloads and days, from the day on which a workload came on record to a year ahead.
func drawPairs(made *report.Report, asOf calendar.Date, seed uint64, n int) []asked {
	rng := rand.New(rand.NewPCG(seed, 3))
	seen := make(map[asked]bool)
	var drawn []asked
	for len(drawn) < n {
		i := rng.IntN(len(made.Workloads))
		first := made.Workloads[i].Timeline.Segments[0].From
		one := asked{i, first.AddDays(rng.IntN(first.DaysUntil(asOf.Add(ahead)) + 1))}
		if !seen[one] {
			seen[one] = true
			drawn = append(drawn, one)
		}
	}
	return drawn
}

// standing is how a workload stands on a day, in the words that people read.
type standing struct {
	State, Sentence, Main string
	Excepted              int
	Lowering              map[string]string // verdicts that lower, by duty and whose it is
}

// told reads the timeline of a workload: its id and how it stood on a day. The verdicts are those that the turns until then add
// up to.
func told(w *report.Workload, day calendar.Date) (string, standing) {
	id, out := w.ID, standing{Lowering: make(map[string]string)}
	for _, s := range w.Timeline.Segments {
		if s.From.After(day) {
			break
		}
		id = w.ID
		if s.ID != "" {
			id = s.ID
		}
		if s.State == "" { // there was no record of it
			out = standing{}
			continue
		}
		if out.Lowering == nil {
			out.Lowering = make(map[string]string)
		}
		out.State, out.Sentence, out.Main, out.Excepted = s.State, s.Sentence, s.Main, s.Excepted
		for _, turn := range s.Turns {
			key := turn.Obligation + " own"
			if turn.Inherited {
				key = turn.Obligation + " " + turn.Subject.Kind + " " + turn.Subject.ID
			}
			if delete(out.Lowering, key); turn.To == "excepted" || report.Lowers(turn.To) && turn.To != "" {
				out.Lowering[key] = turn.To
			}
		}
	}
	return id, out
}

// lawful finds out how things stood without knowing of timelines.
type lawful struct {
	t     *testing.T
	repo  string
	known []knownSince // oldest first
}

// knownSince is a commit of the mainline with the day on which it took effect.
type knownSince struct {
	day    calendar.Date
	commit string
}

func (l *lawful) git(dir string, args ...string) (string, error) {
	cmd := exec.Command("git", append([]string{"--git-dir=" + l.repo, "--work-tree=" + dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_INDEX_FILE="+dir+".index")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("git %v: %w\n%s", args, err, out)
	}
	return string(out), nil
}

// begin makes a repository of its own in a folder, which borrows the objects of the one asked about and has no branch.
func (l *lawful) begin(dir string) {
	l.t.Helper()
	cmd := exec.Command("git", "init", "-q", dir)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		l.t.Fatalf("git init: %v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, ".git/objects/info/alternates"), []byte(filepath.Join(l.repo, "objects")+"\n"), 0o644); err != nil {
		l.t.Fatal(err)
	}
}

// ask asks git for the mainline. A day never goes back, whatever a commit says of its date.
func (l *lawful) ask() {
	l.t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		l.t.Fatal(err)
	}
	log, err := l.git(l.t.TempDir(), "log", "--first-parent", "--reverse", "--format=%H %ct", "HEAD")
	if err != nil {
		l.t.Fatal(err)
	}
	var last calendar.Date
	for line := range strings.Lines(log) {
		id, at, _ := strings.Cut(strings.TrimSpace(line), " ")
		seconds, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			l.t.Fatal(err)
		}
		if day := calendar.In(time.Unix(seconds, 0), zone); day.After(last) {
			last = day
		}
		l.known = append(l.known, knownSince{last, id})
	}
}

// found judges the files known on a day, in a folder of their own, and says how every workload stands.
func (l *lawful) found(dir string, day calendar.Date) (map[string]standing, error) {
	out := make(map[string]standing)
	i := slices.IndexFunc(l.known, func(k knownSince) bool { return k.day.After(day) })
	if i < 0 {
		i = len(l.known)
	}
	if i == 0 {
		return out, nil
	}
	if _, err := l.git(dir, "read-tree", "--reset", "-u", l.known[i-1].commit); err != nil {
		return nil, err
	}
	// The commit is all that is known: whatever came later is in no line that leads to it.
	if err := os.WriteFile(filepath.Join(dir, ".git/HEAD"), []byte(l.known[i-1].commit+"\n"), 0o644); err != nil {
		return nil, err
	}
	made, _, err := testTool(l.t).Report(l.t.Context(), Question{Dir: dir, AsOf: day, Worktree: true})
	if err != nil {
		return nil, err
	}
	for _, w := range made.Workloads {
		one := standing{State: w.Status.State, Sentence: w.Status.Sentence, Main: w.Status.Main, Excepted: w.Status.Excepted, Lowering: make(map[string]string)}
		for _, v := range w.Verdicts {
			key := v.Obligation + " own"
			if v.Inherited {
				key = v.Obligation + " " + v.Subject.Kind + " " + v.Subject.ID
			}
			switch {
			case v.AliasOf != "" || !report.Lowers(v.State):
			case !v.ExceptedUntil.IsZero():
				one.Lowering[key] = "excepted"
			default:
				one.Lowering[key] = v.State
			}
		}
		out[w.ID] = one
	}
	return out, nil
}
