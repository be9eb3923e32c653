// Package gitrepo is the door to git: a commit as an [io/fs.FS], the changes along the mainline, and the health of the
// repository they come from. Nothing above it knows how git stores things, and no git program is run.
//
// It promises three things.
//
//   - What it gives is what the commit says. Objects are read raw, compared with the id they were asked for by, and parsed
//     strictly; .mailmap, .gitattributes, replace refs and commit-graph files have no say.
//   - It does not guess. A repository that cannot answer for its whole history (a shallow or partial clone, replaced
//     or grafted objects, missing or malformed ones) is refused with an [Untrusted] error that names the way out.
//   - It only reads. The file system that the store is opened through has no way to write.
//
// The mainline is the first-parent line of a commit, oldest first: each commit on it is one state of the record.
//
//	repo, err := gitrepo.Open(dir, london)
//	head, err := repo.Head()
//	evidence, err := repo.FS(head, "evidence")
//	text, err := fs.ReadFile(evidence, "policy.yaml")
package gitrepo

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Usage trouble: what was asked for is not there to be read.
var (
	ErrNotRepository   = errors.New("not a git repository")
	ErrNoCommit        = errors.New("no commit yet")
	ErrUnknownRevision = errors.New("no such revision")
)

// Untrusted says that the repository cannot be relied on. Judging evidence from it could give a wrong answer, so there is none.
type Untrusted struct {
	Reason string // what is wrong, with the object id and byte offset where there is one
	Remedy string // what to do next, in one line
	Err    error  // what lies behind it, if anything
}

// Error gives the reason; the remedy is for whoever speaks to people.
func (u *Untrusted) Error() string { return "repository cannot be trusted: " + u.Reason }

// Unwrap gives the trouble behind the refusal.
func (u *Untrusted) Unwrap() error { return u.Err }

// LimitError says that a documented limit was reached.
type LimitError struct {
	What  string // the thing that is too large, as in "file report.pdf" or "tree 4b825dc…"
	Limit int64
	Unit  string // what Limit counts: bytes, levels, files, commits
}

// Error names the thing and the limit.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s is over the limit of %d %s", e.What, e.Limit, e.Unit)
}

// limits bound what one repository may cost. They are far above any honest evidence repository.
type limits struct {
	blob    int64 // bytes of one file
	tree    int64 // bytes of one stored folder, about 40 for each entry
	commit  int64 // bytes of one commit or tag
	depth   int   // folders within folders
	files   int   // files in one commit
	commits int   // commits on one mainline
}

// The limits of every repository, as documented for those who keep evidence.
var standardLimits = limits{blob: 64 << 20, tree: 16 << 20, commit: 1 << 20, depth: 64, files: 1_000_000, commits: 1_000_000}

// Repo is an open, healthy repository. It may be used by several goroutines at once.
type Repo struct {
	place  place
	zone   *time.Location
	limits limits
	store  *store
}

// Open finds the repository that dir lies in and checks its health. Days of history are civil days in zone.
//
// The error is [ErrNotRepository] or an [Untrusted] when there is no repository or none to rely on.
func Open(dir string, zone *time.Location) (*Repo, error) {
	where, err := discover(dir)
	if err != nil {
		return nil, fmt.Errorf("open repository at %s: %w", dir, err)
	}
	alternates, err := checkHealth(where)
	if err != nil {
		return nil, fmt.Errorf("open repository at %s: %w", where.common, err)
	}
	store, err := openStore(append([]string{where.objects()}, alternates...), standardLimits.blob)
	if err != nil {
		return nil, fmt.Errorf("open repository at %s: %w", where.common, err)
	}
	return &Repo{place: where, zone: zone, limits: standardLimits, store: store}, nil
}

// Close lets go of the files that reading keeps open.
func (r *Repo) Close() error { return r.store.close() }

// Rest lets go of what is in memory of the repository, for when little more is read from it. Everything can be read as before.
func (r *Repo) Rest() { r.store.packs.rest() }

// WorkTree gives the folder with the working tree; it is empty for a bare repository.
func (r *Repo) WorkTree() string { return r.place.work }

// Dir gives the folder with objects and branches, which linked working trees share.
func (r *Repo) Dir() string { return r.place.common }

// Mainline names the branch that HEAD points to, as in "main". It is empty when HEAD is detached.
func (r *Repo) Mainline() string {
	head, err := r.place.ref(headRef)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(head.target, "refs/heads/")
}

// Head reads the commit that HEAD points to. The error is [ErrNoCommit] when there is none yet.
func (r *Repo) Head() (Commit, error) {
	head, err := r.place.follow(headRef)
	if errors.Is(err, errNoRef) {
		return Commit{}, ErrNoCommit
	}
	if err != nil {
		return Commit{}, fmt.Errorf("read HEAD: %w", err)
	}
	commit, err := r.commit(head)
	if err != nil {
		return Commit{}, fmt.Errorf("read HEAD: %w", err)
	}
	return commit, nil
}
