package gitrepo_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/gitrepo"
)

// shapes are histories that walks of history get wrong.
var shapes = map[string]func(*sandbox){
	"a single root commit": func(s *sandbox) { s.put("evidence/a.yaml", "a") },
	"a line of edits, with commits that change nothing": func(s *sandbox) {
		for i := range 5 {
			s.put("evidence/a.yaml", strconv.Itoa(i))
			s.put("README", strconv.Itoa(i))
			s.commit("Nothing")
		}
	},
	"files go and come back": func(s *sandbox) {
		s.put("evidence/a.yaml", "a")
		s.put("evidence/x/b.yaml", "b")
		s.remove("evidence/a.yaml")
		s.commit("Take a away")
		s.remove("evidence")
		s.put("README", "no evidence")
		s.put("evidence/a.yaml", "a")
	},
	"files and whole folders move": func(s *sandbox) {
		s.write("evidence/x/1.yaml", "1")
		s.write("evidence/x/y/2.yaml", "2")
		s.put("evidence/z.yaml", "z")
		s.git("mv", "evidence/x", "evidence/moved")
		s.commit("Move a folder")
		s.git("mv", "evidence/z.yaml", "outside.yaml")
		s.commit("Move a file out")
	},
	"a workload moves to another organisation and back": func(s *sandbox) {
		s.write("evidence/organisations/r0a/workloads/imaging/workload.yaml", "id: imaging\n")
		s.write("evidence/organisations/r0a/workloads/imaging/approvals/siro.yaml", "by: siro\n")
		s.put("evidence/organisations/r0b/workloads/records/workload.yaml", "id: records\n")
		s.git("mv", "evidence/organisations/r0a/workloads/imaging", "evidence/organisations/r0b/workloads/imaging")
		s.commit("Move it")
		s.git("mv", "evidence/organisations/r0b/workloads/imaging", "evidence/organisations/r0b/workloads/scans")
		s.write("evidence/organisations/r0b/workloads/scans/workload.yaml", "id: scans\n")
		s.commit("Rename it")
		s.must(os.MkdirAll(filepath.Join(s.dir, "evidence/organisations/r0a/workloads"), 0o777))
		s.git("mv", "evidence/organisations/r0b/workloads/scans", "evidence/organisations/r0a/workloads/imaging")
		s.commit("Move it back")
	},
	"a file becomes a folder and a folder a file": func(s *sandbox) {
		s.write("evidence/a", "file")
		s.write("evidence/a.b", "between the file a and the folder a")
		s.put("evidence/b/c", "folder")
		s.remove("evidence/a")
		s.remove("evidence/b")
		s.write("evidence/a/c", "folder")
		s.put("evidence/b", "file")
		s.remove("evidence")
		s.put("evidence", "not a folder at all")
		s.remove("evidence")
		s.put("evidence/a", "again")
	},
	"names that git prints quoted": func(s *sandbox) {
		for _, name := range []string{"with space", "ä", "tab\there", `quo"te`, "new\nline", "back\\slash", "\xff\xfe", "*", "-n", ":(top)"} {
			s.write("evidence/"+name, name)
			s.put("evidence/"+name+".d/f", name)
		}
	},
	"modes change, links and submodules come and go": func(s *sandbox) {
		s.put("evidence/run", "#!/bin/sh\n")
		s.must(os.Symlink("run", filepath.Join(s.dir, "evidence/link")))
		s.must(os.Chmod(filepath.Join(s.dir, "evidence/run"), 0o777))
		at := s.commit("Make it run")
		s.git("update-index", "--add", "--cacheinfo", "160000,"+at+",evidence/module")
		s.git("commit", "-q", "-m", "Add a submodule")
		s.remove("evidence/link")
		s.put("evidence/link", "no longer a link")
	},
	"a merge and a fast-forward": func(s *sandbox) {
		s.put("evidence/a", "1")
		s.git("checkout", "-q", "-b", "topic")
		s.put("evidence/b", "2")
		s.put("evidence/c", "3")
		s.git("checkout", "-q", "main")
		s.put("evidence/d", "4")
		s.merge("topic")
		s.git("checkout", "-q", "-b", "next")
		s.put("evidence/e", "5")
		s.git("checkout", "-q", "main")
		s.git("merge", "-q", "--ff-only", "next")
	},
	"criss-cross merges": func(s *sandbox) {
		s.put("evidence/base", "0")
		s.git("checkout", "-q", "-b", "other")
		o := s.put("evidence/other", "1")
		s.git("checkout", "-q", "main")
		m := s.put("evidence/main", "1")
		s.merge(o)
		s.git("checkout", "-q", "other")
		s.merge(m)
		s.put("evidence/other", "2")
		s.git("checkout", "-q", "main")
		s.put("evidence/main", "2")
		s.merge("other")
	},
	"an octopus": func(s *sandbox) {
		s.put("evidence/base", "0")
		for _, name := range []string{"one", "two", "three"} {
			s.git("checkout", "-q", "-b", name, "main")
			s.put("evidence/"+name, name)
		}
		s.git("checkout", "-q", "main")
		s.merge("one", "two", "three")
	},
	"an evil merge that changes what no branch changed": func(s *sandbox) {
		s.put("evidence/base", "0")
		s.git("checkout", "-q", "-b", "topic")
		s.put("evidence/topic", "1")
		s.git("checkout", "-q", "main")
		s.put("evidence/main", "1")
		s.git("merge", "-q", "--no-ff", "--no-commit", "topic")
		s.write("evidence/evil", "only here")
		s.remove("evidence/base")
		s.commit("Merge topic")
	},
	"a merge that takes nothing": func(s *sandbox) {
		s.put("evidence/base", "0")
		s.git("checkout", "-q", "-b", "topic")
		s.put("evidence/topic", "1")
		s.git("checkout", "-q", "main")
		s.git("merge", "-q", "--no-ff", "-s", "ours", "-m", "Merge topic, take nothing", "topic")
	},
	"two roots": func(s *sandbox) {
		s.put("evidence/a", "1")
		s.git("checkout", "-q", "--orphan", "second")
		s.git("rm", "-rfq", ".")
		s.put("evidence/b", "2")
		s.git("checkout", "-q", "main")
		s.git("merge", "-q", "--allow-unrelated-histories", "-m", "Join", "second")
	},
	"an empty tree": func(s *sandbox) {
		s.commit("Nothing yet")
		s.put("evidence/a", "1")
		s.remove("evidence")
		s.commit("Nothing any more")
	},
	"random changes": func(s *sandbox) { s.gitWith(randomStream(), "fast-import", "--quiet") },
}

