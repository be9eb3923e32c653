package schema

import (
	"flag"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"cuelang.org/go/cue/parser"

	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/tree"
)

var mutations = flag.Int("mutations", 5000, "changed records with which the compiled shapes are compared with CUE")

// Whatever the compiled shapes take for certain, CUE accepts. Records that CUE accepts should mostly be certain, or the
// compiled shapes would be of no use.
func TestWhatIsCertainCUEAccepts(t *testing.T) {
	t.Parallel()
	s := loadSchemas(t)
	rounds := *mutations
	if testing.Short() {
		rounds /= 10
	}
	r := rand.New(rand.NewPCG(3, 5))
	valid := samples(t, s)
	accepted, certain, refused, wrong := 0, 0, 0, 0
	compare := func(what, kind string, n *tree.Node) {
		complaints, err := s.verdict(kind, n)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		fits := s.records[kind].fits(n)
		switch {
		case len(complaints) > 0 && fits:
			wrong++
			t.Errorf("%s: certain, but CUE has %v\n%s", what, complaints, block(n))
		case len(complaints) > 0:
			refused++
		case fits:
			certain++
			accepted++
		default:
			accepted++
		}
	}
	for _, sm := range valid {
		if !s.records[sm.kind].fits(sm.node) {
			t.Errorf("%s: valid, but not for certain", sm.name)
		}
	}
	for i := range rounds {
		sm := valid[r.IntN(len(valid))]
		kind := sm.kind
		if i%50 == 0 {
			kind = s.Kinds()[r.IntN(len(s.Kinds()))]
		}
		n := clone(sm.node)
		what := sm.name + " as " + kind + ": " + mutate(r, n)
		for r.IntN(4) == 0 {
			what += "; " + mutate(r, n)
		}
		compare(what, kind, n)
	}
	t.Logf("%d changed records: CUE refused %d and accepted %d, of which %d were certain; %d were certain and refused", rounds, refused, accepted, certain, wrong)
	if certain*10 < accepted*9 {
		t.Errorf("only %d of %d accepted records were certain", certain, accepted)
	}
}

