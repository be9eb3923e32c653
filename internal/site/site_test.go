package site

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/theme"
	"example.org/muniment/themes"
)

var update = flag.Bool("update", false, "write the golden pages")

func nhs(t *testing.T) *theme.Theme {
	t.Helper()
	fsys, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		t.Fatal(err)
	}
	look, err := theme.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return look
}

func sampleConfig() Config {
	return Config{
		Title: "Cloud evidence register", Organisation: "Northmoor imaging network", Contact: report.Contact{Title: "Information governance", Email: "ig@northmoor.example.org"},
		Pages:    []AuthoredPage{{Slug: "how-to-read", Title: "How to read this register", HTML: "<h2 id=\"s-start\">Start here</h2>\n<p>Begin with <a href=\"../index.html\">the overview</a>.</p>\n"}},
		Calendar: func(title string, _ report.Origin, due []report.Due) []byte { return []byte(title + "\r\n") },
	}
}

func rendered(t *testing.T, r *report.Report) []File {
	t.Helper()
	files, err := Render(r, nhs(t), sampleConfig())
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestSameReportGivesSameBytes(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(rendered(t, sample()), rendered(t, sample())); diff != "" {
		t.Error(diff)
	}
}

func TestRenderLeavesTheReportAlone(t *testing.T) {
	t.Parallel()
	r := sample()
	rendered(t, r)
	if diff := cmp.Diff(sample(), r); diff != "" {
		t.Error(diff)
	}
}

// dump writes the portal to a folder for a look with a browser: go test -run TestDump -dump DIR.
var dump = flag.String("dump", "", "write the sample portal to this folder")

func TestDump(t *testing.T) {
	if *dump == "" {
		t.Skip("no folder")
	}
	for _, f := range rendered(t, sample()) {
		to := filepath.Join(*dump, f.Path)
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

var _ = bytes.Equal
var _ = strings.Contains
