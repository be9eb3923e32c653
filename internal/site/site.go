// Package site makes the portal: every page, its data under api/v1/ and its calendars, from reports.
//
// A portal can be larger than memory, so the files of each subject are made by themselves and can be written and forgotten.
// What shows the register as a whole is made at the end from [report.Lists].
//
//	p, err := site.New(site.Frame{Origin: origin, Obligations: report.Obligations(catalogue)}, look, site.Config{Calendar: feed.Calendar})
//	files, err := p.Workload(detail) // and p.Supplier, p.Contract, p.Footprint, from any number of goroutines
//	files, err := p.Organisation(detail, lists.ByOrganisation()[detail.ID])
//	texts.Add(subject, site.Words(detail))
//	err := p.Lists(lists, texts.Parts(), site.Each(func(f site.File) error { … }))
//
// The files of a subject are a pure function of three things, and of nothing else: the theme and the configuration, the frame,
// and the subject's own detail. Links to other subjects need nothing but the kind, id and name that the detail has. So files
// can be kept and used again while these are the same.
//
// Every link inside the portal is relative and names a file, so a portal works from any folder and from file://. Nothing on a
// page runs: no inline script, no inline style, no request to another host; scripts of the theme only add to what is there.
// Text from the report is shown as text. The one exception is prose that internal/markdown has already made into safe HTML:
// report.DPIA.HTML and AuthoredPage.HTML.
package site

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/theme"
)

// File is one file of a portal. Path is relative, with slashes.
type File struct {
	Path string
	Data []byte
}

// Sheets takes the files of lists, from several goroutines at once, and keeps none of their bytes, since what they are made on is used
// again. From is a digest of what a file was made from; the zero digest stands for none.
type Sheets interface {
	Put(f File, from [sha256.Size]byte) error
	// Keep takes what a former portal had there and was made from the same. It is false when there is no such file.
	Keep(path string, from [sha256.Size]byte) (bool, error)
}

// Each takes files that are all made anew, and may keep them.
type Each func(File) error

// Put takes a copy of a file.
func (e Each) Put(f File, _ [sha256.Size]byte) error { return e(File{f.Path, bytes.Clone(f.Data)}) }

// Keep is always false.
func (Each) Keep(string, [sha256.Size]byte) (bool, error) { return false, nil }

// Config is what an organisation decides about its portal.
type Config struct {
	Title        string         // of the portal, on every page; that of the catalogue when empty
	Organisation string         // that runs the portal
	Contact      report.Contact // to ask about it; left out when the mailbox is empty
	Pages        []AuthoredPage // in the order of the footer's links

	Address string // where the portal is published, with a slash at its end; "" when that is not known

	// Calendar writes due days as iCalendar, with links to the pages of subjects. The portal has no calendar files when it is nil.
	Calendar Calendar
	// Calendars gives a Calendar for one goroutine that writes many calendars with events in common. Calendar does that, too, and takes
	// longer, when it is nil.
	Calendars func() Calendar
	// Feed writes changes of status as Atom. The portal has no feed when it is nil.
	Feed func(title, author string, origin report.Origin, changes []report.StatusChange, self, page string, link func(report.Ref) string) []byte
}

// Calendar appends due days as iCalendar, under a title, to some bytes.
type Calendar = func(to []byte, title string, origin report.Origin, due []report.Due, link func(report.Ref) string) []byte

// AuthoredPage is a page that people wrote. It is published as pages/<Slug>.html.
type AuthoredPage struct {
	Slug  string
	Title string
	HTML  string // safe, as internal/markdown makes it; its headings start at level 2
}

// Frame is what every page of a portal may show besides what it is about.
type Frame struct {
	Origin      report.Origin
	Obligations []report.Obligation // as report.Obligations words the catalogue
	Tensions    []report.Tension
	NotFound    []report.NotFound
}

// Portal makes the files of a portal, subject by subject. It may be used from several goroutines.
type Portal struct {
	frame     Frame
	look      *theme.Theme
	says      *speech
	config    Config
	duties    map[string]*report.Obligation // by id
	templates map[string]*set               // by the way to the root: "" or "../"
	drawn     map[string]map[string]dutyMarkup
	frames    sync.Map // frameKey → pageFrame
}

var registerTitle = say("register.title")

// ErrTheme means that a theme does not hold what pages are made with, or says it otherwise than they do.
var ErrTheme = errors.New("this theme cannot be used")

