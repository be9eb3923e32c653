package cli

import (
	"errors"
	"io"
	"regexp"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/console"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
	"github.com/spf13/cobra"
)

func (a *app) explain() *cobra.Command {
	var (
		q   question
		all bool
		day string
	)
	cmd := &cobra.Command{
		Use:   "explain obligation|workload",
		Short: "Explain a duty with its source, or how a workload came by its status",
		Long: `Explain with an obligation such as OFF-15 prints the duty, the paragraph it comes from, when it applies, what shows it, and how
every subject stands under it. With a workload it prints how its status came about: every verdict that lowers it, each with
its reasons and the rule that set its due day.

With --at it goes back to a day: the day judged, and what was known then.`,
		Example: `  muniment explain OFF-15
  muniment explain Z9A1A/imaging-archive --at 2026-03-14
  muniment explain Z9A1A/imaging-archive --as-of 2026-01-01`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := q.at(day); err != nil {
				return err
			}
			if looksLikeObligation(args[0]) {
				return a.explainObligation(cmd, q, args[0], all)
			}
			r, err := a.reportWith(cmd, q, func(asked *pipeline.Question) { asked.Of = orObligation(workloadNamed(args[0])) })
			if err != nil {
				return err
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
			return a.orRefused(err, r)
		},
	}
	q.flags(cmd)
	cmd.Flags().StringVar(&day, "at", "", "judge as of this `day` (YYYY-MM-DD) by what was known on it: --as-of and --known-at in one")
	cmd.Flags().BoolVar(&all, "all", false, "show what is met or does not apply, too")
	return a.withJSON(cmd)
}

// explainObligation prints how everybody stands under an obligation.
func (a *app) explainObligation(cmd *cobra.Command, q question, id string, all bool) error {
	r, err := a.report(cmd, q)
	if err != nil {
		return err
	}
	found := findObligations(r, id)
	if len(found) == 0 {
		return usage("there is no obligation "+id, nearestObligation(r, id))
	}
	answer := struct {
		report.Origin
		Obligations []*report.Obligation `json:"obligations"`
	}{r.Origin, found}
	err = a.print(answer, func(w io.Writer, o console.Options) error {
		o.All = all
		return console.Obligations(w, r.Origin, found, o)
	})
	return a.orRefused(err, r)
}

// orObligation says of what is no workload that it is no obligation either.
func orObligation(find func(ids []string) (string, error)) func(ids []string) (string, error) {
	return func(ids []string) (string, error) {
		id, err := find(ids)
		if misuse := (*usageError)(nil); errors.As(err, &misuse) {
			return "", usage(misuse.what+", nor an obligation of that name", misuse.hint+"; obligations are listed on the portal's obligations page")
		}
		return id, err
	}
}

// at makes a question about a day by what was known on it.
func (q *question) at(day string) error {
	if day == "" {
		return nil
	}
	if q.asOf != "" || q.knownAt != "" || q.worktree {
		return usage("--at excludes --as-of, --known-at and --worktree", "--at DAY means --as-of DAY --known-at DAY")
	}
	if _, err := calendar.Parse(day); err != nil {
		return usage("--at: "+err.Error(), "write a day such as 2026-11-22")
	}
	q.asOf, q.knownAt = day, day
	return nil
}

// findObligations finds a duty, or all parts of one that is judged in parts. Case and leading noughts count for nothing.
func findObligations(r *report.Report, written string) []*report.Obligation {
	want := rowOf.FindStringSubmatch(written)
	if want == nil {
		return nil
	}
	var found []*report.Obligation
	for i := range r.Obligations {
		ob := &r.Obligations[i]
		have := rowOf.FindStringSubmatch(ob.ID)
		if have != nil && strings.EqualFold(have[1], want[1]) && have[2] == want[2] && (want[3] == "" || strings.EqualFold(have[3], want[3])) {
			found = append(found, ob)
		}
	}
	return found
}

// rowOf takes the id of an obligation apart, such as OFF-15a.
var rowOf = regexp.MustCompile(`^([A-Za-z]{3})-0*([0-9]{1,3})([A-Za-z]?)$`)

// looksLikeObligation tells OFF-15 from a workload's name.
func looksLikeObligation(s string) bool { return rowOf.MatchString(s) }

// nearestObligation says what was probably meant by an id that is none.
func nearestObligation(r *report.Report, written string) string {
	var ids []string
	for _, ob := range r.Obligations {
		ids = append(ids, ob.ID)
	}
	if near := spelling.Nearest(written, ids); near != "" {
		return "did you mean " + near + "? all are listed on the portal's obligations page"
	}
	return "they are listed on the portal's obligations page"
}
