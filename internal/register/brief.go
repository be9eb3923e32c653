package register

import (
	"slices"
	"strings"

	"example.org/muniment/internal/record"
)

// Brief makes room: from then on the register holds of each workload only what is shown of it elsewhere, which is its name, its
// phase and whose it is. Whoever wants more of a workload must have looked before. It must not be called while others use the
// register.
func (r *Register) Brief() {
	for _, w := range r.Workloads {
		*w = Workload{
			ID: w.ID, Organisation: w.Organisation, Controller: w.Controller, Record: &record.Record{Path: w.Record.Path, Kind: w.Record.Kind},
			Facts: &record.Workload{Name: strings.Clone(w.Facts.Name), Phase: strings.Clone(w.Facts.Phase)},
		}
	}
	// Deleting would leave what is beyond the end of the list where it is, and a map as large as it was.
	kept := r.Records[:0:0]
	for _, rec := range r.Records {
		if addressOf(rec).workload == "" {
			kept = append(kept, rec)
		}
	}
	r.Records = slices.Clip(kept)
	files := make(map[string]string)
	for path, digest := range r.Files {
		if !strings.Contains(path, "/workloads/") {
			files[path] = digest
		}
	}
	r.Files = files
}
