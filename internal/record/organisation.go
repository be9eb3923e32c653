package record

import "example.org/muniment/internal/calendar"

// Organisation is an organisation: a data controller.
type Organisation struct {
	Name          string         `json:"name"`
	ODS           string         `json:"ods"`
	Type          string         `json:"type"`
	Fictional     bool           `json:"fictional,omitzero"`
	Closed        calendar.Date  `json:"closed,omitzero"`
	SucceededBy   string         `json:"succeededBy,omitzero"`
	CloudDecision *CloudDecision `json:"cloudDecision,omitzero"`
	AdequacyCheck *AdequacyCheck `json:"adequacyCheck,omitzero"`
	DSPT          []DSPT         `json:"dspt,omitzero"`
	Upgrades      []Upgrade      `json:"upgrades,omitzero"`
	Readiness     []Readiness    `json:"readiness,omitzero"`
}

// CloudDecision is the organisation's own decision to use cloud services, which no national text makes for it.
type CloudDecision struct {
	On     calendar.Date `json:"on"`
	Office Office        `json:"office"`
	Reason string        `json:"reason"`
	Source *Source       `json:"source,omitzero"`
}

// AdequacyCheck is the last look at the list of countries that the UK treats as adequate.
type AdequacyCheck struct {
	LastChecked calendar.Date `json:"lastChecked"`
	Office      Office        `json:"office"`
	Source      Source        `json:"source"`
	Note        string        `json:"note,omitzero"`
}

// DSPT is the Data Security and Protection Toolkit result of one year.
type DSPT struct {
	Year      string        `json:"year"`
	Status    string        `json:"status"`
	Published calendar.Date `json:"published"`
}

// Upgrade is one plan to bring an existing service up to the published standards.
type Upgrade struct {
	Action
	Gap     string `json:"gap"`
	Subject string `json:"subject,omitzero"`
}

// Readiness says which evidence answers one oversight regime.
type Readiness struct {
	Regime    string        `json:"regime"`
	Evidence  string        `json:"evidence"`
	Confirmed calendar.Date `json:"confirmed"`
}

// Appointments says who holds which office, from when to when.
type Appointments struct {
	People       []Person      `json:"people"`
	Appointments []Appointment `json:"appointments"`
	Confirmed    *Confirmed    `json:"confirmed,omitzero"`
}

// Confirmed is the last yearly confirmation that this list is right.
type Confirmed struct {
	On     calendar.Date `json:"on"`
	Office Office        `json:"office"`
}

// Person is a post that holds offices, never a person's name.
type Person struct {
	ID     string       `json:"id"`
	Title  string       `json:"title"`
	Email  string       `json:"email"`
	Keys   []SigningKey `json:"keys,omitzero"`
	Logins []Login      `json:"logins,omitzero"`
}

// Login is an account on a forge.
type Login struct {
	Forge string `json:"forge"`
	Login string `json:"login"`
}

// Appointment is one spell of one post in one office.
type Appointment struct {
	Person string        `json:"person"`
	Office Office        `json:"office"`
	From   calendar.Date `json:"from"`
	To     calendar.Date `json:"to,omitzero"`
	Deputy bool          `json:"deputy,omitzero"`
	Scope  []string      `json:"scope,omitzero"`
	Source *Source       `json:"source,omitzero"`
}

// Footprint is a group of organisations that share workloads, from when to when.
type Footprint struct {
	Name             string           `json:"name"`
	Type             string           `json:"type"`
	Fictional        bool             `json:"fictional,omitzero"`
	From             calendar.Date    `json:"from"`
	To               calendar.Date    `json:"to,omitzero"`
	Population       int              `json:"population,omitzero"`
	Lead             string           `json:"lead"`
	Members          []Member         `json:"members"`
	SharedWorkloads  []string         `json:"sharedWorkloads,omitzero"`
	Responsibilities []Responsibility `json:"responsibilities,omitzero"`
	IncidentContact  *Contact         `json:"incidentContact,omitzero"`
	Confirmed        calendar.Date    `json:"confirmed,omitzero"`
	Access           *SharedAccess    `json:"access,omitzero"`
	Resilience       *Resilience      `json:"resilience,omitzero"`
	Interfaces       []Interface      `json:"interfaces,omitzero"`
	PatientAccess    *PatientAccess   `json:"patientAccess,omitzero"`
}

// Responsibility says which organisation leads on one control.
type Responsibility struct {
	Control string `json:"control"`
	Lead    string `json:"lead"`
}

// SharedAccess says who may see records across organisations, and how that is kept to them.
type SharedAccess struct {
	Model     string `json:"model"`
	Agreement Source `json:"agreement"`
	AuditLog  string `json:"auditLog"`
}

// Resilience says how resilient the shared service is.
type Resilience struct {
	Target   string        `json:"target"`
	LastTest calendar.Date `json:"lastTest"`
}

// Interface is one central interface and the organisations it connects.
type Interface struct {
	Name     string   `json:"name"`
	Connects []string `json:"connects"`
}

// PatientAccess is the plan for patients' own access, or the reason for having none.
type PatientAccess struct {
	Statement string        `json:"statement"`
	Confirmed calendar.Date `json:"confirmed"`
}

// Member is one organisation's spell in a footprint.
type Member struct {
	Organisation string        `json:"organisation"`
	From         calendar.Date `json:"from"`
	To           calendar.Date `json:"to,omitzero"`
}
