package strictyaml

import (
	"flag"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/tree"
)

var (
	fastMutations = flag.Int("mutations", 4000, "changed files with which the fast reader is compared with the other")
	fastCorpus    = flag.String("corpus", "../../evidence", "the folder whose YAML and Markdown files are compared and changed")
)

// corpus gives every record of a folder, front matter by itself.
func corpus(tb testing.TB) (files []string) {
	tb.Helper()
	err := filepath.WalkDir(*fastCorpus, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(name)
		switch filepath.Ext(name) {
		case ".yaml":
			files = append(files, string(src))
		case ".md":
			if start, end, ok := fences(src); ok {
				files = append(files, string(src[start:end]))
			}
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	return files
}

// agrees fails when the fast reader gives anything but what the other gives.
func agrees(t *testing.T, src string, limits Limits) (sure bool) {
	t.Helper()
	limits = limits.withDefaults()
	if text := checkText("f.yaml", []byte(src)); len(text.findings) > 0 {
		return false // the fast reader never sees such text
	}
	got, sure := fast(src, 1, limits)
	if !sure {
		return false
	}
	want, findings := read("f.yaml", []byte(src), 1, limits)
	if len(findings) > 0 {
		t.Fatalf("the fast reader took what is refused: %v\n%s", findings, src)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("the trees differ (-other +fast):\n%s\n%s", diff, src)
	}
	return true
}

func TestFastReaderAgreesOnEvidence(t *testing.T) {
	t.Parallel()
	files := corpus(t)
	sure := 0
	for _, src := range files {
		if agrees(t, src, Limits{}) {
			sure++
		}
	}
	t.Logf("%d of %d files are read fast", sure, len(files))
	if len(files) == 0 || sure*100 < len(files)*95 {
		t.Errorf("only %d of %d files are read fast", sure, len(files))
	}
}

// fastCases are read fast, each as it stands.
var fastCases = map[string]string{
	"fields":                           "a: b\nc-d_E9: f g\n",
	"comments":                         "# one\na: b # two\n  # three\nc: # four\n  d: e\n# five\n",
	"blank lines":                      "\na: b\n\n   \nc: d\n\n",
	"quoted text":                      "a: \"b # c: d\"\ne: 'it''s' # f\ng: ''\n",
	"numbers":                          "a: 1\nb: -2\nc: 1.5\nd: 0\ne: -0.25\n",
	"true and false":                   "a: true\nb: false\n",
	"days":                             "a: 2026-11-22\nb: 2026-11-22T10:00:00Z\n",
	"text that begins with a digit":    "a: 12 months\nb: 3rd\nc: 8 years, for children until the 25th birthday\n",
	"text with colons":                 "a: ncsc:2.5@current\nb: https://x.example.org/y#z\n",
	"text beyond ASCII":                "a: é – x # ü\nb: {c: d}\nc: 'é'\nd: [\"ü\", x, {y: z}]\n",
	"a group":                          "a:\n  b: c\n  d:\n    e: f\ng: h\n",
	"a list":                           "a:\n  - b\n  - 2\n  - \"c\"\nd: e\n",
	"a list at the column of its name": "a:\n- b\n- c: d\n  e: f\ng: h\n",
	"a list of groups":                 "a:\n  - b: c\n    d: e\n  -   f: g\n      h: i\n",
	"lists within groups within lists": "a:\n  - b:\n      - c: d\n      - e\n    f:\n    - g\n",
	"brackets":                         "a: [b, c d, 1, true, \"e, f\", 'g']\nh: []\ni: {}\nj: {k: l, m: [nn, {o: p}]} # q\n",
	"brackets with spaces":             "a: [ b , c ]\nd: { e: f , g: h }\n",
	"names that are words elsewhere":   "on: x\ny: z\nno: x\n",
	"a block of text":                  "a: |\n  b\n    c # no comment\n\n  d: e\nf: g\n",
	"a block of text at the end":       "a: |-\n  b\n\n\n",
	"a folded block":                   "a: >-\n  b c\n  d\n\n  e\n\n\n  f\ng: >\n    h\n",
	"a block in a list":                "a:\n  - |\n    b\n  - c: >\n      d\n      e\n    f: g\n",
	"a comment after a block":          "a: |\n  b\n# c\nd: e\n",
	"a question":                       "a: is it?\nb: c\n",
	"a minus":                          "a: -b\nc: --d\n",
	"a value that looks like a mark":   "a: ---\nb: ...\n",
}

func TestFastReaderAgreesOnEachForm(t *testing.T) {
	t.Parallel()
	for name, src := range fastCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !agrees(t, src, Limits{}) {
				t.Error("not read fast")
			}
		})
	}
}

func TestFastReaderKeepsToLimits(t *testing.T) {
	t.Parallel()
	for _, src := range fastCases {
		for depth := 1; depth < 7; depth++ {
			agrees(t, src, Limits{Depth: depth})
			agrees(t, src, Limits{Items: depth})
		}
	}
	if agrees(t, "a: [[[b]]]\n", Limits{Depth: 3}) || !agrees(t, "a: [[[b]]]\n", Limits{Depth: 4}) {
		t.Error("brackets count otherwise")
	}
	if agrees(t, "a: [b, c, d]\n", Limits{Items: 2}) || !agrees(t, "a: [b, c, d]\n", Limits{Items: 3}) {
		t.Error("items count otherwise")
	}
}

