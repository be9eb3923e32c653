package obligation

import (
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
)

// Spell is an outcome that stands for a stretch of days while nobody changes a record. It begins on the day judged.
type Spell struct {
	Outcome // without a due day: that is for [Judge], which has to look ahead to find it
	// Until is the first day on which the outcome may be another one; no date when it never is.
	Until calendar.Date

	turns []turn
}

// Stand tells how an obligation stands for a subject on a day, and for how long it can be relied on. State and reasons are
// those of [Judge] on every day of the spell.
func Stand(o *Obligation, s Subject, l *law.Law, day calendar.Date) Spell {
	return Spell{}.Next(o, s, l, day)
}

// Next is [Stand] for a day after the spell, from the same records. What was to happen on days to come is not forgotten.
func (s Spell) Next(o *Obligation, of Subject, l *law.Law, day calendar.Date) Spell {
	target := o.Target()
	j := on(target, of, l, day)
	defer j.done()
	for i := range s.turns {
		j.turn(s.turns[i])
	}
	next := Spell{Outcome: j.outcome(), Until: earliest(j.turns, j.days, day), turns: same(s.turns, j.turns)}
	if target != o {
		next.Outcome = alias(o, target, next.Outcome)
	}
	if slices.Equal(s.Reasons, next.Reasons) {
		next.Reasons = s.Reasons
	}
	return next
}

// same is the one of two lists to keep where they agree: the old, so that what does not change is there once.
func same[T comparable](old, now []T) []T {
	if len(now) == 0 {
		return nil
	}
	if slices.Equal(old, now) {
		return old
	}
	return slices.Clone(now)
}

// Tells tells whether the spell says of any day to come what is to happen on it.
func (s Spell) Tells() bool {
	return len(s.turns) > 0
}

// Announced gives what was to happen on a day, as the rule says that set it. It is false for a day that nobody has to be
// told of for its own sake.
func (s Spell) Announced(day calendar.Date) (Due, bool) {
	if s.State == "" || !slices.ContainsFunc(s.turns, func(t turn) bool { return t.on == day }) {
		return Due{}, false
	}
	return announce(s.turns, day, s.Outcome, ""), true
}

// Standing tells whether a workload is judged by the rules for production and whether it is closed on a day, and the first
// later day on which either may be otherwise. See [Production] and [Closed].
func Standing(s Subject, l *law.Law, day calendar.Date) (production, closed bool, until calendar.Date) {
	j := begin(nil, s, l, day)
	defer j.done()
	production = isProduction(j, s.Workload).holds()
	closed = isClosed(j, s.Workload).is == yes
	return production, closed, earliest(j.turns, j.days, day)
}
