package obligation

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// check is a cross-check, and what it reads.
type check struct {
	holds func(*judging)
	reads Reads
}

// checks are the cross-checks of the record kind: what a constraint on one record cannot say.
var checks = map[string]check{
	"controller-current":        {checkController, ReadsWorkload | ReadsOrganisation},
	"siro-included":             {checkSIRO, ReadsAssessment},
	"before-live":               {checkBeforeLive, ReadsWorkload | ReadsAssessment | ReadsDPIA | ReadsApprovals | madeReads},
	"advice-or-statement":       {checkAdvice, ReadsAssessment},
	"residual-risk":             {checkResidualRisk, ReadsDPIA},
	"risks-answered":            {checkRisks, ReadsAssessment},
	"decision-stands":           {checkDecision, ReadsWorkload | ReadsAssessment},
	"toolkit-current":           {checkToolkit, ReadsAssessment | ReadsSchemes},
	"dspt-current":              {checkDSPT, ReadsOrganisation | ReadsSchemes},
	"adequacy-noted":            {checkAdequacyNoted, ReadsOrganisation | ReadsPlaces},
	"supplier-acceptance":       {checkAcceptance, ReadsWorkload | acceptanceReads | ReadsPolicy},
	"public-notice":             {checkPublicNotice, ReadsWorkload | ReadsAssessment | ReadsPlaces},
	"evidence-index":            {checkEvidenceIndex, ReadsWorkload | currencyReads | ReadsOrganisation},
	"standards-met":             {checkStandards, ReadsProducts | ReadsStandards},
	"standards-before-contract": {checkStandardsBought, ReadsContracts | ReadsSupplier | ReadsProducts | ReadsStandards},
	"safety-version":            {checkSafetyVersion, ReadsWorkload | ReadsProducts},
	"spend-control":             {checkSpendControl, ReadsContracts},
	"membership-dates":          {checkMembership, ReadsFootprints | ReadsOrganisation},
	"responsibilities-once":     {checkResponsibilities, ReadsFootprints | ReadsOrganisation},
	"protocols-current":         {checkProtocols, ReadsSupplier},
}

// broken is the state when a cross-check does not hold.
func (j *judging) broken() State { return cmp.Or(j.o.Record.Disordered, Failing) }

// breach reports a cross-check that does not hold, at a field of a record.
func (j *judging) breach(s State, r *record.Record, field, format string, args ...any) {
	j.fault(s, Reason{Rule: "check", Text: fmt.Sprintf(format, args...), Place: at(r, field), Field: field})
}

// checkController: the controller exists. A closed organisation cannot own a decision. OFF 10.
func checkController(j *judging) {
	w := j.s.Workload
	c := w.Controller
	if c == nil || c.Facts.Closed.IsZero() {
		return
	}
	end := c.Facts.Closed.AddDays(1)
	text := fmt.Sprintf("The controller, %s, closed on %s.", c.Facts.Name, c.Facts.Closed.Long())
	j.turn(turn{on: end, rule: Trigger, text: text, place: at(c.Record, "closed")})
	if c.Facts.Closed.Before(j.day) {
		if c.Facts.SucceededBy != "" {
			text += " Its duties went to " + c.Facts.SucceededBy + "."
		}
		j.fault(j.broken(), Reason{Rule: "check", Text: text, Place: at(w.Record, "controller"), Field: "controller", Date: end})
	}
}

// checkSIRO: the SIRO took part in the decision. OFF 10.
func checkSIRO(j *judging) {
	w := j.s.Workload
	if w.Assessed == nil || w.Assessed.Decision == nil {
		return
	}
	if !slices.Contains(w.Assessed.Decision.Participants, record.SIRO) {
		j.breach(j.broken(), w.Assessment, "decision.participants", "The SIRO is not among those who took part in the decision.")
	}
}

