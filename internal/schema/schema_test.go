package schema_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/schema"
	"example.org/muniment/internal/strictyaml"
)

const moduleFile = "module: \"example.org/small@v1\"\nlanguage: version: \"v0.17.0\"\n"

// small is a module of its own, with what the real schemas do not happen to use.
func small(files map[string]string) fs.FS {
	m := fstest.MapFS{"cue.mod/module.cue": {Data: []byte(moduleFile)}}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

const smallSchema = `package small
import "list"

// A note.
#Note: {
	kind!: "note"
	// What it says.
	text!: string @says("a few words") @example("Buy milk")
	// Where it may be read.
	where?: *"here" | "there"
	either?: string | [...string]
	tags?: [...#Tag] & list.UniqueItems() & list.MaxItems(2)
	if text == "secret" {
		where?: _|_
		key!: int & >0 & <10
	}
	by?: [#Tag]: {seen!: bool}
}
#Tag: =~"^[a-z]+$" @says("a tag of small letters")
`

func TestChecksWhatTheModelMeetsRarely(t *testing.T) {
	t.Parallel()
	set, err := schema.Load(small(map[string]string{"small.cue": smallSchema}))
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, src, want string }{
		{"a valid note", "kind: note\ntext: x\n", ""},
		{"a list where text or a list may be", "kind: note\ntext: x\neither: [a, b]\n", ""},
		{"neither of two types", "kind: note\ntext: x\neither: 3\n", "3:9 wrong-type: either must be text or a list, not a whole number"},
		{"a wrong entry in one of two types", "kind: note\ntext: x\neither: [a, 3]\n", "3:13 wrong-type: either, entry 2: this entry must be text, not a whole number"},
		{"an entry twice", "kind: note\ntext: x\ntags: [a, a]\n", "3:11 conflicting-fields: tags: entry 2 must differ from every other entry"},
		{"too many entries", "kind: note\ntext: x\ntags: [a, b, c]\n", "3:7 too-many: tags must have at most 2 entries, not 3"},
		{"a field that must be left out", "kind: note\ntext: secret\nwhere: here\nkey: 3\n", "3:8 conflicting-fields: where must be left out, because text is secret"},
		{"a field that is only there under a condition", "kind: note\ntext: x\nkey: 3\n", "3:1 conflicting-fields: key must be left out unless text is secret"},
		{"both bounds are told", "kind: note\ntext: secret\nkey: 30\n", "3:6 out-of-range: key must be more than 0 and less than 10, because text is secret"},
		{"a name that does not fit the pattern of names", "kind: note\ntext: x\nby: {A1: {seen: true}}\n", "3:6 unknown-field: by: A1 is not a field here"},
		{"a wrong value under a free name", "kind: note\ntext: x\nby: {a: {seen: 3}}\n", "3:16 wrong-type: by, a: seen must be true or false, not a whole number"},
		{"text for the whole record", "note\n", "1:1 wrong-type: the record must be a group of fields, not text"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range check(set, "note", tc.src) {
				got = append(got, strings.TrimPrefix(f.Place.String(), "record.yaml:")+" "+f.Code+": "+f.Message)
			}
			want := strings.Replace(tc.want, "this entry must", "entry 2 must", 1)
			want = strings.Replace(want, "either, entry 2: entry 2", "either: entry 2", 1)
			if diff := cmp.Diff(want, strings.Join(got, "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFieldsDescribeASchema(t *testing.T) {
	t.Parallel()
	set, err := schema.Load(small(map[string]string{"small.cue": smallSchema}))
	if err != nil {
		t.Fatal(err)
	}
	want := []schema.Field{
		{Path: "kind", Type: "text", Required: true, Choices: []string{"note"}},
		{Path: "text", Type: "text", Required: true, Doc: "What it says.", Says: "a few words", Example: "Buy milk"},
		{Path: "where", Type: "text", Choices: []string{"here", "there"}, Doc: "Where it may be read.", Default: true},
		{Path: "either", Type: "text or a list"},
		{Path: "tags", Type: "a list of text", Says: "a tag of small letters"},
		{Path: "by", Type: "a group of fields"},
		{Path: "by.<a tag of small letters>", Type: "a group of fields"},
		{Path: "by.<a tag of small letters>.seen", Type: "true or false", Required: true},
		{Path: "key", Type: "a whole number", Required: true, When: "text is secret"},
	}
	got := set.Fields("note")
	slices.SortStableFunc(got, func(a, b schema.Field) int { return strings.Compare(a.When, b.When) })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := set.Doc("note"); got != "A note." {
		t.Errorf("doc %q", got)
	}
}

func TestEveryFieldOfTheSchemasIsDocumented(t *testing.T) {
	t.Parallel()
	set := load(t)
	for _, kind := range set.Kinds() {
		if set.Doc(kind) == "" {
			t.Errorf("kind %s has no comment", kind)
		}
		for _, f := range set.Fields(kind) {
			if f.Doc == "" && !strings.HasSuffix(f.Path, ">") {
				t.Errorf("%s: field %s has no comment", kind, f.Path)
			}
		}
	}
}

func TestLoadRefusesBrokenSchemas(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"no files":                  {},
		"a syntax error":            {"a.cue": "package small\n#A: {"},
		"a name that is not there":  {"a.cue": "package small\n#A: {kind!: \"a\", x: #B}\n"},
		"a conflict":                {"a.cue": "package small\n#A: {kind!: \"a\", x: 1 & 2}\n"},
		"two packages":              {"a.cue": "package small\n#A: {kind!: \"a\"}\n", "b.cue": "package other\n"},
		"no kind":                   {"a.cue": "package small\n#A: {x: 1}\n"},
		"one kind twice":            {"a.cue": "package small\n#A: {kind!: \"a\"}\n#B: {kind!: \"a\"}\n"},
		"a file from the disk":      {"a.cue": "@extern(embed)\n\npackage small\n#A: {kind!: \"a\", x: _ @embed(file=\"cue.mod/module.cue\",type=text)}\n"},
		"a package from a registry": {"a.cue": "package small\nimport \"example.com/x\"\n#A: {kind!: \"a\", x: x.y}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if set, err := schema.Load(small(files)); err == nil {
				t.Errorf("loaded: %v", set.Kinds())
			}
		})
	}
	if _, err := schema.Load(fstest.MapFS{"a.cue": {Data: []byte("package a\n#A: kind!: \"a\"\n")}}); err == nil {
		t.Error("loaded without cue.mod/module.cue")
	}
}

func TestDigestFollowsEveryByteOfCUE(t *testing.T) {
	t.Parallel()
	base := map[string]string{"small.cue": smallSchema, "data/a.cue": "package data\nx: 1\n"}
	digest := func(change func(map[string]string)) string {
		files := map[string]string{}
		for k, v := range base {
			files[k] = v
		}
		change(files)
		set, err := schema.Load(small(files))
		if err != nil {
			t.Fatal(err)
		}
		return set.Digest()
	}
	same := digest(func(map[string]string) {})
	if len(same) != 64 || same != digest(func(f map[string]string) { f["README.md"] = "not CUE" }) {
		t.Error("the digest must depend on CUE files only")
	}
	for name, change := range map[string]func(map[string]string){
		"a comment":              func(f map[string]string) { f["small.cue"] += "// more\n" },
		"a byte of the data":     func(f map[string]string) { f["data/a.cue"] = "package data\nx: 2\n" },
		"a file more":            func(f map[string]string) { f["data/b.cue"] = "" },
		"a file by another name": func(f map[string]string) { f["data/c.cue"] = f["data/a.cue"]; delete(f, "data/a.cue") },
	} {
		if digest(change) == same {
			t.Errorf("%s does not change the digest", name)
		}
	}
}

func TestUnknownKindIsRefused(t *testing.T) {
	t.Parallel()
	set := load(t)
	fs := check(set, "workloads", read(t, "workload"))
	if len(fs) != 1 || fs[0].Code != "unknown-kind" || set.Fields("workloads") != nil || set.Definition("workloads") != "" {
		t.Error(fs)
	}
}

// Many goroutines, enough records that contexts are replaced, always the same answer.
func TestCheckIsSafeForManyGoroutines(t *testing.T) {
	t.Parallel()
	set := load(t)
	valid, err := strictyaml.Read("v.yaml", []byte(read(t, "costs")), strictyaml.Limits{})
	if valid == nil {
		t.Fatal(err)
	}
	bad, _ := strictyaml.Read("b.yaml", []byte(strings.Replace(read(t, "costs"), "80", "800", 1)), strictyaml.Limits{})
	want := set.Check("b.yaml", "costs", bad)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 60 {
				if fs := set.Check("v.yaml", "costs", valid); len(fs) > 0 {
					t.Error(fs)
				}
				if diff := cmp.Diff(want, set.Check("b.yaml", "costs", bad)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
	wg.Wait()
	if finding.Errors(want) != 1 {
		t.Error(want)
	}
}

func TestLoadData(t *testing.T) {
	t.Parallel()
	type row struct {
		ID   string   `json:"id"`
		Days []string `json:"days"`
	}
	type data struct {
		Rows map[string]row `json:"rows"`
	}
	files := map[string]string{
		"forms/forms.cue": "package forms\n#Day: =~\"^[0-9-]+$\"\n",
		"rows/rows.cue":   "package rows\nimport \"example.org/small/forms\"\nrows: [ID=string]: #Row & {id: ID}\n#Row: {id!: string, days!: [...forms.#Day]}\n",
		"rows/data.cue":   "package rows\nrows: a: days: [\"2026-01-01\"]\nrows: b: days: []\n",
	}
	var got data
	if err := schema.LoadData(small(files), "rows", &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(data{map[string]row{"a": {"a", []string{"2026-01-01"}}, "b": {"b", []string{}}}}, got); diff != "" {
		t.Error(diff)
	}
	for name, more := range map[string]string{
		"a value that is not complete":    "rows: c: days: string",
		"a row without its days":          "rows: c: {}",
		"a field that is not in the rows": "rows: a: colour: 1",
		"a value that breaks its form":    "rows: c: days: [\"x\"]",
		"a field that Go has no room for": "more: 1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broken := map[string]string{"rows/more.cue": "package rows\n" + more + "\n"}
			for k, v := range files {
				broken[k] = v
			}
			if err := schema.LoadData(small(broken), "rows", new(data)); err == nil {
				t.Error("loaded")
			} else if !strings.Contains(err.Error(), "load rows") {
				t.Error(err)
			}
		})
	}
	if err := schema.LoadData(small(files), "nowhere", new(data)); err == nil {
		t.Error("loaded a folder that is not there")
	}
}

// The catalogue and the registers evaluate from the embedded files alone.
func TestTheProjectsOwnDataIsComplete(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{"obligations", "registers"} {
		var got map[string]any
		if err := schema.LoadData(os.DirFS("../../schemas"), dir, &got); err != nil {
			t.Error(err)
		}
		if len(got) == 0 {
			t.Errorf("%s holds nothing", dir)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	set := load(b)
	node, _ := strictyaml.Read("w.yaml", []byte(read(b, "workload")), strictyaml.Limits{})
	b.ReportAllocs()
	for b.Loop() {
		if fs := set.Check("w.yaml", "workload", node); len(fs) > 0 {
			b.Fatal(fs)
		}
	}
}
