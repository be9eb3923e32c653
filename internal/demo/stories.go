package demo

import (
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitpack"
)

// stories tell each kind of event: they change what is known and write the records that say so.
var stories = [kinds]func(h *history, e event, d *dice) told{
	begins: (*history).begin,
	ends:   (*history).end,

	joins: supplierStory((*history).join), renewsEvidence: supplierStory((*history).renewEvidence), renewsISO: supplierStory((*history).renewISO),
	gathers: supplierStory((*history).gather), notifies: supplierStory((*history).notify), assesses: supplierStory((*history).assess),
	toolkits: (*history).publishToolkits, watches: (*history).watch,

	founds: organisationStory((*history).found), publishes: organisationStory((*history).publish), confirms: organisationStory((*history).confirm),
	readsList: organisationStory((*history).readList), accepts: organisationStory((*history).accept), decides: organisationStory((*history).decide),
	signs: organisationStory((*history).sign), leaves: organisationStory((*history).leave), appoints: organisationStory((*history).appoint),
	approvesAll: organisationStory((*history).approveAll), reviewsAll: organisationStory((*history).reviewAll), bumpsAll: organisationStory((*history).bumpAll),
	merges: organisationStory((*history).merge),

	proposes: workloadStory((*history).propose), approves: workloadStory((*history).approve), goesLive: workloadStory((*history).goLive),
	renews: workloadStory((*history).renew), changesFacts: workloadStory((*history).changeFacts), revisesImpact: workloadStory((*history).reviseImpact),
	reapproves: workloadStory((*history).reapprove), withdraws: workloadStory((*history).withdraw), transfersBy: workloadStory((*history).transferBy),
	replacesToolkit: workloadStory((*history).replaceToolkit), actionNeeded: workloadStory((*history).needAction), actionDone: workloadStory((*history).doAction),
	moves: workloadStory((*history).moveOne), closes: workloadStory((*history).close), extends: workloadStory((*history).extend),
	findsOut: workloadStory((*history).findOut), spends: workloadStory((*history).spend), deploys: workloadStory((*history).deploy),
	breaks: workloadStory((*history).breakRecord), mends: workloadStory((*history).mendRecord),
	amends: workloadStory(func(h *history, w *workload, _ event, _ *dice) told { return h.amend(w) }),
}

func supplierStory(tell func(*history, *supplier, event, *dice) told) func(*history, event, *dice) told {
	return func(h *history, e event, d *dice) told { return tell(h, h.suppliers[e.n], e, d) }
}

func organisationStory(tell func(*history, *organisation, event, *dice) told) func(*history, event, *dice) told {
	return func(h *history, e event, d *dice) told { return tell(h, h.organisations[e.n], e, d) }
}

// workloadStory leaves a closed workload alone: it is kept as history.
func workloadStory(tell func(*history, *workload, event, *dice) told) func(*history, event, *dice) told {
	return func(h *history, e event, d *dice) told {
		w := h.workloads[e.n]
		if w.phase == "closed" || w.phase == "" && e.kind != proposes {
			return told{}
		}
		return tell(h, w, e, d)
	}
}

// keeper looks after the register itself.
var keeper = gitpack.Person{Name: "Register keeper", Email: "register@example.org"}

// post gives somebody of an organisation as the author of a commit.
func (o *organisation) post(n int) gitpack.Person {
	return gitpack.Person{Name: posts[n].title, Email: posts[n].mailbox + "@" + o.domain}
}

const governance = 6 // the head of information governance among posts

func (w *workload) by() gitpack.Person {
	return gitpack.Person{Name: w.owner, Email: slug(w.owner) + "@" + w.org.domain}
}

// of makes what is told of a workload alone.
func (w *workload) told(who gitpack.Person, format string, args ...any) told {
	return told{subject: fmt.Sprintf(format, args...), who: who, only: w}
}

// Suppliers

