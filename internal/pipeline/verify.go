package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/publish"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/theme"
)

// Verification says what is to be verified.
type Verification struct {
	Question
	Roots      []string    // digests of the roots of trust that must be there; none when nobody recorded one
	Checkpoint *Checkpoint // of an earlier state; nil for none
	Portal     string      // a published portal's folder; "" for none
	Theme      *theme.Theme
	Timeout    time.Duration // after which what is not finished is unsure; none when zero
}

// Verified is what verifying found. It is the JSON document of muniment verify.
type Verified struct {
	report.Origin
	Outcome    string     `json:"outcome"` // verified, failed or unsure
	Checks     []Check    `json:"checks"`
	Checkpoint Checkpoint `json:"checkpoint"`
	Roots      []Root     `json:"roots"`
	Root       string     `json:"root,omitempty"` // SHA-256 over all of them, as "sha256sum" lists them: digest, two spaces, organisation
	Approvals  []Approved `json:"approvals"`
	Changes    []Change   `json:"changes"`
}

// The outcomes of a check, and of all of them together. Only what was looked at as a whole and found right is verified.
const (
	OutcomeVerified = "verified"
	OutcomeFailed   = "failed" // something does not hold
	OutcomeUnsure   = "unsure" // it could not be looked at, or the repository cannot be relied on
)

// Check is one part of verifying.
type Check struct {
	Name    string   `json:"name"`
	Outcome string   `json:"outcome"`
	Text    string   `json:"text"`              // what was looked at, or why it failed
	Details []string `json:"details,omitempty"` // one for each thing that is wrong
}

// Root is where the chain of trust of an organisation begins: the first appointments that list a key.
type Root struct {
	Organisation string        `json:"organisation"`
	Commit       string        `json:"commit"`
	Day          calendar.Date `json:"day"`
	Digest       string        `json:"digest"` // SHA-256 of the file
}

// Approved is an approval of the commit as it stands.
type Approved struct {
	Subject string `json:"subject"`
	report.Approval
}

// Change is a change of what says who may approve.
type Change struct {
	Path    string        `json:"path"`
	Commit  string        `json:"commit"`
	Day     calendar.Date `json:"day"`
	Holder  string        `json:"organisation"`
	State   string        `json:"state"` // root, in force or not in force
	Reasons []string      `json:"reasons,omitempty"`
	Now     bool          `json:"now,omitempty"` // it is what the commit holds
}

// verifying is the work on one verification.
type verifying struct {
	tool   *Tool
	rules  *rules
	src    *source
	known  *load.Cache
	past   *past
	loaded *load.Result
	origin report.Origin
	out    *Verified
	checks []Check // finished; apart from out, which a check that takes too long may still write to
	late   bool    // the time is over, and something may still be working
	within time.Duration
}

// Verify looks at the chain of trust as a whole. An error means that not even that could begin; everything else is in the answer.
func (t *Tool) Verify(ctx context.Context, q Verification) (*Verified, error) {
	if q.Worktree {
		return nil, &ConfigurationError{"only commits can be verified", "commit the evidence, and leave --worktree out"}
	}
	timed := ctx
	if q.Timeout > 0 {
		var stop context.CancelFunc
		timed, stop = context.WithTimeout(ctx, q.Timeout)
		defer stop()
	}
	v := &verifying{tool: t, known: load.NewCache(), out: nothingVerified(), within: q.Timeout}
	var err error
	v.rules, v.src, err = t.begin(timed, q.Question)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && timed.Err() != nil:
		v.tooLate("repository")
		return v.outcome(), nil
	case err != nil:
		return nil, err
	case v.src.repo == nil:
		return nil, errors.Join(&ConfigurationError{"only commits can be verified", "commit the evidence first"}, v.src.close())
	}
	v.all(timed, q)
	if timed.Err() != nil && !v.late {
		v.tooLate("time")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return v.outcome(), nil
}

// outcome sums the checks up. Where the time was over it takes nothing else with it: something may still be writing there, and reading
// the repository, which is then left open.
func (v *verifying) outcome() *Verified {
	out := v.out
	if v.late {
		out = nothingVerified()
	} else if err := v.src.close(); err != nil {
		v.checks = append(v.checks, Check{Name: "repository", Outcome: OutcomeUnsure, Text: "It could not be closed again: " + err.Error() + "."})
	}
	out.Checks = v.checks
	if v.late || v.past == nil || v.loaded == nil {
		return out // unsure
	}
	out.Outcome = OutcomeVerified
	for _, c := range v.checks {
		if c.Outcome == OutcomeUnsure || c.Outcome == OutcomeFailed && out.Outcome == OutcomeVerified {
			out.Outcome = c.Outcome
		}
	}
	return out
}

