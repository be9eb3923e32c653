//go:build browser

package browser

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.org/muniment/internal/calendar"
	shape "example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
	"example.org/muniment/internal/theme"
	"example.org/muniment/themes"
)

// many writes the lists of a portal of so many workloads.
func many(t *testing.T, workloads int) string {
	t.Helper()
	nhs, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		t.Fatal(err)
	}
	return manyIn(t, nhs, workloads)
}

// manyIn writes them in the look of a theme.
func manyIn(t *testing.T, fsys fs.FS, workloads int) string {
	t.Helper()
	look, err := theme.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	first := []string{"Imaging", "Pathology", "Referral", "Maternity", "Stroke", "Bed", "Virtual ward", "Screening", "Theatre", "Waiting list"}
	second := []string{"archive", "exchange", "letters", "planner", "dashboard", "registry", "assistant", "triage", "model", "scheduler"}
	states := []string{"blocked", "failing", "overdue", "incomplete", "gap", "met", "met", "met"}
	lists := &shape.Lists{Summary: shape.Summary{Workloads: map[string]int{}}}
	for i := range workloads {
		ods := fmt.Sprintf("Z%04d", i%200)
		state := states[i%len(states)]
		lists.Summary.Workloads[state]++
		lists.Courses = append(lists.Courses, course(fmt.Sprintf("%s/system-%05d", ods, i), i, state))
		lists.Workloads = append(lists.Workloads, shape.WorkloadRow{
			ID: fmt.Sprintf("%s/system-%05d", ods, i), Name: fmt.Sprintf("%s %s %d", first[i%10], second[(i/10)%10], i),
			Organisation: shape.Ref{Kind: "organisation", ID: ods, Name: fmt.Sprintf("Trust of the %dth district", i%200)}, Type: "production", Phase: "live", Class: "III",
			Status: shape.Status{State: state, Sentence: "It stands as it stands, for a reason of some length that is told here.", Counts: map[string]int{state: 1}},
		})
	}
	dir := t.TempDir()
	portal, err := site.New(site.Frame{Origin: shape.Origin{AsOf: calendar.MustParse(asOf), Profile: shape.Internal}}, look, site.Config{})
	if err != nil {
		t.Fatal(err)
	}
	err = portal.Lists(lists, func(f site.File) error {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		return os.WriteFile(name, f.Data, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// course gives a workload a past with a dozen changes in six years.
func course(id string, i int, state string) shape.Course {
	c := shape.Course{
		Subject: shape.Ref{Kind: "workload", ID: id, Name: id}, Organisation: shape.Ref{Kind: "organisation", ID: id[:5], Name: "Trust " + id[:5]},
	}
	for n := range 12 {
		s := []string{"met", "overdue", "gap", "met", "failing"}[(i+n)%5]
		if n == 11 {
			s = state
		}
		c.Spells = append(c.Spells, shape.Spell{From: calendar.MustParse("2020-11-20").AddMonths(6 * n).AddDays(i % 90), State: s})
	}
	return c
}

// until waits up to ten seconds; a page that is still loading may lack what the condition asks.
const until = `new Promise(done => {
	let n = 0;
	const holds = () => { try { return Boolean(%s) } catch { return false } };
	const look = () => holds() ? done(true) : ++n > 400 ? done(false) : setTimeout(look, 25);
	look();
})`

func (b *tab) wait(t *testing.T, condition string) {
	t.Helper()
	ok, err := chromedp.Run(b, chromedp.Evaluate[bool](fmt.Sprintf(until, condition), chromedp.EvalAwaitPromise))
	if err != nil || !ok {
		t.Fatalf("it never came about that %s (%v)", condition, err)
	}
}

func (b *tab) ask(t *testing.T, expression string) string {
	t.Helper()
	text, err := chromedp.Run(b, chromedp.Evaluate[string](expression))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestSearch looks for one of ten thousand workloads, over HTTP with a strict policy and from a folder.
func TestSearch(t *testing.T) {
	dir := many(t, 10000)
	for name, base := range map[string]string{"http": serve(t, dir, strict), "file": "file://" + filepath.ToSlash(dir) + "/"} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			report(t, b.visit(base, "search.html"))
			if scripts := b.ask(t, `String(document.querySelectorAll("head script[src*='search/']").length)`); scripts != "0" {
				t.Errorf("%s parts of the index were fetched before anybody searched", scripts)
			}
			// By keyboard: / goes to the box.
			if err := chromedp.Do(b, chromedp.KeyEvent("/")); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `document.activeElement && document.activeElement.id === "search-words"`)
			if err := chromedp.Do(b, chromedp.KeyEvent("pathology exchange 4711")); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `document.querySelector(".muniment-found a")?.textContent.endsWith(" 4711")`)
			for _, q := range []string{"patholgy", "trust", "system 04711", "stroke model", "a"} {
				// The middle of five: the machine has other things to do.
				times, err := chromedp.Run(b, chromedp.Evaluate[[]float64](fmt.Sprintf(`(async () => {
					const box = document.getElementById("search-words"), took = [];
					for (let i = 0; i < 5; i++) {
						box.value = %q;
						box.dispatchEvent(new Event("input"));
						await new Promise(done => setTimeout(done, 20));
						took.push(Number(document.getElementById("search").dataset.took));
					}
					return took.sort((a, b) => a - b);
				})()`, q), chromedp.EvalAwaitPromise))
				if err != nil {
					t.Fatal(err)
				}
				took := times[2]
				t.Logf("%s: %q took %.1f ms, %s", name, q, took, b.ask(t, `document.querySelector("#search [role=status]").textContent`))
				if took > busy*mostAnswer {
					t.Errorf("%q took %.1f ms", q, took)
				}
			}
			if where := b.ask(t, `location.search + location.hash`); !strings.Contains(where, "q=a") {
				t.Errorf("the address does not hold the question: %s", where)
			}
			// The address brings the answer back, with kind and state.
			b.forget()
			again := "?q=stroke&kind=workload&state=gap"
			if name == "file" {
				again = "#" + again[1:]
			}
			if err := chromedp.Do(b, chromedp.Navigate("about:blank"), chromedp.Navigate(base+"search.html"+again)); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `document.querySelectorAll(".muniment-found li").length > 0`)
			if states := b.ask(t, `[...new Set([...document.querySelectorAll(".muniment-found strong")].map(s => s.textContent))].join()`); states != "Gap" {
				t.Errorf("states shown: %s", states)
			}
			// Arrows go through the results, and Enter opens one.
			b.ask(t, `(() => { document.getElementById("search-words").focus(); return "" })()`)
			if err := chromedp.Do(b, chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowDown)); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `document.activeElement === document.querySelectorAll(".muniment-found a")[1]`)
			report(t, b.heard(base, "search.html"))
		})
	}
}