func (s *sandbox) merge(others ...string) {
	s.t.Helper()
	s.tick = s.tick.Add(time.Hour)
	s.git(append([]string{"merge", "-q", "--no-ff", "-m", "Merge"}, others...)...)
}

// randomCommits is how many commits randomStream tells of: more than two parts of a line, which are read apart.
const randomCommits = 700

// randomStream tells fast-import a long history over few names, so that files and folders often take each other's place.
func randomStream() string {
	var b strings.Builder
	random := rand.New(rand.NewPCG(2, 22))
	names := []string{"a", "a.b", "a-b", "ab", "b", "a0"}
	for n := range randomCommits {
		fmt.Fprintf(&b, "commit refs/heads/main\ncommitter R <r@example.org> %d +0000\ndata 1\nx\n", 1700000000+n*600)
		for range random.IntN(4) {
			path := "evidence"
			for range 1 + random.IntN(3) {
				path += "/" + names[random.IntN(len(names))]
			}
			if random.IntN(4) == 0 {
				fmt.Fprintf(&b, "D %s\n", path)
				continue
			}
			fmt.Fprintf(&b, "M 100644 inline %s\ndata 1\n%d\n", path, random.IntN(8))
		}
	}
	return b.String()
}

// stores are ways to keep the same history. Each gives the folder to open.
var stores = map[string]func(*sandbox) string{
	"as written": func(s *sandbox) string { return s.dir },
	"packed, with changes against named objects": func(s *sandbox) string {
		s.git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50", "--window=50")
		return s.dir
	},
	"in several packs": func(s *sandbox) string {
		s.severalPacks(false)
		return s.dir
	},
	"in packs with a multi-pack-index, and one that came later": func(s *sandbox) string {
		s.severalPacks(true)
		return s.dir
	},
	"packed, with a commit-graph and a multi-pack-index": func(s *sandbox) string {
		s.git("gc", "-q", "--aggressive", "--prune=now")
		s.git("commit-graph", "write", "--reachable", "--changed-paths")
		s.git("multi-pack-index", "write")
		return s.dir
	},
	"borrowed from another repository": func(s *sandbox) string {
		s.git("clone", "-q", "--shared", "--no-checkout", s.dir, s.dir+"-clone")
		return s.dir + "-clone"
	},
	"bare": func(s *sandbox) string {
		s.git("clone", "-q", "--bare", "--branch=main", s.dir, s.dir+".git")
		return s.dir + ".git"
	},
	"in a linked worktree": func(s *sandbox) string {
		s.git("worktree", "add", "-q", "--detach", "--no-checkout", s.dir+"-linked", "main")
		return s.dir + "-linked"
	},
}

