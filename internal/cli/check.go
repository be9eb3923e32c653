package cli

import (
	"io"

	"example.org/muniment/internal/annotate"
	"example.org/muniment/internal/console"
	"example.org/muniment/internal/pipeline"
	"github.com/spf13/cobra"
)

func (a *app) check() *cobra.Command {
	var (
		warnings bool
		format   string
	)
	cmd := &cobra.Command{
		Use:   "check [path…]",
		Short: "Check that evidence files are well formed",
		Long: `Check reads every file under evidence/ as it is in the folder, committed or not, and prints what is wrong with file, line,
column and remedy: shape, references, digests, personal data, links. With paths it prints only what is found there;
everything is read all the same, because a record can be wrong through another.

For forges and build servers it writes SARIF 2.1.0, JUnit, and GitHub's annotations. Paths in them begin at the top of the
repository.`,
		Example: `  muniment check
  muniment check evidence/organisations/Z9A1A
  muniment check --json | jq '.findings[].code'
  muniment check --format github                       in a workflow: findings beside the lines they are about
  muniment check --format sarif > muniment.sarif`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, paths []string) error {
			format, err := a.formatOf(cmd, format, "text", "json", "sarif", "github", "junit")
			if err != nil {
				return err
			}
			tool, err := a.tool()
			if err != nil {
				return err
			}
			if a.env.Spare != nil {
				defer a.env.Spare(25)() // docs/decisions/0029-what-is-kept-of-records.md
			}
			checked, err := tool.Check(cmd.Context(), a.env.Dir, paths)
			if err != nil {
				return err
			}
			err = a.print(checked, func(w io.Writer, o console.Options) error {
				if format == "text" {
					return console.Findings(w, checked.Findings, checked.Files, o)
				}
				doc, err := annotated(format, checked)
				if err != nil {
					return err
				}
				_, err = w.Write(doc)
				return err
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
	cmd.Flags().StringVar(&format, "format", "text", "`form` of the answer: text, json, sarif, github or junit")
	return a.withJSON(cmd)
}

// annotated writes findings for the programs of others.
func annotated(format string, checked *pipeline.Checked) ([]byte, error) {
	f := annotate.Findings{Tool: checked.Tool, Folder: checked.Folder, Files: checked.Files, List: checked.Findings}
	switch format {
	case "sarif":
		return annotate.SARIF(f)
	case "junit":
		return annotate.JUnit(f)
	}
	return annotate.GitHub(f), nil
}
