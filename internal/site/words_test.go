package site

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"golang.org/x/net/html"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/theme"
	"example.org/muniment/internal/wording"
)

// said is what is written in English.
func said(t *testing.T, write func(*markup)) string {
	t.Helper()
	says, err := newSpeech(wording.English())
	if err != nil {
		t.Fatal(err)
	}
	m := &markup{says: says}
	write(m)
	return string(m.b)
}

// accented are letters that nobody writes English with.
var accented = strings.NewReplacer(
	"A", "Å", "B", "Ɓ", "C", "Ç", "D", "Ð", "E", "É", "F", "Ƒ", "G", "Ĝ", "H", "Ĥ", "I", "Î", "J", "Ĵ", "K", "Ķ", "L", "Ļ", "M", "Ṁ",
	"N", "Ñ", "O", "Ö", "P", "Þ", "Q", "Ǫ", "R", "Ŕ", "S", "Š", "T", "Ţ", "U", "Û", "V", "Ṽ", "W", "Ŵ", "X", "Ẋ", "Y", "Ý", "Z", "Ž",
	"a", "å", "b", "ƀ", "c", "ç", "d", "ð", "e", "é", "f", "ƒ", "g", "ĝ", "h", "ĥ", "i", "î", "j", "ĵ", "k", "ķ", "l", "ļ", "m", "ɱ",
	"n", "ñ", "o", "ö", "p", "þ", "q", "ǫ", "r", "ŕ", "s", "š", "t", "ţ", "u", "û", "v", "ṽ", "w", "ŵ", "x", "ẋ", "y", "ý", "z", "ž",
)

var (
	messageLine = regexp.MustCompile(`(?m)^([a-z0-9.-]+ = ")(.*)"$`)
	marked      = regexp.MustCompile(`\{[a-z]+\}|</?[a-z]+>|\\.`)
)

// pseudo is a translation in which every letter of every message has an accent, between brackets. Choices of the schema are among
// them.
func pseudo(t *testing.T, choices []string) []byte {
	t.Helper()
	more := "[choice]\n"
	for _, c := range choices {
		if known, err := wording.English().Phrase("choice." + c); known == nil && err != nil {
			more += c + " = " + `"` + c + `"` + "\n"
		}
	}
	raw, err := os.ReadFile("../wording/en.toml")
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.Replace(raw, []byte("[choice]\n"), []byte(more), 1)
	return messageLine.ReplaceAllFunc(raw, func(line []byte) []byte {
		part := messageLine.FindSubmatch(line)
		text, at := string(part[2]), 0
		out := string(part[1]) + "⟦"
		for _, m := range marked.FindAllStringIndex(text, -1) {
			out += accented.Replace(text[at:m[0]]) + text[m[0]:m[1]]
			at = m[1]
		}
		return []byte(out + accented.Replace(text[at:]) + `⟧"`)
	})
}

// translated is the theme in another language.
func translated(t *testing.T, lang string, words []byte) *theme.Theme {
	t.Helper()
	return look(t, func(files fstest.MapFS) {
		described := strings.Replace(string(files["theme.json"].Data), "{", `{"language": "`+lang+`", "words": "words.toml", `, 1)
		files["theme.json"], files["words.toml"] = &fstest.MapFile{Data: []byte(described)}, &fstest.MapFile{Data: words}
	})
}

// evidence goes through every text of a report. What change gives takes its place.
func evidence(v reflect.Value, change func(string) string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(change(v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			evidence(v.Elem(), change)
		}
	case reflect.Slice:
		for i := range v.Len() {
			evidence(v.Index(i), change)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			change(key.String())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "HTML" {
				evidence(v.Field(i), change)
			}
		}
	}
}

// oneName is a name of one word.
var oneName = regexp.MustCompile(`^[A-Z][A-Za-z]*$`)

// veiled writes what evidence says, and names, with letters of another alphabet. Choices, ids and paths stay.
func veiled(s string) string {
	if !strings.Contains(s, " ") && !oneName.MatchString(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			return 'ж'
		}
		return r
	}, s)
}

// oneChoice is a text that may be a choice of the schema.
var oneChoice = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// asRecorded are words that pages show as the report words them. They are in no catalogue: a report says them, and a translation would change
// the record. Everything else that a page shows in letters of English is an id, a path or a command.
var asRecorded = map[string]string{
	"failing":                         "what the catalogue of obligations says of missing evidence",
	"commit signed in an unknown way": "how a commit came", "pull request": "how a commit came", "not checked: that is no approval": "how a commit came",
}

// commands are written as they are typed.
var commands = []string{"muniment", "status", "verify", "build", "as-of", "as-of DAY", "known-at DAY", "known-at", "sha256sum", "check", "END", "END'"}

