package register

import (
	"maps"
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/identifier"
	"example.org/muniment/internal/record"
)

// target is what a broken reference should have led to.
type target struct {
	what  string          // "supplier"; the code is unknown-supplier
	id    string          // as written
	path  string          // of the record that is missing, or that should list it
	names func() []string // what it could have meant
	// elsewhere is a record of this name where the reference does not look.
	elsewhere *record.Record
}

// broken reports a reference that leads nowhere.
func (j *joiner) broken(r *record.Record, field string, t target) {
	at := r.At(field)
	listed := t.what == "person" && j.appointed(t.path) // the list is there, the entry is not
	switch {
	case j.present(t.path) && !listed:
		j.fault(at, "refused-reference", "this "+t.what+" is not in the register, because "+path.Base(display(t.path))+" was left out",
			"look at what is said about "+display(t.path)+", and correct that first", finding.Place{Path: t.path})
	case t.elsewhere != nil:
		j.fault(at, "other-supplier", "this "+t.what+" belongs to another supplier than the one named here",
			"name a "+t.what+" of this supplier, or correct the supplier", finding.Place{Path: t.elsewhere.Path, Line: 1, Column: 1})
	default:
		add := "add " + display(t.path)
		if listed {
			add = "add the post to " + display(t.path)
		}
		remedy := add + ", or correct the name"
		if name := j.suggest(t.id, t.names); name != "" {
			remedy = "did you mean " + display(name) + "? otherwise " + add
		}
		j.fault(at, "unknown-"+t.what, "there is no "+t.what+" "+display(t.id), remedy)
	}
}

// present tells whether there is a file at a path, read or refused.
func (j *joiner) present(path string) bool {
	if _, ok := j.files[path]; ok || j.records[path] != nil {
		return true
	}
	_, ok := j.around.File(path)
	return ok
}

// display gives an id or path for a message, unless it could be somebody's number.
func display(id string) string {
	for _, word := range strings.FieldsFunc(id, func(r rune) bool { return r == '/' || r == '.' || r == '-' }) {
		if digits := strings.Trim(word, "0123456789"); digits == "" && len(word) > 8 {
			return "with this name"
		}
	}
	if len(identifier.Scan([]byte(id))) > 0 {
		return "with this name"
	}
	return id
}

// known gives the sorted ids that a reference of one sort could mean.
func known[T any](j *joiner, sort string, byID map[string]T) func() []string {
	return func() []string {
		if j.names == nil {
			j.names = make(map[string][]string)
		}
		if j.names[sort] == nil {
			j.names[sort] = slices.Sorted(maps.Keys(byID))
		}
		return j.names[sort]
	}
}

func (j *joiner) anOrganisation(ods string) target {
	return target{what: "organisation", id: ods, path: organisationPath(ods), names: known(j, "organisation", j.organisations)}
}

func (j *joiner) aSupplier(id string) target {
	return target{what: "supplier", id: id, path: supplierPath(id), names: known(j, "supplier", j.suppliers)}
}

func (j *joiner) aWorkload(id string) target {
	return target{what: "workload", id: id, path: workloadPath(id), names: known(j, "workload", j.workloads)}
}

func (j *joiner) aCertificate(id string) target {
	return target{what: "certificate", id: id, path: certificatePath(id), names: known(j, "certificate", j.certificates)}
}

func (j *joiner) aPerson(o *Organisation, id string) target {
	return target{what: "person", id: id, path: appointmentsPath(o.ID), names: known(j, "person of "+o.ID, j.people[o])}
}

func (j *joiner) aProduct(supplier, slug string) target {
	if j.productNames == nil {
		j.productNames = make(map[string]*record.Record, len(j.products))
		for _, p := range inOrder(j.products) {
			j.productNames[path.Base(p.ID)] = p.Record
		}
	}
	names := func() []string { return within(known(j, "product", j.products)(), supplier) }
	return target{what: "product", id: slug, path: productPath(supplier, slug), names: names, elsewhere: j.productNames[slug]}
}

func (j *joiner) aContract(w *Workload, slug string) target {
	p := contractPath(w.Organisation.ID, slug)
	if q := contractPath(w.Controller.ID, slug); !j.present(p) && j.present(q) {
		p = q
	}
	names := func() []string {
		return within(known(j, "contract", j.contracts)(), w.Organisation.ID, w.Controller.ID)
	}
	return target{what: "contract", id: slug, path: p, names: names}
}

// within gives the short names of those ids that lie in one of the folders.
func within(ids []string, folders ...string) []string {
	var names []string
	for _, id := range ids {
		if folder, name, _ := strings.Cut(id, "/"); slices.Contains(folders, folder) {
			names = append(names, name)
		}
	}
	return names
}

// maxRelated bounds how many other places a finding names.
const maxRelated = 10

func firstOf(places []finding.Place) []finding.Place { return places[:min(len(places), maxRelated)] }
