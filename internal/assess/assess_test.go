package assess_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

var parse = calendar.MustParse

const (
	workloads  = "evidence/organisations/ZZ1/workloads/"
	archive    = workloads + "archive/"
	assessment = archive + "assessment.yaml"
)

func workload(t *testing.T, reg *register.Register, day calendar.Date, id string) *assess.Subject {
	t.Helper()
	s := on(day, reg).Subject(obligation.OfWorkload, id)
	if s == nil {
		t.Fatalf("there is no workload %s", id)
	}
	return s
}

func TestSubjectsAreInOrder(t *testing.T) {
	t.Parallel()
	var got []string
	for _, s := range on(today, read(t, files(t))).Subjects {
		got = append(got, string(s.Kind)+" "+s.ID)
	}
	want := []string{"workload ZZ1/archive", "workload ZZ1/trial", "organisation ZZ1", "supplier acme", "contract ZZ1/imaging", "footprint north"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		edit  func(t *testing.T, list fstest.MapFS) fstest.MapFS
		id    string
		state obligation.State
		main  string
	}{
		{"everything is met", func(_ *testing.T, l fstest.MapFS) fstest.MapFS { return l }, "ZZ1/archive", "met", ""},
		{"an honest trial is met", func(_ *testing.T, l fstest.MapFS) fstest.MapFS { return l }, "ZZ1/trial", "met", ""},
		{"the worst decides", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return replaced(t, replaced(t, l, assessment, "  retention: 8 years\n", ""), archive+"workload.yaml", "mentions: [cloud, locations]", "mentions: [cloud]")
		}, "ZZ1/archive", "blocked", "OFF-11"},
		{"among equals a must comes before a should", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return replaced(t, replaced(t, l, assessment, "controls: [second-site]", "controls: []"), assessment, "outcome: appropriate\n", "outcome: not-appropriate\n")
		}, "ZZ1/archive", "failing", "OFF-16"},
		{"what is contested does not lower", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return replaced(t, l, archive+"workload.yaml", "tenancy: An account of its own., ", "")
		}, "ZZ1/archive", "met", ""},
		{"what is for information does not lower", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return replaced(t, l, "evidence/footprints/north.yaml", "interfaces:\n  - {name: Image exchange, connects: [ZZ1]}\n", "")
		}, "ZZ1/archive", "met", ""},
		{"the controller's duties reach the workload", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return replaced(t, l, "evidence/organisations/ZZ1/organisation.yaml", "{year: 2025-26, status: met", "{year: 2025-26, status: not-met")
		}, "ZZ1/archive", "failing", "OFF-17c"},
		{"and not an honest trial", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return replaced(t, l, "evidence/organisations/ZZ1/organisation.yaml", "{year: 2025-26, status: met", "{year: 2025-26, status: not-met")
		}, "ZZ1/trial", "met", ""},
		{"the supplier's duties reach the workload", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return without(l, "evidence/suppliers/acme/certificates/dspt.yaml")
		}, "ZZ1/archive", "failing", "VIS-04"},
		{"the contract's duties reach the workload", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return replaced(t, l, "evidence/organisations/ZZ1/contracts/imaging.yaml", "need: recovery", "need: audit")
		}, "ZZ1/archive", "gap", "OFF-18"},
		{"the footprint's duties reach the workload", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return replaced(t, l, "evidence/footprints/north.yaml", "incidentContact: {title: Duty manager, email: duty@zz1.example.org}\n", "")
		}, "ZZ1/archive", "gap", "DIA-04"},
		{"a closed workload owes nothing and inherits nothing", func(t *testing.T, l fstest.MapFS) fstest.MapFS {
			return replaced(t, l, archive+"workload.yaml", "phase: live", "phase: closed")
		}, "ZZ1/archive", "not-applicable", ""},
		{"another product of the supplier says nothing about this workload", func(_ *testing.T, l fstest.MapFS) fstest.MapFS {
			return with(l, "evidence/suppliers/acme/products/viewer.yaml", "schema: muniment/v1\nkind: product\nname: Viewer\nversion: \"1\"\nclinical: true\npatientRecords: true\nstandards: []\n")
		}, "ZZ1/archive", "met", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			s := workload(t, read(t, c.edit(t, files(t))), today, c.id)
			main := ""
			if s.Status.Main != nil {
				main = s.Status.Main.Obligation.ID
			}
			if s.Status.State != c.state || main != c.main {
				t.Errorf("%s is %s by %q, want %s by %q\n%s", c.id, s.Status.State, main, c.state, c.main, lowering(s))
			}
		})
	}
}

