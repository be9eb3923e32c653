package law

import (
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
)

// Edition is when an edition of a standard or scheme is current, both ends inclusive.
type Edition struct {
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`
	Note string        `json:"note,omitzero"`
}

// Standard is an IT standard that products are checked against.
type Standard struct {
	Key       string             `json:"-"`
	Name      string             `json:"name"`
	Applies   string             `json:"applies"` // all, clinical, patient-records or deployment
	Mandatory bool               `json:"mandatory"`
	Editions  map[string]Edition `json:"editions"` // none: no edition was found in a source, and any counts
	Force     []Force            `json:"force,omitzero"`
	Provenance
}

// Force is a day from which a standard had a certain legal force.
type Force struct {
	From calendar.Date `json:"from"`
	Text string        `json:"text"`
}

// AppliesTo tells whether the standard is for a product with these properties. One for deployments is for no product.
func (s *Standard) AppliesTo(clinical, patientRecords bool) bool {
	switch s.Applies {
	case "all":
		return true
	case "clinical":
		return clinical
	case "patient-records":
		return patientRecords
	}
	return false
}

// Current tells whether a check against an edition is current on a day, and why. Until is the first day on which it no
// longer is, zero when no such day is known.
func (s *Standard) Current(edition string, day calendar.Date) (ok bool, until calendar.Date, text string) {
	return editionCurrent(s.Name, s.Editions, edition, day)
}

// InForce gives the words of the law on the standard on a day; empty when no law binds yet.
func (s *Standard) InForce(day calendar.Date) string {
	text := ""
	for _, f := range s.Force {
		if !day.Before(f.From) {
			text = f.Text
		}
	}
	return text
}

func editionCurrent(name string, editions map[string]Edition, edition string, day calendar.Date) (bool, calendar.Date, string) {
	if len(editions) == 0 {
		return true, calendar.Date{}, fmt.Sprintf("For %s no edition was found in a source; any counts.", name)
	}
	e, ok := lookUp(editions, edition)
	w := calendar.Window{From: e.From, To: e.To}
	switch {
	case !ok:
		return false, calendar.Date{}, fmt.Sprintf("This edition of %s is not known; known are %s.", name, strings.Join(sortedKeys(editions), ", "))
	case day.Before(e.From):
		return false, w.End(), fmt.Sprintf("Edition %s of %s counts from %s.", edition, name, e.From.Long())
	case !w.Contains(day):
		return false, w.End(), fmt.Sprintf("Edition %s of %s counted until %s.", edition, name, e.To.Long())
	case w.End().IsZero():
		return true, w.End(), fmt.Sprintf("Edition %s of %s is current.", edition, name)
	}
	return true, w.End(), fmt.Sprintf("Edition %s of %s is current until %s.", edition, name, e.To.Long())
}

// lookUp finds an edition as people write it: v2.0 for 2, ISO/IEC 27001:2022 for 2022.
func lookUp(editions map[string]Edition, edition string) (Edition, bool) {
	written := strings.TrimSpace(edition)
	written = written[strings.LastIndex(written, ":")+1:]
	plain := strings.TrimLeft(strings.ToLower(written), "v ")
	for _, form := range []string{edition, written, plain, strings.TrimSuffix(plain, ".0")} {
		if e, ok := editions[form]; ok {
			return e, true
		}
	}
	return Edition{}, false
}

// ToolkitYear is a year of the Data Security and Protection Toolkit.
type ToolkitYear struct {
	Name     string        `json:"-"` // such as 2025-26
	Deadline calendar.Date `json:"deadline"`
	Until    calendar.Date `json:"until"` // the first day on which its result is no longer enough
	Provenance
}

// ToolkitYear gives the oldest toolkit year whose result is still enough on a day, or nil where the register has none.
func (l *Law) ToolkitYear(day calendar.Date) *ToolkitYear {
	for _, name := range sortedKeys(l.ToolkitYears) {
		if y := l.ToolkitYears[name]; day.Before(y.Until) {
			return y
		}
	}
	return nil
}

// Set is a set of questions that must all be answered.
type Set struct {
	Key       string     `json:"-"`
	Title     string     `json:"title"`
	Questions []Question `json:"questions"`
	Provenance
}

// Question is one question of a set.
type Question struct {
	Key    string   `json:"key"`
	Text   string   `json:"text"`
	PartOf string   `json:"partOf,omitzero"`
	Also   []string `json:"also,omitzero"` // the same in another numbering: any of these keys answers it too
	Note   string   `json:"note,omitzero"`
}

func (s *Set) question(key string) *Question {
	for i := range s.Questions {
		if s.Questions[i].Key == key {
			return &s.Questions[i]
		}
	}
	return nil
}

// Left lists the whole questions of the set that are not answered, in order, and counts those that are asked. Answered holds
// the keys of answers. Only names the questions that are asked; none means all. A question is answered under its own key or
// one that stands for it, or by its parts: by all of them when allParts is true, by any one otherwise. What two old numbers
// make up together is always answered by both.
func (s *Set) Left(answered, only []string, allParts bool) (asked int, left []*Question) {
	for i := range s.Questions {
		q := &s.Questions[i]
		if q.PartOf != "" || len(only) > 0 && !slices.Contains(only, q.Key) {
			continue
		}
		asked++
		if !s.isAnswered(q, answered, allParts) {
			left = append(left, q)
		}
	}
	return asked, left
}

func (s *Set) isAnswered(q *Question, answered []string, allParts bool) bool {
	if slices.Contains(answered, q.Key) || slices.ContainsFunc(q.Also, func(key string) bool { return slices.Contains(answered, key) }) {
		return true
	}
	parts, done := 0, 0
	for i := range s.Questions {
		if p := &s.Questions[i]; p.PartOf == q.Key {
			parts++
			if s.isAnswered(p, answered, true) {
				done++
			}
		}
	}
	return done > 0 && (done == parts || !allParts)
}
