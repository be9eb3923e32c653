package schema

import (
	"fmt"
	"strings"
	"testing"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/cuecontext"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/tree"
)

// constraints are of every form that Compile takes, over fields named a, b and c.
var constraints = []string{
	`_`,
	`{a!: _}`, `{a!: string}`, `{a?: string}`, `{a: "x"}`, `{a: string}`, `{a!: "x" | "y"}`, `{a!: "x" | 1 | true}`, `{a?: "x" | "y"}`,
	`{a!: int}`, `{a!: number}`, `{a!: float}`, `{a!: bool}`, `{a!: true}`, `{a!: false}`, `{a!: >0}`, `{a!: >=0 & <=1}`, `{a!: int & >1}`, `{a!: != 1}`,
	`{a!: !=""}`, `{a!: != "x"}`, `{a!: > "w"}`, `{a!: -1}`, `{a!: 1.5}`, `{a!: 1}`, `{a!: 1.0}`,
	`{a!: =~"^[a-z]+$"}`, `{a!: !~"x"}`, `{a!: =~"x" & !~"y"}`,
	`{a!: strings.MinRunes(2)}`, `{a!: strings.MaxRunes(1)}`,
	`{a!: [_, ...]}`, `{a!: [...]}`, `{a!: [...string]}`, `{a!: [string, ...string]}`, `{a!: [...{b!: "x"}]}`, `{a!: [{b!: _}, ...]}`, `{a!: []}`, `{a!: ["x"]}`, `{a!: [_, _]}`,
	`{a!: list.MinItems(2)}`, `{a!: list.MaxItems(1)}`, `{a!: [...string] & list.MinItems(1)}`, `{a!: list.UniqueItems()}`, `{a!: [_, ...] & [...int]}`,
	`{a!: {b!: {c!: "x"}}}`, `{a: b: c!: "x"}`, `{a: b!: _}`, `{a: {b!: _, c!: _}}`, `{a?: b!: _}`, `{a: {b?: _}}`, `{a: {}}`, `{a!: {}}`, `{a!: {...}}`,
	`{a: b!: "x", a: c!: "y"}`, `{a!: string, b!: string} & {a!: "x"}`, `{a!: "x" | [...string]}`, `{a!: string | {b!: "x"}}`,
	`{a!: "x" | "y", b?: int} & {c?: bool}`, `{a: *"x" | "y"}`, `{a: [...string]}`, `{a: [_, ...]}`, `{a: list.MinItems(1)}`, `{a: int}`, `{a: 1}`,
	`{a!: null | string}`, `{a?: _|_}`, `{a!: time.Format("2006-01-02")}`, `{[string]: string}`, `{[=~"^a"]: "x"}`, `{a: [string]: "x"}`,
	`string`, `"x"`, `[...]`, `{a!: ("x" | "y") & !="y"}`, `{a!: "x", a?: string}`, `{a?: "x" | "y", a!: string}`, `{a: string, a!: "x"}`,
}

// The compiled form must hold for exactly the trees that CUE accepts.
func TestConstraintAgreesWithCUE(t *testing.T) {
	t.Parallel()
	ctx := cuecontext.New()
	type pair struct {
		compiled *Constraint
		cue      cue.Value
	}
	var pairs []pair
	for _, src := range constraints {
		c, err := Compile(src)
		if err != nil {
			t.Fatalf("%s: %v", src, err)
		}
		v := ctx.CompileString("import (\"strings\", \"list\", \"time\")\n_u: [strings.MinRunes, list.MinItems, time.Format]\nx: " + src).LookupPath(cue.ParsePath("x"))
		if !v.Exists() {
			t.Fatalf("%s: %v", src, v.Err())
		}
		pairs = append(pairs, pair{c, v})
	}
	held, tried := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		n := drawNode(rt, 3)
		for _, p := range pairs {
			want := p.cue.Unify(ctx.Encode(plain(n))).Validate(cue.Concrete(true), cue.Final())
			misses := p.compiled.Unmet(n)
			tried++
			if want == nil {
				held++
			}
			if (want == nil) != (len(misses) == 0) {
				rt.Fatalf("%s\non %s\nCUE says %v\nUnmet says %v", p.compiled, n.AppendJSON(nil), want, misses)
			}
		}
	})
	t.Logf("%d comparisons, %d of them held", tried, held)
}

