// Package record holds the nouns of muniment: one Go type for each kind of evidence file, where files of that kind
// live,
// and the digest that approvals are bound to.
//
// A value here has passed its schema, so nothing below needs to check its shape again. Types mirror schemas/*.cue
// field by
// field; the meaning of each field is documented there and in docs/format.md.
package record

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/tree"
)

// Root is the folder that holds all records.
const Root = "evidence"

// Kind is the type of a record.
type Kind string

// The kinds, one for each definition in schemas/.
const (
	KindPolicy       Kind = "policy"
	KindOrganisation Kind = "organisation"
	KindAppointments Kind = "appointments"
	KindFootprint    Kind = "footprint"
	KindWorkload     Kind = "workload"
	KindAssessment   Kind = "assessment"
	KindDPIA         Kind = "dpia"
	KindExitPlan     Kind = "exit-plan"
	KindCosts        Kind = "costs"
	KindApproval     Kind = "approval"
	KindReview       Kind = "review"
	KindException    Kind = "exception"
	KindSupplier     Kind = "supplier"
	KindCertificate  Kind = "certificate"
	KindPrinciples   Kind = "principles"
	KindNotice       Kind = "notice"
	KindProduct      Kind = "product"
	KindContract     Kind = "contract"
	KindAcceptance   Kind = "acceptance"
)

// places says where each kind lives: patterns for path.Match below Root.
var places = []struct {
	pattern string
	kind    Kind
}{
	{"policy.yaml", KindPolicy},
	{"footprints/*.yaml", KindFootprint},
	{"organisations/*/organisation.yaml", KindOrganisation},
	{"organisations/*/appointments.yaml", KindAppointments},
	{"organisations/*/policy.yaml", KindPolicy},
	{"organisations/*/suppliers/*.yaml", KindAcceptance},
	{"organisations/*/contracts/*.yaml", KindContract},
	{"organisations/*/workloads/*/workload.yaml", KindWorkload},
	{"organisations/*/workloads/*/assessment.yaml", KindAssessment},
	{"organisations/*/workloads/*/dpia.md", KindDPIA},
	{"organisations/*/workloads/*/exit-plan.yaml", KindExitPlan},
	{"organisations/*/workloads/*/costs.yaml", KindCosts},
	{"organisations/*/workloads/*/approvals/*.yaml", KindApproval},
	{"organisations/*/workloads/*/reviews/*.yaml", KindReview},
	{"organisations/*/workloads/*/exceptions/*.yaml", KindException},
	{"suppliers/*/supplier.yaml", KindSupplier},
	{"suppliers/*/principles.yaml", KindPrinciples},
	{"suppliers/*/certificates/*.yaml", KindCertificate},
	{"suppliers/*/products/*.yaml", KindProduct},
	{"suppliers/*/notices/*.yaml", KindNotice},
}

// KindOf gives the kind of record that belongs at a path from the repository root. It is false for attachments
// (anything in a folder named files) and for paths where no record belongs.
func KindOf(p string) (Kind, bool) {
	rest, ok := strings.CutPrefix(p, Root+"/")
	if !ok {
		return "", false
	}
	for _, place := range places {
		if ok, _ := path.Match(place.pattern, rest); ok {
			return place.kind, true
		}
	}
	return "", false
}

// IsAttachment tells whether a path is evidence that is kept but not read: a file in a folder named files.
func IsAttachment(p string) bool {
	return strings.HasPrefix(p, Root+"/") && strings.Contains(path.Dir(p)+"/", "/files/")
}

// Record is one evidence file, read and checked.
type Record struct {
	Path   string     // from the repository root
	Kind   Kind       //
	Digest string     // SHA-256 of the exact bytes, lower-case hexadecimal
	Tree   *tree.Node // the facts with their positions; of a DPIA, the front matter
	Value  any        // *Workload, *Assessment … as the kind says
	Prose  *Prose     // the Markdown of a DPIA; nil for other kinds
}

// Prose is the rendered Markdown of a record. It is kept as text so that no floor above needs a Markdown reader.
type Prose struct {
	HTML     string // safe, bounded
	Sections []Section
}

// Section is a heading with the plain text below it, up to the next heading of the same or a higher level.
type Section struct {
	Heading string
	Level   int
	ID      string // the heading's anchor in HTML
	Text    string // plain text, without the headings below it
	Line    int    // of the heading, in the file
}

// Digest gives the SHA-256 of a file's exact bytes in lower-case hexadecimal.
func Digest(src []byte) string {
	sum := sha256.Sum256(src)
	return hex.EncodeToString(sum[:])
}

// At gives the position of a dotted field path, or of the nearest group around it when the field is missing.
func (r *Record) At(field string) finding.Place {
	n := r.Tree.Nearest(field)
	return finding.Place{Path: r.Path, Line: n.Line, Column: n.Column}
}

// Visibility tells which portal may show the record.
func (r *Record) Visibility() string {
	if v := r.Tree.Get("visibility"); v != nil {
		return v.Text
	}
	return "internal"
}

// Decode fills r.Value from r.Tree.
func (r *Record) Decode() error {
	make, ok := values[r.Kind]
	if !ok {
		return fmt.Errorf("decode %s: unknown kind %q", r.Path, r.Kind)
	}
	r.Value = make()
	if err := r.Tree.Decode(r.Value); err != nil {
		return fmt.Errorf("%s: %w", r.Path, err)
	}
	return nil
}

var values = map[Kind]func() any{
	KindPolicy:       func() any { return new(Policy) },
	KindOrganisation: func() any { return new(Organisation) },
	KindAppointments: func() any { return new(Appointments) },
	KindFootprint:    func() any { return new(Footprint) },
	KindWorkload:     func() any { return new(Workload) },
	KindAssessment:   func() any { return new(Assessment) },
	KindDPIA:         func() any { return new(DPIA) },
	KindExitPlan:     func() any { return new(ExitPlan) },
	KindCosts:        func() any { return new(Costs) },
	KindApproval:     func() any { return new(Approval) },
	KindReview:       func() any { return new(Review) },
	KindException:    func() any { return new(Exception) },
	KindSupplier:     func() any { return new(Supplier) },
	KindCertificate:  func() any { return new(Certificate) },
	KindPrinciples:   func() any { return new(Principles) },
	KindNotice:       func() any { return new(Notice) },
	KindProduct:      func() any { return new(Product) },
	KindContract:     func() any { return new(Contract) },
	KindAcceptance:   func() any { return new(Acceptance) },
}
