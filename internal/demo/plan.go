package demo

import (
	"cmp"
	"slices"
	"time"

	"example.org/muniment/internal/calendar"
)

// kind is what sort of thing happens.
type kind uint8

const (
	begins   kind = iota
	joins         // a supplier comes into the register
	founds        // an organisation does
	proposes      // a workload does

	renewsEvidence // a supplier's yearly certificates
	renewsISO
	gathers   // a supplier's statements
	notifies  // of a change
	assesses  // the notice, by its customers
	toolkits  // results of many suppliers
	watches   // reports of many suppliers
	publishes // an organisation's toolkit result
	confirms
	readsList
	accepts
	decides // on contracts
	signs
	leaves // office
	appoints
	approvesAll
	reviewsAll
	bumpsAll
	merges // one organisation into another

	approves
	goesLive
	renews
	changesFacts
	revisesImpact
	reapproves
	withdraws
	transfersBy
	replacesToolkit
	actionNeeded
	actionDone
	moves
	closes
	extends
	findsOut
	spends
	deploys
	breaks
	mends
	amends
	ends
	kinds // how many there are
)

// Labels keep throws of dice for different purposes apart.
const (
	labelOrganisation = iota + 1
	labelSupplier
	labelWorkload
	labelFiller
	labelTelling
)

// event is something that happens on a day and becomes one commit.
type event struct {
	on   calendar.Date
	kind kind
	n    int    // whose: the position of the organisation, supplier or workload
	arg  int    // the meaning is the kind's
	rank int    // the higher, the sooner it is left out when there are too many; 0 never is
	tie  uint64 // settles the order among equals
}

// stage orders the events of one day: what others refer to comes first.
func (e event) stage() int {
	switch e.kind {
	case begins, joins, founds, proposes:
		return int(e.kind)
	case ends:
		return int(kinds)
	}
	return int(renewsEvidence)
}

// workloadOf gives the workload that an event is about, if it is about one.
func (h *history) workloadOf(e event) *workload {
	if e.kind == proposes || e.kind >= approves && e.kind < ends {
		return h.workloads[e.n]
	}
	return nil
}

// planner collects events.
type planner struct {
	*history
	events []event
	spread int // days of the whole history
	trials int // planned so far
}

// plan settles who there is and everything that happens, oldest first: as many events as there are to be commits.
func (h *history) plan() []event {
	p := &planner{history: h, spread: h.start.DaysUntil(h.Until)}
	p.add(h.start, begins, 0, 0, 0, 0)
	p.planSuppliers()
	p.planOrganisations()
	p.planWorkloads()
	p.planMistakes()
	p.add(h.Until, ends, 0, 0, 0, 1)
	return p.choose()
}

// add plans an event for a day or, when that is a Saturday or Sunday, the Monday after it.
func (p *planner) add(on calendar.Date, k kind, n, arg, rank int, tie uint64) {
	if k != begins && k != ends {
		on = workday(on)
	}
	if on.After(p.Until) {
		if rank > 0 {
			return
		}
		on = p.Until
	}
	p.events = append(p.events, event{on, k, n, arg, rank, tie})
}

// workday gives a day itself or, when it is a Saturday or Sunday, the Monday after it.
func workday(on calendar.Date) calendar.Date {
	switch on.Weekday() {
	case time.Saturday:
		return on.AddDays(2)
	case time.Sunday:
		return on.AddDays(1)
	}
	return on
}

