package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/spelling"
	"example.org/muniment/internal/statement"
	"example.org/muniment/internal/timeline"
	"example.org/muniment/internal/tree"
)

// Decision is what somebody in office is about to decide.
type Decision struct {
	Dir        string
	Subject    string // a workload by its id or its short name, or an organisation by its code
	Office     record.Office
	By         string // the id of the post; "" for the one that holds the office
	Decision   string // approved when empty
	Conditions []string
	On         calendar.Date // the tool's today when zero
	To         calendar.Date
	Covers     []string // paths from the repository root; none for what approvals of the subject are about
}

// Draft is a decision as it will be written, with what there is to know before it is signed. It is the JSON document of
// muniment approve, without what is not exported.
type Draft struct {
	Version  string        `json:"version"`
	Subject  report.Ref    `json:"subject"`
	Status   string        `json:"status,omitempty"` // of the workload, as a sentence
	Office   string        `json:"office"`           // as people write it
	By       string        `json:"by"`               // the post
	Decision string        `json:"decision"`
	On       calendar.Date `json:"on"`
	To       calendar.Date `json:"to,omitzero"`
	// Witnessed is the review on a forge that it was taken from; nil for a decision of whoever signs.
	Witnessed *record.Witnessed `json:"witnessed,omitempty"`

	Covers []DraftCover    `json:"covers"`
	Before *DraftBefore    `json:"before,omitempty"` // the office's last approval on record; left out when there is none
	Path   string          `json:"path"`             // of the record
	Digest string          `json:"digest"`           // SHA-256 of its bytes
	Keys   []signature.Key `json:"-"`                // that count for whoever decides
	Notes  []string        `json:"notes,omitempty"`  // what to mind
	Signed bool            `json:"signed"`           // once it is written
	Text   []byte          `json:"-"`                // the bytes to sign

	root string
}

// DraftCover is a file that the decision is about.
type DraftCover struct {
	Path   string               `json:"path"`
	SHA256 string               `json:"sha256"`
	How    string               `json:"how"` // against the last approval: new, same or changed
	Fields []report.FieldChange `json:"fields,omitempty"`
}

// DraftBefore is the office's last approval.
type DraftBefore struct {
	On       calendar.Date `json:"on"`
	Decision string        `json:"decision"`
	State    string        `json:"state"`
	Text     string        `json:"text"`
	Path     string        `json:"path"`
}

// writing is what is needed to write a record: the working tree, judged, with its history.
type writing struct {
	tool   *Tool
	rules  *rules
	src    *source
	past   *past
	loaded *load.Result
}

func (t *Tool) writing(ctx context.Context, dir string) (*writing, error) {
	q := Question{Dir: dir, Worktree: true}
	r, src, err := t.begin(ctx, q)
	if err != nil {
		return nil, err
	}
	if src.root == "" || src.repo == nil {
		src.close()
		return nil, &ConfigurationError{"this is not the working tree of a repository with a commit", "go to one, and commit what is to be decided on first"}
	}
	w := &writing{tool: t, rules: r, src: src}
	known := load.NewCache()
	if w.loaded, err = t.read(ctx, src, r, known); err == nil {
		if w.past, err = t.past(ctx, src, r, known); err == nil {
			err = attach(w.past.chain, w.loaded.Register)
		}
	}
	if err != nil {
		src.close()
		return nil, err
	}
	return w, nil
}

// Draft prepares a decision. Nothing is written.
func (t *Tool) Draft(ctx context.Context, d Decision) (*Draft, error) {
	w, err := t.writing(ctx, d.Dir)
	if err != nil {
		return nil, err
	}
	defer w.src.close()
	workload, organisation, err := w.subject(d.Subject)
	if err != nil {
		return nil, err
	}
	keeper := organisation
	if workload != nil {
		keeper = workload.Controller
	}
	a, err := w.begun(workload, organisation, d.Office, d.Covers)
	if err != nil {
		return nil, err
	}
	a.Decision, a.On, a.To, a.Conditions = cmp.Or(d.Decision, statement.Approved), cmp.Or(d.On, t.Today), d.To, d.Conditions
	person, err := w.holder(keeper, d.Office, d.By, a.On)
	if err != nil {
		return nil, err
	}
	a.By = person.ID
	out, err := w.draft(a, person.Title, workload, organisation)
	if err != nil {
		return nil, err
	}
	out.Keys = goodOn(person.Keys, a.On)
	if len(out.Keys) == 0 {
		out.Notes = append(out.Notes, "The appointments list no key of "+out.By+" that is good today, so the approval can be stated and not signed.")
	}
	return out, w.past.chain.Err()
}

