// Package report is the published, versioned shape of everything muniment says. The Go structs are the JSON contract of
// /api/v1/ and of every command's --json; portal, terminal and calendar files are made from them and from nothing else.
//
// Fields are only ever added within version 1. Readers must ignore fields they do not know.
//
// A register can be larger than memory, so its subjects are told one at a time. A [Maker] makes the detail of one subject from
// what belongs to it, and the [Share] that the subject adds to what is shown of the register as a whole; a [Gathering] adds the
// shares up, in any order, to [Lists]. Whoever has made the pages of a subject can forget its detail.
//
//	m := report.NewMaker(report.Frame{Origin: origin, Catalogue: catalogue, Law: law, Status: statusOfOthers})
//	g := report.NewGathering(catalogue)
//	detail, share := m.Workload(w, report.Held{Register: reg, Judged: subject, History: commits, Timeline: worded, Coming: ahead})
//	g.Add(share)
//	lists := g.Lists(findings)
//
// [New] does that for a register in memory and keeps every detail.
package report

import (
	"slices"
	"strconv"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
)

// Version is the version of the contract; it is the first field of every document.
const Version = "muniment/report/v1"

// Origin says what a document was made from, so that anybody can make it again.
type Origin struct {
	Version  string        `json:"version"`            // Version
	Tool     string        `json:"tool"`               // the program's version
	AsOf     calendar.Date `json:"asOf"`               // the day judged
	KnownAt  string        `json:"knownAt"`            // the commit whose content was used, in full; empty for a folder outside git
	KnownDay calendar.Date `json:"knownDay,omitzero"`  // the day on which that commit entered the mainline
	Dirty    bool          `json:"dirty,omitempty"`    // the working tree was used and differs from the commit
	Schemas  string        `json:"schemas"`            // SHA-256 over the schemas, catalogue and registers
	Evidence string        `json:"evidence,omitempty"` // SHA-256 over the evidence read: paths and digests
	Profile  string        `json:"profile"`            // internal or open
	Command  string        `json:"command"`            // how to make it again
}

// At gives the origin of what rests on nothing newer than a commit: judged on the same day, it is the same made from that commit
// and from any later one. So it does not name the evidence as a whole. Without a commit it is the origin itself.
func (o Origin) At(c *Commit) Origin {
	if c == nil || o.Dirty || o.KnownAt == "" {
		return o
	}
	o.Command = strings.ReplaceAll(o.Command, o.KnownAt, c.ID)
	o.KnownAt, o.KnownDay, o.Evidence = c.ID, c.Day, ""
	return o
}

// Report is a whole judgement: what the portal shows.
type Report struct {
	Origin
	Summary       Summary           `json:"summary"`
	Workloads     []Workload        `json:"workloads"`
	Organisations []Organisation    `json:"organisations"`
	Suppliers     []Supplier        `json:"suppliers"`
	Contracts     []Contract        `json:"contracts"`
	Footprints    []Footprint       `json:"footprints"`
	Obligations   []Obligation      `json:"obligations"`
	Due           []Due             `json:"due"`        // by day
	Waits         []Waiting         `json:"waits"`      // what waits for somebody, the worst first
	Exceptions    []Exception       `json:"exceptions"` // in force on the day
	Findings      []finding.Finding `json:"findings"`   // what check found
	NotFound      []NotFound        `json:"notFound"`   // what no source was found for
	Tensions      []Tension         `json:"tensions"`
	Forecast      *Forecast         `json:"forecast,omitempty"` // when it was asked for

	Reminding map[string]Reminding `json:"-"` // by organisation
}

// Summary counts.
type Summary struct {
	Workloads     map[string]int `json:"workloads"`     // workloads by status
	Verdicts      map[string]int `json:"verdicts"`      // workload verdicts by state, inherited ones included
	Organisations int            `json:"organisations"` //
	Suppliers     int            `json:"suppliers"`     //
	Due90         int            `json:"due90"`         // due within 90 days
	Excepted      int            `json:"excepted"`      // verdicts set aside by exceptions
	Errors        int            `json:"errors"`        // findings that refused evidence
}

