package site

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
	dueDocument struct {
		report.Origin
		Due []report.Due `json:"due"`
	}
)

var documents = []document{
	{"workloads.json", "every workload in brief, with its status and the path of its own document"},
	{"organisations.json", "organisations, contracts and footprints in brief, with the paths of their own documents"},
	{"suppliers.json", "suppliers in brief, with the paths of their own documents"},
	{"obligations.json", "obligations with the state of every subject, tensions, and what was not found"},
	{"due.json", "what falls due, by day"},
}

// dataPath is where the document of a subject is published.
func dataPath(kind, id string) string { return dataRoot + folders[kind] + "/" + fileName(id) + ".json" }

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
	obligations := obligationsDocument{origin, slices.Clone(p.Obligations), p.frame.Tensions, p.frame.NotFound}
	for i := range obligations.Obligations {
		obligations.Obligations[i].Subjects = p.Under(i)
	}
	for _, d := range []struct {
		path string
		data any
	}{
		{"index.json", indexDocument{origin, p.config.Title, p.config.Organisation, p.Summary, documents, p.Exceptions, p.Findings}},
		{"workloads.json", workloads},
		{"organisations.json", organisations},
		{"suppliers.json", suppliers},
		{"obligations.json", obligations},
		{"due.json", dueDocument{origin, p.Due}},
	} {
		raw, err := encode(dataRoot+d.path, d.data)
		if err != nil {
			return err
		}
		if err := p.add(dataRoot+d.path, "data "+d.path, raw); err != nil {
			return err
		}
	}
	return nil
}

// encode makes a document.
func encode(path string, v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, err)
	}
	return append(b, '\n'), nil
}