// checkBeforeLive: the decision, or the sign-off, is not later than the first day of live use. Where it was made anew since,
// an approval given by that day shows that there was one in time: the SIRO's of a decision, anybody's of an impact assessment.
func checkBeforeLive(j *judging) {
	w := j.s.Workload
	started := w.Facts.Started
	rec, field, on := w.Assessment, "decision.on", calendar.Date{}
	switch record.Kind(j.o.Record.Of) {
	case record.KindDPIA:
		rec, field = w.DPIA, "signOff.on"
		if w.Impact != nil && w.Impact.SignOff != nil {
			on = w.Impact.SignOff.On
		}
	default:
		if w.Assessed != nil && w.Assessed.Decision != nil {
			on = w.Assessed.Decision.On
		}
	}
	if on.IsZero() || started.IsZero() || !on.After(started) || j.beforeDuty(started) {
		return
	}
	for _, a := range w.Approvals {
		counts := rec == w.DPIA || a.Facts.Office == record.SIRO
		if counts && !a.Facts.On.After(started) && approval.InFavour(w, a, j.day) && approval.Covers(a, []string{rec.Path}) {
			return
		}
	}
	j.fault(j.broken(), Reason{
		Rule: "order", Place: at(rec, field), Field: field, Date: started,
		Text: fmt.Sprintf("It is dated %s, after live use began on %s, and no earlier approval shows that there was one in time.", on.Long(), started.Long()),
	})
}

// beforeDuty tells whether something happened before the duty held, so that nobody could have kept it then. It notes that.
func (j *judging) beforeDuty(happened calendar.Date) bool {
	if !happened.Before(j.o.From) {
		return false
	}
	j.note(Reason{Rule: "effective", Text: fmt.Sprintf("Its beginning on %s is older than the duty, which holds from %s.", happened.Long(), j.o.From.Long()), Place: place(j.s.record()), Date: j.o.From})
	return true
}

// checkAdvice: advice was taken, or somebody said that nobody was unsure. OFF 13, OFF 28.
func checkAdvice(j *judging) {
	w := j.s.Workload
	if w.Assessed == nil || w.Assessed.NoAdviceNeeded != "" {
		return
	}
	for _, a := range w.Assessed.Advice {
		if j.past(a.On) {
			return
		}
	}
	j.breach(j.broken(), w.Assessment, "advice", "There is neither advice on record nor the statement that none was needed.")
}

// checkResidualRisk: processing does not go on at a high residual risk unless the regulator, asked beforehand, let it.
// UK GDPR Art 36; facts 6.
func checkResidualRisk(j *judging) {
	w := j.s.Workload
	if w.Impact == nil || w.Impact.ResidualRisk != "high" {
		return
	}
	c := w.Impact.PriorConsultation
	switch {
	case c == nil || !j.past(c.Sent):
		j.breach(Blocked, w.DPIA, "residualRisk", "The risk that is left is high, and the regulator has not been consulted.")
	case c.Outcome == "may-not-proceed" && (c.Answered.IsZero() || j.past(c.Answered)):
		j.breach(Blocked, w.DPIA, "priorConsultation.outcome", "The regulator answered that the processing may not proceed.")
	case c.Outcome == "" || !c.Answered.IsZero() && !j.past(c.Answered):
		j.breach(Blocked, w.DPIA, "priorConsultation", "The risk that is left is high, and the regulator, consulted on %s, has not answered yet.", c.Sent.Long())
	default:
		j.note(Reason{Rule: "check", Text: "The risk that is left is high; the regulator was consulted and lets the processing proceed.", Place: at(w.DPIA, "priorConsultation"), Field: "priorConsultation"})
	}
}

