package site

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/report"
)

// Lengths of the lists on the overview; each ends with a link to the whole.
const (
	overviewWorst = 9
	overviewDue   = 10
	overviewRows  = 20
)

type overviewPage struct {
	Page          page
	Bad, Total    int                   // workloads that must not proceed or break a duty now, of all
	Tiles         []tallied             // workloads by status, worst first, the unused ones left out
	Turns         []turnOf              // offices for which something waits
	Owners        section               // what is overdue, by owner
	Owing         int                   // owners that there are in it
	Worst         []*report.WorkloadRow // what needs attention first
	More          int                   // workloads that need attention and are not in Worst
	Due           template.HTML         // the first within 90 days
	Changes       template.HTML         // the newest changes of status
	Excepted      int                   // exceptions in force
	Exceptions    section
	Organisations section
	Problems      int           // what check found in the evidence
	FirstProblems template.HTML // some of them
	Overrides     []report.Override
}

var (
	titleOverview      = say("nav.overview")
	titleOwners        = say("overview.owners")
	titleExceptions    = say("overview.exceptions")
	titleWorkloads     = say("workloads.heading")
	titleByOrg         = say("workloads.by-organisation-title")
	titleInState       = say("workloads.in-state", "state")
	ledeInState        = say("workloads.in-state-lede", "count", "meaning")
	titleOrganisations = say("organisations.heading")
	titleFootprints    = say("organisations.footprints")
	titleBySource      = say("obligations.by-source-title")
	titleObligation    = say("obligation.title", "id", "title")
	titleJudged        = say("obligation.judged-title", "id", "state")
	titleFindings      = say("findings.heading")
	titleAbout         = say("about.heading")
	titleMissing       = say("missing.heading")
	titleRelying       = say("supplier.relying", "supplier")
	titleHeld          = say("organisation.workloads-of", "organisation")
	titleBought        = say("organisation.contracts-of", "organisation")
	titleUnder         = say("contract.workloads-under", "contract")
	titleShared        = say("footprint.workloads-shared", "footprint")
	titlesOfSubjects   = map[string]phrase{
		"workload": say("workload.title", "name", "id"), "supplier": say("supplier.title", "name", "id"), "organisation": say("organisation.title", "name", "id"),
		"contract": say("contract.title", "name", "id"), "footprint": say("footprint.title", "name", "id"),
	}
)

func (p *listing) overview() error {
	o := overviewPage{
		Page:  page{Path: "index.html", Title: p.says.text(titleOverview), Section: "index.html", JSON: "api/v1/index.json"},
		Total: len(p.Workloads), Tiles: p.tiles(), Problems: len(p.Findings), Excepted: len(p.Exceptions),
		Bad: p.Summary.Workloads["blocked"] + p.Summary.Workloads["failing"], Overrides: slices.Clone(p.Lists.Overrides),
	}
	slices.Reverse(o.Overrides) // newest first
	for _, w := range p.worst {
		switch {
		case report.StateRank(w.Status.State) > report.StateRank("incomplete"):
		case len(o.Worst) < overviewWorst:
			o.Worst = append(o.Worst, w)
		default:
			o.More++
		}
	}
	o.Turns = p.turns
	owners := p.owners()
	o.Owing = len(owners)
	var err error
	if o.Owners, err = p.section(o.Page, overviewDue, "owners", p.says.text(titleOwners), ownerTable(owners)); err != nil {
		return err
	}
	soon := p.Due[:min(len(p.Due), overviewDue)]
	for len(soon) > 0 && soon[len(soon)-1].Days > 90 {
		soon = soon[:len(soon)-1]
	}
	if len(soon) > 0 {
		o.Due = p.parts(o.Page.Path, p.named, dueTable(soon))[0]
	}
	if n := min(len(p.Changes), overviewDue); n > 0 {
		o.Changes = p.parts(o.Page.Path, p.named, changeTable(p.Changes[:n], "h3"))[0]
	}
	if o.Exceptions, err = p.section(o.Page, overviewRows, "exceptions", p.says.text(titleExceptions), exceptionTable(p.Exceptions)); err != nil {
		return err
	}
	o.Organisations.Body = p.parts(o.Page.Path, p.named, organisationTable(p.worstOrganisations(overviewRows)))[0]
	o.Organisations.Parts.Number = len(p.Lists.Organisations)
	if o.Problems > 0 {
		o.FirstProblems = p.parts(o.Page.Path, nil, findingTable(p.Findings[:min(len(p.Findings), overviewDue)]))[0]
	}
	return p.render("overview.html", o.Page, o)
}

