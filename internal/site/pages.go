package site

import (
	"cmp"
	"slices"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/report"
)

// Lengths of the lists on the overview; each ends with a link to the whole.
const (
	overviewWorst = 9
	overviewDue   = 10
)

type overviewPage struct {
	Page          page
	Bad, Total    int                // workloads that must not proceed or break a duty now, of all
	Tiles         []tallied          // workloads by status, worst first, the unused ones left out
	Worst         []attention        // what needs attention first
	More          int                // workloads that need attention and are not in Worst
	Due           []report.Due       // the first within 90 days
	Exceptions    []report.Exception // in force
	Organisations []report.OrganisationRow
	Problems      []finding.Finding // what check found in the evidence
}

// FirstProblems are the problems shown on the overview.
func (o overviewPage) FirstProblems() []finding.Finding {
	return o.Problems[:min(len(o.Problems), overviewDue)]
}

// attention is a workload that needs some, and what to do about it.
type attention struct{ *report.WorkloadRow }

func (p *listing) overview() error {
	o := overviewPage{
		Page:  page{Path: "index.html", Title: "Overview", Section: "index.html", JSON: "api/v1/index.json"},
		Total: len(p.Workloads), Tiles: tally(p.Summary.Workloads), Problems: p.Findings,
		Exceptions: p.Exceptions, Organisations: p.Organisations,
		Bad: p.Summary.Workloads["blocked"] + p.Summary.Workloads["failing"],
	}
	for _, w := range p.worst {
		switch {
		case report.StateRank(w.Status.State) > report.StateRank("incomplete"):
		case len(o.Worst) < overviewWorst:
			o.Worst = append(o.Worst, attention{w})
		default:
			o.More++
		}
	}
	for _, d := range p.Due {
		if d.Days <= 90 && len(o.Due) < overviewDue {
			o.Due = append(o.Due, d)
		}
	}
	return p.render("overview.html", o.Page, o)
}

// worstFirst orders workloads by status, then by how many verdicts are that bad, then by name.
func worstFirst(rows []report.WorkloadRow) []*report.WorkloadRow {
	out := make([]*report.WorkloadRow, 0, len(rows))
	for i := range rows {
		out = append(out, &rows[i])
	}
	slices.SortStableFunc(out, func(a, b *report.WorkloadRow) int {
		return cmp.Or(
			report.StateRank(a.Status.State)-report.StateRank(b.Status.State),
			b.Status.Counts[b.Status.State]-a.Status.Counts[a.Status.State],
			cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID),
		)
	})
	return out
}

type workloadsPage struct {
	Page  page
	Tiles []tallied
	Rows  []workloadRow
}

type workloadRow struct {
	*report.WorkloadRow
	First bool // of its state: the row that links to the state lead to
}

// subjectPage is what pages of workloads, suppliers, organisations, contracts and footprints share.
type subjectPage struct {
	Page     page
	Standing standing
	Due      []report.Due
}

type workloadPage struct {
	subjectPage
	*report.Workload
	Chart int // per cent of the budget at the right edge of the cost bars
}

func (p *listing) workloads() error {
	list := workloadsPage{
		Page:  page{Path: "workloads.html", Title: "Workloads", Section: "workloads.html", JSON: "api/v1/workloads.json"},
		Tiles: tally(p.Summary.Workloads),
	}
	seen := map[string]bool{}
	for _, w := range p.worst {
		list.Rows = append(list.Rows, workloadRow{w, !seen[w.Status.State]})
		seen[w.Status.State] = true
	}
	return p.render("workloads.html", list.Page, list)
}

// Workload makes the files of one workload: its page and the same as data.
func (p *Portal) Workload(w *report.Workload) ([]File, error) {
	one := workloadPage{
		subjectPage: p.subject("workload", w.ID, w.Name, "workloads.html", "Workloads", w.Status, w.Verdicts), Workload: w, Chart: chartScale(w.Costs),
	}
	return p.files("workload.html", one.Page, one, workloadDocument{p.frame.Origin, w})
}

