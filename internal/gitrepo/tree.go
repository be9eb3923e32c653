package gitrepo

import (
	"fmt"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Modes of entries, as git stores them.
const (
	ModeFile       uint32 = 0o100644
	ModeExecutable uint32 = 0o100755
	ModeSymlink    uint32 = 0o120000
	ModeSubmodule  uint32 = 0o160000
	modeFolder     uint32 = 0o040000
	modeType       uint32 = 0o170000
	modeRegular    uint32 = 0o100000
)

// treeEntry is one line of a stored folder.
type treeEntry struct {
	name string
	mode uint32
	id   plumbing.Hash
}

func (e treeEntry) isFolder() bool { return e.mode == modeFolder }

// tree reads a stored folder that keeps the rules of [walkTrees].
func (r *Repo) tree(id plumbing.Hash) ([]treeEntry, error) {
	f, err := r.store.folder(id, r.limits.tree)
	if err != nil {
		return nil, err
	}
	entries, err := parseTree(id, f.text)
	if err == nil {
		r.store.packs.approve(f)
	}
	return entries, err
}

// parseTree gives the entries of a stored folder that keeps the rules of [walkTrees].
func parseTree(id plumbing.Hash, text string) ([]treeEntry, error) {
	entries := make([]treeEntry, 0, len(text)/40)
	err := walkTrees(id, "", text, true, func(_, e treeEntry) { entries = append(entries, e) })
	if err != nil {
		return nil, err
	}
	return entries, nil
}

// walkTrees goes through two stored folders side by side, in git's order, and visits what differs: an entry of one, of the
// other, or of both when they have the same name and sort. The zero entry stands for absence.
//
// The first keeps the rules. The second, of the given id, is checked against them when that has not been done: names that
// could leave the folder, entries out of order and two entries of one name are refused, because programs differ in what
// they make of them. What it shares with the first need not be looked at again, only what lies beside it.
func walkTrees(id plumbing.Hash, before, after string, check bool, visit func(was, is treeEntry)) error {
	var placed placement
	for a, b := before, after; a != "" || b != ""; {
		if n := sameEntry(a, b); n > 0 {
			if check {
				if fault := placed.next(knownEntry(b[:n]), true); fault != "" {
					return misplaced(id, len(after)-len(b), fault)
				}
			}
			a, b = a[n:], b[n:]
			continue
		}
		was, aLength, _ := parseEntry(a)
		is, bLength, fault := parseEntry(b)
		order := firstOf(was, is)
		if fault == "" && order >= 0 && check {
			fault = placed.next(is, false)
		}
		if fault != "" && b != "" {
			return misplaced(id, len(after)-len(b), fault)
		}
		switch {
		case order < 0:
			is, bLength = treeEntry{}, 0
		case order > 0:
			was, aLength = treeEntry{}, 0
		}
		a, b = a[aLength:], b[bLength:]
		visit(was, is)
	}
	return nil
}

func misplaced(id plumbing.Hash, at int, fault string) error {
	return &Untrusted{Reason: fmt.Sprintf("tree %s is malformed at byte %d: %s", id, at, fault), Remedy: remedyMalformed}
}

// sameEntry gives the length of the entry that both texts begin with, or 0 when they do not begin with the same.
func sameEntry(a, b string) int {
	n := strings.IndexByte(a, 0) + 1 + idSize
	if n > idSize && n <= len(a) && n <= len(b) && a[:n] == b[:n] {
		return n
	}
	return 0
}

// knownEntry gives the name and sort of an entry of a folder that keeps the rules. There the mode has six digits, or five for a folder.
func knownEntry(text string) treeEntry {
	end := len(text) - 1 - idSize
	if text[5] == ' ' {
		return treeEntry{name: text[6:end], mode: modeFolder}
	}
	return treeEntry{name: text[7:end], mode: modeRegular}
}

// firstOf says which of two entries comes first: was below 0, is above 0, or both. The zero entry stands for the end of a folder.
func firstOf(was, is treeEntry) int {
	switch {
	case was.name == "":
		return 1
	case is.name == "":
		return -1
	}
	return compareEntries(was, is)
}

// parseEntry reads `mode name NUL id`.
func parseEntry(raw string) (e treeEntry, length int, fault string) {
	space := strings.IndexByte(raw, ' ')
	if space < 0 {
		return e, 0, "an entry does not end"
	}
	if e.mode, fault = parseMode(raw[:space]); fault != "" {
		return e, 0, fault
	}
	nul := strings.IndexByte(raw, 0)
	length = nul + 1 + len(e.id)
	if nul < space || len(raw) < length {
		return e, 0, "an entry does not end"
	}
	e.name = raw[space+1 : nul]
	copy(e.id[:], raw[nul+1:])
	switch {
	case badName(e.name):
		return e, 0, fmt.Sprintf("an entry is called %+q", e.name)
	case e.id.IsZero():
		return e, 0, "an entry has no object id"
	}
	return e, length, ""
}

// badName knows names that could lead out of a folder or into git's own.
func badName(name string) bool {
	if name == "" || strings.IndexByte(name, '/') >= 0 {
		return true
	}
	switch name[0] {
	case '.':
		return name == "." || name == ".." || strings.EqualFold(name, ".git")
	case 'g', 'G':
		return strings.EqualFold(name, "git~1")
	}
	return false
}

func parseMode(digits string) (mode uint32, fault string) {
	for i := range len(digits) {
		if d := digits[i]; d < '0' || d > '7' || i == 6 || (i == 0 && d == '0') {
			return 0, "an entry has no proper mode"
		}
		mode = mode<<3 | uint32(digits[i]-'0')
	}
	switch {
	case mode&modeType == modeRegular, mode == modeFolder, mode == ModeSymlink, mode == ModeSubmodule:
		return mode, ""
	}
	return 0, "an entry has no proper mode"
}

// placement is what the entries of a folder so far say about where the next may stand.
type placement struct {
	last  treeEntry
	known bool     // the last one stands in a folder that keeps the rules
	files []string // those whose names every later name begins with, so that a folder of the same name may still come
}

// next says what is wrong with an entry as the next one. Two known ones come from one folder and stand in its order. A file
// and a folder of one name need not be neighbours: names that continue with a byte below the slash sort between them.
func (p *placement) next(e treeEntry, known bool) (fault string) {
	if p.last.name != "" && !(known && p.known) && compareEntries(p.last, e) >= 0 {
		return "entries are out of order or repeated"
	}
	for n := len(p.files); n > 0 && !strings.HasPrefix(e.name, p.files[n-1]); n-- {
		p.files = p.files[:n-1]
	}
	switch {
	case !e.isFolder():
		p.files = append(p.files, e.name)
	case len(p.files) > 0 && p.files[len(p.files)-1] == e.name:
		return "a file and a folder have the same name"
	}
	p.last, p.known = e, known
	return ""
}

// compareEntries gives git's order: bytewise, and a folder sorts as though its name ended in a slash.
func compareEntries(a, b treeEntry) int {
	n := min(len(a.name), len(b.name))
	if c := strings.Compare(a.name[:n], b.name[:n]); c != 0 {
		return c
	}
	return int(a.byteAt(n)) - int(b.byteAt(n))
}

// byteAt gives the byte that is compared at i, or 0 past its end; no name holds a NUL.
func (e treeEntry) byteAt(i int) byte {
	switch {
	case i < len(e.name):
		return e.name[i]
	case i == len(e.name) && e.isFolder():
		return '/'
	}
	return 0
}
