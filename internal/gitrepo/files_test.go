package gitrepo_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/gitrepo"
)

// assortment is a commit with every sort of file.
func assortment(t *testing.T) *sandbox {
	s := newSandbox(t)
	s.write("README.md", "top\n")
	s.write("evidence/policy.yaml", "a: 1\n")
	s.write("evidence/suppliers/x/supplier.yaml", "id: x\n")
	s.write("evidence/suppliers.yaml", "sorts before the folder in git and after it in fs.FS\n")
	s.write("evidence/empty", "")
	s.write("evidence/run", "#!/bin/sh\n")
	s.must(os.Chmod(filepath.Join(s.dir, "evidence/run"), 0o777))
	return s
}

func TestFolderIsAFileSystem(t *testing.T) {
	s := assortment(t)
	s.commit("Begin")
	repo := s.open()
	for root, files := range map[string][]string{
		"":                     {"README.md", "evidence/policy.yaml", "evidence/suppliers/x/supplier.yaml"},
		".":                    {"README.md"},
		"evidence":             {"policy.yaml", "suppliers/x/supplier.yaml", "suppliers.yaml", "empty", "run"},
		"evidence/":            {"policy.yaml"},
		"evidence/suppliers/x": {"supplier.yaml"},
	} {
		folder, err := repo.FS(head(t, repo), root)
		if err != nil {
			t.Fatal(err)
		}
		if err := fstest.TestFS(folder, files...); err != nil {
			t.Errorf("root %q: %v", root, err)
		}
		for _, name := range files {
			got, err := fs.ReadFile(folder, name)
			want, err2 := os.ReadFile(filepath.Join(s.dir, root, name))
			if err != nil || err2 != nil || !bytes.Equal(want, got) {
				t.Errorf("root %q: %s is %q, want %q (%v, %v)", root, name, got, want, err, err2)
			}
		}
	}
}

func TestRootsThatAreNotFolders(t *testing.T) {
	s := assortment(t)
	s.commit("Begin")
	repo := s.open()
	for _, root := range []string{"nowhere", "README.md", "README.md/x", "evidence/suppliers.yaml"} {
		if _, err := repo.FS(head(t, repo), root); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("root %q gives %v", root, err)
		}
		if _, err := repo.Files(head(t, repo), root); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("root %q gives %v", root, err)
		}
	}
	for _, root := range []string{"../x", "/evidence", "evidence//x", "./evidence"} {
		if _, err := repo.FS(head(t, repo), root); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("root %q gives %v", root, err)
		}
	}
	if _, err := repo.FS(gitrepo.Commit{}, ""); err == nil {
		t.Error("a commit from nowhere has files")
	}
}

