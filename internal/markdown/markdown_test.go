package markdown_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/markdown"
)

// sample is a valid document in the shape people write: every permitted construct once.
const sample = `# Data protection impact assessment

Owner: *imaging lead*, **not** the ~~vendor~~ supplier. See [step 2](#step-2-describe-the-processing).

## Step 1: identify the need

Large-scale use of images.
Second line\
after a break.

- [x] asked the IG lead
- [ ] asked the clinicians
  1. nested
  2. again

3. three
4. four

> Quoted advice, &pound;5 &amp; more.

## Step 2: describe the processing

| System | Rows |
|:-------|-----:|
| PACS   | 12   |
| a \| b |      |

Term
: Its meaning.

![Where the data flows](files/flow.png) and [the contract](../contracts/pacs.yaml),
<https://example.org/a?b=1&c=2>, <ig@example.org>, [the register][reg].

[reg]: https://example.org/register

### Detail

~~~text
<b>code & more</b>
~~~

    indented

***

## Step 2: describe the processing
`

func TestAWholeDocumentBecomesSafeHTML(t *testing.T) {
	doc, findings := markdown.Parse("dpia.md", []byte(sample), 10, markdown.Options{})
	if len(findings) > 0 {
		t.Fatalf("findings in a valid document: %v", findings)
	}
	want := `<h2 id="s-data-protection-impact-assessment">Data protection impact assessment</h2>
<p>Owner: <em>imaging lead</em>, <strong>not</strong> the <del>vendor</del> supplier. See <a href="#s-step-2-describe-the-processing">step 2</a>.</p>
<h3 id="s-step-1-identify-the-need">Step 1: identify the need</h3>
<p>Large-scale use of images.
Second line<br>
after a break.</p>
<ul>
<li>
<span class="muniment-task">Done: </span>asked the IG lead
</li>
<li>
<span class="muniment-task">To do: </span>asked the clinicians
<ol>
<li>
nested
</li>
<li>
again
</li>
</ol>
</li>
</ul>
<ol start="3">
<li>
three
</li>
<li>
four
</li>
</ol>
<blockquote>
<p>Quoted advice, £5 &amp; more.</p>
</blockquote>
<h3 id="s-step-2-describe-the-processing">Step 2: describe the processing</h3>
<div class="muniment-scroll" role="region" aria-label="Table 1" tabindex="0"><table>
<thead>
<tr>
<th scope="col">System</th>
<th scope="col" class="muniment-right">Rows</th>
</tr>
</thead>
<tbody>
<tr>
<td>PACS</td>
<td class="muniment-right">12</td>
</tr>
<tr>
<td>a | b</td>
<td class="muniment-right"></td>
</tr>
</tbody>
</table></div>
<dl>
<dt>Term</dt>
<dd>
Its meaning.
</dd>
</dl>
<p><img src="files/flow.png" alt="Where the data flows"> and <a href="../contracts/pacs.yaml">the contract</a>,
<a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>, <a href="mailto:ig@example.org">ig@example.org</a>, <a href="https://example.org/register">the register</a>.</p>
<h4 id="s-detail">Detail</h4>
<pre><code>&lt;b&gt;code &amp; more&lt;/b&gt;
</code></pre>
<pre><code>indented
</code></pre>
<hr>
<h3 id="s-step-2-describe-the-processing-1">Step 2: describe the processing</h3>
`
	if diff := cmp.Diff(want, doc.HTML()); diff != "" {
		t.Errorf("HTML (-want +got):\n%s", diff)
	}
	assertSafe(t, doc)
}

