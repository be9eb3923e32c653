// Package law answers what the law and the lists were on a given day: on what footing data may be in a country, whether a
// transfer mechanism stands, how long a certificate is good, which edition of a standard is current.
//
// All of it is data, read from schemas/registers and dated with its source; nothing here knows a country, a scheme or a day
// by itself, save that the United Kingdom's own list of adequate countries took the place of the European Commission's on
// 2020-12-31. Every answer is a pure function of its arguments and comes with its reason as a sentence.
package law

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/schema"
)

// Law is the registers of schemas/registers: dated law and reference lists.
type Law struct {
	Jurisdictions   map[string]*Jurisdiction `json:"jurisdictions"` // by ISO 3166 code
	Mechanisms      map[string]*Mechanism    `json:"mechanisms"`
	Schemes         map[string]*Scheme       `json:"schemes"`
	ToolkitYears    map[string]*ToolkitYear  `json:"toolkitYears"` // by name, such as 2025-26
	Standards       map[string]*Standard     `json:"standards"`
	Sets            map[string]*Set          `json:"sets"` // of questions
	NotFound        []NotFound               `json:"notFound"`
	Tensions        map[string]*Tension      `json:"tensions"` // T1 to T12
	Reorganisations []Reorganisation         `json:"reorganisations"`

	changes []AdequacyChange // all of them
}

// Provenance says where a fact was read and how far it can be relied on.
type Provenance struct {
	Source     string `json:"source"`
	Standing   string `json:"standing"` // primary, secondary or convention
	Unverified bool   `json:"unverified,omitzero"`
	Note       string `json:"note,omitzero"`
}

// NotFound is something that was looked for in the sources and not found.
type NotFound struct {
	What        string `json:"what"`
	Consequence string `json:"consequence"`
}

// Tension is a disagreement between sources, and how it is handled.
type Tension struct {
	Text     string `json:"text"`
	Handling string `json:"handling"`
}

// Reorganisation is a day on which organisations are joined or renamed across the country.
type Reorganisation struct {
	On   calendar.Date `json:"on"`
	Text string        `json:"text"`
	Provenance
}

// Load reads the registers from the folder "registers" of the schemas.
func Load(fsys fs.FS) (*Law, error) {
	l := new(Law)
	if err := schema.LoadData(fsys, "registers", l); err != nil {
		return nil, fmt.Errorf("read the registers: %w", err)
	}
	return l, l.prepare()
}

// prepare gives entries their keys and checks what the shape of the registers cannot: spells in order, nothing dangling.
func (l *Law) prepare() error {
	var problems []error
	say := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("registers: "+format, args...))
	}
	for _, code := range sortedKeys(l.Jurisdictions) {
		j := l.Jurisdictions[code]
		j.Code = code
		if j.Name != "" {
			j.begins = subjectOf(j.Name)
		}
		for i, s := range j.Spells {
			if !s.To.IsZero() && s.To.Before(s.From) {
				say("jurisdictions: %s: spell %d ends before it begins", code, i)
			}
			if i > 0 && s.From.Before(j.Spells[i-1].From) {
				say("jurisdictions: %s: spells are not in order", code)
			}
			if s.Scope == "scoped" && s.ScopeText == "" {
				say("jurisdictions: %s: spell %d does not name its scope", code, i)
			}
		}
	}
	for key, m := range l.Mechanisms {
		m.Key = key
	}
	for key, s := range l.Standards {
		s.Key = key
	}
	for name, y := range l.ToolkitYears {
		y.Name = name
	}
	for _, key := range sortedKeys(l.Schemes) {
		s := l.Schemes[key]
		s.Key = key
		if s.BasedOn != "" && l.Schemes[s.BasedOn] == nil {
			say("schemes: %s rests on %s, which does not exist", key, s.BasedOn)
		}
	}
	for _, key := range sortedKeys(l.Sets) {
		s := l.Sets[key]
		s.Key = key
		for _, q := range s.Questions {
			if q.PartOf != "" && s.question(q.PartOf) == nil {
				say("sets: %s: %s is part of %s, which does not exist", key, q.Key, q.PartOf)
			}
		}
	}
	l.changes = l.allChanges()
	return errors.Join(problems...)
}