func TestFilesOfEverySort(t *testing.T) {
	s := assortment(t)
	s.must(os.Symlink("/etc/hostname", filepath.Join(s.dir, "evidence/link")))
	s.write("evidence/\xff", "not UTF-8")
	at := s.commit("Begin")
	blob := s.gitWith("odd", "hash-object", "-w", "--stdin")
	s.git("update-index", "--add", "--cacheinfo", "160000,"+at+",evidence/module")
	s.git("commit", "-q", "-m", "Add a submodule")
	// git no longer writes mode 100664 by itself, but old repositories hold it.
	inner := s.gitWith(s.git("ls-tree", "HEAD:evidence")+"\n", "mktree")
	raw := s.git("cat-file", "commit", "HEAD") + "\n"
	odd := s.gitWith(treeWith(s, inner, "100664 odd", blob), "hash-object", "-t", "tree", "-w", "--literally", "--stdin")
	top := s.gitWith("040000 tree "+odd+"\tevidence\n", "mktree")
	s.rawCommit(strings.Replace(raw, s.git("rev-parse", "HEAD^{tree}"), top, 1))

	repo := s.open()
	got, err := repo.Files(head(t, repo), "evidence")
	if err != nil {
		t.Fatal(err)
	}
	id := func(content string) string { return s.gitWith(content, "hash-object", "--stdin") }
	want := []gitrepo.Entry{
		{Path: "empty", Blob: id(""), Mode: gitrepo.ModeFile},
		{Path: "link", Blob: id("/etc/hostname"), Mode: gitrepo.ModeSymlink},
		{Path: "module", Blob: at, Mode: gitrepo.ModeSubmodule},
		{Path: "odd", Blob: blob, Mode: 0o100664},
		{Path: "policy.yaml", Blob: id("a: 1\n"), Mode: gitrepo.ModeFile},
		{Path: "run", Blob: id("#!/bin/sh\n"), Mode: gitrepo.ModeExecutable},
		{Path: "suppliers.yaml", Blob: id("sorts before the folder in git and after it in fs.FS\n"), Mode: gitrepo.ModeFile},
		{Path: "suppliers/x/supplier.yaml", Blob: id("id: x\n"), Mode: gitrepo.ModeFile},
		{Path: "\xff", Blob: id("not UTF-8"), Mode: gitrepo.ModeFile},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	folder, err := repo.FS(head(t, repo), "evidence")
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the entry of a file is known without reading it", func(t *testing.T) {
		for _, e := range want[:len(want)-1] {
			if got, ok, err := folder.Entry(e.Path); err != nil || !ok || got != e {
				t.Errorf("%s: %v, %t, %v", e.Path, got, ok, err)
			}
			info, err := fs.Stat(folder, e.Path)
			if err != nil || info.Sys() != e {
				t.Errorf("%s: Sys is %v (%v)", e.Path, info.Sys(), err)
			}
		}
		for _, name := range []string{".", "suppliers", "nothing", "empty/x"} {
			if got, ok, err := folder.Entry(name); ok || err != nil {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
	})
	t.Run("links are not followed and submodules not opened", func(t *testing.T) {
		for name, mode := range map[string]fs.FileMode{"link": fs.ModeSymlink, "module": fs.ModeIrregular} {
			if _, err := folder.Open(name); !errors.Is(err, gitrepo.ErrIrregular) {
				t.Errorf("opening %s gives %v", name, err)
			}
			if _, err := fs.ReadFile(folder, name); !errors.Is(err, gitrepo.ErrIrregular) {
				t.Errorf("reading %s gives %v", name, err)
			}
			if info, err := fs.Stat(folder, name); err != nil || info.Mode().Type() != mode {
				t.Errorf("%s: %v, %v", name, info, err)
			}
		}
	})
	t.Run("a blob is read by its id", func(t *testing.T) {
		if b, err := repo.Blob(blob); err != nil || string(b) != "odd" {
			t.Errorf("%q, %v", b, err)
		}
		if _, err := repo.Blob("HEAD"); err == nil {
			t.Error("HEAD is taken for a blob")
		}
	})
}

// treeWith gives the raw bytes of a tree with one more entry.
func treeWith(s *sandbox, tree, modeAndName, id string) string {
	raw := []byte(s.git("cat-file", "tree", tree))
	var b [20]byte
	for i := range b {
		fmt.Sscanf(id[2*i:2*i+2], "%02x", &b[i])
	}
	added := modeAndName + "\x00" + string(b[:])
	at := bytes.Index(raw, []byte("100644 policy.yaml"))
	return string(raw[:at]) + added + string(raw[at:])
}

func TestLimits(t *testing.T) {
	s := newSandbox(t)
	s.write("evidence/large", strings.Repeat("x", 5000))
	s.put("evidence/a/b/c/d/deep", "1")
	s.put("evidence/more", "2")
	read := func(repo *gitrepo.Repo) error {
		c, err := repo.Head()
		if err != nil {
			return err
		}
		if _, err := repo.Files(c, ""); err != nil {
			return err
		}
		if err := repo.History(t.Context(), c, "", func(gitrepo.Change) error { return nil }); err != nil {
			return err
		}
		folder, err := repo.FS(c, "evidence")
		if err != nil {
			return err
		}
		if _, err := fs.ReadFile(folder, "a/b/c/d/deep"); err != nil {
			return err
		}
		_, err = fs.ReadFile(folder, "large")
		return err
	}
	for _, packed := range []bool{false, true} {
		if packed {
			s.git("repack", "-adq")
		}
		for name, test := range map[string]struct {
			kind  string
			limit int64
			unit  string
		}{
			"a large file":     {"blob", 4999, "bytes"},
			"a large folder":   {"tree", 30, "bytes"},
			"a large commit":   {"commit", 100, "bytes"},
			"deep folders":     {"depth", 3, "levels"},
			"many files":       {"files", 2, "files"},
			"a long mainline":  {"commits", 1, "commits"},
			"all that is fine": {"blob", 5000, ""},
		} {
			t.Run(fmt.Sprintf("%s, packed %t", name, packed), func(t *testing.T) {
				repo := s.open()
				repo.TestOnlyLimit(test.kind, test.limit)
				err := read(repo)
				var limit *gitrepo.LimitError
				switch {
				case test.unit == "" && err != nil:
					t.Errorf("got %v", err)
				case test.unit != "" && (!errors.As(err, &limit) || limit.Unit != test.unit || limit.Limit != test.limit):
					t.Errorf("got %v, want the limit of %d %s", err, test.limit, test.unit)
				}
			})
		}
	}
}

func TestADeepHistoryOfFoldersEnds(t *testing.T) {
	s := newSandbox(t)
	path := strings.Repeat("a/", 1500) + "f"
	s.gitWith("commit refs/heads/main\ncommitter R <r@example.org> 1700000000 +0000\ndata 1\nx\nM 100644 inline "+path+"\ndata 1\n1\n", "fast-import", "--quiet")
	repo := s.open()
	var limit *gitrepo.LimitError
	if _, err := repo.Files(head(t, repo), ""); !errors.As(err, &limit) {
		t.Errorf("Files gives %v", err)
	}
	if err := repo.History(t.Context(), head(t, repo), "", func(gitrepo.Change) error { return nil }); !errors.As(err, &limit) {
		t.Errorf("History gives %v", err)
	}
}

func TestReadingFromSeveralGoroutines(t *testing.T) {
	s := newSandbox(t)
	for i := range 20 {
		s.write(fmt.Sprintf("evidence/%d/%d", i%3, i), strings.Repeat(fmt.Sprint(i), 9000))
	}
	s.commit("Begin")
	s.git("repack", "-adq")
	repo := s.open()
	folder, err := repo.FS(head(t, repo), "evidence")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 20 {
				b, err := fs.ReadFile(folder, fmt.Sprintf("%d/%d", i%3, i))
				if err != nil || string(b) != strings.Repeat(fmt.Sprint(i), 9000) {
					t.Errorf("%d is %d bytes, %v", i, len(b), err)
				}
			}
		})
	}
	wg.Wait()
}