func (h *history) join(s *supplier, _ event, d *dice) told {
	s.gathered = h.today.AddDays(-20 - d.below(250))
	s.watched = h.today.AddDays(-10 - d.below(150))
	s.release, s.safeRelease = d.between(1, 6), 0
	s.safeRelease = s.release
	s.released = h.today.AddDays(-30 - d.below(200))
	s.isoEdition = isoEdition(s, s.isoIssued)
	for on := s.isoIssued.AddMonths(12); on.Before(h.today); on = on.AddMonths(12) {
		s.surveillance = append(s.surveillance, on.AddDays(-6))
	}
	h.writeISO(s)
	h.writeYearly(s, h.today.AddDays(-15-d.below(200)))
	last := h.today.Year() - 1 // the last toolkit year whose deadline has passed
	if h.today.Before(calendar.Of(h.today.Year(), 7, 1)) {
		last--
	}
	if last >= 2018 {
		h.writeToolkit(s, last, calendar.Of(last+1, 6, 3+s.n%20))
	}
	if last < 2020 {
		h.writeCertificate(s, "ig-toolkit", "ig-toolkit-2017", "NHS Digital", calendar.Of(2017, 3, 20), func(*sheet) {})
	}
	h.writeSupplier(s)
	h.writePrinciples(s)
	h.writeProduct(s)
	return told{subject: "Add the supplier " + s.name, who: keeper}
}

// isoEdition is the edition under which a certificate was issued: suppliers moved at different times, the last in October 2023.
func isoEdition(s *supplier, on calendar.Date) string {
	if on.Before(calendar.Of(2023, 1, 1).AddDays(100 * int(s.care))) {
		return "2013"
	}
	return "2022"
}

func month7(on calendar.Date) string { return on.String()[:7] }

func (h *history) writeISO(s *supplier) {
	h.writeCertificate(s, "iso-27001", "iso-27001-"+month7(s.isoIssued), "Ashworth Certification Ltd", s.isoIssued, func(p *sheet) {
		p.date(0, "expires", s.isoIssued.AddMonths(36))
		p.raw(0, "edition", "'"+s.isoEdition+"'")
		if len(s.surveillance) > 0 {
			var days []string
			for _, on := range s.surveillance {
				days = append(days, on.String())
			}
			p.words(0, "surveillance", days...)
		}
	})
}

// writeYearly writes what a supplier has assessed every year.
func (h *history) writeYearly(s *supplier, on calendar.Date) {
	id := "cyber-essentials-" + month7(on)
	h.writeCertificate(s, "cyber-essentials", id, "Wherry Cyber Ltd", on, func(p *sheet) { p.date(0, "expires", on.AddMonths(12)) })
	if s.care == careful {
		h.writeCertificate(s, "cyber-essentials-plus", "cyber-essentials-plus-"+month7(on), "Wherry Cyber Ltd", on.AddDays(10), func(p *sheet) {
			p.date(0, "expires", on.AddMonths(12))
			p.field(0, "basedOn", id)
		})
	}
	if s.n%2 == 0 {
		h.writeCertificate(s, "soc-2-type-2", "soc-2-"+month7(on), "Pemberton Audit LLP", on, func(p *sheet) {
			p.date(0, "periodStart", on.AddDays(-400))
			p.date(0, "periodEnd", on.AddDays(-36))
		})
	} else {
		h.writeCertificate(s, "penetration-test", "penetration-test-"+month7(on), "Marchpane Testing Ltd", on, func(*sheet) {})
	}
}

func (h *history) writeToolkit(s *supplier, year int, on calendar.Date) {
	result := []string{"exceeded", "met", "approaching"}[s.care]
	h.writeCertificate(s, "dspt", "dspt-"+toolkitYear(year), "NHS England", on, func(p *sheet) {
		p.raw(0, "toolkitYear", "'"+toolkitYear(year)+"'")
		p.field(0, "result", result)
	})
}

func (h *history) renewEvidence(s *supplier, _ event, _ *dice) told {
	h.writeYearly(s, h.today.AddDays(-12))
	if h.today.AddMonths(-10).After(s.isoIssued) {
		s.surveillance = append(s.surveillance, h.today.AddDays(-12))
		h.writeISO(s)
	}
	return told{subject: "Renew the yearly certificates of " + s.name, who: keeper}
}

func (h *history) renewISO(s *supplier, e event, _ *dice) told {
	if e.arg == 1 && (s.isoEdition == "2022" || !s.isoIssued.Before(h.today.AddMonths(-6))) {
		return told{}
	}
	s.isoIssued = h.today.AddDays(-7)
	s.isoEdition, s.surveillance = isoEdition(s, s.isoIssued), nil
	h.writeISO(s)
	return told{subject: "Take in the ISO 27001 certificate of " + s.name, who: keeper}
}

func (h *history) gather(s *supplier, _ event, d *dice) told {
	s.gathered = h.today.AddDays(-4)
	s.watched = h.today.AddDays(-4)
	s.release, s.released = s.release+1, h.today.AddDays(-30)
	if s.care != careless || d.chance(50) {
		s.safeRelease = s.release
	}
	h.writeSupplier(s)
	h.writePrinciples(s)
	h.writeProduct(s)
	return told{subject: "Take in the yearly statements of " + s.name, who: keeper}
}

