package obligation

import "example.org/muniment/internal/calendar"

// Turn is a day that a spell names, with everything that is said of it.
type Turn = turn

// Turns are the days that a spell knows of, and those on which something is to happen.
func (s Spell) Turns() ([]calendar.Date, []Turn) { return s.days, s.turns }

// Named lists what the catalogue may name, and what each reads.
func Named() map[string]Reads {
	named := make(map[string]Reads)
	for name, c := range workloadConditions {
		named["workload condition "+string(name)] = c.reads
	}
	for name, c := range supplierConditions {
		named["supplier condition "+string(name)] = c.reads
	}
	for name, c := range contractConditions {
		named["contract condition "+string(name)] = c.reads
	}
	for name, c := range checks {
		named["check "+name] = c.reads
	}
	for name, c := range limitRules {
		named["limit "+name] = c.reads
	}
	for name, c := range locationRules {
		named["location "+name] = c.reads
	}
	for kind, reads := range readsOfKinds {
		named["kind of record "+string(kind)] = reads
	}
	for kind, k := range kinds {
		named["kind of duty "+string(kind)] = 0
		if k.reads != nil {
			named["kind of duty "+string(kind)] = 1
		}
	}
	return named
}

// Days are the days that a spell knows of.
func (s Spell) Days() []calendar.Date {
	days := append([]calendar.Date(nil), s.days...)
	for _, t := range s.turns {
		days = append(days, t.on)
	}
	return days
}