// severalPacks spreads the objects over three packs, of which a multi-pack-index may cover the first two.
func (s *sandbox) severalPacks(multi bool) {
	s.t.Helper()
	var parts [3]strings.Builder
	for i, line := range strings.Split(s.git("rev-list", "--objects", "--all"), "\n") {
		id, _, _ := strings.Cut(line, " ")
		parts[i%3].WriteString(id + "\n")
	}
	objects := filepath.Join(s.dir, ".git/objects")
	for i, part := range parts {
		s.must(os.Mkdir(fmt.Sprint(objects, "/new-", i), 0o777))
		s.gitWith(part.String(), "pack-objects", "-q", fmt.Sprint(objects, "/new-", i, "/pack"))
	}
	s.must(os.RemoveAll(objects + "/pack"))
	s.must(os.Mkdir(objects+"/pack", 0o777))
	for i := range parts {
		files, _ := filepath.Glob(fmt.Sprint(objects, "/new-", i, "/*"))
		for _, f := range files {
			s.must(os.Rename(f, filepath.Join(objects, "pack", filepath.Base(f))))
		}
		s.must(os.Remove(fmt.Sprint(objects, "/new-", i)))
		if multi && i == 1 {
			s.git("multi-pack-index", "write")
		}
	}
	s.git("prune-packed", "-q")
}

// told is what one commit of a history says.
type told struct {
	ID    string
	Paths []gitrepo.PathChange
}

func TestHistoryEqualsGitLogAndObjectsWhatGoGitReads(t *testing.T) {
	for shape, build := range shapes {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			build(s)
			s.git("tag", "-m", "Release", "v1")
			want := map[string][]told{"": gitLog(s), "evidence": gitLog(s, "--relative=evidence/")}
			for name, keep := range stores {
				dir := keep(s)
				sameAsGoGit(s.in(dir), name)
				repo := openAt(t, dir)
				repo.TestOnlyPacks()
				for root := range want {
					got := history(t, repo, root)
					if diff := cmp.Diff(want[root], got); diff != "" {
						t.Errorf("%s, root %q: history differs from git log (-git +ours):\n%s", name, root, diff)
					}
				}
			}
		})
	}
}