func (h *history) notify(s *supplier, e event, _ *dice) told {
	s.notices = append(s.notices, notice{which: e.arg, on: h.today})
	h.writeNotice(s, &s.notices[len(s.notices)-1])
	return told{subject: "File a notice of " + s.name + ": " + strings.ToLower(noticeTitles[e.arg].title), who: keeper}
}

// assess lets the supplier's customers look at its last notice; some never do.
func (h *history) assess(s *supplier, _ event, d *dice) told {
	if len(s.notices) == 0 {
		return told{}
	}
	n := &s.notices[len(s.notices)-1]
	for _, o := range h.organisations {
		relies := slices.ContainsFunc(o.workloads, func(w *workload) bool { return w.relies == s && w.phase != "closed" })
		if (relies || o.accepted[s]) && o.closed.IsZero() && d.chance([]int{100, 95, 75}[o.care]) {
			n.look(o, h.today)
		}
	}
	h.writeNotice(s, n)
	return told{subject: "Look at the notice of " + s.name, who: keeper}
}

func (h *history) publishToolkits(e event, d *dice) told {
	year := h.today.Year() - 1
	for _, s := range h.suppliers {
		if s.release == 0 {
			continue // not in the register yet
		}
		if s.care == care(e.arg) || e.arg == int(late) && s.care == careless && d.chance(60) {
			h.writeToolkit(s, year, h.today.AddDays(-3))
		}
	}
	return told{subject: "Take in toolkit results for " + toolkitYear(year), who: keeper}
}

func (h *history) watch(_ event, d *dice) told {
	for _, s := range h.suppliers {
		if s.release > 0 && (s.care != careless || d.chance(40)) {
			s.watched = h.today.AddDays(-5)
			h.writeSupplier(s)
		}
	}
	return told{subject: "Take in the half-yearly reports of the suppliers", who: keeper}
}

// Organisations

func (h *history) found(o *organisation, _ event, d *dice) told {
	for _, office := range []string{"siro", "caldicott-guardian", "dpo", "ig-lead", "sro", "iao", "clinical-safety-officer", "registrar"} {
		o.spells = append(o.spells, spell{post: holders[office][0], office: office, from: h.start.AddDays(-1500 - d.below(300))})
	}
	o.confirmed = h.today.AddDays(-20 - d.below(200))
	o.listRead = h.today.AddDays(-5 - d.below(60))
	o.ready = h.today.AddDays(-20 - d.below(200))
	last := h.today.Year() - 1
	if h.today.Before(calendar.Of(h.today.Year(), 7, 1)) {
		last--
	}
	if last >= 2018 {
		o.toolkit = []toolkitResult{{last, "met", calendar.Of(last+1, 6, 20)}}
	}
	h.writeOrganisation(o)
	h.writeAppointments(o)
	for _, c := range o.contracts {
		h.writeContract(o, c)
	}
	for _, s := range o.uses {
		if o.care != careless || d.chance(70) {
			h.writeAcceptance(o, s)
		}
	}
	return told{subject: "Add " + o.name, who: keeper}
}

func (h *history) publish(o *organisation, _ event, d *dice) told {
	year := h.today.Year() - 1
	status := "met"
	if o.care == careless || d.chance(8) {
		status = "approaching"
	}
	o.toolkit = append(o.toolkit, toolkitResult{year, status, h.today.AddDays(-2)})
	h.writeOrganisation(o)
	return told{subject: o.ods + ": toolkit result for " + toolkitYear(year), who: o.post(governance)}
}

func (h *history) confirm(o *organisation, _ event, _ *dice) told {
	o.confirmed, o.ready = h.today.AddDays(-1), h.today.AddDays(-1)
	h.writeAppointments(o)
	h.writeOrganisation(o)
	return told{subject: o.ods + ": confirm who holds which office", who: o.post(governance)}
}

func (h *history) readList(o *organisation, _ event, _ *dice) told {
	o.listRead = h.today.AddDays(-1)
	h.writeOrganisation(o)
	return told{subject: o.ods + ": read the list of adequate countries", who: o.post(governance)}
}

func (h *history) accept(o *organisation, _ event, _ *dice) told {
	for _, s := range o.uses {
		h.writeAcceptance(o, s)
	}
	return told{subject: o.ods + ": look at the suppliers' evidence", who: o.post(governance)}
}

