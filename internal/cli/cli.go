// Package cli is the command line: it parses flags, asks the pipeline and prints the answer. It is the only place that
// reads the clock, the environment and the working directory; everything below gets them as arguments.
//
// Rules of the whole interface: the answer goes to stdout and nothing else does; conversation goes to stderr and begins
// with "muniment:"; --json is one versioned document made from the same struct as the text; the exit status says what
// happened and never depends on the format. No command changes evidence or git unless its help says so.
package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/console"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/plain"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/statement"
	"example.org/muniment/internal/theme"
	"example.org/muniment/schemas"
	"example.org/muniment/themes"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// version is set when the program is linked; see the Makefile.
var version = "development"

// Env is everything that the command line takes from the world around it.
type Env struct {
	Args     []string // without the program's name
	In       io.Reader
	Out, Err io.Writer
	Dir      string // the working directory
	Now      func() time.Time
	Getenv   func(string) string
	Width    int  // of the terminal that Out is; 0 when it is none
	Talk     bool // Err is a terminal, so that progress may be shown

	// Spare lets the heap grow by so many percent at the most between collections, until what it gives is called: for work that keeps most of
	// what it makes. It is nil where nobody but the runtime decides how far the heap grows.
	Spare func(percent int) (done func())
	// Ease lets it grow further: for long work that keeps little.
	Ease func() (done func())
	// Shed gives back to the system what a large heap does not need just now.
	Shed func()
}

// Main runs the command line of this process and gives its exit status.
func Main() int {
	// A first signal asks the command to stop, a second one stops it.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "muniment: cannot tell which folder this is:", err)
		return ExitUsage
	}
	env := Env{
		Args: os.Args[1:], In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Dir: dir, Now: time.Now, Getenv: os.Getenv,
		Talk: term.IsTerminal(int(os.Stderr.Fd())),
	}
	if os.Getenv("GOGC") == "" {
		h := new(heap)
		h.govern()
		env.Spare, env.Ease, env.Shed = h.spare, h.ease, h.shed
	}
	if term.IsTerminal(int(os.Stdout.Fd())) {
		env.Width, _, _ = term.GetSize(int(os.Stdout.Fd()))
	}
	return Run(ctx, env)
}

// Run runs one command and gives its exit status. It may be called many times in one process.
func Run(ctx context.Context, env Env) (status int) {
	said := &talk{w: env.Err}
	defer said.wipe()
	out := &printer{Writer: env.Out, before: said.wipe}
	env.Out, env.Err = out, said
	a := &app{env: env, talk: said}
	defer func() {
		// A crash is never success and never looks like a finding.
		if trouble := recover(); trouble != nil {
			fmt.Fprintf(env.Err, "muniment: internal error: %v\n%s", trouble, debug.Stack())
			status = ExitInternal
		}
	}()
	root := a.root()
	root.SetArgs(env.Args)
	root.SetIn(env.In)
	root.SetErr(env.Err)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil && err != nil {
		fmt.Fprintln(env.Err, "muniment: interrupted; nothing was left half done")
		return ExitInterrupted
	}
	if out.err != nil {
		err = outputError(out.err)
	}
	return a.explainExit(err)
}