// checkRisks: every risk leads to a control that exists, every control answers a risk, works by evidence, or is planned for a
// day that has not passed. OFF 20.
func checkRisks(j *judging) {
	w := j.s.Workload
	if w.Assessed == nil {
		return
	}
	controls := make(map[string]bool)
	for _, c := range w.Assessed.Controls {
		controls[c.ID] = true
	}
	used := make(map[string]bool)
	for i, r := range w.Assessed.Risks {
		answered := false
		for k, id := range r.Controls {
			used[id] = true
			if controls[id] {
				answered = true
				continue
			}
			j.breach(j.broken(), w.Assessment, fmt.Sprintf("risks.%d.controls.%d", i, k), "The risk “%s” names the control “%s”, which is not listed.", r.ID, id)
		}
		if len(r.Controls) == 0 || !answered {
			j.breach(j.broken(), w.Assessment, fmt.Sprintf("risks.%d.controls", i), "No control answers the risk “%s”.", r.ID)
		}
	}
	for i, c := range w.Assessed.Controls {
		j.checkControl(w, i, c, used[c.ID])
	}
}

func (j *judging) checkControl(w *register.Workload, i int, c record.Control, used bool) {
	field := fmt.Sprintf("controls.%d", i)
	if !used {
		j.breach(j.partial(), w.Assessment, field, "The control “%s” answers no risk.", c.ID)
	}
	switch {
	case c.State == "in-place" && c.Evidence == nil:
		j.breach(j.partial(), w.Assessment, field, "The control “%s” is said to be in place, and nothing shows that it works.", c.ID)
	case c.State == "planned" && c.Due.IsZero():
		j.breach(j.partial(), w.Assessment, field, "The control “%s” is planned without a day.", c.ID)
	case c.State == "planned":
		field += ".due"
		end := c.Due.AddDays(1)
		j.turn(turn{on: end, rule: Written, text: fmt.Sprintf("The planned control “%s” must be in place by %s.", c.ID, c.Due.Long()), place: at(w.Assessment, field)})
		if c.Due.Before(j.day) {
			j.fault(j.lapsed(), Reason{Rule: "written", Text: fmt.Sprintf("The control “%s” was to be in place by %s and is still planned.", c.ID, c.Due.Long()), Place: at(w.Assessment, field), Field: field, Date: end})
		}
	}
}

// checkDecision: a workload for which the cloud was found not appropriate is not live. OFF 19.
func checkDecision(j *judging) {
	w := j.s.Workload
	if w.Assessed == nil || w.Assessed.Decision == nil {
		return
	}
	switch d := w.Assessed.Decision; {
	case d.Outcome == "not-appropriate" && isLive(j, w).is == yes:
		j.breach(j.broken(), w.Assessment, "decision.outcome", "The cloud was found not appropriate for this workload, and it is live.")
	case d.Outcome == "appropriate-with-conditions" && len(d.Conditions) == 0:
		j.breach(j.partial(), w.Assessment, "decision", "The decision was made with conditions, and the conditions are not on record.")
	}
}

// checkToolkit: no decision rests on the IG Toolkit after the last day on which it counted. OFF 21.
func checkToolkit(j *judging) {
	w := j.s.Workload
	if w.Assessed == nil {
		return
	}
	scheme := j.law.Scheme("ig-toolkit")
	if scheme == nil {
		panic("obligation: the register of schemes lacks ig-toolkit")
	}
	for i, b := range w.Assessed.Basis {
		if b.Document != "ig-toolkit" {
			continue
		}
		field, on := fmt.Sprintf("basis.%d.consulted", i), b.Consulted
		if d := w.Assessed.Decision; d != nil && d.On.After(on) {
			on = d.On
		}
		if on.After(scheme.To) {
			j.breach(j.broken(), w.Assessment, field, "The decision of %s rests on the IG Toolkit, which counted until %s and was replaced then.", on.Long(), scheme.To.Long())
		} else {
			j.note(Reason{Rule: "check", Text: fmt.Sprintf("The IG Toolkit was consulted on %s, while it was in use.", b.Consulted.Long()), Place: at(w.Assessment, field), Field: field, Date: b.Consulted})
		}
	}
}

