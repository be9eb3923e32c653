package feed

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

func changes() []report.StatusChange {
	archive := report.Ref{Kind: "workload", ID: "Z9A1A/archive", Name: "Imaging archive"}
	return []report.StatusChange{
		{
			On: calendar.MustParse("2026-11-20"), Subject: archive, From: "met", To: "not-applicable", Sentence: "No duty applies.",
			Causes: []report.Cause{{Kind: "commit", Commit: &report.Commit{ID: strings.Repeat("a", 40), Subject: "Close the archive."}}},
		},
		{On: calendar.MustParse("2026-11-02"), Subject: archive, To: "met", Sentence: "Meets every duty that applies.", Causes: []report.Cause{{Kind: "date", Text: "A day came."}}},
	}
}

func page(r report.Ref) string { return "https://evidence.example.org/" + r.ID + ".html" }

func TestAtom(t *testing.T) {
	t.Parallel()
	got := string(Atom("Register", "Northmoor", origin, changes(), "https://evidence.example.org/changes.atom", "https://evidence.example.org/changes.html", page))
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
 <id>FEED</id>
 <title>Register</title>
 <updated>2026-11-20T00:00:00Z</updated>
 <author>
  <name>Northmoor</name>
 </author>
 <generator version="v0.1.0">muniment</generator>
 <link rel="self" type="application/atom+xml" href="https://evidence.example.org/changes.atom"></link>
 <link rel="alternate" type="text/html" href="https://evidence.example.org/changes.html"></link>
 <entry>
  <id>FIRST</id>
  <title>Imaging archive: not applicable, was met</title>
  <updated>2026-11-20T00:00:00Z</updated>
  <link rel="alternate" type="text/html" href="https://evidence.example.org/Z9A1A/archive.html"></link>
  <category term="not-applicable"></category>
  <summary>workload Z9A1A/archive. No duty applies. Changed by commit aaaaaaaaaaaa: Close the archive.</summary>
 </entry>
 <entry>
  <id>SECOND</id>
  <title>Imaging archive: new on record, met</title>
  <updated>2026-11-02T00:00:00Z</updated>
  <link rel="alternate" type="text/html" href="https://evidence.example.org/Z9A1A/archive.html"></link>
  <category term="met"></category>
  <summary>workload Z9A1A/archive. Meets every duty that applies. A day came.</summary>
 </entry>
</feed>
`
	var f atomFeed
	if err := xml.Unmarshal([]byte(got), &f); err != nil {
		t.Fatal(err)
	}
	ids := strings.NewReplacer(f.ID, "FEED", f.Entries[0].ID, "FIRST", f.Entries[1].ID, "SECOND")
	if diff := cmp.Diff(want, ids.Replace(got)); diff != "" {
		t.Error(diff)
	}
}

func TestAnEntryKeepsItsIdentityForEver(t *testing.T) {
	t.Parallel()
	entries := func(list []report.StatusChange, o report.Origin) []atomEntry {
		var f atomFeed
		if err := xml.Unmarshal(Atom("R", "", o, list, "changes.atom", "changes.html", func(report.Ref) string { return "" }), &f); err != nil {
			t.Fatal(err)
		}
		return f.Entries
	}
	before := entries(changes(), origin)
	list := changes()
	list[0].Sentence, list[0].Subject.Name, list[0].Causes = "Other words.", "Another name", nil
	list = append([]report.StatusChange{{On: calendar.MustParse("2027-01-01"), Subject: list[0].Subject, From: "not-applicable", To: "gap"}}, list...)
	after := entries(list, report.Origin{AsOf: calendar.MustParse("2027-02-01")})
	if before[0].ID != after[1].ID || before[1].ID != after[2].ID {
		t.Error("an entry became another")
	}
	seen := map[string]bool{}
	for _, e := range after {
		if seen[e.ID] {
			t.Errorf("%s twice", e.ID)
		}
		seen[e.ID] = true
	}
}

// TestAnyTextIsOneElement reads feeds with hostile texts, and asks of each what RFC 4287 asks.
func TestAnyTextIsOneElement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := func(name string) string {
			return rapid.OneOf(hostile(), rapid.SampledFrom([]string{"</summary><entry/>", "]]>", "&lt;", "\ufffe", "<!--"})).Draw(t, name)
		}
		var list []report.StatusChange
		for range rapid.IntRange(0, 5).Draw(t, "changes") {
			list = append(list, report.StatusChange{
				On: origin.AsOf, Subject: report.Ref{Kind: text("kind"), ID: text("id"), Name: text("name")}, From: text("from"), To: text("to"), Sentence: text("sentence"),
				Causes: []report.Cause{{Text: text("cause")}, {Commit: &report.Commit{ID: text("commit"), Subject: text("subject")}}},
			})
		}
		raw := Atom(text("title"), text("author"), origin, list, "changes.atom", "changes.html", func(report.Ref) string { return text("link") })
		var f struct {
			ID      string `xml:"id"`
			Updated string `xml:"updated"`
			Entries []struct {
				ID, Updated string
				Inner       []struct {
					XMLName xml.Name
				} `xml:",any"`
			} `xml:"entry"`
			Other []struct{ XMLName xml.Name } `xml:",any"`
		}
		if err := xml.Unmarshal(raw, &f); err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
		if len(f.Entries) != len(list) || f.ID == "" {
			t.Fatalf("%d entries of %d changes", len(f.Entries), len(list))
		}
		if _, err := time.Parse(time.RFC3339, f.Updated); err != nil {
			t.Fatal(err)
		}
	})
}
