package versions_test

import (
	"slices"
	"testing"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/versions"
)

// oneDay is a history of one commit with files below evidence/.
func oneDay(t *testing.T, files map[string]string) *versions.History {
	t.Helper()
	h := versions.New(reader(t), read(files))
	c := gitrepo.Change{Step: gitrepo.Step{Day: calendar.MustParse("2026-01-05"), Commit: gitrepo.Commit{ID: "1"}}}
	for name := range files { // each is its own blob
		c.Paths = append(c.Paths, gitrepo.PathChange{Path: name, New: name, NewMode: gitrepo.ModeFile})
	}
	slices.SortFunc(c.Paths, func(a, b gitrepo.PathChange) int { return slices.Compare([]byte(a.Path), []byte(b.Path)) })
	h.Add(c)
	if err := h.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

const organisation = "schema: muniment/v1\nkind: organisation\nname: Example Hospitals\nods: ZZ1\ntype: acute-trust\n"

func TestAnOrganisationThatIsRefusedIsNotThereForItsOwnApprovals(t *testing.T) {
	t.Parallel()
	h := oneDay(t, map[string]string{
		"organisations/ZZ1/organisation.yaml": organisation + "nonsense: 1\n",
		"organisations/ZZ1/appointments.yaml": "schema: muniment/v1\nkind: appointments\npeople:\n  - id: director\n    title: Director\nappointments: []\n",
		"organisations/ZZ1/approvals/2026-01-05-siro.yaml": "schema: muniment/v1\nkind: approval\noffice: siro\nby: director\ndecision: approved\non: 2026-01-05\ncovers:\n  - path: " +
			"evidence/organisations/ZZ1/appointments.yaml\n    sha256: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
	})
	view, err := h.Organisation("ZZ1", versions.Listed).Enter(0)
	if err != nil || view != nil {
		t.Errorf("its view is %v, %v", view, err)
	}
}

func TestASubjectRestsOnFoldersThatItLookedForInVain(t *testing.T) {
	t.Parallel()
	h := oneDay(t, map[string]string{"organisations/ZZ1/organisation.yaml": organisation})
	view, err := h.Organisation("ZZ1", versions.Alone).Enter(0)
	if err != nil || view == nil {
		t.Fatalf("its view is %v, %v", view, err)
	}
	if !slices.Contains(view.Groups, "evidence/policy.yaml") {
		t.Errorf("it rests on %q, and not on the policy that there may be one day", view.Groups)
	}
}

func TestARecordConcernsWhatItSpeaksOf(t *testing.T) {
	t.Parallel()
	h := oneDay(t, map[string]string{
		"footprints/north.yaml":               "schema: muniment/v1\nkind: footprint\nname: North\ntype: other\nfrom: 2024-01-01\nlead: ZZ1\nmembers:\n  - organisation: ZZ1\n    from: 2025-01-01\nsharedWorkloads: [ZZ1/a, ZZ1/b]\n",
		"organisations/ZZ1/organisation.yaml": organisation + "formerly: evidence/organisations/ZZ0/organisation.yaml\n",
		"policy.yaml":                         "nonsense: 1\n",
	})
	got := h.Concerned("evidence/footprints/north.yaml")
	slices.Sort(got)
	if want := []string{"evidence/organisations/ZZ1/workloads/a", "evidence/organisations/ZZ1/workloads/b"}; !slices.Equal(got, want) {
		t.Errorf("it concerns %q, want %q", got, want)
	}
	if got := h.Concerned("evidence/organisations/ZZ1/organisation.yaml"); !slices.Equal(got, []string{"evidence/organisations/ZZ0", "evidence/organisations/ZZ1"}) {
		t.Errorf("what was elsewhere concerns %q", got)
	}
	if got := h.Concerned("evidence/policy.yaml"); got != nil {
		t.Errorf("what is no record concerns %q", got)
	}
}
