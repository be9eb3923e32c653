package obligation

import "example.org/muniment/internal/calendar"

// Turn is a day that a spell names, with everything that is said of it.
type Turn = turn

// Turns are the days on which something is to happen, as far as a spell knows.
func (s Spell) Turns() []Turn { return s.turns }

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

// On is the day.
func (t turn) On() calendar.Date { return t.on }