// chartScale leaves room for the dearest month, up to three times the budget; a month beyond that fills its bar.
func chartScale(c *report.Costs) int {
	scale := 120
	if c != nil {
		for _, m := range c.Months {
			scale = max(scale, min(m.Percent, 300))
		}
	}
	return scale
}

// Latest are the approvals that are an office's latest word, Earlier those that it has replaced.
func (w workloadPage) Latest() []report.Approval {
	return slices.DeleteFunc(slices.Clone(w.Approvals), func(a report.Approval) bool { return a.State == "superseded" })
}

func (w workloadPage) Earlier() []report.Approval {
	return slices.DeleteFunc(slices.Clone(w.Approvals), func(a report.Approval) bool { return a.State != "superseded" })
}

// soon is how many due days a workload's page shows before it folds the rest away.
const soon = 8

// Soon are the due days that are shown at once, Later the others.
func (w workloadPage) Soon() []report.Due  { return w.Due[:min(len(w.Due), soon)] }
func (w workloadPage) Later() []report.Due { return w.Due[min(len(w.Due), soon):] }

// Bar gives a share of the budget as a length of the cost chart, which is 100 long.
func (w workloadPage) Bar(percent int) int { return min(max(percent, 0), w.Chart) * 100 / w.Chart }

// subject fills what every subject's page has. Due days are those of all verdicts that count for it.
func (p *Portal) subject(kind, id, name, section, list string, s report.Status, verdicts []report.Verdict) subjectPage {
	return subjectPage{
		Page: page{
			Path: p.pagePath(kind, id), Title: name + " (" + id + "), " + kind, Section: section,
			Crumbs: []crumb{{section, list}}, JSON: dataPath(kind, id),
		},
		Standing: newStanding(s, verdicts), Due: p.dueDays(verdicts),
	}
}

// dueDays gathers the days on which a verdict comes to lower the subject, by day.
func (p *Portal) dueDays(verdicts []report.Verdict) []report.Due {
	var out []report.Due
	for _, v := range verdicts {
		if v.Due != nil && v.AliasOf == "" && v.Due.On.After(p.frame.Origin.AsOf) && report.Lowers(v.Due.Then) {
			out = append(out, *v.Due)
		}
	}
	slices.SortStableFunc(out, func(a, b report.Due) int {
		return cmp.Or(a.On.Compare(b.On), cmp.Compare(a.Subject.Kind, b.Subject.Kind), cmp.Compare(a.Subject.ID, b.Subject.ID), cmp.Compare(a.Obligation, b.Obligation))
	})
	return out
}

// standing shows where a subject stands: its status and every verdict, grouped.
type standing struct {
	report.Status
	Remedy string  // of the verdict that decided
	Open   []group // what needs something done or said, worst first
	Met    []verdict
	NotApp []verdict
}

// group holds the verdicts of one state.
type group struct {
	State    string
	Verdicts []verdict
}

// verdict is a verdict with the anchor that links lead to.
type verdict struct {
	report.Verdict
	Anchor string    // empty for all but the subject's own verdict
	Same   []verdict // verdicts of obligations that say the same; they are judged and counted here
}

// shownStates is the order of groups: what is set aside comes after all that lowers a status.
var shownStates = []string{"blocked", "failing", "overdue", "incomplete", "gap", "excepted", "contested", "info"}

func newStanding(s report.Status, verdicts []report.Verdict) standing {
	out := standing{Status: s, Remedy: s.Remedy(verdicts)}
	byState := map[string][]verdict{}
	for _, v := range together(verdicts) {
		state := v.State
		if !v.ExceptedUntil.IsZero() && report.StateRank(state) < report.StateRank("contested") {
			state = "excepted"
		}
		byState[state] = append(byState[state], v)
	}
	for _, state := range shownStates {
		if len(byState[state]) > 0 {
			out.Open = append(out.Open, group{state, byState[state]})
		}
	}
	out.Met, out.NotApp = byState["met"], byState["not-applicable"]
	return out
}

