package register

import (
	"cmp"
	"slices"
	"strconv"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// spell is a stretch of days in which somebody held something.
type spell struct {
	what, who string
	during    calendar.Window
	field     string
}

type clash struct{ earlier, later spell }

// clashes finds spells of the same thing that share a day, each with the spell before it that lasts longest.
func clashes(spells []spell) []clash {
	var found []clash
	latest := make(map[string]spell)
	for _, s := range inTime(spells) {
		before, ok := latest[s.what]
		if ok && before.during.Overlaps(s.during) {
			found = append(found, clash{before, s})
		}
		if !ok || lastsLonger(s, before) {
			latest[s.what] = s
		}
	}
	return found
}

// inTime sorts spells by their first day and leaves out those that end before they begin: they hold on no day.
func inTime(spells []spell) []spell {
	spells = slices.DeleteFunc(slices.Clone(spells), func(s spell) bool { return !s.during.Contains(s.during.From) })
	slices.SortStableFunc(spells, func(a, b spell) int { return a.during.From.Compare(b.during.From) })
	return spells
}

func lastsLonger(a, b spell) bool {
	to := b.during.To
	return !to.IsZero() && (a.during.To.IsZero() || a.during.To.After(to))
}

// shared holds the offices that several people hold side by side: every asset and every programme has its owner, every
// product its safety officer, and a team is a team. The others have one holder, apart from deputies.
var shared = map[record.Office]bool{record.IAO: true, record.SRO: true, record.ClinicalSafetyOfficer: true, record.EMT: true}

func (j *joiner) checkAppointments(r *record.Record, facts *record.Appointments) {
	known := make(map[string]*record.Person, len(facts.People))
	for i := range facts.People {
		known[facts.People[i].ID] = &facts.People[i]
	}
	for i, a := range facts.Appointments {
		if known[a.Person] == nil {
			j.unlisted(r, i, a.Person, known)
		}
	}
	var holders, own []spell
	for i, a := range facts.Appointments {
		s := spell{string(a.Office), a.Person, calendar.Window{From: a.From, To: a.To}, "appointments." + strconv.Itoa(i)}
		if !a.Deputy && !shared[a.Office] {
			holders = append(holders, s)
		}
		s.what += " " + a.Person
		own = append(own, s)
	}
	for _, c := range clashes(holders) {
		if c.earlier.who != c.later.who {
			j.fault(r.At(c.later.field+".from"), "two-holders", "two people hold this office on the same day",
				"end the appointment before, or mark one of them as deputy", r.At(c.earlier.field))
		}
	}
	for _, c := range clashes(own) {
		j.fault(r.At(c.later.field+".from"), "overlap", "this person already holds this office on that day",
			"end the appointment before, or merge the two", r.At(c.earlier.field))
	}
	j.checkTripleRole(r, facts)
	j.checkKeys(keysOf(r))
	j.checkLogins(r, facts)
}

func (j *joiner) unlisted(r *record.Record, i int, id string, people map[string]*record.Person) {
	remedy := "add the post to people, or correct the name"
	if name := j.suggest(id, known(j, "post of "+r.Path, people)); name != "" {
		remedy = "did you mean " + display(name) + "? otherwise add the post to people"
	}
	j.fault(r.At("appointments."+strconv.Itoa(i)+".person"), "unknown-person", "there is no person "+display(id)+" in this list", remedy)
}

// trio holds the three offices whose positions are meant to check one another. OFF brief 2: the SIRO decides in conjunction
// with the DPO and the Caldicott Guardian. No source forbids that one person holds all three, so this is a warning.
var trio = []record.Office{record.SIRO, record.DPO, record.CaldicottGuardian}

// checkTripleRole warns once of each person who holds the three offices on one day.
func (j *joiner) checkTripleRole(r *record.Record, facts *record.Appointments) {
	byPerson := make(map[string][]spell)
	for i, a := range facts.Appointments {
		if slices.Contains(trio, a.Office) {
			s := spell{string(a.Office), a.Person, calendar.Window{From: a.From, To: a.To}, "appointments." + strconv.Itoa(i)}
			byPerson[a.Person] = append(byPerson[a.Person], s)
		}
	}
	for _, spells := range byPerson { // findings are sorted in the end
		if last, ok := allThree(inTime(spells)); ok {
			j.warn(r.At(last.field+".office"), "triple-role", "one person is SIRO, DPO and Caldicott Guardian on the same day, so nobody checks the decision",
				"let different people hold the three offices")
		}
	}
}

// allThree finds the spell, in order of time, with which one person holds all three offices.
func allThree(spells []spell) (spell, bool) {
	latest := make(map[string]spell)
	for _, s := range spells {
		if before, ok := latest[s.what]; !ok || lastsLonger(s, before) {
			latest[s.what] = s
		}
		held := 0
		for _, other := range latest {
			if other.during.Contains(s.during.From) {
				held++
			}
		}
		if held == len(trio) {
			return s, true
		}
	}
	return spell{}, false
}

// checkTogether finds what two records say that only one may say.
func (j *joiner) checkTogether(records []*record.Record) {
	type claim struct {
		record *record.Record
		field  string
	}
	first := make(map[string]claim)
	once := func(key string, c claim, message, remedy string) {
		before, ok := first[key]
		if !ok {
			first[key] = c
			return
		}
		j.refuse(c.record, c.record.At(c.field), "duplicate-id", message, remedy, before.record.At(before.field))
	}
	var witnesses []listedKey
	if r := j.records[record.Root+"/policy.yaml"]; r != nil {
		witnesses = keysOf(r)
	}
	for _, r := range records {
		if old := j.formerly(r); old != "" {
			j.checkFormerly(r)
			once("formerly "+old, claim{r, "formerly"}, "another record says that it used to be there too", "let only the record that was moved say so")
			if j.around.Claimed(old, r.Path) && !stays(r.Kind) {
				j.out[r] = true
			}
		}
		a := addressOf(r)
		switch facts := r.Value.(type) {
		case *record.Organisation:
			once("ods "+facts.ODS, claim{r, "ods"}, "another organisation has the same code", "correct one of the two codes")
		case *record.Appointments:
			j.checkWitnessed(r, witnesses)
		case *record.Approval:
			once(cmp.Or(a.workload, r.Path)+" "+facts.On.String()+" "+string(facts.Office), claim{r, "office"},
				"there is another approval by this office on this day", "write one approval that covers everything")
		}
	}
}

// formerly is [record.Record.Formerly], which looks through the record, where it is not known that there is nothing to find.
func (j *joiner) formerly(r *record.Record) string {
	if known, ok := j.sound[r]; ok && !known.moved {
		return ""
	}
	return r.Formerly()
}

// checkFormerly finds a record that says it was moved from where another still is.
func (j *joiner) checkFormerly(r *record.Record) {
	old := r.Formerly()
	if j.present(old) {
		j.refuse(r, r.At("formerly"), "formerly-exists", "there is still a file where this record says it used to be",
			"delete the old file if it was copied and not moved, or delete this field")
	}
}
