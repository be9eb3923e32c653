//go:build browser

package browser

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
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
	lists, texts := &shape.Lists{Summary: shape.Summary{Workloads: map[string]int{}}}, new(site.Texts)
	for i := range workloads {
		w := one(i)
		lists.Summary.Workloads[w.Status.State]++
		lists.Courses = append(lists.Courses, course(w.ID, i, w.Status.State))
		lists.Workloads = append(lists.Workloads, w.Row())
		texts.Add(shape.Ref{Kind: "workload", ID: w.ID, Name: w.Name}, site.Words(w))
	}
	dir := t.TempDir()
	portal, err := site.New(site.Frame{Origin: shape.Origin{AsOf: calendar.MustParse(asOf), Profile: shape.Internal}}, look, site.Config{})
	if err != nil {
		t.Fatal(err)
	}
	put := func(f site.File) error {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		return os.WriteFile(name, f.Data, 0o644)
	}
	parts := texts.Parts()
	for _, part := range parts {
		if err := put(part.File()); err != nil {
			t.Fatal(err)
		}
	}
	if err := portal.Lists(lists, parts, site.Each(put)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// one is one of many workloads.
func one(i int) *shape.Workload {
	first := []string{"Imaging", "Pathology", "Referral", "Maternity", "Stroke", "Bed", "Virtual ward", "Screening", "Theatre", "Waiting list"}
	second := []string{"archive", "exchange", "letters", "planner", "dashboard", "registry", "assistant", "triage", "model", "scheduler"}
	states := []string{"blocked", "failing", "overdue", "incomplete", "gap", "met", "met", "met"}
	ods, state := fmt.Sprintf("Z%04d", i%200), states[i%len(states)]
	return &shape.Workload{
		ID: fmt.Sprintf("%s/system-%05d", ods, i), Name: fmt.Sprintf("%s %s %d", first[i%10], second[(i/10)%10], i),
		Organisation: shape.Ref{Kind: "organisation", ID: ods, Name: fmt.Sprintf("Trust of the %dth district", i%200)}, Type: "production", Phase: "live", Class: "III",
		Status: shape.Status{State: state, Sentence: "It stands as it stands, for a reason of some length that is told here.", Counts: map[string]int{state: 1}},
		DPIA:   &shape.DPIA{Title: "DPIA", HTML: "<p>" + essay(i) + "</p>"},
	}
}

// essay is as long as the longest DPIA of the sample: 725 words out of some thousand, a few of them often and most of them seldom. That of
// every 97th workload tells of “safeguarding”, too.
func essay(i int) string {
	dice := rand.New(rand.NewPCG(uint64(i), 36))
	often := rand.NewZipf(dice, 1.1, 8, 8000)
	syllables := []string{"da", "re", "con", "ta", "pro", "mi", "sys", "al", "en", "for", "ver", "lo", "sup", "ri", "an", "cu", "men", "tion", "ble", "ing"}
	words := make([]string, 725)
	for n := range words {
		for rank := often.Uint64() + 20; rank > 0; rank /= 20 {
			words[n] += syllables[rank%20]
		}
	}
	if i%97 == 0 {
		words[300] = "safeguarding"
	}
	return strings.Join(words, " ")
}

// holding counts those of many lists of words that hold all words of a question, as they are or as beginnings.
func holding(lists [][]string, question string) int {
	count := 0
	for _, words := range lists {
		if !slices.ContainsFunc(strings.Fields(question), func(asked string) bool {
			at, there := slices.BinarySearch(words, asked)
			return !there && (at == len(words) || !strings.HasPrefix(words[at], asked))
		}) {
			count++
		}
	}
	return count
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

// answers asks a question five times and gives how long the middle one took: the machine has other things to do.
func (b *tab) answers(t *testing.T, question string) float64 {
	t.Helper()
	times, err := chromedp.Run(b, chromedp.Evaluate[[]float64](fmt.Sprintf(`(async () => {
		const box = document.getElementById("search-words"), took = [];
		for (let i = 0; i < 5; i++) {
			box.value = %q;
			box.dispatchEvent(new Event("input"));
			await new Promise(done => setTimeout(done, 20));
			took.push(Number(document.getElementById("search").dataset.took));
		}
		return took.sort((a, b) => a - b);
	})()`, question), chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return times[2]
}

// answer is what the search page says of the answer.
const answer = `document.querySelector("#search [role=status]").textContent`

// readable has axe-core read what is shown now, in every look; nothing of it is wider than the screen.
func (b *tab) readable(t *testing.T, axe string) {
	t.Helper()
	usual := look{"usual", 1280, "", nil}
	for _, l := range append(slices.Clone(looks), usual) {
		b.wear(t, l)
		violations, err := b.axe(axe)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range violations {
			if l.media != "print" {
				t.Errorf("%s: %v", l.name, v)
			}
		}
		if width := b.ask(t, `String(document.documentElement.scrollWidth)`); l.media != "print" && width != fmt.Sprint(l.width) {
			t.Errorf("%s: is %s pixels wide", l.name, width)
		}
	}
}

// TestSearchInsideTexts looks for words of ten thousand impact assessments, over HTTP with a strict policy and from a folder.
func TestSearchInsideTexts(t *testing.T) {
	const workloads = 10000
	axe, err := os.ReadFile(tool(t, "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	dir := many(t, workloads)
	words := make([][]string, workloads)
	all := 0
	for i := range words {
		words[i] = strings.Fields(site.Words(one(i)))
		all += len(words[i])
	}
	parts, err := filepath.Glob(filepath.Join(dir, "search", "texts-*.js"))
	if err != nil || len(parts) < 2 {
		t.Fatalf("%d parts of texts, %v", len(parts), err)
	}
	raw, sent := 0, 0
	for _, name := range parts {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		raw, sent = raw+len(data), sent+len(zipped(data))
	}
	t.Logf("the texts have %d different words for each, %d bytes in %d parts, %d as hosts send them", all/workloads, raw, len(parts), sent)
	for name, base := range map[string]string{"http": serve(t, dir, strict), "file": "file://" + filepath.ToSlash(dir) + "/"} {
		t.Run(name, func(t *testing.T) {
			b := open(t)
			report(t, b.visit(base, "search.html"))
			if err := chromedp.Do(b, chromedp.KeyEvent("/"), chromedp.KeyEvent("imaging safeguarding")); err != nil {
				t.Fatal(err)
			}
			// What is in no name is not found, and the page offers to look further: by keyboard, as everything here.
			b.wait(t, answer+` === "0 found" && !document.querySelector(".muniment-look").hidden`)
			if scripts := b.ask(t, `String(document.querySelectorAll("head script[src*='search/texts-']").length)`); scripts != "0" {
				t.Errorf("%s parts of the texts were fetched before anybody asked for them", scripts)
			}
			b.readable(t, string(axe))
			b.ask(t, `(() => {
				const status = document.querySelector("#search [role=status]");
				window.saidSoFar = [];
				new MutationObserver(() => saidSoFar.push(status.textContent)).observe(status, {childList: true});
				return "";
			})()`)
			if err := chromedp.Do(b, chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab)); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `document.activeElement.id === "search-texts"`)
			began := b.ask(t, `String(performance.now())`)
			if err := chromedp.Do(b, chromedp.KeyEvent(" ")); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `document.querySelectorAll(".muniment-found li").length > 0`)
			t.Logf("%s: the texts are there after %s ms", name, b.ask(t, fmt.Sprintf(`(performance.now() - %s).toFixed(0)`, began)))
			if first := b.ask(t, `saidSoFar[0]`); first != "Fetching the texts of records…" {
				t.Errorf("while they came the page said %q", first)
			}
			if want, got := fmt.Sprint(holding(words, "imaging safeguarding"))+" found", b.ask(t, answer); got != want || want == "0 found" {
				t.Errorf("%s, want %s", got, want)
			}
			if lines := b.ask(t, `[...document.querySelectorAll(".muniment-found li")].map(l => String(/^Imaging/.test(l.textContent) && l.textContent.includes("found in its texts"))).join()`); strings.Contains(lines, "false") {
				t.Errorf("a result does not say that it was found in its texts: %s", lines)
			}
			b.readable(t, string(axe))
			for _, q := range []string{"imaging safeguarding", "safegarding", "tadare", "recon con trust", "re ta pro mi", "a"} {
				took := b.answers(t, q)
				t.Logf("%s: %q took %.1f ms inside texts, %s", name, q, took, b.ask(t, answer))
				if took > busy*mostAnswer {
					t.Errorf("%q took %.1f ms", q, took)
				}
				if q == "safegarding" {
					q = "safeguarding" // a slip of the pen
				}
				count, _, _ := strings.Cut(b.ask(t, answer), " ")
				if want := fmt.Sprint(holding(words, q)); count != want {
					t.Errorf("%q: %s found, want %s", q, count, want)
				}
			}
			// What a name alone tells comes first, and does not say that it was in texts.
			b.answers(t, "imaging archive 4600")
			if got := b.ask(t, `document.querySelector(".muniment-found li").textContent`); !strings.HasPrefix(got, "Imaging archive 4600") || strings.Contains(got, "texts") {
				t.Errorf("the first is %q", got)
			}
			// The address brings the answer back.
			b.answers(t, "safeguarding")
			where := b.ask(t, `location.search + location.hash`)
			if !strings.Contains(where, "texts=1") {
				t.Errorf("the address does not hold that texts were looked into: %s", where)
			}
			b.forget()
			if err := chromedp.Do(b, chromedp.Navigate("about:blank"), chromedp.Navigate(base+"search.html"+strings.Replace(where, "q=safeguarding", "q=safeguarding&state=gap", 1))); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `document.getElementById("search-texts").checked && document.querySelectorAll(".muniment-found li").length > 0`)
			if states := b.ask(t, `[...new Set([...document.querySelectorAll(".muniment-found strong")].map(s => s.textContent))].join()`); states != "Gap" {
				t.Errorf("states shown: %s", states)
			}
			// The offer ticks the box, and leaves the focus where one goes on.
			b.forget()
			if err := chromedp.Do(b, chromedp.Navigate("about:blank"), chromedp.Navigate(base+"search.html"+strings.Replace(where, "&texts=1", "", 1))); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `!document.querySelector(".muniment-look").hidden`)
			b.ask(t, `(() => { document.querySelector(".muniment-look").focus(); return "" })()`)
			if err := chromedp.Do(b, chromedp.KeyEvent(kb.Enter)); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `document.querySelectorAll(".muniment-found li").length > 0`)
			b.wait(t, `document.getElementById("search-texts").checked && document.activeElement.id === "search-words" && document.querySelector(".muniment-look").hidden`)
			report(t, b.heard(base, "search.html"))
		})
	}
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
				took := b.answers(t, q)
				t.Logf("%s: %q took %.1f ms, %s", name, q, took, b.ask(t, answer))
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
