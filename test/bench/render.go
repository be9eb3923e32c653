//go:build unix

package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/feed"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/markdown"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/publish"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/theme"
	"example.org/muniment/schemas"
	"example.org/muniment/themes"
)

// drawn is what one pass of rendering took and made.
type drawn struct {
	cost
	Files int   `json:"files"`
	Pages int   `json:"pages"` // of them in HTML
	Bytes int64 `json:"bytes"` // of the pages
	Share int64 `json:"share"` // of the pages of workloads among them
}

// render is rendering alone. It judges a register once and keeps the report, which no figure counts. Then, for each folder that it
// is told, it reads the Markdown of every impact assessment and makes and publishes every page, and says what that took.
func render(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("render: a repository and a checkout of it are wanted")
	}
	made, err := judged(ctx, args[0])
	if err != nil {
		return err
	}
	answers := json.NewEncoder(out)
	if err := answers.Encode("ready"); err != nil {
		return err
	}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		one, err := draw(ctx, made, args[1], lines.Text())
		if err != nil {
			return err
		}
		if err := answers.Encode(one); err != nil {
			return err
		}
	}
	return nil
}

func judged(ctx context.Context, repo string) (*report.Report, error) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, err
	}
	tool := &pipeline.Tool{Schemas: schemas.FS, Version: "bench", Zone: zone, Today: day, Progress: func(pipeline.Step) {}}
	made, _, err := tool.Report(ctx, pipeline.Question{Dir: repo, AsOf: day, Timelines: true, Forecast: calendar.Period{Months: 12}})
	return made, err
}

// draw makes every page from a report and publishes them at a place.
func draw(ctx context.Context, made *report.Report, checkout, place string) (*drawn, error) {
	nhs, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		return nil, err
	}
	look, err := theme.Open(nhs)
	if err != nil {
		return nil, err
	}
	// The facts about everything are alive here, which they never are in a build: what the collector would go through is no part of rendering.
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	runtime.GC()
	before, err := own()
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	w, err := publish.Begin(ctx, place)
	if err != nil {
		return nil, err
	}
	defer w.Abort()
	put := func(files []site.File, err error) error {
		for _, f := range files {
			err = errors.Join(err, w.Put(f.Path, f.Data))
		}
		return err
	}
	p, err := site.New(site.Frame{Origin: made.Origin, Obligations: made.Obligations, Tensions: made.Tensions, NotFound: made.NotFound}, look, site.Config{Calendar: feed.Calendar})
	if err != nil {
		return nil, err
	}
	if err := subjects(made, p, checkout, put); err != nil {
		return nil, err
	}
	err = p.Lists(report.ListsOf(made), nil, site.Each(func(f site.File) error { return w.Put(f.Path, f.Data) }))
	if err != nil {
		return nil, err
	}
	result, err := w.Commit(publish.Sum{})
	if err != nil {
		return nil, err
	}
	wall := time.Since(begin)
	after, err := own()
	if err != nil {
		return nil, err
	}
	one := &drawn{cost: cost{Wall: wall, CPU: after.CPU - before.CPU, Peak: after.Peak}, Files: result.Files}
	one.Pages, one.Bytes, one.Share, err = pages(place)
	return one, err
}

// subjects makes the pages of every subject, as many at once as there are processors.
func subjects(made *report.Report, p *site.Portal, checkout string, put func([]site.File, error) error) error {
	group := new(errgroup.Group)
	group.SetLimit(runtime.GOMAXPROCS(0))
	held := report.ListsOf(made).ByOrganisation()
	for _, w := range made.Workloads {
		group.Go(func() error {
			if w.DPIA != nil {
				dpia := *w.DPIA
				var err error
				if dpia.HTML, err = prose(checkout, dpia); err != nil {
					return err
				}
				w.DPIA = &dpia
			}
			return put(p.Workload(&w))
		})
	}
	for i := range made.Suppliers {
		group.Go(func() error { return put(p.Supplier(&made.Suppliers[i])) })
	}
	for i := range made.Contracts {
		group.Go(func() error { return put(p.Contract(&made.Contracts[i])) })
	}
	for i := range made.Footprints {
		group.Go(func() error { return put(p.Footprint(&made.Footprints[i])) })
	}
	for i := range made.Organisations {
		group.Go(func() error { return put(p.Organisation(&made.Organisations[i], held[made.Organisations[i].ID])) })
	}
	return group.Wait()
}

// prose makes HTML from the Markdown of an impact assessment, which must be what the report holds.
func prose(checkout string, d report.DPIA) (string, error) {
	text, err := os.ReadFile(filepath.Join(checkout, filepath.FromSlash(d.Path)))
	if err != nil {
		return "", err
	}
	_, body, line, found := strictyaml.FrontMatter(d.Path, text, strictyaml.Limits{})
	if finding.Errors(found) > 0 {
		return "", fmt.Errorf("%s: %v", d.Path, found)
	}
	doc, found := markdown.Parse(d.Path, body, line, markdown.Options{TopHeading: 3})
	if html := doc.HTMLWith(func(string) string { return "" }); html == d.HTML {
		return html, nil
	}
	return "", fmt.Errorf("%s: the HTML is not that of the report: %v", d.Path, found)
}

// pages counts the HTML pages below a folder, their bytes, and the bytes of those in workloads/.
func pages(folder string) (n int, bytes, share int64, err error) {
	folder, err = filepath.EvalSymlinks(folder)
	if err != nil {
		return 0, 0, 0, err
	}
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".html" {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		n++
		bytes += info.Size()
		if filepath.Base(filepath.Dir(path)) == "workloads" {
			share += info.Size()
		}
		return nil
	})
	return n, bytes, share, err
}
