package approval_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
)

// The second judge. It is written from decision 0019, without a look at the first and without regard to speed: for each
// question it goes through everything there is.

type verdicts struct {
	states []approval.State
	holds  []bool
}

type judge struct {
	approval.Case
	who map[int]string // memo: who is authorised to have made a statement, "" for nobody
}

var (
	workloadHome     = regexp.MustCompile(`^evidence/organisations/([^/]+)/workloads/([^/]+)/approvals/[^/]+$`)
	organisationHome = regexp.MustCompile(`^evidence/organisations/([^/]+)/approvals/[^/]+$`)
)

func homeOf(path string) string {
	if m := workloadHome.FindStringSubmatch(path); m != nil {
		return m[1] + "/" + m[2]
	}
	if m := organisationHome.FindStringSubmatch(path); m != nil {
		return m[1]
	}
	return ""
}

// from: what was there before with the same signature counts from then.
func (o *judge) from(i int) int {
	p := o.Statements[i].Position
	for _, e := range o.Statements {
		if e.Digest == o.Statements[i].Digest && e.Seal.Key == o.Statements[i].Seal.Key {
			p = min(p, e.Position)
		}
	}
	return p
}

func (o *judge) sealed(i int) bool {
	s := o.Statements[i].Seal
	return s.Key != signature.Key{} && s.Fault == ""
}

func (o *judge) sameOffice(i, j int) bool {
	a, b := o.Statements[i], o.Statements[j]
	return a.Approval != nil && b.Approval != nil && a.Approval.Office == b.Approval.Office && homeOf(a.Path) == homeOf(b.Path)
}

// follows lists the statements that one may mean by its previous.
func (o *judge) follows(i int) []int {
	var list []int
	for j, e := range o.Statements {
		if o.Statements[i].Approval != nil && o.Statements[i].Approval.Previous != "" && e.Digest == o.Statements[i].Approval.Previous && e.Digest != o.Statements[i].Digest &&
			o.sameOffice(i, j) && o.from(j) <= o.from(i) {
			list = append(list, j)
		}
	}
	return list
}

// knows: some chain of previous statements leads from one to the other.
func (o *judge) knows(i, target int) bool {
	reached := map[int]bool{}
	todo := []int{i}
	for len(todo) > 0 {
		k := todo[0]
		todo = todo[1:]
		if reached[k] {
			continue
		}
		reached[k] = true
		if o.Statements[k].Approval != nil && o.Statements[k].Approval.Previous == o.Statements[target].Digest {
			return true
		}
		todo = append(todo, o.follows(k)...)
	}
	return false
}

func (o *judge) fits(i int) bool {
	e := o.Statements[i]
	a := e.Approval
	if a.Statement != "muniment-approval-v1" || a.Repository == "" || a.Repository != o.Repository || o.Position < o.Named || a.Subject == "" || a.Subject != homeOf(e.Path) {
		return false
	}
	if a.Decision != "approved" && a.Decision != "approved-with-conditions" && a.Decision != "refused" && a.Decision != "withdrawn" {
		return false
	}
	if a.Previous != "" && len(o.follows(i)) == 0 {
		return false
	}
	for j, f := range o.Statements { // a copy of what was there first and is still there
		first := f.Position < e.Position || f.Position == e.Position && j < i
		if j != i && first && f.Digest == e.Digest && f.Seal.Key == e.Seal.Key && !o.gone(j) && !o.someFirst(j, i) {
			return false
		}
	}
	known := len(e.Rules) == 0
	for _, r := range e.Rules {
		known = known || r.Schemas == a.Schemas && r.Catalogue == a.Catalogue
	}
	return known
}

func (o *judge) gone(i int) bool {
	r := o.Statements[i].Removed
	return r != nil && r.Position <= o.Position
}

// someFirst: a third copy was there before the second.
func (o *judge) someFirst(j, i int) bool {
	for k, f := range o.Statements {
		g := o.Statements[j]
		if k != j && k != i && f.Digest == g.Digest && f.Seal.Key == g.Seal.Key && (f.Position < g.Position || f.Position == g.Position && k < j) {
			return true
		}
	}
	return false
}

// life is what the versions say of one key or appointment: from and to in the last, and to in the first that has it.
type life struct {
	there         bool
	from, to      calendar.Date
	plannedAtOnce bool
}

