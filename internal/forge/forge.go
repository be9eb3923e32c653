// Package forge is the door to GitHub and Gitea: pull requests, reviews, issues, labels and the protection of a branch, in the
// product's own terms.
//
// Nothing here decides what to write. A forge is slow, forgets and fails half-way, so every request has a time-out, answers
// have a size, lists have an end, and what goes wrong is an *Error in plain words. Requests that can be asked again without
// harm are; a create whose answer was lost is not, because it may have happened: its error is Unclear, and only reading the
// list again tells. Clock and waiting are given, so tests need neither.
//
// No error and no log line holds a token, a header or a text that the forge sent.
package forge

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Kind is a make of forge.
type Kind string

// The makes that there are adapters for.
const (
	GitHub Kind = "github" // github.com, and GitHub Enterprise under /api/v3
	Gitea  Kind = "gitea"  // Gitea and Forgejo, under /api/v1
)

// Repository is one repository on a forge.
type Repository interface {
	// Host is the forge's host as appointments name it: github.com, or forge.example.org:3000.
	Host() string
	// Name is owner, slash, repository.
	Name() string
	// Account is the login that the token belongs to.
	Account(ctx context.Context) (string, error)
	// Public tells whether people without an account can read the repository.
	Public(ctx context.Context) (bool, error)

	// Issues lists every issue, open and closed, without pull requests, by number. The order in which the forge is asked makes
	// no difference to the answer; an issue that was lost on the way in one order is rarely lost in the other.
	Issues(ctx context.Context, newestFirst bool) ([]Issue, error)
	// CreateIssue opens an issue. Labels must be there; assignees must be assignable.
	CreateIssue(ctx context.Context, d Draft) (Issue, error)
	// EditIssue changes what the change names, all in one request.
	EditIssue(ctx context.Context, number int, c Change) error
	// Comments lists the comments on an issue, oldest first.
	Comments(ctx context.Context, issue int) ([]Comment, error)
	// Comment adds a comment to an issue or pull request.
	Comment(ctx context.Context, issue int, body string) error
	// EditComment gives a comment another text.
	EditComment(ctx context.Context, id int64, body string) error
	// Assignable lists the logins that issues can be assigned to.
	Assignable(ctx context.Context) ([]string, error)
	// EnsureLabel makes a label unless it is there.
	EnsureLabel(ctx context.Context, l Label) error

	// PullRequest reads a pull request.
	PullRequest(ctx context.Context, number int) (PullRequest, error)
	// Reviews lists the reviews of a pull request, oldest first.
	Reviews(ctx context.Context, number int) ([]Review, error)
	// Files lists the paths of the files that a pull request changes, sorted; of one that moves, both.
	Files(ctx context.Context, number int) ([]string, error)
	// PullRequestOf finds the merged pull request that brought a commit to its branch; 0 when none did, or more than one.
	PullRequestOf(ctx context.Context, commit string) (int, error)

	// Protection reads how a branch is protected; nil when it is not.
	Protection(ctx context.Context, branch string) (*Protection, error)
	// Protect protects a branch in exactly this way.
	Protect(ctx context.Context, branch string, p Protection) error
}

// Issue is an issue as the forge has it.
type Issue struct {
	Number    int
	Title     string
	Body      string
	Author    string // login
	Open      bool
	Labels    []string
	Assignees []string // logins
	URL       string
}

// Draft is an issue to be opened.
type Draft struct {
	Title, Body string
	Labels      []string
	Assignees   []string
}

// Change is what is to be different about an issue; what is nil stays.
type Change struct {
	Title, Body *string
	Open        *bool
	Duplicate   bool // with Open false: closed because another issue says the same
	Assignees   []string
}

// Comment is a remark on an issue.
type Comment struct {
	ID     int64
	Author string // login
	Body   string
}

// Label is a label of the repository. Colour is six hexadecimal digits.
type Label struct{ Name, Colour, Description string }

// PullRequest is a pull request as it is now.
type PullRequest struct {
	Number      int
	Author      string // login
	Open        bool
	Merged      bool
	Base        string // branch that it goes into
	Head        string // commit at its end, in full
	MergeCommit string // once it is merged
}

// ReviewState is what a review says.
type ReviewState string