// registers are reports of every kind, and the pages that each leads to.
func registers() map[string]*report.Report {
	dirty, empty := sample(), &report.Report{Origin: sample().Origin}
	dirty.Origin.Dirty = true
	return map[string]*report.Report{
		"everything": sample(), "uncommitted changes": dirty, "nothing": empty, "no origin": {}, "something in every field": filled("77", 2),
	}
}

func TestEveryWordOfAPageIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	recorded := map[string]bool{}
	for name, r := range registers() {
		c := sampleConfig()
		c.Title, c.Organisation, c.Contact.Title, c.Pages = veiled(c.Title), veiled(c.Organisation), veiled(c.Contact.Title), nil
		ids, choices := map[string]bool{c.Contact.Email: true}, map[string]bool{"unknown": true}
		origin := sample().Origin // of the open register
		evidence(reflect.ValueOf(&origin), func(s string) string {
			ids[s] = true
			return s
		})
		evidence(reflect.ValueOf(r), func(s string) string {
			ids[s] = true
			if oneChoice.MatchString(s) {
				choices[s] = true
			}
			return veiled(s)
		})
		look := translated(t, "cy", pseudo(t, slices.Sorted(maps.Keys(choices))))
		files, err := Render(r, look, c)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, openRegister(t, look, c)...)
		for run, where := range strays(parsePages(t, files), ids) {
			if recorded[strings.ToLower(run)] = true; asRecorded[strings.ToLower(run)] == "" {
				t.Errorf("%s: %q is in no catalogue: %s", name, run, where)
			}
		}
	}
	for run := range asRecorded {
		if !recorded[run] {
			t.Errorf("%q is no longer on any page: the list only shrinks", run)
		}
	}
}

