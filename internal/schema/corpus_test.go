package schema

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/tree"
)

func loadSchemas(t testing.TB) *Set {
	t.Helper()
	s, err := Load(os.DirFS("../../schemas"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// sample is a valid record: one of the project's own evidence, or one made from the shapes.
type sample struct {
	name, kind string
	node       *tree.Node
	text       []byte // as it was written
}

// samples gives, for every kind, a record with all fields, one with the required fields only, and those in evidence/.
func samples(t testing.TB, s *Set) []sample {
	t.Helper()
	var out []sample
	for _, kind := range s.Kinds() {
		full, least := maker{full: true}.value(t, s.records[kind].shape, kind), maker{}.value(t, s.records[kind].shape, kind)
		out = append(out,
			sample{kind + " with every field", kind, full, block(full)},
			sample{kind + " with required fields only", kind, least, block(least)})
	}
	return append(out, evidence(t)...)
}

func evidence(t testing.TB) []sample {
	t.Helper()
	var out []sample
	root := os.DirFS("../../evidence")
	err := fs.WalkDir(root, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil && p == "." {
			return fs.SkipAll // no evidence beside this checkout
		}
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(root, p)
		if err != nil {
			return err
		}
		var node *tree.Node
		switch filepath.Ext(p) {
		case ".yaml":
			node, _ = strictyaml.Read(p, src, strictyaml.Limits{})
		case ".md":
			node, _, _, _ = strictyaml.FrontMatter(p, src, strictyaml.Limits{})
			if node != nil {
				src = block(node)
			}
		}
		if kind := node.Get("kind"); kind != nil {
			out = append(out, sample{p, kind.Text, node, src})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// validText gives one valid text for each definition that asks for a form.
var validText = map[string]string{
	"#Line": "A line of text", "#Text": "Some text.\nIn two lines.", "#Date": "2026-11-22", "#Month": "2026-11", "#Period": "12m",
	"#Slug": "imaging-archive", "#ODS": "Z9A1A", "#WorkloadID": "Z9A1A/imaging-archive", "#CertificateID": "example-cloud/iso-27001",
	"#Country": "GB", "#URL": "https://example.org/evidence", "#Path": "evidence/files/model.pdf", "#SHA256": strings.Repeat("0a", 32),
	"#Email": "dpo@example.org", "#Version": "1.10", "#Principle": "ncsc:2.5@current", "#ObligationID": "OFF-01",
	"#RepositoryID": "evidence.example.org", "#Subject": "Z9A1A/imaging-archive", "#Commit": strings.Repeat("0a", 20), "#Host": "forge.example.org",
	"#Login": "dpo-example", "#PullRequest": "example/evidence#12", "#Instant": "2026-11-22T10:30:00Z",
	"#PublicKey":            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB",
	"^20[0-9]{2}-[0-9]{2}$": "2025-26",
}

// maker makes a valid value for a shape.
type maker struct{ full bool }

func (m maker) value(t testing.TB, s *shape, path string) *tree.Node {
	t.Helper()
	switch {
	case len(s.choices) > 0:
		c := s.choices[0]
		return &tree.Node{Kind: map[kinds]tree.Kind{isString: tree.String, isInt: tree.Int, isNumber: tree.Number, isBool: tree.Bool}[c.kind], Text: c.text}
	case s.kinds&isMap != 0:
		return m.group(t, s, path)
	case s.kinds&isList != 0:
		n := &tree.Node{Kind: tree.List}
		count := s.minItems
		if m.full && s.elem != nil {
			count = max(count, 2)
		}
		for i := range count {
			n.Items = append(n.Items, m.value(t, s.item(i), path+"[]"))
		}
		return n
	case s.kinds&isString != 0:
		return &tree.Node{Kind: tree.String, Text: textFor(t, s, path)}
	case s.kinds&isInt != 0:
		return &tree.Node{Kind: tree.Int, Text: "1"}
	case s.kinds&isBool != 0:
		return &tree.Node{Kind: tree.Bool, Text: "true"}
	}
	t.Fatalf("no valid value for %s", path)
	return nil
}

func textFor(t testing.TB, s *shape, path string) string {
	t.Helper()
	if text, ok := validText[s.name]; ok {
		return text
	}
	if len(s.forms) == 0 {
		return "text"
	}
	text, ok := validText[s.forms[0].source]
	if !ok {
		t.Fatalf("%s: add a valid text for %s%s to validText", path, s.name, s.forms[0].source)
	}
	return text
}

func (m maker) group(t testing.TB, s *shape, path string) *tree.Node {
	n := &tree.Node{Kind: tree.Map}
	add := func(f *field) {
		if n.Get(f.name) == nil {
			n.Fields = append(n.Fields, tree.Field{Key: f.name, Value: m.value(t, f.shape, join(path, f.name))})
		}
	}
	for _, f := range s.fields {
		if m.full || f.presence != optional {
			add(f)
		}
	}
	for _, p := range s.patterns {
		if m.full {
			key := m.value(t, p.key, path)
			n.Fields = append(n.Fields, tree.Field{Key: key.Text, Value: m.value(t, p.value, join(path, key.Text))})
		}
	}
	e := explainer{frames: []frame{{s, n}}}
	for _, c := range e.active(s) {
		for _, f := range c.shape.fields {
			if f.presence != optional {
				add(f)
			}
		}
	}
	return n
}

// block writes a node as people write YAML.
func block(n *tree.Node) []byte {
	return appendBlock(nil, n, 0)
}

func appendBlock(b []byte, n *tree.Node, depth int) []byte {
	pad := strings.Repeat("  ", depth)
	child := func(prefix string, v *tree.Node) {
		b = append(b, prefix...)
		switch {
		case v.Kind == tree.Map && len(v.Fields) > 0, v.Kind == tree.List && len(v.Items) > 0:
			b = append(b, '\n')
			b = appendBlock(b, v, depth+1)
		default:
			b = append(append(append(b, ' '), flowText(v)...), '\n')
		}
	}
	switch n.Kind {
	case tree.Map:
		for _, f := range n.Fields {
			child(pad+scalarText(f.Key)+":", f.Value)
		}
	case tree.List:
		for _, item := range n.Items {
			child(pad+"-", item)
		}
	default:
		b = append(append(b, flowText(n)...), '\n')
	}
	return b
}

func flowText(n *tree.Node) string {
	if n.Kind == tree.String {
		return scalarText(n.Text)
	}
	return string(n.AppendJSON(nil))
}

// scalarText writes text without quotes when it is a plain word, a day or an address, as people do.
func scalarText(s string) string {
	if plainWord(s) {
		return s
	}
	q, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(q)
}

func plainWord(s string) bool {
	if s == "" || s[0] < 'A' || s[0] > 'z' || s[0] > 'Z' && s[0] < 'a' {
		return len(s) == 10 && s[:2] == "20" && s[4] == '-' && s[7] == '-'
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf", "infinity":
		return false
	}
	for _, c := range s {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune("-_./@", c) {
			return false
		}
	}
	return true
}

func clone(n *tree.Node) *tree.Node {
	c := *n
	c.Fields = slices.Clone(n.Fields)
	for i := range c.Fields {
		c.Fields[i].Value = clone(c.Fields[i].Value)
	}
	c.Items = make([]*tree.Node, len(n.Items))
	for i, item := range n.Items {
		c.Items[i] = clone(item)
	}
	return &c
}

// mutate changes one thing about a record and says what.
func mutate(r *rand.Rand, n *tree.Node) string {
	type spot struct {
		path string
		node *tree.Node
	}
	var all []spot
	n.Walk(func(path string, m *tree.Node) { all = append(all, spot{path, m}) })
	s := all[r.IntN(len(all))]
	at := s.path
	switch m := s.node; {
	case r.IntN(8) == 0:
		old := m.Kind
		*m = *wrongType(r, m.Kind)
		return fmt.Sprintf("%s turned from %s into %s", at, old, m.Kind)
	case m.Kind == tree.Map:
		return at + " " + mutateGroup(r, m)
	case m.Kind == tree.List:
		return at + " " + mutateList(r, m)
	default:
		return at + " " + mutateScalar(r, m)
	}
}

func wrongType(r *rand.Rand, not tree.Kind) *tree.Node {
	options := []tree.Node{
		{Kind: tree.String, Text: "text"},
		{Kind: tree.Int, Text: "7"},
		{Kind: tree.Number, Text: "1.5"},
		{Kind: tree.Bool, Text: "true"},
		{Kind: tree.List},
		{Kind: tree.Map},
		{Kind: tree.List, Items: []*tree.Node{{Kind: tree.String, Text: "text"}}},
		{Kind: tree.Map, Fields: []tree.Field{{Key: "text", Value: &tree.Node{Kind: tree.String, Text: "text"}}}},
	}
	for {
		o := options[r.IntN(len(options))]
		if o.Kind != not {
			return &o
		}
	}
}

func mutateGroup(r *rand.Rand, m *tree.Node) string {
	if len(m.Fields) == 0 || r.IntN(4) == 0 {
		m.Fields = append(m.Fields, tree.Field{
			Key:   []string{"extra", "constructor", "__proto__", "#Header", "_hidden", "note"}[r.IntN(6)],
			Value: &tree.Node{Kind: tree.String, Text: "text"},
		})
		return "got an unknown field"
	}
	i := r.IntN(len(m.Fields))
	f := &m.Fields[i]
	name := f.Key
	switch r.IntN(3) {
	case 0:
		f.Key = name[1:] + "x"
		return "has " + name + " misspelt"
	case 1:
		f.Key = strings.ToUpper(name[:1]) + name[1:] + "s"
		return "has " + name + " renamed"
	default:
		m.Fields = slices.Delete(m.Fields, i, i+1)
		return "lost " + name
	}
}

func mutateList(r *rand.Rand, m *tree.Node) string {
	switch k := r.IntN(4); {
	case k == 0 || len(m.Items) == 0:
		m.Items = append(m.Items, wrongType(r, tree.List))
		return "got a strange entry"
	case k == 1:
		m.Items = nil
		return "was emptied"
	case k == 2:
		m.Items = m.Items[1:]
		return "lost an entry"
	default:
		m.Items = append(m.Items, clone(m.Items[0]))
		return "got an entry twice"
	}
}

func mutateScalar(r *rand.Rand, m *tree.Node) string {
	switch m.Kind {
	case tree.Int:
		m.Text = []string{"-1", "0", "100", "101", "9223372036854775807"}[r.IntN(5)]
		return "is now " + m.Text
	case tree.Bool:
		m.Text = strconv.FormatBool(m.Text != "true")
		return "is now " + m.Text
	}
	changes := []func(string) string{
		func(s string) string { return s[:len(s)/2] },
		func(s string) string { return s + "x" },
		func(s string) string { return s + " " },
		func(s string) string { return " " + s },
		func(s string) string { return s + "\nmore" },
		strings.ToUpper, strings.ToLower,
		func(string) string { return "" },
		func(string) string { return "é" },
		func(string) string { return "2026-02-30" },
		func(string) string { return "approved-with-conditions" },
		func(string) string { return "not-applicable" },
		func(string) string { return "procurement" },
		func(string) string { return "dspt" },
		func(string) string { return "true" },
		func(string) string { return "12" },
		func(s string) string { return strings.Repeat("long ", 50) + s },
		func(string) string { return strings.Repeat("é", 8001) },
	}
	i := r.IntN(len(changes))
	m.Text = changes[i](m.Text)
	return fmt.Sprintf("changed its text (way %d)", i)
}

// check reads and checks text as muniment does.
func check(s *Set, kind string, src []byte) []finding.Finding {
	node, fs := strictyaml.Read("record.yaml", src, strictyaml.Limits{})
	if node == nil {
		return fs
	}
	return append(fs, s.Check("record.yaml", kind, node)...)
}