func TestHeadingsAndLinksKeepTheirPlaces(t *testing.T) {
	doc, _ := markdown.Parse("dpia.md", []byte(sample), 10, markdown.Options{})
	wantHeadings := []markdown.Heading{
		{Level: 1, Text: "Data protection impact assessment", ID: "s-data-protection-impact-assessment", Line: 10},
		{Level: 2, Text: "Step 1: identify the need", ID: "s-step-1-identify-the-need", Line: 14},
		{Level: 2, Text: "Step 2: describe the processing", ID: "s-step-2-describe-the-processing", Line: 30},
		{Level: 3, Text: "Detail", ID: "s-detail", Line: 45},
		{Level: 2, Text: "Step 2: describe the processing", ID: "s-step-2-describe-the-processing-1", Line: 55},
	}
	if diff := cmp.Diff(wantHeadings, doc.Headings); diff != "" {
		t.Errorf("headings (-want +got):\n%s", diff)
	}
	wantLinks := []markdown.Link{
		{Target: "#s-step-2-describe-the-processing", Line: 12, Column: 61},
		{Target: "files/flow.png", Image: true, Line: 40, Column: 1},
		{Target: "../contracts/pacs.yaml", Line: 40, Column: 45},
		{Target: "https://example.org/a?b=1&c=2", Line: 41, Column: 1},
		{Target: "mailto:ig@example.org", Line: 41, Column: 34},
		{Target: "https://example.org/register", Line: 41, Column: 52},
	}
	if diff := cmp.Diff(wantLinks, doc.Links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

func TestSectionsHoldWhatStandsUnderAHeading(t *testing.T) {
	const body = "before\n\n# One\n\ntext *one*\n\n## Inner\n\n- item\n\n> ## Quoted heading\n> quoted\n\n# Two\n\n## Only a heading\n\n# Picture\n\n![alt](a.png)\n\n# Three\nlast"
	doc, findings := markdown.Parse("a.md", []byte(body), 1, markdown.Options{})
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	got := map[string]string{}
	for _, s := range doc.Sections {
		got[s.Text] = s.Body
	}
	want := map[string]string{
		"One": "text one\nitem\nquoted", "Inner": "item\nquoted", "Two": "", "Only a heading": "", "Picture": "", "Three": "last",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sections (-want +got):\n%s", diff)
	}
	if s := doc.Section("  only A  Heading "); s == nil || s.Line != 16 {
		t.Errorf("Section does not fold case and spaces: %v", s)
	}
	if doc.Section("absent") != nil {
		t.Error("Section invents a section")
	}
	if want := "before\nOne\ntext one\nInner\nitem\nQuoted heading\nquoted\nTwo\nOnly a heading\nPicture\nalt\nThree\nlast"; doc.Text() != want {
		t.Errorf("Text() = %q, want %q", doc.Text(), want)
	}
}

func TestHeadingLevels(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		top        int
		want       []string
	}{
		{"a document with its own title moves below the page's", "# a\n## b\n", 0, []string{"h2", "h3"}},
		{"a document that begins at level 2 stays there", "## a\n### b\n", 0, []string{"h2", "h3"}},
		{"the caller may ask for a lower start", "# a\n## b\n", 4, []string{"h4", "h5"}},
		{"the lowest level is 6", "# a\n###### b\n", 3, []string{"h3", "h6"}},
		{"underlined headings count too", "a\n===\nb\n---\n", 0, []string{"h2", "h3"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, _ := markdown.Parse("a.md", []byte(tt.body), 1, markdown.Options{TopHeading: tt.top})
			var got []string
			for _, name := range elements(t, doc.HTML()) {
				if strings.HasPrefix(name, "h") {
					got = append(got, name)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeadingIDsAreUniqueAndShadowNothing(t *testing.T) {
	doc, _ := markdown.Parse("a.md", []byte("# location\n# cookie\n# a\n# a\n# a-1\n# a\n# ???\n# Übung 1\n"), 1, markdown.Options{})
	var got []string
	for _, h := range doc.Headings {
		got = append(got, h.ID)
	}
	want := []string{"s-location", "s-cookie", "s-a", "s-a-1", "s-a-1-1", "s-a-2", "s-section", "s-übung-1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRefused(t *testing.T) {
	many := strings.Repeat
	for _, tt := range []struct {
		name, body string
		want       string // line:column code, one a line
	}{
		{"a tag inside a line", "ä text <b>bold</b>", "1:8 raw-html\n1:15 raw-html"},
		{"a block of HTML", "text\n\n  <div>\nx\n</div>\n", "3:3 raw-html"},
		{"a comment that never closes swallows nothing", "a\n\n<!-- hidden\n\nR2 critical, unaccepted\n", "3:1 raw-html"},
		{"a comment inside a line", "a <!-- b --> c", "1:3 raw-html"},
		{"a script that never closes", "<script>\nalert(1)\n", "1:1 raw-html"},
		{"a style", "<style>\np{}\n", "1:1 raw-html"},
		{"a processing instruction", "<?php\n", "1:1 raw-html"},
		{"a declaration", "<!DOCTYPE html>\n", "1:1 raw-html"},
		{"CDATA", "<![CDATA[\nx\n", "1:1 raw-html"},
		{"HTML in an image description", "![<b>x](a.png)", "1:3 raw-html"},

		{"javascript", "[a](javascript:alert(1))", "1:1 link-scheme"},
		{"javascript in mixed case", "[a](JaVaScRiPt:alert(1))", "1:1 link-scheme"},
		{"javascript through an entity", "[a](javascript&colon;alert(1))", "1:1 link-scheme"},
		{"javascript through a numeric entity", "[a](&#106;avascript:alert(1))", "1:1 link-scheme"},
		{"javascript through a hexadecimal entity", "[a](&#x6A;avascript:alert(1))", "1:1 link-scheme"},
		{"javascript through an escape", `[a](javascript\:alert(1))`, "1:1 link-scheme"},
		{"javascript split by a tab", "[a](java&Tab;script:alert(1))", "1:1 link-unsafe"},
		{"javascript split by a line feed", "[a](java&NewLine;script:alert(1))", "1:1 link-unsafe"},
		{"javascript after a control character", "[a](&#1;javascript:alert(1))", "1:1 link-unsafe"},
		{"javascript after a space", "[a](<  javascript:alert(1)>)", "1:1 link-unsafe"},
		{"javascript in angle brackets", "<javascript:alert(1)>", "1:1 link-scheme"},
		{"javascript in a definition", "[a][b]\n\n[b]: javascript:alert(1)\n", "1:1 link-scheme"},
		{"vbscript", "[a](vbscript:x)", "1:1 link-scheme"},
		{"data", "[a](data:text/html,x)", "1:1 link-scheme"},
		{"a data image", "![a](data:image/png;base64,AAAA)", "1:1 image-remote"},
		{"file", "[a](file:///etc/passwd)", "1:1 link-scheme"},
		{"smb", "[a](smb://host/share)", "1:1 link-scheme"},
		{"search-ms", "[a](search-ms:query=x)", "1:1 link-scheme"},
		{"ms-msdt", "[a](ms-msdt:/id)", "1:1 link-scheme"},
		{"plain http", "[a](http://example.org/)", "1:1 link-scheme"},
		{"protocol-relative", "[a](//evil.example/x)", "1:1 link-unsafe"},
		{"backslashes", `[a](\\\\host\\share)`, "1:1 link-unsafe"},
		{"a backslash through an entity", "[a](&bsol;&bsol;host)", "1:1 link-unsafe"},
		{"from the root", "[a](/etc/passwd)", "1:1 link-unsafe"},
		{"a name before the site", "[a](https://good.example@evil.example/)", "1:1 link-unsafe"},
		{"a site in letters that look alike", "[a](https://ехample.org/)", "1:1 link-unsafe"},
		{"no site", "[a](https:///x)", "1:1 link-unsafe"},
		{"a bad escape", "[a](a%zz.md)", "1:1 link-unsafe"},
		{"an override in an address", "[a](a&#x202e;b.md)", "1:1 link-unsafe"},
		{"no address", "[a]()", "1:1 link-unsafe"},
		{"only #", "[a](#)", "1:1 link-unsafe"},
		{"words that name another site", "[https://good.example/x](https://evil.example/x)", "1:1 link-misleading"},
		{"words that name another site without a scheme", "[www.good.example](https://evil.example/)", "1:1 link-misleading"},
		{"no words", "a [](https://example.org/)", "1:3 link-empty"},
		{"an anchor that no heading has", "# One\n\n[a](#two)", "3:1 link-anchor"},

		{"a remote image", "![a](https://example.org/a.png)", "1:1 image-remote"},
		{"a protocol-relative image", "![a](//example.org/a.png)", "1:1 link-unsafe"},
		{"an image by address", "![a](http://169.254.169.254/)", "1:1 image-remote"},
		{"an image of an anchor", "# a\n\n![a](#a)", "3:1 link-unsafe"},
		{"an image without a description", "![](a.png)", "1:1 image-no-description"},

		{"a definition that nothing uses", "a\n\n[b]: https://example.org/\n", "3:1 text-not-shown"},
		{"a comment in the form of a definition", "a\n\n[//]: # (R2 is critical)\n", "3:1 text-not-shown"},
		{"a second definition of the same name", "[b]\n\n[b]: a.md\n[B]: c.md\n", "4:1 text-not-shown"},
		{"a footnote of one word", "a[^1]\n\n[^1]: hidden\n", "3:1 text-not-shown"},
		{"a link title", `[a](b.md "hidden")`, "1:1 text-not-shown"},
		{"a title in a definition", "[a]\n\n[a]: b.md 'hidden'\n", "1:1 text-not-shown"},
		{"a link inside an image description", "![a [b](c.md)](a.png)", "1:1 text-not-shown"},
		{"cells beyond the header's", "| a |\n|---|\n| b | hidden |\n", "3:7 text-not-shown"},
		{"words after a fence", "~~~text hidden words\nx\n~~~\n", "1:4 text-not-shown"},
		{"a heading without words", "#\n\ntext", "1:1 heading-empty"},

		{"an override", "ab\u202ecd", "1:3 hidden-character"},
		{"an override as an entity", "ä &#x202e;cd", "1:3 hidden-character"},
		{"an override as a decimal entity", "a\nb &#8238; cd", "2:3 hidden-character"},
		{"a zero-width space by name", "pay&ZeroWidthSpace;roll", "1:4 hidden-character"},
		{"a soft hyphen by name", "pay&shy;roll", "1:4 hidden-character"},
		{"a tag character", "a\U000E0041", "1:2 hidden-character"},
		{"a bell as an entity", "a&#7;", "1:2 hidden-character"},
		{"a line separator", "a\u2028b", "1:2 hidden-character"},
		{"a lone carriage return", "a\rb", "1:2 hidden-character"},
		{"NUL", "a\x00b", "1:2 hidden-character"},
		{"hidden in code", "`a\u200bb`", "1:3 hidden-character"},
		{"hidden in a fence", "~~~\na\u200bb\n~~~\n", "2:2 hidden-character"},
		{"hidden in an image description", "![a\u200bb](a.png)", "1:4 hidden-character"},
		{"bytes that are not UTF-8", "a\xffb", "1:2 not-utf8"},

		{"a body that is too large", many("a ", 200_000), "1:1 limit-size"},
		{"a table that is too wide", "x\n\n" + many("|a", 70) + "\n" + many("|-", 70) + "\n", "4:1 limit-columns"},
		{"tables with too many cells", many("|a", 60) + "|\n" + many("|-", 60) + "|\n" + many("x\n", 400), "168:1 limit-cells"},
		{"quotations inside one another", many(">", 100) + " a", "1:1 limit-nesting"},
		{"lists inside one another", many("- + ", 50) + "a", "1:1 limit-nesting"},
		{"lists inside one another by indentation", indented(60), "40:81 limit-nesting"},
		{"emphasis inside itself", many("**a *b ", 100) + many("c* d** ", 100), "1:276 limit-nesting"},
		{"links that never close", many("[a](", 50_000), "1:1 limit-markup"},
		{"marks that never match", many("*a_ ", 50_000), "1:1 limit-markup"},
		{"brackets that never close", many("![", 50_000), "1:1 limit-markup"},
		{"definitions without end", many("[a]: b\n", 30_000), "501:1 limit-references"},
		{"a definition used without end", "[a]: " + many("x", 60_000) + "\n\n" + many("[a]\n\n", 15_000), "95:2 limit-output"},
		{"more findings than anybody reads", many("<b>\n\n", 100), listed(50, "raw-html") + "101:1 limit-findings"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			doc, findings := markdown.Parse("a.md", []byte(tt.body), 1, markdown.Options{})
			if got := brief(findings); got != tt.want {
				t.Errorf("findings:\n%s\nwant:\n%s", got, tt.want)
			}
			for _, f := range findings {
				if f.Path != "a.md" || f.Severity != finding.Error || f.Message == "" || f.Remedy == "" {
					t.Errorf("unfinished finding %+v", f)
				}
			}
			assertSafe(t, doc)
		})
	}
}

func listed(n int, code string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d:1 %s\n", 2*i+1, code)
	}
	return b.String()
}

func indented(depth int) string {
	var b strings.Builder
	for i := range depth {
		fmt.Fprintf(&b, "%s- a\n", strings.Repeat("  ", i))
	}
	return b.String()
}

// What looks like the refused, but is honest.
func TestAccepted(t *testing.T) {
	for name, body := range map[string]string{
		"a comparison":                      "a < b and c > d, 5 <6",
		"HTML in code":                      "`<b>` and\n\n    <script>\n",
		"a long rule":                       strings.Repeat("- ", 200) + "\n\n" + strings.Repeat("*", 300),
		"a long underline":                  "Title\n" + strings.Repeat("=", 300),
		"a table with long delimiters":      "|a|b|\n|" + strings.Repeat("-", 200) + ":|:" + strings.Repeat("-", 200) + "|\n|c|d|\n",
		"a row that is short of cells":      "|a|b|\n|-|-|\n|c|\n",
		"rows without outer pipes":          "a | b\n--|--\nc | d\n",
		"an empty last cell":                "|a|b|\n|-|-|\n|c| |\n|e||\n",
		"a file name with spaces":           "[a](<my file.pdf>)",
		"a link to another file's heading":  "[a](../b/dpia.md#risk)",
		"a link that names its own site":    "[https://www.example.org/x](https://example.org/x)",
		"an image as the words of a link":   "[![logo](a.png)](https://example.org/)",
		"an emoji with its selector":        "done \u2714\ufe0f",
		"a non-breaking space":              "5&nbsp;years",
		"an ampersand on its own":           "R&D; a &nosuchentity; &#xZZ;",
		"windows line ends":                 "# a\r\n\r\nb\r\n",
		"nothing":                           "",
		"other scripts":                     "# العربية\n\nمرحبا 你好\n",
		"a thousand short links":            strings.Repeat("[a](b.md) text text\n\n", 1000),
		"a long list":                       strings.Repeat("- *one* [two](three.md) `four`\n", 2000),
		"a reference used in other letters": "[a][REG]\n\n[reg]: https://example.org/\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, findings := markdown.Parse("a.md", []byte(body), 1, markdown.Options{})
			if len(findings) > 0 {
				t.Errorf("findings:\n%s", brief(findings))
			}
			assertSafe(t, doc)
		})
	}
}

func TestRefusedTextStaysVisible(t *testing.T) {
	doc, _ := markdown.Parse("a.md", []byte("<!-- R2\n\ncritical --> [open](javascript:x) <b>it</b>\n"), 1, markdown.Options{})
	for _, word := range []string{"R2", "critical", "open", "it"} {
		if !strings.Contains(doc.Text(), word) {
			t.Errorf("%q has disappeared from %q", word, doc.Text())
		}
	}
	if strings.Contains(doc.HTML(), "<a") || strings.Contains(doc.HTML(), "<b") {
		t.Errorf("refused markup is on the page: %s", doc.HTML())
	}
}

func TestTheCallerDecidesWhereRelativeTargetsLead(t *testing.T) {
	doc, _ := markdown.Parse("a.md", []byte("# x\n[a](b.md) [c](d.md) ![e](f.png) ![g \"h\"](i.png) [j](https://example.org/) [k](#x)"), 1, markdown.Options{})
	got := doc.HTMLWith(func(target string) string {
		return map[string]string{"b.md": `../b/"index".html`, "f.png": "../f.png"}[target]
	})
	want := `<h2 id="s-x">x</h2>
<p><a href="../b/%22index%22.html">a</a> <a>c</a> <img src="../f.png" alt="e"> [g &#34;h&#34;] <a href="https://example.org/">j</a> <a href="#s-x">k</a></p>
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("[a](javascript&colon;x) <b> &#x202e; ![x](y) [//]: # (z)\n\n[^1]: a\n")
	f.Add("> - 1. a\n>   - b\n\n| a | `\\|` |\n|---|---|\n| b | c | d |\n")
	f.Add("a\n: b\n: c\n\n[x]: y 'z'\n[x]\n***a**b*~~c~~\n===\n")
	f.Fuzz(func(t *testing.T, body string) {
		doc, findings := markdown.Parse("a.md", []byte(body), 1, markdown.Options{})
		for _, f := range findings {
			if f.Line < 1 || f.Line > strings.Count(body, "\n")+1 || f.Column < 1 {
				t.Errorf("finding outside the file: %v", f)
			}
		}
		if got, most := len(doc.HTML()), 20*len(body)+64<<10+4096; got > most {
			t.Errorf("%d bytes became %d", len(body), got)
		}
		assertSafe(t, doc)
		again, _ := markdown.Parse("a.md", []byte(body), 1, markdown.Options{})
		if again.HTML() != doc.HTML() || again.Text() != doc.Text() {
			t.Error("a second reading differs")
		}
	})
}

func brief(fs []finding.Finding) string {
	var lines []string
	for _, f := range fs {
		lines = append(lines, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Code))
	}
	return strings.Join(lines, "\n")
}

// allowed is the closed list of what a page may hold.
var allowed = map[string]string{
	"h1": "id", "h2": "id", "h3": "id", "h4": "id", "h5": "id", "h6": "id",
	"p": "", "blockquote": "", "ul": "", "ol": "start", "li": "", "pre": "", "code": "", "em": "", "strong": "", "del": "",
	"a": "href", "img": "src alt", "br": "", "hr": "", "div": "class role aria-label tabindex", "span": "class",
	"table": "", "thead": "", "tbody": "", "tr": "", "th": "scope class", "td": "class", "dl": "", "dt": "", "dd": "",
}

// assertSafe reads the HTML as a browser does. It checks every element, attribute and address against the closed list,
// that tags are balanced, and that the words on the page are the words that were checked.
func assertSafe(t *testing.T, doc *markdown.Document) {
	t.Helper()
	var open []string
	var words strings.Builder
	ids := map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(doc.HTML()))
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		token := z.Token()
		switch kind {
		case html.TextToken:
			words.WriteString(token.Data)
		case html.StartTagToken:
			attributes, ok := allowed[token.Data]
			if !ok {
				t.Fatalf("element <%s>", token.Data)
			}
			for _, a := range token.Attr {
				if !strings.Contains(" "+attributes+" ", " "+a.Key+" ") {
					t.Fatalf("attribute %s on <%s>", a.Key, token.Data)
				}
				assertAttribute(t, a, ids)
				if a.Key == "alt" {
					words.WriteString(a.Val)
				}
			}
			if token.Data != "br" && token.Data != "hr" && token.Data != "img" {
				open = append(open, token.Data)
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != token.Data {
				t.Fatalf("</%s> closes %v", token.Data, open)
			}
			open = open[:len(open)-1]
		default:
			t.Fatalf("token %v: %q", kind, token.Data)
		}
	}
	if len(open) > 0 {
		t.Fatalf("never closed: %v", open)
	}
	if got, want := squeeze(words.String()), squeeze(doc.Text()); got != want {
		t.Fatalf("the page says\n%q\nand the text\n%q", got, want)
	}
}

func assertAttribute(t *testing.T, a html.Attribute, ids map[string]bool) {
	t.Helper()
	switch a.Key {
	case "id":
		if !strings.HasPrefix(a.Val, "s-") || ids[a.Val] || strings.ContainsAny(a.Val, " \t\n") {
			t.Fatalf("id %q", a.Val)
		}
		ids[a.Val] = true
	case "src", "href":
		scheme, _, found := strings.Cut(a.Val, ":")
		remote := found && !strings.ContainsAny(scheme, "/?#")
		if strings.HasPrefix(a.Val, "/") || strings.ContainsAny(a.Val, "\\ \n\t\"'<>") || a.Val == "" {
			t.Fatalf("address %q", a.Val)
		}
		if remote && (a.Key == "src" || !strings.EqualFold(scheme, "https") && !strings.EqualFold(scheme, "mailto")) {
			t.Fatalf("address %q", a.Val)
		}
	}
}

// squeeze drops what a browser does not distinguish, and the brackets around an image that is not published.
func squeeze(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == '[' || r == ']' }), "")
}

func elements(t *testing.T, page string) []string {
	t.Helper()
	var names []string
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return names
		case html.StartTagToken:
			names = append(names, z.Token().Data)
		}
	}
}
