package forge

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Captured is a review in favour, as a witness saw it on the forge. Nothing in it is proof by itself: whether the reviewed
// commit holds the bytes of a statement, and whether the login belongs to a holder of the office, is for others to judge.
type Captured struct {
	Forge       string // host, as appointments name it
	PullRequest string // owner/repository#number
	Login       string
	Commit      string    // that was reviewed, in full
	At          time.Time // when the forge took it, in UTC, whole seconds
}

// NotCaptured is a review, or what became of it, that does not count, and why.
type NotCaptured struct {
	Login string
	Why   string // a full sentence
}

// Capture reads a pull request and gives every review in favour that stands, and for everybody else who reviewed why theirs
// does not count. Both are sorted by login.
func Capture(ctx context.Context, r Repository, number int) (PullRequest, []Captured, []NotCaptured, error) {
	before, err := r.PullRequest(ctx, number)
	if err != nil {
		return PullRequest{}, nil, nil, err
	}
	reviews, err := r.Reviews(ctx, number)
	if err != nil {
		return PullRequest{}, nil, nil, err
	}
	var captured []Captured
	standing, not := Standing(before.Author, reviews)
	for _, review := range standing {
		captured = append(captured, Captured{
			Forge: r.Host(), PullRequest: fmt.Sprintf("%s#%d", r.Name(), number), Login: review.Login, Commit: review.Commit, At: review.At.Truncate(time.Second),
		})
	}
	return before, captured, not, nil
}

// Standing gives, of reviews in order of time, each login's review in favour that stands: its latest one that decides. A remark
// decides nothing. A later request for changes supersedes an approval, a dismissal takes it back, and the author of the pull
// request approves nothing.
func Standing(author string, reviews []Review) ([]Review, []NotCaptured) {
	latest := make(map[string]Review)
	for _, r := range inTime(slices.Clone(reviews)) {
		if r.State != Commented && r.State != Pending {
			latest[strings.ToLower(r.Login)] = r
		}
	}
	var standing []Review
	var not []NotCaptured
	for login, r := range latest {
		switch {
		case login == "":
			not = append(not, NotCaptured{r.Login, "The account that reviewed is gone, so nobody can tell whose review it was."})
		case r.State == Dismissed:
			not = append(not, NotCaptured{r.Login, "The review was dismissed."})
		case r.State == ChangesRequested:
			not = append(not, NotCaptured{r.Login, "The latest review asks for changes."})
		case r.State != Approved:
			not = append(not, NotCaptured{r.Login, "The review does not say yes."})
		case strings.EqualFold(r.Login, author):
			not = append(not, NotCaptured{r.Login, "The author of a pull request cannot approve it."})
		case !fullCommit(r.Commit):
			not = append(not, NotCaptured{r.Login, "The forge does not say which commit was reviewed."})
		case r.At.IsZero():
			not = append(not, NotCaptured{r.Login, "The forge does not say when the review was made."})
		default:
			standing = append(standing, r)
		}
	}
	slices.SortFunc(standing, func(a, b Review) int { return cmp.Compare(a.Login, b.Login) })
	slices.SortFunc(not, func(a, b NotCaptured) int { return cmp.Compare(a.Login, b.Login) })
	return standing, not
}

// inTime orders reviews as they were made.
func inTime(reviews []Review) []Review {
	slices.SortStableFunc(reviews, func(a, b Review) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return reviews
}

func fullCommit(id string) bool {
	return (len(id) == 40 || len(id) == 64) && strings.Trim(id, "0123456789abcdef") == ""
}
