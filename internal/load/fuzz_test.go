package load

import (
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
)

// FuzzReadFile claims that no bytes make the reading of a file panic or fail, that the same bytes give the same answer, and
// that a record is read or refused with a reason, never both and never neither.
func FuzzReadFile(f *testing.F) {
	archive, err := txtar.ParseFile("testdata/valid.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range archive.Files {
		if kind, ok := record.KindOf(file.Name); ok {
			f.Add(string(kind), file.Data)
		}
	}
	for _, s := range []string{"", "\x00", "a: 1\rb: 2\rc: 3\r", "- x\n", "x\n", "---\n---\n## Step 1\n", "---\nkind: dpia\n---\n[a](%zz)\n"} {
		f.Add("dpia", []byte(s))
		f.Add("workload", []byte(s))
	}
	o, err := Options{}.withDefaults()
	if err != nil {
		f.Fatal(err)
	}
	r := &reader{Options: o}
	kinds := make(map[string]bool)
	for _, home := range record.Homes() {
		kinds[string(home.Kind)] = true
	}
	f.Fuzz(func(t *testing.T, kind string, src []byte) {
		if !kinds[kind] || len(src) > maxRecord {
			t.Skip()
		}
		rec, findings, err := r.readFile("evidence/x.yaml", record.Kind(kind), src, false)
		if err != nil {
			t.Fatalf("schema and Go type disagree: %v", err)
		}
		if (rec == nil) != (finding.Errors(findings) > 0) {
			t.Fatalf("record %v with findings %v", rec != nil, findings)
		}
		if rec != nil && rec.Value == nil {
			t.Fatal("a record without a value")
		}
		_, again, _ := r.readFile("evidence/x.yaml", record.Kind(kind), src, false)
		if len(again) != len(findings) {
			t.Fatalf("%d findings, then %d", len(findings), len(again))
		}
		checkAttachment("evidence/x/files/x.txt", src)
	})
}
