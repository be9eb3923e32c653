package obligation

import (
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/register"
)

// locationRules are the rules, and what each reads.
var locationRules = map[string]struct {
	holds func(*judging, *register.Workload)
	reads Reads
}{
	"acceptable":    {locationAcceptable, reachReads},
	"mechanism":     {locationMechanism, reachReads},
	"regions":       {locationRegions, placesReads | ReadsPlaces},
	"advice":        {locationAdvice, reachReads},
	"jurisdictions": {locationJurisdictions, reachReads},
	"impact":        {locationImpact, reachReads},
	"profile":       {locationProfile, placesReads | ReadsOrganisation | ReadsPolicy | ReadsPlaces},
	"shield":        {locationShield, reachReads},
}

// judgeLocation: where data is, judged by the law of the day.
func judgeLocation(j *judging) {
	w := j.s.Workload
	if w.Assessed == nil {
		j.fault(j.missing(), Reason{Rule: "record", Text: "There is no assessment, so nothing says where the data is.", Place: place(w.Record)})
		return
	}
	for _, t := range w.Assessed.Transfers {
		j.again(t.Signed, t.To.AddDays(1))
		if t.RiskAssessment != nil {
			j.again(t.RiskAssessment.On)
		}
	}
	locationRules[j.o.Location.Rule].holds(j, w)
}

func readsLocation(g *gathering) {
	g.add(placesReads, "a location")
	g.add(locationRules[g.o.Location.Rule].reads, fmt.Sprintf("rule %q", g.o.Location.Rule))
}

// locationAcceptable: every place is in the UK, the EEA or a country adequate on the day, or a lawful mechanism stands for it.
// OFF brief 1; all four nations of the UK count alike (OFF 3).
func locationAcceptable(j *judging, w *register.Workload) {
	if j.nowhere(w) {
		return
	}
	for d := range j.destinations(w) {
		b := j.basis(d.country, d.scope)
		r := Reason{Rule: "adequacy", Text: d.text(j) + " " + j.words(b), Field: d.field(), Date: b.since}
		r.Place = at(d.in, r.Field)
		t := j.transfer(w, d.country)
		switch {
		case b.ok:
			j.announceAdequacy(d, b)
			j.note(r)
		case t.ok && t.assessed:
			j.note(t.reason)
			j.note(r)
		case t.found:
			j.fault(j.missing(), r)
			j.faultOf(j.missing(), t)
		default:
			r.Text += " No lawful transfer mechanism is on record for it."
			j.fault(j.missing(), r)
		}
	}
}

// nowhere reports that the assessment lists no place of the data for the day: then nothing shows that it is where it may be.
func (j *judging) nowhere(w *register.Workload) bool {
	if len(j.places(w)) > 0 {
		return false
	}
	j.fault(j.missing(), Reason{Rule: "record", Text: "No place of the data is on record for the day judged.", Place: at(w.Assessment, "locations.places"), Field: "locations.places"})
	return true
}

// announceAdequacy names the day on which a country stops being adequate, unless a mechanism takes over.
func (j *judging) announceAdequacy(d destination, b basis) {
	if j.ahead(b.until) {
		j.turn(turn{on: b.until, rule: Trigger, text: capital(j.country(d.country)) + " stops being adequate.", place: d.at()})
	}
}

func (j *judging) faultOf(s State, t transfer) { j.fault(s, t.reason) }

// locationMechanism: every country that is not adequate has a lawful mechanism that stands on the day, with the risk
// assessment that it needs. OFF loc 5.
func locationMechanism(j *judging, w *register.Workload) {
	seen := make(map[string]bool)
	for d := range j.destinations(w) {
		b := j.basis(d.country, d.scope)
		if b.ok || seen[d.country] {
			if b.ok {
				j.announceAdequacy(d, b)
			}
			continue
		}
		seen[d.country] = true
		t := j.transfer(w, d.country)
		switch {
		case t.ok && t.assessed:
			j.note(t.reason)
		case t.ok:
			j.faultOf(j.partial(), t)
		case t.found:
			j.faultOf(j.missing(), t)
		default:
			j.fault(j.missing(), Reason{Rule: "mechanism", Text: d.text(j) + " " + j.words(b) + " No lawful transfer mechanism is on record for it.", Place: at(w.Assessment, "transfers"), Field: "transfers"})
		}
	}
	if len(j.faults) == 0 && len(seen) == 0 {
		j.note(Reason{Rule: "mechanism", Text: "No place of the data needs a transfer mechanism on the day.", Place: at(w.Assessment, "locations.places"), Field: "locations.places"})
	}
}

