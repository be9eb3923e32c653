package approval_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

var day = calendar.MustParse

const (
	assessment = "evidence/organisations/ZZ1/workloads/archive/assessment.yaml"
	dpia       = "evidence/organisations/ZZ1/workloads/archive/dpia.md"
	model      = "evidence/organisations/ZZ1/workloads/archive/files/model.txt"
)

// world is a workload with one approval by the SIRO, of assessment and model, on 15 February 2026.
type world struct {
	reg      *register.Register
	workload *register.Workload
}

func (w world) approval(i int) *record.Approval { return w.workload.Approvals[i].Facts }

func (w world) add(office record.Office, by, decision, on string, paths ...string) {
	a := &register.Approval{Record: &record.Record{Path: "approvals/" + on}, Facts: &record.Approval{Office: office, By: by, Decision: decision, On: day(on)}}
	for _, p := range paths {
		sum, _ := w.reg.Digest(p)
		a.Facts.Covers = append(a.Facts.Covers, record.Covered{Path: p, SHA256: sum})
	}
	w.workload.Approvals = append(w.workload.Approvals, a)
}

func begin() world {
	people := &record.Appointments{
		People: []record.Person{{ID: "finance", Title: "Director of Finance"}, {ID: "deputy", Title: "Deputy Director of Finance"}},
		Appointments: []record.Appointment{
			{Person: "finance", Office: record.SIRO, From: day("2024-01-01")},
			{Person: "deputy", Office: record.SIRO, From: day("2026-03-01"), To: day("2026-03-31"), Deputy: true},
		},
	}
	w := world{
		reg: &register.Register{
			Records: []*record.Record{{Path: assessment, Digest: "aa"}, {Path: dpia, Digest: "dd"}},
			Files:   map[string]string{model: "ff"},
		},
		workload: &register.Workload{Controller: &register.Organisation{ID: "ZZ1", People: people}},
	}
	w.add(record.SIRO, "finance", "approved", "2026-02-15", assessment, model)
	return w
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim  string
		change func(world)
		on     string
		want   approval.Standing
	}{
		{
			"every byte is as it was", func(world) {}, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"on its own day", func(world) {}, "2026-02-15",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"the day before", func(world) {}, "2026-02-14",
			approval.Standing{State: "not-yet", Text: "The SIRO's decision is dated 15 February 2026, which is after the day judged."},
		},
		{
			"a record has changed", func(w world) { w.reg.Records[0].Digest = "ab" }, "2026-11-22",
			approval.Standing{State: "stale", Holder: "Director of Finance", Changed: []string{assessment}, Text: "The SIRO's approval of 15 February 2026 is stale: assessment.yaml has changed since."},
		},
		{
			"an attachment is gone and a record has changed", func(w world) { delete(w.reg.Files, model); w.reg.Records[0].Digest = "ab" }, "2026-11-22",
			approval.Standing{State: "stale", Holder: "Director of Finance", Changed: []string{assessment, model}, Text: "The SIRO's approval of 15 February 2026 is stale: assessment.yaml has changed since, and 1 more file too."},
		},
		{
			"an attachment alone is gone", func(w world) { delete(w.reg.Files, model) }, "2026-11-22",
			approval.Standing{State: "stale", Holder: "Director of Finance", Changed: []string{model}, Text: "The SIRO's approval of 15 February 2026 is stale: model.txt is gone."},
		},
		{
			"three covered files have changed", func(w world) {
				w.add(record.SIRO, "finance", "approved", "2026-02-15", assessment, dpia, model)
				w.workload.Approvals[0] = w.workload.Approvals[1]
				w.workload.Approvals = w.workload.Approvals[:1]
				w.reg.Records[0].Digest, w.reg.Records[1].Digest, w.reg.Files[model] = "ab", "de", "fa"
			}, "2026-11-22",
			approval.Standing{State: "stale", Holder: "Director of Finance", Changed: []string{assessment, dpia, model}, Text: "The SIRO's approval of 15 February 2026 is stale: assessment.yaml has changed since, and 2 more files too."},
		},
		{
			"a refusal and an approval after it: the refusal stays one", func(w world) {
				w.approval(0).Decision = "refused"
				w.add(record.SIRO, "finance", "approved", "2026-06-01", assessment, model)
			}, "2026-11-22",
			approval.Standing{State: "refused", Holder: "Director of Finance", Text: "The SIRO refused on 15 February 2026."},
		},
		{
			"without authority, and withdrawn: it never was one", func(w world) {
				w.approval(0).By = "deputy"
				w.add(record.SIRO, "finance", "withdrawn", "2026-06-01", assessment)
			}, "2026-11-22",
			approval.Standing{State: "not-authorised", Text: "Whoever decided on 15 February 2026 did not hold the office of SIRO at ZZ1 on that day."},
		},
		{
			"stale and withdrawn", func(w world) {
				w.reg.Records[0].Digest = "ab"
				w.add(record.SIRO, "finance", "withdrawn", "2026-06-01", assessment)
			}, "2026-11-22",
			approval.Standing{State: "withdrawn", Holder: "Director of Finance", Changed: []string{assessment}, Text: "The SIRO withdrew the approval of 15 February 2026 on 1 June 2026."},
		},
		{
			"expired and withdrawn", func(w world) {
				w.approval(0).To = day("2026-05-01")
				w.add(record.SIRO, "finance", "withdrawn", "2026-06-01", assessment)
			}, "2026-11-22",
			approval.Standing{State: "withdrawn", Holder: "Director of Finance", Text: "The SIRO withdrew the approval of 15 February 2026 on 1 June 2026."},
		},
		{
			"withdrawn by another office", func(w world) {
				w.workload.Controller.People.Appointments = append(w.workload.Controller.People.Appointments, record.Appointment{Person: "deputy", Office: record.DPO, From: day("2024-01-01")})
				w.add(record.DPO, "deputy", "withdrawn", "2026-06-01", assessment)
			}, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"withdrawn before it was made", func(w world) { w.add(record.SIRO, "finance", "withdrawn", "2026-02-14", assessment) }, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"a file that it does not cover has changed", func(w world) { w.reg.Records[1].Digest = "de" }, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"on its last day", func(w world) { w.approval(0).To = day("2026-11-22") }, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Until: day("2026-11-23"), Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"after its last day", func(w world) { w.approval(0).To = day("2026-11-21") }, "2026-11-22",
			approval.Standing{State: "expired", Holder: "Director of Finance", Until: day("2026-11-22"), Text: "The SIRO's approval of 15 February 2026 held until 21 November 2026."},
		},
		{
			"the office was held from the day after", func(w world) { w.workload.Controller.People.Appointments[0].From = day("2026-02-16") }, "2026-11-22",
			approval.Standing{State: "not-authorised", Text: "Whoever decided on 15 February 2026 did not hold the office of SIRO at ZZ1 on that day."},
		},
		{
			"the office was held to that day", func(w world) { w.workload.Controller.People.Appointments[0].To = day("2026-02-15") }, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"another office is no authority", func(w world) { w.approval(0).Office = record.DPO }, "2026-11-22",
			approval.Standing{State: "not-authorised", Text: "Whoever decided on 15 February 2026 did not hold the office of DPO at ZZ1 on that day."},
		},
		{
			"no appointments, no authority", func(w world) { w.workload.Controller.People = nil }, "2026-11-22",
			approval.Standing{State: "not-authorised", Text: "Whoever decided on 15 February 2026 did not hold the office of SIRO at ZZ1 on that day."},
		},
		{
			"a deputy in time", func(w world) { w.approval(0).By, w.approval(0).On = "deputy", day("2026-03-31") }, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Deputy Director of Finance", Deputy: true, Text: "The SIRO (by the deputy, Deputy Director of Finance)'s approval of 31 March 2026 stands: every covered file is unchanged."},
		},
		{
			"a deputy after their time", func(w world) { w.approval(0).By, w.approval(0).On = "deputy", day("2026-04-01") }, "2026-11-22",
			approval.Standing{State: "not-authorised", Text: "Whoever decided on 1 April 2026 did not hold the office of SIRO at ZZ1 on that day."},
		},
		{
			"with conditions", func(w world) { w.approval(0).Decision = "approved-with-conditions" }, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026, with conditions, stands: every covered file is unchanged."},
		},
		{
			"a refusal", func(w world) { w.approval(0).Decision = "refused" }, "2026-11-22",
			approval.Standing{State: "refused", Holder: "Director of Finance", Text: "The SIRO refused on 15 February 2026."},
		},
		{
			"withdrawn later for one of its files", func(w world) {
				w.add(record.SIRO, "finance", "withdrawn", "2026-06-01", assessment)
			}, "2026-11-22",
			approval.Standing{State: "withdrawn", Holder: "Director of Finance", Text: "The SIRO withdrew the approval of 15 February 2026 on 1 June 2026."},
		},
		{
			"withdrawn for another file", func(w world) { w.add(record.SIRO, "finance", "withdrawn", "2026-06-01", dpia) }, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"withdrawn by somebody without the office", func(w world) {
				w.add(record.SIRO, "deputy", "withdrawn", "2026-06-01", assessment)
			}, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"to be withdrawn", func(w world) { w.add(record.SIRO, "finance", "withdrawn", "2026-12-01", assessment) }, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Until: day("2026-12-01"), Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
		{
			"refused later", func(w world) { w.add(record.SIRO, "finance", "refused", "2026-06-01", assessment, model) }, "2026-11-22",
			approval.Standing{State: "refused", Holder: "Director of Finance", Text: "The SIRO refused on 1 June 2026, after the approval of 15 February 2026."},
		},
		{
			"refused on the same day: nobody can say which came last", func(w world) {
				w.add(record.SIRO, "finance", "refused", "2026-02-15", assessment)
			}, "2026-11-22",
			approval.Standing{State: "refused", Holder: "Director of Finance", Text: "The SIRO refused on 15 February 2026, after the approval of 15 February 2026."},
		},
		{
			"decided anew", func(w world) { w.add(record.SIRO, "finance", "approved", "2026-06-01", assessment, model, dpia) }, "2026-11-22",
			approval.Standing{State: "superseded", Holder: "Director of Finance", Text: "The SIRO decided anew on 1 June 2026."},
		},
		{
			"decided anew on a part only", func(w world) { w.add(record.SIRO, "finance", "approved", "2026-06-01", assessment) }, "2026-11-22",
			approval.Standing{State: "valid", Holder: "Director of Finance", Text: "The SIRO's approval of 15 February 2026 stands: every covered file is unchanged."},
		},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := begin()
			c.change(w)
			c.want.Proof = "stated" // nothing proves anything here
			got := approval.Judge(w.reg, w.workload, w.workload.Approvals[0], day(c.on))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim  string
		change func(world)
		paths  []string
		want   approval.State
		index  int // of the approval, -1 for none
	}{
		{"the only one", func(world) {}, []string{assessment}, "valid", 0},
		{"one that covers too little", func(world) {}, []string{assessment, dpia}, "missing", -1},
		{"approved again after a withdrawal", func(w world) {
			w.add(record.SIRO, "finance", "withdrawn", "2026-06-01", assessment)
			w.add(record.SIRO, "finance", "approved", "2026-07-01", assessment)
		}, []string{assessment}, "valid", 2},
		{"withdrawn after two approvals", func(w world) {
			w.add(record.SIRO, "finance", "approved", "2026-05-01", assessment)
			w.add(record.SIRO, "finance", "withdrawn", "2026-07-01", assessment)
		}, []string{assessment}, "withdrawn", 2},
		{"a valid one before a later one without authority", func(w world) {
			w.add(record.SIRO, "deputy", "approved", "2026-07-01", assessment)
		}, []string{assessment}, "valid", 0},
		{"a valid one before a later one that is stale", func(w world) {
			w.add(record.SIRO, "finance", "approved", "2026-07-01", assessment)
			w.approval(1).Covers[0].SHA256 = "other"
		}, []string{assessment}, "valid", 0},
		{"a stale one is told before one that was never authorised", func(w world) {
			w.reg.Records[0].Digest = "ab"
			w.add(record.SIRO, "deputy", "approved", "2026-07-01", assessment)
		}, []string{assessment}, "stale", 0},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := begin()
			c.change(w)
			a, got := approval.Best(w.reg, w.workload, record.SIRO, c.paths, day("2026-11-22"))
			if got.State != c.want {
				t.Errorf("it is %s, want %s: %s", got.State, c.want, got.Text)
			}
			if c.index < 0 && a != nil || c.index >= 0 && a != w.workload.Approvals[c.index] {
				t.Errorf("another approval was found than number %d", c.index)
			}
		})
	}
}

