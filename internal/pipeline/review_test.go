package pipeline_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/forge/forgetest"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/statement"
	"github.com/google/go-cmp/cmp"
)

// TestReviewsFitStatements takes what the forge says into a statement: its forms must be those of one.
func TestReviewsFitStatements(t *testing.T) {
	head := strings.Repeat("ab", 20)
	fake := forgetest.New()
	fake.Pulls = []forgetest.PullRequest{{Number: 12, Author: "author", Base: "main", Head: head, Reviews: []forgetest.Review{
		{ID: 1, Login: "siro-example", State: "APPROVED", Commit: head, At: time.Date(2026, 4, 23, 11, 30, 0, 987654321, time.FixedZone("BST", 3600))},
		{ID: 2, Login: "dpo-example", State: "CHANGES_REQUESTED", Commit: head, At: time.Date(2026, 4, 23, 12, 0, 0, 0, time.UTC)},
	}}}
	repo, err := forge.Open(forge.Options{
		Kind: forge.GitHub, URL: "https://forge.example.org:3000", Name: "example/evidence", Transport: fake, Now: time.Now, Sleep: func(context.Context, time.Duration) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := pipeline.Reviews(t.Context(), repo, 12)
	if err != nil {
		t.Fatal(err)
	}
	want := []record.Witnessed{{Forge: "forge.example.org:3000", PullRequest: "example/evidence#12", Login: "siro-example", Commit: head, At: "2026-04-23T10:30:00Z"}}
	if diff := cmp.Diff(want, got.Witnessed); diff != "" {
		t.Errorf("witnessed (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]forge.NotCaptured{{Login: "dpo-example", Why: "The latest review asks for changes."}}, got.Not); diff != "" {
		t.Errorf("not captured (-want +got):\n%s", diff)
	}
	digest := strings.Repeat("0", 64)
	_, err = statement.Encode(&record.Approval{
		Statement: statement.Purpose, Repository: "example/evidence", Subject: "Z9A1A/imaging", Office: record.SIRO, By: "finance", Decision: "approved",
		On: calendar.MustParse("2026-04-23"), Covers: []record.Covered{{Path: "evidence/organisations/Z9A1A/workloads/imaging/assessment.yaml", SHA256: digest}},
		Schemas: digest, Catalogue: digest, Witnessed: &got.Witnessed[0],
	})
	if err != nil {
		t.Error("a statement does not take it:", err)
	}
	if _, err := pipeline.Reviews(t.Context(), repo, 13); !forge.Is(err, forge.NotFound) {
		t.Error("a pull request that is not there:", err)
	}
}
