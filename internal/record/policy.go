package record

import "example.org/muniment/internal/calendar"

// Policy is local choices: what the guidance leaves to organisations. evidence/policy.yaml holds them for everybody;
// an organisation's own policy.yaml overrides what it names. Pages that use such a choice say "local policy".
//
// Cadences and limits are looked up by key in the record's tree, so that the position of the choice can be shown: see
// register.Policy.
type Policy struct {
	Notice          calendar.Period  `json:"notice,omitzero"`
	Reminders       *Reminders       `json:"reminders,omitzero"`
	Approvals       *ApprovalMatrix  `json:"approvals,omitzero"`
	LocationProfile *LocationProfile `json:"locationProfile,omitzero"`
	Repository      string           `json:"repository,omitzero"`
	Witnesses       []SigningKey     `json:"witnesses,omitzero"`
}

// Reminders says who is reminded of due days, and when.
type Reminders struct {
	Office   calendar.Period `json:"office,omitzero"`
	SIRO     calendar.Period `json:"siro,omitzero"`
	Weekends bool            `json:"weekends,omitzero"`
}

// ApprovalMatrix says which offices approve, for each profile class. National text on this was not found.
type ApprovalMatrix struct {
	Production map[ProfileClass][]Office `json:"production,omitzero"`
	Innovation []Office                  `json:"innovation,omitzero"`
	Exception  []Office                  `json:"exception,omitzero"`
	Governance []Office                  `json:"governance,omitzero"`
	People     int                       `json:"people,omitzero"`
	Proof      string                    `json:"proof,omitzero"` // "signed" or "witnessed"; empty when none is asked for
}

// LocationProfile says where data of this organisation may be: the guidance's own rule, or a stricter one.
type LocationProfile struct {
	Profile string `json:"profile"`
	Reason  string `json:"reason"`
}
