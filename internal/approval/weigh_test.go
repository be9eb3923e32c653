package approval_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
)

// testSigner makes a key for tests only, from a word.
func testSigner(word string) signature.Signer {
	seed := sha256.Sum256([]byte("test only: " + word))
	s, err := signature.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		panic("approval_test: " + err.Error())
	}
	return s
}

func testKey(word string) signature.Key { return testSigner(word).Key() }

const (
	home    = "evidence/organisations/ZZ1/workloads/archive/"
	siroAt  = home + "approvals/2026-02-15-siro.yaml"
	subject = "ZZ1/archive"
)

var rules = statement.Rules{Schemas: "rs", Catalogue: "rc"}

func at(position int) approval.Commit {
	return approval.Commit{Position: position, ID: strings.Repeat(fmt.Sprintf("%02x", position+1), 20), Day: day("2026-01-01").AddDays(position)}
}

func signing(key string, from string) record.SigningKey {
	return record.SigningKey{Key: testKey(key).String(), From: day(from)}
}

// scene is a case under construction. It begins sound: the appointments are the first commit, the files the second, written
// by an asset owner, and the SIRO's signed approval of both the third.
type scene struct{ approval.Case }

func (s *scene) people(i int) *record.Appointments { return s.Appointments[i].Appointments }

// follow adds a version of the appointments, as the last one but for what change does.
func (s *scene) follow(position int, change func(*record.Appointments)) {
	last := s.people(len(s.Appointments) - 1)
	next := record.Appointments{Confirmed: last.Confirmed, Appointments: slices.Clone(last.Appointments)}
	for _, p := range last.People {
		p.Keys, p.Logins = slices.Clone(p.Keys), slices.Clone(p.Logins)
		next.People = append(next.People, p)
	}
	change(&next)
	s.Appointments = append(s.Appointments, approval.Version{Commit: at(position), Digest: fmt.Sprint("v", position), Appointments: &next})
}

// add adds a signed statement and gives it to be changed.
func (s *scene) add(position int, office record.Office, by, key, decision, on string, paths ...string) *approval.Entered {
	e := approval.Entered{
		Path: home + "approvals/" + on + "-" + string(office) + ".yaml", Digest: fmt.Sprint("s", len(s.Statements)), Commit: at(position), Rules: []statement.Rules{rules},
		Approval: &record.Approval{
			Statement: statement.Purpose, Repository: "repo", Subject: subject, Office: office, By: by, Decision: decision, On: day(on),
			Schemas: rules.Schemas, Catalogue: rules.Catalogue,
		},
	}
	if key != "" {
		e.Seal.Key = testKey(key)
	}
	for _, p := range paths {
		history := s.Files[p]
		e.Approval.Covers = append(e.Approval.Covers, record.Covered{Path: p, SHA256: history[len(history)-1].SHA256})
	}
	s.Statements = append(s.Statements, e)
	return &s.Statements[len(s.Statements)-1]
}

func (s *scene) change(position int, path, digest, email string) {
	s.Files[path] = append(s.Files[path], approval.Change{Commit: at(position), SHA256: digest, Authors: []approval.Author{{Email: email}}})
}

// amongFirst finds a commit among the first so many.
func amongFirst(n int) func(id string) int {
	positions := make(map[string]int)
	for i := range n {
		positions[at(i).ID] = i
	}
	return func(id string) int { return positions[id] }
}

func beginScene() *scene {
	s := &scene{approval.Case{
		Repository: "repo", AsOf: day("2026-11-22"), Position: 100, Files: map[string][]approval.Change{},
		PositionOf: amongFirst(101),
		Appointments: []approval.Version{{Commit: at(0), Digest: "v0", Appointments: &record.Appointments{
			People: []record.Person{
				{ID: "finance", Title: "Director of Finance", Email: "finance@example.org", Keys: []record.SigningKey{signing("finance", "2024-01-01"), signing("finance token", "2024-01-01")}, Logins: []record.Login{{Forge: "forge.example.org", Login: "Finance"}}},
				{ID: "deputy", Title: "Deputy Director of Finance", Email: "deputy@example.org", Keys: []record.SigningKey{signing("deputy", "2024-01-01")}},
				{ID: "officer", Title: "Data Protection Officer", Email: "dpo@example.org", Keys: []record.SigningKey{signing("officer", "2024-01-01")}},
				{ID: "owner", Title: "Head of Systems", Email: "owner@example.org", Keys: []record.SigningKey{signing("owner", "2024-01-01")}},
			},
			Appointments: []record.Appointment{
				{Person: "finance", Office: record.SIRO, From: day("2024-01-01")},
				{Person: "deputy", Office: record.SIRO, From: day("2026-03-01"), To: day("2026-03-31"), Deputy: true},
				{Person: "officer", Office: record.DPO, From: day("2024-01-01")},
				{Person: "owner", Office: record.IAO, From: day("2024-01-01")},
			},
		}}},
		Rules: []approval.Rule{{Name: "production", Subject: subject, Offices: []record.Office{record.SIRO}, People: 1, Covers: []string{assessment}}},
	}}
	s.change(1, assessment, "a1", "owner@example.org")
	s.change(1, model, "m1", "owner@example.org")
	s.change(1, dpia, "d1", "owner@example.org")
	s.add(2, record.SIRO, "finance", "finance", "approved", "2026-02-15", assessment, model)
	return s
}

// end ends the appointment of a person in a later version.
func end(person, on string) func(*record.Appointments) {
	return func(a *record.Appointments) {
		for i := range a.Appointments {
			if a.Appointments[i].Person == person {
				a.Appointments[i].To = day(on)
			}
		}
	}
}

func witnessed(s *scene) *record.Approval {
	s.Witnesses = []approval.Version{{Commit: at(0), Witnesses: []record.SigningKey{signing("witness", "2024-01-01")}}}
	s.Statements[0].Seal.Key = testKey("witness")
	s.Statements[0].Approval.Witnessed = &record.Witnessed{Forge: "forge.example.org", PullRequest: "example/evidence#1", Login: "finance", Commit: strings.Repeat("0a", 20), At: "2026-02-15T10:00:00Z"}
	return s.Statements[0].Approval
}

