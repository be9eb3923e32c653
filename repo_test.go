// Package muniment_test keeps the promises that the whole repository makes: imports go down only, large dependencies enter
// through one door, clocks and environment are read in one place, every package says what it promises, and nothing in the
// tree names a machine it was made on.
package muniment_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

const module = "example.org/muniment/"

// floors lists the packages of the program from the ground up. A package imports only from floors below its own.
var floors = [][]string{
	{"internal/tape"},
	{"schemas", "themes", "internal/calendar", "internal/identifier", "internal/finding", "internal/tree", "internal/plain", "internal/search", "internal/spelling", "internal/pdf", "internal/wording"},
	{"internal/record", "internal/gitrepo", "internal/strictyaml", "internal/schema", "internal/markdown", "internal/theme", "internal/publish", "internal/gitpack", "internal/cache", "internal/signature", "internal/forge", "internal/courier"},
	{"internal/register", "internal/law", "internal/statement"},
	{"internal/load", "internal/approval", "internal/demo"},
	{"internal/versions"},
	{"internal/chain"},
	{"internal/obligation"},
	{"internal/assess"},
	{"internal/timeline"},
	{"internal/report"},
	{"internal/site", "internal/console", "internal/feed", "internal/brief", "internal/annotate", "internal/remind", "internal/gate", "internal/owners"},
	{"internal/pipeline"},
	{"internal/cli"},
	{"cmd/muniment"},
}

// apart lists packages that never reach the program: steps of the build and helpers of tests.
var apart = []string{"internal/courier/couriertest", "internal/forge/forgetest", "internal/fuzztest", "internal/gittest", "themes/nhs/bundle", "test/bench", "test/browser", "test/mutation"}

// doors names the only packages that may import each large dependency.
var doors = map[string][]string{
	"cuelang.org/go":              {"internal/schema"},
	"github.com/go-git/":          {"internal/gitrepo", "internal/gittest"},
	"github.com/klauspost/":       {"internal/gitrepo", "internal/cache"},
	"github.com/yuin/":            {"internal/markdown"},
	"github.com/nicksnyder/":      {"internal/wording"},
	"github.com/pelletier/":       {"internal/wording"},
	"golang.org/x/text/feature/":  {"internal/wording"},
	"go.yaml.in/":                 {"internal/strictyaml"},
	"github.com/spf13/":           {"internal/cli"},
	"golang.org/x/term":           {"internal/cli"},
	"golang.org/x/crypto":         {"internal/signature"},
	"github.com/hiddeco/":         {"internal/signature"},
	"filippo.io/":                 {"internal/signature"},
	"golang.org/x/sys":            {"internal/publish"},
	"github.com/arran4/":          {"internal/feed"},
	"github.com/evanw/esbuild":    {"themes/nhs/bundle"},
	"github.com/chromedp/":        {"test/browser"},
	"github.com/google/go-github": {"internal/forge"},
	"code.gitea.io/":              {"internal/forge"},
	"github.com/wneessen/":        {"internal/courier"},
	"github.com/getkin/":          {"internal/forge/forgetest"},
	"net/http":                    {"internal/cli", "internal/courier", "internal/courier/couriertest", "internal/forge", "internal/forge/forgetest", "test/browser"},
	"os/exec":                     {"internal/cli", "internal/pdf", "test/bench", "test/browser", "test/mutation"},
}

// rare names calls that only certain packages make, so that everything else stays a function of what it is given.
var rare = map[string][]string{
	"time.Now":     {"internal/cli", "test/bench"}, // the bench is a stop-watch for whole processes
	"time.Since":   {"test/bench"},
	"time.Local":   {},
	"os.Exit":      {"cmd/muniment", "themes/nhs/bundle", "test/bench", "test/mutation"},
	"os.Getenv":    {"internal/cli", "test/bench"},
	"os.LookupEnv": {},
	"os.Environ":   {},
	"os.Getwd":     {"internal/cli"},
	"os.Chdir":     {},
	"fmt.Print":    {},
	"fmt.Printf":   {},
	"fmt.Println":  {},
	"log.Fatal":    {},
}

