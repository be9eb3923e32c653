package console

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/plain"
	"example.org/muniment/internal/report"
)

// Status prints every workload with its state, the main reason and the next due day, worst first.
func Status(w io.Writer, r *report.Report, o Options) error {
	p := &page{w: w, o: o}
	p.origin(r.Origin)
	p.printf("\n")
	workloads := slices.Clone(r.Workloads)
	slices.SortStableFunc(workloads, func(a, b report.Workload) int {
		return report.StateRank(a.Status.State) - report.StateRank(b.Status.State)
	})
	var rows [][]cell
	for _, wl := range workloads {
		rows = append(rows, []cell{
			{wl.Status.State, wl.Status.State}, {text: wl.ID}, {text: day(wl.Status.Due)}, {text: wl.Status.Sentence},
		})
	}
	p.table([]string{"STATE", "WORKLOAD", "NEXT DUE", "WHY"}, rows)
	p.printf("\n%s: %s.\n", count(len(r.Workloads), "workload"), tally(r.Summary.Workloads))
	if r.Summary.Excepted > 0 {
		p.printf("%s set aside by exceptions in force.\n", count(r.Summary.Excepted, "verdict"))
	}
	if r.Summary.Errors > 0 {
		p.printf("%s in evidence kept records out of this answer: run muniment check.\n", count(r.Summary.Errors, "error"))
	}
	return p.err
}

// Workload prints one workload: its status and every verdict that is not met, with all reasons; with All, every verdict.
func Workload(w io.Writer, origin report.Origin, wl *report.Workload, o Options) error {
	p := &page{w: w, o: o}
	p.printf("%s  %s\n", wl.ID, plain.Line(wl.Name))
	p.origin(origin)
	p.printf("\n%s\n", p.paint(wl.Status.State, p.label(cell{wl.Status.State, wl.Status.State})))
	p.para(2, wl.Status.Sentence)
	if !wl.Status.Due.IsZero() {
		p.para(2, "Next due day: "+wl.Status.Due.Long()+".")
	}
	p.printf("\n")
	p.approvals(wl.Approvals)
	hidden := 0
	for _, v := range wl.Verdicts {
		if !o.All && v.ExceptedUntil.IsZero() && (v.State == "met" || v.State == "not-applicable") {
			hidden++
			continue
		}
		p.verdict(v)
	}
	if hidden > 0 {
		p.printf("%s met or not applicable are not shown; add --all to see them.\n", count(hidden, "verdict"))
	}
	return p.err
}

func (p *page) verdict(v report.Verdict) {
	state := v.State
	if !v.ExceptedUntil.IsZero() {
		state = "excepted until " + v.ExceptedUntil.Short() + " (otherwise " + v.State + ")"
	}
	from := ""
	if v.Inherited {
		from = ", through " + v.Subject.Kind + " " + v.Subject.ID
	}
	shown := p.paint(v.State, p.label(cell{state, v.State}))
	p.printf("%s  %s  %s (%s%s)\n", v.Obligation, shown, plain.Line(v.Title), v.Strength, from)
	for _, r := range v.Reasons {
		text := r.Text
		if r.Local {
			text += " (local policy)"
		}
		p.para(4, text)
		if r.Place != "" {
			p.para(6, "at "+r.Place)
		}
	}
	if v.Due != nil {
		p.para(4, "Due "+v.Due.On.Long()+": "+v.Due.Text+" Then "+v.Due.Then+".")
	}
	if v.Remedy != "" && v.State != "met" && v.State != "not-applicable" {
		p.para(4, "To do: "+v.ToDo())
	}
}

// Due prints what falls due, by day.
func Due(w io.Writer, origin report.Origin, due []report.Due, o Options) error {
	p := &page{w: w, o: o}
	p.origin(origin)
	p.printf("\n")
	if len(due) == 0 {
		p.printf("Nothing falls due.\n")
		return p.err
	}
	var rows [][]cell
	for _, d := range due {
		rows = append(rows, []cell{
			{text: d.On.String()}, {d.Then, d.Then}, {text: d.Obligation}, {text: d.Subject.ID}, {text: d.Office}, {text: d.Text},
		})
	}
	p.table([]string{"DUE", "THEN", "DUTY", "SUBJECT", "OFFICE", "WHAT"}, rows)
	p.printf("\n%s.\n", count(len(due), "due day"))
	return p.err
}

// Obligations prints duties with their sources and how every subject stands under them.
func Obligations(w io.Writer, origin report.Origin, obs []*report.Obligation, o Options) error {
	p := &page{w: w, o: o}
	p.origin(origin)
	for _, ob := range obs {
		p.printf("\n")
		p.obligation(ob)
	}
	return p.err
}

func (p *page) obligation(ob *report.Obligation) {
	p.printf("%s  %s\n\n", ob.ID, plain.Line(ob.Title))
	p.para(0, ob.Duty)
	p.printf("\n")
	for _, line := range [][2]string{
		{"Source", ob.Document + ", " + ob.Paragraph + " (" + ob.Nature + ")"},
		{"Link", ob.URL},
		{"Strength", ob.Strength},
		{"Judged for", "each " + ob.Subject},
		{"Applies", ob.Applies},
		{"Holds from", ob.From.Long()},
		{"Holds to", ob.To.Long()},
		{"Evidence", ob.Evidence},
		{"Decided by", ob.Decidable},
		{"Again", ob.Again},
		{"If missing", ob.Missing},
		{"To do", ob.Remedy},
		{"Same as", ob.AliasOf},
		{"Tensions", strings.Join(ob.Tensions, ", ")},
	} {
		if line[1] != "" {
			p.printf("%-12s%s\n", line[0], p.fold(plain.Line(line[1]), 12))
		}
	}
	p.printf("\n")
	var rows [][]cell
	for _, s := range ob.Subjects {
		if s.State == "not-applicable" && !p.o.All {
			continue
		}
		rows = append(rows, []cell{{s.State, s.State}, {text: s.Subject.ID}, {text: s.Text}})
	}
	if len(rows) == 0 {
		p.printf("It applies to nothing in this register.\n")
		return
	}
	p.table([]string{"STATE", strings.ToUpper(ob.Subject), "WHY"}, rows)
}

// tally gives counts by state, worst first: "2 blocked, 1 failing".
func tally(counts map[string]int) string {
	var parts []string
	for _, s := range report.States {
		if n := counts[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

func day(d calendar.Date) string {
	if d.IsZero() {
		return "–"
	}
	return d.String()
}
