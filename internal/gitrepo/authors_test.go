package gitrepo_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/gittest"
)

// branched is a history in which a branch is merged into another, and that into the mainline.
const branched = `
-- commit 2024-01-01T09:00:00Z Owner: Begin --
-- evidence/a --
one
-- evidence/b --
one
-- branch side --
-- commit 2024-01-02T09:00:00Z Analyst: Change a --
-- evidence/a --
two
-- branch deep --
-- commit 2024-01-03T09:00:00Z Nurse: Change b --
Co-authored-by: The Porter <porter@example.org>
-- evidence/b --
two
-- branch main --
-- commit 2024-01-04T09:00:00Z Owner: Change c --
-- evidence/c --
one
-- merge side 2024-01-05T09:00:00Z Keeper: Merge side --
-- merge deep 2024-01-06T09:00:00Z Keeper: Merge deep --
-- evidence/c --
mixed in
`

func TestAuthors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := gittest.ReplayArchive(txtar.Parse([]byte(branched)), dir); err != nil {
		t.Fatal(err)
	}
	repo, err := gitrepo.Open(dir, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	head, err := repo.Head()
	if err != nil {
		t.Fatal(err)
	}
	line, err := repo.Line(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	authors := repo.Authors(line.Trail())
	for _, c := range []struct {
		claim string
		step  int
		file  string
		want  []string
	}{
		{"of a commit it is who wrote it", 0, "evidence/a", []string{"owner@example.org"}},
		{"of a merge it is who wrote the merged change", 2, "evidence/a", []string{"analyst@example.org"}},
		{"and not who wrote what an earlier merge had brought", 3, "evidence/a", nil},
		{"whoever the message names beside is one too", 3, "evidence/b", []string{"nurse@example.org", "porter@example.org"}},
		{"whoever writes with the merge itself is the author", 3, "evidence/c", []string{"keeper@example.org"}},
	} {
		got, err := authors.Of(t.Context(), line[c.step].Commit, c.file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.claim, diff)
		}
	}
}
