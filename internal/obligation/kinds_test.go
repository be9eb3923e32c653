package obligation_test

import (
	"strings"
	"sync"
	"testing"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
)

// broken is one thing changed in the valid register, and what becomes of one duty.
type broken struct {
	claim   string
	duty    string
	subject string
	edits   []edit
	day     string // 2026-11-22 when left out
	want    obligation.State
	says    string // words of the deciding reason
	place   string // the end of its place, where that matters
}

const (
	archive = "workload ZZ1/archive"
	trial   = "workload ZZ1/trial"
	trust   = "organisation ZZ1"
	acme    = "supplier acme"
	imaging = "contract ZZ1/imaging"
	north   = "footprint north"
)

func change(file, before, after string) []edit { return []edit{{file: file, old: before, new: after}} }

// changes pairs edits of one file: before, after, before, after …
func changes(file string, texts ...string) []edit {
	var list []edit
	for i := 0; i < len(texts); i += 2 {
		list = append(list, edit{file: file, old: texts[i], new: texts[i+1]})
	}
	return list
}

func gone(file string) []edit { return []edit{{file: file}} }

func late(edits []edit) []edit {
	for i := range edits {
		edits[i].late = true
	}
	return edits
}

func (b broken) run(t *testing.T) {
	t.Helper()
	t.Run(b.claim, func(t *testing.T) {
		t.Parallel()
		day := today
		if b.day != "" {
			day = calendar.MustParse(b.day)
		}
		o := catalogue().Get(b.duty)
		if o == nil {
			t.Fatalf("there is no duty %s", b.duty)
		}
		reg := valid(t, b.edits...)
		s, ok := subjects(reg)[b.subject]
		if !ok {
			t.Fatalf("there is no %s", b.subject)
		}
		got := obligation.Judge(o, s, laws(), day)
		if got.State != b.want || !strings.Contains(deciding(o, got), b.says) {
			t.Errorf("%s for %s on %s is %s, want %s with %q\n%s", b.duty, b.subject, day, got.State, b.want, b.says, reasons(got))
		}
		if b.place != "" && !strings.HasSuffix(got.Reasons[0].Place.String(), b.place) {
			t.Errorf("the reason is at %s, want %s", got.Reasons[0].Place, b.place)
		}
		if problem := consistent(o, s, day, got); problem != "" {
			t.Error(problem)
		}
		for _, problem := range unread(untouched(), reg, day) {
			t.Error(problem)
		}
	})
}

var untouched = sync.OnceValue(func() *register.Register { return samples()["valid"] })

// deciding is the reason that decided. Where the catalogue puts it plainly, what is wrong with which field follows.
func deciding(o *obligation.Obligation, out obligation.Outcome) string {
	text := out.Reasons[0].Text
	o = o.Target()
	if p := o.Record; p != nil && (text == p.Absent || text == p.Unmet) ||
		o.Freshness != nil && text == o.Freshness.Absent || o.Declaration != nil && text == o.Declaration.Absent {
		text += " " + out.Reasons[1].Text
	}
	return text
}

func reasons(o obligation.Outcome) string {
	var b strings.Builder
	for _, r := range o.Reasons {
		b.WriteString("\t" + r.Rule + ": " + r.Text + " (" + r.Place.String() + ")\n")
	}
	return b.String()
}

// consistent tells what is wrong with an outcome's due day: on it the state is the one announced and worse than today's, on
// the day before it is today's.
func consistent(o *obligation.Obligation, s obligation.Subject, day calendar.Date, out obligation.Outcome) string {
	due := out.Due
	if due.On.IsZero() {
		return ""
	}
	same := func(a, b obligation.State) bool {
		good := func(s obligation.State) bool { return s == obligation.Met || s == obligation.NotApplicable }
		return a == b || good(a) && good(b)
	}
	then := obligation.Judge(o, s, laws(), due.On)
	before := obligation.Judge(o, s, laws(), due.On.AddDays(-1))
	switch {
	case !due.On.After(day):
		return o.ID + ": the due day " + due.On.String() + " is not after the day judged"
	case then.State != due.Then:
		return o.ID + ": on " + due.On.String() + " it is " + string(then.State) + ", not " + string(due.Then)
	case then.State.Rank() >= out.State.Rank():
		return o.ID + ": on " + due.On.String() + " it is no worse"
	case !same(before.State, out.State):
		return o.ID + ": the day before " + due.On.String() + " it is " + string(before.State) + ", not " + string(out.State)
	case due.Text == "" || due.Rule == "":
		return o.ID + ": the due day does not say why"
	}
	return ""
}

func runAll(t *testing.T, cases []broken) {
	t.Helper()
	t.Parallel()
	for _, c := range cases {
		c.run(t)
	}
}

const (
	workloadFile   = "archive/workload.yaml"
	assessmentFile = "archive/assessment.yaml"
	dpiaFile       = "archive/dpia.md"
	trialFile      = "trial/workload.yaml"
	frPlace        = "    - {country: FR, region: eu-west, purpose: replica, supplier: acme, from: 2025-04-01}\n"
	usPlace        = "    - {country: US, region: us-east, purpose: processing, supplier: acme, from: 2025-04-01}\n"
)