func (h *history) decide(o *organisation, e event, d *dice) told {
	for _, c := range o.contracts {
		if !c.ended && c.decided.IsZero() && c.year+2 <= e.arg && (o.care != careless || d.chance(50)) {
			c.decided = h.today.AddDays(-1)
			h.writeContract(o, c)
		}
	}
	return told{subject: o.ods + ": decide on contracts that end in March", who: o.post(0)}
}

func (h *history) sign(o *organisation, e event, _ *dice) told {
	for _, c := range slices.Clone(o.contracts) {
		if c.ended || c.decided.IsZero() || c.year+3 > e.arg {
			continue
		}
		c.ended = true
		h.writeContract(o, c)
		next := &contract{supplier: c.supplier, year: e.arg}
		o.contracts = append(o.contracts, next)
		h.writeContract(o, next)
		for _, w := range o.workloads {
			if w.relies == c.supplier && w.phase != "closed" {
				h.writeWorkload(w)
			}
		}
	}
	return told{subject: o.ods + ": contracts from April", who: o.post(0)}
}

// changing holds the offices in which people change.
var changing = []string{"siro", "caldicott-guardian"}

// allOffices stands for every office in place of one of them.
const allOffices = -1

func (h *history) leave(o *organisation, e event, _ *dice) told {
	office := changing[e.arg]
	for i := range o.spells {
		if s := &o.spells[i]; s.office == office && s.to.IsZero() {
			s.to = h.today.AddDays(2)
			h.writeAppointments(o)
			return told{subject: o.ods + ": the " + posts[s.post].title + " leaves office", who: o.post(governance)}
		}
	}
	return told{}
}

func (h *history) appoint(o *organisation, e event, _ *dice) told {
	office := changing[e.arg]
	last := 0
	for i, s := range o.spells {
		if s.office == office {
			last = i
		}
	}
	if o.spells[last].to.IsZero() {
		return told{} // nobody has left
	}
	from := h.today
	if !from.After(o.spells[last].to) {
		from = o.spells[last].to.AddDays(1)
	}
	list := holders[office]
	next := list[(slices.Index(list, o.spells[last].post)+1)%len(list)]
	o.spells = append(o.spells, spell{post: next, office: office, from: from})
	h.writeAppointments(o)
	return told{subject: o.ods + ": appoint the " + posts[next].title, who: o.post(governance)}
}

// atOnce bounds how many workloads one commit of an organisation touches.
const atOnce = 15

// live lists up to so many of the organisation's workloads that serve people now, beginning somewhere.
func (o *organisation) live(d *dice) []*workload {
	var list []*workload
	for _, w := range o.workloads {
		if w.phase == "live" && !w.trial {
			list = append(list, w)
		}
	}
	if len(list) <= atOnce {
		return list
	}
	from := d.below(len(list) - atOnce)
	return list[from : from+atOnce]
}

// approveAll lets a new holder of office decide on what the one before had decided; after a merger everybody does.
func (h *history) approveAll(o *organisation, e event, d *dice) told {
	for _, w := range o.live(d) {
		switch {
		case w.care == careless:
		case e.arg == allOffices:
			h.decideOn(w, h.today, "approved")
		case slices.Contains(w.offices(), changing[e.arg]):
			h.addApproval(w, approval{office: changing[e.arg], decision: "approved", on: h.today, covers: w.covers()})
		}
	}
	return told{subject: o.ods + ": approvals under the new holders of office", who: o.post(governance)}
}

func (h *history) reviewAll(o *organisation, _ event, d *dice) told {
	for _, w := range o.live(d) {
		h.addReview(w, review{
			office: "ig-lead", of: "assessment, locations, evidence, implementation", looked: -1, outcome: "still-valid", reason: "Reviewed, no change.",
		})
	}
	return told{subject: o.ods + ": yearly reviews", who: o.post(governance)}
}

func (h *history) bumpAll(o *organisation, _ event, d *dice) told {
	for _, w := range o.live(d) {
		w.next = h.today.AddMonths(12)
		h.writeWorkload(w)
	}
	return told{subject: o.ods + ": move review dates on by a year", who: o.post(governance)}
}

func (h *history) merge(o *organisation, _ event, _ *dice) told {
	o.closed = calendar.Of(h.today.Year(), 3, 31)
	h.writeOrganisation(o)
	for _, w := range slices.Clone(o.workloads) {
		if w.phase != "closed" {
			h.move(w, o.successor)
		}
	}
	return told{subject: fmt.Sprintf("%s becomes part of %s", o.ods, o.successor.ods), who: keeper}
}
