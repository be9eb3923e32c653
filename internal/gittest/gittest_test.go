package gittest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"example.org/muniment/internal/gittest"
)

const story = `Two branches, a merge, and every sort of file.
-- commit 2024-01-15T09:30:00Z IG lead: Add the imaging workload --
It is the first one.
-- evidence/workload.yaml --
id: imaging
-- evidence/old.yaml --
id: old
-- evidence/more/a.yaml --
a
-- tag v1 --
-- branch trial --
-- commit 2024-02-01T10:00:00+01:00 SRO: Try another region --
-- evidence/workload.yaml --
id: imaging, elsewhere
-- mode 100755 evidence/run --
#!/bin/sh
-- mode 120000 evidence/link --
workload.yaml
-- branch main --
-- commit 2024-02-02T10:00:00Z IG lead: Take the old one away --
-- delete evidence/old.yaml --
-- delete evidence/more --
-- merge trial 2024-02-03T12:00:00Z SIRO: Merge the trial --
-- evidence/evil.yaml --
only in the merge
`

func TestReplay(t *testing.T) {
	dir := replay(t, story)
	got := git(t, dir, "log", "--first-parent", "--reverse", "--format=%an <%ae> %aI %cI%n%B", "-m", "--raw", "--abbrev=4", "main")
	want := `IG lead <ig-lead@example.org> 2024-01-15T09:30:00+00:00 2024-01-15T09:30:00+00:00
Add the imaging workload

It is the first one.


:000000 100644 0000 7898 A	evidence/more/a.yaml
:000000 100644 0000 1810 A	evidence/old.yaml
:000000 100644 0000 7d6f A	evidence/workload.yaml
IG lead <ig-lead@example.org> 2024-02-02T10:00:00+00:00 2024-02-02T10:00:00+00:00
Take the old one away


:100644 000000 7898 0000 D	evidence/more/a.yaml
:100644 000000 1810 0000 D	evidence/old.yaml
SIRO <siro@example.org> 2024-02-03T12:00:00+00:00 2024-02-03T12:00:00+00:00
Merge the trial


:000000 100644 0000 2214 A	evidence/evil.yaml
:000000 120000 0000 733a A	evidence/link
:000000 100755 0000 1a24 A	evidence/run
:100644 100644 7d6f 600e M	evidence/workload.yaml
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("git log (-want +got):\n%s", diff)
	}
	for name, command := range map[string][]string{
		"git finds nothing wrong":                {"fsck", "--strict", "--no-dangling"},
		"the working tree agrees with the index": {"status", "--porcelain"},
	} {
		if got := git(t, dir, command...); got != "" {
			t.Errorf("%s: git %v says\n%s", name, command, got)
		}
	}
}

func TestReplayGivesTheSameCommits(t *testing.T) {
	ids := func() string { return git(t, replay(t, story), "rev-parse", "main", "trial", "v1") }
	if diff := cmp.Diff(ids(), ids()); diff != "" {
		t.Error(diff)
	}
	const main = "ab409dfe"
	if got := ids(); !strings.HasPrefix(got, main) {
		t.Errorf("main is at %s, want %s…: the commits of every recorded story have changed", got, main)
	}
}

func TestReplayOfAnArchiveWithinAnArchive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "story.txtar")
	quoted := ">" + strings.ReplaceAll(strings.TrimSuffix(story, "\n"), "\n", "\n>") + "\n"
	if err := os.WriteFile(file, []byte(quoted), 0o666); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := gittest.Replay(file, dir); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(git(t, replay(t, story), "rev-parse", "main"), git(t, dir, "rev-parse", "main")); diff != "" {
		t.Error(diff)
	}
}

func TestReplayRefuses(t *testing.T) {
	const commit = "-- commit 2024-01-15T09:30:00Z SRO: Begin --\n"
	for name, archive := range map[string]string{
		"a file before any commit":          "-- a --\n",
		"a commit without a subject":        "-- commit 2024-01-15T09:30:00Z SRO --\n",
		"a commit without a time":           "-- commit SRO: Begin --\n",
		"a merge of an unknown branch":      commit + "-- merge x 2024-01-16T09:30:00Z SRO: Merge --\n",
		"a deletion of nothing":             commit + "-- delete a --\n",
		"a path that leaves":                commit + "-- ../a --\n",
		"a mode that is not octal":          commit + "-- mode rw a --\n",
		"a file where a folder is":          commit + "-- a/b --\n-- a --\n",
		"a deletion between two commits":    commit + "-- a --\n-- tag x --\n-- delete a --\n",
		"a branch that is merged in itself": commit + "-- merge main 2024-01-16T09:30:00Z SRO: Merge --\n",
	} {
		t.Run(name, func(t *testing.T) {
			if err := gittest.ReplayArchive(txtar.Parse([]byte(archive)), t.TempDir()); err == nil {
				t.Error("it was replayed")
			}
		})
	}
}

func replay(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	if err := gittest.ReplayArchive(txtar.Parse([]byte(text)), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1"}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}
