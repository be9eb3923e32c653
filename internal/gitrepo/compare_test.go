package gitrepo_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/gittest"
)

const forked = `
-- commit 2024-01-15T09:30:00Z IG lead: First --
-- evidence/a.yaml --
a
-- evidence/b/c.yaml --
c
-- site/site.yaml --
title
-- tag first --
-- branch trial --
-- commit 2024-02-01T10:00:00Z SRO: Trial --
-- evidence/b/c.yaml --
other
-- evidence/b/d.yaml --
new
-- tag trial-1 --
-- branch main --
-- commit 2024-02-02T10:00:00Z SRO: Main goes on --
-- delete evidence/a.yaml --
-- tag second --
-- merge trial 2024-02-03T12:00:00Z SIRO: Merge --
-- tag merged --
`

func openForked(t *testing.T) *gitrepo.Repo {
	t.Helper()
	dir := t.TempDir()
	if err := gittest.ReplayArchive(txtar.Parse([]byte(forked)), dir); err != nil {
		t.Fatal(err)
	}
	repo, err := gitrepo.Open(dir, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { repo.Close() })
	return repo
}

func TestCompareTwoCommits(t *testing.T) {
	repo := openForked(t)
	for name, test := range map[string]struct {
		before, after, root string
		want                []string
	}{
		"a commit with itself":                    {"first", "first", "", nil},
		"what a branch changed":                   {"first", "trial-1", "", []string{"~evidence/b/c.yaml", "+evidence/b/d.yaml"}},
		"the other way round":                     {"trial-1", "first", "", []string{"~evidence/b/c.yaml", "-evidence/b/d.yaml"}},
		"commits of two branches":                 {"second", "trial-1", "", []string{"+evidence/a.yaml", "~evidence/b/c.yaml", "+evidence/b/d.yaml"}},
		"a merge with its first parent":           {"second", "merged", "", []string{"~evidence/b/c.yaml", "+evidence/b/d.yaml"}},
		"below a folder, relative to it":          {"first", "trial-1", "evidence/b", []string{"~c.yaml", "+d.yaml"}},
		"below a folder that neither of them has": {"first", "trial-1", "schemas", nil},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := repo.Compare(resolve(t, repo, test.before), resolve(t, repo, test.after), test.root)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range changes {
				sign := "~"
				switch {
				case c.Old == "":
					sign = "+"
				case c.New == "":
					sign = "-"
				}
				got = append(got, sign+c.Path)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDescends(t *testing.T) {
	repo := openForked(t)
	for _, test := range []struct {
		later, earlier string
		want           bool
	}{
		{"first", "first", true},
		{"trial-1", "first", true},
		{"first", "trial-1", false},
		{"trial-1", "second", false},
		{"merged", "second", true},
		{"merged", "trial-1", true}, // through the second parent
		{"merged", "first", true},
		{"second", "merged", false},
	} {
		got, err := repo.Descends(t.Context(), resolve(t, repo, test.later), resolve(t, repo, test.earlier))
		if err != nil || got != test.want {
			t.Errorf("%s descends from %s: %v, %v; want %v", test.later, test.earlier, got, err, test.want)
		}
	}
}

func resolve(t *testing.T, repo *gitrepo.Repo, rev string) gitrepo.Commit {
	t.Helper()
	c, err := repo.Resolve(rev)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