// worstOrganisations gives those with most workloads that must not proceed or break a duty.
func (p *listing) worstOrganisations(most int) []report.OrganisationRow {
	out := slices.Clone(p.Lists.Organisations)
	bad := func(o report.OrganisationRow) int { return o.States["blocked"] + o.States["failing"] }
	slices.SortStableFunc(out, func(a, b report.OrganisationRow) int { return bad(b) - bad(a) })
	return out[:min(len(out), most)]
}

// tiles counts the workloads by state and leads to them.
func (p *listing) tiles() []tallied {
	out := tally(p.Summary.Workloads)
	for i := range out {
		out[i].Path = "workloads.html?workloads.4=" + url.QueryEscape(p.says.state(out[i].State)) + "#state-" + fileName(out[i].State)
		if p.apart {
			out[i].Path = stateList(out[i].State)
		}
	}
	return out
}

// stateList is where the workloads in one state are listed when there are too many for one page.
func stateList(state string) string { return "lists/workloads-" + fileName(state) + ".html" }

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
	Page          page
	Total         int
	Tiles         []tallied
	Table         template.HTML // all, or the worst
	Shown         int
	Organisations template.HTML // where the others are
}

func (p *listing) workloads() error {
	list := workloadsPage{
		Page:  page{Path: "workloads.html", Title: p.says.text(titleWorkloads), Section: "workloads.html", JSON: "api/v1/workloads.json"},
		Total: len(p.Workloads), Tiles: p.tiles(), Shown: len(p.worst),
	}
	if list.Table = p.all; !p.apart {
		return p.render("workloads.html", list.Page, list)
	}
	list.Shown = min(len(p.worst), worstShown)
	list.Table = p.parts(list.Page.Path, nil, workloadTable(p.worst[:list.Shown], true))[0]
	section, err := p.section(list.Page, partRows, "workloads-by-organisation", p.says.text(titleByOrg), organisationTable(p.Lists.Organisations))
	if err != nil {
		return err
	}
	list.Organisations = section.Body
	if err := p.render("workloads.html", list.Page, list); err != nil {
		return err
	}
	byState := map[string][]*report.WorkloadRow{}
	for _, w := range byPlace(p.worst) {
		byState[w.Status.State] = append(byState[w.Status.State], w)
	}
	for _, t := range list.Tiles {
		rows := byState[t.State]
		to := page{
			Path: stateList(t.State), Title: p.says.text(titleInState, plain(p.says.state(t.State))), Section: "workloads.html",
			Crumbs: []crumb{p.crumb("workloads.html", navWorkloads)},
		}
		lede := p.says.text(ledeInState, numeral(len(rows)), plain(p.says.meanings[t.State]))
		if err := p.listed(to, to.Title, lede, workloadTable(rows, false)); err != nil {
			return err
		}
	}
	return nil
}

// worstShown is how many workloads a list shows that cannot show all.
const worstShown = 100

// subjectPage is what pages of workloads, suppliers, organisations, contracts and footprints share.
type subjectPage struct {
	Page     page
	Standing standing
	Due      []report.Due
	Base     string // the folder of its files, with a slash at its end

	portal   *Portal
	ref      report.Ref
	timeline *report.Timeline
	history  []report.Commit
	own      map[string]bool // commits that the history lists
	canvas   *canvas
}

type workloadPage struct {
	subjectPage
	*report.Workload
	Chart    int    // per cent of the budget at the right edge of the cost bars
	Calendar string // its calendar file, from the root
}

