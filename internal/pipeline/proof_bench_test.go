//go:build unix

package pipeline

import (
	"flag"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/statement"
	"example.org/muniment/schemas"
)

var besideGit = flag.String("beside-git", "", "a made-up repository of 10,000 signed approvals to compare with git log --raw; none when empty")

// spent is how long something took, and what time this process had for it on all processors together, of which a busy machine
// changes little.
type spent struct{ wall, processor time.Duration }

// watch begins to measure; what it gives ends that.
func watch(t *testing.T) func() spent {
	t.Helper()
	runtime.GC() // what was left behind before is not part of it
	processor := func() time.Duration {
		var used syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
			t.Fatal(err)
		}
		return time.Duration(used.Utime.Nano() + used.Stime.Nano())
	}
	begun, had := time.Now(), processor()
	return func() spent { return spent{time.Since(begun), processor() - had} }
}

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
	log := exec.CommandContext(t.Context(), "git", "--git-dir="+dir, "log", "--raw", "--no-abbrev")
	log.Stdout = io.Discard
	stop := watch(t)
	if err := log.Run(); err != nil {
		t.Skip("git cannot be run here:", err)
	}
	git := spent{stop().wall, log.ProcessState.UserTime() + log.ProcessState.SystemTime()}

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
	stop = watch(t)
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
	proven := stop()
	verified := signatures(t, src.files, loaded.Register)
	if valid == 0 {
		t.Error("no approval is valid")
	}
	t.Logf("%d statements, %d of them valid: proven in %s, and their signatures, which reading the evidence verifies, in %s; git log --raw in %s; ratio %.2f (processor time: %s, %s, %s; ratio %.2f)",
		statements, valid, proven.wall, verified.wall, git.wall, (proven.wall+verified.wall).Seconds()/git.wall.Seconds(),
		proven.processor, verified.processor, git.processor, (proven.processor+verified.processor).Seconds()/git.processor.Seconds())
}

// signatures measures what reading the evidence does once for the signature of each approval in it.
func signatures(t *testing.T, files fs.FS, reg *register.Register) spent {
	t.Helper()
	var all [][2][]byte
	for _, w := range reg.Workloads {
		for _, a := range w.Approvals {
			src, err := fs.ReadFile(files, a.Record.Path)
			if err != nil {
				t.Fatal(err)
			}
			if sig, err := fs.ReadFile(files, a.Record.Path+record.SignatureEnding); err == nil {
				all = append(all, [2][]byte{src, sig})
			}
		}
	}
	stop := watch(t)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for few := range slices.Chunk(all, 16) {
		group.Go(func() error {
			for _, one := range few {
				approval.Open(one[0], one[1])
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	return stop()
}
