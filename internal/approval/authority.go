package approval

import (
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// authority answers who could sign for an office when a statement entered the record.
//
// Positions decide. A statement is looked at with the appointments before its commit and with those of its commit, and both
// must bear it out: nobody enters the appointments and approves with one and the same change, and nobody approves with the
// change that takes them out. Only the first version, the root, stands by itself.
type authority struct {
	appointments []Version // in force, oldest first
	witnesses    []Version
	positionOf   func(id string) int // of a commit; 0 when it is not on the mainline
	known        int                 // the position of the judged commit
}

// holder is who made a statement.
type holder struct {
	person *record.Person
	deputy bool
}

// claim is what a statement says about its maker, and what the record says about the moment.
type claim struct {
	entered *Entered
	subject string        // that its place belongs to
	reached calendar.Date // the latest day that the record itself had reached before
	keyless bool          // the maker's key is not asked for: of a refusal that is only stated
}

// holder finds the maker of a statement. When the statement is not authorised, why says so in a clause.
func (a authority) holder(c claim) (found holder, why string) {
	at := upTo(a.appointments, c.entered.Position)
	if len(at) == 0 {
		return holder{}, "no appointments were in force when it entered the record"
	}
	if before := upTo(a.appointments, c.entered.Position-1); len(before) > 0 && len(before) < len(at) {
		if _, why := a.holderBy(before, c); why != "" {
			return holder{}, why + " before the change that brought it"
		}
	}
	return a.holderBy(at, c)
}

// holderBy asks the last of some versions.
func (a authority) holderBy(versions []Version, c claim) (holder, string) {
	v := versions[len(versions)-1]
	person := onlyPerson(v, c.entered.Approval.By)
	if person == nil {
		return holder{}, "whoever made it does not stand in the appointments"
	}
	if !c.keyless {
		if why := a.signed(versions, person, c); why != "" {
			return holder{}, why
		}
	}
	return holds(versions, person, c)
}

// onlyPerson finds a person by id. Two with one id are none.
func onlyPerson(v Version, id string) *record.Person {
	var found *record.Person
	people := v.people()
	for i := range people {
		if people[i].ID != id {
			continue
		}
		if found != nil {
			return nil
		}
		found = &people[i]
	}
	return found
}

// signed tells whether a key that counts for this person signed, or a witness who saw this person's account.
func (a authority) signed(versions []Version, person *record.Person, c claim) string {
	key := c.entered.Seal.Key.String()
	if since, ok := a.compromised(key); ok && c.entered.Position >= since {
		return "the key that signed it may have been in other hands"
	}
	if c.entered.Approval.Witnessed == nil {
		if a.listings(versions, key, c.entered.Position) != 1 {
			return "the key that signed it is nobody's, or more than one's"
		}
		return keyOpen(personKeys(versions, person.ID), key, c)
	}
	return a.witnessed(versions, person, key, c)
}

// listings counts how often a key stands in the newest appointments and among the witness keys.
func (a authority) listings(versions []Version, key string, position int) int {
	n := 0
	for _, p := range versions[len(versions)-1].people() {
		n += count(p.Keys, key)
	}
	if w := upTo(a.witnesses, position); len(w) > 0 {
		n += count(w[len(w)-1].Witnesses, key)
	}
	return n
}

func count(keys []record.SigningKey, key string) int {
	n := 0
	for _, k := range keys {
		if k.Key == key {
			n++
		}
	}
	return n
}

func (a authority) witnessed(versions []Version, person *record.Person, key string, c claim) string {
	if a.listings(versions, key, c.entered.Position) != 1 {
		return "the key that signed it is no witness's, or another's as well"
	}
	at := upTo(a.witnesses, c.entered.Position)
	if before := upTo(a.witnesses, c.entered.Position-1); len(before) > 0 && len(before) < len(at) {
		if why := keyOpen(witnessKeys(before), key, c); why != "" {
			return why + " before the change that brought it"
		}
	}
	if why := keyOpen(witnessKeys(at), key, c); why != "" {
		return why
	}
	if accountOf(versions[len(versions)-1], c.entered.Approval.Witnessed) != person.ID {
		return "the account that reviewed is not this person's"
	}
	return ""
}

// accountOf gives the person whose account reviewed; empty when it is nobody's, or more than one's.
func accountOf(v Version, w *record.Witnessed) string {
	owner := ""
	for _, p := range v.people() {
		for _, l := range p.Logins {
			if !strings.EqualFold(l.Forge, w.Forge) || !strings.EqualFold(l.Login, w.Login) {
				continue
			}
			if owner != "" && owner != p.ID {
				return ""
			}
			owner = p.ID
		}
	}
	return owner
}

// span is a stretch of days as a version states it, with what the first version that had it stated.
type span struct {
	from, to calendar.Date
	planned  bool // its end stood there from the start
}

// open tells whether something held for a statement; otherwise why not. An end that was written later than the span itself
// closes it with the commit that writes it, whatever day it names: the day is what a signer could write before. An end that
// stood there from the start closes it once the record has reached a later day.
func (s span) open(c claim) string {
	on := c.entered.Approval.On
	switch {
	case on.Before(s.from):
		return "begins after the day of the decision"
	case s.to.IsZero():
		return ""
	case !s.planned:
		return "was ended before it entered the record"
	case on.After(s.to):
		return "ended before the day of the decision"
	case s.to.Before(c.reached):
		return "had ended: the record had reached " + c.reached.Long()
	}
	return ""
}

// personKeys and witnessKeys give, version by version, the keys of one owner.
func personKeys(versions []Version, id string) [][]record.SigningKey {
	lists := make([][]record.SigningKey, len(versions))
	for i, v := range versions {
		if p := onlyPerson(v, id); p != nil {
			lists[i] = p.Keys
		}
	}
	return lists
}

func witnessKeys(versions []Version) [][]record.SigningKey {
	lists := make([][]record.SigningKey, len(versions))
	for i, v := range versions {
		lists[i] = v.Witnesses
	}
	return lists
}

// keyOpen tells whether the last of an owner's lists has a key and the key is open.
func keyOpen(lists [][]record.SigningKey, key string, c claim) string {
	var s span
	seen := false
	for i, keys := range lists {
		listed := false
		for _, k := range keys {
			if k.Key != key {
				continue
			}
			listed = true
			if !seen {
				s.planned, seen = !k.To.IsZero(), true
			}
			s.from, s.to = k.From, k.To
		}
		if i == len(lists)-1 && !listed {
			return "the key that signed it is not its maker's"
		}
	}
	if !seen {
		return "the key that signed it is not its maker's"
	}
	if why := s.open(c); why != "" {
		return "the key that signed it " + why
	}
	return ""
}

// holds finds an appointment that bears the statement out, one in full before one as deputy.
func holds(versions []Version, person *record.Person, c claim) (holder, string) {
	found, why := holder{}, "whoever made it did not hold the office"
	for _, spell := range versions[len(versions)-1].spells() {
		if spell.Person != person.ID || spell.Office != c.entered.Approval.Office || !inScope(spell, c.subject) {
			continue
		}
		s := span{spell.From, spell.To, planned(versions, spell)}
		if closed := s.open(c); closed != "" {
			why = "the appointment of whoever made it " + closed
			continue
		}
		if found.person == nil || found.deputy && !spell.Deputy {
			found = holder{person, spell.Deputy}
		}
	}
	if found.person != nil {
		return found, ""
	}
	return holder{}, why
}

// inScope tells whether an appointment is for a subject. One for some workloads only is for nothing else.
func inScope(spell record.Appointment, subject string) bool {
	if len(spell.Scope) == 0 {
		return true
	}
	for _, s := range spell.Scope {
		if s == subject {
			return true
		}
	}
	return false
}

// planned tells whether an appointment had an end in the first version that lists it.
func planned(versions []Version, spell record.Appointment) bool {
	for _, v := range versions {
		for _, s := range v.spells() {
			if s.Person == spell.Person && s.Office == spell.Office && s.From == spell.From {
				return !s.To.IsZero()
			}
		}
	}
	return false
}

// compromised gives the position from which nothing that a key signed counts. Every version up to the judged commit is asked,
// and a commit that nobody knows is taken for the first: what may be forged is not trusted.
func (a authority) compromised(key string) (position int, ok bool) {
	look := func(keys []record.SigningKey) {
		for _, k := range keys {
			if k.Key != key || k.CompromisedSince == "" {
				continue
			}
			at := 0
			if a.positionOf != nil {
				at = a.positionOf(k.CompromisedSince)
			}
			if !ok || at < position {
				position, ok = at, true
			}
		}
	}
	for _, v := range upTo(a.appointments, a.known) {
		for _, p := range v.people() {
			look(p.Keys)
		}
	}
	for _, v := range upTo(a.witnesses, a.known) {
		look(v.Witnesses)
	}
	return position, ok
}
