package site

import (
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/report"
)

const dataRoot = "api/v1/"

// Documents of the data interface. Each begins with the fields of report.Origin, its version first.
type (
	indexDocument struct {
		report.Origin
		Title        string             `json:"title"`
		Organisation string             `json:"organisation,omitempty"`
		Summary      report.Summary     `json:"summary"`
		Documents    []document         `json:"documents"`
		Exceptions   []report.Exception `json:"exceptions"` // in force
		Findings     []finding.Finding  `json:"findings"`
		Overrides    []report.Override  `json:"overrides"` // of the check before publishing
	}
	// document says where one of the others is, relative to the index.
	document struct {
		Path  string `json:"path"`
		About string `json:"about"`
	}
	workloadsDocument struct {
		report.Origin
		Workloads []workloadLine `json:"workloads"`
	}
	// place says where all of a subject is: Path as data and Page for people, both relative to the document.
	place struct {
		Path string `json:"path"`
		Page string `json:"page"`
	}
	workloadLine struct {
		*report.WorkloadRow
		place
	}
	supplierLine struct {
		*report.SupplierRow
		place
	}
	organisationLine struct {
		*report.OrganisationRow
		place
	}
	contractLine struct {
		*report.ContractRow
		place
	}
	footprintLine struct {
		*report.FootprintRow
		place
	}
	workloadDocument struct {
		report.Origin
		Workload *report.Workload `json:"workload"`
	}
	supplierDocument struct {
		report.Origin
		Supplier *report.Supplier `json:"supplier"`
	}
	organisationDocument struct {
		report.Origin
		Organisation *report.Organisation `json:"organisation"`
	}
	contractDocument struct {
		report.Origin
		Contract *report.Contract `json:"contract"`
	}
	footprintDocument struct {
		report.Origin
		Footprint *report.Footprint `json:"footprint"`
	}
	timelineDocument struct {
		report.Origin
		Subject  report.Ref       `json:"subject"`
		Timeline *report.Timeline `json:"timeline"`
	}
	suppliersDocument struct {
		report.Origin
		Suppliers []supplierLine `json:"suppliers"`
	}
	organisationsDocument struct {
		report.Origin
		Organisations []organisationLine `json:"organisations"`
		Contracts     []contractLine     `json:"contracts"`
		Footprints    []footprintLine    `json:"footprints"`
	}
	obligationsDocument struct {
		report.Origin
		Obligations []report.Obligation `json:"obligations"`
		Tensions    []report.Tension    `json:"tensions"`
		NotFound    []report.NotFound   `json:"notFound"`
	}
	obligationDocument struct {
		report.Origin
		Obligation *report.Obligation `json:"obligation"` // with the subjects for whom something is open
	}
	// monthsDocument leads to documents of one month each, since all of them may be more than anybody wants to read at once.
	monthsDocument struct {
		report.Origin
		Count  int         `json:"count"`
		Months []monthLine `json:"months"`
	}
	monthLine struct {
		Month string `json:"month"`
		Count int    `json:"count"`
		Path  string `json:"path"` // relative to the document
	}
	dueDocument struct {
		report.Origin
		Month string       `json:"month"`
		Due   []report.Due `json:"due"`
	}
	changesDocument struct {
		report.Origin
		Month   string                `json:"month"`
		Changes []report.StatusChange `json:"changes"` // newest first
	}
	turnsDocument struct {
		report.Origin
		Month string          `json:"month"`
		Turns []report.ToCome `json:"turns"`
	}
	forecastDocument struct {
		report.Origin
		Until  calendar.Date  `json:"until,omitzero"` // the last day looked at
		Now    map[string]int `json:"now"`            // workloads by status on the day judged
		Then   map[string]int `json:"then"`           // and on the last day
		Count  int            `json:"count"`
		Months []monthLine    `json:"months"`
	}
)

var documents = []document{
	{"workloads.json", "every workload in brief, with its status and the path of its own document"},
	{"organisations.json", "organisations, contracts and footprints in brief, with the paths of their own documents"},
	{"suppliers.json", "suppliers in brief, with the paths of their own documents"},
	{"obligations.json", "obligations with counts by state, tensions, and what was not found; each has a document of its own"},
	{"due.json", "what falls due, by month"},
	{"changes.json", "what changed status, by month"},
	{"forecast.json", "what turns in the time to come if nobody does anything, by month"},
	{"checkpoint.json", "the past of every workload in brief: what a later portal is held against before it is published"},
}

