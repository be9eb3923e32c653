package obligation

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// What the law of the day says, with every day on which it says something else noted as one to look at again.

// country names a country as it stands within a sentence.
func (j *judging) country(code string) string {
	name := j.law.CountryName(code)
	for _, start := range []string{"United ", "Netherlands", "Faroe ", "Isle of ", "Philippines", "Bahamas", "Czech Republic", "Republic of"} {
		if strings.HasPrefix(name, start) {
			return "the " + name
		}
	}
	return name
}

// basis is the footing on which personal data may be in a country, for one recipient.
type basis struct {
	ok      bool
	since   calendar.Date
	until   calendar.Date // the first day on which it is no longer acceptable; set only while it is
	country string
	kind    law.BasisKind
	scope   *record.ScopeEvidence
}

// basis asks the law about a country. Where a decision covers only some recipients, this one's place in its scope must be
// shown: a country alone cannot pass (facts 4.2).
func (j *judging) basis(country string, scope *record.ScopeEvidence) basis {
	b := j.law.Footing(country, j.day)
	j.again(b.Until)
	out := basis{since: b.Since, country: country, kind: b.Kind, scope: scope}
	switch b.Kind {
	case law.UK, law.EEA, law.Adequate:
		out.ok = true
	case law.AdequateScoped:
		out.ok = scope != nil && j.past(scope.Checked)
	}
	if out.ok {
		out.until = b.Until
	}
	return out
}

// words says what the footing is.
func (j *judging) words(b basis) string {
	text := j.law.Basis(b.country, j.day).Text
	switch {
	case b.kind != law.AdequateScoped:
		return text
	case b.scope == nil:
		return text + " Nothing shows that this recipient is within that scope."
	case !b.ok:
		return text + " The proof that this recipient is within that scope is dated " + b.scope.Checked.Long() + ", after the day judged."
	}
	return text + " That this recipient is within that scope was checked on " + b.scope.Checked.Long() + "."
}

// inEEA tells whether a country is the United Kingdom or in the European Economic Area on the day.
func (j *judging) inEEA(country string) bool {
	b := j.law.Footing(country, j.day)
	j.again(b.Until)
	return b.Kind == law.UK || b.Kind == law.EEA
}

// mechanism is a transfer mechanism as it stands on the day.
type mechanism struct {
	ok, needsRisk bool
	name, text    string
	until         calendar.Date
}

func (j *judging) stands(key string, signed calendar.Date, country string) mechanism {
	m := j.law.Mechanism(key)
	out := mechanism{name: key}
	out.ok, out.until, out.text = m.Stands(signed, j.day, country)
	if m == nil {
		return out
	}
	out.name, out.needsRisk = m.Name, m.RiskAssessmentNeeded(j.day)
	j.again(signed, m.ValidFrom, m.RiskAssessmentFrom, out.until)
	if !out.ok && m.Remedy != "" {
		out.text += " " + m.Remedy
	}
	return out
}

// current tells whether a certificate counts on the day and, where the duty sets one, within its greatest age.
func (j *judging) current(c *register.Certificate, maxAge calendar.Period) currency {
	v := j.law.Lasts(c.Facts, basisOf(c), j.day, maxAge, j.certificatePolicy)
	j.again(v.From)
	j.again(c.Facts.Surveillance...)
	out := currency{
		ok: v.Current, until: v.Until, local: v.Local, certificate: c, rule: v.Rule, maxAge: maxAge,
		lapsed: !v.Until.IsZero() && !v.Until.After(j.day) && v.From.Before(v.Until) && !j.day.Before(v.From),
	}
	if s := j.law.Scheme(c.Facts.Scheme); s != nil {
		out.independent = s.Independent
	}
	return out
}

// says puts the currency of a certificate into words.
func (j *judging) says(v currency) string {
	if v.text != "" {
		return v.text
	}
	text := j.law.Validity(v.certificate.Facts, basisOf(v.certificate), j.day, v.maxAge, j.certificatePolicy).Text
	if v.ok {
		return capital(text)
	}
	return text
}

func (v currency) place() finding.Place { return at(v.certificate.Record, certificateField(v.rule)) }

