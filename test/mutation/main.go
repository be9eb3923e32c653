// Mutation asks whether the tests of a package would notice if its code were wrong. It puts a switch at each place where one
// can go wrong (a condition that is always true, or never; a boundary that is off by one; a statement that is left out),
// builds the tests once, and runs them with each switch in turn. A mutant that no test notices has survived.
//
//	go run ./test/mutation [-sites] [-only file.go,…] [-last regexp] ./internal/approval ./internal/signature
//
// It is apart from the program and from its tests: it takes minutes, and what it finds is for a person to read.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/go/ast/astutil"
)

// site is one place in the code with the ways in which it can be wrong.
type site struct {
	at    token.Position
	text  string
	modes []string
}

// The ways. The switch of a mutant is its site's number and one of them.
const (
	always   = "always true"
	never    = "never true"
	boundary = "off by one"
	leftOut  = "left out"
)

// hook is added to the package: it asks the environment, once, which mutant is wanted.
const hook = `package %s

import (
	mutationOS "os"
	mutationConv "strconv"
	mutationText "strings"
)

var mutationSite, mutationMode = func() (int, string) {
	site, mode, _ := mutationText.Cut(mutationOS.Getenv("MUTANT"), " ")
	n, err := mutationConv.Atoi(site)
	if err != nil {
		return -1, ""
	}
	return n, mode
}()

func mutationBool(site int, is, edge func() bool) bool {
	if site == mutationSite {
		switch mutationMode {
		case "always true":
			return true
		case "never true":
			return false
		case "off by one":
			return edge()
		}
	}
	return is()
}

func mutationInt(site int, is, off int) int {
	if site == mutationSite {
		return off
	}
	return is
}

func mutationDoes(site int) bool { return site != mutationSite }
`

func main() {
	only := flag.String("only", "", "look at these files alone, with commas between them")
	list := flag.Bool("sites", false, "list the places and run nothing")
	flag.StringVar(&last, "last", last, "run these tests only for mutants that the others have not noticed")
	flag.Parse()
	worst := 0
	for _, dir := range flag.Args() {
		killed, survived, err := mutate(dir, *only, *list)
		if err != nil {
			fmt.Fprintln(os.Stderr, "mutation:", err)
			os.Exit(2)
		}
		if n := killed + survived; n > 0 {
			fmt.Fprintf(os.Stdout, "%s: %d of %d mutants noticed (%.1f%%)\n", dir, killed, n, 100*float64(killed)/float64(n))
		}
		worst = max(worst, survived)
	}
	if worst > 0 {
		os.Exit(1) // as a finding, not as trouble
	}
}

func mutate(dir, only string, listOnly bool) (killed, survived int, err error) {
	tmp, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(tmp)
	m := &mutator{fset: token.NewFileSet(), overlay: map[string]string{}, tmp: tmp, before: map[ast.Node]site{}, bare: map[ast.Node]bool{}, turning: map[ast.Node]bool{}}
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return 0, 0, err
	}
	for _, name := range files {
		if !strings.HasSuffix(name, "_test.go") && (only == "" || slices.Contains(strings.Split(only, ","), filepath.Base(name))) {
			if err := m.file(name); err != nil {
				return 0, 0, err
			}
		}
	}
	if listOnly {
		for _, s := range m.sites {
			fmt.Fprintf(os.Stdout, "%s: %s: %s\n", s.at, s.text, strings.Join(s.modes, ", "))
		}
		return 0, 0, nil
	}
	program, err := m.build(dir)
	if err != nil {
		return 0, 0, err
	}
	if failed, out := runTests(dir, program, ""); failed {
		return 0, 0, fmt.Errorf("the tests of %s fail without any mutant:\n%s", dir, out)
	}
	for i, s := range m.sites {
		for _, mode := range s.modes {
			if noticed(dir, program, fmt.Sprintf("%d %s", i, mode)) {
				killed++
				continue
			}
			survived++
			fmt.Fprintf(os.Stdout, "%s: survived: %s: %s\n", s.at, s.text, mode)
		}
	}
	return killed, survived, nil
}

