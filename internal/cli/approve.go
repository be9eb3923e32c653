package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/console"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/spelling"
	"github.com/spf13/cobra"
)

// signing holds the flags that say how a decision is signed.
type signing struct {
	key, program string
	text         string // of a private key, from the environment
	agent        bool
	stated       bool
}

func (a *app) approve() *cobra.Command {
	var (
		d      pipeline.Decision
		office string
		to     string
		s      signing
		on     string
		yes    bool
		review string
		place  onForge
	)
	cmd := &cobra.Command{
		Use:   "approve WORKLOAD",
		Short: "Approve exactly these bytes, and sign for it",
		Long: `Approve shows what is being decided on: the workload as it stands, every file with its digest, and what changed since the office's
last approval, field by field. Then it asks, writes the approval as a statement, and signs it. It commits nothing.

It signs by the SSH agent when that holds a key of yours; or with --ssh-keygen by ssh-keygen, which reaches security tokens; or with
--key by a key in a file that no passphrase protects. A signature by a key that the appointments don't list is refused.

With the code of an organisation in place of a workload, it approves a change of its appointments and policy.

With --from-review it makes approvals of the reviews of a pull request, by its number or as HEAD: that which brought the last commit.
It reads them from the forge: whose latest review stands, which commit it was of, and when. A review counts for what the pull request
changes, when the reviewed commit holds exactly the bytes at hand and the account is that of a holder of the office. The machine signs
as a witness: with a key that the policy lists under witnesses, from --key, --ssh-keygen, the agent, or the environment's
MUNIMENT_WITNESS_KEY, which holds the text of a private key. The approval is shown as witnessed, never as signed.`,
		Example: `  muniment approve imaging-archive --office siro
  muniment approve Z9A1A/imaging-archive --office dpo --decision approved-with-conditions --condition "Yearly failover test."
  muniment approve imaging-archive --office siro --decision withdrawn --ssh-keygen ~/.ssh/id_ed25519_sk
  muniment approve Z9A1A --office registrar
  muniment approve --from-review HEAD --repository example/evidence --yes`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("from-review") {
				for _, other := range []string{"by", "condition", "cover", "decision", "on", "stated", "to"} {
					if cmd.Flags().Changed(other) {
						return usage("--"+other+" and --from-review exclude each other", "what a review decides is on the forge")
					}
				}
				r := pipeline.Reviewing{Dir: a.env.Dir, Subject: strings.Join(args, ""), Office: record.Office(office)}
				return a.approveFrom(cmd.Context(), r, review, place, s, yes)
			}
			if len(args) == 0 {
				return usage("nothing says what is approved", "name a workload, or an organisation by its ODS code")
			}
			d.Dir, d.Subject, d.Office = a.env.Dir, args[0], record.Office(office)
			if office == "" {
				return usage("--office is missing", "say for which office you decide, such as --office siro")
			}
			if to != "" {
				day, err := calendar.Parse(to)
				if err != nil {
					return usage("--to: "+err.Error(), "write a day such as 2027-11-22")
				}
				d.To = day
			}
			if on != "" {
				day, err := calendar.Parse(on)
				if err != nil {
					return usage("--on: "+err.Error(), "write a day such as 2026-11-22")
				}
				d.On = day
			}
			if len(d.Conditions) > 0 && d.Decision == "" {
				d.Decision = "approved-with-conditions"
			}
			tool, err := a.tool()
			if err != nil {
				return err
			}
			draft, err := tool.Draft(cmd.Context(), d)
			if err != nil {
				return err
			}
			sign, err := a.signer(cmd.Context(), s, draft)
			if err != nil {
				return err
			}
			writeDraft(&printed{w: a.env.Err}, draft)
			if err := a.confirm(yes, "Is this what you decide?"); err != nil {
				return err
			}
			if err := draft.Write(sign); err != nil {
				return err
			}
			return a.print(draft, func(w io.Writer, _ console.Options) error {
				p := &printed{w: w}
				p.line("%s", draft.Path)
				if draft.Signed {
					p.line("%s%s", draft.Path, record.SignatureEnding)
				}
				return p.err
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&office, "office", "", "the `office` that decides, such as siro")
	f.StringVar(&d.By, "by", "", "the `post` that holds it, by its id in the appointments; needed only where several do")
	f.StringVar(&d.Decision, "decision", "", "approved, approved-with-conditions, refused or withdrawn; approved when left out")
	f.StringArrayVar(&d.Conditions, "condition", nil, "a condition, as one line of `text`; may be given several times")
	f.StringVar(&to, "to", "", "the last `day` on which it holds")
	f.StringArrayVar(&d.Covers, "cover", nil, "decide on this `file` from the repository root; several times; when left out, on what approvals of the subject are about")
	f.StringVar(&s.key, "key", "", "sign with the private key in this `file`")
	f.StringVar(&s.program, "ssh-keygen", "", "let ssh-keygen sign with the key in this `file`, or whose public half it is")
	f.BoolVar(&s.agent, "agent", false, "sign by the SSH agent and nothing else")
	f.BoolVar(&s.stated, "stated", false, "write the approval without a signature: it is stated, not proven")
	f.StringVar(&on, "on", "", "the `day` of it; today when left out")
	f.BoolVar(&yes, "yes", false, "do not ask")
	f.StringVar(&review, "from-review", "", "make approvals of the reviews of the pull request with this `number`, or HEAD for that of the last commit")
	place.flags(cmd)
	cmd.ValidArgsFunction = a.completeWorkloads
	return a.withJSON(cmd)
}

// approveFrom makes approvals of the reviews of a pull request.
func (a *app) approveFrom(ctx context.Context, r pipeline.Reviewing, which string, on onForge, s signing, yes bool) error {
	if which != "HEAD" {
		n, err := strconv.Atoi(which)
		if err != nil || n < 1 {
			return usage("--from-review takes the number of a pull request, or HEAD", "write --from-review 12")
		}
		r.Number = n
	}
	if r.Office != "" && !slices.Contains(record.Offices(), r.Office) {
		return usage("there is no office "+string(r.Office), "choose one of "+offices())
	}
	var err error
	if r.Repository, err = a.openForge(on); err != nil {
		return err
	}
	tool, err := a.tool()
	if err != nil {
		return err
	}
	made, err := tool.Record(ctx, r)
	if trouble := (*forge.Error)(nil); errors.As(err, &trouble) {
		return &undoneError{"no review was recorded", trouble}
	}
	if err != nil {
		return err
	}
	if err := a.signReviews(ctx, made, s, yes); err != nil {
		return err
	}
	fault := false
	for _, n := range made.Not {
		fault = fault || n.Fault
		a.say("not recorded: %s%s: %s", n.Login, prefixed(", ", n.Subject), n.Why)
	}
	switch {
	case made.PullRequest == "":
		a.say("no pull request brought the last commit, so there is no review to record")
	case len(made.Recorded) == 0:
		a.say("no review of %s is to be recorded", made.PullRequest)
	}
	err = a.print(made, func(w io.Writer, _ console.Options) error {
		p := &printed{w: w}
		for _, d := range made.Recorded {
			p.line("%s", d.Path)
			p.line("%s%s", d.Path, record.SignatureEnding)
		}
		return p.err
	})
	if err == nil && fault {
		return errFailing
	}
	return err
}

// signReviews shows the approvals that come of reviews, asks, and writes them with the witness's signature.
func (a *app) signReviews(ctx context.Context, made *pipeline.Recording, s signing, yes bool) error {
	if len(made.Recorded) == 0 {
		return nil
	}
	if text := a.env.Getenv("MUNIMENT_WITNESS_KEY"); text != "" && s == (signing{}) {
		s.text = text
	}
	for _, d := range made.Recorded {
		writeDraft(&printed{w: a.env.Err}, d)
	}
	if err := a.confirm(yes, "Is this what they reviewed?"); err != nil {
		return err
	}
	for _, d := range made.Recorded {
		sign, err := a.signer(ctx, s, d)
		if err != nil {
			return err
		}
		if err := d.Write(sign); err != nil {
			return err
		}
	}
	return nil
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

// signer finds the way to sign that the flags ask for. It is nil when nobody signs.
func (a *app) signer(ctx context.Context, s signing, d *pipeline.Draft) (func([]byte) ([]byte, error), error) {
	ways := 0
	for _, given := range []bool{s.key != "", s.program != "", s.agent, s.stated} {
		if given {
			ways++
		}
	}
	switch {
	case ways > 1:
		return nil, usage("--key, --ssh-keygen, --agent and --stated exclude each other", "choose one way to sign")
	case s.stated:
		return nil, nil
	case s.text != "":
		one, err := signature.ReadSigner([]byte(strings.TrimSpace(s.text) + "\n"))
		if err != nil {
			return nil, usage("MUNIMENT_WITNESS_KEY: "+err.Error(), "give it the whole text of a private key file, with its first and last line")
		}
		return one.Sign, nil
	case s.key != "":
		src, err := os.ReadFile(a.path(s.key))
		if err != nil {
			return nil, err
		}
		one, err := signature.ReadSigner(src)
		if err != nil {
			return nil, usage("--key: "+err.Error(), "name the file of a private key, or sign by the agent or with --ssh-keygen")
		}
		return one.Sign, nil
	case s.program != "":
		file := a.path(s.program)
		return func(text []byte) ([]byte, error) { return a.keygen(ctx, file, text) }, nil
	}
	return a.agentSigner(d)
}

// agentSigner signs by the agent, with the first of the keys that count that it holds.
func (a *app) agentSigner(d *pipeline.Draft) (func([]byte) ([]byte, error), error) {
	hint := "add your key to an agent with ssh-add, or sign with --ssh-keygen FILE or --key FILE; --stated writes an approval that nobody signs"
	if d.Witnessed != nil {
		hint = "put the witness's private key into MUNIMENT_WITNESS_KEY, or sign with --key FILE"
	}
	place := a.env.Getenv("SSH_AUTH_SOCK")
	if place == "" {
		return nil, usage("there is no SSH agent to sign with", hint)
	}
	if len(d.Keys) == 0 {
		return nil, usage("the appointments list no key of "+d.By+" that is good today", "have it listed first; --stated writes an approval that nobody signs")
	}
	return func(text []byte) ([]byte, error) {
		connection, err := net.Dial("unix", place)
		if err != nil {
			return nil, usage("the SSH agent does not answer: "+err.Error(), hint)
		}
		defer connection.Close()
		var trouble error
		for _, key := range d.Keys {
			one, err := signature.AgentSigner(connection, key)
			if err != nil {
				trouble = err
				continue
			}
			return one.Sign(text)
		}
		return nil, usage(trouble.Error(), hint)
	}, nil
}

// keygen lets ssh-keygen sign, which asks for passphrases and touches itself.
func (a *app) keygen(ctx context.Context, key string, text []byte) (sig []byte, err error) {
	dir, err := os.MkdirTemp("", "muniment-sign-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	file := filepath.Join(dir, "statement")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, "ssh-keygen", "-Y", "sign", "-n", signature.Namespace, "-f", key, file)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.env.In, a.env.Err, a.env.Err
	if err := cmd.Run(); err != nil {
		return nil, usage("ssh-keygen did not sign: "+err.Error(), "what it said stands above; see that it is installed and that the key is the right one")
	}
	return os.ReadFile(file + ".sig")
}

// confirm asks a question that must be answered with yes.
func (a *app) confirm(yes bool, question string) error {
	if yes {
		return nil
	}
	fmt.Fprintf(a.env.Err, "%s Write yes to go on: ", question)
	line, err := bufio.NewReader(a.env.In).ReadString('\n')
	if err != nil && line == "" {
		fmt.Fprintln(a.env.Err)
		return usage("nobody answered", "add --yes where nobody can be asked")
	}
	if !strings.EqualFold(strings.TrimSpace(line), "yes") {
		return usage("nothing was written", "answer yes to go on")
	}
	return nil
}

// writeDraft shows what is being decided on.
func writeDraft(p *printed, d *pipeline.Draft) {
	p.line("%s %s: %s", spelling.Capital(d.Subject.Kind), d.Subject.ID, d.Subject.Name)
	if d.Status != "" {
		p.line("Today: %s", d.Status)
	}
	until := ""
	if !d.To.IsZero() {
		until = ", until " + d.To.Long()
	}
	p.line("The %s (%s) decides on %s%s: %s.", d.Office, d.By, d.On.Long(), until, d.Decision)
	if w := d.Witnessed; w != nil {
		p.line("So says the review by %s on %s, %s, of commit %.10s at %s.", w.Login, w.Forge, w.PullRequest, w.Commit, w.At)
	}
	if d.Before != nil {
		p.line("The last decision of the office, of %s: %s", d.Before.On.Long(), d.Before.Text)
	}
	p.line("")
	for _, c := range d.Covers {
		how := map[string]string{"new": "not approved by this office before", "same": "the same as when last approved", "changed": "changed since it was last approved"}[c.How]
		p.line("  %s", c.Path)
		p.line("    sha256 %s, %s", c.SHA256, how)
		for _, f := range c.Fields {
			p.line("    %s", fieldInWords(f.Field, f.How, f.Old, f.New))
		}
		if c.How == "changed" && len(c.Fields) == 0 {
			p.line("    its text changed; see git log -p -- %s", c.Path)
		}
	}
	for _, n := range d.Notes {
		p.line("  ! %s", n)
	}
	p.line("")
	p.line("The statement will be %s, with the SHA-256 %s.", d.Path, d.Digest)
}

func fieldInWords(field, how, old, now string) string {
	switch {
	case how == "added" && now != "":
		return field + ": added, " + now
	case how == "removed" && old != "":
		return field + ": removed, was " + old
	case how == "changed" && old+now != "":
		return field + ": " + old + " to " + now
	}
	return field + ": " + how
}
