package site

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// shared are the templates that every page is built on, and pageTemplates those of one page each. Each defines "main".
var (
	shared        = []string{"layout.html", "parts.html"}
	pageTemplates = []string{
		"overview.html", "workloads.html", "workload.html", "suppliers.html", "supplier.html", "certificates.html", "principles.html", "notices.html", "organisations.html", "organisation.html",
		"contract.html", "footprint.html", "obligations.html", "obligation.html", "calendar.html", "findings.html", "about.html",
		"authored.html", "missing.html", "list.html", "changes.html", "forecast.html", "open.html", "open-workload.html", "open-about.html", "search.html", "any-day.html", "day.html", "office.html", "board.html",
	}
)

// set holds the templates of pages that lie equally deep.
type set struct{ pages map[string]*template.Template }

// parse reads every template of the theme, so that a theme that lacks one fails before anything is rendered.
func (p *Portal) parse() error {
	p.templates = map[string]*set{}
	p.drawn = map[string]map[string]dutyMarkup{}
	for _, root := range []string{"", "../"} {
		p.drawn[root] = p.drawDuties(root)
		base := template.New("").Funcs(p.functions(root)).Option("missingkey=error")
		for _, name := range shared {
			if err := p.parseFile(base, name); err != nil {
				return err
			}
		}
		s := &set{map[string]*template.Template{}}
		for _, name := range pageTemplates {
			t, err := base.Clone()
			if err != nil {
				return fmt.Errorf("prepare template %s: %w", name, err)
			}
			if err := p.parseFile(t, name); err != nil {
				return err
			}
			if t.Lookup("main") == nil {
				return fmt.Errorf("template %s of theme %s does not define \"main\"", name, p.look.Name)
			}
			s.pages[name] = t
		}
		p.templates[root] = s
	}
	return nil
}

func (p *Portal) parseFile(t *template.Template, name string) error {
	text, err := fs.ReadFile(p.look.Templates, name)
	if err != nil {
		return fmt.Errorf("read template %s: %w", name, err)
	}
	if _, err := t.New(name).Parse(string(text)); err != nil {
		return fmt.Errorf("parse template %s: %w", name, err)
	}
	return p.says.prepare(t, name)
}

// page is what the layout needs to know of any page.
type page struct {
	Path    string // where it is published
	Title   string // unique in the portal
	Section string // the entry of the navigation that it belongs to
	Crumbs  []crumb
	JSON    string // the same as data, from the root; empty when there is none

	Known *report.Commit // of a subject: the newest commit that changed anything it rests on, when that is known
	Part  bool           // a part of a long list: the commit is named on the overview
}

// root is the way to the root of the portal.
func (p page) root() string { return strings.Repeat("../", strings.Count(p.Path, "/")) }

// crumb is a step of the way from the overview.
type crumb struct{ Path, Text string }

// back is the last step of the way, which is all of it that fits a phone.
func (p *Portal) back(from page) crumb {
	if n := len(from.Crumbs); n > 0 {
		return from.Crumbs[n-1]
	}
	return p.crumb("index.html", titleOverview)
}

// framed is what the layout is given: what it needs to know of a page, and what stands in the middle of it.
type framed struct {
	Page page
	Main template.HTML
}

// execute makes a page on a sheet, whole. Where the data has the mark of a long piece, that is put in at the end, so that it is copied once.
func (p *Portal) execute(name string, to page, data any, long ...template.HTML) ([]byte, error) {
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	made, err := p.main(b, name, to, data)
	if err != nil {
		return nil, err
	}
	room, main := len(made), func(out []byte) []byte { return append(out, made...) }
	if len(long) > 0 {
		for _, piece := range long {
			room += len(piece)
		}
		main = func(out []byte) []byte {
			return splice(out, made, func(out []byte, n int) []byte { return append(out, long[n]...) })
		}
	}
	if to.Part {
		f, err := p.frameOf(to)
		if err != nil {
			return nil, err
		}
		if f != nil {
			return f.around(p, to, sheet(frameRoom+room), main), nil
		}
	}
	frame, err := p.layout(to)
	if err != nil {
		return nil, err
	}
	return splice(sheet(len(frame)+room), frame, func(out []byte, _ int) []byte { return main(out) }), nil
}

