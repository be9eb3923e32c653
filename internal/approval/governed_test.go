package approval_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/record"
)

const appointmentsPath = "evidence/organisations/ZZ1/appointments.yaml"

// council is a scene about the appointments themselves: a registrar approves their changes, which the asset owner writes.
// The first version, at position 0, is the root.
func council() *scene {
	s := beginScene()
	s.Statements = nil
	a := s.people(0)
	a.People = append(a.People, record.Person{ID: "secretary", Title: "Trust Secretary", Email: "secretary@example.org", Keys: []record.SigningKey{signing("secretary", "2024-01-01")}})
	a.Appointments = append(a.Appointments, record.Appointment{Person: "secretary", Office: record.Registrar, From: day("2024-01-01")})
	s.change(0, appointmentsPath, "v0", "owner@example.org")
	return s
}

// propose adds a version with a new key for a person, written by the asset owner.
func (s *scene) propose(position int, person int, key string) {
	s.follow(position, func(a *record.Appointments) {
		a.People[person].Keys = append(a.People[person].Keys, signing(key, "2024-01-01"))
	})
	s.change(position, appointmentsPath, s.Appointments[len(s.Appointments)-1].Digest, "owner@example.org")
}

// consent adds the approval of a version by somebody as registrar.
func (s *scene) consent(position int, by, key, digest string) *approval.Entered {
	e := s.add(position, record.Registrar, by, key, "approved", "2026-03-01")
	e.Path, e.Approval.Subject = "evidence/organisations/ZZ1/approvals/"+e.Digest, "ZZ1"
	e.Approval.Covers = []record.Covered{{Path: appointmentsPath, SHA256: digest}}
	return e
}

func registrarRule(int) approval.Rule {
	return approval.Rule{Name: "appointments", Subject: "ZZ1", Offices: []record.Office{record.Registrar}, People: 1}
}

func (s *scene) inForce() ([]int, []approval.Unapproved) {
	root, _ := approval.Root(s.Appointments)
	force, unapproved := approval.InForce(approval.Governed{Path: appointmentsPath, Root: root, Versions: s.Appointments, Rule: registrarRule, Case: s.Case})
	var positions []int
	for _, v := range force {
		positions = append(positions, v.Position)
	}
	return positions, unapproved
}

