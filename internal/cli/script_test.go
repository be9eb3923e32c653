package cli_test

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"example.org/muniment/internal/cli"
	"example.org/muniment/internal/gittest"
	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite expected output")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"muniment": func() { os.Exit(cli.Main()) }})
}

// TestScript runs every story in testdata/script in a process and folder of its own. Beside testscript's own commands there are
//
//	status N command…   runs the command and wants exactly the exit status N
//	example dir         copies the repository's living example to dir/evidence
//	history file dir    replays the dated history told by a txtar file into a repository
func TestScript(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a few hundred processes")
	}
	example, err := filepath.Abs("../../evidence")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			// Git, where a story uses it, must not see the settings of whoever runs the test.
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			env.Setenv("GIT_AUTHOR_NAME", "Records Officer")
			env.Setenv("GIT_AUTHOR_EMAIL", "records@example.org")
			env.Setenv("GIT_COMMITTER_NAME", "Records Officer")
			env.Setenv("GIT_COMMITTER_EMAIL", "records@example.org")
			env.Setenv("GIT_AUTHOR_DATE", "2026-11-20T10:00:00Z")
			env.Setenv("GIT_COMMITTER_DATE", "2026-11-20T10:00:00Z")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 2 {
					ts.Fatalf("usage: status N command…")
				}
				err := ts.Exec(args[1], args[2:]...)
				got := 0
				if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
					got = exit.ExitCode()
				} else if err != nil {
					ts.Fatalf("%v", err)
				}
				if strconv.Itoa(got) != args[0] {
					ts.Fatalf("exit status %d, want %s", got, args[0])
				}
			},
			"example": func(ts *testscript.TestScript, neg bool, args []string) {
				ts.Check(os.CopyFS(filepath.Join(ts.MkAbs(args[0]), "evidence"), os.DirFS(example)))
			},
			"history": func(ts *testscript.TestScript, neg bool, args []string) {
				ts.Check(gittest.Replay(ts.MkAbs(args[0]), ts.MkAbs(args[1])))
			},
		},
	})
}
