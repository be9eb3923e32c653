package console

import (
	"io"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/plain"
	"example.org/muniment/internal/report"
)

// History prints a timeline, oldest first: each stretch of days with the status, what brought it about, and how the record was
// changed, field by field. With All, every verdict that turned is named.
func History(w io.Writer, origin report.Origin, of report.Ref, t *report.Timeline, o Options) error {
	p := &page{w: w, o: o}
	p.printf("%s  %s\n", of.ID, plain.Line(of.Name))
	p.origin(origin)
	for _, id := range t.Formerly {
		p.printf("Formerly %s.\n", plain.Line(id))
	}
	ahead := false
	for _, s := range t.Segments {
		if s.Ahead && !ahead {
			ahead = true
			p.printf("\nIf nobody does anything:\n")
		}
		p.printf("\n")
		p.segment(s)
	}
	if !ahead {
		p.printf("\nNothing changes by itself in the time that was looked at.\n")
	}
	return p.err
}

func (p *page) segment(s report.Segment) {
	state := s.State
	if state == "" {
		state = "no record"
	}
	p.printf("%s  %s\n", stretch(s.From, s.Until), p.paint(s.State, p.label(cell{state, s.State})))
	p.para(2, s.Sentence)
	for _, c := range s.Causes {
		p.cause(c)
	}
	if len(s.Turns) == 0 {
		return
	}
	if !p.o.All {
		p.para(2, count(len(s.Turns), "verdict")+" turned; add --verdicts to see them.")
		return
	}
	for _, t := range s.Turns {
		p.turn(t)
	}
}

func stretch(from, until calendar.Date) string {
	if until.IsZero() {
		return "From " + from.Long()
	}
	if last := until.AddDays(-1); last != from {
		return from.Long() + " to " + last.Long()
	}
	return from.Long()
}

func (p *page) cause(c report.Cause) {
	switch {
	case c.Commit != nil:
		p.para(2, "Commit "+c.Commit.ID[:min(12, len(c.Commit.ID))]+" by "+c.Commit.Author+": "+c.Commit.Subject)
		if how := c.Commit.Came(); how != "" {
			p.para(4, how)
		}
		for _, f := range c.Commit.Files {
			p.change(f)
		}
	case c.Kind == "law":
		p.para(2, "Law or rule: "+c.Text)
	default:
		p.para(2, "By itself: "+c.Text)
	}
}

func (p *page) change(f report.Change) {
	what := f.How + " " + f.Path
	if f.From != "" {
		what += " from " + f.From
	}
	p.para(4, what)
	for _, d := range f.Fields {
		var b strings.Builder
		b.WriteString(d.Field)
		switch {
		case d.Old != "" && d.New != "":
			b.WriteString(": " + d.Old + " → " + d.New)
		case d.How == "added" && d.New != "":
			b.WriteString(": added " + d.New)
		case d.How == "removed" && d.Old != "":
			b.WriteString(": removed " + d.Old)
		default:
			b.WriteString(": " + d.How)
		}
		p.para(6, b.String())
	}
}

func (p *page) turn(t report.Turn) {
	through := ""
	if t.Inherited {
		through = ", through " + t.Subject.Kind + " " + t.Subject.ID
	}
	p.printf("  %s  %s → %s  %s (%s%s)\n", t.Obligation, orNone(t.From), p.paint(t.To, p.label(cell{orNone(t.To), t.To})), plain.Line(t.Title), t.Strength, through)
	p.para(6, t.Text)
}

func orNone(state string) string {
	if state == "" {
		return "none"
	}
	return state
}

// Forecast prints what turns when if nobody does anything, by day, and how every workload will stand on the last day.
func Forecast(w io.Writer, origin report.Origin, f *report.Forecast, o Options) error {
	p := &page{w: w, o: o}
	p.origin(origin)
	p.printf("Until %s, if nobody does anything:\n", f.Until.Long())
	var day calendar.Date
	for _, t := range f.Turns {
		if t.On != day {
			day = t.On
			p.printf("\n%s, in %s\n", day.Long(), count(t.Days, "day"))
		}
		p.toCome(t)
	}
	if len(f.Turns) == 0 {
		p.printf("\nNothing turns.\n")
	}
	p.printf("\n")
	var rows [][]cell
	then := map[string]int{}
	for _, wl := range f.Workloads {
		then[wl.Then]++
		first, why := "–", "no change"
		if len(wl.Steps) > 0 {
			first, why = wl.Steps[0].On.String(), wl.Steps[0].Sentence
		}
		rows = append(rows, []cell{{text: wl.ID}, {wl.Now, wl.Now}, {text: first}, {wl.Then, wl.Then}, {text: why}})
	}
	p.table([]string{"WORKLOAD", "NOW", "FIRST TURNS", "ON THE LAST DAY", "WHY IT TURNS"}, rows)
	p.printf("\nOn %s: %s.\n", f.Until.Long(), tally(then))
	return p.err
}

func (p *page) toCome(t report.ToCome) {
	subject := t.Subject.Kind + " " + t.Subject.ID
	p.printf("  %s  %s → %s  %s: %s\n", t.Obligation, t.From, p.paint(t.To, p.label(cell{t.To, t.To})), subject, plain.Line(t.Title))
	p.para(6, t.Text)
	if n := len(t.Workloads); n > 0 && t.Subject.Kind != "workload" {
		p.para(6, "Reaches "+strings.Join(t.Workloads, ", ")+".")
	}
	if t.Remedy != "" {
		p.para(6, "To prevent it: "+t.Remedy)
	}
}