// sourceFiles visits every Go file of the repository.
func sourceFiles(t *testing.T, visit func(name string, f *ast.File)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || d.Name() == ".git" || name == "bin" || strings.HasPrefix(name, "public")) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Error(err)
			return nil
		}
		visit(name, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestImportsGoDownOnly(t *testing.T) {
	floor := map[string]int{}
	for i, packages := range floors {
		for _, p := range packages {
			floor[p] = i
		}
	}
	seen := map[string]bool{}
	sourceFiles(t, func(name string, f *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		from := path.Dir(name)
		seen[from] = true
		mine, inProgram := floor[from]
		if !inProgram && !slices.Contains(apart, from) {
			t.Errorf("%s is on no floor: add it to floors or to apart", from)
			return
		}
		for _, spec := range f.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			to, ours := strings.CutPrefix(imported, module)
			switch {
			case ours && inProgram && slices.Contains(apart, to):
				t.Errorf("%s imports %s, which is not part of the program", name, to)
			case ours && inProgram && floor[to] >= mine:
				t.Errorf("%s on floor %d imports %s on floor %d: imports go down only", name, mine, to, floor[to])
			}
		}
	})
	for p := range floor {
		if !seen[p] {
			t.Errorf("floors names %s, which does not exist", p)
		}
	}
}

func TestLargeDependenciesEnterThroughOneDoor(t *testing.T) {
	used := map[string]bool{}
	sourceFiles(t, func(name string, f *ast.File) {
		if strings.HasSuffix(name, "_test.go") && path.Dir(name) != "test/browser" {
			return
		}
		for _, spec := range f.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			for dependency, keepers := range doors {
				if !strings.HasPrefix(imported, dependency) {
					continue
				}
				used[dependency] = true
				if !slices.Contains(keepers, path.Dir(name)) {
					t.Errorf("%s imports %s; go through %v", name, imported, keepers)
				}
			}
		}
	})
	for dependency, keepers := range doors {
		if !used[dependency] && len(keepers) > 0 {
			t.Errorf("doors names %s, which nothing imports", dependency)
		}
	}
}

func TestRareCallsStayInTheirPackages(t *testing.T) {
	sourceFiles(t, func(name string, f *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := sel.X.(*ast.Ident)
			if !ok {
				return true
			}
			call := x.Name + "." + sel.Sel.Name
			if keepers, ok := rare[call]; ok && !slices.Contains(keepers, path.Dir(name)) && path.Dir(name) != "themes/nhs/bundle" {
				t.Errorf("%s calls %s; take it as an argument (allowed in %v)", name, call, keepers)
			}
			return true
		})
	})
}

func TestEveryPackageSaysWhatItPromises(t *testing.T) {
	documented := map[string]bool{}
	sourceFiles(t, func(name string, f *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		dir := path.Dir(name)
		documented[dir] = documented[dir] || f.Doc != nil
		for _, bad := range []string{"util", "common", "helper", "misc"} {
			if strings.Contains(f.Name.Name, bad) {
				t.Errorf("%s: a package is named for the thing it holds, not %q", name, f.Name.Name)
			}
		}
	})
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

// TestEverythingExportedIsDocumented looks at functions and types; fields and constants of a group may share a comment.
func TestEverythingExportedIsDocumented(t *testing.T) {
	sourceFiles(t, func(name string, f *ast.File) {
		if strings.HasSuffix(name, "_test.go") {
			return
		}
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d.Recv)) && !selfEvident[d.Name.Name] {
					t.Errorf("%s: %s has no comment", name, d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if s, ok := spec.(*ast.TypeSpec); ok && s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
						t.Errorf("%s: type %s has no comment", name, s.Name.Name)
					}
				}
			}
		}
	})
}

// selfEvident lists methods whose meaning their interface fixes.
var selfEvident = map[string]bool{
	"Error": true, "String": true, "Unwrap": true, "Close": true, "Read": true, "Name": true,
	"Size": true, "Mode": true, "ModTime": true, "IsDir": true, "Sys": true, "Type": true, "Info": true, "Stat": true,
}

func exportedReceiver(recv *ast.FieldList) bool {
	exported := false
	ast.Inspect(recv, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.IsExported() {
			exported = true
		}
		return true
	})
	return exported
}

// TestTreeNamesNoMachine keeps paths of the machines that the tree was made on out of it.
func TestTreeNamesNoMachine(t *testing.T) {
	machine := regexp.MustCompile(`/(root|home/[a-z]+|Users/[A-Za-z]+|work/main|work/shared)/`)
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		skipped := []string{".git", "node_modules", "bin", "dist", "out"}
		if d.IsDir() && (slices.Contains(skipped, d.Name()) || strings.HasPrefix(name, "public")) {
			return fs.SkipDir
		}
		if !d.Type().IsRegular() || strings.HasPrefix(name, "public") || name == ".git" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil || !utf8.Valid(text) {
			return err
		}
		for i, line := range strings.Split(string(text), "\n") {
			if machine.MatchString(line) && name != "repo_test.go" {
				t.Errorf("%s:%d names a path of a machine", name, i+1)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