// last matches tests that take longer than others.
var last = "SecondJudge|EveryBit|Dates|StatementIsTheRecord|Fuzz|Agent"

// noticed runs the quick tests first, since most mutants die of them.
func noticed(dir, program, mutant string) bool {
	if dead, _ := runTests(dir, program, mutant, "-test.skip", last); dead {
		return true
	}
	dead, _ := runTests(dir, program, mutant, "-test.run", last)
	return dead
}

// runTests tells whether any test notices a mutant. One that runs for ever is noticed.
func runTests(dir, program, mutant string, which ...string) (bool, string) {
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	// A loop that never ends takes all memory that there is, unless it may not.
	limited := []string{"-c", `ulimit -v 3000000; exec "$0" "$@"`, program, "-test.short", "-test.failfast"}
	cmd := exec.CommandContext(ctx, "sh", append(limited, which...)...)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "MUTANT="+mutant)
	out, err := cmd.CombinedOutput()
	return err != nil, string(out)
}

type mutator struct {
	fset    *token.FileSet
	sites   []site
	overlay map[string]string
	tmp     string
	pkg     string
	src     []byte
	before  map[ast.Node]site // what each node was before anything inside it was replaced
	bare    map[ast.Node]bool // clauses of switches without a value, whose cases are conditions
	turning map[ast.Node]bool // statements that may be what ends a loop
}

func (m *mutator) build(dir string) (string, error) {
	m.add(filepath.Join(dir, "mutation_hook.go"), fmt.Appendf(nil, hook, m.pkg))
	text, err := json.Marshal(map[string]any{"Replace": m.overlay})
	if err != nil {
		return "", err
	}
	overlay, program := filepath.Join(m.tmp, "overlay.json"), filepath.Join(m.tmp, "tests")
	if err := os.WriteFile(overlay, text, 0o644); err != nil {
		return "", err
	}
	cmd := exec.Command("go", "test", "-vet=off", "-c", "-overlay", overlay, "-o", program, "./"+filepath.ToSlash(filepath.Clean(dir)))
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the tests of %s: %w\n%s", dir, err, out)
	}
	return program, nil
}

// add puts a file into the overlay.
func (m *mutator) add(name string, src []byte) {
	full, err := filepath.Abs(name)
	if err != nil {
		panic("mutation: " + err.Error())
	}
	replaced := filepath.Join(m.tmp, filepath.Base(name))
	if err := os.WriteFile(replaced, src, 0o644); err != nil {
		panic("mutation: " + err.Error())
	}
	m.overlay[full] = replaced
}

func (m *mutator) file(name string) error {
	var err error
	if m.src, err = os.ReadFile(name); err != nil {
		return err
	}
	f, err := parser.ParseFile(m.fset, name, m.src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	m.pkg = f.Name.Name
	astutil.Apply(f, m.note, m.visit)
	var b bytes.Buffer
	if err := format.Node(&b, m.fset, f); err != nil {
		return err
	}
	m.add(name, b.Bytes())
	return nil
}

// note comes to a node before those inside it.
func (m *mutator) note(c *astutil.Cursor) bool {
	switch n := c.Node().(type) {
	case *ast.SwitchStmt:
		for _, clause := range n.Body.List {
			m.bare[clause] = n.Tag == nil
		}
	case *ast.ForStmt:
		for _, s := range n.Body.List {
			m.turning[s] = true
		}
	}
	switch n := c.Node().(type) {
	case ast.Expr, ast.Stmt:
		from, to := m.fset.Position(n.Pos()), m.fset.Position(n.End())
		text, _, more := strings.Cut(string(m.src[from.Offset:to.Offset]), "\n")
		if more {
			text += " …"
		}
		m.before[n] = site{at: from, text: text}
	}
	return true
}

// visit comes to a node after those inside it.
func (m *mutator) visit(c *astutil.Cursor) bool {
	switch n := c.Node().(type) {
	case ast.Expr:
		switch {
		case m.isCondition(c):
			_, loop := c.Parent().(*ast.ForStmt)
			c.Replace(m.condition(n, loop))
		case isStep(n):
			c.Replace(m.step(n.(*ast.BinaryExpr)))
		}
	case *ast.ExprStmt, *ast.IncDecStmt:
		m.statement(c, n.(ast.Stmt))
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			m.statement(c, n)
		}
	}
	return true
}

