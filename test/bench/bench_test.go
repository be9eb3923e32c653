//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/feed"
	"example.org/muniment/internal/site"
)

// TestMain lets the test be the processes that the bench starts of itself.
func TestMain(m *testing.M) {
	if os.Getenv(innerName) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// peer names a peer's program when make has built it.
func peer(name string) string {
	path, err := filepath.Abs(filepath.Join("..", "..", "bin", name))
	if err != nil {
		return ""
	}
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

func TestTheBenchRunsAndWritesItsTable(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("the git program is not installed")
	}
	t.Parallel()
	dir := t.TempDir()
	muniment := filepath.Join(dir, "muniment")
	if out, err := exec.Command("go", "build", "-o", muniment, "../../cmd/muniment").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	page := filepath.Join(dir, "performance.md")
	const before, after = "# Performance\n\n", "\n\nWhat is not measured.\n"
	if err := os.WriteFile(page, []byte(before+"<!-- rows: begin; make bench writes this -->\nof last time\n<!-- rows: end -->"+after), 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{
		"-sizes", "20", "-pairs", "1", "-muniment", muniment, "-cue", peer("cue"), "-hugo", peer("hugo"), "-schemas", "../../schemas",
		"-scratch", filepath.Join(dir, "scratch"), "-write", page,
	}
	var out, talk strings.Builder
	if err := run(context.Background(), args, strings.NewReader(""), &out, &talk); err != nil {
		t.Fatalf("%v\n%s", err, talk.String())
	}
	written, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(written)
	if !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) || strings.Contains(text, "of last time") || !strings.Contains(text, out.String()) {
		t.Errorf("the page is\n%s", text)
	}
	for _, row := range []string{
		"| history, wall | S | `git log`, S | R | R to R | 0.8 |",
		"| build after one change, wall | S | own cold build, S | R | R to R | 0.05 |",
		"| nothing changed, wall | S | own cold build, S | R | R to R | 0.03 |",
	} {
		shape := strings.NewReplacer("S", `[0-9.]+ s`, "R", `[0-9.]+`).Replace(regexp.QuoteMeta(row))
		if !regexp.MustCompile(shape).MatchString(text) {
			t.Errorf("there is no row %s in\n%s", row, text)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "scratch", "out-*")); err != nil || len(left) > 0 {
		t.Errorf("what was built is left: %v, %v", left, err)
	}
}

// TestRenderingMakesThePortal: what is measured makes the very files that a report in memory does, the search page aside, which is made
// with an index of texts there.
func TestRenderingMakesThePortal(t *testing.T) {
	t.Parallel()
	ctx, repo, dir := context.Background(), filepath.Join(t.TempDir(), "repo"), t.TempDir()
	if _, err := demo.Write(ctx, repo, demo.Options{Seed: 5, Organisations: 3, Workloads: 8, Suppliers: 5, Years: 3, Commits: 120}); err != nil {
		t.Fatal(err)
	}
	told, place := filepath.Join(dir, "told"), filepath.Join(dir, "public")
	if err := judge(ctx, []string{repo, repo, told}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if err := render(ctx, []string{told, repo, place}, nil, nil); err != nil {
		t.Fatal(err)
	}
	made, err := reportOf(ctx, repo)
	if err != nil {
		t.Fatal(err)
	}
	look, err := looks()
	if err != nil {
		t.Fatal(err)
	}
	files, err := site.Render(made, look, site.Config{Calendar: feed.Calendar})
	if err != nil || len(files) < 200 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		if strings.HasPrefix(f.Path, "search") {
			continue
		}
		if got, err := os.ReadFile(filepath.Join(place, filepath.FromSlash(f.Path))); err != nil || !bytes.Equal(got, f.Data) {
			t.Errorf("%s is another, or %v", f.Path, err)
		}
	}
}

func TestChecksumsTellHistoriesApart(t *testing.T) {
	t.Parallel()
	const id, other = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"
	const none = "0000000000000000000000000000000000000000"
	log := func(author, blob, path string) []byte {
		return fmt.Appendf(nil, "%s\x00%s\x001795163401\x00Subject\x00\n:000000 100644 %s %s A\x00%s\x00%s\x00B\x001795163402\x00Nothing\x00", id, author, none, blob, path, other)
	}
	var want sum
	want.commit(other, "B", 1795163402, "Nothing")
	want.file(id, 0, 0o100644, "", other, "a/b.yaml")
	want.commit(id, "A", 1795163401, "Subject")
	got, err := sumOfLog(log("A", other, "evidence/a/b.yaml"), "evidence/")
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != want.String() {
		t.Errorf("in another order: %s, want %s", got, &want)
	}
	for _, different := range [][]byte{log("C", other, "evidence/a/b.yaml"), log("A", id, "evidence/a/b.yaml"), log("A", other, "evidence/a/c.yaml")} {
		if got, err := sumOfLog(different, "evidence/"); err != nil || got.String() == want.String() {
			t.Errorf("%q has the same checksum, or %v", different, err)
		}
	}
	if _, err := sumOfLog([]byte("fatal: no such thing\x00"), ""); err == nil {
		t.Error("what is no log is taken for one")
	}
}

func TestRatiosAreTakenPairByPair(t *testing.T) {
	t.Parallel()
	var s series
	for _, pair := range [][2]time.Duration{{1, 10}, {60, 200}, {2, 4}} { // the machine was slow for a while
		s.add(cost{Wall: pair[0] * time.Second}, cost{Wall: pair[1] * time.Second})
	}
	if middle, least, most, ok := s.ratio(wall); !ok || middle != 0.3 || least != 0.1 || most != 0.5 {
		t.Errorf("%v from %v to %v, %v; want 0.3 from 0.1 to 0.5", middle, least, most, ok)
	}
	s.add(cost{Wall: time.Second}, cost{})
	if _, _, _, ok := s.ratio(wall); ok {
		t.Error("there is a ratio to a peer that was not run")
	}
}
