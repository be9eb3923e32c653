package remind

import (
	"context"
	"slices"
	"strings"

	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/report"
)

// label marks reminders for people. They are not found by it.
var label = forge.Label{Name: "reminder", Colour: "005eb8", Description: "Kept up to date by muniment remind"}

// Options say how to converge.
type Options struct {
	Apply   bool   // write; otherwise the plan is all there is
	Account string // ours; empty to ask the forge
	Most    int    // issues that are written in one run, at most; 0 for any number
	Link    Link

	// KeepOpen closes nothing because of facts: where evidence was refused, what is due is not known whole.
	KeepOpen bool
}

// Done is what became of a step.
type Done struct {
	Act    Act    `json:"act"`
	Number int    `json:"number,omitempty"`
	Title  string `json:"title"`
	Done   bool   `json:"done"`
	Why    string `json:"why,omitempty"` // when it is not done
}

// Outcome is what a run planned and did.
type Outcome struct {
	Repository string `json:"repository"`
	Account    string `json:"account"`
	Applied    bool   `json:"applied"`
	Steps      []Done `json:"steps"`
	Undone     int    `json:"undone"` // of an applied run: steps that are left for the next
}

// rounds is how often a run looks again after what it did: to find out what became of lost answers, and to clear away what
// others opened at the same time.
const rounds = 3

// Converge makes the issues of a repository what a report says they should be. The error tells why nothing could be told or
// done at all; what was left undone is in the outcome.
func Converge(ctx context.Context, repo forge.Repository, r *report.Report, o Options) (*Outcome, error) {
	c := &converging{repo: repo, report: r, o: o, out: &Outcome{Repository: repo.Host() + "/" + repo.Name(), Applied: o.Apply, Steps: []Done{}}}
	if c.out.Account = o.Account; c.out.Account == "" {
		account, err := repo.Account(ctx)
		if err != nil {
			return c.out, err
		}
		c.out.Account = account
	}
	steps, err := c.plan(ctx)
	if err != nil {
		return c.out, err
	}
	if !o.Apply {
		for _, s := range steps {
			c.out.Steps = append(c.out.Steps, Done{Act: s.Act, Number: s.Number, Title: s.Title})
		}
		return c.out, nil
	}
	for round := 1; len(steps) > 0; round++ {
		left, again := c.carryOut(ctx, steps)
		if !again || round == rounds {
			c.leave(left)
			break
		}
		if steps, err = c.plan(ctx); err != nil {
			c.leave(left)
			return c.out, err
		}
	}
	return c.out, nil
}

type converging struct {
	repo       forge.Repository
	report     *report.Report
	o          Options
	out        *Outcome
	written    int
	labelled   bool
	assignable map[string]string // by lower case; nil until it was asked for
}

// plan reads all issues and says what to do. Whatever it would open it looks for a second time, in the other order: a page that
// was lost on the way must not lead to a second issue.
func (c *converging) plan(ctx context.Context) ([]Step, error) {
	issues, err := c.repo.Issues(ctx, false)
	if err != nil {
		return nil, err
	}
	steps := c.compare(issues)
	if !opens(steps) {
		return steps, nil
	}
	more, err := c.repo.Issues(ctx, true)
	if err != nil {
		return nil, err
	}
	return c.compare(union(issues, more)), nil
}

func (c *converging) compare(issues []forge.Issue) []Step {
	steps := Plan(c.report, c.repo.Host(), issues, c.out.Account, c.o.Link)
	if c.o.KeepOpen {
		steps = slices.DeleteFunc(steps, func(s Step) bool { return s.Act == Close })
	}
	return steps
}

// union gives what either list holds, as the second has it.
func union(a, b []forge.Issue) []forge.Issue {
	out := slices.Clone(b)
	for _, i := range a {
		if !slices.ContainsFunc(b, func(j forge.Issue) bool { return j.Number == i.Number }) {
			out = append(out, i)
		}
	}
	slices.SortFunc(out, func(a, b forge.Issue) int { return a.Number - b.Number })
	return out
}

// undone is a step that was not done.
type undone struct {
	Step
	why string
}

