package record

import "example.org/muniment/internal/calendar"

// Supplier is a supplier, held once for everybody.
type Supplier struct {
	Name               string         `json:"name"`
	Fictional          bool           `json:"fictional,omitzero"`
	Country            string         `json:"country"`
	Parent             *Parent        `json:"parent,omitzero"`
	OwnershipConfirmed calendar.Date  `json:"ownershipConfirmed,omitzero"`
	Contact            Contact        `json:"contact"`
	HandlesData        bool           `json:"handlesData"`
	Cryptography       *Cryptography  `json:"cryptography,omitzero"`
	Monitoring         *Monitoring    `json:"monitoring,omitzero"`
	ChangeNotices      *ChangeNotices `json:"changeNotices,omitzero"`
	Support            *Support       `json:"support,omitzero"`
	Answers            *Answers       `json:"answers,omitzero"`
}

// Parent is the supplier's ultimate parent.
type Parent struct {
	Name    string `json:"name"`
	Country string `json:"country"`
}

// Cryptography says how communications are protected.
type Cryptography struct {
	Protocols []Protocol    `json:"protocols"`
	Tested    calendar.Date `json:"tested"`
	Source    *Source       `json:"source,omitzero"`
}

// Monitoring says how the supplier watches its service.
type Monitoring struct {
	Procedure  string        `json:"procedure"`
	LastReport calendar.Date `json:"lastReport"`
	Source     *Source       `json:"source,omitzero"`
}

// ChangeNotices says how customers hear of changes that may affect security.
type ChangeNotices struct {
	Channel string `json:"channel"`
	Promise Source `json:"promise"`
}

// SupportPlace is one country from which the supplier's staff work.
type SupportPlace struct {
	Country    string `json:"country"`
	Access     string `json:"access"`
	Safeguards string `json:"safeguards"`
}

// Support says from where support and technical staff can reach data.
type Support struct {
	Places   []SupportPlace `json:"places"`
	Assessed calendar.Date  `json:"assessed"`
}

// Answers is the supplier's answers to its customers' questions.
type Answers struct {
	Contact Contact       `json:"contact"`
	On      calendar.Date `json:"on"`
	Items   []Answer      `json:"items"`
}

// Protocol is one protocol that protects communications, with its version.
type Protocol struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Answer is one question and its answer.
type Answer struct {
	Question string  `json:"question"`
	Answer   string  `json:"answer,omitzero"`
	Source   *Source `json:"source,omitzero"`
}

// Certificate is a certificate, report or registration that a supplier holds.
type Certificate struct {
	Scheme       string          `json:"scheme"`
	Number       string          `json:"number"`
	Scope        string          `json:"scope"`
	Body         string          `json:"body"`
	Issued       calendar.Date   `json:"issued"`
	Expires      calendar.Date   `json:"expires,omitzero"`
	Edition      string          `json:"edition,omitzero"`
	Surveillance []calendar.Date `json:"surveillance,omitzero"`
	PeriodStart  calendar.Date   `json:"periodStart,omitzero"`
	PeriodEnd    calendar.Date   `json:"periodEnd,omitzero"`
	ToolkitYear  string          `json:"toolkitYear,omitzero"`
	Result       string          `json:"result,omitzero"`
	BasedOn      string          `json:"basedOn,omitzero"`
	Source       Source          `json:"source"`
}

// Principles says what a supplier shows for each of the security principles.
type Principles struct {
	From     string           `json:"from"`
	Source   Source           `json:"source"`
	Gathered calendar.Date    `json:"gathered"`
	Entries  []PrincipleEntry `json:"entries"`
}

// PrincipleEntry is one statement about one principle or part of it.
type PrincipleEntry struct {
	Principle string        `json:"principle"`
	Statement string        `json:"statement"`
	Summary   string        `json:"summary"`
	Source    Source        `json:"source"`
	On        calendar.Date `json:"on"`
}

// Notice is a supplier's notice of a change.
type Notice struct {
	Title     string             `json:"title"`
	About     []string           `json:"about"`
	Sent      calendar.Date      `json:"sent"`
	Received  calendar.Date      `json:"received"`
	Effective calendar.Date      `json:"effective,omitzero"`
	Source    Source             `json:"source"`
	Assessed  []NoticeAssessment `json:"assessed,omitzero"`
}

// NoticeAssessment is one organisation's look at a notice.
type NoticeAssessment struct {
	Organisation string        `json:"organisation"`
	On           calendar.Date `json:"on"`
	Office       Office        `json:"office"`
	Effect       string        `json:"effect"`
}

// Product is a product and the standards it meets.
type Product struct {
	Name             string            `json:"name"`
	Version          string            `json:"version"`
	Clinical         bool              `json:"clinical"`
	PatientRecords   bool              `json:"patientRecords"`
	Standards        []Conformance     `json:"standards"`
	NHSNumber        *NHSNumberUse     `json:"nhsNumber,omitzero"`
	ClinicalSafety   *SafetyFile       `json:"clinicalSafety,omitzero"`
	Interoperability *Interoperability `json:"interoperability,omitzero"`
	Updates          *Updates          `json:"updates,omitzero"`
}

// Conformance is one row of the standards matrix.
type Conformance struct {
	Standard string        `json:"standard"`
	Edition  string        `json:"edition"`
	Status   string        `json:"status"`
	Reason   string        `json:"reason,omitzero"`
	Source   *Source       `json:"source,omitzero"`
	On       calendar.Date `json:"on"`
}

// NHSNumberUse says how the product uses the NHS number.
type NHSNumberUse struct {
	Uses      bool    `json:"uses"`
	Statement string  `json:"statement"`
	Source    *Source `json:"source,omitzero"`
}

// SafetyFile is the manufacturer's clinical safety file.
type SafetyFile struct {
	Officer    Contact       `json:"officer"`
	HazardLog  Source        `json:"hazardLog"`
	SafetyCase Source        `json:"safetyCase"`
	Version    string        `json:"version"`
	Signed     calendar.Date `json:"signed"`
}

// Interoperability says how information flows in and out.
type Interoperability struct {
	Interfaces []string      `json:"interfaces"`
	Export     string        `json:"export"`
	Checked    calendar.Date `json:"checked"`
}

// Updates says how the product is kept up to date.
type Updates struct {
	Cadence calendar.Period `json:"cadence"`
	Last    calendar.Date   `json:"last"`
	Promise *Source         `json:"promise,omitzero"`
}