func (l life) bears(on, reached calendar.Date) bool {
	if !l.there || on.Before(l.from) {
		return false
	}
	if l.to.IsZero() {
		return true
	}
	return l.plannedAtOnce && !on.After(l.to) && !l.to.Before(reached)
}

func (o *judge) reached(p int) calendar.Date {
	var day calendar.Date
	for _, v := range o.Appointments {
		if v.Position <= p && v.Appointments != nil && v.Appointments.Confirmed != nil && v.Appointments.Confirmed.On.After(day) {
			day = v.Appointments.Confirmed.On
		}
	}
	for j, e := range o.Statements {
		if e.Approval != nil && o.sealed(j) && o.from(j) < p && o.maker(j) != "" && e.Approval.On.After(day) {
			day = e.Approval.On
		}
	}
	return day
}

// maker: who is authorised to have made a signed statement that fits; of one without a signature, who held the office.
func (o *judge) maker(i int) string {
	if who, ok := o.who[i]; ok {
		return who
	}
	e := o.Statements[i]
	who := ""
	if e.Position <= o.Position && e.Approval != nil && e.Seal.Fault == "" && (!o.sealed(i) || o.fits(i)) {
		p := o.from(i)
		who = e.Approval.By
		moments := map[int]bool{}
		for k, v := range o.Appointments {
			if v.Position <= p {
				moments[k] = true
			}
		}
		last, before := -1, -1
		for k := range moments {
			last = max(last, k)
			if o.Appointments[k].Position < p {
				before = max(before, k)
			}
		}
		if last < 0 || !o.borneOut(i, last, p) || before >= 0 && before != last && !o.borneOut(i, before, p) {
			who = ""
		}
	}
	o.who[i] = who
	return who
}

func (o *judge) borneOut(i, version, p int) bool {
	a := o.Statements[i].Approval
	v := o.Appointments[version].Appointments
	if v == nil {
		return false
	}
	ids := 0
	for _, person := range v.People {
		if person.ID == a.By {
			ids++
		}
	}
	if ids != 1 {
		return false
	}
	reached := o.reached(p)
	office := false
	for _, spell := range v.Appointments {
		if spell.Person != a.By || spell.Office != a.Office || len(spell.Scope) > 0 && !slices.Contains(spell.Scope, homeOf(o.Statements[i].Path)) {
			continue
		}
		l := life{there: true, from: spell.From, to: spell.To}
	firsts:
		for _, u := range o.Appointments[:version+1] {
			if u.Appointments == nil {
				continue
			}
			for _, s := range u.Appointments.Appointments {
				if s.Person == spell.Person && s.Office == spell.Office && s.From == spell.From {
					l.plannedAtOnce = !s.To.IsZero()
					break firsts
				}
			}
		}
		office = office || l.bears(a.On, reached)
	}
	return office && (!o.sealed(i) || o.keyBears(i, version, p, reached))
}

func (o *judge) keyBears(i, version, p int, reached calendar.Date) bool {
	e := o.Statements[i]
	key := e.Seal.Key.String()
	// In other hands?
	for _, v := range slices.Concat(o.Appointments, o.Witnesses) {
		if v.Position > o.Position {
			continue
		}
		for _, k := range keysOf(v) {
			if k.Key == key && k.CompromisedSince != "" && p >= o.PositionOf(k.CompromisedSince) {
				return false
			}
		}
	}
	witness, witnessBefore := -1, -1
	for k, v := range o.Witnesses {
		if v.Position <= p {
			witness = k
		}
		if v.Position < p {
			witnessBefore = k
		}
	}
	owners := 0
	for _, k := range keysOf(approval.Version{Appointments: o.Appointments[version].Appointments}) {
		if k.Key == key {
			owners++
		}
	}
	if witness >= 0 {
		for _, k := range o.Witnesses[witness].Witnesses {
			if k.Key == key {
				owners++
			}
		}
	}
	if owners != 1 {
		return false
	}
	lifeIn := func(lists [][]record.SigningKey) life {
		var l life
		first := true
		for _, list := range lists {
			l.there = false
			for _, k := range list {
				if k.Key == key {
					if first {
						l.plannedAtOnce, first = !k.To.IsZero(), false
					}
					l.there, l.from, l.to = true, k.From, k.To
				}
			}
		}
		return l
	}
	if e.Approval.Witnessed == nil {
		var lists [][]record.SigningKey
		for _, v := range o.Appointments[:version+1] {
			var list []record.SigningKey
			n := 0
			for _, person := range peopleIn(v) {
				if person.ID == e.Approval.By {
					list, n = person.Keys, n+1
				}
			}
			if n != 1 {
				list = nil
			}
			lists = append(lists, list)
		}
		return lifeIn(lists).bears(e.Approval.On, reached)
	}
	for _, k := range []int{witness, witnessBefore} {
		if k < 0 {
			if k == witness {
				return false
			}
			continue
		}
		var lists [][]record.SigningKey
		for _, v := range o.Witnesses[:k+1] {
			lists = append(lists, v.Witnesses)
		}
		if !lifeIn(lists).bears(e.Approval.On, reached) {
			return false
		}
	}
	accounts := map[string]bool{}
	for _, person := range o.Appointments[version].Appointments.People {
		for _, l := range person.Logins {
			if strings.EqualFold(l.Login, e.Approval.Witnessed.Login) && strings.EqualFold(l.Forge, e.Approval.Witnessed.Forge) {
				accounts[person.ID] = true
			}
		}
	}
	return len(accounts) == 1 && accounts[e.Approval.By]
}