// openRegister is a register that is open to the public, with something in every field.
func openRegister(t *testing.T, look *theme.Theme, c Config) []File {
	t.Helper()
	var w report.OpenWorkload
	var row report.OpenRow
	fill(reflect.ValueOf(&w).Elem(), "77", 2)
	fill(reflect.ValueOf(&row).Elem(), "77", 2)
	w.DPIA.HTML = ""
	origin := sample().Origin
	origin.Profile = report.Open
	p, err := New(Frame{Origin: origin}, look, c)
	if err != nil {
		t.Fatal(err)
	}
	files, err := p.OpenWorkload(&w)
	if err != nil {
		t.Fatal(err)
	}
	err = p.OpenLists([]report.OpenRow{row}, func(f File) error {
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// strays finds what pages say in letters of English, with where, except ids and commands and what people wrote.
func strays(pages []parsedPage, ids map[string]bool) map[string]string {
	stray := map[string]string{}
	for _, p := range pages {
		prose := map[*html.Node]bool{}
		for n := range p.root.Descendants() {
			if class, _ := attribute(n, "class"); prose[n.Parent] || strings.HasPrefix(class, "muniment-prose") {
				prose[n] = true
				continue
			}
			for _, text := range texts(n) {
				for _, run := range english.FindAllString(text, -1) {
					run = strings.TrimPrefix(strings.TrimRight(run, ".:'"), "muniment ")
					if !slices.Contains(commands, run) && !isPartOf(ids, run) {
						stray[run] = p.path + ": " + text
					}
				}
			}
		}
	}
	return stray
}

// isPartOf tells whether something is an id, a path or a digest, or the part of one that a page shows.
func isPartOf(ids map[string]bool, run string) bool {
	if strings.Contains(run, "/") || len(run) >= 40 {
		return true
	}
	for id := range ids {
		if strings.ContainsAny(run, "0123456789.@-") && strings.Contains(id, run) {
			return true
		}
	}
	return false
}

// english finds words that the pseudo translation has not touched.
var english = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_/.@:’'-]*(?: [A-Za-z][A-Za-z0-9_/.@:’'-]*)*`)

// texts are what a reader sees or hears of a node.
func texts(n *html.Node) []string {
	if n.Type == html.TextNode && n.Parent.Data != "script" {
		return []string{n.Data}
	}
	var out []string
	for _, name := range []string{"aria-label", "title", "data-label", "data-filter", "data-value", "placeholder", "alt"} {
		if text, ok := attribute(n, name); ok && n.Data != "script" {
			out = append(out, text)
		}
	}
	return out
}

// welsh is enough of a translation to show what one does. Its words are for the test.
const welsh = `
[overview]
heading = "Beth sydd angen sylw"
more.other = "{count} o lwythi eraill"

[suppliers]
lede.zero = "Dim cyflenwr"
lede.one = "Un cyflenwr"
lede.two = "{count} gyflenwr"
lede.other = "{count} o gyflenwyr"

[date]
long = "{day} o {month} {year}"

[month]
11 = "Tachwedd"

[state]
failing = "Yn methu"
`

func TestAThemeInAnotherLanguage(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "Dim cyflenwr", 1: "Un cyflenwr", 2: "2 gyflenwr", 3: "3 o gyflenwyr"} {
		r := sample()
		r.Suppliers = slices.Repeat(r.Suppliers[:1], n)
		for i := range r.Suppliers {
			r.Suppliers[i].ID += strings.Repeat("x", i)
		}
		files, err := Render(r, translated(t, "cy", []byte(welsh)), sampleConfig())
		if err != nil {
			t.Fatal(err)
		}
		overview, subject := pageAt(t, files, "index.html"), pageAt(t, files, "workloads/Z9A1A-imaging-archive.html")
		for page, parts := range map[string][]string{
			overview: {
				`<html lang="cy">`, "<h1>Beth sydd angen sylw</h1>", `<time datetime="2026-11-22">22 o Tachwedd 2026</time>`, // its own words
				`<a class="nhsuk-skip-link" href="#main">Skip to main content</a>`, // English where it has none
				`data-months="January|February|March|April|May|June|July|August|September|October|Tachwedd|December"`,
			},
			subject:                            {`<strong class="muniment-verdict muniment-state--failing">Yn methu</strong>`, `<p class="muniment-standing__sentence" lang="en-GB">`},
			pageAt(t, files, "suppliers.html"): {`<p class="nhsuk-lede-text">` + want + "</p>"},
		} {
			for _, part := range parts {
				if !strings.Contains(page, part) {
					t.Errorf("%d suppliers: no page has %s", n, part)
				}
			}
		}
	}
	for _, f := range rendered(t, sample()) {
		if strings.HasSuffix(f.Path, ".html") && (!bytes.Contains(f.Data, []byte(`<html lang="en-GB">`)) || bytes.Count(f.Data, []byte(" lang=")) != 1) {
			t.Errorf("%s is English and says so more than once", f.Path)
		}
	}
}

func TestATemplateThatSaysWhatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ claim, said, want string }{
		{"a message that nobody wrote", `{{text "missing.headline"}}`, "there is no message missing.headline"},
		{"a place without a value", `{{text "workload.caption" "type" .}}`, "place {phase} that gets no value"},
		{"a value without a place", `{{text "missing.heading" "type" .}}`, "no place {type}"},
		{"a value without its name", `{{text "workload.caption" .}}`, "name of its place before each value"},
		{"an id that is worked out", `{{text .Page.Title}}`, "written out"},
		{"within a value", `{{text "list.part" "number" (text "list.pert") "count" 2}}`, "there is no message list.pert"},
		{"within a condition", `{{if text "missing.headline"}}{{end}}`, "there is no message missing.headline"},
		{"in a part of it", `{{with .Page}}{{range .Crumbs}}{{else}}{{text "missing.headline"}}{{end}}{{end}}`, "there is no message missing.headline"},
	} {
		_, err := New(Frame{}, look(t, func(files fstest.MapFS) {
			files["templates/missing.html"] = &fstest.MapFile{Data: []byte(`{{define "main"}}` + c.said + `{{end}}`)}
		}), Config{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.claim, err, c.want)
		}
	}
}

func TestATemplateThatGivesAMessageTheWrongThingIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ claim, said, want string }{
		{"no number where things are counted", `{{text "workloads.worst" "count" "3"}}`, "counts a string"},
		{"a text around words", `{{text "missing.overview" "overview" "x"}}`, "goes around them"},
		{"a link in a place", `{{text "overview.all-organisations" "count" 3}}{{text "supplier.belongs" "parent" (to "index.html")}}`, "goes around them"},
		{"what is no value", `{{text "supplier.belongs" "parent" .Page}}`, "is given a site.page"},
	} {
		_, err := Render(sample(), look(t, func(files fstest.MapFS) {
			files["templates/missing.html"] = &fstest.MapFile{Data: []byte(`{{define "main"}}` + c.said + `{{end}}`)}
		}), sampleConfig())
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.claim, err, c.want)
		}
	}
}

// actions, tags and attributes are the markup and the actions of a template, and what a reader sees of an element without being text.
var (
	actions    = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	tags       = regexp.MustCompile(`<[^>]*>`)
	attributes = regexp.MustCompile(` (?:aria-label|title|data-label|data-filter|alt)="([^"]*)"`)
)

// TestTemplatesHaveNoWordsOfTheirOwn looks at what is on no page of a test, too.
func TestTemplatesHaveNoWordsOfTheirOwn(t *testing.T) {
	t.Parallel()
	for name, raw := range templatesOf(t) {
		text := actions.ReplaceAllString(raw, "")
		shown := []string{tags.ReplaceAllString(text, "\n")}
		for _, found := range attributes.FindAllStringSubmatch(text, -1) {
			shown = append(shown, found[1])
		}
		for _, run := range english.FindAllString(strings.Join(shown, "\n"), -1) {
			if run != "muniment" { // before its version
				t.Errorf("%s says %q by itself", name, run)
			}
		}
	}
}

