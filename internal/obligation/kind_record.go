package obligation

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
)

// judgeRecord: the record exists, its fields satisfy the constraint, its days are in order, and its cross-checks hold.
func judgeRecord(j *judging) {
	p := j.o.Record
	if c := j.s.Contract; c != nil && j.o.aboutPurchase() && !c.Facts.Signed.IsZero() && c.Facts.Signed.Before(j.o.From) {
		j.setAside(Reason{Rule: "effective", Text: fmt.Sprintf("The contract was signed on %s, before the duty held (from %s).", c.Facts.Signed.Long(), j.o.From.Long()), Place: at(c.Record, "signed"), Field: "signed", Date: j.o.From})
		return
	}
	records := j.s.records(record.Kind(p.Of))
	looked := slices.DeleteFunc(slices.Clone(records), func(r *record.Record) bool { return !j.looksAt(r) })
	if len(records) > 0 && len(looked) == 0 {
		j.setAside(Reason{Rule: "condition", Text: fmt.Sprintf("None of the records of kind %s is of the sort that this duty is about.", p.Of), Place: place(records[0])})
		return
	}
	records = looked
	if len(records) == 0 {
		j.fault(j.missing(), Reason{Rule: "record", Text: fmt.Sprintf("There is no record of kind %s. Wanted: %s", p.Of, j.evidence()), Place: place(j.s.record())})
	}
	for _, r := range records {
		j.satisfies(r)
	}
	for _, o := range p.Order {
		j.inOrder(o)
	}
	for _, name := range p.Check {
		checks[name](j)
	}
	if len(j.faults) == 0 && len(records) > 0 {
		r := Reason{Rule: "record", Text: fmt.Sprintf("The evidence is there: %s", j.evidence()), Place: place(records[0])}
		if p.Root != "" {
			r.Place, r.Field = at(records[0], p.Root), p.Root
		}
		j.note(r)
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
	return j.o.where == nil || len(j.o.where.Unmet(r.Tree)) == 0
}

// satisfies compares one record with the constraint. What is left out altogether is missing; what is there and short is partial.
func (j *judging) satisfies(r *record.Record) {
	p := j.o.Record
	if p.Root != "" && r.Tree.Lookup(p.Root) == nil {
		j.fault(j.missing(), Reason{Rule: "record", Text: fmt.Sprintf("%s does not say %s. Wanted: %s", capital(nouns(r.Kind)), quote(p.Root), j.evidence()), Place: at(r, p.Root), Field: p.Root})
		return
	}
	if j.o.constraint == nil {
		return
	}
	for _, m := range j.o.constraint.Unmet(r.Tree) {
		reason := Reason{Rule: "record", Place: finding.Place{Path: r.Path, Line: m.Line, Column: m.Column}, Field: m.Path}
		state := j.partial()
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

// evidence is what is wanted, to follow a colon.
func (j *judging) evidence() string {
	text := strings.TrimSuffix(j.o.Evidence, ".")
	if r, n := utf8.DecodeRuneInString(text); n > 0 && !strings.HasPrefix(text, "SIRO") {
		text = string(unicode.ToLower(r)) + text[n:]
	}
	return text + "."
}

func quote(field string) string {
	if field == "" {
		return "what is wanted"
	}
	return "“" + field + "”"
}

// inOrder compares two days. Where both are in records of one kind, each record is compared with itself. A pair with a
// missing day is left to the constraint.
func (j *judging) inOrder(o Order) {
	earlierKind, earlierField := o.Earlier.split()
	laterKind, laterField := o.Later.split()
	for _, a := range j.s.records(earlierKind) {
		for _, b := range j.s.records(laterKind) {
			if earlierKind == laterKind && a != b {
				continue
			}
			for _, earlier := range valuesIn(a, earlierField) {
				for _, later := range valuesIn(b, laterField) {
					j.pair(o, earlier, later)
				}
			}
		}
	}
}

func (j *judging) pair(o Order, earlier, later value) {
	e, ok1 := earlier.date()
	l, ok2 := later.date()
	if !ok1 || !ok2 || e.Before(l) || e == l && !o.Strictly {
		return
	}
	must := "on or before"
	if o.Strictly {
		must = "before"
	}
	j.fault(orFailing(j.o.Record.Disordered), Reason{Rule: "order", Date: e, Place: earlier.place(), Field: earlier.field,
		Text: fmt.Sprintf("%s is dated %s and must be %s %s, which is dated %s: %s.", quote(earlier.field), e.Long(), must, quote(later.field), l.Long(), o.Because)})
}

func orFailing(s State) State {
	if s == "" {
		return Failing
	}
	return s
}

// past tells whether a day has come; a day still ahead is one to look at again.
func (j *judging) past(d calendar.Date) bool {
	j.again(d)
	return !d.IsZero() && !d.After(j.day)
}
