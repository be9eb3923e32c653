package assess

import (
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// A record that was refused says nothing, and what it would have said may matter: a withdrawn approval, an incident, a new
// location. So a subject that a refused record is about is at least incomplete, whatever its other records show.

// leftOut tells every subject which refused records it rests on.
func (j *judge) leftOut() {
	if len(j.reg.LeftOut) == 0 {
		return
	}
	below := func(folders ...string) []string {
		var paths []string
		for _, p := range j.reg.LeftOut {
			if slices.ContainsFunc(folders, func(f string) bool { return p == f || strings.HasSuffix(f, "/") && strings.HasPrefix(p, f) }) {
				paths = append(paths, p)
			}
		}
		return paths
	}
	shared := record.Root + "/policy.yaml"
	for _, o := range j.reg.Organisations {
		j.subjects[o].LeftOut = below(append(ownFiles(o), shared)...)
	}
	for _, s := range j.reg.Suppliers {
		j.subjects[s].LeftOut = below(folderOf(s.Record), shared)
	}
	for _, c := range j.reg.Contracts {
		j.subjects[c].LeftOut = below(append(ownFiles(c.Organisation), shared)...)
	}
	for _, w := range j.reg.Workloads {
		rests := []string{folderOf(w.Record), shared}
		if w.Controller != nil {
			rests = append(rests, ownFiles(w.Controller)...)
		}
		for _, used := range w.Facts.Suppliers {
			rests = append(rests, record.Root+"/suppliers/"+used.Supplier+"/")
			if w.Controller != nil {
				home := folderOf(w.Controller.Record)
				rests = append(rests, home+"suppliers/"+used.Supplier+".yaml", home+"contracts/"+used.Contract+".yaml")
			}
		}
		j.subjects[w].LeftOut = below(rests...)
	}
}

// ownFiles are the records that say how an organisation stands, its workloads and contracts aside.
func ownFiles(o *register.Organisation) []string {
	home := folderOf(o.Record)
	return []string{home + "organisation.yaml", home + "appointments.yaml", home + "policy.yaml"}
}

func folderOf(r *record.Record) string { return path.Dir(r.Path) + "/" }

// untold makes a subject with refused records at least incomplete. A verdict that is worse stays the main one.
func (s *Subject) untold() {
	if len(s.LeftOut) == 0 || s.Status.State.Rank() <= obligation.Incomplete.Rank() {
		return
	}
	s.Status.State, s.Status.Main = obligation.Incomplete, nil
}
