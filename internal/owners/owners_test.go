package owners_test

import (
	"strings"
	"testing"

	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/owners"
	"example.org/muniment/internal/report"
	"github.com/google/go-cmp/cmp"
)

func made() *report.Report {
	return &report.Report{Reminding: map[string]report.Reminding{
		"Z9B2C": {Governance: []string{"registrar"}, People: 1},
		"Z9A1A": {
			Governance: []string{"registrar", "siro"}, People: 2,
			Accounts: []report.Account{
				{Email: "secretary@example.org", Forge: "github.com", Login: "secretary"},
				{Email: "secretary@example.org", Forge: "forge.example.org", Login: "other"},
				{Email: "siro@example.org", Forge: "GitHub.com", Login: "siro"},
				{Email: "lead@example.org", Forge: "github.com", Login: "lead"},
				{Email: "gone@example.org", Forge: "github.com", Login: "gone"},
			},
			Holders: []report.Holder{{Office: "registrar", Email: "secretary@example.org"}, {Office: "siro", Email: "siro@example.org"}, {Office: "ig-lead", Email: "Lead@example.org"}},
		},
	}}
}

// rules leaves remarks and empty lines out.
func rules(text []byte) string {
	var out []string
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "# W") && !strings.HasPrefix(line, "# T") && !strings.HasPrefix(line, "# O") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

func TestOwnersFollowAppointments(t *testing.T) {
	want := strings.TrimSpace(`
* @secretary @siro
/evidence/suppliers/ @lead
/evidence/organisations/Z9A1A/ @lead
/evidence/organisations/Z9A1A/workloads/ @lead
/evidence/organisations/Z9A1A/appointments.yaml @secretary @siro
/evidence/organisations/Z9A1A/policy.yaml @secretary @siro
# /evidence/organisations/Z9B2C/: nobody who holds the office of ig-lead has an account
# /evidence/organisations/Z9B2C/workloads/: nobody who holds the office of ig-lead, iao, sro has an account
# /evidence/organisations/Z9B2C/appointments.yaml: nobody who holds the office of registrar has an account
# /evidence/organisations/Z9B2C/policy.yaml: nobody who holds the office of registrar has an account`)
	if diff := cmp.Diff(want, rules(owners.File(made(), forge.GitHub, "github.com"))); diff != "" {
		t.Errorf("GitHub (-want +got):\n%s", diff)
	}
	gitea := rules(owners.File(made(), forge.Gitea, "forge.example.org"))
	for _, line := range []string{".* @other", `evidence/organisations/Z9A1A/appointments\.yaml @other`, "# /evidence/organisations/Z9A1A/: nobody who holds the office of ig-lead has an account"} {
		if !strings.Contains("\n"+gitea+"\n", "\n"+line+"\n") {
			t.Errorf("Gitea: no line %q in\n%s", line, gitea)
		}
	}
}

func TestProtectionFollowsPolicy(t *testing.T) {
	want := forge.Protection{Approvals: 2, DismissStale: true, CodeOwners: true, Administrator: true, Checks: []string{"brief", "verify"}}
	got := owners.Protection(made(), []string{"verify", "brief"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if words := owners.Describe(&got); words != "2 reviews, by an owner, taken back by new commits, administrators held to it, checks brief, verify" {
		t.Error(words)
	}
	if owners.Describe(nil) != "not protected" || owners.Path(forge.Gitea) != "CODEOWNERS" || owners.Path(forge.GitHub) != ".github/CODEOWNERS" {
		t.Error("words or paths are other ones")
	}
	many := made()
	many.Reminding["Z9B2C"] = report.Reminding{People: 20}
	if owners.Protection(many, nil).Approvals != 6 {
		t.Error("more reviews than GitHub takes")
	}
}
