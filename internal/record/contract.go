package record

import "example.org/muniment/internal/calendar"

// Contract is a contract with a supplier.
type Contract struct {
	Title        string          `json:"title"`
	Supplier     string          `json:"supplier"`
	Products     []string        `json:"products,omitzero"`
	Stage        string          `json:"stage"`
	Signed       calendar.Date   `json:"signed,omitzero"`
	From         calendar.Date   `json:"from,omitzero"`
	To           calendar.Date   `json:"to,omitzero"`
	Breaks       []calendar.Date `json:"breaks,omitzero"`
	NoticeBy     calendar.Date   `json:"noticeBy,omitzero"`
	Renewal      *Renewal        `json:"renewal,omitzero"`
	Clauses      []Clause        `json:"clauses,omitzero"`
	Regions      *Regions        `json:"regions,omitzero"`
	SpendControl *SpendControl   `json:"spendControl,omitzero"`
	LockIn       *LockIn         `json:"lockIn,omitzero"`
}

// Renewal says what was decided about renewal, once it was.
type Renewal struct {
	Decision string        `json:"decision"`
	On       calendar.Date `json:"on"`
}

// Clause says which clause answers one need.
type Clause struct {
	Need   string `json:"need"`
	What   string `json:"what,omitzero"`
	Clause string `json:"clause"`
}

// Regions says where data will be hosted and processed, clarified before signature.
type Regions struct {
	Clarified calendar.Date `json:"clarified"`
	Places    []string      `json:"places"`
	Source    Source        `json:"source"`
}

// SpendControl says how the purchase passed spend controls.
type SpendControl struct {
	Reference  string        `json:"reference,omitzero"`
	NotInScope string        `json:"notInScope,omitzero"`
	On         calendar.Date `json:"on"`
}

// LockIn says how hard it would be to leave.
type LockIn struct {
	Rating      string   `json:"rating"`
	Proprietary []string `json:"proprietary"`
	ExitTerms   string   `json:"exitTerms"`
}

// Acceptance is an organisation's own decision on shared supplier evidence.
type Acceptance struct {
	Supplier   string        `json:"supplier"`
	Decision   string        `json:"decision"`
	Reason     string        `json:"reason"`
	Conditions []string      `json:"conditions,omitzero"`
	Office     Office        `json:"office"`
	By         string        `json:"by"`
	On         calendar.Date `json:"on"`
	NextReview calendar.Date `json:"nextReview,omitzero"`
	Covers     []Covered     `json:"covers"`
}