// Status is a roll-up.
type Status struct {
	State    string         `json:"state"`
	Sentence string         `json:"sentence"` // in plain English, with the main reason
	Counts   map[string]int `json:"counts"`
	Excepted int            `json:"excepted"`
	Main     string         `json:"main,omitempty"`    // the obligation that decided
	Due      calendar.Date  `json:"due,omitzero"`      // the next day on which something gets worse
	LeftOut  []string       `json:"leftOut,omitempty"` // refused records it rests on; with any it is at least incomplete
}

// Ref leads to a subject.
type Ref struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Verdict is one obligation judged for one subject. In a document of /api/v1/ what obligations.json says of the obligation is
// left out, and so is the subject of a verdict that is the document's own.
type Verdict struct {
	Obligation    string        `json:"obligation"`
	Title         string        `json:"title,omitempty"`
	Strength      string        `json:"strength,omitempty"`
	Subject       Ref           `json:"subject,omitzero"`
	Inherited     bool          `json:"inherited,omitempty"` // judged at another subject and counted here
	State         string        `json:"state"`
	ExceptedUntil calendar.Date `json:"exceptedUntil,omitzero"` // last day of the exception that sets it aside
	Reasons       []Reason      `json:"reasons"`
	Remedy        string        `json:"remedy,omitempty"`
	Commands      []string      `json:"commands,omitempty"` // with which the offices that are waited for see what is decided on, and sign
	Due           *Due          `json:"due,omitempty"`
	Tensions      []string      `json:"tensions,omitempty"`
	AliasOf       string        `json:"aliasOf,omitempty"`
}

// ToDo is the remedy with the commands as one text, for the terminal and a pull request. Lists, which people read who never sign at a
// terminal, say the remedy alone.
func (v *Verdict) ToDo() string {
	if len(v.Commands) == 0 {
		return v.Remedy
	}
	return v.Remedy + " To see what is decided on, and to sign: “" + strings.Join(v.Commands, "”, “") + "”."
}

// Reason is one step of a judgement.
type Reason struct {
	Rule  string        `json:"rule"`
	Text  string        `json:"text"`
	Place string        `json:"place,omitempty"` // path:line:column
	Field string        `json:"field,omitempty"`
	Date  calendar.Date `json:"date,omitzero"`
	Local bool          `json:"local,omitempty"` // rests on local policy
}

// Due is something that gets worse on a day if nothing is done.
type Due struct {
	On         calendar.Date `json:"on"`
	Days       int           `json:"days"` // from the as-of day
	Obligation string        `json:"obligation"`
	Title      string        `json:"title,omitempty"`
	Subject    Ref           `json:"subject,omitzero"`
	Workloads  []string      `json:"workloads,omitempty"` // ids of the workloads it reaches
	Text       string        `json:"text"`
	Rule       string        `json:"rule"` // expiry, written, cadence or trigger
	Then       string        `json:"then"` // the state from that day
	Office     string        `json:"office,omitempty"`
	Owner      string        `json:"owner,omitempty"` // post and mailbox of the owner
	Place      string        `json:"place,omitempty"`
	Local      bool          `json:"local,omitempty"`
	Remedy     string        `json:"remedy,omitempty"`
	Since      calendar.Date `json:"since,omitzero"` // in lists: a day since which it has been as it is; see Since
}

// Since gives the latest day up to the one judged on which something about a subject became another: a commit changed what it
// rests on, or a stretch of its timeline began. What falls due for it has been as it is since then, or for longer. There is no
// date without a history.
func Since(known *Commit, t *Timeline) calendar.Date {
	var day calendar.Date
	if known != nil {
		day = known.Day
	}
	if t == nil {
		return day
	}
	for _, s := range t.Segments {
		if !s.Ahead && s.From.After(day) {
			day = s.From
		}
	}
	return day
}

