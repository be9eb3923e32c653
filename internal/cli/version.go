package cli

import (
	"fmt"
	"io"
	"runtime"

	"example.org/muniment/internal/console"
	"github.com/spf13/cobra"
)

func (a *app) version() *cobra.Command {
	return a.withJSON(&cobra.Command{
		Use:   "version",
		Short: "Print the version of the program and of the rules inside it",
		Long: `Version prints the program's version, the digest of the schemas, catalogue and registers inside it, and whether the NHS theme
was there when it was built. Two programs with the same digest judge alike.`,
		Example: "  muniment version --json",
		RunE: func(cmd *cobra.Command, _ []string) error {
			tool, err := a.tool()
			if err != nil {
				return err
			}
			rules, err := tool.RulesDigest()
			if err != nil {
				return err
			}
			look, err := a.openTheme("")
			if err != nil {
				return err
			}
			answer := struct {
				Version string `json:"version"`
				Rules   string `json:"rules"` // SHA-256 over schemas, catalogue and registers
				Theme   bool   `json:"theme"` // the NHS theme is inside the program
				Go      string `json:"go"`
			}{version, rules, look.Present(), runtime.Version()}
			return a.print(answer, func(w io.Writer, _ console.Options) error {
				theme := "the plain theme only"
				if answer.Theme {
					theme = "the NHS theme"
				}
				_, err := fmt.Fprintf(w, "muniment %s\nrules %s\nwith %s, built with %s\n", answer.Version, answer.Rules, theme, answer.Go)
				return err
			})
		},
	})
}
