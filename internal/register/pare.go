package register

import (
	"strings"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tree"
)

// Pare gives a record with no more than joining it looks at, once it was found to be right by itself; then it is sound. A record
// that has something wrong by itself stays whole, since its findings are worded with the others. Findings about pared records are
// those about whole ones.
func Pare(r *record.Record) (pared *record.Record, sound Soundness, ok bool, err error) {
	sound, ok = Alone(r)
	root := r.Tree()
	if wanted, known := joined[r.Kind]; ok && known {
		if r.Kind == record.KindApproval && coversItsOwn(r) {
			wanted = wanted[:len(wanted)-1]
		}
		root = pare(root, wanted, true, true)
	}
	if len(root.Fields) == 0 {
		pared = record.Bare(r.Path, r.Kind)
	} else {
		pared = record.New(r.Path, r.Kind, root)
		err = pared.Decode()
	}
	pared.Digest = r.Digest
	if r.Prose != nil && len(r.Prose.Links) > 0 {
		pared.Prose = &record.Prose{Links: r.Prose.Links}
	}
	return pared, sound, ok, err
}

// joined lists, for the kinds that workloads have, the fields that are looked at when records are joined; a star is every entry of a
// list. Of other kinds there are few. Groups that hold a file by its digest are looked at wherever they are.
var joined = map[record.Kind][]string{
	record.KindWorkload: {
		"formerly", "controller", "suppliers.*.supplier", "suppliers.*.product", "suppliers.*.contract", "dependsOn", "evidenceIndex.independent",
	},
	record.KindAssessment: {"formerly", "locations.places.*.supplier"},
	record.KindDPIA:       {"formerly"},
	record.KindExitPlan:   {"formerly"},
	record.KindCosts:      {"formerly"},
	record.KindException:  {"formerly"},
	record.KindReview:     {"formerly", "on", "by"},
	record.KindApproval:   {"formerly", "on", "office", "by", "covers.*.path"}, // covers last: see coversItsOwn
}

// coversItsOwn tells whether an approval covers nothing but records of the workload in whose folder it lies. Then nothing can be
// wrong with what it covers, and no file counts as used by it.
func coversItsOwn(r *record.Record) bool {
	a := addressOf(r)
	if a.workload == "" {
		return false
	}
	for _, c := range r.Value.(*record.Approval).Covers {
		if !strings.HasPrefix(c.Path, workloadFolder(a.workload)+"/") || record.IsAttachment(c.Path) {
			return false
		}
	}
	return true
}

// pare gives a group or list with what is wanted below it, and with what is said of files; nil when there is nothing. Entries of a list
// keep their places. Top is the whole record.
func pare(n *tree.Node, wanted []string, files, top bool) *tree.Node {
	for _, path := range wanted {
		if path == "" {
			return n
		}
	}
	kept := &tree.Node{Kind: n.Kind, Line: n.Line, Column: n.Column, Text: n.Text}
	switch n.Kind {
	case tree.Map:
		file := files && n.Get("path") != nil && n.Get("sha256") != nil
		for _, f := range n.Fields {
			below := beyond(wanted, f.Key)
			if file && (f.Key == "path" || f.Key == "sha256") {
				below = []string{""}
			}
			// What digests under covers say is not compared; see checkHeld.
			if value := pare(f.Value, below, files && !(top && f.Key == "covers"), false); value != nil {
				f.Value = value
				kept.Fields = append(kept.Fields, f)
			}
		}
		if len(kept.Fields) == 0 && !top {
			return nil
		}
	case tree.List:
		below, some := beyond(wanted, "*"), false
		for _, item := range n.Items {
			value := pare(item, below, files, false)
			some = some || value != nil
			if value == nil {
				value = &tree.Node{Kind: item.Kind, Line: item.Line, Column: item.Column, Text: item.Text}
			}
			kept.Items = append(kept.Items, value)
		}
		if !some {
			return nil
		}
	default:
		return nil
	}
	return kept
}

// beyond gives what is left of the paths that begin with a step.
func beyond(paths []string, step string) []string {
	var below []string
	for _, path := range paths {
		if first, rest, _ := strings.Cut(path, "."); first == step {
			below = append(below, rest)
		}
	}
	return below
}
