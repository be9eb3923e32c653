// Package obligation holds the catalogue of dated duties as Go values and judges one duty for one subject on one day.
//
// Judging is pure: the same subject, law and day give the same outcome, and nothing here reads a clock, a file or the
// environment. Every outcome carries its reasons: the rule, the record, the field and the day that decided it. The kinds of
// duty are few and fixed; duties themselves are rows of schemas/obligations, so a new duty of a known kind needs no Go.
package obligation

import (
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/schema"
)

// Obligation is one row of the catalogue. Fields mirror #Obligation in schemas/obligations/catalogue.cue.
type Obligation struct {
	ID            string        `json:"id"`
	Title         string        `json:"title"`
	Duty          string        `json:"duty"`
	Source        Source        `json:"source"`
	Strength      Strength      `json:"strength"`
	Subject       SubjectKind   `json:"subject"`
	When          []Condition   `json:"when,omitzero"`
	Unless        []Condition   `json:"unless,omitzero"`
	From          calendar.Date `json:"from,omitzero"`
	To            calendar.Date `json:"to,omitzero"`
	Evidence      string        `json:"evidence"`
	Decidable     string        `json:"decidable"`
	Again         string        `json:"again"`
	Remedy        string        `json:"remedy"`
	Office        record.Office `json:"office,omitzero"` // asked to act where nothing else settles it; a choice of this catalogue
	AliasOf       string        `json:"aliasOf,omitzero"`
	Tensions      []string      `json:"tensions,omitzero"`
	ContestedWith []string      `json:"contestedWith,omitzero"`
	Missing       State         `json:"missing"`
	MissingLive   State         `json:"missingLive,omitzero"`
	Partial       State         `json:"partial,omitzero"`
	Lapsed        State         `json:"lapsed,omitzero"`
	Renewal       *Renewal      `json:"renewal,omitzero"`
	Kind          Kind          `json:"kind,omitzero"`

	Record      *RecordParameters      `json:"record,omitzero"`
	Approval    *ApprovalParameters    `json:"approval,omitzero"`
	Review      *ReviewParameters      `json:"review,omitzero"`
	Certificate *CertificateParameters `json:"certificate,omitzero"`
	Location    *LocationParameters    `json:"location,omitzero"`
	Limit       *LimitParameters       `json:"limit,omitzero"`
	Answers     *AnswersParameters     `json:"answers,omitzero"`
	Declaration *DeclarationParameters `json:"declaration,omitzero"`
	Notice      *NoticeParameters      `json:"notice,omitzero"`
	Separation  *SeparationParameters  `json:"separation,omitzero"`
	Freshness   *FreshnessParameters   `json:"freshness,omitzero"`

	constraint *schema.Constraint // compiled from Record.Constraint
	where      *schema.Constraint // compiled from Record.Where
	target     *Obligation        // of an alias
	reads      Reads              // gathered from all of the above
	there      string             // that the evidence is there
}

// Target is the obligation whose verdict an alias shows; for any other, the obligation itself.
func (o *Obligation) Target() *Obligation {
	if o.target != nil {
		return o.target
	}
	return o
}

// Source is the place a duty comes from: a document of the catalogue and the paragraph as printed.
type Source struct {
	Document  string   `json:"document"`
	Paragraph string   `json:"paragraph"`
	Also      []string `json:"also,omitzero"`
}

// Strength is the source's own verb. It is kept apart from the state: an advisory point can be unmet and a must be met.
type Strength string

// The strengths.
const (
	Must     Strength = "must"
	Should   Strength = "should"
	Advisory Strength = "advisory"
)

// State is what a verdict says.
type State string

// The states, worst first. Contested and Info never lower a subject's status.
const (
	Blocked       State = "blocked"        // may not go live or proceed
	Failing       State = "failing"        // a duty is breached now
	Overdue       State = "overdue"        // was met; the day for a new look has come
	Incomplete    State = "incomplete"     // the record exists and a part is absent
	Gap           State = "gap"            // a recommendation is not evidenced
	Contested     State = "contested"      // sources disagree; shown, never counted as failure
	Info          State = "info"           // an opinion is not evidenced
	Met           State = "met"            //
	NotApplicable State = "not-applicable" // with the reason why
)

