package chain

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/record"
)

// authority is who can sign for an organisation, and what its policy asks for, as far as each change of that was approved by the
// rule of the version before it.
type authority struct {
	chain        *Chain
	ods          string
	appointments []approval.Version // in force
	witnesses    []approval.Version // in force
	governed     []*governed
	statements   []approval.Entered // about appointments and policies
	files        map[string][]approval.Change
	root         int // position; 0 when nobody can sign
}

// governed is a file that says who may sign, or what is asked for.
type governed struct {
	path       string
	versions   []approval.Version
	policies   map[string]*record.Policy // by digest
	force      []approval.Version
	unapproved []approval.Unapproved
}

// authority finds out once who can sign for an organisation.
func (c *Chain) authority(ods string) *authority {
	c.mu.Lock()
	a := c.organisations[ods]
	c.mu.Unlock()
	if a != nil {
		return a
	}
	a = c.newAuthority(ods)
	c.mu.Lock()
	defer c.mu.Unlock()
	if other := c.organisations[ods]; other != nil {
		return other
	}
	c.organisations[ods] = a
	return a
}

func (c *Chain) newAuthority(ods string) *authority {
	folder := record.Root + "/organisations/" + ods
	a := &authority{chain: c, ods: ods}
	people := c.governed(folder + "/appointments.yaml")
	shared := c.governed(record.Root + "/policy.yaml")
	own := c.governed(folder + "/policy.yaml")
	a.governed = []*governed{people, shared, own}
	root, ok := approval.Root(people.versions)
	if !ok {
		return a
	}
	a.root = root
	var events []event
	c.each(folder+"/approvals/", func(e event) { events = append(events, e) })
	a.statements = c.statements(events)
	a.files = make(map[string][]approval.Change)
	for _, g := range a.governed {
		a.files[g.path] = c.changes(nil, c.file(g.path))
	}
	a.settle(people, shared, own)
	return a
}

// governed reads the versions of a file.
func (c *Chain) governed(p string) *governed {
	g := &governed{path: p, policies: make(map[string]*record.Policy)}
	for _, e := range c.file(p) {
		v := approval.Version{Commit: e.Commit, Digest: c.digest(e)}
		switch facts := c.record(e).(type) {
		case *record.Appointments:
			v.Appointments = facts
		case *record.Policy:
			v.Witnesses = facts.Witnesses
			g.policies[v.Digest] = facts
		}
		if n := len(g.versions); n > 0 && g.versions[n-1].Position == v.Position {
			g.versions[n-1] = v
			continue
		}
		g.versions = append(g.versions, v)
	}
	return g
}

// settle finds the versions that came into force. The rule for appointments is in the policy, and who fulfils the rule for the
// policy is in the appointments. What holds at a position follows from what held before it, so each round is right a step further
// than the one before, and the last changes nothing.
func (a *authority) settle(people, shared, own *governed) {
	rule := func(path string) func(int) approval.Rule {
		return func(position int) approval.Rule { return a.rule(path, shared, own, position) }
	}
	for range len(people.versions) + len(shared.versions) + len(own.versions) + 1 {
		was := positions(people, shared, own)
		for _, g := range []*governed{people, shared, own} {
			one := approval.Governed{
				Path: g.path, Root: a.root, Versions: g.versions, Rule: rule(g.path),
				Case: approval.Case{
					Repository: a.chain.name, Named: a.chain.named, Position: a.chain.Last(), Statements: a.statements, Files: a.files, PositionOf: a.chain.Trail.Position, Witnesses: shared.force,
				},
			}
			if g != people {
				one.Appointments = people.force
			}
			g.force, g.unapproved = approval.InForce(one)
		}
		if slices.Equal(was, positions(people, shared, own)) {
			break
		}
	}
	a.appointments, a.witnesses = people.force, shared.force
}

// positions tells where the versions in force of some files came in, each file ended by a 0, which is no position.
func positions(list ...*governed) []int {
	var out []int
	for _, g := range list {
		for _, v := range g.force {
			out = append(out, v.Position)
		}
		out = append(out, 0)
	}
	return out
}

// rule is the one for a change of a file, by the policies in force at a position.
func (a *authority) rule(file string, shared, own *governed, position int) approval.Rule {
	r := approval.Rule{Name: "The approval of a change of " + base(file), Subject: a.ods, Offices: []record.Office{record.Registrar}, People: 1}
	for _, g := range []*governed{shared, own} { // an organisation's own choices take the place of the shared ones
		if p := g.at(position); p != nil && p.Approvals != nil {
			if len(p.Approvals.Governance) > 0 {
				r.Offices = p.Approvals.Governance
			}
			r.People = cmp.Or(p.Approvals.People, r.People)
		}
	}
	return r
}

