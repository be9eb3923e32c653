package pipeline

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
	"example.org/muniment/internal/theme"
	"example.org/muniment/internal/tree"
	"example.org/muniment/themes"
)

// leaves lists what an open portal may take from an open record, by kind. Everything else of it is restricted, and so is every
// field of a record that is not open.
var leaves = map[record.Kind][]string{
	record.KindOrganisation: {"name"},
	record.KindWorkload: {
		"name", "summary", "type", "purpose", "phase", "started", "timeLimit.end", "extensions.to", "deployment.model", "publicNotice.source.url",
		"suppliers.role",
	},
	record.KindAssessment: {
		"data.personal", "data.types.type", "data.types.rationale", "data.quantity", "data.retention", "data.recorded", "decision.outcome",
		"locations.places.country", "locations.places.region", "locations.places.purpose", "locations.places.from", "locations.places.to", "locations.places.supplier",
		"locations.places.scopeEvidence", "transfers", // what the law says of them is worded from these
	},
	record.KindDPIA:        {"title", "version", "completed", "residualRisk"},
	record.KindApproval:    {"office", "decision", "on", "to", "covers"},
	record.KindSupplier:    {"name", "country"},
	record.KindCertificate: {"scheme", "scope", "issued", "expires", "edition", "type", "surveillance"},
}

// chosen are fields that name an entry of a register of the law. A name that is none cannot be judged, so they have no canary.
var chosen = map[record.Kind][]string{record.KindCertificate: {"scheme"}, record.KindAssessment: {"transfers.mechanism"}}

// The canaries: in texts, in days and in numbers.
const (
	canary       = "CANARY"
	canaryYear   = "2199"
	canaryNumber = 918273645
)

var canaryDay = calendar.MustParse(canaryYear + "-07-13")

// coop puts canaries where they must never leave.
type coop struct{ put int }

// into puts a canary into every field of v but those below the allowed ones. Paths are told by JSON names, lists have no numbers.
func (c *coop) into(v reflect.Value, path string, allowed []string, days bool) {
	if slices.Contains(allowed, path) && path != "" {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			c.into(v.Elem(), path, allowed, days)
		}
	case reflect.Slice:
		for i := range v.Len() {
			c.into(v.Index(i), path, allowed, days)
		}
	case reflect.String:
		if v.String() != "" {
			v.SetString(v.String() + canary)
			c.put++
		}
	case reflect.Int:
		v.SetInt(canaryNumber)
		c.put++
	case reflect.Struct:
		if d, ok := v.Addr().Interface().(*calendar.Date); ok {
			if days && !d.IsZero() {
				*d = canaryDay
				c.put++
			}
			return
		}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			below := path
			if name != "" {
				below = strings.TrimPrefix(path+"."+name, ".")
			}
			c.into(v.Field(i), below, allowed, days)
		}
	}
}

func openLook(t *testing.T) *theme.Theme {
	t.Helper()
	nhs, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		t.Fatal(err)
	}
	look, err := theme.Open(nhs)
	if err != nil {
		t.Fatal(err)
	}
	return look
}

// open says that the public may see a record.
func open(r *record.Record) {
	root := *r.Tree()
	root.Fields = slices.DeleteFunc(slices.Clone(root.Fields), func(f tree.Field) bool { return f.Key == "visibility" })
	root.Fields = append(root.Fields, tree.Field{Key: "visibility", Value: &tree.Node{Kind: tree.String, Text: report.Open}})
	r.SetTree(&root)
}

// TestNothingRestrictedLeaves puts a canary into every field that an open portal may not show, and looks for it in every byte and
// every file name of one.
func TestNothingRestrictedLeaves(t *testing.T) {
	every := []record.Kind{""}
	for kind := range leaves {
		every = append(every, kind)
	}
	slices.Sort(every)
	for _, opened := range append(every, "all") {
		t.Run(fmt.Sprintf("open besides what says so: %s", opened), func(t *testing.T) { holdIn(t, opened) })
	}
}