// dataPath is where the document of a subject is published.
func dataPath(kind, id string) string { return dataRoot + folders[kind] + "/" + fileName(id) + ".json" }

// timelinePath is where the timeline of a subject is published.
func timelinePath(r report.Ref) string {
	return dataRoot + "timeline/" + r.Kind + "/" + fileName(r.ID) + ".json"
}

func (p *listing) place(kind, id string) place {
	return place{strings.TrimPrefix(dataPath(kind, id), dataRoot), "../../" + p.pagePath(kind, id)}
}

// data publishes the lists as JSON.
func (p *listing) data() error {
	origin := p.frame.Origin
	workloads := workloadsDocument{origin, make([]workloadLine, len(p.Workloads))}
	for i := range p.Workloads {
		workloads.Workloads[i] = workloadLine{&p.Workloads[i], p.place("workload", p.Workloads[i].ID)}
	}
	suppliers := suppliersDocument{origin, make([]supplierLine, len(p.Suppliers))}
	for i := range p.Suppliers {
		suppliers.Suppliers[i] = supplierLine{&p.Suppliers[i], p.place("supplier", p.Suppliers[i].ID)}
	}
	organisations := organisationsDocument{
		origin, make([]organisationLine, len(p.Organisations)), make([]contractLine, len(p.Contracts)), make([]footprintLine, len(p.Footprints)),
	}
	for i := range p.Organisations {
		organisations.Organisations[i] = organisationLine{&p.Organisations[i], p.place("organisation", p.Organisations[i].ID)}
	}
	for i := range p.Contracts {
		organisations.Contracts[i] = contractLine{&p.Contracts[i], p.place("contract", p.Contracts[i].ID)}
	}
	for i := range p.Footprints {
		organisations.Footprints[i] = footprintLine{&p.Footprints[i], p.place("footprint", p.Footprints[i].ID)}
	}
	obligations := obligationsDocument{origin, p.Obligations, p.frame.Tensions, p.frame.NotFound}
	met := report.StateRank("met")
	var under []report.Judged
	for i := range p.Obligations {
		one := p.Obligations[i]
		under = p.Under(i, under)
		one.Subjects = slices.DeleteFunc(under, func(j report.Judged) bool { return report.StateRank(j.State) >= met })
		if err := p.document(strings.TrimPrefix(dataPath("obligation", one.ID), dataRoot), &obligationDocument{origin, &one}); err != nil {
			return err
		}
	}
	due := monthsDocument{origin, len(p.Due), []monthLine{}}
	for _, list := range byMonth(p.Due, func(d *report.Due) calendar.Date { return d.On }) {
		line := newMonthLine("due", list[0].On, len(list))
		due.Months = append(due.Months, line)
		if err := p.document(line.Path, &dueDocument{origin, line.Month, list}); err != nil {
			return err
		}
	}
	changes := monthsDocument{origin, len(p.Changes), []monthLine{}}
	for _, list := range byMonth(p.Changes, func(c *report.StatusChange) calendar.Date { return c.On }) {
		line := newMonthLine("changes", list[0].On, len(list))
		changes.Months = append(changes.Months, line)
		if err := p.document(line.Path, &changesDocument{origin, line.Month, list}); err != nil {
			return err
		}
	}
	forecast, err := p.forecastData()
	if err != nil {
		return err
	}
	overrides := p.Overrides
	if overrides == nil {
		overrides = []report.Override{}
	}
	for _, d := range []struct {
		path string
		data any
	}{
		{"index.json", &indexDocument{origin, p.config.Title, p.config.Organisation, p.Summary, documents, p.Exceptions, p.Findings, overrides}},
		{"checkpoint.json", report.NewCheckpoint(origin, p.Lists)},
		{"workloads.json", &workloads},
		{"organisations.json", &organisations},
		{"suppliers.json", &suppliers},
		{"obligations.json", &obligations},
		{"due.json", &due},
		{"changes.json", &changes},
		{"forecast.json", forecast},
	} {
		if err := p.document(d.path, d.data); err != nil {
			return err
		}
	}
	return nil
}