func TestRecord(t *testing.T) {
	runAll(t, []broken{
		{claim: "a record that is missing", duty: "INN-13b", subject: trial, edits: gone("trial/exit-plan.yaml"), want: "blocked", says: "The exit plan is not there"},
		{
			claim: "the field on which all rests is missing", duty: "OFF-13", subject: archive, want: "blocked", says: "“class”",
			edits: changes(assessmentFile, "class:\n  level: V\n  recorded: 2026-02-02\n  model: Data risk model\n  version: \"1.0\"\n  file:\n    path: evidence/organisations/ZZ1/workloads/archive/files/model.txt\n    sha256: \"{evidence/organisations/ZZ1/workloads/archive/files/model.txt}\"\n  rationale: Patient images in volume.\n", ""),
		},
		{claim: "a field that the constraint wants is missing", duty: "OFF-11", subject: archive, edits: change(assessmentFile, "  retention: 8 years\n", ""), want: "blocked", says: "“data.retention”", place: "assessment.yaml:4:3"},
		{claim: "a missing part is less than a missing whole", duty: "OFF-15b", subject: archive, edits: change(dpiaFile, "dataFlow: {collecting: From scanners., transferring: By TLS., storing: Encrypted., processing: In place.}\n", ""), want: "incomplete", says: "dataFlow"},
		{claim: "an old protocol", duty: "NWS-03", subject: acme, edits: change("acme/supplier.yaml", `version: "1.3"`, `version: "1.1"`), want: "failing", says: "TLS 1.1", place: "acme/supplier.yaml:10:28"},
		{claim: "days out of order", duty: "OFF-12", subject: archive, edits: change(assessmentFile, "  recorded: 2026-02-02", "  recorded: 2026-01-31"), want: "overdue", says: "31 January 2026"},
		{claim: "one day is in order when on or before is enough", duty: "OFF-12", subject: archive, edits: change(assessmentFile, "  recorded: 2026-02-02", "  recorded: 2026-02-01"), want: "met"},
		{claim: "one day is out of order when before is wanted", duty: "OFF-21b", subject: imaging, edits: change("imaging.yaml", "clarified: 2025-02-01", "clarified: 2025-03-01"), want: "failing", says: "must be before"},
		{claim: "a contract signed before the duty held", duty: "OFF-21b", subject: imaging, edits: changes("imaging.yaml", "signed: 2025-03-01", "signed: 2017-03-01", "from: 2025-04-01", "from: 2017-04-01"), want: "not-applicable", says: "before the duty held"},

		{claim: "the controller has closed", duty: "OFF-04", subject: archive, edits: change("ZZ1/organisation.yaml", "fictional: true\n", "fictional: true\nclosed: 2026-03-31\n"), want: "blocked", says: "closed on 31 March 2026"},
		{claim: "on its last day the controller still owns the decision", duty: "OFF-04", subject: archive, edits: change("ZZ1/organisation.yaml", "fictional: true\n", "fictional: true\nclosed: 2026-11-22\n"), want: "met"},
		{claim: "nobody answers for the workload", duty: "OFF-04", subject: archive, edits: change(workloadFile, "accountable: {title: Chief Information Officer, email: cio@zz1.example.org}\n", ""), want: "blocked", says: "accountable"},
		{claim: "the SIRO took no part", duty: "OFF-06", subject: archive, edits: change(assessmentFile, "participants: [siro, dpo]", "participants: [dpo]"), want: "incomplete", says: "SIRO"},
		{claim: "a decision after live use began, with no earlier approval", duty: "OFF-06", subject: archive, edits: gone("archive/approvals/2025-03-25-siro.yaml"), want: "incomplete", says: "after live use began"},
		{claim: "live use began before the duty held", duty: "OFF-06", subject: archive, want: "met", edits: append(gone("archive/approvals/2025-03-25-siro.yaml"), changes(workloadFile, "started: 2025-04-01", "started: 2017-04-01")...)},
		{claim: "no advice and no statement", duty: "OFF-09a", subject: archive, edits: change(assessmentFile, "advice:\n  - {adviser: Example Solicitors, on: 2025-01-20, question: \"May it be processed there?\", countries: [US]}\n", ""), want: "gap", says: "neither advice"},
		{claim: "the statement in place of advice", duty: "OFF-09a", subject: archive, edits: change(assessmentFile, "advice:\n  - {adviser: Example Solicitors, on: 2025-01-20, question: \"May it be processed there?\", countries: [US]}\n", "noAdviceNeeded: Nobody was unsure.\n"), want: "met"},
		{claim: "found not appropriate and live", duty: "OFF-14", subject: archive, edits: change(assessmentFile, "outcome: appropriate\n", "outcome: not-appropriate\n"), want: "failing", says: "it is live"},
		{claim: "found not appropriate and not live", duty: "OFF-14", subject: archive, want: "met", edits: append(changes(assessmentFile, "outcome: appropriate\n", "outcome: not-appropriate\n"), changes(workloadFile, "phase: live", "phase: proposed")...)},
		{claim: "high residual risk without consultation", duty: "OFF-15a", subject: archive, edits: change(dpiaFile, "residualRisk: low", "residualRisk: high"), want: "blocked", says: "has not been consulted"},
		{claim: "high residual risk, consulted, not answered", duty: "OFF-15a", subject: archive, edits: change(dpiaFile, "residualRisk: low", "residualRisk: high\npriorConsultation: {sent: 2026-02-06}"), want: "blocked", says: "has not answered"},
		{claim: "high residual risk, let proceed", duty: "OFF-15a", subject: archive, edits: change(dpiaFile, "residualRisk: low", "residualRisk: high\npriorConsultation: {sent: 2026-02-06, outcome: may-proceed, answered: 2026-02-07}"), want: "met"},
		{claim: "high residual risk, forbidden", duty: "OFF-15a", subject: archive, edits: change(dpiaFile, "residualRisk: low", "residualRisk: high\npriorConsultation: {sent: 2026-02-06, outcome: may-not-proceed, answered: 2026-02-07}"), want: "blocked", says: "may not proceed"},
		{claim: "a risk without a control", duty: "OFF-16", subject: archive, edits: change(assessmentFile, "controls: [second-site]", "controls: []"), want: "failing", says: "No control answers"},
		{claim: "a control without evidence", duty: "OFF-16", subject: archive, edits: change(assessmentFile, ", evidence: {reference: Test 4}", ""), want: "incomplete", says: "nothing shows"},
		{claim: "a planned control whose day has passed", duty: "OFF-16", subject: archive, edits: change(assessmentFile, "state: in-place, evidence: {reference: Test 4}", "state: planned, due: 2026-11-21"), want: "overdue", says: "21 November 2026"},
		{claim: "a planned control on its last day", duty: "OFF-16", subject: archive, edits: change(assessmentFile, "state: in-place, evidence: {reference: Test 4}", "state: planned, due: 2026-11-22"), want: "met"},
		{claim: "a decision on the IG Toolkit", duty: "OFF-17b", subject: archive, edits: change(assessmentFile, "document: dspt, edition: 2025-26", "document: ig-toolkit, edition: v14.1"), want: "failing", says: "IG Toolkit"},
		{claim: "a decision on the IG Toolkit while it was in use", duty: "OFF-17b", subject: archive, want: "met", edits: changes(assessmentFile, "document: dspt, edition: 2025-26, consulted: 2026-02-01", "document: ig-toolkit, edition: v14.1, consulted: 2018-02-01", "  on: 2026-02-10", "  on: 2018-02-10")},
		{claim: "the toolkit result is that of the year before last", duty: "OFF-17c", subject: trust, edits: change("ZZ1/organisation.yaml", "  - {year: 2025-26, status: met, published: 2026-06-25}\n", ""), want: "overdue", says: "2024-25"},
		{claim: "the toolkit result is enough until the next deadline has passed", duty: "OFF-17c", subject: trust, edits: change("ZZ1/organisation.yaml", "  - {year: 2025-26, status: met, published: 2026-06-25}\n", ""), day: "2026-06-30", want: "met"},
		{claim: "the toolkit result is approaching", duty: "OFF-17c", subject: trust, edits: change("ZZ1/organisation.yaml", "{year: 2025-26, status: met,", "{year: 2025-26, status: approaching,"), want: "incomplete", says: "approaching"},
		{claim: "the toolkit result is not met", duty: "OFF-17c", subject: trust, edits: change("ZZ1/organisation.yaml", "{year: 2025-26, status: met,", "{year: 2025-26, status: not-met,"), want: "failing", says: "not-met"},
		{claim: "no toolkit result at all", duty: "OFF-17c", subject: trust, edits: change("ZZ1/organisation.yaml", "dspt:\n  - {year: 2024-25, status: met, published: 2025-06-25}\n  - {year: 2025-26, status: met, published: 2026-06-25}\n", ""), want: "failing", says: "dspt"},
		{claim: "no acceptance of the supplier", duty: "OFF-24b", subject: archive, edits: gone("ZZ1/suppliers/acme.yaml"), want: "gap", says: "has not said"},
		{claim: "the supplier is not accepted", duty: "OFF-24b", subject: archive, edits: change("ZZ1/suppliers/acme.yaml", "decision: accepted", "decision: not-accepted"), want: "failing", says: "refused"},
		{claim: "the accepted evidence has changed", duty: "OFF-24b", subject: archive, edits: late(change("acme/supplier.yaml", "name: Acme Hosting", "name: Acme Hosts")), want: "overdue", says: "has changed since"},
		{claim: "the acceptance fixes a day that has come", duty: "OFF-24b", subject: archive, day: "2027-06-01", want: "overdue", says: "1 June 2027"},
		{claim: "the notice does not speak of the cloud", duty: "OFF-26", subject: archive, edits: change(workloadFile, "mentions: [cloud, locations]", "mentions: [locations]"), want: "gap", says: "the cloud"},
		{claim: "data moved to a further country after the notice", duty: "OFF-26", subject: archive, edits: change(assessmentFile, usPlace, strings.Replace(usPlace, "2025-04-01", "2026-01-10", 1)), want: "overdue", says: "United States"},
		{claim: "the SIRO cannot reach the evidence", duty: "OFF-28", subject: archive, edits: change(workloadFile, "access: [siro, dpo]", "access: [dpo]"), want: "gap", says: "SIRO"},
		{claim: "the only independent certificate has expired", duty: "OFF-28", subject: archive, edits: change("certificates/iso.yaml", "expires: 2028-06-01", "expires: 2026-11-22"), want: "gap", says: "current and independent"},
		{claim: "a certificate that is not independent", duty: "OFF-28", subject: archive, edits: change(workloadFile, "independent: [acme/iso]", "independent: [acme/essentials]"), want: "gap", says: "not independent"},
		{claim: "the list of adequate countries changed since", duty: "OFF-30", subject: trust, edits: change("ZZ1/organisation.yaml", "lastChecked: 2026-09-01", "lastChecked: 2023-09-01"), day: "2023-11-01", want: "overdue", says: "12 October 2023"},
		{claim: "a product that does not meet a mandatory standard", duty: "VIS-02", subject: acme, edits: change("products/archive.yaml", `standard: dcb0129, edition: "4.2", status: meets`, `standard: dcb0129, edition: "4.2", status: partly`), want: "failing", says: "DCB0129"},
		{claim: "a product that was not checked", duty: "VIS-02", subject: acme, edits: change("products/archive.yaml", "  - {standard: isb-0149, edition: \"1\", status: meets, on: 2025-01-15}\n", ""), want: "failing", says: "has not been checked"},
		{claim: "a product that is not clinical needs no clinical standard", duty: "VIS-02", subject: acme, want: "met", edits: changes("products/archive.yaml", "clinical: true", "clinical: false", "  - {standard: dcb0129, edition: \"4.2\", status: meets, on: 2025-01-15}\n", "")},
		{claim: "a standard met only after signature", duty: "VIS-10", subject: imaging, edits: change("products/archive.yaml", `standard: dcb0129, edition: "4.2", status: meets, on: 2025-01-15`, `standard: dcb0129, edition: "4.2", status: meets, on: 2025-03-02`), want: "failing", says: "on or before the day of signature"},
		{claim: "a contract without a product", duty: "VIS-10", subject: imaging, want: "not-applicable", says: "No product", edits: append(changes("imaging.yaml", "products: [archive]\n", ""), changes(workloadFile, ", product: archive, contract: imaging", "")...)},
		{claim: "no product that the duty is about", duty: "VIS-05a", subject: acme, edits: change("products/archive.yaml", "clinical: true", "clinical: false"), want: "not-applicable", says: "of the sort"},
		{claim: "the safety case is about another version", duty: "VIS-05b", subject: archive, edits: change(workloadFile, `deployedVersion: "7.2"`, `deployedVersion: "7.3"`), want: "failing", says: "7.3"},
		{claim: "the product's safety case is about another version", duty: "VIS-05a", subject: acme, edits: change("products/archive.yaml", "clinical: true\n", "clinical: true\n"), want: "met"},
		{claim: "neither reference nor reason for spend controls", duty: "VIS-09b", subject: imaging, edits: change("imaging.yaml", "reference: SC 12, on", "on"), want: "gap", says: "neither"},
		{claim: "a member outside the footprint's own time", duty: "DIA-02", subject: north, edits: change("north.yaml", "population: 900000\n", "to: 2027-03-31\npopulation: 900000\n"), want: "incomplete", says: "outside the footprint's own time"},
		{claim: "the lead is no member any more", duty: "DIA-02", subject: north, edits: change("north.yaml", "  - {organisation: ZZ1, from: 2024-04-01}\n", "  - {organisation: ZZ1, from: 2024-04-01, to: 2026-11-21}\n"), want: "incomplete", says: "not a member"},
		{claim: "a control with two leads", duty: "DIA-04", subject: north, edits: change("north.yaml", "  - {control: Backups, lead: ZZ1}\n", "  - {control: Backups, lead: ZZ1}\n  - {control: backups, lead: ZZ1}\n"), want: "gap", says: "more than one lead"},
		{claim: "a private cloud is contested and no failure", duty: "VIS-01b", subject: archive, edits: change(workloadFile, "model: public", "model: private"), want: "contested"},
		{claim: "on premises", duty: "VIS-01a", subject: archive, edits: change(workloadFile, "model: public", "model: on-premises"), want: "gap"},
		{claim: "identifiers found in a trial", duty: "INN-01b", subject: trial, edits: change("trial/assessment.yaml", "found: 0", "found: 3"), want: "failing", says: "leakScan.found"},
		{claim: "a data set added after the scan", duty: "INN-01b", subject: trial, edits: change("trial/assessment.yaml", "added: 2026-04-01", "added: 2026-05-01"), want: "overdue", says: "after the last scan"},
	})
}

