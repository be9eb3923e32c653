package assess

import (
	"slices"

	"example.org/muniment/internal/obligation"
)

// strengths orders the sources' verbs: must first.
var strengths = []obligation.Strength{obligation.Must, obligation.Should, obligation.Advisory}

// counts tells whether a verdict counts at all: an alias shows another verdict and is never counted twice.
func counts(v *Verdict) bool { return v.Obligation.AliasOf == "" }

// rollUp sums the subject's verdicts up. The worst that lowers decides; what is contested or for information never does, nor
// what an exception sets aside.
func (s *Subject) rollUp(rank map[*obligation.Obligation]int) {
	s.weigh(rank)
	s.Status.Counts = make(map[obligation.State]int)
	for _, v := range slices.Concat(s.Verdicts, s.Inherited) {
		if !counts(v) {
			continue
		}
		s.next(&s.Status, v)
		if s.Excepts(v) == nil {
			s.Status.Counts[v.State]++
		}
	}
}

// weigh is [Subject.rollUp] without counts and due days.
func (s *Subject) weigh(rank map[*obligation.Obligation]int) {
	status := Status{State: obligation.NotApplicable}
	for _, list := range [][]*Verdict{s.Verdicts, s.Inherited} {
		for _, v := range list {
			switch {
			case !counts(v):
			case s.Excepts(v) != nil:
				status.Excepted++
				status.State = atLeast(status.State, obligation.Met)
			case v.State.Lowers():
				if status.Main == nil || worse(v, status.Main, rank) {
					status.Main, status.State = v, v.State
				}
			case v.State != obligation.NotApplicable:
				status.State = atLeast(status.State, obligation.Met)
			}
		}
	}
	s.Status = status
}

// atLeast is the worse of two states.
func atLeast(a, b obligation.State) obligation.State {
	if b.Rank() < a.Rank() {
		return b
	}
	return a
}

// worse orders verdicts by state, then by strength, then by the catalogue; the one met first wins among equals.
func worse(v, than *Verdict, rank map[*obligation.Obligation]int) bool {
	if a, b := v.State.Rank(), than.State.Rank(); a != b {
		return a < b
	}
	if a, b := slices.Index(strengths, v.Obligation.Strength), slices.Index(strengths, than.Obligation.Strength); a != b {
		return a < b
	}
	return rank[v.Obligation] < rank[than.Obligation]
}

// next keeps the earliest day on which a verdict comes to lower the subject, or to lower it more.
func (s *Subject) next(status *Status, v *Verdict) {
	due := s.Due(v)
	if due.On.IsZero() || !due.Then.Lowers() || !status.Next.On.IsZero() && !due.On.Before(status.Next.On) {
		return
	}
	status.Next, status.NextOf = due, v
}