// checkAcceptance: the controller accepts the evidence of each supplier that the workload relies on, as it is now. OFF 26.
func checkAcceptance(j *judging) {
	if len(j.s.Workload.Relies) == 0 {
		j.setAside(Reason{Rule: "condition", Text: "It relies on no supplier.", Place: at(j.s.Workload.Record, "suppliers"), Field: "suppliers"})
		return
	}
	seen := make(map[*register.Supplier]bool)
	for i, rel := range j.s.Workload.Relies {
		if rel.Supplier != nil && !seen[rel.Supplier] {
			seen[rel.Supplier] = true
			j.accepted(i, rel)
		}
	}
}

func (j *judging) accepted(i int, rel register.Reliance) {
	a, name := rel.Acceptance, rel.Supplier.Facts.Name
	if a == nil {
		j.breach(j.missing(), j.s.Workload.Record, fmt.Sprintf("suppliers.%d", i), "The controller has not said whether it accepts the evidence of %s", sentence(name))
		return
	}
	j.again(a.Facts.On)
	standing := approval.JudgeAcceptance(j.s.Register, a, j.day)
	r := Reason{Rule: "acceptance", Text: name + ": " + standing.Text, Place: at(a.Record, "on"), Field: "on", Date: a.Facts.On}
	switch standing.State {
	case approval.Valid:
		j.note(r)
	case approval.Refused:
		j.fault(Failing, r)
		return
	case approval.Stale:
		j.fault(j.lapsed(), r)
		return
	default:
		j.fault(j.missing(), r)
		return
	}
	every, set := j.every(calendar.Period{}, "acceptance")
	l := look{on: a.Facts.On, what: "the evidence of " + name, place: at(a.Record, "on"), field: "on"}
	if next := a.Facts.NextReview; !next.IsZero() {
		l.next, l.nextPlace, l.nextField = next, at(a.Record, "nextReview"), "nextReview"
	}
	if !set && l.next.IsZero() {
		j.noCadence("acceptance")
	}
	j.lookedAt(l, every)
}

// checkPublicNotice: the notice was published, speaks of the cloud and of locations, and is not older than the move of data
// to a country. OFF 27.
func checkPublicNotice(j *judging) {
	w := j.s.Workload
	n := w.Facts.PublicNotice
	if n == nil {
		return
	}
	if !j.past(n.Published) {
		j.breach(j.broken(), w.Record, "publicNotice.published", "The notice will be published on %s.", n.Published.Long())
	}
	for _, topic := range []string{"cloud", "locations"} {
		if !slices.Contains(n.Mentions, topic) {
			j.breach(j.broken(), w.Record, "publicNotice.mentions", "The notice does not speak of %s.", map[string]string{"cloud": "the cloud", "locations": "where data is"}[topic])
		}
	}
	if w.Assessed == nil {
		return
	}
	// Where the data has been from the start, a notice that came before says so; a further country is one that came later.
	start, since := w.Facts.Started, make(map[string]calendar.Date)
	for _, p := range w.Assessed.Locations.Places {
		since[p.Country] = calendar.Earliest(since[p.Country], p.From)
		start = calendar.Earliest(start, p.From)
	}
	if w.Facts.Started.After(start) {
		start = w.Facts.Started
	}
	for i, p := range w.Assessed.Locations.Places {
		if p.From == since[p.Country] && p.From.After(n.Published) && p.From.After(start) && p.Country != "GB" && j.past(p.From) {
			since[p.Country] = calendar.Date{} // one reason for a country is enough
			j.breach(j.lapsed(), w.Assessment, fmt.Sprintf("locations.places.%d.from", i), "Data has been in %s since %s; the notice was last changed on %s, before that.", j.country(p.Country), p.From.Long(), n.Published.Long())
		}
	}
}