// buffers are where the middle of a page grows before it is put into its frame.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// main makes what stands in the middle of a page, in a buffer.
func (p *Portal) main(b *bytes.Buffer, name string, to page, data any) ([]byte, error) {
	b.Reset()
	if err := p.templates[to.root()].pages[name].ExecuteTemplate(b, "main", data); err != nil {
		return nil, fmt.Errorf("render %s: %w", to.Path, err)
	}
	return tidy(b.Bytes()), nil
}

// layout makes what stands around the middle of a page, with a mark where that goes.
func (p *Portal) layout(to page) ([]byte, error) {
	var b bytes.Buffer
	if err := p.templates[to.root()].pages["missing.html"].ExecuteTemplate(&b, "layout", framed{to, mark(0)}); err != nil {
		return nil, fmt.Errorf("render %s: %w", to.Path, err)
	}
	return tidy(b.Bytes()), nil
}

// A mark stands in the output of a template for what is put there later, so that templates need not carry it. It holds a NUL,
// which html/template replaces in everything that is not marked as HTML: no text of a report can pass for one.
func mark(n int) template.HTML { return template.HTML("\x00" + string(rune('0'+n)) + "\x00") }

// splice copies html and puts what belongs there in the place of each mark.
func splice(out, html []byte, put func([]byte, int) []byte) []byte {
	for {
		i := bytes.IndexByte(html, 0)
		if i < 0 {
			return append(out, html...)
		}
		n, size := utf8.DecodeRune(html[i+1:])
		out = put(append(out, html[:i]...), int(n-'0'))
		html = html[i+1+size+1:]
		if n := len(out); n > 0 && out[n-1] == '\n' && len(html) > 0 && html[0] == '\n' {
			html = html[1:]
		}
	}
}

// pageFrame is the layout around a page of which there are many, in pieces. Pages of subjects differ in a few words only, and so do the
// parts of long lists.
type pageFrame []string

// frameKey is all that pages with the same frame have in common.
type frameKey struct {
	root, section, crumbs string
	known, part, data     bool
}

func keyOfFrame(to page) frameKey {
	return frameKey{to.root(), to.Section, fmt.Sprintf("%q", to.Crumbs), to.Known != nil, to.Part, to.JSON != ""}
}

// slots stand in a frame for the words in which the pages of subjects differ, in the order in which they are used.
var slots = []string{"muniment-slot-title", "muniment-slot-main", "slot-commit-", "muniment-slot-day", "muniment-slot-json"}

// frameOf gives the frame of the page of a subject, or of a part of a list; nil when the theme uses its words in another way.
func (p *Portal) frameOf(to page) (pageFrame, error) {
	key := keyOfFrame(to)
	if f, ok := p.frames.Load(key); ok {
		return f.(pageFrame), nil
	}
	with := to
	with.Title = slots[0]
	if key.data {
		with.JSON = slots[4]
	}
	if to.Known != nil {
		with.Known = &report.Commit{ID: slots[2], Day: slotDay}
	}
	raw, err := p.layout(with)
	if err != nil {
		return nil, err
	}
	html := strings.ReplaceAll(string(splice(nil, raw, func(out []byte, _ int) []byte { return append(out, slots[1]...) })), p.says.long(slotDay), slots[3])
	f := cutFrame(html, key)
	p.frames.Store(key, f)
	return f, nil
}

// slotDay is a day that no commit has.
var slotDay = calendar.Of(2199, time.December, 31)

// cutFrame cuts a frame at its slots, each of which must be there once and in order.
func cutFrame(html string, key frameKey) pageFrame {
	var f pageFrame
	for i, slot := range slots {
		if !key.known && (i == 2 || i == 3) || !key.data && i == 4 {
			f = append(f, "")
			continue
		}
		before, after, ok := strings.Cut(html, slot)
		if !ok || strings.Contains(after, slot) {
			return nil
		}
		if i == 2 || i == 4 && !key.known {
			before = strings.TrimPrefix(before, "\n") // what stands in the middle ends its own lines
		}
		f, html = append(f, before), after
	}
	if !key.known && !key.data {
		html = strings.TrimPrefix(html, "\n")
	}
	return append(f, html)
}

