package pipeline

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rtxtar "github.com/rogpeppe/go-internal/txtar"

	"example.org/muniment/internal/brief"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/gittest"
	"example.org/muniment/internal/report"
)

var briefChanges = flag.Int("brief-changes", 6, "hold brief against two runs of status for so many random changes of a made-up repository")

// told makes the brief of the last commit of a story.
func toldOf(t *testing.T, dir string, asOf string) *brief.Brief {
	t.Helper()
	_, line := openLine(t, dir)
	b, err := testTool(t).Brief(t.Context(), Comparison{Dir: dir, Base: line[len(line)-2].Commit.ID, Head: "HEAD", AsOf: calendar.MustParse(asOf)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBriefOfOneChange(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		edit func(s *story)
		want []string // in this order within the text
		not  []string
	}{
		"a change of nothing": {
			edit: func(s *story) {},
			want: []string{"Nothing changes: no evidence is different."},
		},
		"words that no duty looks at": {
			edit: func(s *story) {
				s.replace(archive+"workload.yaml", "summary: Keeps images.", "summary: Keeps images of patients.")
			},
			want: []string{"Nothing changes: evidence is different, and no status, verdict, approval, due day or finding is.", "1 changed"},
		},
		"a covered file": {
			edit: func(s *story) {
				s.replace(archive+"assessment.yaml", "retention: 8 years", "retention: 9 years")
			},
			want: []string{
				"1 workload gets worse; 4 approvals no longer count", "STATUS", "Before: met", "After: blocked", "APPROVALS",
				"Before: valid", "After: stale", "Who can approve now: ", "VERDICTS",
			},
		},
		"evidence of a supplier that goes": {
			edit: func(s *story) { delete(s.files, supplier+"principles.yaml") },
			want: []string{"1 workload gets worse", "1 removed", "VERDICTS", "(supplier acme), counting for 1 workload"},
		},
		"a record that check refuses": {
			edit: func(s *story) { s.files[trial+"reviews/2027-04-01.yaml"] = "kind: [\n" },
			want: []string{"1 new error in evidence", "Before: met", "After: incomplete", "NEW FINDINGS", trial + "reviews/2027-04-01.yaml:1:"},
		},
		"a day that is pushed without a look": {
			edit: func(s *story) {
				s.replace(supplier+"certificates/iso.yaml", "expires: 2028-06-01", "expires: 2028-09-01")
			},
			want: []string{"1 record has only its dates moved", "ONLY DATES MOVED", supplier + "certificates/iso.yaml", "expires: 2028-06-01 to 2028-09-01", "Review: none in this change"},
		},
		"a workload that moves": {
			edit: func(s *story) {
				for _, name := range s.names() {
					if rest, ok := strings.CutPrefix(name, trial); ok {
						s.files[home+"workloads/readers/"+rest] = s.files[name]
						delete(s.files, name)
					}
				}
				s.replace(home+"workloads/readers/workload.yaml", "kind: workload\n", "kind: workload\nformerly: "+trial+"workload.yaml\n")
			},
			want: []string{"(workload ZZ1/readers), formerly ZZ1/trial"},
			not:  []string{"not on record", "no longer on record"},
		},
		"a workload that leaves": {
			edit: func(s *story) {
				for _, name := range s.names() {
					if strings.HasPrefix(name, trial) {
						delete(s.files, name)
					}
				}
			},
			want: []string{"1 workload leaves the register", "no longer on record"},
		},
		"workflows and owners": {
			edit: func(s *story) {
				s.files[".github/workflows/verify.yml"] = "on: push\n"
				s.files[".github/CODEOWNERS"] = "* @someone\n"
			},
			want: []string{"What evidence is judged by changes", "alters what it is judged by: workflows, owners. It is judged by those of the base."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begin(t, "2026-11-02T09:00:00Z", nil)
			s.commit("2026-11-20T09:00:00Z", "Change", func() { test.edit(s) })
			text := brief.Text(toldOf(t, s.replay(), "2026-11-22"), brief.Limits{})
			rest := text
			for _, w := range test.want {
				_, after, ok := strings.Cut(rest, w)
				if !ok {
					t.Fatalf("want %q, in its place, in\n%s", w, text)
				}
				rest = after
			}
			for _, w := range test.not {
				if strings.Contains(text, w) {
					t.Errorf("do not want %q in\n%s", w, text)
				}
			}
		})
	}
}

// TestAPullRequestDoesNotChooseItsJudges appoints somebody new in the very change in which they approve.
func TestAPullRequestDoesNotChooseItsJudges(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-11-02T09:00:00Z", nil)
	s.commit("2026-11-20T09:00:00Z", "Take the SIRO's appointment away", func() {
		s.replace(home+"appointments.yaml", "office: siro, from: 2024-01-01", "office: siro, from: 2024-01-01, to: 2024-06-01")
	})
	b := toldOf(t, s.replay(), "2026-11-22")
	if len(b.Subjects) != 0 || len(b.Approvals) != 0 {
		t.Errorf("appointments of the head count: %v %v", b.Subjects, b.Approvals)
	}
	if want := []brief.Rule{{Path: home + "appointments.yaml", How: "changed", What: "appointments"}}; !cmp.Equal(b.Rules, want) {
		t.Errorf("rules %v, want %v", b.Rules, want)
	}
	if b.NewRules == nil || len(b.NewRules.Approvals) == 0 {
		t.Fatal("what the new appointments change is not told")
	}
	for _, a := range b.NewRules.Approvals {
		if a.From != "valid" || a.To != "not-authorised" {
			t.Errorf("%s: from %s to %s", a.Path, a.From, a.To)
		}
	}
	text := brief.Text(b, brief.Limits{})
	for _, want := range []string{"alters what it is judged by: appointments", "ONCE MERGED: APPROVALS"} {
		if !strings.Contains(text, want) {
			t.Errorf("want %q in\n%s", want, text)
		}
	}
}

// TestTheSchemasOfTheBaseJudge holds that new shapes of a pull request have no say.
func TestTheSchemasOfTheBaseJudge(t *testing.T) {
	t.Parallel()
	s := begin(t, "2026-11-02T09:00:00Z", func(s *story) {
		tool := testTool(t)
		err := fs.WalkDir(tool.Schemas, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			src, err := fs.ReadFile(tool.Schemas, name)
			s.files["schemas/"+name] = string(src)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	s.commit("2026-11-20T09:00:00Z", "Allow a field, and use it", func() {
		s.replace("schemas/workload.cue", "#Workload: {", "#Workload: {\n\tcolour?: string\n")
		s.files[archive+"workload.yaml"] += "colour: green\n"
	})
	b := toldOf(t, s.replay(), "2026-11-22")
	if !slices.ContainsFunc(b.Findings, func(f finding.Finding) bool { return f.Code == "unknown-field" && f.Path == archive+"workload.yaml" }) {
		t.Errorf("the base has no such field, and yet: %v", b.Findings)
	}
	text := brief.Text(b, brief.Limits{})
	if !strings.Contains(text, "alters what it is judged by: schemas") {
		t.Errorf("it is not told:\n%s", text)
	}
}

func TestTheFirstPullRequestHasABrief(t *testing.T) {
	t.Parallel()
	s := &story{t: t, files: map[string]string{}}
	s.told.Files = append(s.told.Files, rtxtar.File{Name: "commit 2026-11-01T09:00:00Z Records officer: Begin"}, rtxtar.File{Name: "README.md", Data: []byte("x\n")})
	full := begin(t, "2026-11-02T09:00:00Z", nil)
	s.told.Files = append(s.told.Files, full.told.Files...)
	b := toldOf(t, s.replay(), "2026-11-22")
	if len(b.Subjects) < 4 || len(b.Rules) != 0 || b.Subjects[0].How != "added" {
		t.Errorf("%d subjects, rules %v", len(b.Subjects), b.Rules)
	}
}

// TestBriefAgreesWithTwoStatuses changes a made-up repository at random and holds the brief against what status says of each
// side on its own: applied to the base, what the brief says gives the head, and nothing else is different.
func TestBriefAgreesWithTwoStatuses(t *testing.T) {
	if testing.Short() {
		t.Skip("it judges many registers")
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	o := demo.Options{Seed: 5, Workloads: 10, Organisations: 3, Suppliers: 6, Years: 4, Commits: 250, Bare: true}
	if _, err := demo.Write(t.Context(), dir, o); err != nil {
		t.Fatal(err)
	}
	repo, line := openLine(t, dir)
	random := rand.New(rand.NewPCG(7, 7))
	changed := 0
	for round := range *briefChanges {
		step := line[len(line)/3+random.IntN(len(line)*2/3)]
		c := mutated(t, repo, line, step, random)
		asOf := step.Day.AddDays(random.IntN(200))
		at := func(n int) *report.Report {
			_, own := openLine(t, c)
			r, _, err := testTool(t).Report(t.Context(), Question{Dir: c, KnownAt: own[n].Commit.ID, AsOf: asOf})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		base, head := at(0), at(1)
		b, err := testTool(t).Brief(t.Context(), Comparison{Dir: c, Base: base.KnownAt, Head: head.KnownAt, AsOf: asOf})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(unnew(factsOf(head), b), unnew(applied(t, factsOf(base), b), b)); diff != "" {
			t.Fatalf("round %d, from commit %s as of %s: brief and status disagree (-status +brief):\n%s", round, step.Commit.ID, asOf, diff)
		}
		same := cmp.Equal(factsOf(base), factsOf(head))
		if b.Nothing && !same {
			t.Fatalf("round %d: it says that nothing changes", round)
		}
		if !same {
			changed++
		}
		for _, text := range []string{brief.Markdown(b, brief.Limits{}), brief.Text(b, brief.Limits{})} {
			if len(text) > 60_000 {
				t.Fatalf("round %d: %d bytes", round, len(text))
			}
		}
	}
	t.Logf("%d random changes, of which %d change a status, verdict, approval, due day or finding; brief and status agree on all", *briefChanges, changed)
}

// facts are what a report says, each under a name of its own.
func factsOf(r *report.Report) map[string]string {
	out := map[string]string{}
	subject := func(kind, id string, s report.Status, verdicts []report.Verdict) {
		out["status "+kind+" "+id] = s.State + ": " + s.Sentence
		n := map[string]int{}
		for _, v := range verdicts {
			state := v.State
			if !v.ExceptedUntil.IsZero() {
				state = "excepted until " + v.ExceptedUntil.String()
			}
			if v.AliasOf != "" || state == "not-applicable" {
				continue
			}
			k := fmt.Sprintf("verdict %s %s: %s of %s %s", kind, id, v.Obligation, v.Subject.Kind, v.Subject.ID)
			n[k]++
			out[fmt.Sprintf("%s #%d", k, n[k])] = state
		}
	}
	for _, w := range r.Workloads {
		subject("workload", w.ID, w.Status, w.Verdicts)
		for _, a := range w.Approvals {
			if a.State == "valid" {
				out["approval "+a.Path] = a.State
			}
		}
	}
	for _, o := range r.Organisations {
		subject("organisation", o.ID, o.Status, o.Verdicts)
	}
	for _, s := range r.Suppliers {
		subject("supplier", s.ID, s.Status, s.Verdicts)
	}
	for _, c := range r.Contracts {
		subject("contract", c.ID, c.Status, c.Verdicts)
	}
	for _, f := range r.Footprints {
		subject("footprint", f.ID, f.Status, f.Verdicts)
	}
	for _, d := range r.Due {
		out[fmt.Sprintf("due %s of %s %s", d.Obligation, d.Subject.Kind, d.Subject.ID)] += " " + d.On.String()
	}
	for _, f := range r.Findings {
		out[fmt.Sprintf("finding %s %s %s", f.Path, f.Code, f.Message)] += "x"
	}
	return out
}

// applied does to facts what a brief says.
func applied(t *testing.T, facts map[string]string, b *brief.Brief) map[string]string {
	t.Helper()
	out := maps.Clone(facts)
	effect := func(e *brief.Effect) {
		for _, s := range e.Subjects {
			apply(t, out, s)
		}
		for _, a := range e.Approvals {
			switch {
			case a.From == "valid":
				delete(out, "approval "+a.Path)
			case a.To == "valid":
				out["approval "+a.Path] = a.To
			}
		}
		for _, d := range e.Due {
			k := fmt.Sprintf("due %s of %s %s", d.Due.Obligation, d.Due.Subject.Kind, d.Due.Subject.ID)
			if !d.Before.IsZero() {
				out[k] = strings.Replace(out[k], " "+d.Before.String(), "", 1)
			}
			if !d.Gone {
				days := append(strings.Fields(out[k]), d.Due.On.String())
				slices.Sort(days)
				out[k] = " " + strings.Join(days, " ")
			}
			if out[k] == "" {
				delete(out, k)
			}
		}
	}
	effect(&b.Effect)
	if b.NewRules != nil {
		effect(b.NewRules)
	}
	for sign, list := range map[string][]finding.Finding{"+": b.Findings, "-": b.Solved} {
		for _, f := range list {
			k := fmt.Sprintf("finding %s %s %s", f.Path, f.Code, f.Message)
			if sign == "+" {
				out[k] += "x"
			} else if out[k] = out[k][1:]; out[k] == "" {
				delete(out, k)
			}
		}
	}
	return out
}

// unnew leaves out the verdicts of subjects that are new: of them a brief tells only what lowers them.
func unnew(facts map[string]string, b *brief.Brief) map[string]string {
	for _, s := range b.Subjects {
		if s.How != "added" {
			continue
		}
		prefix := fmt.Sprintf("verdict %s %s: ", s.Subject.Kind, s.Subject.ID)
		maps.DeleteFunc(facts, func(k, _ string) bool { return strings.HasPrefix(k, prefix) })
	}
	return facts
}

func apply(t *testing.T, out map[string]string, s brief.Subject) {
	t.Helper()
	name := "status " + s.Subject.Kind + " " + s.Subject.ID
	prefix := fmt.Sprintf("verdict %s %s: ", s.Subject.Kind, s.Subject.ID)
	if s.Formerly != "" || s.How == "moved" {
		t.Fatalf("nothing moved: %v", s)
	}
	if s.Before != nil && out[name] != s.Before.State+": "+s.Before.Sentence {
		t.Fatalf("%s was %q, and the brief says %v", name, out[name], s.Before)
	}
	if s.Before == nil && out[name] != "" {
		t.Fatalf("%s was there, and the brief says that it is new", name)
	}
	if s.After == nil {
		delete(out, name)
		ods, slug, _ := strings.Cut(s.Subject.ID, "/")
		folder := "approval evidence/organisations/" + ods + "/workloads/" + slug + "/"
		maps.DeleteFunc(out, func(k, _ string) bool { return strings.HasPrefix(k, prefix) || strings.HasPrefix(k, folder) })
		return
	}
	out[name] = s.After.State + ": " + s.After.Sentence
	if s.How == "added" {
		return // see unnew
	}
	for _, v := range s.Verdicts {
		k := fmt.Sprintf("%s%s of %s %s", prefix, v.Obligation, v.Subject.Kind, v.Subject.ID)
		to := v.To
		if to == "excepted" {
			to += " until " + v.Until.String()
		}
		// The same duty of the same subject may be judged for several products: the first that stands as it is said to stand.
		n := 1
		for out[fmt.Sprintf("%s #%d", k, n)] != from(v) && n < 9 {
			n++
		}
		if v.From == "" || v.From == "not-applicable" {
			for n = 1; out[fmt.Sprintf("%s #%d", k, n)] != ""; n++ {
			}
		}
		key := fmt.Sprintf("%s #%d", k, n)
		if out[key] = to; to == "" || to == "not-applicable" {
			delete(out, key)
		}
	}
}

func from(v brief.Verdict) string {
	if v.From == "excepted" {
		return "excepted until " + v.FromUntil.String()
	}
	return v.From
}

// mutated writes a repository of two commits: the files of a step of a history, and the same after some random changes.
func mutated(t *testing.T, repo *gitrepo.Repo, line gitrepo.Line, step gitrepo.Step, random *rand.Rand) string {
	t.Helper()
	before := evidenceOf(t, repo, step.Commit)
	other := evidenceOf(t, repo, line[random.IntN(len(line))].Commit)
	after := maps.Clone(before)
	names := slices.Sorted(maps.Keys(before))
	pick := func() string { return names[random.IntN(len(names))] }
	day := regexp.MustCompile(`20[0-9]{2}-[01][0-9]-[0-3][0-9]`)
	for range 1 + random.IntN(4) {
		name := pick()
		switch random.IntN(8) {
		case 0:
			delete(after, name)
		case 1, 2:
			if text, ok := other[name]; ok {
				after[name] = text
			}
		case 3: // a whole folder as it was at another time
			folder := filepath.Dir(name) + "/"
			for _, n := range slices.Concat(names, slices.Sorted(maps.Keys(other))) {
				if strings.HasPrefix(n, folder) {
					delete(after, n)
					if text, ok := other[n]; ok {
						after[n] = text
					}
				}
			}
		case 4, 5:
			days := day.FindAllString(after[name], -1)
			if len(days) > 0 {
				old := days[random.IntN(len(days))]
				if d, err := calendar.Parse(old); err == nil {
					after[name] = strings.Replace(after[name], old, d.AddDays(random.IntN(900)-450).String(), 1)
				}
			}
		case 6: // who holds which office, and local policy
			for _, n := range names {
				if strings.HasSuffix(n, "/appointments.yaml") || strings.HasSuffix(n, "/policy.yaml") {
					if text, ok := other[n]; ok && random.IntN(2) == 0 {
						after[n] = text
					} else {
						after[n] = strings.Replace(after[n], "12m", "6m", 1)
					}
				}
			}
		case 7:
			after[name] += "nonsense: [\n"
		}
	}
	told := rtxtar.Archive{Files: []rtxtar.File{{Name: "commit " + step.Day.String() + "T09:00:00Z Records officer: Base"}}}
	for _, n := range names {
		told.Files = append(told.Files, rtxtar.File{Name: n, Data: []byte(before[n])})
	}
	told.Files = append(told.Files, rtxtar.File{Name: "commit " + step.Day.String() + "T10:00:00Z Records officer: Head"})
	for _, n := range slices.Sorted(maps.Keys(after)) {
		if after[n] != before[n] {
			told.Files = append(told.Files, rtxtar.File{Name: n, Data: []byte(after[n])})
		}
	}
	for _, n := range names {
		if _, ok := after[n]; !ok {
			told.Files = append(told.Files, rtxtar.File{Name: "delete " + n})
		}
	}
	dir := t.TempDir()
	if err := gittest.ReplayArchive(&told, dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func evidenceOf(t *testing.T, repo *gitrepo.Repo, c gitrepo.Commit) map[string]string {
	t.Helper()
	entries, err := repo.Files(c, "evidence")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		src, err := repo.Blob(e.Blob)
		if err != nil {
			t.Fatal(err)
		}
		out["evidence/"+e.Path] = string(src)
	}
	return out
}

func TestBriefIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	dir := eventful(t)
	_, line := openLine(t, dir)
	var first []byte
	for range 5 {
		b, err := testTool(t).Brief(t.Context(), Comparison{Dir: dir, Base: line[0].Commit.ID, Head: "HEAD", AsOf: calendar.MustParse("2027-06-01")})
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, brief.Markdown(b, brief.Limits{})...)
		if first != nil && string(first) != string(got) {
			t.Fatal("two briefs of the same differ")
		}
		first = got
	}
}
