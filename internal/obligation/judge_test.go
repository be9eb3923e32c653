package obligation_test

import (
	"testing"

	"example.org/muniment/internal/obligation"
)

func TestTheValidRegisterMeetsEveryDutyThatApplies(t *testing.T) {
	t.Parallel()
	for id, s := range subjects(valid(t)) {
		for _, o := range catalogue().Obligations {
			if o.Subject != s.Kind() {
				continue
			}
			out := obligation.Judge(o, s, laws(), today)
			if out.State != obligation.Met && out.State != obligation.NotApplicable {
				t.Errorf("%s, %s: %s: %s", id, o.ID, out.State, out.Reasons[0].Text)
			}
			if len(out.Reasons) == 0 || out.Reasons[0].Text == "" {
				t.Errorf("%s, %s: no reason", id, o.ID)
			}
		}
	}
}
