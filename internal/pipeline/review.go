package pipeline

import (
	"context"
	"time"

	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/record"
)

// Reviewed are the reviews of a pull request as a witness saw them.
type Reviewed struct {
	PullRequest forge.PullRequest
	Witnessed   []record.Witnessed  // in favour and standing, by login
	Not         []forge.NotCaptured // everybody else who reviewed, and why theirs does not count
}

// Reviews reads the reviews of a pull request in the form in which approvals carry them. Whose login it is, which office they hold
// and whether the reviewed commit has the bytes of the statement is judged from the record: a forge is asked for nothing else.
func Reviews(ctx context.Context, repo forge.Repository, number int) (*Reviewed, error) {
	pull, captured, not, err := forge.Capture(ctx, repo, number)
	if err != nil {
		return nil, err
	}
	out := &Reviewed{PullRequest: pull, Not: not}
	for _, c := range captured {
		out.Witnessed = append(out.Witnessed, record.Witnessed{
			Forge: c.Forge, PullRequest: c.PullRequest, Login: c.Login, Commit: c.Commit, At: c.At.Format(time.RFC3339),
		})
	}
	return out, nil
}