// choose keeps as many events as there are to be commits: those that must be, then by rank. When there are too few, small
// corrections fill the rest.
func (p *planner) choose() []event {
	slices.SortStableFunc(p.events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.tie, b.tie), a.on.Compare(b.on))
	})
	if len(p.events) > p.Commits {
		p.events = p.events[:p.Commits]
	}
	for i := uint64(0); len(p.events) < p.Commits; i++ {
		d := roll(p.Seed, labelFiller, i)
		w := p.workloads[d.below(len(p.workloads))]
		until := p.Until
		if !w.ends.IsZero() {
			until = w.ends
		}
		room := w.created.DaysUntil(until)
		if room < 2 {
			w, room = p.workloads[0], p.workloads[0].created.DaysUntil(p.Until)
		}
		k := amends
		if w.clinical && d.chance(20) {
			k = deploys
		}
		p.add(w.created.AddDays(1+d.below(max(1, room))), k, w.n, int(i), 0, d.next())
	}
	slices.SortStableFunc(p.events, func(a, b event) int {
		return cmp.Or(a.on.Compare(b.on), cmp.Compare(a.stage(), b.stage()), cmp.Compare(a.tie, b.tie), cmp.Compare(a.n, b.n), cmp.Compare(a.kind, b.kind))
	})
	return p.events
}

// someCare lets half be careful, a third late and the rest careless.
func someCare(d *dice) care {
	switch n := d.below(100); {
	case n < 55:
		return careful
	case n < 85:
		return late
	}
	return careless
}

// years lists the years that the history touches.
func (p *planner) years() []int {
	var list []int
	for y := p.start.Year(); y <= p.Until.Year(); y++ {
		list = append(list, y)
	}
	return list
}

// The countries in which suppliers host, in turn, with two regions each.
var hosts = []struct{ country, region, second, form string }{
	{"GB", "London", "Cardiff", "Ltd"},
	{"GB", "Manchester", "London", "Ltd"},
	{"US", "Virginia", "Oregon", "Inc."},
	{"GB", "Cardiff", "Slough", "Ltd"},
	{"IE", "Dublin", "Cork", "Ltd"},
	{"GB", "Slough", "Leeds", "Ltd"},
	{"GB", "Leeds", "Manchester", "plc"},
	{"KR", "Seoul", "Busan", "Ltd"},
	{"GB", "London", "Edinburgh", "Ltd"},
	{"DE", "Frankfurt", "Berlin", "GmbH"},
	{"GB", "Edinburgh", "Glasgow", "Ltd"},
	{"CA", "Toronto", "Montreal", "Inc."},
}

// american is the first supplier that hosts in the United States; it is there from the first days on.
const american = 2

func (p *planner) planSuppliers() {
	for n := range p.Suppliers {
		d := roll(p.Seed, labelSupplier, uint64(n))
		place := hosts[n%len(hosts)]
		name := firms[n%len(firms)] + " " + trades[(n+n/len(firms))%len(trades)]
		if again := n / (len(firms) * len(trades)); again > 0 {
			name += " " + itoa(again+1)
		}
		s := &supplier{
			n: n, slug: slug(name), name: name + " " + place.form, country: place.country, region: place.region, second: place.second,
			care: someCare(d), clinical: d.chance(40), patients: d.chance(60), started: p.start.AddDays(-1500),
			certificates: make(map[string]held),
		}
		if n%8 == 5 {
			s.supportFrom = "IN"
		}
		s.product = slug(firms[n%len(firms)]) + "-suite"
		p.suppliers = append(p.suppliers, s)
		added := p.start.AddDays(d.below(10))
		if n%5 == 4 {
			added = p.start.AddDays(10 + d.below(max(1, p.spread/4)))
		}
		p.add(added, joins, n, 0, 0, d.next())
		p.planSupplier(s, d, added)
	}
	for _, y := range p.years() {
		for i, on := range []calendar.Date{calendar.Of(y, 1, 15), calendar.Of(y, 7, 15)} {
			p.addLater(on, watches, 0, i, 1, uint64(y))
		}
		p.addLater(calendar.Of(y, 6, 22), toolkits, 0, int(careful), 1, uint64(y))
		p.addLater(calendar.Of(y, 9, 12), toolkits, 0, int(late), 1, uint64(y))
	}
}

// addLater plans an event unless it lies in the first weeks, in which the register is still being filled.
func (p *planner) addLater(on calendar.Date, k kind, n, arg, rank int, tie uint64) {
	if on.After(p.start.AddDays(15)) {
		p.add(on, k, n, arg, rank, tie)
	}
}

