package pipeline

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/statement"
	"example.org/muniment/schemas"
)

func verified(t *testing.T, tool *Tool, dir string) *Verified {
	t.Helper()
	made, err := tool.Verify(t.Context(), Verification{Question: Question{Dir: dir, AsOf: calendar.MustParse("2026-11-01")}, Timeout: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func texts(v *Verified) string {
	var all []string
	for _, c := range v.Checks {
		all = append(all, c.Name+" "+c.Outcome+": "+c.Text)
		all = append(all, c.Details...)
	}
	return strings.Join(all, "\n")
}

// TestRulesThatAProgramHad: a repository without rules of its own rests on the list of those that programs had.
func TestRulesThatAProgramHad(t *testing.T) {
	t.Parallel()
	own, err := statement.RulesOf(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	earlier := statement.Rules{Schemas: strings.Repeat("1", 64), Catalogue: strings.Repeat("2", 64)}
	mixed := statement.Rules{Schemas: own.Schemas, Catalogue: earlier.Catalogue}
	for _, c := range []struct {
		claim    string
		made     statement.Rules
		released []statement.Rules
		outcome  string
	}{
		{"this program's own", own, nil, OutcomeVerified},
		{"an earlier program's", earlier, []statement.Rules{mixed, earlier}, OutcomeVerified},
		{"nobody's", earlier, nil, OutcomeUnsure},
		{"half of one and half of another", mixed, []statement.Rules{earlier}, OutcomeUnsure},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			s := signed(t)
			s.commit("2026-10-06T09:00:00Z", "Sign anew", func() { s.signUnder(c.made, siroFile, s.decision(), "finance-director") })
			tool := testTool(t)
			tool.Released = c.released
			if got := verified(t, tool, s.replay()); got.Outcome != c.outcome {
				t.Errorf("%s, want %s\n%s", got.Outcome, c.outcome, texts(got))
			}
		})
	}
}

func TestVerifyTakesATimeOutForAFailure(t *testing.T) {
	t.Parallel()
	s := signed(t)
	dir := s.replay()
	made, err := testTool(t).Verify(t.Context(), Verification{Question: Question{Dir: dir}, Timeout: time.Nanosecond})
	if err != nil || made.Outcome != OutcomeUnsure || !strings.Contains(texts(made), "not finished within 1ns") {
		t.Errorf("%v: %+v", err, made)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if made, err := testTool(t).Verify(ctx, Verification{Question: Question{Dir: dir}, Timeout: time.Hour}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v: %+v", err, made)
	}
}

// TestWhatTakesTooLongIsLeftBehind: nothing is waited for and nothing is begun, and what had been found out is not called whole.
func TestWhatTakesTooLongIsLeftBehind(t *testing.T) {
	t.Parallel()
	ctx, over := context.WithCancel(t.Context())
	v := &verifying{tool: testTool(t), out: nothingVerified(), within: time.Minute}
	v.check(ctx, "first", func() (string, []string, error) { return "Right.", nil, nil })
	stuck := make(chan struct{})
	defer close(stuck)
	v.check(ctx, "second", func() (string, []string, error) {
		over()
		<-stuck
		return "Right.", nil, nil
	})
	v.check(ctx, "third", func() (string, []string, error) { t.Error("it was begun"); return "", nil, nil })
	made := v.outcome()
	if made.Outcome != OutcomeUnsure || len(made.Checks) != 2 || made.Checks[1].Outcome != OutcomeUnsure || !strings.Contains(made.Checks[1].Text, "within 1m0s") {
		t.Errorf("%+v", made)
	}
}

func TestACrashIsNoSuccess(t *testing.T) {
	t.Parallel()
	c := checked("it", func() (string, []string, error) {
		var none []int
		return "Right.", nil, errors.New(strings.Repeat("x", none[0]))
	})
	if c.Outcome != OutcomeUnsure || !strings.Contains(c.Text, "the program stopped") {
		t.Errorf("%+v", c)
	}
}