func TestWeigh(t *testing.T) {
	t.Parallel()
	const unproven = "The SIRO's statement of 15 February 2026 is signed and does not count here: "
	const unauthorised = "The SIRO's statement of 15 February 2026 is not authorised: "
	for _, c := range []struct {
		claim  string
		change func(*scene)
		state  approval.State
		text   string // the whole of it, or nothing
	}{
		{"signed by the holder, and every byte is as it was", func(*scene) {}, approval.Valid, "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		{"with conditions", func(s *scene) { s.Statements[0].Approval.Decision = "approved-with-conditions" }, approval.Valid, "The SIRO's approval of 15 February 2026, with conditions, stands: every covered file is unchanged."},
		{"by the holder's other key", func(s *scene) { s.Statements[0].Seal.Key = testKey("finance token") }, approval.Valid, ""},
		{"entered with the appointments themselves", func(s *scene) { s.Statements[0].Commit = at(0) }, approval.Valid, ""},

		// What it was made for.
		{"not signed", func(s *scene) { s.Statements[0].Seal = approval.Seal{} }, approval.Stated, "The record states that the SIRO decided on 15 February 2026; nobody signed it."},
		{"not even readable, and not signed", func(s *scene) {
			s.Statements[0].Seal, s.Statements[0].Approval = approval.Seal{}, nil
		}, approval.Stated, "The record states an approval; nobody signed it."},
		{"signed and not readable", func(s *scene) { s.Statements[0].Approval = nil }, approval.Unproven, "The signature does not count: there is no statement."},
		{"a signature that does not verify", func(s *scene) { s.Statements[0].Seal = approval.Seal{Fault: "it is broken"} }, approval.Unproven, "The signature does not count: it is broken."},
		{"a key, and a fault all the same", func(s *scene) { s.Statements[0].Seal.Fault = "it is broken" }, approval.Unproven, ""},
		{"a record that is no statement", func(s *scene) { s.Statements[0].Approval.Statement = "" }, approval.Unproven, unproven + "it is no statement of a form that is known."},
		{"a statement of a later version", func(s *scene) { s.Statements[0].Approval.Statement = "muniment-approval-v2" }, approval.Unproven, ""},
		{"a decision that nobody knows", func(s *scene) { s.Statements[0].Approval.Decision = "accepted" }, approval.Unproven, unproven + "its decision is none that is known."},
		{"made for another repository", func(s *scene) { s.Statements[0].Approval.Repository = "other" }, approval.Unproven, unproven + "it was made for another repository."},
		{"before the repository had its name", func(s *scene) { s.Named = s.Position + 1 }, approval.Unproven, unproven + "it was made for another repository."},
		{"with the commit that names the repository", func(s *scene) { s.Named = s.Position }, approval.Valid, ""},
		{"the repository has no name", func(s *scene) { s.Repository, s.Statements[0].Approval.Repository = "", "" }, approval.Unproven, ""},
		{"copied to a twin of the workload", func(s *scene) {
			s.Statements[0].Path = "evidence/organisations/ZZ1/workloads/twin/approvals/2026-02-15-siro.yaml"
		}, approval.Unproven, unproven + "it is about something else than the folder it lies in."},
		{"in a place that is none", func(s *scene) { s.Statements[0].Path, s.Statements[0].Approval.Subject = "evidence/x.yaml", "" }, approval.Unproven, ""},
		{"made under other shapes", func(s *scene) { s.Statements[0].Approval.Schemas = "other" }, approval.Unproven, unproven + "it was made under other rules than those in force when it entered the record."},
		{"made under another catalogue", func(s *scene) { s.Statements[0].Approval.Catalogue = "other" }, approval.Unproven, ""},
		{"nobody can tell the rules", func(s *scene) { s.Statements[0].Rules = nil }, approval.Valid, ""},
		{"it follows a statement that is not there", func(s *scene) { s.Statements[0].Approval.Previous = "gone" }, approval.Unproven, unproven + "it follows a statement that is not in the record before it."},
		{"it follows a statement that came later", func(s *scene) {
			s.add(3, record.SIRO, "finance", "finance", "approved", "2026-02-10", dpia)
			s.Statements[0].Approval.Previous = "s1"
		}, approval.Unproven, ""},
		{"it follows another office's statement", func(s *scene) {
			s.add(1, record.DPO, "officer", "officer", "approved", "2026-02-10", dpia)
			s.Statements[0].Approval.Previous = "s1"
		}, approval.Unproven, ""},
		{"it follows itself", func(s *scene) { s.Statements[0].Approval.Previous = "s0" }, approval.Unproven, ""},
		{"it follows a record that was there before it and was signed after it", func(s *scene) {
			s.add(5, record.SIRO, "finance", "finance", "approved", "2026-02-10", dpia)
			s.add(1, record.SIRO, "finance", "", "approved", "2026-02-10", dpia).Digest = "s1"
			s.Statements[0].Approval.Previous = "s1"
		}, approval.Valid, ""},
		{"it follows a record that was there before it and was signed after it, told in another order", func(s *scene) {
			s.add(1, record.SIRO, "finance", "", "approved", "2026-02-10", dpia)
			s.add(5, record.SIRO, "finance", "finance", "approved", "2026-02-10", dpia).Digest = "s1"
			s.Statements[0].Approval.Previous = "s1"
		}, approval.Valid, ""},
		{"it follows the statement before it", func(s *scene) {
			s.add(1, record.SIRO, "finance", "finance", "approved", "2026-02-10", dpia)
			s.Statements[0].Approval.Previous = "s1"
		}, approval.Valid, ""},

		// Who made it.
		{"by somebody who is not in the appointments", func(s *scene) { s.Statements[0].Approval.By = "nobody" }, approval.NotAuthorised, unauthorised + "whoever made it does not stand in the appointments."},
		{"two people have one id", func(s *scene) { s.people(0).People[1].ID = "finance" }, approval.NotAuthorised, ""},
		{"by a key that is nobody's", func(s *scene) { s.Statements[0].Seal.Key = testKey("stranger") }, approval.NotAuthorised, unauthorised + "the key that signed it is nobody's, or more than one's."},
		{"by another person's key", func(s *scene) { s.Statements[0].Seal.Key = testKey("officer") }, approval.NotAuthorised, unauthorised + "the key that signed it is not its maker's."},
		{"two people have the key", func(s *scene) {
			s.people(0).People[2].Keys = append(s.people(0).People[2].Keys, signing("finance", "2024-01-01"))
		}, approval.NotAuthorised, ""},
		{"a witness has the key too", func(s *scene) {
			s.Witnesses = []approval.Version{{Commit: at(0), Witnesses: []record.SigningKey{signing("finance", "2024-01-01")}}}
		}, approval.NotAuthorised, ""},
		{"for an office that another holds", func(s *scene) {
			s.Statements[0].Approval.By, s.Statements[0].Seal.Key = "officer", testKey("officer")
		}, approval.NotAuthorised, unauthorised + "whoever made it did not hold the office."},
		{"before any appointments", func(s *scene) { s.Appointments[0].Commit = at(3) }, approval.NotAuthorised, unauthorised + "no appointments were in force when it entered the record."},
		{"no appointments at all", func(s *scene) { s.Appointments = nil }, approval.NotAuthorised, ""},
		{"dated before the appointment", func(s *scene) { s.people(0).Appointments[0].From = day("2026-02-16") }, approval.NotAuthorised, unauthorised + "the appointment of whoever made it begins after the day of the decision."},
		{"dated on the appointment's first day", func(s *scene) { s.people(0).Appointments[0].From = day("2026-02-15") }, approval.Valid, ""},
		{"dated before the key", func(s *scene) { s.people(0).People[0].Keys[0].From = day("2026-02-16") }, approval.NotAuthorised, unauthorised + "the key that signed it begins after the day of the decision."},

		{"the first appointments could not be read, the second can", func(s *scene) {
			s.Appointments = append([]approval.Version{{Commit: at(0)}}, s.Appointments...)
			s.Appointments[1].Commit = at(1)
		}, approval.Valid, ""},
		{"the appointments cannot be read any more", func(s *scene) {
			s.Appointments = append(s.Appointments, approval.Version{Commit: at(1)})
		}, approval.NotAuthorised, ""},

		// Leaving: positions decide.
		{"the holder left afterwards", func(s *scene) { s.follow(3, end("finance", "2026-03-31")) }, approval.Valid, ""},
		{"the holder left before, and the approval is dated back", func(s *scene) {
			s.follow(3, end("finance", "2026-03-31"))
			s.Statements[0].Commit = at(4)
		}, approval.NotAuthorised, unauthorised + "the appointment of whoever made it was ended before it entered the record."},
		{"the holder left with the same commit", func(s *scene) { s.follow(2, end("finance", "2026-03-31")) }, approval.NotAuthorised, ""},
		{"the end was a mistake and was taken back", func(s *scene) {
			s.follow(3, end("finance", "2026-03-31"))
			s.follow(4, end("finance", "2026-03-31"))
			s.people(2).Appointments[0].To = calendar.Date{}
			s.Statements[0].Commit = at(5)
		}, approval.Valid, ""},
		{"the key was taken out before", func(s *scene) {
			s.follow(3, func(a *record.Appointments) { a.People[0].Keys = a.People[0].Keys[1:] })
			s.Statements[0].Commit = at(4)
		}, approval.NotAuthorised, ""},
		{"the key was taken out with the same commit", func(s *scene) {
			s.follow(2, func(a *record.Appointments) { a.People[0].Keys = a.People[0].Keys[1:] })
		}, approval.NotAuthorised, ""},
		{"the key was ended before", func(s *scene) {
			s.follow(3, func(a *record.Appointments) { a.People[0].Keys[0].To = day("2026-12-31") })
			s.Statements[0].Commit = at(4)
		}, approval.NotAuthorised, unauthorised + "the key that signed it was ended before it entered the record."},
		{"the key was added with the same commit", func(s *scene) {
			s.follow(2, func(a *record.Appointments) {
				a.People[0].Keys = append(a.People[0].Keys, signing("new", "2024-01-01"))
			})
			s.Statements[0].Seal.Key = testKey("new")
		}, approval.NotAuthorised, unauthorised + "the key that signed it is nobody's, or more than one's before the change that brought it."},
		{"the key was added by the commit before", func(s *scene) {
			s.follow(1, func(a *record.Appointments) {
				a.People[0].Keys = append(a.People[0].Keys, signing("new", "2024-01-01"))
			})
			s.Statements[0].Seal.Key = testKey("new")
		}, approval.Valid, ""},
		{"appointed with the same commit", func(s *scene) {
			s.follow(2, func(a *record.Appointments) {
				a.Appointments = append(a.Appointments, record.Appointment{Person: "officer", Office: record.SIRO, From: day("2026-01-01")})
			})
			s.Statements[0].Approval.By, s.Statements[0].Seal.Key = "officer", testKey("officer")
		}, approval.NotAuthorised, ""},
		{"the key came into other hands before", func(s *scene) {
			s.follow(9, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = at(2).ID })
		}, approval.NotAuthorised, unauthorised + "the key that signed it may have been in other hands."},
		{"the key came into other hands afterwards", func(s *scene) {
			s.follow(9, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = at(3).ID })
		}, approval.Valid, ""},
		{"the key came into other hands, nobody knows when", func(s *scene) {
			s.follow(9, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = "elsewhere" })
		}, approval.NotAuthorised, ""},
		{"the other key came into other hands", func(s *scene) {
			s.follow(9, func(a *record.Appointments) { a.People[0].Keys[1].CompromisedSince = at(0).ID })
		}, approval.Valid, ""},
		{"the key came into other hands before, and a later version says afterwards", func(s *scene) {
			s.follow(9, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = at(2).ID })
			s.follow(10, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = at(3).ID })
		}, approval.NotAuthorised, ""},
		{"the key came into other hands afterwards, and a later version says before", func(s *scene) {
			s.follow(9, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = at(3).ID })
			s.follow(10, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = at(2).ID })
		}, approval.NotAuthorised, ""},
		{"that a key came into other hands was said once and dropped", func(s *scene) {
			s.follow(9, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = at(2).ID })
			s.follow(10, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = "" })
		}, approval.NotAuthorised, ""},
		{"that a key came into other hands is said after the commit judged", func(s *scene) {
			s.follow(101, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = at(2).ID })
		}, approval.Valid, ""},

		// Deputies: their end is known from the start.
		{"a deputy in time", byDeputy("2026-03-31"), approval.Valid, "The SIRO (by the deputy, Deputy Director of Finance)'s approval of 31 March 2026 stands: every covered file is unchanged."},
		{"a deputy after their time", byDeputy("2026-04-01"), approval.NotAuthorised, "The SIRO's statement of 1 April 2026 is not authorised: the appointment of whoever made it ended before the day of the decision."},
		{"a deputy after their time, dated back, when the record is confirmed for later", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.people(0).Confirmed = &record.Confirmed{On: day("2026-04-01")}
		}, approval.NotAuthorised, "The SIRO's statement of 31 March 2026 is not authorised: the appointment of whoever made it had ended: the record had reached 1 April 2026."},
		{"a deputy on their last day, when the record is confirmed for that day", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.people(0).Confirmed = &record.Confirmed{On: day("2026-03-31")}
		}, approval.Valid, ""},
		{"a deputy dated back, when somebody has signed on a later day before", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.add(1, record.DPO, "officer", "officer", "approved", "2026-04-01", dpia)
		}, approval.NotAuthorised, ""},
		{"a deputy, when somebody has signed on a later day in the same commit", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.add(2, record.DPO, "officer", "officer", "approved", "2026-04-01", dpia)
		}, approval.Valid, ""},
		{"a deputy dated back, when somebody has signed on a later day and another on an earlier one since", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.Statements[0].Commit = at(5)
			s.add(1, record.DPO, "officer", "officer", "approved", "2026-04-01", dpia)
			s.add(3, record.IAO, "owner", "owner", "approved", "2026-02-01", dpia)
		}, approval.NotAuthorised, ""},
		{"a deputy dated back, when somebody has signed on an earlier day and another on a later one since", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.Statements[0].Commit = at(5)
			s.add(1, record.IAO, "owner", "owner", "approved", "2026-02-01", dpia)
			s.add(3, record.DPO, "officer", "officer", "approved", "2026-04-01", dpia)
		}, approval.NotAuthorised, ""},
		{"a deputy, when an unsigned record names a later day before", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.add(1, record.DPO, "officer", "", "approved", "2026-04-01", dpia)
		}, approval.Valid, ""},
		{"a deputy, when somebody without authority has signed on a later day before", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.add(1, record.DPO, "officer", "stranger", "approved", "2026-04-01", dpia)
		}, approval.Valid, ""},
		{"a deputy for other workloads", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.people(0).Appointments[1].Scope = []string{"ZZ1/other"}
		}, approval.NotAuthorised, ""},
		{"a deputy for this workload", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.people(0).Appointments[1].Scope = []string{"ZZ1/other", subject}
		}, approval.Valid, ""},
		{"a deputy who holds the office in full as well", func(s *scene) {
			byDeputy("2026-03-31")(s)
			s.people(0).Appointments = append(s.people(0).Appointments, record.Appointment{Person: "deputy", Office: record.SIRO, From: day("2026-03-15")})
		}, approval.Valid, "The SIRO's approval of 31 March 2026 stands: every covered file is unchanged."},

		{"a deputy who holds the office in full as well, listed the other way round", func(s *scene) {
			byDeputy("2026-03-31")(s)
			a := s.people(0)
			a.Appointments = append([]record.Appointment{{Person: "deputy", Office: record.SIRO, From: day("2026-03-15")}}, a.Appointments...)
		}, approval.Valid, "The SIRO's approval of 31 March 2026 stands: every covered file is unchanged."},
		{"an earlier spell had its end from the start, this one got it later", func(s *scene) {
			a := s.people(0)
			a.Appointments[0].From = day("2026-01-01")
			a.Appointments = append([]record.Appointment{{Person: "finance", Office: record.SIRO, From: day("2024-01-01"), To: day("2025-12-31")}}, a.Appointments...)
			s.follow(1, func(a *record.Appointments) { a.Appointments[1].To = day("2026-12-31") })
		}, approval.NotAuthorised, ""},

		// Witnesses.
		{"a review that the witness saw", func(s *scene) { witnessed(s) }, approval.Valid, ""},
		{"a review by an account that is nobody's", func(s *scene) { witnessed(s).Witnessed.Login = "somebody" }, approval.NotAuthorised, unauthorised + "the account that reviewed is not this person's."},
		{"a review on another forge", func(s *scene) { witnessed(s).Witnessed.Forge = "elsewhere.example.org" }, approval.NotAuthorised, ""},
		{"an account that two people have", func(s *scene) {
			witnessed(s)
			s.people(0).People[2].Logins = []record.Login{{Forge: "forge.example.org", Login: "finance"}}
		}, approval.NotAuthorised, ""},
		{"an account that somebody listed before has too", func(s *scene) {
			witnessed(s)
			s.people(0).People = append([]record.Person{{ID: "first", Logins: []record.Login{{Forge: "forge.example.org", Login: "finance"}}}}, s.people(0).People...)
		}, approval.NotAuthorised, ""},
		{"an account that one person lists twice", func(s *scene) {
			witnessed(s)
			s.people(0).People[0].Logins = append(s.people(0).People[0].Logins, record.Login{Forge: "forge.example.org", Login: "finance"})
		}, approval.Valid, ""},
		{"a review that its maker signed for", func(s *scene) { witnessed(s); s.Statements[0].Seal.Key = testKey("finance") }, approval.NotAuthorised, "The SIRO's statement of 15 February 2026 is not authorised: the key that signed it is not its maker's."},
		{"a review that a stranger saw", func(s *scene) { witnessed(s); s.Statements[0].Seal.Key = testKey("stranger") }, approval.NotAuthorised, unauthorised + "the key that signed it is no witness's, or another's as well."},
		{"a witness who signs for no review", func(s *scene) { witnessed(s).Witnessed = nil }, approval.NotAuthorised, ""},
		{"no witness at all", func(s *scene) { witnessed(s); s.Witnesses = nil }, approval.NotAuthorised, ""},
		{"a witness from the same commit", func(s *scene) {
			witnessed(s)
			s.Witnesses = []approval.Version{{Commit: at(0)}, {Commit: at(2), Witnesses: s.Witnesses[0].Witnesses}}
		}, approval.NotAuthorised, unauthorised + "the key that signed it is not its maker's before the change that brought it."},
		{"a witness that was ended before", func(s *scene) {
			witnessed(s)
			ended := signing("witness", "2024-01-01")
			ended.To = day("2026-12-31")
			s.Witnesses = append(s.Witnesses, approval.Version{Commit: at(1), Witnesses: []record.SigningKey{ended}})
		}, approval.NotAuthorised, ""},
		{"a witness whose key came into other hands", func(s *scene) {
			witnessed(s)
			lost := signing("witness", "2024-01-01")
			lost.CompromisedSince = at(1).ID
			s.Witnesses = append(s.Witnesses, approval.Version{Commit: at(9), Witnesses: []record.SigningKey{lost}})
		}, approval.NotAuthorised, ""},

		// What it says, and when.
		{"on its own day", func(s *scene) { s.AsOf = day("2026-02-15") }, approval.Valid, ""},
		{"the day before", func(s *scene) { s.AsOf = day("2026-02-14") }, approval.NotYet, "The SIRO's decision is dated 15 February 2026, which is after the day judged."},
		{"on its last day", func(s *scene) { s.Statements[0].Approval.To = day("2026-11-22") }, approval.Valid, ""},
		{"after its last day", func(s *scene) { s.Statements[0].Approval.To = day("2026-11-21") }, approval.Expired, "The SIRO's approval of 15 February 2026 held until 21 November 2026."},
		{"a refusal", func(s *scene) { s.Statements[0].Approval.Decision = "refused" }, approval.Refused, "The SIRO refused on 15 February 2026."},
		{"a withdrawal", func(s *scene) { s.Statements[0].Approval.Decision = "withdrawn" }, approval.Withdrawn, "The SIRO withdrew the approval on 15 February 2026."},
		{"it enters after the commit judged", func(s *scene) { s.Position = 1 }, approval.NotYet, "It had not entered the record with the commit judged."},
		{"refused after the commit judged, and nobody signed that", func(s *scene) {
			s.add(101, record.SIRO, "finance", "", "refused", "2026-06-01", assessment)
		}, approval.Valid, ""},
		{"its record was removed after the commit judged", func(s *scene) { c := at(101); s.Statements[0].Removed = &c }, approval.Valid, ""},
		{"its record was removed by the commit judged", func(s *scene) { c := at(100); s.Statements[0].Removed = &c }, approval.Removed, ""},
		{"its record was removed", func(s *scene) { c := at(5); s.Statements[0].Removed = &c }, approval.Removed, "The record of the SIRO's approval of 15 February 2026 was removed or changed by commit 0606060606 of 6 January 2026."},

		// What it covers.
		{"a covered file changed", func(s *scene) { s.change(5, assessment, "a2", "owner@example.org") }, approval.Stale, "The SIRO's approval of 15 February 2026 is stale: assessment.yaml was changed by commit 0606060606 of 6 January 2026."},
		{"two covered files changed", func(s *scene) {
			s.change(5, assessment, "a2", "owner@example.org")
			s.change(6, model, "m2", "owner@example.org")
		}, approval.Stale, "The SIRO's approval of 15 February 2026 is stale: assessment.yaml was changed by commit 0606060606 of 6 January 2026, and 1 more file too."},
		{"three covered files changed", func(s *scene) {
			s.Statements[0].Approval.Covers = append(s.Statements[0].Approval.Covers, record.Covered{Path: dpia, SHA256: "d0"})
			s.change(5, assessment, "a2", "owner@example.org")
			s.change(6, model, "m2", "owner@example.org")
		}, approval.Stale, "The SIRO's approval of 15 February 2026 is stale: assessment.yaml was changed by commit 0606060606 of 6 January 2026, and 2 more files too."},
		{"a covered file changed, by a commit with a short name on an unknown day", func(s *scene) {
			s.change(5, assessment, "a2", "owner@example.org")
			s.Files[assessment][1].ID, s.Files[assessment][1].Day = "abc", calendar.Date{}
		}, approval.Stale, "The SIRO's approval of 15 February 2026 is stale: assessment.yaml was changed by commit abc."},
		{"an attachment was removed", func(s *scene) { s.change(5, model, "", "owner@example.org") }, approval.Stale, "The SIRO's approval of 15 February 2026 is stale: model.txt was removed by commit 0606060606 of 6 January 2026."},
		{"a covered file changed back", func(s *scene) {
			s.change(5, assessment, "a2", "owner@example.org")
			s.change(6, assessment, "a1", "owner@example.org")
		}, approval.Valid, ""},
		{"a covered file changed after the commit judged", func(s *scene) { s.change(101, assessment, "a2", "owner@example.org") }, approval.Valid, ""},
		{"a covered file never had these bytes", func(s *scene) { s.Statements[0].Approval.Covers[0].SHA256 = "a9" }, approval.Stale, "The SIRO's approval of 15 February 2026 is stale: assessment.yaml never had the approved bytes."},
		{"a covered file was never there", func(s *scene) { delete(s.Files, assessment) }, approval.Stale, "The SIRO's approval of 15 February 2026 is stale: assessment.yaml is not there."},
		{"a file that it does not cover changed", func(s *scene) { s.change(5, dpia, "d2", "owner@example.org") }, approval.Valid, ""},
		{"stale and expired", func(s *scene) {
			s.Statements[0].Approval.To = day("2026-11-21")
			s.change(5, assessment, "a2", "owner@example.org")
		}, approval.Stale, ""},

		// Other decisions.
		{"withdrawn later for one of its files", func(s *scene) {
			s.add(3, record.SIRO, "finance", "finance", "withdrawn", "2026-06-01", assessment)
		}, approval.Withdrawn, "The SIRO withdrew the approval on 1 June 2026, after the approval of 15 February 2026."},
		{"withdrawn later, dated before it", func(s *scene) {
			s.add(3, record.SIRO, "finance", "finance", "withdrawn", "2025-06-01", assessment)
		}, approval.Withdrawn, ""},
		{"withdrawn, and the withdrawal was removed", func(s *scene) {
			c := at(4)
			s.add(3, record.SIRO, "finance", "finance", "withdrawn", "2026-06-01", assessment).Removed = &c
		}, approval.Withdrawn, ""},
		{"withdrawn for another file", func(s *scene) { s.add(3, record.SIRO, "finance", "finance", "withdrawn", "2026-06-01", dpia) }, approval.Valid, ""},
		{"withdrawn by another office", func(s *scene) { s.add(3, record.DPO, "officer", "officer", "withdrawn", "2026-06-01", assessment) }, approval.Valid, ""},
		{"withdrawn without authority", func(s *scene) {
			s.add(3, record.SIRO, "finance", "stranger", "withdrawn", "2026-06-01", assessment)
		}, approval.Valid, ""},
		{"withdrawn for another repository", func(s *scene) {
			s.add(3, record.SIRO, "finance", "finance", "withdrawn", "2026-06-01", assessment).Approval.Repository = "other"
		}, approval.Valid, ""},
		{"to be withdrawn", func(s *scene) { s.add(3, record.SIRO, "finance", "finance", "withdrawn", "2026-12-01", assessment) }, approval.Valid, ""},
		{"refused later, and nobody signed that", func(s *scene) {
			s.add(3, record.SIRO, "finance", "", "refused", "2026-06-01", assessment)
		}, approval.Refused, "The SIRO refused on 1 June 2026, after the approval of 15 February 2026."},
		{"refused later by somebody without the office, and nobody signed that", func(s *scene) {
			s.add(3, record.SIRO, "officer", "", "refused", "2026-06-01", assessment)
		}, approval.Valid, ""},
		{"refused in the same commit: nobody can say which came last", func(s *scene) {
			s.add(2, record.SIRO, "finance", "finance", "refused", "2026-02-15", assessment)
		}, approval.Refused, ""},
		{"refused before, and the approval does not say that it knows", func(s *scene) {
			s.add(1, record.SIRO, "finance", "finance", "refused", "2026-02-01", assessment)
		}, approval.Refused, "The SIRO refused on 1 February 2026, and the approval of 15 February 2026 was made without regard to that."},
		{"refused before, and the approval follows the refusal", func(s *scene) {
			s.add(1, record.SIRO, "finance", "finance", "refused", "2026-02-01", assessment)
			s.Statements[0].Approval.Previous = "s1"
		}, approval.Valid, ""},
		{"refused before, and the approval follows what follows the refusal", func(s *scene) {
			s.add(1, record.SIRO, "finance", "finance", "refused", "2026-02-01", assessment)
			s.add(1, record.SIRO, "finance", "finance", "approved", "2026-02-02", dpia).Approval.Previous = "s1"
			s.Statements[0].Approval.Previous = "s2"
		}, approval.Valid, ""},
		{"refused before, and the approval follows in a circle", func(s *scene) {
			s.add(1, record.SIRO, "finance", "finance", "refused", "2026-02-01", assessment)
			s.add(2, record.SIRO, "finance", "finance", "approved", "2026-02-02", dpia).Approval.Previous = "s0"
			s.Statements[0].Approval.Previous = "s2"
		}, approval.Refused, ""},
		{"an approval that was held back until after the withdrawal", func(s *scene) {
			s.add(5, record.SIRO, "finance", "finance", "withdrawn", "2026-06-01", assessment)
			s.Statements[0].Commit = at(6)
		}, approval.Withdrawn, ""},
		{"an approval that was removed, and returns after the withdrawal", func(s *scene) {
			c := at(4)
			again := s.Statements[0]
			s.Statements[0].Removed = &c
			s.add(5, record.SIRO, "finance", "finance", "withdrawn", "2026-06-01", assessment)
			again.Commit = at(6)
			s.Statements = append(s.Statements, again)
			s.Statements[0], s.Statements[2] = s.Statements[2], s.Statements[0]
		}, approval.Withdrawn, ""},
		{"the record is there first and its signature comes when the holder has left", func(s *scene) {
			unsigned := s.Statements[0]
			unsigned.Seal = approval.Seal{}
			c := at(5)
			unsigned.Removed = &c
			s.Statements = append(s.Statements, unsigned)
			s.follow(4, end("finance", "2026-03-31"))
			s.Statements[0].Commit = at(5)
		}, approval.NotAuthorised, ""},
		{"a copy of it lies beside it", func(s *scene) {
			again := s.Statements[0]
			again.Path, again.Commit = home+"approvals/2026-02-16-siro.yaml", at(6)
			s.Statements = append(s.Statements, again)
			s.Statements[0], s.Statements[1] = s.Statements[1], s.Statements[0]
		}, approval.Unproven, unproven + "it is a copy of a statement that is still there."},
		{"decided anew", func(s *scene) {
			s.add(3, record.SIRO, "finance", "finance", "approved", "2026-06-01", assessment, model, dpia)
		}, approval.Superseded, "The SIRO decided anew on 1 June 2026."},
		{"decided anew on a part only", func(s *scene) { s.add(3, record.SIRO, "finance", "finance", "approved", "2026-06-01", assessment) }, approval.Valid, ""},
		{"decided anew by another holder", func(s *scene) {
			s.people(0).Appointments = append(s.people(0).Appointments, record.Appointment{Person: "officer", Office: record.SIRO, From: day("2024-01-01")})
			s.add(3, record.SIRO, "officer", "officer", "approved", "2026-06-01", assessment, model)
		}, approval.Valid, ""},
		{"decided anew in the same commit", func(s *scene) {
			s.add(2, record.SIRO, "finance", "finance", "approved", "2026-06-01", assessment, model)
		}, approval.Valid, ""},
		{"to be decided anew", func(s *scene) {
			s.add(3, record.SIRO, "finance", "finance", "approved", "2026-12-01", assessment, model)
		}, approval.Valid, ""},
		{"decided anew and withdrawn", func(s *scene) {
			s.add(3, record.SIRO, "finance", "finance", "withdrawn", "2026-05-01", assessment)
			s.add(4, record.SIRO, "finance", "finance", "approved", "2026-06-01", assessment, model).Approval.Previous = "s1"
		}, approval.Withdrawn, ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			s := beginScene()
			c.change(s)
			out := approval.Weigh(s.Case)
			got := out.Statements[0]
			if got.State != c.state || c.text != "" && got.Text != c.text {
				t.Errorf("it is %s: %s", got.State, got.Text)
			}
			if (got.Holder != "") && (got.State == approval.NotAuthorised || got.State == approval.Unproven) {
				t.Errorf("it is %s and has a holder", got.State)
			}
			if want := oracle(s.Case); want.states[0] != got.State {
				t.Errorf("the second judge says %s", want.states[0])
			}
		})
	}
}

