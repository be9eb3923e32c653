package record_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tree"
)

func TestKindOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, path string
		want        record.Kind
	}{
		{"the shared policy", "evidence/policy.yaml", record.KindPolicy},
		{"an organisation's own policy", "evidence/organisations/ZZ1/policy.yaml", record.KindPolicy},
		{"a workload", "evidence/organisations/ZZ1/workloads/pacs/workload.yaml", record.KindWorkload},
		{"prose", "evidence/organisations/ZZ1/workloads/pacs/dpia.md", record.KindDPIA},
		{"an organisation's decision on a supplier", "evidence/organisations/ZZ1/suppliers/acme.yaml", record.KindAcceptance},
		{"the supplier itself", "evidence/suppliers/acme/supplier.yaml", record.KindSupplier},
		{"outside evidence", "policy.yaml", ""},
		{"a folder deeper", "evidence/x/policy.yaml", ""},
		{"another ending", "evidence/policy.yml", ""},
		{"an attachment called like a record", "evidence/suppliers/acme/files/supplier.yaml", ""},
		{"a supplier called like the folder of attachments", "evidence/suppliers/files/supplier.yaml", ""},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got, ok := record.KindOf(c.path); got != c.want || ok != (c.want != "") {
				t.Errorf("KindOf(%q) = %q, %v, want %q", c.path, got, ok, c.want)
			}
		})
	}
}

func TestHomes(t *testing.T) {
	t.Parallel()
	for _, home := range record.Homes() {
		path := strings.NewReplacer("<", "", ">", "").Replace(home.Path)
		if got, ok := record.KindOf(path); !ok || got != home.Kind {
			t.Errorf("KindOf(%q) = %q, %v, want %q", path, got, ok, home.Kind)
		}
	}
	record.Homes()[0].Kind = "changed"
	if record.Homes()[0].Kind == "changed" {
		t.Error("the list of homes can be changed from outside")
	}
}

func TestIsAttachment(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"evidence/suppliers/acme/files/report.pdf":      true,
		"evidence/suppliers/acme/files/2026/report.pdf": true,
		"evidence/suppliers/acme/report.pdf":            false,
		"evidence/suppliers/acme/files":                 false,
		"evidence/suppliers/acme/my-files/report.pdf":   false,
		"files/report.pdf":                              false,
	} {
		if got := record.IsAttachment(path); got != want {
			t.Errorf("IsAttachment(%q) = %v", path, got)
		}
	}
}

func TestDigest(t *testing.T) {
	t.Parallel()
	// FIPS 180-2, appendix B.1.
	if got, want := record.Digest([]byte("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; got != want {
		t.Errorf("Digest(abc) = %s, want %s", got, want)
	}
}

// sample is a review as strict reading leaves it.
func sample() *record.Record {
	text := func(line int, s string) *tree.Node {
		return &tree.Node{Kind: tree.String, Line: line, Column: 9, Text: s}
	}
	list := func(line int, s string) *tree.Node {
		return &tree.Node{Kind: tree.List, Line: line, Column: 5, Items: []*tree.Node{text(line, s)}}
	}
	return record.New("evidence/x.yaml", record.KindReview, &tree.Node{Kind: tree.Map, Line: 1, Column: 1, Fields: []tree.Field{
		{Key: "schema", Value: text(1, "muniment/v1")},
		{Key: "kind", Value: text(2, "review")},
		{Key: "on", Value: text(3, "2026-02-01")},
		{Key: "office", Value: text(4, "siro")},
		{Key: "by", Value: text(5, "director")},
		{Key: "of", Value: list(6, "dpia")},
		{Key: "lookedAt", Value: list(7, "Everything")},
		{Key: "outcome", Value: text(8, "still-valid")},
		{Key: "reason", Value: text(9, "Nothing has moved.")},
	}})
}

func TestDecode(t *testing.T) {
	t.Parallel()
	r := sample()
	if err := r.Decode(); err != nil {
		t.Fatal(err)
	}
	want := &record.Review{
		On: calendar.MustParse("2026-02-01"), Office: record.SIRO, By: "director", Of: []string{"dpia"},
		LookedAt: []string{"Everything"}, Outcome: "still-valid", Reason: "Nothing has moved.",
	}
	if diff := cmp.Diff(want, r.Value); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r.Kind = "diary"
	if err := r.Decode(); err == nil || !strings.Contains(err.Error(), "evidence/x.yaml") {
		t.Errorf("an unknown kind: %v", err)
	}
	r = sample()
	r.Kind = record.KindCosts // months and budget have other types than a review's fields
	root := r.Tree()
	root.Fields[2].Key = "months"
	r.SetTree(root)
	if err := r.Decode(); err == nil || !strings.Contains(err.Error(), "evidence/x.yaml") {
		t.Errorf("a shape that does not fit: %v", err)
	}
}

func TestAt(t *testing.T) {
	t.Parallel()
	r := sample()
	for field, want := range map[string]finding.Place{
		"on":           {Path: "evidence/x.yaml", Line: 3, Column: 9},
		"of.0":         {Path: "evidence/x.yaml", Line: 6, Column: 9},
		"of.7":         {Path: "evidence/x.yaml", Line: 6, Column: 5}, // missing: the list around it
		"actions.0.by": {Path: "evidence/x.yaml", Line: 1, Column: 1}, // missing: the record
	} {
		if got := r.At(field); got != want {
			t.Errorf("At(%q) = %v, want %v", field, got, want)
		}
	}
}

func TestVisibility(t *testing.T) {
	t.Parallel()
	r := sample()
	if got := r.Visibility(); got != "internal" {
		t.Errorf("a record that says nothing is %s", got)
	}
	root := r.Tree()
	root.Fields = append(root.Fields, tree.Field{Key: "visibility", Value: &tree.Node{Kind: tree.String, Text: "open"}})
	r.SetTree(root)
	if got := r.Visibility(); got != "open" {
		t.Errorf("an open record is %s", got)
	}
}

func TestProfileClassRank(t *testing.T) {
	t.Parallel()
	for rank, class := range []record.ProfileClass{"", "I", "II", "III", "IV", "V"} {
		if got := class.Rank(); got != rank {
			t.Errorf("rank of %q = %d, want %d", class, got, rank)
		}
	}
}

func TestOfficeTitle(t *testing.T) {
	t.Parallel()
	for office, want := range map[record.Office]string{record.SIRO: "SIRO", record.CaldicottGuardian: "Caldicott Guardian", "porter": "porter"} {
		if got := office.Title(); got != want {
			t.Errorf("title of %q = %q, want %q", office, got, want)
		}
	}
}
