package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"example.org/muniment/internal/console"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/plain"
	"github.com/spf13/cobra"
)

func (a *app) verify() *cobra.Command {
	var (
		q              question
		roots          []string
		checkpoint     string
		portal, themes string
		within         time.Duration
	)
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Look at the chain of trust: repository, signatures, who could sign, what is published",
		Long: `Verify reads every commit, folder and file that the commit judged rests on, merged branches too, and the evidence at it; looks at every approval and at every change of
appointments and policy by the rule of the version before, and says in one page what holds and what doesn't. It works offline and
takes nothing from the cache.

What it could not look at as a whole it never calls verified: then the answer is "unsure" and the exit status 4.

With --root it compares where trust begins with digests that somebody recorded: all of those that it prints one by one, or the one
over all of them. With --checkpoint it compares the history with an earlier state, as a portal publishes it in
api/v1/checkpoint.json. With --portal it builds a published portal again from its commit and compares every file.`,
		Example: `  muniment verify
  muniment verify --root 5e1f… --checkpoint last-year.json
  muniment verify --portal public
  muniment verify --json | jq '.approvals[] | select(.state != "valid")'`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			asked, err := q.parse(a)
			if err != nil {
				return err
			}
			if within <= 0 {
				return usage("--timeout leaves no time", "write a time such as 30m")
			}
			v := pipeline.Verification{Question: asked, Roots: roots, Timeout: within}
			if checkpoint != "" {
				src, err := os.ReadFile(a.path(checkpoint))
				if err != nil {
					return err
				}
				c, err := pipeline.ReadCheckpoint(src)
				if err != nil {
					return err
				}
				v.Checkpoint = &c
			}
			if portal != "" {
				v.Portal = a.path(portal)
				if v.Theme, err = a.openTheme(themes); err != nil {
					return err
				}
			}
			tool, err := a.tool()
			if err != nil {
				return err
			}
			made, err := tool.Verify(cmd.Context(), v)
			if err != nil {
				return err
			}
			err = a.print(made, func(w io.Writer, o console.Options) error { return writeVerified(w, made) })
			switch {
			case err != nil:
				return err
			case made.Outcome == pipeline.OutcomeVerified:
				return nil
			case made.Outcome == pipeline.OutcomeFailed:
				return errFailing
			}
			return errQuiet(ExitUntrusted)
		},
	}
	f := cmd.Flags()
	f.StringVar(&q.asOf, "as-of", "", "judge approvals as of this `day` (YYYY-MM-DD); today when left out")
	f.StringVar(&q.knownAt, "known-at", "", "verify up to this `commit`, or the mainline up to a day; HEAD when left out")
	f.StringArrayVar(&roots, "root", nil, "a `digest` at which trust may begin; may be given several times")
	f.DurationVar(&within, "timeout", time.Hour, "what is not finished within this `time` is not verified: the status is 4")
	f.StringVar(&checkpoint, "checkpoint", "", "compare with the checkpoint in this `file`")
	f.StringVar(&portal, "portal", "", "build the portal in this `folder` again and compare it")
	f.StringVar(&themes, "theme", "", "with --portal: the `folder` of the theme it was built with; the one inside the program when left out")
	return a.withJSON(cmd)
}

// onePage bounds how many things that are wrong are printed. All of them are in the JSON document.
const onePage = 20

var outcomes = map[string]struct{ head, mark string }{
	pipeline.OutcomeVerified: {"Verified", "✓"},
	pipeline.OutcomeFailed:   {"NOT VERIFIED: something does not hold", "✗"},
	pipeline.OutcomeUnsure:   {"NOT VERIFIED: it could not be made sure", "?"},
}

func writeVerified(w io.Writer, v *pipeline.Verified) error {
	p := &printed{w: w}
	p.line("%s.", outcomes[v.Outcome].head)
	if v.KnownAt != "" {
		p.line("As of %s, from commit %s of %s.", v.AsOf.Long(), v.KnownAt, v.KnownDay.Long())
	}
	p.line("")
	left := onePage
	for _, c := range v.Checks {
		p.line("%s %-24s%s", outcomes[c.Outcome].mark, c.Name, c.Text)
		for i, d := range c.Details {
			if left == 0 {
				p.line("    and %d more; see muniment verify --json", len(c.Details)-i)
				break
			}
			left--
			p.line("    %s", d)
		}
	}
	if v.Checkpoint.Commit != "" {
		p.line("")
		p.line("Checkpoint: commit %s, %d records, digest %s", v.Checkpoint.Commit, v.Checkpoint.Records, v.Checkpoint.Digest)
	}
	if v.Root != "" {
		p.line("Root: %s (muniment verify --root, once somebody has recorded it elsewhere)", v.Root)
		for i, r := range v.Roots {
			if i == 5 {
				p.line("  and %d more organisations", len(v.Roots)-i)
				break
			}
			p.line("  %s  %s, commit %.10s of %s", r.Digest, r.Organisation, r.Commit, r.Day)
		}
	}
	p.line("docs/approval-format.md says how to check one approval with ssh-keygen alone.")
	return p.err
}

// printed writes lines, harmless whatever stands in evidence, and remembers the first trouble.
type printed struct {
	w   io.Writer
	err error
}

func (p *printed) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, plain.Lines(fmt.Sprintf(format, args...)))
	}
}