// begun gives what a statement on a subject holds whoever decides and how.
func (w *writing) begun(workload *register.Workload, organisation *register.Organisation, office record.Office, covers []string) (*record.Approval, error) {
	a := &record.Approval{Office: office, Statement: statement.Purpose, Repository: w.past.chain.Repository()}
	if a.Repository == "" {
		return nil, &ConfigurationError{"the policy does not name this repository, so an approval could be carried to another", "write a line such as repository: example.org/evidence into evidence/policy.yaml, and commit it"}
	}
	if workload != nil {
		a.Subject, a.Previous = workload.ID, approval.ProofOf(workload).Previous(office)
	} else {
		a.Subject, a.Previous = organisation.ID, w.past.chain.Previous(organisation.ID, office)
	}
	if err := w.cover(a, covers, workload, organisation); err != nil {
		return nil, err
	}
	own, err := w.ruleDigests()
	a.Schemas, a.Catalogue = own.Schemas, own.Catalogue
	return a, err
}

// draft shows a statement as it will be written, without keys that could sign it.
func (w *writing) draft(a *record.Approval, by string, workload *register.Workload, organisation *register.Organisation) (*Draft, error) {
	out := &Draft{Version: report.Version, Office: a.Office.Title(), By: by, Decision: a.Decision, On: a.On, To: a.To, Witnessed: a.Witnessed, root: w.src.root}
	var at *record.Record
	if workload != nil {
		at, out.Subject = workload.Record, report.Ref{Kind: "workload", ID: workload.ID, Name: workload.Facts.Name}
	} else {
		at, out.Subject = organisation.Record, report.Ref{Kind: "organisation", ID: organisation.ID, Name: organisation.Facts.Name}
	}
	out.Path = path.Dir(at.Path) + "/approvals/" + a.On.String() + "-" + string(a.Office) + ".yaml"
	var err error
	if out.Text, err = statement.Encode(a); err != nil {
		return nil, &ConfigurationError{"this decision cannot be written: " + err.Error(), "see docs/approval-format.md"}
	}
	out.Digest = record.Digest(out.Text)
	w.compare(out, a, workload)
	w.remark(out, a, workload)
	if _, err := os.Lstat(filepath.Join(out.root, filepath.FromSlash(out.Path))); err == nil {
		return nil, &ConfigurationError{"there is a decision by this office of that day already: " + out.Path, "if it is not committed yet, delete it and decide anew; otherwise decide again on another day"}
	}
	return out, nil
}

// goodOn lists the keys that can sign on a day.
func goodOn(keys []record.SigningKey, on calendar.Date) []signature.Key {
	var good []signature.Key
	for _, k := range keys {
		if key, err := signature.ParseKey(k.Key); err == nil && k.CompromisedSince == "" && (k.To.IsZero() || !k.To.Before(on)) && !k.From.After(on) {
			good = append(good, key)
		}
	}
	return good
}