func TestJudgeAcceptance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim  string
		change func(world, *record.Acceptance)
		want   approval.State
	}{
		{"accepted", func(world, *record.Acceptance) {}, "valid"},
		{"accepted with conditions", func(_ world, a *record.Acceptance) { a.Decision = "accepted-with-conditions" }, "valid"},
		{"not accepted", func(_ world, a *record.Acceptance) { a.Decision = "not-accepted" }, "refused"},
		{"the evidence has changed", func(w world, _ *record.Acceptance) { w.reg.Records[1].Digest = "de" }, "stale"},
		{"made by nobody in office", func(_ world, a *record.Acceptance) { a.By = "deputy" }, "not-authorised"},
		{"a next look is no end", func(_ world, a *record.Acceptance) { a.NextReview = day("2026-03-01") }, "valid"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := begin()
			facts := &record.Acceptance{Decision: "accepted", Office: record.SIRO, By: "finance", On: day("2026-02-15"), Covers: []record.Covered{{Path: dpia, SHA256: "dd"}}}
			c.change(w, facts)
			got := approval.JudgeAcceptance(w.reg, &register.Acceptance{Facts: facts, Organisation: w.workload.Controller}, day("2026-11-22"))
			if got.State != c.want {
				t.Errorf("it is %s, want %s: %s", got.State, c.want, got.Text)
			}
		})
	}
}

