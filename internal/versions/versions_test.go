package versions_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/versions"
)

func TestAFileBelongsToOneGroup(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"evidence/policy.yaml":                                          "evidence/policy.yaml",
		"evidence/footprints/north.yaml":                                "evidence/footprints/north.yaml",
		"evidence/suppliers/acme/supplier.yaml":                         "evidence/suppliers/acme",
		"evidence/suppliers/acme/certificates/iso.yaml":                 "evidence/suppliers/acme",
		"evidence/suppliers/README.md":                                  "evidence/suppliers/README.md",
		"evidence/organisations/ZZ1/organisation.yaml":                  "evidence/organisations/ZZ1",
		"evidence/organisations/ZZ1/workloads/README.md":                "evidence/organisations/ZZ1",
		"evidence/organisations/ZZ1/workloads/a/workload.yaml":          "evidence/organisations/ZZ1/workloads/a",
		"evidence/organisations/ZZ1/workloads/a/approvals/x.yaml":       "evidence/organisations/ZZ1/workloads/a",
		"evidence/organisations/ZZ1/files/workloads/a/b.pdf":            "evidence/organisations/ZZ1",
		"evidence/organisations/workloads/workloads/b/workload.yaml":    "evidence/organisations/workloads/workloads/b",
		"elsewhere/organisations/ZZ1/workloads/a/workload.yaml":         "elsewhere/organisations/ZZ1/workloads/a/workload.yaml",
		"evidence/organisations/ZZ1/contracts/imaging.yaml":             "evidence/organisations/ZZ1",
		"evidence/organisations/ZZ1/workloads/a/files/workloads/b/c.md": "evidence/organisations/ZZ1/workloads/a",
	} {
		if got := versions.Group(path); got != want {
			t.Errorf("%s belongs to %s, want %s", path, got, want)
		}
	}
}

const (
	home = "organisations/ZZ1/workloads/"
)

// told is a history in which a record says where it used to be.
func told(t *testing.T) (*versions.History, map[string]string) {
	t.Helper()
	blobs := map[string]string{
		"footprint": "schema: muniment/v1\nkind: footprint\nname: North\ntype: imaging\nlead: ZZ1\nfrom: 2025-01-01\nmembers:\n  - organisation: ZZ1\n    from: 2025-01-01\nsharedWorkloads: [ZZ1/a, ZZ1/b]\n",
		"other":     "nothing of the sort",
	}
	h := versions.New(reader(t), read(blobs))
	day := calendar.MustParse("2026-01-05")
	add := func(day calendar.Date, id string, paths ...gitrepo.PathChange) {
		h.Add(gitrepo.Change{Step: gitrepo.Step{Day: day, Commit: gitrepo.Commit{ID: id, Author: gitrepo.Person{Name: "IG lead"}, Subject: "Commit " + id, PullRequest: 7, Signed: "ssh"}}, Paths: paths})
	}
	add(day, "1", gitrepo.PathChange{Path: "footprints/north.yaml", New: "footprint", NewMode: gitrepo.ModeFile}, gitrepo.PathChange{Path: home + "a/workload.yaml", New: "other", NewMode: gitrepo.ModeFile})
	add(day, "2")
	add(day.AddDays(1), "3", gitrepo.PathChange{Path: home + "a/workload.yaml", Old: "other"})
	add(day.AddDays(1), "4", gitrepo.PathChange{Path: home + "b/workload.yaml", New: "other", NewMode: gitrepo.ModeExecutable})
	if err := h.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h, blobs
}