// States lists every state, worst first.
var States = []State{Blocked, Failing, Overdue, Incomplete, Gap, Contested, Info, Met, NotApplicable}

// Rank orders states: 0 is the worst.
func (s State) Rank() int {
	for i, t := range States {
		if s == t {
			return i
		}
	}
	return len(States)
}

// Lowers tells whether a verdict in this state lowers its subject's status below met.
func (s State) Lowers() bool { return s.Rank() < Contested.Rank() }

// SubjectKind is what a duty is judged for.
type SubjectKind string

// The kinds of subject.
const (
	OfWorkload     SubjectKind = "workload"
	OfOrganisation SubjectKind = "organisation"
	OfSupplier     SubjectKind = "supplier"
	OfContract     SubjectKind = "contract"
	OfFootprint    SubjectKind = "footprint"
)

// Condition is a named fact about a subject that decides whether a duty applies; the names are in the catalogue.
type Condition string

// Kind names the predicate that judges a duty.
type Kind string

// The kinds of duty.
const (
	KindRecord      Kind = "record"
	KindApproval    Kind = "approval"
	KindReview      Kind = "review"
	KindCertificate Kind = "certificate"
	KindLocation    Kind = "location"
	KindLimit       Kind = "limit"
	KindAnswers     Kind = "answers"
	KindDeclaration Kind = "declaration"
	KindNotice      Kind = "notice"
	KindSeparation  Kind = "separation"
	KindFreshness   Kind = "freshness"
)

// Outcome is a duty judged for one subject on one day.
type Outcome struct {
	State   State
	Reasons []Reason // at least one; the first is the one that decided
	Due     Due      // zero when nothing changes by itself
}

// Reason is one step of a judgement, in words and with its place.
type Reason struct {
	Rule  string        `json:"rule"`            // which rule: "record", "approval stale", "cadence", "adequacy" …
	Text  string        `json:"text"`            // a full sentence
	Place finding.Place `json:"place,omitzero"`  // the record and line it rests on, when there is one
	Field string        `json:"field,omitzero"`  // the dotted field
	Date  calendar.Date `json:"date,omitzero"`   // the day that won
	Local bool          `json:"local,omitempty"` // true when it rests on local policy, never national
}

// DueRule says which rule set a due day.
type DueRule string

// The rules, in the order of design: the earliest day wins, and on the same day the first of these.
const (
	HardExpiry DueRule = "expiry"  // the evidence itself expires
	Written    DueRule = "written" // a next day is written in the record
	Cadence    DueRule = "cadence" // last look plus the cadence for its class
	Trigger    DueRule = "trigger" // law, register, vacancy, supplier notice
)

// Due is the first day on which a verdict is worse if nothing is done.
type Due struct {
	On     calendar.Date `json:"on,omitzero"`
	Rule   DueRule       `json:"rule,omitzero"`
	Text   string        `json:"text,omitzero"`  // what falls due, in words
	Then   State         `json:"then,omitzero"`  // the state from that day
	Place  finding.Place `json:"place,omitzero"` // what set it
	Office string        `json:"office,omitzero"`
	Local  bool          `json:"local,omitempty"`
}

// Renewal says when a met duty must be met anew.
type Renewal struct {
	From     FieldRef        `json:"from"`
	Policy   string          `json:"policy,omitzero"`
	Every    calendar.Period `json:"every,omitzero"`
	Next     FieldRef        `json:"next,omitzero"`
	ReviewOf []string        `json:"reviewOf,omitzero"`
	Each     string          `json:"each,omitzero"`   // tells the entries of a list apart: each must be fresh
	Begins   bool            `json:"begins,omitzero"` // the day is no look, but the one from which the first counts
}

// FieldRef names a field of one of the subject's records: kind, colon, dotted path.
type FieldRef string

// RecordParameters belongs to KindRecord.
type RecordParameters struct {
	Of         string     `json:"of"`
	Root       string     `json:"root,omitzero"`
	Constraint string     `json:"constraint,omitzero"`
	Absent     string     `json:"absent,omitzero"` // a plain sentence for when the evidence is not there
	Unmet      string     `json:"unmet,omitzero"`  // a plain sentence for when it does not satisfy the constraint
	Days       []FieldRef `json:"days,omitzero"`   // must have come
	Order      []Order    `json:"order,omitzero"`
	Disordered State      `json:"disordered,omitzero"`
	Where      string     `json:"where,omitzero"` // only records that satisfy it are looked at; where none does, the duty does not apply
	Check      []string   `json:"check,omitzero"`
}

