package obligation

import (
	"fmt"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/tree"
)

// judgeAnswers: every question of a set has an entry that answers it.
func judgeAnswers(j *judging) {
	p := j.o.Answers
	set := j.law.Set(p.Set)
	if set == nil {
		panic("obligation: " + j.o.ID + " names a set of questions that does not exist: " + p.Set)
	}
	answered, first := j.answered()
	all := len(set.Open(nil, p.Only, p.Parts))
	var open []string
	for _, q := range set.Open(answered, p.Only, p.Parts) {
		open = append(open, strings.TrimRight(q.Text, "?."))
	}
	_, field := p.From.split()
	r := Reason{Rule: "answers", Place: first, Field: field}
	switch {
	case len(open) == 0:
		r.Text = fmt.Sprintf("All %d points are answered.", all)
		if all == 1 {
			r.Text = "The point is answered."
		}
		j.note(r)
	case len(open) == all:
		r.Text = "Nothing is on record yet for: " + strings.Join(open, "; ") + "."
		j.fault(j.missing(), r)
	default:
		r.Text = fmt.Sprintf("%d of %d points are not answered: %s.", len(open), all, strings.Join(open, "; "))
		j.fault(j.partial(), r)
	}
}

// answered gives the keys of all entries that hold an answer, and the place where entries are kept. Entries are those of a
// list, or the fields of a group.
func (j *judging) answered() (map[string]bool, finding.Place) {
	p := j.o.Answers
	kind, field := p.From.split()
	keys := make(map[string]bool)
	first := place(j.s.record())
	records := j.s.records(kind)
	for i, r := range records {
		if i == 0 {
			first = at(r, field)
		}
		n := r.Tree.Lookup(field)
		if n == nil {
			continue
		}
		for key, entry := range entriesBy(n, p.Key) {
			if p.Answer == "" || entry.Get(p.Answer) != nil {
				keys[key] = true
			}
		}
	}
	return keys, first
}

func entriesBy(n *tree.Node, key string) map[string]*tree.Node {
	entries := make(map[string]*tree.Node)
	for _, item := range n.Items {
		if k := item.Get(key); k != nil {
			if old := entries[k.Text]; old == nil || len(old.Fields) < len(item.Fields) {
				entries[k.Text] = item
			}
		}
	}
	for _, f := range n.Fields {
		entries[f.Key] = f.Value
	}
	return entries
}
