// Package demo makes an evidence repository with years of dated history, for those who want to look before they start, and
// as the sample for tests, benchmarks and pictures. Organisations join, suppliers renew certificates on time and late, people
// leave office, workloads are proposed, approved, changed, reviewed, moved and closed, trials are extended and forgotten,
// laws and standards change, dates are bumped in bulk, and a few records are committed that check refuses.
//
// It promises four things.
//
//   - The same options give the same commit ids on every machine and in every year: everything follows from the seed.
//   - Every commit passes check, apart from the spells that the result lists as refused.
//   - Approvals are signed by keys that anybody can derive from the seed: see [Key]. They show how it looks and prove nothing.
//   - Nothing in it is real. Organisations and suppliers say that they are fictional, ODS codes begin with Z, posts stand in
//     the place of people, addresses end in example.org, and no number is a patient's. Only dates of law and the names of
//     schemes, standards and guidance are real.
//
// Time and size grow in line with commits; memory with workloads. Nothing is kept of a commit once it is made.
package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitpack"
	"example.org/muniment/internal/statement"
)

// Options say how large the history is. A zero field means its default.
type Options struct {
	Seed          uint64
	Organisations int           // 1 for each 80 workloads, from 4 to 280
	Workloads     int           // 40
	Suppliers     int           // 1 for each 200 workloads, at least 12
	Years         int           // of history; 6
	Commits       int           // on the mainline; 5 for each workload and 500 beside
	Until         calendar.Date // the day of the last commit; 2026-11-20
	Bare          bool          // write no working tree
	Stated        bool          // sign nothing and ask for no proof
	// Rules are those that statements say they were made under. Left out they are none that anybody knows, which muniment verify
	// says.
	Rules statement.Rules

	Progress func(step string, done, total int) // told how far the work is; may be nil
}

// The bounds of what makes sense as an evidence repository. ODS codes of the shape used here are enough for all of it.
const (
	maxOrganisations = 5_000
	maxWorkloads     = 200_000
	maxSuppliers     = 5_000
	maxYears         = 12
	maxCommits       = 2_000_000
)

// Filled gives the options with every default in its place. The error says which option makes no sense.
func (o Options) Filled() (Options, error) {
	fill := func(n *int, value int) {
		if *n == 0 {
			*n = value
		}
	}
	if o.Rules == (statement.Rules{}) {
		o.Rules = statement.Rules{Schemas: strings.Repeat("0", 64), Catalogue: strings.Repeat("0", 64)}
	}
	fill(&o.Workloads, 40)
	fill(&o.Organisations, min(max(4, o.Workloads/80), 280)) // as many as a country has
	fill(&o.Suppliers, max(12, o.Workloads/200))
	fill(&o.Years, 6)
	fill(&o.Commits, 5*o.Workloads+500)
	if o.Until.IsZero() {
		o.Until = calendar.Of(2026, 11, 20)
	}
	for _, b := range []struct {
		name          string
		n, least, top int
	}{
		{"organisations", o.Organisations, 1, maxOrganisations},
		{"workloads", o.Workloads, 1, maxWorkloads},
		{"suppliers", o.Suppliers, 1, maxSuppliers},
		{"years", o.Years, 1, maxYears},
		{"commits", o.Commits, o.necessary(), maxCommits},
	} {
		if b.n < b.least || b.n > b.top {
			return o, fmt.Errorf("%d %s: from %d to %d are possible here", b.n, b.name, b.least, b.top)
		}
	}
	if first, last := calendar.Of(2016, 1, 1), calendar.Of(2027, 12, 31); o.start().Before(first) || o.Until.After(last) {
		return o, fmt.Errorf("a history from %s to %s: it must lie between %s and %s, of which the stories know the law",
			o.start(), o.Until, first, last)
	}
	return o, nil
}

// necessary is the least number of commits: one to begin, one to end, and one for everything that comes into the register.
func (o Options) necessary() int { return 2 + o.Organisations + o.Suppliers + o.Workloads }

// start is the day of the first commit.
func (o Options) start() calendar.Date { return o.Until.AddMonths(-12 * o.Years) }

// Result tells what was made.
type Result struct {
	Head    string // the last commit
	Commits int    // on the mainline
	Merged  int    // further commits, which merges brought in
	Objects int    // in the pack
	Refused []Spell
}

// Spell is a stretch of the mainline in which check refuses a record, on purpose.
type Spell struct {
	Path string `json:"path"`
	From string `json:"from"` // the commit that brought it in
	To   string `json:"to"`   // the one that took it out; "" when none did
}

// Write makes the repository in a folder that is empty or not there yet; the error wraps [gitpack.ErrNotEmpty] otherwise.
// When it fails or is interrupted it leaves the folder as it was.
func Write(ctx context.Context, dir string, o Options) (result *Result, err error) {
	o, err = o.Filled()
	if err != nil {
		return nil, err
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	create := gitpack.Create
	if o.Bare {
		create = gitpack.CreateBare
	}
	repo, err := create(dir)
	if err != nil {
		return nil, err
	}
	complete := false
	defer func() { // after a panic too
		if !complete {
			err = errors.Join(err, repo.Discard())
		}
	}()
	if result, err = write(ctx, repo, o); err != nil {
		return nil, err
	}
	complete = true
	return result, repo.Close()
}

func write(ctx context.Context, repo *gitpack.Repository, o Options) (*Result, error) {
	h := newHistory(repo, o)
	events := h.plan()
	for i, e := range events {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := h.commit(e, clockOf(events, i)); err != nil {
			return nil, err
		}
		o.Progress("writing history", i+1, len(events))
	}
	result := &Result{Head: h.head.String(), Commits: len(events), Merged: h.merged, Objects: repo.Objects(), Refused: h.refused}
	if err := repo.Finish("main", h.head); err != nil {
		return nil, err
	}
	if o.Bare {
		return result, nil
	}
	files := h.tree.Count()
	return result, repo.Checkout(ctx, h.tree, func(done int) { o.Progress("writing files", done, files) })
}
