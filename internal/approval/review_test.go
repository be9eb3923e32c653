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

// captured is a review by the SIRO's account of exactly the bytes that are to be approved.
func captured() approval.Capture {
	sum := record.Digest([]byte("assessment"))
	return approval.Capture{
		Witnessed: record.Witnessed{Forge: "Git.example.org", PullRequest: "trust/evidence#12", Login: "Finance", Commit: strings.Repeat("a", 40), At: "2026-10-05T23:30:00Z"},
		Office:    record.SIRO,
		People: &record.Appointments{
			People: []record.Person{
				{ID: "finance", Title: "Director of Finance", Logins: []record.Login{{Forge: "git.example.org", Login: "finance"}}},
				{ID: "privacy", Title: "Head of Privacy", Logins: []record.Login{{Forge: "git.example.org", Login: "privacy"}}},
			},
			Appointments: []record.Appointment{{Person: "finance", Office: record.SIRO, From: day("2024-01-01")}},
		},
		Day:    func(at time.Time) calendar.Date { return calendar.In(at, time.UTC) },
		Digest: func(path string) (string, bool) { return sum, path == assessment },
		Statement: record.Approval{
			Repository: "example.org/test", Subject: "ZZ1/archive", Schemas: strings.Repeat("1", 64), Catalogue: strings.Repeat("2", 64),
			Covers: []record.Covered{{Path: assessment, SHA256: sum}},
		},
	}
}

func TestWitnessing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim  string
		change func(*approval.Capture)
		why    string // empty when it becomes a statement
	}{
		{"a review that approves", func(*approval.Capture) {}, ""},
		{"a review on the first day in office", func(c *approval.Capture) { c.People.Appointments[0].From = day("2026-10-05") }, ""},
		{"a review on the last day in office", func(c *approval.Capture) { c.People.Appointments[0].To = day("2026-10-05") }, ""},
		{"an appointment that had ended", func(c *approval.Capture) { c.People.Appointments[0].To = day("2026-10-04") }, "did not hold the office"},
		{"an appointment that had not begun", func(c *approval.Capture) { c.People.Appointments[0].From = day("2026-10-06") }, "did not hold the office"},
		{"an account of somebody who holds nothing", func(c *approval.Capture) { c.Witnessed.Login = "privacy" }, "did not hold the office"},
		{"another office than the reviewer's", func(c *approval.Capture) { c.Office = record.DPO }, "did not hold the office"},
		{"an account that nobody has", func(c *approval.Capture) { c.Witnessed.Login = "stranger" }, "nobody's"},
		{"an account on another forge", func(c *approval.Capture) { c.Witnessed.Forge = "forge.example.org" }, "nobody's"},
		{"an account that two have", func(c *approval.Capture) { c.People.People[1].Logins[0].Login = "FINANCE" }, "nobody's"},
		{"no appointments", func(c *approval.Capture) { c.People = nil }, "nobody's"},
		{"other bytes than were reviewed", func(c *approval.Capture) { c.Statement.Covers[0].SHA256 = record.Digest([]byte("other")) }, "does not hold evidence"},
		{"a file that the reviewed commit does not hold", func(c *approval.Capture) { c.Statement.Covers[0].Path += "x" }, "does not hold evidence"},
		{"nothing to approve", func(c *approval.Capture) { c.Statement.Covers = nil }, "nothing"},
		{"a review of nobody knows when", func(c *approval.Capture) { c.Witnessed.At = "yesterday" }, "when the review was made"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			in := captured()
			c.change(&in)
			got, err := in.Witnessing()
			switch {
			case c.why != "" && (err == nil || !strings.Contains(err.Error(), c.why)):
				t.Errorf("%v, %v: want %q", got, err, c.why)
			case c.why != "":
			case err != nil:
				t.Error(err)
			case got.Decision != statement.Approved || got.By != "finance" || got.On != day("2026-10-05") || got.Witnessed.Login != "Finance" || got.Witnessed.Forge != "git.example.org":
				t.Errorf("%+v", got)
			default:
				if _, err := statement.Encode(got); err != nil {
					t.Errorf("it is no statement: %v", err)
				}
			}
		})
	}
}
