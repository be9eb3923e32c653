package approval_test

import (
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/tree"
)

// proven is a workload whose register and history say the same: the scene's statements are its approvals.
type proven struct {
	*scene
	proof    *approval.Proof
	reg      *register.Register
	workload *register.Workload
}

func prove(change func(s *scene)) *proven {
	s := beginScene()
	if change != nil {
		change(s)
	}
	p := &proven{scene: s, proof: &approval.Proof{Case: s.Case}, reg: &register.Register{Files: map[string]string{}}}
	for name, life := range s.Files {
		p.reg.Files[name] = life[len(life)-1].SHA256
	}
	p.workload = &register.Workload{ID: subject, Controller: &register.Organisation{ID: "ZZ1", People: s.people(len(s.Appointments) - 1)}, Proof: p.proof}
	for _, e := range s.Statements {
		if e.Removed == nil && e.Approval != nil {
			p.workload.Approvals = append(p.workload.Approvals, &register.Approval{Record: &record.Record{Path: e.Path, Digest: e.Digest}, Facts: e.Approval})
		}
	}
	return p
}

// demand lets the organisation's own policy ask for proof.
func (p *proven) demand(what string) *proven {
	own := new(record.Record)
	own.SetTree(&tree.Node{Kind: tree.Map, Fields: []tree.Field{{Key: "approvals", Value: &tree.Node{Kind: tree.Map, Fields: []tree.Field{{Key: "proof", Value: &tree.Node{Kind: tree.String, Text: what}}}}}}})
	p.workload.Controller.Policy.Own = own
	return p
}

func (p *proven) judge(on string) approval.Standing {
	return approval.Judge(p.reg, p.workload, p.workload.Approvals[0], day(on))
}

func stated(s *scene) { s.Statements[0].Seal = approval.Seal{} }

func byWitness(s *scene) { witnessed(s) }

func TestWhatProofAnApprovalRestsOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim   string
		change  func(*scene)
		own     string // what the policy asks for
		inForce string // what the policy in force asks for
		state   approval.State
		proof   string
		text    string
		favour  bool
	}{
		{"signed, nothing asked for", nil, "", "", approval.Valid, "signed", "stands", true},
		{"signed, a signature asked for", nil, "signed", "", approval.Valid, "signed", "stands", true},
		{"signed, a witness asked for", nil, "witnessed", "", approval.Valid, "signed", "stands", true},
		{"witnessed, nothing asked for", byWitness, "", "", approval.Valid, "witnessed", "stands", true},
		{"witnessed, a witness asked for", byWitness, "witnessed", "", approval.Valid, "witnessed", "stands", true},
		{"witnessed, a signature asked for", byWitness, "signed", "", approval.Unproven, "witnessed", "asks for the holder's own signature", false},
		{"witnessed, a signature asked for by the policy in force", byWitness, "witnessed", "signed", approval.Unproven, "witnessed", "asks for the holder's own signature", false},
		{"stated, nothing asked for", stated, "", "", approval.Valid, "stated", "stands", true},
		{"stated, a witness asked for", stated, "witnessed", "", approval.Stated, "stated", "nobody signed it, and local policy asks for proof", false},
		{"stated, a signature asked for by the policy in force", stated, "", "signed", approval.Stated, "stated", "nobody signed it", false},
		{"refused in a signed statement", func(s *scene) { s.Statements[0].Approval.Decision = "refused" }, "", "", approval.Refused, "signed", "refused", false},
		{"signed by nobody who may", func(s *scene) { s.Statements[0].Seal.Key = testKey("officer") }, "", "", approval.NotAuthorised, "signed", "not authorised", false},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			p := prove(c.change)
			p.workload.Approvals[0].Facts.To = day("2027-02-14")
			if c.own != "" {
				p.demand(c.own)
			}
			p.proof.Demands = c.inForce
			s := p.judge("2026-11-22")
			if s.State != c.state || s.Proof != c.proof || !strings.Contains(s.Text, c.text) {
				t.Errorf("%s, %s: %s", s.State, s.Proof, s.Text)
			}
			if c.state != approval.Valid && !s.Until.IsZero() {
				t.Errorf("it holds until %s", s.Until)
			}
			a, best := approval.Best(p.reg, p.workload, record.SIRO, []string{assessment}, day("2026-11-22"))
			if a != p.workload.Approvals[0] || best.State != s.State || best.Text != s.Text {
				t.Errorf("the best is %s: %s", best.State, best.Text)
			}
			if got := approval.InFavour(p.workload, p.workload.Approvals[0], day("2026-11-22")); got != c.favour {
				t.Errorf("in favour: %t", got)
			}
		})
	}
}

func TestWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ own, inForce, want string }{
		{"", "", ""},
		{"signed", "", "signed"},
		{"", "signed", "signed"},
		{"witnessed", "signed", "signed"},
		{"signed", "witnessed", "signed"},
		{"witnessed", "", "witnessed"},
		{"", "witnessed", "witnessed"},
		{"witnessed", "witnessed", "witnessed"},
	} {
		p := prove(nil)
		if c.own != "" {
			p.demand(c.own)
		}
		p.proof.Demands = c.inForce
		if got := approval.Demanded(p.workload); got != c.want {
			t.Errorf("%q and in force %q: %q, want %q", c.own, c.inForce, got, c.want)
		}
	}
	if got := approval.Demanded(&register.Workload{}); got != "" {
		t.Errorf("of a workload of nobody's: %q", got)
	}
}

// TestWhereNoHistoryIs: a signature that cannot be checked is not one that counts, and a rule that asks for proof does not hold.
func TestWhereNoHistoryIs(t *testing.T) {
	t.Parallel()
	p := prove(nil).demand("signed")
	p.workload.Proof = nil
	if s := p.judge("2026-11-22"); s.State != approval.Unproven || !strings.Contains(s.Text, "no history here") {
		t.Errorf("%s: %s", s.State, s.Text)
	}
	if r := approval.Holds(p.workload, p.Rules[0], day("2026-11-22")); r.Holds || !strings.Contains(strings.Join(r.Reasons, " "), "no history") {
		t.Errorf("%+v", r)
	}
	if approval.InFavour(p.workload, p.workload.Approvals[0], day("2026-11-22")) {
		t.Error("it is in favour")
	}
	p = prove(stated)
	p.workload.Proof = nil
	for decision, want := range map[string]bool{"approved": true, "approved-with-conditions": true, "refused": false, "withdrawn": false} {
		p.workload.Approvals[0].Facts.Decision = decision
		if got := approval.InFavour(p.workload, p.workload.Approvals[0], day("2026-11-22")); got != want {
			t.Errorf("stated and %s: %t", decision, got)
		}
	}
	p.workload.Approvals[0].Facts.Decision, p.workload.Approvals[0].Facts.By = "approved", "officer"
	if approval.InFavour(p.workload, p.workload.Approvals[0], day("2026-11-22")) {
		t.Error("stated by somebody without the office, it is in favour")
	}
}

func TestARuleHoldsByProof(t *testing.T) {
	t.Parallel()
	asked := func(change func(*scene), demand string) *proven { return prove(change).demand(demand) }
	for _, c := range []struct {
		claim string
		p     *proven
		holds bool
	}{
		{"nothing asked for", prove(stated), true},
		{"signed", asked(nil, "signed"), true},
		{"witnessed, which is enough", asked(byWitness, "witnessed"), true},
		{"witnessed, which is not", asked(byWitness, "signed"), false},
		{"stated", asked(stated, "signed"), false},
		{"stale", asked(func(s *scene) { s.change(5, assessment, "a2", "owner@example.org") }, "signed"), false},
	} {
		if r := approval.Holds(c.p.workload, c.p.Rules[0], day("2026-11-22")); r.Holds != c.holds {
			t.Errorf("%s: %+v", c.claim, r)
		}
	}
	p := asked(nil, "signed")
	p.proof.Unapproved = []string{"A change of the appointments waits."}
	if r := approval.Holds(p.workload, p.Rules[0], day("2026-11-22")); r.Holds || !strings.Contains(r.Reasons[0], "not settled who may approve") {
		t.Errorf("while it is not settled who may: %+v", r)
	}
	before := prove(nil).demand("signed")
	if r := approval.Holds(before.workload, before.Rules[0], day("2026-02-14")); r.Holds {
		t.Error("it holds before the day of the decision")
	}
	if r := approval.Holds(before.workload, before.Rules[0], day("2026-02-15")); !r.Holds {
		t.Error("it does not hold on the day of the decision, though the day before was asked first")
	}
}