func TestApproval(t *testing.T) {
	siro := "archive/approvals/2026-02-15-siro.yaml"
	appointments := "ZZ1/appointments.yaml"
	held := "  - {person: finance-director, office: siro, from: 2024-01-01}\n"
	withdrawal := func(day, decision string) edit {
		return edit{file: "evidence/organisations/ZZ1/workloads/archive/approvals/" + day + "-siro.yaml", new: "schema: muniment/v1\nkind: approval\noffice: siro\nby: finance-director\ndecision: " + decision + "\non: " + day + "\ncovers:\n  - path: evidence/organisations/ZZ1/workloads/archive/assessment.yaml\n    sha256: \"{evidence/organisations/ZZ1/workloads/archive/assessment.yaml}\"\n"}
	}
	runAll(t, []broken{
		{claim: "no approval", duty: "OFF-02a", subject: archive, edits: gone(siro), want: "blocked", says: "is stale"}, // the first year's is left
		{claim: "no approval at all", duty: "OFF-02a", subject: archive, edits: append(gone(siro), gone("archive/approvals/2025-03-25-siro.yaml")...), want: "blocked", says: "There is no approval by the SIRO that covers assessment.yaml and dpia.md"},
		{claim: "a covered byte has changed", duty: "OFF-02a", subject: archive, edits: late(change(assessmentFile, "reasons: The risks are answered.", "reasons: The risks are answered!")), want: "blocked", says: "assessment.yaml has changed since"},
		{claim: "the approver did not hold the office on the day", duty: "OFF-02a", subject: archive, edits: change(appointments, held, "  - {person: finance-director, office: siro, from: 2026-02-16}\n"), want: "blocked", says: "did not hold the office"},
		{claim: "the approver's last day in office", duty: "OFF-03a", subject: archive, edits: change(appointments, "{person: head-of-privacy, office: dpo, from: 2024-01-01}", "{person: head-of-privacy, office: dpo, from: 2024-01-01, to: 2026-02-15}"), want: "met"},
		{claim: "a deputy decides and is named", duty: "OFF-03a", subject: archive, edits: change(appointments, "{person: head-of-privacy, office: dpo, from: 2024-01-01}", "{person: head-of-privacy, office: dpo, from: 2024-01-01, deputy: true}"), want: "met", says: "by the deputy, Head of Privacy"},
		{claim: "withdrawn later", duty: "OFF-02a", subject: archive, edits: []edit{withdrawal("2026-06-01", "withdrawn")}, want: "blocked", says: "withdrew"},
		{claim: "refused later", duty: "OFF-02a", subject: archive, edits: []edit{withdrawal("2026-06-01", "refused")}, want: "blocked", says: "refused"},
		{claim: "withdrawn in the future", duty: "OFF-02a", subject: archive, edits: []edit{withdrawal("2026-12-01", "withdrawn")}, want: "met"},
		{claim: "its own last day has passed", duty: "OFF-02a", subject: archive, edits: change(siro, "on: 2026-02-15\n", "on: 2026-02-15\nto: 2026-11-21\n"), want: "overdue", says: "held until 21 November 2026"},
		{claim: "its own last day", duty: "OFF-02a", subject: archive, edits: change(siro, "on: 2026-02-15\n", "on: 2026-02-15\nto: 2026-11-22\n"), want: "met"},
		{claim: "local policy asks for a renewed one", duty: "OFF-02a", subject: archive, day: "2027-02-15", want: "overdue", says: "local policy"},
		{claim: "the day before the renewal falls due", duty: "OFF-02a", subject: archive, day: "2027-02-14", want: "met"},
		{claim: "before it was made", duty: "OFF-03a", subject: archive, day: "2026-02-14", want: "blocked", says: "after the day judged"},
		{claim: "an office of the local matrix is missing", duty: "OFF-02a", subject: archive, edits: gone("archive/approvals/2026-02-15-iao.yaml"), want: "blocked", says: "Local policy asks for it"},
		{claim: "no profile class means the highest", duty: "OFF-02a", subject: archive, want: "blocked", says: "IAO", edits: append(gone("archive/approvals/2026-02-15-iao.yaml"), changes(assessmentFile, "class:\n  level: V\n  recorded: 2026-02-02\n  model: Data risk model\n  version: \"1.0\"\n  file:\n    path: evidence/organisations/ZZ1/workloads/archive/files/model.txt\n    sha256: \"{evidence/organisations/ZZ1/workloads/archive/files/model.txt}\"\n  rationale: Patient images in volume.\n", "")...)},
		{claim: "a lower class has its own matrix", duty: "OFF-02a", subject: archive, want: "met", edits: append(gone("archive/approvals/2026-02-15-iao.yaml"), changes(assessmentFile, "level: V", "level: III")...)},
		{claim: "the Caldicott Guardian for confidential patient information", duty: "OFF-03a", subject: archive, edits: gone("archive/approvals/2026-02-15-caldicott-guardian.yaml"), want: "blocked", says: "Caldicott Guardian"},
		{claim: "no Caldicott Guardian for other personal data", duty: "OFF-03a", subject: archive, want: "met", edits: append(gone("archive/approvals/2026-02-15-caldicott-guardian.yaml"), changes(assessmentFile, "personal: confidential-patient", "personal: personal")...)},
		{claim: "the SIRO changed since", duty: "OFF-02a", subject: archive, edits: change(appointments, held, "  - {person: finance-director, office: siro, from: 2024-01-01, to: 2026-03-31}\n  - {person: deputy-finance-director, office: siro, from: 2026-04-01}\n"), want: "overdue", says: "a new holder since 1 April 2026, who has not decided yet"},
		{claim: "the SIRO left and nobody followed", duty: "OFF-02a", subject: archive, edits: change(appointments, held, "  - {person: finance-director, office: siro, from: 2024-01-01, to: 2026-03-31}\n"), want: "overdue", says: "vacant since 1 April 2026"},
		{claim: "the same SIRO appointed anew", duty: "OFF-02a", subject: archive, edits: change(appointments, held, "  - {person: finance-director, office: siro, from: 2024-01-01, to: 2026-03-31}\n  - {person: finance-director, office: siro, from: 2026-04-01}\n"), want: "met"},
		{claim: "a deputy beside the SIRO changes nothing", duty: "OFF-02a", subject: archive, edits: change(appointments, held, held+"  - {person: deputy-finance-director, office: siro, from: 2026-04-01, deputy: true}\n"), want: "met"},
		{claim: "a trial's approval older than its impact assessment", duty: "INN-08", subject: trial, edits: changes("trial/dpia.md", "completed: 2026-04-05", "completed: 2026-10-16", "on: 2026-04-08", "on: 2026-10-17"), want: "blocked", says: "before"},
		{claim: "a trial approved after its start", duty: "INN-09", subject: trial, edits: gone("trial/approvals/2026-04-10-sro.yaml"), want: "blocked", says: "after the start"},
		{claim: "an extension without an approval of its own", duty: "INN-08", subject: trial, edits: gone("trial/approvals/2026-10-15-ig-lead.yaml"), want: "blocked", says: "has not approved the extension"},
		{claim: "nothing to approve", duty: "OFF-02a", subject: archive, edits: append(gone(dpiaFile), gone("archive/approvals/2026-02-15-siro.yaml")...), want: "blocked", says: "The DPIA is not there"},
	})
}