// TestPlaces puts a sound statement where it does not belong.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for path, subject := range map[string]string{
		siroAt: subject,
		"evidence/organisations/ZZ1/approvals/2026-02-15-siro.yaml": "ZZ1",
	} {
		s := beginScene()
		s.Statements[0].Path, s.Statements[0].Approval.Subject = path, subject
		if got := approval.Weigh(s.Case).Statements[0]; got.State != approval.Valid {
			t.Errorf("%s: %s", path, got.Text)
		}
	}
	for path, subject := range map[string]string{
		"other/organisations/ZZ1/workloads/archive/approvals/x.yaml":      subject,
		"evidence/suppliers/ZZ1/workloads/archive/approvals/x.yaml":       subject,
		"evidence/organisations/ZZ1/products/archive/approvals/x.yaml":    subject,
		"evidence/organisations/ZZ1/workloads/archive/reviews/x.yaml":     subject,
		"evidence/organisations/ZZ1/workloads/archive/approvals/x/y.yaml": subject,
		"evidence/organisations/ZZ1/workloads/archive/approvals":          subject,
		"other/organisations/ZZ1/approvals/x.yaml":                        "ZZ1",
		"evidence/suppliers/ZZ1/approvals/x.yaml":                         "ZZ1",
		"evidence/organisations/ZZ1/reviews/x.yaml":                       "ZZ1",
		"evidence/organisations/ZZ1/approvals/x/y.yaml":                   "ZZ1",
		"evidence/organisations/ZZ1/approvals":                            "ZZ1",
	} {
		s := beginScene()
		s.Statements[0].Path, s.Statements[0].Approval.Subject = path, subject
		if got := approval.Weigh(s.Case).Statements[0]; got.State != approval.Unproven {
			t.Errorf("%s is a place: %s", path, got.Text)
		}
	}
}

