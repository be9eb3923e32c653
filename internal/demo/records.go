package demo

import (
	"slices"
	"strconv"
	"strings"

	"example.org/muniment/internal/calendar"
)

func itoa(n int) string { return strconv.Itoa(n) }

var classes = []string{"", "I", "II", "III", "IV", "V"}

func (h *history) writeOrganisation(o *organisation) {
	s := begin("organisation", "")
	s.raw(0, "visibility", "open")
	s.field(0, "name", o.name+" (fictional)")
	s.field(0, "ods", o.ods)
	s.field(0, "type", o.kind)
	s.yes(0, "fictional", true)
	s.dateIf(0, "closed", o.closed)
	if o.successor != nil {
		s.field(0, "succeededBy", o.successor.ods)
	}
	s.group(0, "cloudDecision")
	s.date(1, "on", h.start.AddDays(-200-o.n%300))
	s.field(1, "office", "siro")
	s.field(1, "reason", "The board uses cloud services where the assessment of the single workload supports it, and accepts the cost as revenue.")
	s.group(0, "adequacyCheck")
	s.date(1, "lastChecked", o.listRead)
	s.field(1, "office", "ig-lead")
	s.group(1, "source")
	s.field(2, "url", "https://ico.org.uk/for-organisations/uk-gdpr-guidance-and-resources/international-transfers/")
	if len(o.toolkit) > 0 {
		s.group(0, "dspt")
		for _, r := range o.toolkit {
			s.raw(1, "- year", "'"+toolkitYear(r.year)+"'")
			s.field(2, "status", r.status)
			s.date(2, "published", r.published)
		}
	}
	s.group(0, "readiness")
	for _, regime := range []string{"nhs-standard-contract", "cqc", "oversight-framework"} {
		s.field(1, "- regime", regime)
		s.field(2, "evidence", "This register and the minutes of the information governance group.")
		s.date(2, "confirmed", o.ready)
	}
	h.put(o.folder()+"/organisation.yaml", s.b)
}

func toolkitYear(begins int) string {
	return itoa(begins) + "-" + itoa(begins + 1)[2:]
}

func (h *history) writeAppointments(o *organisation) {
	s := begin("appointments", "")
	s.group(0, "people")
	for _, p := range posts {
		s.field(1, "- id", p.id)
		s.field(2, "title", p.title)
		s.field(2, "email", p.mailbox+"@"+o.domain)
		if h.Stated {
			continue
		}
		signer, err := h.signer(o, p.id)
		if err != nil {
			h.fail(err)
			continue
		}
		s.group(2, "keys")
		s.raw(3, "- key", signer.Key().String())
		s.date(4, "from", h.keysFrom())
	}
	s.group(0, "appointments")
	for _, a := range o.spells {
		s.field(1, "- person", posts[a.post].id)
		s.field(2, "office", a.office)
		s.date(2, "from", a.from)
		s.dateIf(2, "to", a.to)
		if a.deputy {
			s.yes(2, "deputy", true)
		}
	}
	s.group(0, "confirmed")
	s.date(1, "on", o.confirmed)
	s.field(1, "office", "registrar")
	h.put(o.folder()+"/appointments.yaml", s.b)
	h.fail(h.signAppointments(o, s.b))
}

func (h *history) writeContract(o *organisation, c *contract) {
	s := begin("contract", "")
	s.field(0, "title", "Services of "+c.supplier.name)
	s.field(0, "supplier", c.supplier.slug)
	s.words(0, "products", c.supplier.product)
	if c.ended {
		s.field(0, "stage", "ended")
	} else {
		s.field(0, "stage", "signed")
	}
	signed := c.from().AddDays(-8 - o.n%5)
	s.date(0, "signed", signed)
	s.date(0, "from", c.from())
	s.date(0, "to", c.to())
	s.date(0, "noticeBy", calendar.Of(c.year+2, 12, 31))
	if !c.decided.IsZero() {
		s.group(0, "renewal")
		s.field(1, "decision", "renew")
		s.date(1, "on", c.decided)
	}
	s.group(0, "clauses")
	for i, need := range needs {
		if c.supplier.care == careless && i == 5 {
			continue // usability was forgotten
		}
		s.field(1, "- need", need)
		s.field(2, "clause", "Schedule "+itoa(1+i/4)+", clause "+itoa(2+i%4))
	}
	s.group(0, "regions")
	s.date(1, "clarified", signed.AddDays(-40))
	s.group(1, "places")
	s.item(2, c.supplier.region)
	s.source(1, "source", "Order form, annex 1")
	s.group(0, "spendControl")
	s.field(1, "notInScope", "Below the local threshold.")
	s.date(1, "on", signed.AddDays(-30))
	s.group(0, "lockIn")
	s.field(1, "rating", "low")
	s.group(1, "proprietary")
	s.item(2, "Report designer")
	s.field(1, "exitTerms", "All data in an open format at any time; deletion 30 days after the end.")
	h.put(o.folder()+"/contracts/"+c.id()+".yaml", s.b)
}