// TestEveryMessageIsSaid: what nothing says only makes work for translators.
func TestEveryMessageIsSaid(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, u := range uses {
		said[u.id] = true
	}
	for _, raw := range templatesOf(t) {
		for _, found := range regexp.MustCompile(`text "([a-z0-9.-]+)"`).FindAllStringSubmatch(raw, -1) {
			said[found[1]] = true
		}
	}
	for _, id := range wording.English().IDs() {
		group, _, _ := strings.Cut(id, ".")
		if whole := []string{"state", "letter", "meaning", "rule", "choice", "month", "month-short", "weekday", "weekday-short"}; !slices.Contains(whole, group) &&
			!strings.HasPrefix(group, "scripts-") && !said[id] { // wording looks at what scripts say
			t.Errorf("nothing says %s", id)
		}
	}
}

// inCode visits every call in the Go files of this package, with the function that it is in; empty for a variable of the package.
func inCode(t *testing.T, visit func(call *ast.CallExpr, within string)) {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			within := ""
			if f, ok := d.(*ast.FuncDecl); ok {
				within = name + ": " + f.Name.Name
			}
			ast.Inspect(d, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					visit(call, within)
				}
				return true
			})
		}
	}
}

// TestPhrasesAreDeclared: a phrase that is made later is not among those that a portal has looked up.
func TestPhrasesAreDeclared(t *testing.T) {
	t.Parallel()
	inCode(t, func(call *ast.CallExpr, within string) {
		if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "say" && within != "" {
			t.Errorf("%s calls say", within)
		}
	})
}

// outside is what stands between tags in a piece of markup, which may begin or end within one.
var outside = regexp.MustCompile(`^[^<>]*>|<[^>]*(?:>|$)`)

// TestCodeHasNoWordsOfItsOwn looks at what is on no page of a test, too.
func TestCodeHasNoWordsOfItsOwn(t *testing.T) {
	t.Parallel()
	typed := []string{ // commands that people copy, with what stands for < and > in them, and names of files
		"sha256sum", "check", "lt", "gt", "END", "END'", "echo", "allowed_signers", "ssh-keygen", "Y verify", "f allowed_signers",
		"n muniment-approval@example.org", "sig", "html", "about.html",
	}
	inCode(t, func(call *ast.CallExpr, within string) {
		if f, ok := call.Fun.(*ast.SelectorExpr); !ok || f.Sel.Name != "raw" {
			return
		}
		for _, arg := range call.Args {
			literal, ok := arg.(*ast.BasicLit)
			if !ok {
				continue
			}
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.ContainsAny(text, "<>") && strings.ContainsAny(text, `="`) {
				continue // attributes
			}
			for _, run := range english.FindAllString(outside.ReplaceAllString(text, "\n"), -1) {
				if len(run) > 1 && !slices.Contains(typed, run) {
					t.Errorf("%s writes %q", within, run)
				}
			}
		}
	})
}

// notShown are fields with choices that no page shows, or only within a sentence of a report.
var notShown = []string{
	"visibility", "data.classification", "data.serviceLevel", "security.availability.rating", "security.integrity.rating", "security.confidentiality.rating",
	"class.level", "considerations[].factor", "basis[].document", "guidance[].document", "transfers[].mechanism", "jurisdictions[].through", "scheme", "result",
	"renewal.decision", "clauses[].need", "lockIn.rating", "priorConsultation.outcome", "dspt[].status", "readiness[].regime", "approvals.proof", "from",
	"cryptography.protocols[].name", "support.places[].access", "publicNotice.mentions",
}

// TestChoicesThatPagesShowAreInTheCatalogue, so that a translator finds them: docs/format.md has every choice of the schema.
func TestChoicesThatPagesShowAreInTheCatalogue(t *testing.T) {
	t.Parallel()
	format, err := os.ReadFile("../../docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([^`]+)` \\|[^|]*\\| ((?:`[^`]+`(?: or )?){2,}) \\|").FindAllStringSubmatch(string(format), -1)
	if len(rows) < 50 {
		t.Fatalf("only %d fields with choices were found", len(rows))
	}
	for _, row := range rows {
		if slices.Contains(notShown, row[1]) {
			continue
		}
		for _, choice := range strings.Split(strings.ReplaceAll(row[2], "`", ""), " or ") {
			if choice == "other" {
				choice = otherChoice
			}
			if _, err := wording.English().Phrase("choice." + choice); err != nil {
				t.Errorf("%s: %v", row[1], err)
			}
		}
	}
}
