package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/google/go-cmp/cmp"

	rtxtar "github.com/rogpeppe/go-internal/txtar"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/gittest"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/timeline"
)

const (
	home     = "evidence/organisations/ZZ1/"
	archive  = home + "workloads/archive/"
	trial    = home + "workloads/trial/"
	supplier = "evidence/suppliers/acme/"
)

// story is a history being told: the files as they are after each commit.
type story struct {
	t     *testing.T
	files map[string]string
	told  rtxtar.Archive
}

// begin takes in the register in which everything is met.
func begin(t *testing.T, when string, edit func(s *story)) *story {
	t.Helper()
	valid, err := txtar.ParseFile(filepath.Join("..", "obligation", "testdata", "valid.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, files: make(map[string]string)}
	for _, f := range valid.Files {
		s.files[f.Name] = string(f.Data)
	}
	for name := range s.files {
		s.fill(name)
	}
	if edit != nil {
		edit(s)
	}
	s.commit(when, "Take everything in", nil)
	for _, name := range s.names() {
		s.told.Files = append(s.told.Files, rtxtar.File{Name: name, Data: []byte(s.files[name])})
	}
	return s
}

var digestOf = regexp.MustCompile(`\{(evidence/[^}]+)\}`)

// fill puts digests in the places that were left for them.
func (s *story) fill(name string) string {
	s.files[name] = digestOf.ReplaceAllStringFunc(s.files[name], func(m string) string {
		sum := sha256.Sum256([]byte(s.fill(m[1 : len(m)-1])))
		return hex.EncodeToString(sum[:])
	})
	return s.files[name]
}

func (s *story) names() []string {
	var names []string
	for name := range s.files {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// commit tells of one commit and what it changes.
func (s *story) commit(when, subject string, edit func()) {
	s.t.Helper()
	before := make(map[string]string)
	for name, text := range s.files {
		before[name] = text
	}
	s.told.Files = append(s.told.Files, rtxtar.File{Name: "commit " + when + " Records officer: " + subject})
	if edit == nil {
		return
	}
	edit()
	for _, name := range s.names() {
		if before[name] != s.files[name] {
			s.told.Files = append(s.told.Files, rtxtar.File{Name: name, Data: []byte(s.files[name])})
		}
		delete(before, name)
	}
	for name := range before {
		s.told.Files = append(s.told.Files, rtxtar.File{Name: "delete " + name})
	}
}

func (s *story) replace(name, old, now string) {
	s.t.Helper()
	if strings.Count(s.files[name], old) != 1 {
		s.t.Fatalf("%q occurs %d times in %s", old, strings.Count(s.files[name], old), name)
	}
	s.files[name] = strings.Replace(s.files[name], old, now, 1)
}

// replay writes the story into a repository.
func (s *story) replay() string {
	s.t.Helper()
	dir := s.t.TempDir()
	if err := gittest.ReplayArchive(&s.told, dir); err != nil {
		s.t.Fatal(err)
	}
	return dir
}

// eventful is a history in which something of every sort happens.
func eventful(t *testing.T) string {
	t.Helper()
	s := begin(t, "2026-11-02T09:00:00Z", nil)
	s.commit("2026-12-01T09:00:00Z", "Keep images longer", func() {
		s.replace(archive+"assessment.yaml", "retention: 8 years", "retention: 9 years")
	})
	s.commit("2026-12-01T15:00:00Z", "Say it better", func() {
		s.replace(archive+"workload.yaml", "summary: Keeps images.", "summary: Keeps images of patients.")
	})
	s.commit("2027-01-25T09:00:00Z", "The Director of Finance leaves", func() {
		s.replace(home+"appointments.yaml", "office: siro, from: 2024-01-01", "office: siro, from: 2024-01-01, to: 2027-02-19")
	})
	s.commit("2027-01-10T09:00:00Z", "Committed where the clock was slow", func() {
		s.replace(home+"organisation.yaml", "name: First Example Trust", "name: First Example Trust of All")
	})
	s.commit("2027-03-01T09:00:00Z", "Renew on the very day", func() {
		s.replace(supplier+"certificates/iso.yaml", "expires: 2028-06-01", "expires: 2027-03-01")
	})
	s.commit("2027-03-20T09:00:00Z", "Cyber Essentials, late", func() {
		s.replace(supplier+"certificates/essentials.yaml", "issued: 2026-03-01\nexpires: 2027-03-01", "issued: 2027-03-15\nexpires: 2028-03-15")
	})
	s.commit("2027-04-01T09:00:00Z", "A record that check refuses", func() {
		s.files[trial+"reviews/2027-04-01.yaml"] = "kind: [\n"
	})
	s.commit("2027-04-02T09:00:00Z", "Take it out", func() { delete(s.files, trial+"reviews/2027-04-01.yaml") })
	s.commit("2027-04-10T09:00:00Z", "The trial is another one", func() {
		for _, name := range s.names() {
			if rest, ok := strings.CutPrefix(name, trial); ok {
				s.files[home+"workloads/readers/"+rest] = strings.ReplaceAll(s.files[name], "workloads/trial/", "workloads/readers/")
				delete(s.files, name)
			}
		}
		s.replace(home+"workloads/readers/workload.yaml", "kind: workload\n", "kind: workload\nformerly: "+trial+"workload.yaml\n")
	})
	s.commit("2027-05-01T09:00:00Z", "The archive goes", func() {
		for _, name := range s.names() {
			if strings.HasPrefix(name, archive) {
				delete(s.files, name)
			}
		}
	})
	return s.replay()
}

// timelinesOf makes the timelines of a history, as seen on the day of its last commit.
func timelinesOf(t *testing.T, dir string) (*timeline.Timelines, *past) {
	t.Helper()
	tool := testTool(t)
	r, err := tool.rules()
	if err != nil {
		t.Fatal(err)
	}
	repo, line := openLine(t, dir)
	past, err := tool.past(t.Context(), &source{repo: repo, line: line}, r, nil)
	if err != nil {
		t.Fatal(err)
	}
	all, err := past.timelines(t.Context(), line[len(line)-1].Day)
	if err != nil {
		t.Fatal(err)
	}
	return all, past
}

// atEveryTurn lists the days on which segments begin and those before them, and some days drawn at random.
func atEveryTurn(line gitrepo.Line, all *timeline.Timelines) []calendar.Date {
	days := randomDays(1, 12)(line, all)
	for _, l := range all.All() {
		if l.Kind != obligation.OfWorkload {
			continue
		}
		for _, s := range l.Segments {
			days = append(days, s.From)
			if before := s.From.AddDays(-1); !before.Before(line[0].Day) {
				days = append(days, before)
			}
		}
	}
	slices.SortFunc(days, calendar.Date.Compare)
	return slices.Compact(days)
}

func TestTheTimelineOfADayIsTheStatusOfThatDay(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes seconds, and TestCauses goes the same way")
	}
	checkLaw(t, eventful(t), atEveryTurn)
}

func TestCauses(t *testing.T) {
	t.Parallel()
	all, past := timelinesOf(t, eventful(t))
	for _, c := range []struct {
		claim    string
		kind     obligation.SubjectKind
		id, from string
		state    string
		turned   string // one of the verdicts that turned, with its states
		by       string
		causes   []string
	}{
		{
			"an approval goes stale by a commit; a second of the day that touches the workload is told with it",
			obligation.OfWorkload, "ZZ1/archive", "2026-12-01", "blocked", "OFF-02a met blocked", "commit",
			[]string{"commit Keep images longer", "changed assessment.yaml data.retention: 8 years > 9 years", "commit Say it better", "changed workload.yaml summary: Keeps images. > Keeps images of patients."},
		},
		{
			"an office falls vacant on its day, not when that was written down",
			obligation.OfOrganisation, "ZZ1", "2027-02-20", "failing", "OFF-05a met failing", "date",
			[]string{"date The appointment to the office of SIRO ends."},
		},
		{
			"a commit dated before the one it follows counts from the day of that one",
			obligation.OfOrganisation, "ZZ1", "2027-01-25", "met", "", "",
			[]string{"commit The Director of Finance leaves", "changed appointments.yaml appointments.0.to:  > 2027-02-19", "commit Committed where the clock was slow", "changed organisation.yaml name: First Example Trust > First Example Trust of All"},
		},
		{
			"a certificate lapses on its day, and another by a commit of that day",
			obligation.OfSupplier, "acme", "2027-03-01", "overdue", "VIS-04 met overdue", "date",
			[]string{
				"commit Renew on the very day", "changed iso.yaml expires: 2028-06-01 > 2027-03-01",
				"date A new look is due: the supplier's monitoring of its service was last looked at on 1 September 2026, and local policy asks for a new look every 6 months.",
				"date Evidence of current Cyber Essentials runs out for Acme Hosting.",
			},
		},
		{
			"it is told once more at the workload that relies on the supplier, when it is renewed",
			obligation.OfWorkload, "ZZ1/archive", "2027-03-20", "blocked", "VIS-04 overdue met", "commit",
			[]string{"commit Cyber Essentials, late", "changed essentials.yaml issued: 2026-03-01 > 2027-03-15 expires: 2027-03-01 > 2028-03-15"},
		},
		{
			"a refused record is told with the commit that brought it",
			obligation.OfWorkload, "ZZ1/readers", "2027-04-02", "overdue", "", "",
			[]string{"commit Take it out", "removed 2027-04-01.yaml"},
		},
		{
			"a record that moves keeps its timeline",
			obligation.OfWorkload, "ZZ1/readers", "2027-02-01", "overdue", "INN-10 met overdue", "date",
			[]string{"date The time limit passes: the last day is 31 January 2027."},
		},
		{
			"a record that goes ends its timeline",
			obligation.OfWorkload, "ZZ1/archive", "2027-05-01", "", "", "",
			[]string{
				"commit The archive goes", "removed 2025-03-25-siro.yaml", "removed 2026-02-15-caldicott-guardian.yaml", "removed 2026-02-15-dpo.yaml",
				"removed 2026-02-15-iao.yaml", "removed 2026-02-15-siro.yaml", "removed assessment.yaml", "removed dpia.md", "removed model.txt", "removed 2026-08-10.yaml", "removed workload.yaml",
			},
		},
	} {
		t.Run(c.claim, func(t *testing.T) {
			line := all.Of(c.kind, c.id)
			if line == nil {
				t.Fatalf("there is no timeline of %s", c.id)
			}
			words := report.NewTimeline(line, calendar.MustParse("2027-05-01"), func(c timeline.Cause) []report.Change {
				changes, err := past.files(past.NewDesk(), c)
				if err != nil {
					t.Fatal(err)
				}
				return changes
			})
			for _, s := range words.Segments {
				if s.From.String() != c.from {
					continue
				}
				if diff := cmp.Diff(c.causes, causesIn(s)); diff != "" {
					t.Errorf("causes (-want +got):\n%s", diff)
				}
				var turns []string
				for _, turn := range s.Turns {
					turns = append(turns, turn.Obligation+" "+turn.From+" "+turn.To+" "+turn.By)
				}
				if s.State != c.state || c.turned != "" && !slices.Contains(turns, c.turned+" "+c.by) {
					t.Errorf("it is %s and %v turned", s.State, turns)
				}
				return
			}
			t.Errorf("no segment begins on %s", c.from)
		})
	}
}

func TestAMoveIsToldFileByFile(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes seconds, and TestCauses goes the same way")
	}
	all, past := timelinesOf(t, eventful(t))
	line := all.Of(obligation.OfWorkload, "ZZ1/readers")
	if diff := cmp.Diff([]string{"ZZ1/trial"}, line.Formerly); diff != "" || all.Of(obligation.OfWorkload, "ZZ1/trial") != nil {
		t.Errorf("formerly (-want +got):\n%s", diff)
	}
	s, _ := line.At(calendar.MustParse("2027-04-10"))
	changes, err := past.files(past.NewDesk(), s.Causes[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if c.Path == home+"workloads/readers/costs.yaml" || c.Path == home+"workloads/readers/workload.yaml" {
			if c.How != "moved" || !strings.HasPrefix(c.From, trial) {
				t.Errorf("%s was %s from %q", c.Path, c.How, c.From)
			}
		}
	}
}

// TestLawIsACause: data in the United States under the Privacy Shield, until that was struck down.
func TestLawIsACause(t *testing.T) {
	t.Parallel()
	s := begin(t, "2020-03-01T09:00:00Z", func(s *story) {
		s.replace(archive+"assessment.yaml", "    mechanism: idta\n    signed: 2025-02-15\n", "    mechanism: privacy-shield\n    signed: 2018-05-01\n")
		s.replace(archive+"assessment.yaml", "locations:\n  recorded: 2026-02-01\n", "locations:\n  recorded: 2020-02-01\n")
	})
	all, _ := timelinesOf(t, s.replay())
	for _, segment := range all.Of(obligation.OfWorkload, "ZZ1/archive").Segments {
		for _, turn := range segment.Turns {
			if turn.Obligation.ID == "OFF-01" && segment.From == calendar.MustParse("2020-07-17") {
				want := []timeline.Cause{{Kind: timeline.ByLaw, Text: "The EU-US Privacy Shield signed on 1 May 2018 stops being valid."}}
				if diff := cmp.Diff(want, segment.Causes); diff != "" || turn.By != timeline.ByLaw {
					t.Errorf("by %s (-want +got):\n%s", turn.By, diff)
				}
				return
			}
		}
	}
	t.Error("nothing turned when the Privacy Shield was struck down")
}

// TestForecastIsWhatADayAheadWillSay compares the forecast with the judgement of days ahead, from the same register.
func TestForecastIsWhatADayAheadWillSay(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes seconds, and TestCauses goes the same way")
	}
	dir := eventful(t)
	tool := testTool(t)
	asOf := calendar.MustParse("2026-12-15")
	q := Question{Dir: dir, AsOf: asOf, KnownAt: "2026-12-15"}
	q.Forecast = calendar.Period{Months: 6}
	made, _, err := tool.Report(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	q.Forecast = calendar.Period{}
	at := func(day calendar.Date) map[string]string {
		q.AsOf = day
		r, _, err := tool.Report(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		states := make(map[string]string)
		for _, w := range r.Workloads {
			states[w.ID] = w.Status.State + ": " + w.Status.Sentence
		}
		return states
	}
	days := []calendar.Date{asOf, made.Forecast.Until}
	for _, w := range made.Forecast.Workloads {
		for _, step := range w.Steps {
			days = append(days, step.On, step.On.AddDays(-1))
		}
	}
	for _, day := range days {
		for id, got := range at(day) {
			i := slices.IndexFunc(made.Forecast.Workloads, func(w report.Outlook) bool { return w.ID == id })
			state := made.Forecast.Workloads[i].Now
			for _, step := range made.Forecast.Workloads[i].Steps {
				if !step.On.After(day) {
					state = step.State
				}
			}
			if !strings.HasPrefix(got, state+": ") {
				t.Errorf("on %s %s is %s, the forecast says %s", day, id, got, state)
			}
		}
	}
	if len(made.Forecast.Turns) == 0 || made.Forecast.Turns[0].Remedy == "" {
		t.Errorf("the forecast names no act: %v", made.Forecast.Turns)
	}
}

// causesIn puts causes in lines.
func causesIn(s report.Segment) []string {
	var lines []string
	for _, c := range s.Causes {
		if c.Commit == nil {
			lines = append(lines, c.Kind+" "+c.Text)
			continue
		}
		lines = append(lines, "commit "+c.Commit.Subject)
		for _, f := range c.Commit.Files {
			text := f.How + " " + f.Path[strings.LastIndexByte(f.Path, '/')+1:]
			for _, d := range f.Fields {
				text += " " + d.Field + ": " + d.Old + " > " + d.New
			}
			lines = append(lines, text)
		}
	}
	return lines
}

// TestTheLawOnMadeUpHistories holds the law against histories in which people do what people do.
func TestTheLawOnMadeUpHistories(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	dir := filepath.Join(t.TempDir(), "demo")
	if _, err := demo.Write(t.Context(), dir, demo.Options{Seed: 11, Organisations: 4, Workloads: 4, Suppliers: 5, Years: 3, Commits: 120, Bare: true}); err != nil {
		t.Fatal(err)
	}
	checkLaw(t, dir, randomDays(11, 5))
}