func TestHistoryAddsUpToTheFilesOfEachCommit(t *testing.T) {
	for shape, build := range shapes {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			build(s)
			repo := s.open()
			state := make(map[string]gitrepo.Entry)
			err := repo.History(t.Context(), head(t, repo), "", func(c gitrepo.Change) error {
				for _, p := range c.Paths {
					if got := state[p.Path]; got.Blob != p.Old || got.Mode != p.OldMode {
						t.Errorf("commit %s: %q was %v and not %v", c.Commit.ID, p.Path, got, p)
					}
					delete(state, p.Path)
					if p.New != "" {
						state[p.Path] = gitrepo.Entry{Path: p.Path, Blob: p.New, Mode: p.NewMode}
					}
				}
				files, err := repo.Files(c.Commit, "")
				if len(files) != len(state) || slices.ContainsFunc(files, func(e gitrepo.Entry) bool { return state[e.Path] != e }) {
					t.Errorf("commit %s: the files are %v, the changes add up to %v", c.Commit.ID, files, state)
				}
				if !slices.IsSortedFunc(files, func(a, b gitrepo.Entry) int { return strings.Compare(a.Path, b.Path) }) {
					t.Errorf("commit %s: the files are not sorted", c.Commit.ID)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestChangesOfAPartOfALine(t *testing.T) {
	s := newSandbox(t)
	shapes["random changes"](s)
	repo := s.open()
	line, err := repo.Line(t.Context(), head(t, repo))
	if err != nil {
		t.Fatal(err)
	}
	whole := history(t, repo, "evidence")
	var part []told
	err = repo.Changes(t.Context(), line[250:], "evidence", func(c gitrepo.Change) error {
		part = append(part, told{c.Commit.ID, c.Paths})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(whole[250:], part); diff != "" {
		t.Errorf("(-whole +part):\n%s", diff)
	}
}

func TestUnchangedFoldersAreNotRead(t *testing.T) {
	s := newSandbox(t)
	s.put("evidence/unchanged/a.yaml", "1")
	s.put("evidence/b.yaml", "1")
	line, err := s.open().Line(t.Context(), head(t, s.open()))
	if err != nil {
		t.Fatal(err)
	}
	s.drop(s.git("rev-parse", "HEAD:evidence/unchanged"))
	err = s.open().Changes(t.Context(), line[1:], "", func(c gitrepo.Change) error {
		if len(c.Paths) != 1 || c.Paths[0].Path != "evidence/b.yaml" {
			t.Errorf("changed are %v", c.Paths)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestHistoryStops(t *testing.T) {
	s := newSandbox(t)
	s.put("a", "1")
	s.put("a", "2")
	repo := s.open()
	enough := errors.New("enough")
	visits := 0
	err := repo.History(t.Context(), head(t, repo), "", func(gitrepo.Change) error {
		visits++
		return enough
	})
	if !errors.Is(err, enough) || visits != 1 {
		t.Errorf("an error from visit gives %v after %d visits", err, visits)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = repo.History(ctx, head(t, repo), "", func(gitrepo.Change) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context gives %v", err)
	}
	if err := repo.History(t.Context(), head(t, repo), "../x", func(gitrepo.Change) error { return nil }); err == nil {
		t.Error("a root outside the repository is taken")
	}
}

func history(t *testing.T, repo *gitrepo.Repo, root string) []told {
	t.Helper()
	var all []told
	err := repo.History(t.Context(), head(t, repo), root, func(c gitrepo.Change) error {
		all = append(all, told{c.Commit.ID, c.Paths})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// gitLog asks the git program for the same.
func gitLog(s *sandbox, args ...string) []told {
	s.t.Helper()
	out := s.git(append([]string{
		"log", "--first-parent", "-m", "--raw", "--no-renames", "--no-abbrev", "-z", "--reverse", "--format=commit %H",
	}, append(args, "main")...)...)
	var all []told
	for rest := out; rest != ""; {
		var field, path string
		field, rest, _ = strings.Cut(rest, "\x00")
		field = strings.TrimLeft(field, "\n")
		if id, ok := strings.CutPrefix(field, "commit "); ok {
			all = append(all, told{ID: id})
			continue
		}
		path, rest, _ = strings.Cut(rest, "\x00")
		f := strings.Fields(strings.TrimPrefix(field, ":"))
		if len(f) != 5 {
			s.t.Fatalf("git log says %q", field)
		}
		last := &all[len(all)-1]
		last.Paths = append(last.Paths, gitrepo.PathChange{
			Path: path, Old: unlessZero(f[2]), New: unlessZero(f[3]), OldMode: octal(s.t, f[0]), NewMode: octal(s.t, f[1]),
		})
	}
	return all
}

func unlessZero(id string) string {
	if strings.Trim(id, "0") == "" {
		return ""
	}
	return id
}

func octal(t *testing.T, s string) uint32 {
	t.Helper()
	n, err := strconv.ParseUint(s, 8, 32)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}
