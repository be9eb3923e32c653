package gitrepo_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/muniment/internal/gitrepo"
)

// readAll does everything that reading a repository is for.
func readAll(t *testing.T, dir string) error {
	t.Helper()
	repo, err := gitrepo.Open(dir, london(t))
	if err != nil {
		return err
	}
	defer repo.Close()
	c, err := repo.Head()
	if err != nil {
		return err
	}
	if err := repo.History(t.Context(), c, "", func(gitrepo.Change) error { return nil }); err != nil {
		return err
	}
	files, err := repo.Files(c, "")
	if err != nil {
		return err
	}
	for _, f := range files {
		if _, err := repo.Blob(f.Blob); err != nil {
			return err
		}
	}
	folder, err := repo.FS(c, "")
	if err != nil {
		return err
	}
	return fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			_, err = fs.ReadFile(folder, name)
		}
		return err
	})
}

// loose gives the file of a loose object.
func (s *sandbox) loose(id string) string {
	return filepath.Join(s.dir, ".git", "objects", id[:2], id[2:])
}

func (s *sandbox) drop(id string) { s.must(os.Remove(s.loose(id))) }

func TestUnhealthyRepositoriesAreRefused(t *testing.T) {
	tests := map[string]struct {
		spoil          func(s *sandbox) (dir string)
		reason, remedy string
	}{
		"a clone of depth 1": {func(s *sandbox) string {
			s.git("clone", "-q", "--depth=1", "file://"+s.dir, s.dir+"-clone")
			return s.dir + "-clone"
		}, "shallow clone", "fetch-depth: 0"},
		"a clone of depth 2": {func(s *sandbox) string {
			s.git("clone", "-q", "--depth=2", "file://"+s.dir, s.dir+"-clone")
			return s.dir + "-clone"
		}, "shallow clone", "git fetch --unshallow"},
		"a bare clone of depth 1": {func(s *sandbox) string {
			s.git("clone", "-q", "--bare", "--depth=1", "file://"+s.dir, s.dir+".git")
			return s.dir + ".git"
		}, "shallow clone", "git fetch --unshallow"},
		"a linked worktree of a shallow clone": {func(s *sandbox) string {
			s.git("clone", "-q", "--depth=1", "file://"+s.dir, s.dir+"-clone")
			s.in(s.dir+"-clone").git("worktree", "add", "-q", "--detach", "../linked")
			return s.dir + "/../linked"
		}, "shallow clone", "git fetch --unshallow"},
		"a clone without blobs": {func(s *sandbox) string {
			return s.filtered("blob:none")
		}, "partial clone", "without --filter"},
		"a clone without trees": {func(s *sandbox) string {
			return s.filtered("tree:0")
		}, "partial clone", "without --filter"},
		"a clone without blobs whose configuration no longer says so": {func(s *sandbox) string {
			dir := s.filtered("blob:none")
			s.in(dir).git("config", "--remove-section", "remote.origin")
			return dir
		}, "partial clone", "without --filter"},
		"the extension of old partial clones": {func(s *sandbox) string {
			s.git("config", "extensions.partialClone", "origin")
			return s.dir
		}, "partial clone", "without --filter"},
		"a replaced blob": {func(s *sandbox) string {
			forged := s.gitWith("forged", "hash-object", "-w", "--stdin")
			s.git("replace", s.git("rev-parse", "HEAD:evidence/a.yaml"), forged)
			return s.dir
		}, "refs/replace", "git replace --delete"},
		"a replaced blob in packed refs": {func(s *sandbox) string {
			forged := s.gitWith("forged", "hash-object", "-w", "--stdin")
			s.git("replace", s.git("rev-parse", "HEAD:evidence/a.yaml"), forged)
			s.git("pack-refs", "--all", "--prune")
			return s.dir
		}, "refs/replace", "git replace --delete"},
		"a grafted commit": {func(s *sandbox) string {
			s.write(".git/info/grafts", "# history begins here\n"+s.git("rev-parse", "HEAD")+"\n")
			return s.dir
		}, "info/grafts", "info/grafts"},
		"borrowed objects that went away": {func(s *sandbox) string {
			s.git("clone", "-q", "--shared", s.dir, s.dir+"-clone")
			s.must(os.Rename(s.dir, s.dir+"-moved"))
			return s.dir + "-clone"
		}, "cannot be read", "make the borrowed object folder reachable"},
		"a missing blob": {func(s *sandbox) string {
			s.drop(s.git("rev-parse", "HEAD:evidence/a.yaml"))
			return s.dir
		}, "blob 234496b1caf2c7682b8441f9b866a7e2420d9748 is missing", "git fsck"},
		"a missing tree of an old commit": {func(s *sandbox) string {
			s.drop(s.git("rev-parse", "HEAD~2:evidence"))
			return s.dir
		}, "tree 37aa28824574a00d8223d6513399c7ca4f278562 is missing", "git fsck"},
		"a missing commit": {func(s *sandbox) string {
			s.drop(s.git("rev-parse", "HEAD~1"))
			return s.dir
		}, "is missing", "git fsck"},
		"a missing tip": {func(s *sandbox) string {
			s.drop(s.git("rev-parse", "HEAD"))
			return s.dir
		}, "is missing", "git fsck"},
		"a blob that is stored under another's id": {func(s *sandbox) string {
			a, b := s.git("rev-parse", "HEAD:evidence/a.yaml"), s.git("rev-parse", "HEAD:evidence/b.yaml")
			s.drop(a)
			s.must(os.Link(s.loose(b), s.loose(a)))
			return s.dir
		}, "blob 234496b1caf2c7682b8441f9b866a7e2420d9748 is damaged", "git fsck"},
		"a blob cut short": {func(s *sandbox) string {
			a := s.loose(s.git("rev-parse", "HEAD:evidence/a.yaml"))
			s.must(os.Chmod(a, 0o666))
			s.must(os.Truncate(a, 12))
			return s.dir
		}, "is damaged", "git fsck"},
		"a pack with one bit turned": {func(s *sandbox) string {
			s.git("repack", "-adq")
			packs, _ := filepath.Glob(s.dir + "/.git/objects/pack/*.pack")
			b, err := os.ReadFile(packs[0])
			s.must(err)
			for i := 12; i < len(b)-20; i++ {
				b[i] ^= 0x10
			}
			s.must(os.Chmod(packs[0], 0o666))
			s.must(os.WriteFile(packs[0], b, 0o666))
			return s.dir
		}, "is damaged", "git fsck"},
		"a pack index cut short": {func(s *sandbox) string {
			s.git("repack", "-adq")
			indexes, _ := filepath.Glob(s.dir + "/.git/objects/pack/*.idx")
			s.must(os.Chmod(indexes[0], 0o666))
			s.must(os.Truncate(indexes[0], 1100))
			return s.dir
		}, "index of a pack", "git repack"},
		"a branch file that a crash left empty": {func(s *sandbox) string {
			s.git("pack-refs", "--all", "--no-prune")
			s.put("evidence/a.yaml", "later than packed-refs\n")
			s.write(".git/refs/heads/main", "")
			return s.dir
		}, `ref "refs/heads/main" cannot be read`, "git fsck"},
		"a repository with SHA-256 ids": {func(s *sandbox) string {
			s.git("init", "-q", "--object-format=sha256", s.dir+"-256")
			s.in(s.dir+"-256").put("a", "1")
			return s.dir + "-256"
		}, "objectformat", "SHA-1"},
		"a repository with a reftable": {func(s *sandbox) string {
			s.write(".git/config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n")
			return s.dir
		}, "refstorage", "--ref-format=files"},
		"an extension that is not known": {func(s *sandbox) string {
			s.write(".git/config", "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tsurprise = true\n")
			return s.dir
		}, "surprise", "use a clone"},
		"a repository format to come": {func(s *sandbox) string {
			s.write(".git/config", "[core]\n\trepositoryformatversion = 2\n")
			return s.dir
		}, "unknown repository format", "use a clone"},
		"a commit with two trees": {func(s *sandbox) string {
			s.rawCommit("tree " + s.git("rev-parse", "HEAD^{tree}") + "\n" + s.git("cat-file", "commit", "HEAD") + "\n")
			return s.dir
		}, "malformed at byte 46: the author line belongs here", "git fsck --strict"},
		"a commit with two authors": {func(s *sandbox) string {
			raw := s.git("cat-file", "commit", "HEAD") + "\n"
			s.rawCommit(strings.Replace(raw, "author ", "author DPO <dpo@example.org> 1 +0000\nauthor ", 1))
			return s.dir
		}, "malformed at byte 131: the committer line belongs here", "git fsck --strict"},
		"a commit whose tree is a blob": {func(s *sandbox) string {
			raw := s.git("cat-file", "commit", "HEAD") + "\n"
			s.rawCommit(strings.Replace(raw, s.git("rev-parse", "HEAD^{tree}"), s.git("rev-parse", "HEAD:evidence/a.yaml"), 1))
			return s.dir
		}, "is a blob where a tree belongs", "git fsck --strict"},
		"a tree that leaves the repository": {func(s *sandbox) string {
			id := s.gitWith("40000 ..\x00"+strings.Repeat("\x01", 20), "hash-object", "-t", "tree", "-w", "--literally", "--stdin")
			s.rawCommit(strings.Replace(s.git("cat-file", "commit", "HEAD")+"\n", s.git("rev-parse", "HEAD^{tree}"), id, 1))
			return s.dir
		}, `malformed at byte 0: an entry is called ".."`, "git fsck --strict"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			s.put("evidence/a.yaml", "first\n")
			s.write("evidence/b.yaml", "b\n")
			s.put("evidence/a.yaml", "second\n")
			s.put("evidence/a.yaml", "third\n")
			if err := readAll(t, s.dir); err != nil {
				t.Fatalf("before anything is spoilt: %v", err)
			}
			err := readAll(t, test.spoil(s))
			var untrusted *gitrepo.Untrusted
			if !errors.As(err, &untrusted) {
				t.Fatalf("got %v, want it refused", err)
			}
			if !strings.Contains(untrusted.Reason, test.reason) || !strings.Contains(untrusted.Remedy, test.remedy) {
				t.Errorf("reason %q, remedy %q; want %q and %q", untrusted.Reason, untrusted.Remedy, test.reason, test.remedy)
			}
		})
	}
}