// TestDecisionsBesideEachOther: what an office decided before, after and on the same day.
func TestDecisionsBesideEachOther(t *testing.T) {
	t.Parallel()
	siro := func(decision, on string, paths ...string) func(world) {
		return func(w world) { w.add(record.SIRO, "finance", decision, on, paths...) }
	}
	for _, c := range []struct {
		claim string
		later []func(world)
		on    string
		state approval.State
		text  string
		until string
	}{
		{"another of the same day on the same files", []func(world){siro("approved", "2026-02-15", assessment, model)}, "2026-11-22", "valid", "stands", ""},
		{"a refusal of the same day", []func(world){siro("refused", "2026-02-15", model)}, "2026-11-22", "refused", "after the approval of", ""},
		{"a refusal of other files", []func(world){siro("refused", "2026-03-01", dpia)}, "2026-11-22", "valid", "stands", ""},
		{"refused and then withdrawn", []func(world){siro("refused", "2026-03-01", assessment), siro("withdrawn", "2026-04-01", assessment)}, "2026-11-22", "refused", "refused on 1 March", ""},
		{"withdrawn and then refused", []func(world){siro("withdrawn", "2026-03-01", assessment), siro("refused", "2026-04-01", assessment)}, "2026-11-22", "refused", "refused on 1 April", ""},
		{"refused and then approved anew", []func(world){siro("refused", "2026-03-01", assessment), siro("approved", "2026-04-01", assessment, model)}, "2026-11-22", "refused", "refused on 1 March", ""},
		{"withdrawn and then approved anew", []func(world){siro("withdrawn", "2026-03-01", assessment), siro("approved", "2026-04-01", assessment, model)}, "2026-11-22", "withdrawn", "withdrew", ""},
		{"approved anew", []func(world){siro("approved", "2026-04-01", assessment, dpia, model)}, "2026-11-22", "superseded", "decided anew on 1 April", ""},
		{"approved anew without one of its files", []func(world){siro("approved", "2026-04-01", assessment, dpia)}, "2026-11-22", "valid", "stands", ""},
		{"approved anew on a day to come", []func(world){siro("approved", "2026-04-01", assessment, model)}, "2026-03-01", "valid", "stands", ""},
		{"withdrawn on a day to come", []func(world){siro("withdrawn", "2026-04-01", assessment)}, "2026-03-01", "valid", "stands", "2026-04-01"},
		{"withdrawn by somebody without the office", []func(world){func(w world) { w.add(record.SIRO, "deputy", "withdrawn", "2026-06-01", assessment) }}, "2026-11-22", "valid", "stands", ""},
		{"withdrawn by another office", []func(world){func(w world) { w.add(record.DPO, "finance", "withdrawn", "2026-06-01", assessment) }}, "2026-11-22", "valid", "stands", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			w := begin()
			for _, add := range c.later {
				add(w)
			}
			s := approval.Judge(w.reg, w.workload, w.workload.Approvals[0], day(c.on))
			until := ""
			if !s.Until.IsZero() {
				until = s.Until.String()
			}
			if s.State != c.state || !strings.Contains(s.Text, c.text) || until != c.until {
				t.Errorf("%s until %q: %s", s.State, until, s.Text)
			}
		})
	}
}

