package obligation

import (
	"fmt"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// spot is a place of a workload's data with its position in the assessment.
type spot struct {
	record.Place
	field string
	at    finding.Place
}

// places lists where the data is on the day. Before live use, places that are planned count too: what may not be is to be
// said before it is. Every day on which a place begins or ends is one to look at again.
func (j *judging) places(w *register.Workload) []spot {
	if w.Assessed == nil {
		return nil
	}
	live := isLive(j, w).is == yes
	var list []spot
	for i, p := range w.Assessed.Locations.Places {
		j.again(p.From, p.To.AddDays(1))
		during := calendar.Window{From: p.From, To: p.To}
		planned := !live && (p.To.IsZero() || !p.To.Before(j.day))
		if during.Contains(j.day) || planned {
			field := placeField(i)
			list = append(list, spot{p, field, at(w.Assessment, field)})
		}
	}
	return list
}

func placeField(i int) string { return fmt.Sprintf("locations.places.%d", i) }

// stored tells whether data rests at a place, other than in logs.
func (s spot) stored() bool {
	return s.Purpose == "primary" || s.Purpose == "replica" || s.Purpose == "backup"
}

// link is a country that a supplier brings in: its own, its parent's, or one from which its staff can reach data.
type link struct {
	country, through, field, text string
}

// links lists the countries of a supplier. Support that reaches nothing brings in no country.
func links(s *register.Supplier) []link {
	list := []link{{s.Facts.Country, "provider", "country", s.Facts.Name + " is based outside the United Kingdom."}}
	if p := s.Facts.Parent; p != nil {
		list = append(list, link{p.Country, "parent", "parent.country", "The parent of " + s.Facts.Name + " is based outside the United Kingdom."})
	}
	if s.Facts.Support != nil {
		for i, p := range s.Facts.Support.Places {
			if p.Access != "none" {
				list = append(list, link{p.Country, "support", fmt.Sprintf("support.places.%d", i), "Support staff of " + s.Facts.Name + " outside the United Kingdom can reach " + p.Access + "."})
			}
		}
	}
	return list
}

// suppliers lists what a workload relies on, each once.
func suppliers(w *register.Workload) []*register.Supplier {
	var list []*register.Supplier
	seen := make(map[*register.Supplier]bool)
	for _, rel := range w.Relies {
		if rel.Supplier != nil && !seen[rel.Supplier] {
			seen[rel.Supplier] = true
			list = append(list, rel.Supplier)
		}
	}
	return list
}

func hasPlaceOutside(j *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "where the data is")
	}
	for _, p := range j.places(w) {
		if p.Country != "GB" {
			return fact{yes, because(w.Assessment, p.field+".country", "Data is in %s.", j.country(p.Country))}
		}
	}
	return fact{no, because(w.Assessment, "locations.places", "Every place of the data is in the United Kingdom.")}
}

// reachesUS is true where data is in the United States, or staff there can reach its content: that is processing too.
func reachesUS(j *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "whether data is in the United States")
	}
	for _, d := range j.destinations(w) {
		if d.country == "US" {
			return fact{yes, Reason{Rule: "condition", Text: d.text, Place: d.at, Field: d.field}}
		}
	}
	return fact{no, because(w.Assessment, "locations.places", "No place of the data is in the United States, and nobody there can reach it.")}
}

// hasPlaceNotAdequate is true where a place of the data, or of staff who can reach its content, is in a country that is
// neither in the UK or EEA nor adequate on the day for this recipient.
func hasPlaceNotAdequate(j *judging, w *register.Workload) fact {
	if w.Assessed == nil {
		return noAssessment(w, "where the data is")
	}
	for _, t := range j.destinations(w) {
		if b := j.basis(t.country, t.scope); !b.ok {
			return fact{yes, Reason{Rule: "condition", Text: t.text + " " + b.text, Place: t.at, Field: t.field}}
		}
	}
	return fact{no, because(w.Assessment, "locations.places", "Every place of the data is in the United Kingdom, the EEA or a country adequate on the day.")}
}

func reachesOutside(j *judging, w *register.Workload) fact {
	facts := []fact{hasPlaceOutside(j, w)}
	for _, s := range suppliers(w) {
		if s.Facts.HandlesData {
			facts = append(facts, supplierOutside(j, s))
		}
	}
	return or(facts...)
}

// destination is somewhere that personal data is or can be reached from.
type destination struct {
	country string
	scope   *record.ScopeEvidence
	text    string // "Data is in Japan (primary)."
	at      finding.Place
	field   string
}

// destinations lists the places of the data and, from OFF 25, those from which a supplier's staff can reach its content.
func (j *judging) destinations(w *register.Workload) []destination {
	var list []destination
	for _, p := range j.places(w) {
		list = append(list, destination{p.Country, p.ScopeEvidence, fmt.Sprintf("Data is in %s (%s).", j.country(p.Country), p.Purpose), p.at, p.field})
	}
	// Where the assessment lists a place of support itself, it says more than the supplier's record.
	listed := func(s *register.Supplier, country string) bool {
		return slices.ContainsFunc(j.places(w), func(p spot) bool {
			return p.Purpose == "support" && p.Country == country && (p.Supplier == "" || p.Supplier == s.ID)
		})
	}
	for _, s := range suppliers(w) {
		if s.Facts.Support == nil || !s.Facts.HandlesData {
			continue
		}
		for i, p := range s.Facts.Support.Places {
			if p.Access == "content" && !listed(s, p.Country) {
				field := fmt.Sprintf("support.places.%d", i)
				list = append(list, destination{p.Country, nil, fmt.Sprintf("Support staff of %s in %s can reach the data.", s.Facts.Name, j.country(p.Country)), at(s.Record, field), field})
			}
		}
	}
	return list
}
