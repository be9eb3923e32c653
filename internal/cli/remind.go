package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"example.org/muniment/internal/console"
	"example.org/muniment/internal/courier"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/record"
	"github.com/spf13/cobra"
)

func (a *app) remind() *cobra.Command {
	var (
		q      question
		on     onForge
		how    pipeline.Reminding
		to     []string
		sent   string
		issues bool
	)
	cmd := &cobra.Command{
		Use:   "remind",
		Short: "Keep one issue for each thing that is due; a dry run unless --apply",
		Long: `Remind compares what is due with the issues of a repository on a forge, and says what it would open, change and close. With --apply
it does so. There is one issue for each workload, supplier, contract or organisation and stage: the owner is told within the notice
period, the office that is to act shortly before the day, the SIRO when the day was missed. Local policy sets the times.

It finds its issues again by itself and keeps nothing between runs: one that was missed, or ended half-way, is made good by the next, and a
run with nothing to say writes nothing. --to mail and --to chat send each office one digest instead, or as well.

The environment says where to: MUNIMENT_FORGE_TOKEN (or GITHUB_TOKEN); MUNIMENT_SMTP, MUNIMENT_SMTP_PASSWORD and MUNIMENT_MAIL_FROM for mail;
MUNIMENT_CHAT for chat, as office=slack:https://… or office=teams:https://…, separated by spaces. docs/reminders.md tells more.`,
		Example: `  muniment remind --repository example/evidence
  muniment remind --apply --portal https://portal.example.org/
  muniment remind --apply --to issues,mail --sent sent.json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			asked, err := q.parse(a)
			if err != nil {
				return err
			}
			if how.Apply && (q.asOf != "" || q.knownAt != "" || q.worktree) {
				return usage("--apply is about today and HEAD", "leave out --as-of, --known-at and --worktree, or leave out --apply")
			}
			if err := portalAddress(how.Portal); err != nil {
				return err
			}
			for _, way := range to {
				switch way {
				case "issues":
					issues = true
				case "mail":
					how.Mail, err = a.mail()
				case "chat":
					how.Rooms, err = a.rooms()
				default:
					err = usage("--to: there is no way "+way, "choose issues, mail or chat")
				}
				if err != nil {
					return err
				}
			}
			if issues {
				if how.Repository, err = a.openForge(on); err != nil {
					return err
				}
			}
			if sent != "" {
				if how.Sent, how.Record, err = a.sent(sent); err != nil {
					return err
				}
			}
			tool, err := a.tool()
			if err != nil {
				return err
			}
			how.Now = a.env.Now()
			out, r, notes, err := tool.Remind(cmd.Context(), asked, how)
			if err != nil {
				return err
			}
			for _, note := range notes {
				a.say("%s", note)
			}
			if out.Kept && how.Repository != nil {
				a.say("evidence was refused, or there are no workloads, so no reminder is closed")
			}
			if out.Trouble != "" {
				a.say("%s", out.Trouble)
			}
			err = a.print(out, func(w io.Writer, _ console.Options) error { return printReminded(w, out) })
			if err == nil && out.Undone > 0 {
				a.say("some reminders were not done; the next run goes on where this one ended")
				return errQuiet(ExitUndone)
			}
			return a.orRefused(err, r)
		},
	}
	q.flags(cmd)
	on.flags(cmd)
	cmd.Flags().BoolVar(&how.Apply, "apply", false, "write and send, instead of saying what would be")
	cmd.Flags().StringSliceVar(&to, "to", []string{"issues"}, "`ways` to tell people: issues, mail, chat")
	cmd.Flags().StringVar(&how.Account, "account", "", "our own `login`, where the token may not ask for it; in GitHub Actions github-actions[bot]")
	cmd.Flags().IntVar(&how.Most, "most", 200, "how many issues one run writes, at most; the `number` keeps it within the forge's limits")
	cmd.Flags().BoolVar(&how.Public, "public", false, "go on though anybody can read the repository")
	cmd.Flags().StringVar(&how.Portal, "portal", "", "`address` of the portal's first page, for links")
	cmd.Flags().StringVar(&sent, "sent", "", "remember in this `file` which digests were sent, so that none is sent again unchanged")
	return a.withJSON(cmd)
}

// onForge holds the flags that name a repository on a forge. In Actions the environment names it.
type onForge struct{ kind, url, name string }

func (o *onForge) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.kind, "forge", "", "`make` of the forge: github or gitea; gitea where GITEA_ACTIONS says so")
	cmd.Flags().StringVar(&o.url, "forge-url", "", "`address` of the forge; GITHUB_SERVER_URL or https://github.com when left out")
	cmd.Flags().StringVar(&o.name, "repository", "", "`owner/name` of the repository; GITHUB_REPOSITORY when left out")
}

func (a *app) openForge(o onForge) (forge.Repository, error) {
	first := func(values ...string) string {
		i := slices.IndexFunc(values, func(v string) bool { return v != "" })
		return append(values, "")[max(i, 0)]
	}
	options := forge.Options{
		Kind: a.forgeKind(o), URL: first(o.url, a.env.Getenv("GITHUB_SERVER_URL"), "https://github.com"),
		Name: first(o.name, a.env.Getenv("GITHUB_REPOSITORY")), Token: first(a.env.Getenv("MUNIMENT_FORGE_TOKEN"), a.env.Getenv("GITHUB_TOKEN")),
		Now: a.env.Now, Sleep: sleep,
	}
	if options.Name == "" {
		return nil, usage("nothing says which repository on the forge", "add --repository owner/name")
	}
	repo, err := forge.Open(options)
	if err != nil {
		return nil, usage(err.Error(), "see --forge, --forge-url and --repository")
	}
	return repo, nil
}

// sleep waits, unless the command is asked to stop.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func portalAddress(address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsAny(address, " ()<>\"'`|") {
		return usage("--portal is no address", "write it like https://portal.example.org/")
	}
	return nil
}

