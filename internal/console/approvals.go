package console

import (
	"example.org/muniment/internal/plain"
	"example.org/muniment/internal/report"
)

// proofs say what a decision rests on.
var proofs = map[string]string{
	"stated": "stated, not proven", "signed": "signed", "witnessed": "witnessed on a forge, not signed by its maker", "unproven": "a signature that proves nothing",
}

// approvals prints decisions as they stand; those that a later one took the place of only where everything is wanted.
func (p *page) approvals(list []report.Approval) {
	var shown []report.Approval
	for _, a := range list {
		if p.o.All || a.State != "superseded" {
			shown = append(shown, a)
		}
	}
	if len(shown) == 0 {
		return
	}
	p.printf("Approvals\n")
	for _, a := range shown {
		state := "failing"
		switch a.State {
		case "valid":
			state = "met"
		case "superseded":
			state = "not-applicable"
		}
		by := ""
		if a.By != "" {
			by = " (" + plain.Line(a.By) + ")"
		}
		proof := proofs[a.Proof]
		if proof == "" {
			proof = a.Proof
		}
		p.printf("  %s  %s%s, %s: %s, %s\n", p.paint(state, p.label(cell{a.State, state})), a.Office, by, a.On.Long(), a.Decision, proof)
		p.para(4, a.Text)
		p.printf("    %s\n    sha256 %s\n", plain.Line(a.Path), a.Digest)
		if a.Print != "" {
			p.printf("    key %s\n", a.Print)
		}
		if a.Witnessed != nil {
			p.printf("    review by %s on %s %s of commit %s, %s\n", plain.Line(a.Witnessed.Login), plain.Line(a.Witnessed.Forge), plain.Line(a.Witnessed.PullRequest), short(a.Witnessed.Commit), a.Witnessed.At)
		}
		if a.Entered != nil {
			p.printf("    in the record since commit %s of %s\n", short(a.Entered.ID), a.Entered.Day.Long())
		}
	}
	p.printf("  docs/approval-format.md says how to check one with ssh-keygen and sha256sum; muniment verify checks all.\n\n")
}

func short(id string) string { return id[:min(len(id), 10)] }
