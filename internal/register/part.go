package register

import (
	"path"
	"slices"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tree"
)

// Around is what surrounds the records of one folder: what they may refer to elsewhere. Whatever it gives is whole and is not
// changed by [Part]. Nothing is there where it gives nil.
type Around interface {
	// File gives the digest of a file below evidence/, which is empty for one that was refused, and whether it is there.
	File(path string) (digest string, present bool)
	Policy() *record.Record
	Organisation(ods string) *Organisation
	Supplier(id string) *Supplier
	Workload(id string) *Workload
	// Claimed tells whether a record before another in the order of paths says that it used to be at a path.
	Claimed(formerly, before string) bool
}

// Part joins the records of one folder, as [New] joins them when it joins everything: what stays, what is left out and what
// leads where is the same. Only what lies the other way round is missing: an organisation's workloads, a supplier's workloads
// and contracts, a contract's workloads, the footprints of organisations and workloads, and what needs a workload. Findings
// are not kept, since their hints depend on everything. What is known of records by themselves from other parts is taken from
// sound and added to it; nil when each is joined once.
func Part(records []*record.Record, files map[string]string, around Around, sound map[*record.Record]Soundness) *Register {
	j := newJoiner(files, len(records))
	j.around, j.suggestions, j.sound = around, maxSuggestions, sound
	j.run(records)
	return j.register
}

// Soundness is what can be said of one record without any other.
type Soundness struct {
	out   bool // it is left out
	holds bool // it names files that must be there
	moved bool // it says where it was before
}

// Byte gives it as a byte that can be kept, for [SoundnessOf].
func (s Soundness) Byte() byte {
	var b byte
	if s.out {
		b |= 1
	}
	if s.holds {
		b |= 2
	}
	if s.moved {
		b |= 4
	}
	return b
}

// SoundnessOf gives what [Soundness.Byte] made a byte of.
func SoundnessOf(b byte) Soundness { return Soundness{b&1 != 0, b&2 != 0, b&4 != 0} }

// Alone says of one record what can be said without any other. It is false when something is wrong with it, which joining words.
func Alone(r *record.Record) (Soundness, bool) {
	alone := &joiner{around: nowhere{}, out: make(map[*record.Record]bool)}
	alone.checkForm(r)
	return alone.soundness(r), len(alone.findings) == 0
}

// soundness is that of a record that was just checked.
func (j *joiner) soundness(r *record.Record) Soundness {
	root := r.Tree()
	return Soundness{j.out[r], r.Prose != nil && len(r.Prose.Links) > 0 || holdsFiles(root, root), r.Formerly() != ""}
}

// checkKnown checks what a record can be judged for without any other, unless that is known already.
func (j *joiner) checkKnown(r *record.Record) {
	known, ok := j.sound[r]
	if !ok {
		j.checkForm(r)
		known = j.soundness(r)
		if j.sound != nil {
			j.sound[r] = known
		}
	}
	if known.out {
		j.out[r] = true
	}
	if known.holds {
		j.checkFiles(r)
	}
}

// holdsFiles tells whether a record names files by their digest, other than those that a decision covers.
func holdsFiles(root, n *tree.Node) bool {
	if n.Get("path") != nil && n.Get("sha256") != nil {
		return true
	}
	for _, f := range n.Fields {
		if (n != root || f.Key != "covers") && holdsFiles(root, f.Value) {
			return true
		}
	}
	for _, item := range n.Items {
		if holdsFiles(root, item) {
			return true
		}
	}
	return false
}

// nowhere surrounds a whole register.
type nowhere struct{}

func (nowhere) File(string) (string, bool)         { return "", false }
func (nowhere) Policy() *record.Record             { return nil }
func (nowhere) Organisation(string) *Organisation  { return nil }
func (nowhere) Supplier(string) *Supplier          { return nil }
func (nowhere) Workload(string) *Workload          { return nil }
func (nowhere) Claimed(formerly, path string) bool { return false }

// makes tells whether an organisation is made from the records being joined.
func (j *joiner) makes(o *Organisation) bool { return j.organisations[o.ID] == o }

func (j *joiner) anyOrganisation(ods string) *Organisation {
	if o := j.organisations[ods]; o != nil || ods == "" {
		return o
	}
	return j.around.Organisation(ods)
}

func (j *joiner) anySupplier(id string) *Supplier {
	if s := j.suppliers[id]; s != nil || id == "" {
		return s
	}
	return j.around.Supplier(id)
}

func (j *joiner) anyWorkload(id string) *Workload {
	if w := j.workloads[id]; w != nil {
		return w
	}
	return j.around.Workload(id)
}

func (j *joiner) anyProduct(s *Supplier, slug string) *Product {
	id := s.ID + "/" + slug
	if j.suppliers[s.ID] == s {
		return j.products[id]
	}
	return find(s.Products, func(p *Product) bool { return p.ID == id })
}

// anyCertificate finds a certificate by <supplier>/<certificate>.
func (j *joiner) anyCertificate(id string) *Certificate {
	supplier := path.Dir(id)
	if j.suppliers[supplier] != nil {
		return j.certificates[id]
	}
	if s := j.anySupplier(supplier); s != nil {
		return find(s.Certificates, func(c *Certificate) bool { return c.ID == id })
	}
	return nil
}

func (j *joiner) anyContract(o *Organisation, slug string) *Contract {
	id := o.ID + "/" + slug
	if j.makes(o) {
		return j.contracts[id]
	}
	return find(o.Contracts, func(c *Contract) bool { return c.ID == id })
}

func (j *joiner) anyAcceptance(o *Organisation, s *Supplier) *Acceptance {
	if j.makes(o) {
		return j.acceptances[o.ID+"/"+s.ID]
	}
	return find(o.Acceptances, func(a *Acceptance) bool { return a.Supplier.ID == s.ID })
}

func (j *joiner) anyPerson(o *Organisation, id string) *record.Person {
	if j.makes(o) {
		return j.people[o][id]
	}
	if o.People == nil {
		return nil
	}
	for i := range slices.Backward(o.People.People) { // of two with one id the last counts, as it does above
		if p := &o.People.People[i]; p.ID == id {
			return p
		}
	}
	return nil
}

// appointed tells whether there is a list of appointments at a path.
func (j *joiner) appointed(path string) bool {
	if j.records[path] != nil {
		return true
	}
	o := j.around.Organisation(addressOf(&record.Record{Path: path}).organisation)
	return o != nil && o.Appointments != nil
}

func find[T any](list []*T, is func(*T) bool) *T {
	for _, one := range list {
		if is(one) {
			return one
		}
	}
	return nil
}
