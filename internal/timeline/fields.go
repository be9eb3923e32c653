package timeline

import (
	"slices"
	"strconv"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tree"
)

// Field is one field of a record that a commit changed.
type Field struct {
	Path     string // dotted, with positions in lists from 0
	How      string // added, changed or removed
	Old, New string // what a plain value was and is; empty for a group or list that came or went as a whole, and for long prose
}

// longest is the length in bytes up to which a value is shown. Anything longer is prose, whose change a reader sees in git.
const longest = 200

// Fields compares two states of a record by field, in the order of the newer one; what is gone comes last. A nil record was
// not there, or was refused. Items of a list are matched by what names them, such as an id or a country, so that one that was
// put in at the top is told as one that was added.
func Fields(old, now *record.Record) []Field {
	var d differ
	switch {
	case old == nil && now == nil:
	case old == nil:
		d.node("", nil, now.Tree())
	case now == nil:
		d.node("", old.Tree(), nil)
	default:
		d.node("", old.Tree(), now.Tree())
		d.prose(old.Prose, now.Prose)
	}
	return d.fields
}

type differ struct{ fields []Field }

func (d *differ) say(path, how, old, now string) {
	if len(old) > longest {
		old = ""
	}
	if len(now) > longest {
		now = ""
	}
	d.fields = append(d.fields, Field{Path: path, How: how, Old: old, New: now})
}

func (d *differ) node(path string, old, now *tree.Node) {
	switch {
	case old == nil && now == nil:
	case old == nil && path != "" || old != nil && now != nil && old.Kind != now.Kind || now == nil && path != "":
		d.replaced(path, old, now)
	case old == nil:
		d.groups(path, &tree.Node{Kind: tree.Map}, now)
	case now == nil:
		d.groups(path, old, &tree.Node{Kind: tree.Map})
	case now.Kind == tree.Map:
		d.groups(path, old, now)
	case now.Kind == tree.List:
		d.lists(path, old, now)
	case old.Text != now.Text:
		d.say(path, "changed", old.Text, now.Text)
	}
}

// replaced tells of a value that came, went or became another sort of thing.
func (d *differ) replaced(path string, old, now *tree.Node) {
	switch {
	case old == nil:
		d.say(path, "added", "", plain(now))
	case now == nil:
		d.say(path, "removed", plain(old), "")
	default:
		d.say(path, "changed", plain(old), plain(now))
	}
}

// plain is the text of a scalar, or of a list of scalars; groups have none.
func plain(n *tree.Node) string {
	switch n.Kind {
	case tree.Map:
		return ""
	case tree.List:
		text := ""
		for i, item := range n.Items {
			if item.Kind == tree.Map || item.Kind == tree.List {
				return ""
			}
			if i > 0 {
				text += ", "
			}
			text += item.Text
		}
		return text
	}
	return n.Text
}

func (d *differ) groups(path string, old, now *tree.Node) {
	for _, f := range now.Fields {
		d.node(join(path, f.Key), old.Get(f.Key), f.Value)
	}
	for _, f := range old.Fields {
		if now.Get(f.Key) == nil {
			d.node(join(path, f.Key), f.Value, nil)
		}
	}
}

// lists compares two lists. Lists of plain values are told as a whole.
func (d *differ) lists(path string, old, now *tree.Node) {
	if grouped(old) || grouped(now) {
		d.items(path, old, now)
		return
	}
	if a, b := plain(old), plain(now); a != b || len(old.Items) != len(now.Items) {
		d.say(path, "changed", a, b)
	}
}

func grouped(n *tree.Node) bool {
	return slices.ContainsFunc(n.Items, func(i *tree.Node) bool { return i.Kind == tree.Map || i.Kind == tree.List })
}

func (d *differ) items(path string, old, now *tree.Node) {
	a, b := names(old), names(now)
	for i, item := range now.Items {
		at := join(path, strconv.Itoa(i))
		if k := slices.Index(a, b[i]); k >= 0 {
			d.node(at, old.Items[k], item)
		} else {
			d.say(at, "added", "", b[i].shown())
		}
	}
	for i := range old.Items {
		if !slices.Contains(b, a[i]) {
			d.say(join(path, strconv.Itoa(i)), "removed", a[i].shown(), "")
		}
	}
}

// itemName tells an item of a list from the others: the value of the first field that names it, and which of that name it is.
type itemName struct {
	text   string
	number int
}

// shown is the name as people gave it.
func (n itemName) shown() string { return n.text }

// naming are the fields that name an item, the best first. Where none is there, items are told apart by their position.
var naming = []string{"id", "key", "principle", "standard", "name", "person", "organisation", "supplier", "month", "year", "country", "path", "on", "from", "what", "title"}

func names(list *tree.Node) []itemName {
	seen := make(map[string]int)
	out := make([]itemName, len(list.Items))
	for i, item := range list.Items {
		text := ""
		for _, field := range naming {
			if n := item.Get(field); n != nil && n.Kind != tree.Map && n.Kind != tree.List {
				text = n.Text
				break
			}
		}
		out[i] = itemName{text, seen[text]}
		seen[text]++
	}
	return out
}

// prose tells which sections of a document are different.
func (d *differ) prose(old, now *record.Prose) {
	if old == nil || now == nil {
		return
	}
	was := make(map[string]string)
	for _, s := range old.Sections {
		was[s.Heading] += s.Text + "\x00"
	}
	is := make(map[string]string)
	var headings []string
	for _, s := range now.Sections {
		if _, ok := is[s.Heading]; !ok {
			headings = append(headings, s.Heading)
		}
		is[s.Heading] += s.Text + "\x00"
	}
	for _, h := range headings {
		if text, ok := was[h]; !ok {
			d.say("section “"+h+"”", "added", "", "")
		} else if text != is[h] {
			d.say("section “"+h+"”", "changed", "", "")
		}
	}
	for _, s := range old.Sections {
		if _, ok := is[s.Heading]; !ok {
			d.say("section “"+s.Heading+"”", "removed", "", "")
			is[s.Heading] = ""
		}
	}
}

func join(path, step string) string {
	if path == "" {
		return step
	}
	return path + "." + step
}
