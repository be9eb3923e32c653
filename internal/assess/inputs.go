package assess

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"slices"
	"strings"

	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// A judgement depends on a few files only. They are counted by group: the folder of a workload, the folder of a supplier, an
// organisation's own files, a footprint, the shared policy. While no group changes that a subject rests on, neither do its
// verdicts on any given day; TestWhatASubjectRestsOn holds that against every record of the example.

// Group gives the group that a file belongs to: evidence/organisations/<ods>/workloads/<workload>, evidence/suppliers/<supplier>,
// evidence/organisations/<ods> for every other file of an organisation, and otherwise the file itself.
func Group(path string) string {
	steps := strings.SplitN(path, "/", 6)
	switch {
	case len(steps) > 5 && steps[1] == "organisations" && steps[3] == "workloads":
		return strings.Join(steps[:5], "/")
	case len(steps) > 3 && (steps[1] == "organisations" || steps[1] == "suppliers"):
		return strings.Join(steps[:3], "/")
	}
	return path
}

const sharedPolicy = record.Root + "/policy.yaml"

// inputs knows the groups of one register: their content, and which of them each subject rests on.
type inputs struct {
	marks map[string]string // by group: equal marks, equal content
}

func newInputs(reg *register.Register) *inputs {
	in := &inputs{marks: make(map[string]string)}
	sums := make(map[string]hash.Hash)
	add := func(path, what string) {
		g := Group(path)
		if sums[g] == nil {
			sums[g] = sha256.New()
		}
		fmt.Fprintf(sums[g], "%s\x00%s\n", path, what) // a hash never fails to write
	}
	for _, r := range reg.Records { // by path
		add(r.Path, r.Digest)
	}
	files := make([]string, 0, len(reg.Files))
	for path := range reg.Files {
		files = append(files, path)
	}
	slices.Sort(files)
	for _, path := range files {
		add(path, reg.Files[path])
	}
	for _, path := range reg.LeftOut {
		add(path, "left out")
	}
	for g, sum := range sums {
		in.marks[g] = string(sum.Sum(nil))
	}
	return in
}

// mark says what a subject's verdicts are made from: equal marks, equal verdicts on every day.
func (in *inputs) mark(groups []string) string {
	sum := sha256.New()
	for _, g := range groups {
		fmt.Fprintf(sum, "%s\x00%s\n", g, in.marks[g])
	}
	return string(sum.Sum(nil))
}

// groups lists what a subject rests on, sorted. It may name more than a judgement looks at and never less.
func (in *inputs) groups(s obligation.Subject) []string {
	set := map[string]bool{sharedPolicy: true}
	switch s.Kind() {
	case obligation.OfWorkload:
		in.around(set, s.Workload)
		for _, other := range slices.Concat(s.Workload.DependsOn, s.Workload.NeededBy) {
			set[Group(other.Record.Path)] = true
		}
		if index := s.Workload.Facts.EvidenceIndex; index != nil {
			for _, id := range index.Independent {
				in.certificate(set, s.Register, id)
			}
		}
	case obligation.OfOrganisation:
		set[Group(s.Organisation.Record.Path)] = true
		in.all(set, s.Organisation.Workloads)
		for _, c := range s.Organisation.Contracts {
			in.contract(set, c)
		}
	case obligation.OfSupplier:
		in.supplier(set, s.Supplier)
		in.all(set, s.Supplier.Workloads)
		for _, c := range s.Supplier.Contracts {
			in.contract(set, c)
		}
	case obligation.OfContract:
		in.contract(set, s.Contract)
		in.all(set, s.Contract.Workloads)
	case obligation.OfFootprint:
		in.footprint(set, s.Footprint)
		in.all(set, s.Footprint.Workloads)
	}
	groups := make([]string, 0, len(set))
	for g := range set {
		groups = append(groups, g)
	}
	slices.Sort(groups)
	return groups
}

func (in *inputs) all(set map[string]bool, workloads []*register.Workload) {
	for _, w := range workloads {
		in.around(set, w)
	}
}

// around adds a workload with everything that it rests on.
func (in *inputs) around(set map[string]bool, w *register.Workload) {
	set[Group(w.Record.Path)] = true
	in.organisation(set, w.Organisation)
	in.organisation(set, w.Controller)
	// A supplier that could not be joined is named here all the same, since its records may have been refused.
	for _, used := range w.Facts.Suppliers {
		set[record.Root+"/suppliers/"+used.Supplier] = true
	}
	for _, rel := range w.Relies {
		in.supplier(set, rel.Supplier)
		if rel.Contract != nil {
			in.contract(set, rel.Contract)
		}
	}
	for _, f := range w.Footprints {
		in.footprint(set, f)
	}
}

func (in *inputs) organisation(set map[string]bool, o *register.Organisation) {
	if o != nil {
		set[Group(o.Record.Path)] = true
	}
}

func (in *inputs) supplier(set map[string]bool, s *register.Supplier) {
	if s == nil {
		return
	}
	set[Group(s.Record.Path)] = true
	for _, c := range s.Certificates {
		if c.Basis != nil {
			set[Group(c.Basis.Record.Path)] = true
		}
	}
}

func (in *inputs) contract(set map[string]bool, c *register.Contract) {
	in.organisation(set, c.Organisation)
	in.supplier(set, c.Supplier)
}

func (in *inputs) footprint(set map[string]bool, f *register.Footprint) {
	set[Group(f.Record.Path)] = true
	in.organisation(set, f.Lead)
	for _, m := range f.Members {
		in.organisation(set, m.Organisation)
	}
}

// certificate adds a certificate that is named by <supplier>/<certificate>.
func (in *inputs) certificate(set map[string]bool, reg *register.Register, id string) {
	supplier, _, _ := strings.Cut(id, "/")
	set[record.Root+"/suppliers/"+supplier] = true
	for _, s := range reg.Suppliers {
		if s.ID == supplier {
			in.supplier(set, s)
		}
	}
}