func (h *history) writeAcceptance(o *organisation, of *supplier) {
	s := begin("acceptance", "")
	s.field(0, "supplier", of.slug)
	decision, reason := "accepted", "Certificates and statements were read and cover what we use."
	if of.care == careless {
		decision, reason = "accepted-with-conditions", "Accepted for what we use, with the gaps named to the supplier."
	}
	s.field(0, "decision", decision)
	s.field(0, "reason", reason)
	if of.care == careless {
		s.group(0, "conditions")
		s.item(1, "The missing certificates come within six months.")
	}
	s.field(0, "office", "ig-lead")
	s.field(0, "by", o.holder("ig-lead", h.today))
	s.date(0, "on", h.today)
	s.group(0, "covers")
	for _, f := range append(of.newest(), of.principles) {
		s.field(1, "- path", f.path)
		s.raw(2, "sha256", f.digest)
	}
	o.accepted[of] = true
	h.put(o.folder()+"/suppliers/"+of.slug+".yaml", s.b)
}

// newest lists the latest certificate under each scheme, in the order of schemes.
func (s *supplier) newest() []held {
	names := make([]string, 0, len(s.certificates))
	for scheme := range s.certificates {
		names = append(names, scheme)
	}
	slices.Sort(names)
	list := make([]held, len(names))
	for i, scheme := range names {
		list[i] = s.certificates[scheme]
	}
	return list
}

func (h *history) writeSupplier(of *supplier) {
	domain := of.slug + ".example.org"
	s := begin("supplier", "")
	s.raw(0, "visibility", "open")
	s.field(0, "name", of.name)
	s.yes(0, "fictional", true)
	s.field(0, "country", of.country)
	s.date(0, "ownershipConfirmed", of.gathered)
	s.contact(0, "contact", "Assurance team", "assurance@"+domain)
	s.yes(0, "handlesData", true)
	s.group(0, "cryptography")
	s.group(1, "protocols")
	if of.care == careless && of.gathered.Before(calendar.Of(2022, 1, 1)) {
		s.field(2, "- name", "TLS")
		s.field(3, "version", "1.1")
	}
	for _, version := range []string{"1.2", "1.3"} {
		s.field(2, "- name", "TLS")
		s.field(3, "version", version)
	}
	s.date(1, "tested", of.gathered)
	s.group(0, "monitoring")
	s.field(1, "procedure", "A desk that is staffed day and night; a report to customers twice a year.")
	s.date(1, "lastReport", of.watched)
	s.group(0, "changeNotices")
	s.field(1, "channel", "E-mail to the mailbox named in the contract")
	s.source(1, "promise", "Service terms, section 8")
	s.group(0, "support")
	s.group(1, "places")
	if of.supportFrom != "" {
		s.field(2, "- country", of.supportFrom)
		s.field(3, "access", "metadata")
		s.field(3, "safeguards", "Tickets and service data only; content stays closed to the desk.")
	}
	s.field(2, "- country", of.country)
	s.field(3, "access", "content")
	s.field(3, "safeguards", "Sessions are opened by the customer, end after an hour and are recorded.")
	s.date(1, "assessed", of.gathered)
	s.group(0, "answers")
	s.contact(1, "contact", "Assurance team", "assurance@"+domain)
	s.date(1, "on", of.gathered)
	s.group(1, "items")
	for i, a := range answers {
		s.field(2, "- question", a[0])
		if of.care == careless && i >= 8 {
			continue // still awaited
		}
		s.field(3, "answer", a[1])
	}
	h.put(of.folder()+"/supplier.yaml", s.b)
}

