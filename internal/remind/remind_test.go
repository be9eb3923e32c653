package remind_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/forge/forgetest"
	"example.org/muniment/internal/remind"
	"example.org/muniment/internal/report"
	"github.com/google/go-cmp/cmp"
)

// one makes a report with one workload, one duty that is due on a day, and three people with accounts.
func one(asOf, on string, change ...func(*report.Report)) *report.Report {
	r := &report.Report{Origin: report.Origin{AsOf: calendar.MustParse(asOf)}, Reminding: map[string]report.Reminding{"Z9A1A": {
		Notice: calendar.Period{Days: 90}, Office: calendar.Period{Days: 30}, SIRO: calendar.Period{Days: 14},
		Accounts: []report.Account{
			{Email: "owner@example.org", Forge: "forge.example.org", Login: "owner-example"},
			{Email: "siro@example.org", Forge: "forge.example.org", Login: "siro-example"},
			{Email: "dpo@example.org", Forge: "FORGE.example.org", Login: "dpo-example"},
			{Email: "deputy@example.org", Forge: "forge.example.org", Login: "deputy-example"},
			{Email: "lead@example.org", Forge: "elsewhere.example.org", Login: "lead-elsewhere"},
		},
		Holders: []report.Holder{{Office: "siro", Email: "siro@example.org"}, {Office: "dpo", Email: "dpo@example.org"}, {Office: "ig-lead", Email: "lead@example.org"}, {Office: "dpo", Email: "deputy@example.org", Deputy: true}},
	}}}
	w := report.Workload{ID: "Z9A1A/imaging", Name: "Imaging", Organisation: report.Ref{Kind: "organisation", ID: "Z9A1A"}, Owner: report.Contact{Email: "Owner@example.org"}}
	v := report.Verdict{Obligation: "OFF-29", Title: "Review", State: "met"}
	if day := calendar.MustParse(on); day.After(r.AsOf) {
		r.Due = []report.Due{{On: day, Obligation: "OFF-29", Title: "Review", Subject: report.Ref{Kind: "workload", ID: w.ID, Name: w.Name}, Then: "overdue", Office: "dpo"}}
	} else {
		v.State, v.Reasons = "overdue", []report.Reason{{Date: day}}
	}
	w.Verdicts = []report.Verdict{v}
	r.Workloads = []report.Workload{w}
	r.Obligations = []report.Obligation{{ID: "OFF-29", Offices: []string{"dpo"}}}
	for _, c := range change {
		c(r)
	}
	return r
}

func policy(change func(*report.Reminding)) func(*report.Report) {
	return func(r *report.Report) {
		how := r.Reminding["Z9A1A"]
		how.Accounts, how.Holders = slices.Clone(how.Accounts), slices.Clone(how.Holders)
		change(&how)
		r.Reminding["Z9A1A"] = how
	}
}

