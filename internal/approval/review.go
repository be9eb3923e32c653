package approval

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/statement"
)

// ReviewState is what a review on a forge says.
type ReviewState string

// The states. Whatever else a forge may know says nothing.
const (
	ReviewApproved  ReviewState = "approved"
	ReviewChanges   ReviewState = "changes-requested"
	ReviewCommented ReviewState = "commented" // says neither yes nor no
	ReviewDismissed ReviewState = "dismissed" // somebody took it off
)

// ForgeReview is one review as a forge tells of it.
type ForgeReview struct {
	Forge       string // host
	PullRequest string // owner/repository#number
	Login       string
	Commit      string // that was reviewed, in full
	State       ReviewState
	At          time.Time
}

// Capture is what a review is turned into an approval with.
type Capture struct {
	Reviews []ForgeReview // of one pull request, by everybody
	Login   string        // whose review is meant
	Office  record.Office
	People  *record.Appointments // in force
	Day     func(time.Time) calendar.Date
	// Digest gives the SHA-256 of a file at the reviewed commit; false when it is not there.
	Digest func(commit, path string) (string, bool)
	// Statement holds everything that does not come from the review: repository, subject, covered files with the digests of what is
	// to be approved, rules, previous.
	Statement record.Approval
}

// Witnessing makes a review into the statement that the repository's machine signs for. The last review of the account counts that
// says yes or no: an earlier one is superseded, and one that was dismissed says nothing any more. Its commit must hold exactly the
// covered bytes. The error is a sentence for people.
func (c Capture) Witnessing() (*record.Approval, error) {
	last, found := c.last()
	switch {
	case !found:
		return nil, fmt.Errorf("%s has no review on this pull request that says yes or no", c.Login)
	case last.State == ReviewDismissed:
		return nil, fmt.Errorf("the last review of %s was dismissed, so it says nothing", c.Login)
	}
	a := c.Statement
	a.Statement, a.Office, a.On = statement.Purpose, c.Office, c.Day(last.At)
	a.Decision, a.Conditions, a.To = statement.Approved, nil, calendar.Date{}
	if last.State == ReviewChanges {
		a.Decision = statement.Refused
	}
	a.Witnessed = &record.Witnessed{
		Forge: strings.ToLower(last.Forge), PullRequest: last.PullRequest, Login: last.Login, Commit: last.Commit, At: last.At.UTC().Format("2006-01-02T15:04:05Z"),
	}
	if a.By = accountOf(Version{Appointments: c.People}, a.Witnessed); a.By == "" {
		return nil, fmt.Errorf("the account %s on %s is nobody's in the appointments, or more than one person's", last.Login, last.Forge)
	}
	if !Held(c.People, c.Office, a.By, a.On) {
		return nil, fmt.Errorf("%s did not hold the office of %s on %s", a.By, c.Office.Title(), a.On.Long())
	}
	if len(a.Covers) == 0 {
		return nil, errors.New("there is nothing that the review could be about")
	}
	for _, f := range a.Covers {
		if sum, ok := c.Digest(last.Commit, f.Path); !ok || sum != f.SHA256 {
			return nil, fmt.Errorf("%s is not what %s reviewed in commit %.10s", f.Path, last.Login, last.Commit)
		}
	}
	return &a, nil
}

// last finds the review that counts: the last of the account that is no mere comment. Of two of one second the one that says no.
func (c Capture) last() (ForgeReview, bool) {
	var last ForgeReview
	found := false
	for _, r := range c.Reviews {
		switch {
		case !strings.EqualFold(r.Login, c.Login) || r.State != ReviewApproved && r.State != ReviewChanges && r.State != ReviewDismissed:
			continue
		case found && (r.At.Before(last.At) || r.At.Equal(last.At) && last.State != ReviewApproved):
			continue
		}
		last, found = r, true
	}
	return last, found
}