func (h *history) writePrinciples(of *supplier) {
	page := "https://" + of.slug + ".example.org/cloud-principles"
	s := begin("principles", "")
	s.field(0, "from", "supplier")
	s.group(0, "source")
	s.field(1, "url", page)
	s.date(0, "gathered", of.gathered)
	s.group(0, "entries")
	for i, text := range principles {
		if of.care == careless && (i == 7 || i == 10 || i == 13) {
			continue // marketplace listings ask nothing about these
		}
		s.raw(1, "- principle", "ncsc:"+itoa(i+1)+"@current")
		s.field(2, "statement", []string{"assertion", "contractual", "independent"}[(i+of.n)%3])
		s.field(2, "summary", text)
		s.group(2, "source")
		s.field(3, "url", page+"#principle-"+itoa(i+1))
		s.date(2, "on", of.gathered)
	}
	of.principles = held{of.folder() + "/principles.yaml", digest(s.b), of.gathered}
	h.put(of.principles.path, s.b)
}

func (h *history) writeProduct(of *supplier) {
	s := begin("product", "")
	s.field(0, "name", of.name[:strings.LastIndexByte(of.name, ' ')]+" suite")
	s.raw(0, "version", "'"+itoa(of.release)+".0'")
	s.yes(0, "clinical", of.clinical)
	s.yes(0, "patientRecords", of.patients)
	s.group(0, "standards")
	for _, on := range []calendar.Date{of.started, of.gathered} {
		if of.patients {
			s.conforms("isb-0149", "present text", on)
		}
		if of.clinical {
			s.conforms("dcb0129", "4.2", on)
		}
		s.conforms("open-apis", "present text", on)
	}
	if of.patients {
		s.group(0, "nhsNumber")
		s.yes(1, "uses", true)
		s.field(1, "statement", "The number is the identifier of patients, traced before it is stored.")
	}
	if of.clinical {
		s.group(0, "clinicalSafety")
		s.contact(1, "officer", "Clinical safety officer", "safety@"+of.slug+".example.org")
		s.source(1, "hazardLog", "Hazard log, release "+itoa(of.safeRelease))
		s.source(1, "safetyCase", "Safety case report, release "+itoa(of.safeRelease))
		s.raw(1, "version", "'"+itoa(of.safeRelease)+".0'")
		s.date(1, "signed", of.released)
	}
	s.group(0, "interoperability")
	s.group(1, "interfaces")
	s.item(2, "FHIR R4")
	s.field(1, "export", "All data as CSV or FHIR at any time.")
	s.date(1, "checked", of.gathered)
	s.group(0, "updates")
	s.raw(1, "cadence", "6m")
	s.date(1, "last", of.released)
	h.put(of.folder()+"/products/"+of.product+".yaml", s.b)
}

func (s *sheet) conforms(standard, edition string, on calendar.Date) {
	s.field(1, "- standard", standard)
	s.field(2, "edition", edition)
	s.field(2, "status", "meets")
	s.source(2, "source", "Conformance statement")
	s.date(2, "on", on)
}

// writeCertificate writes a certificate under a scheme. What goes beyond the fields that all have comes from more.
func (h *history) writeCertificate(of *supplier, scheme, id, body string, issued calendar.Date, more func(*sheet)) {
	s := begin("certificate", "")
	s.field(0, "scheme", scheme)
	s.field(0, "number", strings.ToUpper(scheme[:2])+"-"+itoa(100+of.n)+"-"+itoa(issued.Year())+itoa(int(issued.Month())))
	s.field(0, "scope", "The services that "+of.name+" offers in the cloud.")
	s.field(0, "body", body)
	s.date(0, "issued", issued)
	more(s)
	s.source(0, "source", "Supplier evidence folder, "+of.slug+"/"+id)
	f := held{of.folder() + "/certificates/" + id + ".yaml", digest(s.b), issued}
	of.certificates[scheme] = f
	h.put(f.path, s.b)
}

func (h *history) writeNotice(of *supplier, n *notice) {
	what := noticeTitles[n.which]
	s := begin("notice", "")
	s.field(0, "title", what.title)
	s.raw(0, "about", what.about)
	s.date(0, "sent", n.on.AddDays(-2))
	s.date(0, "received", n.on)
	s.date(0, "effective", n.on.AddDays(90))
	s.source(0, "source", "Mailbox of the contracts team")
	if len(n.looks) > 0 {
		s.group(0, "assessed")
	}
	for _, l := range n.looks {
		s.field(1, "- organisation", l.ods)
		s.date(2, "on", l.on)
		s.field(2, "office", "ig-lead")
		s.field(2, "effect", "Nothing that the assessments rest on changes.")
	}
	h.put(of.folder()+"/notices/"+n.on.String()+"-"+what.slug+".yaml", s.b)
}

