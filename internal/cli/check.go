package cli

import (
	"io"

	"example.org/muniment/internal/console"
	"github.com/spf13/cobra"
)

func (a *app) check() *cobra.Command {
	var warnings bool
	cmd := &cobra.Command{
		Use:   "check [path…]",
		Short: "Check that evidence files are well formed",
		Long: `Check reads every file under evidence/ as it is in the folder, committed or not, and prints what is wrong with file, line,
column and remedy: shape, references, digests, personal data, links. With paths it prints only what is found there;
everything is read all the same, because a record can be wrong through another.`,
		Example: `  muniment check
  muniment check evidence/organisations/Z9A1A
  muniment check --json | jq '.findings[].code'`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, paths []string) error {
			tool, err := a.tool()
			if err != nil {
				return err
			}
			checked, err := tool.Check(cmd.Context(), a.env.Dir, paths)
			if err != nil {
				return err
			}
			err = a.print(checked, func(w io.Writer, o console.Options) error {
				return console.Findings(w, checked.Findings, checked.Files, o)
			})
			switch {
			case err != nil:
				return err
			case checked.LimitReached:
				return errQuiet(ExitLimit)
			case checked.Errors > 0, warnings && len(checked.Findings) > 0:
				return errFailing
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&warnings, "strict", false, "let warnings count as errors for the exit status")
	return a.withJSON(cmd)
}
