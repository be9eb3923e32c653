package cli

import (
	"io"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/console"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/record"
	"github.com/spf13/cobra"
)

func (a *app) review() *cobra.Command {
	var (
		l       pipeline.Look
		office  string
		next    string
		actions []string
		on      string
		yes     bool
	)
	cmd := &cobra.Command{
		Use:   "review WORKLOAD",
		Short: "Record that somebody looked again, at what, and why it is still valid",
		Long: `Review writes the record of a periodic review: who looked at what, what came of it, and why. A review that gives no reason is
refused: a moved date is no look. It shows the record, asks, writes it, and commits nothing.`,
		Example: `  muniment review imaging-archive --office iao --of assessment,locations --looked-at "Growth against plan" --looked-at "Regions" \
      --reason "Growth is on plan; data, places and class are those of April."
  muniment review imaging-archive --office iao --of evidence --looked-at "Certificates" --outcome action-needed \
      --action "2027-01-31 head-of-clinical-systems Ask for the renewed certificate" --reason "One certificate has lapsed."`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			l.Dir, l.Workload, l.Office = a.env.Dir, args[0], record.Office(office)
			switch {
			case office == "":
				return usage("--office is missing", "say for which office you looked, such as --office iao")
			case len(l.Of) == 0:
				return usage("--of is missing", "say what was reviewed, such as --of assessment,locations")
			}
			if next != "" {
				day, err := calendar.Parse(next)
				if err != nil {
					return usage("--next: "+err.Error(), "write a day such as 2027-11-22")
				}
				l.Next = day
			}
			if on != "" {
				day, err := calendar.Parse(on)
				if err != nil {
					return usage("--on: "+err.Error(), "write a day such as 2026-11-22")
				}
				l.On = day
			}
			for _, text := range actions {
				due, rest, _ := strings.Cut(text, " ")
				owner, what, _ := strings.Cut(rest, " ")
				day, err := calendar.Parse(due)
				if err != nil || what == "" {
					return usage("--action: this is not a day, an owner and what to do", `write for example --action "2027-01-31 head-of-clinical-systems Ask for the certificate"`)
				}
				l.Actions = append(l.Actions, record.Action{What: what, Due: day, Owner: owner})
			}
			tool, err := a.tool()
			if err != nil {
				return err
			}
			made, err := tool.Review(cmd.Context(), l)
			if err != nil {
				return err
			}
			p := &printed{w: a.env.Err}
			p.line("%s\n%s", made.Path, made.Text)
			if err := a.confirm(yes, "Is this what you found?"); err != nil {
				return err
			}
			if err := made.Write(); err != nil {
				return err
			}
			return a.print(made, func(w io.Writer, _ console.Options) error {
				p := &printed{w: w}
				p.line("%s", made.Path)
				return p.err
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&office, "office", "", "the `office` that looked, such as iao")
	f.StringVar(&l.By, "by", "", "the `post` that holds it, by its id in the appointments; needed only where several do")
	f.StringSliceVar(&l.Of, "of", nil, "what was reviewed: `parts` such as assessment,dpia,locations,evidence,implementation,exit-plan")
	f.StringArrayVar(&l.LookedAt, "looked-at", nil, "one `thing` that was looked at; may be given several times")
	f.StringVar(&l.Outcome, "outcome", "still-valid", "still-valid, changed or action-needed")
	f.StringVar(&l.Reason, "reason", "", "why, in a `sentence`")
	f.StringArrayVar(&actions, "action", nil, "what must happen: a `day`, an owner and what, with spaces between; may be given several times")
	f.StringVar(&next, "next", "", "the `day` of the next review, when one was fixed")
	f.StringVar(&on, "on", "", "the `day` of it; today when left out")
	f.BoolVar(&yes, "yes", false, "do not ask")
	cmd.ValidArgsFunction = a.completeWorkloads
	return a.withJSON(cmd)
}
