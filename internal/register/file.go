package register

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tree"
)

// checkFiles compares every file that a record refers to with the file that is there: those held by digest, and those
// that prose links to.
func (j *joiner) checkFiles(r *record.Record) {
	j.checkHeld(r, r.Tree(), true)
	if r.Prose == nil {
		return
	}
	for _, l := range r.Prose.Links {
		j.used[l.Path] = true
		if !j.present(l.Path) {
			j.missingFile(r, finding.Place{Path: r.Path, Line: l.Line, Column: l.Column}, l.Path)
		}
	}
}

// checkHeld looks for groups with path and sha256. Those under covers are not looked at: there the digest says what was
// decided on, and a file that has changed since makes the decision stale and not the record wrong. Top is the whole record.
func (j *joiner) checkHeld(r *record.Record, n *tree.Node, top bool) {
	if at, digest := n.Get("path"), n.Get("sha256"); at != nil && digest != nil {
		j.checkDigest(r, at, digest)
	}
	for _, f := range n.Fields {
		if top && f.Key == "covers" {
			continue
		}
		j.checkHeld(r, f.Value, false)
	}
	for _, item := range n.Items {
		j.checkHeld(r, item, false)
	}
}

func (j *joiner) checkDigest(r *record.Record, at, digest *tree.Node) {
	j.used[at.Text] = true
	actual, here := j.files[at.Text]
	if other := j.records[at.Text]; other != nil {
		actual = other.Digest
	} else if !here {
		actual, _ = j.around.File(at.Text)
	}
	switch {
	case !j.present(at.Text):
		j.missingFile(r, place(r, at), at.Text)
	case actual == "":
		j.refuse(r, place(r, at), "refused-reference", "this file is there but was refused", "correct or replace the file first", finding.Place{Path: at.Text})
	case actual != digest.Text:
		j.refuse(r, place(r, digest), "wrong-digest", "the file is not the one that this digest was made of",
			"if the change of the file is meant, look at it again and write sha256: "+actual, finding.Place{Path: at.Text})
	}
}

func (j *joiner) missingFile(r *record.Record, at finding.Place, missing string) {
	remedy := "add the file, or correct the path"
	if !strings.HasPrefix(missing, record.Root+"/") {
		remedy = "keep the file in a folder named files below " + record.Root + "/, and write its path from the repository root"
	}
	if name := j.suggest(missing, known(j, "file", j.files)); name != "" {
		remedy = "did you mean " + display(name) + "?"
	}
	j.refuse(r, at, "missing-file", "there is no file at this path", remedy)
}

// checkCovers keeps a decision to its subject's own folders. Whether a covered file is still there, unchanged, is for the
// judgement of the decision.
func (j *joiner) checkCovers(r *record.Record, covers []record.Covered, folders ...string) {
	for i, c := range covers {
		j.used[c.Path] = true
		inside := slices.ContainsFunc(folders, func(folder string) bool { return strings.HasPrefix(c.Path, folder+"/") })
		if !inside {
			j.refuse(r, r.At("covers."+strconv.Itoa(i)+".path"), "covers-outside", "this file is no part of what is decided on here",
				"cover only files below "+display(folders[0])+"/")
		}
	}
}

// checkGoverned keeps an organisation's own approvals to what says who may decide: its appointments and the policies that hold
// for it.
func (j *joiner) checkGoverned(r *record.Record, covers []record.Covered, o *Organisation) {
	for i, c := range covers {
		switch c.Path {
		case appointmentsPath(o.ID), folderOf(o) + "/policy.yaml", record.Root + "/policy.yaml":
		default:
			j.refuse(r, r.At("covers."+strconv.Itoa(i)+".path"), "covers-outside", "this file is no part of what is decided on here",
				"cover only the appointments and the policy of the organisation")
		}
	}
}

// checkUnused warns of files that no record speaks of. While a record is refused nobody knows what it speaks of.
func (j *joiner) checkUnused() {
	for _, digest := range j.files {
		if digest == "" {
			return
		}
	}
	for _, p := range slices.Sorted(maps.Keys(j.register.Files)) {
		if !j.used[p] {
			j.warn(finding.Place{Path: p}, "unreferenced-file", "no record refers to this file",
				"name it, with its digest, in the record it belongs to, or delete it")
		}
	}
}

// Holds tells whether a file is in the register with the bytes that its digest was made of.
func (r *Register) Holds(f *record.File) bool {
	if f == nil {
		return false
	}
	if digest, ok := r.Files[f.Path]; ok {
		return digest == f.SHA256
	}
	for _, other := range r.Around {
		if other.Holds(f) {
			return true
		}
	}
	return false
}
