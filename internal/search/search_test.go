package search

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitAsJavaScriptDoes(t *testing.T) {
	for text, want := range map[string][]string{
		"":                      {""},
		"two words":             {"two", "words"},
		"Z9A1A/imaging-archive": {"Z9A1A", "imaging", "archive"},
		" leading":              {"leading", ""},
		"trailing.":             {"trailing", ""},
		"«quoted»":              {"quoted", "", ""},
		"£5 + 3":                {"£5", "+", "3"},
		"tab\tstays":            {"tab\tstays"},
	} {
		got := split(text)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

func TestSameDocumentsSameBytes(t *testing.T) {
	one := build(documents)
	for range 20 {
		if string(build(documents)) != string(one) {
			t.Fatal("the index differs from run to run")
		}
	}
	if !json.Valid(one) {
		t.Error("the index is no JSON")
	}
}

type document struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Text string `json:"text"`
}

var documents = []document{
	{"a", "Imaging archive", "Z9A1A/imaging-archive Northmoor Hospitals"},
	{"b", "Imaging, imaging and IMAGING", "«Archive» of the X-ray department."},
	{"c", "Gwasanaeth dŵr a thŷ", "Bwrdd Iechyd – Ysbyty’r Môr"},
	{"d", "</script><script>alert(1)</script>", "\u2028\u2029 & \" ' < >"},
	{"e", "", ""},
	{"f", "Symptom app trial", "Z9B2C/symptom-app-trial innovation class II"},
	{"g", "constructor __proto__ toString", "hasOwnProperty 1 2 3 10 100"},
	{"h", "日本 患者 ＡＢＣ", "Ünïcödé ÉCOLE straße"},
}

func build(list []document) []byte {
	x := New("name", "text")
	for _, d := range list {
		x.Add(d.ID, map[string]string{"name": d.Name}, d.Name, d.Text)
	}
	return x.JSON()
}

// TestMiniSearchFindsTheSame asks the library itself: the index that it makes and the one that is written here give the same
// documents with the same scores, whatever is asked.
func TestMiniSearchFindsTheSame(t *testing.T) {
	library, err := filepath.Abs("../../themes/nhs/node_modules/minisearch/dist/cjs/index.cjs")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(library); err != nil {
		t.Skip("MiniSearch is not installed; make theme installs it")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is not installed")
	}
	many := slices.Clone(documents)
	words := []string{"archive", "ward", "Referral", "pathology", "exchange", "risk", "Bed", "modelling", "trial", "letters", "screening", "maternity"}
	for i := range 400 {
		name := words[i%12] + " " + words[(i/12)%12] + " " + words[(i*7)%12]
		many = append(many, document{"n" + string(rune('A'+i%26)) + words[i%12] + string(rune('A'+i/26)), name, "Z" + words[(i*5)%12] + "/" + words[i%12] + ", " + words[(i*11)%12] + "."})
	}
	dir := t.TempDir()
	list, err := json.Marshal(many)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"documents.json": list, "index.json": build(many), "compare.cjs": []byte(compare)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := exec.CommandContext(t.Context(), node, "compare.cjs", library)
	run.Dir = dir
	said, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	t.Logf("%s", said)
}

const compare = `
const fs = require("fs");
const MiniSearch = require(process.argv[2]);
const options = {fields: ["name", "text"], storeFields: ["name"]};
const documents = JSON.parse(fs.readFileSync("documents.json", "utf8"));
const theirs = new MiniSearch(options);
theirs.addAll(documents);
const ours = MiniSearch.loadJSON(fs.readFileSync("index.json", "utf8"), options);
const asked = ["imaging", "archive", "imag", "archvie", "x-ray", "dŵr", "DŴR", "ysbyty'r", "script", "alert(1)", "class ii", "Z9B2C/symptom-app-trial",
  "__proto__", "constructor", "10", "日本", "école", "STRASSE", "trial bed", "maternty screning", "a", "", "zzzz"];
const ways = [{}, {prefix: true}, {prefix: true, fuzzy: 0.2}, {combineWith: "AND"}, {prefix: true, fuzzy: 0.2, combineWith: "AND", boost: {name: 3}}];
let compared = 0;
const different = [];
for (const q of asked) for (const way of ways) {
  compared++;
  const told = x => JSON.stringify(x.search(q, way).map(r => [r.id, r.score.toFixed(6), r.name, [...r.terms].sort()]).sort());
  if (told(theirs) !== told(ours)) different.push(q + " " + JSON.stringify(way) + "\n" + told(theirs).slice(0, 300) + "\n" + told(ours).slice(0, 300));
}
console.log("compared " + compared + " questions");
if (JSON.stringify(theirs._avgFieldLength) !== JSON.stringify(ours._avgFieldLength)) different.push("mean lengths " + theirs._avgFieldLength + " / " + ours._avgFieldLength);
if (different.length) { console.log(different.join("\n")); process.exit(1); }
`
