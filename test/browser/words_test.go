//go:build browser

package browser

import (
	"encoding/json"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"

	"example.org/muniment/themes"
)

var (
	message = regexp.MustCompile(`(?m) = ".*"$`)
	letters = regexp.MustCompile(`\{[a-z]+\}|</?[a-z]+>|[A-Za-z]`)
	// recorded is what evidence of this portal says: names, ids, choices, and the sentence of each status.
	recorded = regexp.MustCompile(`^(?:[A-Z][a-z ]+ [a-z]+ \d+|Z\d{4}(?:/system-\d{5})?|(?:ж+ · )?Trust (?:of the \d+th district|Z\d{4})(?: · [ж ]+)?|III|Production|live|It stands as it stands, .*)$`)
)

// veiled is the NHS theme with a translation in which no letter is one of English.
func veiled(t *testing.T) fs.FS {
	t.Helper()
	nhs, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	err = fs.WalkDir(nhs, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(nhs, name)
		files[name] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	english, err := os.ReadFile("../../internal/wording/en.toml")
	if err != nil {
		t.Fatal(err)
	}
	files["cy.toml"] = &fstest.MapFile{Data: message.ReplaceAllFunc(english, func(text []byte) []byte {
		return letters.ReplaceAllFunc(text, func(found []byte) []byte {
			if len(found) > 1 {
				return found
			}
			return []byte("ж")
		})
	})}
	files["theme.json"].Data = []byte(strings.Replace(string(files["theme.json"].Data), "{", `{"language": "cy", "words": "cy.toml",`, 1))
	return files
}

// said gathers what a page says: texts, also of choices that are folded, and what it says to screen readers.
const said = `JSON.stringify([...document.body.querySelectorAll("*")].flatMap(e => e.matches("script, noscript, code") ? [] :
	[...[...e.childNodes].filter(n => n.nodeType === 3).map(n => n.data), e.getAttribute("aria-label"), e.getAttribute("aria-valuetext"), e.getAttribute("data-label")]).filter(Boolean))`

// TestScriptsSayNothingOfTheirOwn: in a portal of another language they say nothing in English.
func TestScriptsSayNothingOfTheirOwn(t *testing.T) {
	base := serve(t, manyIn(t, veiled(t), 500), strict)
	tab := open(t)
	for _, c := range []struct{ page, ready, act string }{
		{"search.html", `document.getElementById("search-words")`, ""},
		{"search.html?q=pathology&state=failing", `document.querySelectorAll(".muniment-found li").length > 1`, ""},
		{"search.html?q=safeguarding", `!document.querySelector(".muniment-look").hidden`, ""},
		{"search.html?q=safeguarding&texts=1", `document.querySelectorAll(".muniment-found li").length > 1`, ""},
		{"any-day.html", `document.querySelectorAll("#days tbody tr").length > 1`, ""},
		{"any-day.html?day=2024-06-01&state=failing", `document.querySelectorAll("#days tbody tr").length > 1`, ""},
		{"any-day.html", `document.querySelector("#days-day").value === ""`, `(() => { const d = document.getElementById("days-day"); d.value = ""; d.dispatchEvent(new Event("input")); })()`},
		{"workloads.html", `document.querySelector(".muniment-filter__count").textContent`, ""},
		{"workloads.html?workloads.words=archive", `document.querySelector("tbody tr[hidden]")`, ""},
	} {
		if err := chromedp.Do(tab, chromedp.Navigate(base+c.page)); err != nil {
			t.Fatal(err)
		}
		if c.act != "" {
			tab.wait(t, `document.querySelectorAll("#days tbody tr").length > 1`)
			tab.ask(t, c.act+`, ""`)
		}
		tab.wait(t, c.ready)
		var texts []string
		if err := json.Unmarshal([]byte(tab.ask(t, said)), &texts); err != nil {
			t.Fatal(err)
		}
		veiled := 0
		for _, text := range texts {
			text = strings.TrimSpace(text)
			if strings.Contains(text, "ж") {
				veiled++
			}
			if regexp.MustCompile(`[A-Za-z]{2}`).MatchString(text) && !recorded.MatchString(text) {
				t.Errorf("%s says %q", c.page, text)
			}
		}
		if veiled < 20 {
			t.Errorf("%s says only %d things in its language", c.page, veiled)
		}
	}
}