func (a *app) mail() (*courier.Mail, error) {
	m, err := courier.OpenMail(a.env.Getenv("MUNIMENT_SMTP"), a.env.Getenv("MUNIMENT_SMTP_PASSWORD"), a.env.Getenv("MUNIMENT_MAIL_FROM"))
	if err != nil {
		return nil, usage("--to mail: "+err.Error(), "set MUNIMENT_SMTP and MUNIMENT_MAIL_FROM, and MUNIMENT_SMTP_PASSWORD where the server asks for one")
	}
	return m, nil
}

func (a *app) rooms() (map[string]*courier.Room, error) {
	rooms := make(map[string]*courier.Room)
	for _, one := range strings.Fields(a.env.Getenv("MUNIMENT_CHAT")) {
		office, webhook, _ := strings.Cut(one, "=")
		if !slices.Contains(record.Offices(), record.Office(office)) {
			return nil, usage("MUNIMENT_CHAT names something that is no office", "write office=slack:https://… with one of the offices "+offices())
		}
		room, err := courier.OpenRoom(webhook, nil)
		if err != nil {
			return nil, usage("MUNIMENT_CHAT, "+office+": "+err.Error(), "copy the address from the chat's settings")
		}
		rooms[office] = room
	}
	if len(rooms) == 0 {
		return nil, usage("--to chat: no office has a room", "set MUNIMENT_CHAT to office=slack:https://… or office=teams:https://…")
	}
	return rooms, nil
}

// sent reads which digests were sent, and gives a way to write that down.
func (a *app) sent(name string) (map[string]string, func() error, error) {
	path, keys := a.path(name), make(map[string]string)
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &keys)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, usage("--sent: the file "+name+" cannot be read", "delete it, and every digest is sent once more")
	}
	return keys, func() error {
		text, err := json.MarshalIndent(keys, "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(path+".new", append(text, '\n'), 0o666); err != nil {
			return err
		}
		return os.Rename(path+".new", path)
	}, nil
}

// printReminded prints the plan, or what became of it, one line a step.
func printReminded(w io.Writer, out *pipeline.Reminded) error {
	var b strings.Builder
	if i := out.Issues; i != nil {
		fmt.Fprintf(&b, "Issues of %s, opened by %s:\n", i.Repository, i.Account)
		for _, s := range i.Steps {
			what := string(s.Act)
			if s.Number != 0 {
				what += fmt.Sprintf(" #%d", s.Number)
			}
			fmt.Fprintf(&b, "  %-14s %s\n", what, s.Title)
			if s.Why != "" {
				fmt.Fprintf(&b, "  %-14s not done: %s\n", "", s.Why)
			}
		}
		switch {
		case len(i.Steps) == 0:
			b.WriteString("  nothing to do\n")
		case !i.Applied:
			fmt.Fprintf(&b, "%d to do. This was a dry run: add --apply to do it.\n", len(i.Steps))
		default:
			fmt.Fprintf(&b, "%d done, %d left.\n", len(i.Steps)-i.Undone, i.Undone)
		}
	}
	for _, m := range out.Messages {
		fmt.Fprintf(&b, "%s %s: %s\n", m.Way, m.State, m.Subject)
		if m.Why != "" {
			fmt.Fprintf(&b, "  %s\n", m.Why)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