func byDeputy(on string) func(*scene) {
	return func(s *scene) {
		a := s.Statements[0].Approval
		a.By, a.On, s.Statements[0].Seal.Key = "deputy", day(on), testKey("deputy")
	}
}

func TestWeighGivesDetails(t *testing.T) {
	t.Parallel()
	s := beginScene()
	s.Statements[0].Approval.To = day("2027-02-14")
	got := approval.Weigh(s.Case).Statements[0]
	if got.Holder != "Director of Finance" || got.Deputy || got.Method != approval.Signed || got.Until != day("2027-02-15") || got.UnknownRules {
		t.Errorf("%+v", got)
	}
	s.add(3, record.SIRO, "finance", "finance", "withdrawn", "2026-12-01", assessment)
	s.add(1, record.SIRO, "finance", "finance", "refused", "2026-12-24", assessment)
	if got = approval.Weigh(s.Case).Statements[0]; got.Until != day("2026-12-01") {
		t.Errorf("it holds until %s, want the day of the coming withdrawal", got.Until)
	}
	s = beginScene()
	witnessed(s)
	s.Statements[0].Rules = nil
	if got = approval.Weigh(s.Case).Statements[0]; got.Method != approval.Witnessed || !got.UnknownRules {
		t.Errorf("%+v", got)
	}
	s = beginScene()
	s.change(5, assessment, "a2", "owner@example.org")
	s.change(6, assessment, "a1", "owner@example.org")
	s.change(7, assessment, "a3", "owner@example.org")
	s.change(8, assessment, "a4", "owner@example.org")
	s.change(9, model, "m2", "owner@example.org")
	s.Position = 10
	s.change(11, assessment, "a1", "owner@example.org")
	s.change(12, assessment, "a5", "owner@example.org")
	got = approval.Weigh(s.Case).Statements[0]
	want := []approval.Since{{Path: assessment, Commit: at(7)}, {Path: model, Commit: at(9)}}
	if diff := cmp.Diff(want, got.Since); diff != "" || !cmp.Equal(got.Changed, []string{assessment, model}) {
		t.Errorf("%v (-want +got):\n%s", got.Changed, diff)
	}
	if !got.Until.IsZero() {
		t.Error("what is stale has no last day")
	}
}

