//go:build unix

package main

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/muniment/internal/report"
)

// layouts are the settings and templates of the Hugo site.
//
//go:embed hugo
var layouts embed.FS

// hugoSite is a site for Hugo that is being written from the data of a portal: a page for every subject and obligation with what
// the portal shows on it, and the lists. Facts are front matter in JSON, which Hugo reads fastest, and impact assessments are the
// Markdown of the record.
type hugoSite struct {
	portal   string
	data     string // api/v1 of the portal
	checkout string
	to       string
	whole    *whole           // what is shown of the register as a whole
	rows     map[string][]row // workloads of an organisation, by its id
}

// row is a line of a list.
type row struct {
	On    string `json:"on,omitempty"`
	Path  string `json:"path"`
	Name  string `json:"name"`
	Under string `json:"under"`
	State string `json:"state"`
	Text  string `json:"text"`
	More  string `json:"more,omitempty"`
}

// object is a part of a document that is handed on as it is.
type object = map[string]json.RawMessage

// partRows is how many rows of a list a page holds, there and here.
const partRows = 400

// writeHugoSite makes the site from a portal and what was judged for [render], once for a sample.
func writeHugoSite(portal, told, checkout, to string) error {
	all, err := unpacked[whole](filepath.Join(told, wholeName))
	if err != nil {
		return err
	}
	h := &hugoSite{portal: portal, data: filepath.Join(portal, "api", "v1"), checkout: checkout, to: to, whole: all, rows: make(map[string][]row)}
	settings, err := fs.Sub(layouts, "hugo")
	if err != nil {
		return err
	}
	if err := os.CopyFS(to, settings); err != nil {
		return err
	}
	for _, step := range []func() error{h.obligations, h.lists, h.months, h.days, h.offices, h.boards, h.calendars, h.subjects} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// read reads a document of the portal.
func (h *hugoSite) read(path string, into any) error {
	text, err := os.ReadFile(filepath.Join(h.data, filepath.FromSlash(path)))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// page writes a page of content.
func (h *hugoSite) page(url, layout, title string, params any, body []byte) error {
	matter := map[string]any{"title": title, "layout": layout, "params": params}
	name := strings.TrimSuffix(url, ".html") + ".md"
	switch {
	case url == "index.html":
		name = "_index.md"
	case !strings.Contains(url, "/"):
		matter["url"] = "/" + url
		name = "top/" + name // beside folders of the same name it would be taken for theirs
	}
	front, err := json.MarshalIndent(matter, "", " ")
	if err != nil {
		return err
	}
	path := filepath.Join(h.to, "content", filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, slices.Concat(front, []byte("\n\n"), body), 0o644)
}

// list writes a list in as many parts as the portal has them.
func (h *hugoSite) list(url, title string, rows []row) error {
	for part := 1; part == 1 || len(rows) > 0; part++ {
		n := min(len(rows), partRows)
		at, called := url, title
		if part > 1 {
			at, called = fmt.Sprintf("lists/%s-%d.html", strings.ReplaceAll(strings.TrimSuffix(url, ".html"), "/", "-"), part), fmt.Sprintf("%s, part %d", title, part)
		}
		params := map[string]any{"columns": []string{"What", "State", "Why"}, "rows": append([]row{}, rows[:n]...)}
		if err := h.page(at, "list", called, params, nil); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// pageOf is where the portal has the page of a subject.
func pageOf(r report.Ref) string { return r.Kind + "s/" + strings.ReplaceAll(r.ID, "/", "-") + ".html" }

// obligations writes the page of every obligation, and the catalogue as a data file.
func (h *hugoSite) obligations() error {
	var all struct{ Obligations []report.Obligation }
	if err := h.read("obligations.json", &all); err != nil {
		return err
	}
	catalogue := make(map[string]report.Obligation)
	var rows []row
	for _, o := range all.Obligations {
		catalogue[o.ID] = o
		rows = append(rows, row{Path: "obligations/" + o.ID + ".html", Name: o.ID + " " + o.Title, Under: o.Document + ", " + o.Paragraph, Text: o.Duty})
		var one struct{ Obligation report.Obligation }
		if err := h.read("obligations/"+o.ID+".json", &one); err != nil {
			return err
		}
		var subjects []row
		for _, s := range one.Obligation.Subjects {
			subjects = append(subjects, row{Path: pageOf(s.Subject), Name: s.Subject.Name, Under: s.Subject.ID, State: s.State, Text: s.Text})
		}
		if err := h.list("obligations/"+o.ID+".html", o.Title, subjects); err != nil {
			return err
		}
	}
	text, err := json.Marshal(catalogue)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(h.to, "data"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(h.to, "data", "obligations.json"), text, 0o644); err != nil {
		return err
	}
	return h.list("obligations.html", "Obligations", rows)
}

// lists writes what shows the register as a whole.
func (h *hugoSite) lists() error {
	var workloads struct{ Workloads []report.WorkloadRow }
	var suppliers struct{ Suppliers []report.SupplierRow }
	var organisations struct {
		Organisations []report.OrganisationRow
		Contracts     []report.ContractRow
	}
	err := errors.Join(h.read("workloads.json", &workloads), h.read("suppliers.json", &suppliers), h.read("organisations.json", &organisations))
	if err != nil {
		return err
	}
	var all []row
	byState := make(map[string][]row)
	for _, w := range workloads.Workloads {
		one := row{
			Path: pageOf(report.Ref{Kind: "workload", ID: w.ID}), Name: w.Name, Under: w.ID + " · " + w.Organisation.Name + " · " + w.Type + ", " + w.Phase,
			State: w.Status.State, Text: w.Status.Sentence, More: w.Remedy,
		}
		all = append(all, one)
		byState[w.Status.State] = append(byState[w.Status.State], one)
		h.rows[w.Organisation.ID] = append(h.rows[w.Organisation.ID], one)
	}
	slices.SortStableFunc(all, func(a, b row) int { return cmp.Compare(report.StateRank(a.State), report.StateRank(b.State)) })
	// The portal's own list of workloads names a few hundred, and leads to all of them by state.
	few := all[:min(len(all), partRows)]
	if err := errors.Join(h.list("workloads.html", "Workloads", few), h.list("index.html", "Overview", few)); err != nil {
		return err
	}
	for state, rows := range byState {
		if err := h.list("lists/workloads-"+state+".html", "Workloads: "+state, rows); err != nil {
			return err
		}
	}
	var rows []row
	for _, s := range suppliers.Suppliers {
		rows = append(rows, row{Path: pageOf(report.Ref{Kind: "supplier", ID: s.ID}), Name: s.Name, Under: s.Country, State: s.Status.State, Text: s.Status.Sentence})
	}
	if err := h.list("suppliers.html", "Suppliers", rows); err != nil {
		return err
	}
	rows = nil
	for _, o := range organisations.Organisations {
		rows = append(rows, row{Path: pageOf(report.Ref{Kind: "organisation", ID: o.ID}), Name: o.Name, Under: o.Type, State: o.Status.State, Text: o.Status.Sentence})
	}
	return h.list("organisations.html", "Organisations", rows)
}

// months writes the calendar, the changes and the forecast, month by month.
func (h *hugoSite) months() error {
	for _, of := range []struct{ data, page, title string }{{"due", "calendar", "Calendar"}, {"changes", "changes", "Changes"}, {"forecast", "forecast", "Forecast"}} {
		var index struct {
			Months []struct{ Month, Path string }
		}
		if err := h.read(of.data+".json", &index); err != nil {
			return err
		}
		var months []row
		for _, m := range index.Months {
			var one struct {
				Due     []report.Due
				Changes []report.StatusChange
				Turns   []report.ToCome
			}
			if err := h.read(m.Path, &one); err != nil {
				return err
			}
			months = append(months, row{Path: of.page + "/" + m.Month + ".html", Name: m.Month})
			var rows []row
			for i := range one.Due {
				rows = append(rows, dueRow(&one.Due[i]))
			}
			for i := range one.Changes {
				rows = append(rows, changeRow(&one.Changes[i]))
			}
			for _, t := range one.Turns {
				rows = append(rows, row{On: t.On.String(), Path: pageOf(t.Subject), Name: t.Subject.Name, Under: t.Obligation + " " + t.Title, State: t.To, Text: t.Text, More: t.Remedy})
			}
			if err := h.list(of.page+"/"+m.Month+".html", of.title+", "+m.Month, rows); err != nil {
				return err
			}
		}
		if err := h.list(of.page+".html", of.title, months); err != nil {
			return err
		}
	}
	return nil
}

// subjects writes the page of every subject.
func (h *hugoSite) subjects() error {
	for _, kind := range []string{"workload", "supplier", "organisation", "contract", "footprint"} {
		names, err := filepath.Glob(filepath.Join(h.data, kind+"s", "*.json"))
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := h.subject(kind, filepath.Base(name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *hugoSite) subject(kind, name string) error {
	var document object
	if err := h.read(kind+"s/"+name, &document); err != nil {
		return err
	}
	var subject object
	var known struct {
		ID, Name, Title, Type, Phase, Purpose, Class, ClassReason, Deployment, Visibility, Country string

		Owner        report.Contact
		Organisation report.Ref
		DPIA         *struct{ Path string }
	}
	err := errors.Join(json.Unmarshal(document[kind], &subject), json.Unmarshal(document[kind], &known))
	if err != nil {
		return err
	}
	params := map[string]any{"kind": kind, "subject": subject, "states": report.States, "home": "evidence/" + strings.TrimSuffix(kind, "s") + "s/" + known.ID + "/"}
	if kind == "workload" {
		ods, slug, _ := strings.Cut(known.ID, "/")
		params["home"] = "evidence/organisations/" + ods + "/workloads/" + slug + "/"
	}
	title := cmp.Or(known.Name, known.Title)
	params["caption"] = strings.TrimSpace(strings.Join([]string{known.Type, kind, known.Phase}, " "))
	var facts []report.Fact
	for _, f := range []report.Fact{
		{Label: "Organisation", Text: known.Organisation.Name},
		{Label: "Country", Text: known.Country},
		{Label: "Purpose", Text: known.Purpose},
		{Label: "Profile class", Text: strings.TrimSuffix(known.Class+": "+known.ClassReason, ": ")},
		{Label: "Deployment", Text: known.Deployment},
		{Label: "Owner", Text: strings.TrimPrefix(known.Owner.Title+", "+known.Owner.Email, ", ")},
		{Label: "May be shown to", Text: known.Visibility},
	} {
		if f.Text != "" {
			facts = append(facts, f)
		}
	}
	params["facts"] = facts
	if params["lists"], err = h.tables(kind, known.ID, subject); err != nil {
		return err
	}
	var timeline object
	switch err := h.read("timeline/"+kind+"/"+name, &timeline); {
	case err == nil:
		params["timeline"] = timeline["timeline"]
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	var body []byte
	if known.DPIA != nil {
		if body, err = h.assessment(subject, known.DPIA.Path); err != nil {
			return err
		}
	}
	return h.page(kind+"s/"+strings.TrimSuffix(name, ".json")+".html", "subject", title, params, body)
}

// assessment takes the HTML of an impact assessment out of a subject and gives the Markdown that it came from.
func (h *hugoSite) assessment(subject object, path string) ([]byte, error) {
	var d object
	if err := json.Unmarshal(subject["dpia"], &d); err != nil {
		return nil, err
	}
	delete(d, "html")
	var err error
	if subject["dpia"], err = json.Marshal(d); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(h.checkout, filepath.FromSlash(path)))
	if err != nil {
		return nil, err
	}
	_, body, ok := bytes.Cut(bytes.TrimPrefix(text, []byte("---\n")), []byte("\n---\n"))
	if !ok {
		return nil, fmt.Errorf("%s has no front matter", path)
	}
	return body, nil
}

// shown are the lists of a subject that its template knows.
var shown = []string{
	"verdicts", "data", "risks", "locations", "transfers", "approvals", "reviews", "exceptions", "suppliers", "dependsOn", "footprints", "exitPlan", "files",
	"history",
}

// tables makes plain tables of all other lists of a subject, and of the workloads of an organisation.
func (h *hugoSite) tables(kind, id string, subject object) (map[string][][]string, error) {
	tables := make(map[string][][]string)
	for name, raw := range subject {
		if raw[0] != '[' || kind == "workload" || slices.Contains(shown, name) {
			continue
		}
		var list []any
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, err
		}
		for _, one := range list {
			tables[name] = append(tables[name], cells(one))
		}
	}
	for _, r := range h.rows[id] {
		tables["workloads"] = append(tables["workloads"], []string{r.Name, r.Under, r.State, r.Text, r.More})
	}
	return tables, nil
}

// cells flattens a value, in the order of its fields' names.
func cells(v any) []string {
	switch v := v.(type) {
	case map[string]any:
		var names []string
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		var out []string
		for _, name := range names {
			out = append(out, strings.Join(cells(v[name]), " "))
		}
		return out
	case []any:
		var out []string
		for _, one := range v {
			out = append(out, cells(one)...)
		}
		return out
	}
	return []string{fmt.Sprint(v)}
}
