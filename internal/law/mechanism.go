package law

import (
	"fmt"
	"slices"

	"example.org/muniment/internal/calendar"
)

// Mechanism is a lawful way to transfer personal data to a country that is not adequate.
type Mechanism struct {
	Key                 string        `json:"-"`
	Name                string        `json:"name"`
	SignFrom            calendar.Date `json:"signFrom,omitzero"` // a new one may be signed from and to these days
	SignTo              calendar.Date `json:"signTo,omitzero"`
	ValidFrom           calendar.Date `json:"validFrom"` // one that was signed may be relied on from and to these days
	ValidTo             calendar.Date `json:"validTo,omitzero"`
	Countries           []string      `json:"countries,omitzero"` // that it is for; none means any
	NeedsRiskAssessment bool          `json:"needsRiskAssessment"`
	RiskAssessmentFrom  calendar.Date `json:"riskAssessmentFrom,omitzero"`
	Remedy              string        `json:"remedy,omitzero"`
	Provenance
}

// Stands tells whether a mechanism that was signed on one day can carry a transfer to a country on another, and why. Until
// is the first day on which it no longer can, zero when no such day is known. The mechanism may be nil: it does not stand.
func (m *Mechanism) Stands(signed, day calendar.Date, country string) (ok bool, until calendar.Date, text string) {
	if m == nil {
		return false, calendar.Date{}, "This transfer mechanism is not known."
	}
	valid := calendar.Window{From: m.ValidFrom, To: m.ValidTo}
	until = valid.End()
	switch {
	case len(m.Countries) > 0 && !slices.Contains(m.Countries, country):
		return false, calendar.Date{}, fmt.Sprintf("The mechanism “%s” is not for this country.", m.Name)
	case signed.IsZero():
		return false, calendar.Date{}, fmt.Sprintf("The mechanism “%s” has no day of signature.", m.Name)
	case signed.After(day):
		return false, calendar.Date{}, fmt.Sprintf("The mechanism “%s” is dated %s, which is after the day judged.", m.Name, signed.Long())
	case signed.Before(m.SignFrom):
		return false, calendar.Date{}, fmt.Sprintf("The mechanism “%s” was signed on %s, before it could be: from %s.", m.Name, signed.Long(), m.SignFrom.Long())
	case !m.SignTo.IsZero() && signed.After(m.SignTo):
		return false, calendar.Date{}, fmt.Sprintf("The mechanism “%s” was signed on %s; it could be signed until %s.", m.Name, signed.Long(), m.SignTo.Long())
	case day.Before(m.ValidFrom):
		return false, until, fmt.Sprintf("The mechanism “%s” is valid from %s.", m.Name, m.ValidFrom.Long())
	case !valid.Contains(day):
		return false, until, fmt.Sprintf("The mechanism “%s” was valid until %s.", m.Name, m.ValidTo.Long())
	case until.IsZero():
		return true, until, fmt.Sprintf("The mechanism “%s”, signed on %s, is valid.", m.Name, signed.Long())
	}
	return true, until, fmt.Sprintf("The mechanism “%s”, signed on %s, is valid until %s.", m.Name, signed.Long(), m.ValidTo.Long())
}

// RiskAssessmentNeeded tells whether a transfer under the mechanism needs a risk assessment on a day.
func (m *Mechanism) RiskAssessmentNeeded(day calendar.Date) bool {
	return m.NeedsRiskAssessment && !day.Before(m.RiskAssessmentFrom)
}
