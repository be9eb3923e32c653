// Package remind keeps one issue on a forge for every subject and stage at which something is due, and no more; and words the
// digests that offices get by e-mail and chat.
//
// It reads a report and nothing else. What should be there follows from the report; what is there is read from the forge each
// time, whole. The difference is the plan. So a run that was missed, or ended half-way, is made good by the next, and a run
// with nothing to say writes nothing.
//
// A reminder holds the name and id of a workload, the ids of other subjects, titles of duties, days, offices and a link: never a
// text that somebody wrote into evidence. Other names are left out for that reason.
package remind

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// Stage says how far a reminder has gone up.
type Stage string

// The stages, in order: the owner within the notice period, the office that is to act shortly before the day and after it, the
// SIRO once the day was missed for longer.
const (
	Owner  Stage = "owner"
	Office Stage = "office"
	SIRO   Stage = "siro"
)

var stages = []Stage{Owner, Office, SIRO}

func (s Stage) rank() int { return slices.Index(stages, s) }

// Item is one duty that is due, or was.
type Item struct {
	Obligation string
	Title      string
	On         calendar.Date // the first day on which the duty is not met if nothing is done
	Missed     bool          // the day has come, and it is not met
	State      string        // on that day
	Offices    []string      // that are to act, as records write them; empty when none is named
}

// key tells items apart in a marker.
func (i Item) key() string { return i.Obligation + "@" + i.On.String() }

// Reminder is an issue that should be there.
type Reminder struct {
	Subject       report.Ref
	Stage         Stage
	Organisations []string // that are to act, sorted
	Items         []Item   // by day, then by obligation
	Logins        []string // to assign, the owner's first; empty when none of those who are told has an account
}

// Remembered are the days of duties that open reminders name, by subject and obligation. A duty that was due and is not met
// any more without a day of its own stays due until it is met.
type Remembered map[string]map[string]calendar.Date

// subject names a subject in markers and maps.
func subject(r report.Ref) string { return r.Kind + ":" + r.ID }

// Due gives every reminder that should be there, the most pressing first, with the accounts on one forge.
func Due(r *report.Report, host string, remembered Remembered) []Reminder {
	m := &maker{report: r, host: host, remembered: remembered, coming: make(map[string][]report.Due), owners: make(map[string]string), duties: make(map[string][]string)}
	for _, o := range r.Obligations {
		m.duties[o.ID] = o.Offices
	}
	for _, d := range r.Due {
		key := subject(d.Subject)
		m.coming[key] = append(m.coming[key], d)
	}
	for i := range r.Workloads {
		w := &r.Workloads[i]
		ref := report.Ref{Kind: "workload", ID: w.ID, Name: w.Name}
		m.owners[subject(ref)] = w.Owner.Email
		m.add(ref, w.Verdicts, []string{w.Organisation.ID})
	}
	for i := range r.Organisations {
		o := &r.Organisations[i]
		m.add(report.Ref{Kind: "organisation", ID: o.ID}, o.Verdicts, []string{o.ID})
	}
	for i := range r.Suppliers {
		s := &r.Suppliers[i]
		m.add(report.Ref{Kind: "supplier", ID: s.ID}, s.Verdicts, organisationsOf(s.Workloads))
	}
	for i := range r.Contracts {
		c := &r.Contracts[i]
		m.add(report.Ref{Kind: "contract", ID: c.ID}, c.Verdicts, []string{c.Organisation.ID})
	}
	for i := range r.Footprints {
		f := &r.Footprints[i]
		m.add(report.Ref{Kind: "footprint", ID: f.ID}, f.Verdicts, []string{f.Lead.ID})
	}
	slices.SortFunc(m.out, func(a, b Reminder) int {
		return cmp.Or(b.Stage.rank()-a.Stage.rank(), a.Items[0].On.Compare(b.Items[0].On), cmp.Compare(subject(a.Subject), subject(b.Subject)))
	})
	return m.out
}

