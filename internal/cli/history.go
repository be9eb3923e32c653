package cli

import (
	"io"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/console"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/report"
	"github.com/spf13/cobra"
)

func (a *app) history() *cobra.Command {
	var (
		q        question
		verdicts bool
	)
	cmd := &cobra.Command{
		Use:   "history workload",
		Short: "Say how a workload stood on every day, why that changed, and what comes",
		Long: `History prints the timeline of a workload, oldest first, from the day it came on record to a year after the day judged: its
status, from when to when, and what brought it about. A cause is a commit, with what it changed field by field; a day that
came, such as the expiry of a certificate; or law that changed.

On every day the timeline says what "muniment status --as-of DAY --known-at DAY" says. What lies ahead is the record as it is
now, frozen. A record that was moved and says formerly keeps its timeline.`,
		Example: `  muniment history Z9A1A/imaging-archive
  muniment history imaging-archive --verdicts
  muniment history imaging-archive --json | jq '.timeline.segments[] | {from, state, causes: [.causes[].kind]}'`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if q.worktree {
				return usage("--worktree: history is made of commits", "leave --worktree out")
			}
			r, err := a.reportWith(cmd, q, func(asked *pipeline.Question) { asked.Of, asked.Timelines = workloadNamed(args[0]), true })
			if err != nil {
				return err
			}
			wl := &r.Workloads[0]
			answer := struct {
				report.Origin
				Workload report.Ref       `json:"workload"`
				Timeline *report.Timeline `json:"timeline"`
			}{r.Origin, report.Ref{Kind: "workload", ID: wl.ID, Name: wl.Name}, wl.Timeline}
			err = a.print(answer, func(w io.Writer, o console.Options) error {
				o.All = verdicts
				return console.History(w, r.Origin, answer.Workload, answer.Timeline, o)
			})
			return a.orRefused(err, r)
		},
	}
	q.flags(cmd)
	cmd.Flags().BoolVar(&verdicts, "verdicts", false, "name every verdict that turned, with its reason")
	cmd.ValidArgsFunction = a.completeWorkloads
	return a.withJSON(cmd)
}

// forecast prints what turns within a time, in place of the status of a day.
func (a *app) forecast(cmd *cobra.Command, q question, within string) (*report.Report, error) {
	period, err := calendar.ParsePeriod(within)
	if err != nil {
		return nil, usage("--forecast: "+err.Error(), "write a length of time such as 90d or 12m")
	}
	r, err := a.reportWith(cmd, q, func(asked *pipeline.Question) { asked.Forecast = period })
	if err != nil {
		return nil, err
	}
	answer := struct {
		report.Origin
		Within   calendar.Period  `json:"within"`
		Forecast *report.Forecast `json:"forecast"`
	}{r.Origin, period, r.Forecast}
	return r, a.print(answer, func(w io.Writer, o console.Options) error { return console.Forecast(w, r.Origin, r.Forecast, o) })
}