// carryOut does steps until the forge will have no more. again tells that it is worth looking once more: an issue was opened,
// which others may have done too, or nobody knows what became of a step.
func (c *converging) carryOut(ctx context.Context, steps []Step) (left []undone, again bool) {
	for i, s := range steps {
		if c.o.Most > 0 && c.written >= c.o.Most {
			return c.rest(left, steps[i:], "the most that one run writes is written; the next run goes on"), false
		}
		number, err := c.do(ctx, s)
		switch {
		case err == nil:
			c.written++
			c.out.Steps = append(c.out.Steps, Done{Act: s.Act, Number: number, Title: s.Title, Done: true})
			again = again || s.Act == Open
		case ctx.Err() != nil || forge.Is(err, forge.Limited, forge.Unauthorised, forge.Forbidden):
			return c.rest(left, steps[i:], err.Error()), false
		default:
			left, again = append(left, undone{s, err.Error()}), true
		}
	}
	return left, again
}

func (c *converging) rest(left []undone, steps []Step, why string) []undone {
	for _, s := range steps {
		left = append(left, undone{s, why})
	}
	return left
}

// leave tells of what is left for the next run.
func (c *converging) leave(left []undone) {
	for _, u := range left {
		c.out.Steps = append(c.out.Steps, Done{Act: u.Act, Number: u.Number, Title: u.Title, Why: u.why})
	}
	c.out.Undone += len(left)
}

// do does one step and gives the number of its issue.
func (c *converging) do(ctx context.Context, s Step) (int, error) {
	switch s.Act {
	case Open:
		return c.open(ctx, s)
	case Update:
		return s.Number, c.update(ctx, s)
	case Merge:
		return s.Number, c.end(ctx, s.issue, "duplicate", "Another issue says the same.")
	default:
		return s.Number, c.end(ctx, s.issue, "done", "Nothing here is due any more: it is met, was moved to another stage, or is no longer judged.")
	}
}

func (c *converging) open(ctx context.Context, s Step) (int, error) {
	if !c.labelled {
		if err := c.repo.EnsureLabel(ctx, label); err != nil {
			return 0, err
		}
		c.labelled = true
	}
	logins, err := c.known(ctx, s.reminder.Logins)
	if err != nil {
		return 0, err
	}
	made, err := c.repo.CreateIssue(ctx, forge.Draft{Title: s.text.title, Body: s.text.body, Labels: []string{label.Name}, Assignees: logins})
	return made.Number, err
}

// update tells first and writes then: what was told is looked up before it is told again, what was written is not.
func (c *converging) update(ctx context.Context, s Step) error {
	was, _ := readMarker(s.issue.Body)
	if added := s.reminder.added(was); len(added) > 0 {
		if err := c.tell(ctx, s.Number, added); err != nil {
			return err
		}
	}
	logins, err := c.known(ctx, s.reminder.Logins)
	if err != nil {
		return err
	}
	change := forge.Change{Title: &s.text.title, Body: &s.text.body, Open: new(bool)}
	*change.Open = true
	if len(logins) > 0 { // whoever a person assigned stays
		for _, l := range logins {
			if !slices.ContainsFunc(s.issue.Assignees, func(have string) bool { return strings.EqualFold(have, l) }) && len(s.issue.Assignees) < maxLogins {
				s.issue.Assignees = append(slices.Clone(s.issue.Assignees), l)
			}
		}
		change.Assignees = s.issue.Assignees
	}
	return c.repo.EditIssue(ctx, s.Number, change)
}

// tell comments on what was added, unless an earlier run has.
func (c *converging) tell(ctx context.Context, number int, added []Item) error {
	key, body := comment(added)
	comments, err := c.repo.Comments(ctx, number)
	if err != nil {
		return err
	}
	for _, old := range comments {
		if m := commentForm.FindStringSubmatch(old.Body); m != nil && m[1] == key && strings.EqualFold(old.Author, c.out.Account) {
			return nil
		}
	}
	return c.repo.Comment(ctx, number, body)
}

// end closes an issue, and says in the same request that it was us.
func (c *converging) end(ctx context.Context, i forge.Issue, state, why string) error {
	body, closed := closing(i.Body, state, why), false
	return c.repo.EditIssue(ctx, i.Number, forge.Change{Body: &body, Open: &closed, Duplicate: state == "duplicate"})
}

// known leaves out logins that the forge would refuse to assign.
func (c *converging) known(ctx context.Context, logins []string) ([]string, error) {
	if len(logins) == 0 {
		return nil, nil
	}
	if c.assignable == nil {
		list, err := c.repo.Assignable(ctx)
		if err != nil {
			return nil, err
		}
		c.assignable = make(map[string]string, len(list))
		for _, l := range list {
			c.assignable[strings.ToLower(l)] = l
		}
	}
	var out []string
	for _, l := range logins {
		if spelt, ok := c.assignable[strings.ToLower(l)]; ok {
			out = append(out, spelt)
		}
	}
	return out, nil
}