func peopleIn(v approval.Version) []record.Person {
	if v.Appointments == nil {
		return nil
	}
	return v.Appointments.People
}

func keysOf(v approval.Version) []record.SigningKey {
	keys := slices.Clone(v.Witnesses)
	if v.Appointments != nil {
		for _, p := range v.Appointments.People {
			keys = append(keys, p.Keys...)
		}
	}
	return keys
}

func (o *judge) now(path string) string {
	digest, last := "", -1
	for _, c := range o.Files[path] {
		if c.Position <= o.Position && c.Position >= last {
			digest, last = c.SHA256, c.Position
		}
	}
	return digest
}

func (o *judge) negative(i int) bool {
	a := o.Statements[i].Approval
	return a != nil && (a.Decision == "refused" || a.Decision == "withdrawn") && o.maker(i) != ""
}

func share(a, b *record.Approval) bool {
	for _, x := range a.Covers {
		for _, y := range b.Covers {
			if x.Path == y.Path {
				return true
			}
		}
	}
	return false
}

func within(small, large *record.Approval) bool {
	paths := map[string]bool{}
	for _, c := range large.Covers {
		paths[c.Path] = true
	}
	for _, c := range small.Covers {
		if !paths[c.Path] {
			return false
		}
	}
	return true
}

func (o *judge) state(i int) approval.State {
	e := o.Statements[i]
	a := e.Approval
	switch {
	case e.Position > o.Position:
		return approval.NotYet
	case e.Seal.Fault != "":
		return approval.Unproven
	case !o.sealed(i):
		return approval.Stated
	case a == nil || !o.fits(i):
		return approval.Unproven
	case o.maker(i) == "":
		return approval.NotAuthorised
	case a.On.After(o.AsOf):
		return approval.NotYet
	case a.Decision == "refused":
		return approval.Refused
	case a.Decision == "withdrawn":
		return approval.Withdrawn
	case o.gone(i):
		return approval.Removed
	}
	// A no that is heard: the last one names the state.
	no, noFrom := approval.State(""), -1
	for j := range o.Statements {
		b := o.Statements[j].Approval
		if !o.negative(j) || !o.sameOffice(i, j) || !share(a, b) || b.On.After(o.AsOf) || o.from(j) < o.from(i) && o.knows(i, j) {
			continue
		}
		if o.from(j) >= noFrom {
			no, noFrom = map[string]approval.State{"refused": approval.Refused, "withdrawn": approval.Withdrawn}[b.Decision], o.from(j)
		}
	}
	if no != "" {
		return no
	}
	for j := range o.Statements {
		b := o.Statements[j].Approval
		if j == i || !o.sealed(j) || o.maker(j) == "" || !o.sameOffice(i, j) || b.On.After(o.AsOf) || o.gone(j) {
			continue
		}
		if strings.HasPrefix(b.Decision, "approved") && b.By == a.By && o.from(j) > o.from(i) && within(a, b) {
			return approval.Superseded
		}
	}
	for _, c := range a.Covers {
		if o.now(c.Path) != c.SHA256 {
			return approval.Stale
		}
	}
	if !a.To.IsZero() && a.To.Before(o.AsOf) {
		return approval.Expired
	}
	return approval.Valid
}

