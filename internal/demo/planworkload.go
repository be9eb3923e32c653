package demo

import "example.org/muniment/internal/calendar"

func (p *planner) planWorkloads() {
	founded := make([]calendar.Date, len(p.organisations))
	merged := make([]calendar.Date, len(p.organisations))
	for _, e := range p.events {
		switch e.kind {
		case founds:
			founded[e.n] = e.on
		case merges:
			merged[e.n] = e.on
		}
	}
	for n := range p.Workloads {
		d := roll(p.Seed, labelWorkload, uint64(n))
		o := p.organisations[n%len(p.organisations)]
		w := p.newWorkload(n, o, d)
		first := founded[o.n]
		room := first.DaysUntil(p.Until)
		if !merged[o.n].IsZero() {
			room = first.DaysUntil(merged[o.n])
		}
		legacy := (d.chance(30) || n == 0) && room > 60
		if legacy {
			w.created = workday(first.AddDays(3 + d.below(45)))
			w.started = w.created.AddDays(-300 - d.below(1200))
		} else {
			w.created = workday(first.AddDays(min(room-1, 20) + d.below(max(1, room-35))))
		}
		p.workloads = append(p.workloads, w)
		switch {
		case w.trial:
			w.started = calendar.Date{}
			p.add(w.created, proposes, n, 0, 0, d.next())
			p.planTrial(w, d)
		case legacy:
			p.add(w.created, proposes, n, 0, 0, d.next())
			w.toolkit = w.started.Before(calendar.Of(2018, 4, 1)) && d.chance(60)
			p.planService(w, d, w.created.AddDays(-20))
		default:
			p.add(w.created, proposes, n, 0, 0, d.next())
			p.planIntroduction(w, d)
		}
	}
}

func (p *planner) newWorkload(n int, o *organisation, d *dice) *workload {
	w := &workload{
		n: n, org: o, care: someCare(d), trial: d.chance(15), owner: pick(d, owners), relies: pick(d, o.uses), model: "public", version: 1, safe: 1,
	}
	first, next := n == 0, n == len(p.organisations) // both of the first organisation; their stories are in every history
	if w.trial = w.trial && !first && !next; first && len(p.suppliers) > american {
		w.relies, w.care = p.suppliers[american], late
	}
	k := len(p.workloads) / len(p.organisations) // how many the organisation has before
	second := things
	if w.trial {
		second = trials
	}
	all := len(fields) * len(second)
	at := (o.n*397 + k*211) % all // a step that meets every name once
	for step := 0; ; step++ {
		i := (at + step) % all
		w.name = fields[i%len(fields)] + " " + second[i/len(fields)]
		if again := step / all; again > 0 {
			w.name += " " + itoa(again+1)
		}
		if w.slug = slug(w.name); !o.slugs[w.slug] {
			break
		}
	}
	o.slugs[w.slug] = true
	if w.trial {
		w.class, w.personal, w.purpose = 1, "none", pick(d, []string{"learn", "trial", "evaluate"})
		return w
	}
	kind := d.below(100)
	if first {
		kind = 50
	}
	switch {
	case kind < 15:
		w.class, w.personal, w.purpose = 1, "none", "public-information"
	case kind < 45:
		w.class, w.personal, w.purpose = 2, "personal", "administration"
	case kind < 62:
		w.class, w.personal, w.purpose = 3, "personal", "infrastructure"
	case kind < 78:
		w.class, w.personal, w.purpose = 3, "confidential-patient", "direct-care"
	case kind < 93:
		w.class, w.personal, w.purpose = 4, "confidential-patient", "direct-care"
	default:
		w.class, w.personal, w.purpose = 5, "confidential-patient", "direct-care"
	}
	w.clinical = w.relies.clinical && w.purpose == "direct-care" && d.chance(50)
	switch model := d.below(100); {
	case next:
		w.model = "on-premises"
	case model < 8:
		w.model = "private"
	case model < 12:
		w.model = "community"
	case model < 17:
		w.model = "on-premises"
	}
	return w
}

// planIntroduction plans the way of a workload into live use.
func (p *planner) planIntroduction(w *workload, d *dice) {
	if d.chance(5) {
		return // proposed, and never taken up
	}
	approved := w.created.AddDays(15 + d.below(45))
	live := approved.AddDays(3 + d.below(27))
	if w.care == careless && d.chance(30) {
		approved, live = live, approved // first used, then approved
	}
	p.add(approved, approves, w.n, 0, 2, d.next())
	p.add(live, goesLive, w.n, 0, 2, d.next())
	p.planService(w, d, live)
}

