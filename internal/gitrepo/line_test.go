package gitrepo_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
)

// dated makes one commit for each committer date.
func dated(t *testing.T, dates ...string) *sandbox {
	s := newSandbox(t)
	for n, date := range dates {
		at, err := time.Parse(time.RFC3339, date)
		s.must(err)
		s.tick = at.Add(-time.Hour)
		s.put("evidence/a.yaml", fmt.Sprint(n))
	}
	return s
}

func TestDaysOfALine(t *testing.T) {
	for name, test := range map[string]struct {
		dates, days []string
		jumps       []string // day, and whether it is in the future of 2024-12-31
	}{
		"one after the other": {
			dates: []string{"2024-01-15T09:00:00Z", "2024-01-15T10:00:00Z", "2024-02-01T10:00:00Z"},
			days:  []string{"2024-01-15", "2024-01-15", "2024-02-01"},
		},
		"an evening in summer is the next day in London": {
			dates: []string{"2024-06-30T22:59:59Z", "2024-06-30T23:00:00Z"},
			days:  []string{"2024-06-30", "2024-07-01"},
		},
		"an evening in winter is not": {
			dates: []string{"2024-12-30T23:59:59Z", "2024-12-31T00:00:00Z"},
			days:  []string{"2024-12-30", "2024-12-31"},
		},
		"a date that goes back counts as the day before it": {
			dates: []string{"2024-03-10T09:00:00Z", "2024-02-01T09:00:00Z", "2024-03-09T09:00:00Z", "2024-03-11T09:00:00Z"},
			days:  []string{"2024-03-10", "2024-03-10", "2024-03-10", "2024-03-11"},
			jumps: []string{"2024-02-01 false", "2024-03-09 false"},
		},
		"a date that goes back within a day is nothing": {
			dates: []string{"2024-03-10T12:00:00Z", "2024-03-10T09:00:00Z"},
			days:  []string{"2024-03-10", "2024-03-10"},
		},
		"a date in the future holds up the rest": {
			dates: []string{"2024-03-10T09:00:00Z", "2042-03-11T09:00:00Z", "2024-03-12T09:00:00Z"},
			days:  []string{"2024-03-10", "2042-03-11", "2042-03-11"},
			jumps: []string{"2042-03-11 true", "2024-03-12 false"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repo := dated(t, test.dates...).open()
			line, err := repo.Line(t.Context(), head(t, repo))
			if err != nil {
				t.Fatal(err)
			}
			var days, jumps []string
			for _, step := range line {
				days = append(days, step.Day.String())
			}
			for _, j := range line.Jumps(calendar.Of(2024, 12, 31)) {
				jumps = append(jumps, fmt.Sprint(j.Written, " ", j.Future))
			}
			if diff := cmp.Diff(test.days, days); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.jumps, jumps); diff != "" {
				t.Errorf("jumps (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatWasKnownAtTheEndOfADay(t *testing.T) {
	s := dated(t, "2024-01-15T09:00:00Z", "2024-01-15T10:00:00Z", "2024-02-01T10:00:00Z", "2024-01-20T10:00:00Z")
	repo := s.open()
	for day, want := range map[string]string{
		"2024-01-14": "", "2024-01-15": "HEAD~2", "2024-01-16": "HEAD~2", "2024-01-31": "HEAD~2", "2024-02-01": "HEAD", "2030-01-01": "HEAD",
	} {
		got, err := repo.Resolve(day)
		switch {
		case want == "" && !errors.Is(err, gitrepo.ErrUnknownRevision):
			t.Errorf("%s: %v, %v; want no such revision", day, got.ID, err)
		case want != "" && (err != nil || got.ID != s.git("rev-parse", want)):
			t.Errorf("%s: %v, %v; want %s", day, got.ID, err, want)
		}
	}
}

func TestResolve(t *testing.T) {
	s := newSandbox(t)
	first := s.put("evidence/a.yaml", "1")
	s.git("tag", "-m", "First release", "v1")
	s.git("tag", "-m", "The same", "v1-again", "v1")
	s.git("tag", "-m", "A file", "file", "HEAD:evidence/a.yaml")
	s.git("branch", "topic/one")
	s.git("branch", "both")
	s.git("update-ref", "refs/remotes/origin/main", first)
	s.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
	second := s.put("evidence/a.yaml", "2")
	s.git("tag", "both")
	s.git("branch", "cafe0000")
	check := func(t *testing.T) {
		repo := s.open()
		for rev, want := range map[string]string{
			"HEAD": second, "main": second, "refs/heads/main": second, "heads/main": second, "cafe0000": second,
			"topic/one": first, "v1": first, "refs/tags/v1": first, "v1-again": first, "origin/main": first, "origin": first,
			first: first, strings.ToUpper(first): first, first[:7]: first, first[:12]: first, second[:4]: second, first[:11]: first,
			"HEAD~": first, "HEAD~1": first, "HEAD~0": second, "main~1": first, second[:12] + "~1": first, "v1~0": first,
		} {
			if got, err := repo.Resolve(rev); err != nil || got.ID != want {
				t.Errorf("%q: %s, %v; want %s", rev, got.ID, err, want)
			}
		}
		blob, tree := s.git("rev-parse", "HEAD:evidence/a.yaml"), s.git("rev-parse", "HEAD^{tree}")
		wrongFifth := first[:4] + map[bool]string{true: "1", false: "0"}[first[4] == '0']
		for _, rev := range []string{
			"", wrongFifth, "nothing", "both", "file", first[:3], blob, blob[:8], tree, tree[:8], strings.Repeat("0", 40), "ffffffff", "../config", "../../HEAD",
			"refs/heads", "refs/heads/", "HEAD~2", "HEAD~-1", "HEAD~x", "HEAD~1~1", "~1", "nothing~1", "HEAD~99999999999", "main..topic", "-main", "2024-02-30", "config", "main\n", "main.lock", "heads",
		} {
			if got, err := repo.Resolve(rev); !errors.Is(err, gitrepo.ErrUnknownRevision) {
				t.Errorf("%q: %s, %v; want no such revision", rev, got.ID, err)
			}
		}
	}
	t.Run("loose", check)
	s.git("gc", "-q", "--prune=now")
	s.git("pack-refs", "--all", "--prune")
	t.Run("packed", check)
}

func TestCommitsAreReadRaw(t *testing.T) {
	s := newSandbox(t)
	s.write(".mailmap", "DPO <dpo@example.org> <ig-lead@example.org>\n")
	s.write(".gitattributes", "*.yaml ident export-ignore working-tree-encoding=UTF-16LE-BOM eol=crlf\n")
	s.git("config", "i18n.commitEncoding", "ISO-8859-1")
	id := s.put("evidence/note.txt", "$Id$\n")
	repo := s.open()
	got := head(t, repo)
	want := gitrepo.Commit{
		ID: id, Tree: s.git("rev-parse", "HEAD^{tree}"),
		Author:    gitrepo.Person{Name: "IG lead", Email: "ig-lead@example.org", When: s.tick},
		Committer: gitrepo.Person{Name: "Registrar", Email: "registrar@example.org", When: s.tick},
		Subject:   `Write "evidence/note.txt"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMainline(t *testing.T) {
	s := newSandbox(t)
	s.put("a", "1")
	s.git("checkout", "-q", "-b", "release/2024")
	if got := s.open().Mainline(); got != "release/2024" {
		t.Errorf("on a branch it is %q", got)
	}
	s.git("worktree", "add", "-q", "-b", "linked", s.dir+"-linked")
	want := s.in(s.dir+"-linked").put("a", "2")
	if repo := openAt(t, s.dir+"-linked"); repo.Mainline() != "linked" || head(t, repo).ID != want {
		t.Errorf("in a linked worktree it is %q at %s", repo.Mainline(), head(t, repo).ID)
	}
	s.git("checkout", "-q", "--detach")
	if got := s.open().Mainline(); got != "" {
		t.Errorf("detached it is %q", got)
	}
}

func TestDirty(t *testing.T) {
	s := newSandbox(t)
	s.write(".gitignore", "*.tmp\n/public/\n# a comment\n\nkept/\n")
	s.write("evidence/.gitignore", "local\n!important.tmp\n")
	s.write("evidence/a.yaml", "a\n")
	s.write("evidence/b.yaml", "b\n")
	s.write("evidence/x/c.yaml", "c\n")
	s.write("other/d", "d\n")
	s.write("evidence/kept/e", "ignored but kept all the same\n")
	s.must(os.Symlink("a.yaml", filepath.Join(s.dir, "evidence/link")))
	s.git("add", "-f", "evidence/kept/e")
	s.commit("Begin")
	for _, step := range []struct {
		name     string
		change   func()
		evidence []string
		all      []string
	}{
		{"nothing", func() {}, nil, nil},
		{"a file touched", func() { s.write("evidence/a.yaml", "a\n") }, nil, nil},
		{"other line breaks", func() { s.write("evidence/a.yaml", "a\r\n") }, []string{"a.yaml"}, []string{"evidence/a.yaml"}},
		{"the change staged", func() { s.git("add", "-A") }, []string{"a.yaml"}, []string{"evidence/a.yaml"}},
		{"the change committed", func() { s.commit("Change") }, nil, nil},
		{"ignored files", func() {
			s.write("evidence/note.tmp", "1")
			s.write("evidence/local", "1")
			s.write("public/index.html", "1")
			s.write("evidence/kept/new", "1")
			s.write(".git/info/exclude", "*.swp\n")
			s.write("evidence/x/.c.yaml.swp", "1")
		}, nil, nil},
		{
			"a file that is ignored elsewhere only", func() { s.write("evidence/public/index.html", "1") },
			[]string{"public/index.html"},
			[]string{"evidence/public/index.html"},
		},
		{"that gone, and a file that an inner .gitignore takes back", func() {
			s.remove("evidence/public")
			s.write("evidence/important.tmp", "1")
		}, []string{"important.tmp"}, []string{"evidence/important.tmp"}},
		{"a link that points elsewhere", func() {
			s.remove("evidence/important.tmp")
			s.remove("evidence/link")
			s.must(os.Symlink("b.yaml", filepath.Join(s.dir, "evidence/link")))
		}, []string{"link"}, []string{"evidence/link"}},
		{"a link in place of a file, and the file in place of a link", func() {
			s.remove("evidence/link")
			s.write("evidence/link", "a.yaml")
			s.remove("evidence/b.yaml")
			s.must(os.Symlink("/etc/hostname", filepath.Join(s.dir, "evidence/b.yaml")))
		}, []string{"b.yaml", "link"}, []string{"evidence/b.yaml", "evidence/link"}},
		{"a folder gone, a file outside changed", func() {
			s.remove("evidence/b.yaml")
			s.remove("evidence/link")
			s.git("checkout", "-q", ".")
			s.remove("evidence/x")
			s.write("other/d", "changed\n")
		}, []string{"x/c.yaml"}, []string{"evidence/x/c.yaml", "other/d"}},
		{
			"everything gone", func() { s.remove("evidence") },
			[]string{".gitignore", "a.yaml", "b.yaml", "kept/e", "link", "x/c.yaml"},
			[]string{"evidence/.gitignore", "evidence/a.yaml", "evidence/b.yaml", "evidence/kept/e", "evidence/link", "evidence/x/c.yaml", "other/d"},
		},
	} {
		step.change()
		repo := s.open()
		for root, want := range map[string][]string{"evidence": step.evidence, "": step.all} {
			got, err := repo.Dirty(root)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(want, got) {
				t.Errorf("%s: below %q %q is dirty, want %q", step.name, root, got, want)
			}
		}
	}
}

func TestDirtyWithoutACommitOrAWorkingTree(t *testing.T) {
	s := newSandbox(t)
	s.write("evidence/a.yaml", "a\n")
	if got, err := s.open().Dirty(""); err != nil || !slices.Equal(got, []string{"evidence/a.yaml"}) {
		t.Errorf("before the first commit %q is dirty, %v", got, err)
	}
	s.commit("Begin")
	s.git("clone", "-q", "--bare", s.dir, s.dir+".git")
	if got, err := openAt(t, s.dir+".git").Dirty(""); err != nil || got != nil {
		t.Errorf("in a bare repository %q is dirty, %v", got, err)
	}
	at := s.git("rev-parse", "HEAD")
	s.git("update-index", "--add", "--cacheinfo", "160000,"+at+",evidence/module")
	s.git("commit", "-q", "-m", "Add a submodule")
	s.write("evidence/module/file", "of another repository")
	if got, err := s.open().Dirty("evidence"); err != nil || got != nil {
		t.Errorf("with a submodule checked out %q is dirty, %v", got, err)
	}
	if _, err := s.open().Dirty("../x"); err == nil {
		t.Error("a root outside the repository is taken")
	}
}

func TestALineGoesOnFromOneThatWasKept(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	var stream strings.Builder
	const commits = 5000 // more than lie together
	for n := range commits {
		fmt.Fprintf(&stream, "commit refs/heads/main\nauthor Owner %d <o@example.org> %d +0530\ncommitter Keeper <k@example.org> %d -0800\ndata 14\nWhy\n\nBecause.\nM 100644 inline evidence/a\ndata 1\n%d\n",
			n%7, 1700000000+n%50*86400, 1700000000+n*3600, n%10)
	}
	s.gitWith(stream.String(), "fast-import", "--quiet")
	repo := s.open()
	whole, err := repo.Line(t.Context(), head(t, repo))
	s.must(err)
	other := slices.Clone(whole)
	other[20].Commit.ID = other[21].Commit.ID
	for claim, test := range map[string]struct {
		at    int // how many commits the line had
		data  []byte
		known int
	}{
		"all of it was kept":                          {commits, whole.Pack(), commits},
		"all but the last commit":                     {commits - 1, whole[:commits-1].Pack(), commits - 1},
		"all but some":                                {4096, whole[:4096].Pack(), 4096},
		"the first commit alone":                      {1, whole[:1].Pack(), 0}, // too far back
		"that of too long ago is not looked for":      {commits - 1024, whole[:commits-1024].Pack(), 0},
		"that of just long enough ago is":             {commits - 1023, whole[:commits-1023].Pack(), commits - 1023},
		"a line to another commit is none":            {commits - 1, whole[:commits-2].Pack(), 0},
		"bytes that end too soon are none":            {commits, whole.Pack()[:1000], 0},
		"nor are too many":                            {commits, append(whole.Pack(), 0), 0},
		"nor are none":                                {commits, nil, 0},
		"a commit that does not follow makes it none": {commits, other.Pack(), 0},
	} {
		got, known, err := repo.LineAfter(t.Context(), whole[commits-1].Commit, func(id string) ([]byte, bool) {
			return test.data, id == whole[test.at-1].Commit.ID
		})
		if err != nil || known != test.known {
			t.Errorf("%s: %d steps were known, %v; want %d", claim, known, err, test.known)
		}
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Errorf("%s: another line (-want +got):\n%.2000s", claim, diff)
		}
	}
	repo.TestOnlyLimit("commits", commits-1)
	_, _, err = repo.LineAfter(t.Context(), whole[commits-1].Commit, func(string) ([]byte, bool) { return whole.Pack(), true })
	if limit := new(gitrepo.LimitError); !errors.As(err, &limit) {
		t.Errorf("a line that is too long was kept: %v; want it refused", err)
	}
}