// subject finds what a decision is about.
func (w *writing) subject(name string) (*register.Workload, *register.Organisation, error) {
	reg := w.loaded.Register
	for _, o := range reg.Organisations {
		if o.ID == name {
			return nil, o, nil
		}
	}
	var found []*register.Workload
	for _, one := range reg.Workloads {
		if one.ID == name || strings.HasSuffix(one.ID, "/"+name) {
			found = append(found, one)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil, nil
	case 0:
		remedy := "list the workloads with: muniment status"
		if near := spelling.NearestIDs(name, w.names()); len(near) > 0 {
			remedy = "did you mean " + spelling.OneOf(near) + "?"
		}
		return nil, nil, &ConfigurationError{fmt.Sprintf("there is no workload or organisation %q", name), remedy}
	}
	ids := make([]string, len(found))
	for i, one := range found {
		ids[i] = one.ID
	}
	return nil, nil, &ConfigurationError{fmt.Sprintf("%q could be %s", name, spelling.OneOf(ids)), "name it with its ODS code"}
}

// names lists what can be decided on.
func (w *writing) names() []string {
	var names []string
	for _, o := range w.loaded.Register.Organisations {
		names = append(names, o.ID)
	}
	for _, one := range w.loaded.Register.Workloads {
		names = append(names, one.ID)
	}
	return names
}

// holder finds who decides for an office on a day.
func (w *writing) holder(o *register.Organisation, office record.Office, by string, on calendar.Date) (*record.Person, error) {
	if !slices.Contains(record.Offices(), office) {
		var names []string
		for _, one := range record.Offices() {
			names = append(names, string(one))
		}
		return nil, &ConfigurationError{fmt.Sprintf("there is no office %q", office), "choose one of " + strings.Join(names, ", ")}
	}
	holders := approval.Holders(o.People, office, on)
	holders = slices.DeleteFunc(holders, func(h approval.Holding) bool { return h.Person == nil || by != "" && h.Person.ID != by })
	full := slices.DeleteFunc(slices.Clone(holders), func(h approval.Holding) bool { return h.Deputy })
	switch {
	case len(full) == 1:
		return full[0].Person, nil
	case len(full) == 0 && len(holders) == 1:
		return holders[0].Person, nil
	case len(holders) == 0 && by != "":
		return nil, &ConfigurationError{fmt.Sprintf("%s does not hold the office of %s at %s on %s", by, office.Title(), o.ID, on), "name the post that does, or have the appointment recorded and approved first"}
	case len(holders) == 0:
		return nil, &ConfigurationError{fmt.Sprintf("nobody holds the office of %s at %s on %s", office.Title(), o.ID, on), "have the appointment recorded and approved first"}
	}
	var ids []string
	for _, h := range holders {
		ids = append(ids, h.Person.ID)
	}
	return nil, &ConfigurationError{fmt.Sprintf("several hold the office of %s at %s", office.Title(), o.ID), "say who decides with --by: " + strings.Join(ids, ", ")}
}

// cover finds the files that a decision is about, with their digests.
func (w *writing) cover(a *record.Approval, paths []string, of *register.Workload, o *register.Organisation) error {
	if len(paths) == 0 && of != nil {
		paths = w.subjectFiles(of)
	}
	if len(paths) == 0 && of == nil {
		paths = w.past.chain.Unsettled(o.ID)
	}
	if len(paths) == 0 {
		return &ConfigurationError{"there is nothing here to decide on", "name the files with --cover"}
	}
	paths = slices.Compact(slices.Sorted(slices.Values(paths)))
	for _, p := range paths {
		sum, ok := w.loaded.Register.Digest(p)
		if !ok || sum == "" {
			return &ConfigurationError{fmt.Sprintf("%s is not there, or is refused by muniment check", p), "name a file from the repository root, below evidence/"}
		}
		a.Covers = append(a.Covers, record.Covered{Path: p, SHA256: sum})
	}
	return nil
}

// subjectFiles lists what approvals of a workload are about: the records that duties want approved, and the attachments that
// those name.
func (w *writing) subjectFiles(of *register.Workload) []string {
	var paths []string
	add := func(r *record.Record) {
		if r == nil || slices.Contains(paths, r.Path) {
			return
		}
		paths = append(paths, r.Path)
		for _, p := range attachmentsOf(r.Tree()) {
			if strings.HasPrefix(p, path.Dir(of.Record.Path)+"/") {
				paths = append(paths, p)
			}
		}
	}
	for _, o := range w.rules.catalogue.Obligations {
		if o.Approval == nil {
			continue
		}
		for _, kind := range o.Approval.Covers {
			switch record.Kind(kind) {
			case record.KindAssessment:
				add(of.Assessment)
			case record.KindDPIA:
				add(of.DPIA)
			}
		}
	}
	return paths
}

// attachmentsOf lists the files that a record names with their digests.
func attachmentsOf(n *tree.Node) []string {
	var out []string
	if n == nil {
		return nil
	}
	if p := n.Get("path"); p != nil && n.Get("sha256") != nil {
		out = append(out, p.Text)
	}
	for _, f := range n.Fields {
		out = append(out, attachmentsOf(f.Value)...)
	}
	for _, item := range n.Items {
		out = append(out, attachmentsOf(item)...)
	}
	return out
}

// ruleDigests gives the digests of the rules that the decision is made under: the repository's own, or the program's.
func (w *writing) ruleDigests() (statement.Rules, error) {
	folder, err := fs.Sub(w.src.files, rulesFolder)
	if err != nil {
		return statement.Rules{}, err
	}
	own, err := statement.RulesOf(folder)
	if errors.Is(err, statement.ErrNoRules) {
		return statement.RulesOf(w.tool.Schemas)
	}
	return own, err
}

// compare says what is different since the office's last approval of the subject, field by field.
func (w *writing) compare(out *Draft, a *record.Approval, of *register.Workload) {
	var last *register.Approval
	if of != nil {
		for _, one := range of.Approvals {
			if one.Facts.Office == a.Office && (last == nil || !one.Facts.On.Before(last.Facts.On)) && approval.Covers(one, []string{a.Covers[0].Path}) {
				last = one
			}
		}
	}
	if last != nil {
		s := approval.Judge(w.loaded.Register, of, last, w.tool.Today)
		out.Before = &DraftBefore{last.Facts.On, last.Facts.Decision, string(s.State), s.Text, last.Record.Path}
	}
	for _, c := range a.Covers {
		one := DraftCover{Path: c.Path, SHA256: c.SHA256, How: "new"}
		if last != nil {
			i := slices.IndexFunc(last.Facts.Covers, func(o record.Covered) bool { return o.Path == c.Path })
			switch {
			case i < 0:
			case last.Facts.Covers[i].SHA256 == c.SHA256:
				one.How = "same"
			default:
				one.How = "changed"
				old := w.past.chain.Record(c.Path, last.Facts.Covers[i].SHA256)
				for _, f := range timeline.Fields(old, w.loaded.Register.At(c.Path)) {
					if old != nil {
						one.Fields = append(one.Fields, report.FieldChange{Field: f.Path, How: f.How, Old: f.Old, New: f.New})
					}
				}
			}
		}
		out.Covers = append(out.Covers, one)
	}
}

// remark says what whoever decides should mind.
func (w *writing) remark(out *Draft, a *record.Approval, of *register.Workload) {
	var dirty []string
	for _, c := range a.Covers {
		if slices.Contains(w.src.dirty, strings.TrimPrefix(c.Path, record.Root+"/")) {
			dirty = append(dirty, path.Base(c.Path))
		}
	}
	if len(dirty) > 0 {
		out.Notes = append(out.Notes, "What is not committed is approved as it is in the folder: "+strings.Join(dirty, ", ")+". Commit it together with the approval.")
	}
	if finding.Errors(w.loaded.Findings) > 0 {
		out.Notes = append(out.Notes, "muniment check finds errors in evidence; look at them first.")
	}
	if of == nil {
		return
	}
	subject := assess.NewRules(w.rules.catalogue, w.rules.law).Begin(w.tool.Today, w.loaded.Register).Workload(w.loaded.Register, of)
	out.Status = report.StatusOf(subject).Sentence
	if p := approval.ProofOf(of); p != nil {
		out.Notes = append(out.Notes, p.Unapproved...)
	}
}

// Write files a decision with its signature, which sign makes of its bytes; a nil sign leaves it stated. A signature by anybody but
// a key that counts for whoever decides is refused, and then nothing is left behind.
func (d *Draft) Write(sign func(text []byte) ([]byte, error)) error {
	var sig []byte
	if sign != nil {
		var err error
		if sig, err = sign(d.Text); err != nil {
			return err
		}
		key, err := signature.SignedBy(d.Text, sig)
		if err != nil {
			return fmt.Errorf("the signature does not count: %w", err)
		}
		switch {
		case slices.Contains(d.Keys, key):
		case d.Witnessed != nil:
			return &ConfigurationError{"the key that signed, " + key.Fingerprint() + ", is not one of the witness keys in the policy in force", "sign with the key that the policy lists under witnesses, or have this one listed first"}
		default:
			return &ConfigurationError{"the key that signed, " + key.Fingerprint() + ", is not one of " + d.By + " in the appointments that is good today", "sign with the key that is listed, or have this one listed first"}
		}
	}
	files := []struct {
		path string
		text []byte
	}{{d.Path, d.Text}}
	if sig != nil {
		files = append(files, struct {
			path string
			text []byte
		}{d.Path + record.SignatureEnding, sig})
	}
	var written []string
	for _, f := range files {
		if err := writeNew(d.root, f.path, f.text); err != nil {
			for _, p := range written {
				err = errors.Join(err, os.Remove(filepath.Join(d.root, filepath.FromSlash(p))))
			}
			return err
		}
		written = append(written, f.path)
	}
	d.Signed = sig != nil
	return nil
}

// writeNew writes a file that must not be there yet, and never outside the folder.
func writeNew(dir, name string, text []byte) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.MkdirAll(path.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return &ConfigurationError{name + " is there already", "nothing that is there is ever written over"}
	}
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, root.Remove(name))
	}
	return nil
}