func TestReview(t *testing.T) {
	review := "archive/reviews/2026-08-10.yaml"
	runAll(t, []broken{
		{claim: "the interval has passed since the decision", duty: "OFF-27", subject: archive, edits: gone(review), day: "2027-02-10", want: "overdue", says: "no review of this workload is on record"[1:]},
		{claim: "a review counts from its day", duty: "OFF-27", subject: archive, day: "2027-08-09", want: "met"},
		{claim: "the day itself is the first late one", duty: "OFF-27", subject: archive, day: "2027-08-10", want: "overdue", says: "10 August 2027"},
		{claim: "the record's shorter interval wins", duty: "OFF-27", subject: archive, edits: change(workloadFile, "interval: 12m", "interval: 3m"), want: "overdue", says: "10 November 2026"},
		{claim: "local policy's shorter interval wins", duty: "OFF-27", subject: archive, edits: change("evidence/policy.yaml", " V: 12m", " V: 3m"), want: "overdue", says: "local policy"},
		{claim: "the day written in the record has come", duty: "OFF-27", subject: archive, edits: change(workloadFile, "interval: 12m,", "interval: 12m, next: 2026-11-22,"), want: "overdue", says: "22 November 2026"},
		{claim: "a review that fixes the next takes the written day's place", duty: "OFF-27", subject: archive, want: "met", edits: append(changes(workloadFile, "interval: 12m,", "interval: 12m, next: 2026-11-01,"), changes(review, "on: 2026-08-10\n", "on: 2026-08-10\nnext: 2027-01-10\n")...)},
		{claim: "a written day that a review has kept", duty: "OFF-27", subject: archive, edits: change(workloadFile, "interval: 12m,", "interval: 12m, next: 2026-08-01,"), want: "met"},
		{claim: "at a review point somebody looked, whatever was found", duty: "OFF-27", subject: archive, day: "2027-02-10", edits: change(review, "outcome: still-valid", "outcome: action-needed"), want: "met"},
		{claim: "a review that asks for action confirms nothing while it is open", duty: "OFF-11", subject: archive, day: "2027-02-01", edits: change(review, "outcome: still-valid", "outcome: action-needed"), want: "overdue", says: "1 February 2027"},
		{claim: "and does once all is done", duty: "OFF-11", subject: archive, day: "2027-02-01", want: "met", edits: changes(review, "outcome: still-valid", "outcome: action-needed", "owner: Network manager}", "owner: Network manager, done: 2026-09-01}")},
		{claim: "a review of something else", duty: "OFF-29", subject: archive, edits: change(review, "of: [assessment, evidence, implementation, footprint]", "of: [assessment]"), want: "overdue", says: "1 April 2026"},
		{claim: "an action open past its last day", duty: "OFF-29", subject: archive, day: "2027-01-01", want: "overdue", says: "31 December 2026"},
		{claim: "an action on its last day", duty: "OFF-29", subject: archive, day: "2026-12-31", want: "met"},
		{claim: "an action that is done", duty: "OFF-29", subject: archive, day: "2027-01-01", edits: change(review, "owner: Network manager}", "owner: Network manager, done: 2026-12-30}"), want: "met"},
		{claim: "no day to count from", duty: "OFF-29", subject: archive, edits: append(gone(review), changes(workloadFile, "started: 2025-04-01\n", "")...), want: "gap", says: "started"},
		{claim: "not judged before live use", duty: "OFF-29", subject: archive, edits: change(workloadFile, "phase: live", "phase: proposed"), want: "not-applicable", says: "not live"},
		{claim: "no local policy sets no day", duty: "OFF-29", subject: archive, edits: append(gone(review), changes("evidence/policy.yaml", "  evidenceReview: 12m\n", "")...), want: "met", says: "no interval"},
	})
}

