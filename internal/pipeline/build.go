package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"example.org/muniment/internal/cache"
	"example.org/muniment/internal/publish"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/theme"
)

// SiteRoot is the folder with the portal's configuration and authored pages.
const SiteRoot = "site"

// Built says what building a portal did. It is the JSON document of muniment build.
type Built struct {
	report.Origin
	Out     string         `json:"out"`             // the folder the portal can be opened in
	Files   int            `json:"files"`           // pages and files of the portal
	Written int            `json:"new"`             // of them, new or changed in this folder
	Digest  string         `json:"digest"`          // SHA-256 over the portal's manifest
	Summary report.Summary `json:"summary"`         // of an open portal nothing is counted
	Shown   int            `json:"shown,omitempty"` // of an open portal: workloads of which anything is shown

	Workloads []report.WorkloadRow `json:"-"`
}

// Render makes the portal in memory.
func (t *Tool) Render(ctx context.Context, q Question, look *theme.Theme) ([]publish.File, []string, error) {
	r, src, err := t.begin(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	defer src.close()
	m := new(memory)
	if q.Profile == report.Open {
		_, _, err = t.printOpen(ctx, src, r, q, look, m)
	} else {
		var p *press
		if p, err = t.prepare(ctx, src, r, q, look); err == nil {
			_, err = p.print(ctx, m)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(m.files, func(a, b publish.File) int { return strings.Compare(a.Path, b.Path) })
	return m.files, t.notes(src), nil
}

// memory is a portal that is not written anywhere.
type memory struct {
	mu    sync.Mutex
	files []publish.File
}

func (m *memory) PutFrom(path string, data []byte, _ publish.Sum) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files = append(m.files, publish.File{Path: path, Data: bytes.Clone(data)})
	return nil
}

func (m *memory) KeepFrom(string, publish.Sum) (bool, error) { return false, nil }

// Build judges a register and publishes the portal. One that was made from the very same and is still whole is left as it is,
// unless it is to be held against another.
func (t *Tool) Build(ctx context.Context, q Question, look *theme.Theme, to Target) (*Built, []string, error) {
	r, src, err := t.begin(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	defer src.close()
	out, err := target(to.Out, src.root, q.Profile)
	if err != nil {
		return nil, nil, err
	}
	if err := suits(src, out, q.Profile); err != nil {
		return nil, nil, err
	}
	var marks []string
	admit, err := t.gate(ctx, src, q, to, &marks)
	if err != nil {
		return nil, nil, err
	}
	key, whole, err := t.wholeKey(src, r, q, look)
	if err != nil {
		return nil, nil, err
	}
	if admit != nil {
		key, whole = publish.Sum{}, false // its marks come from what it is held against, too
	}
	if built, ok := t.current(out, key, whole); ok {
		return built, t.notes(src), nil
	}
	w, err := publish.Begin(ctx, out)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnpublished, err)
	}
	defer w.Abort()
	if q.Profile == report.Open {
		built, err := t.buildOpen(ctx, src, r, q, look, w, key)
		if err != nil {
			return nil, nil, err
		}
		built.Out = out
		if whole {
			t.keep(keptBuilt, key, said{built, nil})
		}
		return built, t.notes(src), nil
	}
	p, err := t.prepare(ctx, src, r, q, look)
	if err != nil {
		return nil, nil, err
	}
	p.admit = admit
	lists, err := p.print(ctx, unpublished{w})
	if err != nil {
		return nil, nil, err
	}
	result, err := w.Commit(key)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnpublished, err)
	}
	p.remember()
	built := &Built{
		Origin: p.origin, Out: out, Files: result.Files, Written: result.Written, Digest: result.Digest, Summary: lists.Summary, Workloads: lists.Workloads,
	}
	if whole {
		t.keep(keptBuilt, key, said{built, built.Workloads})
	}
	return built, append(t.notes(src), marks...), nil
}

// unpublished says of every trouble with a portal that nothing was published.
type unpublished struct{ *publish.Writer }