// app holds what the flags of all commands share.
type app struct {
	env  Env
	talk *talk // what env.Err is
	dir  string
	json bool
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "muniment",
		Short: "Evidence for every cloud workload, kept in git and judged against dated obligations",
		Long: `muniment checks evidence about cloud workloads that is kept in git, judges every workload against dated obligations
taken from NHS guidance, says with reasons what is met and what falls due, and writes a portal that shows it.` + exitHelp,
		Example: `  muniment check                     are the files well formed?
  muniment status                    how does every workload stand today?
  muniment due --within 90d          what falls due, and whose is it?
  muniment build && open public      the portal`,
		SilenceErrors: true, SilenceUsage: true,
		Version: version,
		Args:    known,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := noEmptyFlags(cmd); err != nil {
				return err
			}
			return a.enter()
		},
	}
	root.PersistentFlags().StringVarP(&a.dir, "directory", "C", "", "work in this `folder` instead of the current one")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		what, _, _ := strings.Cut(err.Error(), ": strconv.") // the reason is in terms of the program, not of people
		return usage(what, "see: "+cmd.CommandPath()+" --help")
	})
	root.SetOut(a.env.Out) // before the completion command, which keeps it
	root.SetVersionTemplate("muniment {{.Version}}\n")
	root.SetHelpCommand(helpCommand(root))
	root.AddCommand(
		a.check(), a.status(), a.due(), a.explain(), a.history(), a.brief(), a.build(), a.serve(), a.remind(), a.forge(), a.demo(), a.approve(), a.review(), a.verify(),
		a.version(),
	)
	root.InitDefaultCompletionCmd("completion") // now and not later, so that the rules of all commands are its rules too
	for _, c := range root.Commands() {
		if c.Args == nil {
			c.Args = cobra.NoArgs
		}
		c.Args = usageArgs(c.Args)
		if c.Long != "" {
			c.Long += exitHelp
		}
		if c.HasSubCommands() {
			c.Args, c.RunE = known, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		}
	}
	return root
}

// known refuses what follows a command and is none of its own, and names the one that may be meant.
func known(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	cmd.SuggestionsMinimumDistance = 2
	hint := "see: " + cmd.CommandPath() + " --help"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return usage(fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath()), hint)
}

// helpCommand is cobra's own, save that a command that is not there is a mistake and not an answer.
func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: "Show the help of a command",
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return known(root, args)
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

// noEmptyFlags refuses flags without a value: a script whose variable is not set must not be told about today.
func noEmptyFlags(cmd *cobra.Command) error {
	var err error
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.String() == "" {
			err = usage("--"+f.Name+" has no value", "write a value, or leave the flag out")
		}
	})
	return err
}

// exitHelp ends the help of every command.
const exitHelp = `

EXIT STATUS
  0 done and nothing fails     1 findings or failing verdicts     2 internal error     3 usage or configuration
  4 the repository can't be trusted     5 a limit was reached     6 nothing was published
  7 some reminders were not done     130 interrupted
Treat any other status as failure. It never depends on the output format.`

// usageArgs makes complaints about arguments usage errors.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			what := "something is missing after " + cmd.CommandPath()
			if len(args) > 0 {
				what = "there is too much after " + cmd.CommandPath()
			}
			return usage(what, "write: "+cmd.UseLine())
		}
		return nil
	}
}

// withJSON adds --json to a command.
func (a *app) withJSON(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&a.json, "json", false, "print one versioned JSON document instead of text")
	return cmd
}

// enter makes the folder that -C names the working directory of this command, for its paths too.
func (a *app) enter() error {
	if a.dir == "" {
		return nil
	}
	dir := a.path(a.dir)
	switch info, err := os.Stat(dir); {
	case errors.Is(err, fs.ErrNotExist):
		return usage("-C: there is no folder "+a.dir, "name the folder of a repository of evidence")
	case err != nil:
		return usage("-C: "+err.Error(), "name the folder of a repository of evidence")
	case !info.IsDir():
		return usage("-C: "+a.dir+" is a file", "name the folder that it is in")
	}
	a.env.Dir = dir
	return nil
}

// path makes a path that a person typed absolute.
func (a *app) path(typed string) string {
	if filepath.IsAbs(typed) {
		return typed
	}
	return filepath.Join(a.env.Dir, typed)
}

// tool builds the pipeline's surroundings.
func (a *app) tool() (*pipeline.Tool, error) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, fmt.Errorf("load the time zone of the record: %w", err)
	}
	var released []statement.Rules
	for _, r := range statement.Released() {
		released = append(released, r.Rules)
	}
	return &pipeline.Tool{
		Schemas: schemas.FS, Spare: a.env.Spare, Ease: a.env.Ease, Shed: a.env.Shed, Released: released, Version: version, Zone: zone, Today: calendar.In(a.env.Now(), zone), Progress: a.progress(),
	}, nil
}