// pieces are what people, tools and attackers put into files.
var pieces = []string{
	" ", "  ", "\n", "\n\n", "\n  ", "\n- ", "\n  - ", "- ", "-", ": ", ":", "#", " # x", "'", "''", "\"", "\\", "\\n", "|", ">", "|-", ">-", "|2", ">+", "&a ", "*a", "!", "!!str ",
	"?", "? ", "\n? ", ", ?", "{", "}", "[", "]", ",", "[]", "{}", "{a: b}", "[a, b]", "[a,b]", "{a: }", "a: b", "a:b", "\na: b\n", "\n    deep: x\n", "---", "\n---\n", "\n...\n", "%", "%YAML 1.2\n", "@", "`",
	"~", "null", "true", "True", "no", "on", "yes", "y", "0", "007", "1e3", "1_000", "0x1F", ".5", "1.", "-1", "+1", "12:30", "2026-1-5", "2026-11-22", "2026-11-22 10:00", ".inf", "nan", "n_a_n", "<<: x", "=",
	"\t", "\r\n", "é", "\u00a0", "\u2028", "\ufeff", "\u200b", "€", "😀", "very long text that goes on and on", "\n\n\n", "   \n", " \n", "\n#\n", "x?\n", "(", ")", "$", "^", ";", "<", "=x", "/",
}

func changeText(r *rand.Rand, files []string) string {
	src := files[r.IntN(len(files))]
	if len(src) > 600 && r.IntN(4) > 0 { // a part from the top, so that changes meet
		if cut := strings.IndexByte(src[300:], '\n'); cut >= 0 {
			src = src[:300+cut+1]
		}
	}
	for range 1 + r.IntN(3) {
		at := r.IntN(len(src) + 1)
		end := min(len(src), at+r.IntN(4))
		switch r.IntN(6) {
		case 0: // a piece is lost
			src = src[:at] + src[end:]
		case 1: // lines are swapped
			lines := strings.SplitAfter(src, "\n")
			i, j := r.IntN(len(lines)), r.IntN(len(lines))
			lines[i], lines[j] = lines[j], lines[i]
			src = strings.Join(lines, "")
		case 2: // a line is moved to the left or right
			lines := strings.SplitAfter(src, "\n")
			i := r.IntN(len(lines))
			if r.IntN(2) == 0 {
				lines[i] = "  " + lines[i]
			} else {
				lines[i] = strings.TrimPrefix(lines[i], "  ")
			}
			src = strings.Join(lines, "")
		case 3: // a piece in the place of another
			src = src[:at] + pieces[r.IntN(len(pieces))] + src[end:]
		default:
			src = src[:at] + pieces[r.IntN(len(pieces))] + src[at:]
		}
	}
	return src
}

func TestFastReaderAgreesOnChangedFiles(t *testing.T) {
	t.Parallel()
	files := corpus(t)
	for _, src := range fastCases {
		for range 1 + len(files)/20 {
			files = append(files, src)
		}
	}
	rounds := *fastMutations
	if testing.Short() {
		rounds /= 10
	}
	r := rand.New(rand.NewPCG(11, 13))
	sure, refused := 0, 0
	for range rounds {
		src := changeText(r, files)
		if agrees(t, src, Limits{}) {
			sure++
		} else if _, found := Read("f.yaml", []byte(src), Limits{}); finding.Errors(found) > 0 {
			refused++
		}
	}
	t.Logf("%d changed files: %d read fast and alike, %d refused, %d left to the other reader", rounds, sure, refused, rounds-sure-refused)
}

// FuzzFast claims that whatever the fast reader takes, the other reader takes, and makes the same of it.
func FuzzFast(f *testing.F) {
	for _, src := range fastCases {
		f.Add(src)
	}
	for i, src := range corpus(f) {
		if i%10 == 0 && len(src) < 1500 {
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src string) { agrees(t, src, Limits{}) })
}

// What plainlyText and the short ways of resolve say must be what the patterns say.
func FuzzResolve(f *testing.F) {
	for _, s := range pieces {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" {
			return
		}
		kind, why := resolve(s)
		wantKind, wantWhy := resolveByPatterns(s)
		if kind != wantKind || why != wantWhy {
			t.Fatalf("%q: %v %q, the patterns say %v %q", s, kind, why, wantKind, wantWhy)
		}
	})
}

// resolveByPatterns is resolve without its short ways.
func resolveByPatterns(s string) (tree.Kind, string) {
	switch strings.ToLower(s) {
	case "true", "false":
		if s != strings.ToLower(s) {
			return 0, whyCase
		}
		return tree.Bool, ""
	case "yes", "no", "on", "off", "y", "n":
		return 0, whyWord
	case "null", "~", "":
		return 0, whyNull
	case "=", "<<":
		return 0, whyIndicator
	}
	return byPatterns(s)
}

func BenchmarkRead(b *testing.B) {
	files := corpus(b)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		Read("f.yaml", []byte(files[n%len(files)]), Limits{})
		n++
	}
}
