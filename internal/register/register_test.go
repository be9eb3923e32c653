package register

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tree"
)

// What New does with each mistake is shown by the cases of internal/load. Here is what needs no files: size, order, and
// how things are joined.

func organisation(ods string) *record.Record {
	return made("organisations/"+ods+"/organisation.yaml", record.KindOrganisation, &record.Organisation{Name: ods, ODS: ods}, nil)
}

func supplier(id string) *record.Record {
	return made("suppliers/"+id+"/supplier.yaml", record.KindSupplier, &record.Supplier{Name: id}, nil)
}

// workload makes a record with its list of dependencies on lines of their own, from line 2.
func workload(id, controller string, relies []record.Reliance, dependsOn ...string) *record.Record {
	ods, slug, _ := strings.Cut(id, "/")
	list := &tree.Node{Kind: tree.List, Line: 2, Column: 3}
	for i, other := range dependsOn {
		list.Items = append(list.Items, &tree.Node{Kind: tree.String, Line: 2 + i, Column: 5, Text: other})
	}
	return made("organisations/"+ods+"/workloads/"+slug+"/workload.yaml", record.KindWorkload,
		&record.Workload{Name: id, Controller: controller, Suppliers: relies, DependsOn: dependsOn},
		[]tree.Field{{Key: "dependsOn", Line: 1, Column: 1, Value: list}})
}

func made(path string, kind record.Kind, facts any, fields []tree.Field) *record.Record {
	r := record.New("evidence/"+path, kind, &tree.Node{Kind: tree.Map, Line: 1, Column: 1, Fields: fields})
	r.Value = facts
	return r
}

// lines gives findings as place and code.
func lines(findings []finding.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.Place.String()+" "+f.Code)
	}
	return all
}

func TestNothing(t *testing.T) {
	t.Parallel()
	got, findings := New(nil, nil)
	if got == nil || len(findings) != 0 {
		t.Errorf("a register of nothing: %v, %v", got, findings)
	}
}

func TestJoined(t *testing.T) {
	t.Parallel()
	records := []*record.Record{ // in no order
		workload("ZZ1/b", "ZZ2", []record.Reliance{{Supplier: "acme", Role: "hosting", Contract: "c"}, {Supplier: "acme", Role: "support"}}, "ZZ1/a-2"),
		made("organisations/ZZ1/contracts/c.yaml", record.KindContract, &record.Contract{Supplier: "acme"}, nil),
		made("organisations/ZZ2/appointments.yaml", record.KindAppointments, &record.Appointments{People: []record.Person{{ID: "p"}}}, nil),
		made("organisations/ZZ1/workloads/b/approvals/2026-01-02-dpo.yaml", record.KindApproval,
			&record.Approval{Office: record.DPO, By: "p", On: calendar.MustParse("2026-01-02")}, nil),
		made("organisations/ZZ1/workloads/b/approvals/2026-01-01-siro.yaml", record.KindApproval,
			&record.Approval{Office: record.SIRO, By: "p", On: calendar.MustParse("2026-01-01")}, nil),
		made("organisations/ZZ2/suppliers/acme.yaml", record.KindAcceptance, &record.Acceptance{Supplier: "acme", By: "p"}, nil),
		made("footprints/f.yaml", record.KindFootprint, &record.Footprint{
			Lead: "ZZ2", SharedWorkloads: []string{"ZZ1/b"},
			Members: []record.Member{{Organisation: "ZZ1", From: calendar.MustParse("2025-01-01")}},
		}, nil),
		made("policy.yaml", record.KindPolicy, &record.Policy{}, nil),
		workload("ZZ1/a-2", "ZZ1", nil), workload("ZZ1/a", "ZZ1", nil),
		supplier("acme"), organisation("ZZ2"), organisation("ZZ1"),
	}
	got, findings := New(records, map[string]string{"evidence/suppliers/acme/files/x.pdf": ""})
	if diff := cmp.Diff([]string(nil), lines(findings)); diff != "" {
		t.Fatalf("findings:\n%s", diff)
	}
	ids := func(r *Register) (all []string) {
		for _, o := range r.Organisations {
			all = append(all, fmt.Sprintln("organisation", o.ID, len(o.Workloads), len(o.Contracts), len(o.Acceptances), len(o.Footprints), o.Policy.Shared == r.Policy))
		}
		for _, w := range r.Workloads {
			all = append(all, fmt.Sprintln("workload", w.ID, w.Controller.ID, len(w.Relies), len(w.DependsOn), len(w.Footprints)))
		}
		return append(all, fmt.Sprintln(len(r.Records), len(r.Files)))
	}
	if diff := cmp.Diff([]string{
		"organisation ZZ1 3 1 0 1 true\n", "organisation ZZ2 0 0 1 0 true\n",
		"workload ZZ1/a ZZ1 0 0 0\n", "workload ZZ1/a-2 ZZ1 0 0 0\n", "workload ZZ1/b ZZ2 2 1 1\n", "13 0\n",
	}, ids(got)); diff != "" {
		t.Errorf("joined (-want +got):\n%s", diff)
	}
	w, acme := got.Workloads[2], got.Suppliers[0]
	hosting := w.Relies[0]
	if hosting.Supplier != acme || hosting.Contract != got.Contracts[0] || hosting.Acceptance != got.Organisations[1].Acceptances[0] {
		t.Errorf("what the workload relies on is not joined: %+v", hosting)
	}
	if len(acme.Workloads) != 1 || len(acme.Contracts) != 1 || len(got.Contracts[0].Workloads) != 1 {
		t.Errorf("the way back: %d workloads, %d contracts of the supplier", len(acme.Workloads), len(acme.Contracts))
	}
	if len(w.Approvals) != 2 || w.Approvals[0].Facts.Office != record.SIRO || w.Approvals[0].Person != &got.Organisations[1].People.People[0] {
		t.Errorf("approvals are by day, with the controller's person: %+v", w.Approvals)
	}
}