// Workload is everything the portal says about a workload.
type Workload struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Summary      string        `json:"summary"`
	Organisation Ref           `json:"organisation"`
	Controller   Ref           `json:"controller"`
	Type         string        `json:"type"`
	Purpose      string        `json:"purpose"`
	Phase        string        `json:"phase"`
	Visibility   string        `json:"visibility"`
	Started      calendar.Date `json:"started,omitzero"`
	Ends         calendar.Date `json:"ends,omitzero"` // the trial's last day, extensions counted
	Owner        Contact       `json:"owner"`
	Accountable  *Contact      `json:"accountable,omitempty"`
	Class        string        `json:"class,omitempty"`
	ClassModel   string        `json:"classModel,omitempty"`
	ClassReason  string        `json:"classReason,omitempty"`
	Personal     string        `json:"personal,omitempty"`
	Deployment   string        `json:"deployment"`
	Status       Status        `json:"status"`
	Verdicts     []Verdict     `json:"verdicts"`
	Data         []Fact        `json:"data"`
	Risks        []Risk        `json:"risks"`
	Locations    []Location    `json:"locations"`
	Transfers    []Transfer    `json:"transfers"`
	Decision     *Decision     `json:"decision,omitempty"`
	Approvals    []Approval    `json:"approvals"`
	Reviews      []Review      `json:"reviews"`
	Exceptions   []Exception   `json:"exceptions"`
	Suppliers    []Reliance    `json:"suppliers"`
	DependsOn    []Ref         `json:"dependsOn"`
	Footprints   []Ref         `json:"footprints"`
	DPIA         *DPIA         `json:"dpia,omitempty"`
	ExitPlan     []Fact        `json:"exitPlan"`
	Costs        *Costs        `json:"costs,omitempty"`
	Files        []File        `json:"files"`   // records and attachments, with digests
	History      []Commit      `json:"history"` // mainline commits that touched it, newest first
	Timeline     *Timeline     `json:"timeline,omitempty"`
	Known        *Commit       `json:"known,omitempty"` // the newest commit that changed anything it rests on
}

// Fact is a labelled statement.
type Fact struct {
	Label string `json:"label"`
	Text  string `json:"text"`
	Place string `json:"place,omitempty"`
}

// Contact is a post and its mailbox.
type Contact struct {
	Title string `json:"title"`
	Email string `json:"email"`
}