// constructs are definitions in CUE, with values of the field v that are certainly valid, that CUE alone accepts, and that
// CUE refuses. Each of them is compared, and so is every value of the others.
var constructs = []struct {
	name, cue                string
	certain, accepted, wrong []string
}{
	{"text", `v!: string`, []string{`a`, `"1"`, `é`, `""`}, nil, []string{`1`, `true`, `[a]`, `{a: b}`}},
	{"a whole number", `v!: int`, []string{`0`, `-1`, `9223372036854775807`, `-9223372036854775808`}, nil, []string{`1.0`, `a`}},
	{"a number", `v!: number`, []string{`1`, `1.5`, `-0.1`}, nil, []string{`"1"`}},
	{"a decimal", `v!: float`, []string{`1.0`, `1.5`}, nil, []string{`1`}},
	{"true or false", `v!: bool`, []string{`true`, `false`}, nil, []string{`"true"`, `1`}},
	{"anything", `v!: _`, []string{`a`, `1`, `[]`, `{}`, `{a: [1, {b: c}]}`}, nil, nil},
	{"null", `v?: null | string`, nil, []string{`a`}, []string{`1`}},
	{"never", `v?: _|_`, nil, nil, []string{`a`}},
	{"fixed text", `v!: "a"`, []string{`a`}, nil, []string{`b`, `A`, `á`}},
	{"fixed text beyond ASCII", `v!: "naïve ✓"`, []string{`naïve ✓`}, nil, []string{`naive ✓`, `naïve ✓`}},
	{"fixed raw text", `v!: #"a\b"#`, []string{`"a\\b"`}, nil, []string{`a/b`}},
	{"fixed text of several lines", "v!: \"\"\"\n\ta\n\tb\n\t\"\"\"", []string{`"a\nb"`}, nil, []string{`"a\nb\n"`}},
	{"fixed bytes", `v!: 'a'`, nil, nil, []string{`a`}},
	{"text with a part to fill in", `v!: "a\(1)"`, nil, []string{`a1`}, []string{`a`}},
	{"fixed whole number", `v!: 12`, []string{`12`}, nil, []string{`12.0`, `13`, `"12"`}},
	{"fixed number below zero", `v!: -1`, []string{`-1`}, nil, []string{`1`, `-1.0`}},
	{"fixed decimal", `v!: 1.50`, []string{`1.5`, `1.50`}, nil, []string{`1.51`, `1`}},
	{"fixed decimal without a fraction", `v!: 1.0`, []string{`1.0`}, nil, []string{`1`}},
	{"fixed number in other ways", `v!: 0x10 | 1.5K | 1_000`, nil, []string{`16`, `1500`, `1000`}, []string{`1500.0`, `10`}},
	{"choices", `v!: "a" | "b" | "c"`, []string{`a`, `c`}, nil, []string{`d`, `1`}},
	{"choices of several types", `v!: "a" | 1 | true | 2.5`, []string{`a`, `1`, `true`, `2.5`}, nil, []string{`"1"`, `false`, `1.0`}},
	{"choices in brackets", `v!: ("a" | "b") | "c"`, []string{`b`, `c`}, nil, []string{`d`}},
	{"a choice with a default", `v?: *"a" | "b"`, []string{`a`, `b`}, nil, []string{`c`}},
	{"a field with a default", `v: *"a" | "b"`, []string{`a`, `b`}, nil, []string{`c`}},
	{"a field that is filled in", `v: *"a" | "b", w: 1`, nil, []string{`a`}, []string{`c`}},
	{"choices less one", `v!: ("a" | "b") & !="b"`, []string{`a`}, nil, []string{`b`}},
	{"a type or a choice", `v!: "a" | int`, []string{`a`, `3`}, nil, []string{`b`}},
	{"a range of types", `v!: string | int | bool`, []string{`a`, `3`, `true`}, nil, []string{`1.5`, `[]`}},
	{"a form", `v!: =~"^[a-z]+$"`, []string{`abc`}, nil, []string{`Abc`, `""`, `é`, `1`}},
	{"a form in the middle", `v!: =~"b"`, []string{`abc`, `b`}, nil, []string{`ac`, `""`}},
	{"a form at one end", `v!: =~"^a"`, []string{`a`, `ab`, `aé`}, nil, []string{`ba`, `éa`}},
	{"not a form", `v!: !~"^[a-z]+$"`, []string{`A`, `""`, `é`}, nil, []string{`abc`, `1`}},
	{"two forms", `v!: =~"^a" & =~"z$"`, []string{`az`, `aéz`}, nil, []string{`a`, `z`}},
	{"any sign in a form", `v!: =~"^.{2}$"`, []string{`ab`, `éé`, `😀😀`}, nil, []string{`é`, `abc`, `"a\n"`}},
	{"signs beyond ASCII in a form", `v!: =~"^[à-ü]+$"`, []string{`éè`}, nil, []string{`ß`, `a`, `ÿ`}},
	{"letters in a form", `v!: =~"^\\p{L}+$"`, []string{`aéж`}, nil, []string{`a1`, `✓`}},
	{"either case in a form", `v!: =~"(?i)^k$"`, []string{`k`, `K`, `K`}, nil, []string{`l`}},
	{"words in a form", `v!: =~"\\bab\\b"`, []string{`ab`, `x ab y`}, nil, []string{`xab`}},
	{"lines in a form", `v!: =~"(?m)^b$"`, []string{`"a\nb"`, `b`}, nil, []string{`ab`}},
	{"all but spaces in a form", `v!: =~"^\\S[^\\n]{0,3}\\S$|^\\S$"`, []string{`a`, `éé`, `a  é`, `abcde`}, nil, []string{`" a"`, `abcdef`, `"a\nb"`}},
	{"an empty form", `v!: =~""`, []string{`a`, `""`}, nil, []string{`1`}},
	{"a form of nothing", `v!: =~"^$"`, []string{`""`}, nil, []string{`a`}},
	{"a form that nothing has", `v!: =~"a^"`, nil, nil, []string{`a`, `""`}},
	{"text before other text", `v!: <"b"`, nil, []string{`a`}, []string{`c`}},
	{"not some text", `v!: !="a"`, []string{`b`, `""`}, nil, []string{`a`}},
	{"not nothing", `v?: !=_|_`, nil, nil, nil},
	{"not a number", `v!: !=1`, []string{`2`, `1.5`}, nil, []string{`1`, `a`}},
	{"a range of numbers", `v!: >0 & <=100`, []string{`1`, `100`, `0.1`, `99.9`}, nil, []string{`0`, `101`, `100.1`, `0.0`, `a`}},
	{"a range of whole numbers", `v!: int & >=-5 & <5`, []string{`-5`, `4`}, nil, []string{`-6`, `5`, `4.5`}},
	{
		"a bound of 64 bits", `v!: int & >9223372036854775806`,
		[]string{`9223372036854775807`},
		nil,
		[]string{`9223372036854775806`, `9223372036854775805`},
	},
	{"a bound beyond 64 bits", `v!: <100000000000000000000`, []string{`9223372036854775807`}, nil, nil},
	{"a bound beyond binary64", `v!: <=0.1`, []string{`0.1`, `0.09999999999999`}, []string{`0.00000000000000000000000000001`}, []string{`0.10000000000001`}},
	{"long enough text", `v!: strings.MinRunes(2)`, []string{`éé`, `ab`}, nil, []string{`é`, `1`}},
	{"short enough text", `v!: strings.MaxRunes(2)`, []string{`éé`, `""`}, nil, []string{`abc`, `ééé`}},
	{"a function not known here", `v!: strings.HasPrefix("ab", "a")`, nil, []string{`true`}, []string{`false`}},
	{"a day", `v!: time.Format("2006-01-02")`, []string{`2026-02-28`}, nil, []string{`2026-02-30`, `x`}},
	{"a list", `v!: [...]`, []string{`[]`, `[a, 1]`}, nil, []string{`a`, `{}`}},
	{"a list of text", `v!: [...string]`, []string{`[]`, `[a, b]`}, nil, []string{`[1]`, `[a, 1]`}},
	{"a list with an entry", `v!: [string, ...string]`, []string{`[a]`, `[a, b]`}, nil, []string{`[]`, `[1]`}},
	{"a list of two", `v!: [string, int]`, []string{`[a, 1]`}, nil, []string{`[a]`, `[a, 1, 2]`, `[1, a]`}},
	{"no entries", `v!: []`, []string{`[]`}, nil, []string{`[a]`}},
	{"a list of lists", `v!: [...[...int]]`, []string{`[[1], []]`}, nil, []string{`[1]`, `[[a]]`}},
	{"bounds of a list", `v!: [...] & list.MinItems(1) & list.MaxItems(2)`, []string{`[a]`, `[a, b]`}, nil, []string{`[]`, `[a, b, c]`}},
	{"entries that differ", `v!: [...string] & list.UniqueItems()`, []string{`[a, b]`, `[]`}, nil, []string{`[a, a]`}},
	{"entries of any type that differ", `v!: list.UniqueItems()`, []string{`[a, b]`}, []string{`[1, 2]`, `[1, a]`}, []string{`[1, 1]`, `[{a: 1}, {a: 1}]`}},
	{"a list that is computed", `v!: [for x in [1, 2] {x}]`, nil, []string{`[1, 2]`}, []string{`[1]`}},
	{"text or a list", `v!: string | [...string]`, []string{`a`, `[a]`}, nil, []string{`1`, `[1]`}},
	{"text or a group", `v!: string | {a!: int}`, []string{`a`, `{a: 1}`}, nil, []string{`{a: b}`, `{}`, `1`}},
	{"two groups", `v!: {a!: int} | {b!: int}`, nil, []string{`{a: 1}`, `{b: 1}`}, []string{`{a: 1, b: 1}`, `{}`}},
	{"a group", `v!: {a!: int, b?: string}`, []string{`{a: 1}`, `{b: x, a: 1}`}, nil, []string{`{}`, `{b: x}`, `{a: 1, c: 1}`, `{a: 1, b: 2}`}},
	{"an open group", `v!: {a!: int, ...}`, []string{`{a: 1}`, `{a: 1, b: {c: d}}`}, []string{`{a: 1, "#b": 1}`, `{a: 1, "_b": 1}`}, []string{`{b: 1}`}},
	{"an empty group", `v!: {}`, []string{`{}`}, nil, []string{`{a: 1}`, `a`}},
	{"a group with a fixed field", `v!: {a: 1, b?: int}`, []string{`{a: 1}`}, []string{`{}`, `{b: 1}`}, []string{`{a: 2}`}},
	{"a group within", `v!: {a: b: c!: int}`, []string{`{a: {b: {c: 1}}}`}, nil, []string{`{}`, `{a: {}}`, `{a: {b: {c: 1, d: 1}}}`}},
	{"names with quotes", `v!: {"a-b"!: int, "string"?: int}`, []string{`{a-b: 1}`, `{a-b: 1, string: 2}`}, nil, []string{`{a_b: 1}`}},
	{"a name that hides a type", `v!: {string!: int, a!: string}`, nil, []string{`{string: 1, a: 1}`}, []string{`{string: 1, a: x}`}},
	{"a name outside that hides a type", `v!: {int!: "x", a!: {b!: int}}`, nil, []string{`{int: x, a: {b: x}}`}, []string{`{int: x, a: {b: 1}}`}},
	{"a name that hides a package", `v!: {strings!: string, a!: strings}`, nil, []string{`{strings: x, a: x}`}, []string{`{strings: x, a: z}`}},
	{"a definition within", `v!: {#T: int, a!: #T}`, nil, []string{`{a: 1}`}, []string{`{a: x}`}},
	{"a definition within that hides another", `v!: {#Word: int, a!: #Word}`, nil, []string{`{a: 1}`}, []string{`{a: x}`}},
	{"a hidden field", `v!: {_t: int, a!: _t}`, nil, []string{`{a: 1}`}, []string{`{a: x}`}},
	{"one field as another", `v!: {a!: int, b!: a}`, nil, []string{`{a: 1, b: 1}`}, []string{`{a: 1, b: 2}`}},
	{"a let clause", `v!: {let x = int, a!: x}`, nil, []string{`{a: 1}`}, []string{`{a: x}`}},
	{"an alias", `v!: {X=a!: int, b!: X}`, nil, []string{`{a: 1, b: 1}`}, []string{`{a: 1, b: 2}`}},
	{"a field twice", `v!: {a!: int, a!: >5}`, []string{`{a: 6}`}, nil, []string{`{a: 5}`, `{a: 6.5}`}},
	{"a group twice", `v!: {a!: b!: int, a!: c!: int}`, nil, []string{`{a: {b: 1, c: 1}}`}, []string{`{a: {b: 1}}`, `{a: {b: 1, c: 1, d: 1}}`}},
	{"a group and an open group", `v!: {a!: int} & {a!: >5, ...}`, []string{`{a: 6}`}, []string{`{a: 6, b: 1}`}, []string{`{a: 5}`}},
	{"two closed definitions", `v!: #A1 & #A3`, []string{`{a: 1}`}, nil, []string{`{a: 1, b: 1}`}},
	{"two closed definitions of the same", `v!: #A1 & #A2`, []string{`{a: 6}`}, nil, []string{`{a: 1}`}},
	{"one definition in another", `v!: {#A1, b!: int}`, []string{`{a: 1, b: 1}`}, nil, []string{`{a: 1}`, `{b: 1}`, `{a: 1, b: 1, c: 1}`}},
	{"two definitions in a group", `v!: {#A1, #B1}`, []string{`{a: 1, b: 1}`}, nil, []string{`{a: 1}`, `{b: 1}`, `{a: 1, b: 1, c: 1}`}},
	{"one definition narrowed in another", `v!: {#A1, a!: >5}`, []string{`{a: 6}`}, nil, []string{`{a: 1}`}},
	{"one definition with a group widened", `v!: {#In, in!: b!: int}`, nil, nil, []string{`{in: {a: 1}}`}},
	{"a group with text in it", `v!: {string}`, nil, []string{`a`}, []string{`1`, `{}`}},
	{"an open definition in a group", `v!: {#Open, b!: int}`, nil, []string{`{a: 1, b: 1}`, `{a: 1, b: 1, c: 1}`}, []string{`{b: 1}`}},
	{"a definition in an open group", `v!: {#A1, ...}`, nil, []string{`{a: 1}`, `{a: 1, c: 1}`}, []string{`{}`}},
	{"a definition twice", `v!: #Twice`, nil, []string{`{a: 1, b: 1}`}, []string{`{a: 1}`, `{b: 1}`}},
	{"a definition within itself", `v!: #Tree`, []string{`{}`}, []string{`{of: [{}]}`}, []string{`{of: [1]}`}},
	{"free names", `v!: [string]: int`, []string{`{a: 1, b: 2}`, `{}`}, []string{`{"_a": 1}`, `{"#a": 1}`}, []string{`{a: b}`}},
	{"names of a form", `v!: [=~"^a"]: int`, []string{`{a: 1, ab: 2}`}, nil, []string{`{b: 1}`, `{a: b}`}},
	{"names to choose from", `v!: ["a" | "b"]: int`, []string{`{a: 1, b: 2}`}, nil, []string{`{c: 1}`, `{a: b}`}},
	{"names of a definition", `v!: [#Word]: #Word`, []string{`{a: b}`}, nil, []string{`{A: b}`, `{a: B}`}},
	{"free names beside a field", `v!: {a!: int, [string]: >5}`, []string{`{a: 6}`, `{a: 6, b: 7.5}`}, nil, []string{`{a: 1}`, `{a: 6, b: 1}`}},
	{"free names with an alias", `v!: {[X=string]: X}`, nil, []string{`{a: a}`}, []string{`{a: b}`}},
	{"names not of a form", `v!: [!~"^a"]: int`, nil, []string{`{b: 1}`}, []string{`{a: 1}`, `{b: x}`}},
	{"a name that is computed", `v!: {("a"): int}`, nil, []string{`{a: 1}`}, []string{`{a: x}`, `{b: 1}`}},
	{
		"if", `v!: {a!: string, if a == "x" {b!: int}}`,
		[]string{`{a: x, b: 1}`, `{a: z}`},
		nil,
		[]string{`{a: x}`, `{a: z, b: 1}`, `{a: x, b: z}`, `{b: 1}`},
	},
	{"if not", `v!: {a!: string, if a != "x" {b!: int}}`, []string{`{a: z, b: 1}`, `{a: x}`}, nil, []string{`{a: z}`, `{a: x, b: 1}`}},
	{"if true", `v!: {a!: bool, if a {b!: int}}`, []string{`{a: true, b: 1}`, `{a: false}`}, nil, []string{`{a: true}`, `{a: false, b: 1}`}},
	{"if false", `v!: {a!: bool, if !a {b!: int}}`, []string{`{a: false, b: 1}`, `{a: true}`}, nil, []string{`{a: false}`, `{a: true, b: 1}`}},
	{"if a number", `v!: {a!: number, if a == 1 {b!: int}}`, []string{`{a: 1, b: 1}`, `{a: 2}`}, []string{`{a: 2.5}`}, []string{`{a: 1}`, `{a: 1.0}`}},
	{
		"if and", `v!: {a!: string, c!: bool, if a == "x" && c {b!: int}}`,
		[]string{`{a: x, c: true, b: 1}`, `{a: x, c: false}`, `{a: z, c: true}`},
		nil,
		[]string{`{a: x, c: true}`, `{a: x, c: false, b: 1}`},
	},
	{
		"if or", `v!: {a!: string, c!: bool, if a == "x" || c {b!: int}}`,
		[]string{`{a: x, c: false, b: 1}`, `{a: z, c: false}`},
		nil,
		[]string{`{a: z, c: true}`, `{a: z, c: false, b: 1}`},
	},
	{"if a field inside", `v!: {a!: {c!: string}, if a.c == "x" {b!: int}}`, []string{`{a: {c: x}, b: 1}`, `{a: {c: z}}`}, nil, []string{`{a: {c: x}}`}},
	{"if a field that may be left out", `v!: {a?: string, if a == "x" {b!: int}}`, []string{`{a: x, b: 1}`, `{a: z}`}, nil, []string{`{a: x}`}},
	{"if a field is there", `v!: {a?: string, if a != _|_ {b!: int}}`, nil, []string{`{a: x, b: 1}`, `{}`}, []string{`{a: x}`}},
	{"if a field of another type", `v!: {a!: string | int, if a == "x" {b!: int}}`, []string{`{a: x, b: 1}`, `{a: z}`}, []string{`{a: 1}`}, []string{`{a: x}`}},
	{"if a field outside", `v!: {if kind == "other" {b!: int}}`, nil, []string{`{}`}, []string{`{b: 1}`}},
	{"if narrows", `v!: {a!: string, b?: int, if a == "x" {b!: >5}}`, []string{`{a: x, b: 6}`, `{a: z, b: 1}`, `{a: z}`}, nil, []string{`{a: x, b: 1}`, `{a: x}`}},
	{"if forbids", `v!: {a!: string, b?: int, if a == "x" {b?: _|_}}`, []string{`{a: z, b: 1}`, `{a: x}`}, nil, []string{`{a: x, b: 1}`}},
	{"if fills in", `v!: {a!: string, if a == "x" {b: 1}}`, []string{`{a: x, b: 1}`}, []string{`{a: x}`}, []string{`{a: x, b: 2}`}},
	{"if widens a group", `v!: {a!: {c?: int}, d!: bool, if d {a!: e!: int}}`, []string{`{a: {c: 1}, d: false}`}, nil, []string{`{a: {e: 1}, d: false}`}},
	{"if within if", `v!: {a!: bool, if a {b!: bool, if b {c!: int}}}`, nil, []string{`{a: true, b: false}`}, []string{`{a: true, b: true}`}},
	{"if and if", `v!: {a!: bool, if a {b!: bool}, if !a {c!: int}}`, []string{`{a: true, b: false}`, `{a: false, c: 1}`}, nil, []string{`{a: true, c: 1}`, `{a: false}`}},
	{"if with a definition in it", `v!: {a!: bool, if a {#B1}}`, nil, []string{`{a: true, b: 1}`, `{a: false}`}, []string{`{a: true}`}},
	{"a definition with if", `v!: {#When, c!: int}`, []string{`{a: true, b: 1, c: 1}`, `{a: false, c: 1}`}, nil, []string{`{a: true, c: 1}`}},
	{"for", `v!: {for k in ["a", "b"] {(k)!: int}}`, nil, []string{`{a: 1, b: 1}`}, []string{`{a: 1}`}},
	{"close", `v!: close({a!: int})`, nil, []string{`{a: 1}`}, []string{`{a: 1, b: 1}`}},
	{"a sum", `v!: 1 + 1`, nil, []string{`2`}, []string{`1`}},
	{"a name outside definitions", `v!: outside`, nil, []string{`3`}, []string{`4`}},
	{"a type of few bits", `v!: uint8`, nil, []string{`3`}, []string{`256`, `-1`}},
}