// basisOf is the certificate that another rests on, or nil.
func basisOf(c *register.Certificate) *record.Certificate {
	if c.Basis == nil {
		return nil
	}
	return c.Basis.Facts
}

func (j *judging) certificatePolicy(key string) (calendar.Period, bool) {
	p, _, ok := j.s.policy().Cadence(key, "")
	return p, ok
}

// certificateField is the field of a certificate that a rule of validity rests on.
func certificateField(rule string) string {
	switch rule {
	case law.RuleExpiry:
		return "expires"
	case law.RuleEdition:
		return "edition"
	case law.RuleToolkitYear:
		return "toolkitYear"
	case law.RuleSurveillance, law.RuleAge:
		return "surveillance"
	case law.RuleBasis:
		return "basedOn"
	}
	return "issued"
}

// checkDSPT: the organisation's latest toolkit result counts on the day and is good enough. OFF 21.
func checkDSPT(j *judging) {
	o := j.s.Organisation
	var latest *record.DSPT
	index, published := 0, false
	for i := range o.Facts.DSPT {
		d := &o.Facts.DSPT[i]
		if !j.past(d.Published) {
			continue
		}
		published = true
		if latest == nil || d.Year > latest.Year || d.Year == latest.Year && !d.Published.Before(latest.Published) {
			latest, index = d, i
		}
	}
	if !published {
		if len(o.Facts.DSPT) > 0 {
			j.breach(j.missing(), o.Record, "dspt", "No toolkit result had been published by the day judged.")
		}
		return
	}
	field := fmt.Sprintf("dspt.%d", index)
	r := Reason{Rule: "toolkit-year", Place: at(o.Record, field), Field: field, Date: latest.Published}
	year := j.law.ToolkitYears[latest.Year]
	if year == nil {
		r.Text = fmt.Sprintf("The toolkit year %s is not in the register.", latest.Year)
		j.fault(j.missing(), r)
		return
	}
	j.turn(turn{on: year.Until, rule: HardExpiry, text: fmt.Sprintf("The toolkit result for %s is no longer enough: the next year's deadline has passed.", latest.Year), place: r.Place})
	if !year.Until.After(j.day) {
		r.Date, r.Text = year.Until, fmt.Sprintf("The latest toolkit result is that for %s; it was enough until %s.", latest.Year, year.Until.AddDays(-1).Long())
		j.fault(j.lapsed(), r)
		return
	}
	r.Text = fmt.Sprintf("The toolkit result for %s, published on %s, is “%s”.", latest.Year, latest.Published.Long(), latest.Status)
	switch latest.Status {
	case "met", "exceeded":
		j.note(r)
	case "approaching":
		j.fault(j.partial(), r)
	default:
		j.fault(Failing, r)
	}
}

// checkAdequacyNoted: the list of adequate countries has not changed since the organisation last looked at it. OFF loc 4.
func checkAdequacyNoted(j *judging) {
	o := j.s.Organisation
	c := o.Facts.AdequacyCheck
	if c == nil {
		return
	}
	if !j.past(c.LastChecked) {
		return // the renewal says so
	}
	place := at(o.Record, "adequacyCheck.lastChecked")
	for _, change := range j.law.AdequacyChanges(c.LastChecked, calendar.Date{}) {
		j.turn(turn{on: change.On, rule: Trigger, text: "The list of adequate countries changes. " + change.Text, place: place})
		if !change.On.After(j.day) {
			j.fault(j.broken(), Reason{
				Rule: "adequacy", Place: place, Field: "adequacyCheck.lastChecked", Date: change.On,
				Text: fmt.Sprintf("The list of adequate countries was last looked at on %s, before it changed. %s", c.LastChecked.Long(), change.Text),
			})
		}
	}
}

// mandatory lists the mandatory standards that apply to a product, by key.
func (j *judging) mandatory(p *register.Product) []*law.Standard {
	var list []*law.Standard
	for _, key := range slices.Sorted(maps.Keys(j.law.Standards)) {
		if s := j.law.Standards[key]; s.Mandatory && s.AppliesTo(p.Facts.Clinical, p.Facts.PatientRecords) {
			list = append(list, s)
		}
	}
	return list
}

