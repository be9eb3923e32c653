//go:build unix

package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
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

// drawn is what rendering made.
type drawn struct {
	Files int   // pages and all others
	Pages int   // in HTML
	Bytes int64 // of the pages
	Share int64 // of the pages of workloads among them
}

// judged is what the page of one subject is made from. One of its details is set. A folder of files with one each is to us what
// content is to Hugo.
type judged struct {
	Workload     *report.Workload
	Supplier     *report.Supplier
	Contract     *report.Contract
	Footprint    *report.Footprint
	Organisation *report.Organisation
	Holds        report.Holding // of an organisation
}

// whole is what is shown of a register as a whole, and around every page.
type whole struct {
	Origin      report.Origin
	Obligations []report.Obligation
	Tensions    []report.Tension
	NotFound    []report.NotFound

	Summary       report.Summary
	Due           []report.Due
	Waits         []report.Waiting
	Exceptions    []report.Exception
	Findings      []finding.Finding
	Forecast      *report.Forecast
	Workloads     []report.WorkloadRow
	Organisations []report.OrganisationRow
	Suppliers     []report.SupplierRow
	Contracts     []report.ContractRow
	Footprints    []report.FootprintRow
	Changes       []report.StatusChange
	Courses       []report.Course
}

const wholeName = "whole"

// judge judges a register and writes down what its pages are made from, for [render]. It is not measured. The HTML of impact assessments
// is left out: it must be what rendering makes of their Markdown.
func judge(ctx context.Context, args []string, _ io.Reader, _ io.Writer) error {
	if len(args) != 3 {
		return errors.New("judge: a repository, a checkout of it and a folder are wanted")
	}
	repo, checkout, folder := args[0], args[1], args[2]
	made, err := reportOf(ctx, repo)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	lists := report.ListsOf(made)
	n := 0
	put := func(one judged) error {
		n++
		return os.WriteFile(filepath.Join(folder, strconv.Itoa(n)), report.Pack(&one), 0o644)
	}
	for i := range made.Workloads {
		w := &made.Workloads[i]
		if w.DPIA != nil {
			html, err := prose(checkout, w.DPIA.Path)
			if err == nil && html != w.DPIA.HTML {
				err = fmt.Errorf("%s: its HTML is not that of the report", w.DPIA.Path)
			}
			if err != nil {
				return err
			}
			w.DPIA.HTML = ""
		}
		err = errors.Join(err, put(judged{Workload: w}))
	}
	for i := range made.Suppliers {
		err = errors.Join(err, put(judged{Supplier: &made.Suppliers[i]}))
	}
	for i := range made.Contracts {
		err = errors.Join(err, put(judged{Contract: &made.Contracts[i]}))
	}
	for i := range made.Footprints {
		err = errors.Join(err, put(judged{Footprint: &made.Footprints[i]}))
	}
	held := lists.ByOrganisation()
	for i := range made.Organisations {
		o := &made.Organisations[i]
		err = errors.Join(err, put(judged{Organisation: o, Holds: held[o.ID]}))
	}
	all := whole{
		Origin: made.Origin, Obligations: made.Obligations, Tensions: made.Tensions, NotFound: made.NotFound, Summary: lists.Summary, Due: lists.Due,
		Waits: lists.Waits, Exceptions: lists.Exceptions, Findings: lists.Findings, Forecast: lists.Forecast, Workloads: lists.Workloads,
		Organisations: lists.Organisations, Suppliers: lists.Suppliers, Contracts: lists.Contracts, Footprints: lists.Footprints, Changes: lists.Changes,
		Courses: lists.Courses,
	}
	return errors.Join(err, os.WriteFile(filepath.Join(folder, wholeName), report.Pack(&all), 0o644))
}

func reportOf(ctx context.Context, repo string) (*report.Report, error) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, err
	}
	tool := &pipeline.Tool{Schemas: schemas.FS, Version: "bench", Zone: zone, Today: day, Progress: func(pipeline.Step) {}}
	made, _, err := tool.Report(ctx, pipeline.Question{Dir: repo, AsOf: day, Timelines: true, Forecast: calendar.Period{Months: 12}})
	return made, err
}

// lists gives what is shown of the register as a whole. How subjects stand under obligations is told by the obligations themselves.
func (w *whole) lists() *report.Lists {
	l := report.ListsOf(&report.Report{
		Summary: w.Summary, Due: w.Due, Waits: w.Waits, Exceptions: w.Exceptions, Findings: w.Findings, Forecast: w.Forecast, Obligations: w.Obligations,
	})
	l.Workloads, l.Organisations, l.Suppliers, l.Contracts, l.Footprints = w.Workloads, w.Organisations, w.Suppliers, w.Contracts, w.Footprints
	l.Changes, l.Courses = w.Changes, w.Courses
	return l
}

