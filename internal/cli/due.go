package cli

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/console"
	"example.org/muniment/internal/feed"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
	"github.com/spf13/cobra"
)

func (a *app) due() *cobra.Command {
	var (
		q      question
		within string
		office string
		format string
	)
	cmd := &cobra.Command{
		Use:   "due",
		Short: "Say what falls due, when, why, and whose it is",
		Long: `Due lists every day on which a verdict gets worse if nothing is done: what it is, which rule set the day, which office is to
act. What is already overdue is a matter for status, not for due.`,
		Example: `  muniment due --within 90d
  muniment due --office dpo --format ics > dpo.ics
  muniment due --as-of 2027-01-01 --json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			period, err := calendar.ParsePeriod(within)
			if err != nil {
				return usage("--within: "+err.Error(), "write a length of time such as 90d, 12w or 12m")
			}
			if format, err = a.formatOf(cmd, format, "text", "json", "ics", "markdown"); err != nil {
				return err
			}
			if office != "" && !slices.Contains(record.Offices(), record.Office(office)) {
				return usage("--office: there is no office "+strconv.Quote(office), "choose "+offices())
			}
			r, err := a.report(cmd, q)
			if err != nil {
				return err
			}
			due := slices.DeleteFunc(slices.Clone(r.Due), func(d report.Due) bool {
				return d.On.After(r.AsOf.Add(period)) || office != "" && d.Office != office
			})
			switch format {
			case "ics":
				_, err = a.env.Out.Write(feed.Calendar(nil, "Muniment: what falls due", r.Origin, due, nil))
				return a.orRefused(outputError(err), r)
			case "markdown":
				return a.orRefused(outputError(console.DueMarkdown(a.env.Out, r.Origin, due)), r)
			}
			answer := struct {
				report.Origin
				Within calendar.Period `json:"within"`
				Office string          `json:"office,omitempty"`
				Due    []report.Due    `json:"due"`
			}{r.Origin, period, office, due}
			err = a.print(answer, func(w io.Writer, o console.Options) error { return console.Due(w, r.Origin, due, o) })
			return a.orRefused(err, r)
		},
	}
	q.flags(cmd)
	cmd.Flags().StringVar(&within, "within", "90d", "how far ahead to look, as a `length` of time such as 90d or 12m")
	cmd.Flags().StringVar(&office, "office", "", "only what this `office` is to do, such as dpo or siro")
	cmd.Flags().StringVar(&format, "format", "text", "`form` of the answer: text, json, ics or markdown")
	return a.withJSON(cmd)
}

// offices lists the names of offices for people.
func offices() string {
	var names []string
	for _, o := range record.Offices() {
		names = append(names, string(o))
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