func lowering(s *assess.Subject) string {
	var b strings.Builder
	for _, v := range slices.Concat(s.Verdicts, s.Inherited) {
		if v.State.Lowers() {
			b.WriteString("\t" + v.Obligation.ID + " " + string(v.State) + ": " + v.Reasons[0].Text + "\n")
		}
	}
	return b.String()
}

// excepted is the valid register with a gap, an exception for it and its approval; both can be changed.
func excepted(t *testing.T, exception, approval func(string) string) *register.Register {
	t.Helper()
	path := archive + "exceptions/notice.yaml"
	list := replaced(t, files(t), archive+"workload.yaml", "mentions: [cloud, locations]", "mentions: [cloud]")
	list = with(list, path, exception("schema: muniment/v1\nkind: exception\nobligations: [OFF-26]\noffice: siro\nreason: The text is being written.\ninstead: Posters.\nfrom: 2026-10-01\nto: 2027-03-31\n"))
	list = with(list, archive+"approvals/2026-10-01-siro.yaml", approval("schema: muniment/v1\nkind: approval\noffice: siro\nby: finance-director\ndecision: approved\non: 2026-10-01\ncovers:\n  - path: "+path+"\n    sha256: \"{"+path+"}\"\n"))
	return read(t, list)
}

// exceptedFrom is the valid register with an approved exception for a duty.
func exceptedFrom(t *testing.T, duty string) fstest.MapFS {
	t.Helper()
	path := archive + "exceptions/one.yaml"
	list := with(files(t), path, "schema: muniment/v1\nkind: exception\nobligations: ["+duty+"]\noffice: siro\nreason: A new SIRO reads it.\ninstead: The deputy looked.\nfrom: 2026-10-01\nto: 2027-03-31\n")
	return with(list, archive+"approvals/2026-10-01-siro.yaml", "schema: muniment/v1\nkind: approval\noffice: siro\nby: finance-director\ndecision: approved\non: 2026-10-01\ncovers:\n  - path: "+path+"\n    sha256: \"{"+path+"}\"\n")
}

func same(s string) string { return s }

func with2(before, after string) func(string) string {
	return func(s string) string { return strings.Replace(s, before, after, 1) }
}

func TestException(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim     string
		day       string
		exception func(string) string
		approval  func(string) string
		state     obligation.State
		stands    assess.ExceptionState
	}{
		{"in force", "2026-11-22", same, same, "met", assess.InForce},
		{"on its last day", "2027-03-31", same, same, "overdue", assess.InForce}, // other evidence has lapsed by then
		{"after its last day", "2027-04-01", same, same, "overdue", assess.Ended},
		{"before its first day", "2026-09-30", same, same, "gap", assess.NotYet},
		{"on its first day", "2026-10-01", same, same, "met", assess.InForce},
		{"not approved", "2026-11-22", same, with2("decision: approved", "decision: refused"), "gap", assess.NotApproved},
		{"approved by somebody who did not hold the office", "2026-11-22", same, with2("by: finance-director", "by: medical-director"), "gap", assess.NotApproved},
		{"approved in other bytes", "2026-11-22", same, with2("sha256: \"{", "sha256: \"0000000000000000000000000000000000000000000000000000000000000000\" # {"), "gap", assess.NotApproved},
		{"approved until a day that has passed", "2026-11-22", same, with2("on: 2026-10-01\n", "on: 2026-10-01\nto: 2026-11-21\n"), "gap", assess.NotApproved},
		{"as long as local policy allows", "2026-11-22", with2("to: 2027-03-31", "to: 2027-09-30"), same, "met", assess.InForce},
		{"longer than local policy allows", "2026-11-22", with2("to: 2027-03-31", "to: 2027-10-01"), same, "gap", assess.TooLong},
		{"for another duty", "2026-11-22", with2("[OFF-26]", "[OFF-27]"), same, "gap", assess.InForce},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			reg := excepted(t, c.exception, c.approval)
			s := workload(t, reg, parse(c.day), "ZZ1/archive")
			w := reg.Workloads[0]
			standing := assess.JudgeException(reg, w, w.Exceptions[0], parse(c.day))
			if standing.State != c.stands {
				t.Errorf("the exception is %s, want %s: %s", standing.State, c.stands, standing.Text)
			}
			if s.Status.State != c.state {
				t.Errorf("the workload is %s, want %s\n%s", s.Status.State, c.state, lowering(s))
			}
		})
	}
}

