package obligation

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
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
	all, left := set.Left(answered, p.Only, p.Parts)
	open := make([]string, len(left))
	for i, q := range left {
		open[i] = strings.TrimRight(q.Text, "?.")
	}
	_, field := p.From.split()
	r := Reason{Rule: "answers", Place: first, Field: field}
	switch {
	case len(open) == 0:
		r.Text = "The point is answered."
		if all != 1 {
			r.Text = fmt.Sprintf("All %d points are answered.", all)
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

func readsAnswers(g *gathering) {
	g.fields(g.o.Answers.From)
	g.add(ReadsSets, "a set of questions")
}

// answered gives the keys of all entries that hold an answer, and the place where entries are kept. Entries are those of a
// list, or the fields of a group. The keys are good for this judging.
func (j *judging) answered() ([]string, finding.Place) {
	p := j.o.Answers
	kind, field := p.From.split()
	first := place(j.s.record())
	records := j.records(kind)
	keys := j.keys[:0]
	for i, r := range records {
		n := r.Tree().Lookup(field)
		if i == 0 {
			first = at(r, field)
		}
		if n == nil {
			continue
		}
		for key, entry := range entriesBy(n, p.Key) {
			if p.Answer != "" && entry.Get(p.Answer) == nil {
				continue
			}
			if p.outsideListing(r, key, entry) {
				j.note(Reason{
					Rule: "listing", Place: finding.Place{Path: r.Path, Line: entry.Line, Column: entry.Column}, Field: field,
					Text: fmt.Sprintf("The marketplace listing asks nothing about %s, so it does not answer for it.", key),
				})
				continue
			}
			keys = append(keys, key)
		}
	}
	j.keys = keys
	return keys, first
}

// outsideListing tells whether an entry on a principle that a marketplace listing does not ask about names the listing as its
// source. OFF 26; facts 5: a listing alone cannot evidence these.
func (p *AnswersParameters) outsideListing(r *record.Record, principle string, entry *tree.Node) bool {
	if len(p.Unlisted) == 0 {
		return false
	}
	from, listing, source := r.Tree().Get("from"), r.Tree().Get("source"), entry.Get("source")
	if from == nil || from.Text != "digital-marketplace" || listing == nil || source == nil {
		return false
	}
	_, number, _ := strings.Cut(principle, ":")
	number, _, _ = strings.Cut(number, "@")
	number, _, _ = strings.Cut(number, ".")
	return slices.Contains(p.Unlisted, number) && bytes.Equal(listing.AppendJSON(nil), source.AppendJSON(nil))
}

// entriesBy lists entries with the question that each answers, in the order of the file.
func entriesBy(n *tree.Node, key string) iter.Seq2[string, *tree.Node] {
	return func(yield func(string, *tree.Node) bool) {
		for _, item := range n.Items {
			if k := item.Get(key); k != nil && !yield(k.Text, item) {
				return
			}
		}
		for _, f := range n.Fields {
			if !yield(f.Key, f.Value) {
				return
			}
		}
	}
}
