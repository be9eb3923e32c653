package approval_test

import (
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/statement"
)

var (
	reviewed  = strings.Repeat("a", 40)
	reviewDay = time.Date(2026, 10, 5, 23, 30, 0, 0, time.UTC)
)

// captured is a review by the SIRO's account of exactly the bytes that are to be approved.
func captured() approval.Capture {
	sum := record.Digest([]byte("assessment"))
	return approval.Capture{
		Reviews: []approval.ForgeReview{{Forge: "git.example.org", PullRequest: "trust/evidence#12", Login: "Finance", Commit: reviewed, State: approval.ReviewApproved, At: reviewDay}},
		Login:   "finance", Office: record.SIRO,
		People: &record.Appointments{
			People: []record.Person{
				{ID: "finance", Title: "Director of Finance", Logins: []record.Login{{Forge: "git.example.org", Login: "finance"}}},
				{ID: "privacy", Title: "Head of Privacy", Logins: []record.Login{{Forge: "git.example.org", Login: "privacy"}}},
			},
			Appointments: []record.Appointment{{Person: "finance", Office: record.SIRO, From: day("2024-01-01")}},
		},
		Day:    func(at time.Time) calendar.Date { return calendar.In(at, time.UTC) },
		Digest: func(commit, path string) (string, bool) { return sum, commit == reviewed && path == assessment },
		Statement: record.Approval{
			Repository: "example.org/test", Subject: "ZZ1/archive", Schemas: strings.Repeat("1", 64), Catalogue: strings.Repeat("2", 64),
			Covers: []record.Covered{{Path: assessment, SHA256: sum}},
		},
	}
}

func TestWitnessing(t *testing.T) {
	t.Parallel()
	later := func(c *approval.Capture, s approval.ReviewState, after time.Duration) {
		r := c.Reviews[0]
		r.State, r.At = s, r.At.Add(after)
		c.Reviews = append(c.Reviews, r)
	}
	for _, c := range []struct {
		claim    string
		change   func(*approval.Capture)
		decision string // empty when there is none
		why      string
	}{
		{"a review that approves", func(*approval.Capture) {}, statement.Approved, ""},
		{"a comment afterwards", func(c *approval.Capture) { later(c, approval.ReviewCommented, time.Hour) }, statement.Approved, ""},
		{"a state that nobody knows afterwards", func(c *approval.Capture) { later(c, "pending", time.Hour) }, statement.Approved, ""},
		{"a review that wants changes", func(c *approval.Capture) { c.Reviews[0].State = approval.ReviewChanges }, statement.Refused, ""},
		{"changes wanted afterwards", func(c *approval.Capture) { later(c, approval.ReviewChanges, time.Hour) }, statement.Refused, ""},
		{"changes wanted in the same second", func(c *approval.Capture) { later(c, approval.ReviewChanges, 0) }, statement.Refused, ""},
		{"changes wanted before", func(c *approval.Capture) { later(c, approval.ReviewChanges, -time.Hour) }, statement.Approved, ""},
		{"dismissed", func(c *approval.Capture) { c.Reviews[0].State = approval.ReviewDismissed }, "", "was dismissed"},
		{"dismissed afterwards", func(c *approval.Capture) { later(c, approval.ReviewDismissed, time.Hour) }, "", "was dismissed"},
		{"no review", func(c *approval.Capture) { c.Reviews = nil }, "", "no review"},
		{"a review by somebody else", func(c *approval.Capture) { c.Reviews[0].Login = "privacy" }, "", "no review"},
		{"an account on another forge", func(c *approval.Capture) { c.Reviews[0].Forge = "forge.example.org" }, "", "nobody's"},
		{"an account that two have", func(c *approval.Capture) { c.People.People[1].Logins[0].Login = "FINANCE" }, "", "nobody's"},
		{"somebody who does not hold the office", func(c *approval.Capture) { c.Office = record.DPO }, "", "did not hold the office"},
		{"an appointment that had ended", func(c *approval.Capture) { c.People.Appointments[0].To = day("2026-10-04") }, "", "did not hold the office"},
		{"another commit than is to be approved", func(c *approval.Capture) { c.Reviews[0].Commit = strings.Repeat("b", 40) }, "", "is not what"},
		{"other bytes than were reviewed", func(c *approval.Capture) { c.Statement.Covers[0].SHA256 = record.Digest([]byte("other")) }, "", "is not what"},
		{"nothing to approve", func(c *approval.Capture) { c.Statement.Covers = nil }, "", "nothing"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			in := captured()
			c.change(&in)
			got, err := in.Witnessing()
			switch {
			case c.decision == "" && (err == nil || !strings.Contains(err.Error(), c.why)):
				t.Errorf("%v, %v: want %q", got, err, c.why)
			case c.decision == "":
			case err != nil:
				t.Error(err)
			case got.Decision != c.decision || got.By != "finance" || got.Witnessed.Login != "Finance":
				t.Errorf("%+v, want %s", got, c.decision)
			default:
				if _, err := statement.Encode(got); err != nil {
					t.Errorf("it is no statement: %v", err)
				}
			}
		})
	}
}