func TestACircleIsShownOnce(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 1000, 5_000} {
		records := []*record.Record{organisation("ZZ1")}
		for i := range n {
			records = append(records, workload(fmt.Sprintf("ZZ1/w-%06d", i), "ZZ1", nil, fmt.Sprintf("ZZ1/w-%06d", (i+1)%n)))
		}
		// one that needs the circle and is no part of it
		records = append(records, workload("ZZ1/a", "ZZ1", nil, "ZZ1/w-000001"))
		got, findings := New(records, nil)
		if diff := cmp.Diff([]string{"evidence/organisations/ZZ1/workloads/w-000000/workload.yaml:2:5 dependency-cycle"}, lines(findings)); diff != "" {
			t.Errorf("%d: findings (-want +got):\n%s", n, diff)
		}
		if len(got.Workloads) != n+1 || len(findings[0].Related) != min(n-1, maxRelated) {
			t.Errorf("%d: %d workloads, %d other places", n, len(got.Workloads), len(findings[0].Related))
		}
	}
}

// TestWorkGrowsWithReferences counts instead of timing: broken references must not each be compared with every name.
func TestWorkGrowsWithReferences(t *testing.T) {
	t.Parallel()
	const workloads, references = 5_000, 20 // 100,000 references, all broken
	records := []*record.Record{organisation("ZZ1")}
	for i := range workloads {
		var needs []string
		for k := range references {
			needs = append(needs, fmt.Sprintf("ZZ1/nothing-%d-%d", i, k))
		}
		records = append(records, workload(fmt.Sprintf("ZZ1/w-%06d", i), "ZZ1", nil, needs...))
	}
	j := newJoiner(nil, len(records))
	j.run(records)
	if len(j.findings) != workloads*references {
		t.Errorf("%d findings, want one for each of %d references", len(j.findings), workloads*references)
	}
	if limit := maxSuggestions * workloads; j.compared == 0 || j.compared > limit {
		t.Errorf("%d names were compared, want some and at most %d", j.compared, limit)
	}
}

func TestNoMessageShowsANumberOfAPerson(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"acme": "acme", "ZZ1/imaging-2026": "ZZ1/imaging-2026", "2026-11-22-dpo": "2026-11-22-dpo",
		"4010232137": "with this name", "patient-4010232137": "with this name", "123456789012": "with this name",
	} {
		if got := display(id); got != want {
			t.Errorf("display(%q) = %q, want %q", id, got, want)
		}
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	r := &Register{Files: map[string]string{"a": "1"}}
	if !r.Holds(&record.File{Path: "a", SHA256: "1"}) || r.Holds(&record.File{Path: "a", SHA256: "2"}) || r.Holds(&record.File{Path: "b"}) || r.Holds(nil) {
		t.Error("a file is held when path and digest agree, and not otherwise")
	}
}
