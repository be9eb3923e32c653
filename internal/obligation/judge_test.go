package obligation_test

import (
	"testing"

	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
)

func TestTheValidRegisterMeetsEveryDutyThatApplies(t *testing.T) {
	t.Parallel()
	for id, s := range subjects(valid(t)) {
		for _, o := range catalogue().Obligations {
			if o.Subject != s.Kind() {
				continue
			}
			out := obligation.Judge(o, s, laws(), today)
			if out.State != obligation.Met && out.State != obligation.NotApplicable {
				t.Errorf("%s, %s: %s: %s", id, o.ID, out.State, out.Reasons[0].Text)
			}
			if len(out.Reasons) == 0 || out.Reasons[0].Text == "" {
				t.Errorf("%s, %s: no reason", id, o.ID)
			}
		}
	}
}

// TestEveryDutyCanBeMetAndUnmet: no row of the catalogue is out of reach, and none is met whatever the evidence.
func TestEveryDutyCanBeMetAndUnmet(t *testing.T) {
	t.Parallel()
	type seen struct{ met, unmet bool }
	duties := make(map[string]*seen)
	for _, o := range catalogue().Obligations {
		duties[o.ID] = new(seen)
	}
	policy := edit{file: "evidence/policy.yaml", new: "schema: muniment/v1\nkind: policy\nlocationProfile: {profile: uk-only, reason: Ours.}\n"}
	full, ukOnly := valid(t), edit{file: "evidence/policy.yaml", old: "notice: 90d\n", new: "notice: 90d\nlocationProfile: {profile: uk-at-rest, reason: Ours.}\n"}
	registers := []*register.Register{
		full, valid(t, ukOnly), read(t, "testdata/bare.txtar", policy),
		valid(t, changes(trialFile, "  - {from: 2026-10-31, to: 2027-01-31, reason: More readers., agreedBy: [ig-lead, sro], recorded: 2026-10-12}\n", "", "extensions:\n", "")...),
		valid(t, change(assessmentFile, "personal: confidential-patient", "personal: none")...),
		valid(t, change("imaging.yaml", "stage: signed", "stage: procurement")...),
		valid(t, change(workloadFile, "model: public", "model: private")...),
		valid(t, change(assessmentFile, "transfers:\n", "transfers:\n  - {country: US, mechanism: privacy-shield, signed: 2019-05-20, parties: We and they}\n")...),
	}
	for _, reg := range registers {
		for _, s := range subjects(reg) {
			for _, o := range catalogue().Obligations {
				if o.Subject != s.Kind() {
					continue
				}
				switch state := obligation.Judge(o, s, laws(), today).State; {
				case state == obligation.Met:
					duties[o.ID].met = true
				case state != obligation.NotApplicable:
					duties[o.ID].unmet = true
				}
			}
		}
	}
	for _, o := range catalogue().Obligations {
		if d := duties[o.ID]; !d.met || !d.unmet {
			t.Errorf("%s (%s): met somewhere: %t, not met somewhere: %t", o.ID, o.Title, d.met, d.unmet)
		}
	}
}

// TestDueDaysNameAnOffice: where a record, the kind of duty or the catalogue makes plain who is asked to act, the due day
// says so.
func TestDueDaysNameAnOffice(t *testing.T) {
	t.Parallel()
	list := subjects(valid(t))
	for _, c := range []struct {
		duty, subject string
		office        string
	}{
		{"OFF-01", archive, "ig-lead"},
		{"OFF-02a", archive, "siro"},
		{"OFF-03a", archive, "dpo"},
		{"OFF-15a", archive, "dpo"},
		{"OFF-27", archive, "siro"},
		{"OFF-30", trust, "ig-lead"},
		{"INN-06", trial, "dpo"},
		{"INN-10", trial, "sro"},
		{"NWS-05", acme, ""}, // no office of any one organisation
	} {
		if due := obligation.Judge(catalogue().Get(c.duty), list[c.subject], laws(), today).Due; due.On.IsZero() || due.Office != c.office {
			t.Errorf("%s falls due on %q and asks the %q, want the %q", c.duty, due.On, due.Office, c.office)
		}
	}
}