func (h *history) writeWorkload(w *workload) {
	s := begin("workload", w.was("workload.yaml"))
	s.field(0, "name", w.name)
	text := w.name + " for the " + []string{"clinics", "wards", "community teams", "departments", "staff"}[w.n%5] + " of " + w.org.name + ". " + uses[w.n%len(uses)]
	if w.note > 0 {
		text += " " + changes[(w.n+w.note)%len(changes)] + " (" + itoa(w.note) + ")"
	}
	s.field(0, "summary", text)
	s.field(0, "type", map[bool]string{true: "innovation", false: "production"}[w.trial])
	s.field(0, "purpose", w.purpose)
	s.field(0, "phase", w.phase)
	s.dateIf(0, "started", w.started)
	s.field(0, "controller", w.org.ods)
	s.contact(0, "accountable", posts[1].title, posts[1].mailbox+"@"+w.org.domain)
	s.contact(0, "owner", w.owner, slug(w.owner)+"@"+w.org.domain)
	s.yes(0, "clinical", w.clinical)
	s.group(0, "deployment")
	s.field(1, "model", w.model)
	s.field(1, "tenancy", "A customer area of its own, with its own key.")
	s.field(1, "reason", "The supplier offers it this way, and it fits the data.")
	s.group(0, "suppliers")
	s.field(1, "- supplier", w.relies.slug)
	s.field(2, "role", "software")
	s.field(2, "product", w.relies.product)
	if c := w.org.contractWith(w.relies); c != nil {
		s.field(2, "contract", c.id())
	}
	if w.trial {
		h.writeTrial(s, w)
	} else {
		h.writeService(s, w)
	}
	if !w.closed.IsZero() {
		s.group(0, "closure")
		s.date(1, "on", w.closed)
		s.field(1, "removed", "Accounts, keys and data; the supplier confirmed deletion in writing.")
		s.field(1, "outcome", "A closing note is kept with the programme's papers.")
	}
	h.put(w.at("workload.yaml"), s.b)
}

// writeService writes the part of a workload that serves people.
func (h *history) writeService(s *sheet, w *workload) {
	s.group(0, "review")
	s.raw(1, "interval", "12m")
	s.dateIf(1, "next", w.next)
	s.field(1, "owner", w.owner)
	if !w.notice.IsZero() {
		s.group(0, "publicNotice")
		s.group(1, "source")
		s.field(2, "url", "https://www."+w.org.domain+"/privacy/"+w.slug)
		s.date(1, "published", w.notice)
		s.words(1, "mentions", "cloud", "locations", "suppliers", "rights")
	}
	s.group(0, "evidenceIndex")
	s.source(1, "source", "Assurance library, shelf "+itoa(1+w.n%40))
	s.words(1, "access", "siro", "dpo", "caldicott-guardian", "iao")
	s.words(1, "independent", w.indexed...)
	if w.clinical {
		s.group(0, "clinicalSafety")
		s.contact(1, "officer", posts[9].title, posts[9].mailbox+"@"+w.org.domain)
		s.field(1, "registration", "General Medical Council, checked")
		s.source(1, "hazardLog", "Hazard log of the deployment, version "+itoa(w.safe))
		s.source(1, "safetyCase", "Safety case of the deployment, version "+itoa(w.safe))
		s.raw(1, "version", "'"+itoa(w.safe)+".0'")
		s.date(1, "signed", w.facts)
		s.raw(0, "deployedVersion", "'"+itoa(w.version)+".0'")
	}
}

// writeTrial writes the part of a workload that learns, tries or evaluates.
func (h *history) writeTrial(s *sheet, w *workload) {
	s.group(0, "separation")
	s.field(1, "network", "The sandbox has no route to any network of the organisation.")
	s.field(1, "identity", "Accounts made for the trial, with a second factor.")
	s.group(0, "timeLimit")
	s.date(1, "start", w.limit.From)
	s.date(1, "end", w.limit.To)
	s.field(1, "reason", "One season has to be seen, with a month to write up.")
	if len(w.extended) > 0 {
		s.group(0, "extensions")
		for _, e := range w.extended {
			s.date(1, "- from", e.from)
			s.date(2, "to", e.to)
			s.field(2, "reason", "The second half of the cases came in late.")
			s.words(2, "agreedBy", "ig-lead", "sro")
			s.date(2, "recorded", e.on)
		}
	}
	if len(w.findings) > 0 {
		s.group(0, "outcomes")
		for i, on := range w.findings {
			s.date(1, "- on", on)
			s.field(2, "finding", findings[(w.n+i)%len(findings)])
			s.field(2, "passedTo", w.relies.name)
		}
	}
	s.group(0, "development")
	s.field(1, "statement", "Code is reviewed by a second person and built in a pipeline that scans for secrets and identifiers.")
	s.source(1, "guidance", "Development guidance as cited by the innovation page")
}