func (o *judge) holds(r approval.Rule, states []approval.State) bool {
	people, offices := map[string]bool{}, map[record.Office]bool{}
	for i, s := range states {
		a := o.Statements[i].Approval
		if s != approval.Valid || a.Subject != r.Subject || !slices.Contains(r.Offices, a.Office) {
			continue
		}
		all := &record.Approval{}
		for _, p := range r.Covers {
			all.Covers = append(all.Covers, record.Covered{Path: p})
		}
		if within(all, a) {
			people[a.By], offices[a.Office] = true, true
		}
	}
	if r.People < 1 || len(people) < r.People || len(r.Offices) == 0 || len(r.Covers) == 0 {
		return false
	}
	for _, office := range r.Offices {
		if !offices[office] {
			return false
		}
	}
	authors := map[string]bool{}
	for _, p := range r.Covers {
		wrote := 0
		for _, c := range o.Files[p] {
			if c.Position > o.Position || c.SHA256 != o.now(p) {
				continue
			}
			wrote++
			if len(c.Authors) == 0 {
				return false
			}
			for _, author := range c.Authors {
				for _, v := range o.Appointments {
					for _, person := range peopleIn(v) {
						if v.Position > o.Position {
							continue
						}
						if author.Email != "" && strings.EqualFold(author.Email, person.Email) {
							authors[person.ID] = true
						}
						for _, l := range person.Logins {
							if author.Login != "" && strings.EqualFold(author.Login, l.Login) && strings.EqualFold(author.Forge, l.Forge) {
								authors[person.ID] = true
							}
						}
					}
				}
			}
		}
		if wrote == 0 {
			return false
		}
	}
	for person := range people {
		if !authors[person] {
			return true
		}
	}
	return false
}

func oracle(c approval.Case) verdicts {
	o := &judge{Case: c, who: map[int]string{}}
	var out verdicts
	for i := range c.Statements {
		out.states = append(out.states, o.state(i))
	}
	for _, r := range c.Rules {
		out.holds = append(out.holds, o.holds(r, out.states))
	}
	return out
}

// pool holds the keys of random cases; making them each time would take most of the time.
var pool = []string{testKey("a").String(), testKey("b").String(), testKey("c").String(), testKey("d").String(), testKey("w").String()}

var poolKeys = []signature.Key{testKey("a"), testKey("b"), testKey("c"), testKey("d"), testKey("w")}

