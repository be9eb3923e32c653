package site

import (
	"cmp"
	"html/template"
	"slices"

	"example.org/muniment/internal/report"
)

// Lengths of the lists of a board report: it is to be read in a meeting. What is left out is counted.
const (
	boardWorkloads = 15
	boardRows      = 12
	boardSince     = 90 // days
)

// boardPage is the report of one organisation to its board, one document to print.
type boardPage struct {
	Page                                page
	Organisation                        *report.OrganisationRow
	Total, Bad                          int
	Now, Then                           []tallied // its workloads by status, on the day and a year later if nobody does anything
	Turns                               []turnOf  // what waits, by office
	Worst, Due, Exceptions, Changes     template.HTML
	NeedMore, DueMore, ExceptedMore     int
	ChangedMore, Excepted, Needed, Soon int
	Changed                             int
}

func boardPath(ods string) string { return "boards/" + fileName(ods) + ".html" }

var titleBoard = say("board.title", "organisation", "id")

// boards publishes a report to the board of every organisation.
func (p *listing) boards() error {
	held := p.ByOrganisation()
	then := map[string]string{}
	if f := p.Lists.Forecast; f != nil {
		for _, w := range f.Workloads {
			then[w.ID] = w.Then
		}
	}
	due, waits := map[string][]int32{}, map[string]map[string]int{}
	for i := range p.Due {
		if p.Due[i].Days > 90 {
			break // by day
		}
		for _, ods := range p.concerned(&p.Due[i]) {
			due[ods] = append(due[ods], int32(i))
		}
	}
	for _, w := range p.asked {
		if ods := w.Organisation.ID; ods != "" {
			if waits[ods] == nil {
				waits[ods] = map[string]int{}
			}
			waits[ods][w.Office]++
		}
	}
	exceptions, changes := map[string][]report.Exception{}, map[string][]report.StatusChange{}
	of := func(r report.Ref) string {
		if w := p.workload[r.ID]; r.Kind == "workload" && w != nil {
			return w.Organisation.ID
		}
		return ""
	}
	for _, e := range p.Exceptions {
		exceptions[of(e.Workload)] = append(exceptions[of(e.Workload)], e)
	}
	since := p.frame.Origin.AsOf.AddDays(-boardSince)
	for _, c := range p.Changes {
		if c.On.Before(since) {
			break // newest first
		}
		changes[of(c.Subject)] = append(changes[of(c.Subject)], c)
	}
	for i := range p.Lists.Organisations {
		o := &p.Lists.Organisations[i]
		one := boardPage{
			Page: page{
				Path: boardPath(o.ID), Title: p.says.text(titleBoard, plain(o.Name), plain(o.ID)), Section: "organisations.html", Part: true,
				Crumbs: []crumb{p.crumb("organisations.html", navOrganisations), {p.pagePath("organisation", o.ID), o.Name}},
			},
			Organisation: o, Now: tally(o.States), Bad: o.States["blocked"] + o.States["failing"],
		}
		p.board(&one, held[o.ID].Workloads, then, p.picked(due[o.ID]), exceptions[o.ID], changes[o.ID])
		for office, n := range waits[o.ID] {
			one.Turns = append(one.Turns, turnOf{office, p.says.office(office), officePath(office, o.ID), n, 0})
		}
		slices.SortFunc(one.Turns, func(a, b turnOf) int { return cmp.Or(b.Now-a.Now, cmp.Compare(a.Office, b.Office)) })
		if err := p.render("board.html", one.Page, one); err != nil {
			return err
		}
	}
	return nil
}

// board fills the lists of a board report.
func (p *listing) board(one *boardPage, workloads []report.WorkloadRow, then map[string]string, due []report.Due, exceptions []report.Exception, changes []report.StatusChange) {
	one.Total = len(workloads)
	later := map[string]int{}
	for _, w := range workloads {
		if state := then[w.ID]; state != "" {
			later[state]++
		}
	}
	one.Then = tally(later)
	var worst []*report.WorkloadRow
	for _, w := range worstFirst(workloads) {
		if report.StateRank(w.Status.State) <= report.StateRank("incomplete") {
			worst = append(worst, w)
		}
	}
	one.Needed, one.Soon, one.Excepted, one.Changed = len(worst), len(due), len(exceptions), len(changes)
	path := one.Page.Path
	worst, one.NeedMore = cut(worst, boardWorkloads)
	due, one.DueMore = cut(due, boardRows)
	exceptions, one.ExceptedMore = cut(exceptions, boardRows)
	changes, one.ChangedMore = cut(changes, boardRows)
	one.Worst = p.parts(path, p.named, heldTable(worst, one.Organisation.Name))[0]
	one.Due = p.parts(path, p.named, dueTable(due))[0]
	one.Exceptions = p.parts(path, p.named, exceptionTable(exceptions))[0]
	one.Changes = p.parts(path, p.named, changeTable(changes, "h3"))[0]
}

// cut cuts a list and counts what is left out.
func cut[T any](list []T, most int) ([]T, int) {
	if len(list) <= most {
		return list, 0
	}
	return list[:most], len(list) - most
}
