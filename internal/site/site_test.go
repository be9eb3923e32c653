package site

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/theme"
	"example.org/muniment/themes"
)

var (
	update = flag.Bool("update", false, "write the golden pages")
	dump   = flag.String("dump", "", "write the sample portal to this folder, for a look with a browser")
)

// look is the theme's own templates with assets that do not depend on whether the theme has been built. Alter, when given,
// changes the files first.
func look(t testing.TB, alter func(fstest.MapFS)) *theme.Theme {
	t.Helper()
	files := fstest.MapFS{
		"theme.json":  {Data: []byte(`{"name": "test", "templates": "templates", "built": "dist", "plain": {"portal.css": ["a"], "portal.js": ["a"], "favicon.svg": ["a"], "THIRD-PARTY.txt": ["a"]}}`)},
		"a":           {Data: []byte("a")},
		"dist/readme": {Data: []byte("not built")},
	}
	for name, text := range templatesOf(t) {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if alter != nil {
		alter(files)
	}
	opened, err := theme.Open(files)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// templatesOf gives the templates of the NHS theme by their names in it.
func templatesOf(t testing.TB) map[string]string {
	t.Helper()
	names, err := fs.Glob(themes.FS, "nhs/templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	texts := make(map[string]string, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(themes.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		texts[strings.TrimPrefix(name, "nhs/")] = string(text)
	}
	return texts
}

func sampleConfig() Config {
	return Config{
		Title: "Cloud evidence register", Organisation: "Northmoor imaging network", Contact: report.Contact{Title: "Information governance", Email: "ig@northmoor.example.org"},
		Pages: []AuthoredPage{{Slug: "how-to-read", Title: "How to read this register", HTML: "<h2 id=\"s-start\">Start here</h2>\n<p>Begin with <a href=\"../index.html\">the overview</a>.</p>\n"}},
		Calendar: func(to []byte, title string, _ report.Origin, due []report.Due, _ func(report.Ref) string) []byte {
			return fmt.Appendf(to, "%s %d", title, len(due))
		},
		Feed: func(title, author string, _ report.Origin, changes []report.StatusChange, self, page string, link func(report.Ref) string) []byte {
			text := fmt.Appendf(nil, "%s by %s: %d at %s and %s", title, author, len(changes), self, page)
			for _, c := range changes {
				text = fmt.Appendf(text, " %s", link(c.Subject))
			}
			return text
		},
	}
}

func rendered(t *testing.T, r *report.Report) []File {
	t.Helper()
	files, err := Render(r, look(t, nil), sampleConfig())
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

func TestPagesKeepTheirPromises(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]*report.Report{
		"a register with everything in it": sample(),
		"an empty register":                {Origin: sample().Origin},
		"no origin at all":                 {},
		"subjects with nothing in them":    filled("x", 0),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keepsPromises(t, rendered(t, r))
		})
	}
}

func TestNoCalendarsMeansNoLinksToThem(t *testing.T) {
	t.Parallel()
	c := sampleConfig()
	c.Calendar, c.Feed = nil, nil
	files, err := Render(sample(), look(t, nil), c)
	if err != nil {
		t.Fatal(err)
	}
	keepsPromises(t, files)
}

// payloads try to leave text, attributes, addresses, titles, comments and data.
var payloads = []string{
	`"><script>alert(1)</script>`,
	`'><img src=x onerror=alert(1)>`,
	`javascript:alert(1)`,
	`</title></textarea></style></script><svg onload=alert(1)>`,
	`" onmouseover="alert(1)" style="x`,
	`--><!--<b>`,
	`{{.}}{{template "main"}}`,
	`../../../etc/passwd`,
	`//evil.example/%2e%2e/?#`,
	"a\x00b\x1b[31m\u202ec\r\nEND",
	`<a href="data:text/html,x">&lt;&amp;</a>`,
	`--><img src=x onerror=alert(1)><!-- ]]>`,
	"` onfocus=alert(1) autofocus x=`",
	`<iframe srcdoc="<script>alert(1)</script>"></iframe><object data="javascript:alert(1)"></object>`,
	`<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg><math><mtext><style><!--</style>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<meta http-equiv=refresh content="0;url=javascript:alert(1)"><base href="javascript:/">`,
	`";alert(1);// ';alert(1);// \";alert(1);// ${alert(1)}`,
	"\u2028alert(1)\u2029",
	`%3Cscript%3E &#x3C;script&#x3E; \u003cscript\u003e +ADw-script+AD4-`,
	"java\tscript:alert(1)",
	`__proto__`,
	strings.Repeat(`<b title="`, 40),
	"\xff\xfe not UTF-8",
}