// TestSameCommitMovesNoDay has somebody sign on a later day, told before a deputy's statement of the same commit.
func TestSameCommitMovesNoDay(t *testing.T) {
	t.Parallel()
	s := beginScene()
	byDeputy("2026-03-31")(s)
	s.add(2, record.DPO, "officer", "officer", "approved", "2026-04-01", dpia)
	s.Statements[0], s.Statements[1] = s.Statements[1], s.Statements[0]
	if got := approval.Weigh(s.Case).Statements[1]; got.State != approval.Valid {
		t.Errorf("it is %s: %s", got.State, got.Text)
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	both := []record.Office{record.SIRO, record.DPO}
	for _, c := range []struct {
		claim  string
		change func(*scene)
		holds  bool
		why    string
	}{
		{"the one office has approved", func(*scene) {}, true, ""},
		{"the approval is stale", func(s *scene) { s.change(5, assessment, "a2", "owner@example.org") }, false, "There is no valid approval by the SIRO that covers assessment.yaml."},
		{"the approval covers another file", func(s *scene) { s.Rules[0].Covers = []string{dpia} }, false, ""},
		{"the approval covers a part", func(s *scene) { s.Rules[0].Covers = []string{assessment, dpia} }, false, "There is no valid approval by the SIRO that covers assessment.yaml and dpia.md."},
		{"the approval is about another subject", func(s *scene) { s.Rules[0].Subject = "ZZ1/other" }, false, ""},
		{"two offices, one has approved", func(s *scene) { s.Rules[0].Offices = both }, false, "There is no valid approval by the DPO that covers assessment.yaml."},
		{"two offices, both have approved", func(s *scene) {
			s.Rules[0].Offices = both
			s.add(3, record.DPO, "officer", "officer", "approved", "2026-02-16", assessment)
		}, true, ""},
		{"two people, one has signed twice", func(s *scene) {
			s.Rules[0].People = 2
			s.add(3, record.SIRO, "finance", "finance token", "approved", "2026-02-16", assessment)
		}, false, "1 of 2 people have approved."},
		{"two people, one has signed for two offices", func(s *scene) {
			s.Rules[0].People, s.Rules[0].Offices = 2, both
			s.people(0).Appointments = append(s.people(0).Appointments, record.Appointment{Person: "finance", Office: record.DPO, From: day("2024-01-01")})
			s.add(3, record.DPO, "finance", "finance", "approved", "2026-02-16", assessment)
		}, false, "1 of 2 people have approved."},
		{"two people, two have signed for one office", func(s *scene) {
			s.Rules[0].People = 2
			s.people(0).Appointments = append(s.people(0).Appointments, record.Appointment{Person: "officer", Office: record.SIRO, From: day("2024-01-01")})
			s.add(3, record.SIRO, "officer", "officer", "approved", "2026-02-16", assessment)
		}, true, ""},
		{"two people, one of them of an office that the rule does not name", func(s *scene) {
			s.Rules[0].People = 2
			s.add(3, record.DPO, "officer", "officer", "approved", "2026-02-16", assessment)
		}, false, "1 of 2 people have approved."},
		{"the approver wrote the file", func(s *scene) { s.Files[assessment][0].Authors[0].Email = "Finance@example.org" }, false, "Nobody but an author of the files approved them."},
		{"the approver wrote the file, by their account", func(s *scene) {
			s.Files[assessment][0].Authors = []approval.Author{{Forge: "Forge.example.org", Login: "finance"}}
		}, false, ""},
		{"the approver has an account of that name elsewhere", func(s *scene) {
			s.Files[assessment][0].Authors = []approval.Author{{Forge: "elsewhere.example.org", Login: "finance"}}
		}, true, ""},
		{"the approver wrote it together with another", func(s *scene) {
			s.Files[assessment][0].Authors = append(s.Files[assessment][0].Authors, approval.Author{Email: "finance@example.org"})
		}, false, ""},
		{"the approver wrote a file that the rule does not ask for", func(s *scene) { s.Files[model][0].Authors[0].Email = "finance@example.org" }, true, ""},
		{"the approver wrote it and another changed it back to that", func(s *scene) {
			s.Files[assessment][0].Authors[0].Email = "finance@example.org"
			s.change(5, assessment, "a2", "owner@example.org")
			s.change(6, assessment, "a1", "owner@example.org")
		}, false, ""},
		{"the approver wrote what stood there before", func(s *scene) {
			s.Files[assessment] = append([]approval.Change{{Commit: at(0), SHA256: "a0", Authors: []approval.Author{{Email: "finance@example.org"}}}}, s.Files[assessment]...)
		}, true, ""},
		{"nobody knows who wrote the file", func(s *scene) { s.Files[assessment][0].Authors = nil }, false, "assessment.yaml was changed by somebody unknown, so nobody can tell whether anybody else approved it."},
		{"the approver wrote it, and another approved too", func(s *scene) {
			s.Files[assessment][0].Authors[0].Email = "finance@example.org"
			s.Rules[0].Offices = both
			s.add(3, record.DPO, "officer", "officer", "approved", "2026-02-16", assessment)
		}, true, ""},
		{"the approver wrote it under an address of an older version", func(s *scene) {
			s.Files[assessment][0].Authors[0].Email = "finance@example.org"
			s.follow(1, func(a *record.Appointments) { a.People[0].Email = "new@example.org" })
		}, false, ""},
		{"an author without an address is nobody", func(s *scene) {
			s.Files[assessment][0].Authors = []approval.Author{{}}
			s.people(0).People[0].Email, s.people(0).People[0].Logins[0] = "", record.Login{}
		}, true, ""},
		{"a rule that names no office", func(s *scene) { s.Rules[0].Offices = nil }, false, "The rule asks for nothing, so nothing fulfils it."},
		{"a rule that names no file", func(s *scene) { s.Rules[0].Covers = nil }, false, ""},
		{"a rule that asks for nobody", func(s *scene) { s.Rules[0].People = 0 }, false, ""},
		{"a rule that asks for fewer than nobody", func(s *scene) { s.Rules[0].People = -1 }, false, ""},
		{"an approval that is only stated", func(s *scene) { s.Statements[0].Seal = approval.Seal{} }, false, ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			s := beginScene()
			c.change(s)
			got := approval.Weigh(s.Case).Rules[0]
			if got.Holds != c.holds || got.Holds != (len(got.Reasons) == 0) || c.why != "" && !slices.Contains(got.Reasons, c.why) {
				t.Errorf("it holds: %v, %q", got.Holds, got.Reasons)
			}
			if want := oracle(s.Case); want.holds[0] != got.Holds {
				t.Errorf("the second judge says %v", want.holds[0])
			}
		})
	}
	s := beginScene()
	s.Statements, s.Rules[0].Offices = nil, both
	none := approval.Weigh(s.Case).Rules[0]
	want := []string{
		"There is no valid approval by the SIRO that covers assessment.yaml.", "There is no valid approval by the DPO that covers assessment.yaml.", "0 of 1 people have approved.",
	}
	if diff := cmp.Diff(want, none.Reasons); diff != "" || !cmp.Equal(none.Missing, both) {
		t.Errorf("missing are %v; reasons (-want +got):\n%s", none.Missing, diff)
	}
	s = beginScene()
	s.Rules = append(s.Rules, approval.Rule{Name: "more", Subject: subject, Offices: both, People: 2, Covers: []string{assessment}})
	s.add(3, record.DPO, "officer", "officer", "approved", "2026-02-16", assessment)
	got := approval.Weigh(s.Case).Rules
	if !approval.AllHold(got) || !cmp.Equal(got[1].People, []string{"finance", "officer"}) || !cmp.Equal(got[1].Approved, []int{0, 1}) || len(got[1].Missing) > 0 {
		t.Errorf("%+v", got)
	}
	s.Rules[1].People = 3
	if got := approval.Weigh(s.Case).Rules; approval.AllHold(got) || !got[0].Holds || got[1].Holds {
		t.Error("one rule that holds stands in for another")
	}
	s.Rules[0], s.Rules[1] = s.Rules[1], s.Rules[0]
	if approval.AllHold(approval.Weigh(s.Case).Rules) {
		t.Error("the order of rules decides")
	}
	if approval.AllHold(nil) {
		t.Error("no rule holds")
	}
}