func TestADecisionByItself(t *testing.T) {
	t.Parallel()
	w := begin()
	w.approval(0).Decision = "withdrawn"
	if s := approval.Judge(w.reg, w.workload, w.workload.Approvals[0], day("2026-11-22")); s.State != approval.Withdrawn || s.Text != "The SIRO withdrew the approval on 15 February 2026." {
		t.Errorf("a withdrawal: %+v", s)
	}
	w = begin()
	w.workload.Controller = nil
	if s := approval.Judge(w.reg, w.workload, w.workload.Approvals[0], day("2026-11-22")); s.State != approval.NotAuthorised {
		t.Errorf("of a workload that nobody answers for: %+v", s)
	}
	w = begin()
	facts := &record.Acceptance{Decision: "accepted-with-conditions", Office: record.SIRO, By: "finance", On: day("2026-02-15"), Covers: []record.Covered{{Path: dpia, SHA256: "dd"}}}
	if s := approval.JudgeAcceptance(w.reg, &register.Acceptance{Facts: facts, Organisation: w.workload.Controller}, day("2026-11-22")); !strings.Contains(s.Text, "acceptance of 15 February 2026, with conditions, stands") {
		t.Errorf("an acceptance with conditions: %s", s.Text)
	}
}

func TestTheBestOfNone(t *testing.T) {
	t.Parallel()
	w := begin()
	w.approval(0).By = "deputy"
	if a, s := approval.Best(w.reg, w.workload, record.SIRO, []string{assessment}, day("2026-11-22")); a == nil || s.State != approval.NotAuthorised {
		t.Errorf("one without authority is the only one: %+v", s)
	}
	if a, s := approval.Best(w.reg, w.workload, record.DPO, []string{assessment, dpia}, day("2026-11-22")); a != nil || s.Text != "There is no approval by the DPO that covers assessment.yaml and dpia.md." {
		t.Errorf("another office: %+v", s)
	}
	if a, s := approval.Best(w.reg, w.workload, record.DPO, []string{assessment}, day("2026-11-22")); a != nil || s.State != approval.Missing {
		t.Errorf("another office's approval of the same file: %+v", s)
	}
	if _, s := approval.Best(w.reg, w.workload, record.DPO, nil, day("2026-11-22")); s.Text != "There is no approval by the DPO that covers them." {
		t.Errorf("of no files: %+v", s)
	}
}
