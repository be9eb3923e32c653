package gitpack_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/gitpack"
	"github.com/google/go-cmp/cmp"
)

var who = gitpack.Person{Name: "Records Officer", Email: "records@example.org", When: time.Date(2026, 7, 1, 9, 30, 0, 0, time.FixedZone("", 3600))}

// git runs the git program, apart from the settings of whoever runs the test.
func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-C", dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// story makes a small history: many changes of one file among many, a branch with its merge, a removal, and a return to an
// earlier state.
func story(t *testing.T, repo *gitpack.Repository) (*gitpack.Tree, gitpack.ID) {
	t.Helper()
	tree := gitpack.NewTree()
	put := func(t2 *gitpack.Tree, path, text string) {
		blob, err := repo.Blob([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		t2.Put(path, blob)
	}
	commit := func(t2 *gitpack.Tree, message string, parents ...gitpack.ID) gitpack.ID {
		id, err := repo.Commit(gitpack.Commit{Tree: t2, Parents: parents, Author: who, Committer: who, Message: message})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	for i := range 100 {
		put(tree, fmt.Sprintf("evidence/w%02d/workload.yaml", i), fmt.Sprintf("id: w%02d\n", i))
	}
	put(tree, "evidence/w07.md", "sorts before the folder w07\n")
	put(tree, "evidence/w07-b/x", "so does this\n")
	put(tree, "empty", "")
	put(tree, "large", strings.Repeat("A line that is there many times.\n", 5000))
	head := commit(tree, "Begin")
	for i := range 120 { // more than one chain of differences
		put(tree, "evidence/w50/workload.yaml", fmt.Sprintf("id: w50\nversion: %d\n", i))
		head = commit(tree, fmt.Sprintf("Change %d\n\nThe reason.\n", i), head)
	}
	side := tree.Branch()
	put(side, "evidence/w10/a/b/c.yaml", "deep: true\n")
	on := commit(side, "Aside", head)
	put(tree, "evidence/w11/workload.yaml", "id: w11\nchanged: true\n")
	head = commit(tree, "Meanwhile", head)
	put(tree, "evidence/w10/a/b/c.yaml", "deep: true\n")
	head = commit(tree, "Merge", head, on)
	tree.Remove("evidence/w10/a/b/c.yaml")
	tree.Remove("no/such/file")
	return tree, commit(tree, "Go back", head)
}

func TestGitAcceptsEveryObject(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	repo, err := gitpack.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	tree, head := story(t, repo)
	if err := repo.Finish("main", head); err != nil {
		t.Fatal(err)
	}
	if err := repo.Checkout(context.Background(), tree, nil); err != nil {
		t.Fatal(err)
	}
	if err := repo.Close(); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(git(t, dir, "rev-parse", "HEAD")); got != head.String() {
		t.Errorf("HEAD is %s, made %s", got, head)
	}
	if out := git(t, dir, "fsck", "--strict", "--full"); out != "" {
		t.Errorf("git fsck: %s", out)
	}
	git(t, dir, "verify-pack", filepath.Join(dir, ".git/objects/pack", onlyIndex(t, dir)))
	if out := git(t, dir, "status", "--porcelain"); out != "" {
		t.Errorf("the working tree differs from HEAD:\n%s", out)
	}
	if got := strings.TrimSpace(git(t, dir, "rev-list", "--first-parent", "--count", "HEAD")); got != "124" {
		t.Errorf("%s commits on the mainline, want 124", got)
	}
	if got := git(t, dir, "log", "-1", "--format=%an <%ae> %ad|%s", "--date=iso-strict", "HEAD"); got != "Records Officer <records@example.org> 2026-07-01T09:30:00+01:00|Go back\n" {
		t.Errorf("git log: %q", got)
	}
	if diff := cmp.Diff("evidence/w10/a/b/c.yaml\nevidence/w11/workload.yaml\n", git(t, dir, "diff", "--name-only", "HEAD~3", "HEAD~1")); diff != "" {
		t.Errorf("the merge and what came before it (-want +got):\n%s", diff)
	}
}

func onlyIndex(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, ".git/objects/pack/*.idx"))
	if err != nil || len(found) != 1 {
		t.Fatalf("indexes %v, %v; want one", found, err)
	}
	return filepath.Base(found[0])
}

func TestABareRepositoryHasNoWorkingTree(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // an empty folder that is there already
	repo, err := gitpack.CreateBare(dir)
	if err != nil {
		t.Fatal(err)
	}
	_, head := story(t, repo)
	if err := errors.Join(repo.Finish("main", head), repo.Close()); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(git(t, dir, "rev-parse", "--is-bare-repository", "HEAD")); got != "true\n"+head.String() {
		t.Errorf("git says %q", got)
	}
}

func TestTheSameCallsGiveTheSamePack(t *testing.T) {
	t.Parallel()
	var names []string
	for range 2 {
		dir := filepath.Join(t.TempDir(), "new")
		repo, err := gitpack.Create(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, head := story(t, repo)
		if err := errors.Join(repo.Finish("main", head), repo.Close()); err != nil {
			t.Fatal(err)
		}
		names = append(names, onlyIndex(t, dir))
	}
	if names[0] != names[1] {
		t.Errorf("two packs: %v", names)
	}
}

func TestNothingIsWrittenBesideWhatIsThere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "mine"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := gitpack.Create(dir); !errors.Is(err, gitpack.ErrNotEmpty) {
		t.Errorf("got %v, want ErrNotEmpty", err)
	}
	if got := list(t, dir); !cmp.Equal(got, []string{"mine"}) {
		t.Errorf("the folder now holds %v", got)
	}
}

func TestDiscardLeavesTheFolderAsItWas(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	empty := filepath.Join(top, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{empty, filepath.Join(top, "absent")} {
		repo, err := gitpack.Create(dir)
		if err != nil {
			t.Fatal(err)
		}
		tree, head := story(t, repo)
		stopped, stop := context.WithCancel(context.Background())
		if err := repo.Finish("main", head); err != nil {
			t.Fatal(err)
		}
		err = repo.Checkout(stopped, tree, func(done int) {
			if done == 30 {
				stop()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("an interrupted checkout gave %v", err)
		}
		if err := repo.Discard(); err != nil {
			t.Fatal(err)
		}
	}
	if got := list(t, top); !cmp.Equal(got, []string{"empty"}) {
		t.Errorf("left behind: %v", got)
	}
	if got := list(t, empty); len(got) > 0 {
		t.Errorf("left behind in empty: %v", got)
	}
}

func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}
