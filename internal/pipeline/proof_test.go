package pipeline

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	rtxtar "github.com/rogpeppe/go-internal/txtar"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gittest"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
	"example.org/muniment/schemas"
)

var rewritings = flag.Int("rewritings", 12, "judge so many rewritings of a history with other dates")

const (
	siroFile = archive + "approvals/2026-10-05-siro.yaml"
	people   = home + "appointments.yaml"
	policyAt = "evidence/policy.yaml"
)

func signerOf(t *testing.T, name string) signature.Signer {
	t.Helper()
	s, err := signature.NewSigner(demo.Key(7, "ZZ1", name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// signed is a story in which three posts have keys, policy asks for signatures, and the SIRO has signed for the archive.
func signed(t *testing.T) *story {
	t.Helper()
	s := begin(t, "2026-10-02T09:00:00Z", func(s *story) {
		for _, id := range []string{"finance-director", "head-of-privacy", "records-manager"} {
			s.key(id, id)
		}
		s.replace(people, "appointments:\n", "appointments:\n  - {person: records-manager, office: registrar, from: 2024-01-01}\n")
		s.files[policyAt] = strings.Replace(s.files[policyAt], "approvals:\n", "repository: example.org/story\napprovals:\n  proof: signed\n", 1)
	})
	s.commit("2026-10-05T09:00:00Z", "The SIRO approves", func() { s.sign(siroFile, s.decision(), "finance-director") })
	return s
}

// key lists a key for a post.
func (s *story) key(id, name string) {
	s.t.Helper()
	line := regexp.MustCompile(`(?m)^  - \{id: ` + id + `, .*\}$`).FindString(s.files[people])
	if line == "" {
		s.t.Fatalf("there is no %s", id)
	}
	s.replace(people, line, strings.TrimSuffix(line, "}")+", keys: [{key: "+signerOf(s.t, name).Key().String()+", from: 2024-01-01}]}")
}

// decision is the SIRO's approval of the archive as it is.
func (s *story) decision() *record.Approval {
	a := &record.Approval{
		Office: record.SIRO, By: "finance-director", Decision: statement.Approved, On: calendar.MustParse("2026-10-05"), Subject: "ZZ1/archive",
		Repository: "example.org/story", Statement: statement.Purpose,
	}
	for _, name := range []string{archive + "assessment.yaml", archive + "dpia.md"} {
		a.Covers = append(a.Covers, record.Covered{Path: name, SHA256: record.Digest([]byte(s.files[name]))})
	}
	return a
}

// sign files a statement with a signature by somebody's key.
func (s *story) sign(path string, a *record.Approval, name string) string {
	s.t.Helper()
	rules, err := statement.RulesOf(schemas.FS)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.signUnder(rules, path, a, name)
}

// signUnder files a statement that names some rules.
func (s *story) signUnder(rules statement.Rules, path string, a *record.Approval, name string) string {
	s.t.Helper()
	a.Schemas, a.Catalogue = rules.Schemas, rules.Catalogue
	src, err := statement.Encode(a)
	if err != nil {
		s.t.Fatal(err)
	}
	sig, err := signerOf(s.t, name).Sign(src)
	if err != nil {
		s.t.Fatal(err)
	}
	s.files[path], s.files[path+record.SignatureEnding] = string(src), string(sig)
	return record.Digest(src)
}

// again files another decision of the SIRO's, in knowledge of the first.
func (s *story) again(on, decision, name string) {
	a := s.decision()
	a.On, a.Decision, a.Previous = calendar.MustParse(on), decision, record.Digest([]byte(s.files[siroFile]))
	s.sign(archive+"approvals/"+on+"-siro.yaml", a, name)
}

func archiveOf(t *testing.T, dir, asOf string, worktree bool) *report.Workload {
	t.Helper()
	made, _, err := testTool(t).Report(t.Context(), Question{Dir: dir, AsOf: calendar.MustParse(asOf), Worktree: worktree})
	if err != nil {
		t.Fatal(err)
	}
	for i := range made.Workloads {
		if made.Workloads[i].ID == "ZZ1/archive" {
			return &made.Workloads[i]
		}
	}
	t.Fatal("there is no archive")
	return nil
}

// siro gives how the SIRO's approval of 5 October stands.
func siro(t *testing.T, w *report.Workload) report.Approval {
	t.Helper()
	for _, a := range w.Approvals {
		if a.Path == siroFile {
			return a
		}
	}
	t.Fatal("the approval is not in the register")
	return report.Approval{}
}

func TestWhatAHistoryProves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim        string
		edit         func(s *story)
		on           string
		state, proof string
		text         string // within the reason
	}{
		{"signed by the holder, nothing changed", func(*story) {}, "2026-11-01", "valid", "signed", "stands: every covered file is unchanged"},
		{"the day before the decision", func(*story) {}, "2026-10-04", "not-yet", "signed", "after the day judged"},
		{"another file changes", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Say it better", func() {
				s.replace(archive+"workload.yaml", "summary: Keeps images.", "summary: Keeps images of patients.")
			})
		}, "2026-11-01", "valid", "signed", ""},
		{"a covered file changes", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Longer", func() { s.replace(archive+"assessment.yaml", "retention: 8 years", "retention: 9 years") })
		}, "2026-11-01", "stale", "signed", "assessment.yaml was changed by commit"},
		{"a covered file changes and changes back", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Longer", func() { s.replace(archive+"assessment.yaml", "retention: 8 years", "retention: 9 years") })
			s.commit("2026-10-07T09:00:00Z", "Back", func() { s.replace(archive+"assessment.yaml", "retention: 9 years", "retention: 8 years") })
		}, "2026-11-01", "valid", "signed", ""},
		{"withdrawn", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Withdraw", func() { s.again("2026-10-06", statement.Withdrawn, "finance-director") })
		}, "2026-11-01", "withdrawn", "signed", "withdrew the approval on 6 October 2026"},
		{"withdrawn, and the withdrawal is taken away", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Withdraw", func() { s.again("2026-10-06", statement.Withdrawn, "finance-director") })
			s.commit("2026-10-06T10:00:00Z", "Hide it", func() {
				delete(s.files, archive+"approvals/2026-10-06-siro.yaml")
				delete(s.files, archive+"approvals/2026-10-06-siro.yaml.sig")
			})
		}, "2026-11-01", "withdrawn", "signed", ""},
		{"refused", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Refuse", func() { s.again("2026-10-06", statement.Refused, "finance-director") })
		}, "2026-11-01", "refused", "signed", "refused on 6 October 2026"},
		{"refused by somebody else in the SIRO's name", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Refuse", func() { s.again("2026-10-06", statement.Refused, "head-of-privacy") })
		}, "2026-11-01", "valid", "signed", ""},
		{"limited, and over", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Limit it", func() {
				a := s.decision()
				a.To = calendar.MustParse("2026-10-31")
				s.sign(siroFile, a, "finance-director")
			})
		}, "2026-11-01", "expired", "signed", "held until 31 October 2026"},
		{"signed by another post", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Sign anew", func() { s.sign(siroFile, s.decision(), "head-of-privacy") })
		}, "2026-11-01", "not-authorised", "signed", "not its maker's"},
		{"one word is changed beside the signature", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Tamper", func() { s.replace(siroFile, `on: "2026-10-05"`, `on: "2026-10-05"`+"\n"+`to: "2027-10-05"`) })
		}, "2026-11-01", "unproven", "unproven", "not one of these bytes"},
		{"the signature goes", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Lose it", func() { delete(s.files, siroFile+record.SignatureEnding) })
		}, "2026-11-01", "stated", "stated", "local policy asks for proof"},
		{"another key is listed without the registrar, and signs", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "List a key and sign", func() {
				s.replace(people, signerOf(s.t, "finance-director").Key().String(), signerOf(s.t, "stranger").Key().String())
				s.sign(siroFile, s.decision(), "stranger")
			})
		}, "2026-11-01", "not-authorised", "signed", ""},
		{"the key is known to be in other hands", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Compromised", func() {
				s.replace(people, signerOf(s.t, "finance-director").Key().String()+", from: 2024-01-01",
					signerOf(s.t, "finance-director").Key().String()+", from: 2024-01-01, compromisedSince: \""+strings.Repeat("0", 40)+"\"")
				s.consent("2026-10-06")
			})
		}, "2026-11-01", "not-authorised", "signed", "may have been in other hands"},
		{"the policy ceases to ask, and nobody approved that", func(s *story) {
			s.commit("2026-10-06T09:00:00Z", "Ask for nothing", func() {
				s.replace(policyAt, "  proof: signed\n", "")
				delete(s.files, siroFile+record.SignatureEnding)
			})
		}, "2026-11-01", "stated", "stated", "local policy asks for proof"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			s := signed(t)
			c.edit(s)
			a := siro(t, archiveOf(t, s.replay(), c.on, false))
			if a.State != c.state || a.Proof != c.proof || !strings.Contains(a.Text, c.text) {
				t.Errorf("%s, %s: %s\nwant %s, %s, %q", a.State, a.Proof, a.Text, c.state, c.proof, c.text)
			}
		})
	}
}

