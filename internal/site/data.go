package site

import (
	"encoding/json"
	"fmt"

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
	// workloadLine is a workload in brief; Path leads to all of it, Page to its page.
	workloadLine struct {
		ID           string        `json:"id"`
		Name         string        `json:"name"`
		Organisation report.Ref    `json:"organisation"`
		Type         string        `json:"type"`
		Phase        string        `json:"phase"`
		Class        string        `json:"class,omitempty"`
		Status       report.Status `json:"status"`
		Ends         calendar.Date `json:"ends,omitzero"`
		Path         string        `json:"path"`
		Page         string        `json:"page"`
	}
	workloadDocument struct {
		report.Origin
		Workload report.Workload `json:"workload"`
	}
	suppliersDocument struct {
		report.Origin
		Suppliers []report.Supplier `json:"suppliers"`
	}
	organisationsDocument struct {
		report.Origin
		Organisations []report.Organisation `json:"organisations"`
		Contracts     []report.Contract     `json:"contracts"`
		Footprints    []report.Footprint    `json:"footprints"`
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
	{"organisations.json", "organisations, their contracts and footprints, with verdicts"},
	{"suppliers.json", "suppliers with certificates, principles, products, notices and verdicts"},
	{"obligations.json", "obligations with the state of every subject, tensions, and what was not found"},
	{"due.json", "what falls due, by day"},
}

// data publishes the report as JSON.
func (p *portal) data() error {
	brief := workloadsDocument{Origin: p.Origin, Workloads: []workloadLine{}}
	for _, w := range p.Workloads {
		path := "workloads/" + fileName(w.ID) + ".json"
		brief.Workloads = append(brief.Workloads, workloadLine{
			ID: w.ID, Name: w.Name, Organisation: w.Organisation, Type: w.Type, Phase: w.Phase, Class: w.Class, Status: w.Status, Ends: w.Ends,
			Path: path, Page: "../../" + p.paths["workload:"+w.ID],
		})
		if err := p.json(path, workloadDocument{p.Origin, w}); err != nil {
			return err
		}
	}
	for _, d := range []struct {
		path string
		data any
	}{
		{"index.json", indexDocument{p.Origin, p.config.Title, p.config.Organisation, p.Summary, documents, p.Exceptions, p.Findings}},
		{"workloads.json", brief},
		{"organisations.json", organisationsDocument{p.Origin, p.Organisations, p.Contracts, p.Footprints}},
		{"suppliers.json", suppliersDocument{p.Origin, p.Suppliers}},
		{"obligations.json", obligationsDocument{p.Origin, p.Obligations, p.Tensions, p.NotFound}},
		{"due.json", dueDocument{p.Origin, p.Due}},
	} {
		if err := p.json(d.path, d.data); err != nil {
			return err
		}
	}
	return nil
}

func (p *portal) json(path string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", dataRoot+path, err)
	}
	return p.add(dataRoot+path, "data "+path, append(b, '\n'))
}
