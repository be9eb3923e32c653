package record

import (
	"slices"

	"example.org/muniment/internal/calendar"
)

// File is a file beside the record that is part of the evidence, held by its digest.
type File struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Title  string `json:"title,omitzero"`
}

// Source says where evidence can be found: a file in this repository or a web address.
type Source struct {
	File      *File  `json:"file,omitzero"`
	URL       string `json:"url,omitzero"`
	Reference string `json:"reference,omitzero"`
}

// Contact is a post, not a person's name: who answers for something.
type Contact struct {
	Title string `json:"title"`
	Email string `json:"email"`
}

// SigningKey is a key that signs, from when to when.
type SigningKey struct {
	Key              string        `json:"key"`
	From             calendar.Date `json:"from"`
	To               calendar.Date `json:"to,omitzero"`
	CompromisedSince string        `json:"compromisedSince,omitzero"` // a commit
}

// Action is something to be done by a day.
type Action struct {
	What  string        `json:"what"`
	Due   calendar.Date `json:"due"`
	Owner string        `json:"owner"`
	Done  calendar.Date `json:"done,omitzero"`
}

// Office is a post with duties, held through appointments.
type Office string

// The offices.
const (
	SIRO                  Office = "siro"                    // senior information risk owner, OFF 10
	CaldicottGuardian     Office = "caldicott-guardian"      // OFF brief 2
	DPO                   Office = "dpo"                     // data protection officer, OFF brief 2
	SRO                   Office = "sro"                     // senior responsible owner, INN "Data usage"
	IGLead                Office = "ig-lead"                 // information governance team, INN "Data usage"
	IAO                   Office = "iao"                     // information asset owner
	ClinicalSafetyOfficer Office = "clinical-safety-officer" // VIS 7
	Registrar             Office = "registrar"               // keeps the appointments
	EMT                   Office = "emt"                     // executive management team
)

// Offices gives every office, in the order above.
func Offices() []Office {
	return []Office{SIRO, CaldicottGuardian, DPO, SRO, IGLead, IAO, ClinicalSafetyOfficer, Registrar, EMT}
}

var officeTitles = map[Office]string{
	SIRO: "SIRO", CaldicottGuardian: "Caldicott Guardian", DPO: "DPO", SRO: "SRO", IGLead: "IG lead", IAO: "IAO",
	ClinicalSafetyOfficer: "Clinical Safety Officer", Registrar: "registrar", EMT: "executive management team",
}

// Title gives the office as people write it.
func (o Office) Title() string {
	if t, ok := officeTitles[o]; ok {
		return t
	}
	return string(o)
}

// ProfileClass is the level of data risk, I to V. Empty means that none was declared.
type ProfileClass string

// ProfileClasses are all of them, the least risk first.
var ProfileClasses = [...]ProfileClass{"I", "II", "III", "IV", "V"}

// Rank orders profile classes: 1 for I to 5 for V, 0 for none.
func (c ProfileClass) Rank() int { return slices.Index(ProfileClasses[:], c) + 1 }

// RiskKind is one of the six kinds of risk of the framework; not a profile class.
type RiskKind string