// checkEvidenceIndex: the SIRO has access, and at least one certificate of somebody independent about a supplier relied on is
// current. OFF 30.
func checkEvidenceIndex(j *judging) {
	w := j.s.Workload
	index := w.Facts.EvidenceIndex
	if index == nil {
		return
	}
	if !slices.Contains(index.Access, record.SIRO) {
		j.breach(j.broken(), w.Record, "evidenceIndex.access", "The SIRO is not among those with access to the evidence.")
	}
	var best currency
	var expired []string
	for _, id := range index.Independent {
		c := certificateByID(j.s.Register, id)
		if c == nil {
			continue
		}
		v := j.current(c, calendar.Period{})
		switch {
		case !slices.ContainsFunc(w.Relies, func(rel register.Reliance) bool {
			return rel.Supplier != nil && slices.Contains(rel.Supplier.Certificates, c)
		}):
			expired = append(expired, id+" (of a supplier that is not relied on)")
		case !v.independent:
			expired = append(expired, id+" (not independent of the supplier)")
		case !v.ok:
			expired = append(expired, id+" ("+strings.TrimSuffix(j.says(v), ".")+")")
		case !best.ok || best.until.IsZero() || !v.until.IsZero() && v.until.After(best.until):
			best = v
		}
	}
	if !best.ok {
		text := "No certificate or report by an independent body is in the index."
		if len(expired) > 0 {
			text = "No certificate or report in the index is current and independent: " + strings.Join(expired, "; ") + "."
		}
		j.breach(j.broken(), w.Record, "evidenceIndex.independent", "%s", text)
		return
	}
	place := best.place()
	j.turn(turn{on: best.until, rule: HardExpiry, text: "The last current certificate in the index of evidence expires.", place: place})
	j.note(Reason{Rule: "certificate", Text: j.says(best), Place: place, Date: best.until})
}

func certificateByID(reg *register.Register, id string) *register.Certificate {
	supplier, _, _ := strings.Cut(id, "/")
	for _, s := range reg.Suppliers {
		if s.ID != supplier {
			continue
		}
		for _, c := range s.Certificates {
			if c.ID == id {
				return c
			}
		}
	}
	return nil
}

// checkSafetyVersion: the safety case is about the version in use, and it is signed. VIS 7; DCB0129 and DCB0160.
func checkSafetyVersion(j *judging) {
	if w := j.s.Workload; w != nil {
		if f := w.Facts.ClinicalSafety; f != nil {
			j.safetyCase(w.Record, f.Version, w.Facts.DeployedVersion, "deployedVersion", f.Signed)
		}
		return
	}
	for _, p := range j.s.products() {
		if f := p.Facts.ClinicalSafety; f != nil && j.looksAt(p.Record) {
			j.safetyCase(p.Record, f.Version, p.Facts.Version, "version", f.Signed)
		}
	}
}

func (j *judging) safetyCase(r *record.Record, about, used, field string, signed calendar.Date) {
	if used != "" && about != used {
		j.breach(j.broken(), r, "clinicalSafety.version", "The safety case is about version %s, and version %s is in use (%s).", about, used, quote(field))
	}
	if !j.past(signed) {
		j.breach(j.broken(), r, "clinicalSafety.signed", "The safety case is dated %s, which is after the day judged.", signed.Long())
	}
}

// checkProtocols: TLS is 1.2 or later, and no older protocol is in use beside it. NWS 9; the version is that of facts 2.2.
func checkProtocols(j *judging) {
	c := j.s.Supplier.Facts.Cryptography
	if c == nil {
		return
	}
	for i, p := range c.Protocols {
		version := strings.TrimLeft(strings.ToLower(strings.TrimPrefix(strings.ToUpper(p.Version), p.Name)), " v")
		old := strings.HasPrefix(version, "ssl") || p.Name == "SSH" && strings.HasPrefix(version, "1")
		if p.Name == "TLS" {
			old = !currentTLS.MatchString(version)
		}
		if old {
			j.breach(j.broken(), j.s.Supplier.Record, fmt.Sprintf("cryptography.protocols.%d.version", i), "%s %s protects communications and is no longer current; TLS 1.2 or later, IPsec or the like is wanted.", p.Name, p.Version)
		}
	}
}

