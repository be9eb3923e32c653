// Package brief tells a pull request in compliance terms: what changes for whom between two states of a register, why, who
// must approve anew, what falls due when, and what somebody should look at twice. It compares two reports that were judged on
// the same day and reads nothing else.
//
// The head of a pull request is judged by the rules of its base: schemas, policy and appointments. What it changes of those is
// said, and what the rules it brings would change once it is merged is told apart.
//
//	b := brief.New(brief.Inputs{Base: before, Head: after, Merged: after, Files: changes})
//	text := brief.Markdown(b, brief.Limits{})
package brief

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/report"
)

// Brief is the JSON document of muniment brief. Its lists are whole; Markdown and text are bounded.
type Brief struct {
	report.Origin
	Base     Point             `json:"base"`
	Head     Point             `json:"head"`
	Beside   bool              `json:"beside,omitempty"` // the head lacks commits of the base: what they brought shows as taken away
	Nothing  bool              `json:"nothing"`          // no status, verdict, approval, due day or finding changes, nor a rule or a date alone
	Headline string            `json:"headline"`
	Files    Files             `json:"files"`
	Errors   int               `json:"errors"` // findings of the head that refuse evidence, new or not
	Effect                     // by the rules of the base
	Rules    []Rule            `json:"rules"`                // what it changes of the rules
	NewRules *Effect           `json:"byNewRules,omitempty"` // what those rules change besides, once they are merged
	Findings []finding.Finding `json:"findings"`             // new ones
	Solved   []finding.Finding `json:"solved"`               // those that are gone
	Bumps    []Bump            `json:"bumps"`
	Copied   []Copied          `json:"copied"`
	Link     string            `json:"link,omitempty"` // where all of it can be read
}

// Point is a commit that is compared.
type Point struct {
	Commit   string        `json:"commit"`
	Day      calendar.Date `json:"day"`      // on which it was made
	Evidence string        `json:"evidence"` // SHA-256 over the evidence
}

// Files counts the files below evidence/ that differ.
type Files struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

// Effect is what is different between two judgements.
type Effect struct {
	Subjects  []Subject  `json:"subjects"` // by kind, those that get worse first, then by id
	Approvals []Approval `json:"approvals"`
	Due       []Due      `json:"due"` // by day
}

func (e *Effect) empty() bool { return len(e.Subjects)+len(e.Approvals)+len(e.Due) == 0 }

// Rule is a change of something that everything is judged by.
type Rule struct {
	Path string `json:"path"`
	How  string `json:"how"`  // added, changed or removed
	What string `json:"what"` // schemas, policy, appointments, workflows or owners
}

// Subject is a subject for which something changes.
type Subject struct {
	Subject  report.Ref `json:"subject"`
	How      string     `json:"how"`                // changed, added, removed or moved
	Formerly string     `json:"formerly,omitempty"` // its id before it moved
	Before   *Standing  `json:"before,omitempty"`
	After    *Standing  `json:"after,omitempty"`
	Verdicts []Verdict  `json:"verdicts"` // that change; of an added subject those that lower it
}

// Standing is a status in brief.
type Standing struct {
	State    string `json:"state"`
	Sentence string `json:"sentence"`
	Main     string `json:"main,omitempty"` // the obligation that decided
	Excepted int    `json:"excepted,omitempty"`
}

// Verdict is a verdict that changes.
type Verdict struct {
	Obligation string          `json:"obligation"`
	Title      string          `json:"title"`
	Strength   string          `json:"strength"`
	Subject    report.Ref      `json:"subject"` // whose verdict it is
	Inherited  bool            `json:"inherited,omitempty"`
	From       string          `json:"from"`               // a state, or excepted; empty when it did not count
	To         string          `json:"to"`                 // the same
	FromUntil  calendar.Date   `json:"fromUntil,omitzero"` // last day of the exception that set it aside
	Until      calendar.Date   `json:"until,omitzero"`     // last day of the one that does now
	Reasons    []report.Reason `json:"reasons"`            // why it is now as it is; of one that counts no longer, why it was
	Remedy     string          `json:"remedy,omitempty"`
}

// Approval is an approval that comes to count, or counts no longer.
type Approval struct {
	Workload report.Ref `json:"workload"`
	Office   string     `json:"office"`
	By       string     `json:"by"` // the post that gave it
	Path     string     `json:"path"`
	From     string     `json:"from"` // a state; empty when it was not there
	To       string     `json:"to"`   // a state; removed
	Text     string     `json:"text"` // why
	Files    []string   `json:"files,omitempty"`
	Holders  []string   `json:"holders"` // who can give it now; none when the office is vacant
}

// Lost tells whether an approval that counted does so no longer, so that it has to be given anew.
func (a *Approval) Lost() bool { return a.From == valid && a.To != valid && a.To != superseded }

