package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"example.org/muniment/internal/console"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
	"github.com/spf13/cobra"
)

func (a *app) status() *cobra.Command {
	var (
		q      question
		all    bool
		failOn string
		within string
	)
	cmd := &cobra.Command{
		Use:   "status [workload]",
		Short: "Say how every workload stands, and why",
		Long: `Status judges every workload as of today, or as of any other day, and prints the state, the main reason and the next day on
which something gets worse. With a workload it prints every verdict that is not met, with all its reasons.

A workload is named as ODS code and short name, Z9A1A/imaging-archive; the short name alone is enough where it is unique.

With --forecast it prints instead what turns within that time if nobody does anything, day by day, with the act that prevents
it, and how every workload will stand at the end. The exit status is that of the day judged.`,
		Example: `  muniment status
  muniment status Z9A1A/imaging-archive --all
  muniment status --as-of 2027-04-01 --fail-on overdue
  muniment status --as-of 2026-03-14 --known-at 2026-03-14
  muniment status --forecast 12m
  muniment status --json | jq '.workloads[] | {id, state: .status.state}'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			threshold, err := parseThreshold(failOn)
			if err != nil {
				return err
			}
			if within != "" {
				if len(args) > 0 {
					return usage("--forecast looks at every workload", "leave the workload out, or see: muniment history "+args[0])
				}
				r, err := a.forecast(cmd, q, within)
				if err != nil {
					return err
				}
				return orFailing(nil, worst(r.Workloads) <= threshold || r.Summary.Errors > 0)
			}
			r, err := a.reportOf(cmd, q, args)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				err = a.print(r, func(w io.Writer, o console.Options) error { return console.Status(w, r, o) })
				return orFailing(err, worst(r.Workloads) <= threshold || r.Summary.Errors > 0)
			}
			wl := &r.Workloads[0]
			answer := struct {
				report.Origin
				Workload *report.Workload `json:"workload"`
			}{r.Origin, wl}
			err = a.print(answer, func(w io.Writer, o console.Options) error {
				o.All = all
				return console.Workload(w, r.Origin, wl, o)
			})
			return orFailing(a.orRefused(err, r), report.StateRank(wl.Status.State) <= threshold)
		},
	}
	q.flags(cmd)
	cmd.Flags().BoolVar(&all, "all", false, "show verdicts that are met or do not apply, too")
	cmd.Flags().StringVar(&failOn, "fail-on", "failing", "exit with 1 when a workload is in this `state` or a worse one; \"never\" for no such status")
	cmd.Flags().StringVar(&within, "forecast", "", "say what turns within this `length` of time, such as 90d or 12m, if nobody does anything")
	cmd.ValidArgsFunction = a.completeWorkloads
	return a.withJSON(cmd)
}

// report judges the register as the flags ask, and tells people what was left out of the answer.
func (a *app) report(cmd *cobra.Command, q question) (*report.Report, error) {
	return a.reportWith(cmd, q, func(*pipeline.Question) {})
}

// reportOf is report about one workload, if one is named. Then that alone is in it.
func (a *app) reportOf(cmd *cobra.Command, q question, named []string) (*report.Report, error) {
	if len(named) == 0 {
		return a.report(cmd, q)
	}
	return a.reportWith(cmd, q, func(asked *pipeline.Question) { asked.Of = workloadNamed(named[0]) })
}

// reportWith is report with more to the question than every command asks.
func (a *app) reportWith(cmd *cobra.Command, q question, more func(*pipeline.Question)) (*report.Report, error) {
	asked, err := q.parse(a)
	if err != nil {
		return nil, err
	}
	more(&asked)
	tool, err := a.tool()
	if err != nil {
		return nil, err
	}
	r, notes, err := tool.Report(cmd.Context(), asked)
	if err != nil {
		return nil, err
	}
	for _, note := range notes {
		a.say("%s", note)
	}
	return r, nil
}

// orRefused makes an answer fail that may lack something, because evidence was refused: a notice that can't be read must not
// look like no notice.
func (a *app) orRefused(err error, r *report.Report) error {
	if err != nil || r.Summary.Errors == 0 {
		return err
	}
	a.say("errors in evidence may keep records out of this answer: run muniment check")
	return errFailing
}

// orFailing keeps trouble apart from an answer that fails.
func orFailing(err error, failing bool) error {
	if err == nil && failing {
		return errFailing
	}
	return err
}

// parseThreshold gives the rank of the mildest state that still makes the exit status 1; -1 for never.
func parseThreshold(state string) (int, error) {
	if state == "never" {
		return -1, nil
	}
	rank := report.StateRank(state)
	if rank >= report.StateRank("contested") {
		return 0, usage(fmt.Sprintf("--fail-on: %q is not a state that can fail", state), "choose blocked, failing, overdue, incomplete, gap or never")
	}
	return rank, nil
}

func worst(workloads []report.Workload) int {
	rank := len(report.States)
	for _, w := range workloads {
		rank = min(rank, report.StateRank(w.Status.State))
	}
	return rank
}

// workloadNamed finds a workload by id, or by its short name where only one has it.
func workloadNamed(name string) func(ids []string) (string, error) {
	return func(ids []string) (string, error) {
		if slices.Contains(ids, name) {
			return name, nil
		}
		var found []string
		for _, id := range ids {
			if strings.HasSuffix(id, "/"+name) {
				found = append(found, id)
			}
		}
		switch len(found) {
		case 1:
			return found[0], nil
		case 0:
			return "", usage(fmt.Sprintf("there is no workload %q", name), didYouMean(name, ids))
		}
		return "", usage(fmt.Sprintf("%q could be %s", name, spelling.OneOf(found)), "name it with its ODS code")
	}
}

// didYouMean names the workload that few letters tell from what was typed, or all that few letters tell from it in several organisations,
// or those whose names hold a part of it, or says how to list all.
func didYouMean(name string, ids []string) string {
	if near := spelling.NearestIDs(name, ids); len(near) > 0 {
		return "did you mean " + spelling.OneOf(near) + "?"
	}
	_, slug, _ := strings.Cut("/"+name, "/")
	var near []string
	for _, id := range ids {
		for part := range strings.SplitSeq(slug, "-") {
			if len(part) > 2 && strings.Contains(id, part) {
				near = append(near, id)
				break
			}
		}
	}
	if len(near) == 0 || len(near) > 5 {
		return "list them with: muniment status"
	}
	return "did you mean " + spelling.OneOf(near) + "?"
}

// completeWorkloads offers workloads to the shell. It never fails and never speaks.
func (a *app) completeWorkloads(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	if a.enter() != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	tool, err := a.tool()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	asked, _ := (&question{worktree: true}).parse(a)
	r, _, err := tool.Report(cmd.Context(), asked)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var ids []string
	for _, w := range r.Workloads {
		ids = append(ids, w.ID+"\t"+w.Name)
	}
	return ids, cobra.ShellCompDirectiveNoFileComp
}
