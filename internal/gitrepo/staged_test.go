package gitrepo_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// settle makes git's list look as if it had been written long after every file, so that it may vouch for them.
func (s *sandbox) settle() {
	s.t.Helper()
	later := time.Now().Add(time.Hour)
	s.must(os.Chtimes(filepath.Join(s.dir, ".git", "index"), later, later))
}

func vouching(t *testing.T) *sandbox {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("every file is read here")
	}
	s := newSandbox(t)
	for i := range 12 {
		s.write(fmt.Sprintf("evidence/f%d/a.yaml", i), fmt.Sprintf("content %03d\n", i))
	}
	s.commit("Begin")
	s.settle()
	if got := s.open().Vouched("evidence"); len(got) != 12 {
		t.Fatalf("%q are vouched for, want all 12", got)
	}
	return s
}

func TestGitsListVouchesOnlyForWhatNobodyTouched(t *testing.T) {
	const name = "evidence/f3/a.yaml"
	for _, c := range []struct {
		name   string
		change func(*sandbox)
		dirty  bool
	}{
		{"another text of the same length, at the same time", func(s *sandbox) {
			file := filepath.Join(s.dir, name)
			info, err := os.Stat(file)
			s.must(err)
			s.write(name, "content 004\n")
			s.must(os.Chtimes(file, info.ModTime(), info.ModTime()))
		}, true},
		{"another file of the same length and time in its place", func(s *sandbox) {
			file := filepath.Join(s.dir, name)
			info, err := os.Stat(file)
			s.must(err)
			s.write("new", "content 004\n")
			s.must(os.Chtimes(filepath.Join(s.dir, "new"), info.ModTime(), info.ModTime()))
			s.must(os.Rename(filepath.Join(s.dir, "new"), file))
		}, true},
		{"the same text written again", func(s *sandbox) { s.write(name, "content 003\n") }, false},
		{"another text that is staged", func(s *sandbox) { s.write(name, "content 004\n"); s.git("add", "-A"); s.settle() }, true},
		{"another text that is staged, and the old one back", func(s *sandbox) {
			s.write(name, "content 004\n")
			s.git("add", "-A")
			s.write(name, "content 003\n")
			s.settle()
		}, false},
		{"another text that git is told to overlook", func(s *sandbox) {
			s.git("update-index", "--assume-unchanged", name)
			s.write(name, "content 004\n")
			s.settle()
		}, true},
		{"line ends that git takes away when it stores", func(s *sandbox) {
			s.git("config", "core.autocrlf", "input")
			s.write(name, "content 003\r\n")
			s.git("add", "-A")
			s.settle()
		}, true},
		{"bytes that a filter made of it", func(s *sandbox) {
			s.git("config", "filter.other.clean", "sed s/4/3/")
			s.git("config", "filter.other.smudge", "cat")
			s.write("evidence/.gitattributes", "*.yaml filter=other\n")
			s.write(name, "content 004\n")
			s.git("add", "-A")
			s.git("commit", "-q", "-m", "Filter")
			s.settle()
		}, true},
		{"the same filter, named inside git's own folder", func(s *sandbox) {
			s.git("config", "filter.other.clean", "sed s/4/3/")
			s.write(".git/info/attributes", "*.yaml filter=other\n")
			s.write(name, "content 004\n")
			s.git("add", "-A")
			s.settle()
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := vouching(t)
			c.change(s)
			got, err := s.open().Dirty("evidence")
			if err != nil || slices.Contains(got, "f3/a.yaml") != c.dirty {
				t.Errorf("%q is dirty, %v", got, err)
			}
		})
	}
}

func TestNothingIsVouchedForThatMayHaveChangedInTheSameTick(t *testing.T) {
	s := vouching(t)
	file := filepath.Join(s.dir, ".git", "index")
	long := time.Now().Add(-time.Hour)
	s.must(os.Chtimes(file, long, long))
	if got := s.open().Vouched("evidence"); got != nil {
		t.Errorf("%q are vouched for by a list that is older than they are", got)
	}
	s.must(os.WriteFile(file, []byte("DIRC nonsense"), 0o666))
	if got, err := s.open().Dirty("evidence"); err != nil || got != nil {
		t.Errorf("with a damaged list %q is dirty, %v", got, err)
	}
}

// TestDirtyIsWhatGitSays edits, touches, removes, stages and commits at random, and asks git after each.
func TestDirtyIsWhatGitSays(t *testing.T) {
	s := vouching(t)
	random := rand.New(rand.NewPCG(7, 11))
	for i := range 60 {
		name := fmt.Sprintf("evidence/f%d/%c.yaml", random.IntN(12), "aab"[random.IntN(3)])
		file := filepath.Join(s.dir, filepath.FromSlash(name))
		switch random.IntN(7) {
		case 0, 1, 2: // of one length, and most often within a tick of the clock
			s.write(name, fmt.Sprintf("content %03d\n", random.IntN(12)))
		case 3:
			s.remove(name)
		case 4:
			if info, err := os.Stat(file); err == nil {
				s.write(name, fmt.Sprintf("content %03d\n", random.IntN(12)))
				s.must(os.Chtimes(file, info.ModTime(), info.ModTime()))
			}
		case 5:
			s.git("add", "-A")
		default:
			s.commit("Go on")
		}
		if random.IntN(3) == 0 {
			s.settle()
		}
		got, err := s.open().Dirty("evidence")
		if err != nil {
			t.Fatal(err)
		}
		// A list that seems older than every file makes git compare bytes: it looks at whole seconds, and would overlook some changes.
		list := filepath.Join(s.dir, ".git", "index")
		was, err := os.Stat(list)
		s.must(err)
		s.must(os.Chtimes(list, time.Unix(1e9, 0), time.Unix(1e9, 0)))
		var want []string
		for _, line := range strings.Split(s.gitWith("", "--no-optional-locks", "status", "--porcelain", "--no-renames", "-uall", "--", "evidence"), "\n") {
			if line == "" {
				continue
			}
			name := line[3:]
			// Git tells of what is staged too; the bytes that lie there are what would be judged.
			has, err := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
			if err != nil || s.git("ls-tree", "--format=%(objectname)", "HEAD", "--", name) != s.gitWith(string(has), "hash-object", "--stdin") {
				want = append(want, strings.TrimPrefix(name, "evidence/"))
			}
		}
		s.must(os.Chtimes(list, was.ModTime(), was.ModTime()))
		slices.Sort(want)
		if !slices.Equal(slices.Compact(want), got) {
			t.Fatalf("step %d: %q is dirty, git says %q", i, got, want)
		}
	}
}
