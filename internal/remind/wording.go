package remind

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
)

// Link gives the address of a subject's page, or nothing.
type Link func(report.Ref) string

// maxListed and maxKept bound what one issue says: duties that it lists, and duties that its marker holds.
const (
	maxListed = 50
	maxKept   = 400
)

// marker is the line, hidden from readers, by which a reminder is found again.
type marker struct {
	subject string
	stage   Stage
	state   string // open, done or duplicate: what we last made of it
	digest  string // of what we last wrote
	items   []string
}

var markerForm = regexp.MustCompile(`<!-- muniment-reminder:1 subject=([A-Za-z0-9:/._-]+) stage=(owner|office|siro) state=(open|done|duplicate) digest=([0-9a-f]{16}) items=([A-Za-z0-9@,.-]*) -->`)

func (m marker) String() string {
	return fmt.Sprintf("<!-- muniment-reminder:1 subject=%s stage=%s state=%s digest=%s items=%s -->", m.subject, m.stage, m.state, m.digest, strings.Join(m.items, ","))
}

// readMarker finds the first marker of a text.
func readMarker(body string) (marker, bool) {
	f := markerForm.FindStringSubmatch(body)
	if f == nil {
		return marker{}, false
	}
	m := marker{subject: f[1], stage: Stage(f[2]), state: f[3], digest: f[4]}
	if f[5] != "" {
		m.items = strings.Split(f[5], ",")
	}
	return m, true
}

// name names what a marker is about; the issue's own title may be anybody's by now.
func (m marker) name() string {
	return strings.Replace(m.subject, ":", " ", 1) + ", for the " + string(m.stage)
}

// days gives the days that a marker holds, by obligation.
func (m marker) days() map[string]calendar.Date {
	out := make(map[string]calendar.Date, len(m.items))
	for _, item := range m.items {
		if obligation, day, ok := strings.Cut(item, "@"); ok {
			if on, err := calendar.Parse(day); err == nil {
				out[obligation] = on
			}
		}
	}
	return out
}

// closing changes a body that we close: the marker says why, and so does a line for people.
func closing(body, state, why string) string {
	m, ok := readMarker(body)
	if !ok {
		return body
	}
	m.state = state
	at := markerForm.FindStringIndex(body)
	return body[:at[0]] + m.String() + "\n**" + why + "**\n" + body[at[1]:]
}

// text is a reminder in words.
type text struct {
	title, body string
	marker      marker
}

// words words a reminder. The same reminder gives the same words on every day, as long as nothing about it changes.
func (r Reminder) words(link Link) text {
	title := r.title()
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n| Day | Duty | To act | State from that day |\n|---|---|---|---|\n", r.opening())
	for i, item := range r.Items {
		if i == maxListed {
			fmt.Fprintf(&b, "\nand %d more.\n", len(r.Items)-maxListed)
			break
		}
		fmt.Fprintf(&b, "| %s | %s %s | %s | %s |\n", item.On.Long(), item.Obligation, plain(item.Title), officeTitles(item.Offices), item.State)
	}
	b.WriteString("\n")
	if at := link(r.Subject); at != "" {
		fmt.Fprintf(&b, "[Why, and what to do](%s)\n\n", at)
	}
	if len(r.Logins) == 0 {
		b.WriteString("Nobody who is to be told has an account here; see `logins` in the appointments.\n\n")
	}
	b.WriteString("Kept up to date by `muniment remind`. It closes by itself once the evidence shows that nothing here is due. " +
		"Whoever closes it hears nothing more of these duties until the next stage.\n")
	sum := sha256.Sum256([]byte(title + "\x00" + b.String() + "\x00" + strings.Join(r.Logins, "\x00")))
	m := marker{subject: subject(r.Subject), stage: r.Stage, state: "open", digest: hex.EncodeToString(sum[:8])}
	for _, i := range r.Items[:min(len(r.Items), maxKept)] {
		m.items = append(m.items, i.key())
	}
	return text{title, m.String() + "\n" + b.String(), m}
}

// title names the earliest day and the subject.
func (r Reminder) title() string {
	first := r.Items[0]
	when := "Due " + first.On.Long()
	if first.Missed {
		when = "Overdue since " + first.On.Long()
	}
	if n := len(r.Items) - 1; n > 0 {
		when += fmt.Sprintf(" and %d more", n)
	}
	return when + ": " + Name(r.Subject)
}

func (r Reminder) opening() string {
	name := "`" + r.Subject.ID + "`"
	if r.Subject.Kind != "workload" {
		name = r.Subject.Kind + " " + name
	} else if n := plain(r.Subject.Name); n != "" {
		name = n + " " + name
	}
	switch r.Stage {
	case Owner:
		return "For the owner: this is due at " + name + "."
	case Office:
		return "For the owner and the office that is to act: this is due soon, or was due and is not met, at " + name + "."
	}
	return "For the SIRO: this was due at " + name + " some time ago and is not met."
}

func officeTitle(office string) string { return record.Office(office).Title() }

// officeTitles names who is to act.
func officeTitles(offices []string) string {
	if len(offices) == 0 {
		return "owner"
	}
	titles := make([]string, len(offices))
	for i, o := range offices {
		titles[i] = officeTitle(o)
	}
	return strings.Join(titles, ", ")
}

// added gives those of a reminder's items that a marker does not hold.
func (r Reminder) added(m marker) []Item {
	var out []Item
	for i, item := range r.Items {
		if i < maxKept && !slices.Contains(m.items, item.key()) {
			out = append(out, item)
		}
	}
	return out
}

var commentForm = regexp.MustCompile(`<!-- muniment-reminder-comment:1 ([0-9a-f]{16}) -->`)

// comment tells those who watch an issue what was added to it: an edit alone notifies nobody.
func comment(items []Item) (key, body string) {
	var b strings.Builder
	for i, item := range items {
		if i == maxListed {
			fmt.Fprintf(&b, "- and %d more\n", len(items)-maxListed)
			break
		}
		fmt.Fprintf(&b, "- %s: %s %s\n", item.On.Long(), item.Obligation, plain(item.Title))
	}
	sum := sha256.Sum256([]byte(b.String()))
	key = hex.EncodeToString(sum[:8])
	return key, "<!-- muniment-reminder-comment:1 " + key + " -->\nNew here:\n\n" + b.String()
}
