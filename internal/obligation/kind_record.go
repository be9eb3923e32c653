package obligation

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// judgeRecord: the record exists, its fields satisfy the constraint, its days are in order, and its cross-checks hold.
func judgeRecord(j *judging) {
	p := j.o.Record
	if c := j.s.Contract; c != nil && j.o.aboutPurchase() && !c.Facts.Signed.IsZero() && c.Facts.Signed.Before(j.o.From) {
		j.setAside(Reason{Rule: "effective", Text: fmt.Sprintf("The contract was signed on %s, before the duty held (from %s).", c.Facts.Signed.Long(), j.o.From.Long()), Place: at(c.Record, "signed"), Field: "signed", Date: j.o.From})
		return
	}
	records := j.records(record.Kind(p.Of))
	if j.o.where != nil && len(records) > 0 {
		first := records[0]
		records = slices.DeleteFunc(records, func(r *record.Record) bool { return !j.looksAt(r) })
		if len(records) == 0 {
			j.setAside(Reason{Rule: "condition", Text: fmt.Sprintf("None of the records of kind %s is of the sort that this duty is about.", p.Of), Place: place(first)})
			return
		}
	}
	if len(records) == 0 {
		j.absent(p.Absent, Reason{Rule: "record", Text: fmt.Sprintf("%s is not there. Wanted: %s", capital(nouns(record.Kind(p.Of))), j.evidence()), Place: place(j.s.record())})
	}
	for _, r := range records {
		j.satisfies(r)
	}
	for _, f := range p.Days {
		j.come(f)
	}
	for _, o := range p.Order {
		j.inOrder(o)
	}
	for _, name := range p.Check {
		checks[name].holds(j)
	}
	if len(j.faults) == 0 && len(records) > 0 {
		r := Reason{Rule: "record", Text: j.o.isThere(), Field: p.Root}
		if p.Root != "" {
			r.Place = at(records[0], p.Root)
		} else {
			r.Place = place(records[0])
		}
		j.note(r)
	}
}

func readsRecord(g *gathering) {
	p := g.o.Record
	g.kinds(record.Kind(p.Of))
	g.fields(p.Days...)
	for _, o := range p.Order {
		g.fields(o.Earlier, o.Later)
		if g.o.Subject == OfWorkload { // see reviewedSince
			g.reviews(o.ReviewOf)
		}
	}
	for _, name := range p.Check {
		g.add(checks[name].reads, fmt.Sprintf("check %q", name))
	}
}

// aboutPurchase tells whether a duty is about the moment of signing, so that contracts older than the duty are outside it.
func (o *Obligation) aboutPurchase() bool {
	p := o.Record
	return slices.Contains(p.Check, "standards-before-contract") || slices.Contains(p.Check, "spend-control") ||
		slices.ContainsFunc(p.Order, func(o Order) bool { return o.Later == "contract:signed" })
}

// looksAt tells whether the duty is about a record.
func (j *judging) looksAt(r *record.Record) bool {
	return j.o.where == nil || j.o.where.Holds(r.Tree())
}

// satisfies compares one record with the constraint. What is left out altogether is missing; what is there and short is partial.
func (j *judging) satisfies(r *record.Record) {
	p := j.o.Record
	if p.Root != "" && r.Tree().Lookup(p.Root) == nil {
		j.absent(p.Absent, Reason{Rule: "record", Text: fmt.Sprintf("%s does not say %s. Wanted: %s", capital(nouns(r.Kind)), quote(p.Root), j.evidence()), Place: at(r, p.Root), Field: p.Root})
		return
	}
	if j.o.constraint == nil {
		return
	}
	state := j.partial()
	for i, m := range j.o.constraint.Unmet(r.Tree()) {
		reason := Reason{Rule: "record", Place: finding.Place{Path: r.Path, Line: m.Line, Column: m.Column}, Field: m.Path}
		if i == 0 && p.Unmet != "" { // what it means comes before what is wrong with which field
			first := reason
			first.Text = p.Unmet
			j.fault(state, first)
		}
		switch {
		case m.Missing:
			reason.Text = fmt.Sprintf("%s does not say %s.", capital(nouns(r.Kind)), quote(m.Path))
			if p.Root == "" {
				reason.Text += fmt.Sprintf(" Wanted: %s", j.evidence())
			}
		default:
			reason.Text = fmt.Sprintf("In %s, %s must %s.", nouns(r.Kind), quote(m.Path), m.Want)
		}
		j.fault(state, reason)
	}
}

