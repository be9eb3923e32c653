package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// Reviewed are the reviews of a pull request as a witness saw them.
type Reviewed struct {
	PullRequest forge.PullRequest
	Witnessed   []record.Witnessed  // in favour and standing, by login
	Not         []forge.NotCaptured // everybody else who reviewed, and why theirs does not count
}

// Reviews reads the reviews of a pull request in the form in which approvals carry them. Whose login it is, which office they hold
// and whether the reviewed commit has the bytes of the statement is judged from the record: a forge is asked for nothing else.
func Reviews(ctx context.Context, repo forge.Repository, number int) (*Reviewed, error) {
	pull, captured, not, err := forge.Capture(ctx, repo, number)
	if err != nil {
		return nil, err
	}
	out := &Reviewed{PullRequest: pull, Not: not}
	for _, c := range captured {
		out.Witnessed = append(out.Witnessed, record.Witnessed{
			Forge: c.Forge, PullRequest: c.PullRequest, Login: c.Login, Commit: c.Commit, At: c.At.Format(time.RFC3339),
		})
	}
	return out, nil
}

// Reviewing says which reviews are to become approvals.
type Reviewing struct {
	Dir        string
	Repository forge.Repository
	Number     int           // of the pull request; 0 for the one that brought the last commit
	Subject    string        // a workload or an organisation; "" for everything whose files the pull request changes
	Office     record.Office // "" for the one that the reviewer holds of those that are asked
}

// Recording is what becomes of the reviews of a pull request. It is the JSON document of muniment approve --from-review.
type Recording struct {
	Version     string        `json:"version"`
	PullRequest string        `json:"pullRequest,omitempty"` // owner/repository#number; empty when none brought the last commit
	Recorded    []*Draft      `json:"recorded"`
	Before      []string      `json:"before,omitempty"` // paths of approvals that record such a review already
	Not         []NotRecorded `json:"not,omitempty"`
}

// NotRecorded is a review that becomes no approval.
type NotRecorded struct {
	Login   string `json:"login"`
	Subject string `json:"subject,omitempty"` // empty for a review that is about nothing
	Why     string `json:"why"`               // a full sentence
	Fault   bool   `json:"fault"`             // somebody has to do something about it
}

// recording is the work on one pull request.
type recording struct {
	*writing
	out   *Recording
	files []string          // that the pull request changes
	last  map[string]string // digests of what is recorded now, by subject and office
	fixed record.Office     // the office that was asked for; "" for any
}

// Record turns the reviews of a pull request that stand into approvals, to be signed by a witness. Nothing is written. A review is
// about the subjects whose files its pull request changes; it counts for the bytes of the commit that was reviewed, which must be
// those at hand, and for an office that its account's owner holds. Whatever would not stand when it entered the record is left out.
func (t *Tool) Record(ctx context.Context, r Reviewing) (*Recording, error) {
	w, err := t.writing(ctx, r.Dir)
	if err != nil {
		return nil, err
	}
	defer w.src.close()
	out := &Recording{Version: report.Version, Recorded: []*Draft{}}
	if r.Number == 0 {
		head := w.src.origin.KnownAt
		if r.Number, err = r.Repository.PullRequestOf(ctx, head); err != nil || r.Number == 0 {
			return out, err
		}
	}
	seen, err := Reviews(ctx, r.Repository, r.Number)
	if err != nil {
		return nil, err
	}
	out.PullRequest = fmt.Sprintf("%s#%d", r.Repository.Name(), r.Number)
	for _, n := range seen.Not {
		out.Not = append(out.Not, NotRecorded{Login: n.Login, Why: n.Why})
	}
	if len(seen.Witnessed) == 0 {
		return out, nil
	}
	p := &recording{writing: w, out: out, last: make(map[string]string), fixed: r.Office}
	if p.files, err = r.Repository.Files(ctx, r.Number); err != nil {
		return nil, err
	}
	subjects, err := p.subjects(r.Subject)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(seen.Witnessed, func(a, b record.Witnessed) int { return cmp.Compare(a.At, b.At) })
	for _, review := range seen.Witnessed {
		about := 0
		for _, s := range subjects {
			if s.changedBy(p.files) {
				about++
				p.record(review, s)
			}
		}
		if about == 0 {
			p.not(review, "", r.Subject != "", "The pull request changes nothing that approvals are about.")
		}
	}
	return out, w.past.chain.Err()
}