// transfer is the best transfer on record for a country: one that stands, if there is one.
type transfer struct {
	found, ok, assessed bool // assessed: it has the risk assessment that it needs
	reason              Reason
}

func (j *judging) transfer(w *register.Workload, country string) transfer {
	var best transfer
	for i, t := range w.Assessed.Transfers {
		if t.Country != country {
			continue
		}
		c := j.transferAt(w, i)
		if !best.found || c.ok && !best.ok || c.ok && c.assessed && !best.assessed || !best.ok && !c.ok {
			best = c
		}
	}
	return best
}

// transferAt looks at one transfer on record.
func (j *judging) transferAt(w *register.Workload, i int) transfer {
	t := w.Assessed.Transfers[i]
	field := fmt.Sprintf("transfers.%d", i)
	m := j.stands(t.Mechanism, t.Signed, t.Country)
	c := transfer{found: true, ok: m.ok, assessed: true, reason: Reason{Rule: "mechanism", Text: m.text, Place: at(w.Assessment, field), Field: field, Date: t.Signed}}
	switch {
	case !t.To.IsZero() && t.To.Before(j.day):
		c.ok, c.reason.Text, c.reason.Date = false, fmt.Sprintf("The %s for %s was relied on until %s.", m.name, j.country(t.Country), t.To.Long()), t.To
	case m.ok && t.Mechanism == "data-bridge":
		// It is adequacy for certified recipients (facts 4.2); shown by the place's scopeEvidence, it needs no entry here.
		c.ok, c.reason.Text = false, fmt.Sprintf("The %s is only for certified recipients, and nothing shows under scopeEvidence that this one is.", m.name)
	case m.ok && m.needsRisk && (t.RiskAssessment == nil || t.RiskAssessment.On.After(j.day)):
		c.assessed = false
		c.reason.Text = fmt.Sprintf("The %s for %s stands, and the transfer risk assessment that it needs is not on record.", m.name, j.country(t.Country))
	}
	if c.ok {
		if j.ahead(m.until) {
			j.turn(turn{on: m.until, rule: Trigger, text: fmt.Sprintf("The %s signed on %s stops being valid.", m.name, t.Signed.Long()), place: c.reason.Place})
		}
		if end := t.To.AddDays(1); j.ahead(end) {
			j.turn(turn{on: end, rule: Written, text: fmt.Sprintf("The last day on which the %s for %s is relied on passes.", m.name, j.country(t.Country)), place: c.reason.Place})
		}
	}
	return c
}

// locationRegions: the highest-risk data is in at least two regions that are each allowed, or somebody said why not. Two
// regions of the United Kingdom do (facts T8). OFF 24.
//
// What counts are regions that hold the data ready for use, primary or replica: more resilience is the aim, and from a backup
// the service does not go on. That one region has two names cannot be seen; letters and spaces do not make two of one.
func locationRegions(j *judging, w *register.Workload) {
	var regions []string
	seen := make(map[string]bool)
	for _, p := range j.places(w) {
		key := p.Country + " " + strings.Join(strings.Fields(strings.ToLower(p.Region)), " ")
		if p.Purpose != "primary" && p.Purpose != "replica" || seen[key] {
			continue
		}
		b := j.basis(p.Country, p.ScopeEvidence)
		t := j.transfer(w, p.Country)
		if b.ok {
			j.announceAdequacy(destination{country: p.Country, in: p.in, index: p.index}, b)
		}
		if b.ok || t.ok && t.assessed {
			seen[key] = true
			regions = append(regions, p.Region)
		} else {
			j.note(Reason{Rule: "adequacy", Text: fmt.Sprintf("The region %s does not count: %s", p.Region, j.words(b)), Place: p.at(), Field: p.field()})
		}
	}
	slices.Sort(regions)
	r := Reason{Rule: "regions", Place: at(w.Assessment, "locations.places"), Field: "locations.places"}
	switch {
	case len(regions) >= 2:
		r.Text = "The data is held in more than one region: " + list(regions) + "."
		j.note(r)
	case w.Assessed.SingleRegionReason != "":
		r.Text, r.Field = "One region is used, and the reason is on record.", "singleRegionReason"
		r.Place = at(w.Assessment, r.Field)
		j.note(r)
	default:
		r.Text = "Two regions are advised for the highest class of risk; the data is held in one."
		if len(regions) == 0 {
			r.Text = "Two regions are advised for the highest class of risk; none that is allowed is on record."
		}
		j.fault(j.missing(), r)
	}
}