// anyCase makes a small case in which much goes wrong: few people, keys, files and positions, so that they meet.
func anyCase(r *rand.Rand) approval.Case {
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	rarely := func(n int) bool { return r.IntN(n) == 0 }
	days := func(spread int) calendar.Date { return day("2026-01-01").AddDays(10 * r.IntN(spread)) }
	end := func() calendar.Date {
		if rarely(3) {
			return days(12)
		}
		return calendar.Date{}
	}
	c := approval.Case{Repository: "repo", AsOf: day("2026-01-01").AddDays(30 + 10*r.IntN(10)), Position: 6 + r.IntN(3), Named: r.IntN(8), Files: map[string][]approval.Change{}, PositionOf: amongFirst(9)}
	key := func() record.SigningKey {
		k := record.SigningKey{Key: pool[r.IntN(len(pool))], From: day("2026-01-01")}
		if rarely(6) {
			k.To = days(12)
		}
		if rarely(8) {
			k.From = days(6)
		}
		if rarely(20) {
			k.CompromisedSince = one(at(r.IntN(9)).ID, "unknown")
		}
		return k
	}
	people := []string{"p", "q", "r"}
	offices := []record.Office{record.SIRO, record.DPO}
	appointments := func() *record.Appointments {
		a := &record.Appointments{}
		for i, id := range people {
			p := record.Person{ID: id, Email: id + "@example.org", Logins: []record.Login{{Forge: "f", Login: id}}}
			p.Keys = append(p.Keys, record.SigningKey{Key: pool[i], From: day("2026-01-01"), To: map[bool]calendar.Date{true: days(12)}[rarely(12)]})
			if rarely(12) {
				p.Keys = append(p.Keys, key())
			}
			if rarely(20) {
				p.Keys = p.Keys[1:]
			}
			if rarely(15) {
				p.Logins[0].Login = one(people...)
			}
			if rarely(40) {
				p.ID = one(people...)
			}
			a.People = append(a.People, p)
		}
		for i, id := range people {
			a.Appointments = append(a.Appointments, record.Appointment{Person: id, Office: offices[i%2], From: day("2026-01-01")})
		}
		for range r.IntN(3) {
			s := record.Appointment{Person: one(people...), Office: offices[r.IntN(2)], From: day("2026-01-01"), To: end()}
			if rarely(6) {
				s.From = days(8)
			}
			if rarely(6) {
				s.Scope = []string{one(subject, "ZZ1/other")}
			}
			a.Appointments = append(a.Appointments, s)
		}
		if rarely(3) {
			a.Confirmed = &record.Confirmed{On: days(12)}
		}
		return a
	}
	// A later version is mostly the one before with one thing changed.
	alter := func(before *record.Appointments) *record.Appointments {
		if rarely(3) {
			return appointments()
		}
		a := &record.Appointments{Confirmed: before.Confirmed, Appointments: slices.Clone(before.Appointments)}
		for _, p := range before.People {
			p.Keys, p.Logins = slices.Clone(p.Keys), slices.Clone(p.Logins)
			a.People = append(a.People, p)
		}
		p := &a.People[r.IntN(len(a.People))]
		s := &a.Appointments[r.IntN(len(a.Appointments))]
		switch r.IntN(6) {
		case 0:
			s.To = end()
		case 1:
			if len(p.Keys) > 0 {
				p.Keys[0].To = end()
			}
		case 2:
			p.Keys = append(p.Keys, key())
		case 3:
			if len(p.Keys) > 0 {
				p.Keys[0].CompromisedSince = at(r.IntN(9)).ID
			}
		case 4:
			a.Confirmed = &record.Confirmed{On: days(12)}
		case 5:
			p.Keys = nil
		}
		return a
	}
	position := r.IntN(2)
	for range 1 + r.IntN(3) {
		v := approval.Version{Commit: at(position)}
		if n := len(c.Appointments); n == 0 {
			v.Appointments = appointments()
		} else {
			v.Appointments = alter(c.Appointments[n-1].Appointments)
		}
		c.Appointments = append(c.Appointments, v)
		if rarely(40) {
			c.Appointments = append(c.Appointments, approval.Version{Commit: at(position)}, v)
			c.Appointments[len(c.Appointments)-1].Position++
			position++
		}
		position += 1 + r.IntN(4)
	}
	position = r.IntN(3)
	for range r.IntN(3) {
		v := approval.Version{Commit: at(position)}
		for range r.IntN(2) + r.IntN(2) {
			k := key()
			if !rarely(3) {
				k.Key = pool[4]
			}
			v.Witnesses = append(v.Witnesses, k)
		}
		c.Witnesses = append(c.Witnesses, v)
		position += 1 + r.IntN(4)
	}
	files := []string{"evidence/x", "evidence/y", "evidence/z"}
	for _, f := range files {
		for position := r.IntN(2); position < 9; position += 2 + r.IntN(8) {
			change := approval.Change{Commit: at(position), SHA256: one("1", "1", "1", "1", "2"), Authors: []approval.Author{{Email: one("p@example.org", "Q@example.org", "x@example.org", "x@example.org")}}}
			if rarely(12) {
				change.SHA256 = ""
			}
			if rarely(25) {
				change.Authors = nil
			}
			if rarely(6) {
				change.Authors = append(change.Authors, approval.Author{Forge: "F", Login: one("P", "r", "")})
			}
			c.Files[f] = append(c.Files[f], change)
		}
	}
	home := "evidence/organisations/ZZ1/workloads/archive/approvals/"
	for i := range 1 + r.IntN(6) {
		who := r.IntN(3)
		e := approval.Entered{
			Path: home + fmt.Sprint(i), Digest: fmt.Sprint("s", i), Commit: at(r.IntN(c.Position + 2)), Seal: approval.Seal{Key: poolKeys[who]}, Rules: []statement.Rules{rules},
			Approval: &record.Approval{
				Statement: statement.Purpose, Repository: "repo", Subject: subject, Office: offices[(who+r.IntN(6)/5)%2], By: people[who],
				Decision: one("approved", "approved", "approved", "approved", "approved-with-conditions", "refused", "withdrawn"),
				On:       days(6), Schemas: rules.Schemas, Catalogue: rules.Catalogue,
			},
		}
		a := e.Approval
		if rarely(4) {
			a.To = days(14)
		}
		for _, f := range files {
			if !rarely(4) {
				a.Covers = append(a.Covers, record.Covered{Path: f, SHA256: one("1", "1", "1", "1", "1", "2")})
			}
		}
		if i > 0 && rarely(4) {
			a.Previous = fmt.Sprint("s", r.IntN(i))
		}
		if rarely(8) {
			e.Removed = new(approval.Commit)
			*e.Removed = at(e.Position + 1)
		}
		switch r.IntN(60) {
		case 0:
			e.Seal = approval.Seal{}
		case 1:
			e.Seal = approval.Seal{Fault: "broken"}
		case 2:
			e.Seal.Key = poolKeys[r.IntN(len(poolKeys))]
		case 3:
			a.Repository = "other"
		case 4:
			a.Subject = "ZZ1/other"
		case 5:
			a.Schemas = "other"
		case 6:
			e.Rules = nil
		case 7, 8, 9:
			a.Witnessed = &record.Witnessed{Forge: "F", Login: strings.ToUpper(people[who])}
			e.Seal.Key = poolKeys[4]
		case 10:
			a.Witnessed = &record.Witnessed{Forge: "f", Login: one("p", "q", "x")}
		case 11:
			e.Path = one("evidence/organisations/ZZ1/approvals/", "elsewhere/", "evidence/organisations/ZZ1/workloads/other/approvals/") + fmt.Sprint(i)
			a.Subject = one("ZZ1", subject, "ZZ1/other")
		case 12:
			a.By = one(people...)
		case 13:
			e.Approval = nil
		case 14:
			a.Decision = one("accepted", "")
		case 15:
			a.Previous = "nowhere"
		case 16:
			e.Seal = approval.Seal{}
			a.Statement, a.Repository, a.Subject = "", "", ""
		}
		c.Statements = append(c.Statements, e)
		if rarely(10) { // the same again
			again := e
			again.Commit, again.Removed = at(r.IntN(c.Position+2)), nil
			if rarely(2) {
				again.Path += "-copy"
			}
			if rarely(4) {
				again.Seal = approval.Seal{}
			}
			c.Statements = append(c.Statements, again)
		}
	}
	r.Shuffle(len(c.Statements), func(i, j int) { c.Statements[i], c.Statements[j] = c.Statements[j], c.Statements[i] })
	for range 1 + r.IntN(2) {
		rule := approval.Rule{Subject: subject, People: one2(r, 1, 1, 1, 2, 0), Offices: offices[:1+r.IntN(2)], Covers: files[:1+r.IntN(2)]}
		if rarely(30) {
			rule.Offices = nil
		}
		c.Rules = append(c.Rules, rule)
	}
	return c
}

