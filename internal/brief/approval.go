package brief

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/report"
)

// What a report says of approvals is read here and nowhere else.
const (
	valid      = "valid"
	superseded = "superseded" // a newer one of the same office stands in its place
)

// approvals tells which approvals come to count and which count no longer.
func approvals(before, after *report.Report, moved map[report.Ref]string) []Approval {
	was := make(map[string]*report.Workload, len(before.Workloads))
	for i := range before.Workloads {
		was[before.Workloads[i].ID] = &before.Workloads[i]
	}
	holders := holders(after)
	out := []Approval{}
	for i := range after.Workloads {
		w := &after.Workloads[i]
		ref := report.Ref{Kind: "workload", ID: w.ID}
		former := w.ID
		if id, ok := moved[ref]; ok {
			former = id
		}
		old := map[string]report.Approval{}
		if o := was[former]; o != nil {
			for _, a := range o.Approvals {
				old[name(a.Path)] = a
			}
		}
		ref.Name = w.Name
		one := func(a report.Approval, from, to string) {
			out = append(out, Approval{
				Workload: ref, Office: a.Office, By: a.By, Path: a.Path, From: from, To: to, Text: a.Text, Files: changed(a),
				Holders: orEmpty(holders[w.Organisation.ID+"\x00"+a.Office]),
			})
		}
		for _, a := range w.Approvals {
			o := old[name(a.Path)]
			delete(old, name(a.Path))
			if o.State != a.State && (o.State == valid || a.State == valid || o.State == "" && a.State != superseded) {
				one(a, o.State, a.State)
			}
		}
		for _, a := range old {
			if a.State == valid {
				a.Text = "The record of this approval is taken away."
				one(a, valid, "removed")
			}
		}
	}
	slices.SortFunc(out, func(a, b Approval) int {
		return cmp.Or(cmp.Compare(a.Workload.ID, b.Workload.ID), cmp.Compare(a.Path, b.Path))
	})
	return out
}

// name is the name of a record in its workload's folder, which stays when the workload moves.
func name(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// changed lists the files that are no longer what was approved.
func changed(a report.Approval) []string {
	var out []string
	for _, c := range a.Covers {
		if !c.Same {
			out = append(out, c.Path)
		}
	}
	return out
}

// holders lists who holds which office on the day, by organisation and office.
func holders(r *report.Report) map[string][]string {
	out := make(map[string][]string)
	for i := range r.Organisations {
		o := &r.Organisations[i]
		for _, f := range o.Offices {
			if f.Holder == "" {
				continue
			}
			who := f.Holder
			if f.Deputy {
				who += " (deputy)"
			}
			k := o.ID + "\x00" + f.Office
			out[k] = append(out[k], who)
		}
	}
	return out
}
