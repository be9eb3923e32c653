package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"example.org/muniment/internal/console"
	"example.org/muniment/internal/pdf"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/report"
	"github.com/spf13/cobra"
)

func (a *app) build() *cobra.Command {
	var (
		q        question
		out      string
		themeDir string
		kept     caching
		to       pipeline.Target
		papers   string
		browser  string
	)
	cmd := &cobra.Command{
		Use:   "build",
		Short: "Write the portal",
		Long: `Build judges the register and writes the portal: every page, calendar file and JSON document. The portal is written beside the
one that is shown and swapped in whole. The same commit, day and program give the same bytes everywhere.

What was derived from content is kept in the user's cache folder, so that a later build does work in proportion to what changed. The
cache can be deleted at any time and never decides anything: with and without it the bytes are the same.

With --against, a portal that contradicts the published one is not published, and build ends with 6: when it comes from an older
or another history or an older day, has lost a workload, moves the day on which one was first recorded, or tells the past
otherwise without a commit that explains it. With --override it is published all the same, and says so on its overview and in its
data from then on.

Failing verdicts are what the portal is there to show: they do not make build fail. Evidence that check refuses is listed on
the portal, and build ends with 1.

With --profile open only what records marked visibility: open say is published, for the public; site/README.md says what that is. An
internal portal is never put where an open one is.

With --pdf the report to the board of each organisation is also printed, outside the portal: the bytes of a PDF differ from browser to
browser, so they are in no manifest.`,
		Example: `  muniment build
  muniment build --profile open --out /srv/register
  muniment build --as-of 2026-11-22 --out /srv/portal
  muniment build --against /srv/portal --out /srv/portal
  muniment build --pdf board-papers
  muniment build --theme themes/nhs`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkTarget(to); err != nil {
				return err
			}
			if to.Against != "" {
				to.Against = a.path(to.Against)
			}
			program, err := browserFor(papers, browser, q.profile)
			if err != nil {
				return err
			}
			to.Out = out
			built, err := a.buildOnce(cmd, q, kept, to, themeDir)
			if err != nil {
				return err
			}
			if err := a.papers(cmd, program, built.Out, papers); err != nil {
				return err
			}
			err = a.print(built, func(w io.Writer, o console.Options) error {
				if built.Profile == report.Open {
					_, err := fmt.Fprintf(w, "A register open to the public, with what is open of %d workloads.\n%d pages and files in %s, %d of them new or changed.\nOpen %s\nPortal digest %s\n",
						built.Shown, built.Files, built.Out, built.Written, filepath.Join(built.Out, "index.html"), built.Digest)
					return err
				}
				if err := console.Summary(w, built.Origin, built.Summary, built.Workloads, o); err != nil {
					return err
				}
				_, err := fmt.Fprintf(w, "\n%d pages and files in %s, %d of them new or changed.\nOpen %s\nPortal digest %s\n",
					built.Files, built.Out, built.Written, filepath.Join(built.Out, "index.html"), built.Digest)
				return err
			})
			return orFailing(err, built.Summary.Errors > 0)
		},
	}
	q.flags(cmd)
	kept.flags(cmd)
	cmd.Flags().StringVarP(&out, "out", "o", "", "write the portal to this `folder`; public beside evidence/ when left out")
	cmd.Flags().StringVar(&to.Against, "against", "", "hold the portal against the published one: its `folder`, or its api/v1/checkpoint.json")
	cmd.Flags().StringVar(&to.Override, "override", "", "publish it whatever speaks against it, for this `reason`, which the portal shows")
	cmd.Flags().StringVar(&q.profile, "profile", report.Internal, "show everything (`internal`) or only what is open to the public (open)")
	cmd.Flags().StringVar(&papers, "pdf", "", "also print the report to each board, as PDF into this `folder`; needs Chromium")
	cmd.Flags().StringVar(&browser, "browser", "", "print with this `program`; Chromium or Chrome from the search path when left out")
	cmd.Flags().StringVar(&themeDir, "theme", "", "use the theme in this `folder` instead of the one inside the program")
	return a.withJSON(cmd)
}

func (a *app) buildOnce(cmd *cobra.Command, q question, kept caching, to pipeline.Target, themeDir string) (*pipeline.Built, error) {
	asked, err := q.parse(a)
	if err != nil {
		return nil, err
	}
	tool, err := a.tool()
	if err != nil {
		return nil, err
	}
	look, err := a.openTheme(themeDir)
	if err != nil {
		return nil, usage(fmt.Sprintf("--theme: %v", err), "see themes/README.md for what a theme holds")
	}
	if !look.Present() {
		a.say("the NHS theme is not inside this program, so pages have plain looks; `make build` puts it in")
	}
	if to.Out != "" {
		to.Out = a.path(to.Out)
	}
	if tool.Cache, err = kept.open(a); err != nil {
		return nil, err
	}
	defer tool.Cache.Close()
	if tool.Cache != nil {
		tool.Program = program(version, os.Executable)
	}
	built, notes, err := tool.Build(cmd.Context(), asked, look, to)
	if err != nil {
		return nil, err
	}
	for _, note := range notes {
		a.say("%s", note)
	}
	return built, nil
}

// checkTarget refuses an override that gives no reason, or has nothing to override.
func checkTarget(to pipeline.Target) error {
	switch {
	case to.Override != "" && to.Against == "":
		return usage("--override without --against overrides nothing", "name the published portal with --against")
	case to.Override != "" && (len(strings.TrimSpace(to.Override)) < 10 || len(to.Override) > 500 || strings.ContainsFunc(to.Override, unicode.IsControl)):
		return usage("--override: this is no reason that readers of the portal would understand", "say in a sentence of one line why it is published")
	}
	return nil
}

// browserFor finds the program that prints before anything is built; empty when nothing is to be printed.
func browserFor(folder, named, profile string) (string, error) {
	if folder == "" {
		return "", nil
	}
	if profile == report.Open {
		return "", usage("--pdf and --profile open exclude each other", "a register open to the public has no reports to boards")
	}
	program, err := pdf.Find(named)
	if err != nil {
		return "", usage("--pdf: "+err.Error(), "install it (on Debian: apt-get install chromium), or name the program with --browser; without --pdf every report can be printed from a browser")
	}
	return program, nil
}

// papers prints the reports to boards.
func (a *app) papers(cmd *cobra.Command, program, portal, folder string) error {
	if program == "" {
		return nil
	}
	tool, err := a.tool()
	if err != nil {
		return err
	}
	n, err := tool.Papers(cmd.Context(), program, portal, a.path(folder))
	if err != nil {
		return err
	}
	a.say("%d reports to boards are printed in %s", n, folder)
	return nil
}
