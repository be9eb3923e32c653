package cache_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/muniment/internal/cache"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func key(i int) cache.Key { return sha256.Sum256(fmt.Append(nil, i)) }

// text is an entry that shrinks when packed, another one for each i.
func text(i int) []byte { return bytes.Repeat(fmt.Appendf(nil, "entry %d; ", i), 50+i%100) }

// noise is an entry that does not.
func noise(i, size int) []byte {
	b := make([]byte, size)
	rand.NewChaCha8([32]byte{byte(i), byte(i >> 8), 1}).Read(b)
	return b
}

func open(t testing.TB, dir string, change ...func(*cache.Options)) *cache.Cache {
	t.Helper()
	o := cache.Options{Now: func() time.Time { return noon }, Note: func(what string) { t.Errorf("note: %s", what) }}
	for _, f := range change {
		f(&o)
	}
	c := cache.Open(dir, o)
	t.Cleanup(c.Close)
	return c
}

// quiet lets a cache say what it will, and gives what it said.
func quiet(said *[]string) func(*cache.Options) {
	return func(o *cache.Options) { o.Note = func(what string) { *said = append(*said, what) } }
}

// has reads entries and tells how many are there; a wrong one fails the test.
func has(t testing.TB, c *cache.Cache, n int) int {
	t.Helper()
	there := 0
	for i := range n {
		got, ok := c.Get("text", key(i))
		if !ok {
			continue
		}
		there++
		if !bytes.Equal(got, text(i)) {
			t.Fatalf("entry %d is wrong", i)
		}
	}
	return there
}

func fill(c *cache.Cache, n int) {
	for i := range n {
		c.Put("text", key(i), text(i))
	}
}

// folder gives a cache folder with n entries.
func folder(t testing.TB, n int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cache")
	c := open(t, dir)
	fill(c, n)
	c.Close()
	return dir
}

