package demo_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gitpack"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
)

// git runs the git program, apart from the settings of whoever runs the test.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(t *testing.T, o demo.Options) (dir string, made *demo.Result) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "sample")
	made, err := demo.Write(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return dir, made
}

// few is a history that is quick to make and to check.
var few = demo.Options{Seed: 3, Organisations: 3, Workloads: 10, Suppliers: 5, Commits: 240, Years: 6}

// The ids are part of the promise: whoever changes what is told changes every sample, and says so by changing them here.
func TestTheSameOptionsGiveTheSameCommits(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		o    demo.Options
		head string
	}{
		{"the default", demo.Options{Seed: 1}, "3fef32eeb9be5133b8d90bb7a896b3d4c3154ccb"},
		{"another seed, size and end", demo.Options{Seed: 20, Workloads: 25, Years: 9, Commits: 400, Until: calendar.Of(2026, 3, 1), Bare: true}, "d736d7163b732ba846eed1fb65b8d8c83dd43082"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir, made := write(t, test.o)
			if made.Head != test.head {
				t.Errorf("HEAD is %s, want %s", made.Head, test.head)
			}
			if got := git(t, dir, "rev-parse", "main"); got != made.Head {
				t.Errorf("main is at %s, made %s", got, made.Head)
			}
		})
	}
}

func TestGitFindsNothingWrong(t *testing.T) {
	t.Parallel()
	dir, made := write(t, demo.Options{Seed: 1})
	if out := git(t, dir, "fsck", "--strict", "--full"); out != "" {
		t.Errorf("git fsck: %s", out)
	}
	if out := git(t, dir, "status", "--porcelain"); out != "" {
		t.Errorf("the working tree differs from HEAD:\n%s", out)
	}
	if got := git(t, dir, "rev-list", "--count", "--first-parent", "HEAD"); got != strconv.Itoa(made.Commits) || made.Commits != 700 {
		t.Errorf("%s commits on the mainline, told %d, want 700", got, made.Commits)
	}
	if got := git(t, dir, "rev-list", "--count", "HEAD"); got != strconv.Itoa(made.Commits+made.Merged) {
		t.Errorf("%s commits, told %d and %d", got, made.Commits, made.Merged)
	}
	everything := git(t, dir, "log", "-p", "--no-color", "--format=commit %s")
	for claim, told := range map[string]string{
		"merges with the number of a pull request": `(?m)^commit Merge pull request #\d+ from z`,
		"branches that caught up half-way":         `(?m)^commit Merge branch 'main' into `,
		"moves between organisations":              `(?m)^\+formerly: evidence/`,
		"an organisation that ended":               `(?m)^\+succeededBy: Z`,
		"somebody who left office":                 `(?m)^\+    to: 20`,
		"approvals with conditions":                `(?m)^\+decision: approved-with-conditions`,
		"extended trials":                          `(?m)^\+extensions:`,
		"transfers on an earlier footing":          `(?m)^\+    mechanism: privacy-shield`,
		"transfers on a later footing":             `(?m)^\+    mechanism: idta`,
		"standards that lapse":                     `(?m)^\+edition: '2013'`,
		"toolkits that were replaced":              `(?m)^\+scheme: ig-toolkit`,
		"decisions on a toolkit that was replaced": `(?m)^-  - document: ig-toolkit`,
		"exceptions":                               `(?m)^\+kind: exception`,
		"bulk bumps":                               `(?m)^commit .*move review dates on`,
		"records removed":                          `(?m)^deleted file`,
	} {
		if !regexp.MustCompile(told).MatchString(everything) {
			t.Errorf("the history has no %s", claim)
		}
	}
	if got := git(t, dir, "log", "--first-parent", "--format=%T", "HEAD"); hasTwinsInTurn(got) {
		t.Error("a commit of the mainline changes nothing")
	}
}

func hasTwinsInTurn(lines string) bool {
	before := ""
	for line := range strings.Lines(lines) {
		if line == before {
			return true
		}
		before = line
	}
	return false
}

func TestDaysGoOnFromTheFirstToTheLast(t *testing.T) {
	t.Parallel()
	dir, _ := write(t, few)
	repo, head := open(t, dir)
	line, err := repo.Line(context.Background(), head)
	if err != nil {
		t.Fatal(err)
	}
	first, last := line[0].Day, line[len(line)-1].Day
	if want := calendar.Of(2020, 11, 20); first != want {
		t.Errorf("the first commit is of %s, want %s", first, want)
	}
	if want := calendar.Of(2026, 11, 20); last != want {
		t.Errorf("the last commit is of %s, want %s", last, want)
	}
	if jumps := line.Jumps(last); len(jumps) > 0 {
		t.Errorf("%d commits are dated out of order, the first of them %s", len(jumps), jumps[0].Commit.ID)
	}
	for _, s := range line {
		if hour := s.Commit.Committer.When.Hour(); hour < 8 || hour > 17 {
			t.Errorf("%s was committed at %s", s.Commit.ID, s.Commit.Committer.When)
		}
	}
}

func open(t *testing.T, dir string) (*gitrepo.Repo, gitrepo.Commit) {
	t.Helper()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	repo, err := gitrepo.Open(dir, london)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	head, err := repo.Head()
	if err != nil {
		t.Fatal(err)
	}
	return repo, head
}

