package publish_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/muniment/internal/publish"
	"github.com/google/go-cmp/cmp"
)

func files(pairs ...string) []publish.File {
	var fs []publish.File
	for i := 0; i < len(pairs); i += 2 {
		fs = append(fs, publish.File{Path: pairs[i], Data: []byte(pairs[i+1])})
	}
	return fs
}

// shown reads the published portal, without its manifest.
func shown(t *testing.T, target string) map[string]string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(target)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	err = fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || p == publish.Manifest {
			return err
		}
		b, err := os.ReadFile(filepath.Join(dir, p))
		got[p] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// writeFiles publishes files one after another.
func writeFiles(ctx context.Context, target string, files []publish.File) (publish.Result, error) {
	w, err := publish.Begin(ctx, target)
	if err != nil {
		return publish.Result{}, err
	}
	defer w.Abort()
	for _, f := range files {
		if err := w.Put(f.Path, f.Data); err != nil {
			return publish.Result{}, err
		}
	}
	return w.Commit(publish.Sum{})
}

func write(t *testing.T, target string, fs []publish.File) publish.Result {
	t.Helper()
	r, err := writeFiles(context.Background(), target, fs)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWrite(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	write(t, target, files("index.html", "one", "a/b.html", "two"))
	if diff := cmp.Diff(map[string]string{"index.html": "one", "a/b.html": "two"}, shown(t, target)); diff != "" {
		t.Error(diff)
	}
	write(t, target, files("index.html", "three", "a", "now a file"))
	write(t, target, files("index.html", "three", "a", "now a file"))
	if diff := cmp.Diff(map[string]string{"index.html": "three", "a": "now a file"}, shown(t, target)); diff != "" {
		t.Error("what no longer belongs stays:", diff)
	}
	again := write(t, target, files("index.html", "three", "a", "now a file"))
	if again.Written != 0 || again.Removed != 0 {
		t.Errorf("the same portal again wrote %d and removed %d files", again.Written, again.Removed)
	}
}

func TestDigestIsOfContentAlone(t *testing.T) {
	t.Parallel()
	one := write(t, filepath.Join(t.TempDir(), "x"), files("a", "1", "b", "2"))
	two := write(t, filepath.Join(t.TempDir(), "y"), files("b", "2", "a", "1"))
	if one.Digest != two.Digest {
		t.Error("order or place changed the digest")
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	full, file, link := filepath.Join(dir, "full"), filepath.Join(dir, "file"), filepath.Join(dir, "link")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(full, "precious"), 0o777), os.WriteFile(file, nil, 0o666), os.Symlink(full, link),
		os.MkdirAll(filepath.Join(dir, "repo", ".git"), 0o777), os.Symlink(filepath.Join("repo", ".git"), filepath.Join(dir, "detour")),
		os.MkdirAll(filepath.Join(dir, "bare", "objects"), 0o777), os.Mkdir(filepath.Join(dir, "bare", "refs"), 0o777), os.WriteFile(filepath.Join(dir, "bare", "HEAD"), nil, 0o666),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for claim, c := range map[string]struct {
		target string
		files  []publish.File
	}{
		"the root of the disk":            {"/", files("a", "")},
		"a folder with other things":      {full, files("a", "")},
		"a file":                          {file, files("a", "")},
		"a link to somewhere else":        {link, files("a", "")},
		"a git directory":                 {filepath.Join(dir, "repo", ".git", "public"), files("a", "")},
		"a git directory through a link":  {filepath.Join(dir, "detour", "new", "public"), files("a", "")},
		"a bare repository":               {filepath.Join(dir, "bare", "public"), files("a", "")},
		"a page outside the portal":       {filepath.Join(dir, "p"), files("../a", "")},
		"an absolute page":                {filepath.Join(dir, "p"), files("/a", "")},
		"two pages that differ by case":   {filepath.Join(dir, "p"), files("a", "", "A", "")},
		"a page in place of the manifest": {filepath.Join(dir, "p"), files("manifest.json", "")},
	} {
		t.Run(claim, func(t *testing.T) {
			if _, err := writeFiles(context.Background(), c.target, c.files); !errors.Is(err, publish.ErrRefused) {
				t.Errorf("got %v, want a refusal", err)
			}
		})
	}
	if _, err := os.Stat(filepath.Join(full, "precious")); err != nil {
		t.Error("a refused target was touched:", err)
	}
}

// A repository from elsewhere may hold links where generations belong. Nothing behind them may be swept away.
func TestLinksInPlaceOfGenerationsAreRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"public.generations", "public.generations/a"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, home := t.TempDir(), t.TempDir()
			precious := filepath.Join(home, "a", "precious")
			for _, err := range []error{
				os.Mkdir(filepath.Join(home, "a"), 0o777), os.WriteFile(precious, nil, 0o666),
				os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777), os.Symlink(filepath.Join(home, strings.TrimPrefix(filepath.Base(name), "public.generations")), filepath.Join(dir, name)),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, err := writeFiles(context.Background(), filepath.Join(dir, "public"), files("index.html", "")); !errors.Is(err, publish.ErrRefused) {
				t.Errorf("got %v, want a refusal", err)
			}
			if _, err := os.Stat(precious); err != nil {
				t.Error("what the link leads to was touched:", err)
			}
		})
	}
}

