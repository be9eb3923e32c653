// Package record holds the nouns of muniment: one Go type for each kind of evidence file, where files of that kind live,
// and the digest that approvals are bound to.
//
// A value here has passed its schema, so nothing above needs to check its shape again. Types mirror schemas/*.cue field by
// field; the meaning of each field is documented there and in docs/format.md. A date that is no date and a text that is
// empty stand for a field that was left out.
package record

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/tape"
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

// Home says where records of one kind live. Parts in angle brackets stand for names.
type Home struct {
	Path string
	Kind Kind

	names      []string // patterns of the names between slashes, for path.Match
	begin, end string   // of the whole, before its first and after its last star
}

// homes holds every home, in the order in which people meet them in docs/format.md.
var homes = patterns([]Home{
	{Path: "policy.yaml", Kind: KindPolicy},
	{Path: "footprints/<footprint>.yaml", Kind: KindFootprint},
	{Path: "organisations/<ods>/organisation.yaml", Kind: KindOrganisation},
	{Path: "organisations/<ods>/appointments.yaml", Kind: KindAppointments},
	{Path: "organisations/<ods>/policy.yaml", Kind: KindPolicy},
	{Path: "organisations/<ods>/approvals/<date>-<office>.yaml", Kind: KindApproval},
	{Path: "organisations/<ods>/suppliers/<supplier>.yaml", Kind: KindAcceptance},
	{Path: "organisations/<ods>/contracts/<contract>.yaml", Kind: KindContract},
	{Path: "organisations/<ods>/workloads/<workload>/workload.yaml", Kind: KindWorkload},
	{Path: "organisations/<ods>/workloads/<workload>/assessment.yaml", Kind: KindAssessment},
	{Path: "organisations/<ods>/workloads/<workload>/dpia.md", Kind: KindDPIA},
	{Path: "organisations/<ods>/workloads/<workload>/exit-plan.yaml", Kind: KindExitPlan},
	{Path: "organisations/<ods>/workloads/<workload>/costs.yaml", Kind: KindCosts},
	{Path: "organisations/<ods>/workloads/<workload>/approvals/<date>-<office>.yaml", Kind: KindApproval},
	{Path: "organisations/<ods>/workloads/<workload>/reviews/<date>.yaml", Kind: KindReview},
	{Path: "organisations/<ods>/workloads/<workload>/exceptions/<exception>.yaml", Kind: KindException},
	{Path: "suppliers/<supplier>/supplier.yaml", Kind: KindSupplier},
	{Path: "suppliers/<supplier>/principles.yaml", Kind: KindPrinciples},
	{Path: "suppliers/<supplier>/certificates/<certificate>.yaml", Kind: KindCertificate},
	{Path: "suppliers/<supplier>/products/<product>.yaml", Kind: KindProduct},
	{Path: "suppliers/<supplier>/notices/<date>-<notice>.yaml", Kind: KindNotice},
})

// patterns completes the homes: their paths begin at the repository root, and every name becomes a star.
func patterns(homes []Home) []Home {
	name := regexp.MustCompile(`<[^/]*>`)
	for i := range homes {
		homes[i].Path = Root + "/" + homes[i].Path
		pattern := name.ReplaceAllString(homes[i].Path, "*")
		homes[i].names = strings.Split(pattern, "/")
		homes[i].begin, _, _ = strings.Cut(pattern, "*")
		homes[i].end = pattern[strings.LastIndexByte(pattern, '*')+1:]
	}
	return homes
}

// Homes lists where records live. The policy has two: the shared one and each organisation's own.
func Homes() []Home { return slices.Clone(homes) }

// KindOf gives the kind of record that belongs at a path from the repository root. It is false for attachments
// (anything in a folder named files) and for paths where no record belongs.
func KindOf(p string) (Kind, bool) {
	if IsAttachment(p) {
		return "", false
	}
	names := strings.Count(p, "/") + 1
	for i := range homes {
		home := &homes[i]
		if len(home.names) == names && strings.HasPrefix(p, home.begin) && strings.HasSuffix(p, home.end) && home.has(p) {
			return home.Kind, true
		}
	}
	return "", false
}

// has tells whether a path of as many names is one of this home. It is asked for every file, so most names are not matched.
func (h *Home) has(p string) bool {
	for _, pattern := range h.names {
		var name string
		name, p, _ = strings.Cut(p, "/")
		if pattern == "*" || pattern == name {
			continue
		}
		if ok, _ := path.Match(pattern, name); !ok {
			return false
		}
	}
	return true
}

// IsAttachment tells whether a path is evidence that is kept but not read: a file in a folder named files.
func IsAttachment(p string) bool {
	return strings.Contains(p, "/files/") && strings.HasPrefix(p, Root+"/") && strings.Contains(path.Dir(p)+"/", "/files/")
}

// SignatureEnding ends the name of the signature that lies beside an approval.
const SignatureEnding = ".sig"

// IsSignature tells whether a path is that of a signature beside an approval.
func IsSignature(p string) bool {
	of, ok := strings.CutSuffix(p, SignatureEnding)
	if !ok {
		return false
	}
	kind, _ := KindOf(of)
	return kind == KindApproval
}

