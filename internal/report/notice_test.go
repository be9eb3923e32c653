package report_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/report"
	"example.org/muniment/schemas"
)

// TestLooksOwedAreThoseOfTheVerdicts holds what suppliers say of their notices against what the verdicts of workloads say in words, on
// several days of the example.
func TestLooksOwedAreThoseOfTheVerdicts(t *testing.T) {
	seen := 0
	for _, on0 := range []string{"2026-05-20", "2026-07-10", "2026-08-26", "2026-09-20", "2026-10-20", "2026-11-22", "2027-06-01"} {
		r := on(day(on0))
		var want, got []string
		late := map[string]bool{}
		for _, w := range r.Workloads {
			for _, v := range w.Verdicts {
				if v.Obligation != "NWS-06b" || !v.ExceptedUntil.IsZero() {
					continue
				}
				for _, reason := range v.Reasons {
					if strings.Contains(reason.Text, "has not assessed the notice") {
						path, _, _ := strings.Cut(reason.Place, ":")
						want = append(want, strings.Join([]string{path, w.Controller.Name, reason.Date.String(), w.ID}, " "))
						late[w.ID] = late[w.ID] || strings.Contains(reason.Text, "so it was due on")
					}
				}
				if failing := v.State == "failing"; failing != late[w.ID] {
					t.Errorf("%s: %s is %s, and a look is late: %t", on0, w.ID, v.State, late[w.ID])
				}
			}
		}
		for _, s := range r.Suppliers {
			owing := 0
			for _, n := range s.Notices {
				owing += len(n.Owed)
				for _, o := range n.Owed {
					for _, id := range o.Workloads {
						got = append(got, strings.Join([]string{n.Path, o.Organisation.Name, o.Until.String(), id}, " "))
						if o.Late(day(on0)) && !late[id] {
							t.Errorf("%s: a look at %s is late, and %s does not say so", on0, n.ID, id)
						}
					}
					if slices.ContainsFunc(n.Looks, func(l report.Look) bool { return l.Organisation == o.Organisation }) {
						t.Errorf("%s: %s has looked at %s and still owes a look", on0, o.Organisation.ID, n.ID)
					}
				}
				for _, l := range n.Looks {
					if l.On.After(day(on0)) {
						t.Errorf("%s: %s is told to have looked at %s on %s", on0, l.Organisation.ID, n.ID, l.On)
					}
				}
			}
			if row := s.Row(); row.Waiting != owing {
				t.Errorf("%s: %s waits for %d looks, and %d are owed", on0, s.ID, row.Waiting, owing)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: looks owed (-verdicts +suppliers):\n%s", on0, diff)
		}
		seen += len(got)
	}
	if seen < 5 {
		t.Errorf("only %d looks were owed on all days", seen)
	}
}

// TestOwedLooksAreGatheredByOrganisation: an organisation owes one look for all its workloads, whatever order they come in.
func TestOwedLooksAreGatheredByOrganisation(t *testing.T) {
	catalogue, err := obligation.Load(schemas.FS)
	check(err)
	a, b, c := report.Ref{Kind: "organisation", ID: "A", Name: "Ash"}, report.Ref{Kind: "organisation", ID: "B", Name: "Beech"}, report.Ref{Kind: "organisation", ID: "C", Name: "Cedar"}
	share := func(id string, by report.Ref, until calendar.Date, local bool) *report.Share {
		return &report.Share{Subject: report.Ref{Kind: "workload", ID: id}, Owes: []report.Owes{{Notice: "n", By: by, Until: until, Local: local}, {Notice: "other", By: by}}}
	}
	shares := []*report.Share{
		share("A/2", a, calendar.Date{}, true), share("A/1", a, calendar.Date{}, true), share("C/1", c, day("2026-12-01"), false), share("C/2", c, day("2026-12-01"), true),
		share("B/1", b, day("2026-12-01"), false), share("B/2", b, day("2026-11-30"), true),
	}
	want := []report.Owed{
		{Organisation: b, Until: day("2026-11-30"), Local: true, Workloads: []string{"B/1", "B/2"}},
		{Organisation: c, Until: day("2026-12-01"), Local: true, Workloads: []string{"C/1", "C/2"}},
		{Organisation: a, Local: true, Workloads: []string{"A/1", "A/2"}},
	}
	for range 2 {
		g := report.NewGathering(catalogue)
		for _, s := range shares {
			g.Add(s)
		}
		if diff := cmp.Diff(want, g.Owed("n")); diff != "" {
			t.Errorf("owed (-want +got):\n%s", diff)
		}
		slices.Reverse(shares)
	}
}

// TestARowOfANoticeStaysSmall: it is kept for every supplier, however many rely on it.
func TestARowOfANoticeStaysSmall(t *testing.T) {
	n := report.Notice{ID: "s/n", About: []string{}}
	for range 1000 {
		n.Owed = append(n.Owed, report.Owed{Organisation: report.Ref{Kind: "organisation", ID: "A"}, Workloads: []string{"A/1"}})
		n.Looks = append(n.Looks, report.Look{On: today, Effect: strings.Repeat("long ", 1000)})
	}
	row := (&report.Supplier{Notices: []report.Notice{n}}).Row()
	raw, err := json.Marshal(row.Notices)
	check(err)
	if len(raw) > 2000 || row.Waiting != 1000 || row.Notices[0].Owing != 1000 || row.Notices[0].Looked != 1000 {
		t.Errorf("%d bytes: %.300s", len(raw), raw)
	}
	if n.Looks[0].Effect == "" {
		t.Error("the notice that was given has changed")
	}
}