// together puts each verdict that only repeats another beneath it, so that a page counts what the status counts.
func together(verdicts []report.Verdict) []verdict {
	type key struct {
		subject    report.Ref
		obligation string
	}
	out := make([]verdict, 0, len(verdicts))
	at := map[key]int{}
	anchored := map[string]bool{}
	place := func(v report.Verdict) verdict {
		one := verdict{Verdict: v}
		if !v.Inherited && !anchored[v.Obligation] {
			anchored[v.Obligation] = true
			one.Anchor = fileName(v.Obligation)
		}
		return one
	}
	for _, v := range verdicts {
		if v.AliasOf == "" {
			at[key{v.Subject, v.Obligation}] = len(out)
			out = append(out, place(v))
		}
	}
	for _, v := range verdicts {
		if v.AliasOf == "" {
			continue
		}
		i, ok := at[key{v.Subject, v.AliasOf}]
		if ok && out[i].State == v.State {
			out[i].Same = append(out[i].Same, place(v))
			continue
		}
		out = append(out, place(v))
	}
	return out
}

type suppliersPage struct {
	Page      page
	Suppliers []report.SupplierRow
}

type supplierPage struct {
	subjectPage
	*report.Supplier
	Evidenced int
}

func (p *listing) suppliers() error {
	list := suppliersPage{
		Page:      page{Path: "suppliers.html", Title: "Suppliers", Section: "suppliers.html", JSON: "api/v1/suppliers.json"},
		Suppliers: slices.Clone(p.Suppliers),
	}
	slices.SortStableFunc(list.Suppliers, func(a, b report.SupplierRow) int {
		return cmp.Or(report.StateRank(a.Status.State)-report.StateRank(b.Status.State), cmp.Compare(a.Name, b.Name))
	})
	return p.render("suppliers.html", list.Page, list)
}

// Supplier makes the files of one supplier: its page and the same as data.
func (p *Portal) Supplier(s *report.Supplier) ([]File, error) {
	one := supplierPage{
		subjectPage: p.subject("supplier", s.ID, s.Name, "suppliers.html", "Suppliers", s.Status, s.Verdicts), Supplier: s, Evidenced: s.Row().Evidenced,
	}
	return p.files("supplier.html", one.Page, one, supplierDocument{p.frame.Origin, s})
}

type organisationsPage struct {
	Page          page
	Organisations []report.OrganisationRow
	Footprints    []report.FootprintRow
}

type organisationPage struct {
	subjectPage
	*report.Organisation
	Held      []*report.WorkloadRow // its workloads, worst first
	Contracts []report.ContractRow
	Calendar  string // its calendar file, from the root
}

func (p *listing) organisations() error {
	list := organisationsPage{
		Page:          page{Path: "organisations.html", Title: "Organisations and footprints", Section: "organisations.html", JSON: "api/v1/organisations.json"},
		Organisations: p.Organisations, Footprints: p.Footprints,
	}
	return p.render("organisations.html", list.Page, list)
}

// Organisation makes the files of one organisation: its page, with what it holds, and the same as data.
func (p *Portal) Organisation(o *report.Organisation, holds report.Holding) ([]File, error) {
	one := organisationPage{
		subjectPage:  p.subject("organisation", o.ID, o.Name, "organisations.html", "Organisations", o.Status, o.Verdicts),
		Organisation: o, Held: worstFirst(holds.Workloads), Contracts: holds.Contracts,
	}
	if p.config.Calendar != nil {
		one.Calendar = calendarPath("organisation", o.ID)
	}
	return p.files("organisation.html", one.Page, one, organisationDocument{p.frame.Origin, o})
}

type contractPage struct {
	subjectPage
	*report.Contract
}

// Contract makes the files of one contract: its page and the same as data.
func (p *Portal) Contract(c *report.Contract) ([]File, error) {
	one := contractPage{p.subject("contract", c.ID, c.Title, "organisations.html", "Organisations", c.Status, c.Verdicts), c}
	if path := p.pagePath("organisation", c.Organisation.ID); path != "" {
		one.Page.Crumbs = append(one.Page.Crumbs, crumb{path, c.Organisation.Name})
	}
	return p.files("contract.html", one.Page, one, contractDocument{p.frame.Origin, c})
}

type footprintPage struct {
	subjectPage
	*report.Footprint
}