// New gives a portal without files. It fails when the theme is not whole.
func New(f Frame, look *theme.Theme, c Config) (*Portal, error) {
	says, err := newSpeech(look.Words())
	if err != nil {
		return nil, fmt.Errorf("%w: what pages say: %w", ErrTheme, err)
	}
	c.Title = cmp.Or(c.Title, says.text(registerTitle))
	p := &Portal{frame: f, look: look, says: says, config: c, duties: make(map[string]*report.Obligation, len(f.Obligations))}
	for i := range f.Obligations {
		p.duties[f.Obligations[i].ID] = &f.Obligations[i]
	}
	if err := p.parse(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTheme, err)
	}
	return p, nil
}

// Render makes the whole portal of a report in memory. Files are sorted by path.
func Render(r *report.Report, look *theme.Theme, c Config) ([]File, error) {
	p, err := New(Frame{r.Origin, r.Obligations, r.Tensions, r.NotFound}, look, c)
	if err != nil {
		return nil, err
	}
	var all []File
	keep := func(files []File, err error) error {
		for _, f := range files {
			all = append(all, File{f.Path, bytes.Clone(f.Data)})
		}
		Done(files)
		return err
	}
	lists := report.ListsOf(r)
	held, texts := lists.ByOrganisation(), new(Texts)
	for i := range r.Workloads {
		w := &r.Workloads[i]
		texts.Add(report.Ref{Kind: "workload", ID: w.ID}, Words(w))
		if err := keep(p.Workload(w)); err != nil {
			return nil, err
		}
	}
	for i := range r.Suppliers {
		s := &r.Suppliers[i]
		texts.Add(report.Ref{Kind: "supplier", ID: s.ID}, Words(s))
		if err := keep(p.Supplier(s)); err != nil {
			return nil, err
		}
	}
	for i := range r.Organisations {
		o := &r.Organisations[i]
		texts.Add(report.Ref{Kind: "organisation", ID: o.ID}, Words(o))
		if err := keep(p.Organisation(o, held[o.ID])); err != nil {
			return nil, err
		}
	}
	for i := range r.Contracts {
		c := &r.Contracts[i]
		texts.Add(report.Ref{Kind: "contract", ID: c.ID}, Words(c))
		if err := keep(p.Contract(c)); err != nil {
			return nil, err
		}
	}
	for i := range r.Footprints {
		f := &r.Footprints[i]
		texts.Add(report.Ref{Kind: "footprint", ID: f.ID}, Words(f))
		if err := keep(p.Footprint(f)); err != nil {
			return nil, err
		}
	}
	parts := texts.Parts()
	for _, part := range parts {
		all = append(all, part.File())
	}
	var mu sync.Mutex
	err = p.Lists(lists, parts, Each(func(f File) error {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, f)
		return nil
	}))
	slices.SortFunc(all, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return all, err
}

// folders are where the pages of subjects are.
var folders = map[string]string{
	"workload": "workloads", "supplier": "suppliers", "organisation": "organisations", "contract": "contracts", "footprint": "footprints",
	"obligation": "obligations",
}

// pagePath is where the page of a subject or an obligation is published; empty when it has none.
func (p *Portal) pagePath(kind, id string) string {
	folder := folders[kind]
	if folder == "" || id == "" || kind == "obligation" && p.duties[id] == nil {
		return ""
	}
	return folder + "/" + fileName(id) + ".html"
}

// address gives the address of the page of a subject in full, which is what files that leave the portal need; "" when it is not
// known.
func (p *Portal) address(of report.Ref) string {
	path := p.pagePath(of.Kind, of.ID)
	if p.config.Address == "" || path == "" {
		return ""
	}
	return p.config.Address + path
}

// maxName keeps file names well within what file systems allow.
const maxName = 120

// fileName makes an id into a file name without folders. Ids of a checked register only lose their slash; anything else is
// escaped, so that no id leads out of its folder and no two ids meet in one name by accident.
func fileName(id string) string {
	var b strings.Builder
	b.Grow(len(id))
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-':
			b.WriteByte(c)
		case c == '/':
			b.WriteByte('-')
		default:
			fmt.Fprintf(&b, "_%02x", c)
		}
	}
	name := b.String()
	if name == "" {
		return "_"
	}
	if len(name) > maxName {
		return name[:maxName-9] + "_" + shortDigest(id)
	}
	return name
}

// PagePath is where the page of a subject is published, from the portal's root; empty for a kind that has no pages.
func PagePath(subject report.Ref) string {
	if folders[subject.Kind] == "" || subject.ID == "" || subject.Kind == "obligation" {
		return ""
	}
	return folders[subject.Kind] + "/" + fileName(subject.ID) + ".html"
}