func TestInForce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim      string
		change     func(*scene)
		force      []int
		unapproved int
	}{
		{"the root stands by itself", func(*scene) {}, []int{0}, 0},
		{"a change that the registrar approved with it", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3")
		}, []int{0, 3}, 0},
		{"a change that the registrar approved afterwards", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(5, "secretary", "secretary", "v3")
		}, []int{0, 5}, 0},
		{"a change that the registrar approved before", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(2, "secretary", "secretary", "v3")
		}, []int{0, 3}, 0},
		{"a change that nobody approved", func(s *scene) { s.propose(3, 0, "new") }, []int{0}, 1},
		{"a change that was approved when it was gone already", func(s *scene) {
			s.propose(3, 0, "new")
			s.propose(5, 0, "newer")
			s.consent(5, "secretary", "secretary", "v3")
			s.consent(5, "secretary", "secretary", "v5")
		}, []int{0, 5}, 1},
		{"an approval of other bytes", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v9")
		}, []int{0}, 1},
		{"an approval by the office that the change itself gives", func(s *scene) {
			s.follow(3, func(a *record.Appointments) {
				a.Appointments = append(a.Appointments, record.Appointment{Person: "officer", Office: record.Registrar, From: day("2024-01-01")})
			})
			s.change(3, appointmentsPath, "v3", "owner@example.org")
			s.consent(3, "officer", "officer", "v3")
		}, []int{0}, 1},
		{"an approval by the key that the change itself gives", func(s *scene) {
			s.propose(3, 4, "new")
			s.consent(3, "secretary", "new", "v3")
		}, []int{0}, 1},
		{"an approval by the key that an unapproved change gave", func(s *scene) {
			s.propose(3, 4, "new")
			s.propose(5, 0, "newer")
			s.consent(5, "secretary", "new", "v5")
		}, []int{0}, 2},
		{"an approval by the key that an approved change gave", func(s *scene) {
			s.propose(3, 4, "new")
			s.consent(3, "secretary", "secretary", "v3")
			s.propose(5, 0, "newer")
			s.consent(5, "secretary", "new", "v5")
		}, []int{0, 3, 5}, 0},
		{"an approval by whoever wrote the change", func(s *scene) {
			s.propose(3, 0, "new")
			s.Files[appointmentsPath][1].Authors[0].Email = "secretary@example.org"
			s.consent(3, "secretary", "secretary", "v3")
		}, []int{0}, 1},
		{"an approval that was withdrawn", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3")
			s.consent(3, "secretary", "secretary", "v3").Approval.Decision = "withdrawn"
		}, []int{0}, 1},
		{"an approval that was withdrawn when the change was in force: make another", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3")
			s.consent(4, "secretary", "secretary", "v3").Approval.Decision = "withdrawn"
		}, []int{0, 3}, 0},
		{"an approval whose record is removed later", func(s *scene) {
			s.propose(3, 0, "new")
			c := at(8)
			s.consent(3, "secretary", "secretary", "v3").Removed = &c
		}, []int{0, 3}, 0},
		{"an approval with a last day that has passed", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3").Approval.To = day("2026-03-02")
		}, []int{0, 3}, 0},
		{"back to the root, by the approval of nobody", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3")
			s.Appointments = append(s.Appointments, approval.Version{Commit: at(5), Digest: "v0", Appointments: s.people(0)})
			s.change(5, appointmentsPath, "v0", "owner@example.org")
		}, []int{0, 3}, 1},
		{"back to an old version, by the approval that it once had", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3")
			s.propose(5, 0, "newer")
			s.consent(5, "secretary", "secretary", "v5")
			s.Appointments = append(s.Appointments, approval.Version{Commit: at(7), Digest: "v3", Appointments: s.people(1)})
			s.change(7, appointmentsPath, "v3", "owner@example.org")
		}, []int{0, 3, 5}, 1},
		{"back to an old version, by the approval that it once had, of another registrar than the last", func(s *scene) {
			s.people(0).Appointments = append(s.people(0).Appointments, record.Appointment{Person: "officer", Office: record.Registrar, From: day("2024-01-01")})
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3")
			s.propose(5, 0, "newer")
			s.consent(5, "officer", "officer", "v5")
			s.Appointments = append(s.Appointments, approval.Version{Commit: at(7), Digest: "v3", Appointments: s.people(1)})
			s.change(7, appointmentsPath, "v3", "owner@example.org")
		}, []int{0, 3, 5}, 1},
		{"an approval of the next version that came with the last", func(s *scene) {
			s.people(0).Appointments = append(s.people(0).Appointments, record.Appointment{Person: "officer", Office: record.Registrar, From: day("2024-01-01")})
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3")
			s.consent(3, "officer", "officer", "v5")
			s.propose(5, 0, "newer")
		}, []int{0, 3}, 1},
		{"each approved by the commit after it", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(4, "secretary", "secretary", "v3")
			s.propose(6, 0, "newer")
			s.consent(7, "secretary", "secretary", "v6")
		}, []int{0, 4, 7}, 0},
		{"the last commit approves the change before it", func(s *scene) {
			s.propose(99, 0, "new")
			s.consent(100, "secretary", "secretary", "v99")
		}, []int{0, 100}, 0},
		{"the last commit is the change and its approval", func(s *scene) {
			s.propose(100, 0, "new")
			s.consent(100, "secretary", "secretary", "v100")
		}, []int{0, 100}, 0},
		{"two approvals, told in another order", func(s *scene) {
			s.people(0).Appointments = append(s.people(0).Appointments, record.Appointment{Person: "officer", Office: record.Registrar, From: day("2024-01-01")})
			s.propose(3, 0, "new")
			s.consent(7, "secretary", "secretary", "v3")
			s.consent(5, "officer", "officer", "v3")
		}, []int{0, 5}, 0},
		{"a record beside it that cannot be read", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3")
			s.consent(2, "secretary", "secretary", "v3").Approval = nil
		}, []int{0, 3}, 0},
		{"back to an old version, by a copy of the approval that it once had", func(s *scene) {
			s.propose(3, 0, "new")
			c := at(4)
			old := s.consent(3, "secretary", "secretary", "v3")
			old.Removed = &c
			again := *old
			s.propose(5, 0, "newer")
			s.consent(5, "secretary", "secretary", "v5")
			s.Appointments = append(s.Appointments, approval.Version{Commit: at(7), Digest: "v3", Appointments: s.people(1)})
			s.change(7, appointmentsPath, "v3", "owner@example.org")
			again.Commit, again.Removed = at(7), nil
			s.Statements = append(s.Statements, again)
		}, []int{0, 3, 5}, 1},
		{"back to an old version, by an approval of its own", func(s *scene) {
			s.propose(3, 0, "new")
			s.consent(3, "secretary", "secretary", "v3")
			s.propose(5, 0, "newer")
			s.consent(5, "secretary", "secretary", "v5")
			s.Appointments = append(s.Appointments, approval.Version{Commit: at(7), Digest: "v3", Appointments: s.people(1)})
			s.change(7, appointmentsPath, "v3", "owner@example.org")
			s.consent(7, "secretary", "secretary", "v3")
		}, []int{0, 3, 5, 7}, 0},
		{"a bad change in the middle, and a good one after it", func(s *scene) {
			s.propose(3, 0, "new")
			s.propose(5, 0, "newer")
			s.consent(5, "secretary", "secretary", "v5")
		}, []int{0, 5}, 1},
		{"before there were keys, nothing was in force", func(s *scene) {
			keyless := *s.people(0)
			keyless.People = nil
			s.Appointments = append([]approval.Version{{Commit: at(0), Appointments: &keyless}}, s.Appointments...)
			s.Appointments[1].Commit = at(1)
		}, []int{1}, 0},
		{"a change after the commit judged", func(s *scene) {
			s.propose(101, 0, "new")
			s.consent(101, "secretary", "secretary", "v101")
		}, []int{0}, 0},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			s := council()
			c.change(s)
			force, unapproved := s.inForce()
			if diff := cmp.Diff(c.force, force); diff != "" || len(unapproved) != c.unapproved {
				t.Errorf("%d are not approved; in force (-want +got):\n%s", len(unapproved), diff)
			}
			for _, u := range unapproved {
				if u.Ruling.Holds || len(u.Ruling.Reasons) == 0 {
					t.Errorf("version %s is not approved, and nobody says why", u.Digest)
				}
			}
		})
	}
}