// topic is what a review can be about.
type topic struct {
	workload     *register.Workload // nil for the organisation itself
	organisation *register.Organisation
	covers       []string
	standing     approval.Case
	offices      []record.Office // whose approval is asked for
}

func (s topic) id() string {
	if s.workload != nil {
		return s.workload.ID
	}
	return s.organisation.ID
}

// changedBy tells whether a pull request is about it: who reviews one has not looked at what it leaves as it was.
func (s topic) changedBy(files []string) bool {
	return slices.ContainsFunc(s.covers, func(p string) bool { return slices.Contains(files, p) })
}

// subjects lists what reviews can be about: one subject, or all.
func (p *recording) subjects(name string) ([]topic, error) {
	var list []topic
	workload := func(w *register.Workload) {
		if proof := approval.ProofOf(w); proof != nil {
			list = append(list, topic{w, w.Controller, p.subjectFiles(w), proof.Case, p.asked(w)})
		}
	}
	organisation := func(o *register.Organisation) {
		standing, offices := p.past.chain.Governing(o.ID)
		list = append(list, topic{nil, o, p.past.chain.Unsettled(o.ID), standing, offices})
	}
	if name != "" {
		w, o, err := p.subject(name)
		switch {
		case err != nil:
			return nil, err
		case w != nil:
			workload(w)
		default:
			organisation(o)
		}
		return list, nil
	}
	for _, o := range p.loaded.Register.Organisations {
		organisation(o)
	}
	for _, w := range p.loaded.Register.Workloads {
		workload(w)
	}
	return list, nil
}

// asked lists the offices that some duty or local policy asks to approve a workload, whatever its class: nobody is taken for
// another office than the one that they hold, so one too many here opens nothing.
func (p *recording) asked(w *register.Workload) []record.Office {
	var list []record.Office
	for _, o := range p.rules.catalogue.Obligations {
		if o.Approval == nil {
			continue
		}
		for _, office := range slices.Concat(o.Approval.Offices, o.Approval.ConfidentialPatient) {
			list = append(list, record.Office(office))
		}
	}
	if w.Controller != nil {
		list = append(list, w.Controller.Policy.Asked()...)
	}
	return list
}

func (p *recording) not(review record.Witnessed, subject string, fault bool, format string, args ...any) {
	p.out.Not = append(p.out.Not, NotRecorded{review.Login, subject, fmt.Sprintf(format, args...), fault})
}

// record makes one review an approval of one subject, or says why not.
func (p *recording) record(review record.Witnessed, s topic) {
	people := inForce(s.standing.Appointments).Appointments
	office, ok := p.office(review, s, people)
	if !ok {
		return
	}
	if at := recordedBy(s, review, office); at != "" {
		p.out.Before = append(p.out.Before, at)
		return
	}
	if s.workload != nil {
		_, now := approval.Best(p.loaded.Register, s.workload, office, s.covers, p.tool.Today)
		switch {
		case approval.Demanded(s.workload) == string(approval.Signed):
			p.not(review, s.id(), false, "Local policy asks for the holder's own signature, so a review does not count.")
			return
		case now.State == approval.Valid && now.Proof == string(approval.Signed):
			p.not(review, s.id(), false, "The %s's own signed approval stands, and a review would take its place.", office.Title())
			return
		}
	}
	a, err := p.begun(s.workload, s.organisation, office, s.covers)
	if err != nil {
		p.not(review, s.id(), true, "%s.", spelling.Capital(err.Error()))
		return
	}
	key := s.id() + " " + string(office)
	a.Previous = cmp.Or(p.last[key], a.Previous)
	commit, err := p.src.repo.Resolve(review.Commit)
	if err != nil {
		p.not(review, s.id(), true, "The reviewed commit %.10s is not in this clone: fetch it, as in git fetch origin refs/pull/%s/head.", review.Commit, number(review))
		return
	}
	made, err := approval.Capture{
		Witnessed: review, Office: office, People: people, Statement: *a,
		Day:    func(at time.Time) calendar.Date { return calendar.In(at, p.tool.Zone) },
		Digest: p.digestAt(commit),
	}.Witnessing()
	if err != nil {
		p.not(review, s.id(), true, "%s.", spelling.Capital(err.Error()))
		return
	}
	draft, err := p.draft(made, made.By, s.workload, s.organisation)
	if err != nil {
		p.not(review, s.id(), true, "%s.", spelling.Capital(err.Error()))
		return
	}
	if slices.ContainsFunc(p.out.Recorded, func(d *Draft) bool { return d.Path == draft.Path }) {
		p.not(review, s.id(), true, "Another review of that day is recorded for the same office.")
		return
	}
	if why := p.keys(draft, made, s.standing); why != "" {
		p.not(review, s.id(), true, "%s", why)
		return
	}
	p.last[key] = draft.Digest
	p.out.Recorded = append(p.out.Recorded, draft)
}

