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
		j.decoupled(w, other, i, "It depends on the production workload %s.")
	}
	for _, other := range j.s.Register.Workloads {
		for i, needed := range other.DependsOn {
			if needed == w && isProduction(j, other).holds() && isClosed(j, other).is != yes {
				field := fmt.Sprintf("dependsOn.%d", i)
				j.fault(j.missing(), Reason{Rule: "separation", Text: fmt.Sprintf("The production workload %s depends on it.", other.Facts.Name), Place: at(other.Record, field), Field: field})
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

func (j *judging) decoupled(w, other *register.Workload, i int, format string) {
	if !isProduction(j, other).holds() || isClosed(j, other).is == yes {
		return
	}
	field := fmt.Sprintf("dependsOn.%d", i)
	j.fault(j.missing(), Reason{Rule: "separation", Text: fmt.Sprintf(format, other.Facts.Name), Place: at(w.Record, field), Field: field})
}