// TestDaysOfAProof: what was judged for a day is judged anew on each day that changes it, in whatever order they are asked.
func TestDaysOfAProof(t *testing.T) {
	t.Parallel()
	p := prove(func(s *scene) {
		s.Statements[0].Approval.To = day("2026-06-30")
		s.add(3, record.DPO, "officer", "officer", "approved", "2026-02-15", assessment)
		s.add(4, record.IAO, "owner", "owner", "approved", "2026-01-20", assessment)
		s.Statements = append(s.Statements, approval.Entered{Path: "odd", Commit: at(4)})
	})
	want := []calendar.Date{day("2026-01-20"), day("2026-02-15"), day("2026-07-01")}
	if got := p.proof.Days(); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for range 2 {
		for on, state := range map[string]approval.State{
			"2026-01-19": approval.NotYet, "2026-02-14": approval.NotYet, "2026-02-15": approval.Valid, "2026-06-30": approval.Valid, "2026-07-01": approval.Expired,
			"2027-01-01": approval.Expired,
		} {
			if got := p.proof.On(day(on)).Statements[0].State; got != state {
				t.Errorf("%s: %s, want %s", on, got, state)
			}
			if got := approval.Weigh(func() approval.Case { c := p.Case; c.AsOf = day(on); return c }()).Statements[0].State; got != state {
				t.Errorf("%s, weighed by itself: %s, want %s", on, got, state)
			}
		}
	}
	if p.judge("2026-06-30").Until != day("2026-07-01") {
		t.Errorf("it holds until %s", p.judge("2026-06-30").Until)
	}
}

func TestFindingAStatement(t *testing.T) {
	t.Parallel()
	p := prove(func(s *scene) {
		gone := at(50)
		s.add(3, record.DPO, "officer", "officer", "approved", "2026-03-01", assessment).Removed = &gone
		s.add(101, record.IAO, "owner", "owner", "approved", "2026-03-01", assessment)
		again := s.Statements[1]
		again.Removed, again.Commit = nil, at(60)
		s.Statements = append(s.Statements, again)
	})
	s := p.Statements
	for _, c := range []struct {
		claim, path, digest string
		want                int
	}{
		{"one that is there", s[0].Path, s[0].Digest, 0},
		{"other bytes", s[0].Path, "other", -1},
		{"another path", "other", s[0].Digest, -1},
		{"one that comes later than the commit judged", s[2].Path, s[2].Digest, -1},
		{"one that went and came back", s[1].Path, s[1].Digest, 3},
	} {
		if got := p.proof.Find(c.path, c.digest); got != c.want {
			t.Errorf("%s: %d, want %d", c.claim, got, c.want)
		}
	}
	p.proof.Case.Position = 55
	if got := p.proof.Find(s[1].Path, s[1].Digest); got != -1 {
		t.Errorf("while it was gone: %d", got)
	}
	p.proof.Case.Position = 49
	if got := p.proof.Find(s[1].Path, s[1].Digest); got != 1 {
		t.Errorf("before it went: %d", got)
	}
}

func TestPrevious(t *testing.T) {
	t.Parallel()
	p := prove(func(s *scene) {
		s.add(7, record.SIRO, "finance", "finance", "approved", "2026-03-01", assessment)
		s.add(5, record.SIRO, "finance", "finance", "approved", "2026-04-01", assessment)
		s.add(8, record.DPO, "officer", "officer", "approved", "2026-04-01", assessment)
		s.add(9, record.SIRO, "finance", "", "approved", "2026-05-01", assessment).Approval.Statement = ""
		s.add(101, record.SIRO, "finance", "finance", "approved", "2026-06-01", assessment)
		s.add(100, record.IAO, "owner", "owner", "approved", "2026-07-01", assessment) // with the very commit judged
		s.Statements = append(s.Statements, approval.Entered{Path: "odd", Digest: "odd", Commit: at(50)})
	})
	for office, want := range map[record.Office]string{record.SIRO: p.Statements[1].Digest, record.DPO: p.Statements[3].Digest, record.IAO: p.Statements[6].Digest, record.SRO: ""} {
		if got := p.proof.Previous(office); got != want {
			t.Errorf("%s: %q, want %q", office, got, want)
		}
	}
}

