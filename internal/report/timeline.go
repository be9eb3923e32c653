package report

import (
	"cmp"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/timeline"
)

// Timeline is how a subject stood from the day it came on record, why that changed, and how it will stand if nobody does
// anything. On every day it says what the status of that day was, by what was known then.
type Timeline struct {
	Formerly []string  `json:"formerly,omitempty"` // ids it had before, oldest first
	Segments []Segment `json:"segments"`           // oldest first, without gaps
}

// Segment is a stretch of days on which nothing changed.
type Segment struct {
	From     calendar.Date `json:"from"`
	Until    calendar.Date `json:"until,omitzero"`  // the first day of the next; left out when what comes after was not looked at
	ID       string        `json:"id,omitempty"`    // what the subject was called then, where that is not what it is called now
	Ahead    bool          `json:"ahead,omitempty"` // it begins after the day judged: forecast
	State    string        `json:"state"`           // the status; empty while there was no record of the subject
	Sentence string        `json:"sentence"`        // in plain English, with the main reason
	Main     string        `json:"main,omitempty"`  // the obligation that decided
	Excepted int           `json:"excepted,omitempty"`
	Turns    []Turn        `json:"turns"`  // verdicts that are different from the segment before; of the first, those that lower
	Causes   []Cause       `json:"causes"` // commits, then law and days
}

// Turn is a verdict that changed. In a document of /api/v1/ it leaves out what a [Verdict] leaves out there.
type Turn struct {
	Obligation string `json:"obligation"`
	Title      string `json:"title,omitempty"`
	Strength   string `json:"strength,omitempty"`
	Subject    Ref    `json:"subject,omitzero"` // whose verdict it is
	Inherited  bool   `json:"inherited,omitempty"`
	From       string `json:"from"` // a state, or excepted; empty when it did not count before
	To         string `json:"to"`   // the same; empty when it counts no longer
	By         string `json:"by"`   // commit, date or law
	Text       string `json:"text"` // the reason that decides now
	Remedy     string `json:"remedy,omitempty"`
}

// Cause is what brought a segment about.
type Cause struct {
	Kind   string  `json:"kind"` // commit, date or law
	Text   string  `json:"text,omitempty"`
	Commit *Commit `json:"commit,omitempty"` // with those of its files that matter here
}

// FieldChange is a field of a record that a commit changed.
type FieldChange struct {
	Field string `json:"field"` // dotted, with positions in lists from 0; of prose, the section
	How   string `json:"how"`   // added, changed or removed
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"` // values of one line; prose is left to git
}

// Forecast is what turns between the day judged and a later one if nobody does anything.
type Forecast struct {
	Until     calendar.Date `json:"until"`     // the last day looked at
	Turns     []ToCome      `json:"turns"`     // by day
	Workloads []Outlook     `json:"workloads"` // by id
}

// ToCome is a verdict that will change.
type ToCome struct {
	On         calendar.Date `json:"on"`
	Days       int           `json:"days"` // from the day judged
	Obligation string        `json:"obligation"`
	Title      string        `json:"title"`
	Strength   string        `json:"strength"`
	Subject    Ref           `json:"subject"`
	Workloads  []string      `json:"workloads,omitempty"` // ids of the workloads it reaches
	From       string        `json:"from"`                // a state, or excepted
	To         string        `json:"to"`
	By         string        `json:"by"`   // date or law
	Text       string        `json:"text"` // what happens
	Rule       string        `json:"rule,omitempty"`
	Office     string        `json:"office,omitempty"`
	Local      bool          `json:"local,omitempty"`
	Remedy     string        `json:"remedy,omitempty"` // the act that prevents it; none when it gets better
}

// Outlook is how a workload will stand.
type Outlook struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Now   string `json:"now"`
	Steps []Step `json:"steps"` // the days on which its status changes
	Then  string `json:"then"`  // on the last day looked at
}

// Step is a change of status.
type Step struct {
	On       calendar.Date `json:"on"`
	State    string        `json:"state"`
	Sentence string        `json:"sentence"`
}

// NewTimeline words a timeline. Files gives the files of a cause with their fields.
func NewTimeline(t *timeline.Timeline, asOf calendar.Date, files func(timeline.Cause) []Change) *Timeline {
	out := &Timeline{Formerly: t.Formerly, Segments: make([]Segment, 0, len(t.Segments))}
	for _, s := range t.Segments {
		one := Segment{
			From: s.From, Until: s.Until, Ahead: s.From.After(asOf), State: string(s.State), Sentence: stretch(s), Excepted: s.Excepted,
			Turns: []Turn{}, Causes: []Cause{},
		}
		if s.ID != t.ID {
			one.ID = s.ID
		}
		if s.Main != nil {
			one.Main = s.Main.Obligation.ID
		}
		for _, turn := range s.Turns {
			one.Turns = append(one.Turns, turnOf(t, turn))
		}
		for _, c := range s.Causes {
			cause := Cause{Kind: string(c.Kind), Text: c.Text}
			if c.Commit != nil {
				cause.Commit = &Commit{ID: c.Commit.ID, Day: c.Commit.Day, Author: c.Commit.Author, Subject: c.Commit.Subject, PullRequest: c.Commit.PullRequest, Signed: c.Commit.Signed, Files: orEmpty(files(c))}
			}
			one.Causes = append(one.Causes, cause)
		}
		out.Segments = append(out.Segments, one)
	}
	return out
}