func holdIn(t *testing.T, opened record.Kind) {
	tool := testTool(t)
	r, err := tool.rules()
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := load.Tree(t.Context(), os.DirFS("../.."), load.Options{Schemas: r.shapes})
	if err != nil {
		t.Fatal(err)
	}
	reg := loaded.Register
	c := new(coop)
	for _, one := range reg.Records {
		if one.Kind == opened || opened == "all" {
			open(one)
		}
		if one.Visibility() == report.Open {
			c.into(reflect.ValueOf(one.Value), "", leaves[one.Kind], false)
			continue
		}
		c.into(reflect.ValueOf(one.Value), "", chosen[one.Kind], true)
		one.Path += canary
		if one.Prose != nil {
			one.Prose.HTML += canary
		}
	}
	for _, s := range reg.Suppliers {
		if s.Record.Visibility() != report.Open {
			s.ID += canary
		}
	}
	reg.Files["evidence/"+canary] = canary
	reg.LeftOut = append(reg.LeftOut, canary)
	if c.put < 300 {
		t.Fatalf("only %d canaries were put in", c.put)
	}

	origin := report.Origin{Version: report.Version, Profile: report.Open, AsOf: tool.Today}
	files := openFiles(t, report.NewMaker(report.Frame{Origin: origin, Catalogue: r.catalogue, Law: r.law}), loaded, origin)
	for _, f := range files {
		for _, never := range []string{canary, strings.ToLower(canary), canaryYear, fmt.Sprint(canaryNumber)} {
			if strings.Contains(f.Path, never) {
				t.Errorf("the name %s gives away %s", f.Path, never)
			}
			if i := strings.Index(string(f.Data), never); i >= 0 && !strings.HasPrefix(f.Path, "assets/") {
				t.Errorf("%s gives away %s: …%s…", f.Path, never, f.Data[max(0, i-120):i+20])
			}
		}
	}
	if opened != "" {
		return
	}
	// The same canaries are seen in an internal portal, or else this test could not fail.
	made := report.New(report.Inputs{Origin: report.Origin{AsOf: tool.Today, Profile: report.Internal}, Assessment: assess.On(tool.Today, reg, r.catalogue, r.law), Catalogue: r.catalogue, Law: r.law})
	whole, err := site.Render(made, openLook(t), site.Config{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, f := range whole {
		seen += strings.Count(string(f.Data), canary)
	}
	if seen < 100 {
		t.Errorf("an internal portal shows only %d canaries", seen)
	}
}

// TestASignedApprovalStaysInside: it cannot say that it is open, and nobody says so for it, though all that it is about be open.
func TestASignedApprovalStaysInside(t *testing.T) {
	tool := testTool(t)
	r, err := tool.rules()
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := load.Tree(t.Context(), os.DirFS("../.."), load.Options{Schemas: r.shapes})
	if err != nil {
		t.Fatal(err)
	}
	reg := loaded.Register
	for _, one := range reg.Records {
		if a, ok := one.Value.(*record.Approval); !ok || a.Statement == "" {
			open(one)
		}
	}
	made := report.NewMaker(report.Frame{Origin: report.Origin{AsOf: tool.Today, Profile: report.Open}, Catalogue: r.catalogue, Law: r.law})
	signed, shown := 0, 0
	for _, w := range made.OpenWorkloads(reg) {
		list := made.OpenWorkload(w, reg).Approvals
		shown += len(list)
		for _, a := range w.Approvals {
			if a.Facts.Statement == "" {
				continue
			}
			signed++
			if slices.ContainsFunc(list, func(o report.OpenApproval) bool { return o.On == a.Facts.On && o.Office == a.Facts.Office.Title() }) {
				t.Errorf("%s is shown", a.Record.Path)
			}
		}
	}
	if signed < 10 || shown == 0 {
		t.Errorf("%d signed approvals were held back and %d others shown: this test sees nothing", signed, shown)
	}
}

// openFiles makes the portal that printOpen makes.
func openFiles(t *testing.T, m *report.Maker, loaded *load.Result, origin report.Origin) []site.File {
	t.Helper()
	portal, err := site.New(site.Frame{Origin: origin}, openLook(t), site.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var files []site.File
	var rows []report.OpenRow
	for _, w := range m.OpenWorkloads(loaded.Register) {
		detail := m.OpenWorkload(w, loaded.Register)
		made, err := portal.OpenWorkload(detail)
		if err != nil {
			t.Fatal(err)
		}
		files, rows = append(files, made...), append(rows, detail.Row())
	}
	err = portal.OpenLists(rows, func(f site.File) error { files = append(files, f); return nil })
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) == 0 {
		t.Fatal("nothing is open")
	}
	return files
}

// TestHistoryAndConfigurationDoNotLeave looks for canaries that are in no record: in commits, in file names, in refused files, in pages
// that are not open.
func TestHistoryAndConfigurationDoNotLeave(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("the git program is not installed")
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "evidence"), os.DirFS("../../evidence")); err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("evidence/suppliers/canary-supplier/supplier.yaml", "schema: muniment/supplier/v1\nkind: supplier\nname: CANARY\n") // refused
	write("evidence/organisations/Z9A1A/workloads/canary-workload/dpia.md", "---\nvisibility: internal\n---\n# CANARY\n")
	write("site/site.yaml", "title: Register\npages:\n  - inside\n  - outside\n")
	write("site/pages/inside.md", "---\ntitle: CANARY page\n---\n\nCANARY\n")
	write("site/pages/outside.md", "---\ntitle: For everybody\nvisibility: open\n---\n\nWelcome.\n")
	for _, args := range [][]string{
		{"init", "-q", "-b", "main"},
		{"add", "."},
		{"-c", "user.name=CANARY", "-c", "user.email=canary@example.org", "commit", "-q", "-m", "CANARY: a subject"},
	} {
		git := exec.CommandContext(t.Context(), "git", append([]string{"-C", dir}, args...)...)
		if said, err := git.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, said)
		}
	}
	files, _, err := testTool(t).Render(context.Background(), Question{Dir: dir, Profile: report.Open}, openLook(t))
	if err != nil {
		t.Fatal(err)
	}
	outside := false
	for _, f := range files {
		if strings.Contains(strings.ToLower(f.Path+string(f.Data)), "canary") {
			t.Errorf("%s gives a canary away", f.Path)
		}
		if filepath.Ext(f.Path) == ".html" && !strings.Contains(string(f.Data), "Open: for publication") {
			t.Errorf("%s does not state its profile", f.Path)
		}
		if filepath.Ext(f.Path) == ".ics" {
			t.Errorf("there is a calendar, %s: due days are not open", f.Path)
		}
		outside = outside || f.Path == "pages/outside.html"
	}
	if !outside {
		t.Error("the page that is open is not there")
	}
}
