package register

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
)

// New joins records that have passed their schema. Files holds the SHA-256 of every file below evidence/ by path, records
// included; the digest is empty for a file that was refused, so that a reference to it can be told from a reference to
// nothing. The register is never nil.
//
// New takes time in proportion to the number of records and references.
func New(records []*record.Record, files map[string]string) (*Register, []finding.Finding) {
	return Join(records, files, nil)
}

// Join is New for records of which some were pared. Sound holds what [Pare] found out about those.
func Join(records []*record.Record, files map[string]string, sound map[*record.Record]Soundness) (*Register, []finding.Finding) {
	j := newJoiner(files, len(records))
	j.sound = sound
	j.run(records)
	return j.register, j.findings
}

func newJoiner(files map[string]string, records int) *joiner {
	return &joiner{
		around:        nowhere{},
		register:      &Register{Files: make(map[string]string)},
		records:       make(map[string]*record.Record, records),
		files:         files,
		out:           make(map[*record.Record]bool),
		used:          make(map[string]bool),
		orphaned:      make(map[string]bool),
		organisations: make(map[string]*Organisation),
		suppliers:     make(map[string]*Supplier),
		workloads:     make(map[string]*Workload),
		footprints:    make(map[string]*Footprint),
		contracts:     make(map[string]*Contract),
		products:      make(map[string]*Product),
		certificates:  make(map[string]*Certificate),
		acceptances:   make(map[string]*Acceptance),
		people:        make(map[*Organisation]map[string]*record.Person),
	}
}

func (j *joiner) run(records []*record.Record) {
	records = slices.Clone(records)
	slices.SortFunc(records, func(a, b *record.Record) int { return cmp.Compare(a.Path, b.Path) })
	for _, r := range records {
		j.records[r.Path] = r
	}
	for _, r := range records {
		j.checkKnown(r)
	}
	j.checkTogether(records)
	j.join(records)
	j.finish(records)
	finding.Sort(j.findings)
}

// joiner is the state of joining. The maps are by id, as in the fields ID of the types, and hold what these records make; what
// they refer to elsewhere is around them.
type joiner struct {
	around   Around
	sound    map[*record.Record]Soundness
	register *Register
	records  map[string]*record.Record // by path
	files    map[string]string
	findings []finding.Finding
	out      map[*record.Record]bool // left out
	used     map[string]bool         // paths of files that a record refers to
	orphaned map[string]bool         // folders without the record that they need
	compared int                     // names compared for suggestions: bounded, see suggest

	organisations map[string]*Organisation
	suppliers     map[string]*Supplier
	workloads     map[string]*Workload
	footprints    map[string]*Footprint
	contracts     map[string]*Contract
	products      map[string]*Product
	certificates  map[string]*Certificate
	acceptances   map[string]*Acceptance // by <ods>/<supplier>
	people        map[*Organisation]map[string]*record.Person

	suggestions  int
	names        map[string][]string       // by sort: the ids to suggest from
	productNames map[string]*record.Record // a product of this short name, whoever's it is
}

// stays tells which kinds are never left out, whatever they refer to; see the package comment.
func stays(k record.Kind) bool {
	switch k {
	case record.KindOrganisation, record.KindAppointments, record.KindPolicy, record.KindSupplier, record.KindWorkload,
		record.KindFootprint, record.KindNotice:
		return true
	}
	return false
}

// fault reports an error in a record that stays as it is.
func (j *joiner) fault(at finding.Place, code, message, remedy string, related ...finding.Place) {
	j.findings = append(j.findings, finding.Finding{
		Place: at, Code: code, Severity: finding.Error, Message: message, Remedy: remedy, Related: related,
	})
}

// refuse reports an error and leaves the record out, unless its kind stays.
func (j *joiner) refuse(r *record.Record, at finding.Place, code, message, remedy string, related ...finding.Place) {
	j.fault(at, code, message, remedy, related...)
	if !stays(r.Kind) {
		j.out[r] = true
	}
}

func (j *joiner) warn(at finding.Place, code, message, remedy string, related ...finding.Place) {
	j.findings = append(j.findings, finding.Finding{
		Place: at, Code: code, Severity: finding.Warning, Message: message, Remedy: remedy, Related: related,
	})
}

// checkForm checks what one record can be judged for without any other record or file.
func (j *joiner) checkForm(r *record.Record) {
	j.checkName(r)
	j.checkOrder(r)
	j.checkUnique(r)
	switch facts := r.Value.(type) {
	case *record.Appointments:
		j.checkAppointments(r, facts)
	case *record.Policy:
		j.checkKeys(keysOf(r))
		j.checkShared(r, facts)
	case *record.Assessment:
		j.checkControls(r, facts)
	case *record.Footprint:
		j.checkSpells(r, facts)
	}
}