// Record is one evidence file, read and checked.
type Record struct {
	Path   string // from the repository root
	Kind   Kind   // follows from the path
	Digest string // SHA-256 of the exact bytes, lower-case hexadecimal
	Value  any    // *Workload, *Assessment … as the kind says
	Prose  *Prose // the Markdown of a DPIA; nil for other kinds

	facts *tree.Packed
	tree  atomic.Pointer[tree.Node] // unpacked, while the record is among the recent ones
}

// New makes a record of facts with their positions; its value is for [Record.Decode] to fill in.
func New(path string, kind Kind, root *tree.Node) *Record {
	r := &Record{Path: path, Kind: kind}
	r.SetTree(root)
	return r
}

// Fresh makes a record of facts that are nobody else's, such as those just read. They are at hand while the record is among the recent
// ones.
func Fresh(path string, kind Kind, root *tree.Node) *Record {
	r := &Record{Path: path, Kind: kind, facts: tree.Settle(root)}
	r.tree.Store(root)
	unpacked.add(r)
	return r
}

// AppendFacts appends a record's facts to bytes that can be kept, for [Read]. It is false, and appends nothing, for facts that cannot be.
func (r *Record) AppendFacts(out []byte) ([]byte, bool) { return r.facts.Append(out) }

// Read makes a record of the facts that a tape goes on with, and decodes it. The error is one of a tape that does not, or of facts that are
// none of that kind.
func Read(path string, kind Kind, in *tape.Reader) (*Record, error) {
	facts, root, err := tree.Read(in)
	if err != nil {
		return nil, err
	}
	r := &Record{Path: path, Kind: kind, facts: facts}
	r.tree.Store(root)
	unpacked.add(r)
	return r, r.Decode()
}

// Empty tells whether a record says nothing.
func (r *Record) Empty() bool { return r.facts.Empty() }

// Loose makes a record for a look or two, after which nobody keeps it: its facts stay as they are and are not packed.
func Loose(path string, kind Kind, root *tree.Node) *Record {
	r := &Record{Path: path, Kind: kind, facts: tree.Loose(root)}
	r.tree.Store(root)
	return r
}

// Bare makes a record that says nothing, which matters only because it is there. All of one kind share their value.
func Bare(path string, kind Kind) *Record {
	return &Record{Path: path, Kind: kind, facts: noFacts, Value: noValues()[kind]}
}

var (
	noFacts  = tree.Pack(&tree.Node{Kind: tree.Map, Line: 1, Column: 1})
	noValues = sync.OnceValue(func() map[Kind]any {
		made := make(map[Kind]any, len(values))
		for kind, empty := range values {
			made[kind] = empty()
		}
		return made
	})
)

// Tree gives the facts with their positions; of a DPIA, the front matter. It is nil when there are none, and must not be
// changed. A tree is made when it is asked for, so a later call may give another one with the same content.
func (r *Record) Tree() *tree.Node {
	if n := r.tree.Load(); n != nil {
		return n
	}
	n := r.facts.Unpack()
	if n != nil {
		r.tree.Store(n)
		unpacked.add(r)
	}
	return n
}

// SetTree gives the record other facts. It must not be called while others use the record.
func (r *Record) SetTree(root *tree.Node) {
	r.facts = tree.Pack(root)
	r.tree.Store(nil)
}

// unpacked are the records of which the tree is kept. Judging looks at the records of one subject many times and then goes
// on to the next, so the last few thousand are enough.
var unpacked recent

type recent struct {
	mu      sync.Mutex
	records [2048]*Record
	next    int
}

// add keeps a record's tree and lets go of the one that has been kept longest.
func (u *recent) add(r *Record) {
	u.mu.Lock()
	old := u.records[u.next]
	u.records[u.next] = r
	u.next = (u.next + 1) % len(u.records)
	u.mu.Unlock()
	if old != nil && old != r {
		old.tree.Store(nil)
	}
}

// Prose is the rendered Markdown of a record. It is kept as text so that no floor above needs a Markdown reader.
type Prose struct {
	HTML     string // safe, bounded
	Sections []Section
	Links    []Link // to other files of the repository
}

// Link is a link or image in prose that leads to another file of the repository.
type Link struct {
	Path   string // from the repository root
	Line   int    // of the link, in the file
	Column int
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
	n := r.Tree().Nearest(field)
	return finding.Place{Path: r.Path, Line: n.Line, Column: n.Column}
}

// Visibility tells which portal may show the record.
func (r *Record) Visibility() string {
	if v, ok := r.facts.Scalar("visibility"); ok {
		return v
	}
	return "internal"
}

// Formerly gives the path at which the record was before, or nothing.
func (r *Record) Formerly() string {
	old, _ := r.facts.Scalar("formerly")
	return old
}

// Decode fills r.Value from the facts.
func (r *Record) Decode() error {
	empty, ok := values[r.Kind]
	if !ok {
		return fmt.Errorf("decode %s: unknown kind %q", r.Path, r.Kind)
	}
	r.Value = empty()
	if err := r.Tree().Decode(r.Value); err != nil {
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