// Order says that one day must not come after another.
type Order struct {
	Earlier  FieldRef `json:"earlier"`
	Later    FieldRef `json:"later"`
	Strictly bool     `json:"strictly,omitzero"`
	Because  string   `json:"because"`
	State    State    `json:"state,omitzero"`    // instead of Disordered
	ReviewOf []string `json:"reviewOf,omitzero"` // a review of one of these since the earlier day will do as well
}

// ApprovalParameters belongs to KindApproval.
type ApprovalParameters struct {
	Offices             []string `json:"offices,omitzero"`
	ConfidentialPatient []string `json:"confidentialPatient,omitzero"`
	Matrix              string   `json:"matrix,omitzero"`
	Covers              []string `json:"covers"`
	NotBefore           FieldRef `json:"notBefore,omitzero"`
	NotAfter            FieldRef `json:"notAfter,omitzero"`
	Policy              string   `json:"policy,omitzero"`
	HolderChange        bool     `json:"holderChange,omitzero"`
	AfterExtension      bool     `json:"afterExtension,omitzero"`
}

// ReviewParameters belongs to KindReview.
type ReviewParameters struct {
	Of       []string `json:"of"`
	From     FieldRef `json:"from"`
	Policy   string   `json:"policy"`
	Interval FieldRef `json:"interval,omitzero"`
	Next     FieldRef `json:"next,omitzero"`
	Actions  bool     `json:"actions,omitzero"`
}

// CertificateParameters belongs to KindCertificate.
type CertificateParameters struct {
	Groups []CertificateGroup `json:"groups"`
	MaxAge calendar.Period    `json:"maxAge,omitzero"`
	Result string             `json:"result,omitzero"`
}

// CertificateGroup is met by a current certificate of any one of its schemes.
type CertificateGroup struct {
	Schemes []string `json:"schemes"`
	Because string   `json:"because"`
}

// LocationParameters belongs to KindLocation.
type LocationParameters struct {
	Rule string `json:"rule"`
}

// LimitParameters belongs to KindLimit.
type LimitParameters struct {
	Rule   string `json:"rule"`
	Policy string `json:"policy,omitzero"`
}

// AnswersParameters belongs to KindAnswers.
type AnswersParameters struct {
	Set    string   `json:"set"`
	From   FieldRef `json:"from"`
	Key    string   `json:"key"`
	Only   []string `json:"only,omitzero"` // only these questions; empty means all
	Answer string   `json:"answer,omitzero"`
	Parts  bool     `json:"parts,omitzero"`
	// Unlisted are principles that a marketplace listing does not ask about, so that the listing itself answers none of them.
	Unlisted []string `json:"unlisted,omitzero"`
}

// DeclarationParameters belongs to KindDeclaration.
type DeclarationParameters struct {
	Of     FieldRef `json:"of,omitzero"`
	On     string   `json:"on,omitzero"`
	By     string   `json:"by,omitzero"`
	Fields []string `json:"fields,omitzero"`
	Office string   `json:"office,omitzero"`
	Absent string   `json:"absent,omitzero"` // a plain sentence for when the statement is not there
}

// NoticeParameters belongs to KindNotice.
type NoticeParameters struct {
	Policy string `json:"policy"`
}

// SeparationParameters belongs to KindSeparation.
type SeparationParameters struct {
	Statements bool `json:"statements"`
}

// FreshnessParameters belongs to KindFreshness.
type FreshnessParameters struct {
	Of     FieldRef        `json:"of"`
	Policy string          `json:"policy,omitzero"`
	Every  calendar.Period `json:"every,omitzero"`
	Begins FieldRef        `json:"begins,omitzero"` // the day from which the first counts while there is none
	Budget bool            `json:"budget,omitzero"`
	Absent string          `json:"absent,omitzero"` // a plain sentence for when there is no such day
}
