package pipeline

import (
	"context"
	"strings"
	"time"

	"example.org/muniment/internal/courier"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/remind"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
)

// Reminding says what is to be told where. What is nil is not told.
type Reminding struct {
	Repository forge.Repository         // whose issues are kept
	Mail       *courier.Mail            // through which offices get digests
	Rooms      map[string]*courier.Room // chat rooms by office

	Apply   bool   // write and send; otherwise only say what would be
	Account string // ours on the forge; empty to ask it
	Most    int    // issues written in one run, at most
	Public  bool   // go on though anybody can read the repository
	Portal  string // address of the portal's root; empty for no links

	Sent   map[string]string // keys of the messages that were sent last, by office and way; kept up to date
	Record func() error      // called after each message that was sent
	Now    time.Time
}

// Reminded is what was planned and told. It is the JSON document of muniment remind.
type Reminded struct {
	report.Origin
	Issues   *remind.Outcome `json:"issues,omitempty"`
	Messages []Message       `json:"messages"`
	Kept     bool            `json:"kept,omitempty"` // evidence was refused, so nothing is closed
	Undone   int             `json:"undone"`         // reminders that are left for the next run
	Trouble  string          `json:"trouble,omitempty"`
}

// Message is one digest and what became of it.
type Message struct {
	Way          string `json:"way"` // mail or chat
	Organisation string `json:"organisation"`
	Office       string `json:"office"`
	Subject      string `json:"subject"`
	State        string `json:"state"` // planned, sent, unchanged or failed
	Why          string `json:"why,omitempty"`
}

// Remind tells people what is due. The report that it went by comes with the answer.
func (t *Tool) Remind(ctx context.Context, q Question, how Reminding) (*Reminded, *report.Report, []string, error) {
	r, notes, err := t.Report(ctx, q)
	if err != nil {
		return nil, nil, nil, err
	}
	out := &Reminded{Origin: r.Origin, Messages: []Message{}}
	link := portalLink(how.Portal)
	if how.Repository != nil {
		out.issues(ctx, r, how, link)
	}
	if how.Mail != nil || len(how.Rooms) > 0 {
		out.digests(ctx, remind.Digests(r, link), how)
	}
	return out, r, notes, nil
}

// portalLink gives the address of a subject's page on a portal.
func portalLink(root string) remind.Link {
	return func(subject report.Ref) string {
		page := site.PagePath(subject)
		if root == "" || page == "" {
			return ""
		}
		return strings.TrimSuffix(root, "/") + "/" + page
	}
}

// issues converges the issues. A record that was refused must not close what was due about it, and neither must a repository
// without workloads.
func (out *Reminded) issues(ctx context.Context, r *report.Report, how Reminding, link remind.Link) {
	fail := func(err error) {
		out.Trouble = err.Error()
		out.Undone++
	}
	if !how.Public {
		public, err := how.Repository.Public(ctx)
		if err != nil {
			fail(err)
			return
		}
		if public {
			out.Trouble = "anybody can read this repository, and reminders would tell them what is due here; use a private one, or add --public"
			out.Undone++
			return
		}
	}
	out.Kept = r.Summary.Errors > 0 || len(r.Workloads) == 0
	done, err := remind.Converge(ctx, how.Repository, r, remind.Options{Apply: how.Apply, Account: how.Account, Most: how.Most, Link: link, KeepOpen: out.Kept})
	out.Issues = done
	out.Undone += done.Undone
	if err != nil {
		fail(err)
	}
}

// digests sends every digest that is not what its office got last.
func (out *Reminded) digests(ctx context.Context, digests []remind.Digest, how Reminding) {
	for _, d := range digests {
		text := courier.Message{Subject: d.Subject, Text: d.Text, Key: courier.Key(d.Organisation, d.Office, d.Subject, d.Text)}
		if how.Mail != nil {
			out.message(d, "mail", text, how, func() error { return how.Mail.Send(ctx, d.To, text, how.Now) })
		}
		if room := how.Rooms[d.Office]; room != nil {
			out.message(d, "chat", text, how, func() error { return room.Send(ctx, text) })
		}
	}
}

func (out *Reminded) message(d remind.Digest, way string, text courier.Message, how Reminding, send func() error) {
	m := Message{Way: way, Organisation: d.Organisation, Office: d.Office, Subject: d.Subject, State: "planned"}
	desk := way + " " + d.Organisation + " " + d.Office
	switch {
	case how.Sent[desk] == text.Key:
		m.State = "unchanged"
	case how.Apply:
		err := send()
		if err == nil && how.Sent != nil {
			how.Sent[desk] = text.Key
			err = how.Record()
		}
		m.State = "sent"
		if err != nil {
			m.State, m.Why = "failed", err.Error()
			out.Undone++
		}
	}
	out.Messages = append(out.Messages, m)
}