// consent lets the registrar approve the appointments as they are.
func (s *story) consent(on string) {
	s.sign(home+"approvals/"+on+"-registrar.yaml", &record.Approval{
		Office: record.Registrar, By: "records-manager", Decision: statement.Approved, On: calendar.MustParse(on), Subject: "ZZ1", Repository: "example.org/story",
		Statement: statement.Purpose, Covers: []record.Covered{{Path: people, SHA256: record.Digest([]byte(s.files[people]))}},
	}, "records-manager")
}

func TestAFolderWithoutHistoryProvesNothing(t *testing.T) {
	t.Parallel()
	s, dir := signed(t), t.TempDir()
	for name, text := range s.files {
		file := dir + "/" + name
		if err := os.MkdirAll(file[:strings.LastIndexByte(file, '/')], 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	a := siro(t, archiveOf(t, dir, "2026-11-01", true))
	if a.State != "unproven" || a.Proof == "signed" || !strings.Contains(a.Text, "no history") {
		t.Errorf("%s, %s: %s", a.State, a.Proof, a.Text)
	}
}

var ids = regexp.MustCompile(`[0-9a-f]{10,40}`)

// standings of approvals, without the ids and days of commits.
func standingOf(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	for _, a := range archiveOf(t, dir, "2026-11-01", false).Approvals {
		text, _, _ := strings.Cut(a.Text, " was changed by commit ")
		out = append(out, fmt.Sprintf("%s %s %s %s", a.Path, a.State, a.Proof, ids.ReplaceAllString(text, "…")))
	}
	return out
}

// TestRulesThatCannotBeReadAreTrouble breaks the rules that a repository holds: those of some program must not stand in for them.
func TestRulesThatCannotBeReadAreTrouble(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("the git program is not installed")
	}
	dir := t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-c", "user.name=Records", "-c", "user.email=records@example.org"}, args...)...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "-q", "-b", "main")
	for _, name := range []string{"schemas/a.cue", "schemas/obligations/o.cue", "schemas/registers/r.cue"} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, []byte(name), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	git("add", ".")
	git("commit", "-q", "-m", "Begin")
	at := func() (bool, error) {
		repo, line := openLine(t, dir)
		h := &rulesHeld{repo: repo, trail: line.Trail(), known: make(map[string]found), folders: make(map[int]string)}
		_, ok, err := h.at(1)
		return ok, err
	}
	if ok, err := at(); !ok || err != nil {
		t.Fatalf("as they were: %v, %v", ok, err)
	}
	for _, object := range []string{"HEAD:schemas/registers/r.cue", "HEAD:schemas/obligations", "HEAD:schemas"} {
		id := git("rev-parse", object)
		if err := os.Remove(filepath.Join(dir, ".git", "objects", id[:2], id[2:])); err != nil {
			t.Fatal(err)
		}
		if ok, err := at(); ok || err == nil {
			t.Errorf("without %s: %v, %v", object, ok, err)
		}
	}
}

// TestOneChangeManyWays: merged, squashed, rebased or picked, a change comes to the same.
func TestOneChangeManyWays(t *testing.T) {
	t.Parallel()
	change := func(s *story) (first, second []rtxtar.File) {
		n := len(s.told.Files)
		s.commit("2026-10-06T09:00:00Z", "Keep longer", func() { s.replace(archive+"assessment.yaml", "retention: 8 years", "retention: 9 years") })
		m := len(s.told.Files)
		s.commit("2026-10-07T09:00:00Z", "Approve that", func() {
			a := s.decision()
			a.On, a.Previous = calendar.MustParse("2026-10-07"), record.Digest([]byte(s.files[siroFile]))
			s.sign(archive+"approvals/2026-10-07-siro.yaml", a, "finance-director")
		})
		first, second = s.told.Files[n:m], s.told.Files[m:]
		s.told.Files = s.told.Files[:n:n]
		return first, second
	}
	other := rtxtar.File{Name: "commit 2026-10-06T08:00:00Z Records officer: Something else"}
	beside := rtxtar.File{Name: "README.md", Data: []byte("Something else.\n")}
	line := func(name string) rtxtar.File { return rtxtar.File{Name: name} }
	ways := map[string]func(first, second []rtxtar.File) []rtxtar.File{
		"rebased or picked": func(first, second []rtxtar.File) []rtxtar.File {
			return append(append([]rtxtar.File{other, beside}, first...), second...)
		},
		"squashed": func(first, second []rtxtar.File) []rtxtar.File {
			return append(append([]rtxtar.File{other, beside}, first...), second[1:]...)
		},
		"merged": func(first, second []rtxtar.File) []rtxtar.File {
			out := append(append([]rtxtar.File{line("branch side")}, first...), second...)
			return append(out, line("branch main"), other, beside, line("merge side 2026-10-08T09:00:00Z Records officer: Merge side"))
		},
	}
	got := make(map[string][]string)
	for way, tell := range ways {
		s := signed(t)
		s.told.Files = append(s.told.Files, tell(change(s))...)
		got[way] = standingOf(t, s.replay())
	}
	for way, list := range got {
		if diff := cmp.Diff(got["squashed"], list); diff != "" {
			t.Errorf("%s (-squashed +%s):\n%s", way, way, diff)
		}
	}
	if all := strings.Join(got["squashed"], "\n"); !strings.Contains(all, "2026-10-07-siro.yaml valid signed") {
		t.Errorf("the new approval does not stand:\n%s", all)
	}
}

// TestDatesOfCommitsDecideNothing writes other dates into every commit, in any order, and finds the same.
func TestDatesOfCommitsDecideNothing(t *testing.T) {
	t.Parallel()
	s := signed(t)
	s.commit("2026-10-06T09:00:00Z", "Change the appointments", func() {
		s.replace(people, "Deputy Director of Finance", "Deputy to the Director of Finance")
		s.consent("2026-10-06")
	})
	s.commit("2026-10-07T09:00:00Z", "Keep longer", func() { s.replace(archive+"assessment.yaml", "retention: 8 years", "retention: 9 years") })
	s.commit("2026-10-08T09:00:00Z", "Approve that", func() { s.again("2026-10-08", statement.Approved, "finance-director") })
	s.commit("2026-10-09T09:00:00Z", "Sign in another's name", func() { s.again("2026-10-09", statement.Approved, "head-of-privacy") })
	want := standingOf(t, s.replay())
	rng := rand.New(rand.NewPCG(5, 8))
	first := time.Date(2011, 1, 1, 0, 0, 0, 0, time.UTC)
	for round := range *rewritings {
		told := rtxtar.Archive{}
		for _, f := range s.told.Files {
			if rest, ok := strings.CutPrefix(f.Name, "commit "); ok {
				_, who, _ := strings.Cut(rest, " ")
				f.Name = "commit " + first.Add(time.Duration(rng.IntN(30*365*24))*time.Hour).Format(time.RFC3339) + " " + who
			}
			told.Files = append(told.Files, f)
		}
		dir := t.TempDir()
		if err := gittest.ReplayArchive(&told, dir); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, standingOf(t, dir)); diff != "" {
			t.Fatalf("round %d (-want +got):\n%s", round, diff)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d rewritings, all alike", *rewritings)
}

// TestOnlyWhatWasVerifiedIsTakenAsVerified: the chain takes over what reading the evidence found out, for exactly these two files.
func TestOnlyWhatWasVerifiedIsTakenAsVerified(t *testing.T) {
	t.Parallel()
	s := signed(t)
	s.commit("2026-10-06T09:00:00Z", "Decide again", func() { s.again("2026-10-06", statement.Approved, "finance-director") })
	again := archive + "approvals/2026-10-06-siro.yaml"
	s.commit("2026-10-07T09:00:00Z", "Tamper", func() {
		s.replace(again, `decision: "approved"`, "decision: \"approved-with-conditions\"\nconditions:\n  - \"One.\"")
		s.replace(again, "conditions:\n  - \"One.\"\non: \"2026-10-06\"\n", "on: \"2026-10-06\"\nconditions:\n  - \"One.\"\n")
	})
	tool := testTool(t)
	r, err := tool.rules()
	if err != nil {
		t.Fatal(err)
	}
	src, err := tool.open(t.Context(), Question{Dir: s.replay()})
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	known := load.NewCache()
	if _, err := tool.read(t.Context(), src, r, known); err != nil {
		t.Fatal(err)
	}
	reader, err := load.NewReader(load.Options{Schemas: r.shapes, Cache: known})
	if err != nil {
		t.Fatal(err)
	}
	blobs := make(map[string]string)
	files, err := src.repo.Files(src.line[len(src.line)-1].Commit, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		blobs[f.Path] = f.Blob
	}
	first, sig := blobs[siroFile], blobs[siroFile+record.SignatureEnding]
	if got, ok := reader.Sealed(first, sig); !ok || got.Key != signerOf(t, "finance-director").Key() || got.Approval.By != "finance-director" {
		t.Errorf("what was verified: %+v %t", got, ok)
	}
	for claim, pair := range map[string][2]string{
		"a statement that was changed beside its signature": {blobs[again], blobs[again+record.SignatureEnding]},
		"a statement with another's signature":              {first, blobs[again+record.SignatureEnding]},
		"a statement without a signature":                   {first, ""},
		"a signature without a statement":                   {"", sig},
		"the two the wrong way round":                       {sig, first},
	} {
		if got, ok := reader.Sealed(pair[0], pair[1]); ok {
			t.Errorf("%s is taken as verified: %+v", claim, got)
		}
	}
	if empty, err := load.NewReader(load.Options{Schemas: r.shapes}); err != nil {
		t.Fatal(err)
	} else if _, ok := empty.Sealed(first, sig); ok {
		t.Error("a reader that has read nothing knows it")
	}
}
