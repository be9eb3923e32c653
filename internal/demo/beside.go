package demo

import (
	"fmt"
	"strings"
)

// begin writes what stands beside the evidence, and the policy.
func (h *history) begin(_ event, _ *dice) told {
	h.writeReadMe()
	h.put(".gitignore", []byte("/public\n/public.generations/\n"))
	h.put("evidence/policy.yaml", []byte(h.policy()))
	h.put("site/site.yaml", []byte(site))
	h.put("site/pages/about-this-sample.md", []byte("---\ntitle: About this sample\n---\n\n"+h.about()))
	return told{subject: "Begin the register", who: keeper}
}

// end lets the last commit fall on the last day.
func (h *history) end(_ event, _ *dice) told {
	o := h.organisations[0]
	o.listRead = h.today
	h.writeOrganisation(o)
	return told{subject: o.ods + ": read the list of adequate countries", who: o.post(governance)}
}

func (h *history) writeReadMe() {
	text := "# A sample of an evidence register\n\n" + h.about() + "\n## Looking at it\n\n```\nmuniment status\nmuniment build && open public/index.html\n```\n"
	if h.edition > 0 {
		text += fmt.Sprintf("\nEdition %d of this page.\n", h.edition+1)
	}
	h.put("README.md", []byte(text))
}

// about says what the repository is and how it was made.
func (h *history) about() string {
	flags := []string{
		fmt.Sprintf("--seed %d", h.Seed), fmt.Sprintf("--organisations %d", h.Organisations), fmt.Sprintf("--workloads %d", h.Workloads),
		fmt.Sprintf("--suppliers %d", h.Suppliers), fmt.Sprintf("--years %d", h.Years), fmt.Sprintf("--commits %d", h.Commits),
		fmt.Sprintf("--until %s", h.Until),
	}
	return `**Everything here is generated and fictional**: organisations, suppliers, workloads, certificates, decisions and mailboxes.
ODS codes begin with Z, posts stand in the place of people, and addresses end in ` + "`example.org`" + `. Only dates of law and the names of
schemes, standards and guidance are real.

It was made by

` + "```\nmuniment demo DIR " + strings.Join(flags, " ") + "\n```" + `

and the same command gives the same commits everywhere. A few commits on the way hold a record that ` + "`muniment check`" + ` refuses, on
purpose; later ones repair it.
`
}

const site = `title: Sample of a cloud evidence register
organisation: A made-up region (fictional)
contact:
  title: Register keeper
  email: register@example.org
pages:
  - about-this-sample
`

// policy are the local choices: those below, and that approvals are signed.
func (h *history) policy() string {
	if h.Stated {
		return policy
	}
	signed := strings.Replace(policy, "notice: 90d\napprovals:\n", "notice: 90d\nrepository: "+repositoryName+"\napprovals:\n  proof: signed\n", 1)
	return strings.Replace(signed, "# Local choices", "# The keys in the appointments are for this sample only: anybody can derive them from its seed.\n# Local choices", 1)
}

const policy = `# Local choices of these fictional organisations. Nothing here is national.
schema: muniment/v1
kind: policy
visibility: open
cadences:
  appointments: 13m
  approval: 25m
  adequacyCheck: 9m
  locations: 13m
  dataFacts: 13m
  dpia: 24m
  review:
    I: 24m
    II: 24m
    III: 13m
    IV: 13m
    V: 13m
  evidenceReview: 13m
  jurisdictions: 13m
  principles: 13m
  cryptography: 13m
  monitoring: 9m
  costs: 3m
  deployment: 13m
  support: 13m
  answers: 24m
  exitPlan: 12m
  acceptance: 13m
  report: 15m
  penetrationTest: 13m
  readiness: 18m
limits:
  trial: 12m
  closure: 30d
  notice: 30d
  contractTerm: 3y
  update: 15m
  exception: 12m
notice: 90d
approvals:
  production:
    I: [siro]
    II: [siro, dpo]
    III: [siro, dpo]
    IV: [siro, dpo, caldicott-guardian]
    V: [siro, dpo, caldicott-guardian, iao]
  innovation: [ig-lead, sro]
  exception: [siro]
locationProfile:
  profile: uk-eea-adequate
  reason: The off-shoring guidance as it stands.
`