func nothingVerified() *Verified {
	return &Verified{Outcome: OutcomeUnsure, Roots: []Root{}, Approvals: []Approved{}, Changes: []Change{}}
}

// all makes one check after the other.
func (v *verifying) all(ctx context.Context, q Verification) {
	v.check(ctx, "repository", func() (string, []string, error) { return v.repository(ctx) })
	v.check(ctx, "evidence", func() (string, []string, error) { return v.evidence(ctx, q) })
	if v.late || v.past == nil || v.loaded == nil {
		return
	}
	v.check(ctx, "appointments and policy", func() (string, []string, error) { return v.authority(q.Roots) })
	v.check(ctx, "approvals", v.approvals)
	if q.Checkpoint != nil {
		v.check(ctx, "checkpoint", func() (string, []string, error) {
			return fmt.Sprintf("The commit %.12s is still there, with the evidence that it had.", q.Checkpoint.Commit), nil, unsure(v.compareCheckpoint(ctx, *q.Checkpoint))
		})
	}
	if q.Portal != "" {
		v.check(ctx, "portal", func() (string, []string, error) { return v.portal(ctx, q) })
	}
}

// doubt is trouble that leaves open whether something holds.
type doubt struct{ error }

func (d doubt) Unwrap() error { return d.error }

func unsure(err error) error {
	if err == nil {
		return nil
	}
	return doubt{err}
}

// check runs one part, until the time is over. Then nothing more is looked at.
func (v *verifying) check(ctx context.Context, name string, do func() (string, []string, error)) {
	if v.late {
		return
	}
	v.tool.Progress(Step{"verifying " + name, 0, 0})
	made := make(chan Check, 1)
	go func() { made <- checked(name, do) }()
	select {
	case c := <-made:
		v.checks = append(v.checks, c)
	case <-ctx.Done():
		v.tooLate(name)
	}
	v.tool.Progress(Step{"verifying " + name, 1, 1})
}

func (v *verifying) tooLate(name string) {
	v.late = true
	v.checks = append(v.checks, Check{Name: name, Outcome: OutcomeUnsure, Text: fmt.Sprintf("This was not finished within %s; allow more with --timeout.", v.within)})
}

// checked makes an answer of one part. Whatever it ends with, a crash too, but that everything was found right is no success.
func checked(name string, do func() (string, []string, error)) (c Check) {
	c = Check{Name: name, Outcome: OutcomeUnsure}
	defer func() {
		if trouble := recover(); trouble != nil {
			c.Outcome, c.Text = OutcomeUnsure, fmt.Sprintf("This could not be looked at: the program stopped (%v).", trouble)
		}
	}()
	text, details, err := do()
	var open doubt
	var untrusted *gitrepo.Untrusted
	switch {
	case errors.As(err, &untrusted):
		c.Text = "The repository cannot be trusted: " + untrusted.Reason + ". " + untrusted.Remedy + "."
	case err != nil && !errors.As(err, &open):
		c.Text = "This could not be looked at: " + err.Error() + "."
	case err != nil:
		c.Text = err.Error() + "."
	case len(details) > 0:
		c.Outcome, c.Text = OutcomeFailed, text
	default:
		c.Outcome, c.Text = OutcomeVerified, text
	}
	c.Details = details
	return c
}

// repository reads everything that the commit rests on, side branches too, each against its id and strictly.
func (v *verifying) repository(ctx context.Context) (string, []string, error) {
	swept, err := v.src.repo.Sweep(ctx, v.src.line[len(v.src.line)-1].Commit)
	if err != nil {
		return "", nil, err
	}
	text := fmt.Sprintf("%d commits (%d of the mainline), %d folders and %d files, each read as git stores it and equal to its id; nothing is shallow, replaced, grafted or missing.",
		swept.Commits, len(v.src.line), swept.Folders, swept.Files)
	return text + commitsSigned(swept.Signed), nil, nil
}

// commitsSigned says what signatures commits themselves carry. They show which account or machine made a commit, and no office decided
// by them.
func commitsSigned(counts map[string]int) string {
	if len(counts) == 0 {
		return ""
	}
	words := make(map[string]int, len(counts))
	for sort, n := range counts {
		words[report.SignedBy(sort)] = n
	}
	return fmt.Sprintf(" Some commits are signed themselves (%s); that was not checked and counts for no approval.", tally(words))
}