func one2(r *rand.Rand, list ...int) int { return list[r.IntN(len(list))] }

// TestSecondJudgeAgrees compares with the second judge on many random cases.
func TestSecondJudgeAgrees(t *testing.T) {
	t.Parallel()
	cases := 100_000
	if testing.Short() {
		cases = 2_000
	}
	states, holding, rules := map[approval.State]int{}, 0, 0
	for n := range cases {
		c := anyCase(rand.New(rand.NewPCG(uint64(n), 19)))
		got, want := approval.Weigh(c), oracle(c)
		for i, j := range got.Statements {
			states[j.State]++
			if j.State != want.states[i] {
				t.Fatalf("case %d: statement %d is %s (%s), the second judge says %s", n, i, j.State, j.Text, want.states[i])
			}
		}
		for i, r := range got.Rules {
			rules++
			if r.Holds {
				holding++
			}
			if r.Holds != want.holds[i] {
				t.Fatalf("case %d: rule %d holds: %v (%q), the second judge says %v", n, i, r.Holds, r.Reasons, want.holds[i])
			}
		}
	}
	var seen []string
	for _, s := range slices.Sorted(maps.Keys(states)) {
		seen = append(seen, fmt.Sprintf("%s %d", s, states[s]))
	}
	t.Logf("%d cases, no disagreement; rules holding: %d of %d; %s", cases, holding, rules, strings.Join(seen, ", "))
	if len(states) != 11 || holding < cases/100 {
		t.Errorf("the cases show %d of 11 states and %d rules that hold: they are too much alike", len(states), holding)
	}
}