// at gives the policy in force at a position; nil when there is none.
func (g *governed) at(position int) *record.Policy {
	if v, ok := lastOf(g.force, position); ok {
		return g.policies[v.Digest]
	}
	return nil
}

func lastOf(versions []approval.Version, position int) (approval.Version, bool) {
	for _, v := range slices.Backward(versions) {
		if v.Position <= position {
			return v, true
		}
	}
	return approval.Version{}, false
}

// demands tells what the policies in force at a position ask approvals to rest on. Before anybody can sign none is in force: what
// stands there then is for the register to tell.
func (a *authority) demands(position int) string {
	demand := ""
	if position < a.root {
		return demand
	}
	for _, g := range a.governed[1:] {
		if p := g.at(position); p != nil && p.Approvals != nil {
			demand = cmp.Or(p.Approvals.Proof, demand)
		}
	}
	return demand
}

// unapproved says, of each file, that what stands there at a position never came into force.
func (a *authority) unapproved(position int) []string {
	if a.root == 0 || position <= a.root {
		return nil
	}
	var list []string
	for _, g := range a.governed {
		now, ok := lastOf(g.versions, position)
		force, _ := lastOf(g.force, position)
		if !ok || now.Digest == force.Digest {
			continue
		}
		list = append(list, "There is no approval, by the rule that held before, of what "+now.Words()+" made of "+strings.TrimPrefix(g.path, record.Root+"/")+
			"; what was there before stays in force, and approvals wait for that.")
	}
	return list
}

// Change is one change of a file that says who may sign, and whether it came into force.
type Change struct {
	approval.Version
	Path     string
	Root     bool     // it stands by itself
	InForce  bool     // by the approval that the rule before it asks for
	From     int      // the position from which it holds
	Reasons  []string // why it never came into force
	Approved string   // when it came into force: the rule
}

// Changes lists every change of what says who may sign for an organisation, by position.
func (c *Chain) Changes(ods string) []Change {
	a := c.authority(ods)
	var list []Change
	for _, g := range a.governed {
		if g.path == record.Root+"/policy.yaml" && a.root == 0 {
			continue
		}
		for _, v := range g.versions {
			one := Change{Version: v, Path: g.path, Root: a.root > 0 && v.Position <= a.root}
			if a.root == 0 {
				one.Reasons = []string{"The appointments list no key, so nobody can sign for " + ods + "."}
			}
			for _, f := range g.force {
				if f.Digest == v.Digest && f.Position >= v.Position {
					one.InForce, one.From = true, f.Position
					break
				}
			}
			for _, u := range g.unapproved {
				if u.Position == v.Position {
					one.InForce, one.Reasons = false, u.Ruling.Reasons
				}
			}
			list = append(list, one)
		}
	}
	slices.SortStableFunc(list, func(x, y Change) int { return cmp.Or(cmp.Compare(x.Position, y.Position), cmp.Compare(x.Path, y.Path)) })
	return list
}

// Root gives the position and the digest of the version from which an organisation's chain of trust begins: the first that lists
// a key. It is false when there is none.
func (c *Chain) Root(ods string) (approval.Version, bool) {
	a := c.authority(ods)
	if a.root == 0 {
		return approval.Version{}, false
	}
	return lastOf(a.governed[0].versions, a.root)
}

// Unsettled lists the files that say who may sign for an organisation, or what is asked for, and that are otherwise now than as
// they were approved.
func (c *Chain) Unsettled(ods string) []string {
	a := c.authority(ods)
	var list []string
	for _, g := range a.governed {
		now, ok := lastOf(g.versions, c.Last())
		force, _ := lastOf(g.force, c.Last())
		if ok && now.Digest != "" && now.Digest != force.Digest {
			list = append(list, g.path)
		}
	}
	return list
}

// Previous gives the digest of an office's last statement on an organisation itself; empty when there is none.
func (c *Chain) Previous(ods string, office record.Office) string {
	p := approval.Proof{Case: approval.Case{Statements: c.authority(ods).statements, Position: c.Last()}}
	return p.Previous(office)
}

// Governing gives what the judgement of statements on an organisation itself rests on at the last commit, and the offices that approve
// a change of its appointments.
func (c *Chain) Governing(ods string) (approval.Case, []record.Office) {
	a := c.authority(ods)
	found := approval.Case{
		Repository: c.name, Named: c.named, Position: c.Last(), Statements: a.statements, Files: a.files, PositionOf: c.Trail.Position, Appointments: a.appointments, Witnesses: a.witnesses,
	}
	return found, a.rule(a.governed[0].path, a.governed[1], a.governed[2], c.Last()).Offices
}
