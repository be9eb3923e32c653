package obligation_test

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/schemas"
)

// today is the day on which every duty of the valid register is met.
var today = calendar.MustParse("2026-11-22")

var (
	catalogue = sync.OnceValue(func() *obligation.Catalogue { return must(obligation.Load(schemas.FS)) })
	laws      = sync.OnceValue(func() *law.Law { return must(law.Load(schemas.FS)) })
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// edit changes one file of the valid register. A file is named by the end of its path.
type edit struct {
	file string
	old  string // must occur; empty means the whole file
	new  string // with old empty, nothing deletes the file; a file that is not there yet is written, named by its whole path
	late bool   // done once digests are in place, so that approvals see other bytes
}

// valid reads the valid register with edits.
func valid(tb testing.TB, edits ...edit) *register.Register {
	tb.Helper()
	return read(tb, "testdata/valid.txtar", edits...)
}

func read(tb testing.TB, name string, edits ...edit) *register.Register {
	tb.Helper()
	archive := must(txtar.ParseFile(name))
	files := make(fstest.MapFS)
	for _, f := range archive.Files {
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	apply(tb, files, edits, false)
	fill(files)
	apply(tb, files, edits, true)
	return joined(tb, files)
}

// parsed keeps every record that some register of these tests holds, by path and bytes, so that a case reads only what it
// changes.
var parsed sync.Map // of load.Content by path and digest

// joined makes a register of files that all have to be good.
func joined(tb testing.TB, files fstest.MapFS) *register.Register {
	tb.Helper()
	var records []*record.Record
	digests := make(map[string]string)
	for name, f := range files {
		digests[name] = record.Digest(f.Data)
		r, err := recordOf(name, digests[name], f.Data)
		if err != nil {
			tb.Fatal(err)
		}
		if _, wanted := record.KindOf(name); wanted && r == nil {
			tb.Fatalf("%s is not a valid record", name)
		}
		if r != nil {
			records = append(records, r)
		}
	}
	slices.SortFunc(records, func(a, b *record.Record) int { return strings.Compare(a.Path, b.Path) })
	reg, findings := register.New(records, digests)
	for _, f := range findings {
		if f.Severity == "error" {
			tb.Fatalf("the register is not valid: %s", f)
		}
	}
	return reg
}

var single = sync.OnceValues(func() (*load.Reader, error) { return load.NewReader(load.Options{}) })

func recordOf(name, digest string, src []byte) (*record.Record, error) {
	key := [2]string{name, digest}
	if known, ok := parsed.Load(key); ok {
		return known.(load.Content).Record, nil
	}
	reader, err := single()
	if err != nil {
		return nil, err
	}
	what, kind := load.WhatIs(name, gitrepo.ModeFile)
	content, err := reader.Read(name, "", what, kind, src)
	if err == nil {
		parsed.Store(key, content)
	}
	return content.Record, err
}

func apply(tb testing.TB, files fstest.MapFS, edits []edit, late bool) {
	tb.Helper()
	for _, e := range edits {
		if e.late != late {
			continue
		}
		name := find(tb, files, e.file)
		switch {
		case e.old == "" && e.new == "":
			delete(files, name)
		case e.old == "":
			files[name] = &fstest.MapFile{Data: []byte(e.new)}
		default:
			text := string(files[name].Data)
			if strings.Count(text, e.old) != 1 {
				tb.Fatalf("%q occurs %d times in %s", e.old, strings.Count(text, e.old), name)
			}
			files[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, e.old, e.new, 1))}
		}
	}
}

func find(tb testing.TB, files fstest.MapFS, end string) string {
	tb.Helper()
	if strings.HasPrefix(end, "evidence/") {
		return end
	}
	found := ""
	for name := range files {
		if strings.HasSuffix(name, "/"+end) {
			if found != "" {
				tb.Fatalf("%s names both %s and %s", end, found, name)
			}
			found = name
		}
	}
	if found == "" {
		tb.Fatalf("there is no file %s", end)
	}
	return found
}

var digestOf = regexp.MustCompile(`\{(evidence/[^}]+)\}`)

// fill puts digests in the place of {path}; a file that is not there leaves a digest of nothing.
func fill(files fstest.MapFS) {
	filled := make(map[string]bool)
	var do func(name string) []byte
	do = func(name string) []byte {
		f := files[name]
		if f == nil {
			return nil
		}
		if !filled[name] {
			filled[name] = true
			f.Data = digestOf.ReplaceAllFunc(f.Data, func(m []byte) []byte {
				sum := sha256.Sum256(do(string(m[1 : len(m)-1])))
				return []byte(hex.EncodeToString(sum[:]))
			})
		}
		return f.Data
	}
	for name := range files {
		do(name)
	}
}

// subjects lists everything in a register that can be judged, with the id of each.
func subjects(reg *register.Register) map[string]obligation.Subject {
	list := make(map[string]obligation.Subject)
	for _, w := range reg.Workloads {
		list["workload "+w.ID] = obligation.Subject{Register: reg, Workload: w}
	}
	for _, o := range reg.Organisations {
		list["organisation "+o.ID] = obligation.Subject{Register: reg, Organisation: o}
	}
	for _, s := range reg.Suppliers {
		list["supplier "+s.ID] = obligation.Subject{Register: reg, Supplier: s}
	}
	for _, c := range reg.Contracts {
		list["contract "+c.ID] = obligation.Subject{Register: reg, Contract: c}
	}
	for _, f := range reg.Footprints {
		list["footprint "+f.ID] = obligation.Subject{Register: reg, Footprint: f}
	}
	return list
}