func segments(t testing.TB, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.segment"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWhatWasPutIsFound(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cache")
	c := open(t, dir)
	if has(t, c, 100) != 0 {
		t.Error("a new cache has entries")
	}
	fill(c, 100)
	c.Put("noise", key(1), noise(1, 5000))
	c.Put("empty", key(1), nil)
	for _, when := range []string{"at once", "later"} {
		if got := has(t, c, 100); got != 100 {
			t.Errorf("%s: %d of 100 are there", when, got)
		}
		if got, ok := c.Get("noise", key(1)); !ok || !bytes.Equal(got, noise(1, 5000)) {
			t.Errorf("%s: what cannot be packed is not there", when)
		}
		if got, ok := c.Get("empty", key(1)); !ok || len(got) != 0 {
			t.Errorf("%s: an empty entry is not there", when)
		}
		if _, ok := c.Get("other", key(1)); ok {
			t.Errorf("%s: one kind answers for another", when)
		}
		c.Close()
		c = open(t, dir)
	}
	if names := segments(t, dir); len(names) != 1 {
		t.Errorf("reading left %d segments", len(names))
	}
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	dir := folder(t, 3)
	for _, name := range append(segments(t, dir), dir) {
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestNoCacheIsACache(t *testing.T) {
	t.Parallel()
	var c *cache.Cache
	c.Put("text", key(1), text(1))
	if _, ok := c.Get("text", key(1)); ok {
		t.Error("no cache has something")
	}
	c.Close()
}

func TestSeveralGoroutinesAndCaches(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cache")
	var caches sync.WaitGroup
	for range 3 {
		caches.Go(func() {
			for range 3 {
				c := open(t, dir)
				var work sync.WaitGroup
				for k := range 4 {
					work.Go(func() {
						for i := k; i < 200; i += 2 {
							if got, ok := c.Get("text", key(i)); ok && !bytes.Equal(got, text(i)) {
								t.Errorf("entry %d is wrong", i)
							}
							c.Put("text", key(i), text(i))
						}
					})
				}
				work.Wait()
				if got := has(t, c, 200); got != 200 {
					t.Errorf("%d of 200 are there", got)
				}
				c.Close()
			}
		})
	}
	caches.Wait()
	if got := has(t, open(t, dir), 200); got != 200 {
		t.Errorf("%d of 200 are there in the end", got)
	}
}

// Damage is a miss and never an answer, and what is put again is there again.
func TestDamage(t *testing.T) {
	t.Parallel()
	dir := folder(t, 20)
	name := segments(t, dir)[0]
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	step := max(1, len(whole)/150)
	for at := 0; at < len(whole); at += step {
		for claim, damaged := range map[string][]byte{
			"a flipped bit": append(append(append([]byte(nil), whole[:at]...), whole[at]^(1<<(at%8))), whole[at+1:]...),
			"cut short":     whole[:at],
			"a hole":        append(append(append([]byte(nil), whole[:at]...), make([]byte, min(50, len(whole)-at))...), whole[min(len(whole), at+50):]...),
			"bytes gone":    append(append([]byte(nil), whole[:at]...), whole[min(len(whole), at+9):]...),
		} {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			c := open(t, dir)
			has(t, c, 20)
			fill(c, 20)
			c.Close()
			c = open(t, dir)
			if got := has(t, c, 20); got != 20 {
				t.Fatalf("%s at %d: %d of 20 are there after putting all again", claim, at, got)
			}
			c.Close()
		}
	}
}

func TestForeignFilesStay(t *testing.T) {
	t.Parallel()
	dir := folder(t, 3)
	elsewhere := t.TempDir()
	letter := filepath.Join(elsewhere, "letter")
	foreign := map[string]string{"letter.txt": "Dear", "x.segment": "Dear", "y.new": "Dear", "empty.segment": ""}
	for name, text := range foreign {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{
		os.WriteFile(letter, []byte("muniment cache 1\n and more"), 0o600),
		os.Symlink(letter, filepath.Join(dir, "link.segment")), os.Mkdir(filepath.Join(dir, "folder.segment"), 0o700),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	c := open(t, dir, func(o *cache.Options) { o.Limit = 1; o.Now = func() time.Time { return noon.AddDate(50, 0, 0) } })
	c.Close()
	delete(foreign, "empty.segment") // as a kill would leave it
	for name, text := range foreign {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := os.Stat(letter); err != nil {
		t.Error("what a link leads to was touched:", err)
	}
}

func TestUnusableFolders(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link, shared := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "shared")
	for _, err := range []error{
		os.WriteFile(file, nil, 0o600), os.Symlink(folder(t, 3), link), os.Mkdir(shared, 0o700), os.Chmod(shared, 0o777),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for claim, dir := range map[string]string{
		"a file": file, "below a file": filepath.Join(file, "x"), "a link": link, "others may write": shared,
	} {
		t.Run(claim, func(t *testing.T) {
			var said []string
			c := open(t, dir, quiet(&said))
			c.Put("text", key(1), text(1))
			if _, ok := c.Get("text", key(1)); ok {
				t.Error("it is used")
			}
			if len(said) != 1 || !strings.HasPrefix(said[0], "the cache is not used: ") {
				t.Errorf("said %q", said)
			}
		})
	}
}

// A folder that may only be read answers, takes nothing, and says so once.
func TestReadOnlyFolder(t *testing.T) {
	t.Parallel()
	dir := folder(t, 5)
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700) })
	if f, err := os.Create(filepath.Join(dir, "probe")); err == nil {
		f.Close()
		os.Remove(filepath.Join(dir, "probe"))
		t.Skip("this user may write everywhere")
	}
	readOnly(t, dir)
}

// TestFolderThatWentAway is what a full or read-only disk looks like to every user, the one who may write everywhere included.
func TestFolderThatWentAway(t *testing.T) {
	t.Parallel()
	dir := folder(t, 5)
	var said []string
	c := open(t, dir, quiet(&said))
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	fill(c, 20)
	if got := has(t, c, 5); got != 5 {
		t.Errorf("%d of 5 that were open are there", got)
	}
	c.Close()
	if len(said) != 1 || !strings.HasPrefix(said[0], "the cache is read and not written: ") {
		t.Errorf("said %q", said)
	}
}

func readOnly(t *testing.T, dir string) {
	var said []string
	c := open(t, dir, quiet(&said))
	fill(c, 20)
	if got := has(t, c, 20); got != 5 {
		t.Errorf("%d are there, want the 5 that were", got)
	}
	c.Close()
	if len(said) != 1 || !strings.HasPrefix(said[0], "the cache is read and not written: ") {
		t.Errorf("said %q", said)
	}
}

// size is what the files of a cache take on disk.
func size(t testing.TB, dir string) int64 {
	t.Helper()
	var total int64
	for _, name := range segments(t, dir) {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	return total
}

func TestLimit(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cache")
	day := 0
	limited := func(o *cache.Options) {
		o.Limit = 200_000
		o.Now = func() time.Time { return noon.AddDate(0, 0, day) }
	}
	for ; day < 20; day++ { // each day uses what the first put, and puts 30 kB of its own
		c := open(t, dir, limited)
		if day > 0 {
			if got, ok := c.Get("daily", key(0)); !ok || !bytes.Equal(got, noise(0, 5000)) {
				t.Fatalf("day %d: what is used every day is gone", day)
			}
		}
		c.Put("daily", key(0), noise(0, 5000))
		for i := range 3 {
			c.Put("once", key(day*3+i), noise(day*3+i, 10_000))
		}
		c.Close()
		if got := size(t, dir); got > 200_000 {
			t.Fatalf("day %d: %d bytes", day, got)
		}
	}
	c := open(t, dir, limited)
	if _, ok := c.Get("once", key(57)); !ok {
		t.Error("what the last day put is gone")
	}
	if _, ok := c.Get("once", key(30)); ok {
		t.Error("what nobody used for nine days is still there")
	}
}

func TestManySmallBuildsLeaveFewSegments(t *testing.T) {
	t.Parallel()
	dir := folder(t, 100)
	for i := range 40 {
		c := open(t, dir)
		c.Put("one", key(i), text(i))
		c.Close()
	}
	if n := len(segments(t, dir)); n > 10 {
		t.Errorf("%d segments", n)
	}
	c := open(t, dir)
	for i := range 40 {
		if got, ok := c.Get("one", key(i)); !ok || !bytes.Equal(got, text(i)) {
			t.Fatalf("entry %d is gone", i)
		}
	}
	if got := has(t, c, 100); got != 100 {
		t.Errorf("%d of 100 are there", got)
	}
}

func TestWhatAKillLeftIsRemovedAfterADay(t *testing.T) {
	t.Parallel()
	dir := folder(t, 1)
	left := filepath.Join(dir, "abc.new")
	if err := os.WriteFile(left, []byte("muniment cache 1\nand"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(left, noon, noon); err != nil {
		t.Fatal(err)
	}
	open(t, dir).Close()
	if _, err := os.Stat(left); err != nil {
		t.Error("what another build may be writing is gone:", err)
	}
	open(t, dir, func(o *cache.Options) { o.Now = func() time.Time { return noon.AddDate(0, 0, 2) } }).Close()
	if _, err := os.Stat(left); err == nil {
		t.Error("what was left behind is still there")
	}
}

// TestKilledAndTwoAtOnce kills processes that fill one cache, two at a time, and reads what is there.
func TestKilledAndTwoAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("starts many processes")
	}
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cache")
	for i := range 25 {
		ctx, cancel := context.WithCancel(context.Background())
		var both sync.WaitGroup
		for range 2 {
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestFillingProcess$")
			cmd.Env = append(os.Environ(), "CACHE_DIR="+dir)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			both.Go(func() { cmd.Wait() })
		}
		time.Sleep(time.Duration(10+4*i) * time.Millisecond) // any moment will do: no claim depends on which
		cancel()
		both.Wait()
		c := open(t, dir)
		has(t, c, 300)
		c.Close()
	}
	c := open(t, dir)
	fill(c, 300)
	if got := has(t, c, 300); got != 300 {
		t.Errorf("%d of 300 are there", got)
	}
}

// TestFillingProcess is the process that the test above kills.
func TestFillingProcess(t *testing.T) {
	dir := os.Getenv("CACHE_DIR")
	if dir == "" {
		t.Skip("runs only as a child")
	}
	for i := 0; ; i++ {
		c := open(t, dir, func(o *cache.Options) { o.Limit = 300_000; o.Note = nil })
		for j := range 60 {
			n := (i*37 + j) % 300
			if got, ok := c.Get("text", key(n)); ok && !bytes.Equal(got, text(n)) {
				t.Fatalf("entry %d is wrong", n)
			}
			c.Put("text", key(n), text(n))
			c.Put("noise", key(n), noise(n, 3000))
		}
		c.Close()
	}
}

func FuzzSegment(f *testing.F) {
	dir := folder(f, 3)
	whole, err := os.ReadFile(segments(f, dir)[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte("muniment cache 1\n"))
	f.Add([]byte("muniment cache 1\n\x00\x00\x00\x00\x00\x00\x00\x11\nend of segment 1\n"))
	dir = f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		one, err := os.MkdirTemp(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(one)
		if err := os.WriteFile(filepath.Join(one, "x.segment"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		c := open(t, one, func(o *cache.Options) { o.Limit = int64(len(b) / 2); o.Note = nil })
		has(t, c, 3)
		c.Close()
	})
}

func BenchmarkCache(b *testing.B) {
	const n, each = 10_000, 40_000
	page := func(i int) []byte { // text that packs about fivefold, as pages do
		p := make([]byte, 0, each)
		r := rand.New(rand.NewPCG(uint64(i), 1))
		for len(p) < each {
			p = fmt.Appendf(p, "<tr><td class=\"nhsuk-table__cell\">duty %d is met until %d</td></tr>\n", r.IntN(1e6), r.IntN(1e6))
		}
		return p[:each]
	}
	pages := make([][]byte, 500)
	for i := range pages {
		pages[i] = page(i)
	}
	b.Run("put", func(b *testing.B) {
		b.SetBytes(n * each)
		for b.Loop() {
			c := open(b, filepath.Join(b.TempDir(), "cache"))
			for i := range n {
				c.Put("page", key(i), pages[i%len(pages)])
			}
			c.Close()
		}
	})
	dir := filepath.Join(b.TempDir(), "cache")
	c := open(b, dir)
	for i := range n {
		c.Put("page", key(i), pages[i%len(pages)])
	}
	c.Close()
	b.Run("get", func(b *testing.B) {
		b.SetBytes(n * each)
		for b.Loop() {
			c := open(b, dir)
			for i := range n {
				if _, ok := c.Get("page", key(i)); !ok {
					b.Fatal("missing")
				}
			}
			c.Close()
		}
	})
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			c := open(b, dir)
			if _, ok := c.Get("page", key(7)); !ok {
				b.Fatal("missing")
			}
			c.Close()
		}
	})
}