// Mechanism returns a transfer mechanism by its key, or nil.
func (l *Law) Mechanism(key string) *Mechanism { return l.Mechanisms[key] }

// Scheme returns a certificate scheme by its key, or nil.
func (l *Law) Scheme(key string) *Scheme { return l.Schemes[key] }

// Standard returns a standard by its key, or nil.
func (l *Law) Standard(key string) *Standard { return l.Standards[key] }

// Set returns a set of questions by its key, or nil.
func (l *Law) Set(key string) *Set { return l.Sets[key] }

// Changes lists every day, later than after and not later than until, on which some entry of the registers begins or ceases
// to hold, in order. Without until there is no end.
func (l *Law) Changes(after, until calendar.Date) []calendar.Date {
	return l.ChangesOf(Places|Certification|Standards|Reorganisations, after, until)
}

// Part is a part of the registers, or several.
type Part uint8

// The parts that have days.
const (
	Places          Part = 1 << iota // jurisdictions and mechanisms
	Certification                    // schemes and toolkit years
	Standards                        //
	Reorganisations                  //
)

// ChangesOf is [Law.Changes] for parts of the registers.
func (l *Law) ChangesOf(parts Part, after, until calendar.Date) []calendar.Date {
	var days []calendar.Date
	for _, of := range []struct {
		part Part
		days func() []calendar.Date
	}{{Places, l.placesChange}, {Certification, l.certificationChanges}, {Standards, l.standardsChange}, {Reorganisations, l.reorganised}} {
		if parts&of.part != 0 {
			days = append(days, of.days()...)
		}
	}
	return between(days, after, until)
}

// window gives the days on which something begins and ceases to hold.
func window(from, to calendar.Date) []calendar.Date {
	return []calendar.Date{from, calendar.Window{To: to}.End()}
}

func (l *Law) placesChange() []calendar.Date {
	days := []calendar.Date{ownList}
	for _, j := range l.Jurisdictions {
		for _, s := range j.Spells {
			days = append(days, window(s.From, s.To)...)
		}
	}
	for _, m := range l.Mechanisms {
		days = slices.Concat(days, window(m.SignFrom, m.SignTo), window(m.ValidFrom, m.ValidTo), []calendar.Date{m.RiskAssessmentFrom})
	}
	return days
}

func editions(list map[string]Edition) (days []calendar.Date) {
	for _, e := range list {
		days = append(days, window(e.From, e.To)...)
	}
	return days
}

func (l *Law) certificationChanges() (days []calendar.Date) {
	for _, s := range l.Schemes {
		days = slices.Concat(days, window(s.From, s.To), editions(s.Editions))
	}
	for _, y := range l.ToolkitYears {
		days = append(days, y.Until)
	}
	return days
}

func (l *Law) standardsChange() (days []calendar.Date) {
	for _, s := range l.Standards {
		days = append(days, editions(s.Editions)...)
		for _, f := range s.Force {
			days = append(days, f.From)
		}
	}
	return days
}

func (l *Law) reorganised() (days []calendar.Date) {
	for _, r := range l.Reorganisations {
		days = append(days, r.On)
	}
	return days
}

// between sorts days, and keeps each once that is later than after and not later than until.
func between(days []calendar.Date, after, until calendar.Date) []calendar.Date {
	days = slices.DeleteFunc(slices.Clone(days), func(d calendar.Date) bool {
		return d.IsZero() || !d.After(after) || !until.IsZero() && d.After(until)
	})
	slices.SortFunc(days, calendar.Date.Compare)
	return slices.Compact(days)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