func TestCheckRules(t *testing.T) {
	t.Parallel()
	people := beginScene().people(0)
	rule := func(n int, offices ...record.Office) approval.Rule {
		return approval.Rule{Name: "The rule", Offices: offices, People: n, Covers: []string{assessment}}
	}
	for _, c := range []struct {
		rule approval.Rule
		want []string
	}{
		{rule(1, record.DPO), nil},
		{rule(2, record.SIRO), nil},
		{rule(3, record.SIRO), []string{"The rule asks for 3 people, and 2 hold its offices."}},
		{rule(3, record.SIRO, record.DPO), nil},
		{rule(1, record.EMT), []string{"The rule asks for 1 people, and 0 hold its offices."}},
		{rule(0, record.SIRO), []string{"The rule asks for fewer people than one, so nobody need approve."}},
		{rule(1), []string{"The rule names no office, so nobody could approve."}},
		{approval.Rule{Name: "The rule", Offices: []record.Office{record.SIRO}, People: 1}, []string{"The rule names no file, so anything would be approved."}},
	} {
		if diff := cmp.Diff(c.want, approval.CheckRules([]approval.Rule{c.rule}, people)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.rule, diff)
		}
	}
	if len(approval.CheckRules([]approval.Rule{rule(1, record.SIRO), rule(0, record.SIRO)}, nil)) != 2 {
		t.Error("without appointments a rule can be fulfilled")
	}
}

