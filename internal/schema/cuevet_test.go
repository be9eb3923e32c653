package schema

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/strictyaml"
)

var cueProgram = flag.String("cue", "", "the cue program to compare with; by default bin/cue, else it is built from tools.mod")

// mutant is a changed record, as the text of a file.
type mutant struct {
	what, kind string
	text       []byte
	accepted   bool
	findings   []finding.Finding
	strict     bool // strict reading refused it
}

// The same files, the same schemas, the real command: a record is accepted here exactly when
// `cue vet -c -d '#Kind' record.yaml schemas/*.cue` accepts it. Strict reading may refuse more, for reasons it names; it
// may never accept more.
func TestVerdictsEqualThoseOfCueVet(t *testing.T) {
	if testing.Short() {
		t.Skip("starts cue a few thousand times")
	}
	t.Parallel()
	cue := findCue(t)
	s := loadSchemas(t)
	mutants, unchanged := manyMutants(t, s, 2100)

	schemas, err := filepath.Glob("../../schemas/*.cue")
	if err != nil || len(schemas) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	dir := t.TempDir()
	vetted := make([]bool, len(mutants))
	g, ctx := errgroup.WithContext(context.Background())
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, m := range mutants {
		g.Go(func() (err error) {
			vetted[i], err = vet(ctx, cue, s.Definition(m.kind), filepath.Join(dir, fmt.Sprintf("%05d.yaml", i)), m.text, schemas)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}

	stricter := make(map[string]int)
	accepted, differences := 0, 0
	for i, m := range mutants {
		switch {
		case m.accepted == vetted[i]:
			if m.accepted {
				accepted++
			}
		case m.strict && vetted[i]:
			stricter[m.findings[0].Code]++
		default:
			differences++
			t.Errorf("%s: accepted here %v, by cue vet %v\n%v\n%s", m.what, m.accepted, vetted[i], m.findings, m.text)
		}
	}
	if tried := len(mutants) - unchanged; tried < 2000 {
		t.Errorf("%d mutations; at least 2,000 are wanted", tried)
	}
	var reasons []string
	for _, code := range slices.Sorted(maps.Keys(stricter)) {
		reasons = append(reasons, fmt.Sprintf("%s %d", code, stricter[code]))
		if !strictByDesign[code] {
			t.Errorf("strict reading refused %d files with %s that cue vet accepts; that is not by design", stricter[code], code)
		}
	}
	t.Logf("%d valid records and %d mutations compared with cue vet: %d accepted by both, %d unexplained differences; refused by strict reading alone: %s",
		unchanged, len(mutants)-unchanged, accepted, differences, strings.Join(reasons, ", "))
}

// strictByDesign says where we refuse what cue vet takes, and why.
var strictByDesign = map[string]bool{
	"duplicate-field":   true, // cue joins the two when they can be joined
	"ambiguous-value":   true, // cue reads "no" as text and 010 as 8 (or 10); other readers do not
	"empty-value":       true, // cue drops or takes null where the schema lets it
	"yaml-anchor":       true,
	"yaml-alias":        true,
	"yaml-tag":          true,
	"yaml-merge":        true,
	"yaml-key":          true,
	"yaml-document":     true, // cue takes several documents, each on its own
	"yaml-syntax":       true, // text on which the two readers differ is text we do not want
	"byte-order-mark":   true,
	"hidden-character":  true,
	"control-character": true,
	"line-break":        true,
	"merge-conflict":    true,
}

// manyMutants changes valid records of every kind, as data and as text, always in the same way.
func manyMutants(t *testing.T, s *Set, count int) (out []mutant, unchanged int) {
	valid := samples(t, s)
	r := rand.New(rand.NewPCG(20261122, 1))
	add := func(what, kind string, text []byte) {
		m := mutant{what: what, kind: kind, text: text}
		node, fs := strictyaml.Read("record.yaml", text, strictyaml.Limits{})
		m.strict, m.findings = node == nil, fs
		if node != nil {
			m.findings = s.Check("record.yaml", kind, node)
			m.accepted = len(m.findings) == 0
		}
		out = append(out, m)
	}
	for _, sm := range valid {
		add(sm.name, sm.kind, sm.text)
	}
	r.Shuffle(len(valid), func(i, j int) { valid[i], valid[j] = valid[j], valid[i] })
	for i := range count {
		sm := valid[i%len(valid)]
		switch {
		case i%5 == 4:
			text, what := mutateText(r, sm.text)
			add(sm.name+": "+what, sm.kind, text)
		case i%37 == 0:
			other := s.Kinds()[r.IntN(len(s.Kinds()))]
			add(sm.name+" read as "+other, other, sm.text)
		default:
			n := clone(sm.node)
			add(sm.name+": "+mutate(r, n), sm.kind, block(n))
		}
	}
	return out, len(valid)
}

// mutateText changes the text of a file as a slip of the hand or a bad tool does.
func mutateText(r *rand.Rand, text []byte) ([]byte, string) {
	lines := strings.SplitAfter(string(text), "\n")
	lines = lines[:len(lines)-1]
	i := r.IntN(len(lines))
	line := strings.TrimSuffix(lines[i], "\n")
	name, value, isField := strings.Cut(line, ": ")
	ways := []func() (string, string){
		func() (string, string) { return "", "line lost" },
		func() (string, string) { return line + "\n" + line, "line twice" },
		func() (string, string) { return "  " + line, "line indented" },
		func() (string, string) { return strings.TrimPrefix(line, "  "), "line not indented" },
		func() (string, string) { return "\t" + line, "tab" },
		func() (string, string) { return strings.Replace(line, ": ", ":", 1), "space lost" },
		func() (string, string) { return strings.Trim(line, `"`), "quote lost" },
		func() (string, string) { return "# " + line, "made a comment" },
		func() (string, string) { return line + " # note", "comment" },
		func() (string, string) { return "---\n" + line, "document" },
		func() (string, string) { return line + "\r", "Windows line end" },
		func() (string, string) { return strings.Replace(line, "-", "‐", 1), "wrong hyphen" },
		func() (string, string) { return line + "\u200b", "hidden character" },
		func() (string, string) { return name + ": no", "no" },
		func() (string, string) { return name + ": 010", "octal" },
		func() (string, string) { return name + ": 2026-11-22", "day" },
		func() (string, string) { return name + ": 2026-1-5", "odd day" },
		func() (string, string) { return name + ": 1_000", "underscore" },
		func() (string, string) { return name + ": 12:30:00", "clock" },
		func() (string, string) { return name + ":", "no value" },
		func() (string, string) { return name + ": ~", "null" },
		func() (string, string) { return name + ": !!str " + value, "tag" },
		func() (string, string) { return name + ": &a " + value, "anchor" },
		func() (string, string) { return name + ": '" + strings.Trim(value, `"`) + "'", "other quotes" },
		func() (string, string) { return name + ": |\n      " + strings.Trim(value, `"`), "block of text" },
		func() (string, string) {
			return name + ": >-\n      " + strings.Trim(value, `"`) + "\n      more", "folded text"
		},
		func() (string, string) { return name + ": [" + value + "]", "in a list" },
		func() (string, string) { return name + ": {text: " + value + "}", "in a group" },
	}
	w := r.IntN(len(ways))
	if !isField {
		w = r.IntN(13)
	}
	changed, what := ways[w]()
	if changed != "" {
		changed += "\n"
	}
	lines[i] = changed
	return []byte(strings.Join(lines, "")), fmt.Sprintf("line %d: %s", i+1, what)
}

// vet asks the real command about one file.
func vet(ctx context.Context, cue, definition, file string, text []byte, schemas []string) (accepted bool, err error) {
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return false, err
	}
	cmd := exec.CommandContext(ctx, cue, append([]string{"vet", "-c", "-d", definition, file}, schemas...)...)
	cmd.Env = []string{"HOME=" + filepath.Dir(file), "CUE_REGISTRY=none"}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && (exit.ExitCode() == 1 || bytes.Contains(out, []byte("panic:"))) {
		return false, nil // cue's own reader stops on some inputs; that is no acceptance
	}
	if err != nil {
		return false, fmt.Errorf("%w: %s", err, out)
	}
	return true, nil
}

// findCue returns the pinned cue, built from tools.mod when make has not done so.
func findCue(t *testing.T) string {
	t.Helper()
	pinned := moduleVersion(t, "../../tools.mod", "cuelang.org/go")
	if used := moduleVersion(t, "../../go.mod", "cuelang.org/go"); used != pinned {
		t.Fatalf("go.mod has CUE %s and tools.mod %s: the comparison needs the same", used, pinned)
	}
	if *cueProgram != "" {
		return *cueProgram
	}
	if built, err := filepath.Abs("../../bin/cue"); err == nil {
		if out, err := exec.Command(built, "version").Output(); err == nil && bytes.Contains(out, []byte(pinned)) {
			return built
		}
	}
	cue := filepath.Join(t.TempDir(), "cue")
	build := exec.Command("go", "build", "-modfile=tools.mod", "-o", cue, "cuelang.org/go/cmd/cue")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Skipf("cannot build cue (run `make bin/cue` where modules can be downloaded): %v\n%s", err, out)
	}
	return cue
}

func moduleVersion(t *testing.T, modfile, module string) string {
	t.Helper()
	text, err := os.ReadFile(modfile)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == module {
			return f[1]
		}
	}
	t.Fatalf("%s does not name %s", modfile, module)
	return ""
}
