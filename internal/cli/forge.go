package cli

import (
	"fmt"
	"io"
	"strings"

	"example.org/muniment/internal/console"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/pipeline"
	"github.com/spf13/cobra"
)

func (a *app) forge() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "forge",
		Short: "Settings of the forge that follow from appointments and policy",
	}
	cmd.AddCommand(a.forgeSync())
	for _, c := range cmd.Commands() {
		c.Args = usageArgs(cobra.NoArgs)
	}
	return cmd
}

func (a *app) forgeSync() *cobra.Command {
	var (
		q     question
		on    onForge
		how   pipeline.Syncing
		check bool
	)
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "Write CODEOWNERS and protect the branch by appointments and policy; a dry run unless --apply",
		Long: `Sync writes the file CODEOWNERS from who holds which office and has which account, and, with --branch, protects that branch: as
many reviews as policy asks for people, by owners, taken back by new commits. Without --apply it says what it would do; with --check it
ends with 1 when anything is not as it should be, for use in CI.

What a forge enforces proves nothing: administrators go around it. What counts is judged from the commits.` + exitHelp,
		Example: `  muniment forge sync --check
  muniment forge sync --apply --branch main --required-check verify`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			asked, err := q.parse(a)
			if err != nil {
				return err
			}
			if check && how.Apply {
				return usage("--check and --apply exclude each other", "choose one of them")
			}
			if on.name == "" && a.env.Getenv("GITHUB_REPOSITORY") == "" && how.Branch == "" {
				on.name = "any/any" // only the host matters
			}
			repo, err := a.openForge(on)
			if err != nil {
				return err
			}
			how.Kind, how.Host = a.forgeKind(on), repo.Host()
			if how.Branch != "" {
				how.Repo = repo
			}
			tool, err := a.tool()
			if err != nil {
				return err
			}
			out, r, notes, err := tool.Sync(cmd.Context(), asked, how)
			if err != nil {
				return err
			}
			for _, note := range notes {
				a.say("%s", note)
			}
			err = a.print(out, func(w io.Writer, _ console.Options) error { return printSynced(w, out) })
			if check {
				err = orFailing(err, !out.Fresh || !out.Protected)
			}
			return a.orRefused(err, r)
		},
	}
	q.flags(cmd)
	on.flags(cmd)
	cmd.Flags().BoolVar(&how.Apply, "apply", false, "write and protect, instead of saying what would be")
	cmd.Flags().BoolVar(&check, "check", false, "end with 1 when anything is not as it should be")
	cmd.Flags().StringVar(&how.Branch, "branch", "", "also protect this `branch`; the token must be an administrator's")
	cmd.Flags().StringSliceVar(&how.Checks, "required-check", nil, "`names` of checks that must have passed")
	return a.withJSON(cmd)
}

// forgeKind is the make of forge that flags and environment name.
func (a *app) forgeKind(o onForge) forge.Kind {
	switch {
	case o.kind != "":
		return forge.Kind(o.kind)
	case a.env.Getenv("GITEA_ACTIONS") == "true":
		return forge.Gitea
	}
	return forge.GitHub
}

func printSynced(w io.Writer, out *pipeline.Synced) error {
	var b strings.Builder
	verb := "would be"
	if out.Applied {
		verb = "was"
	}
	if out.Fresh {
		fmt.Fprintf(&b, "%s is fresh\n", out.Path)
	} else {
		fmt.Fprintf(&b, "%s %s written anew:\n\n%s", out.Path, verb, out.File)
	}
	switch {
	case out.Branch == "":
	case out.Protected:
		fmt.Fprintf(&b, "branch %s is protected: %s\n", out.Branch, out.Protection)
	default:
		fmt.Fprintf(&b, "branch %s %s protected: %s (found: %s)\n", out.Branch, verb, out.Protection, out.Found)
	}
	if !out.Applied && (!out.Fresh || !out.Protected) {
		b.WriteString("This was a dry run: add --apply to do it.\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