func (p *planner) planSupplier(s *supplier, d *dice, added calendar.Date) {
	every := []int{350, 395, 440}[s.care]
	stops := p.Until.AddDays(1)
	if s.care == careless && d.chance(50) {
		stops = p.Until.AddDays(-200 - d.below(max(1, p.spread/2)))
	}
	for on := added.AddDays(60 + d.below(200)); on.Before(stops); on = on.AddDays(every + d.below(10)) {
		p.add(on, renewsEvidence, s.n, 0, 1, d.next())
	}
	for on := added.AddDays(90 + d.below(200)); on.Before(stops); on = on.AddDays(every + d.below(10)) {
		p.add(on, gathers, s.n, 0, 1, d.next())
	}
	// The certificate that is there at first was issued up to two years before.
	s.isoIssued = added.AddDays(-30 - d.below(700))
	for on := s.isoIssued; ; {
		on = on.AddMonths(36).AddDays([]int{-20, 45, 10}[s.care])
		if !on.Before(stops) || on.After(p.Until) {
			break
		}
		p.add(on, renewsISO, s.n, 0, 1, d.next())
	}
	// Certificates by the edition of 2013 end on 31 October 2025 whatever is printed on them.
	if s.care != careless {
		p.addLater(calendar.Of(2025, 3, 3).AddDays(d.below(200)), renewsISO, s.n, 1, 1, d.next())
	}
	for range d.between(1, 3) {
		on := added.AddDays(100 + d.below(max(1, added.DaysUntil(p.Until)-100)))
		which := d.below(len(noticeTitles))
		p.add(on, notifies, s.n, which, 1, d.next())
		p.add(on.AddDays(8+d.below(18)), assesses, s.n, which, 1, d.next())
	}
}

func (p *planner) planOrganisations() {
	for n := range p.Organisations {
		d := roll(p.Seed, labelOrganisation, uint64(n))
		sort := sorts[(n+n/len(places))%len(sorts)]
		place := sides[n/(len(places)*len(sorts))%len(sides)] + places[n%len(places)]
		if again := n / (len(places) * len(sorts) * len(sides)); again > 0 {
			place += " " + itoa(again+1)
		}
		o := &organisation{
			n: n, ods: odsCode(n), kind: sort.kind, name: place + " " + sort.name, domain: slug(place) + "-" + sort.short + ".example.org",
			care: someCare(d), accepted: make(map[*supplier]bool), slugs: make(map[string]bool),
		}
		p.organisations = append(p.organisations, o)
		founded := p.start.AddDays(14 + d.below(25))
		if n%5 == 3 && n > 3 {
			founded = founded.AddDays(d.below(max(1, p.spread/3)))
		}
		uses := p.someSuppliers(d, founded)
		if n == 0 && p.Suppliers > american && !slices.Contains(uses, p.suppliers[american]) {
			uses = append(uses, p.suppliers[american])
		}
		for _, s := range uses {
			o.uses = append(o.uses, s)
			year := founded.AddMonths(-3).Year() - d.below(3) // the April before, or one of the two before that
			o.contracts = append(o.contracts, &contract{supplier: s, year: year})
		}
		p.add(founded, founds, n, 0, 0, d.next())
		p.planOrganisation(o, d, founded)
	}
	p.planMergers()
}

// someSuppliers picks whom an organisation deals with among those already in the register on a day.
func (p *planner) someSuppliers(d *dice, on calendar.Date) []*supplier {
	var there []*supplier
	for _, e := range p.events {
		if e.kind == joins && e.on.AddDays(1).Before(on) {
			there = append(there, p.suppliers[e.n])
		}
	}
	for i := range there {
		k := i + d.below(len(there)-i)
		there[i], there[k] = there[k], there[i]
	}
	return there[:min(len(there), d.between(4, 8))]
}