// The states. Only Approved says yes.
const (
	Approved         ReviewState = "approved"
	ChangesRequested ReviewState = "changes requested"
	Commented        ReviewState = "commented"
	Dismissed        ReviewState = "dismissed"
	Pending          ReviewState = "pending"
)

// Review is one review of a pull request.
type Review struct {
	ID     int64
	Login  string
	State  ReviewState
	Commit string // that was reviewed, in full
	At     time.Time
}

// Protection is how a branch is kept from changes that nobody has looked at. An administrator of the repository can change it
// or go around it at any time, so it proves nothing.
type Protection struct {
	Approvals     int      // reviews that a pull request needs
	DismissStale  bool     // a new commit takes earlier reviews back
	CodeOwners    bool     // an owner named in CODEOWNERS must be among the reviewers
	Checks        []string // names of checks that must have passed
	Administrator bool     // administrators are held to it too
}

// Options say which repository, and how patient to be.
type Options struct {
	Kind  Kind
	URL   string // of the forge, such as https://github.com or http://127.0.0.1:3000
	Name  string // owner, slash, repository
	Token string // may be empty for what anybody may read

	Now       func() time.Time                                 // the clock, for waiting until a limit ends
	Sleep     func(ctx context.Context, d time.Duration) error // waits, or ends with the context's error
	Transport http.RoundTripper                                // nil for the network
	Limits    Limits                                           // zero values mean DefaultLimits
}

// Limits bound every exchange with a forge.
type Limits struct {
	Timeout  time.Duration // for one request, with its answer
	Bytes    int64         // of one answer
	Pages    int           // of one list
	Attempts int           // at one request
	Patience time.Duration // spent waiting for limits to end, over the life of a Repository
	Pace     time.Duration // between two requests that write
}

// DefaultLimits keep below what GitHub asks of programs: one write a second, and a minute's wait when it says stop.
var DefaultLimits = Limits{Timeout: 30 * time.Second, Bytes: 32 << 20, Pages: 1000, Attempts: 5, Patience: 20 * time.Minute, Pace: time.Second}

// PageSize is how many entries of a list are asked for at once.
const PageSize = 100

// Open gives a repository. It asks nothing of the forge yet.
func Open(o Options) (Repository, error) {
	where, err := url.Parse(o.URL)
	if err != nil || where.Host == "" || where.Scheme != "https" && where.Scheme != "http" || where.User != nil || where.RawQuery != "" {
		return nil, fmt.Errorf("the address of a forge looks like https://github.com, without a name, password or question mark in it")
	}
	if where.Scheme == "http" && o.Token != "" && !loopback(where.Hostname()) {
		return nil, fmt.Errorf("a token is not sent to %s without encryption: write https", where.Host)
	}
	if strings.ContainsFunc(o.Token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return nil, fmt.Errorf("the token has a space, a line break or another character in it that no token has")
	}
	owner, name, ok := strings.Cut(o.Name, "/")
	if !ok || !plainName(owner) || !plainName(name) {
		return nil, fmt.Errorf("a repository is named by its owner, a slash and its name, such as fennmarsh/evidence")
	}
	at := place{host: strings.ToLower(where.Host), owner: owner, name: name, pages: o.limits().Pages}
	base := strings.TrimSuffix(where.Scheme+"://"+where.Host+where.Path, "/")
	switch o.Kind {
	case GitHub:
		return openGitHub(at, base, o)
	case Gitea:
		return openGitea(at, base, o), nil
	}
	return nil, fmt.Errorf("the forge is github or gitea, not %q", o.Kind)
}

// place is what adapters have in common.
type place struct {
	host, owner, name string
	pages             int
}

func (p place) Host() string { return p.host }
func (p place) Name() string { return p.owner + "/" + p.name }

func plainName(s string) bool {
	return s != "" && s != "." && s != ".." && !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r))
	})
}

func loopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

func (o Options) limits() Limits {
	l, d := o.Limits, DefaultLimits
	fill := func(v *time.Duration, instead time.Duration) {
		if *v == 0 {
			*v = instead
		}
	}
	fill(&l.Timeout, d.Timeout)
	fill(&l.Patience, d.Patience)
	fill(&l.Pace, d.Pace)
	if l.Bytes == 0 {
		l.Bytes = d.Bytes
	}
	if l.Pages == 0 {
		l.Pages = d.Pages
	}
	if l.Attempts == 0 {
		l.Attempts = d.Attempts
	}
	return l
}
