package site

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/search"
	"example.org/muniment/internal/spelling"
)

// searchDocuments is how many subjects one file of the search index holds. A browser fetches them only when somebody searches.
const searchDocuments = 2500

type searchPage struct {
	Page  page
	Total int
	Files []string // of the index, from the root
	Texts []string // of the index of texts; none where nobody may look into them
}

// found is a subject that can be found.
type found struct {
	kind, id, name, more, state string
	words                       string // besides name and id
}

// searching writes the search page and the index that it looks into, a part at a time.
type searching struct {
	p     *listing
	index *search.Index
	page  searchPage
}

func (p *listing) searching() *searching {
	s := &searching{p: p, page: searchPage{Page: page{Path: "search.html", Title: p.says.text(navSearch), Section: "search.html"}}}
	for _, part := range p.texts {
		s.page.Texts = append(s.page.Texts, part.Path)
	}
	return s
}

func (s *searching) add(f found) error {
	path := s.p.pagePath(f.kind, f.id)
	if path == "" {
		return nil
	}
	if s.index == nil {
		s.index = search.New("name", "text")
	}
	stored := map[string]string{"n": f.name, "p": path, "k": f.kind}
	if f.more != "" {
		stored["m"] = f.more
	}
	if f.state != "" {
		stored["s"] = f.state
	}
	s.index.Add(f.kind+" "+f.id, stored, f.name, strings.TrimSpace(f.id+" "+f.words))
	s.page.Total++
	if s.index.Len() == searchDocuments {
		return s.flush()
	}
	return nil
}

// flush publishes a part of the index as a script: that is what a page may load from file:// too. The name carries a digest, so
// that no browser shows an older part.
func (s *searching) flush() error {
	if s.index == nil {
		return nil
	}
	data := append(append([]byte("munimentIndex("), s.index.JSON()...), ");\n"...)
	sum := sha256.Sum256(data)
	path := fmt.Sprintf("search/%d-%s.js", len(s.page.Files)+1, hex.EncodeToString(sum[:4]))
	s.page.Files = append(s.page.Files, path)
	s.index = nil
	return s.p.add(path, "search index", data)
}

func (s *searching) finish() error {
	if err := s.flush(); err != nil {
		return err
	}
	return s.p.render("search.html", s.page.Page, s.page)
}

// search makes everything findable that has a page.
func (p *listing) search() error {
	s := p.searching()
	var all []found
	for _, o := range p.Obligations {
		all = append(all, found{"obligation", o.ID, o.ID + ": " + o.Title, spelling.Capital(p.says.choice(o.Strength)), "", o.Document})
	}
	for _, o := range p.Lists.Organisations {
		all = append(all, found{"organisation", o.ID, o.Name, spelling.Capital(o.Type), o.Status.State, ""})
	}
	for _, f := range p.Footprints {
		all = append(all, found{"footprint", f.ID, f.Name, spelling.Capital(p.says.choice(f.Type)), f.Status.State, f.Lead.Name})
	}
	for _, one := range p.Lists.Suppliers {
		all = append(all, found{"supplier", one.ID, one.Name, one.Country, one.Status.State, ""})
	}
	for _, c := range p.Contracts {
		all = append(all, found{"contract", c.ID, c.Title, c.Organisation.Name, c.Status.State, c.Supplier.Name + " " + c.Organisation.Name})
	}
	for i := range all {
		if err := s.add(all[i]); err != nil {
			return err
		}
	}
	for i := range p.Workloads {
		w := &p.Workloads[i]
		if err := s.add(found{"workload", w.ID, w.Name, w.Organisation.Name, w.Status.State, w.Organisation.Name}); err != nil {
			return err
		}
	}
	return s.finish()
}

// openSearch makes everything findable that a public register shows.
func (p *listing) openSearch(rows []report.OpenRow) error {
	s := p.searching()
	for _, r := range rows {
		if err := s.add(found{"workload", r.ID, r.Name, cmp.Or(r.Organisation.Name, r.Organisation.ID), "", r.Organisation.Name + " " + r.Summary}); err != nil {
			return err
		}
	}
	return s.finish()
}
