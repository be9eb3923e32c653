package record

import "example.org/muniment/internal/calendar"

// Approval is an approval: an office's decision on exact bytes.
type Approval struct {
	Office     Office        `json:"office"`
	By         string        `json:"by"`
	Decision   string        `json:"decision"`
	On         calendar.Date `json:"on"`
	To         calendar.Date `json:"to,omitzero"`
	Conditions []string      `json:"conditions,omitzero"`
	Covers     []Covered     `json:"covers"`
	Statement  string        `json:"statement,omitzero"`
	Repository string        `json:"repository,omitzero"`
	Subject    string        `json:"subject,omitzero"`
	Schemas    string        `json:"schemas,omitzero"`
	Catalogue  string        `json:"catalogue,omitzero"`
	Previous   string        `json:"previous,omitzero"`
	Witnessed  *Witnessed    `json:"witnessed,omitzero"`
}

// Witnessed is a review on a forge, as the repository's own machine saw it and signed for it.
type Witnessed struct {
	Forge       string `json:"forge"`
	PullRequest string `json:"pullRequest"`
	Login       string `json:"login"`
	Commit      string `json:"commit"`
	At          string `json:"at"` // year-month-dayThour:minute:secondZ
}

// Covered is one file that a decision covers, with the digest of the bytes that were decided on.
type Covered struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// Review is a review: somebody looked again and says what they found.
type Review struct {
	On       calendar.Date `json:"on"`
	Office   Office        `json:"office"`
	By       string        `json:"by"`
	Of       []string      `json:"of"`
	LookedAt []string      `json:"lookedAt"`
	Outcome  string        `json:"outcome"`
	Reason   string        `json:"reason"`
	Actions  []Action      `json:"actions,omitzero"`
	Next     calendar.Date `json:"next,omitzero"`
}

// Exception is a time-bound accepted risk: an obligation that is not met, known and agreed. It counts only while
// approved.
type Exception struct {
	Obligations []string      `json:"obligations"`
	Office      Office        `json:"office"`
	Reason      string        `json:"reason"`
	Instead     string        `json:"instead"`
	From        calendar.Date `json:"from"`
	To          calendar.Date `json:"to"`
	Plan        []Action      `json:"plan,omitzero"`
}