// absent reports evidence that is not there: what that means, where the catalogue says so, and what is missing where.
func (j *judging) absent(text string, r Reason) {
	if text != "" {
		first := r
		first.Text = text
		j.fault(j.missing(), first)
	}
	j.fault(j.missing(), r)
}

// come asks that a day has come: evidence that bears a later one is none yet.
func (j *judging) come(f FieldRef) {
	for v := range j.values(f) {
		if d, ok := v.date(); ok && !j.past(d) && (string(v.record.Kind) != j.o.Record.Of || j.looksAt(v.record)) {
			j.fault(j.missing(), Reason{
				Rule: "not yet", Place: v.place(), Field: v.field(), Date: d,
				Text: fmt.Sprintf("In %s, %s is %s, which is after the day judged.", nouns(v.record.Kind), quote(v.field()), d.Long()),
			})
		}
	}
}

// evidence is what is wanted, to follow a colon.
func (j *judging) evidence() string { return strings.TrimPrefix(j.o.isThere(), thereIs) }

const thereIs = "The evidence is there: "

// isThere says that the evidence is there. Nearly every duty that is met says so.
func (o *Obligation) isThere() string {
	if o.there == "" {
		return o.thereAs()
	}
	return o.there
}

func (o *Obligation) thereAs() string {
	text := strings.TrimSuffix(o.Evidence, ".")
	if r, n := utf8.DecodeRuneInString(text); n > 0 && !strings.HasPrefix(text, "SIRO") {
		text = string(unicode.ToLower(r)) + text[n:]
	}
	return thereIs + text + "."
}

// quote names a field in a sentence: by its name, and where it is in a list by which entry that is.
func quote(field string) string {
	if field == "" {
		return "what is wanted"
	}
	steps := strings.Split(field, ".")
	for i := len(steps) - 1; i > 0; i-- {
		n, err := strconv.Atoi(steps[i])
		if err != nil {
			continue
		}
		text := "the " + ordinal(n+1) + " " + entry(steps[i-1])
		if i+1 < len(steps) {
			text = "“" + strings.Join(steps[i+1:], ".") + "” of " + text
		}
		if before := strings.Join(steps[:i-1], "."); strings.ContainsFunc(before, unicode.IsDigit) {
			text += " of " + quote(before)
		}
		return text
	}
	return "“" + field + "”"
}

// inOrder compares two days. Where both are in records of one kind, each record is compared with itself. A pair with a
// missing day is left to the constraint.
func (j *judging) inOrder(o Order) {
	earlierKind, earlierField := o.Earlier.split()
	laterKind, laterField := o.Later.split()
	records := j.records(earlierKind)
	others := records
	if earlierKind != laterKind {
		others = j.records(laterKind)
	}
	for _, a := range records {
		for _, b := range others {
			if earlierKind == laterKind && a != b {
				continue
			}
			for earlier := range valuesIn(a, earlierField) {
				for later := range valuesIn(b, laterField) {
					j.pair(&o, &earlier, &later)
				}
			}
		}
	}
}

func (j *judging) pair(o *Order, earlier, later *value) {
	e, ok1 := earlier.date()
	l, ok2 := later.date()
	if !ok1 || !ok2 || e.Before(l) || e == l && !o.Strictly {
		return
	}
	if !j.past(e) || len(o.ReviewOf) > 0 && j.reviewedSince(e, o.ReviewOf) { // what has not happened yet is out of order with nothing
		return
	}
	must := "on or before"
	if o.Strictly {
		must = "before"
	}
	j.fault(cmp.Or(o.State, j.broken()), Reason{
		Rule: "order", Date: e, Place: earlier.place(), Field: earlier.field(),
		Text: fmt.Sprintf("%s: %s is dated %s and must be %s %s, which is dated %s.", capital(o.Because), quote(earlier.field()), e.Long(), must, quote(later.field()), l.Long()),
	})
}

// reviewedSince tells whether a review of one of some matters was concluded on or after a day.
func (j *judging) reviewedSince(day calendar.Date, of []string) bool {
	if j.s.Workload == nil {
		return false
	}
	return slices.ContainsFunc(j.s.Workload.Reviews, func(r *register.Review) bool {
		return !r.Facts.On.Before(day) && intersects(r.Facts.Of, of) && j.past(r.Facts.On) && j.discounts(r, false) == ""
	})
}

// past tells whether a day has come; a day still ahead is one to look at again.
func (j *judging) past(d calendar.Date) bool {
	j.again(d)
	return !d.IsZero() && !d.After(j.day)
}
