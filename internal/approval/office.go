package approval

import (
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
		if p := listed(people, a.Person); p != nil {
			h.Person, h.Title = p, p.Title
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
	_, ok := heldBy(people, office, person, day)
	return ok
}

// holder finds the spell in which the decision's maker held its office on the decision's day.
func (d decision) holder() (Holding, bool) { return heldBy(d.people, d.office, d.by, d.on) }

// heldBy finds the spell in which a person held an office on a day: one in full before one as a deputy.
func heldBy(people *record.Appointments, office record.Office, person string, day calendar.Date) (Holding, bool) {
	var found Holding
	if people == nil {
		return found, false
	}
	for i := range people.Appointments {
		a := &people.Appointments[i]
		during := calendar.Window{From: a.From, To: a.To}
		if a.Office != office || a.Person != person || !during.Contains(day) || found.Person != nil && a.Deputy {
			continue
		}
		p := listed(people, person)
		if p == nil {
			return found, false
		}
		found = Holding{Person: p, Title: p.Title, Office: office, During: during, Deputy: a.Deputy, Index: i}
		if !a.Deputy {
			break
		}
	}
	return found, found.Person != nil
}

// listed finds a person in the list; of several with one id, the last.
func listed(people *record.Appointments, id string) *record.Person {
	for i := len(people.People) - 1; i >= 0; i-- {
		if people.People[i].ID == id {
			return &people.People[i]
		}
	}
	return nil
}