// render is rendering alone: it reads what was judged, subject by subject, and the Markdown of every impact assessment, and makes and
// publishes every page.
func render(ctx context.Context, args []string, _ io.Reader, _ io.Writer) error {
	if len(args) != 3 {
		return errors.New("render: what was judged, a checkout and a place are wanted")
	}
	folder, checkout, place := args[0], args[1], args[2]
	debug.SetGCPercent(200) // a build lets so small a heap grow fourfold; memory that is not touched is cheaper here
	all, err := unpacked[whole](filepath.Join(folder, wholeName))
	if err != nil {
		return err
	}
	look, err := looks()
	if err != nil {
		return err
	}
	w, err := publish.Begin(ctx, place)
	if err != nil {
		return err
	}
	defer w.Abort()
	p, err := site.New(site.Frame{Origin: all.Origin, Obligations: all.Obligations, Tensions: all.Tensions, NotFound: all.NotFound}, look, site.Config{Calendar: feed.Calendar, Calendars: feed.Calendars})
	if err != nil {
		return err
	}
	names, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	group := new(errgroup.Group)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, name := range names {
		if name.Name() == wholeName {
			continue
		}
		group.Go(func() error {
			files, err := subject(p, filepath.Join(folder, name.Name()), checkout)
			for _, f := range files {
				err = errors.Join(err, w.Put(f.Path, f.Data))
			}
			site.Done(files)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if err := p.Lists(all.lists(), nil, straight{w}); err != nil {
		return err
	}
	_, err = w.Commit(publish.Sum{})
	return err
}

// straight publishes the files of lists as they are handed out, without a copy, as a build does.
type straight struct{ writer *publish.Writer }

func (s straight) Put(f site.File, _ [sha256.Size]byte) error { return s.writer.Put(f.Path, f.Data) }

func (straight) Keep(string, [sha256.Size]byte) (bool, error) { return false, nil }

func looks() (*theme.Theme, error) {
	nhs, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		return nil, err
	}
	return theme.Open(nhs)
}

// subject makes the pages of one subject.
func subject(p *site.Portal, path, checkout string) ([]site.File, error) {
	one, err := unpacked[judged](path)
	if err != nil {
		return nil, err
	}
	switch {
	case one.Workload != nil:
		if d := one.Workload.DPIA; d != nil {
			if d.HTML, err = prose(checkout, d.Path); err != nil {
				return nil, err
			}
		}
		return p.Workload(one.Workload)
	case one.Supplier != nil:
		return p.Supplier(one.Supplier)
	case one.Contract != nil:
		return p.Contract(one.Contract)
	case one.Footprint != nil:
		return p.Footprint(one.Footprint)
	}
	return p.Organisation(one.Organisation, one.Holds)
}

func unpacked[T any](path string) (*T, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := packs.Get().(*bytes.Buffer)
	defer packs.Put(b)
	b.Reset()
	if info, err := f.Stat(); err == nil {
		b.Grow(int(info.Size()) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(f); err != nil {
		return nil, err
	}
	return report.Unpack[T](b.Bytes())
}

// packs are what files are read into; a value that is unpacked holds nothing of them.
var packs = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// prose makes HTML from the Markdown of an impact assessment.
func prose(checkout, path string) (string, error) {
	text, err := os.ReadFile(filepath.Join(checkout, filepath.FromSlash(path)))
	if err != nil {
		return "", err
	}
	_, body, line, found := strictyaml.FrontMatter(path, text, strictyaml.Limits{})
	if finding.Errors(found) > 0 {
		return "", fmt.Errorf("%s: %v", path, found)
	}
	doc, _ := markdown.Parse(path, body, line, markdown.Options{TopHeading: 3})
	return doc.HTMLWith(func(string) string { return "" }), nil
}

// pages counts the files below a folder, the HTML pages among them, their bytes, and the bytes of those in workloads/.
func pages(folder string) (made drawn, err error) {
	folder, err = filepath.EvalSymlinks(folder)
	if err != nil {
		return drawn{}, err
	}
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		made.Files++
		if filepath.Ext(path) != ".html" {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		made.Pages++
		made.Bytes += info.Size()
		if filepath.Base(filepath.Dir(path)) == "workloads" {
			made.Share += info.Size()
		}
		return nil
	})
	return made, err
}