var currentTLS = regexp.MustCompile(`^1\.([2-9]|[1-9][0-9])( or later|\+)?$`)

// checkSpendControl: the purchase passed spend controls, or is out of their scope, before it was signed. VIS 10.
func checkSpendControl(j *judging) {
	c := j.s.Contract
	s := c.Facts.SpendControl
	switch {
	case s == nil:
	case s.Reference == "" && s.NotInScope == "":
		j.breach(j.broken(), c.Record, "spendControl", "There is neither a reference of the approval nor a reason for being out of scope.")
	case !c.Facts.Signed.IsZero() && s.On.After(c.Facts.Signed):
		j.breach(j.broken(), c.Record, "spendControl.on", "The purchase passed spend controls on %s, after the contract was signed on %s.", s.On.Long(), c.Facts.Signed.Long())
	case !j.past(s.On):
		j.breach(j.broken(), c.Record, "spendControl.on", "The approval is dated %s, which is after the day judged.", s.On.Long())
	}
}

// checkMembership: spells of one member do not overlap and lie within the footprint's own, the lead is a member, and no member
// that has ceased is still listed as one. DIA 26-45; facts T12.
func checkMembership(j *judging) {
	f := j.s.Footprint
	during := calendar.Window{From: f.Facts.From, To: f.Facts.To}
	lead := false
	for i, m := range f.Members {
		field := fmt.Sprintf("members.%d", i)
		j.again(m.During.From, m.During.End())
		if m.Organisation == f.Lead && m.During.Contains(j.day) {
			lead = true
		}
		if m.During.From.Before(during.From) || !during.To.IsZero() && (m.During.To.IsZero() || m.During.To.After(during.To)) {
			j.breach(j.broken(), f.Record, field, "%s is listed as a member outside the footprint's own time.", m.Organisation.Facts.Name)
		}
		for _, other := range f.Members[:i] {
			if other.Organisation == m.Organisation && other.During.Overlaps(m.During) {
				j.breach(j.broken(), f.Record, field, "%s is listed twice for the same days.", m.Organisation.Facts.Name)
			}
		}
		closed := m.Organisation.Facts.Closed
		if closed.IsZero() || !m.During.To.IsZero() && !m.During.To.After(closed) {
			continue
		}
		text := fmt.Sprintf("%s closed on %s and is still listed as a member.", m.Organisation.Facts.Name, closed.Long())
		j.turn(turn{on: closed.AddDays(1), rule: Trigger, text: text, place: at(f.Record, field)})
		if closed.Before(j.day) {
			j.breach(j.broken(), f.Record, field, "%s", text)
		}
	}
	if f.Lead != nil && !lead {
		j.breach(j.broken(), f.Record, "lead", "The organisation that leads, %s, is not a member on the day.", f.Lead.Facts.Name)
	}
}

// checkResponsibilities: every control has exactly one lead, and the lead is a member on the day. DIA 156-166.
func checkResponsibilities(j *judging) {
	f := j.s.Footprint
	first := make(map[string]bool)
	for i, r := range f.Facts.Responsibilities {
		field := fmt.Sprintf("responsibilities.%d", i)
		key := strings.ToLower(r.Control)
		if first[key] {
			j.breach(j.broken(), f.Record, field, "The control “%s” has more than one lead.", r.Control)
		}
		first[key] = true
		member := false
		for _, m := range f.Members {
			if m.Organisation.ID == r.Lead {
				j.turn(turn{on: m.During.End(), rule: Trigger, text: fmt.Sprintf("%s leaves the footprint and leads on controls.", m.Organisation.Facts.Name), place: at(f.Record, field)})
				j.again(m.During.From)
				member = member || m.During.Contains(j.day)
			}
		}
		if !member {
			j.breach(j.broken(), f.Record, field, "%s leads on “%s” and is not a member on the day.", r.Lead, r.Control)
		}
	}
}
