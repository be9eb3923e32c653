package approval

import (
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// Holding is one spell of a person in an office.
type Holding struct {
	Person *record.Person
	Title  string // the person's post
	Office record.Office
	During calendar.Window
	Deputy bool
	Index  int // of the appointment in its record
}

// Holdings lists every spell in an office, in the order of the record. It is empty when there are no appointments.
func Holdings(people *record.Appointments, office record.Office) []Holding {
	if people == nil {
		return nil
	}
	var list []Holding
	for i, a := range people.Appointments {
		if a.Office != office {
			continue
		}
		h := Holding{Office: a.Office, During: calendar.Window{From: a.From, To: a.To}, Deputy: a.Deputy, Index: i}
		for j := range people.People {
			if people.People[j].ID == a.Person {
				h.Person, h.Title = &people.People[j], people.People[j].Title
			}
		}
		list = append(list, h)
	}
	return list
}

// Holders lists who holds an office on a day: those who hold it in full first, then deputies.
func Holders(people *record.Appointments, office record.Office, day calendar.Date) []Holding {
	var full, deputies []Holding
	for _, h := range Holdings(people, office) {
		switch {
		case !h.During.Contains(day):
		case h.Deputy:
			deputies = append(deputies, h)
		default:
			full = append(full, h)
		}
	}
	return append(full, deputies...)
}

// Held tells whether a person, by its id, held an office on a day.
func Held(people *record.Appointments, office record.Office, person string, day calendar.Date) bool {
	return slices.ContainsFunc(Holders(people, office, day), func(h Holding) bool { return h.Person != nil && h.Person.ID == person })
}

// holder finds the spell in which the decision's maker held its office on the decision's day.
func (d decision) holder() (Holding, bool) {
	for _, h := range Holders(d.people, d.office, d.on) {
		if h.Person != nil && h.Person.ID == d.by {
			return h, true
		}
	}
	return Holding{}, false
}
