package publish_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"example.org/muniment/internal/publish"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var key = publish.Sum{1}

func begin(t testing.TB, target string) *publish.Writer {
	t.Helper()
	w, err := publish.Begin(context.Background(), target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Abort)
	return w
}

func commit(t testing.TB, w *publish.Writer) publish.Result {
	t.Helper()
	r, err := w.Commit(key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// publishAll puts every page and commits.
func publishAll(t testing.TB, target string, pages map[string]string) publish.Result {
	t.Helper()
	w := begin(t, target)
	defer w.Abort()
	for p, text := range pages {
		if err := w.PutFrom(p, []byte(text), from(text)); err != nil {
			t.Fatal(err)
		}
	}
	return commit(t, w)
}

func from(text string) publish.Sum { return sha256.Sum256([]byte("made from " + text)) }

// holdsManifest checks every file of the shown portal against its manifest.
func holdsManifest(t testing.TB, target string) {
	t.Helper()
	var list struct {
		Files []struct {
			Path, SHA256 string
			Size         int64
		}
	}
	data, err := os.ReadFile(filepath.Join(target, publish.Manifest))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	for _, f := range list.Files {
		data, err := os.ReadFile(filepath.Join(target, f.Path))
		if sum := sha256.Sum256(data); err != nil || hex.EncodeToString(sum[:]) != f.SHA256 || int64(len(data)) != f.Size {
			t.Errorf("%s is not what the manifest says (%v)", f.Path, err)
		}
	}
}

func numbered(n int) map[string]string {
	pages := map[string]string{}
	for i := range n {
		pages[fmt.Sprintf("workloads/%d.html", i)] = fmt.Sprintf("page %d", i)
	}
	return pages
}

func TestPagesComeFromSeveralGoroutines(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	want := numbered(500)
	for range 3 {
		w := begin(t, target)
		var work sync.WaitGroup
		for p, text := range want {
			work.Go(func() {
				if kept, err := w.KeepFrom(p, from(text)); err != nil || kept {
					return
				}
				w.PutFrom(p, []byte(text), from(text))
			})
		}
		work.Wait()
		commit(t, w)
		if diff := cmp.Diff(want, shown(t, target)); diff != "" {
			t.Fatal(diff)
		}
		holdsManifest(t, target)
		want["workloads/7.html"] += "!"
		delete(want, "workloads/8.html")
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	publishAll(t, target, map[string]string{"a.html": "a", "b.html": "b"})
	for range 3 { // either generation, and what came to it by a link
		w := begin(t, target)
		sum := sha256.Sum256([]byte("a"))
		for claim, c := range map[string]struct {
			keep func() (bool, error)
			want bool
		}{
			"other bytes are not kept":            {func() (bool, error) { return w.Keep("a.html", publish.Sum{2}) }, false},
			"no bytes are not kept":               {func() (bool, error) { return w.Keep("c.html", sum) }, false},
			"made from something else: not kept":  {func() (bool, error) { return w.KeepFrom("b.html", from("a")) }, false},
			"made from nothing known is not kept": {func() (bool, error) { return w.KeepFrom("b.html", publish.Sum{}) }, false},
		} {
			if got, err := c.keep(); err != nil || got != c.want {
				t.Errorf("%s: got %v, %v", claim, got, err)
			}
		}
		if ok, err := w.Keep("a.html", sum); err != nil || !ok {
			t.Errorf("the same bytes are kept: got %v, %v", ok, err)
		}
		if ok, err := w.KeepFrom("b.html", from("b")); err != nil || !ok {
			t.Errorf("made from the same is kept: got %v, %v", ok, err)
		}
		if r := commit(t, w); r.Written != 0 || r.Removed != 0 || r.Files != 3 {
			t.Errorf("keeping everything gives %+v", r)
		}
		if diff := cmp.Diff(map[string]string{"a.html": "a", "b.html": "b"}, shown(t, target)); diff != "" {
			t.Error(diff)
		}
		holdsManifest(t, target)
	}
}

// Whoever keeps the pages of a subject and misses one makes them all.
func TestAKeptPageMayBePutAfterAll(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	pages := map[string]string{"a.html": "a", "a.json": "a"}
	publishAll(t, target, pages)
	pages["a.html"] = "b"
	for i := range 6 {
		publishAll(t, target, pages)
		before := shown(t, target)
		if err := os.Remove(filepath.Join(target+".generations", []string{"b", "a"}[i%2], "a.json")); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(target+".generations", []string{"a", "b"}[i%2], "a.json")); err != nil {
			t.Fatal(err)
		}
		delete(before, "a.json")
		w := begin(t, target)
		if kept, err := w.KeepFrom("a.html", from(pages["a.html"])); err != nil || !kept {
			t.Fatalf("build %d: the unharmed page is not kept: %v, %v", i, kept, err)
		}
		if kept, err := w.KeepFrom("a.json", from(pages["a.json"])); err != nil || kept {
			t.Fatalf("build %d: the harmed page is kept: %v, %v", i, kept, err)
		}
		pages["a.html"] = []string{pages["a.html"], fmt.Sprint(i), "as long"}[i%3]
		for p, text := range pages {
			if err := w.PutFrom(p, []byte(text), from(text)); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(before, shown(t, target)); diff != "" {
			t.Fatal("the shown portal changed:", diff)
		}
		if err := w.Put("b", nil); err != nil {
			t.Fatal(err)
		}
		if r := commit(t, w); r.Written > 4 || r.Written < 2 {
			t.Errorf("build %d: %+v", i, r)
		}
		if diff := cmp.Diff(map[string]string{"a.html": pages["a.html"], "a.json": "a", "b": ""}, shown(t, target)); diff != "" {
			t.Fatal(diff)
		}
		holdsManifest(t, target)
	}
}

func TestResultTellsWhatIsNewAgainstTheShownPortal(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	if r := publishAll(t, target, map[string]string{"a": "1", "b": "1"}); r.Files != 3 || r.Written != 3 || r.Removed != 0 {
		t.Errorf("first: %+v", r)
	}
	if r := publishAll(t, target, map[string]string{"a": "2", "c": "1"}); r.Files != 3 || r.Written != 3 || r.Removed != 1 {
		t.Errorf("one changed, one new, one gone, and the manifest: %+v", r)
	}
	if r := publishAll(t, target, map[string]string{"a": "1", "b": "1"}); r.Written != 3 || r.Removed != 1 {
		t.Errorf("what the older generation still has is new all the same: %+v", r)
	}
}

// An edit of a published page must not survive a build, whatever it does to hide, and a portal with one is not current.
func TestHandsOnThePortalAreNoticed(t *testing.T) {
	t.Parallel()
	pages := numbered(20)
	for claim, harm := range map[string]func(dir string) error{
		"edited": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "workloads/3.html"), []byte("pagf 3"), 0)
		},
		"longer": func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "workloads/3.html"), []byte("page 3!"), 0)
		},
		"replaced": func(dir string) error { return replace(filepath.Join(dir, "workloads/3.html"), "pagf 3") },
		"edited with its times set back": func(dir string) error {
			name := filepath.Join(dir, "workloads/3.html")
			info, err := os.Stat(name)
			return errors.Join(err, os.WriteFile(name, []byte("pagf 3"), 0), os.Chtimes(name, info.ModTime(), info.ModTime()))
		},
		"removed": func(dir string) error { return os.Remove(filepath.Join(dir, "workloads/3.html")) },
		"a link to right bytes": func(dir string) error {
			name := filepath.Join(dir, "workloads/3.html")
			return errors.Join(os.Rename(name, dir+"-aside"), os.Symlink(dir+"-aside", name))
		},
		"something beside":    func(dir string) error { return os.WriteFile(filepath.Join(dir, "note.txt"), nil, 0o666) },
		"a folder beside":     func(dir string) error { return os.Mkdir(filepath.Join(dir, "notes"), 0o777) },
		"the manifest edited": func(dir string) error { return os.WriteFile(filepath.Join(dir, publish.Manifest), []byte("{}"), 0) },
		"a folder moved":      func(dir string) error { return os.Rename(filepath.Join(dir, "workloads"), filepath.Join(dir, "w")) },
		"a folder made a file": func(dir string) error {
			return errors.Join(os.RemoveAll(filepath.Join(dir, "workloads")), os.WriteFile(filepath.Join(dir, "workloads"), nil, 0o666))
		},
	} {
		for _, by := range []string{"put", "keep"} {
			t.Run(claim+", then "+by, func(t *testing.T) {
				t.Parallel()
				target := filepath.Join(t.TempDir(), "public")
				publishAll(t, target, pages)
				if _, ok := publish.Current(target, key); !ok {
					t.Fatal("an untouched portal is not current")
				}
				dir, err := filepath.EvalSymlinks(target)
				if err := errors.Join(err, harm(dir)); err != nil {
					t.Fatal(err)
				}
				if _, ok := publish.Current(target, key); ok {
					t.Error("a harmed portal is called current")
				}
				for range 2 { // the generation beside it and the harmed one itself
					w := begin(t, target)
					for p, text := range pages {
						if by == "keep" {
							if kept, err := w.KeepFrom(p, from(text)); err != nil || kept {
								continue
							}
						}
						if err := w.PutFrom(p, []byte(text), from(text)); err != nil {
							t.Fatal(err)
						}
					}
					commit(t, w)
					if diff := cmp.Diff(pages, shown(t, target)); diff != "" {
						t.Error(diff)
					}
					holdsManifest(t, target)
					if _, ok := publish.Current(target, key); !ok {
						t.Error("a repaired portal is not current")
					}
				}
			})
		}
	}
}

