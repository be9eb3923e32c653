package console

import (
	"io"

	"example.org/muniment/internal/plain"
	"example.org/muniment/internal/report"
)

// Summary prints what a person wants to know first after a build: how many workloads stand how, what needs attention most,
// and what falls due next.
func Summary(w io.Writer, origin report.Origin, s report.Summary, workloads []report.WorkloadRow, o Options) error {
	p := &page{w: w, o: o}
	p.origin(origin)
	p.printf("%s: %s.\n", count(len(workloads), "workload"), tally(s.Workloads))
	p.printf("%s due within 90 days; %s set aside by exceptions in force.\n",
		count(s.Due90, "verdict"), count(s.Excepted, "verdict"))
	if s.Errors > 0 {
		p.printf("%s in evidence, so some of it may be left out: run muniment check.\n", count(s.Errors, "error"))
	}
	var rows [][]cell
	for _, wl := range workloads {
		if report.StateRank(wl.Status.State) <= report.StateRank("failing") {
			rows = append(rows, []cell{{wl.Status.State, wl.Status.State}, {text: wl.ID}, {text: wl.Status.Sentence}})
		}
	}
	if len(rows) > 0 {
		p.printf("\n")
		p.table([]string{"STATE", "WORKLOAD", "WHY"}, rows)
	}
	return p.err
}

// DueMarkdown prints what falls due as a Markdown table, for pull requests and wikis.
func DueMarkdown(w io.Writer, origin report.Origin, due []report.Due) error {
	p := &page{w: w}
	p.printf("What falls due, as of %s.\n\n", origin.AsOf.Long())
	if len(due) == 0 {
		p.printf("Nothing falls due.\n")
		return p.err
	}
	p.printf("| Due | Then | Duty | Subject | Office | What |\n|---|---|---|---|---|---|\n")
	for _, d := range due {
		p.printf("| %s | %s | %s | %s | %s | %s |\n", d.On, d.Then, d.Obligation, plain.Markdown(d.Subject.ID), plain.Markdown(d.Office), plain.Markdown(d.Text))
	}
	return p.err
}