// stretch words the status of a segment as that of a day is worded.
func stretch(s timeline.Segment) string {
	if s.Gone {
		return "There is no record of it."
	}
	stood := &assess.Subject{LeftOut: s.LeftOut, Status: assess.Status{State: s.State, Excepted: s.Excepted}}
	if s.Main != nil {
		stood.Status.Main = &assess.Verdict{Obligation: s.Main.Obligation, Outcome: obligation.Outcome{Reasons: []obligation.Reason{s.Main.Reason}}}
	}
	return sentence(stood)
}

func turnOf(t *timeline.Timeline, turn timeline.Turn) Turn {
	out := Turn{
		Obligation: turn.Obligation.ID, Title: turn.Obligation.Title, Strength: string(turn.Obligation.Strength),
		Subject: Ref{string(turn.Kind), turn.ID, turn.Name}, Inherited: turn.Kind != t.Kind,
		From: shown(turn.From, turn.FromExcepted), To: shown(turn.To, turn.ToExcepted), By: string(turn.By), Text: turn.Reason.Text,
	}
	if turn.To.Lowers() && turn.To != "" && !turn.ToExcepted {
		out.Remedy = turn.Obligation.Remedy
	}
	return out
}

func shown(s obligation.State, excepted bool) string {
	if excepted {
		return "excepted"
	}
	return string(s)
}

// Coming is what the timeline of one subject says of the days after the one judged.
type Coming struct {
	Until   calendar.Date `json:"until"`             // the last day looked at; no date when none was
	Turns   []ToCome      `json:"turns,omitempty"`   // without the workloads that they reach
	Outlook *Outlook      `json:"outlook,omitempty"` // of a workload
}

// ComingOf words what a timeline says of the days after the one judged, up to and including a last day.
func ComingOf(t *timeline.Timeline, asOf, last calendar.Date) Coming {
	c := Coming{Until: last}
	for _, s := range t.Segments {
		if !s.From.After(asOf) || s.From.After(last) {
			continue
		}
		for _, turn := range s.Turns {
			if turn.From.Lowers() || turn.To.Lowers() {
				c.Turns = append(c.Turns, toCome(turn, asOf, s.From))
			}
		}
	}
	if t.Kind == obligation.OfWorkload {
		o := outlook(t, asOf, last)
		c.Outlook = &o
	}
	return c
}

// NewForecast words what timelines say of the days after the one judged, up to and including a last day.
func NewForecast(all *timeline.Timelines, asOf, last calendar.Date) *Forecast {
	g := NewGathering(&obligation.Catalogue{})
	g.until = last
	for _, t := range all.All() {
		g.come(Ref{string(t.Kind), t.ID, t.Name}, ComingOf(t, asOf, last))
	}
	g.forecast()
	return g.lists.Forecast
}

// StatusChange is a day on which the status of a subject became another, with what brought that about.
type StatusChange struct {
	On       calendar.Date `json:"on"`
	Subject  Ref           `json:"subject"`
	From     string        `json:"from"` // empty when the subject came on record
	To       string        `json:"to"`   // empty when it is no longer on record
	Sentence string        `json:"sentence"`
	Main     string        `json:"main,omitempty"` // the obligation that decides now
	Causes   []Cause       `json:"causes"`         // of a commit its files are left out
}

// changes lists the days up to the one judged on which the status was another than before, oldest first.
func (t *Timeline) changes(of Ref) []StatusChange {
	if t == nil {
		return nil
	}
	var out []StatusChange
	before := ""
	for _, s := range t.Segments {
		if s.Ahead {
			break
		}
		if s.State == before {
			continue
		}
		c := StatusChange{On: s.From, Subject: of, From: before, To: s.State, Sentence: s.Sentence, Main: s.Main, Causes: make([]Cause, 0, len(s.Causes))}
		for _, cause := range s.Causes {
			if cause.Commit != nil {
				brief := *cause.Commit
				brief.Files = []Change{}
				cause.Commit = &brief
			}
			c.Causes = append(c.Causes, cause)
		}
		out = append(out, c)
		before = s.State
	}
	return out
}

func toCome(turn timeline.Turn, asOf, on calendar.Date) ToCome {
	out := ToCome{
		On: on, Days: asOf.DaysUntil(on), Obligation: turn.Obligation.ID, Title: turn.Obligation.Title, Strength: string(turn.Obligation.Strength),
		Subject: Ref{string(turn.Kind), turn.ID, turn.Name}, From: shown(cmp.Or(turn.From, obligation.NotApplicable), turn.FromExcepted),
		To: shown(cmp.Or(turn.To, obligation.NotApplicable), turn.ToExcepted), By: string(turn.By), Text: turn.Reason.Text,
	}
	if due := turn.Announced; due.Text != "" {
		out.Text, out.Rule, out.Office, out.Local = due.Text, string(due.Rule), due.Office, due.Local
	}
	if turn.To != "" && turn.To.Lowers() && !turn.ToExcepted {
		out.Remedy = turn.Obligation.Remedy
	}
	return out
}

func outlook(t *timeline.Timeline, asOf, last calendar.Date) Outlook {
	o := Outlook{ID: t.ID, Name: t.Name, Steps: []Step{}}
	for _, s := range t.Segments {
		switch {
		case s.From.After(last):
			return o
		case !s.From.After(asOf):
			o.Now, o.Then = string(s.State), string(s.State)
		case string(s.State) != o.Then:
			o.Then = string(s.State)
			o.Steps = append(o.Steps, Step{s.From, o.Then, stretch(s)})
		}
	}
	return o
}