func replace(name, text string) error {
	return errors.Join(os.WriteFile(name+"~", []byte(text), 0o666), os.Rename(name+"~", name))
}

func TestCurrent(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	if _, ok := publish.Current(target, key); ok {
		t.Error("no portal is current")
	}
	made := publishAll(t, target, numbered(3))
	got, ok := publish.Current(target, key)
	if !ok || got.Digest != made.Digest || got.Files != made.Files || got.Written != 0 {
		t.Errorf("got %+v, %v; made %+v", got, ok, made)
	}
	if _, ok := publish.Current(target, publish.Sum{2}); ok {
		t.Error("a portal made from something else is current")
	}
	w := begin(t, target)
	if _, err := w.Commit(publish.Sum{}); err != nil {
		t.Fatal(err)
	}
	if _, ok := publish.Current(target, publish.Sum{}); ok {
		t.Error("a portal made from nothing known is current")
	}
}

func TestAnotherWriterIsRefused(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	w := begin(t, target)
	if _, err := publish.Begin(context.Background(), target); !errors.Is(err, publish.ErrRefused) {
		t.Errorf("got %v, want a refusal", err)
	}
	w.Abort()
	begin(t, target)
}

func TestNothingIsPublishedAfterTrouble(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	publishAll(t, target, map[string]string{"a": "old"})
	for claim, trouble := range map[string]func(w *publish.Writer) error{
		"a page and a folder": func(w *publish.Writer) error { return errors.Join(w.Put("x/y", nil), w.Put("x", nil)) },
		"a folder and a page": func(w *publish.Writer) error { return errors.Join(w.Put("X", nil), w.Put("x/y", nil)) },
		"a page twice":        func(w *publish.Writer) error { return errors.Join(w.Put("x", nil), w.Put("x", nil)) },
		"put and kept": func(w *publish.Writer) error {
			_, err := w.Keep("x", key)
			return errors.Join(w.Put("x", nil), w.Put("x", nil), err)
		},
	} {
		t.Run(claim, func(t *testing.T) {
			w := begin(t, target)
			if err := w.Put("a", []byte("new")); err != nil {
				t.Fatal(err)
			}
			if err := trouble(w); !errors.Is(err, publish.ErrRefused) {
				t.Errorf("got %v, want a refusal", err)
			}
			if _, err := w.Commit(key); !errors.Is(err, publish.ErrRefused) {
				t.Errorf("committing gives %v, want the refusal", err)
			}
			if diff := cmp.Diff(map[string]string{"a": "old"}, shown(t, target)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("given up", func(t *testing.T) {
		w := begin(t, target)
		w.Put("a", []byte("new"))
		w.Abort()
		if _, err := w.Commit(key); err == nil {
			t.Error("a portal that was given up was published")
		}
		if diff := cmp.Diff(map[string]string{"a": "old"}, shown(t, target)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a page that could not be kept leaves its place free", func(t *testing.T) {
		w := begin(t, target)
		if kept, err := w.Keep("x/y", key); kept || err != nil {
			t.Fatal(kept, err)
		}
		if err := w.Put("x", nil); err != nil {
			t.Error(err)
		}
	})
}

// The shown generation shares files with the one that is written. It must not change with it.
func TestTheShownPortalStaysWhileTheNextIsWritten(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	pages := numbered(10)
	for i := range 5 {
		publishAll(t, target, pages)
		before := shown(t, target)
		w := begin(t, target)
		for p := range pages {
			pages[p] = fmt.Sprint(p, i)
			if err := w.Put(p, []byte(pages[p])); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(before, shown(t, target)); diff != "" {
			t.Fatal("the shown portal changed:", diff)
		}
		w.Abort()
		holdsManifest(t, target)
	}
}

func TestPagesBecomeFoldersAndFoldersPages(t *testing.T) {
	t.Parallel()
	target := filepath.Join(t.TempDir(), "public")
	for i := range 6 {
		pages := map[string]string{"a": "a page", "b/x": "below", "b/c/y": "below", "z": "z"}
		if i%3 == 1 {
			pages = map[string]string{"a/x": "below", "a/c/y": "below", "b": "a page", "z": "z"}
		}
		publishAll(t, target, pages)
		if diff := cmp.Diff(pages, shown(t, target)); diff != "" {
			t.Fatal(diff)
		}
		holdsManifest(t, target)
	}
}

// TestWorkFollowsChange counts what is done to the disk. It and those below it set hooks for the whole package, so they do
// not run in parallel.
func TestWorkFollowsChange(t *testing.T) {
	target := filepath.Join(t.TempDir(), "public")
	pages := numbered(1000)
	publishAll(t, target, pages)
	for i := range 4 {
		pages["workloads/3.html"] = fmt.Sprint("changed ", i)
		count := map[string]int{}
		undo := publish.SetBefore(func(what string) { count[what]++ })
		w := begin(t, target)
		for p, text := range pages {
			kept, err := w.KeepFrom(p, from(text))
			if err == nil && !kept {
				err = w.PutFrom(p, []byte(text), from(text))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		r := commit(t, w)
		undo()
		if written := count["write a page"] + count["write over a page"]; written != 2 || count["link a page"] != 0 || r.Written != 2 {
			t.Errorf("build %d did %v, %+v; want the page and the manifest written and nothing else", i, count, r)
		}
	}
	pages["workloads/3.html"] = "settled"
	publishAll(t, target, pages)
	count := map[string]int{}
	defer publish.SetBefore(func(what string) { count[what]++ })()
	publishAll(t, target, pages)
	if count["link a page"] != 2 || count["write a page"]+count["write over a page"] != 0 {
		t.Errorf("nothing changed, and the build did %v; want the last change linked", count)
	}
}

func TestWhereLinksAreRefusedPagesAreCopied(t *testing.T) {
	defer publish.RefuseLinks()()
	target := filepath.Join(t.TempDir(), "public")
	pages := numbered(10)
	for i := range 4 {
		if r := publishAll(t, target, pages); i > 0 && i%2 == 0 && r.Written != 2 {
			t.Errorf("one change gives %+v", r)
		}
		if diff := cmp.Diff(pages, shown(t, target)); diff != "" {
			t.Fatal(diff)
		}
		if i%2 == 1 {
			pages["workloads/1.html"] = fmt.Sprint(i)
		}
	}
}

// errKilled is what a simulated kill panics with.
var errKilled = errors.New("killed")

// TestKilledBeforeAnyStep stops a build before each thing that it does to the disk, in turn, as a kill would.
func TestKilledBeforeAnyStep(t *testing.T) {
	first := map[string]string{"a": "1", "b/x": "1", "b/y": "1", "c": "1"}
	last := map[string]string{"a": "2", "b/x": "1", "b/z": "2", "c/d": "2"}
	for _, shownBefore := range []int{0, 1, 2, 3} { // how many portals were published before
		for n, finished := 0, false; !finished; n++ {
			target := filepath.Join(t.TempDir(), "public")
			for i := range shownBefore {
				first["a"] = fmt.Sprint(i)
				publishAll(t, target, first)
			}
			finished = killedAt(t, n, func() { publishAll(t, target, last) })
			switch _, err := os.Lstat(target); {
			case err != nil && shownBefore > 0:
				t.Fatalf("step %d: %v", n, err)
			case err == nil:
				holdsManifest(t, target)
				if got := shown(t, target); !maps.Equal(got, first) && !maps.Equal(got, last) {
					t.Fatalf("step %d shows %v", n, got)
				}
			}
			if n > 500 {
				t.Fatal("a build never ends")
			}
			publishAll(t, target, last) // the next build is none the worse
			if diff := cmp.Diff(last, shown(t, target)); diff != "" {
				t.Fatalf("step %d: %s", n, diff)
			}
			holdsManifest(t, target)
		}
	}
}

// killedAt runs build and stops it before its nth step. True means that it ended before.
func killedAt(t testing.TB, n int, build func()) (finished bool) {
	t.Helper()
	step := 0
	defer publish.SetBefore(func(string) {
		if step == n {
			panic(errKilled)
		}
		step++
	})()
	defer func() {
		if trouble := recover(); trouble != nil && trouble != errKilled {
			panic(trouble)
		}
	}()
	build()
	return true
}

// TestAnyHistory plays random builds, kills, edits by hand and lost records, and wants after each whole build what a first build
// into an empty folder gives.
func TestAnyHistory(t *testing.T) {
	names := []string{"a", "b", "b/x", "b/y", "c/d/e", "c/d", "f", "g/h", "g/i"}
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			rt.Fatal(err)
		}
		target := filepath.Join(dir, "public")
		for range rapid.IntRange(1, 8).Draw(rt, "builds") {
			pages := map[string]string{}
			for _, p := range names {
				if text := rapid.IntRange(-2, 2).Draw(rt, p); text >= 0 && free(pages, p) {
					pages[p] = fmt.Sprint("text ", text)
				}
			}
			build := func() {
				w, err := publish.Begin(context.Background(), target)
				if err != nil {
					rt.Fatal(err)
				}
				defer w.Abort()
				for _, p := range slices.Sorted(maps.Keys(pages)) {
					asked := rapid.SampledFrom([]string{pages[p], "text 0"}).Draw(rt, "asked for")
					kept, err := w.KeepFrom(p, from(asked))
					if err == nil && (!kept || asked != pages[p] || rapid.Bool().Draw(rt, "put after all")) {
						err = w.PutFrom(p, []byte(pages[p]), from(pages[p]))
					}
					if err != nil {
						rt.Fatal(err)
					}
				}
				if _, err := w.Commit(key); err != nil {
					rt.Fatal(err)
				}
			}
			if n := rapid.IntRange(0, 60).Draw(rt, "killed at"); n < 30 {
				killedAt(t, n, build)
			}
			harm(rt, target+".generations")
			build()
			if diff := cmp.Diff(pages, shown(t, target)); diff != "" {
				rt.Fatal(diff)
			}
			holdsManifest(t, target)
			if _, ok := publish.Current(target, key); !ok {
				rt.Fatal("a portal just made is not current")
			}
		}
	})
}

// free tells whether p can be a page beside pages.
func free(pages map[string]string, p string) bool {
	for q := range pages {
		if len(q) < len(p) && p[:len(q)+1] == q+"/" || len(p) < len(q) && q[:len(p)+1] == p+"/" {
			return false
		}
	}
	return true
}

// harm does to a store what people and disks do.
func harm(rt *rapid.T, store string) {
	var all []string
	filepath.Walk(store, func(p string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() && info.Name() != "lock" {
			all = append(all, p)
		}
		return nil
	})
	for range rapid.IntRange(0, 2).Draw(rt, "harms") {
		if len(all) == 0 {
			return
		}
		name := rapid.SampledFrom(all).Draw(rt, "harmed")
		switch rapid.IntRange(0, 4).Draw(rt, "harm") {
		case 0:
			os.Remove(name)
		case 1:
			os.WriteFile(name, []byte("text 9"), 0o666)
		case 2:
			replace(name, "text 9")
		case 3:
			os.Link(name, filepath.Join(filepath.Dir(name), "beside"))
		case 4:
			if b, err := os.ReadFile(name); err == nil && len(b) > 0 {
				b[len(b)/2] ^= 1
				os.WriteFile(name, b, 0o666)
			}
		}
	}
}

func TestManifestIsPlainJSON(t *testing.T) {
	t.Parallel()
	for _, paths := range [][]string{nil, {"a"}, {"a & b/<c>.html", "d\n\u2028é\"", "e"}} {
		own, want, err := publish.ManifestOf(paths, map[string]int64{"a": 12, "e": 1 << 40})
		if err != nil || !bytes.Equal(own, want) {
			t.Errorf("%q: %v\n%s\nwant\n%s", paths, err, own, want)
		}
	}
}

func FuzzRecord(f *testing.F) {
	target := filepath.Join(f.TempDir(), "public")
	publishAll(f, target, numbered(3))
	record, err := os.ReadFile(filepath.Join(target+".generations", "a.record"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(record[:len(record)-sha256.Size])
	f.Add([]byte("muniment generation 1\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		sum := sha256.Sum256(body)
		whole := append(slices.Clone(body), sum[:]...)
		if again := publish.ReencodedRecord(whole); again != nil && len(again) != len(whole) {
			t.Errorf("a record of %d bytes means one of %d", len(whole), len(again))
		}
		publish.ReencodedRecord(body)
	})
}