func TestCertificate(t *testing.T) {
	iso, essentials, dspt := "certificates/iso.yaml", "certificates/essentials.yaml", "certificates/dspt.yaml"
	only := func(keep []edit) []edit { return append(gone(essentials), keep...) }
	runAll(t, []broken{
		{claim: "one of the schemes is enough", duty: "NWS-04", subject: acme, edits: append(gone(essentials), []edit{}...), want: "met"},
		{claim: "none at all", duty: "NWS-04", subject: acme, edits: append(append(gone(essentials), gone(iso)...), changes(workloadFile, "independent: [acme/iso]", "independent: []")...), want: "failing", says: "none is on record"},
		{claim: "expired on the day printed on it", duty: "NWS-04", subject: acme, edits: only(change(iso, "expires: 2028-06-01", "expires: 2026-11-22")), want: "overdue", says: "22 November 2026"},
		{claim: "the day before it expires", duty: "NWS-04", subject: acme, edits: only(change(iso, "expires: 2028-06-01", "expires: 2026-11-23")), want: "met"},
		{claim: "an edition that was withdrawn", duty: "NWS-04", subject: acme, edits: only(change(iso, `edition: "2022"`, `edition: "2013"`)), want: "overdue", says: "2013"},
		{claim: "no surveillance audit within the year", duty: "NWS-04", subject: acme, edits: only(change(iso, "surveillance: [2026-05-20]\n", "")), want: "overdue", says: "1 June 2026"},
		{claim: "Cyber Essentials lasts a year", duty: "VIS-04", subject: acme, day: "2027-03-01", want: "overdue", says: "Cyber Essentials"},
		{claim: "every group must be met", duty: "VIS-04", subject: acme, edits: gone(dspt), want: "failing", says: "Toolkit"},
		{claim: "a toolkit result that is not good enough", duty: "VIS-04", subject: acme, edits: change(dspt, "result: met", "result: approaching"), want: "failing", says: "approaching"},
		{claim: "a toolkit result of an older year", duty: "VIS-04", subject: acme, edits: change(dspt, "toolkitYear: 2025-26", "toolkitYear: 2024-25"), want: "overdue", says: "1 July 2026"},
		{claim: "a certificate that is not issued yet", duty: "VIS-04", subject: acme, edits: change(essentials, "issued: 2026-03-01", "issued: 2026-12-01"), want: "failing", says: "1 December 2026"},
		{claim: "a supplier that reaches no data", duty: "VIS-04", subject: acme, edits: change("acme/supplier.yaml", "handlesData: true", "handlesData: false"), want: "not-applicable", says: "neither holds"},
	})
}

