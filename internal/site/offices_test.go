package site

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/report"
)

func TestOneDecisionIsAskedForOnce(t *testing.T) {
	t.Parallel()
	archive, portal := report.Ref{Kind: "workload", ID: "a"}, report.Ref{Kind: "workload", ID: "p"}
	wait := func(office string, of report.Ref, duty, state, text, remedy string) report.Waiting {
		return report.Waiting{Office: office, Subject: of, Obligation: duty, State: state, Text: text, Remedy: remedy}
	}
	type line struct {
		Office, Of, State string
		Duties, Texts     []string
	}
	var got []line
	for _, a := range asOne([]report.Waiting{
		wait("siro", archive, "OFF-02a", "blocked", "There is no approval. Local policy asks for it.", "Decide."),
		wait("siro", archive, "OFF-03a", "blocked", "There is no approval.", "Decide."),
		wait("dpo", archive, "OFF-03a", "blocked", "There is no approval.", "Decide."),
		wait("siro", portal, "OFF-02a", "blocked", "There is no approval.", "Decide."),
		wait("siro", archive, "OFF-27", "overdue", "A new look is due.", "Look."),
		wait("siro", archive, "OFF-29", "overdue", "The holder has changed.", "Decide."),
		wait("nobody", archive, "OFF-30", "overdue", "x", "x"),
	}) {
		got = append(got, line{a.Office, a.Subject.ID, a.State, a.Duties, a.Texts})
	}
	want := []line{
		{"siro", "a", "blocked", []string{"OFF-02a", "OFF-03a", "OFF-29"}, []string{"There is no approval. Local policy asks for it.", "The holder has changed."}},
		{"dpo", "a", "blocked", []string{"OFF-03a"}, []string{"There is no approval."}},
		{"siro", "p", "blocked", []string{"OFF-02a"}, []string{"There is no approval."}},
		{"siro", "a", "overdue", []string{"OFF-27"}, []string{"A new look is due."}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is asked (-want +got):\n%s", diff)
	}
}
