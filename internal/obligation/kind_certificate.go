package obligation

import (
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/register"
)

// currency tells whether a certificate counts on the day.
type currency struct {
	ok          bool
	lapsed      bool          // it counted once
	until       calendar.Date // the first day on which it no longer counts; no date when none is known
	text        string        // why it does not do, where the duty asks for more than the law; see says
	independent bool
	local       bool // local policy sets the day
	certificate *register.Certificate
	rule        string // that sets the day
	maxAge      calendar.Period
}

// judgeCertificate: in each group a certificate of one of the schemes is current. Validity comes from the register of
// standards; the duty may ask for a younger assessment than that.
func judgeCertificate(j *judging) {
	for _, g := range j.o.Certificate.Groups {
		j.group(g)
	}
}

// currencyReads tells whether a certificate counts: by itself, by the one that it rests on, by law and by local policy.
const currencyReads = ReadsSupplier | ReadsCertificates | ReadsPolicy | ReadsSchemes

func readsCertificate(g *gathering) {
	g.add(currencyReads, "a certificate")
	g.policy()
}

func (j *judging) group(g CertificateGroup) {
	s := j.s.Supplier
	var best *currency
	var rest []currency
	for _, c := range s.Certificates {
		if !slices.Contains(g.Schemes, c.Facts.Scheme) || j.outdone(c) {
			continue
		}
		v := j.sufficient(c, j.current(c, j.o.Certificate.MaxAge))
		if !v.ok {
			rest = append(rest, v)
			continue
		}
		if best == nil || v.until.IsZero() || !best.until.IsZero() && v.until.After(best.until) {
			if best != nil {
				j.again(best.until)
			}
			best = &v
		}
	}
	if best != nil {
		place := best.place()
		j.note(Reason{Rule: "certificate", Text: j.says(*best), Place: place, Date: best.until, Local: best.local})
		rule := HardExpiry
		if best.local {
			rule = Cadence
		}
		if j.ahead(best.until) {
			j.turn(turn{on: best.until, rule: rule, text: "Evidence of " + g.wanted() + " runs out for " + sentence(s.Facts.Name), place: place, local: best.local})
		}
		return
	}
	wanted := capital(g.wanted()) + " is wanted of " + s.Facts.Name
	if len(rest) == 0 {
		j.fault(j.missing(), Reason{Rule: "certificate", Text: wanted + "; none is on record.", Place: place(s.Record)})
		return
	}
	state := j.missing()
	for _, v := range rest {
		if v.lapsed {
			state = j.lapsed()
		}
	}
	// What ran out last is what somebody will renew.
	slices.SortStableFunc(rest, func(a, b currency) int { return b.until.Compare(a.until) })
	for _, v := range rest {
		j.fault(state, Reason{Rule: "certificate", Text: j.says(v), Place: v.place(), Date: v.until, Local: v.local})
	}
}

// outdone tells whether a later toolkit result takes the place of one. The latest counts, as a better one of the year before
// says nothing about now.
func (j *judging) outdone(c *register.Certificate) bool {
	if c.Facts.Scheme != "dspt" {
		return false
	}
	return slices.ContainsFunc(j.s.Supplier.Certificates, func(d *register.Certificate) bool {
		later := d.Facts.ToolkitYear > c.Facts.ToolkitYear || d.Facts.ToolkitYear == c.Facts.ToolkitYear && d.Facts.Issued.After(c.Facts.Issued)
		return d.Facts.Scheme == "dspt" && later && j.past(d.Facts.Issued)
	})
}

// wanted is what the group asks for, to follow a verb.
func (g CertificateGroup) wanted() string { return strings.TrimSuffix(g.Because, ".") }

// sufficient refuses a toolkit result that is worse than the duty wants.
func (j *judging) sufficient(c *register.Certificate, v currency) currency {
	least := j.o.Certificate.Result
	if least == "" || c.Facts.Scheme != "dspt" || !v.ok {
		return v
	}
	order := []string{"not-met", "approaching", "met", "exceeded"}
	if slices.Index(order, c.Facts.Result) < slices.Index(order, least) {
		v.ok, v.lapsed = false, false
		v.text = fmt.Sprintf("The toolkit result for %s is “%s”; at least “%s” is wanted.", c.Facts.ToolkitYear, c.Facts.Result, least)
	}
	return v
}