func drawNode(t *rapid.T, depth int) *tree.Node {
	kind := rapid.IntRange(0, 9).Draw(t, "kind")
	n := &tree.Node{Line: 1, Column: 1}
	switch {
	case kind >= 6 && depth > 0, depth == 3 && kind > 0: // the root is a group nearly always
		n.Kind = tree.Map
		for _, key := range []string{"a", "b", "c"} {
			if rapid.IntRange(0, 2).Draw(t, key) > 0 {
				n.Fields = append(n.Fields, tree.Field{Key: key, Line: 1, Column: 1, Value: drawNode(t, depth-1)})
			}
		}
	case kind >= 4 && depth > 0:
		n.Kind = tree.List
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			n.Items = append(n.Items, drawNode(t, depth-1))
		}
	case kind == 3:
		n.Kind, n.Text = tree.Bool, rapid.SampledFrom([]string{"true", "false"}).Draw(t, "bool")
	case kind == 2:
		n.Kind, n.Text = tree.Int, rapid.SampledFrom([]string{"-1", "0", "1", "2"}).Draw(t, "int")
	case kind == 1 && depth < 3:
		n.Kind, n.Text = tree.Number, rapid.SampledFrom([]string{"1.5", "1.0", "0.5"}).Draw(t, "number")
	default:
		n.Kind, n.Text = tree.String, rapid.SampledFrom([]string{"x", "y", "", "xy", "é", "2026-11-22", "X"}).Draw(t, "text")
	}
	return n
}

func TestUnmetSaysWhatIsMissingAndWhere(t *testing.T) {
	t.Parallel()
	const record = "data:\n  classification: PUBLIC\n  types: []\nrisks:\n  - {id: a, residual: high}\n  - {id: b}\nname: x\n"
	for _, tc := range []struct {
		name, src string
		want      []Miss
	}{
		{"everything is there", `{name!: string, data: classification!: string}`, []Miss{}},
		{
			"a field that is not there points at the group around it", `{data: attributes!: [_, ...]}`,
			[]Miss{{"data.attributes", "be present", 2, 3, true}},
		},
		{"a group that is not there points at the record", `{class: {level!: string}}`, []Miss{{"class.level", "be present", 1, 1, true}}},
		{
			"a value that is not among the choices", `{data: classification!: "OFFICIAL" | "OFFICIAL-SENSITIVE"}`,
			[]Miss{{"data.classification", "be OFFICIAL or OFFICIAL-SENSITIVE", 2, 19, false}},
		},
		{"a list that is too short", `{data: types!: [_, ...]}`, []Miss{{"data.types", "have at least 1 entry", 3, 10, false}}},
		{
			"entries of a list, each", `{risks!: [...{residual!: "low" | "medium"}]}`,
			[]Miss{{"risks.0.residual", "be low or medium", 5, 23, false}, {"risks.1.residual", "be present", 6, 5, true}},
		},
		{
			"several at once, in the order of the file", `{data: types!: list.MinItems(2), name!: strings.MinRunes(3)}`,
			[]Miss{{"data.types", "have at least 2 entries", 3, 10, false}, {"name", "be at least 3 characters long", 7, 7, false}},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			n, fs := strictyaml.Read("r.yaml", []byte(record), strictyaml.Limits{})
			if n == nil {
				t.Fatal(fs)
			}
			c, err := Compile(tc.src)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, c.Unmet(n)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCompileRefusesWhatItCannotJudge(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"a reference":        `{a!: b}`,
		"a definition":       `{a!: #Date}`,
		"arithmetic":         `{a!: 1 + 1}`,
		"a comprehension":    `{if true {a!: string}}`,
		"a loop":             `{a!: [for x in [1, 2] {x}]}`,
		"an interpolation":   `{a!: "\(1)"}`,
		"another function":   `{a!: list.Range(0, 100000000, 1)}`,
		"a repeated text":    `{a!: strings.Repeat("x", 1000)}`,
		"an embedded file":   `{a!: _ @embed(file=x.json)}`,
		"a hidden field":     `{_a: string}`,
		"a broken pattern":   `{a!: =~"("}`,
		"nothing":            ``,
		"half an expression": `{a!: `,
		"a let clause":       `{let x = 1, a!: int}`,
		"several groups":     `{a!: string} | {b!: string}`,
		"an alias":           `{a!: X=string}`,
		"a dynamic field":    `{("a"): string}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c, err := Compile(src); err == nil {
				t.Errorf("compiled %s", c)
			} else if !strings.HasPrefix(err.Error(), "compile constraint: ") {
				t.Error(err)
			}
		})
	}
}

func ExampleConstraint_Unmet() {
	record, _ := strictyaml.Read("assessment.yaml", []byte("data:\n  classification: PUBLIC\n"), strictyaml.Limits{})
	c, _ := Compile(`{data: classification!: "OFFICIAL" | "OFFICIAL-SENSITIVE", data: attributes!: [_, ...]}`)
	for _, m := range c.Unmet(record) {
		fmt.Printf("line %d: %s must %s\n", m.Line, m.Path, m.Want)
	}
	// Output:
	// line 2: data.attributes must be present
	// line 2: data.classification must be OFFICIAL or OFFICIAL-SENSITIVE
}
