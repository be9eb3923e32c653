package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/timeline"
	"example.org/muniment/schemas"
)

// stand is what the law is about: how one subject stands on one day.
type stand struct {
	State    obligation.State
	Main     string // subject and duty of the verdict that decided, and its reason
	Excepted int
	LeftOut  []string
	Lowering map[string]int // verdicts that lower, by what identifies them; excepted ones say so
}

// checkLaw compares timelines with what is found from scratch on some days: the commit known on that day is read by itself and
// judged by itself, without any cache.
func checkLaw(t *testing.T, dir string, days func(line gitrepo.Line, all *timeline.Timelines) []calendar.Date) {
	t.Helper()
	tool := testTool(t)
	r, err := tool.rules()
	if err != nil {
		t.Fatal(err)
	}
	repo, line := openLine(t, dir)
	asOf := line[len(line)-1].Day
	past, err := tool.past(t.Context(), &source{repo: repo, line: line}, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	all, err := past.timelines(t.Context(), asOf)
	if err != nil {
		t.Fatal(err)
	}
	pairs, wrong := 0, 0
	for _, day := range days(line, all) {
		want := fromScratch(t, repo, line, r, day)
		got := standings(all, day)
		pairs += len(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("on %s, known on that day (-from scratch +timeline):\n%s", day, diff)
			if wrong++; wrong == 3 {
				t.Fatal("and so on")
			}
		}
	}
	t.Logf("%d pairs of subject and day agree", pairs)
}

// randomDays draws days from the first commit to a year after the last, and adds the days on both sides of some that segments
// begin on.
func randomDays(seed uint64, n int) func(gitrepo.Line, *timeline.Timelines) []calendar.Date {
	return func(line gitrepo.Line, all *timeline.Timelines) []calendar.Date {
		rng := rand.New(rand.NewPCG(seed, 7))
		first, last := line[0].Day, line[len(line)-1].Day.Add(ahead)
		var days []calendar.Date
		for range n {
			days = append(days, first.AddDays(rng.IntN(first.DaysUntil(last)+1)))
			segments := all.All()[rng.IntN(len(all.All()))].Segments
			begin := segments[rng.IntN(len(segments))].From
			days = append(days, begin, calendar.Earliest(begin.AddDays(-1)))
		}
		slices.SortFunc(days, calendar.Date.Compare)
		days = slices.Compact(days)
		return slices.DeleteFunc(days, func(d calendar.Date) bool { return d.Before(first) })
	}
}

func testTool(t *testing.T) *Tool {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return &Tool{Schemas: schemas.FS, Version: "test", Zone: zone, Today: calendar.MustParse("2026-11-22"), Progress: func(Step) {}}
}

func openLine(t *testing.T, dir string) (*gitrepo.Repo, gitrepo.Line) {
	t.Helper()
	repo, err := gitrepo.Open(dir, testTool(t).Zone)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	head, err := repo.Head()
	if err != nil {
		t.Fatal(err)
	}
	line, err := repo.Line(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	return repo, line
}

// fromScratch judges everything on a day from the commit known on it.
func fromScratch(t *testing.T, repo *gitrepo.Repo, line gitrepo.Line, r *rules, day calendar.Date) map[string]stand {
	t.Helper()
	step, ok := line.At(day)
	if !ok {
		return map[string]stand{}
	}
	files, err := repo.FS(step.Commit, "")
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]stand)
	loaded, err := load.Tree(t.Context(), files, load.Options{})
	if errors.Is(err, fs.ErrNotExist) {
		return out
	}
	if err != nil {
		t.Fatal(err)
	}
	n := slices.IndexFunc(line, func(s gitrepo.Step) bool { return s.Commit.ID == step.Commit.ID }) + 1
	past, err := testTool(t).past(t.Context(), &source{repo: repo, line: line[:n]}, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := attach(past.chain, loaded.Register); err != nil {
		t.Fatal(err)
	}
	for _, s := range assess.On(day, loaded.Register, r.catalogue, r.law).Subjects {
		one := stand{State: s.Status.State, Excepted: s.Status.Excepted, LeftOut: s.LeftOut, Lowering: make(map[string]int)}
		if v := s.Status.Main; v != nil {
			one.Main = fmt.Sprintf("%s %s: %s", whose(s.Kind, v.Subject.Kind, v.Subject.ID), v.Obligation.ID, v.Reasons[0].Text)
		}
		for _, v := range slices.Concat(s.Verdicts, s.Inherited) {
			if v.State.Lowers() && v.Obligation.AliasOf == "" {
				one.Lowering[lowering(whose(s.Kind, v.Subject.Kind, v.Subject.ID), v.Obligation.ID, v.State, s.Excepts(v) != nil)]++
			}
		}
		out[string(s.Kind)+" "+s.ID] = one
	}
	return out
}

func lowering(whose, duty string, state obligation.State, excepted bool) string {
	return fmt.Sprintf("%s %s %s %t", whose, duty, state, excepted)
}

// whose names the subject of a verdict; a subject's own is not named by id, because that may change.
func whose(of, kind obligation.SubjectKind, id string) string {
	if of == kind {
		return "own"
	}
	return string(kind) + " " + id
}

// standings reads timelines on a day. The verdicts come from nothing but the turns told until then. A subject is named as it
// was on the day.
func standings(all *timeline.Timelines, day calendar.Date) map[string]stand {
	out := make(map[string]stand)
	for _, line := range all.All() {
		s, ok := line.At(day)
		if !ok || s.Gone {
			continue
		}
		one := stand{State: s.State, Excepted: s.Excepted, LeftOut: s.LeftOut, Lowering: make(map[string]int)}
		if s.Main != nil {
			one.Main = fmt.Sprintf("%s %s: %s", whose(line.Kind, s.Main.Kind, s.Main.ID), s.Main.Obligation.ID, s.Main.Reason.Text)
		}
		for _, segment := range line.Segments {
			if segment.From.After(day) {
				break
			}
			if segment.Gone {
				clear(one.Lowering)
			}
			for _, turn := range segment.Turns {
				count := func(state obligation.State, excepted bool, n int) {
					key := lowering(whose(line.Kind, turn.Kind, turn.ID), turn.Obligation.ID, state, excepted)
					if one.Lowering[key] += n; one.Lowering[key] == 0 {
						delete(one.Lowering, key)
					}
				}
				if turn.From.Lowers() {
					count(turn.From, turn.FromExcepted, -1)
				}
				if turn.To.Lowers() {
					count(turn.To, turn.ToExcepted, 1)
				}
			}
		}
		out[string(line.Kind)+" "+s.ID] = one
	}
	return out
}

// TestOneWorkloadIsThatAmongAll: whoever asks about one workload is told what everybody is told of all.
func TestOneWorkloadIsThatAmongAll(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "sample.git")
	if _, err := demo.Write(t.Context(), dir, demo.Options{Seed: 6, Workloads: 10, Organisations: 3, Suppliers: 5, Years: 3, Commits: 200, Bare: true}); err != nil {
		t.Fatal(err)
	}
	tool := testTool(t)
	all, _, err := tool.Report(t.Context(), Question{Dir: dir, Timelines: true})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, w := range all.Workloads {
		ids = append(ids, w.ID)
	}
	for _, w := range all.Workloads {
		var offered []string
		one, _, err := tool.Report(t.Context(), Question{Dir: dir, Timelines: true, Of: func(all []string) (string, error) {
			offered = all
			return w.ID, nil
		}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]report.Workload{w}, one.Workloads); diff != "" {
			t.Errorf("%s (-among all +alone):\n%s", w.ID, diff)
		}
		if diff := cmp.Diff(all.Findings, one.Findings); diff != "" || one.Origin != all.Origin || one.Summary.Errors != all.Summary.Errors {
			t.Errorf("%s: what else is told is another (-among all +alone):\n%s", w.ID, diff)
		}
		if !slices.Equal(offered, ids) {
			t.Errorf("offered were %q, want %q", offered, ids)
		}
	}
}
