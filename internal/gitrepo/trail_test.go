package gitrepo_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/gitrepo"
)

func TestATrailHoldsTheCommitsOfItsLine(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)
	line := gitrepo.Line{{Commit: gitrepo.Commit{ID: "not spelled in hexadecimal", Author: gitrepo.Person{When: at}, Committer: gitrepo.Person{When: at}}}}
	for i := range 300 {
		c := gitrepo.Commit{
			ID: fmt.Sprintf("%040x", i*7919%300), Tree: fmt.Sprintf("%040x", i), Subject: fmt.Sprint("Change ", i), Body: "Why\n\nCo-authored-by: …", PullRequest: i % 3, Signed: gitrepo.SignedSSH,
			Author:    gitrepo.Person{Name: "Owner", Email: "owner@example.org", When: at.In(time.FixedZone("", -i*60))},
			Committer: gitrepo.Person{Name: "Keeper", Email: "keeper@example.org", When: at.Add(time.Duration(i) * time.Hour)},
		}
		for n := range i % 4 {
			c.Parents = append(c.Parents, fmt.Sprintf("%064x", n))
		}
		line = append(line, gitrepo.Step{Commit: c})
	}
	trail := line.Trail()
	if trail.Len() != len(line) {
		t.Fatalf("it has %d commits of %d", trail.Len(), len(line))
	}
	for i, step := range line {
		got := trail.Commit(i + 1)
		if diff := cmp.Diff(step.Commit, got); diff != "" {
			t.Errorf("the commit at position %d (-want +got):\n%s", i+1, diff)
		}
		_, was := step.Commit.Author.When.Zone()
		if _, is := got.Author.When.Zone(); was != is {
			t.Errorf("its author was %d seconds east of Greenwich, and is %d", was, is)
		}
		if p := trail.Position(step.Commit.ID); p != i+1 {
			t.Errorf("%s is at position %d, and found at %d", step.Commit.ID, i+1, p)
		}
	}
	for _, id := range []string{"", "0", fmt.Sprintf("%040x", 300), fmt.Sprintf("%064x", 1), "NOT"} {
		if p := trail.Position(id); p != 0 {
			t.Errorf("%q is found at position %d", id, p)
		}
	}
}
