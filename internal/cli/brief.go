package cli

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strings"

	"example.org/muniment/internal/brief"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/console"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/pipeline"
	"github.com/spf13/cobra"
)

func (a *app) brief() *cobra.Command {
	var (
		asOf, format, link string
		limits             brief.Limits
		on                 onForge
		comment            int
		account            string
	)
	cmd := &cobra.Command{
		Use:   "brief base [head]",
		Short: "Tell a pull request in compliance terms",
		Long: `Brief compares two commits, judged on the same day, and says what changes for whom: status and verdicts before and after with the
reason, approvals that no longer count and who can give them anew, due days that are new or move, new findings, records in
which only dates moved. If nothing changes it says so. The head is HEAD when it is left out.

Both commits are judged by schemas, policy and appointments of the base. What the head changes of policy and appointments is
judged apart and told under "Once merged".

With --comment it also keeps one comment on a pull request: the same one is changed when there is something else to say, and nothing
is written when there is not. Then it prints nothing of evidence, since others may read the log. The token comes from MUNIMENT_FORGE_TOKEN or GITHUB_TOKEN.

Text and Markdown are bounded and say what they leave out; JSON is whole. Brief ends with 0 whatever changes, and with 1 when
evidence of the head is refused, since its answer may lack something then.`,
		Example: `  muniment brief main
  muniment brief main HEAD --format markdown
  muniment brief "$BASE" "$HEAD" --comment 7 --repository example/evidence
  muniment brief v1 v2 --as-of 2026-11-22 --json | jq '.subjects[] | {id: .subject.id, before: .before.state, after: .after.state}'`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			q := pipeline.Comparison{Dir: a.env.Dir, Base: args[0], Head: "HEAD", Link: link}
			if len(args) > 1 {
				q.Head = args[1]
			}
			var err error
			if asOf != "" {
				if q.AsOf, err = calendar.Parse(asOf); err != nil {
					return usage("--as-of: "+err.Error(), "write a day such as 2026-11-22")
				}
			}
			if err := webAddress("--link", link); err != nil {
				return err
			}
			if format, err = a.formatOf(cmd, format, "text", "json", "markdown"); err != nil {
				return err
			}
			var repo forge.Repository
			if comment != 0 {
				if repo, err = a.openForge(on); err != nil {
					return err
				}
			}
			tool, err := a.tool()
			if err != nil {
				return err
			}
			b, err := tool.Brief(cmd.Context(), q)
			if err != nil {
				return err
			}
			if repo != nil {
				err = a.comment(cmd.Context(), repo, account, comment, brief.Markdown(b, limits))
			}
			if err == nil {
				err = a.print(b, func(w io.Writer, _ console.Options) error {
					text := brief.Text(b, limits)
					switch {
					case repo != nil: // a log is no place for what evidence says
						text = fmt.Sprintf("The comment on pull request %d says what changes.\n", comment)
					case format == "markdown":
						text = brief.Markdown(b, limits)
					}
					_, err := io.WriteString(w, text)
					return err
				})
			}
			if err == nil && b.Errors > 0 {
				a.say("errors in evidence may keep records out of this answer: run muniment check")
			}
			return orFailing(err, b.Errors > 0)
		},
	}
	cmd.Flags().StringVar(&asOf, "as-of", "", "judge as of this `day` (YYYY-MM-DD); today when left out")
	cmd.Flags().StringVar(&format, "format", "text", "`form` of the answer: text, json or markdown")
	cmd.Flags().StringVar(&link, "link", "", "where people find all of it, as a web `address`, for the end of Markdown")
	cmd.Flags().IntVar(&limits.Rows, "rows", 25, "show at most this `number` of lines of each sort, save in JSON")
	cmd.Flags().IntVar(&comment, "comment", 0, "keep one comment with the Markdown on the pull request of this `number`")
	cmd.Flags().StringVar(&account, "account", "", "our own `login`, where the token may not ask for it; github-actions[bot] in GitHub Actions when left out")
	on.flags(cmd)
	return a.withJSON(cmd)
}

// comment keeps the comment of a pull request.
func (a *app) comment(ctx context.Context, repo forge.Repository, account string, pull int, text string) (err error) {
	if account == "" && a.env.Getenv("GITHUB_ACTIONS") == "true" && a.env.Getenv("GITEA_ACTIONS") == "" {
		account = "github-actions[bot]" // a workflow's own token may not ask who it is
	}
	if account == "" {
		if account, err = repo.Account(ctx); err != nil {
			return undone(err)
		}
	}
	return undone(brief.Post(ctx, repo, account, pull, text))
}

// undone marks trouble with a comment. The next run makes it good.
func undone(err error) error {
	if err == nil {
		return nil
	}
	return &undoneError{"the comment was not written", err}
}

type undoneError struct {
	what string
	err  error
}

func (e *undoneError) Error() string { return e.what + ": " + e.err.Error() }
func (e *undoneError) Unwrap() error { return e.err }

// formatOf settles --format and --json, and refuses a format that is not among those given.
func (a *app) formatOf(cmd *cobra.Command, format string, formats ...string) (string, error) {
	if a.json && cmd.Flags().Changed("format") && format != "json" {
		return "", usage("--json and --format "+format+" exclude each other", "choose one of them")
	}
	if a.json {
		return "json", nil
	}
	for _, f := range formats {
		if f == format {
			a.json = f == "json"
			return f, nil
		}
	}
	last := len(formats) - 1
	return "", usage("--format: there is no format "+format, "choose "+strings.Join(formats[:last], ", ")+" or "+formats[last])
}

// webAddress refuses what is no address of a page.
func webAddress(flag, address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(address, "<>\"\\` \t\r\n") {
		return usage(flag+": this is no web address", "write one that begins with https://")
	}
	return nil
}