const constructsAround = `package small
import ("strings", "list", "time")
_u: [strings.MinRunes, list.MinItems, time.Format]
#Word: =~"^[a-z]+$"
#A1: {a!: int}
#A2: {a!: >5}
#B1: {b!: int}
#A3: {a!: int, b?: int}
#In: {in!: a!: int}
#Open: {a!: int, ...}
#Twice: {a!: int}
#Twice: {b!: int, ...}
#Twice: {...}
#Tree: {of?: [...#Tree]}
#When: {a!: bool, if a {b!: int}}
outside: 3
`

func compileConstruct(t testing.TB, field string) *Set {
	t.Helper()
	s, err := Load(fstest.MapFS{
		"cue.mod/module.cue": {Data: []byte("module: \"example.org/small@v1\"\nlanguage: version: \"v0.17.0\"\n")},
		"small.cue":          {Data: []byte(constructsAround + "#Record: {\n\tkind!: \"record\"\n\t" + field + "\n}\n")},
	})
	if err != nil {
		t.Fatalf("%s: %v", field, err)
	}
	return s
}

func TestEachConstructOfCUE(t *testing.T) {
	t.Parallel()
	var pool []string
	for _, c := range constructs {
		pool = slices.Concat(pool, c.certain, c.accepted, c.wrong)
	}
	slices.Sort(pool)
	pool = slices.Compact(pool)
	nodes := make(map[string]*tree.Node)
	for _, value := range pool {
		n, fs := strictyaml.Read("r.yaml", []byte("kind: record\nv: "+value+"\n"), strictyaml.Limits{})
		if n == nil {
			t.Fatalf("%s: %v", value, fs)
		}
		nodes[value] = n
	}
	for _, c := range constructs {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := compileConstruct(t, c.cue)
			ask := func(n *tree.Node) (certain, accepted bool) {
				complaints, err := s.verdict("record", n)
				if err != nil {
					t.Fatal(err)
				}
				return s.records["record"].fits(n), len(complaints) == 0
			}
			for _, value := range pool {
				certain, accepted := ask(nodes[value])
				if certain && !accepted {
					t.Errorf("%s: certain, and CUE refuses it", value)
				}
				switch {
				case slices.Contains(c.certain, value):
					if !certain || !accepted {
						t.Errorf("%s: certain %v, accepted %v; it should be certain", value, certain, accepted)
					}
				case slices.Contains(c.accepted, value):
					if certain || !accepted {
						t.Errorf("%s: certain %v, accepted %v; it should be for CUE alone", value, certain, accepted)
					}
				case slices.Contains(c.wrong, value):
					if accepted {
						t.Errorf("%s: accepted", value)
					}
				}
			}
			without, _ := strictyaml.Read("r.yaml", []byte("kind: record\n"), strictyaml.Limits{})
			if certain, accepted := ask(without); certain && !accepted {
				t.Error("without the field: certain, and CUE refuses it")
			}
		})
	}
}