// conformance finds the latest check of a product against a standard by a day, and its place in the matrix.
func (j *judging) conformance(p *register.Product, key string, by calendar.Date) (*record.Conformance, string) {
	var latest *record.Conformance
	field := "standards"
	for i := range p.Facts.Standards {
		c := &p.Facts.Standards[i]
		if c.Standard != key {
			continue
		}
		j.again(c.On)
		if c.On.After(by) || latest != nil && c.On.Before(latest.On) {
			continue
		}
		latest, field = c, fmt.Sprintf("standards.%d", i)
	}
	return latest, field
}

// checkStandards: every product meets the standards that are mandatory for it, in a current edition. VIS 6.
func checkStandards(j *judging) {
	for _, p := range j.s.products() {
		if !j.looksAt(p.Record) {
			continue
		}
		for _, s := range j.mandatory(p) {
			j.conforms(p, s)
		}
	}
}

func (j *judging) conforms(p *register.Product, s *law.Standard) {
	c, field := j.conformance(p, s.Key, j.day)
	r := Reason{Rule: "standard", Place: at(p.Record, field), Field: field}
	if c == nil {
		r.Text = fmt.Sprintf("%s has not been checked against %s, which is mandatory for it.", p.Facts.Name, s.Name)
		j.fault(j.missing(), r)
		return
	}
	r.Date = c.On
	current, until, text := s.Current(c.Edition, j.day)
	switch {
	case c.Status == "not-applicable":
		r.Text = fmt.Sprintf("%s does not apply to %s; the reason is on record.", s.Name, p.Facts.Name)
		j.note(r)
	case c.Status != "meets":
		r.Text = fmt.Sprintf("%s does not meet %s in full, which is mandatory for it.", p.Facts.Name, s.Name)
		j.fault(j.missing(), r)
	case !current:
		r.Text = fmt.Sprintf("%s was checked on %s. %s", p.Facts.Name, c.On.Long(), text)
		r.Date = until
		j.fault(j.lapsed(), r)
	default:
		r.Text = fmt.Sprintf("%s met %s on %s. %s", p.Facts.Name, s.Name, c.On.Long(), text)
		j.note(r)
		j.turn(turn{on: until, rule: Trigger, text: fmt.Sprintf("The edition of %s against which %s was checked is no longer current.", s.Name, p.Facts.Name), place: r.Place})
	}
}

// checkStandardsBought: each product under the contract met every mandatory standard on or before the day of signature.
// VIS 11. Later checks stand beside the earlier one and do no harm.
func checkStandardsBought(j *judging) {
	c := j.s.Contract
	if len(c.Products) == 0 {
		j.setAside(Reason{Rule: "condition", Text: "No product is bought under this contract.", Place: at(c.Record, "products"), Field: "products"})
		return
	}
	for _, p := range c.Products {
		for _, s := range j.mandatory(p) {
			j.conformedAtSignature(c, p, s)
		}
	}
}

func (j *judging) conformedAtSignature(contract *register.Contract, p *register.Product, s *law.Standard) {
	c, field := j.conformance(p, s.Key, contract.Facts.Signed)
	r := Reason{Rule: "standard", Place: at(p.Record, field), Field: field, Date: contract.Facts.Signed}
	if c == nil {
		r.Text = fmt.Sprintf("No check of %s against %s is dated on or before the day of signature, %s.", p.Facts.Name, s.Name, contract.Facts.Signed.Long())
		j.fault(j.missing(), r)
		return
	}
	current, _, text := s.Current(c.Edition, contract.Facts.Signed)
	switch {
	case c.Status == "not-applicable":
	case c.Status != "meets":
		r.Text = fmt.Sprintf("%s did not meet %s in full when the contract was signed on %s.", p.Facts.Name, s.Name, contract.Facts.Signed.Long())
		j.fault(j.missing(), r)
	case !current:
		r.Text = fmt.Sprintf("%s was checked before signature on %s against an edition that was not current then. %s", p.Facts.Name, contract.Facts.Signed.Long(), text)
		j.fault(j.missing(), r)
	default:
		r.Text = fmt.Sprintf("%s met %s when the contract was signed on %s.", p.Facts.Name, s.Name, contract.Facts.Signed.Long())
		j.note(r)
	}
}
