package timeline

import (
	"slices"
	"sort"
	"strings"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
)

// track is how something that workloads rest on stood, whenever that became another. It is complete before any workload is
// looked at.
type track struct {
	key
	marks []mark
}

// mark is how it stood from a moment on: a day, by what was known before it or, once a state is entered, by that.
type mark struct {
	day     calendar.Date
	state   int             // that was entered; -1 when the day came by itself
	subject *assess.Subject // nil while it is not on record
	groups  []string        // that it rests on
}

// reaches tells whether a mark was made by a moment.
func (m mark) reaches(day calendar.Date, entered bool) bool {
	return m.day.Before(day) || m.day == day && (m.state < 0 || entered)
}

// at gives how many marks were made by a moment.
func (t *track) at(day calendar.Date, entered bool) int {
	return sort.Search(len(t.marks), func(i int) bool { return !t.marks[i].reaches(day, entered) })
}

func (t *track) put(m mark) {
	if n := len(t.marks); n > 0 && t.marks[n-1].subject == m.subject && sameGroups(t.marks[n-1].groups, m.groups) {
		return
	}
	t.marks = append(t.marks, m)
}

func sameGroups(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// sources gives what a family of workloads rests on at a moment, and knows when that changes. It implements [assess.Sources].
type sources struct {
	find    func(key) (*stood, error) // nil when nothing is rested on
	day     calendar.Date             // no date before the first look
	entered bool
	state   int // entered last
	used    []*cursor
	cursors map[string]*cursor // by name
	err     error              // the first trouble with one of them
}

// cursor is something that was asked for, and how far it has been followed.
type cursor struct {
	track
	name       string // kind and id
	at, before int    // marks made by now, and by the moment before
}

func (s *sources) move(day calendar.Date, entered bool) {
	s.day, s.entered = day, entered
	for _, c := range s.used {
		c.before = c.at
		for c.at < len(c.marks) && c.marks[c.at].reaches(day, entered) {
			c.at++
		}
	}
}

// nextDay is the first day after now on which one of them changes by itself.
func (s *sources) nextDay() calendar.Date {
	var next calendar.Date
	for _, c := range s.used {
		for _, m := range c.marks[c.at:] {
			if m.state < 0 {
				next = calendar.Earliest(next, m.day)
				break
			}
		}
	}
	return next
}

// nextState is the first state after now at which one of them changes; -1 when there is none.
func (s *sources) nextState() int {
	next := -1
	for _, c := range s.used {
		for _, m := range c.marks[c.at:] {
			if m.state >= 0 {
				if next < 0 || m.state < next {
					next = m.state
				}
				break
			}
		}
	}
	return next
}

// follow finds something by its name and follows it from now on. Of says which track of its kin it is; nil for none.
func (s *sources) follow(name string, k key, of func(*stood) *track) *cursor {
	if c, ok := s.cursors[name]; ok || s.find == nil {
		return c
	}
	one, err := s.find(k)
	if err != nil && s.err == nil {
		s.err = err
	}
	c := &cursor{name: string(k.kind) + " " + k.id}
	if err == nil && one != nil {
		if t := of(one); t != nil {
			c.track = *t
		}
	}
	c.at = c.track.at(s.day, s.entered)
	c.before = c.at
	s.cursors[name] = c
	s.used = append(s.used, c)
	return c
}

func (c *cursor) now() *assess.Subject {
	if c == nil || c.at == 0 {
		return nil
	}
	return c.marks[c.at-1].subject
}

// Of implements [assess.Sources].
func (s *sources) Of(kind obligation.SubjectKind, id string) *assess.Subject {
	k := key{kind, id}
	return s.follow(string(kind)+" "+id, k, func(one *stood) *track { return one.tracks[k] }).now()
}

// OfProduct implements [assess.Sources].
func (s *sources) OfProduct(product string) *assess.Subject {
	supplier, _, _ := strings.Cut(product, "/")
	return s.follow("product "+product, key{obligation.OfSupplier, supplier}, func(one *stood) *track { return one.products[product] }).now()
}

// Product implements [assess.Sources].
func (s *sources) Product(v *assess.Verdict, _ *register.Supplier, p *register.Product) *assess.Verdict {
	if of := s.OfProduct(p.ID); of != nil {
		for _, one := range of.Verdicts {
			if one.Obligation == v.Obligation {
				return one
			}
		}
	}
	return v
}

// rests lists the groups that a source rested on before the moment and rests on now.
func (s *sources) rests(k key) (before, now []string) {
	c := s.cursors[string(k.kind)+" "+k.id]
	if c == nil {
		return nil, nil
	}
	if c.before > 0 {
		before = c.marks[c.before-1].groups
	}
	if c.at > 0 {
		now = c.marks[c.at-1].groups
	}
	return before, now
}

// last gives the last state in which anything that was followed turned, the groups that all of it rests on in the end, and its
// names, each once.
func (s *sources) last() (turned int, groups, names []string) {
	turned = -1
	for _, c := range s.used {
		for _, m := range c.marks {
			turned = max(turned, m.state)
		}
		if n := len(c.marks); n > 0 {
			groups = append(groups, c.marks[n-1].groups...)
		}
		names = append(names, c.name)
	}
	slices.Sort(names)
	return turned, groups, slices.Compact(names)
}
