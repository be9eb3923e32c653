package report

import (
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// Reminding says how an organisation is reminded, and whom. It is for the program itself and part of no document: whose account
// is whose is nobody's business who reads a portal.
type Reminding struct {
	Notice   calendar.Period // how long ahead the owner is told
	Office   calendar.Period // how long ahead the office that is to act is told as well
	SIRO     calendar.Period // how long after a day that was missed the SIRO is told as well
	Weekends bool            // whether reminders may change on Saturdays and Sundays

	Governance []string // offices that approve changes to appointments and policy
	People     int      // how many people must have approved

	Accounts []Account // every post with an account
	Holders  []Holder  // of every office on the day: in full first, then deputies
}

// Account is a post's account on a forge.
type Account struct{ Email, Forge, Login string }

// Holder is a post that holds an office on the day.
type Holder struct {
	Office string // as records write it
	Email  string
	Deputy bool
}

// defaultNotice is how far ahead due days are announced where no policy says so; the overview looks as far.
var defaultNotice = calendar.Period{Days: 90}

// reminding gathers what an organisation's policy and appointments say of reminders on a day.
func reminding(o *register.Organisation, day calendar.Date) Reminding {
	var out Reminding
	var ok bool
	if out.Notice, _, ok = o.Policy.Notice(); !ok {
		out.Notice = defaultNotice
	}
	out.Office, out.SIRO, out.Weekends = o.Policy.Reminders()
	out.Governance, out.People = governance(o.Policy)
	if o.People == nil {
		return out
	}
	emails := make(map[string]string, len(o.People.People))
	for _, p := range o.People.People {
		emails[p.ID] = p.Email
		for _, l := range p.Logins {
			out.Accounts = append(out.Accounts, Account{p.Email, l.Forge, l.Login})
		}
	}
	for _, deputies := range []bool{false, true} {
		for _, office := range record.Offices() {
			for _, a := range o.People.Appointments {
				if a.Office == office && a.Deputy == deputies && (calendar.Window{From: a.From, To: a.To}).Contains(day) && emails[a.Person] != "" {
					out.Holders = append(out.Holders, Holder{string(office), emails[a.Person], deputies})
				}
			}
		}
	}
	return out
}

// governance gives the offices and the number of people that a local choice asks for: the registrar and one person where none was
// made.
func governance(p register.Policy) (offices []string, people int) {
	chosen, _, _ := p.Offices("governance")
	for _, o := range chosen {
		offices = append(offices, string(o))
	}
	if len(offices) == 0 {
		offices = []string{string(record.Registrar)}
	}
	people, _ = p.People()
	return offices, people
}
