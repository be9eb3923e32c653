// Package site makes the portal: every page, its data under api/v1/ and its calendars, in memory, from a report.
//
// The same report, theme and configuration give the same bytes. Every link inside the portal is relative and names a file, so
// a portal works from any folder and from file://. Nothing on a page runs: no inline script, no inline style, no request to
// another host; scripts of the theme only add to what is there. Text from the report is shown as text. The one exception is
// prose that internal/markdown has already made into safe HTML: report.DPIA.HTML and AuthoredPage.HTML.
//
//	files, err := site.Render(r, look, site.Config{Title: "Cloud evidence register", Calendar: feed.Calendar})
package site

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/theme"
)

// File is one file of a portal. Path is relative, with slashes.
type File struct {
	Path string
	Data []byte
}

// Config is what an organisation decides about its portal.
type Config struct {
	Title        string         // of the portal, on every page; "Cloud evidence register" when empty
	Organisation string         // that runs the portal
	Contact      report.Contact // to ask about it; left out when the mailbox is empty
	Pages        []AuthoredPage // in the order of the footer's links

	// Calendar writes due days as iCalendar. The portal has no calendar files when it is nil.
	Calendar func(title string, origin report.Origin, due []report.Due) []byte
}

// AuthoredPage is a page that people wrote. It is published as pages/<Slug>.html.
type AuthoredPage struct {
	Slug  string
	Title string
	HTML  string // safe, as internal/markdown makes it; its headings start at level 2
}

// portal is one rendering.
type portal struct {
	*report.Report
	look      *theme.Theme
	config    Config
	paths     map[string]string             // "kind:id" of a subject → its page
	duties    map[string]*report.Obligation // by id
	workloads map[string]*report.Workload   // by id
	judged    map[string]bool               // "kind:id#obligation" of every verdict that has a place on its subject's page
	buyers    map[string]string             // id of a contract → its organisation
	dueOf     map[string][]report.Due       // "kind:id" of a subject → its own due days
	reaching  map[string][]report.Due       // id of a workload → due days that reach it
	calendars []calendarFile
	templates map[string]*set // by the way to the root: "" or "../"
	files     []File
	taken     map[string]string // lower-case path → what is published there
}

// Render makes the portal. Files are sorted by path.
func Render(r *report.Report, look *theme.Theme, c Config) ([]File, error) {
	c.Title = cmp.Or(c.Title, "Cloud evidence register")
	p := &portal{Report: r, look: look, config: c, taken: map[string]string{}}
	p.index()
	if err := p.parse(); err != nil {
		return nil, err
	}
	for _, step := range []func() error{
		p.overview, p.workloadPages, p.supplierPages, p.organisationPages, p.contractPages, p.footprintPages, p.obligationPages,
		p.calendarPages, p.findingsPage, p.about, p.authored, p.missing, p.data, p.assets,
	} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(p.files, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	return p.files, nil
}

// index decides where every subject's page is.
func (p *portal) index() {
	p.paths, p.duties, p.workloads = map[string]string{}, map[string]*report.Obligation{}, map[string]*report.Workload{}
	p.judged = map[string]bool{}
	add := func(kind, id, folder string, verdicts []report.Verdict) {
		p.paths[kind+":"+id] = folder + "/" + fileName(id) + ".html"
		for _, v := range verdicts {
			if !v.Inherited {
				p.judged[kind+":"+id+"#"+v.Obligation] = true
			}
		}
	}
	for i := range p.Workloads {
		w := &p.Workloads[i]
		p.workloads[w.ID] = w
		add("workload", w.ID, "workloads", w.Verdicts)
	}
	for _, s := range p.Suppliers {
		add("supplier", s.ID, "suppliers", s.Verdicts)
	}
	for _, o := range p.Organisations {
		add("organisation", o.ID, "organisations", o.Verdicts)
	}
	p.buyers = map[string]string{}
	for _, c := range p.Contracts {
		p.buyers[c.ID] = c.Organisation.ID
		add("contract", c.ID, "contracts", c.Verdicts)
	}
	for _, f := range p.Footprints {
		add("footprint", f.ID, "footprints", f.Verdicts)
	}
	for i := range p.Obligations {
		o := &p.Obligations[i]
		p.duties[o.ID] = o
		add("obligation", o.ID, "obligations", nil)
	}
	p.dueOf, p.reaching = map[string][]report.Due{}, map[string][]report.Due{}
	for _, d := range p.Due {
		subject := d.Subject.Kind + ":" + d.Subject.ID
		p.dueOf[subject] = append(p.dueOf[subject], d)
		for _, id := range d.Workloads {
			p.reaching[id] = append(p.reaching[id], d)
		}
	}
	p.calendars = p.planCalendars()
}

// add publishes one file. Two subjects that would land on one path, also where upper and lower case are the same, are an
// error: one of them would silently vanish.
func (p *portal) add(path, what string, data []byte) error {
	key := strings.ToLower(path)
	if other, ok := p.taken[key]; ok {
		return fmt.Errorf("%s and %s would both be published as %s", other, what, path)
	}
	p.taken[key] = what
	p.files = append(p.files, File{path, data})
	return nil
}

func (p *portal) assets() error {
	for _, a := range p.look.Assets() {
		if err := p.add("assets/"+a.Name, "asset "+a.Name, a.Content); err != nil {
			return err
		}
	}
	return nil
}

// maxName keeps file names well within what file systems allow.
const maxName = 120

// fileName makes an id into a file name without folders. Ids of a checked register only lose their slash; anything else is
// escaped, so that no id leads out of its folder and no two ids meet in one name by accident.
func fileName(id string) string {
	var b strings.Builder
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