func TestLocation(t *testing.T) {
	idta := "    mechanism: idta\n    signed: 2025-02-15\n"
	place := func(s string) []edit { return change(assessmentFile, usPlace, s) }
	in := func(country, more string) []edit {
		return place("    - {country: " + country + ", region: r, purpose: processing, supplier: acme, from: 2025-04-01" + more + "}\n")
	}
	scope := ", scopeEvidence: {statement: It is certified., checked: 2025-03-01, source: {url: \"https://example.org/list\"}}"
	without := func(edits []edit) []edit {
		return append(edits, edit{file: assessmentFile, old: "transfers:\n  - country: US\n" + idta + "    parties: First Example Trust and Acme Hosting\n    riskAssessment: {on: 2025-02-10, conclusion: The risk is low.}\n"}.to(""))
	}
	runAll(t, []broken{
		{claim: "the United States with an agreement that stands", duty: "OFF-01", subject: archive, want: "met"},
		{claim: "the United States without a mechanism", duty: "OFF-01", subject: archive, edits: without(nil), want: "failing", says: "United States", place: "assessment.yaml:82:7"},
		{claim: "before live use it blocks", duty: "OFF-01", subject: archive, edits: without(change(workloadFile, "phase: live", "phase: proposed")), want: "blocked"},
		{claim: "the United States with proof of scope", duty: "OFF-01", subject: archive, edits: without(in("US", scope)), want: "met"},
		{claim: "the same before the data bridge", duty: "OFF-01", subject: archive, day: "2023-10-11", want: "failing", says: "neither in the UK", edits: without(append(place("    - {country: US, region: r, purpose: processing, from: 2019-04-01"+strings.Replace(scope, "2025-03-01", "2019-03-01", 1)+"}\n"), changes(workloadFile, "started: 2025-04-01", "started: 2019-04-01")...))},
		{claim: "the EEA", duty: "OFF-01", subject: archive, edits: without(in("DE", "")), want: "met"},
		{claim: "an adequate country", duty: "OFF-01", subject: archive, edits: without(in("NZ", "")), want: "met"},
		{claim: "a country adequate in part, without proof", duty: "OFF-01", subject: archive, edits: without(in("JP", "")), want: "failing", says: "within that scope"},
		{claim: "a country that is not adequate", duty: "OFF-01", subject: archive, edits: without(in("IN", "")), want: "failing", says: "India"},
		{claim: "a place that is no longer used", duty: "OFF-01", subject: archive, edits: without(in("IN", ", to: 2026-11-21")), want: "met"},
		{claim: "a place still used on its last day", duty: "OFF-01", subject: archive, edits: without(in("IN", ", to: 2026-11-22")), want: "failing"},
		{claim: "a place from tomorrow is announced, not judged", duty: "OFF-01", subject: archive, edits: without(place("    - {country: IN, region: r, purpose: processing, from: 2026-11-23}\n")), want: "met"},
		{claim: "support staff who reach content from a country that is not adequate", duty: "OFF-01", subject: archive, edits: change("acme/supplier.yaml", "{country: GB, access: content", "{country: IN, access: content"), want: "failing", says: "Support staff"},
		{claim: "support staff who reach no content", duty: "OFF-01", subject: archive, edits: change("acme/supplier.yaml", "{country: GB, access: content", "{country: IN, access: metadata"), want: "met"},
		{claim: "the old clauses after their end", duty: "OFF-31", subject: archive, want: "failing", says: "valid until 20 March 2024", edits: change(assessmentFile, idta, "    mechanism: eu-scc-2001-2010\n    signed: 2021-02-15\n")},
		{claim: "an agreement signed before it existed", duty: "OFF-31", subject: archive, want: "failing", says: "before it could be", edits: change(assessmentFile, idta, "    mechanism: idta\n    signed: 2021-02-15\n")},
		{claim: "a mechanism without its risk assessment", duty: "OFF-31", subject: archive, want: "failing", says: "risk assessment", edits: change(assessmentFile, "    riskAssessment: {on: 2025-02-10, conclusion: The risk is low.}\n", "")},
		{claim: "a mechanism no longer relied on", duty: "OFF-31", subject: archive, want: "failing", says: "relied on until", edits: change(assessmentFile, idta, idta+"    to: 2026-11-21\n")},
		{claim: "the data bridge without proof of certification", duty: "OFF-31", subject: archive, want: "failing", says: "certified", edits: change(assessmentFile, "mechanism: idta", "mechanism: data-bridge")},
		{claim: "no mechanism needed in the UK", duty: "OFF-31", subject: archive, want: "not-applicable", says: "adequate", edits: without(place(""))},
		{claim: "one region for the highest class", duty: "OFF-20", subject: archive, want: "gap", says: "held in one", edits: append(place(""), changes(assessmentFile, "    - {country: GB, region: uk-west, purpose: replica, supplier: acme, from: 2025-04-01}\n", "")...)},
		{claim: "one region with the reason", duty: "OFF-20", subject: archive, want: "met", says: "reason", edits: append(place(""), changes(assessmentFile, "    - {country: GB, region: uk-west, purpose: replica, supplier: acme, from: 2025-04-01}\n", "", "decision:\n", "singleRegionReason: A second one opens soon.\ndecision:\n")...)},
		{claim: "two UK regions are enough", duty: "OFF-20", subject: archive, want: "met", edits: place("")},
		{claim: "a lower class needs one region", duty: "OFF-20", subject: archive, want: "not-applicable", says: "IV", edits: change(assessmentFile, "level: V", "level: IV")},
		{claim: "the United States without advice that names them", duty: "OFF-09b", subject: archive, want: "failing", says: "United States", edits: change(assessmentFile, "countries: [US]", "countries: [FR]")},
		{claim: "no processing in the United States", duty: "OFF-09b", subject: archive, want: "not-applicable", edits: without(place(""))},
		{claim: "a foreign parent that was not assessed", duty: "OFF-22", subject: archive, want: "gap", says: "parent", edits: change("acme/supplier.yaml", "country: GB\ncontact", "country: GB\nparent: {name: Acme Holding, country: CA}\ncontact")},
		{claim: "a place that was not assessed", duty: "OFF-22", subject: archive, want: "gap", says: "United States", edits: change(assessmentFile, "{country: US, through: location", "{country: FR, through: location")},
		{claim: "the country assessed longest ago asks for the new look", duty: "OFF-22", subject: archive, want: "overdue", says: "1 February 2025", edits: append(gone("archive/reviews/2026-08-10.yaml"), changes(assessmentFile, "assessed: 2026-02-01}\n", "assessed: 2026-02-01}\n  - {country: FR, through: location, laws: None., effect: None., conclusion: None., assessed: 2025-02-01}\n", usPlace, usPlace+frPlace)...)},
		{claim: "a country that no longer matters asks for nothing", duty: "OFF-22", subject: archive, want: "met", edits: append(gone("archive/reviews/2026-08-10.yaml"), changes(assessmentFile, "assessed: 2026-02-01}\n", "assessed: 2026-02-01}\n  - {country: FR, through: parent, laws: None., effect: None., conclusion: None., assessed: 2025-02-01}\n")...)},
		{claim: "an older assessment of one country gives way to a later", duty: "OFF-22", subject: archive, want: "met", says: "1 February 2026", edits: append(gone("archive/reviews/2026-08-10.yaml"), changes(assessmentFile, "jurisdictions:\n", "jurisdictions:\n  - {country: US, through: location, laws: None., effect: None., conclusion: None., assessed: 2024-02-01}\n")...)},
		{claim: "the law of an EEA country needs no further look", duty: "OFF-32", subject: archive, want: "not-applicable", says: "EEA", edits: without(in("FR", ""))},
		{claim: "local policy keeps data in the UK", duty: "OFF-01a", subject: archive, want: "gap", says: "Local policy", edits: change("evidence/policy.yaml", "notice: 90d\n", "notice: 90d\nlocationProfile: {profile: uk-only, reason: Ours.}\n")},
		{claim: "data at rest in the UK allows processing elsewhere", duty: "OFF-01a", subject: archive, want: "met", says: "Local policy", edits: change("evidence/policy.yaml", "notice: 90d\n", "notice: 90d\nlocationProfile: {profile: uk-at-rest, reason: Ours.}\n")},
		{claim: "no local rule", duty: "OFF-01a", subject: archive, want: "not-applicable", says: "chose no"},
		{claim: "nothing on the Privacy Shield", duty: "NWS-02", subject: archive, want: "not-applicable", says: "No transfer"},
		{claim: "the Privacy Shield within its life", duty: "NWS-02", subject: archive, day: "2020-07-16", want: "met", says: "in force", edits: change(assessmentFile, idta, "    mechanism: privacy-shield\n    signed: 2019-05-20\n")},
		{claim: "the Privacy Shield after its life", duty: "NWS-02", subject: archive, day: "2026-11-22", want: "failing", says: "struck down", edits: change(assessmentFile, idta, "    mechanism: privacy-shield\n    signed: 2019-05-20\n")},
		{claim: "the Privacy Shield, relied on after its life", duty: "NWS-02", subject: archive, want: "failing", says: "could be relied on", edits: change(assessmentFile, idta, "    mechanism: privacy-shield\n    signed: 2021-05-20\n")},
		{claim: "the Privacy Shield, replaced", duty: "NWS-02", subject: archive, want: "met", says: "replaced", edits: change(assessmentFile, "transfers:\n", "transfers:\n  - {country: US, mechanism: privacy-shield, signed: 2019-05-20, parties: We and they}\n")},
		{claim: "the Privacy Shield, with data brought home", duty: "NWS-02", subject: archive, want: "met", says: "has ended", edits: append(place(""), changes(assessmentFile, idta, "    mechanism: privacy-shield\n    signed: 2019-05-20\n")...)},
		{claim: "no assessment, no escape", duty: "OFF-01", subject: archive, want: "failing", says: "There is no assessment", edits: gone(assessmentFile)},
	})
}

// to is an edit that puts other text in.
func (e edit) to(text string) edit {
	e.new = text
	return e
}

