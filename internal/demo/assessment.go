package demo

import (
	"example.org/muniment/internal/calendar"
)

// writeAssessment writes the facts, the risk, the places and the decision as they stand.
func (h *history) writeAssessment(w *workload) {
	s := begin("assessment", w.was("assessment.yaml"))
	h.writeData(s, w)
	if w.trial || w.care != careless {
		s.group(0, "security")
		for i, aim := range []string{"availability", "integrity", "confidentiality"} {
			s.group(1, aim)
			s.field(2, "rating", []string{"low", "medium", "high"}[(w.class+i)%3])
			s.field(2, "reason", []string{"A day without it can be bridged.", "Wrong entries would be noticed late.", "People expect it of us."}[i])
		}
	}
	h.writeClass(s, w)
	s.group(0, "considerations")
	for i, factor := range []string{"a", "b", "c", "d", "e", "f"} {
		s.field(1, "- factor", factor)
		s.field(2, "finding", []string{
			"Two lines by different routes.", "A yearly charge out of revenue.", "Two trained administrators.", "A web application; nothing is installed.",
			"No data is kept on devices.", "Backups are part of the service.",
		}[i])
		s.field(2, "owner", w.owner)
	}
	h.writeAdvice(s, w)
	h.writeRisks(s, w)
	h.writeBasis(s, w)
	h.writePlaces(s, w)
	h.writeTransfers(s, w)
	h.writeJurisdictions(s, w)
	if w.class == 5 && w.region2.IsZero() {
		s.field(0, "singleRegionReason", "The second region is ready and is used when the contract allows it.")
	}
	s.group(0, "decision")
	s.field(1, "outcome", "appropriate")
	s.field(1, "reasons", "The risk that is left is low and the benefit is worth it.")
	if w.trial {
		s.words(1, "participants", "sro", "ig-lead", "siro")
	} else {
		s.words(1, "participants", "siro", "dpo", "caldicott-guardian")
	}
	s.date(1, "on", w.facts.AddDays(2))
	w.digests[0] = digest(s.b)
	h.put(w.at("assessment.yaml"), s.b)
}

func (h *history) writeData(s *sheet, w *workload) {
	s.group(0, "data")
	s.date(1, "recorded", w.facts)
	s.field(1, "classification", map[bool]string{true: "OFFICIAL", false: "OFFICIAL-SENSITIVE"}[w.personal == "none"])
	s.field(1, "personal", w.personal)
	s.group(1, "types")
	switch w.personal {
	case "none":
		s.field(2, "- type", "Synthetic or public data")
		s.field(3, "rationale", "Nobody is described.")
	case "personal":
		s.field(2, "- type", "Personal data")
		s.field(3, "rationale", "Names and contact details of staff or of people who ask.")
	default:
		s.field(2, "- type", "Personal confidential data")
		s.field(3, "rationale", "Records about the care of patients.")
	}
	s.group(1, "attributes")
	s.item(2, "Reference number")
	s.item(2, "Dates and status")
	s.item(2, "Free text")
	s.field(1, "serviceLevel", []string{"bronze", "silver", "silver-plus", "gold", "platinum"}[w.class-1])
	s.field(1, "quantity", itoa(200+w.n%4000)+" people a year")
	s.field(1, "retention", "As the records schedule says, at most 8 years")
	if w.trial {
		s.group(1, "datasets")
		s.field(2, "- name", "Made-up cases")
		s.yes(3, "synthetic", true)
		s.yes(3, "complete", true)
		s.yes(3, "fromProduction", w.care == careless && w.n%3 == 0)
		s.field(3, "method", "Generator with seed "+itoa(w.n))
		s.field(3, "owner", w.owner)
		s.date(3, "added", w.facts)
		s.group(1, "leakScan")
		s.date(2, "on", w.facts.AddDays(1))
		s.field(2, "tool", "Identifier scan of the pipeline")
		s.number(2, "found", 0)
	}
}

func (h *history) writeClass(s *sheet, w *workload) {
	s.group(0, "class")
	s.field(1, "level", classes[w.class])
	s.date(1, "recorded", w.facts.AddDays(1))
	s.field(1, "model", "Health and social care data risk model")
	s.field(1, "version", "1.0")
	s.group(1, "file")
	s.field(2, "path", w.at("files/data-risk-model.csv"))
	s.raw(2, "sha256", digest(w.riskModel()))
	s.field(2, "title", "Completed risk model")
	s.field(1, "rationale", "The answers in the model give this class.")
}

