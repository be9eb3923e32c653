package remind

import (
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/report"
)

// Act is what a step does.
type Act string

// The acts.
const (
	Open   Act = "open"   // a new issue
	Update Act = "update" // words, duties or assignees are other ones now
	Close  Act = "close"  // the facts say that nothing is due
	Merge  Act = "merge"  // a second issue that says the same is closed
)

// Step is one thing to do on the forge.
type Step struct {
	Act      Act
	Number   int // of the issue; 0 of one to be opened
	Title    string
	reminder Reminder
	issue    forge.Issue
	text     text
	first    int // of Merge: the issue that stays
}

// found is an issue of ours with its marker.
type found struct {
	forge.Issue
	marker marker
}

// slot is a subject at a stage: at most one open issue belongs to it.
type slot struct {
	subject string
	stage   Stage
}

// ours picks the reminders among issues: opened by our own account, with a marker. Anybody can write a marker.
func ours(issues []forge.Issue, account string) []found {
	var out []found
	for _, i := range issues {
		if m, ok := readMarker(i.Body); ok && strings.EqualFold(i.Author, account) {
			out = append(out, found{i, m})
		}
	}
	return out
}

// remember gathers the days that open reminders name.
func remember(have []found) Remembered {
	out := make(Remembered)
	for _, f := range have {
		if !f.Open || f.marker.state != "open" {
			continue
		}
		days := out[f.marker.subject]
		if days == nil {
			days = make(map[string]calendar.Date)
			out[f.marker.subject] = days
		}
		for obligation, on := range f.marker.days() {
			if was := days[obligation]; was.IsZero() || on.Before(was) {
				days[obligation] = on
			}
		}
	}
	return out
}

// Plan compares what should be there with the issues that are, and says what to do: most pressing first, closing last. It depends
// on nothing else, and of what it says to do nothing is left to do once it is done.
func Plan(r *report.Report, host string, issues []forge.Issue, account string, link Link) []Step {
	have := ours(issues, account)
	bySlot := make(map[slot][]found)
	for _, f := range have { // by number, since the issues are
		s := slot{f.marker.subject, f.marker.stage}
		bySlot[s] = append(bySlot[s], f)
	}
	var steps, closing []Step
	wanted := make(map[slot]bool)
	for _, rem := range Due(r, host, remember(have)) {
		s := slot{subject(rem.Subject), rem.Stage}
		wanted[s] = true
		steps = append(steps, rem.steps(bySlot[s], link)...)
	}
	for _, f := range have {
		s := slot{f.marker.subject, f.marker.stage}
		switch {
		case !f.Open || f.marker.state != "open": // over, or opened again by a person
		case !wanted[s]:
			closing = append(closing, Step{Act: Close, Number: f.Number, Title: f.marker.name(), issue: f.Issue})
		case firstOpen(bySlot[s]).Number != f.Number:
			closing = append(closing, Step{Act: Merge, Number: f.Number, Title: f.marker.name(), issue: f.Issue, first: firstOpen(bySlot[s]).Number})
		}
	}
	return append(steps, closing...)
}

// firstOpen gives the oldest open issue of a slot: every run that sees it keeps the same one.
func firstOpen(list []found) *found {
	for i := range list {
		if list[i].Open && list[i].marker.state == "open" {
			return &list[i]
		}
	}
	for i := range list {
		if list[i].Open { // a person opened it again, and there is need of it again
			return &list[i]
		}
	}
	return nil
}

// steps says what a reminder needs, given the issues of its slot.
func (r Reminder) steps(have []found, link Link) []Step {
	t := r.words(link)
	if keep := firstOpen(have); keep != nil {
		if keep.marker.digest == t.marker.digest && keep.marker.state == "open" {
			return nil
		}
		return []Step{{Act: Update, Number: keep.Number, Title: t.title, reminder: r, issue: keep.Issue, text: t}}
	}
	for _, f := range have {
		if f.marker.state == "open" && len(r.added(f.marker)) == 0 {
			return nil // a person closed it, and nothing has been added since
		}
	}
	return []Step{{Act: Open, Title: t.title, reminder: r, text: t}}
}

// opens tells whether any step opens an issue.
func opens(steps []Step) bool {
	return slices.ContainsFunc(steps, func(s Step) bool { return s.Act == Open })
}
