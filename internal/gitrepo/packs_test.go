package gitrepo_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/gitrepo"
)

// sameAsGoGit reads every object of a repository directly and by go-git.
func sameAsGoGit(s *sandbox, name string) {
	s.t.Helper()
	repo := s.open()
	for _, id := range strings.Fields(s.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")) {
		direct, other, err := repo.TestOnlyRead(id)
		if err != nil || !bytes.Equal(direct, other) {
			s.t.Errorf("%s: object %s reads as %q, by go-git as %q (%v)", name, id, direct, other, err)
		}
	}
}

// longChains is a repository whose objects are mostly changes to one another.
func longChains(t *testing.T) *sandbox {
	s := newSandbox(t)
	shapes["random changes"](s)
	text := strings.Repeat("A line that stays.\n", 100)
	for i := range 30 {
		s.write("evidence/grows", text+strings.Repeat("One more line.\n", i))
		s.commit("Grow")
	}
	s.git("repack", "-adfq", "--depth=50", "--window=50")
	return s
}

func (s *sandbox) onlyPack(ending string) string {
	s.t.Helper()
	found, err := filepath.Glob(filepath.Join(s.dir, ".git/objects/pack/*"+ending))
	if err != nil || len(found) != 1 {
		s.t.Fatalf("there are %d files *%s (%v)", len(found), ending, err)
	}
	s.must(os.Chmod(found[0], 0o666))
	return found[0]
}

func TestARestedRepositoryReadsAsBefore(t *testing.T) {
	s := longChains(t)
	repo := s.open()
	for _, id := range strings.Fields(s.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")) {
		before, _, err := repo.TestOnlyRead(id)
		repo.Rest()
		after, _, again := repo.TestOnlyRead(id)
		if err != nil || again != nil || !bytes.Equal(before, after) {
			t.Errorf("object %s reads as %q, and after a rest as %q (%v, %v)", id, before, after, err, again)
		}
	}
}

// Whether packs are held for a while changes nothing of what is read of them.
func TestAHeldPackReadsAsBefore(t *testing.T) {
	s := longChains(t)
	repo := s.open()
	release, held := repo.TestOnlyHold(0)
	if held != 0 {
		t.Errorf("%d packs are held that are too large", held)
	}
	release()
	one, held := repo.TestOnlyHold(10_000)
	if here := gitrepo.HoldsHere(s.onlyPack(".pack")); here != (held == 1) {
		t.Errorf("%d packs are held; that this system can is %t", held, here)
	}
	another, _ := repo.TestOnlyHold(10_000)
	for _, then := range []func(){one, another, func() {}} {
		for _, id := range strings.Fields(s.git("cat-file", "--batch-all-objects", "--batch-check=%(objectname)")) {
			direct, other, err := repo.TestOnlyRead(id)
			if err != nil || !bytes.Equal(direct, other) {
				t.Errorf("object %s reads as %q, by go-git as %q (%v)", id, direct, other, err)
			}
		}
		repo.Rest()
		then()
	}
	if release, held := repo.TestOnlyHold(0); held != 0 {
		t.Errorf("%d packs are still held", held)
	} else {
		release()
	}
}

// A bit that turned costs objects and never changes one.
func TestDamagedPacksGiveNoWrongObject(t *testing.T) {
	s := newSandbox(t)
	text := strings.Repeat("A line that stays.\n", 20)
	for i := range 8 {
		s.write("evidence/grows", text+strings.Repeat("One more line.\n", i))
		s.commit("Grow")
	}
	s.git("repack", "-adfq", "--depth=50", "--window=50")
	content, err := os.ReadFile(s.onlyPack(".pack"))
	s.must(err)
	index, err := os.ReadFile(s.onlyPack(".idx"))
	s.must(err)
	sound := make(map[string]string)
	check := func(content, index []byte, where string) (read int) {
		gitrepo.ReadPack(content, index, func(id string, data []byte, ok bool) {
			if want, known := sound[id]; !ok || known && want != string(data) {
				t.Errorf("%s: %s reads as %q", where, id, data)
			}
			read++
		})
		return read
	}
	s.must(gitrepo.ReadPack(content, index, func(id string, data []byte, ok bool) { sound[id] = string(data) }))
	if n := check(content, index, "as it is"); n != 8*4 || n != len(sound) {
		t.Fatalf("%d objects are read, %d different ones", n, len(sound))
	}
	lost := 0
	for i := range content {
		content[i] ^= 1 << (i % 8)
		lost += len(sound) - check(content, index, fmt.Sprintf("a bit turned in byte %d of the pack", i))
		content[i] ^= 1 << (i % 8)
	}
	if lost == 0 {
		t.Error("no damage was noticed")
	}
	for i := range len(index) - 20 {
		index[i] ^= 1 << (i % 8)
		if check(content, index, "") != 0 {
			t.Errorf("an index with a bit turned in byte %d is believed", i)
		}
		check(content, gitrepo.SealIndex(index), fmt.Sprintf("byte %d of the index says something else", i))
		index[i] ^= 1 << (i % 8)
	}
}