// organisationsOf gives the organisations of workloads, sorted.
func organisationsOf(workloads []report.Ref) []string {
	set := make(map[string]bool)
	for _, w := range workloads {
		if ods, _, ok := strings.Cut(w.ID, "/"); ok {
			set[ods] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

type maker struct {
	report     *report.Report
	host       string
	remembered Remembered
	coming     map[string][]report.Due
	owners     map[string]string   // mailboxes by workload
	duties     map[string][]string // offices by duty
	out        []Reminder
}

// add makes the reminders of one subject: one for each stage at which it has something.
func (m *maker) add(of report.Ref, verdicts []report.Verdict, organisations []string) {
	organisations = slices.DeleteFunc(organisations, func(id string) bool { _, known := m.report.Reminding[id]; return !known })
	if len(organisations) == 0 {
		return // nobody relies on it, so nobody is to act
	}
	byStage := make(map[Stage][]Item)
	for _, item := range m.items(of, verdicts) {
		if stage, ok := m.stage(item, organisations); ok {
			byStage[stage] = append(byStage[stage], item)
		}
	}
	for _, stage := range stages {
		items := byStage[stage]
		if len(items) == 0 {
			continue
		}
		slices.SortFunc(items, func(a, b Item) int { return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Obligation, b.Obligation)) })
		one := Reminder{Subject: of, Stage: stage, Organisations: organisations, Items: items}
		one.Logins = m.logins(one)
		m.out = append(m.out, one)
	}
}

// items gives what is due at a subject: duties whose day was missed, and those whose day is to come.
func (m *maker) items(of report.Ref, verdicts []report.Verdict) []Item {
	var out []Item
	missed := make(map[string]bool)
	for _, v := range verdicts {
		if v.Inherited || v.AliasOf != "" || !v.ExceptedUntil.IsZero() || !report.Lowers(v.State) {
			continue
		}
		on := m.since(of, v)
		if on.IsZero() {
			continue // it never was in order: the portal lists it, but no day makes it due
		}
		missed[v.Obligation] = true
		out = append(out, Item{Obligation: v.Obligation, Title: v.Title, On: on, Missed: true, State: v.State, Offices: m.offices(of, v.Obligation)})
	}
	for _, d := range m.coming[subject(of)] {
		if !missed[d.Obligation] {
			out = append(out, Item{Obligation: d.Obligation, Title: d.Title, On: d.On, State: d.Then, Offices: m.offices(of, d.Obligation)})
		}
	}
	return out
}

// since gives the day from which a verdict is what it is, as far as its deciding reason or an earlier reminder names one.
func (m *maker) since(of report.Ref, v report.Verdict) calendar.Date {
	if len(v.Reasons) > 0 && !v.Reasons[0].Date.IsZero() && !v.Reasons[0].Date.After(m.report.AsOf) {
		return v.Reasons[0].Date
	}
	if on := m.remembered[subject(of)][v.Obligation]; !on.IsZero() {
		return on
	}
	return calendar.Date{}
}

// offices are those that are to act on a duty: the one that its due day names, otherwise those of the duty itself.
func (m *maker) offices(of report.Ref, obligation string) []string {
	for _, d := range m.coming[subject(of)] {
		if d.Obligation == obligation && d.Office != "" {
			return []string{d.Office}
		}
	}
	return m.duties[obligation]
}

// stage says how far an item has gone up: as far as any of the organisations lets it. It is false while nobody is to be told.
func (m *maker) stage(i Item, organisations []string) (Stage, bool) {
	highest, told := Owner, false
	for _, id := range organisations {
		if stage, ok := stageOf(i, m.report.AsOf, m.report.Reminding[id]); ok {
			told = true
			if stage.rank() > highest.rank() {
				highest = stage
			}
		}
	}
	return highest, told
}

// stageOf counts on working days, unless weekends are told to count: on a Saturday a reminder stands as it did on Friday, and a
// stage that would begin on a Sunday begins on the Friday before it.
func stageOf(i Item, asOf calendar.Date, how report.Reminding) (Stage, bool) {
	day := asOf
	before := func(p calendar.Period) calendar.Date { return i.On.Sub(p) }
	if !how.Weekends {
		day = workday(asOf)
		before = func(p calendar.Period) calendar.Date { return workday(i.On.Sub(p)) }
	}
	switch {
	case i.Missed && !day.Before(i.On.Add(how.SIRO)):
		return SIRO, true
	case i.Missed || !day.Before(before(how.Office)):
		return Office, true
	case !day.Before(before(how.Notice)):
		return Owner, true
	}
	return "", false
}

// workday is the day itself, or the Friday before a weekend's.
func workday(d calendar.Date) calendar.Date {
	for d.Weekday() == 0 || d.Weekday() == 6 {
		d = d.AddDays(-1)
	}
	return d
}

// maxLogins is how many assignees GitHub takes.
const maxLogins = 10

// logins gives the accounts of those who are told at a stage. Where none of them has one, those higher up stand in.
func (m *maker) logins(r Reminder) []string {
	var out []string
	add := func(logins []string) {
		for _, l := range logins {
			if !slices.ContainsFunc(out, func(have string) bool { return strings.EqualFold(have, l) }) && len(out) < maxLogins {
				out = append(out, l)
			}
		}
	}
	add(m.accounts(r.Organisations, m.owners[subject(r.Subject)]))
	if r.Stage != Owner {
		for _, o := range r.offices() {
			add(m.holders(r.Organisations, o))
		}
	}
	if r.Stage == SIRO {
		add(m.holders(r.Organisations, "siro"))
	}
	for _, stand := range append(r.offices(), "ig-lead", "siro", "registrar") {
		if len(out) > 0 {
			break
		}
		add(m.holders(r.Organisations, stand))
	}
	return out
}

// offices gives the offices that are to act, sorted.
func (r Reminder) offices() []string {
	var out []string
	for _, i := range r.Items {
		for _, o := range i.Offices {
			if !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	}
	slices.Sort(out)
	return out
}

// accounts gives the logins that a mailbox has on the forge.
func (m *maker) accounts(organisations []string, email string) []string {
	var out []string
	for _, id := range organisations {
		for _, a := range m.report.Reminding[id].Accounts {
			if email != "" && strings.EqualFold(a.Email, email) && strings.EqualFold(a.Forge, m.host) {
				out = append(out, a.Login)
			}
		}
	}
	return out
}

// holders gives the logins of those who hold an office: of those in full, or of deputies where there are none of those.
func (m *maker) holders(organisations []string, office string) []string {
	for _, deputies := range []bool{false, true} {
		var out []string
		for _, id := range organisations {
			for _, h := range m.report.Reminding[id].Holders {
				if h.Office == office && h.Deputy == deputies {
					out = append(out, m.accounts([]string{id}, h.Email)...)
				}
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// Name names a subject for people: a workload by its name and id, anything else by its kind and id.
func Name(r report.Ref) string {
	if r.Kind == "workload" && plain(r.Name) != "" {
		return fmt.Sprintf("%s (%s)", plain(r.Name), r.ID)
	}
	return r.Kind + " " + r.ID
}

// plain takes out of a name whatever a forge, a terminal or a chat could read as more than a name: marks of Markdown and HTML,
// mentions, references to issues, commands, and characters that do not show.
func plain(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x200b && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2060 && r <= 0x206f || r == 0xfeff:
			return -1
		case strings.ContainsRune("@#<>[]`*_|\\~!:", r):
			return ' '
		}
		return r
	}, name)
	name = strings.TrimLeft(strings.Join(strings.Fields(name), " "), "/-+. ")
	if runes := []rune(name); len(runes) > 100 {
		name = string(runes[:99]) + "…"
	}
	return name
}
