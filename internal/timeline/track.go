package timeline

import (
	"sort"

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
	tracks   map[key]*track
	products map[string]*track // by id
	day      calendar.Date     // no date before the first look
	entered  bool
	state    int // entered last
	used     []*cursor
	byTrack  map[*track]*cursor
}

// cursor is a track that was asked for, and how far it has been followed.
type cursor struct {
	*track
	at, before int // marks made by now, and by the moment before
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

func (s *sources) follow(t *track) *cursor {
	if t == nil {
		return nil
	}
	c := s.byTrack[t]
	if c == nil {
		c = &cursor{track: t, at: t.at(s.day, s.entered)}
		c.before = c.at
		s.byTrack[t] = c
		s.used = append(s.used, c)
	}
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
	return s.follow(s.tracks[key{kind, id}]).now()
}

// OfProduct implements [assess.Sources].
func (s *sources) OfProduct(product string) *assess.Subject {
	return s.follow(s.products[product]).now()
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
	c := s.byTrack[s.tracks[k]]
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

// last gives the last state in which anything that was followed turned, and the groups that all of it rests on in the end.
func (s *sources) last() (turned int, groups []string) {
	turned = -1
	for _, c := range s.used {
		for _, m := range c.marks {
			turned = max(turned, m.state)
		}
		if n := len(c.marks); n > 0 {
			groups = append(groups, c.marks[n-1].groups...)
		}
	}
	return turned, groups
}
