package report

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
)

// Waiting is something that lowers a status now, and whom it waits for: an office, or else the owner.
type Waiting struct {
	Office       string `json:"office,omitempty"` // as records write it; empty when it waits for the owner
	Owner        string `json:"owner,omitempty"`  // post and mailbox
	Organisation Ref    `json:"organisation,omitzero"`
	Subject      Ref    `json:"subject"`
	Obligation   string `json:"obligation"`
	State        string `json:"state"`
	Text         string `json:"text"` // the reason
	Remedy       string `json:"remedy"`
}

// waits lists what waits for somebody under a subject's own verdicts. Approved holds the titles of offices whose approval is valid: of
// a duty to approve, only the others are waited for.
func (m *Maker) waits(of, organisation Ref, in Held, owner string, approved []string) []Waiting {
	if in.Judged == nil {
		return nil
	}
	var out []Waiting
	for _, v := range in.Judged.Verdicts {
		if !v.State.Lowers() || v.Obligation.AliasOf != "" || in.Judged.Excepts(v) != nil {
			continue
		}
		one := Waiting{Owner: owner, Organisation: organisation, Subject: of, Obligation: v.Obligation.ID, State: string(v.State), Text: v.Reasons[0].Text, Remedy: v.Obligation.Remedy}
		named := false
		if v.Obligation.Kind == obligation.KindApproval {
			for _, office := range record.Offices() {
				if text, ok := asks(v, office, approved); ok {
					ask := one
					ask.Office, ask.Text, named = string(office), text, true
					ask.Remedy = "Look at the files that the duty names and decide: “" + command(of.ID, office) + "”."
					out = append(out, ask)
				}
			}
		}
		if !named {
			one.Office = string(v.Obligation.Office)
			out = append(out, one)
		}
	}
	return out
}

// command is how an office decides on a workload.
func command(workload string, office record.Office) string {
	return "muniment approve " + workload + " --office " + string(office)
}

// withCommands tells, under a workload's own duties to approve, how the offices that are waited for do it.
func withCommands(w *Workload, in Held) {
	if in.Judged == nil {
		return
	}
	approved := approvedBy(w.Approvals)
	for i, v := range in.Judged.Verdicts { // those of the workload itself come first, in this order
		if v.Obligation.Kind != obligation.KindApproval || v.Obligation.AliasOf != "" || !v.State.Lowers() {
			continue
		}
		for _, office := range record.Offices() {
			if _, ok := asks(v, office, approved); ok {
				w.Verdicts[i].Commands = append(w.Verdicts[i].Commands, command(w.ID, office))
			}
		}
	}
}

// asks finds the reason for which a duty to approve waits for an office. An approval that is valid can be waited for again: when its
// holder has changed, when local policy asks for it anew, when an extension is not covered.
func asks(v *assess.Verdict, office record.Office, approved []string) (string, bool) {
	title := office.Title()
	for _, r := range v.Reasons {
		if !strings.Contains(r.Text, title) {
			continue
		}
		switch {
		case r.Rule == "holder", r.Rule == "cadence", r.Rule == "extension":
			return r.Text, true
		case strings.HasPrefix(r.Rule, "approval") && !slices.Contains(approved, title):
			return r.Text, true
		}
	}
	return "", false
}

// approvedBy lists the titles of offices with a valid approval.
func approvedBy(list []Approval) []string {
	var out []string
	for _, a := range list {
		if a.State == "valid" {
			out = append(out, a.Office)
		}
	}
	return out
}

// inTurn orders what waits: the worst first, then by subject and duty.
func inTurn(a, b Waiting) int {
	return cmp.Or(StateRank(a.State)-StateRank(b.State), inOrder(a.Subject, b.Subject), cmp.Compare(a.Obligation, b.Obligation), cmp.Compare(a.Office, b.Office))
}
