package chain_test

import (
	"cmp"
	"flag"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
	"example.org/muniment/schemas"
)

var update = flag.Bool("update", false, "sign the living example anew, by keys that anybody can derive")

const repository = "../.."

// exampleSeed is the seed of the keys of the living example: see demo.Key. They prove nothing outside it.
const exampleSeed = 0

func example(t *testing.T) *register.Register {
	t.Helper()
	loaded, err := load.Tree(t.Context(), os.DirFS(repository), load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return loaded.Register
}

// TestTheExampleIsSigned holds the living example to what this program would write: the last approval of every office that is
// held today is a statement with a signature by the post's key. With -update it writes them.
func TestTheExampleIsSigned(t *testing.T) {
	if *update {
		listKeys(t)
	}
	reg, signed := example(t), 0
	rules, err := statement.RulesOf(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range reg.Workloads {
		for _, a := range latest(w) {
			file := filepath.Join(repository, filepath.FromSlash(a.Record.Path))
			if *update {
				sign(t, file, w, a, rules)
			}
			src := read(t, file)
			sig := read(t, file+record.SignatureEnding)
			facts, seal := approval.Open(src, sig)
			want := key(t, w.Controller.ID, a.Facts.By)
			if seal.Fault != "" || seal.Key != want || facts.Subject != w.ID {
				t.Errorf("%s: %s; run go test ./internal/chain -run Example -update", a.Record.Path, cmp.Or(seal.Fault, "another key signed it"))
			}
			signed++
		}
	}
	if signed < 30 {
		t.Errorf("only %d approvals are signed", signed)
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func key(t *testing.T, ods, post string) signature.Key {
	t.Helper()
	s, err := signature.NewSigner(demo.Key(exampleSeed, ods, post))
	if err != nil {
		t.Fatal(err)
	}
	return s.Key()
}

// latest lists the last approval of each office for the same files, where whoever made it still holds the office.
func latest(w *register.Workload) []*register.Approval {
	type about struct {
		office record.Office
		file   string
	}
	last := make(map[about]*register.Approval)
	var order []about
	for _, a := range w.Approvals {
		k := about{a.Facts.Office, a.Facts.Covers[0].Path}
		if last[k] == nil {
			order = append(order, k)
		}
		last[k] = a
	}
	var list []*register.Approval
	for _, k := range order {
		a := last[k]
		holders := approval.Holdings(w.Controller.People, a.Facts.Office)
		if slices.ContainsFunc(holders, func(h approval.Holding) bool {
			return h.Person != nil && h.Person.ID == a.Facts.By && h.During.To.IsZero() && h.During.Contains(a.Facts.On)
		}) {
			list = append(list, a)
		}
	}
	return list
}

func sign(t *testing.T, file string, w *register.Workload, a *register.Approval, rules statement.Rules) {
	t.Helper()
	facts := *a.Facts
	facts.Statement, facts.Repository, facts.Subject = statement.Purpose, "example.org/muniment", w.ID
	facts.Schemas, facts.Catalogue = rules.Schemas, rules.Catalogue
	facts.Covers = slices.SortedFunc(slices.Values(facts.Covers), func(a, b record.Covered) int { return strings.Compare(a.Path, b.Path) })
	src, err := statement.Encode(&facts)
	if err != nil {
		t.Fatalf("%s: %v", a.Record.Path, err)
	}
	s, err := signature.NewSigner(demo.Key(exampleSeed, w.Controller.ID, facts.By))
	if err != nil {
		t.Fatal(err)
	}
	sig, err := s.Sign(src)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{file: src, file + record.SignatureEnding: sig} {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// listKeys writes the public keys of posts into the appointments that have none.
func listKeys(t *testing.T) {
	t.Helper()
	first := calendar.MustParse("2017-01-01")
	for _, o := range example(t).Organisations {
		if slices.ContainsFunc(o.People.People, func(p record.Person) bool { return len(p.Keys) > 0 }) {
			continue
		}
		file := filepath.Join(repository, filepath.FromSlash(o.Appointments.Path))
		var out []string
		person := ""
		for line := range strings.Lines(string(read(t, file))) {
			out = append(out, line)
			if id, ok := strings.CutPrefix(line, "  - id: "); ok {
				person = strings.TrimSpace(id)
			}
			if strings.HasPrefix(line, "    email: ") {
				out = append(out, "    keys:\n      - key: "+key(t, path.Base(path.Dir(o.Appointments.Path)), person).String()+"\n        from: "+first.String()+"\n")
			}
		}
		text := "# The keys here are for this example only: anybody can derive them, see evidence/README.md.\n" + strings.Join(out, "")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