func (h *history) writeAdvice(s *sheet, w *workload) {
	if !w.abroad() {
		s.field(0, "noAdviceNeeded", "Nobody was unsure: the places and the supplier are as in earlier assessments.")
		return
	}
	s.group(0, "advice")
	s.field(1, "- adviser", "External solicitor, data protection")
	s.date(2, "on", w.facts.AddDays(-10))
	s.field(2, "question", "On what footing may the data go there?")
	s.words(2, "countries", w.relies.country)
}

func (h *history) writeRisks(s *sheet, w *workload) {
	list := []int{w.n % len(risks), (w.n + 1 + w.n/7%4) % len(risks)}
	s.group(0, "risks")
	for _, i := range list {
		s.risk(risks[i].id, risks[i].kind, risks[i].effect, risks[i].control)
	}
	for _, i := range w.extra {
		s.risk(newRisks[i].id, newRisks[i].kind, newRisks[i].effect, newRisks[i].control)
	}
	s.group(0, "controls")
	for _, i := range list {
		s.control(risks[i].control, risks[i].what, w.owner)
	}
	for _, i := range w.extra {
		s.control(newRisks[i].control, newRisks[i].what, w.owner)
	}
}

func (s *sheet) risk(id, kind, effect, control string) {
	s.field(1, "- id", id)
	s.field(2, "kind", kind)
	s.field(2, "effect", effect)
	s.field(2, "likelihood", "possible")
	s.field(2, "severity", "significant")
	s.words(2, "controls", control)
	s.field(2, "residual", "low")
}

func (s *sheet) control(id, what, owner string) {
	s.field(1, "- id", id)
	s.field(2, "what", what)
	s.field(2, "owner", owner)
	s.field(2, "state", "in-place")
	s.source(2, "evidence", "Test record, "+id)
}

func (h *history) writeBasis(s *sheet, w *workload) {
	s.group(0, "basis")
	toolkit, edition := "dspt", toolkitYear(w.facts.Sub(calendar.Period{Months: 6}).Year())
	if w.toolkit {
		toolkit, edition = "ig-toolkit", "version 14.1"
	}
	for _, b := range [][2]string{{"government-security-classifications", "as published"}, {"uk-gdpr-and-dpa-2018", "as in force on the day"}, {toolkit, edition}} {
		s.field(1, "- document", b[0])
		s.field(2, "edition", b[1])
		s.date(2, "consulted", w.facts.AddDays(1))
	}
	s.group(0, "guidance")
	for _, g := range [][2]string{{"ico-cloud", "web page"}, {"ico-uk-gdpr", "web pages"}, {"good-practice-guide", "2018 text"}, {"ncsc-principles", "present numbering"}} {
		s.field(1, "- document", g[0])
		s.field(2, "edition", g[1])
	}
	s.group(0, "requirements")
	for i, text := range principles {
		s.raw(1, "- principle", "ncsc:"+itoa(i+1)+"@current")
		s.field(2, "requirement", text)
	}
}

func (h *history) writePlaces(s *sheet, w *workload) {
	s.group(0, "locations")
	s.date(1, "recorded", w.facts)
	s.group(1, "places")
	from := w.created
	if !w.started.IsZero() && w.started.Before(from) {
		from = w.started
	}
	place := func(region, purpose string, from calendar.Date) {
		s.field(2, "- country", w.relies.country)
		s.field(3, "region", region)
		s.field(3, "purpose", purpose)
		s.field(3, "supplier", w.relies.slug)
		s.date(3, "from", from)
		if scoped[w.relies.country] && w.care != careless {
			s.group(3, "scopeEvidence")
			s.field(4, "statement", "The recipient falls under the act that the decision names; seen in its register.")
			s.date(4, "checked", w.facts)
			s.source(4, "source", "Extract of the register, filed with the assessment")
		}
	}
	place(w.relies.region, "primary", from)
	if !w.region2.IsZero() {
		place(w.relies.second, "replica", w.region2)
	}
	if scoped[w.relies.country] {
		place(w.relies.region, "support", from)
	}
}

// scoped holds the countries that are adequate for some recipients only and in which suppliers of the history host.
var scoped = map[string]bool{"CA": true, "KR": true}

