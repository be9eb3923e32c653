package obligation

import (
	"iter"
	"slices"
	"strconv"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// spot is a place of a workload's data with its position in the assessment.
type spot struct {
	*record.Place
	in    *record.Record // the assessment
	index int
}

func (s spot) field() string     { return placeField(s.index) }
func (s spot) at() finding.Place { return at(s.in, s.field()) }

// places lists where the data is on the day. Before live use, places that are planned count too: what may not be is to be
// said before it is. Every day on which a place begins or ends is one to look at again. The list is good until that of another
// workload is asked for.
func (j *judging) places(w *register.Workload) []spot {
	if w.Assessed == nil {
		return nil
	}
	if j.spotsOf == w {
		return j.spots
	}
	live := isLive(j, w).is == yes
	j.spots, j.spotsOf = j.spots[:0], w
	for i := range w.Assessed.Locations.Places {
		p := &w.Assessed.Locations.Places[i]
		j.again(p.From, p.To.AddDays(1))
		during := calendar.Window{From: p.From, To: p.To}
		planned := !live && (p.To.IsZero() || !p.To.Before(j.day))
		if during.Contains(j.day) || planned {
			j.spots = append(j.spots, spot{p, w.Assessment, i})
		}
	}
	return j.spots
}

func placeField(i int) string { return "locations.places." + strconv.Itoa(i) }

// stored tells whether data rests at a place, other than in logs.
func (s spot) stored() bool {
	return s.Purpose == "primary" || s.Purpose == "replica" || s.Purpose == "backup"
}

// link is a country that a supplier brings in: its own, its parent's, or one from which its staff can reach data.
type link struct {
	country, through string
	supplier         *register.Supplier
	index            int // of a place of support
}

func (l link) field() string {
	switch l.through {
	case "provider":
		return "country"
	case "parent":
		return "parent.country"
	}
	return "support.places." + strconv.Itoa(l.index)
}

func (l link) text() string {
	name := l.supplier.Facts.Name
	switch l.through {
	case "provider":
		return name + " is based outside the United Kingdom."
	case "parent":
		return "The parent of " + name + " is based outside the United Kingdom."
	}
	return "Support staff of " + name + " outside the United Kingdom can reach " + l.supplier.Facts.Support.Places[l.index].Access + "."
}

// links lists the countries of a supplier. Support that reaches nothing brings in no country.
func links(s *register.Supplier) iter.Seq[link] {
	return func(yield func(link) bool) {
		if !yield(link{country: s.Facts.Country, through: "provider", supplier: s}) {
			return
		}
		if p := s.Facts.Parent; p != nil && !yield(link{country: p.Country, through: "parent", supplier: s}) {
			return
		}
		if s.Facts.Support == nil {
			return
		}
		for i := range s.Facts.Support.Places {
			p := &s.Facts.Support.Places[i]
			if p.Access != "none" && !yield(link{country: p.Country, through: "support", supplier: s, index: i}) {
				return
			}
		}
	}
}

// suppliers lists what a workload relies on, each once.
func suppliers(w *register.Workload) iter.Seq[*register.Supplier] {
	return func(yield func(*register.Supplier) bool) {
		for i, rel := range w.Relies {
			known := func(before register.Reliance) bool { return before.Supplier == rel.Supplier }
			if rel.Supplier != nil && !slices.ContainsFunc(w.Relies[:i], known) && !yield(rel.Supplier) {
				return
			}
		}
	}
}

func hasPlaceOutside(j *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "where the data is")
	}
	for _, p := range j.places(w) {
		if p.Country != "GB" {
			return fact{is: yes, record: w.Assessment, field: p.field() + ".country", say: func() string { return "Data is in " + j.country(p.Country) + "." }}
		}
	}
	return because(no, w.Assessment, "locations.places", "Every place of the data is in the United Kingdom.")
}

// reachesUS is true where data is in the United States, or staff there can reach its content: that is processing too.
func reachesUS(j *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "whether data is in the United States")
	}
	for d := range j.destinations(w) {
		if d.country == "US" {
			return fact{is: yes, record: d.in, field: d.field(), say: func() string { return d.text(j) }}
		}
	}
	return because(no, w.Assessment, "locations.places", "No place of the data is in the United States, and nobody there can reach it.")
}

// hasPlaceNotAdequate is true where a place of the data, or of staff who can reach its content, is in a country that is
// neither in the UK or EEA nor adequate on the day for this recipient.
func hasPlaceNotAdequate(j *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "where the data is")
	}
	for d := range j.destinations(w) {
		if b := j.basis(d.country, d.scope); !b.ok {
			return fact{is: yes, record: d.in, field: d.field(), say: func() string { return d.text(j) + " " + j.words(b) }}
		}
	}
	return because(no, w.Assessment, "locations.places", "Every place of the data is in the United Kingdom, the EEA or a country adequate on the day.")
}

func reachesOutside(j *judging, w *register.Workload) fact {
	found := hasPlaceOutside(j, w)
	for s := range suppliers(w) {
		if s.Facts.HandlesData {
			found = either(found, supplierOutside(j, s))
		}
	}
	return found
}

// destination is somewhere that personal data is or can be reached from: a place of the assessment, or one of a supplier's
// support staff.
type destination struct {
	country string
	scope   *record.ScopeEvidence
	in      *record.Record
	index   int
	purpose string             // of a place
	support *register.Supplier // whose staff
}

func (d destination) field() string {
	if d.support != nil {
		return "support.places." + strconv.Itoa(d.index)
	}
	return placeField(d.index)
}

func (d destination) at() finding.Place { return at(d.in, d.field()) }

// text says why it is one: "Data is in Japan (primary)."
func (d destination) text(j *judging) string {
	if d.support != nil {
		return "Support staff of " + d.support.Facts.Name + " in " + j.country(d.country) + " can reach the data."
	}
	return "Data is in " + j.country(d.country) + " (" + d.purpose + ")."
}

// destinations lists the places of the data and, from OFF 25, those from which a supplier's staff can reach its content.
func (j *judging) destinations(w *register.Workload) iter.Seq[destination] {
	spots := j.places(w)
	// Where the assessment lists a place of support itself, it says more than the supplier's record.
	listed := func(s *register.Supplier, country string) bool {
		for _, p := range spots {
			if p.Purpose == "support" && p.Country == country && (p.Supplier == "" || p.Supplier == s.ID) {
				return true
			}
		}
		return false
	}
	return func(yield func(destination) bool) {
		for _, p := range spots {
			if !yield(destination{country: p.Country, scope: p.ScopeEvidence, in: p.in, index: p.index, purpose: p.Purpose}) {
				return
			}
		}
		for s := range suppliers(w) {
			if s.Facts.Support == nil || !s.Facts.HandlesData {
				continue
			}
			for i, p := range s.Facts.Support.Places {
				if p.Access == "content" && !listed(s, p.Country) && !yield(destination{country: p.Country, in: s.Record, index: i, support: s}) {
					return
				}
			}
		}
	}
}
