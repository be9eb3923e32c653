package report

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
)

// Course is the status of a workload on every day from the one on which it came on record, in little space.
type Course struct {
	Subject      Ref
	Organisation Ref // without a name when the workload is no longer on record
	Gone         bool
	Spells       []Spell // oldest first, without gaps
}

// Spell begins on a day and lasts until the next one.
type Spell struct {
	From  calendar.Date
	State string // empty while there was no record of it
	ID    string // what it was called then, where that is not what it is called now
}

// On gives the spell that a day lies in; none before the first.
func (c *Course) On(d calendar.Date) Spell {
	i, found := slices.BinarySearchFunc(c.Spells, d, func(s Spell, d calendar.Date) int { return s.From.Compare(d) })
	if found {
		return c.Spells[i]
	}
	if i == 0 {
		return Spell{}
	}
	return c.Spells[i-1]
}

// courseOf tells the course of a workload from its timeline; nil when there is none.
func courseOf(of, organisation Ref, t *Timeline) *Course {
	if t == nil || len(t.Segments) == 0 {
		return nil
	}
	c := &Course{Subject: of, Organisation: organisation}
	for _, s := range t.Segments {
		if n := len(c.Spells); n > 0 && c.Spells[n-1].State == s.State && c.Spells[n-1].ID == s.ID {
			continue
		}
		c.Spells = append(c.Spells, Spell{s.From, s.State, s.ID})
	}
	return c
}

// GoneShare is what a workload that is no longer on record adds: how it stood while it was.
func GoneShare(id, name string, t *Timeline) *Share {
	of := Ref{Kind: "workload", ID: id, Name: cmp.Or(name, id)}
	ods, _, _ := strings.Cut(id, "/")
	c := courseOf(of, Ref{Kind: "organisation", ID: ods}, t)
	if c != nil {
		c.Gone = true
	}
	return &Share{Subject: of, Verdicts: []Stand{}, Course: c}
}