// planService plans the life of a workload in live use.
func (p *planner) planService(w *workload, d *dice, live calendar.Date) {
	end := p.Until
	if d.chance(12) {
		if on := live.AddDays(400 + d.below(1500)); on.Before(p.Until) {
			end = on.AddDays(-10)
			w.ends = end
			p.add(on, closes, w.n, 0, 2, d.next())
		}
	}
	days := live.DaysUntil(end)
	if days < 60 {
		return
	}
	p.planRenewals(w, d, live, end)
	somewhen := func(least int) calendar.Date { return live.AddDays(least + d.below(max(1, days-least))) }
	again := func(on calendar.Date, rank int) { // the approvals that have gone stale are given anew
		if w.care != careless && on.Before(end.AddDays(-40)) {
			p.add(on.AddDays([]int{6, 40}[w.care]+d.below([]int{25, 120}[w.care])), reapproves, w.n, 0, rank, d.next())
		}
	}
	for range d.below(4) {
		on, rank := somewhen(40), d.between(3, 6)
		p.add(on, changesFacts, w.n, 0, rank, d.next())
		again(on, rank+1)
	}
	if w.personal != "none" && d.chance(40) {
		on, rank := somewhen(100), d.between(3, 5)
		p.add(on, revisesImpact, w.n, 0, rank, d.next())
		again(on, rank+1)
	}
	if d.chance(20) {
		on := somewhen(30)
		p.add(on, actionNeeded, w.n, 0, 4, d.next())
		if w.care != careless {
			p.add(on.AddDays(20+d.below(60)), actionDone, w.n, 0, 4, d.next())
		}
	}
	if d.chance(3) {
		p.add(somewhen(100), withdraws, w.n, 0, 2, d.next())
	}
	if w.toolkit {
		on := somewhen(100)
		p.add(on, replacesToolkit, w.n, 0, 1, d.next())
		again(on, 1)
	}
	if d.chance(3) && len(p.organisations) > 1 {
		on := somewhen(150)
		p.add(on, moves, w.n, (w.org.n+1+d.below(len(p.organisations)-1))%len(p.organisations), 2, d.next())
		again(on, 2)
	}
	p.planTransfers(w, d, live, end, again)
}

// planRenewals plans the yearly looks: on time, late, or at first only. The last one is the first to be kept.
func (p *planner) planRenewals(w *workload, d *dice, live, end calendar.Date) {
	var days []calendar.Date
	for on := live.AddDays(330 + d.below(20)); on.Before(end); on = on.AddDays([]int{345, 400, 700}[w.care] + d.below(15)) {
		days = append(days, on)
		if w.care == careless && d.chance(60) {
			break
		}
	}
	for i, on := range days {
		rank := d.between(4, 7)
		if i == len(days)-1 {
			rank = d.between(3, 6)
		}
		p.add(on, renews, w.n, i, rank, d.next())
	}
}

// Days of law on transfers; sources are in schemas/registers/.
var (
	shieldFell   = calendar.Of(2020, 7, 16)
	clausesOver  = calendar.Of(2024, 3, 20)
	transferDeed = calendar.Of(2022, 3, 21)
)

// planTransfers plans when a workload whose data goes to a country without adequacy changes its footing.
func (p *planner) planTransfers(w *workload, d *dice, live, end calendar.Date, again func(calendar.Date, int)) {
	if !w.abroad() || w.personal == "none" {
		return
	}
	switched := func(law calendar.Date, mechanism int) {
		on := law.AddDays([]int{-60 + d.below(50), 15 + d.below(200), 400 + d.below(400)}[w.care])
		if on.After(live.AddDays(25)) && on.Before(end) && live.Before(law) {
			p.add(on, transfersBy, w.n, mechanism, 1, d.next())
			again(on, 1)
		}
	}
	switch {
	case w.relies.country != "US" || w.started.IsZero() && !w.created.Before(shieldFell):
	case w.created.Before(shieldFell):
		switched(shieldFell, 0)
	case w.care != careful: // what was overlooked is found once the register is there
		on := live.AddDays(60 + d.below(200))
		p.add(on, transfersBy, w.n, 0, 1, d.next())
		again(on, 1)
	}
	switched(clausesOver, 1)
}

// planTrial plans the way of a trial: closed in good order, extended, or forgotten.
func (p *planner) planTrial(w *workload, d *dice) {
	starts := w.created.AddDays(30 + d.below(20))
	length := 120 + d.below(200)
	w.limit = calendar.Window{From: starts, To: starts.AddDays(length)}
	p.add(w.created.AddDays(8+d.below(16)), approves, w.n, 0, 2, d.next())
	p.add(starts, goesLive, w.n, 0, 2, d.next())
	end := w.limit.To
	fate := d.below(100)
	if p.trials++; p.trials <= 3 {
		fate = []int{10, 80, 50}[p.trials-1] // the smallest history has one of each
	}
	if fate < 35 { // extended, by some only after the old end had passed
		on := end.AddDays(-10 - d.below(25))
		if w.care == careless {
			on = end.AddDays(5 + d.below(40))
		}
		end = end.AddDays(120)
		p.add(on, extends, w.n, 0, 2, d.next())
		if w.care != careless {
			p.add(on.AddDays(1+d.below(4)), reapproves, w.n, 0, 2, d.next())
		}
	}
	if fate < 75 { // the rest is forgotten
		if on := end.AddDays(3 + d.below(22)); on.Before(p.Until) {
			w.ends = on.AddDays(-3)
			p.add(on, closes, w.n, 0, 2, d.next())
		}
	}
	p.add(starts.AddDays(40+d.below(60)), findsOut, w.n, 0, 4, d.next())
	month := calendar.Of(starts.Year(), starts.Month(), 1)
	for {
		month = month.AddMonths(1)
		if month.After(end) {
			break
		}
		p.add(month.AddDays(2+d.below(4)), spends, w.n, 0, 5, d.next())
	}
}