func TestNothingInAReportCanAddToAPage(t *testing.T) {
	t.Parallel()
	plain := shapes(t, rendered(t, filled("x", 2)))
	for _, payload := range payloads {
		t.Run(payload, func(t *testing.T) {
			t.Parallel()
			files := rendered(t, filled(payload, 2))
			keepsPromises(t, files)
			for _, f := range files {
				if !fs.ValidPath(f.Path) || !plainPath.MatchString(f.Path) {
					t.Errorf("published at %q", f.Path)
				}
				if strings.HasSuffix(f.Path, ".html") && !utf8.Valid(f.Data) {
					t.Errorf("%s is not UTF-8", f.Path)
				}
			}
			// The same elements with the same attributes, in the same order, as for a harmless word.
			if diff := cmp.Diff(plain, shapes(t, files)); diff != "" {
				t.Errorf("the text became markup: %s", diff)
			}
		})
	}
}

// shapes gives for each page, in order, its elements with the names of their attributes.
func shapes(t *testing.T, files []File) map[string]string {
	out := map[string]string{}
	for i, p := range parsePages(t, files) {
		var b strings.Builder
		for _, n := range p.nodes {
			b.WriteString(n.Data)
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key)
			}
			b.WriteByte('\n')
		}
		out[fmt.Sprintf("page %d", i)] = b.String()
	}
	return out
}

// filled gives a report with word in every text. Lists have one entry down to the given depth, and none below. Prose that
// internal/markdown makes safe stays harmless: that promise is kept, and tested, there.
func filled(word string, depth int) *report.Report {
	r := &report.Report{}
	fill(reflect.ValueOf(r).Elem(), word, depth)
	for i := range r.Workloads {
		for j := range r.Workloads[i].Verdicts {
			v := &r.Workloads[i].Verdicts[j]
			v.Inherited, v.State = false, "gap" // links lead to its own verdicts
		}
		if d := r.Workloads[i].DPIA; d != nil {
			d.HTML = `<h3 id="s-` + fileName(word) + `">x</h3>`
			for j := range d.Sections {
				d.Sections[j].ID = "s-" + fileName(word)
			}
		}
	}
	return r
}

func fill(v reflect.Value, word string, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(word)
	case reflect.Int:
		v.SetInt(2)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), word, depth)
	case reflect.Slice:
		if depth < 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), word, depth-1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		one := reflect.New(v.Type().Elem()).Elem()
		fill(one, word, depth-1)
		v.SetMapIndex(reflect.ValueOf(word).Convert(v.Type().Key()), one)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[calendar.Date]() {
			v.Set(reflect.ValueOf(day("2026-11-22")))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), word, depth)
		}
	}
	// Refs that name their kind lead somewhere.
	if ref, ok := v.Addr().Interface().(*report.Ref); ok {
		ref.Kind = "workload"
	}
}