// Risk is a risk with the controls that answer it.
type Risk struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`
	Effect     string    `json:"effect"`
	Likelihood string    `json:"likelihood"`
	Severity   string    `json:"severity"`
	Residual   string    `json:"residual"`
	Controls   []Control `json:"controls"`
}

// Control answers risks.
type Control struct {
	ID    string `json:"id"`
	What  string `json:"what"`
	Owner string `json:"owner"`
	State string `json:"state"`
}

// Location is a place of the data with the legal basis that held on the day.
type Location struct {
	Country  string        `json:"country"`
	Name     string        `json:"name"` // of the country
	Region   string        `json:"region"`
	Purpose  string        `json:"purpose"`
	Supplier string        `json:"supplier,omitempty"`
	From     calendar.Date `json:"from,omitzero"`
	To       calendar.Date `json:"to,omitzero"`
	Basis    string        `json:"basis"` // in words: "United Kingdom", "EEA", "adequate by UK law since …", "not adequate"
	InUse    bool          `json:"inUse"` // on the day, or planned before the workload is live
	OK       bool          `json:"ok"`
}

// Transfer is a transfer that rests on a mechanism.
type Transfer struct {
	Country   string        `json:"country"`
	Mechanism string        `json:"mechanism"`
	Signed    calendar.Date `json:"signed"`
	Valid     bool          `json:"valid"`
	Text      string        `json:"text"` // why, on the day
}

// Decision is the outcome of the assessment.
type Decision struct {
	Outcome      string        `json:"outcome"`
	Reasons      string        `json:"reasons"`
	Conditions   []string      `json:"conditions,omitempty"`
	Participants []string      `json:"participants"`
	On           calendar.Date `json:"on"`
}

// Approval is an office's decision as it stands on the day.
type Approval struct {
	Office     string        `json:"office"` // as people write it
	By         string        `json:"by"`     // the post that held it
	Decision   string        `json:"decision"`
	On         calendar.Date `json:"on"`
	To         calendar.Date `json:"to,omitzero"`
	State      string        `json:"state"` // valid, stale, expired, refused, withdrawn, not-authorised, superseded, stated, unproven, removed
	Text       string        `json:"text"`  // why
	Proof      string        `json:"proof"` // stated: the record says so and nothing more; signed; witnessed; unproven: a signature that proves nothing
	Conditions []string      `json:"conditions,omitempty"`
	Covers     []Covered     `json:"covers"`
	Path       string        `json:"path"`
	Digest     string        `json:"digest"`              // SHA-256 of the record
	Code       string        `json:"code"`                // the office as it stands in the record
	Holder     string        `json:"holder,omitempty"`    // the id of the post, as it stands in the record
	Key        string        `json:"key,omitempty"`       // that signed, as ssh-keygen writes it
	Print      string        `json:"print,omitempty"`     // the fingerprint of the key
	Entered    *Entered      `json:"entered,omitempty"`   // when it entered the record; left out when the history was not looked at
	Witnessed  *Witnessed    `json:"witnessed,omitempty"` // the review that it was taken from
}

// Entered is the commit with which something entered the record.
type Entered struct {
	ID  string        `json:"id"`
	Day calendar.Date `json:"day"`
}

// Witnessed is a review on a forge that the repository's machine saw.
type Witnessed struct {
	Forge       string `json:"forge"`
	PullRequest string `json:"pullRequest"`
	Login       string `json:"login"`
	Commit      string `json:"commit"`
	At          string `json:"at"`
}

// Covered is a file that an approval was given for.
type Covered struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Same   bool   `json:"same"` // the file's bytes are still those
	// Since is the commit with which they ceased to be; left out when they never were, or the history was not looked at.
	Since *Entered `json:"since,omitempty"`
}

// Review is a recorded look.
type Review struct {
	On       calendar.Date `json:"on"`
	Office   string        `json:"office"`
	By       string        `json:"by"`
	Of       []string      `json:"of"`
	LookedAt []string      `json:"lookedAt"`
	Outcome  string        `json:"outcome"`
	Reason   string        `json:"reason"`
	Actions  []Action      `json:"actions,omitempty"`
	Path     string        `json:"path"`
}

// Action is something to be done.
type Action struct {
	What  string        `json:"what"`
	Due   calendar.Date `json:"due"`
	Owner string        `json:"owner"`
	Done  calendar.Date `json:"done,omitzero"`
}

// Exception is a time-bound accepted risk.
type Exception struct {
	Workload    Ref           `json:"workload"`
	Obligations []string      `json:"obligations"`
	Office      string        `json:"office"`
	Reason      string        `json:"reason"`
	Instead     string        `json:"instead"`
	From        calendar.Date `json:"from"`
	To          calendar.Date `json:"to"`
	State       string        `json:"state"` // in-force, not-approved, too-long, not-yet, ended
	Text        string        `json:"text"`
	Path        string        `json:"path"`
}

// Reliance is a supplier that a workload relies on.
type Reliance struct {
	Supplier   Ref    `json:"supplier"`
	Role       string `json:"role"`
	Product    string `json:"product,omitempty"`
	Contract   *Ref   `json:"contract,omitempty"`
	Acceptance string `json:"acceptance"` // in words: accepted on …, stale, none
	Status     Status `json:"status"`     // of the supplier
}

// DPIA is a data protection impact assessment.
type DPIA struct {
	Title     string        `json:"title"`
	Version   string        `json:"version"`
	Completed calendar.Date `json:"completed"`
	Residual  string        `json:"residual"`
	HTML      string        `json:"html"` // safe; headings start at level 3
	Sections  []Section     `json:"sections"`
	Path      string        `json:"path"`
}

// Section is a heading of a DPIA.
type Section struct {
	Heading string `json:"heading"`
	ID      string `json:"id"`
	Level   int    `json:"level"`
}

// Costs is what a workload may cost and does cost.
type Costs struct {
	Monthly int     `json:"monthly"` // pounds
	AlertAt int     `json:"alertAt"` // per cent
	Months  []Month `json:"months"`
}

// Month is one month's figures.
type Month struct {
	Month       string `json:"month"`
	Actual      int    `json:"actual"` // pounds
	Percent     int    `json:"percent"`
	Consumption string `json:"consumption"`
	Over        bool   `json:"over"`
	Action      string `json:"action,omitempty"`
}

// File is a file of evidence with its digest.
type File struct {
	Path   string `json:"path"`
	Kind   string `json:"kind"` // of record, or attachment
	SHA256 string `json:"sha256"`
}

// Commit is a mainline commit that changed a subject.
type Commit struct {
	ID      string        `json:"id"`
	Day     calendar.Date `json:"day"`
	Author  string        `json:"author"`
	Subject string        `json:"subject"`
	// PullRequest is the number that the message names; 0 for none. Signed is the sort of signature that the commit itself carries: ssh,
	// openpgp, x509 or other. Neither was looked into, and neither is an approval.
	PullRequest int      `json:"pullRequest,omitempty"`
	Signed      string   `json:"signed,omitempty"`
	Files       []Change `json:"files"`
	More        int      `json:"more,omitempty"` // files that are left out, in a timeline under /api/v1/
}

// Came says how a commit came about as far as it says so itself: the pull request that its message names, and its own signature,
// which is no approval. It is empty when the commit says neither.
func (c Commit) Came() string {
	var parts []string
	if c.PullRequest > 0 {
		parts = append(parts, "Pull request "+strconv.Itoa(c.PullRequest)+".")
	}
	if c.Signed != "" {
		parts = append(parts, "Commit signed "+SignedBy(c.Signed)+", not checked: that is no approval.")
	}
	return strings.Join(parts, " ")
}

// SignedBy says in words what sort of signature a commit carries.
func SignedBy(signed string) string {
	switch signed {
	case "ssh":
		return "by SSH"
	case "openpgp":
		return "by OpenPGP"
	case "x509":
		return "by X.509"
	}
	return "in an unknown way"
}

// Change is a file that a commit changed.
type Change struct {
	Path   string        `json:"path"`
	How    string        `json:"how"`              // added, changed, removed; in a timeline also moved
	From   string        `json:"from,omitempty"`   // where it was before it was moved
	Fields []FieldChange `json:"fields,omitempty"` // in a timeline: what is different in the record
}

// Organisation is a data controller.
type Organisation struct {
	ID              string         `json:"id"`
	Name            string         `json:"name"`
	Type            string         `json:"type"`
	Fictional       bool           `json:"fictional,omitempty"`
	LocationProfile string         `json:"locationProfile"`
	ProfileLocal    bool           `json:"profileLocal"` // a local choice
	Offices         []Office       `json:"offices"`
	Workloads       []Ref          `json:"workloads"`
	Contracts       []Ref          `json:"contracts"`
	Footprints      []Ref          `json:"footprints"`
	Status          Status         `json:"status"`
	Verdicts        []Verdict      `json:"verdicts"`
	States          map[string]int `json:"states"` // its workloads by status
	History         []Commit       `json:"history"`
	Timeline        *Timeline      `json:"timeline,omitempty"`
	Known           *Commit        `json:"known,omitempty"`
}

// Office is who holds an office on the day.
type Office struct {
	Office string        `json:"office"`
	Holder string        `json:"holder,omitempty"` // empty: vacant
	From   calendar.Date `json:"from,omitzero"`
	To     calendar.Date `json:"to,omitzero"`
	Deputy bool          `json:"deputy,omitempty"`
}

// Supplier is a supplier with its evidence.
type Supplier struct {
	ID           string        `json:"id"`
	Name         string        `json:"name"`
	Fictional    bool          `json:"fictional,omitempty"`
	Country      string        `json:"country"`
	Parent       string        `json:"parent,omitempty"`
	Status       Status        `json:"status"`
	Verdicts     []Verdict     `json:"verdicts"`
	Certificates []Certificate `json:"certificates"`
	Principles   []Principle   `json:"principles"`
	Products     []Product     `json:"products"`
	Notices      []Notice      `json:"notices"`
	Workloads    []Ref         `json:"workloads"` // those that rely on it
	History      []Commit      `json:"history"`
	Timeline     *Timeline     `json:"timeline,omitempty"`
	Known        *Commit       `json:"known,omitempty"` // the newest commit that changed anything it rests on
}

// Certificate is a certificate with its validity on the day.
type Certificate struct {
	ID      string        `json:"id"`
	Scheme  string        `json:"scheme"` // as people write it
	Number  string        `json:"number"`
	Scope   string        `json:"scope"`
	Body    string        `json:"body"`
	Issued  calendar.Date `json:"issued"`
	Until   calendar.Date `json:"until,omitzero"` // first day no longer valid, by expiry, scheme or edition
	Current bool          `json:"current"`
	Text    string        `json:"text"` // why, and which rule set the day
	Path    string        `json:"path"`
}

// Principle is a security principle with the statement held for it.
type Principle struct {
	Key       string        `json:"key"`
	Text      string        `json:"text"`
	Old       string        `json:"old,omitempty"` // the same in the older numbering
	Statement string        `json:"statement,omitempty"`
	Summary   string        `json:"summary,omitempty"`
	On        calendar.Date `json:"on,omitzero"`
}

// Product is a product and its standards.
type Product struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Version   string     `json:"version"`
	Standards []Standard `json:"standards"`
}

// Standard is one line of a standards matrix.
type Standard struct {
	Name    string        `json:"name"`
	Edition string        `json:"edition"`
	Status  string        `json:"status"`
	On      calendar.Date `json:"on"`
}

// Contract is a contract.
type Contract struct {
	ID           string        `json:"id"`
	Title        string        `json:"title"`
	Organisation Ref           `json:"organisation"`
	Supplier     Ref           `json:"supplier"`
	Stage        string        `json:"stage"`
	From         calendar.Date `json:"from,omitzero"`
	To           calendar.Date `json:"to,omitzero"`
	NoticeBy     calendar.Date `json:"noticeBy,omitzero"`
	Status       Status        `json:"status"`
	Verdicts     []Verdict     `json:"verdicts"`
	Workloads    []Ref         `json:"workloads"`
	Known        *Commit       `json:"known,omitempty"`
}

// Footprint is a dated group of organisations.
type Footprint struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"`
	Type      string        `json:"type"`
	Lead      Ref           `json:"lead"`
	From      calendar.Date `json:"from,omitzero"`
	To        calendar.Date `json:"to,omitzero"`
	Members   []Member      `json:"members"`
	Workloads []Ref         `json:"workloads"`
	Status    Status        `json:"status"`
	Verdicts  []Verdict     `json:"verdicts"`
	Known     *Commit       `json:"known,omitempty"`
}

