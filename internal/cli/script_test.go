package cli_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/muniment/internal/cli"
	"example.org/muniment/internal/forge/forgetest"
	"example.org/muniment/internal/gittest"
	"example.org/muniment/themes"
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
//	theme dir           copies the theme inside the program to dir
//	history file dir    replays the dated history told by a txtar file into a repository
//	forge               starts a GitHub in memory and names it in the environment
//	forge issues        prints its issues, and how many requests wrote
//	forge fault STATUS  lets every request fail; 0 ends that
//	forge pull N AUTHOR MERGED FILE…  makes it hold just this pull request, merged with a commit of the current folder
//	forge review LOGIN STATE COMMIT TIME  adds a review of a commit of the current folder to it
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
			"theme": func(ts *testscript.TestScript, neg bool, args []string) {
				nhs, err := fs.Sub(themes.FS, "nhs")
				ts.Check(err)
				ts.Check(os.CopyFS(ts.MkAbs(args[0]), nhs))
			},
			"forge": forgeCommand,
			"history": func(ts *testscript.TestScript, neg bool, args []string) {
				ts.Check(gittest.Replay(ts.MkAbs(args[0]), ts.MkAbs(args[1])))
			},
		},
	})
}

// forges are the forges of the stories that run, by address.
var forges sync.Map

func forgeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		fake := forgetest.New()
		fake.Assignable = []string{"siro-example"}
		server := httptest.NewServer(fake)
		ts.Defer(server.Close)
		forges.Store(server.URL, fake)
		ts.Setenv("GITHUB_SERVER_URL", server.URL)
		ts.Setenv("GITHUB_REPOSITORY", "example/evidence")
		ts.Setenv("MUNIMENT_FORGE_TOKEN", "token-that-nobody-may-see")
		ts.Setenv("FORGE_HOST", strings.TrimPrefix(server.URL, "http://"))
		return
	}
	found, ok := forges.Load(ts.Getenv("GITHUB_SERVER_URL"))
	if !ok {
		ts.Fatalf("no forge was started")
	}
	fake := found.(*forgetest.Fake)
	switch args[0] {
	case "public":
		fake.Private = false
	case "fault":
		status, err := strconv.Atoi(args[1])
		ts.Check(err)
		fake.Fault = func(*http.Request) forgetest.Fault {
			return forgetest.Fault{Status: status, Header: http.Header{"X-Ratelimit-Remaining": {"9"}}}
		}
		if status == 0 {
			fake.Fault = nil
		}
	case "pull":
		number, err := strconv.Atoi(args[1])
		ts.Check(err)
		merged := commitOf(ts, args[3])
		fake.Pulls = []forgetest.PullRequest{{Number: number, Author: args[2], Base: "main", Head: merged, Merged: true, MergeCommit: merged, Files: args[4:]}}
	case "review":
		at, err := time.Parse(time.RFC3339, args[4])
		ts.Check(err)
		list := &fake.Pulls[0].Reviews
		*list = append(*list, forgetest.Review{ID: int64(len(*list) + 1), Login: args[1], State: args[2], Commit: commitOf(ts, args[3]), At: at})
	case "issues":
		_, writes := fake.Requests()
		var b strings.Builder
		fmt.Fprintf(&b, "%d writes\n", writes)
		for _, i := range fake.Look() {
			fmt.Fprintf(&b, "#%d open=%v %s %v\n%s\n", i.Number, i.Open, i.Title, i.Assignees, i.Body)
		}
		ts.Check(os.WriteFile(ts.MkAbs("issues"), []byte(b.String()), 0o666))
	default:
		ts.Fatalf("usage: forge [issues|public|fault STATUS|pull …|review …]")
	}
}

// commitOf gives the id of a commit of the current folder; what is one already stays.
func commitOf(ts *testscript.TestScript, name string) string {
	if len(name) == 40 {
		return name
	}
	cmd := exec.Command("git", "rev-parse", name)
	cmd.Dir = ts.MkAbs(".")
	out, err := cmd.Output()
	ts.Check(err)
	return strings.TrimSpace(string(out))
}
