package gitrepo_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/gitrepo"
)

// sideways makes a repository in which a merged branch wrote a file that the next commit on it took away again: nothing on the
// first-parent line holds it.
func sideways(t *testing.T) (s *sandbox, file, folder, commit string) {
	t.Helper()
	s = newSandbox(t)
	s.put("evidence/a.yaml", "a: 1\n")
	s.git("checkout", "-q", "-b", "side")
	commit = s.put("evidence/side/hidden.yaml", "hidden: 1\n")
	file, folder = s.git("rev-parse", "HEAD:evidence/side/hidden.yaml"), s.git("rev-parse", "HEAD:evidence/side")
	s.remove("evidence/side")
	s.put("evidence/b.yaml", "b: 1\n")
	s.git("checkout", "-q", "main")
	s.put("evidence/c.yaml", "c: 1\n")
	s.git("merge", "-q", "--no-ff", "--no-edit", "side")
	return s, file, folder, commit
}

func (s *sandbox) object(id string) string {
	return filepath.Join(s.dir, ".git", "objects", id[:2], id[2:])
}

func TestSweepReadsEverything(t *testing.T) {
	s, _, _, _ := sideways(t)
	s.git("commit-tree", s.git("rev-parse", "HEAD^{tree}"), "-m", "nothing leads here")
	check := func(what string) {
		t.Helper()
		repo := s.open()
		got, err := repo.Sweep(t.Context(), head(t, repo))
		// Of every commit the folders evidence and the one above it, and once side.
		if want := (gitrepo.Swept{Commits: 5, Folders: 11, Files: 4}); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", what, got, err, want)
		}
	}
	check("loose objects")
	s.git("repack", "-q", "-a", "-d")
	check("one pack")
}

func TestSweepPassesSubmodulesOver(t *testing.T) {
	s := newSandbox(t)
	s.put("evidence/a.yaml", "a: 1\n")
	s.git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat("ab", 20)+",other")
	s.git("commit", "-q", "-m", "Take another repository in")
	repo := s.open()
	if _, err := repo.Sweep(t.Context(), head(t, repo)); err != nil {
		t.Error(err)
	}
}

func TestSweepRefuses(t *testing.T) {
	for claim, harm := range map[string]func(s *sandbox, file, folder, commit string){
		"a file of a merged branch that is missing":   func(s *sandbox, file, _, _ string) { s.must(os.Remove(s.object(file))) },
		"a folder of a merged branch that is missing": func(s *sandbox, _, folder, _ string) { s.must(os.Remove(s.object(folder))) },
		"a commit of a merged branch that is missing": func(s *sandbox, _, _, commit string) { s.must(os.Remove(s.object(commit))) },
		"a file that is not what its id says": func(s *sandbox, file, _, _ string) {
			other := s.gitWith("other: 1\n", "hash-object", "-w", "--stdin")
			s.must(os.Remove(s.object(file)))
			s.must(os.Rename(s.object(other), s.object(file)))
		},
		"a folder with a name that leads out, in a merged branch": func(s *sandbox, file, _, _ string) {
			id := s.gitWith("40000 ..\x00"+strings.Repeat("\x01", 20), "hash-object", "-t", "tree", "-w", "--literally", "--stdin")
			s.mergeTree(id)
		},
		"a commit with two trees, in a merged branch": func(s *sandbox, _, _, _ string) {
			tree := s.git("rev-parse", "HEAD^{tree}")
			raw := "tree " + tree + "\ntree " + tree + "\nauthor A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000\n\nodd\n"
			s.mergeCommit(s.gitWith(raw, "hash-object", "-t", "commit", "-w", "--literally", "--stdin"))
		},
		"a file where a folder is said to be": func(s *sandbox, file, _, _ string) {
			raw := make([]byte, 20)
			for i := range raw {
				raw[i] = unhex(file[2*i])<<4 | unhex(file[2*i+1])
			}
			s.mergeTree(s.gitWith("40000 odd\x00"+string(raw), "hash-object", "-t", "tree", "-w", "--literally", "--stdin"))
		},
	} {
		t.Run(claim, func(t *testing.T) {
			s, file, folder, commit := sideways(t)
			harm(s, file, folder, commit)
			repo := s.open()
			var untrusted *gitrepo.Untrusted
			if _, err := repo.Sweep(t.Context(), head(t, repo)); !errors.As(err, &untrusted) {
				t.Errorf("it is not refused: %v", err)
			}
			// The first-parent line is whole all the same, so nothing else would have noticed.
			if _, err := repo.Line(t.Context(), head(t, repo)); err != nil {
				t.Errorf("the line: %v", err)
			}
		})
	}
}

func unhex(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// merge makes a tree the content of a branch that main merges without taking anything from it.
func (s *sandbox) mergeTree(tree string) {
	s.t.Helper()
	raw := "tree " + tree + "\nauthor A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000\n\nodd\n"
	s.mergeCommit(s.gitWith(raw, "hash-object", "-t", "commit", "-w", "--literally", "--stdin"))
}

func (s *sandbox) mergeCommit(other string) {
	s.t.Helper()
	raw := "tree " + s.git("rev-parse", "HEAD^{tree}") + "\nparent " + s.git("rev-parse", "HEAD") + "\nparent " + other +
		"\nauthor A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000\n\nmerge\n"
	s.rawCommit(raw)
}

func TestSweepComparesLargeFilesAsTheyStream(t *testing.T) {
	s := newSandbox(t)
	s.put("evidence/large.bin", strings.Repeat("large ", 1000))
	id := s.git("rev-parse", "HEAD:evidence/large.bin")
	sweep := func() error {
		repo := s.open()
		repo.TestOnlyLimit("blob", 100)
		_, err := repo.Sweep(t.Context(), head(t, repo))
		return err
	}
	if err := sweep(); err != nil {
		t.Error(err)
	}
	other := s.gitWith(strings.Repeat("other ", 1000), "hash-object", "-w", "--stdin")
	s.must(os.Remove(s.object(id)))
	s.must(os.Rename(s.object(other), s.object(id)))
	var untrusted *gitrepo.Untrusted
	if err := sweep(); !errors.As(err, &untrusted) {
		t.Errorf("other bytes: %v", err)
	}
}

func TestSweepEndsWithItsContext(t *testing.T) {
	s := newSandbox(t)
	s.put("evidence/a.yaml", "a: 1\n")
	repo := s.open()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := repo.Sweep(ctx, head(t, repo)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
