package pipeline

import (
	"context"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/muniment/internal/publish"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
	"example.org/muniment/internal/theme"
)

// SiteRoot is the folder with the portal's configuration and authored pages.
const SiteRoot = "site"

// Built says what building a portal did. It is the JSON document of muniment build.
type Built struct {
	report.Origin
	Out     string         `json:"out"`    // the folder the portal can be opened in
	Files   int            `json:"files"`  // pages and files of the portal
	Written int            `json:"new"`    // of them, new or changed in this folder
	Digest  string         `json:"digest"` // SHA-256 over the portal's manifest
	Summary report.Summary `json:"summary"`
	Report  *report.Report `json:"-"`
}

// Render judges a register and makes the portal in memory.
func (t *Tool) Render(ctx context.Context, q Question, look *theme.Theme) (*report.Report, []publish.File, []string, error) {
	r, err := t.rules()
	if err != nil {
		return nil, nil, nil, err
	}
	src, err := t.open(ctx, q)
	if err != nil {
		return nil, nil, nil, err
	}
	defer src.close()
	q.Timelines, q.Forecast = true, ahead
	made, notes, err := t.judge(ctx, src, r, q)
	if err != nil {
		return nil, nil, nil, err
	}
	files, err := t.render(src, made, look)
	return made, files, notes, err
}

func (t *Tool) render(src *source, made *report.Report, look *theme.Theme) ([]publish.File, error) {
	config, err := readSite(src.files)
	if err != nil {
		return nil, err
	}
	pages, err := site.Render(made, look, config)
	if err != nil {
		return nil, fmt.Errorf("render the portal: %w", err)
	}
	files := make([]publish.File, len(pages))
	for i, p := range pages {
		files[i] = publish.File(p)
	}
	return files, nil
}

// Build judges a register and publishes the portal at out; "" is public beside evidence/.
func (t *Tool) Build(ctx context.Context, q Question, look *theme.Theme, out string) (*Built, []string, error) {
	r, err := t.rules()
	if err != nil {
		return nil, nil, err
	}
	src, err := t.open(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	defer src.close()
	if out, err = target(out, src.root); err != nil {
		return nil, nil, err
	}
	q.Timelines, q.Forecast = true, ahead
	made, notes, err := t.judge(ctx, src, r, q)
	if err != nil {
		return nil, nil, err
	}
	files, err := t.render(src, made, look)
	if err != nil {
		return nil, nil, err
	}
	result, err := publish.Write(ctx, out, files)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrUnpublished, err)
	}
	return &Built{
		Origin: made.Origin, Out: out, Files: result.Files, Written: result.Written, Digest: result.Digest,
		Summary: made.Summary, Report: made,
	}, notes, nil
}

// target decides where the portal goes and refuses places where it would sit on top of evidence or home folders.
func target(out, root string) (string, error) {
	if out == "" {
		if root == "" {
			return "", &ConfigurationError{"this repository has no working tree to put public into", "name a folder with --out"}
		}
		return filepath.Join(root, "public"), nil
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