// frameRoom is enough for a frame.
const frameRoom = 8 << 10

// around makes a page, whole, on a sheet. Main writes what stands in the middle of it.
func (f pageFrame) around(p *Portal, to page, out []byte, main func(out []byte) []byte) []byte {
	out = append(appendEscaped(append(out, f[0]...), to.Title), f[1]...)
	out = append(main(out), f[2]...)
	if c := to.Known; c != nil {
		out = append(appendEscaped(out, short(c.ID)), f[3]...)
		out = append(appendEscaped(out, p.says.long(c.Day)), f[4]...)
	} else {
		out = append(append(out, f[3]...), f[4]...)
	}
	return append(append(out, to.JSON...), f[5]...)
}

// subjectPage makes the page of a subject, whole.
func (p *Portal) subjectHTML(name string, s *subjectPage, data any) ([]byte, error) {
	s.canvas = canvases.Get().(*canvas)
	defer canvases.Put(s.canvas)
	s.canvas.reset(p, s)
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	main, err := p.main(b, name, s.Page, data)
	if err != nil {
		return nil, err
	}
	f, err := p.frameOf(s.Page)
	if err != nil {
		return nil, err
	}
	if f == nil { // this theme's layout cannot be made beforehand
		frame, err := p.layout(s.Page)
		if err != nil {
			return nil, err
		}
		return splice(nil, frame, func(out []byte, _ int) []byte { return splice(out, main, s.canvas.put) }), nil
	}
	return f.around(p, s.Page, sheet(frameRoom+len(main)+len(s.canvas.b)), func(out []byte) []byte { return splice(out, main, s.canvas.put) }), nil
}

// sheets are where pages and documents are made. There are many, of much the same sizes.
var sheets = sync.Pool{New: func() any { return new([]byte) }}

// sheetRoom is what each has room for: most pages and documents.
const sheetRoom = 144 << 10

// sheet gives an empty one with room for so many bytes.
func sheet(room int) []byte { return slices.Grow((*sheets.Get().(*[]byte))[:0], max(room, sheetRoom)) }

// Done takes back what files were made on. Whoever calls it has written them away and keeps none of their bytes.
func Done(files []File) {
	for _, f := range files {
		if cap(f.Data) >= sheetRoom {
			sheets.Put(&f.Data)
		}
	}
}

// files makes the page of a subject, the same as data, and its timeline as data. The document is made with the origin of the
// subject.
func (p *Portal) files(further []File, name string, s *subjectPage, data any, document func(report.Origin) any) ([]File, error) {
	html, err := p.subjectHTML(name, s, data)
	if err != nil {
		return nil, err
	}
	origin := p.frame.Origin.At(s.Page.Known)
	files := append([]File{{s.Page.Path, html}, {s.Page.JSON, encode(document(origin))}}, further...)
	if s.timeline != nil {
		files = append(files, File{timelinePath(s.ref), encode(&timelineDocument{origin, s.ref, briefTimeline(s.timeline, s.Base)})})
	}
	return files, nil
}

// tidy takes out the blank lines that template actions leave behind, but none inside pre. Bytes that are not text, and
// characters that would reorder what people read (a commit's subject can hold them), become a visible mark.
func tidy(html []byte) []byte {
	if !allVisible(html) {
		html = bytes.Map(func(r rune) rune { // makes it valid UTF-8 too
			if r == 0 {
				return r
			}
			return visible(r)
		}, html)
	}
	out := html[:0] // lines only move towards the front
	for rest := html; len(rest) > 0; {
		line := rest
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			line = rest[:i+1]
		}
		if bytes.Contains(line, preStart) {
			if end := bytes.Index(rest, preEnd); end >= len(line) {
				line = rest[:end] // with its own blank lines
			}
		} else if len(bytes.TrimLeft(line, " \t\n")) == 0 {
			rest = rest[len(line):]
			continue
		}
		out = append(out, line...)
		rest = rest[len(line):]
	}
	return out
}