// Workload makes the files of one workload: its page and the same as data.
func (p *Portal) Workload(w *report.Workload) ([]File, error) {
	ref := report.Ref{Kind: "workload", ID: w.ID, Name: w.Name}
	one := workloadPage{
		subjectPage: p.subject(ref, "workloads.html", navWorkloads, w.Status, w.Verdicts, w.Known), Workload: w, Chart: chartScale(w.Costs),
	}
	if p.config.Calendar != nil {
		one.Calendar = calendarPath("workload", w.ID)
	}
	organisation, slug, _ := strings.Cut(w.ID, "/")
	one.tell("evidence/organisations/"+organisation+"/workloads/"+slug+"/", w.Timeline, w.History)
	return p.files(p.workloadCalendar(w, one.Due), "workload.html", &one.subjectPage, &one, func(o report.Origin) any { return &workloadDocument{o, brief(w)} })
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

// subject fills what every subject's page has. Due days are those of all verdicts that count for it.
func (p *Portal) subject(ref report.Ref, section string, list phrase, s report.Status, verdicts []report.Verdict, known *report.Commit) subjectPage {
	if p.frame.Origin.Dirty {
		known = nil // what is on somebody's disk is in no commit
	}
	return subjectPage{
		Page: page{
			Path: p.pagePath(ref.Kind, ref.ID), Title: p.says.text(titlesOfSubjects[ref.Kind], plain(ref.Name), plain(ref.ID)), Section: section,
			Crumbs: []crumb{p.crumb(section, list)}, JSON: dataPath(ref.Kind, ref.ID), Known: known,
		},
		Standing: newStanding(s, verdicts), Due: p.dueDays(verdicts), portal: p, ref: ref,
	}
}

// tell adds what is told of a subject's past. Base is the folder of its files.
func (s *subjectPage) tell(base string, t *report.Timeline, history []report.Commit) {
	s.Base, s.timeline, s.history = base, t, slices.Clone(history)
	s.own = make(map[string]bool, len(history))
	at := make(map[string]int, len(history))
	for i := range history {
		s.own[history[i].ID], at[history[i].ID] = true, i
	}
	if t == nil {
		return
	}
	for i := range t.Segments { // where the fields are that changed
		for _, c := range t.Segments[i].Causes {
			if c.Commit == nil {
				continue
			}
			if j, ok := at[c.Commit.ID]; ok && len(c.Commit.Files) > 0 {
				s.history[j].Files = withFields(s.history[j].Files, c.Commit.Files)
			}
		}
	}
}

// withFields tells of the files of a commit which fields changed, where that is known.
func withFields(files, told []report.Change) []report.Change {
	out := slices.Clone(files)
	for i := range out {
		for _, f := range told {
			if f.Path == out[i].Path {
				out[i] = f
			}
		}
	}
	return out
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
	Remedy   string   // of the verdict that decided
	Commands []string // of the same
	Open     []group  // what needs something done or said, worst first
	Met      []verdict
	NotApp   []verdict
}

// group holds the verdicts of one state.
type group struct {
	State    string
	Verdicts []verdict
}

// verdict is a verdict with the anchor that links lead to.
type verdict struct {
	*report.Verdict
	Anchor string    // empty for all but the subject's own verdict
	Same   []verdict // verdicts of obligations that say the same; they are judged and counted here
}

// shownStates is the order of groups: what is set aside comes after all that lowers a status.
var shownStates = []string{"blocked", "failing", "overdue", "incomplete", "gap", "excepted", "contested", "info"}

func newStanding(s report.Status, verdicts []report.Verdict) standing {
	out := standing{Status: s}
	if v := s.Deciding(verdicts); v != nil {
		out.Remedy, out.Commands = v.Remedy, v.Commands
	}
	byState := map[string][]verdict{}
	for _, v := range together(verdicts) {
		state := v.State
		if !v.ExceptedUntil.IsZero() && report.Lowers(state) {
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
	out := make([]verdict, 0, len(verdicts))
	anchored := make(map[string]bool, len(verdicts))
	place := func(v *report.Verdict) verdict {
		one := verdict{Verdict: v}
		if !v.Inherited && !anchored[v.Obligation] {
			anchored[v.Obligation] = true
			one.Anchor = fileName(v.Obligation)
		}
		return one
	}
	for i := range verdicts {
		if verdicts[i].AliasOf == "" {
			out = append(out, place(&verdicts[i]))
		}
	}
	counted := len(out)
	for i := range verdicts {
		v := &verdicts[i]
		if v.AliasOf == "" {
			continue
		}
		// The last of its kind: a duty can be judged for several products.
		j := counted - 1
		for j >= 0 && (out[j].Obligation != v.AliasOf || out[j].Subject != v.Subject) {
			j--
		}
		if j >= 0 && out[j].State == v.State {
			out[j].Same = append(out[j].Same, place(v))
			continue
		}
		out = append(out, place(v))
	}
	return out
}

type supplierPage struct {
	subjectPage
	*report.Supplier
	Row     report.SupplierRow
	Relying section // workloads
	Told    section // notices
	Looked  section // looks at them
	Looking int     // how many they are, made and owed
}

// Supplier makes the files of one supplier: its page and the same as data.
func (p *Portal) Supplier(s *report.Supplier) ([]File, error) {
	ref := report.Ref{Kind: "supplier", ID: s.ID, Name: s.Name}
	one := supplierPage{
		subjectPage: p.subject(ref, "suppliers.html", navSuppliers, s.Status, s.Verdicts, s.Known), Supplier: s, Row: s.Row(),
	}
	one.tell("evidence/suppliers/"+s.ID+"/", s.Timeline, s.History)
	var further []File
	var err error
	if one.Relying, further, err = p.continued(&one.subjectPage, "supplier-"+fileName(s.ID), p.says.text(titleRelying, plain(s.Name)), refList(s.Workloads)); err != nil {
		return nil, err
	}
	told, err := one.tellNotices(p)
	if err != nil {
		return nil, err
	}
	return p.files(append(further, told...), "supplier.html", &one.subjectPage, &one, func(o report.Origin) any { return &supplierDocument{o, briefSupplier(s)} })
}

type organisationsPage struct {
	Page          page
	Organisations section
	Footprints    section
	Footed        int // footprints there are
	Total         int // organisations there are
}

type organisationPage struct {
	subjectPage
	*report.Organisation
	Held     section // its workloads, worst first
	Holds    int
	Buys     section // its contracts
	Bought   int
	Calendar string // its calendar file, from the root
}

func (p *listing) organisations() error {
	list := organisationsPage{
		Page:   page{Path: "organisations.html", Title: p.says.text(titleOrganisations), Section: "organisations.html", JSON: "api/v1/organisations.json"},
		Footed: len(p.Lists.Footprints), Total: len(p.Lists.Organisations),
	}
	var err error
	if list.Organisations, err = p.section(list.Page, partRows, "organisations", p.says.text(navOrganisations), organisationTable(p.Lists.Organisations)); err != nil {
		return err
	}
	if list.Footprints, err = p.section(list.Page, partRows/2, "footprints", p.says.text(titleFootprints), footprintTable(p.Lists.Footprints)); err != nil {
		return err
	}
	return p.render("organisations.html", list.Page, list)
}

// Organisation makes the files of one organisation: its page, with what it holds, and the same as data.
func (p *Portal) Organisation(o *report.Organisation, holds report.Holding) ([]File, error) {
	ref := report.Ref{Kind: "organisation", ID: o.ID, Name: o.Name}
	one := organisationPage{
		subjectPage:  p.subject(ref, "organisations.html", navOrganisations, o.Status, o.Verdicts, o.Known),
		Organisation: o, Holds: len(holds.Workloads), Bought: len(holds.Contracts),
	}
	if p.config.Calendar != nil {
		one.Calendar = calendarPath("organisation", o.ID)
	}
	one.tell("evidence/organisations/"+o.ID+"/", o.Timeline, o.History)
	var more, further []File
	var err error
	name := "organisation-" + fileName(o.ID)
	if one.Held, more, err = p.continued(&one.subjectPage, name, p.says.text(titleHeld, plain(o.Name)), heldTable(worstFirst(holds.Workloads), o.Name)); err != nil {
		return nil, err
	}
	if one.Buys, further, err = p.continued(&one.subjectPage, name+"-contracts", p.says.text(titleBought, plain(o.Name)), contractTable(holds.Contracts, o.Name)); err != nil {
		return nil, err
	}
	return p.files(append(more, further...), "organisation.html", &one.subjectPage, &one, func(at report.Origin) any { return &organisationDocument{at, briefOrganisation(o)} })
}

type contractPage struct {
	subjectPage
	*report.Contract
	Under section // workloads
}

// Contract makes the files of one contract: its page and the same as data.
func (p *Portal) Contract(c *report.Contract) ([]File, error) {
	ref := report.Ref{Kind: "contract", ID: c.ID, Name: c.Title}
	one := contractPage{p.subject(ref, "organisations.html", navOrganisations, c.Status, c.Verdicts, c.Known), c, section{}}
	if path := p.pagePath("organisation", c.Organisation.ID); path != "" {
		one.Page.Crumbs = append(one.Page.Crumbs, crumb{path, c.Organisation.Name})
	}
	under, further, err := p.continued(&one.subjectPage, "contract-"+fileName(c.ID), p.says.text(titleUnder, plain(c.Title)), refList(c.Workloads))
	if err != nil {
		return nil, err
	}
	one.Under = under
	return p.files(further, "contract.html", &one.subjectPage, &one, func(o report.Origin) any { return &contractDocument{o, briefContract(c)} })
}

type footprintPage struct {
	subjectPage
	*report.Footprint
	Shared section // workloads
}

// Footprint makes the files of one footprint: its page and the same as data.
func (p *Portal) Footprint(f *report.Footprint) ([]File, error) {
	ref := report.Ref{Kind: "footprint", ID: f.ID, Name: f.Name}
	one := footprintPage{p.subject(ref, "organisations.html", navOrganisations, f.Status, f.Verdicts, f.Known), f, section{}}
	shared, further, err := p.continued(&one.subjectPage, "footprint-"+fileName(f.ID), p.says.text(titleShared, plain(f.Name)), refList(f.Workloads))
	if err != nil {
		return nil, err
	}
	one.Shared = shared
	return p.files(further, "footprint.html", &one.subjectPage, &one, func(o report.Origin) any { return &footprintDocument{o, briefFootprint(f)} })
}

// obligationsPage lists obligations: the hardest first, or in the order of their sources.
type obligationsPage struct {
	Page     page
	Total    int
	Open     int // obligations that are not in order for somebody
	BySource bool
	Other    string // the same in the other order, from the root
	Groups   []obligationGroup
}

// obligationGroup is one table of obligations: all of them, or those of one source.
type obligationGroup struct {
	Document, Nature string
	Open             int // of its obligations, those that are not in order for somebody
	Rows             []obligationRow
}

// obligationRow tells how an obligation is covered.
type obligationRow struct {
	*report.Obligation
	Place    int // among the sources, from 1
	Lowering int // subjects whose status it lowers
	Applies  int // subjects to which it applies
}

// Percent is the share of subjects that are not in order, of those to which the obligation applies. Few are never none, and most
// are never all.
func (r obligationRow) Percent() int {
	switch {
	case r.Lowering == 0:
		return 0
	case r.Lowering == r.Applies:
		return 100
	}
	return min(max((100*r.Lowering+r.Applies/2)/r.Applies, 1), 99)
}

type obligationPage struct {
	Page page
	*report.Obligation
	Open  []judgedGroup    // subjects by state, worst first
	Known []report.Tension // the tensions it has part in
}

type judgedGroup struct {
	State    string
	Subjects int
	section
}

func (p *listing) obligations() error {
	rows := make([]obligationRow, 0, len(p.Obligations))
	var under []report.Judged
	for i := range p.Obligations {
		row := obligationRow{Obligation: &p.Obligations[i], Place: i + 1}
		under = p.Under(i, under)
		for _, j := range under {
			if j.State != "not-applicable" {
				row.Applies++
			}
			if report.Lowers(j.State) && j.ExceptedUntil.IsZero() {
				row.Lowering++
			}
		}
		rows = append(rows, row)
		if err := p.obligation(row.Obligation, under); err != nil {
			return err
		}
	}
	const hardest, sources = "obligations.html", "lists/obligations-by-source.html"
	one := obligationsPage{
		Page:  page{Path: hardest, Title: p.says.text(navObligations), Section: hardest, JSON: "api/v1/obligations.json"},
		Total: len(rows), Other: sources, Groups: []obligationGroup{{Rows: hardestFirst(rows), Open: open(rows)}},
	}
	one.Open = one.Groups[0].Open
	if err := p.render("obligations.html", one.Page, one); err != nil {
		return err
	}
	one.Page = page{Path: sources, Title: p.says.text(titleBySource), Section: hardest, Crumbs: []crumb{p.crumb(hardest, navObligations)}, Part: true}
	one.BySource, one.Other, one.Groups = true, hardest, bySource(rows)
	return p.render("obligations.html", one.Page, one)
}

// open counts the obligations that are not in order for somebody.
func open(rows []obligationRow) int {
	n := 0
	for _, r := range rows {
		if r.Lowering > 0 {
			n++
		}
	}
	return n
}

// hardestFirst orders obligations by the share of subjects that are not in order; where that is equal, by their number, then as the
// sources do. Those that apply to nobody come last.
func hardestFirst(rows []obligationRow) []obligationRow {
	out := slices.Clone(rows)
	slices.SortStableFunc(out, func(a, b obligationRow) int {
		return cmp.Or(
			cmp.Compare(b.Lowering*max(a.Applies, 1), a.Lowering*max(b.Applies, 1)), // shares, without rounding
			cmp.Compare(b.Lowering, a.Lowering),
			cmp.Compare(min(b.Applies, 1), min(a.Applies, 1)),
		)
	})
	return out
}

// bySource divides obligations by the document they come from.
func bySource(rows []obligationRow) []obligationGroup {
	var out []obligationGroup
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].Document != r.Document {
			out = append(out, obligationGroup{Document: r.Document, Nature: r.Nature})
		}
		last := &out[len(out)-1]
		last.Rows = append(last.Rows, r)
	}
	for i := range out {
		out[i].Open = open(out[i].Rows)
	}
	return out
}

// How many subjects the page of an obligation lists for each state. Of those with something to do the rest is on further
// pages; of the others, whose own pages say the same, it is only counted.
const (
	judgedRows  = 60
	judgedBrief = 600
)

func (p *listing) obligation(o *report.Obligation, under []report.Judged) error {
	one := obligationPage{
		Page: page{
			Path: p.pagePath("obligation", o.ID), Title: p.says.text(titleObligation, plain(o.ID), plain(o.Title)), Section: "obligations.html", Part: true,
			Crumbs: []crumb{p.crumb("obligations.html", navObligations)}, JSON: dataPath("obligation", o.ID),
		},
		Obligation: o,
	}
	for len(under) > 0 { // sorted by state
		state := under[0].State
		n := 1
		for n < len(under) && under[n].State == state {
			n++
		}
		l, first := judgedTable(under[:n], state, o.ID), judgedRows
		if report.StateRank(state) >= report.StateRank("met") {
			l, first = judgedNames(under[:n], o.ID), judgedBrief
		}
		group := judgedGroup{State: state, Subjects: n}
		if first == judgedRows || n <= judgedBrief {
			var err error
			if group.section, err = p.section(one.Page, first, fileName(o.ID)+"-"+fileName(state), p.says.text(titleJudged, plain(o.ID), plain(p.says.state(state))), l); err != nil {
				return err
			}
		}
		one.Open = append(one.Open, group)
		under = under[n:]
	}
	for _, t := range p.frame.Tensions {
		if slices.Contains(o.Tensions, t.ID) {
			one.Known = append(one.Known, t)
		}
	}
	return p.render("obligation.html", one.Page, one)
}

type findingsPage struct {
	Page          page
	Total, Errors int
	Table         section
}

func (p *listing) findings() error {
	one := findingsPage{
		Page:  page{Path: "findings.html", Title: p.says.text(titleFindings), Section: "index.html"},
		Total: len(p.Findings), Errors: finding.Errors(p.Findings),
	}
	var err error
	if one.Table, err = p.section(one.Page, partRows, "findings", one.Page.Title, findingTable(p.Findings)); err != nil {
		return err
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
		Page:   page{Path: "about.html", Title: p.says.text(titleAbout), Section: "about.html"},
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
	one := page{Path: "404.html", Title: p.says.text(titleMissing)}
	return p.render("missing.html", one, struct{ Page page }{one})
}