// openTheme opens the theme in a folder, or the one inside the program. It says what a translation lacks.
func (a *app) openTheme(dir string) (*theme.Theme, error) {
	if dir != "" {
		look, err := theme.Open(os.DirFS(a.path(dir)))
		if err != nil {
			return nil, err
		}
		if lacks := look.Words().Missing(); len(lacks) > 0 {
			a.say("the translation of the theme lacks %d of %d messages, first %s; they stay English", len(lacks), len(look.Words().IDs()), lacks[0])
		}
		if more := look.Words().Unknown(); len(more) > 0 {
			a.say("the translation of the theme has messages that English has not, which no page says: %d, first %s", len(more), more[0])
		}
		return look, nil
	}
	nhs, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		return nil, err
	}
	return theme.Open(nhs)
}

// print writes the answer: JSON when asked for, text otherwise.
func (a *app) print(v any, text func(io.Writer, console.Options) error) error {
	if a.json {
		var doc bytes.Buffer
		enc := json.NewEncoder(&doc)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(v); err != nil {
			return outputError(err)
		}
		_, err := a.env.Out.Write(plain.JSON(doc.Bytes()))
		return outputError(err)
	}
	return outputError(text(a.env.Out, a.console()))
}

func (a *app) console() console.Options {
	colour := a.env.Width > 0 && a.env.Getenv("NO_COLOR") == "" && a.env.Getenv("TERM") != "dumb"
	return console.Options{Colour: colour, Width: a.env.Width}
}

// say is the only way in which commands speak to people beside the answer.
func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.env.Err, "muniment: "+plain.Line(fmt.Sprintf(format, args...)))
}

// question holds the flags of every command that judges.
type question struct {
	asOf, knownAt string
	worktree      bool
	profile       string // of build and serve
}

func (q *question) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&q.asOf, "as-of", "", "judge as of this `day` (YYYY-MM-DD); today when left out")
	cmd.Flags().StringVar(&q.knownAt, "known-at", "", "use the content of this `commit`, or of the mainline on a day; HEAD when left out")
	cmd.Flags().BoolVar(&q.worktree, "worktree", false, "use the files as they are in the folder, committed or not")
}

// parse turns the flags into the pipeline's question.
func (q *question) parse(a *app) (pipeline.Question, error) {
	asked := pipeline.Question{Dir: a.env.Dir, KnownAt: q.knownAt, Worktree: q.worktree, Profile: q.profile}
	if q.profile != "" && q.profile != report.Internal && q.profile != report.Open {
		return asked, usage(fmt.Sprintf("there is no profile %q", q.profile), "choose internal or open")
	}
	if q.worktree && q.knownAt != "" {
		return asked, usage("--worktree and --known-at exclude each other", "choose the files in the folder or a commit, not both")
	}
	if q.asOf == "" {
		return asked, nil
	}
	day, err := calendar.Parse(q.asOf)
	if err != nil {
		return asked, usage("--as-of: "+err.Error(), "write a day such as 2026-11-22")
	}
	asked.AsOf = day
	return asked, nil
}

// errQuiet ends a command with a status and no further message.
type errQuiet int

func (e errQuiet) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// outputError marks trouble with stdout: an answer that could not be printed whole is no answer.
func outputError(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", errOutput, err)
}

var errOutput = errors.New("the answer could not be printed")

// printer remembers that printing failed, also for those who do not look: help is an answer, too.
type printer struct {
	io.Writer
	before func() // makes room for the answer
	err    error
}

func (p *printer) Write(b []byte) (int, error) {
	p.before()
	n, err := p.Writer.Write(b)
	if err != nil && p.err == nil {
		p.err = err
	}
	return n, err
}

var errFailing = errQuiet(ExitFindings)

// isQuiet tells whether an error only carries a status.
func isQuiet(err error) (int, bool) {
	var q errQuiet
	ok := errors.As(err, &q)
	return int(q), ok
}