// join builds the register from the outside in: what others lie in or refer to comes first.
func (j *joiner) join(records []*record.Record) {
	passes := []func(*record.Record){j.addRoot, j.addPart, j.addEvidence}
	for _, pass := range passes {
		for _, r := range records {
			if !j.out[r] {
				pass(r)
			}
		}
	}
	j.joinCertificates()
	for _, id := range slices.Sorted(maps.Keys(j.workloads)) {
		j.joinWorkload(j.workloads[id])
	}
	for _, id := range slices.Sorted(maps.Keys(j.footprints)) {
		j.joinFootprint(j.footprints[id])
	}
	for _, id := range slices.Sorted(maps.Keys(j.suppliers)) {
		for _, n := range j.suppliers[id].Notices {
			j.checkNotice(n)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(j.organisations)) {
		j.checkSuccessor(j.organisations[id])
	}
	for _, r := range records {
		if !j.out[r] {
			j.addDecision(r)
		}
	}
	j.checkCycles()
}

// finish puts everything in order and sets down what is in the register.
func (j *joiner) finish(records []*record.Record) {
	reg := j.register
	reg.Organisations = inOrder(j.organisations)
	reg.Suppliers = inOrder(j.suppliers)
	reg.Workloads = inOrder(j.workloads)
	reg.Contracts = inOrder(j.contracts)
	reg.Footprints = inOrder(j.footprints)
	for _, w := range reg.Workloads {
		if j.makes(w.Organisation) {
			w.Organisation.Workloads = append(w.Organisation.Workloads, w)
		}
		for _, other := range w.DependsOn {
			if j.workloads[other.ID] == other {
				other.NeededBy = addOnce(other.NeededBy, w)
			}
		}
		slices.SortFunc(w.Approvals, byDay)
		slices.SortFunc(w.Reviews, func(a, b *Review) int {
			return cmp.Or(a.Facts.On.Compare(b.Facts.On), cmp.Compare(a.Record.Path, b.Record.Path))
		})
	}
	for _, c := range reg.Contracts {
		c.Organisation.Contracts = append(c.Organisation.Contracts, c)
		if j.suppliers[c.Supplier.ID] == c.Supplier {
			c.Supplier.Contracts = append(c.Supplier.Contracts, c)
		}
	}
	for _, o := range reg.Organisations {
		slices.SortFunc(o.Approvals, byDay)
		j.checkThresholds(o)
		slices.SortFunc(o.Acceptances, func(a, b *Acceptance) int { return cmp.Compare(a.Supplier.ID, b.Supplier.ID) })
	}
	for _, s := range reg.Suppliers {
		slices.SortFunc(s.Certificates, func(a, b *Certificate) int { return cmp.Compare(a.ID, b.ID) })
		slices.SortFunc(s.Products, func(a, b *Product) int { return cmp.Compare(a.ID, b.ID) })
		slices.SortFunc(s.Notices, func(a, b *Notice) int { return cmp.Compare(a.ID, b.ID) })
	}
	for _, r := range records {
		if !j.out[r] {
			reg.Records = append(reg.Records, r)
		}
	}
	for path, digest := range j.files {
		if digest != "" && record.IsAttachment(path) {
			reg.Files[path] = digest
		}
	}
	j.checkUnused()
}

func byDay(a, b *Approval) int {
	return cmp.Or(a.Facts.On.Compare(b.Facts.On), cmp.Compare(a.Record.Path, b.Record.Path))
}

func inOrder[T any](byID map[string]T) []T {
	var all []T
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		all = append(all, byID[id])
	}
	return all
}

// address is a path taken apart: in whose folder a record lies, and its own name without its ending.
type address struct {
	organisation, supplier, workload string
	name                             string
}

func addressOf(r *record.Record) address {
	_, path, _ := strings.Cut(r.Path, "/") // without evidence/
	last := path[strings.LastIndexByte(path, '/')+1:]
	a := address{name: strings.TrimSuffix(strings.TrimSuffix(last, ".yaml"), ".md")}
	area, path, _ := strings.Cut(path, "/")
	first, within, below := strings.Cut(path, "/")
	switch {
	case !below:
	case area == "organisations":
		a.organisation = first
		if inner, ok := strings.CutPrefix(within, "workloads/"); ok {
			if slug, _, below := strings.Cut(inner, "/"); below {
				a.workload = first + "/" + slug
			}
		}
	case area == "suppliers":
		a.supplier = first
	}
	return a
}

// Paths of the records that others lie beside.
func organisationPath(ods string) string {
	return record.Root + "/organisations/" + ods + "/organisation.yaml"
}

func appointmentsPath(ods string) string {
	return record.Root + "/organisations/" + ods + "/appointments.yaml"
}
func folderOf(o *Organisation) string { return record.Root + "/organisations/" + o.ID }
func supplierPath(id string) string   { return record.Root + "/suppliers/" + id + "/supplier.yaml" }
func contractPath(ods, slug string) string {
	return record.Root + "/organisations/" + ods + "/contracts/" + slug + ".yaml"
}

func productPath(supplier, slug string) string {
	return record.Root + "/suppliers/" + supplier + "/products/" + slug + ".yaml"
}

func certificatePath(id string) string {
	supplier, slug, _ := strings.Cut(id, "/")
	return record.Root + "/suppliers/" + supplier + "/certificates/" + slug + ".yaml"
}

func workloadFolder(id string) string {
	ods, slug, _ := strings.Cut(id, "/")
	return record.Root + "/organisations/" + ods + "/workloads/" + slug
}
func workloadPath(id string) string { return workloadFolder(id) + "/workload.yaml" }