func TestEveryStatePassesCheckOrIsListedAsRefused(t *testing.T) {
	t.Parallel()
	dir, made := write(t, few)
	repo, head := open(t, dir)
	line, err := repo.Line(context.Background(), head)
	if err != nil {
		t.Fatal(err)
	}
	if len(made.Refused) < 2 {
		t.Errorf("%d spells with a refused record, want some", len(made.Refused))
	}
	refused := map[string]bool{} // now, by path
	for i, s := range line {
		must := i%20 == 0 || i == len(line)-1
		for _, spell := range made.Refused {
			switch s.Commit.ID {
			case spell.From:
				refused[spell.Path] = true
				must = true
			case spell.To:
				delete(refused, spell.Path)
				must = true
			}
		}
		if must {
			checkState(t, repo, s, refused)
		}
	}
	if len(refused) > 0 {
		t.Errorf("never mended: %v", refused)
	}
}

func checkState(t *testing.T, repo *gitrepo.Repo, s gitrepo.Step, refused map[string]bool) {
	t.Helper()
	files, err := repo.FS(s.Commit, "")
	if err != nil {
		t.Fatal(err)
	}
	result, err := load.Tree(context.Background(), files, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, f := range result.Findings {
		found[f.Path] = true
		if len(refused) == 0 {
			t.Errorf("commit %s (%s): %s: %s", s.Commit.ID, s.Commit.Subject, f.Place, f.Message)
		}
	}
	for path := range refused {
		if !found[path] {
			t.Errorf("commit %s (%s): nothing is wrong with %s, which is listed as refused", s.Commit.ID, s.Commit.Subject, path)
		}
	}
}

func TestNothingIsReal(t *testing.T) {
	t.Parallel()
	dir, _ := write(t, few)
	address := regexp.MustCompile(`[\w.+-]+@([\w-]+\.)+[a-z]+|https://[^\s"]+`)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if d != nil && d.Name() == ".git" {
				return fs.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(path)
		for _, a := range address.FindAllString(string(text), -1) {
			if !strings.Contains(a, "example.org") && !strings.HasPrefix(a, "https://ico.org.uk/") {
				t.Errorf("%s names %s", path, a)
			}
		}
		if name := d.Name(); (name == "organisation.yaml" || name == "supplier.yaml") && !strings.Contains(string(text), "\nfictional: true\n") {
			t.Errorf("%s does not say that it is fictional", path)
		}
		if d.Name() == "organisation.yaml" && !regexp.MustCompile(`/Z\d[A-Z]\d[A-Z]/`).MatchString(filepath.ToSlash(path)) {
			t.Errorf("%s: the code does not have the shape of a made-up one", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnInterruptionLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "sample")
	ctx, stop := context.WithCancel(context.Background())
	o := few
	o.Progress = func(_ string, done, _ int) {
		if done == 100 {
			stop()
		}
	}
	if _, err := demo.Write(ctx, dir, o); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was interrupted", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is there: %v", dir, err)
	}
}

func TestWhatIsThereIsNeverWrittenOver(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Write(context.Background(), dir, few); !errors.Is(err, gitpack.ErrNotEmpty) {
		t.Errorf("got %v, want ErrNotEmpty", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}

func TestOptionsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]demo.Options{
		"fewer commits than things":    {Workloads: 100, Commits: 100},
		"too many organisations":       {Organisations: 100_000},
		"a negative number":            {Suppliers: -1},
		"a beginning before the law":   {Years: 12},
		"an end after what is known":   {Until: calendar.Of(2040, 1, 1)},
		"more years than stories last": {Years: 30},
	} {
		if _, err := o.Filled(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// The smallest histories have a story too.
func TestLeastSizes(t *testing.T) {
	t.Parallel()
	for _, o := range []demo.Options{
		{Seed: 1, Organisations: 1, Workloads: 1, Suppliers: 1, Years: 1, Commits: 5},
		{Seed: 2, Organisations: 1, Workloads: 1, Suppliers: 1, Years: 1, Commits: 200},
		{Seed: 3, Organisations: 6, Workloads: 3, Suppliers: 2, Years: 2, Commits: 100, Until: calendar.Of(2026, 11, 21)},
		{Seed: 4, Organisations: 2, Workloads: 1100, Suppliers: 3, Years: 1, Commits: 1107, Bare: true}, // more than there are names for
	} {
		dir, made := write(t, o)
		if made.Commits != o.Commits {
			t.Errorf("%+v: %d commits on the mainline", o, made.Commits)
		}
		if o.Workloads > 100 {
			continue
		}
		repo, head := open(t, dir)
		line, err := repo.Line(context.Background(), head)
		if err != nil {
			t.Fatal(err)
		}
		checkState(t, repo, line[len(line)-1], nil)
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, workloads := range []int{100, 1000} {
		b.Run(strconv.Itoa(workloads), func(b *testing.B) {
			for b.Loop() {
				o := demo.Options{Seed: 1, Workloads: workloads, Commits: 5 * workloads, Bare: true}
				if _, err := demo.Write(context.Background(), filepath.Join(b.TempDir(), "sample.git"), o); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(workloads), "µs/workload")
		})
	}
}