var preStart, preEnd = []byte("<pre"), []byte("</pre>")

// allVisible tells whether nothing in a page has to be made visible. Marks are left alone.
func allVisible(html []byte) bool {
	for i := 0; i < len(html); {
		c := html[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\n' && c != '\t' && c != 0 || c == 0x7f {
				return false
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(html[i:])
		if r == utf8.RuneError && size == 1 || visible(r) != r {
			return false
		}
		i += size
	}
	return true
}

func visible(r rune) rune {
	bidi := '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' || r == '\u200e' || r == '\u200f' || r == '\u061c'
	if bidi || unicode.IsControl(r) && r != '\n' && r != '\t' {
		return utf8.RuneError
	}
	return r
}

// functions are what templates may call. Those that make links know the way to the root.
func (p *Portal) functions(root string) template.FuncMap {
	piece := func(write func(*markup)) template.HTML {
		m := &markup{says: p.says, root: root}
		write(m)
		return m.html()
	}
	link := func(kind, id string) string {
		if path := p.pagePath(kind, id); path != "" {
			return root + path
		}
		return ""
	}
	return template.FuncMap{
		"root":     func() string { return root },
		"origin":   func() report.Origin { return p.frame.Origin },
		"config":   func() Config { return p.config },
		"nav":      p.navigation,
		"back":     p.back,
		"asset":    func(name string) string { return root + "assets/" + p.look.Asset(name) },
		"hasAsset": p.look.Has,
		"href":     func(r report.Ref) string { return link(r.Kind, r.ID) },
		"verdict":  func(r report.Ref, obligation string) string { return link(r.Kind, r.ID) + "#" + fileName(obligation) },
		"duty":     func(id string) string { return link("obligation", id) },
		"dutyName": p.dutyName,
		"workload": func(id string) report.Ref { return report.Ref{Kind: "workload", ID: id, Name: id} },
		"officePage": func(title, ods string) string {
			if office := strings.ReplaceAll(strings.ToLower(title), " ", "-"); slices.Contains(standingOffices, office) {
				return root + officePath(office, ods)
			}
			return ""
		},
		"authored":  func(slug string) string { return root + authoredPath(slug) },
		"anchor":    fileName,
		"state":     p.says.state,
		"meaning":   func(state string) string { return p.says.meanings[state] },
		"class":     stateClass,
		"words":     p.says.choice,
		"sentence":  spelling.Capital,
		"office":    p.says.office,
		"whose":     p.says.whose,
		"rule":      p.says.rule,
		"number":    principleNumber,
		"https":     httpsOnly,
		"short":     short,
		"profile":   func() string { return p.says.profile(p.frame.Origin.Profile) },
		"join":      strings.Join,
		"pounds":    pounds,
		"safe":      safe,
		"shell":     shellSafe,
		"stateRank": report.StateRank,
		"tally":     tally,

		// What messages are said with.
		textFunction:  p.says.fromTemplate,
		"scriptWords": p.says.scriptWords,
		"language":    func() string { return p.says.catalogue.Language },
		"inEnglish":   func() template.HTMLAttr { return template.HTMLAttr(p.says.english) },
		"english":     func(text string) template.HTML { return piece(func(m *markup) { m.english(text) }) },
		"long":        p.says.long,
		"window": func(from, to calendar.Date) template.HTML {
			return piece(func(m *markup) { m.window(timed(from), timed(to)) })
		},
		"to":        func(path string) value { return linkTo(root + path) },
		"here":      func(anchor string) value { return linkTo("#" + anchor) },
		"at":        linkTo,
		"hidden":    func() value { return span(`<span class="nhsuk-u-visually-hidden">`, "</span>") },
		"place":     func() value { return span(`<code class="muniment-place">`, "</code>") },
		"stateMark": func(state string) template.HTML { return piece(func(m *markup) { m.state(state) }) },
		"ref":       func(r report.Ref) template.HTML { return piece(func(m *markup) { m.ref(r) }) },
		"refs":      func(refs []report.Ref) template.HTML { return piece(func(m *markup) { m.refNames(refs) }) },
		"dutyLink": func(id string) template.HTML {
			return piece(func(m *markup) { m.linkIf(link("obligation", id), "muniment-nowrap", id) })
		},
		"officeLink": func(title, href string) template.HTML { return piece(func(m *markup) { m.linkIf(href, "", title) }) },
		"digest":     func(id string) template.HTML { return piece(func(m *markup) { m.digest(id) }) },
		"code":       func(text string) template.HTML { return piece(func(m *markup) { m.code(text) }) },
	}
}

// safe passes on prose that internal/markdown has made safe. A NUL in it would be taken for a mark.
func safe(html string) template.HTML {
	return template.HTML(strings.ReplaceAll(html, "\x00", string(utf8.RuneError)))
}

// entry is an entry at the top of every page.
type entry struct {
	path string
	text phrase
}

var (
	navigation = []entry{
		{"index.html", say("nav.overview")},
		{"workloads.html", navWorkloads},
		{"organisations.html", navOrganisations},
		{"suppliers.html", navSuppliers},
		{"obligations.html", navObligations},
		{"calendar.html", navCalendar},
		{"changes.html", navChanges},
		{"forecast.html", titleForecast},
		{"any-day.html", navAnyDay},
		{"search.html", navSearch},
	}
	// openNavigation is that of a public register.
	openNavigation = []entry{{"index.html", say("nav.how-kept")}, {"about.html", say("nav.about")}, {"search.html", navSearch}}

	navWorkloads     = say("nav.workloads")
	navOrganisations = say("nav.organisations")
	navSuppliers     = say("nav.suppliers")
	navObligations   = say("nav.obligations")
	navCalendar      = say("nav.calendar")
	navChanges       = say("nav.changes")
	navAnyDay        = say("nav.any-day")
	navSearch        = say("nav.search")
)

// navigation lists the entries at the top of every page of this portal.
func (p *Portal) navigation() []crumb {
	entries := navigation
	if p.frame.Origin.Profile == report.Open {
		entries = openNavigation
	}
	out := make([]crumb, len(entries))
	for i, e := range entries {
		out[i] = p.crumb(e.path, e.text)
	}
	return out
}

// crumb names a page by an entry.
func (p *Portal) crumb(path string, name phrase) crumb { return crumb{path, p.says.text(name)} }

func (p *Portal) dutyName(id string) string {
	if o := p.duties[id]; o != nil {
		return o.Title
	}
	return id
}

// stateClass gives the class that carries a state's colours. What is not a state gets none.
func stateClass(state string) string {
	if !slices.Contains(allStates, state) {
		return ""
	}
	return "muniment-state--" + state
}

// allStates are those of verdicts, and what an exception makes of one.
var allStates = append(slices.Clone(report.States), "excepted")

// tallied is one state of a tally.
type tallied struct {
	State string
	Count int
	Path  string // leads to them, from the root; empty when nothing does
}

// tally lists the states that occur, worst first.
func tally(counts map[string]int) []tallied {
	var out []tallied
	for state, n := range counts {
		if n > 0 {
			out = append(out, tallied{State: state, Count: n})
		}
	}
	slices.SortFunc(out, func(a, b tallied) int {
		return cmp.Or(report.StateRank(a.State)-report.StateRank(b.State), cmp.Compare(a.State, b.State))
	})
	return out
}

// pounds groups thousands: £12,345.
func pounds(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "−", -n
	}
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + "£" + s
}

// principleNumber gives the number of a principle: "2.1" of "ncsc:2.1@current", whose other parts name the list and its edition.
func principleNumber(key string) string {
	_, n, ok := strings.Cut(key, ":")
	if !ok {
		return key
	}
	n, _, _ = strings.Cut(n, "@")
	return n
}

// httpsOnly gives an address that a page may lead to, or nothing.
func httpsOnly(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

var (
	plainPath   = regexp.MustCompile(`^[A-Za-z0-9._/-]+$`)
	plainDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// shellSafe says whether a covered file can be put in a command that people will copy.
func shellSafe(c report.Covered) bool {
	return plainPath.MatchString(c.Path) && !strings.HasPrefix(c.Path, "-") && plainDigest.MatchString(c.SHA256)
}

func shortDigest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:4])
}
