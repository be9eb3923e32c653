package obligation

import (
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/record"
)

// Footing is what allows personal data to be at one place on a day, or what does not.
type Footing struct {
	Place record.Place
	// Counts tells whether the place is looked at on the day: it is in use, or planned before the workload is live.
	Counts bool
	OK     bool
	Text   string // a full sentence
}

// Footings tells, for each place of a workload's assessment in its order, on what footing personal data would be there on a
// day: by the law on the country, or by a transfer mechanism. It is the judgement of OFF 01 place by place.
func Footings(s Subject, l *law.Law, day calendar.Date) []Footing {
	w := s.Workload
	if w == nil || w.Assessed == nil {
		return nil
	}
	j := begin(nil, s, l, day)
	defer j.done()
	counted := make(map[int]bool)
	for _, p := range j.places(w) {
		counted[p.index] = true
	}
	var list []Footing
	for i, p := range w.Assessed.Locations.Places {
		b := j.basis(p.Country, p.ScopeEvidence)
		f := Footing{Place: p, Counts: counted[i], OK: b.ok, Text: j.words(b)}
		if t := j.transfer(w, p.Country); !b.ok && t.found {
			f.OK, f.Text = t.ok && t.assessed, t.reason.Text
		}
		list = append(list, f)
	}
	return list
}

// TransferStanding is a transfer on record as it stands on a day.
type TransferStanding struct {
	Transfer record.Transfer
	Valid    bool   // the mechanism stands and has the risk assessment that it needs
	Text     string // a full sentence
}

// Transfers tells how each transfer of a workload's assessment stands on a day, in the order of the record. OFF loc 5.
func Transfers(s Subject, l *law.Law, day calendar.Date) []TransferStanding {
	w := s.Workload
	if w == nil || w.Assessed == nil {
		return nil
	}
	j := begin(nil, s, l, day)
	defer j.done()
	var list []TransferStanding
	for i, t := range w.Assessed.Transfers {
		c := j.transferAt(w, i)
		list = append(list, TransferStanding{Transfer: t, Valid: c.ok && c.assessed, Text: c.reason.Text})
	}
	return list
}