func TestAnExceptionSetsAsideAndIsCounted(t *testing.T) {
	t.Parallel()
	s := workload(t, excepted(t, same, same), today, "ZZ1/archive")
	i := slices.IndexFunc(s.Verdicts, func(v *assess.Verdict) bool { return v.Obligation.ID == "OFF-26" })
	v := s.Verdicts[i]
	if v.State != obligation.Gap || v.Excepted == nil || s.Excepts(v) != v.Excepted {
		t.Errorf("the verdict keeps its state and names the exception: %s, %v", v.State, v.Excepted)
	}
	if v.Due.On != parse("2027-04-01") || v.Due.Rule != obligation.Trigger || v.Due.Then != obligation.Gap {
		t.Errorf("the end of the exception falls due: %+v", v.Due)
	}
	if s.Status.Excepted != 1 || s.Status.Counts[obligation.Gap] != 0 {
		t.Errorf("it is counted by itself: %d excepted, %v", s.Status.Excepted, s.Status.Counts)
	}
}

func TestReasonsSayWhyAnExceptionDoesNotHelp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, day          string
		exception, approval func(string) string
		want                string
	}{
		{"ended", "2027-04-01", same, same, "An exception for this ended on 31 March 2027."},
		{"still to come", "2026-09-30", same, same, "An exception for this begins on 1 October 2026."},
		{"never approved", "2026-11-22", same, with2("decision: approved", "decision: refused"), "An exception for this does not count: The SIRO refused on 1 October 2026."},
		{"too long", "2026-11-22", with2("to: 2027-03-31", "to: 2027-10-01"), same, "An exception for this lasts longer than the 12 months that local policy allows, so it does not count."},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			s := workload(t, excepted(t, c.exception, c.approval), parse(c.day), "ZZ1/archive")
			for _, v := range s.Verdicts {
				last := v.Reasons[len(v.Reasons)-1]
				switch {
				case v.Obligation.ID == "OFF-26" && (last.Text != c.want || last.Rule != "exception" || last.Place.Line == 0):
					t.Errorf("the last reason is %+v, want %q", last, c.want)
				case v.Obligation.ID != "OFF-26" && last.Rule == "exception":
					t.Errorf("%s speaks of an exception for another duty", v.Obligation.ID)
				}
			}
		})
	}
}

func TestAnExceptionReachesTheAliasToo(t *testing.T) {
	t.Parallel()
	list := without(exceptedFrom(t, "OFF-02a"), archive+"approvals/2026-02-15-siro.yaml")
	s := workload(t, read(t, list), today, "ZZ1/archive")
	for _, v := range s.Verdicts {
		if (v.Obligation.ID == "OFF-02a" || v.Obligation.ID == "NWS-07a") && v.Excepted == nil {
			t.Errorf("%s is %s and not set aside", v.Obligation.ID, v.State)
		}
	}
	if s.Status.Excepted != 1 {
		t.Errorf("%d are counted as set aside, want 1", s.Status.Excepted)
	}
}

