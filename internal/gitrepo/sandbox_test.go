package gitrepo_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // London, wherever the tests run

	"example.org/muniment/internal/gitrepo"
)

// sandbox is a folder in which the git program runs with nothing from the machine around it and with a clock of its own:
// each commit is an hour after the one before.
type sandbox struct {
	t    *testing.T
	dir  string
	tick time.Time
}

func newSandbox(t *testing.T) *sandbox {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("the git program is needed to build repositories for this test")
	}
	s := &sandbox{t: t, dir: filepath.Join(t.TempDir(), "repo"), tick: time.Date(2024, 1, 15, 9, 0, 0, 0, time.UTC)}
	s.must(os.Mkdir(s.dir, 0o777))
	s.git("init", "-q", "--initial-branch=main")
	return s
}

// in gives the same sandbox at another folder.
func (s *sandbox) in(dir string) *sandbox {
	return &sandbox{t: s.t, dir: dir, tick: s.tick}
}

func (s *sandbox) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *sandbox) git(args ...string) string {
	s.t.Helper()
	return s.gitWith("", args...)
}

// gitWith runs git with standard input and gives its output without the last line break.
func (s *sandbox) gitWith(stdin string, args ...string) string {
	s.t.Helper()
	cmd := exec.Command("git", args...)
	date := fmt.Sprintf("%d +0000", s.tick.Unix())
	cmd.Dir, cmd.Stdin = s.dir, strings.NewReader(stdin)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME=IG lead", "GIT_AUTHOR_EMAIL=ig-lead@example.org", "GIT_AUTHOR_DATE=" + date,
		"GIT_COMMITTER_NAME=Registrar", "GIT_COMMITTER_EMAIL=registrar@example.org", "GIT_COMMITTER_DATE=" + date,
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		s.t.Fatalf("git %v: %v\n%s", args, err, &stderr)
	}
	return strings.TrimSuffix(string(out), "\n")
}

// write puts a file into the working tree.
func (s *sandbox) write(name, content string) {
	s.t.Helper()
	file := filepath.Join(s.dir, filepath.FromSlash(name))
	s.must(os.MkdirAll(filepath.Dir(file), 0o777))
	s.must(os.WriteFile(file, []byte(content), 0o666))
}

func (s *sandbox) remove(name string) {
	s.t.Helper()
	s.must(os.RemoveAll(filepath.Join(s.dir, filepath.FromSlash(name))))
}

// commit records the whole working tree and gives the commit's id.
func (s *sandbox) commit(subject string) string {
	s.t.Helper()
	s.tick = s.tick.Add(time.Hour)
	s.git("add", "-A")
	s.git("commit", "-q", "--allow-empty", "-m", subject)
	return s.git("rev-parse", "HEAD")
}

// put is write and commit.
func (s *sandbox) put(name, content string) string {
	s.t.Helper()
	s.write(name, content)
	return s.commit("Write " + fmt.Sprintf("%q", name))
}

// rawCommit stores the bytes of a commit as they are and makes them the tip of main.
func (s *sandbox) rawCommit(raw string) string {
	s.t.Helper()
	id := s.gitWith(raw, "hash-object", "-t", "commit", "-w", "--literally", "--stdin")
	s.write(".git/refs/heads/main", id+"\n")
	return id
}

func (s *sandbox) open() *gitrepo.Repo {
	s.t.Helper()
	return openAt(s.t, s.dir)
}

func openAt(t *testing.T, dir string) *gitrepo.Repo {
	t.Helper()
	repo, err := gitrepo.Open(dir, london(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := repo.Close(); err != nil {
			t.Error(err)
		}
	})
	return repo
}

func head(t *testing.T, repo *gitrepo.Repo) gitrepo.Commit {
	t.Helper()
	c, err := repo.Head()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func london(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// fingerprint says what every file below dir holds and when it was last written.
func fingerprint(t *testing.T, dir string) map[string]string {
	t.Helper()
	marks := make(map[string]string)
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		mark := fmt.Sprint(info.Mode(), info.ModTime().UnixNano())
		if d.Type().IsRegular() {
			b, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			mark += fmt.Sprintf(" %x", sha256.Sum256(b))
		}
		marks[name] = mark
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return marks
}
