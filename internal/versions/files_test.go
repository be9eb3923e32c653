package versions

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/gitrepo"
)

// TestFilesOfALargeCommit: what is looked for among the files of a commit is what looking at each of them finds.
func TestFilesOfALargeCommit(t *testing.T) {
	t.Parallel()
	const blob = "1111111111111111111111111111111111111111"
	var paths []gitrepo.PathChange
	for _, o := range []string{"Z1", "Z1-A", "Z2"} {
		for _, file := range []string{"appointments.yaml", "contracts/hosting.yaml", "organisation.yaml"} {
			paths = append(paths, gitrepo.PathChange{Path: "organisations/" + o + "/" + file, New: blob, NewMode: gitrepo.ModeFile})
		}
		for n := range 60 {
			for _, workload := range []string{"", "-trial"} {
				paths = append(paths, gitrepo.PathChange{Path: fmt.Sprintf("organisations/%s/workloads/w%d%s/workload.yaml", o, n, workload), New: blob, NewMode: gitrepo.ModeFile})
			}
		}
	}
	slices.SortFunc(paths, func(a, b gitrepo.PathChange) int { return strings.Compare(a.Path, b.Path) })
	h := New(nil, nil)
	h.Add(gitrepo.Change{Paths: paths})
	c := h.states[0].Commits[0]
	all := c.Files(nil)
	if len(all) != len(paths) {
		t.Fatalf("%d of %d files", len(all), len(paths))
	}
	const root = "evidence/organisations/"
	for name, of := range map[string]map[string]bool{
		"nothing":                        {},
		"a group that is not there":      {root + "Z3": true},
		"an organisation":                {root + "Z1": true},
		"a workload":                     {root + "Z1/workloads/w7": true},
		"a file":                         {root + "Z1-A/contracts/hosting.yaml": true},
		"a file and its organisation":    {root + "Z2/organisation.yaml": true, root + "Z2": true},
		"the first and the last of them": {all[0].Path: true, all[len(all)-1].Path: true},
	} {
		var want []File
		for _, f := range all {
			if of[f.Group] || of[f.Path] {
				want = append(want, f)
			}
		}
		if diff := cmp.Diff(want, c.Files(of)); diff != "" {
			t.Errorf("%s (-looked at +looked for):\n%s", name, diff)
		}
	}
}
