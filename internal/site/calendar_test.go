package site

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/report"
)

// pageAt gives the text of a page, which must be there.
func pageAt(t *testing.T, files []File, path string) string {
	t.Helper()
	for _, f := range files {
		if f.Path == path {
			return string(f.Data)
		}
	}
	t.Fatalf("there is no %s", path)
	return ""
}

// severalDue is a register in which something falls due for three offices, and for nobody, over three years.
func severalDue(each int) *report.Report {
	r := sample()
	r.Due = nil
	for i := range each {
		for j, office := range []string{"siro", "dpo", "caldicott-guardian", ""} {
			d := sample().Due[0]
			d.On, d.Office, d.Text, d.Then = r.Origin.AsOf.AddMonths(i).AddDays(j+1), office, fmt.Sprintf("Thing %d of %q.", i, office), "overdue"
			r.Due = append(r.Due, d)
		}
	}
	return r
}

func TestEachOfficeHasACalendarOfItsOwn(t *testing.T) {
	t.Parallel()
	files := rendered(t, severalDue(3))
	for office, path := range map[string]string{
		"siro": "calendar/office-siro.html", "dpo": "calendar/office-dpo.html", "caldicott-guardian": "calendar/office-caldicott-guardian.html", "": "calendar/office-none.html",
	} {
		got := pageAt(t, files, path)
		for i := range 3 {
			if want := fmt.Sprintf("Thing %d of &#34;%s&#34;.", i, office); !strings.Contains(got, want) {
				t.Errorf("%s does not say %s", path, want)
			}
		}
		if n := strings.Count(got, "Thing "); n != 3 {
			t.Errorf("%s tells of %d things, want 3", path, n)
		}
		if all := pageAt(t, files, "calendar.html"); !strings.Contains(all, `href="`+path+`"`) {
			t.Errorf("the calendar of everybody does not lead to %s", path)
		}
		if !strings.Contains(got, `href="../`+strings.TrimSuffix(path, ".html")+`.ics"`) {
			t.Errorf("%s does not lead to its file", path)
		}
	}
}

var drawnDay = regexp.MustCompile(`<td class="muniment-month__due [^"]*"><a href="#d-([0-9-]+)">([0-9]+)<span[^>]*>: ([^<]*)</span>`)

func TestEveryDueDayIsDrawnInItsMonth(t *testing.T) {
	t.Parallel()
	r := severalDue(1)
	second := r.Due[0]
	second.Then = "blocked"
	r.Due = append([]report.Due{second}, r.Due...)
	got := pageAt(t, rendered(t, r), "calendar.html")
	var drawn [][]string
	for _, m := range drawnDay.FindAllStringSubmatch(got, -1) {
		drawn = append(drawn, m[1:])
		if !strings.Contains(got, `id="d-`+m[1]+`"`) {
			t.Errorf("%s leads nowhere", m[1])
		}
	}
	want := [][]string{
		{"2026-11-23", "23", "2 things, at worst blocked"},
		{"2026-11-24", "24", "1 thing, at worst overdue"},
		{"2026-11-25", "25", "1 thing, at worst overdue"},
		{"2026-11-26", "26", "1 thing, at worst overdue"},
	}
	if diff := cmp.Diff(want, drawn); diff != "" {
		t.Errorf("days drawn (-want +got):\n%s", diff)
	}
}

func TestMonthsBeyondThoseDrawnAreLinked(t *testing.T) {
	t.Parallel()
	got := pageAt(t, rendered(t, severalDue(cardMonths+3)), "calendar/office-dpo.html")
	if n := strings.Count(got, `<table class="muniment-month"`); n != cardMonths {
		t.Errorf("%d months are drawn, want %d", n, cardMonths)
	}
	if n := strings.Count(got, `<a href="#m-`); n != 3 {
		t.Errorf("%d later months are linked, want 3", n)
	}
}

func TestALongCalendarOfAnOfficeGoesOnElsewhere(t *testing.T) {
	t.Parallel()
	r := severalDue(1)
	r.Due = nil
	for i := range mostEvents + 5 {
		d := sample().Due[0]
		d.On, d.Office, d.Text = r.Origin.AsOf.AddDays(1+i/30), "dpo", fmt.Sprintf("Thing %d.", i)
		r.Due = append(r.Due, d)
	}
	listed := 0
	for _, f := range rendered(t, r) {
		if f.Path == "calendar/office-dpo.html" || strings.HasPrefix(f.Path, "lists/calendar-office-dpo-") {
			listed += strings.Count(string(f.Data), "<p>Thing ")
		}
	}
	if listed != mostEvents {
		t.Errorf("%d days are listed, want %d", listed, mostEvents)
	}
}

// former is a portal whose files are known by what they were made from.
type former struct {
	mu   sync.Mutex
	from map[string][sha256.Size]byte
	kept []string
	made []string // of those that can be kept
}

func (f *former) Put(file File, from [sha256.Size]byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if from != ([sha256.Size]byte{}) {
		f.made, f.from[file.Path] = append(f.made, file.Path), from
	}
	return nil
}

func (f *former) Keep(path string, from [sha256.Size]byte) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	was, ok := f.from[path]
	if ok = ok && was == from; ok {
		f.kept = append(f.kept, path)
	}
	return ok, nil
}

func TestACalendarIsMadeAnewWhenSomethingInItIs(t *testing.T) {
	t.Parallel()
	f := &former{from: make(map[string][sha256.Size]byte)}
	lists := func(alter func(*report.Lists), commit, address string) (made []string) {
		t.Helper()
		r, config := sample(), sampleConfig()
		r.Origin.KnownAt = commit
		config.Address = address
		p, err := New(Frame{r.Origin, r.Obligations, r.Tensions, r.NotFound}, look(t, nil), config)
		if err != nil {
			t.Fatal(err)
		}
		l := report.ListsOf(r)
		if alter != nil {
			alter(l)
		}
		f.made, f.kept = nil, nil
		if err := p.Lists(l, nil, f); err != nil {
			t.Fatal(err)
		}
		slices.Sort(f.made)
		return f.made
	}
	all := lists(nil, strings.Repeat("a", 40), "")
	if len(all) == 0 || !slices.Contains(all, "calendar/all.ics") {
		t.Fatalf("made at first: %q", all)
	}
	for _, path := range all {
		if !strings.HasSuffix(path, ".ics") {
			t.Errorf("%s can be kept, and names the commit", path)
		}
	}
	if made := lists(nil, strings.Repeat("b", 40), ""); made != nil || len(f.kept) != len(all) {
		t.Errorf("of another commit with the same days %q are made anew", made)
	}
	made := lists(func(l *report.Lists) { l.Due[0].Text = "Otherwise." }, strings.Repeat("b", 40), "")
	if !slices.Contains(made, "calendar/all.ics") || len(made) == len(all) {
		t.Errorf("with another text in one day %q are made anew", made)
	}
	if made := lists(func(l *report.Lists) { l.Due[0].Text = "Otherwise." }, strings.Repeat("b", 40), "https://evidence.example.org/"); !slices.Equal(made, all) {
		t.Errorf("at another address %q are made anew, want %q", made, all)
	}
}
