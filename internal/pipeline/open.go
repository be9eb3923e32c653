package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"example.org/muniment/internal/publish"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
	"example.org/muniment/internal/theme"
)

// OpenRoot is where a portal of the profile open goes when nobody says otherwise. Nothing else is ever put there.
const OpenRoot = "public-open"

// printOpen makes a portal of the profile open. It judges no duty and looks at no history: what is not made cannot leave.
func (t *Tool) printOpen(ctx context.Context, src *source, r *rules, q Question, look *theme.Theme, to sheets) (report.Origin, int, error) {
	config, err := readSite(src.files, q.Profile)
	if err != nil {
		return report.Origin{}, 0, err
	}
	loaded, err := t.read(ctx, src, r, nil)
	if err != nil {
		return report.Origin{}, 0, err
	}
	if err := tooMany(loaded.Findings); err != nil {
		return report.Origin{}, 0, err
	}
	origin := t.origin(src, r, loaded, q)
	origin.Evidence = "" // a digest over everything lets people try what the rest might be
	portal, err := site.New(site.Frame{Origin: origin}, look, config)
	if err != nil {
		return origin, 0, err
	}
	m := report.NewMaker(report.Frame{Origin: origin, Catalogue: r.catalogue, Law: r.law})
	put := func(f site.File) error { return to.PutFrom(f.Path, f.Data, publish.Sum{}) }
	var rows []report.OpenRow
	for _, w := range m.OpenWorkloads(loaded.Register) {
		if err := ctx.Err(); err != nil {
			return origin, 0, err
		}
		detail := m.OpenWorkload(w, loaded.Register)
		files, err := portal.OpenWorkload(detail)
		if err != nil {
			return origin, 0, fmt.Errorf("render workload %s: %w", w.ID, err)
		}
		for _, f := range files {
			if err := put(f); err != nil {
				return origin, 0, err
			}
		}
		site.Done(files)
		rows = append(rows, detail.Row())
	}
	if err := portal.OpenLists(rows, put); err != nil {
		return origin, 0, fmt.Errorf("render the lists: %w", err)
	}
	return origin, len(rows), nil
}

func (t *Tool) buildOpen(ctx context.Context, src *source, r *rules, q Question, look *theme.Theme, w *publish.Writer, key publish.Sum) (*Built, error) {
	origin, shown, err := t.printOpen(ctx, src, r, q, look, unpublished{w})
	if err != nil {
		return nil, err
	}
	result, err := w.Commit(key)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnpublished, err)
	}
	return &Built{
		Origin: origin, Files: result.Files, Written: result.Written, Digest: result.Digest, Shown: shown,
		Summary: report.Summary{Workloads: map[string]int{}, Verdicts: map[string]int{}},
	}, nil
}

// suits refuses to put an internal portal where the public reads: in the folder that is kept for open portals, in one that
// site.yaml, as it is committed or as it is on disk, declares open, in any folder below these, and in one that shows an open portal now.
// The pages of a portal are in a folder beside the link to them, so that folder is looked at, too. An open portal is refused where an
// internal one is: its last generation would stay beside it.
func suits(src *source, out, profile string) error {
	place, err := publish.Place(out)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnpublished, err)
	}
	if profile == report.Open && profileOf(place) == report.Internal {
		return &ConfigurationError{
			fmt.Sprintf("%s shows an internal portal, and this one is for the public", out),
			"choose another folder with --out; or remove that one first, and its .generations with it",
		}
	}
	if profile == report.Open {
		return nil
	}
	folders := []string{OpenRoot}
	trees := []fs.FS{src.files}
	if src.root != "" {
		disk, err := os.OpenRoot(src.root)
		if err != nil {
			return err
		}
		defer disk.Close()
		trees = append(trees, disk.FS())
	}
	for _, files := range trees {
		written, err := readSiteYAML(files)
		if err != nil {
			return err
		}
		for _, t := range written.Targets {
			if t.Profile == report.Open {
				folders = append(folders, t.Folder)
			}
		}
	}
	for _, folder := range folders {
		if !filepath.IsAbs(folder) {
			if src.root == "" {
				continue
			}
			folder = filepath.Join(src.root, folder)
		}
		open, err := publish.Place(folder)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrUnpublished, err)
		}
		if within(open, place) || within(open+".generations", place) {
			return &ConfigurationError{fmt.Sprintf("%s is open to the public, and this portal is internal", out), "choose another folder with --out, or build what the public may see with --profile open"}
		}
	}
	for folder := place; ; folder = filepath.Dir(folder) {
		if profileOf(folder) == report.Open {
			return &ConfigurationError{
				fmt.Sprintf("%s shows a portal of the profile open, and this portal is internal", folder),
				"choose another folder with --out; if the public no longer reads this one, remove it first",
			}
		}
		if folder == filepath.Dir(folder) {
			return nil
		}
	}
}

// within tells whether a place is a folder or in it.
func within(folder, place string) bool {
	rel, err := filepath.Rel(folder, place)
	return err == nil && filepath.IsLocal(rel)
}

// profileOf reads the profile of the portal that is published in a folder. It is empty when there is none, and when what is there
// cannot be read: that publish refuses in its own words.
func profileOf(folder string) string {
	var o struct {
		Profile string `json:"profile"`
	}
	data, err := os.ReadFile(filepath.Join(folder, "api", "v1", "index.json"))
	if err != nil || json.Unmarshal(data, &o) != nil {
		return ""
	}
	return o.Profile
}