// TestOldKeyDatedBack goes through every way in which a key that is no longer its holder's meets a date: the appointment is in
// force, ended or its key is said to be in other hands; the decision is dated honestly, back or ahead; it enters before or
// after. Only positions make a difference.
func TestOldKeyDatedBack(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"2026-04-10", "2026-02-15", "2026-11-21"} {
		for _, position := range []int{3, 5} { // the appointments change at 4
			for _, key := range []string{"in force", "ended", "in other hands"} {
				s := beginScene()
				s.Statements[0].Commit, s.Statements[0].Approval.On = at(position), day(on)
				switch key {
				case "ended":
					s.follow(4, end("finance", "2026-03-31"))
				case "in other hands":
					s.follow(4, func(a *record.Appointments) { a.People[0].Keys[0].CompromisedSince = at(4).ID })
				}
				want := approval.Valid
				if key != "in force" && position > 4 {
					want = approval.NotAuthorised
				}
				if got := approval.Weigh(s.Case).Statements[0]; got.State != want {
					t.Errorf("key %s, dated %s, entered at %d: %s, want %s", key, on, position, got.State, want)
				}
			}
		}
	}
}

// TestDatesOfCommitsDecideNothing gives every commit of a case a thousand other dates and names.
func TestDatesOfCommitsDecideNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	redate := func(c *approval.Commit) { c.Day = day("1970-01-01").AddDays(r.IntN(40000)) }
	for n := range 20 {
		c := anyCase(rand.New(rand.NewPCG(uint64(n), 3)))
		before := approval.Weigh(c)
		for range 50 {
			for i := range c.Statements {
				redate(&c.Statements[i].Commit)
				if c.Statements[i].Removed != nil {
					redate(c.Statements[i].Removed)
				}
			}
			for i := range c.Appointments {
				redate(&c.Appointments[i].Commit)
			}
			for i := range c.Witnesses {
				redate(&c.Witnesses[i].Commit)
			}
			for _, history := range c.Files {
				for i := range history {
					redate(&history[i].Commit)
				}
			}
			after := approval.Weigh(c)
			for i := range before.Statements {
				if before.Statements[i].State != after.Statements[i].State {
					t.Fatalf("case %d: statement %d was %s and is %s", n, i, before.Statements[i].State, after.Statements[i].State)
				}
			}
			for i := range before.Rules {
				if before.Rules[i].Holds != after.Rules[i].Holds {
					t.Fatalf("case %d: rule %d changed", n, i)
				}
			}
		}
	}
}

