package obligation

import (
	"fmt"

	"example.org/muniment/internal/register"
)

// judgeSeparation: an innovation workload neither needs a production workload nor is needed by one, and says how networks and
// identities are kept apart. INN "Trusted platforms", third paragraph.
func judgeSeparation(j *judging) {
	w := j.s.Workload
	for i, other := range w.DependsOn {
		j.decoupled(w, other, i, "It depends on the production workload %s.", "It depends on %s, and nothing shows that this is a trial: it has no assessment.")
	}
	for _, other := range w.NeededBy {
		for i, needed := range other.DependsOn {
			if needed == w {
				j.decoupled(other, other, i, "The production workload %s depends on it.", "%s depends on it, and nothing shows that it is a trial: it has no assessment.")
			}
		}
	}
	if j.o.Separation.Statements && w.Facts.Separation == nil {
		j.fault(j.partial(), Reason{Rule: "separation", Text: "Nothing says how networks and identities are kept apart from production.", Place: at(w.Record, "separation"), Field: "separation"})
	}
	if len(j.faults) == 0 {
		j.note(Reason{Rule: "separation", Text: "No production workload depends on it or is needed by it.", Place: at(w.Record, "separation"), Field: "separation"})
	}
}

// readsSeparation: whether another workload is in production hangs on its assessment, and whether that is there on the files
// that it refers to and the organisation that keeps it.
func readsSeparation(g *gathering) {
	g.add(ReadsWorkload|ReadsOthers|ReadsOrganisation|ReadsFiles|ReadsOrganisationFiles|ReadsSupplierFiles, "separation")
}

// decoupled reports a dependency, written in the i-th entry of a workload, on another one that is in production or may be.
func (j *judging) decoupled(written, other *register.Workload, i int, production, unknownText string) {
	state, text := j.missing(), production
	switch f := isProduction(j, other); {
	case f.is == no || isClosed(j, other).is == yes:
		return
	case f.is == unknown:
		state, text = j.partial(), unknownText
	}
	field := fmt.Sprintf("dependsOn.%d", i)
	j.fault(state, Reason{Rule: "separation", Text: fmt.Sprintf(text, other.Facts.Name), Place: at(written.Record, field), Field: field})
}
