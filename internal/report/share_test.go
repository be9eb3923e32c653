package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
)

func TestValidityTellsOfTheCertificatesThatCount(t *testing.T) {
	t.Parallel()
	one := func(scheme, path, until string, current bool) Certificate {
		return Certificate{Scheme: scheme, Path: path, Until: calendar.MustParse(until), Current: current}
	}
	got := validity([]Certificate{
		one("ISO", "older", "2024-01-01", false), one("ISO", "held", "2027-01-01", true), one("ISO", "next", "2028-01-01", true),
		one("CE", "first", "2023-01-01", false), one("CE", "last", "2025-01-01", false), one("CE", "second", "2024-01-01", false),
	})
	var paths []string
	for _, v := range got {
		paths = append(paths, v.Path)
	}
	if diff := cmp.Diff([]string{"last", "held", "next"}, paths); diff != "" {
		t.Errorf("certificates (-want +got):\n%s", diff)
	}
}

func TestAPrincipleIsCountedOnceWithItsParts(t *testing.T) {
	t.Parallel()
	s := &Supplier{Principles: []Principle{
		{Key: "ncsc:1@current", Text: "one", Statement: "independent"},
		{Key: "ncsc:2@current", Text: "two", Statement: "through its parts"},
		{Key: "ncsc:2.1@current", Statement: "assertion"},
		{Key: "ncsc:2.2@current", Statement: "assertion"},
		{Key: "ncsc:3@current", Text: "three"},
		{Key: "ncsc:3.1@current", Statement: "assertion"},
		{Key: "ncsc:3.2@current"},
		{Key: "ncsc:4@current", Text: "four"},
	}}
	row := s.Row()
	want := []Stated{
		{Key: "ncsc:1@current", Text: "one", Kind: "independent"},
		{Key: "ncsc:2@current", Text: "two", Kind: "through its parts", Parts: 2, Held: 2},
		{Key: "ncsc:3@current", Text: "three", Parts: 2, Held: 1},
		{Key: "ncsc:4@current", Text: "four"},
	}
	if diff := cmp.Diff(want, row.Stated); diff != "" {
		t.Errorf("principles (-want +got):\n%s", diff)
	}
	if row.Principles != 4 || row.Evidenced != 2 {
		t.Errorf("%d of %d are evidenced, want 2 of 4", row.Evidenced, row.Principles)
	}
}