func (h *history) writeExitPlan(w *workload) {
	s := begin("exit-plan", w.was("exit-plan.yaml"))
	s.date(0, "recorded", w.plan)
	s.contact(0, "owner", w.owner, slug(w.owner)+"@"+w.org.domain)
	s.field(0, "data", "Results are copied to the organisation's store; the sandbox is deleted within a week.")
	s.field(0, "resources", "The sandbox and its schedules are removed.")
	s.field(0, "keys", "Interface keys are revoked and taken out of the vault.")
	s.field(0, "access", "The accounts made for the trial are deleted.")
	s.field(0, "dns", "No name of the organisation points to the sandbox.")
	s.field(0, "costs", "The account is closed on the last day.")
	h.put(w.at("exit-plan.yaml"), s.b)
}

func (h *history) writeCosts(w *workload) {
	s := begin("costs", w.was("costs.yaml"))
	s.group(0, "budget")
	s.number(1, "monthly", 600)
	s.number(1, "alertAt", 80)
	s.date(1, "from", w.limit.From)
	s.contact(0, "owner", w.owner, slug(w.owner)+"@"+w.org.domain)
	if len(w.months) == 0 {
		s.raw(0, "months", "[]")
	} else {
		s.group(0, "months")
	}
	for _, m := range w.months {
		s.raw(1, "- month", "'"+m.first.String()[:7]+"'")
		s.number(2, "actual", m.pounds)
		s.field(2, "consumption", itoa(m.pounds/7)+" engine hours")
		s.date(2, "recorded", m.recorded)
		if m.pounds > 600 {
			s.field(2, "action", "A loop ran over a weekend; a limit per run was set.")
		}
	}
	h.put(w.at("costs.yaml"), s.b)
}

// riskModel is the attachment that an assessment holds by its digest.
func (w *workload) riskModel() []byte {
	return []byte("question,answer\nData type," + w.personal + "\nScale," + itoa(200+w.n%4000) + " people\nPersistence,years\nProfile class," + classes[w.class] + "\n")
}

func (h *history) writeApproval(w *workload, a approval) {
	if !h.Stated && !a.moved {
		h.fail(h.signApproval(w, a))
		return
	}
	name := a.name()
	s := begin("approval", w.was(name))
	s.field(0, "office", a.office)
	s.field(0, "by", a.by)
	s.field(0, "decision", a.decision)
	s.date(0, "on", a.on)
	if a.decision == "approved-with-conditions" {
		s.group(0, "conditions")
		s.item(1, "The list of people with access is checked every quarter.")
	}
	s.group(0, "covers")
	for _, c := range a.covers {
		s.field(1, "- path", w.at(c.name))
		s.raw(2, "sha256", c.digest)
	}
	h.put(w.at(name), s.b)
}

func (h *history) writeReview(w *workload, r review) {
	name := r.name()
	s := begin("review", w.was(name))
	s.date(0, "on", r.on)
	s.field(0, "office", r.office)
	s.field(0, "by", r.by)
	s.raw(0, "of", "["+r.of+"]")
	s.group(0, "lookedAt")
	if r.looked < 0 {
		s.item(1, "The file")
	} else {
		for _, item := range lookedAt[r.looked] {
			s.item(1, item)
		}
	}
	s.field(0, "outcome", r.outcome)
	s.field(0, "reason", r.reason)
	if !r.due.IsZero() {
		s.group(0, "actions")
		s.field(1, "- what", "Bring the list of people with access up to date.")
		s.date(2, "due", r.due)
		s.field(2, "owner", w.owner)
		s.dateIf(2, "done", r.done)
	}
	h.put(w.at(name), s.b)
}

const exceptionName = "exceptions/until-replaced.yaml"

func (h *history) writeException(w *workload) (digestOf string) {
	s := begin("exception", w.was(exceptionName))
	s.words(0, "obligations", "VIS-01a", "NWS-04", "VIS-04")
	s.field(0, "office", "siro")
	s.field(0, "reason", "The system runs on the organisation's own servers until its replacement is live; moving twice would be more dangerous than waiting.")
	s.field(0, "instead", "A network segment of its own, and a scan of the servers every week.")
	s.date(0, "from", w.exception.from)
	s.date(0, "to", w.exception.to)
	h.put(w.at(exceptionName), s.b)
	return digest(s.b)
}