// document publishes one document; path is below the root of the data.
func (p *listing) document(path string, d any) error {
	return p.addSheet(dataRoot+path, "data "+path, encode(d))
}

func newMonthLine(folder string, on calendar.Date, n int) monthLine {
	month := monthAnchor(on)
	return monthLine{month, n, folder + "/" + month + ".json"}
}

func (p *listing) forecastData() (*forecastDocument, error) {
	out := &forecastDocument{Origin: p.frame.Origin, Now: map[string]int{}, Then: map[string]int{}, Months: []monthLine{}}
	f := p.Lists.Forecast
	if f == nil {
		return out, nil
	}
	out.Until, out.Count = f.Until, len(f.Turns)
	for _, w := range f.Workloads {
		out.Now[w.Now]++
		out.Then[w.Then]++
	}
	for _, list := range byMonth(f.Turns, func(t *report.ToCome) calendar.Date { return t.On }) {
		line := newMonthLine("forecast", list[0].On, len(list))
		out.Months = append(out.Months, line)
		if err := p.document(line.Path, &turnsDocument{out.Origin, line.Month, list}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// The documents of subjects leave out what obligations.json says once for all, and the timeline, which has a document of its own.

func brief(w *report.Workload) *report.Workload {
	out := *w
	out.Timeline, out.Known, out.Verdicts = nil, nil, briefVerdicts(w.Verdicts)
	return &out
}

func briefSupplier(s *report.Supplier) *report.Supplier {
	out := *s
	out.Timeline, out.Known, out.Verdicts = nil, nil, briefVerdicts(s.Verdicts)
	return &out
}

func briefOrganisation(o *report.Organisation) *report.Organisation {
	out := *o
	out.Timeline, out.Known, out.Verdicts = nil, nil, briefVerdicts(o.Verdicts)
	return &out
}

func briefContract(c *report.Contract) *report.Contract {
	out := *c
	out.Known, out.Verdicts = nil, briefVerdicts(c.Verdicts)
	return &out
}

func briefFootprint(f *report.Footprint) *report.Footprint {
	out := *f
	out.Known, out.Verdicts = nil, briefVerdicts(f.Verdicts)
	return &out
}

func briefVerdicts(verdicts []report.Verdict) []report.Verdict {
	out := slices.Clone(verdicts)
	for i := range out {
		v := &out[i]
		v.Title, v.Strength, v.Remedy, v.Tensions = "", "", "", nil
		if !v.Inherited {
			v.Subject = report.Ref{}
		}
		if v.Due != nil {
			due := *v.Due
			due.Title, due.Remedy, due.Subject = "", "", report.Ref{}
			v.Due = &due
		}
	}
	return out
}

// briefTimeline leaves out too what the timelines of others tell: which fields a commit changed in their records. Base is the
// folder of the subject.
func briefTimeline(t *report.Timeline, base string) *report.Timeline {
	out := *t
	out.Segments = slices.Clone(t.Segments)
	for i := range out.Segments {
		s := &out.Segments[i]
		s.Turns = slices.Clone(s.Turns)
		for j := range s.Turns {
			turn := &s.Turns[j]
			turn.Title, turn.Strength, turn.Remedy = "", "", ""
			if !turn.Inherited {
				turn.Subject = report.Ref{}
			}
		}
		s.Causes = slices.Clone(s.Causes)
		for j := range s.Causes {
			if c := s.Causes[j].Commit; c != nil {
				s.Causes[j].Commit = briefCommit(c, base)
			}
		}
	}
	return &out
}

// mostOthers is how many files outside the folder of a subject are named of one commit.
const mostOthers = 3

func briefCommit(c *report.Commit, base string) *report.Commit {
	out := *c
	out.Files = make([]report.Change, 0, min(len(c.Files), mostFiles+mostOthers))
	own, others := 0, 0
	for _, f := range c.Files {
		most, n := mostFiles, &own
		if !strings.HasPrefix(f.Path, base) {
			most, n = mostOthers, &others
			f.Fields = nil
		}
		if *n++; *n > most {
			out.More++
			continue
		}
		out.Files = append(out.Files, f)
	}
	return &out
}