func TestAnExceptionReachesInheritedVerdictsOfItsWorkloadOnly(t *testing.T) {
	t.Parallel()
	reg := excepted(t, with2("[OFF-26]", "[OFF-26, OFF-05b]"), same)
	// The list of appointments was last confirmed on 1 June 2026.
	a := on(parse("2027-03-31"), reg)
	s := a.Subject(obligation.OfWorkload, "ZZ1/archive")
	i := slices.IndexFunc(s.Inherited, func(v *assess.Verdict) bool { return v.Obligation.ID == "OFF-05b" })
	if s.Inherited[i].Excepted != nil {
		t.Error("the organisation's own verdict must not be set aside")
	}
	if a.Subject(obligation.OfOrganisation, "ZZ1").Excepts(s.Inherited[i]) != nil {
		t.Error("the exception is the workload's")
	}
}

func TestAliasesAreNeverCounted(t *testing.T) {
	t.Parallel()
	s := workload(t, read(t, without(files(t), archive+"approvals/2026-02-15-siro.yaml")), today, "ZZ1/archive")
	blocked := 0
	for _, v := range s.Verdicts {
		if v.State == obligation.Blocked {
			blocked++
		}
	}
	if blocked != 2 || s.Status.Counts[obligation.Blocked] != 1 {
		t.Errorf("%d verdicts are blocked, %d are counted; want 2 and 1", blocked, s.Status.Counts[obligation.Blocked])
	}
}

// TestWorseVerdictsNeverImproveTheStatus takes evidence away, piece by piece, and watches the status of every subject.
func TestWorseVerdictsNeverImproveTheStatus(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		random := rand.New(rand.NewPCG(seed, 7))
		list := files(t)
		before := on(today, read(t, list))
		var removable []string
		for name := range list {
			kind, _ := record.KindOf(name)
			if kind == record.KindApproval || kind == record.KindReview || kind == record.KindAcceptance || kind == record.KindPrinciples || name == archive+"dpia.md" {
				removable = append(removable, name)
			}
		}
		slices.Sort(removable)
		random.Shuffle(len(removable), func(i, k int) { removable[i], removable[k] = removable[k], removable[i] })
		for _, name := range removable[:6] {
			delete(list, name)
			after := on(today, read(t, list))
			for i, s := range after.Subjects {
				if s.Status.State.Rank() > before.Subjects[i].Status.State.Rank() && before.Subjects[i].Status.State.Lowers() {
					t.Errorf("seed %d: without %s, %s goes from %s to %s", seed, name, s.ID, before.Subjects[i].Status.State, s.Status.State)
				}
			}
			before = after
		}
	}
}

func TestOrderOfRecordsChangesNothing(t *testing.T) {
	t.Parallel()
	reg := example()
	want := table(on(today, reg))
	random := rand.New(rand.NewPCG(1, 2))
	for range 3 {
		shuffled := slices.Clone(reg.Records)
		random.Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
		again, _ := register.New(shuffled, reg.Files)
		if diff := cmp.Diff(want, table(on(today, again))); diff != "" {
			t.Fatalf("(-in order +shuffled):\n%s", diff)
		}
	}
}

func TestStrangersChangeNothing(t *testing.T) {
	t.Parallel()
	want := on(today, read(t, files(t)))
	list := files(t)
	for name, f := range files(t) {
		if strings.HasPrefix(name, "evidence/organisations/") || strings.HasPrefix(name, "evidence/suppliers/") {
			swap := strings.NewReplacer("ZZ1", "YY9", "suppliers/acme", "suppliers/other", "supplier: acme", "supplier: other", "[acme/", "[other/")
			list = with(list, swap.Replace(name), strings.Replace(swap.Replace(string(f.Data)), "level: V", "level: IV", 1))
		}
	}
	list = without(list, "evidence/organisations/YY9/suppliers/acme.yaml")
	got := on(today, read(t, list))
	for _, s := range want.Subjects {
		if diff := cmp.Diff(rows(s), rows(got.Subject(s.Kind, s.ID))); diff != "" {
			t.Errorf("%s (-alone +with strangers):\n%s", s.ID, diff)
		}
	}
}

func rows(s *assess.Subject) []string {
	list := []string{string(s.Status.State) + " " + s.Status.Next.On.String()}
	for _, v := range slices.Concat(s.Verdicts, s.Inherited) {
		list = append(list, v.Obligation.ID+" "+string(v.State)+" "+v.Due.On.String()+" "+v.Reasons[0].Text)
	}
	return list
}