func TestLinksInsideAGenerationAreReplaced(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	store := filepath.Join(target+".generations", "a")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(store, "old"), 0o777), os.WriteFile(filepath.Join(store, "old", "x.html"), []byte("x"), 0o666),
		os.Symlink("old", filepath.Join(store, "new")), os.Symlink("old/x.html", filepath.Join(store, "y.html")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	write(t, target, files("new/x.html", "x", "y.html", "x"))
	if diff := cmp.Diff(map[string]string{"new/x.html": "x", "y.html": "x"}, shown(t, target)); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Lstat(filepath.Join(target, "y.html")); err != nil || !info.Mode().IsRegular() {
		t.Errorf("y.html is %v, %v; want a regular file", info, err)
	}
}

func TestInterruptedWriteLeavesTheOldPortal(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	write(t, target, files("index.html", "old"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := writeFiles(ctx, target, files("index.html", "new")); err == nil {
		t.Fatal("a cancelled write reported success")
	}
	if diff := cmp.Diff(map[string]string{"index.html": "old"}, shown(t, target)); diff != "" {
		t.Error(diff)
	}
}

// TestKilledWriterLeavesAWholePortal kills a writer at many moments and reads what is published.
func TestKilledWriterLeavesAWholePortal(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	write(t, target, generation("first"))
	for i := range 60 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestWriterProcess$")
		cmd.Env = append(os.Environ(), "PUBLISH_TARGET="+target)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(5+i) * time.Millisecond) // any moment will do: no claim depends on which
		cmd.Process.Kill()
		cmd.Wait()
		holdsManifest(t, target)
		got := shown(t, target)
		name := got["0.html"]
		for p, text := range got {
			if text != name || len(got) != 200 {
				t.Fatalf("kill %d: %d files, %s says %q while 0.html says %q", i, len(got), p, text, name)
			}
		}
	}
}

// TestWriterProcess is the process that the test above kills.
func TestWriterProcess(t *testing.T) {
	target := os.Getenv("PUBLISH_TARGET")
	if target == "" {
		t.Skip("runs only as a child")
	}
	for i := 0; ; i++ {
		text := strings.Repeat("x", i%50)
		w := begin(t, target)
		var work sync.WaitGroup
		for half := range slices.Chunk(generation(text), 100) {
			work.Go(func() {
				for _, f := range half {
					if kept, err := w.KeepFrom(f.Path, from(text)); err == nil && !kept {
						w.PutFrom(f.Path, f.Data, from(text))
					}
				}
			})
		}
		work.Wait()
		commit(t, w)
	}
}

func generation(text string) []publish.File {
	var fs []publish.File
	for i := range 200 {
		fs = append(fs, publish.File{Path: string(rune('0'+i%10)) + strings.Repeat("p", i/10) + ".html", Data: []byte(text)})
	}
	return fs
}