// office finds the office for which somebody reviewed. Nobody guesses between two.
func (p *recording) office(review record.Witnessed, s topic, people *record.Appointments) (record.Office, bool) {
	person, known := approval.Reviewer(people, review)
	at, err := time.Parse(time.RFC3339, review.At)
	if !known || err != nil {
		p.not(review, s.id(), p.fixed != "", "The account %s on %s is nobody's in the appointments of %s that are in force, or more than one person's.", review.Login, review.Forge, s.organisation.ID)
		return "", false
	}
	day := calendar.In(at, p.tool.Zone)
	var held []record.Office
	for _, o := range record.Offices() {
		if (p.fixed == o || p.fixed == "" && slices.Contains(s.offices, o)) && approval.Held(people, o, person, day) {
			held = append(held, o)
		}
	}
	switch len(held) {
	case 1:
		return held[0], true
	case 0:
		what := "an office whose approval is asked for"
		if p.fixed != "" {
			what = "the office of " + p.fixed.Title()
		}
		p.not(review, s.id(), p.fixed != "" || everHeld(people, person, s.offices), "%s did not hold %s on %s, the day of the review.", review.Login, what, day.Long())
	default:
		var names []string
		for _, o := range held {
			names = append(names, string(o))
		}
		p.not(review, s.id(), true, "%s held several offices, and the review does not say for which: run it again with --office and one of %s.", review.Login, strings.Join(names, ", "))
	}
	return "", false
}

// everHeld tells of somebody who held an office that is asked for, on another day: what they decided is missed.
func everHeld(people *record.Appointments, person string, offices []record.Office) bool {
	return people != nil && slices.ContainsFunc(people.Appointments, func(a record.Appointment) bool {
		return a.Person == person && slices.Contains(offices, a.Office)
	})
}

// keys finds the witness keys with which a draft would stand; otherwise it says why it would not.
func (p *recording) keys(draft *Draft, a *record.Approval, standing approval.Case) string {
	why := "The policy in force lists no witness key that is good on that day."
	for _, key := range goodOn(inForce(standing.Witnesses).Witnesses, a.On) {
		j := standing.Next(approval.Entered{Path: draft.Path, Digest: draft.Digest, Approval: a, Seal: approval.Seal{Key: key}}, p.tool.Today)
		if j.State == approval.Valid && j.Method == approval.Witnessed {
			draft.Keys, draft.By = append(draft.Keys, key), j.Holder
			continue
		}
		why = j.Text
	}
	if len(draft.Keys) > 0 {
		return ""
	}
	return why
}

func inForce(versions []approval.Version) approval.Version {
	if len(versions) == 0 {
		return approval.Version{}
	}
	return versions[len(versions)-1]
}

// digestAt gives the digests of files at a commit. What git holds under the commit's id is what was reviewed, whatever a forge says.
func (p *recording) digestAt(commit gitrepo.Commit) func(string) (string, bool) {
	files, err := p.src.repo.FS(commit, "")
	return func(name string) (string, bool) {
		if err != nil {
			return "", false
		}
		info, err := fs.Stat(files, name)
		if err != nil || !info.Mode().IsRegular() {
			return "", false
		}
		src, err := fs.ReadFile(files, name)
		return record.Digest(src), err == nil
	}
}

// recordedBy gives the approval that records a review already; empty when there is none.
func recordedBy(s topic, review record.Witnessed, office record.Office) string {
	list := s.organisation.Approvals
	if s.workload != nil {
		list = s.workload.Approvals
	}
	for _, a := range list {
		w := a.Facts.Witnessed
		if w != nil && a.Facts.Office == office && w.PullRequest == review.PullRequest && w.Commit == review.Commit && strings.EqualFold(w.Login, review.Login) {
			return a.Record.Path
		}
	}
	return ""
}

func number(w record.Witnessed) string { return path.Base(strings.ReplaceAll(w.PullRequest, "#", "/")) }
