package load_test

import (
	"io/fs"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/gittest"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
)

// counting counts the files that are opened.
type counting struct {
	fs.FS
	opened *int
}

func (c counting) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err == nil {
		if info, _ := f.Stat(); info != nil && !info.IsDir() {
			*c.opened++
		}
	}
	return f, err
}

func (c counting) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(c.FS, name) }

// headOf opens a repository at its last commit.
func headOf(t *testing.T, dir string) (*gitrepo.Repo, gitrepo.Commit) {
	t.Helper()
	repo, err := gitrepo.Open(dir, time.UTC)
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

// alike compares records by what they say.
var alike = cmp.Comparer(func(a, b *record.Record) bool {
	return a.Path == b.Path && a.Kind == b.Kind && a.Digest == b.Digest && cmp.Equal(a.Tree(), b.Tree()) && cmp.Equal(a.Value, b.Value) && cmp.Equal(a.Prose, b.Prose)
})

// TestCacheReadsABlobOnce reads two commits through one cache, and wants what is read without it.
func TestCacheReadsABlobOnce(t *testing.T) {
	t.Parallel()
	const policy = "schema: muniment/v1\nkind: policy\nnotice: "
	dir := t.TempDir()
	err := gittest.ReplayArchive(txtar.Parse([]byte("-- commit 2024-01-15T09:30:00Z IG lead: Begin --\n-- evidence/policy.yaml --\n"+policy+"90d\n-- evidence/footprints/a.yaml --\nkind: [\n"+
		"-- commit 2024-01-16T09:30:00Z IG lead: Go on --\n-- evidence/policy.yaml --\n"+policy+"60d\n")), dir)
	if err != nil {
		t.Fatal(err)
	}
	repo, head := headOf(t, dir)
	line, err := repo.Line(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	cache := load.NewCache()
	for i, wantOpened := range []int{2, 1} {
		files, err := repo.FS(line[i].Commit, "")
		if err != nil {
			t.Fatal(err)
		}
		opened := 0
		cached, err := load.Tree(t.Context(), counting{files, &opened}, load.Options{Cache: cache, Parallel: 1})
		if err != nil {
			t.Fatal(err)
		}
		plain, err := load.Tree(t.Context(), files, load.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if opened != wantOpened {
			t.Errorf("commit %d: %d files were read, want %d", i, opened, wantOpened)
		}
		if diff := cmp.Diff(plain, cached, alike); diff != "" {
			t.Errorf("commit %d (-without cache +with it):\n%s", i, diff)
		}
	}
}