// 20 November 2026 is a Friday.
func TestWhoIsToldWhen(t *testing.T) {
	weekends := policy(func(how *report.Reminding) { how.Weekends = true })
	for name, c := range map[string]struct {
		report *report.Report
		want   string
	}{
		"nobody before the notice period":                   {one("2026-11-20", "2027-02-22"), ""},
		"the owner on its first day":                        {one("2026-11-20", "2027-02-18"), "owner [owner-example]"},
		"a notice that begins on Sunday begins on Friday":   {one("2026-11-20", "2027-02-20"), "owner [owner-example]"},
		"but not where weekends count":                      {one("2026-11-20", "2027-02-20", weekends), ""},
		"where they count it begins on Sunday":              {one("2026-11-22", "2027-02-20", weekends), "owner [owner-example]"},
		"on Saturday all is as on Friday":                   {one("2026-11-21", "2027-02-19"), "owner [owner-example]"},
		"and what would begin on Monday waits for it":       {one("2026-11-22", "2027-02-22"), ""},
		"the office joins before the day":                   {one("2026-11-20", "2026-12-20"), "office [owner-example dpo-example]"},
		"and not sooner":                                    {one("2026-11-20", "2026-12-24"), "owner [owner-example]"},
		"the office stays after the day":                    {one("2026-11-20", "2026-11-20"), "office [owner-example dpo-example]"},
		"the SIRO joins after two weeks":                    {one("2026-11-20", "2026-11-06"), "siro [owner-example dpo-example siro-example]"},
		"and not sooner, of course":                         {one("2026-11-20", "2026-11-07"), "office [owner-example dpo-example]"},
		"on Saturday the SIRO is left in peace":             {one("2026-11-21", "2026-11-07"), "office [owner-example dpo-example]"},
		"and hears of it on Monday":                         {one("2026-11-23", "2026-11-07"), "siro [owner-example dpo-example siro-example]"},
		"policy sets the notice":                            {one("2026-11-20", "2027-02-18", policy(func(how *report.Reminding) { how.Notice = calendar.Period{Days: 30} })), ""},
		"policy sets when the office joins":                 {one("2026-11-20", "2026-12-20", policy(func(how *report.Reminding) { how.Office = calendar.Period{Days: 7} })), "owner [owner-example]"},
		"policy sets when the SIRO joins":                   {one("2026-11-20", "2026-11-06", policy(func(how *report.Reminding) { how.SIRO = calendar.Period{Months: 1} })), "office [owner-example dpo-example]"},
		"a missed run changes nothing":                      {one("2027-09-17", "2026-11-06"), "siro [owner-example dpo-example siro-example]"},
		"an owner without an account: the office stands in": {one("2026-11-20", "2027-02-18", policy(func(how *report.Reminding) { how.Accounts = how.Accounts[1:] })), "owner [dpo-example]"},
		"an office that only a deputy holds":                {one("2026-11-20", "2026-12-20", policy(func(how *report.Reminding) { how.Holders = how.Holders[3:] })), "office [owner-example deputy-example]"},
		"nobody with an account below the SIRO":             {one("2026-11-20", "2027-02-18", policy(func(how *report.Reminding) { how.Accounts = how.Accounts[1:2] })), "owner [siro-example]"},
		"nobody with an account at all":                     {one("2026-11-20", "2027-02-18", policy(func(how *report.Reminding) { how.Accounts = nil })), "owner []"},
		"an account on another forge is none":               {one("2026-11-20", "2027-02-18", policy(func(how *report.Reminding) { how.Accounts = how.Accounts[4:] })), "owner []"},
		"what an exception sets aside is not due":           {one("2026-11-20", "2026-11-06", func(r *report.Report) { r.Workloads[0].Verdicts[0].ExceptedUntil = calendar.MustParse("2027-01-01") }), ""},
		"what counts elsewhere is told there":               {one("2026-11-20", "2026-11-06", func(r *report.Report) { r.Workloads[0].Verdicts[0].Inherited = true }), ""},
		"what never was in order has no day":                {one("2026-11-20", "2026-11-06", func(r *report.Report) { r.Workloads[0].Verdicts[0].Reasons = nil }), ""},
		"a day to come is no day that was missed":           {one("2026-11-20", "2026-11-06", func(r *report.Report) { r.Workloads[0].Verdicts[0].Reasons[0].Date = calendar.MustParse("2027-01-01") }), ""},
		"what sources dispute is not due":                   {one("2026-11-20", "2026-11-06", func(r *report.Report) { r.Workloads[0].Verdicts[0].State = "contested" }), ""},
		"a supplier that nobody relies on is nobody's": {one("2026-11-20", "2026-11-06", func(r *report.Report) {
			r.Suppliers, r.Workloads = []report.Supplier{{ID: "s", Verdicts: r.Workloads[0].Verdicts}}, nil
		}), ""},
		"a supplier's is that of those who rely on it": {one("2026-11-20", "2026-11-06", func(r *report.Report) {
			r.Suppliers, r.Workloads = []report.Supplier{{ID: "s", Verdicts: r.Workloads[0].Verdicts, Workloads: []report.Ref{{ID: "Z9A1A/imaging"}}}}, nil
		}), "siro [dpo-example siro-example]"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range remind.Due(c.report, "forge.example.org", nil) {
				got = append(got, fmt.Sprintf("%s %v", r.Stage, r.Logins))
			}
			if strings.Join(got, "; ") != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// run converges on a forge without faults.
func run(t *testing.T, fake *forgetest.Fake, r *report.Report) *remind.Outcome {
	t.Helper()
	out, err := remind.Converge(t.Context(), repository(t, fake, newClock()), r, remind.Options{Apply: true, Link: noLink})
	if err != nil || out.Undone > 0 {
		t.Fatalf("%v %+v", err, out)
	}
	return out
}

func newFake() *forgetest.Fake {
	fake := forgetest.New()
	fake.Assignable = []string{"owner-example", "DPO-example", "siro-example"}
	return fake
}

// acts names what a run did.
func acts(out *remind.Outcome) string {
	var list []string
	for _, s := range out.Steps {
		list = append(list, fmt.Sprintf("%s #%d", s.Act, s.Number))
	}
	return strings.Join(list, ", ")
}

func TestTheLifeOfAReminder(t *testing.T) {
	due := "2027-02-18"
	for name, c := range map[string]struct {
		then func(*forgetest.Fake)
		next *report.Report
		want string
	}{
		"the next day nothing has changed": {nil, one("2026-11-23", due), ""},
		"its label may be taken off":       {func(f *forgetest.Fake) { f.Change(1, func(i *forgetest.Issue) { i.Labels = nil }) }, one("2026-11-23", due), ""},
		"its title may be changed":         {func(f *forgetest.Fake) { f.Change(1, func(i *forgetest.Issue) { i.Title = "mine" }) }, one("2026-11-23", due), ""},
		"people may be assigned": {func(f *forgetest.Fake) {
			f.Change(1, func(i *forgetest.Issue) { i.Assignees = []string{"siro-example"} })
		}, one("2026-11-23", due), ""},
		"text may be added": {func(f *forgetest.Fake) {
			f.Change(1, func(i *forgetest.Issue) { i.Body = "Mine.\n" + i.Body + "And mine." })
		}, one("2026-11-23", due), ""},
		"a person who closes it has peace":          {func(f *forgetest.Fake) { f.Change(1, func(i *forgetest.Issue) { i.Open = false }) }, one("2026-11-23", due), ""},
		"until the next stage":                      {func(f *forgetest.Fake) { f.Change(1, func(i *forgetest.Issue) { i.Open = false }) }, one("2027-01-25", due), "open #2"},
		"or until something is added":               {func(f *forgetest.Fake) { f.Change(1, func(i *forgetest.Issue) { i.Open = false }) }, one("2026-11-23", due, another), "open #2"},
		"one that is deleted comes back":            {func(f *forgetest.Fake) { f.Delete(1) }, one("2026-11-23", due), "open #1"},
		"one that lost its marker is opened anew":   {func(f *forgetest.Fake) { f.Change(1, func(i *forgetest.Issue) { i.Body = "Mine." }) }, one("2026-11-23", due), "open #2"},
		"a marker that somebody else wrote is none": {func(f *forgetest.Fake) { i := f.Look()[0]; i.Author = "stranger"; f.Add(i); f.Delete(1) }, one("2026-11-23", due), "open #3"},
		"and does not make a duplicate":             {func(f *forgetest.Fake) { i := f.Look()[0]; i.Author = "stranger"; f.Add(i) }, one("2026-11-23", due), ""},
		"of two of ours the older stays":            {func(f *forgetest.Fake) { f.Add(f.Look()[0]) }, one("2026-11-23", due), "merge #2"},
		"another day makes other words":             {nil, one("2026-11-23", "2027-02-10"), "update #1"},
		"something that is added is told":           {nil, one("2026-11-23", due, another), "update #1"},
		"the stage goes up":                         {nil, one("2027-01-25", due), "open #2, close #1"},
		"twice after a long time, but once only":    {nil, one("2027-06-01", due), "open #2, close #1"},
		"it is closed once the duty is met":         {nil, one("2026-11-23", "2027-12-01"), "close #1"},
		"and when its workload is gone":             {nil, one("2026-11-23", due, func(r *report.Report) { r.Workloads, r.Due = nil, nil }), "close #1"},
		"what was due stays due though its reason has no day": {nil, one("2027-03-29", due, func(r *report.Report) {
			r.Workloads[0].Verdicts[0].State, r.Workloads[0].Verdicts[0].Reasons = "gap", nil
		}), "open #2, close #1"},
		"a person may open it again after it was closed for us": {func(f *forgetest.Fake) {
			run(t, f, one("2026-11-23", "2027-12-01"))
			f.Change(1, func(i *forgetest.Issue) { i.Open = true })
		}, one("2026-11-24", "2027-12-01"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			fake := newFake()
			run(t, fake, one("2026-11-20", due))
			if c.then != nil {
				c.then(fake)
			}
			if got := acts(run(t, fake, c.next)); got != c.want {
				t.Errorf("did %q, want %q", got, c.want)
			}
			if got := acts(run(t, fake, c.next)); got != "" {
				t.Errorf("and then %q, want nothing", got)
			}
		})
	}
}

func another(r *report.Report) {
	r.Due = append(r.Due, report.Due{On: calendar.MustParse("2027-02-19"), Obligation: "OFF-11", Title: "Facts", Subject: r.Due[0].Subject, Then: "overdue"})
}

func TestAReminderInWords(t *testing.T) {
	fake := newFake()
	run(t, fake, one("2026-11-20", "2026-12-20"))
	run(t, fake, one("2026-11-23", "2026-12-20", func(r *report.Report) {
		d := r.Due[0]
		d.Obligation, d.Title, d.On, d.Office = "OFF-11", "Facts | about *data*", calendar.MustParse("2026-12-10"), ""
		r.Due = append(r.Due, d)
	}))
	i := fake.Look()[0]
	want := "Due 10 December 2026 and 1 more: Imaging (Z9A1A/imaging)"
	if i.Title != want {
		t.Errorf("title %q, want %q", i.Title, want)
	}
	_, body, _ := strings.Cut(i.Body, "-->\n")
	wantBody := "For the owner and the office that is to act: this is due soon, or was due and is not met, at Imaging `Z9A1A/imaging`.\n\n" +
		"| Day | Duty | To act | State from that day |\n|---|---|---|---|\n" +
		"| 10 December 2026 | OFF-11 Facts about data | owner | overdue |\n" +
		"| 20 December 2026 | OFF-29 Review | DPO | overdue |\n\n" +
		"Kept up to date by `muniment remind`. It closes by itself once the evidence shows that nothing here is due. " +
		"Whoever closes it hears nothing more of these duties until the next stage.\n"
	if diff := cmp.Diff(wantBody, body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"owner-example", "DPO-example"}, i.Assignees); diff != "" {
		t.Errorf("assignees (-want +got):\n%s", diff)
	}
	if len(i.Comments) != 1 || !strings.HasSuffix(i.Comments[0].Body, "New here:\n\n- 10 December 2026: OFF-11 Facts about data\n") {
		t.Errorf("comments: %+v", i.Comments)
	}
}

func TestNamesCannotDoAnything(t *testing.T) {
	for name, want := range map[string]string{
		"Imaging archive":           "Imaging archive (Z9A1A/w)",
		"@everyone and @org/team":   "everyone and org/team (Z9A1A/w)",
		"closes #12":                "closes 12 (Z9A1A/w)",
		"/close":                    "close (Z9A1A/w)",
		"<script>alert(1)</script>": "script alert(1) /script (Z9A1A/w)",
		"[x](https://evil.example.org) **b** `c` |": "x (https //evil.example.org) b c (Z9A1A/w)",
		"two\nlines\u202eesrever\u200b\x1b[31m":     "two linesesrever 31m (Z9A1A/w)",
		"::set-output name=x::y":                    "set-output name=x y (Z9A1A/w)",
		"\u200b":                                    "workload Z9A1A/w",
		strings.Repeat("x", 200):                    strings.Repeat("x", 99) + "… (Z9A1A/w)",
	} {
		if got := remind.Name(report.Ref{Kind: "workload", ID: "Z9A1A/w", Name: name}); got != want {
			t.Errorf("%q became %q, want %q", name, got, want)
		}
	}
	if got := remind.Name(report.Ref{Kind: "supplier", ID: "s", Name: "A supplier"}); got != "supplier s" {
		t.Errorf("a supplier became %q", got)
	}
}

func TestWhatAnErrorLeavesUndone(t *testing.T) {
	report := reportOn(calendar.MustParse("2026-11-20"), map[string]map[string]calendar.Date{
		"Z9A1A/a": {"OFF-01": calendar.MustParse("2026-11-01")}, "Z9A1A/b": {"OFF-01": calendar.MustParse("2026-12-01")}, "Z9A1A/c": {"OFF-01": calendar.MustParse("2027-01-25")},
	})
	fake := newFake()
	out, err := remind.Converge(t.Context(), repository(t, fake, newClock()), report, remind.Options{Apply: true, Most: 2, Link: noLink})
	if err != nil || out.Undone != 1 || len(fake.Look()) != 2 {
		t.Errorf("the most of a run: %v %+v", err, out)
	}
	var titles []string
	for _, i := range fake.Look() {
		titles = append(titles, i.Title)
	}
	if diff := cmp.Diff([]string{"Overdue since 1 November 2026: Workload a (Z9A1A/a)", "Due 1 December 2026: Workload b (Z9A1A/b)"}, titles); diff != "" {
		t.Errorf("the most pressing first (-want +got):\n%s", diff)
	}
}

func TestNothingIsClosedWhileEvidenceIsRefused(t *testing.T) {
	fake := newFake()
	run(t, fake, one("2026-11-20", "2027-02-18"))
	gone := one("2026-11-20", "2027-02-18", func(r *report.Report) { r.Workloads, r.Due = nil, nil })
	out, err := remind.Converge(t.Context(), repository(t, fake, newClock()), gone, remind.Options{Apply: true, Link: noLink, KeepOpen: true})
	if err != nil || len(out.Steps) != 0 || !fake.Look()[0].Open {
		t.Errorf("%v %+v", err, out)
	}
}

func TestDigests(t *testing.T) {
	r := one("2026-11-20", "2026-11-06", func(r *report.Report) {
		r.Due = append(r.Due, report.Due{On: calendar.MustParse("2026-12-01"), Obligation: "OFF-11", Title: "Facts", Subject: report.Ref{Kind: "workload", ID: "Z9A1A/imaging", Name: "Imaging"}, Then: "overdue"})
	})
	link := func(s report.Ref) string { return "https://portal.example.org/" + s.ID }
	want := []remind.Digest{
		{
			Organisation: "Z9A1A", Office: "dpo", To: []string{"deputy@example.org", "dpo@example.org"}, Count: 1, Missed: 1, Subject: "DPO of Z9A1A: 1 duty to act on, 1 overdue",
			Text: "- Imaging (Z9A1A/imaging): OFF-29 Review, overdue since 6 November 2026\n  https://portal.example.org/Z9A1A/imaging\n",
		},
		{
			Organisation: "Z9A1A", Office: "ig-lead", To: []string{"lead@example.org"}, Count: 1, Subject: "IG lead of Z9A1A: 1 duty to act on, 0 overdue",
			Text: "- Imaging (Z9A1A/imaging): OFF-11 Facts, due 1 December 2026\n  https://portal.example.org/Z9A1A/imaging\n",
		},
		{
			Organisation: "Z9A1A", Office: "siro", To: []string{"siro@example.org"}, Count: 1, Missed: 1, Subject: "SIRO of Z9A1A: 1 duty to act on, 1 overdue",
			Text: "- Imaging (Z9A1A/imaging): OFF-29 Review, overdue since 6 November 2026\n  https://portal.example.org/Z9A1A/imaging\n",
		},
	}
	if diff := cmp.Diff(want, remind.Digests(r, link)); diff != "" {
		t.Errorf("digests (-want +got):\n%s", diff)
	}
}
