//go:build unix

package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// soon is within how many days something falls due for an office or a board to be told.
const soon = 90

func dueRow(d *report.Due) row {
	return row{On: d.On.String(), Path: pageOf(d.Subject), Name: d.Subject.Name, Under: d.Obligation + " " + d.Title, State: d.Then, Text: d.Text, More: d.Owner}
}

func changeRow(c *report.StatusChange) row {
	return row{On: c.On.String(), Path: pageOf(c.Subject), Name: c.Subject.Name, Under: c.From, State: c.To, Text: c.Sentence}
}

// worst sorts rows by their states.
func worst(rows []row) []row {
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(report.StateRank(a.State), report.StateRank(b.State)) })
	return rows
}

// days writes how all workloads stood on each day that the portal has a page of. Like the portal's own, a page lists the worst.
func (h *hugoSite) days() error {
	pages, err := filepath.Glob(filepath.Join(h.portal, "days", "*.html"))
	if err != nil {
		return err
	}
	for _, page := range pages {
		name := strings.TrimSuffix(filepath.Base(page), ".html")
		day, err := calendar.Parse(name)
		if err != nil {
			return err
		}
		var rows []row
		for i := range h.whole.Courses {
			c := &h.whole.Courses[i]
			if state := c.On(day).State; state != "" {
				rows = append(rows, row{Path: pageOf(c.Subject), Name: c.Subject.Name, Under: c.Subject.ID, State: state, Text: c.Organisation.Name})
			}
		}
		rows = worst(rows)
		if err := h.list("days/"+name+".html", "Status on "+name, rows[:min(len(rows), partRows)]); err != nil {
			return err
		}
	}
	return nil
}

// offices writes what waits for each office and falls due for it soon, everywhere and in each organisation.
func (h *hugoSite) offices() error {
	now, later := make(map[string][]row), make(map[string][]row)
	for _, w := range h.whole.Waits {
		one := row{Path: pageOf(w.Subject), Name: w.Subject.Name, Under: w.Organisation.Name, State: w.State, Text: w.Text + " " + w.Obligation, More: w.Remedy}
		for _, name := range officePages(w.Office, []string{w.Organisation.ID}) {
			now[name] = append(now[name], one)
		}
	}
	for i := range h.whole.Due {
		if d := &h.whole.Due[i]; d.Days <= soon {
			for _, name := range officePages(d.Office, concerned(d)) {
				later[name] = append(later[name], dueRow(d))
			}
		}
	}
	names := maps.Clone(now)
	maps.Copy(names, later)
	for name := range names {
		if err := h.list("offices/"+name+".html", name, slices.Concat(worst(now[name]), later[name])); err != nil {
			return err
		}
	}
	return nil
}

func officePages(office string, organisations []string) []string {
	office = strings.ToLower(cmp.Or(strings.ReplaceAll(office, " ", "-"), "owner"))
	out := []string{office}
	for _, o := range organisations {
		if o != "" {
			out = append(out, office+"-of-"+o)
		}
	}
	return out
}

// concerned are the organisations that something that falls due is about.
func concerned(d *report.Due) []string {
	var out []string
	for _, id := range append([]string{d.Subject.ID}, d.Workloads...) {
		organisation, _, inside := strings.Cut(id, "/")
		if (inside || d.Subject.Kind == "organisation") && !slices.Contains(out, organisation) {
			out = append(out, organisation)
		}
	}
	return out
}

// boards writes a page for the board of each organisation: its worst workloads, and what changed and falls due within a quarter of a year.
func (h *hugoSite) boards() error {
	const most = 25
	due, changes := make(map[string][]row), make(map[string][]row)
	for i := range h.whole.Due {
		if d := &h.whole.Due[i]; d.Days <= soon {
			for _, o := range concerned(d) {
				due[o] = append(due[o], dueRow(d))
			}
		}
	}
	for i := range h.whole.Changes {
		c := &h.whole.Changes[i]
		if organisation, _, inside := strings.Cut(c.Subject.ID, "/"); inside && h.whole.Origin.AsOf.Before(c.On.AddDays(soon)) {
			changes[organisation] = append(changes[organisation], changeRow(c))
		}
	}
	for _, o := range h.whole.Organisations {
		workloads := worst(slices.Clone(h.rows[o.ID]))
		rows := slices.Concat(workloads[:min(len(workloads), most)], due[o.ID][:min(len(due[o.ID]), most)], changes[o.ID])
		if err := h.list("boards/"+o.ID+".html", "Board paper of "+o.Name, rows[:min(len(rows), partRows)]); err != nil {
			return err
		}
	}
	return nil
}

// event is what a calendar says of something that falls due.
type event struct {
	On     string `json:"on"`
	Kind   string `json:"kind"` // of what it is about
	ID     string `json:"id"`
	Name   string `json:"name"`
	Duty   string `json:"duty"`
	Title  string `json:"title"`
	Text   string `json:"text"`
	Remedy string `json:"remedy"`
	Then   string `json:"then"`
	Office string `json:"office"`
	Owner  string `json:"owner"`
	Place  string `json:"place"`
}

// calendars writes the page of each office's calendar, and what calendar files are made from: all that falls due once, as a data file, and for
// each office, organisation and person the places there.
func (h *hugoSite) calendars() error {
	const most = 2000 // as many as a calendar file of the portal holds
	var events []event
	places, rows := make(map[string][]int), make(map[string][]row)
	for i := range h.whole.Due {
		d := &h.whole.Due[i]
		events = append(events, event{
			On: d.On.String(), Kind: d.Subject.Kind, ID: d.Subject.ID, Name: d.Subject.Name, Duty: d.Obligation, Title: d.Title, Text: d.Text,
			Remedy: d.Remedy, Then: d.Then, Office: d.Office, Owner: d.Owner, Place: d.Place,
		})
		office := "office-" + officePages(d.Office, nil)[0]
		rows[office] = append(rows[office], dueRow(d))
		for _, name := range append(agendas(d), office) {
			if len(places[name]) < most {
				places[name] = append(places[name], i)
			}
		}
	}
	text, err := json.Marshal(events)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(h.to, "data", "due.json"), text, 0o644); err != nil {
		return err
	}
	for office, rows := range rows {
		if err := h.list("calendar/"+office+".html", "Calendar of "+office, rows[:min(len(rows), most)]); err != nil {
			return err
		}
	}
	for name, at := range places {
		if err := h.page("agenda/"+name+".html", "agenda", name, map[string]any{"places": at}, nil); err != nil {
			return err
		}
	}
	return nil
}

// agendas are the calendars that something that falls due is in, beside that of its office.
func agendas(d *report.Due) []string {
	out := []string{"all"}
	for _, o := range concerned(d) {
		out = append(out, "organisation-"+o)
	}
	if d.Owner != "" {
		out = append(out, "owner-"+strings.NewReplacer(" ", "-", "<", "", ">", "", "@", "-", ",", "", "/", "-").Replace(strings.ToLower(d.Owner)))
	}
	return out
}