// A pack that is cut short under an open repository leads to an error, not to the end of the program.
func TestAPackThatIsCutShortWhileOpen(t *testing.T) {
	for _, held := range []bool{false, true} {
		for _, part := range []int64{0, 2, 10} {
			s := longChains(t)
			pack := s.onlyPack(".pack")
			info, err := os.Stat(pack)
			s.must(err)
			repo := s.open()
			c := head(t, repo)
			if held {
				release, n := repo.TestOnlyHold(10_000)
				defer release()
				if gitrepo.HoldsHere(pack) != (n == 1) {
					t.Errorf("%d packs are held", n)
				}
			}
			s.must(os.Truncate(pack, info.Size()*part/11))
			err = repo.History(t.Context(), c, "", func(gitrepo.Change) error { return nil })
			var untrusted *gitrepo.Untrusted
			if !errors.As(err, &untrusted) {
				t.Errorf("held %t, %d parts of 11 left: %v", held, part, err)
			}
		}
	}
}

func TestBlobsFromSeveralGoroutines(t *testing.T) {
	s := longChains(t)
	repo := s.open()
	repo.TestOnlyPacks()
	want := make(map[string]string)
	for _, line := range strings.Split(s.git("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)"), "\n") {
		if id, ok := strings.CutPrefix(line, "blob "); ok {
			b, err := repo.Blob(id)
			if err != nil {
				t.Fatal(err)
			}
			want[id] = string(b)
		}
	}
	again := s.open()
	again.TestOnlyPacks()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for id, text := range want {
				b, err := again.Blob(id)
				if err != nil || string(b) != text {
					t.Errorf("%s is %q, %v", id, b, err)
				}
				for i := range b {
					b[i] = 0 // what was read belongs to whoever asked
				}
			}
		})
	}
	wg.Wait()
}

// Whatever ends a walk, everything before it was visited, in order.
func TestChangesBeforeADamagedFolderAreVisited(t *testing.T) {
	s := newSandbox(t)
	shapes["random changes"](s)
	whole := history(t, s.open(), "")
	packs, _ := filepath.Glob(filepath.Join(s.dir, ".git/objects/pack/*.pack"))
	for _, p := range packs { // into loose objects
		b, err := os.ReadFile(p)
		s.must(err)
		s.must(os.RemoveAll(filepath.Dir(p)))
		s.gitWith(string(b), "unpack-objects", "-q")
	}
	trees := strings.Fields(s.git("log", "--first-parent", "--reverse", "--format=%T", "main"))
	s.drop(trees[200])
	broken := slices.Index(trees, trees[200])
	repo := s.open()
	var got []told
	err := repo.History(t.Context(), head(t, repo), "", func(c gitrepo.Change) error {
		got = append(got, told{c.Commit.ID, c.Paths})
		return nil
	})
	var untrusted *gitrepo.Untrusted
	if !errors.As(err, &untrusted) || !strings.Contains(untrusted.Reason, "is missing") {
		t.Errorf("the error is %v", err)
	}
	if diff := cmp.Diff(whole[:broken], got); diff != "" {
		t.Errorf("what comes before the damage differs (-whole +visited):\n%s", diff)
	}
}

func TestTheLimitOfCommitsIsExact(t *testing.T) {
	s := newSandbox(t)
	shapes["random changes"](s)
	for _, test := range []struct {
		limit int
		ok    bool
	}{{randomCommits - 1, false}, {randomCommits, true}, {257, false}, {256, false}, {1, false}} {
		repo := s.open()
		repo.TestOnlyLimit("commits", int64(test.limit))
		line, err := repo.Line(t.Context(), head(t, repo))
		var limit *gitrepo.LimitError
		if test.ok != (err == nil && len(line) == randomCommits) || !test.ok && !errors.As(err, &limit) {
			t.Errorf("limit %d: %d commits, %v", test.limit, len(line), err)
		}
	}
}

// After git has packed anew, what is new is read directly again.
func TestNewPacksAreFoundWhileOpen(t *testing.T) {
	s := newSandbox(t)
	s.put("evidence/a.yaml", "1")
	s.git("repack", "-adq")
	repo := s.open()
	s.put("evidence/a.yaml", "2")
	s.git("repack", "-adq")
	c := head(t, repo) // go-git looks again
	repo.TestOnlyPacks()
	if files, err := repo.Files(c, ""); err != nil || len(files) != 1 {
		t.Errorf("%v, %v", files, err)
	}
	for i := range 3 {
		if b, err := repo.Blob(s.git("rev-parse", "HEAD:evidence/a.yaml")); err != nil || string(b) != "2" {
			t.Errorf("%d: %q, %v", i, b, fmt.Sprint(err))
		}
	}
}