func TestPoundsAreGrouped(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "£0", 999: "£999", 1000: "£1,000", 1234567: "£1,234,567", -1500: "−£1,500"} {
		if got := pounds(n); got != want {
			t.Errorf("pounds(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestOnlyHTTPSLeadsOut(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://example.org/a?b=c#d": "https://example.org/a?b=c#d", "http://example.org/": "", "javascript:alert(1)": "", "//example.org": "", "https://": "",
		"https://example.org@evil.example/": "", "HTTPS://example.org/": "https://example.org/", " https://example.org": "", "data:text/html,x": "",
	} {
		if got := httpsOnly(address); got != want {
			t.Errorf("httpsOnly(%q) = %q, want %q", address, got, want)
		}
	}
}

func TestIDsBecomeFileNames(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"Z9A1A/imaging-archive":  "Z9A1A-imaging-archive",
		"OFF-08a":                "OFF-08a",
		"":                       "_",
		"..":                     "_2e_2e",
		"a_b":                    "a_5fb",
		"ü":                      "_c3_bc",
		strings.Repeat("a", 200): strings.Repeat("a", maxName-9) + "_" + shortDigest(strings.Repeat("a", 200)),
	} {
		if got := fileName(id); got != want {
			t.Errorf("fileName(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestTwoSubjectsOnOnePathAreAnError(t *testing.T) {
	t.Parallel()
	r := sample()
	twin := r.Suppliers[0]
	twin.ID = "HARROW-hosting"
	r.Suppliers = append(r.Suppliers, twin)
	_, err := Render(r, look(t, nil), sampleConfig())
	if err == nil || !strings.Contains(err.Error(), "suppliers/harrow-hosting.html") {
		t.Errorf("got %v", err)
	}
}

func TestAThemeFailsEarlyAndByName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		alter func(fstest.MapFS)
		want  string
	}{
		"when a template is missing":  {func(f fstest.MapFS) { delete(f, "templates/supplier.html") }, "read template supplier.html"},
		"when a template is broken":   {func(f fstest.MapFS) { f["templates/about.html"] = &fstest.MapFile{Data: []byte("{{")} }, "parse template about.html"},
		"when a template has no main": {func(f fstest.MapFS) { f["templates/about.html"] = &fstest.MapFile{} }, `about.html of theme test does not define "main"`},
		"when a template asks for too much": {func(f fstest.MapFS) {
			f["templates/about.html"] = &fstest.MapFile{Data: []byte(`{{define "main"}}{{.Nothing}}{{end}}`)}
		}, "render about.html"},
	} {
		_, err := Render(sample(), look(t, c.alter), sampleConfig())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestDataBeginsWithTheVersion(t *testing.T) {
	t.Parallel()
	n := 0
	for _, f := range rendered(t, sample()) {
		if !strings.HasPrefix(f.Path, dataRoot) {
			continue
		}
		n++
		if !strings.HasPrefix(string(f.Data), `{"version":"`+report.Version+`","tool":`) {
			t.Errorf("%s begins with %.60s", f.Path, f.Data)
		}
		var origin report.Origin
		if err := json.Unmarshal(f.Data, &origin); err != nil {
			t.Errorf("%s: %v", f.Path, err)
		}
		if diff := cmp.Diff(sample().Origin, origin); diff != "" {
			t.Errorf("%s: %s", f.Path, diff)
		}
	}
	if n != len(documents)+25 {
		t.Errorf("%d documents", n)
	}
}

// TestTheWholeReportIsThere puts the report together again from its documents: nothing is lost. What obligations.json says of
// an obligation is said there alone, and that one is met or does not apply is said with the subject alone.
func TestTheWholeReportIsThere(t *testing.T) {
	t.Parallel()
	got, want := new(report.Report), sample()
	timelines := map[string]*report.Timeline{}
	for _, f := range rendered(t, sample()) {
		name, ok := strings.CutPrefix(f.Path, dataRoot)
		var one struct {
			Workload     *report.Workload
			Organisation *report.Organisation
			Supplier     *report.Supplier
			Contract     *report.Contract
			Footprint    *report.Footprint
			Obligation   *report.Obligation
			Subject      report.Ref
			Timeline     *report.Timeline
			Due          []report.Due
			Turns        []report.ToCome
		}
		switch {
		case !ok, name == "workloads.json", name == "suppliers.json", name == "organisations.json", name == "due.json", name == "changes.json", name == "forecast.json", name == "checkpoint.json":
			continue // in brief
		case !strings.Contains(name, "/"):
			if err := json.Unmarshal(f.Data, got); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := json.Unmarshal(f.Data, &one); err != nil {
			t.Fatal(err)
		}
		got.Due = append(got.Due, one.Due...)
		switch {
		case one.Workload != nil:
			got.Workloads = append(got.Workloads, *one.Workload)
		case one.Organisation != nil:
			got.Organisations = append(got.Organisations, *one.Organisation)
		case one.Supplier != nil:
			got.Suppliers = append(got.Suppliers, *one.Supplier)
		case one.Contract != nil:
			got.Contracts = append(got.Contracts, *one.Contract)
		case one.Footprint != nil:
			got.Footprints = append(got.Footprints, *one.Footprint)
		case one.Timeline != nil:
			timelines[one.Subject.Kind+" "+one.Subject.ID] = one.Timeline
		case one.Turns != nil:
			got.Forecast = &report.Forecast{Turns: append(orNew(got.Forecast).Turns, one.Turns...)}
		}
	}
	for i := range got.Workloads {
		w := &got.Workloads[i]
		w.Timeline = timelines["workload "+w.ID]
		restore(w.Verdicts, report.Ref{Kind: "workload", ID: w.ID, Name: w.Name}, want.Obligations)
	}
	for i := range got.Suppliers {
		restore(got.Suppliers[i].Verdicts, report.Ref{Kind: "supplier", ID: got.Suppliers[i].ID, Name: got.Suppliers[i].Name}, want.Obligations)
	}
	for i := range got.Organisations {
		restore(got.Organisations[i].Verdicts, report.Ref{Kind: "organisation", ID: got.Organisations[i].ID, Name: got.Organisations[i].Name}, want.Obligations)
	}
	for i := range got.Contracts {
		restore(got.Contracts[i].Verdicts, report.Ref{Kind: "contract", ID: got.Contracts[i].ID, Name: got.Contracts[i].Title}, want.Obligations)
	}
	for i := range got.Footprints {
		restore(got.Footprints[i].Verdicts, report.Ref{Kind: "footprint", ID: got.Footprints[i].ID, Name: got.Footprints[i].Name}, want.Obligations)
	}
	for i := range want.Obligations {
		want.Obligations[i].Subjects = nil
	}
	want.Forecast.Until, want.Forecast.Workloads = calendar.Date{}, nil
	got.Forecast.Until = want.Forecast.Until
	byID := func(a, b report.Workload) int { return strings.Compare(a.ID, b.ID) }
	slices.SortFunc(got.Workloads, byID)
	slices.SortFunc(want.Workloads, byID)
	// What a verdict and a turn leave out is in the catalogue.
	catalogue := cmp.FilterPath(func(p cmp.Path) bool {
		s := p.String()
		return strings.HasSuffix(s, "Verdicts.Remedy") || strings.HasSuffix(s, "Due.Remedy") || strings.HasSuffix(s, "Verdicts.Tensions") || strings.Contains(s, "Timeline.Segments.Turns.") &&
			(strings.HasSuffix(s, "Title") || strings.HasSuffix(s, "Strength") || strings.HasSuffix(s, "Subject") || strings.HasSuffix(s, "Remedy"))
	}, cmp.Ignore())
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), catalogue); diff != "" {
		t.Error(diff)
	}
}

func orNew(f *report.Forecast) *report.Forecast {
	if f == nil {
		return new(report.Forecast)
	}
	return f
}

// restore puts back what the document of a subject leaves out.
func restore(verdicts []report.Verdict, of report.Ref, catalogue []report.Obligation) {
	for i := range verdicts {
		v := &verdicts[i]
		if v.Subject == (report.Ref{}) {
			v.Subject = of
		}
		for _, o := range catalogue {
			if o.ID == v.Obligation {
				v.Title, v.Strength = o.Title, o.Strength
			}
		}
		if v.Due != nil {
			v.Due.Title, v.Due.Subject = v.Title, v.Subject
		}
	}
}

func TestCalendarsDivideTheDueDays(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, f := range rendered(t, sample()) {
		if strings.HasPrefix(f.Path, "calendar/") && strings.HasSuffix(f.Path, ".ics") || f.Path == feedPath {
			got[f.Path] = string(f.Data)
		}
	}
	want := map[string]string{
		"calendar/all.ics":                                         "Cloud evidence register 2",
		"calendar/office-none.ics":                                 "Cloud evidence register: No office named 1",
		"calendar/office-siro.ics":                                 "Cloud evidence register: SIRO 1",
		"calendar/organisation-Z9A1A.ics":                          "Cloud evidence register: Northmoor Hospitals 2",
		"calendar/owner-imaging_40northmoor_2eexample_2eorg.ics":   "Cloud evidence register: Imaging service manager <imaging@northmoor.example.org> 1",
		"calendar/owner-suppliers_40northmoor_2eexample_2eorg.ics": "Cloud evidence register: Supplier manager <suppliers@northmoor.example.org> 1",
		"calendar/workload-Z9A1A-imaging-archive.ics":              "Cloud evidence register: Imaging archive 2",
		"calendar/workload-Z9A1A-triage-trial.ics":                 "Cloud evidence register: Triage trial 0",
		feedPath: "Cloud evidence register by Northmoor imaging network: 3 at changes.atom and changes.html workloads/Z9A1A-imaging-archive.html workloads/Z9A1A-imaging-archive.html workloads/Z9A1A-imaging-archive.html",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGroupsCountWhatTheStatusCounts(t *testing.T) {
	t.Parallel()
	w := sample().Workloads[0]
	var states []string
	for _, g := range newStanding(w.Status, w.Verdicts).Open {
		states = append(states, fmt.Sprint(g.State, " ", len(g.Verdicts)))
	}
	if diff := cmp.Diff([]string{"failing 1", "gap 1", "excepted 1", "contested 1"}, states); diff != "" {
		t.Error(diff)
	}
}

// goldens are one page of each kind. Only what stands in main is kept, and of one page the frame too.
var goldens = map[string]string{
	"index.html": "overview", "workloads.html": "workloads", "workloads/Z9A1A-imaging-archive.html": "workload", "suppliers.html": "suppliers",
	"suppliers/harrow-hosting.html": "supplier", "lists/notices.html": "notices", "organisations.html": "organisations", "organisations/Z9A1A.html": "organisation",
	"contracts/Z9A1A-archive-hosting.html": "contract", "footprints/northmoor-imaging.html": "footprint", "obligations.html": "obligations",
	"obligations/OFF-01.html": "obligation", "calendar.html": "calendar", "changes.html": "changes", "forecast.html": "forecast", "findings.html": "findings", "about.html": "about",
	"pages/how-to-read.html": "authored", "404.html": "missing",
}

var mainElement = regexp.MustCompile(`(?s)<main .*</main>\n?`)

func TestPagesAreAsReviewed(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, f := range rendered(t, sample()) {
		name, ok := goldens[f.Path]
		if !ok {
			continue
		}
		seen++
		got := f.Data
		if name != "overview" {
			got = mainElement.Find(got)
		}
		golden := filepath.Join("testdata", name+".html")
		if *update {
			if err := os.WriteFile(golden, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s changed (go test ./internal/site -update writes it anew): %s", f.Path, diff)
		}
	}
	if seen != len(goldens) {
		t.Errorf("%d of %d pages", seen, len(goldens))
	}
}

func TestDump(t *testing.T) {
	if *dump == "" {
		t.Skip("no folder given")
	}
	for _, f := range rendered(t, sample()) {
		to := filepath.Join(*dump, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAddressesLeadToThePortal holds that files which leave the portal link to it in full when it is known where it is.
func TestAddressesLeadToThePortal(t *testing.T) {
	t.Parallel()
	c := sampleConfig()
	c.Address = "https://evidence.example.org/register/"
	var links []string
	c.Calendar = func(to []byte, _ string, _ report.Origin, due []report.Due, link func(report.Ref) string) []byte {
		for _, d := range due {
			links = append(links, link(d.Subject))
		}
		return to
	}
	files, err := Render(sample(), look(t, nil), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		if !strings.HasPrefix(l, c.Address) || !strings.HasSuffix(l, ".html") {
			t.Errorf("%q", l)
		}
	}
	for _, f := range files {
		switch {
		case f.Path == feedPath && !strings.Contains(string(f.Data), "at https://evidence.example.org/register/changes.atom and https://evidence.example.org/register/changes.html"):
			t.Errorf("%s", f.Data)
		case f.Path == "calendar.html" && !strings.Contains(string(f.Data), `href="webcal://evidence.example.org/register/calendar/all.ics"`):
			t.Errorf("nothing to subscribe to in %s", f.Data)
		}
	}
}

func TestAnOverrideIsSeen(t *testing.T) {
	t.Parallel()
	p, err := New(Frame{Origin: sample().Origin, Obligations: sample().Obligations}, look(t, nil), sampleConfig())
	if err != nil {
		t.Fatal(err)
	}
	l := report.ListsOf(sample())
	l.Overrides = []report.Override{{On: calendar.MustParse("2026-11-20"), Commit: strings.Repeat("a", 40), Reason: "A <b>duplicate</b>.", Said: []string{"workload x is missing"}, More: 4}}
	found := 0
	err = p.Lists(l, nil, Each(func(f File) error {
		text := string(f.Data)
		switch f.Path {
		case "index.html":
			for _, want := range []string{"Published although something spoke against it", "A &lt;b&gt;duplicate&lt;/b&gt;.", "workload x is missing", "and 4 more"} {
				if !strings.Contains(text, want) {
					t.Errorf("%s lacks %q", f.Path, want)
				}
			}
			found++
		case "api/v1/index.json", "api/v1/checkpoint.json":
			if !strings.Contains(text, `workload x is missing`) {
				t.Errorf("%s does not say it", f.Path)
			}
			found++
		}
		return nil
	}))
	if err != nil || found != 3 {
		t.Errorf("%d of 3, %v", found, err)
	}
}
