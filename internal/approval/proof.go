package approval

import (
	"fmt"
	"slices"
	"sync"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/statement"
)

// Proof is what the history proves about the approvals of one workload at one commit. It may be used from several goroutines.
type Proof struct {
	Case Case // without a day and without rules
	// Demands is what approvals must rest on by the policy in force, as [register.Policy.Proof] names it; empty when nothing.
	Demands string
	// Unapproved says which changes of the appointments and of the policy never came into force, a sentence for each.
	Unapproved []string

	once sync.Once
	days []calendar.Date // on which a judgement may change by itself, in order

	mu    sync.Mutex
	from  calendar.Date // of what was judged last, up to the next of the days
	known Outcome
	asked bool
}

// OfApprovals implements [register.Proof].
func (*Proof) OfApprovals() {}

// Days lists the days on which a judgement may be another than on the day before, in order.
func (p *Proof) Days() []calendar.Date {
	p.once.Do(func() {
		for _, e := range p.Case.Statements {
			if e.Approval == nil {
				continue
			}
			p.days = append(p.days, e.Approval.On)
			if !e.Approval.To.IsZero() {
				p.days = append(p.days, e.Approval.To.AddDays(1))
			}
		}
		slices.SortFunc(p.days, calendar.Date.Compare)
		p.days = slices.Compact(p.days)
	})
	return p.days
}

// On judges every statement on a day. What was judged for a day holds until the next of the days.
func (p *Proof) On(day calendar.Date) Outcome {
	var from calendar.Date
	for _, d := range p.Days() {
		if d.After(day) {
			break
		}
		from = d
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.asked || p.from != from {
		c := p.Case
		c.AsOf, c.Rules = day, nil
		p.from, p.known, p.asked = from, Weigh(c), true
	}
	return p.known
}

// Find gives the place of a record among the statements; -1 when it is not among them, or no longer.
func (p *Proof) Find(path, digest string) int {
	for i, e := range slices.Backward(p.Case.Statements) {
		if e.Path == path && e.Digest == digest && e.Position <= p.Case.Position && (e.Removed == nil || e.Removed.Position > p.Case.Position) {
			return i
		}
	}
	return -1
}

// ProofOf gives what the history proves of a workload's approvals; nil where no history was looked at.
func ProofOf(w *register.Workload) *Proof {
	p, _ := w.Proof.(*Proof)
	return p
}

// Demanded tells what approvals of a workload must rest on: the stricter of what the policy says and of what the policy in force
// says, so that nobody takes the demand away without the approval that this needs. Empty means that what is stated counts.
func Demanded(w *register.Workload) string {
	demand := ""
	if w.Controller != nil {
		demand, _, _ = w.Controller.Policy.Proof()
	}
	if p := ProofOf(w); p != nil {
		demand = stricter(demand, p.Demands)
	}
	return demand
}

func stricter(a, b string) string {
	switch {
	case a == string(Signed) || b == string(Signed):
		return string(Signed)
	case a == string(Witnessed) || b == string(Witnessed):
		return string(Witnessed)
	}
	return ""
}

// proven judges an approval by what the history proves. It is false where what the record states decides.
func proven(w *register.Workload, a *register.Approval, day calendar.Date) (Judgement, bool) {
	p := ProofOf(w)
	if p == nil {
		return Judgement{}, false
	}
	i := p.Find(a.Record.Path, a.Record.Digest)
	if i < 0 {
		return Judgement{}, false
	}
	j := p.On(day).Statements[i]
	j.Proof = string(j.Method)
	return j, j.State != Stated
}

// demanding lets a decision that would count pass only when it rests on what is asked for.
func demanding(w *register.Workload, a *register.Approval, s Standing) Standing {
	demand := Demanded(w)
	switch {
	case s.State != Valid || demand == "":
		return s
	case s.Proof == string(Signed), s.Proof == string(Witnessed) && demand == string(Witnessed):
		return s
	}
	office, on := a.Facts.Office.Title(), a.Facts.On.Long()
	switch {
	case s.Proof == string(Witnessed):
		s.State, s.Text = Unproven, fmt.Sprintf("The %s's approval of %s was witnessed on a forge; local policy asks for the holder's own signature.", office, on)
	case ProofOf(w) == nil && a.Facts.Statement != "":
		s.State, s.Text = Unproven, fmt.Sprintf("The %s's approval of %s could not be checked: there is no history here that shows when it was made and who held the office then.", office, on)
	default:
		s.State, s.Text = Stated, fmt.Sprintf("The record states that the %s approved on %s; nobody signed it, and local policy asks for proof.", office, on)
	}
	s.Until = calendar.Date{}
	return s
}

// Holds judges a rule by what the history proves. It holds where nothing is asked for; what then counts is for the offices
// one by one.
func Holds(w *register.Workload, r Rule, day calendar.Date) Ruling {
	demand := Demanded(w)
	p := ProofOf(w)
	switch {
	case demand == "":
		return Ruling{Rule: r, Holds: true}
	case p == nil:
		return Ruling{Rule: r, Reasons: []string{"There is no history here that could prove it."}}
	case len(p.Unapproved) > 0:
		return Ruling{Rule: r, Reasons: []string{"It is not settled who may approve."}}
	}
	c := p.Case
	c.AsOf = day
	judged := p.On(day).Statements
	if demand == string(Signed) {
		judged = slices.Clone(judged)
		for i := range judged {
			if judged[i].State == Valid && judged[i].Method == Witnessed {
				judged[i].State = Unproven
			}
		}
	}
	return r.judge(c, judged)
}

// Previous gives the digest of an office's last statement, which the next one names as its previous; empty when there is none.
func (p *Proof) Previous(office record.Office) string {
	digest, position := "", 0
	for _, e := range p.Case.Statements {
		if e.Approval == nil || e.Approval.Office != office || e.Approval.Statement != statement.Purpose || e.Position > p.Case.Position || e.Position < position {
			continue
		}
		digest, position = e.Digest, e.Position
	}
	return digest
}