// Member is a member of a footprint.
type Member struct {
	Organisation Ref           `json:"organisation"`
	From         calendar.Date `json:"from,omitzero"`
	To           calendar.Date `json:"to,omitzero"`
}

// Obligation is a duty with how it stands across subjects.
type Obligation struct {
	ID        string         `json:"id"`
	Title     string         `json:"title"`
	Duty      string         `json:"duty"`
	Document  string         `json:"document"` // title
	Paragraph string         `json:"paragraph"`
	URL       string         `json:"url,omitempty"`
	Nature    string         `json:"nature"` // guidance, news, opinion
	Strength  string         `json:"strength"`
	Subject   string         `json:"subject"`
	Applies   string         `json:"applies"` // in words
	From      calendar.Date  `json:"from,omitzero"`
	To        calendar.Date  `json:"to,omitzero"`
	Evidence  string         `json:"evidence"`
	Decidable string         `json:"decidable"`
	Again     string         `json:"again"`
	Missing   string         `json:"missing"` // what happens when missing, in words
	Remedy    string         `json:"remedy"`
	Kind      string         `json:"kind"`
	AliasOf   string         `json:"aliasOf,omitempty"`
	Tensions  []string       `json:"tensions,omitempty"`
	Counts    map[string]int `json:"counts"` // subjects by state
	Subjects  []Judged       `json:"subjects"`

	Offices []string `json:"-"` // asked to act, as records write them, where the duty itself says so; for reminders
}

// Judged is one subject's verdict under an obligation.
type Judged struct {
	Subject       Ref           `json:"subject"`
	State         string        `json:"state"`
	ExceptedUntil calendar.Date `json:"exceptedUntil,omitzero"`
	Text          string        `json:"text"` // the deciding reason
}

// NotFound is something no source was found for.
type NotFound struct {
	What        string `json:"what"`
	Consequence string `json:"consequence"`
}

// Tension is a disagreement between sources and how it is handled.
type Tension struct {
	ID       string `json:"id"`
	Text     string `json:"text"`
	Handling string `json:"handling"`
}

// States lists every state a verdict or status can have, worst first.
var States = []string{"blocked", "failing", "overdue", "incomplete", "gap", "contested", "info", "met", "not-applicable"}

// StateRank orders states: 0 is the worst. An unknown state ranks last.
func StateRank(state string) int {
	if i := slices.Index(States, state); i >= 0 {
		return i
	}
	return len(States)
}