// evidence reads the record at the commit and its history.
func (v *verifying) evidence(ctx context.Context, q Verification) (string, []string, error) {
	loaded, err := v.tool.read(ctx, v.src, v.rules, v.known)
	if err != nil {
		return "", nil, err
	}
	if err := tooMany(loaded.Findings); err != nil {
		return "", nil, err
	}
	plain := *v.tool
	plain.Cache = nil // what is verified is read from the repository, not from what was kept of it
	past, err := plain.past(ctx, v.src, v.rules, v.known)
	if err != nil {
		return "", nil, err
	}
	if err := attach(past.chain, loaded.Register); err != nil {
		return "", nil, err
	}
	v.loaded, v.past = loaded, past
	v.origin = v.tool.origin(v.src, v.rules, loaded, q.Question)
	v.out.Origin, v.out.Checkpoint = v.origin, checkpointOf(v.origin, loaded)
	v.out.Command = strings.Replace(v.origin.Command, "muniment build", "muniment verify", 1)
	text := fmt.Sprintf("%d records and %d attachments read, with a digest over all of them.", loaded.Count.Records, loaded.Count.Attachments)
	var details []string
	for _, f := range loaded.Findings {
		if f.Severity == "error" {
			details = append(details, f.String())
		}
	}
	return text, details, nil
}

// authority looks at every change of what says who may approve.
func (v *verifying) authority(roots []string) (string, []string, error) {
	chain := v.past.chain
	changes, now := 0, chain.Last()
	var details []string
	for _, o := range v.loaded.Register.Organisations {
		root, ok := chain.Root(o.ID)
		if ok {
			v.out.Roots = append(v.out.Roots, Root{o.ID, root.ID, root.Day, root.Digest})
		}
		last := make(map[string]int)
		list := chain.Changes(o.ID)
		for i, c := range list {
			last[c.Path] = i
		}
		for i, c := range list {
			if c.Position > now || !ok {
				continue
			}
			changes++
			one := Change{Path: c.Path, Commit: c.ID, Day: c.Day, Holder: o.ID, State: "not in force", Reasons: c.Reasons, Now: last[c.Path] == i}
			switch {
			case c.Root:
				one.State = "root"
			case c.InForce:
				one.State = "in force"
			default:
				details = append(details, fmt.Sprintf("%s: %s as %s left it never came into force: %s", o.ID, strings.TrimPrefix(c.Path, record.Root+"/"), c.Words(), strings.Join(c.Reasons, " ")))
			}
			v.out.Changes = append(v.out.Changes, one)
		}
	}
	if err := chain.Err(); err != nil {
		return "", nil, err
	}
	if err := v.rooted(roots); err != nil {
		return "", details, err
	}
	text := fmt.Sprintf("%d changes of appointments and policy, each approved by the rule and the holders of the version before, from %s.", changes, rootsInWords(len(v.out.Roots)))
	switch {
	case len(v.out.Roots) == 0:
		text = "No appointments list a key, so nobody can sign here: approvals are stated, not proven."
	case len(details) > 0:
		text = fmt.Sprintf("%d of %d changes of appointments and policy lack the approval that the version before them asks for; what was there before stays in force.", len(details), changes)
	}
	return text, details, nil
}

func rootsInWords(n int) string {
	if n == 1 {
		return "1 root"
	}
	return fmt.Sprintf("%d roots, one for each organisation", n)
}

// rooted compares the roots with those that somebody recorded: all of them one by one, or the digest over all.
func (v *verifying) rooted(want []string) error {
	sum := sha256.New()
	for _, r := range v.out.Roots {
		fmt.Fprintf(sum, "%s  %s\n", r.Digest, r.Organisation) // a hash never fails to write
	}
	if len(v.out.Roots) > 0 {
		v.out.Root = hex.EncodeToString(sum.Sum(nil))
	}
	if len(want) == 0 || len(want) == 1 && want[0] == v.out.Root && v.out.Root != "" {
		return nil
	}
	for _, r := range v.out.Roots {
		if !slices.Contains(want, r.Digest) {
			return unsure(fmt.Errorf("the root of %s is %s, which is not among those that were recorded: the history was rewritten, or another root is meant", r.Organisation, r.Digest))
		}
	}
	if len(v.out.Roots) == 0 {
		return unsure(errors.New("a root was recorded, and this history has none"))
	}
	return nil
}

