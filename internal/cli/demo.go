package cli

import (
	"errors"
	"fmt"
	"io"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/console"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gitpack"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/statement"
	"example.org/muniment/schemas"
	"github.com/spf13/cobra"
)

// demoAnswer is the JSON document of muniment demo.
type demoAnswer struct {
	Dir     string       `json:"dir"`
	Seed    uint64       `json:"seed"`
	Head    string       `json:"head"`
	Commits int          `json:"commits"` // on the mainline
	Merged  int          `json:"merged"`  // further commits, which merges brought in
	Objects int          `json:"objects"`
	Refused []demo.Spell `json:"refused"`
}

func (a *app) demo() *cobra.Command {
	var (
		o     demo.Options
		until string
	)
	cmd := &cobra.Command{
		Use:   "demo DIR",
		Short: "Make a repository with years of made-up history, to look at",
		Long: `Demo makes a git repository in a new or empty folder and fills it with years of made-up history: certificates renewed on
time and late, people leaving office, approvals that go stale, trials that are forgotten, laws that change, and a few records
that check refuses. Everything in it is fictional. The same flags give the same commit ids on every machine.

Approvals carry real signatures, by keys that anybody can derive from the seed: they are for this sample only, and prove nothing
outside it.

Neither git nor a network is needed. Give as --as-of to other commands the day of --until or one near it: the history ends
there.`,
		Example: `  muniment demo sample && muniment status -C sample --as-of 2026-11-20
  muniment demo sample --seed 7 --workloads 200 --years 8
  muniment demo large.git --bare --workloads 10000 --commits 50000`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if until != "" {
				day, err := calendar.Parse(until)
				if err != nil {
					return usage("--until: "+err.Error(), "write a day such as 2026-11-20")
				}
				o.Until = day
			}
			for _, n := range []int{o.Organisations, o.Workloads, o.Suppliers, o.Years, o.Commits} {
				if n < 0 {
					return usage("there cannot be less than none of something", "see: muniment demo --help")
				}
			}
			var err error
			if o.Rules, err = statement.RulesOf(schemas.FS); err != nil {
				return err
			}
			full, err := o.Filled()
			if err != nil {
				return usage(err.Error(), "see: muniment demo --help")
			}
			progress := a.progress()
			full.Progress = func(step string, done, total int) { progress(pipeline.Step{Name: step, Done: done, Total: total}) }
			made, err := demo.Write(cmd.Context(), a.path(args[0]), full)
			if errors.Is(err, gitpack.ErrNotEmpty) {
				return usage(args[0]+" is not empty", "name a new folder: nothing that is there is ever written over")
			}
			if err != nil {
				return err
			}
			answer := demoAnswer{args[0], full.Seed, made.Head, made.Commits, made.Merged, made.Objects, made.Refused}
			return a.print(answer, func(w io.Writer, _ console.Options) error {
				_, err := fmt.Fprintf(w, "%d commits on the mainline and %d on branches, from %s to %s, in %s.\nHEAD is %s\n",
					made.Commits, made.Merged, full.Until.AddMonths(-12*full.Years), full.Until, args[0], made.Head)
				return err
			})
		},
	}
	f := cmd.Flags()
	f.Uint64Var(&o.Seed, "seed", 1, "the `number` from which everything follows")
	f.IntVar(&o.Organisations, "organisations", 0, "how many; 1 for each 80 workloads, from 4 to 280, when left out")
	f.IntVar(&o.Workloads, "workloads", 40, "how many")
	f.IntVar(&o.Suppliers, "suppliers", 0, "how many; 1 for each 200 workloads and at least 12 when left out")
	f.IntVar(&o.Years, "years", 6, "length of the history")
	f.IntVar(&o.Commits, "commits", 0, "how many on the mainline; 5 for each workload and 500 beside when left out")
	f.StringVar(&until, "until", "", "the `day` of the last commit; 2026-11-20 when left out")
	f.BoolVar(&o.Stated, "stated", false, "let records state approvals, without signatures and without a policy that asks for them")
	f.BoolVar(&o.Bare, "bare", false, "make a bare repository, without a working tree")
	return a.withJSON(cmd)
}