func (u unpublished) PutFrom(path string, data []byte, from publish.Sum) error {
	if err := u.Writer.PutFrom(path, data, from); err != nil {
		return fmt.Errorf("%w: %w", ErrUnpublished, err)
	}
	return nil
}

func (u unpublished) KeepFrom(path string, from publish.Sum) (bool, error) {
	if from == (publish.Sum{}) {
		return false, nil
	}
	ok, err := u.Writer.KeepFrom(path, from)
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrUnpublished, err)
	}
	return ok, nil
}

// said is what was said of a build, to be said again.
type said struct {
	*Built
	Workloads []report.WorkloadRow `json:"rows"`
}

// wholeKey is a digest of everything that a portal is made from. It is false for files that are in no commit: they may change at
// any time.
func (t *Tool) wholeKey(src *source, r *rules, q Question, look *theme.Theme) (publish.Sum, bool, error) {
	if src.repo == nil || q.Worktree {
		return publish.Sum{}, false, nil
	}
	config, err := readSite(src.files, q.Profile)
	if err != nil {
		return publish.Sum{}, false, err
	}
	o := report.Origin{Schemas: r.shapes.Digest(), Profile: cmp.Or(q.Profile, report.Internal), AsOf: cmp.Or(q.AsOf, t.Today)}
	return publish.Sum(keyOf(t.frame(o, look, config), src.origin.KnownAt)), true, nil
}

// current says what was said when the portal at out was built from the same, if it is still whole.
func (t *Tool) current(out string, key publish.Sum, whole bool) (*Built, bool) {
	if !whole || t.Cache == nil {
		return nil, false
	}
	var kept said
	if !t.load(keptBuilt, cache.Key(key), &kept) || kept.Built == nil {
		return nil, false
	}
	result, ok := publish.Current(out, key)
	if !ok || result.Digest != kept.Digest {
		return nil, false
	}
	kept.Built.Out, kept.Built.Files, kept.Built.Written, kept.Built.Workloads = out, result.Files, 0, kept.Workloads
	return kept.Built, true
}

// begin opens what a question is about. The caller closes the source.
func (t *Tool) begin(ctx context.Context, q Question) (*rules, *source, error) {
	r, err := t.rules()
	if err != nil {
		return nil, nil, err
	}
	src, err := t.open(ctx, q)
	return r, src, err
}

// target decides where the portal goes and refuses places where it would sit on top of evidence or home folders.
func target(out, root, profile string) (string, error) {
	if out == "" {
		name := "public"
		if profile == report.Open {
			name = OpenRoot
		}
		if root == "" {
			return "", &ConfigurationError{"this repository has no working tree to put " + name + " into", "name a folder with --out"}
		}
		return filepath.Join(root, name), nil
	}
	place, err := publish.Place(out)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnpublished, err)
	}
	if real, err := filepath.EvalSymlinks(root); err == nil {
		root = real
	}
	if rel, err := filepath.Rel(place, root); root != "" && err == nil && filepath.IsLocal(rel) {
		return "", &ConfigurationError{fmt.Sprintf("%s holds the repository itself", out), "choose another folder with --out"}
	}
	for _, input := range []string{record.Root, SiteRoot} {
		if rel, err := filepath.Rel(filepath.Join(root, input), place); root != "" && err == nil && filepath.IsLocal(rel) {
			return "", &ConfigurationError{fmt.Sprintf("%s is inside %s/", out, input), "choose another folder with --out"}
		}
	}
	return out, nil
}

// Fingerprint changes when evidence, the site folder or the repository's HEAD do. It is for watching, not for judging: it
// looks at sizes and times, not at content.
func Fingerprint(dir string) uint64 {
	sum := fnv.New64a()
	if root, ok := evidenceAbove(dir); ok {
		dir = root
	}
	for _, name := range []string{record.Root, SiteRoot, ".git/HEAD", ".git/logs/HEAD"} {
		filepath.WalkDir(filepath.Join(dir, name), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil // a file that went while we looked changes the sum all the same
			}
			if info, err := os.Lstat(path); err == nil {
				fmt.Fprintln(sum, path, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return sum.Sum64()
}