// TestEveryWayToMergeIsTheSame brings one change in as a merge, squashed, rebased and picked one by one.
func TestEveryWayToMergeIsTheSame(t *testing.T) {
	t.Parallel()
	for _, wayOf := range [][2]int{{7, 7}, {7, 8}, {5, 9}} { // file, approval; a merge and a squash are one commit
		s := beginScene()
		s.change(wayOf[0], assessment, "a2", "owner@example.org")
		s.add(wayOf[1], record.SIRO, "finance", "finance", "approved", "2026-06-01", assessment, model)
		out := approval.Weigh(s.Case)
		if out.Statements[0].State != approval.Superseded && out.Statements[0].State != approval.Stale || out.Statements[1].State != approval.Valid || !approval.AllHold(out.Rules) {
			t.Errorf("%v: %v %v", wayOf, out.Statements[0].State, out.Statements[1].State)
		}
	}
}

// TestWhichCommitMadeItStale names the last that took the approved bytes away, also when it is the one judged or is not committed.
func TestWhichCommitMadeItStale(t *testing.T) {
	t.Parallel()
	for claim, c := range map[string]struct {
		change func(*scene)
		words  string
	}{
		"by the commit judged": {func(s *scene) { s.change(100, assessment, "a2", "owner@example.org") }, "assessment.yaml was changed by " + at(100).Words()},
		"twice, with the bytes between": {func(s *scene) {
			s.change(5, assessment, "a2", "")
			s.change(6, assessment, "a1", "")
			s.change(7, assessment, "a3", "")
		}, "assessment.yaml was changed by " + at(7).Words()},
		"twice, without them between": {func(s *scene) { s.change(5, assessment, "a2", ""); s.change(6, assessment, "a3", "") }, "assessment.yaml was changed by " + at(5).Words()},
		"by what is not committed": {func(s *scene) {
			s.Files[assessment] = append(s.Files[assessment], approval.Change{Commit: approval.Commit{Position: 100}, SHA256: "a2"})
		}, "assessment.yaml was changed by a change that is not committed"},
		"by a commit that took it away":   {func(s *scene) { s.change(9, assessment, "", "") }, "assessment.yaml was removed by " + at(9).Words()},
		"by none: it never was like that": {func(s *scene) { s.Files[assessment] = []approval.Change{{Commit: at(1), SHA256: "other"}} }, "assessment.yaml never had the approved bytes"},
	} {
		s := beginScene()
		c.change(s)
		if j := approval.Weigh(s.Case).Statements[0]; j.State != approval.Stale || !strings.Contains(j.Text, c.words+".") {
			t.Errorf("%s: %s: %s", claim, j.State, j.Text)
		}
	}
}