func (p *planner) planOrganisation(o *organisation, d *dice, founded calendar.Date) {
	every := func(first, days int, k kind, rank int) {
		for on := founded.AddDays(first); !on.After(p.Until); on = on.AddDays(days + d.below(8)) {
			p.add(on, k, o.n, 0, rank, d.next())
		}
	}
	every(60+d.below(200), []int{345, 400, 520}[o.care], confirms, 1)
	every(100+d.below(100), []int{190, 250, 380}[o.care], readsList, 1)
	for _, y := range p.years() {
		p.ofYear(o, d, founded, y)
	}
	// People leave office; some offices stay vacant for weeks.
	for on := founded.AddDays(200 + d.below(700)); !on.After(p.Until); on = on.AddDays(700 + d.below(900)) {
		office := 0
		if d.chance(25) {
			office = 1
		}
		p.add(on, leaves, o.n, office, 1, d.next())
		back := on.AddDays(3 + d.below([]int{15, 60, 120}[o.care]))
		p.add(back, appoints, o.n, office, 1, d.next())
		if o.care != careless {
			p.add(back.AddDays(30+d.below(60)), approvesAll, o.n, office, 1, d.next())
		}
	}
	if o.care != careful {
		every(150+d.below(300), 380, reviewsAll, 3)
		every(400+d.below(300), 900, bumpsAll, 3)
	}
}

// ofYear plans what an organisation does at fixed times of a year.
func (p *planner) ofYear(o *organisation, d *dice, founded calendar.Date, y int) {
	after := func(on calendar.Date, k kind, rank int) {
		tie := d.next()
		if on.After(founded.AddDays(10)) {
			p.add(on, k, o.n, y, rank, tie)
		}
	}
	switch o.care {
	case careful:
		after(calendar.Of(y, 6, 10).AddDays(d.below(18)), publishes, 1)
		after(calendar.Of(y, 3, 10).AddDays(d.below(30)), accepts, 3)
	case late:
		after(calendar.Of(y, 8, 10).AddDays(d.below(60)), publishes, 1)
	default:
		if d.chance(60) {
			after(calendar.Of(y, 10, 10).AddDays(d.below(30)), publishes, 1)
		}
	}
	if o.care != careless || y%2 == 0 {
		after(calendar.Of(y, 10, 12).AddDays(d.below(30)), accepts, 1)
	}
	after(calendar.Of(y, 11, 2).AddDays(d.below(16)), decides, 1)
	after(calendar.Of(y, 4, 1).AddDays(d.below(7)), signs, 1)
}

// planMergers lets a few organisations end on a 31 March and pass their workloads on.
func (p *planner) planMergers() {
	year := p.start.AddDays(p.spread*2/3).Year() + 1
	on := calendar.Of(year, 4, 1)
	if on.After(p.Until.AddDays(-60)) {
		on = on.AddMonths(-12)
	}
	if !on.After(p.start.AddDays(200)) {
		return
	}
	for n, o := range p.organisations {
		if n%25 != 2 || n+1 >= len(p.organisations) {
			continue
		}
		o.successor = p.organisations[n+1]
		p.events = slices.DeleteFunc(p.events, func(e event) bool {
			own := e.kind >= publishes && e.kind <= bumpsAll && e.n == n
			return own && !e.on.Before(on.AddDays(-3))
		})
		p.add(on, merges, n, 0, 1, uint64(n))
		p.add(on.AddDays(40), approvesAll, n+1, allOffices, 1, uint64(n))
	}
}

// planMistakes lets a few records be committed that check refuses, and mends them days later.
func (p *planner) planMistakes() {
	for i := range 4 + p.Workloads/1000 {
		d := roll(p.Seed, labelFiller, 1<<32+uint64(i))
		w := p.workloads[d.below(len(p.workloads))]
		room := w.created.DaysUntil(p.Until) - 40
		if !w.ends.IsZero() {
			room = w.created.DaysUntil(w.ends) - 40
		}
		if room < 1 {
			continue
		}
		on := w.created.AddDays(5 + d.below(room))
		// Among the first to be kept; where there is room for one of the two only, it is the repair.
		p.add(on, breaks, w.n, i, 1, 1)
		p.add(on.AddDays(1+d.below(20)), mends, w.n, i, 1, 0)
	}
}
