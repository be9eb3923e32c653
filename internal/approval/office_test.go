package approval_test

import (
	"fmt"
	"strings"
	"testing"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/record"
)

// offices are appointments of several kinds, in an order that is none of time or rank.
func offices() *record.Appointments {
	return &record.Appointments{
		People: []record.Person{{ID: "finance", Title: "Director of Finance"}, {ID: "deputy", Title: "Deputy"}, {ID: "privacy", Title: "Head of Privacy"}},
		Appointments: []record.Appointment{
			{Person: "deputy", Office: record.SIRO, From: day("2026-03-01"), To: day("2026-03-31"), Deputy: true},
			{Person: "privacy", Office: record.DPO, From: day("2024-01-01")},
			{Person: "finance", Office: record.SIRO, From: day("2024-01-01"), To: day("2026-06-30")},
			{Person: "nobody", Office: record.SIRO, From: day("2026-07-01")},
		},
	}
}

func told(list []approval.Holding) string {
	var out []string
	for _, h := range list {
		who := "-"
		if h.Person != nil {
			who = h.Person.ID + " " + h.Title
		}
		out = append(out, fmt.Sprintf("%d %s %s %s %s deputy=%t", h.Index, h.Office, who, h.During.From, h.During.To, h.Deputy))
	}
	return strings.Join(out, "; ")
}

func TestHoldings(t *testing.T) {
	t.Parallel()
	want := "0 siro deputy Deputy 2026-03-01 2026-03-31 deputy=true; 2 siro finance Director of Finance 2024-01-01 2026-06-30 deputy=false; 3 siro - 2026-07-01  deputy=false"
	if got := told(approval.Holdings(offices(), record.SIRO)); strings.ReplaceAll(got, "0000-00-00", "") != want && got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := approval.Holdings(nil, record.SIRO); got != nil {
		t.Errorf("without appointments: %s", told(got))
	}
	if got := approval.Holdings(offices(), record.IAO); got != nil {
		t.Errorf("of an office that nobody holds: %s", told(got))
	}
}

func TestHolders(t *testing.T) {
	t.Parallel()
	for on, want := range map[string]string{
		"2023-12-31": "", "2024-01-01": "2", "2026-02-28": "2", "2026-03-01": "2 0", "2026-03-31": "2 0", "2026-04-01": "2", "2026-06-30": "2", "2026-07-01": "3",
	} {
		var got []string
		for _, h := range approval.Holders(offices(), record.SIRO, day(on)) {
			got = append(got, fmt.Sprint(h.Index))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", on, got, want)
		}
	}
}

func TestHeld(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		person string
		office record.Office
		on     string
		want   bool
	}{
		{"finance", record.SIRO, "2024-01-01", true},
		{"finance", record.SIRO, "2023-12-31", false},
		{"finance", record.SIRO, "2026-07-01", false},
		{"finance", record.DPO, "2024-01-01", false},
		{"deputy", record.SIRO, "2026-03-15", true},
		{"deputy", record.SIRO, "2026-04-01", false},
		{"privacy", record.DPO, "2026-04-01", true},
		{"nobody", record.SIRO, "2026-07-01", false}, // an office held by a person who is not listed
	} {
		if got := approval.Held(offices(), c.office, c.person, day(c.on)); got != c.want {
			t.Errorf("%s, %s, %s: %t", c.person, c.office, c.on, got)
		}
	}
	if approval.Held(nil, record.SIRO, "finance", day("2024-01-01")) {
		t.Error("somebody holds an office without appointments")
	}
}

// TestADeputyInFullOffice: who holds an office in full as well is no deputy, whichever stands first; two of one id are the last.
func TestADeputyInFullOffice(t *testing.T) {
	t.Parallel()
	for _, deputyFirst := range []bool{true, false} {
		w := begin()
		people := w.workload.Controller.People
		full, deputy := people.Appointments[0], people.Appointments[0]
		deputy.Deputy = true
		people.Appointments = []record.Appointment{full, deputy}
		if deputyFirst {
			people.Appointments = []record.Appointment{deputy, full}
		}
		if s := approval.Judge(w.reg, w.workload, w.workload.Approvals[0], day("2026-11-22")); s.Deputy || s.State != approval.Valid {
			t.Errorf("deputy first %t: %+v", deputyFirst, s)
		}
		people.Appointments = []record.Appointment{deputy}
		if s := approval.Judge(w.reg, w.workload, w.workload.Approvals[0], day("2026-11-22")); !s.Deputy || !strings.Contains(s.Text, "by the deputy, Director of Finance") {
			t.Errorf("a deputy alone: %+v", s)
		}
	}
	w := begin()
	w.workload.Controller.People.People = append(w.workload.Controller.People.People, record.Person{ID: "finance", Title: "Another"})
	if s := approval.Judge(w.reg, w.workload, w.workload.Approvals[0], day("2026-11-22")); s.Holder != "Another" {
		t.Errorf("two of one id: %+v", s)
	}
}

// TestASignerWhoIsDeputyToo: of two appointments of one person the one in full counts, whichever stands first.
func TestASignerWhoIsDeputyToo(t *testing.T) {
	t.Parallel()
	deputy := record.Appointment{Person: "finance", Office: record.SIRO, From: day("2024-02-01"), Deputy: true}
	for claim, c := range map[string]struct {
		change func(*record.Appointments)
		deputy bool
	}{
		"in full, then as deputy": {func(a *record.Appointments) { a.Appointments = append(a.Appointments, deputy) }, false},
		"as deputy, then in full": {func(a *record.Appointments) { a.Appointments = append([]record.Appointment{deputy}, a.Appointments...) }, false},
		"as deputy alone":         {func(a *record.Appointments) { a.Appointments[0] = deputy }, true},
		"as deputy twice": {func(a *record.Appointments) {
			a.Appointments[0] = deputy
			a.Appointments = append(a.Appointments, deputy)
		}, true},
	} {
		s := beginScene()
		c.change(s.people(0))
		if j := approval.Weigh(s.Case).Statements[0]; j.State != approval.Valid || j.Deputy != c.deputy {
			t.Errorf("%s: %s, deputy %t: %s", claim, j.State, j.Deputy, j.Text)
		}
	}
}
