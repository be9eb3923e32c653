package wording

import (
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/themes"
)

func TestTheEnglishCatalogue(t *testing.T) {
	t.Parallel()
	c, err := read("en-GB", english)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range c.IDs() {
		if text := c.messages[id].forms[0]; strings.TrimSpace(text) != text {
			t.Errorf("%s begins or ends with a space: where it stands is for the page to say", id)
		}
	}
}

// spoken says a phrase, with what is given to its places in their order.
func spoken(p *Phrase, n int, values ...string) string {
	var b strings.Builder
	for _, part := range p.Parts(n) {
		b.WriteString(part.HTML)
		switch {
		case part.Place >= 0 && part.Ends:
			b.WriteString("</" + values[part.Place] + ">")
		case part.Place >= 0:
			b.WriteString(values[part.Place])
		}
	}
	return b.String()
}

func TestAMessageIsSaidWithItsPlaces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim, text, want string
		places            []string
	}{
		{"a bracket that is no mark", "fewer < more", "", nil},
		{"without places", "Nothing there", "Nothing there", nil},
		{"a text", "Made by {tool}.", "Made by 1.", []string{"tool"}},
		{"a place at either end", "{tool} of {day}", "1 of 2", []string{"tool", "day"}},
		{"places in another order than their values", "{day}: {tool}", "2: 1", []string{"tool", "day"}},
		{"a place twice", "{tool}, {tool}", "1, 1", []string{"tool"}},
		{"a span", "See <link>that</link>.", "See 1that</1>.", []string{"link"}},
		{"a place in a span", "<link>{tool} here</link>", "12 here</1>", []string{"link", "tool"}},
		{"emphasis", "<strong>None</strong> of {tool}", "<strong>None</strong> of 1", []string{"tool"}},
		{"what markup is made of", `it’s "A&B"`, "it’s &#34;A&amp;B&#34;", nil},
	} {
		t.Run(c.claim, func(t *testing.T) {
			t.Parallel()
			catalogue, err := read("en-GB", fmt.Appendf(nil, "message = %q\n", c.text))
			if c.want == "" {
				if err == nil {
					t.Error("it is taken for a message")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			p, err := catalogue.Phrase("message", c.places...)
			if err != nil {
				t.Fatal(err)
			}
			if got := spoken(p, 0, "1", "2"); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestAUseThatDoesNotFitIsFound(t *testing.T) {
	t.Parallel()
	c, err := read("en-GB", []byte("made = \"Made on {date}.\"\nsee = \"See <link>that</link>.\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range []struct {
		claim, id string
		places    []string
		want      string
	}{
		{"no such message", "mad", nil, "no message mad"},
		{"a place without a value", "made", nil, "place {date} that gets no value"},
		{"a value without a place", "made", []string{"date", "tool"}, "no place {tool}"},
		{"a span that nothing surrounds", "see", nil, "place {link} that gets no value"},
	} {
		if _, err := c.Phrase(u.id, u.places...); err == nil || !strings.Contains(err.Error(), u.want) {
			t.Errorf("%s: %v, want %q", u.claim, err, u.want)
		}
	}
}

func TestAFileThatIsNotWellFormedIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ claim, file, want string }{
		{"not TOML", "a = ", "toml"},
		{"a message twice", "a = \"x\"\na = \"y\"\n", "already"},
		{"no form for other", "a.one = \"x\"\n", "“other”"},
		{"a span that does not end", "a = \"<link>x\"\n", "<link> does not end"},
		{"an end without a beginning", "a = \"x</link>\"\n", "</link> ends nothing"},
		{"spans that cross", "a = \"<link><b>x</link></b>\"\n", "</link> ends nothing"},
		{"a bracket that is none of them", "a = \"{Count} x\"\n", "bracket"},
	} {
		if _, err := read("en-GB", []byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.claim, err, c.want)
		}
	}
	if _, err := read("Welsh", nil); err == nil {
		t.Error("Welsh is taken for a language of BCP 47; it is cy")
	}
}

// welsh is enough of a translation to show what one does. Its words are for the test.
const welsh = `
[overview]
heading = "Beth sydd angen sylw"
more.zero = "Dim llwyth arall"
more.one = "Un llwyth arall"
more.two = "{count} lwyth arall"
more.few = "{count} llwyth arall, ychydig"
more.many = "{count} llwyth arall, llawer"
more.other = "{count} o lwythi eraill"

[month]
3 = "Mawrth"
`

func TestATranslationHasItsOwnFormsAndFallsBack(t *testing.T) {
	t.Parallel()
	c, err := Translation("cy", []byte(welsh))
	if err != nil {
		t.Fatal(err)
	}
	more, err := c.Phrase("overview.more", "count")
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{
		0: "Dim llwyth arall", 1: "Un llwyth arall", 2: "2 lwyth arall", 3: "3 llwyth arall, ychydig", 6: "6 llwyth arall, llawer", 4: "4 o lwythi eraill",
		100: "100 o lwythi eraill", 106: "106 o lwythi eraill",
	} {
		if got := spoken(more, n, fmt.Sprint(n)); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	// What it lacks is English, with the forms of English.
	english, err := c.Phrase("workloads.worst-first", "count")
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{1: "1 workload, the worst first.", 2: "2 workloads, the worst first."} {
		if got := spoken(english, n, fmt.Sprint(n)); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	missing := c.Missing()
	if len(missing) != len(English().IDs())-3 || slices.Contains(missing, "overview.heading") || !slices.Contains(missing, "month.4") {
		t.Errorf("%d messages are missing of %d", len(missing), len(English().IDs()))
	}
	if len(English().Missing())+len(English().Unknown()) > 0 {
		t.Error("English lacks something")
	}
}

func TestATranslationMayHaveMoreThanEnglish(t *testing.T) {
	t.Parallel()
	c, err := Translation("cy", []byte("[overview]\nheadline = \"x\"\n[choice]\nnewest-type = \"y\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"overview.headline"}, c.Unknown()); diff != "" {
		t.Errorf("unknown (-want +got):\n%s", diff)
	}
	if _, err := c.Phrase("choice.newest-type"); err != nil {
		t.Error(err)
	}
	if _, err := c.Phrase("overview.headline"); err == nil {
		t.Error("what English has not can be said")
	}
}

func TestATranslationKeepsToItsOriginal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ claim, file, want string }{
		{"a place that English has not", "[overview]\nheading = \"{date}\"\n", "{date}"},
		{"a place that is missing", "[layout]\nas-of = \"x\"\n", "lacks the place {date}"},
		{"a link that is missing", "[layout]\nmade-whole = \"x\"\n", "lacks the place {link}"},
		{"the number of things that is missing", "[overview]\nmore.other = \"x\"\n", "lacks the place {count}"},
		{"a form that leaves a value out", "[overview]\ngood.one = \"{count}\"\ngood.other = \"{count} {date}\"\n", "lacks the place {date}"},
	} {
		if _, err := Translation("cy", []byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.claim, err, c.want)
		}
	}
}

func TestAScriptFindsItsWordsInAttributes(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, a := range English().Script("days") {
		if _, taken := got[a.Name]; taken {
			t.Errorf("%s is there twice", a.Name)
		}
		got[a.Name] = a.Text
	}
	for name, want := range map[string]string{
		"data-move": "Move the day", "data-there-one": "{count} workload on record on this day.", "data-state-not-applicable": "Not applicable",
		"data-date": "{day} {month} {year}", "data-months": "January|February|March|April|May|June|July|August|September|October|November|December",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}

// scriptSays finds what a script says, with the places that it gives.
var (
	scriptSays   = regexp.MustCompile(`say\("([A-Za-z]+)"(?:, \{ ([^}]*) \})?\)`)
	scriptPlaces = regexp.MustCompile(`([a-z]+)(?:: [^,]*(?:\([^)]*\))?[^,]*)?(?:, |$)`)
	upper        = regexp.MustCompile(`[A-Z]`)
)

func TestScriptsSayWhatTheCatalogueHas(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"portal", "search", "days"} {
		source, err := fs.ReadFile(themes.FS, "nhs/src/"+script+".js")
		if err != nil {
			t.Fatal(err)
		}
		said := map[string]bool{}
		for _, found := range scriptSays.FindAllStringSubmatch(string(source), -1) {
			name := upper.ReplaceAllStringFunc(found[1], func(s string) string { return "-" + strings.ToLower(s) })
			id := "scripts-" + script + "." + name
			if state, ok := strings.CutPrefix(name, "state-"); ok {
				id = "state." + state
			}
			said[id] = true
			var places []string
			for _, place := range scriptPlaces.FindAllStringSubmatch(found[2], -1) {
				places = append(places, place[1])
			}
			if _, err := English().Phrase(id, places...); err != nil {
				t.Errorf("%s.js: %s: %v", script, found[0], err)
			}
		}
		var unused []string
		for _, key := range English().Under("scripts-" + script) {
			if id := "scripts-" + script + "." + key; !said[id] {
				unused = append(unused, id)
			}
		}
		if diff := cmp.Diff([]string(nil), unused); diff != "" {
			t.Errorf("nothing in %s.js says:\n%s", script, diff)
		}
	}
}
