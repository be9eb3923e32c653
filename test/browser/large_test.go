//go:build browser

package browser

import (
	"fmt"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// What a reader of ten thousand workloads may have to wait, in milliseconds.
const (
	mostOverview = 1000 // until the overview has been laid out and its scripts have run
	mostFilter   = 100  // until a filter or another day is shown
	mostAnswer   = 50   // until a search is answered

	// busy is by how much a machine that has other things to do may be over. What was seen is in the log; a test only fails when the
	// sort of work has changed.
	busy = 5
)

// took has a control take a value and gives how long it was until that was done and laid out, the middle of five times: the machine has
// other things to do.
func (b *tab) took(t *testing.T, id, event string, values ...string) float64 {
	t.Helper()
	var times []float64
	for n := range 5 {
		one, err := chromedp.Run(b, chromedp.Evaluate[float64](fmt.Sprintf(`(() => {
			const e = document.getElementById(%q), began = performance.now();
			e.value = %q;
			e.dispatchEvent(new Event(%q, {bubbles: true}));
			document.body.getBoundingClientRect();
			return performance.now() - began;
		})()`, id, values[n%len(values)], event)))
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, one)
	}
	slices.Sort(times)
	return times[2]
}

// TestTenThousandWorkloads times what grows with the register. With -portal it is that of the portal given.
func TestTenThousandWorkloads(t *testing.T) {
	dir := *portalDir
	if dir == "" {
		dir = many(t, 10000)
	}
	b, base := open(t), serve(t, dir, strict)
	if _, err := chromedp.Call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		t.Fatal(err)
	}
	var opened []float64
	for range 5 {
		report(t, b.visit(base, "index.html"))
		one, err := chromedp.Run(b, chromedp.Evaluate[float64](`performance.getEntriesByType("navigation")[0].loadEventEnd`))
		if err != nil {
			t.Fatal(err)
		}
		opened = append(opened, one)
	}
	slices.Sort(opened)
	t.Logf("the overview is there after %.0f ms", opened[2])
	if opened[2] > busy*mostOverview {
		t.Errorf("the overview is there after %.0f ms, more than %d", opened[2], mostOverview)
	}
	filter := func(what, id, event string, values ...string) {
		t.Helper()
		one := b.took(t, id, event, values...)
		t.Logf("%s takes %.1f ms", what, one)
		if one > busy*mostFilter {
			t.Errorf("%s takes %.1f ms, more than %d", what, one, mostFilter)
		}
	}
	report(t, b.visit(base, "workloads.html"))
	filter("to filter the list of workloads by words", "workloads-words", "input", "archive", "trust", "")
	filter("to filter the list of workloads by state", "workloads-4", "input", "Blocked", "")
	report(t, b.visit(base, "obligations.html"))
	if b.ask(t, `String(document.getElementById("obligations-words") !== null)`) == "true" {
		filter("to filter the obligations by words", "obligations-words", "input", "personal", "the", "")
	}
	report(t, b.visit(base, "search.html"))
	if err := chromedp.Do(b, chromedp.KeyEvent("/"), chromedp.KeyEvent("trust")); err != nil {
		t.Fatal(err)
	}
	b.wait(t, `document.querySelectorAll(".muniment-found a").length > 0`)
	filter("to filter what was found by state", "search-state", "input", "blocked", "failing", "")
	report(t, b.visit(base, "any-day.html"))
	b.wait(t, `document.querySelectorAll("#days tbody tr").length > 0`)
	b.wait(t, `document.querySelectorAll("#days tbody tr").length === 400`) // those after the first hundred follow
	filter("to show another day", "days-day", "input", "2024-03-14", "2025-07-01", "2026-11-20", "2022-12-31", "2027-02-01")
	filter("to filter the day by state", "days-state", "input", "overdue", "met", "")
}
