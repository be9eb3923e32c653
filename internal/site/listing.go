package site

import (
	"crypto/sha256"
	"fmt"
	"html/template"
	"runtime"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/report"
)

// listing makes the files that show the register as a whole.
type listing struct {
	*Portal
	*report.Lists
	to        Sheets
	mu        sync.Mutex
	taken     map[string]string // lower-case path → what is published there
	worst     []*report.WorkloadRow
	workload  map[string]*report.WorkloadRow // by id
	buyers    map[string]string              // id of a contract → its organisation
	calendars []calendarFile
	asked     []*asked      // what offices are asked for
	turns     []turnOf      // whose turn it is
	texts     []TextPart    // of the index of texts
	all       template.HTML // a table of all workloads
	apart     bool          // there are too many workloads for one table
}

// Lists makes the files that show the register as a whole, and those that belong to the portal itself. The search page looks into texts
// when it is asked to; whoever calls this publishes them.
func (p *Portal) Lists(l *report.Lists, texts []TextPart, to Sheets) error {
	o := &listing{
		Portal: p, Lists: l, texts: texts, to: to, taken: map[string]string{}, worst: worstFirst(l.Workloads),
		workload: make(map[string]*report.WorkloadRow, len(l.Workloads)), buyers: make(map[string]string, len(l.Contracts)),
	}
	for i := range l.Workloads {
		o.workload[l.Workloads[i].ID] = &l.Workloads[i]
	}
	for _, c := range l.Contracts {
		o.buyers[c.ID] = c.Organisation.ID
	}
	o.calendars, o.asked = o.planCalendars(), asOne(l.Waits)
	if o.apart = len(o.worst) > partRows; !o.apart {
		bodies := p.parts("workloads.html", nil, workloadTable(o.worst, true))
		o.all, o.apart = bodies[0], len(bodies) > 1
	}
	// What is claimed first is not taken by any list.
	if err := o.subjects(); err != nil {
		return err
	}
	return abreast(
		o.calendar, o.officesAndOverview, o.days, o.data, o.obligations, o.search, o.boards, o.changes, o.forecast, o.workloads, o.suppliers, o.organisations, o.findings, o.about, o.authored,
		o.missing, o.assets,
	)
}

// abreast does several things at once, the longest first, and gives the trouble of the first that has any.
func abreast(steps ...func() error) error {
	group, trouble := new(errgroup.Group), make([]error, len(steps))
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, step := range steps {
		group.Go(func() error {
			trouble[i] = step()
			return nil
		})
	}
	_ = group.Wait() // each keeps its own
	for _, err := range trouble {
		if err != nil {
			return err
		}
	}
	return nil
}

// officesAndOverview makes the pages of offices, and the overview, which tells whose turn it is from what they are asked.
func (p *listing) officesAndOverview() error {
	if err := p.offices(); err != nil {
		return err
	}
	return p.overview()
}

// take claims a path. Two files that would land on one path, also where upper and lower case are the same, are an error: one
// of them would silently vanish.
func (p *listing) take(path, what string) error {
	key := strings.ToLower(path)
	p.mu.Lock()
	defer p.mu.Unlock()
	if other, ok := p.taken[key]; ok {
		return fmt.Errorf("%s and %s would both be published as %s", other, what, path)
	}
	p.taken[key] = what
	return nil
}

// subjects claims the pages that are made apart.
func (p *listing) subjects() error {
	claim := func(kind, id string) error { return p.take(p.pagePath(kind, id), kind+" "+id) }
	for _, w := range p.Workloads {
		if err := claim("workload", w.ID); err != nil {
			return err
		}
	}
	for _, s := range p.Suppliers {
		if err := claim("supplier", s.ID); err != nil {
			return err
		}
	}
	for _, o := range p.Organisations {
		if err := claim("organisation", o.ID); err != nil {
			return err
		}
	}
	for _, c := range p.Contracts {
		if err := claim("contract", c.ID); err != nil {
			return err
		}
	}
	for _, f := range p.Footprints {
		if err := claim("footprint", f.ID); err != nil {
			return err
		}
	}
	return nil
}

// add publishes one file.
func (p *listing) add(path, what string, data []byte) error {
	if err := p.take(path, what); err != nil {
		return err
	}
	return p.to.Put(File{path, data}, [sha256.Size]byte{})
}

// addSheet publishes one file that was made on a sheet, and takes that back.
func (p *listing) addSheet(path, what string, data []byte) error {
	err := p.add(path, what, data)
	Done([]File{{path, data}})
	return err
}

// addFrom publishes a file that takes long to make and is made from nothing but what it is given a digest of, which no commit is in: the
// one of a former portal if there is one.
func (p *listing) addFrom(path, what string, from [sha256.Size]byte, made func() []byte) error {
	if err := p.take(path, what); err != nil {
		return err
	}
	if ok, err := p.to.Keep(path, from); ok || err != nil {
		return err
	}
	return p.to.Put(File{path, made()}, from)
}

// render publishes a page, with long pieces in the place of their marks.
func (p *listing) render(name string, to page, data any, long ...template.HTML) error {
	html, err := p.execute(name, to, data, long...)
	if err != nil {
		return err
	}
	return p.addSheet(to.Path, to.Title, html)
}

func (p *listing) assets() error {
	for _, a := range p.look.Assets() {
		if err := p.add("assets/"+a.Name, "asset "+a.Name, a.Content); err != nil {
			return err
		}
	}
	return nil
}

// name gives the name of a subject of which only the id is known.
func (p *listing) name(r report.Ref) string {
	if w := p.workload[r.ID]; w != nil && r.Kind == "workload" {
		return w.Name
	}
	return ""
}