func TestNobodySignsWithoutARoot(t *testing.T) {
	t.Parallel()
	s := council()
	for i := range s.people(0).People {
		s.people(0).People[i].Keys = nil
	}
	if _, ok := approval.Root(s.Appointments); ok {
		t.Error("there is a root without keys")
	}
	if _, ok := approval.Root(nil); ok {
		t.Error("there is a root without appointments")
	}
	force, unapproved := approval.InForce(approval.Governed{Path: appointmentsPath, Root: -1, Versions: s.Appointments, Rule: registrarRule, Case: s.Case})
	if len(force) != 0 || len(unapproved) != 1 {
		t.Errorf("%d versions are in force", len(force))
	}
}

// TestPolicyInForce judges the file of the witness keys by the appointments in force.
func TestPolicyInForce(t *testing.T) {
	t.Parallel()
	const policy = "evidence/policy.yaml"
	s := council()
	s.propose(6, 4, "new") // nobody approves it
	keys := []record.SigningKey{signing("witness", "2024-01-01")}
	versions := []approval.Version{{Commit: at(4), Digest: "p4", Witnesses: keys}, {Commit: at(8), Digest: "p8", Witnesses: keys}, {Commit: at(9), Digest: "p9", Witnesses: keys}}
	for _, v := range versions {
		s.change(v.Position, policy, v.Digest, "owner@example.org")
	}
	approve := func(position int, key, digest string) {
		s.consent(position, "secretary", key, digest).Approval.Covers[0].Path = policy
	}
	approve(4, "secretary", "p4")
	approve(8, "new", "p8")
	approve(9, "secretary", "p9")
	appointments, _ := approval.InForce(approval.Governed{Path: appointmentsPath, Versions: s.Appointments, Rule: registrarRule, Case: s.Case})
	force, unapproved := approval.InForce(approval.Governed{Path: policy, Versions: versions, Appointments: appointments, Rule: registrarRule, Case: s.Case})
	if len(force) != 2 || force[0].Position != 4 || force[1].Position != 9 || len(unapproved) != 1 || unapproved[0].Digest != "p8" {
		t.Errorf("in force are %v, not approved %v", force, unapproved)
	}
	// What stood there at the root needs no approval.
	early := []approval.Version{{Commit: at(0), Digest: "p0"}}
	if force, _ := approval.InForce(approval.Governed{Path: policy, Versions: early, Appointments: appointments, Rule: registrarRule, Case: s.Case}); len(force) != 1 {
		t.Error("the policy at the root is not in force")
	}
}

// TestRuleIsAskedBeforeTheChange lets each change be judged by the rule that stood before it.
func TestRuleIsAskedBeforeTheChange(t *testing.T) {
	t.Parallel()
	s := council()
	s.propose(3, 0, "new")
	var asked []int
	approval.InForce(approval.Governed{Path: appointmentsPath, Versions: s.Appointments, Case: s.Case, Rule: func(position int) approval.Rule {
		asked = append(asked, position)
		return registrarRule(position)
	}})
	if !cmp.Equal(asked, []int{2}) {
		t.Errorf("the rule was asked for at %v", asked)
	}
}
