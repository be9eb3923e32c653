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

func (r *Repo) tree(id plumbing.Hash) ([]treeEntry, error) {
	raw, err := r.store.read(plumbing.TreeObject, id, r.limits.tree)
	if err != nil {
		return nil, err
	}
	return parseTree(id.String(), string(raw))
}

// parseTree reads a stored folder strictly: names that could leave the folder, entries out of order and two entries of
// one name are refused, because programs differ in what they make of them.
func parseTree(id, raw string) ([]treeEntry, error) {
	entries := make([]treeEntry, 0, len(raw)/40)
	for at := 0; at < len(raw); {
		e, length, fault := parseEntry(raw[at:])
		if fault == "" {
			fault = misplaced(entries, e)
		}
		if fault != "" {
			return nil, &Untrusted{Reason: fmt.Sprintf("tree %s is malformed at byte %d: %s", id, at, fault), Remedy: remedyMalformed}
		}
		entries, at = append(entries, e), at+length
	}
	return entries, nil
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
	case e.name == "", e.name == ".", e.name == "..", strings.Contains(e.name, "/"),
		strings.EqualFold(e.name, ".git"), strings.EqualFold(e.name, "git~1"):
		return e, 0, fmt.Sprintf("an entry is called %+q", e.name)
	case e.id.IsZero():
		return e, 0, "an entry has no object id"
	}
	return e, length, ""
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

// misplaced compares a new entry with those before it. A file and a folder of one name need not be neighbours: names that
// continue with a byte below the slash sort between them.
func misplaced(before []treeEntry, e treeEntry) string {
	if len(before) == 0 {
		return ""
	}
	if compareEntries(before[len(before)-1], e) >= 0 {
		return "entries are out of order or repeated"
	}
	for i := len(before) - 1; e.isFolder() && i >= 0 && strings.HasPrefix(before[i].name, e.name); i-- {
		if before[i].name == e.name {
			return "a file and a folder have the same name"
		}
	}
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
