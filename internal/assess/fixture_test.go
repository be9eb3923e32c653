package assess_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
	"example.org/muniment/schemas"
)

var today = calendar.MustParse("2026-11-22")

var (
	catalogue = sync.OnceValue(func() *obligation.Catalogue { return must(obligation.Load(schemas.FS)) })
	laws      = sync.OnceValue(func() *law.Law { return must(law.Load(schemas.FS)) })
	example   = sync.OnceValue(func() *register.Register {
		return must(load.Tree(context.Background(), os.DirFS(root()), load.Options{})).Register
	})
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// root is the repository that this test is part of; the living example is in its folder evidence.
func root() string { return filepath.Join("..", "..") }

func on(day calendar.Date, reg *register.Register) *assess.Assessment {
	return assess.On(day, reg, catalogue(), laws())
}

// files is the valid register of package obligation as files, digests not yet filled in.
func files(tb testing.TB) fstest.MapFS {
	tb.Helper()
	archive := must(txtar.ParseFile(filepath.Join("..", "obligation", "testdata", "valid.txtar")))
	list := make(fstest.MapFS)
	for _, f := range archive.Files {
		list[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return list
}

// with writes a file.
func with(list fstest.MapFS, name, text string) fstest.MapFS {
	list[name] = &fstest.MapFile{Data: []byte(text)}
	return list
}

// without removes files.
func without(list fstest.MapFS, names ...string) fstest.MapFS {
	for _, n := range names {
		delete(list, n)
	}
	return list
}

// replaced puts other text into a file.
func replaced(tb testing.TB, list fstest.MapFS, name, before, after string) fstest.MapFS {
	tb.Helper()
	text := string(list[name].Data)
	if strings.Count(text, before) != 1 {
		tb.Fatalf("%q occurs %d times in %s", before, strings.Count(text, before), name)
	}
	return with(list, name, strings.Replace(text, before, after, 1))
}

var digestOf = regexp.MustCompile(`\{(evidence/[^}]+)\}`)

// read fills digests in and reads the register.
func read(tb testing.TB, list fstest.MapFS) *register.Register {
	tb.Helper()
	filled := make(map[string]bool)
	var fill func(name string) []byte
	fill = func(name string) []byte {
		f := list[name]
		if f == nil {
			return nil
		}
		if !filled[name] {
			filled[name] = true
			f.Data = digestOf.ReplaceAllFunc(f.Data, func(m []byte) []byte {
				sum := sha256.Sum256(fill(string(m[1 : len(m)-1])))
				return []byte(hex.EncodeToString(sum[:]))
			})
		}
		return f.Data
	}
	for name := range list {
		fill(name)
	}
	return readFS(tb, list)
}

func readFS(tb testing.TB, fsys fs.FS) *register.Register {
	tb.Helper()
	result, err := load.Tree(tb.Context(), fsys, load.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	for _, f := range result.Findings {
		if f.Severity == "error" {
			tb.Fatalf("the register is not valid: %s", f)
		}
	}
	return result.Register
}
