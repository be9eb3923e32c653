package approval

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/record"
)

// Rule says whose approval a subject needs. Where several apply, all must hold.
type Rule struct {
	Name    string
	Subject string
	Offices []record.Office // each must have approved
	People  int             // how many different people must have, whatever offices they hold; at least 1
	Covers  []string        // the files that each approval must cover

	fresh bool // only approvals that entered after a position count
	after int
}

// Ruling is whether a rule holds, and why not.
type Ruling struct {
	Rule     Rule
	Holds    bool
	Missing  []record.Office // offices without a valid approval
	People   []string        // ids of those whose valid approvals count, sorted
	Approved []int           // those approvals, by their place in the case
	Reasons  []string        // sentences; empty when it holds
}

// AllHold tells whether there are rules and all of them hold.
func AllHold(rulings []Ruling) bool {
	return len(rulings) > 0 && !slices.ContainsFunc(rulings, func(r Ruling) bool { return !r.Holds })
}

// CheckRules says what is wrong with rules that nobody could or need fulfil: a rule without offices or files, fewer people than
// one, or more than hold its offices. The sentences are in the order of the rules.
func CheckRules(rules []Rule, people *record.Appointments) []string {
	var faults []string
	for _, r := range rules {
		holders := make(map[string]bool)
		if people != nil {
			for _, a := range people.Appointments {
				if slices.Contains(r.Offices, a.Office) {
					holders[a.Person] = true
				}
			}
		}
		switch {
		case len(r.Offices) == 0:
			faults = append(faults, r.Name+" names no office, so nobody could approve.")
		case len(r.Covers) == 0:
			faults = append(faults, r.Name+" names no file, so anything would be approved.")
		case r.People < 1:
			faults = append(faults, r.Name+" asks for fewer people than one, so nobody need approve.")
		case r.People > len(holders):
			faults = append(faults, fmt.Sprintf("%s asks for %d people, and %d hold its offices.", r.Name, r.People, len(holders)))
		}
	}
	return faults
}

// judge counts people, never keys or approvals.
func (r Rule) judge(c Case, judged []Judgement) Ruling {
	out := Ruling{Rule: r}
	people, offices := make(map[string]bool), make(map[record.Office]bool)
	for i, j := range judged {
		a := c.Statements[i].Approval
		if j.State != Valid || r.fresh && j.position <= r.after || a.Subject != r.Subject || !slices.Contains(r.Offices, a.Office) || !coversAll(a.Covers, r.Covers) {
			continue
		}
		people[j.person], offices[a.Office] = true, true
		out.Approved = append(out.Approved, i)
	}
	out.People = slices.Sorted(maps.Keys(people))
	for _, o := range r.Offices {
		if !offices[o] {
			out.Missing = append(out.Missing, o)
			out.Reasons = append(out.Reasons, fmt.Sprintf("There is no valid approval by the %s that covers %s.", o.Title(), names(r.Covers)))
		}
	}
	switch {
	case len(r.Offices) == 0 || len(r.Covers) == 0 || r.People < 1:
		out.Reasons = append(out.Reasons, "The rule asks for nothing, so nothing fulfils it.")
	case len(people) < r.People:
		out.Reasons = append(out.Reasons, fmt.Sprintf("%d of %d people have approved.", len(people), r.People))
	}
	if len(people) > 0 {
		if why := r.notAlone(c, out.People); why != "" {
			out.Reasons = append(out.Reasons, why)
		}
	}
	out.Holds = len(out.Reasons) == 0
	return out
}

func coversAll(list []record.Covered, paths []string) bool {
	return !slices.ContainsFunc(paths, func(p string) bool { return !covers(list, p) })
}

func names(paths []string) string {
	list := make([]string, len(paths))
	for i, p := range paths {
		list[i] = path.Base(p)
	}
	return strings.Join(list, " and ")
}

// notAlone says why nobody but authors approved; it is empty when somebody else did.
func (r Rule) notAlone(c Case, approvers []string) string {
	authors := make(map[string]bool)
	for _, p := range r.Covers {
		known, unknown := c.authorsOf(p)
		if unknown {
			return path.Base(p) + " was changed by somebody unknown, so nobody can tell whether anybody else approved it."
		}
		for _, a := range known {
			for id := range c.peopleOf(a) {
				authors[id] = true
			}
		}
	}
	for _, id := range approvers {
		if !authors[id] {
			return ""
		}
	}
	return "Nobody but an author of the files approved them."
}

// authorsOf gives who wrote the bytes that a file has now, by every change that brought just these bytes. unknown tells that
// one of them has no author, or that there is no such change.
func (c Case) authorsOf(p string) (authors []Author, unknown bool) {
	history := c.Files[p]
	now, unknown := digestAt(history, c.Position), true
	for _, change := range history {
		if change.Position > c.Position || change.SHA256 != now {
			continue
		}
		if len(change.Authors) == 0 {
			return nil, true
		}
		authors, unknown = append(authors, change.Authors...), false
	}
	return authors, unknown
}

// peopleOf gives who an author may be, by any version of the appointments.
func (c Case) peopleOf(a Author) map[string]bool {
	ids := make(map[string]bool)
	for _, v := range upTo(c.Appointments, c.Position) {
		for _, p := range v.people() {
			if a.Email != "" && strings.EqualFold(a.Email, p.Email) {
				ids[p.ID] = true
			}
			for _, l := range p.Logins {
				if a.Login != "" && strings.EqualFold(a.Login, l.Login) && strings.EqualFold(a.Forge, l.Forge) {
					ids[p.ID] = true
				}
			}
		}
	}
	return ids
}
