package load

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"example.org/muniment/internal/identifier"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/tree"
)

var benchRoot = flag.String("records", "../..", "the repository whose evidence the benchmarks read: this one, or one made by muniment demo")

// written is a record as a file holds it, and what each step makes of it.
type written struct {
	path string
	kind record.Kind
	src  []byte
	tree *tree.Node
	body []byte // of a DPIA
	line int
}

func allWritten(b *testing.B) (all []written) {
	b.Helper()
	root := os.DirFS(*benchRoot)
	err := fs.WalkDir(root, record.Root, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		kind, ok := record.KindOf(p)
		if !ok {
			return nil
		}
		w := written{path: p, kind: kind}
		if w.src, err = fs.ReadFile(root, p); err != nil {
			return err
		}
		if filepath.Ext(p) == ".md" {
			w.tree, w.body, w.line, _ = strictyaml.FrontMatter(p, w.src, strictyaml.Limits{})
		} else {
			w.tree, _ = strictyaml.Read(p, w.src, strictyaml.Limits{})
		}
		if w.tree != nil {
			all = append(all, w)
		}
		return nil
	})
	if err != nil || len(all) == 0 {
		b.Fatalf("no records: %v", err)
	}
	return all
}

// BenchmarkStages gives what each step of reading costs for a record, on average over all that the repository holds.
func BenchmarkStages(b *testing.B) {
	o, err := Options{}.withDefaults()
	if err != nil {
		b.Fatal(err)
	}
	r := &reader{Options: o}
	all := allWritten(b)
	size := 0
	for _, w := range all {
		size += len(w.src)
	}
	for _, stage := range []struct {
		name string
		do   func(w *written)
	}{
		{"digest", func(w *written) { record.Digest(w.src) }},
		{"scan", func(w *written) { identifier.Scan(w.src) }},
		{"yaml", func(w *written) {
			if w.line > 0 {
				strictyaml.FrontMatter(w.path, w.src, r.YAML)
			} else {
				strictyaml.Read(w.path, w.src, r.YAML)
			}
		}},
		{"prose", func(w *written) {
			if w.line > 0 {
				r.prose(w.path, w.body, w.line)
			}
		}},
		{"shape", func(w *written) { r.Schemas.Check(w.path, string(w.kind), w.tree) }},
		{"values", func(w *written) { checkValues(w.path, w.tree) }},
		{"decode", func(w *written) {
			if err := record.New(w.path, w.kind, w.tree).Decode(); err != nil {
				b.Fatal(err)
			}
		}},
		{"all", func(w *written) {
			if _, _, err := r.readFile(w.path, w.kind, w.src, false); err != nil {
				b.Fatal(err)
			}
		}},
	} {
		b.Run(stage.name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				stage.do(&all[n%len(all)])
				n++
			}
			b.ReportMetric(float64(size)/float64(len(all)), "B/record")
		})
	}
}

// BenchmarkHeap gives what one record keeps in memory: its facts, its values, and the text they share. There are many, so that
// the few that are unpacked count for little.
func BenchmarkHeap(b *testing.B) {
	o, err := Options{}.withDefaults()
	if err != nil {
		b.Fatal(err)
	}
	r := &reader{Options: o}
	all := allWritten(b)
	for b.Loop() {
		kept := make([]*record.Record, max(len(all), 50_000))
		before := live()
		for i := range kept {
			w := all[i%len(all)]
			if kept[i], _, err = r.readFile(w.path, w.kind, bytes.Clone(w.src), false); err != nil {
				b.Fatal(err)
			}
			kept[i].Prose = nil
		}
		b.ReportMetric(float64(live()-before)/float64(len(kept)), "heap-B/record")
		for i := range kept {
			kept[i].Value = nil
		}
		b.ReportMetric(float64(live()-before)/float64(len(kept)), "facts-B/record")
		nodes, fields, text := 0, 0, 0
		for _, k := range kept[:len(all)] {
			k.Tree().Walk(func(_ string, n *tree.Node) {
				nodes++
				fields += len(n.Fields)
				text += len(n.Text)
			})
		}
		b.ReportMetric(float64(nodes)/float64(len(all)), "nodes/record")
		b.ReportMetric(float64(fields)/float64(len(all)), "fields/record")
		b.ReportMetric(float64(text)/float64(len(all)), "text-B/record")
		runtime.KeepAlive(kept)
	}
}

func live() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
