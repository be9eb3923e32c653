package identifier_test

import (
	"strings"
	"testing"

	"example.org/muniment/internal/identifier"
)

func TestODS(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"RX1": true, "Z9A1A": true, "Y56": true, "FA123": true, "A81001": true, "ABCDEFGH1": true,
		"": false, "R1": false, "rx1": false, "RX 1": false, "RX-1": false, "ABCDEFGH12": false, "RÉ1": false, "RX1\n": false,
	} {
		if err := identifier.ODS(code); (err == nil) != want {
			t.Errorf("ODS(%q) = %v", code, err)
		}
	}
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for slug, want := range map[string]bool{
		"pacs": true, "imaging-archive": true, "2026-11-22-siro": true, "a": true, strings.Repeat("a", 64): true,
		"": false, "-a": false, "a-": false, "a--b": false, "Imaging": false, "a_b": false, "a b": false, "a/b": false,
		"..": false, "é": false, strings.Repeat("a", 65): false,
	} {
		if err := identifier.Slug(slug); (err == nil) != want {
			t.Errorf("Slug(%q) = %v", slug, err)
		}
	}
}

func TestRecordID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"cloud-supplier": true, "Z9A1A/imaging-archive": true, "organisations/Z9A1A/workloads/imaging-archive": true,
		"": false, "/a": false, "a/": false, "a//b": false, "a/../b": false, "z9A1A/x": false, "a/b.yaml": false,
		strings.Repeat("aaaa/", 40) + "a": false,
	} {
		if err := identifier.RecordID(id); (err == nil) != want {
			t.Errorf("RecordID(%q) = %v", id, err)
		}
	}
}
