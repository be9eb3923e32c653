package pipeline

import (
	"flag"
	"io"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/statement"
	"example.org/muniment/schemas"
)

var besideGit = flag.String("beside-git", "", "a made-up repository of 10,000 signed approvals to compare with git log --raw; none when empty")

// TestProofBesideGitLog measures what proving every approval of a history adds to reading it, beside git log --raw over the same
// history. It only measures where it is asked for a repository, and otherwise holds a small one to coming to an end.
func TestProofBesideGitLog(t *testing.T) {
	dir := *besideGit
	if dir == "" {
		rules, err := statement.RulesOf(schemas.FS)
		if err != nil {
			t.Fatal(err)
		}
		dir = filepath.Join(t.TempDir(), "demo.git")
		if _, err := demo.Write(t.Context(), dir, demo.Options{Workloads: 6, Organisations: 2, Suppliers: 4, Years: 3, Commits: 150, Bare: true, Rules: rules}); err != nil {
			t.Fatal(err)
		}
	}
	begun := time.Now()
	log := exec.CommandContext(t.Context(), "git", "--git-dir="+dir, "log", "--raw", "--no-abbrev")
	log.Stdout = io.Discard
	if err := log.Run(); err != nil {
		t.Skip("git cannot be run here:", err)
	}
	git := time.Since(begun)

	tool := testTool(t)
	r, err := tool.rules()
	if err != nil {
		t.Fatal(err)
	}
	src, err := tool.open(t.Context(), Question{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	known := load.NewCache()
	loaded, err := tool.read(t.Context(), src, r, known)
	if err != nil {
		t.Fatal(err)
	}
	past, err := tool.past(t.Context(), src, r, known)
	if err != nil {
		t.Fatal(err)
	}
	begun = time.Now()
	if err := attach(past.chain, loaded.Register); err != nil {
		t.Fatal(err)
	}
	statements, valid := 0, 0
	for _, w := range loaded.Register.Workloads {
		for _, j := range approval.ProofOf(w).On(tool.Today).Statements {
			statements++
			if j.State == approval.Valid {
				valid++
			}
		}
	}
	ours := time.Since(begun)
	if valid == 0 {
		t.Error("no approval is valid")
	}
	t.Logf("%d statements proven, %d of them valid, in %s; git log --raw in %s; ratio %.2f", statements, valid, ours, git, ours.Seconds()/git.Seconds())
}