func (h *history) writeTransfers(s *sheet, w *workload) {
	if len(w.transfers) == 0 {
		return
	}
	s.group(0, "transfers")
	for _, t := range w.transfers {
		s.field(1, "- country", w.relies.country)
		s.field(2, "mechanism", t.mechanism)
		s.date(2, "signed", t.signed)
		s.dateIf(2, "to", t.to)
		s.field(2, "parties", w.org.name+" and "+w.relies.name)
		if t.mechanism != "privacy-shield" {
			s.group(2, "riskAssessment")
			s.date(3, "on", t.signed.AddDays(-5))
			s.field(3, "conclusion", "Acceptable: reference numbers in place of names, our own key, and orders are contested.")
		}
	}
}

// writeJurisdictions writes one entry for each country whose law may reach the data.
func (h *history) writeJurisdictions(s *sheet, w *workload) {
	began := false
	entry := func(country, through string) {
		if country == "GB" || country == "" {
			return
		}
		if !began {
			s.group(0, "jurisdictions")
			began = true
		}
		s.field(1, "- country", country)
		s.field(2, "through", through)
		s.field(2, "laws", "The law of the country on access by authorities.")
		s.field(2, "effect", "An order could reach what is held there.")
		s.field(2, "conclusion", "Acceptable with the controls named.")
		s.date(2, "assessed", w.facts)
	}
	entry(w.relies.country, "location")
	entry(w.relies.country, "provider")
	entry(w.relies.country, "support")
	entry(w.relies.supportFrom, "support")
}

// writeImpact writes the data protection impact assessment.
func (h *history) writeImpact(w *workload) {
	residual := "low"
	if w.impact.high {
		residual = "high"
	}
	on := w.impact.completed
	s := begin("dpia", w.was("dpia.md"))
	s.field(0, "title", "Data protection impact assessment: "+w.slug)
	s.raw(0, "version", "'"+itoa(w.impact.version)+"'")
	s.contact(0, "author", "Information governance officer", "ig@"+w.org.domain)
	s.date(0, "completed", on)
	s.group(0, "dataFlow")
	s.field(1, "collecting", "Entered by staff, or taken over by interface.")
	s.field(1, "transferring", "By TLS to the supplier's region.")
	s.field(1, "storing", "In the places named in the assessment, encrypted.")
	s.field(1, "processing", "Shown, searched and counted; nothing is decided by machine.")
	if w.trial {
		s.group(0, "leakOrBreach")
		s.field(1, "effect", "Made-up cases would be seen; nobody is affected.")
		s.field(1, "measure", "Every file says that it is made up; sharing is off.")
	}
	s.field(0, "residualRisk", residual)
	s.group(0, "dpoAdvice")
	s.date(1, "on", on.AddDays(1))
	s.field(1, "summary", "Agreed. Tell me before the purpose changes.")
	s.yes(1, "accepted", true)
	s.group(0, "signOff")
	s.field(1, "measuresBy", map[bool]string{true: "ig-lead", false: "iao"}[w.trial])
	s.field(1, "residualRiskBy", map[bool]string{true: "sro", false: "siro"}[w.trial])
	s.date(1, "on", on.AddDays(2))
	text := "---\n" + string(s.b) + "---\n\n# " + w.name + "\n"
	first, second := risks[w.n%len(risks)], risks[(w.n+1+w.n/7%4)%len(risks)]
	for i, step := range []string{
		"Identify the need\n\n" + w.name + " holds data about people, so the impact on them is assessed before it is used.",
		"Describe the processing\n\n**Nature:** a service in the cloud. **Scope:** " + itoa(200+w.n%4000) + " people a year. " + uses[w.n%len(uses)],
		"Consultation\n\nThe teams who use it, and the supplier's assurance team. " + changes[(w.n+w.impact.version)%len(changes)],
		"Necessity and proportionality\n\nProvision of care and public task. Less data would not serve the purpose.",
		"Identify and assess risks\n\n| Risk | Likelihood | Severity |\n| --- | --- | --- |\n| " + first.effect + " | possible | significant |\n| " + second.effect + " | remote | significant |",
		"Measures to reduce risk\n\n| Measure | Effect | Residual |\n| --- | --- | --- |\n| " + first.what + " | reduced | " + residual + " |\n| " + second.what + " | reduced | low |",
		"Sign-off and outcomes\n\nMeasures approved and residual risk accepted on " + on.AddDays(2).Long() + ".",
	} {
		text += "\n## Step " + itoa(i+1) + ": " + step + "\n"
	}
	w.digests[1] = digest([]byte(text))
	h.put(w.at("dpia.md"), []byte(text))
}