// approvals looks at every approval of the commit.
func (v *verifying) approvals() (string, []string, error) {
	maker := report.NewMaker(report.Frame{Origin: v.origin, Catalogue: v.rules.catalogue, Law: v.rules.law, Status: noStatus, Whole: v.loaded.Register})
	states, proofs := make(map[string]int), make(map[string]int)
	var details, open []string
	for _, w := range v.loaded.Register.Workloads {
		p := approval.ProofOf(w)
		if p == nil {
			return "", nil, unsure(fmt.Errorf("nothing could be found out about the approvals of %s", w.ID))
		}
		for _, a := range maker.Approvals(v.loaded.Register, w) {
			v.out.Approvals = append(v.out.Approvals, Approved{w.ID, a})
			states[a.State]++
			proofs[a.Proof]++
			switch approval.State(a.State) {
			case approval.Unproven, approval.NotAuthorised:
				if a.Proof != string(approval.Stated) {
					details = append(details, a.Path+": "+a.Text)
				}
			case approval.Valid:
				if i := p.Find(a.Path, a.Digest); i >= 0 && p.On(v.origin.AsOf).Statements[i].UnknownRules {
					open = append(open, a.Path)
				}
			}
		}
	}
	text := fmt.Sprintf("%d approvals, of which %d are signed, %d witnessed and %d only stated; %s.",
		len(v.out.Approvals), proofs[string(approval.Signed)], proofs[string(approval.Witnessed)], proofs[string(approval.Stated)], tally(states))
	if len(open) > 0 && len(details) == 0 {
		return "", open, unsure(fmt.Errorf("of %d valid approvals nobody can tell whether they were made under the rules in force then: the repository does not hold them, and this program knows others", len(open)))
	}
	return text, details, nil
}

// noStatus stands where nobody asks how a subject stands.
func noStatus(obligation.SubjectKind, string) report.Status { return report.Status{} }

func tally(states map[string]int) string {
	var parts []string
	for _, s := range slices.Sorted(mapKeys(states)) {
		parts = append(parts, fmt.Sprintf("%d %s", states[s], s))
	}
	return cmp.Or(strings.Join(parts, ", "), "none")
}

func mapKeys(m map[string]int) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// portal builds a published portal anew, as it says that it was built, and compares every file.
func (v *verifying) portal(ctx context.Context, q Verification) (string, []string, error) {
	index, err := os.ReadFile(filepath.Join(q.Portal, "api/v1/index.json"))
	if err != nil {
		return "", nil, err
	}
	var made report.Origin
	if err := json.Unmarshal(index, &made); err != nil || made.KnownAt == "" || made.Dirty {
		return "", nil, errors.New("it does not say which commit it was made from")
	}
	if _, ok := after(v.src.line, made.KnownAt); !ok {
		return "", nil, unsure(fmt.Errorf("it was made from commit %.12s, which is not on this mainline", made.KnownAt))
	}
	if made.Version != report.Version || made.Tool != v.tool.Version || made.Schemas != v.rules.shapes.Digest() {
		return "", nil, unsure(fmt.Errorf("it was made by version %s of the program with other rules or pages than this one has, so it cannot be made again here", made.Tool))
	}
	again := q.Question
	again.AsOf, again.KnownAt, again.Timelines, again.Forecast = made.AsOf, made.KnownAt, false, calendar.Period{}
	files, _, err := v.tool.Render(ctx, again, q.Theme)
	if err != nil {
		return "", nil, err
	}
	details, err := comparePortal(q.Portal, files)
	text := fmt.Sprintf("%d files, the same that commit %.12s gives as of %s.", len(files), made.KnownAt, made.AsOf)
	if len(details) > 0 {
		text = fmt.Sprintf("%d files are not what commit %.12s gives as of %s.", len(details), made.KnownAt, made.AsOf)
	}
	return text, details, err
}

// comparePortal lists what differs between a folder and the files that should be in it.
func comparePortal(dir string, files []publish.File) ([]string, error) {
	root, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	want := make(map[string][]byte, len(files))
	for _, f := range files {
		want[f.Path] = f.Data
	}
	var details []string
	seen := make(map[string]bool, len(files))
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(rel)
		seen[name] = true
		text, known := want[name]
		switch {
		case name == publish.Manifest:
			// It lists the others, which are looked at themselves.
		case !known:
			details = append(details, name+" should not be there")
		default:
			have, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			if !d.Type().IsRegular() || !bytes.Equal(have, text) {
				details = append(details, name+" is different")
			}
		}
		return nil
	})
	for name := range want {
		if !seen[name] {
			details = append(details, name+" is missing")
		}
	}
	slices.Sort(details)
	return details, err
}