// locationAdvice: where the United States is involved, advice was taken that names them. OFF loc 5: always.
func locationAdvice(j *judging, w *register.Workload) {
	involved := reachesUS(j, w)
	if involved.is != yes {
		j.note(involved.reason())
		return
	}
	for i, a := range w.Assessed.Advice {
		if slices.Contains(a.Countries, "US") && j.past(a.On) {
			field := fmt.Sprintf("advice.%d", i)
			j.note(Reason{Rule: "advice", Text: fmt.Sprintf("Advice on the United States was taken on %s.", a.On.Long()), Place: at(w.Assessment, field), Field: field, Date: a.On})
			return
		}
	}
	j.fault(j.missing(), Reason{Rule: "advice", Text: involved.reason().Text + " No specialist advice that names the United States is on record.", Place: at(w.Assessment, "advice"), Field: "advice"})
}

// foreign is a country whose law may reach the data, with what brings it in: a place, or a link of a supplier.
type foreign struct {
	country string
	place   spot
	link    link
}

func (f foreign) reason(j *judging) Reason {
	if f.place.Place != nil {
		return Reason{Text: "Data is in " + j.country(f.country) + ".", Place: f.place.at(), Field: f.place.field()}
	}
	r := Reason{Text: f.link.text(), Field: f.link.field()}
	r.Place = at(f.link.supplier.Record, r.Field)
	return r
}

// foreigners lists the countries other than the UK whose law may reach the data: through a place, a provider, its parent or
// its support staff. OFF 25. A country that comes in by several ways is named with each.
func (j *judging) foreigners(w *register.Workload) []foreign {
	var list []foreign
	for _, p := range j.places(w) {
		if p.Country != "GB" {
			list = append(list, foreign{country: p.Country, place: p})
		}
	}
	for s := range suppliers(w) {
		if !s.Facts.HandlesData {
			continue
		}
		for l := range links(s) {
			if l.country != "GB" {
				list = append(list, foreign{country: l.country, link: l})
			}
		}
	}
	return list
}

// locationJurisdictions: each country whose law may reach the data was assessed. OFF 25.
func locationJurisdictions(j *judging, w *register.Workload) { j.countriesAssessed(w, j.foreigners(w)) }

// locationImpact: so was each country outside the UK and the EEA where data is or a provider is based. OFF loc 7.
func locationImpact(j *judging, w *register.Workload) {
	list := slices.DeleteFunc(j.foreigners(w), func(f foreign) bool { return f.link.through == "support" || j.inEEA(f.country) })
	if len(list) == 0 {
		j.setAside(Reason{Rule: "condition", Text: "Neither a place nor a provider is outside the United Kingdom and the EEA.", Place: at(w.Assessment, "locations.places"), Field: "locations.places"})
		return
	}
	j.countriesAssessed(w, list)
}

// countriesAssessed looks at each country once, by the first way in which it comes in.
func (j *judging) countriesAssessed(w *register.Workload, ways []foreign) {
	var countries, open []foreign
	j.relevant = make(map[string]bool)
	for _, f := range ways {
		if j.relevant[f.country] {
			continue
		}
		j.relevant[f.country] = true
		countries = append(countries, f)
		latest := -1
		for i, a := range w.Assessed.Jurisdictions {
			if a.Country == f.country && j.past(a.Assessed) && (latest < 0 || a.Assessed.After(w.Assessed.Jurisdictions[latest].Assessed)) {
				latest = i
			}
		}
		if latest < 0 {
			open = append(open, f)
			continue
		}
		on, field := w.Assessed.Jurisdictions[latest].Assessed, fmt.Sprintf("jurisdictions.%d", latest)
		j.note(Reason{Rule: "jurisdiction", Text: fmt.Sprintf("The law of %s was assessed on %s.", j.country(f.country), on.Long()), Place: at(w.Assessment, field), Field: field, Date: on})
	}
	state := j.partial()
	if len(open) == len(countries) {
		state = j.missing()
	}
	for _, f := range open {
		r := f.reason(j)
		r.Rule, r.Text = "jurisdiction", r.Text+fmt.Sprintf(" What the law of %s means for the data was not assessed.", j.country(f.country))
		j.fault(state, r)
	}
	if len(countries) == 0 {
		j.note(Reason{Rule: "jurisdiction", Text: "No law of another country is known to reach the data.", Place: at(w.Assessment, "locations.places"), Field: "locations.places"})
	}
}