func reader(t testing.TB) *load.Reader {
	t.Helper()
	r, err := load.NewReader(load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func read(blobs map[string]string) func(string) ([]byte, error) {
	return func(id string) ([]byte, error) {
		src, ok := blobs[id]
		if !ok {
			return nil, fmt.Errorf("there is no blob %s", id)
		}
		return []byte(src), nil
	}
}

func TestCommitsOfOneDayMakeOneState(t *testing.T) {
	t.Parallel()
	h, _ := told(t)
	var got []string
	for _, s := range h.States() {
		line := s.Day.String()
		for _, c := range s.Commits {
			line += " " + c.ID
		}
		got = append(got, line)
	}
	if diff := cmp.Diff([]string{"2026-01-05 1", "2026-01-06 3 4"}, got); diff != "" {
		t.Errorf("a commit that changes nothing is no event (-want +got):\n%s", diff)
	}
	if h.Most() != 2 {
		t.Errorf("at most %d files were there at once, want 2", h.Most())
	}
}

func TestTheNewestCommitOfASubjectIsOneThatTouchedIt(t *testing.T) {
	t.Parallel()
	h, _ := told(t)
	const a, b = "evidence/organisations/ZZ1/workloads/a", "evidence/organisations/ZZ1/workloads/b"
	for name, c := range map[string]struct {
		groups, organisations []string
		state                 int
		want                  string
	}{
		"a workload that went":                          {[]string{a}, nil, 1, "3"},
		"a workload that came later on the same day":    {[]string{b}, nil, 1, "4"},
		"what it turned for came before a later commit": {[]string{"evidence/footprints/north.yaml"}, nil, 0, "1"},
		"an organisation and the list of its workloads": {[]string{"evidence/organisations/ZZ1"}, []string{"ZZ1"}, 1, "4"},
		"a contract has no list of workloads":           {[]string{"evidence/organisations/ZZ1"}, nil, 1, "3"},
		"it turned for something that is no more of it": {[]string{"evidence/suppliers/acme"}, nil, 1, "3"},
		"a change after it turned":                      {[]string{a}, nil, 0, "3"},
	} {
		if got := h.Newest(c.groups, c.organisations, c.state); got == nil || got.ID != c.want {
			t.Errorf("%s: commit %v, want %s", name, got, c.want)
		}
	}
	if got := h.Newest([]string{"evidence/suppliers/acme"}, nil, -1); got != nil {
		t.Errorf("nothing ever changed, yet the newest commit is %s", got.ID)
	}
}

// spelled is all that a history says of its commits.
func spelled(h *versions.History) []string {
	var lines []string
	for _, s := range h.States() {
		for _, c := range s.Commits {
			lines = append(lines, fmt.Sprintf("%s %s %s %s %q %d %q", s.Day, c.ID, c.Day, c.Author, c.Subject, c.PullRequest, c.Signed))
			for _, f := range c.Files(nil) {
				lines = append(lines, fmt.Sprintf("  %+v", f))
			}
		}
	}
	return lines
}

func TestAHistoryThatWasKeptIsTheSame(t *testing.T) {
	t.Parallel()
	h, blobs := told(t)
	kept := h.Encode()
	again, err := versions.Decode(reader(t), read(blobs), kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(spelled(h), spelled(again)); diff != "" {
		t.Errorf("(-read +kept):\n%s", diff)
	}
	if diff := cmp.Diff(kept, again.Encode()); diff != "" {
		t.Errorf("it is kept otherwise the second time:\n%s", diff)
	}
	for _, of := range []struct {
		kind record.Kind
		ids  []string
	}{{record.KindWorkload, h.Workloads()}, {record.KindFootprint, h.Footprints()}} {
		list := again.Workloads()
		if of.kind == record.KindFootprint {
			list = again.Footprints()
		}
		if !slices.Equal(of.ids, list) {
			t.Errorf("%s: %v, kept %v", of.kind, of.ids, list)
		}
	}
}

func TestBytesThatWereCutOrTurnedAreNoHistoryOrAWholeOne(t *testing.T) {
	t.Parallel()
	h, blobs := told(t)
	kept := h.Encode()
	for i := range kept {
		if _, err := versions.Decode(reader(t), read(blobs), kept[:i]); !errors.Is(err, versions.ErrKept) {
			t.Fatalf("the first %d of %d bytes are taken for a history: %v", i, len(kept), err)
		}
	}
}

func TestIDsAreKeptAsTheyAre(t *testing.T) {
	t.Parallel()
	const one, two = "0123456789abcdef0123456789abcdef01234567", "89abcdef0123456789abcdef0123456789abcdef"
	for name, changes := range map[string][][2]string{
		"a file that changes and goes":          {{"", one}, {one, two}, {two, ""}, {"", one}},
		"a change from what it was not":         {{"", one}, {two, one}},
		"one that was there before the history": {{one, two}},
		"ids that spell no bytes":               {{"", "0123456789ABCDEF"}, {"0123456789ABCDEF", "012"}, {"012", "x"}},
	} {
		h := versions.New(reader(t), read(nil))
		for i, c := range changes {
			day := calendar.MustParse("2026-01-05").AddDays(i / 2)
			h.Add(gitrepo.Change{Step: gitrepo.Step{Day: day, Commit: gitrepo.Commit{ID: one}}, Paths: []gitrepo.PathChange{{Path: "notes.txt", Old: c[0], New: c[1], NewMode: gitrepo.ModeFile}}})
		}
		again, err := versions.Decode(reader(t), read(nil), h.Encode())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(spelled(h), spelled(again)); diff != "" {
			t.Errorf("%s (-read +kept):\n%s", name, diff)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{1, 0, 0})
	f.Add([]byte(strings.Repeat("\x01", 64)))
	r := reader(f)
	f.Fuzz(func(t *testing.T, kept []byte) {
		h, err := versions.Decode(r, read(nil), kept)
		if err == nil && h == nil {
			t.Error("neither a history nor an error")
		}
	})
}