func (s *sandbox) filtered(filter string) string {
	s.t.Helper()
	s.git("config", "uploadpack.allowFilter", "true")
	s.git("clone", "-q", "--no-checkout", "--filter="+filter, "file://"+s.dir, s.dir+"-clone")
	return s.dir + "-clone"
}

func TestHealthyRepositoriesAreRead(t *testing.T) {
	for name, change := range map[string]func(s *sandbox){
		"an empty refs/replace folder":      func(s *sandbox) { s.must(os.MkdirAll(s.dir+"/.git/refs/replace", 0o777)) },
		"a grafts file with only a comment": func(s *sandbox) { s.write(".git/info/grafts", "# none\n\n") },
		"a remote that promises nothing":    func(s *sandbox) { s.git("config", "remote.origin.promisor", "false") },
		"format version 1 and its extension": func(s *sandbox) {
			s.write(".git/config", "[core]\nrepositoryformatversion=1\n[extensions]\nobjectFormat=sha1\n")
		},
		"configuration of a worktree": func(s *sandbox) { s.git("config", "extensions.worktreeConfig", "true") },
		"a detached HEAD":             func(s *sandbox) { s.git("checkout", "-q", "--detach") },
		"several packs and loose objects": func(s *sandbox) {
			s.git("repack", "-dq")
			s.put("evidence/b.yaml", "2")
			s.git("repack", "-dq")
			s.put("evidence/b.yaml", "3")
		},
		"a chain of borrowed objects": func(s *sandbox) {
			s.git("clone", "-q", "--shared", s.dir, s.dir+"-2")
			s.in(s.dir+"-2").put("evidence/b.yaml", "2")
			s.git("clone", "-q", "--shared", s.dir+"-2", s.dir+"-3")
			s.dir += "-3"
		},
		"a commit-graph that lies": func(s *sandbox) {
			s.git("commit-graph", "write", "--reachable")
			name := s.dir + "/.git/objects/info/commit-graph"
			s.must(os.Chmod(name, 0o666))
			s.must(os.WriteFile(name, []byte("nonsense"), 0o666))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			s.put("evidence/a.yaml", "1")
			change(s)
			if err := readAll(t, s.dir); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWhereThereIsNothingToRead(t *testing.T) {
	empty := newSandbox(t)
	repo := empty.open()
	if _, err := repo.Head(); !errors.Is(err, gitrepo.ErrNoCommit) {
		t.Errorf("before the first commit Head gives %v", err)
	}
	if got := repo.Mainline(); got != "main" {
		t.Errorf("before the first commit the mainline is %q", got)
	}
	empty.write("x/.git", "gitdir: nowhere\n")
	empty.write("y/.git", "what is this\n")
	for _, dir := range []string{t.TempDir(), empty.dir + "/x", empty.dir + "/y"} {
		if _, err := gitrepo.Open(dir, london(t)); !errors.Is(err, gitrepo.ErrNotRepository) {
			t.Errorf("opening %s gives %v", dir, err)
		}
	}
	if _, err := gitrepo.Open(empty.dir+"/none", london(t)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("opening a folder that is not there gives %v", err)
	}
}

func TestOpenFromAnyFolder(t *testing.T) {
	s := newSandbox(t)
	want := s.put("evidence/organisations/r0x/organisation.yaml", "1")
	s.git("clone", "-q", "--bare", s.dir, s.dir+".git")
	for _, dir := range []string{s.dir, s.dir + "/evidence/organisations/r0x", s.dir + "/.git", s.dir + ".git", s.dir + ".git/refs/heads"} {
		if got := head(t, openAt(t, dir)).ID; got != want {
			t.Errorf("from %s HEAD is %s, want %s", dir, got, want)
		}
	}
}

func TestReadingChangesNothing(t *testing.T) {
	s := newSandbox(t)
	shapes["criss-cross merges"](s)
	s.git("tag", "-m", "Release", "v1")
	s.git("repack", "-dq")
	s.put("evidence/loose", "1")
	s.write("evidence/dirty", "1")
	before := fingerprint(t, s.dir)
	if err := readAll(t, s.dir); err != nil {
		t.Fatal(err)
	}
	repo := s.open()
	repo.Mainline()
	for _, rev := range []string{"HEAD", "main", "other", "v1", "2024-06-01", head(t, repo).ID[:8]} {
		if _, err := repo.Resolve(rev); err != nil {
			t.Error(err)
		}
	}
	if _, err := repo.Dirty("evidence"); err != nil {
		t.Error(err)
	}
	after := fingerprint(t, s.dir)
	for name, mark := range before {
		if after[name] != mark {
			t.Errorf("%s has changed", name)
		}
		delete(after, name)
	}
	for name := range after {
		t.Errorf("%s is new", name)
	}
}

func TestRepackingWhileOpen(t *testing.T) {
	s := newSandbox(t)
	for i := range 5 {
		s.put("evidence/a.yaml", strings.Repeat("x", i))
	}
	repo := s.open()
	c := head(t, repo)
	s.git("gc", "-q", "--prune=now")
	if err := repo.History(t.Context(), c, "", func(gitrepo.Change) error { return nil }); err != nil {
		t.Errorf("after the first gc: %v", err)
	}
	s.put("evidence/b.yaml", "b")
	s.git("gc", "-q", "--aggressive", "--prune=now")
	if _, err := repo.Files(head(t, repo), ""); err != nil {
		t.Errorf("after the second gc: %v", err)
	}
}