func TestLimit(t *testing.T) {
	extension := "extensions:\n  - {from: 2026-10-31, to: 2027-01-31, reason: More readers., agreedBy: [ig-lead, sro], recorded: 2026-10-12}\n"
	runAll(t, []broken{
		{claim: "no time limit", duty: "INN-10", subject: trial, want: "failing", says: "No time limit", edits: changes(trialFile, "timeLimit: {start: 2026-05-01, end: 2026-10-31, reason: Six months are enough.}\n", "", extension, "")},
		{claim: "past its end", duty: "INN-10", subject: trial, want: "overdue", says: "31 October 2026", edits: change(trialFile, extension, "")},
		{claim: "on its last day", duty: "INN-10", subject: trial, day: "2027-01-31", want: "met"},
		{claim: "the day after", duty: "INN-10", subject: trial, day: "2027-02-01", want: "overdue", says: "31 January 2027"},
		{claim: "an extension counts from the day it was recorded", duty: "INN-10", subject: trial, day: "2026-11-10", want: "overdue", edits: change(trialFile, "recorded: 2026-10-12", "recorded: 2026-11-15")},
		{claim: "an extension that one office did not agree", duty: "INN-11", subject: trial, want: "overdue", says: "IG lead", edits: change(trialFile, "agreedBy: [ig-lead, sro]", "agreedBy: [sro]")},
		{claim: "an extension that does not follow on", duty: "INN-11", subject: trial, want: "overdue", says: "does not follow", edits: change(trialFile, "{from: 2026-10-31, to: 2027", "{from: 2026-09-30, to: 2027")},
		{claim: "never extended", duty: "INN-11", subject: trial, want: "not-applicable", says: "never extended", edits: change(trialFile, extension, "")},
		{claim: "within the grace", duty: "INN-14", subject: trial, want: "met", says: "30 days", edits: change(trialFile, extension, "")},
		{claim: "the grace has passed", duty: "INN-14", subject: trial, day: "2026-12-01", want: "overdue", says: "not closed", edits: change(trialFile, extension, "")},
		{claim: "no grace without local policy", duty: "INN-14", subject: trial, want: "overdue", says: "no time after", edits: append(changes(trialFile, extension, ""), changes("evidence/policy.yaml", "  closure: 30d\n", "")...)},
		{claim: "closed", duty: "INN-14", subject: trial, want: "met", says: "closed on", edits: changes(trialFile, extension, "closure: {on: 2026-11-05, removed: All of it., outcome: In the report.}\n", "phase: live", "phase: closed")},
		{claim: "a trial that has not ended", duty: "INN-14", subject: trial, want: "not-applicable"},
		{claim: "a term longer than local policy takes as short", duty: "VIS-12b", subject: imaging, want: "gap", says: "longer than", edits: change("imaging.yaml", "to: 2028-03-31", "to: 2028-04-01")},
		{claim: "the last day for notice has passed", duty: "VIS-12b", subject: imaging, day: "2027-10-01", want: "overdue", says: "30 September 2027"},
		{claim: "the last day for notice", duty: "VIS-12b", subject: imaging, day: "2027-09-30", want: "met"},
		{claim: "renewal decided", duty: "VIS-12b", subject: imaging, day: "2027-10-01", want: "met", edits: change("imaging.yaml", "noticeBy: 2027-09-30\n", "noticeBy: 2027-09-30\nrenewal: {decision: renew, on: 2027-09-01}\n")},
		{claim: "the term has ended", duty: "VIS-12b", subject: imaging, day: "2028-04-01", want: "overdue", says: "ended on 31 March 2028", edits: change("imaging.yaml", "noticeBy: 2027-09-30\n", "noticeBy: 2027-09-30\nrenewal: {decision: renew, on: 2027-09-01}\n")},
		{claim: "a contract that has ended", duty: "VIS-12b", subject: imaging, want: "not-applicable", says: "has ended", edits: change("imaging.yaml", "stage: signed", "stage: ended")},
		{claim: "an upgrade past its last day", duty: "VIS-11", subject: trust, day: "2027-04-01", want: "overdue", says: "31 March 2027"},
		{claim: "an upgrade on its last day", duty: "VIS-11", subject: trust, day: "2027-03-31", want: "met"},
		{claim: "a known gap without a plan", duty: "VIS-11", subject: trust, want: "overdue", says: "There is no plan", edits: append(changes("ZZ1/organisation.yaml", "upgrades:\n  - {what: Move to the new edition., due: 2027-03-31, owner: Integration manager, gap: Interfaces of the laboratory}\n", ""), changes("products/archive.yaml", `standard: dcb0129, edition: "4.2", status: meets`, `standard: dcb0129, edition: "4.2", status: partly`)...)},
	})
}

func TestAnswers(t *testing.T) {
	runAll(t, []broken{
		{claim: "one question of many is open", duty: "OFF-25", subject: acme, want: "gap", says: "1 of 14", edits: change("acme/principles.yaml", "principle: ncsc:8@current", "principle: ncsc:7@current")},
		{claim: "the older numbering answers too", duty: "OFF-25", subject: acme, want: "met", edits: change("acme/principles.yaml", "principle: ncsc:8@current", "principle: gpg:8@2018")},
		{claim: "one part of a principle is not all of it", duty: "OFF-25", subject: acme, want: "gap", says: "Audit information", edits: change("acme/principles.yaml", "principle: ncsc:13@current", "principle: ncsc:13.1@current")},
		{claim: "none at all", duty: "OFF-25", subject: acme, want: "gap", says: "Nothing is on record", edits: gone("acme/principles.yaml")},
		{claim: "a question without an answer is open", duty: "OFF-24a", subject: acme, want: "gap", says: "1 of", edits: []edit{firstAnswer}},
		{claim: "the statements were gathered too long ago", duty: "OFF-25", subject: acme, day: "2027-06-01", want: "overdue", says: "local policy"},
		{claim: "only the questions asked for", duty: "OFF-08c", subject: archive, want: "gap", says: "Skills", edits: change(assessmentFile, "  - {factor: c, finding: Trained., owner: Imaging manager}\n", "")},
		{claim: "and no other", duty: "OFF-08a", subject: archive, want: "met", edits: change(assessmentFile, "  - {factor: c, finding: Trained., owner: Imaging manager}\n", "")},
		{claim: "the fields of a group", duty: "OFF-07", subject: archive, want: "gap", says: "security", edits: change(assessmentFile, "security:\n  availability: {rating: high, reason: Care needs it.}\n  integrity: {rating: high, reason: Care needs it right.}\n  confidentiality: {rating: high, reason: It is about patients.}\n", "")},
		{claim: "a clause is missing", duty: "OFF-18", subject: imaging, want: "gap", says: "1 of 3", edits: change("imaging.yaml", "need: recovery", "need: audit")},
		{claim: "the oldest of several confirmations counts", duty: "VIS-08", subject: trust, day: "2027-08-01", want: "info", says: "1 August 2026"},
	})
}

// firstAnswer leaves the answer to the question on sub-processors out.
var firstAnswer = edit{file: "acme/supplier.yaml", old: "    - question: sub-processors\n      answer: The answer.\n", new: "    - question: sub-processors\n"}

func TestDeclaration(t *testing.T) {
	siro := "  - {person: finance-director, office: siro, from: 2024-01-01}\n"
	runAll(t, []broken{
		{claim: "the office is vacant", duty: "OFF-05a", subject: trust, want: "failing", says: "Nobody holds the office of SIRO", edits: change("ZZ1/appointments.yaml", siro, "")},
		{claim: "the office fell vacant", duty: "OFF-05a", subject: trust, want: "failing", says: "ended on 21 November 2026", edits: change("ZZ1/appointments.yaml", siro, "  - {person: finance-director, office: siro, from: 2024-01-01, to: 2026-11-21}\n")},
		{claim: "the last day in office", duty: "OFF-05a", subject: trust, want: "met", edits: change("ZZ1/appointments.yaml", siro, "  - {person: finance-director, office: siro, from: 2024-01-01, to: 2026-11-22}\n")},
		{claim: "a deputy holds it", duty: "OFF-05a", subject: trust, want: "met", says: "as a deputy", edits: change("ZZ1/appointments.yaml", siro, "  - {person: finance-director, office: siro, from: 2024-01-01, deputy: true}\n")},
		{claim: "the list was never confirmed", duty: "OFF-05b", subject: trust, want: "incomplete", says: "confirmed.on", edits: change("ZZ1/appointments.yaml", "confirmed: {on: 2026-06-01, office: registrar}\n", "")},
		{claim: "the list was confirmed too long ago", duty: "OFF-05b", subject: trust, day: "2027-06-01", want: "overdue", says: "local policy"},
		{claim: "no statement", duty: "NWS-08", subject: trust, want: "incomplete", says: "cloudDecision", edits: change("ZZ1/organisation.yaml", "cloudDecision: {on: 2025-01-10, office: siro, reason: It suits us.}\n", "")},
		{claim: "a statement of a later day", duty: "NWS-08", subject: trust, want: "incomplete", says: "after the day judged", edits: change("ZZ1/organisation.yaml", "cloudDecision: {on: 2025-01-10", "cloudDecision: {on: 2026-11-23")},
		{claim: "an organisation that has ceased", duty: "OFF-05a", subject: trust, want: "not-applicable", says: "existed until", edits: change("ZZ1/organisation.yaml", "fictional: true\n", "fictional: true\nclosed: 2026-03-31\n")},
	})
}