// Footprint makes the files of one footprint: its page and the same as data.
func (p *Portal) Footprint(f *report.Footprint) ([]File, error) {
	one := footprintPage{p.subject("footprint", f.ID, f.Name, "organisations.html", "Organisations", f.Status, f.Verdicts), f}
	return p.files("footprint.html", one.Page, one, footprintDocument{p.frame.Origin, f})
}

type obligationsPage struct {
	Page page
	Rows []obligationRow
}

type obligationRow struct {
	*report.Obligation
	Lowering int // subjects whose status it lowers
}

type obligationPage struct {
	Page page
	*report.Obligation
	Open  []judgedGroup    // subjects by state, worst first
	Known []report.Tension // the tensions it has part in
}

type judgedGroup struct {
	State    string
	Subjects []report.Judged
}

func (p *listing) obligations() error {
	list := obligationsPage{Page: page{Path: "obligations.html", Title: "Obligations", Section: "obligations.html", JSON: "api/v1/obligations.json"}}
	for i := range p.Obligations {
		o := &p.Obligations[i]
		row := obligationRow{Obligation: o}
		under := p.Under(i)
		for _, j := range under {
			if report.Lowers(j.State) && j.ExceptedUntil.IsZero() {
				row.Lowering++
			}
		}
		list.Rows = append(list.Rows, row)
		if err := p.obligation(o, under); err != nil {
			return err
		}
	}
	return p.render("obligations.html", list.Page, list)
}

func (p *listing) obligation(o *report.Obligation, under []report.Judged) error {
	one := obligationPage{
		Page: page{
			Path: p.pagePath("obligation", o.ID), Title: o.ID + ": " + o.Title, Section: "obligations.html",
			Crumbs: []crumb{{"obligations.html", "Obligations"}},
		},
		Obligation: o,
	}
	for _, j := range under { // sorted by state
		if n := len(one.Open); n == 0 || one.Open[n-1].State != j.State {
			one.Open = append(one.Open, judgedGroup{State: j.State})
		}
		last := &one.Open[len(one.Open)-1]
		last.Subjects = append(last.Subjects, j)
	}
	for _, t := range p.frame.Tensions {
		if slices.Contains(o.Tensions, t.ID) {
			one.Known = append(one.Known, t)
		}
	}
	return p.render("obligation.html", one.Page, one)
}

type findingsPage struct {
	Page     page
	Findings []finding.Finding
	Errors   int
}

func (p *listing) findings() error {
	one := findingsPage{
		Page:     page{Path: "findings.html", Title: "Problems in the evidence", Section: "index.html"},
		Findings: p.Findings, Errors: finding.Errors(p.Findings),
	}
	return p.render("findings.html", one.Page, one)
}

type aboutPage struct {
	Page     page
	States   []string
	Sources  []source
	Tensions []report.Tension
	NotFound []report.NotFound
	Notice   string // the third-party notice, from the root
}

// source is a document that obligations come from.
type source struct {
	Title, Nature, URL string
	Obligations        int
}

func (p *listing) about() error {
	one := aboutPage{
		Page:   page{Path: "about.html", Title: "About this register", Section: "about.html"},
		States: slices.Insert(slices.Clone(report.States), 5, "excepted"), Tensions: p.frame.Tensions, NotFound: p.frame.NotFound,
	}
	at := map[string]int{}
	for _, o := range p.Obligations {
		i, ok := at[o.Document]
		if !ok {
			i = len(one.Sources)
			at[o.Document] = i
			one.Sources = append(one.Sources, source{Title: o.Document, Nature: o.Nature, URL: o.URL})
		}
		one.Sources[i].Obligations++
	}
	return p.render("about.html", one.Page, one)
}

type authoredPage struct {
	Page page
	HTML string
}

func authoredPath(slug string) string { return "pages/" + fileName(slug) + ".html" }

func (p *listing) authored() error {
	for _, a := range p.config.Pages {
		one := authoredPage{page{Path: authoredPath(a.Slug), Title: a.Title}, a.HTML}
		if err := p.render("authored.html", one.Page, one); err != nil {
			return err
		}
	}
	return nil
}

func (p *listing) missing() error {
	one := page{Path: "404.html", Title: "Page not found"}
	return p.render("missing.html", one, struct{ Page page }{one})
}
