package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"example.org/muniment/internal/gate"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/site"
)

// The exit statuses. They are part of the contract in docs/scripting.md.
const (
	ExitOK          = 0
	ExitFindings    = 1   // findings in evidence, or verdicts at or below the threshold
	ExitInternal    = 2   // a defect of the program
	ExitUsage       = 3   // a wrong flag, a missing folder, a wrong configuration
	ExitUntrusted   = 4   // the repository cannot be relied on
	ExitLimit       = 5   // a documented limit was reached
	ExitUnpublished = 6   // nothing was published; what was there is as it was
	ExitUndone      = 7   // some reminders were not done; the next run goes on
	ExitInterrupted = 130 // a signal asked to stop
)

// usageError is a mistake of the person at the keyboard.
type usageError struct{ what, hint string }

func (e *usageError) Error() string { return e.what }

func usage(what, hint string) error { return &usageError{what, hint} }

// explainExit prints what went wrong and what to do next, and gives the exit status. All messages of all failures are here.
func (a *app) explainExit(err error) int {
	if err == nil {
		return ExitOK
	}
	if status, ok := isQuiet(err); ok {
		return status
	}
	status, what, hint := classify(err)
	a.say("%s", what)
	if refused := (*pipeline.RefusedError)(nil); errors.As(err, &refused) {
		a.objections(refused.Objections)
	}
	if hint != "" {
		a.say("%s", hint)
	}
	return status
}

// objections names what speaks against a portal, as far as people read on.
func (a *app) objections(list []gate.Objection) {
	const shown = 20
	for _, o := range list[:min(len(list), shown)] {
		a.say("%s [%s]", o.Text, o.Code)
	}
	if n := len(list) - shown; n > 0 {
		a.say("and %d more", n)
	}
}

// classify maps trouble to a status, a sentence and a hint.
func classify(err error) (status int, what, hint string) {
	var (
		misuse    *usageError
		untrusted *gitrepo.Untrusted
		large     *gitrepo.LimitError
		limit     *pipeline.LimitError
		configure *pipeline.ConfigurationError
		refused   *pipeline.RefusedError
		undone    *undoneError
	)
	switch {
	case errors.As(err, &misuse):
		return ExitUsage, misuse.what, misuse.hint
	case errors.As(err, &untrusted):
		return ExitUntrusted, "this repository cannot be trusted: " + untrusted.Reason, untrusted.Remedy
	case errors.As(err, &large), errors.As(err, &limit):
		return ExitLimit, err.Error(), "make it smaller, or split it; the limits are listed in docs/format.md"
	case errors.As(err, &undone):
		return ExitUndone, undone.Error(), "the next run makes it good"
	case errors.As(err, &configure):
		return ExitUsage, configure.Error(), configure.Remedy
	case errors.Is(err, gitrepo.ErrNoCommit):
		return ExitUsage, "there is no commit yet", "commit the evidence, or add --worktree to judge the files as they are"
	case errors.Is(err, gitrepo.ErrNotRepository):
		return ExitUsage, "this folder is not in a git repository", "go to one, name one with -C, or add --worktree to judge a plain folder"
	case errors.Is(err, gitrepo.ErrUnknownRevision):
		return ExitUsage, err.Error(), "name a commit, a branch, a tag or a day of the mainline"
	case errors.As(err, &refused):
		return ExitUnpublished, refused.Error(), "what was there is as it was; put that right, or publish with --override and the reason, which the portal will show"
	case errors.Is(err, site.ErrTheme):
		return ExitUsage, err.Error(), "themes/README.md says what a theme holds; without --theme the one inside the program is used"
	case errors.Is(err, pipeline.ErrUnpublished):
		return ExitUnpublished, err.Error(), "what was there is as it was"
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return ExitUsage, err.Error(), ""
	}
	if errors.Is(err, errOutput) {
		return ExitInternal, err.Error(), "what was printed is not the whole answer; see that there is room for it, and run the command again"
	}
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		return ExitInternal, "the system refused something: " + err.Error(), "see that the disk and the limits of this session are in order, and run the command again"
	}
	return ExitInternal, fmt.Sprintf("internal error: %v", err), "please report this with the command that led to it"
}
