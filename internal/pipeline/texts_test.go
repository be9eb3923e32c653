package pipeline

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.org/muniment/internal/cache"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/publish"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/theme"
)

// watched notes which parts of the index of texts are made; others are carried over.
type watched struct {
	sheets
	mu   sync.Mutex
	made []string
}

func (w *watched) PutFrom(path string, data []byte, from publish.Sum) error {
	if strings.HasPrefix(path, "search/texts-") {
		w.mu.Lock()
		w.made = append(w.made, path)
		w.mu.Unlock()
	}
	return w.sheets.PutFrom(path, data, from)
}

// index builds the portal with the cache, and gives the parts of the index of texts that it made and all that it has.
func (c *carried) index(look *theme.Theme) (made, all []string) {
	c.t.Helper()
	kept := cache.Open(c.cache, cache.Options{Now: func() time.Time { return time.Unix(int64(c.now), 0) }})
	defer kept.Close()
	tool := testTool(c.t)
	tool.Cache = kept
	q := Question{Dir: c.dir, AsOf: c.asOf}
	r, src, err := tool.begin(c.t.Context(), q)
	if err != nil {
		c.t.Fatal(err)
	}
	defer src.close()
	w, err := publish.Begin(c.t.Context(), c.out)
	if err != nil {
		c.t.Fatal(err)
	}
	defer w.Abort()
	p, err := tool.prepare(c.t.Context(), src, r, q, look)
	if err != nil {
		c.t.Fatal(err)
	}
	to := &watched{sheets: unpublished{w}}
	if _, err = p.print(c.t.Context(), to); err == nil {
		_, err = w.Commit(publish.Sum{})
	}
	if err != nil {
		c.t.Fatal(err)
	}
	p.remember()
	if all, err = filepath.Glob(filepath.Join(c.out, "search", "texts-*.js")); err != nil {
		c.t.Fatal(err)
	}
	for i, name := range all {
		all[i] = "search/" + filepath.Base(name)
	}
	return to.made, all
}

// TestTextsAreIndexedAgainOnlyWhenOneChanges builds one portal after another.
func TestTextsAreIndexedAgainOnlyWhenOneChanges(t *testing.T) {
	t.Parallel()
	c := carry(t, demo.Options{Seed: 3, Workloads: 6, Organisations: 2, Suppliers: 3, Years: 2, Commits: 60})
	look := openLook(t)
	made, before := c.index(look)
	if len(made) != 1 || !slices.Equal(made, before) {
		t.Fatalf("made %v, there are %v", made, before)
	}
	for _, step := range []struct {
		name   string
		change func()
		again  bool
	}{
		{"the next day that is judged", func() { c.asOf = c.asOf.AddDays(1) }, false},
		{"a remark that no page shows", func() { c.append(c.files("organisations/*/workloads/*/workload.yaml")[0], "# quixotry\n") }, false},
		{"a signature goes", func() { c.git("rm", "-q", c.files("organisations/*/workloads/*/approvals/*.sig")[0]) }, false},
		{"a word more in an impact assessment", func() { c.append(c.files("organisations/*/workloads/*/dpia.md")[0], "\nQuixotry.\n") }, true},
		{"how long data is kept", func() {
			c.edit("organisations/*/workloads/*/assessment.yaml", `^  retention: (.*)`, "  retention: Quixotic $1", false)
		}, true},
		{"a supplier's notice", func() { c.edit("suppliers/*/notices/*.yaml", `^title: (.*)`, "title: Quixotic $1", false) }, true},
		{"a workload goes", func() {
			c.git("rm", "-rq", filepath.Dir(c.files("organisations/*/workloads/*/workload.yaml")[1]))
		}, true},
	} {
		step.change()
		if c.git("status", "--porcelain") != "" {
			c.commit(step.name, 60)
		}
		made, after := c.index(look)
		if len(after) != 1 || (len(made) > 0) != step.again || slices.Equal(before, after) == step.again {
			t.Errorf("%s: made %v, before there were %v and now %v", step.name, made, before, after)
		}
		before = after
	}
	// A portal for the public has none at all.
	files, _, err := testTool(t).Render(t.Context(), Question{Dir: c.dir, AsOf: c.asOf, Profile: report.Open}, look)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.Contains(f.Path, "texts") || f.Path == "search.html" && strings.Contains(string(f.Data), "data-inside") {
			t.Errorf("a portal for the public has %s", f.Path)
		}
	}
}
