//go:build browser

package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// step is one thing that a person does at the keyboard: go to a link and follow it, or write something.
type step struct {
	link  string // an expression that is true for the link, as l
	write string // keys, into whatever has the focus
	then  string // an expression that becomes true
}

// task is one of docs/tasks.md.
type task struct {
	who    string
	clicks int // links that are followed
	steps  []step
	answer string // an expression: what the person wanted to see is on the page, as a text
}

const inMain = `l.closest("main")`

var tasks = []task{
	{
		"SIRO", 2,
		[]step{
			{link: `l.textContent === "SIRO"`, then: `document.querySelector("h1").textContent.startsWith("SIRO")`},
			{link: inMain + ` && l.closest("th") && (l.href || "").includes("/workloads/")`, then: `location.pathname.includes("/workloads/")`},
		},
		`document.querySelector(".muniment-standing__sentence").textContent`,
	},
	{
		"DPO", 3,
		[]step{
			{link: `l.textContent === "Search" && l.closest("nav")`, then: `document.getElementById("search-words")`},
			{write: "/", then: `document.activeElement.id === "search-words"`},
			{write: "NAME", then: `document.querySelectorAll(".muniment-found a").length > 0`},
			{write: kb.Enter, then: `location.pathname.includes("/workloads/")`},
			{link: `l.textContent === "DPIA"`, then: `location.hash === "#dpia"`},
		},
		`document.getElementById("dpia").nextElementSibling.textContent`,
	},
	{
		"engineer", 2,
		[]step{
			{link: `l.textContent === "Workloads" && l.closest("nav")`, then: `document.querySelector("h1").textContent === "Workloads"`},
			{link: inMain + ` && l.closest("th") && (l.href || "").includes("/workloads/")`, then: `location.pathname.includes("/workloads/")`},
		},
		`[...document.querySelectorAll("main code")].find(c => /\.(yaml|md):\d+/.test(c.textContent)).textContent`,
	},
	{
		"supplier manager", 2,
		[]step{
			{link: `l.textContent === "Suppliers" && l.closest("nav")`, then: `document.querySelector("h1").textContent === "Suppliers"`},
			{link: `l.textContent === "Certificates"`, then: `document.querySelector("h1").textContent === "Certificates of suppliers"`},
		},
		`[...document.querySelectorAll("#ends ~ table tbody tr")].find(r => !r.textContent.includes("Not in force")).textContent`,
	},
	{
		"auditor", 2,
		[]step{
			{link: `l.textContent === "Any day" && l.closest("nav")`, then: `document.getElementById("days-day")`},
			{link: `l.id === "days-day"`, write: "03142026", then: `document.querySelector("#days h2").textContent === "14 March 2026"`},
			{link: `l.closest("#days") && l.closest("th") && l.href`, then: `document.querySelector(".muniment-marked")`},
		},
		`document.querySelector(".muniment-marked").textContent`,
	},
}

// TestTasks does the five tasks of docs/tasks.md from the overview, by keyboard alone, and counts the links that are followed.
func TestTasks(t *testing.T) {
	base := serve(t, past(t), strict)
	for _, one := range tasks {
		t.Run(one.who, func(t *testing.T) {
			b := open(t)
			report(t, b.visit(base, "index.html"))
			name := b.ask(t, `document.querySelector(".muniment-attention a").textContent`)
			clicks, tabs := 0, 0
			for _, s := range one.steps {
				if s.link != "" {
					tabs += b.reach(t, s.link)
				}
				keys := strings.ReplaceAll(s.write, "NAME", name)
				if keys == "" {
					keys = kb.Enter
					clicks++
				} else if keys == kb.Enter {
					clicks++
				}
				if err := chromedp.Do(b, chromedp.KeyEvent(keys)); err != nil {
					t.Fatal(err)
				}
				b.arrive(t, s.then)
			}
			if clicks != one.clicks {
				t.Errorf("it takes %d clicks, not %d", clicks, one.clicks)
			}
			answer := strings.Join(strings.Fields(b.ask(t, one.answer)), " ")
			if answer == "" {
				t.Error("there is no answer")
			}
			t.Logf("%d clicks, %d times Tab: %.140s", clicks, tabs, answer)
		})
	}
}

// arrive waits until a page is there, whole, of which something is true. One that is being left answers with an error, or not at all.
func (b *tab) arrive(t *testing.T, then string) {
	t.Helper()
	there := fmt.Sprintf(`(() => { try { return document.readyState === "complete" && !!(%s); } catch { return false; } })()`, then)
	for range 600 {
		if ok, err := chromedp.Run(b, chromedp.Evaluate[bool](there)); ok && err == nil {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("it never came about that %s", then)
}

// reach presses Tab until the focus is where it is wanted, which must be to be seen.
func (b *tab) reach(t *testing.T, wanted string) int {
	t.Helper()
	b.wait(t, fmt.Sprintf(`[...document.querySelectorAll("a, input")].some(l => %s)`, wanted))
	for n := 1; n < 400; n++ {
		if err := chromedp.Do(b, chromedp.KeyEvent(kb.Tab)); err != nil {
			t.Fatal(err)
		}
		there, err := chromedp.Run(b, chromedp.Evaluate[string](fmt.Sprintf(`(() => {
			const l = document.activeElement;
			if (!l || l === document.body || !(%s)) return "";
			const box = l.getBoundingClientRect(), look = getComputedStyle(l);
			const seen = box.width > 0 && box.height > 0 && (look.outlineStyle !== "none" || look.boxShadow !== "none" || look.backgroundColor !== "rgba(0, 0, 0, 0)");
			return seen ? "seen" : "not to be seen";
		})()`, wanted)))
		if err != nil {
			t.Fatal(err)
		}
		if there == "seen" {
			return n
		}
		if there != "" {
			t.Fatalf("the focus is on %s and cannot be seen", wanted)
		}
	}
	t.Fatalf("the keyboard does not reach %s", wanted)
	return 0
}