func TestNotice(t *testing.T) {
	notice := "notices/2026-09-02-new-region.yaml"
	open := change(notice, "assessed:\n  - {organisation: ZZ1, on: 2026-09-20, office: siro, effect: None.}\n", "")
	runAll(t, []broken{
		{claim: "not assessed, past the limit", duty: "NWS-06b", subject: archive, edits: open, want: "failing", says: "2 October 2026"},
		{claim: "not assessed, within the limit", duty: "NWS-06b", subject: archive, edits: open, day: "2026-10-01", want: "met", says: "is due on"},
		{claim: "the first day past the limit", duty: "NWS-06b", subject: archive, edits: open, day: "2026-10-02", want: "failing"},
		{claim: "assessed by another organisation only", duty: "NWS-06b", subject: archive, want: "failing", edits: []edit{
			{file: "evidence/organisations/ZZ2/organisation.yaml", new: "schema: muniment/v1\nkind: organisation\nname: Second\nods: ZZ2\ntype: icb\n"},
			{file: notice, old: "organisation: ZZ1", new: "organisation: ZZ2"},
		}},
		{claim: "no local limit: the change itself is the last moment", duty: "NWS-06b", subject: archive, want: "failing", says: "takes effect", edits: append(append([]edit{}, open...), edit{file: notice, old: "received: 2026-09-02\n", new: "received: 2026-09-02\neffective: 2026-11-22\n"}, edit{file: "evidence/policy.yaml", old: "  notice: 30d\n"})},
		{claim: "neither a limit nor a day of effect", duty: "NWS-06b", subject: archive, want: "met", says: "sets no limit", edits: append(append([]edit{}, open...), edit{file: "evidence/policy.yaml", old: "  notice: 30d\n"})},
		{claim: "a change from before the workload", duty: "NWS-06b", subject: archive, want: "met", says: "No notice waits", edits: append(append([]edit{}, open...), edit{file: workloadFile, old: "started: 2025-04-01", new: "started: 2026-09-03"})},
	})
}

func TestSeparation(t *testing.T) {
	runAll(t, []broken{
		{claim: "a trial that needs a production workload", duty: "INN-03", subject: trial, want: "failing", says: "depends on the production workload", edits: change(trialFile, "separation:", "dependsOn: [ZZ1/archive]\nseparation:")},
		{claim: "a production workload that needs the trial", duty: "INN-03", subject: trial, want: "failing", says: "The production workload Imaging archive", edits: change(workloadFile, "review:", "dependsOn: [ZZ1/trial]\nreview:")},
		{claim: "no statement", duty: "INN-03", subject: trial, want: "incomplete", says: "networks and identities", edits: change(trialFile, "separation: {network: A network of its own., identity: Accounts of its own.}\n", "")},
		{claim: "not asked of production", duty: "INN-03", subject: archive, want: "not-applicable", says: "production workload"},
	})
}

func TestFreshness(t *testing.T) {
	costs := "trial/costs.yaml"
	runAll(t, []broken{
		{claim: "too long ago", duty: "NWS-05", subject: acme, day: "2027-03-01", want: "overdue", says: "local policy"},
		{claim: "the day before", duty: "NWS-05", subject: acme, day: "2027-02-28", want: "met"},
		{claim: "the field is missing", duty: "NWS-05", subject: acme, edits: change("acme/supplier.yaml", "monitoring: {procedure: Watched round the clock., lastReport: 2026-09-01}\n", ""), want: "gap", says: "monitoring.lastReport"},
		{claim: "the latest of a list counts", duty: "INN-12", subject: trial, day: "2027-01-04", want: "met"},
		{claim: "and grows old", duty: "INN-12", subject: trial, day: "2027-01-05", want: "overdue", says: "5 November 2026"},
		{claim: "no record at all", duty: "INN-12", subject: trial, edits: gone(costs), want: "gap", says: "The cost record is not there"},
		{claim: "over the budget without a decision", duty: "INN-12", subject: trial, edits: change(costs, "actual: 600", "actual: 1001"), want: "gap", says: "October 2026"},
		{claim: "over the budget with a decision", duty: "INN-12", subject: trial, edits: change(costs, "actual: 600, consumption: 11 TB, recorded: 2026-11-05", "actual: 1001, consumption: 11 TB, recorded: 2026-11-05, action: Scaled down."), want: "met"},
		{claim: "no local policy sets no day", duty: "NWS-05", subject: acme, day: "2030-01-01", edits: change("evidence/policy.yaml", "  monitoring: 6m\n", ""), want: "met", says: "sets no interval"},
		{claim: "an opinion informs and no more", duty: "DIA-05", subject: acme, edits: change("products/archive.yaml", "updates: {cadence: 3m, last: 2026-09-15}\n", ""), want: "info"},
	})
}

func TestConditions(t *testing.T) {
	runAll(t, []broken{
		{claim: "before the first day of the duty", duty: "INN-10", subject: trial, day: "2023-07-03", want: "not-applicable", says: "holds from 4 July 2023"},
		{claim: "an honest trial is outside the rules for production", duty: "OFF-02a", subject: trial, want: "not-applicable", says: "duties of production"},
		{claim: "personal data brings a trial under them", duty: "OFF-02a", subject: trial, want: "blocked", edits: change("trial/assessment.yaml", "personal: none", "personal: personal")},
		{claim: "captured data brings a trial under them", duty: "OFF-02b", subject: trial, want: "blocked", edits: change("trial/assessment.yaml", "fromProduction: false", "fromProduction: true")},
		{claim: "found identifiers bring a trial under them", duty: "OFF-02b", subject: trial, want: "blocked", edits: change("trial/assessment.yaml", "found: 0", "found: 1")},
		{claim: "its purpose brings a trial under them", duty: "OFF-02b", subject: trial, want: "blocked", edits: change(trialFile, "purpose: trial", "purpose: administration")},
		{claim: "no assessment, no escape for a trial", duty: "OFF-10", subject: trial, want: "failing", edits: gone("trial/assessment.yaml")},
		{claim: "the approvals of a trial stay what they are", duty: "INN-08", subject: trial, want: "met", edits: change("trial/assessment.yaml", "personal: none", "personal: personal")},
		{claim: "a closed workload owes nothing", duty: "OFF-02a", subject: archive, want: "not-applicable", says: "closed on 1 October 2026", edits: changes(workloadFile, "phase: live", "phase: closed", "review:", "closure: {on: 2026-10-01, removed: All., outcome: Kept.}\nreview:")},
		{claim: "it owed on the day before", duty: "OFF-03a", subject: archive, day: "2026-09-30", want: "met", edits: changes(workloadFile, "phase: live", "phase: closed", "review:", "closure: {on: 2026-10-01, removed: All., outcome: Kept.}\nreview:")},
		{claim: "no personal data, with the place that says so", duty: "OFF-15a", subject: archive, want: "not-applicable", says: "no personal data", edits: change(assessmentFile, "personal: confidential-patient", "personal: none"), place: "assessment.yaml:6:13"},
		{claim: "an alias shows the verdict of its target", duty: "NWS-01", subject: archive, want: "met"},
	})
}