// isCondition tells of expressions that are certainly true or false: conditions, cases of a switch without a value, operands of
// && and ||, and comparisons that are returned or assigned.
func (m *mutator) isCondition(c *astutil.Cursor) bool {
	e := c.Node().(ast.Expr)
	switch p := c.Parent().(type) {
	case *ast.IfStmt:
		return p.Cond == e
	case *ast.ForStmt:
		return p.Cond == e
	case *ast.BinaryExpr:
		return p.Op == token.LAND || p.Op == token.LOR
	case *ast.CaseClause:
		return c.Name() == "List" && m.bare[p]
	case *ast.ReturnStmt, *ast.AssignStmt, *ast.CallExpr, *ast.KeyValueExpr:
		return isComparison(e)
	}
	return false
}

func isComparison(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return isComparison(e.X)
	case *ast.UnaryExpr:
		return e.Op == token.NOT
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND, token.LOR, token.EQL, token.NEQ, token.LSS, token.LEQ, token.GTR, token.GEQ:
			return true
		}
	}
	return false
}

// isStep tells of sums and differences with a whole number, such as n+1.
func isStep(e ast.Expr) bool {
	b, ok := e.(*ast.BinaryExpr)
	if !ok || b.Op != token.ADD && b.Op != token.SUB {
		return false
	}
	l, ok := b.Y.(*ast.BasicLit)
	return ok && l.Kind == token.INT
}

func (m *mutator) site(n ast.Node, modes ...string) ast.Expr {
	s := m.before[n]
	s.modes = modes
	m.sites = append(m.sites, s)
	return &ast.BasicLit{Kind: token.INT, Value: fmt.Sprint(len(m.sites) - 1)}
}

func call(name string, args ...ast.Expr) ast.Expr {
	return &ast.CallExpr{Fun: ast.NewIdent(name), Args: args}
}

func returning(e ast.Expr) ast.Expr {
	return &ast.FuncLit{
		Type: &ast.FuncType{Params: &ast.FieldList{}, Results: &ast.FieldList{List: []*ast.Field{{Type: ast.NewIdent("bool")}}}},
		Body: &ast.BlockStmt{List: []ast.Stmt{&ast.ReturnStmt{Results: []ast.Expr{e}}}},
	}
}

// edges pairs each order with the one that differs where both sides are equal.
var edges = map[token.Token]token.Token{token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR}

// condition wraps a condition. A loop's is only made never true: otherwise it would run for ever, and take all memory.
func (m *mutator) condition(e ast.Expr, loop bool) ast.Expr {
	modes := []string{never}
	if !loop {
		modes = append(modes, always)
	}
	edge := ast.Expr(ast.NewIdent("nil"))
	if b, ok := e.(*ast.BinaryExpr); ok && !loop {
		if other, ok := edges[b.Op]; ok {
			modes = append(modes, boundary)
			edge = returning(&ast.BinaryExpr{X: b.X, Op: other, Y: b.Y})
		}
	}
	return call("mutationBool", m.site(e, modes...), returning(e), edge)
}

func (m *mutator) step(b *ast.BinaryExpr) ast.Expr {
	return call("mutationInt", m.site(b, boundary), b, b.X)
}

// statement lets a statement be left out, unless it stands where none can, such as in the head of a loop.
func (m *mutator) statement(c *astutil.Cursor, s ast.Stmt) {
	if c.Index() < 0 || m.turning[s] {
		return
	}
	switch c.Parent().(type) {
	case *ast.BlockStmt, *ast.CaseClause:
		c.Replace(&ast.IfStmt{Cond: call("mutationDoes", m.site(s, leftOut)), Body: &ast.BlockStmt{List: []ast.Stmt{s}}})
	}
}
