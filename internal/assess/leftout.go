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

// leftOut lists the refused records that a subject rests on.
func leftOut(reg *register.Register, s obligation.Subject) []string {
	if len(reg.LeftOut) == 0 {
		return nil
	}
	below := func(folders ...string) []string {
		var paths []string
		for _, p := range reg.LeftOut {
			if slices.ContainsFunc(folders, func(f string) bool { return p == f || strings.HasSuffix(f, "/") && strings.HasPrefix(p, f) }) {
				paths = append(paths, p)
			}
		}
		return paths
	}
	shared := record.Root + "/policy.yaml"
	switch {
	case s.Organisation != nil:
		return below(append(ownFiles(s.Organisation), shared)...)
	case s.Supplier != nil:
		return below(folderOf(s.Supplier.Record), shared)
	case s.Contract != nil:
		return below(append(ownFiles(s.Contract.Organisation), shared)...)
	case s.Workload != nil:
		w := s.Workload
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
		return below(rests...)
	}
	return nil
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