// locationProfile: the organisation's own rule for places, when it chose one. Always a local choice (facts T7).
func locationProfile(j *judging, w *register.Workload) {
	profile, choice, chosen := j.s.policy().LocationProfile()
	if !chosen {
		j.setAside(Reason{Rule: "profile", Text: "The organisation chose no location rule of its own; the guidance's rule holds (OFF-01).", Place: place(w.Record), Local: true})
		return
	}
	r := Reason{Rule: "profile", Place: atChoice(choice), Field: choice.Field, Local: true}
	switch profile {
	case "uk-only":
		r.Text = "Local policy keeps all data in the United Kingdom."
	case "uk-at-rest":
		r.Text = "Local policy keeps data at rest in the United Kingdom."
	default:
		r.Text = "Local policy follows the guidance's own rule: the United Kingdom, the EEA and adequate countries. OFF-01 judges it."
		j.setAside(r)
		return
	}
	if j.nowhere(w) {
		return
	}
	for _, p := range j.places(w) {
		if p.Country == "GB" || profile == "uk-at-rest" && !p.stored() {
			continue
		}
		place := p.at()
		j.turn(turn{on: p.From, rule: Trigger, text: "A place outside the organisation's own location rule comes into use.", place: place, local: true})
		j.fault(j.missing(), Reason{
			Rule: "profile", Local: true, Place: place, Field: p.field(),
			Text: fmt.Sprintf("%s This place is in %s (%s).", r.Text, j.country(p.Country), p.Purpose),
		})
	}
	j.note(r)
}

// locationShield: a transfer that relied on the Privacy Shield was decided in its life, and was replaced or ended once it was
// struck down. NWS 8.
func locationShield(j *judging, w *register.Workload) {
	shield := j.law.Mechanism("privacy-shield")
	if shield == nil {
		panic("obligation: the register of transfer mechanisms lacks privacy-shield")
	}
	found := false
	for i, t := range w.Assessed.Transfers {
		if t.Mechanism != "privacy-shield" || !j.past(t.Signed) {
			continue
		}
		found = true
		field := fmt.Sprintf("transfers.%d", i)
		r := Reason{Rule: "mechanism", Place: at(w.Assessment, field), Field: field, Date: t.Signed}
		ended := !t.To.IsZero() && t.To.Before(j.day)
		replacement := j.transfer(w, t.Country)
		switch {
		case t.Signed.Before(shield.ValidFrom) || t.Signed.After(shield.ValidTo):
			r.Text = fmt.Sprintf("A transfer of %s relies on the Privacy Shield, which could be relied on from %s to %s only.", t.Signed.Long(), shield.ValidFrom.Long(), shield.ValidTo.Long())
			if ended || replacement.ok && replacement.assessed {
				j.note(r)
				continue
			}
			j.fault(j.missing(), r)
		case !j.day.After(shield.ValidTo):
			j.turn(turn{on: shield.ValidTo.AddDays(1), rule: Trigger, text: "The Privacy Shield is struck down.", place: r.Place})
			r.Text = fmt.Sprintf("A transfer of %s relies on the Privacy Shield, which is in force.", t.Signed.Long())
			j.note(r)
		case replacement.ok && replacement.assessed:
			r.Text = fmt.Sprintf("A transfer of %s relied on the Privacy Shield and was replaced since.", t.Signed.Long())
			j.note(r)
			j.note(replacement.reason)
		case j.adequateNow(w, t.Country):
			r.Text = fmt.Sprintf("A transfer of %s relied on the Privacy Shield; since then the country has become adequate for this recipient.", t.Signed.Long())
			j.note(r)
		case ended || !j.inUse(w, t.Country):
			r.Text = fmt.Sprintf("A transfer of %s relied on the Privacy Shield, and has ended.", t.Signed.Long())
			j.note(r)
		default:
			r.Text, r.Date = fmt.Sprintf("A transfer of %s relies on the Privacy Shield, which was struck down on %s; nothing has replaced it.", t.Signed.Long(), shield.ValidTo.Long()), shield.ValidTo
			j.fault(j.missing(), r)
		}
	}
	if !found {
		j.setAside(Reason{Rule: "condition", Text: "No transfer relies on the Privacy Shield.", Place: at(w.Assessment, "transfers"), Field: "transfers"})
	}
}

// adequateNow tells whether data is in a country, and every place of it there is adequate on the day.
func (j *judging) adequateNow(w *register.Workload, country string) bool {
	if !j.inUse(w, country) {
		return false
	}
	for d := range j.destinations(w) {
		if d.country == country && !j.basis(d.country, d.scope).ok {
			return false
		}
	}
	return true
}

// inUse tells whether data is or can be reached from a country on the day.
func (j *judging) inUse(w *register.Workload, country string) bool {
	for d := range j.destinations(w) {
		if d.country == country {
			return true
		}
	}
	return false
}
