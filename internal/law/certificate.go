package law

import (
	"fmt"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// Scheme is a kind of certificate, report or registration.
type Scheme struct {
	Key          string             `json:"-"`
	Name         string             `json:"name"`
	Validity     calendar.Period    `json:"validity,omitzero"`     // the longest, from issue
	Surveillance calendar.Period    `json:"surveillance,omitzero"` // the greatest gap between audits
	Counts       string             `json:"counts"`                // issue, period-end or toolkit-year
	Policy       string             `json:"policy,omitzero"`       // key of the local cadence, where no source fixes the validity
	BasedOn      string             `json:"basedOn,omitzero"`
	Within       calendar.Period    `json:"within,omitzero"` // how long before it the one it rests on may have been issued
	Editions     map[string]Edition `json:"editions,omitzero"`
	Independent  bool               `json:"independent"`
	From         calendar.Date      `json:"from,omitzero"`
	To           calendar.Date      `json:"to,omitzero"`
	Provenance
}

// The rules that can end a certificate's validity, in the order in which they are named when they fall on one day.
const (
	RuleExpiry       = "expiry"       // the day printed on it
	RuleScheme       = "scheme"       // the scheme itself begins or ends
	RuleEdition      = "edition"      // the edition is withdrawn
	RuleValidity     = "validity"     // the scheme's longest validity
	RuleToolkitYear  = "toolkit-year" // the next toolkit year's deadline has passed
	RuleSurveillance = "surveillance" // no surveillance audit in time
	RuleAge          = "age"          // older than the duty allows
	RulePolicy       = "policy"       // older than local policy allows
	RuleBasis        = "basis"        // the certificate it rests on
	RuleIssue        = "issue"        // not issued yet
)

// Validity is how long a certificate is good, as seen on one day.
type Validity struct {
	From    calendar.Date // the day of issue
	Until   calendar.Date // the first day on which it is no longer good; zero when it never was or no such day is known
	Current bool          // good on the day asked about
	Rule    string        // which rule set Until, or keeps it from being good; empty when nothing limits it
	Text    string        // a full sentence
	Local   bool          // the rule is local policy
}

// limit is why a certificate is good on no day.
type limit struct {
	rule  string
	text  string
	local bool
}

// Validity tells how long a certificate is good: until the earliest of its own expiry, the longest validity of its scheme,
// the end of its edition or toolkit year, a surveillance audit left out, the greatest age that the duty allows (maxAge; zero
// when it names none) and, where no source fixes the validity, local policy. Basis is the certificate it rests on, nil when
// the supplier names none; for Cyber Essentials Plus it must be at most three months older. Audits after the day do not count.
// Policy looks up the local cadence by its key.
func (l *Law) Validity(c, basis *record.Certificate, day calendar.Date, maxAge calendar.Period, policy func(key string) (calendar.Period, bool)) Validity {
	v := l.Lasts(c, basis, day, maxAge, policy)
	s := l.Schemes[c.Scheme]
	switch {
	case v.Text != "": // why it is good on no day
	case v.Rule == RuleIssue:
		v.Text = fmt.Sprintf("%s is issued on %s, after the day judged.", s.Name, c.Issued.Long())
	case v.Until.IsZero():
		v.Text = fmt.Sprintf("%s, issued on %s, states no end.", s.Name, c.Issued.Long())
	default:
		v.Text = s.Name + " " + l.ends(s, c, v.Rule, day, maxAge, policy) + fmt.Sprintf(", so it is not valid from %s.", v.Until.Long())
	}
	return v
}

// Lasts is [Law.Validity] without the words for a certificate that is good on some day.
func (l *Law) Lasts(c, basis *record.Certificate, day calendar.Date, maxAge calendar.Period, policy func(key string) (calendar.Period, bool)) Validity {
	s := l.Schemes[c.Scheme]
	if s == nil {
		return Validity{From: c.Issued, Rule: RuleScheme, Text: "This scheme is not in the register."}
	}
	if bad, ok := l.never(s, c, basis, policy); ok {
		return Validity{From: c.Issued, Rule: bad.rule, Text: bad.text, Local: bad.local}
	}
	v := Validity{From: c.Issued}
	l.limit(&v, s, c, basis, day, maxAge, policy)
	v.Current = calendar.Segment{From: v.From, Until: v.Until}.Contains(day)
	if day.Before(v.From) {
		v.Rule, v.Local = RuleIssue, false
	}
	return v
}

// never names what keeps a certificate from being good on any day.
func (l *Law) never(s *Scheme, c, basis *record.Certificate, policy func(string) (calendar.Period, bool)) (limit, bool) {
	switch {
	case c.Issued.Before(s.From):
		return limit{rule: RuleScheme, text: fmt.Sprintf("%s began on %s; this is dated %s.", s.Name, s.From.Long(), c.Issued.Long())}, true
	case s.Counts == "toolkit-year" && l.ToolkitYears[c.ToolkitYear] == nil:
		return limit{rule: RuleToolkitYear, text: fmt.Sprintf("%s: this toolkit year is not in the register.", s.Name)}, true
	case s.Counts == "period-end" && c.PeriodEnd.IsZero():
		return limit{rule: RulePolicy, text: fmt.Sprintf("%s: the period that the report covers is not given.", s.Name)}, true
	}
	if len(s.Editions) > 0 {
		if _, known := lookUp(s.Editions, c.Edition); !known {
			_, _, text := editionCurrent(s.Name, s.Editions, c.Edition, c.Issued)
			return limit{rule: RuleEdition, text: text}, true
		}
	}
	if s.Policy != "" && c.Expires.IsZero() {
		if _, ok := lookUpPolicy(policy, s.Policy); !ok {
			return limit{rule: RulePolicy, local: true, text: fmt.Sprintf("How long %s is good is fixed by no source and by no local policy: set cadences.%s in the policy.", s.Name, s.Policy)}, true
		}
	}
	return l.basisFails(s, c, basis, policy)
}

func (l *Law) basisFails(s *Scheme, c, basis *record.Certificate, policy func(string) (calendar.Period, bool)) (limit, bool) {
	if s.BasedOn == "" {
		return limit{}, false
	}
	name := s.BasedOn
	if b := l.Schemes[s.BasedOn]; b != nil {
		name = b.Name
	}
	bad := func(format string, args ...any) (limit, bool) {
		return limit{rule: RuleBasis, text: fmt.Sprintf(format, args...)}, true
	}
	switch {
	case basis == nil:
		return bad("%s rests on %s, and no such certificate is named.", s.Name, name)
	case basis.Scheme != s.BasedOn:
		return bad("%s rests on %s, and the certificate named is of another scheme.", s.Name, name)
	case s.Within.IsZero():
		if b := l.Validity(basis, nil, basis.Issued, calendar.Period{}, policy); !b.Current {
			return bad("%s rests on another certificate that is not good: %s", s.Name, b.Text)
		}
		return limit{}, false
	case c.Issued.Before(basis.Issued):
		return bad("%s is dated %s, before the %s of %s that it rests on.", s.Name, c.Issued.Long(), name, basis.Issued.Long())
	case c.Issued.After(basis.Issued.Add(s.Within)):
		return bad("%s is dated %s, more than %s after the %s of %s that it rests on.", s.Name, c.Issued.Long(), s.Within.Words(), name, basis.Issued.Long())
	}
	return limit{}, false
}

// limit finds the rule that ends the certificate first; of several on one day, the first in the order of the rules.
func (l *Law) limit(v *Validity, s *Scheme, c, basis *record.Certificate, day calendar.Date, maxAge calendar.Period, policy func(string) (calendar.Period, bool)) {
	earlier := func(until calendar.Date, rule string) bool {
		if until.IsZero() || !v.Until.IsZero() && !until.Before(v.Until) {
			return false
		}
		v.Until, v.Rule, v.Local = until, rule, false
		return true
	}
	earlier(c.Expires, RuleExpiry)
	earlier(calendar.Window{To: s.To}.End(), RuleScheme)
	if len(s.Editions) > 0 {
		e, _ := lookUp(s.Editions, c.Edition)
		earlier(calendar.Window{To: e.To}.End(), RuleEdition)
	}
	if !s.Validity.IsZero() {
		earlier(c.Issued.Add(s.Validity), RuleValidity)
	}
	if s.Counts == "toolkit-year" {
		earlier(l.ToolkitYears[c.ToolkitYear].Until, RuleToolkitYear)
	}
	audit := lastAudit(c, day)
	if !s.Surveillance.IsZero() {
		earlier(audit.Add(s.Surveillance), RuleSurveillance)
	}
	if !maxAge.IsZero() {
		earlier(audit.Add(maxAge), RuleAge)
	}
	if period, ok := lookUpPolicy(policy, s.Policy); ok {
		from, _ := counted(s, c)
		if earlier(from.Add(period), RulePolicy) {
			v.Local = true
		}
	}
	if s.BasedOn != "" && s.Within.IsZero() {
		earlier(l.Lasts(basis, nil, day, calendar.Period{}, policy).Until, RuleBasis)
	}
}

// counted is the day from which local policy counts, and what that is.
func counted(s *Scheme, c *record.Certificate) (calendar.Date, string) {
	if s.Counts == "period-end" {
		return c.PeriodEnd, "the end of its period"
	}
	return c.Issued, "issue"
}

// ends says how a rule ends a certificate, to follow the name of the scheme.
func (l *Law) ends(s *Scheme, c *record.Certificate, rule string, day calendar.Date, maxAge calendar.Period, policy func(string) (calendar.Period, bool)) string {
	switch rule {
	case RuleExpiry:
		return fmt.Sprintf("issued on %s states its own end", c.Issued.Long())
	case RuleScheme:
		return fmt.Sprintf("counted until %s", s.To.Long())
	case RuleEdition:
		e, _ := lookUp(s.Editions, c.Edition)
		return fmt.Sprintf("in edition %s counts until %s", c.Edition, e.To.Long())
	case RuleValidity:
		return fmt.Sprintf("lasts %s from issue on %s", s.Validity.Words(), c.Issued.Long())
	case RuleToolkitYear:
		return fmt.Sprintf("for %s is enough until the next year's deadline has passed", l.ToolkitYears[c.ToolkitYear].Name)
	case RuleSurveillance:
		return fmt.Sprintf("needs an audit every %s and had the last on %s", s.Surveillance.Words(), lastAudit(c, day).Long())
	case RuleAge:
		return fmt.Sprintf("was last assessed on %s, and the duty asks for it every %s", lastAudit(c, day).Long(), maxAge.Words())
	case RulePolicy:
		from, what := counted(s, c)
		period, _ := lookUpPolicy(policy, s.Policy)
		return fmt.Sprintf("counts for %s from %s on %s by local policy", period.Words(), what, from.Long())
	}
	return "rests on another certificate that ends"
}

// lastAudit is the latest day up to the one asked about on which somebody assessed: a surveillance audit, or the issue.
func lastAudit(c *record.Certificate, day calendar.Date) calendar.Date {
	last := c.Issued
	for _, d := range c.Surveillance {
		if d.After(last) && !d.After(day) {
			last = d
		}
	}
	return last
}

func lookUpPolicy(policy func(string) (calendar.Period, bool), key string) (calendar.Period, bool) {
	if policy == nil || key == "" {
		return calendar.Period{}, false
	}
	return policy(key)
}
