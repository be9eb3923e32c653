package site

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"example.org/muniment/internal/report"
)

// TestFewButLongRowsAreAllPublished has lists of fewer rows than a page may have, which are too long for one page all the same.
func TestFewButLongRowsAreAllPublished(t *testing.T) {
	t.Parallel()
	const rows = 90
	r := sample()
	l := report.ListsOf(r)
	due, change, turn := l.Due[0], l.Changes[0], l.Forecast.Turns[0]
	l.Due, l.Changes, l.Forecast.Turns = nil, nil, nil
	for i := range rows {
		text := fmt.Sprintf("Row-%03d. %s", i, strings.Repeat("The reason is long. ", 250))
		due.Text, due.On = text, day("2027-01-01").AddDays(i/30)
		change.Sentence, change.On = text, day("2026-11-01").AddDays(-i/30)
		turn.Text, turn.On = text, day("2027-01-01").AddDays(i/30)
		l.Due, l.Changes, l.Forecast.Turns = append(l.Due, due), append(l.Changes, change), append(l.Forecast.Turns, turn)
	}
	for i := range rows {
		l.Suppliers[0].Notices = append(l.Suppliers[0].Notices, report.NoticeRow{ID: fmt.Sprint(i), Title: fmt.Sprintf("Row-%03d. %s", i, strings.Repeat("The title is long. ", 250)), Received: day("2026-01-01")})
	}
	p, err := New(Frame{r.Origin, r.Obligations, r.Tensions, r.NotFound}, look(t, nil), sampleConfig())
	if err != nil {
		t.Fatal(err)
	}
	files := listsOf(t, p, l)
	found := map[string]map[string]bool{}
	for _, f := range files {
		name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSuffix(f.Path, ".html"), "lists/"), "/")
		if !strings.HasSuffix(f.Path, ".html") {
			continue
		}
		name = strings.TrimRight(name, "-0123456789") // a part of a list
		if len(f.Data) > 500_000 {
			t.Errorf("%s has %d bytes", f.Path, len(f.Data))
		}
		if found[name] == nil {
			found[name] = map[string]bool{}
		}
		for _, rest := range strings.Split(string(f.Data), "Row-")[1:] {
			found[name][rest[:3]] = true
		}
	}
	for _, list := range []string{"calendar", "changes", "forecast", "notices"} {
		if n := len(found[list]); n != rows {
			t.Errorf("%s: %d of %d rows are published", list, n, rows)
		}
	}
}

// listsOf gives the files about the register as a whole.
func listsOf(t *testing.T, p *Portal, lists *report.Lists) []File {
	t.Helper()
	return listsFrom(t, p, lists, nil)
}

// listsFrom gives them with a search page that knows of texts.
func listsFrom(t *testing.T, p *Portal, lists *report.Lists, texts []TextPart) []File {
	t.Helper()
	var files []File
	var mu sync.Mutex
	err := p.Lists(lists, texts, Each(func(f File) error {
		mu.Lock()
		defer mu.Unlock()
		files = append(files, f)
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestEveryRowIsOnOnePart: a list that begins on a page at the root goes on one folder lower, where links are longer and fewer rows
// fill a part.
func TestEveryRowIsOnOnePart(t *testing.T) {
	t.Parallel()
	const rows, links = 350, 20
	p := benched(t)
	l := long{
		rows: rows, begin: func(*markup) {}, end: func(*markup) {},
		row: func(m *markup, i int) {
			m.raw(fmt.Sprintf("<p>Row-%03d", i))
			for range links {
				m.raw(`<a href="`, m.root, `x.html">`)
			}
			m.raw(strings.Repeat("x", 2800))
		},
	}
	first, further, err := p.going(page{Path: "suppliers.html"}, partRows, "suppliers", "Suppliers", l, nil)
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]string{"suppliers.html": string(first.Body)}
	for _, f := range further {
		pages[f.Path] = string(f.Data)
	}
	if len(first.Parts.Paths) < 4 || len(pages) != len(first.Parts.Paths) {
		t.Fatalf("%d pages and %d parts", len(pages), len(first.Parts.Paths))
	}
	var found []string
	for _, path := range first.Parts.Paths {
		if n := strings.Count(pages[path], `="../x.html"`); (n == 0) != (path == "suppliers.html") {
			t.Errorf("%s has %d links one folder up", path, n)
		}
		for _, rest := range strings.Split(pages[path], "Row-")[1:] {
			found = append(found, rest[:3])
		}
	}
	for i := range rows {
		if want := fmt.Sprintf("%03d", i); i >= len(found) || found[i] != want {
			t.Fatalf("of %d rows, the one at %d is %v", len(found), i, found[min(i, len(found)-1)])
		}
	}
}
