package pipeline

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/report"
)

// TestTheAnyDayViewIsTheStatusOfTheDay reads what the any-day view of a built portal is given, as its script does, and holds it against
// muniment status: of past days with what was known on them, of days to come with what is known now. With -law N it looks at N days;
// with a number that is large enough, at every day on which anything changes and the day before.
func TestTheAnyDayViewIsTheStatusOfTheDay(t *testing.T) {
	if testing.Short() {
		t.Skip("it judges many days")
	}
	t.Parallel()
	most := max(*lawPairs, 16)
	dir := filepath.Join(t.TempDir(), "demo.git")
	if _, err := demo.Write(t.Context(), dir, demo.Options{Seed: 5, Workloads: 8, Organisations: 3, Suppliers: 5, Years: 3, Commits: 200, Bare: true}); err != nil {
		t.Fatal(err)
	}
	tool := testTool(t)
	_, line := openLine(t, dir)
	asOf := line[len(line)-1].Day
	files, _, err := tool.Render(t.Context(), Question{Dir: dir, AsOf: asOf}, openLook(t))
	if err != nil {
		t.Fatal(err)
	}
	first, workloads, static := calendar.Date{}, [][]any(nil), map[string]string{}
	for _, f := range files {
		switch {
		case f.Path == "any-day.html":
			_, rest, _ := strings.Cut(string(f.Data), `data-first="`)
			first = calendar.MustParse(rest[:10])
		case strings.HasPrefix(f.Path, "days/") && strings.HasSuffix(f.Path, ".js"):
			text := strings.TrimSuffix(strings.TrimPrefix(string(f.Data), "munimentDays("), ");\n")
			var part [][]any
			if err := json.Unmarshal([]byte(text), &part); err != nil {
				t.Fatalf("%s: %v", f.Path, err)
			}
			workloads = append(workloads, part...)
		case strings.HasPrefix(f.Path, "days/"):
			static[strings.TrimSuffix(strings.TrimPrefix(f.Path, "days/"), ".html")] = string(f.Data)
		}
	}
	if len(workloads) < 8 || first.IsZero() || len(static) < 40 {
		t.Fatalf("%d workloads from %s, and %d month ends", len(workloads), first, len(static))
	}
	last := asOf.Add(ahead)
	changing := map[calendar.Date]bool{first: true, last: true, asOf: true}
	for _, w := range workloads {
		spells := w[4].([]any)
		for i := 0; i < len(spells); i += 2 {
			on := first.AddDays(int(spells[i].(float64)))
			changing[on] = true
			if on.After(first) {
				changing[on.AddDays(-1)] = true
			}
		}
	}
	days := slices.SortedFunc(maps.Keys(changing), calendar.Date.Compare)
	for end := range static {
		days = append(days, calendar.MustParse(end))
	}
	days = slices.DeleteFunc(days, func(d calendar.Date) bool { return d.After(last) })
	rand.New(rand.NewPCG(5, 8)).Shuffle(len(days), func(i, j int) { days[i], days[j] = days[j], days[i] })
	pairs := 0
	for _, day := range days[:min(most, len(days))] {
		q := Question{Dir: dir, AsOf: day}
		if !day.After(asOf) {
			q.KnownAt = day.String()
		}
		made, _, err := tool.Report(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]int{}
		known := map[string]string{}
		for _, w := range made.Workloads {
			want[w.Status.State]++
			known[w.ID] = w.Status.State
		}
		got := map[string]int{}
		for _, w := range workloads {
			state := stateOn(w[4].([]any), first.DaysUntil(day))
			if state == "" {
				continue
			}
			pairs++
			got[state]++
			if was, ok := known[w[1].(string)]; ok && was != state {
				t.Errorf("%s on %s: the view says %s, status says %s", w[1], day, state, was)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("counts on %s (-status +view):\n%s", day, diff)
		}
		if page, ok := static[day.String()]; ok {
			for id, state := range known {
				if strings.Contains(page, "<small>"+id) && !strings.Contains(page, `muniment-state--`+state) {
					t.Errorf("the page of %s does not show that %s is %s", day, id, state)
				}
			}
			if n := strings.Count(page, `<th scope="row">`); n != len(known) {
				t.Errorf("the page of %s lists %d workloads, not %d", day, n, len(known))
			}
		}
	}
	t.Logf("%d pairs of workload and day agree, on %d of %d days", pairs, min(most, len(days)), len(days))
}

// stateOn does what the script does.
func stateOn(spells []any, n int) string {
	state := ""
	for i := 0; i < len(spells) && int(spells[i].(float64)) <= n; i += 2 {
		if state = ""; spells[i+1].(float64) >= 0 {
			state = report.States[int(spells[i+1].(float64))]
		}
	}
	return state
}