// What stands at the top of a file may change every definition, so nothing is certain then.
func TestNothingIsCertainWhenFilesHoldMoreThanDefinitions(t *testing.T) {
	t.Parallel()
	for name, more := range map[string]string{
		"a comprehension": "if true {#Record: w!: int}",
		"a let clause":    "let x = 1\ny: x",
		"embedding":       "{#Record: w!: int}",
		"an alias":        "X=#Other: {}\nz: X",
	} {
		f := fstest.MapFS{
			"cue.mod/module.cue": {Data: []byte("module: \"example.org/small@v1\"\nlanguage: version: \"v0.17.0\"\n")},
			"a.cue":              {Data: []byte("package small\n#Record: {kind!: \"record\"}\n")},
			"b.cue":              {Data: []byte("package small\n" + more + "\n")},
		}
		s, err := Load(f)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		n := &tree.Node{Kind: tree.Map, Fields: []tree.Field{{Key: "kind", Value: &tree.Node{Kind: tree.String, Text: "record"}}}}
		if s.records["record"].fits(n) {
			t.Errorf("%s: a record was certain", name)
		}
	}
}

// The tables of patterns must answer as package regexp does.
func TestAutomatonAnswersAsRegexpDoes(t *testing.T) {
	t.Parallel()
	sources := []string{"", "a", "^a$", "^$", "$^", "a^", "$a", "^a|b$", "^(a|b)*$", "[^a]", "^[^a]$", "^\\S{1,3}$", "é", "^[é-ü]$", "(?i)k", "(?s).", "^.$", "\\bab", "(?m)^a$", "\\z", "(^|/)\\.\\.?(/|$)", "^(^a)$", "(a$|^b)c?"}
	for _, f := range loadSchemas(t).files {
		for _, m := range regexp.MustCompile(`~"((?:[^"\\]|\\.)*)"`).FindAllStringSubmatch(string(f.text), -1) {
			sources = append(sources, strings.ReplaceAll(m[1], `\\`, `\`))
		}
	}
	if len(sources) < 40 {
		t.Fatalf("only %d patterns", len(sources))
	}
	alphabet := []string{"a", "b", "c", "Z", "0", "9", "/", ".", "-", " ", "\n", "\t", "é", "K", "😀", "k", ":", "@", "https://", "2026-11-22", "\x00", "ncsc:2.5@current", "\xff"}
	r := rand.New(rand.NewPCG(7, 7))
	tables := 0
	for _, source := range sources {
		a, err := newAutomaton(source)
		if err != nil {
			t.Fatal(err)
		}
		for range 2000 {
			text := ""
			for range r.IntN(6) {
				text += alphabet[r.IntN(len(alphabet))]
			}
			if got, want := a.matches(text), a.re.MatchString(text); got != want {
				t.Errorf("%q on %q: %v, regexp says %v", source, text, got, want)
			}
		}
		if a.table {
			tables++
		}
	}
	if tables*4 < len(sources)*3 {
		t.Errorf("only %d of %d patterns have a table", tables, len(sources))
	}
}

// FuzzCertain claims that nothing is certain which CUE refuses.
func FuzzCertain(f *testing.F) {
	s := loadSchemas(f)
	for _, sm := range samples(f, s) {
		f.Add(sm.kind, sm.text)
	}
	f.Fuzz(func(t *testing.T, kind string, src []byte) {
		n, _ := strictyaml.Read("f.yaml", src, strictyaml.Limits{})
		r := s.records[kind]
		if n == nil || r == nil || !r.fits(n) {
			return
		}
		if complaints, err := s.verdict(kind, n); err != nil || len(complaints) > 0 {
			t.Fatalf("certain, but CUE says %v %v", complaints, err)
		}
	})
}

// FuzzAutomaton claims that a table answers as package regexp does.
func FuzzAutomaton(f *testing.F) {
	f.Add("^[a-z]+(-[a-z]+)*$", "ab-é")
	f.Add("(^|/)\\.\\.?(/|$)", "a/../b")
	f.Fuzz(func(t *testing.T, source, text string) {
		a, err := newAutomaton(source)
		if err == nil && a.matches(text) != a.re.MatchString(text) {
			t.Fatalf("%q on %q: the table says %v", source, text, a.matches(text))
		}
	})
}

// Other schemas than those of the program are compiled as well: the base branch has its own.
func TestEveryKindOfTheProjectIsCompiled(t *testing.T) {
	t.Parallel()
	c := newSurety()
	s := loadSchemas(t)
	for _, f := range s.files {
		parsed, err := parser.ParseFile(f.name, f.text)
		if err != nil {
			t.Fatal(err)
		}
		c.addFile(parsed)
	}
	for _, kind := range s.Kinds() {
		if d := c.definition(s.Definition(kind)); !d.known {
			t.Errorf("%s: a part of its shape is left to CUE", kind)
		}
	}
}