// TestNextIsWhatWouldStand judges statements before they are written.
func TestNextIsWhatWouldStand(t *testing.T) {
	t.Parallel()
	entered := func(p *proven) approval.Entered {
		e := p.Statements[0]
		a := *e.Approval
		a.On, a.Previous = day("2026-10-01"), e.Digest
		a.Covers = []record.Covered{{Path: dpia, SHA256: "d2"}}
		e.Approval, e.Path, e.Digest, e.Rules = &a, home+"approvals/2026-10-01-siro.yaml", "next", nil
		return e
	}
	for _, c := range []struct {
		claim  string
		change func(*scene, *approval.Entered)
		state  approval.State
	}{
		{"as it is", nil, approval.Valid},
		{"by a key of nobody's", func(_ *scene, e *approval.Entered) { e.Seal.Key = testKey("stranger") }, approval.NotAuthorised},
		{"by nobody", func(_ *scene, e *approval.Entered) { e.Seal = approval.Seal{} }, approval.Stated},
		{"after the appointment was ended", func(s *scene, _ *approval.Entered) {
			s.follow(50, func(a *record.Appointments) { a.Appointments[0].To = day("2027-01-01") })
		}, approval.NotAuthorised},
		{"by somebody appointed with the last commit", func(s *scene, e *approval.Entered) {
			s.follow(100, func(a *record.Appointments) {
				a.People = append(a.People, record.Person{ID: "new", Title: "New", Keys: []record.SigningKey{signing("new", "2024-01-01")}})
				a.Appointments = append(a.Appointments, record.Appointment{Person: "new", Office: record.SIRO, From: day("2026-01-01")})
			})
			e.Approval.By, e.Seal.Key = "new", testKey("new")
		}, approval.Valid},
		{"that is none", func(_ *scene, e *approval.Entered) { e.Approval, e.Seal = nil, approval.Seal{} }, approval.Stated},
		{"dated after today", func(_ *scene, e *approval.Entered) { e.Approval.On = day("2026-11-23") }, approval.NotYet},
		{"for another repository", func(_ *scene, e *approval.Entered) { e.Approval.Repository = "other" }, approval.Unproven},
		{"after something that is not in the record", func(_ *scene, e *approval.Entered) { e.Approval.Previous = "gone" }, approval.Unproven},
		{"a copy of what is there", func(s *scene, e *approval.Entered) { e.Digest = s.Statements[0].Digest; e.Approval.Previous = "" }, approval.Unproven},
		{"in disregard of a refusal", func(s *scene, e *approval.Entered) {
			s.add(60, record.SIRO, "finance", "finance", "refused", "2026-09-01", dpia)
		}, approval.Refused},
	} {
		p := prove(nil)
		e := entered(p)
		if c.change != nil {
			c.change(p.scene, &e)
		}
		before := len(p.Case.Statements)
		j := p.Case.Next(e, day("2026-11-22"))
		if j.State != c.state {
			t.Errorf("%s: %s: %s", c.claim, j.State, j.Text)
		}
		if j.UnknownRules && c.state != approval.Stated {
			t.Errorf("%s: the rules are those of now", c.claim)
		}
		if len(p.Case.Statements) != before || p.Case.Position != 100 || len(p.Case.Files[dpia]) != 1 || p.Case.Files[dpia][0].SHA256 != "d1" {
			t.Errorf("%s: the case was changed", c.claim)
		}
	}
}

// TestTheBestIsProven: where proof is asked for, a later approval that is only stated does not take the place of one that is proven.
func TestTheBestIsProven(t *testing.T) {
	t.Parallel()
	p := prove(nil).demand("signed")
	later := *p.workload.Approvals[0].Facts
	later.On = day("2026-03-01")
	p.workload.Approvals = append(p.workload.Approvals, &register.Approval{Record: &record.Record{Path: "later", Digest: "later"}, Facts: &later})
	if a, s := approval.Best(p.reg, p.workload, record.SIRO, []string{assessment}, day("2026-11-22")); a != p.workload.Approvals[0] || s.State != approval.Valid || s.Proof != "signed" {
		t.Errorf("%s, %s: %s", s.State, s.Proof, s.Text)
	}
}