// Due is a day that is new, moves or goes.
type Due struct {
	Before calendar.Date `json:"before,omitzero"` // no date: it is new
	Due    report.Due    `json:"due"`             // as it is now; as it was when Gone
	Gone   bool          `json:"gone,omitempty"`
}

// Bump is a record in which nothing but dates is different. Without a review in the same change nothing says what was looked at.
type Bump struct {
	Path   string               `json:"path"`
	Fields []report.FieldChange `json:"fields"`
	Review string               `json:"review,omitempty"` // a new review of the same workload
}

// Copied are new reviews that give the same reason, word for word.
type Copied struct {
	Paths []string `json:"paths"`
}

// Inputs are what a brief is made from. The reports are judged on the same day.
type Inputs struct {
	Base   *report.Report
	Head   *report.Report  // by the rules of the base
	Merged *report.Report  // by the rules of its own; the same as Head when they are those of the base
	Files  []report.Change // what differs below evidence/, with fields where a record changed
	Rules  []Rule
	Moved  map[report.Ref]string // the id in the base of what moved; references are without names
	Beside bool
	Days   [2]calendar.Date // of the commits
	Link   string
}

// New compares.
func New(in Inputs) *Brief {
	b := &Brief{
		Origin: in.Merged.Origin, Beside: in.Beside, Link: in.Link, Rules: orEmpty(in.Rules),
		Base: Point{in.Base.KnownAt, in.Days[0], in.Base.Evidence}, Head: Point{in.Merged.KnownAt, in.Days[1], in.Merged.Evidence},
		Effect: compare(in.Base, in.Head, in.Moved), Errors: in.Merged.Summary.Errors,
	}
	if in.Merged != in.Head {
		if e := compare(in.Head, in.Merged, nil); !e.empty() {
			b.NewRules = &e
		}
	}
	for _, f := range in.Files {
		switch f.How {
		case "added":
			b.Files.Added++
		case "removed":
			b.Files.Removed++
		default:
			b.Files.Changed++
		}
	}
	b.Findings, b.Solved = beyond(in.Merged.Findings, in.Base.Findings), beyond(in.Base.Findings, in.Merged.Findings)
	b.Bumps, b.Copied = bumps(in.Files), copied(in.Base, in.Merged)
	b.Nothing = b.empty() && len(b.Rules)+len(b.Findings)+len(b.Solved)+len(b.Bumps)+len(b.Copied) == 0
	b.Headline = headline(b)
	return b
}

// beyond gives the findings of one list that another has not. A line that moved makes no finding new.
func beyond(list, other []finding.Finding) []finding.Finding {
	type key struct{ path, code, message string }
	known := make(map[key]int)
	for _, f := range other {
		known[key{f.Path, f.Code, f.Message}]++
	}
	out := []finding.Finding{}
	for _, f := range list {
		k := key{f.Path, f.Code, f.Message}
		if known[k] > 0 {
			known[k]--
			continue
		}
		out = append(out, f)
	}
	return out
}

// bumps finds the records in which only dates changed.
func bumps(files []report.Change) []Bump {
	reviews := map[string]string{} // the folder of a workload to a new review in it
	for _, f := range files {
		if folder, name, ok := strings.Cut(f.Path, "/reviews/"); ok && f.How == "added" && strings.HasSuffix(name, ".yaml") {
			reviews[folder] = f.Path
		}
	}
	out := []Bump{}
	for _, f := range files {
		if f.How != "changed" || len(f.Fields) == 0 || slices.ContainsFunc(f.Fields, func(c report.FieldChange) bool { return !isDay(c.Old) || !isDay(c.New) }) {
			continue
		}
		out = append(out, Bump{Path: f.Path, Fields: f.Fields, Review: reviews[f.Path[:max(strings.LastIndexByte(f.Path, '/'), 0)]]})
	}
	return out
}

func isDay(s string) bool {
	_, err := calendar.Parse(s)
	return err == nil
}

// copied finds new reviews of several workloads that give the very same reason.
func copied(base, head *report.Report) []Copied {
	known := map[string]bool{}
	for i := range base.Workloads {
		for _, r := range base.Workloads[i].Reviews {
			known[r.Path] = true
		}
	}
	byReason := map[string][]string{}
	for i := range head.Workloads {
		for _, r := range head.Workloads[i].Reviews {
			if !known[r.Path] {
				byReason[r.Reason] = append(byReason[r.Reason], r.Path)
			}
		}
	}
	out := []Copied{}
	for _, paths := range byReason {
		if len(paths) > 1 {
			slices.Sort(paths)
			out = append(out, Copied{paths})
		}
	}
	slices.SortFunc(out, func(a, b Copied) int { return cmp.Compare(a.Paths[0], b.Paths[0]) })
	return out
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
