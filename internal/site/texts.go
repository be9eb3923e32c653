package site

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"path"
	"strings"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/search"
)

// textDocuments is how many subjects one file of the index of texts holds on the average, at most.
const textDocuments = 2500

// textsForm is raised when a file of the index of texts is written otherwise: its name tells what it was made from, and a browser that
// has one of that name does not ask again.
const textsForm = 1

// Texts are the words of what the pages of subjects show out of their records. The search page looks into them when it is asked to.
// The zero value holds none. It is for one goroutine at a time.
type Texts struct{ words search.Texts }

// Add adds the words of a subject, as [Words] gives them.
func (t *Texts) Add(of report.Ref, words string) { t.words.Add(of.Kind+" "+of.ID, words) }

// TextPart is a file of the index of texts, before it is made.
type TextPart struct {
	Path   string
	Digest [sha256.Size]byte // of all that it is made from
	part   search.Part
}

// Parts divides the index of texts into files. What is in one follows from the ids of subjects, so a file is another only when the
// words of a subject in it are, or when there are so many more that all are divided anew.
func (t *Texts) Parts() []TextPart {
	var list []TextPart
	for i, part := range t.words.Parts(textDocuments) {
		digest := sha256.Sum256(fmt.Appendf(nil, "%d %x", textsForm, part.Digest()))
		list = append(list, TextPart{fmt.Sprintf("search/texts-%d-%s.js", i+1, hex.EncodeToString(digest[:4])), digest, part})
	}
	return list
}

// File makes the file.
func (t TextPart) File() File {
	return File{t.Path, fmt.Appendf(nil, "munimentTexts(%s);\n", t.part.JSON())}
}

// prose is what is written about one subject.
type prose []string

func (t *prose) add(more ...string) { *t = append(*t, more...) }

// Words gives the words of everything that the page of a subject shows out of its records, and of its name, so that a question can ask
// for both. Its detail is a *report.Workload, *report.Organisation, *report.Supplier, *report.Contract or *report.Footprint. What the
// program says about it is left out (verdicts, reasons, how its approvals stand), and so are days, digests, its history and the lists
// of others that rest on it.
func Words(detail any) string {
	var t prose
	switch of := detail.(type) {
	case *report.Workload:
		t.workload(of)
	case *report.Organisation:
		t.add(of.ID, of.Name, of.Type, of.LocationProfile)
		t.refs(of.Footprints)
		for _, o := range of.Offices {
			t.add(o.Office, o.Holder)
		}
	case *report.Supplier:
		t.supplier(of)
	case *report.Contract:
		t.add(of.ID, of.Title, of.Stage)
		t.refs([]report.Ref{of.Organisation, of.Supplier})
	case *report.Footprint:
		t.add(of.ID, of.Name, of.Type)
		for _, m := range of.Members {
			t.refs([]report.Ref{m.Organisation})
		}
	default:
		panic(fmt.Sprintf("site: nothing is known of the texts of a %T", detail))
	}
	return search.Words(t...)
}

// refs adds others by id and name, as pages name them.
func (t *prose) refs(list []report.Ref) {
	for _, r := range list {
		t.add(r.ID, r.Name)
	}
}

func (t *prose) workload(w *report.Workload) {
	t.add(w.ID, w.Name, w.Summary, w.Type, w.Purpose, w.Phase, w.Deployment, w.Class, w.ClassModel, w.ClassReason)
	t.refs([]report.Ref{w.Organisation, w.Controller})
	t.refs(w.Footprints)
	t.refs(w.DependsOn)
	t.add(w.Owner.Title, w.Owner.Email)
	if w.Accountable != nil {
		t.add(w.Accountable.Title, w.Accountable.Email)
	}
	if d := w.Decision; d != nil {
		t.add(d.Outcome, d.Reasons)
		t.add(d.Conditions...)
		t.add(d.Participants...)
	}
	for _, a := range w.Approvals {
		t.add(a.Office, a.By, a.Decision)
		t.add(a.Conditions...)
	}
	t.facts(w.Data)
	for _, r := range w.Risks {
		t.add(r.ID, r.Kind, r.Effect, r.Likelihood, r.Severity, r.Residual)
		for _, c := range r.Controls {
			t.add(c.ID, c.What, c.Owner, c.State)
		}
	}
	for _, l := range w.Locations {
		t.add(l.Name, l.Region, l.Purpose, l.Supplier)
	}
	for _, one := range w.Transfers {
		t.add(one.Country, one.Mechanism)
	}
	for _, s := range w.Suppliers {
		t.refs([]report.Ref{s.Supplier})
		t.add(s.Role, s.Product)
		if s.Contract != nil {
			t.refs([]report.Ref{*s.Contract})
		}
	}
	t.facts(w.ExitPlan)
	if w.Costs != nil {
		for _, m := range w.Costs.Months {
			t.add(m.Consumption, m.Action)
		}
	}
	for _, r := range w.Reviews {
		t.add(r.Office, r.By, r.Outcome, r.Reason)
		t.add(r.Of...)
		t.add(r.LookedAt...)
		for _, a := range r.Actions {
			t.add(a.What, a.Owner)
		}
	}
	for _, e := range w.Exceptions {
		t.add(e.Office, e.Reason, e.Instead)
		t.add(e.Obligations...)
	}
	if d := w.DPIA; d != nil {
		t.add(d.Title, d.Version, d.Residual, shown(d.HTML))
	}
	for _, f := range w.Files {
		if f.Kind == "attachment" {
			t.add(path.Base(f.Path))
		}
	}
}

func (t *prose) facts(list []report.Fact) {
	for _, f := range list {
		t.add(f.Text)
	}
}

func (t *prose) supplier(s *report.Supplier) {
	t.add(s.ID, s.Name, s.Country, s.Parent)
	for _, c := range s.Certificates {
		t.add(c.Scheme, c.Number, c.Scope, c.Body)
	}
	for _, p := range s.Principles {
		t.add(p.Statement, p.Summary)
	}
	for _, p := range s.Products {
		t.add(p.Name, p.Version)
		for _, standard := range p.Standards {
			t.add(standard.Name, standard.Edition, standard.Status)
		}
	}
	for _, n := range s.Notices {
		t.add(n.Title)
		t.add(n.About...)
		for _, l := range n.Looks {
			t.refs([]report.Ref{l.Organisation})
			t.add(l.Office, l.Effect)
		}
	}
}

// inWords are elements that may begin and end within a word. Any other ends one.
var inWords = map[string]bool{"a": true, "code": true, "del": true, "em": true, "span": true, "strong": true}

// shown gives the text of prose that internal/markdown has made, with the descriptions of its pictures. There every < and > that is no
// tag's is escaped.
func shown(markup string) string {
	var b strings.Builder
	for {
		text, rest, more := strings.Cut(markup, "<")
		b.WriteString(text)
		if !more {
			return html.UnescapeString(b.String())
		}
		tag, after, _ := strings.Cut(rest, ">")
		name, attributes, _ := strings.Cut(tag, " ")
		if !inWords[strings.TrimPrefix(name, "/")] {
			b.WriteByte('\n')
		}
		if _, alt, ok := strings.Cut(attributes, ` alt="`); ok && name == "img" {
			alt, _, _ = strings.Cut(alt, `"`)
			b.WriteString(alt + "\n")
		}
		markup = after
	}
}
