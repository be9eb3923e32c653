// Package finding holds the one way in which muniment speaks about bad evidence: a located, coded statement with a remedy.
//
// A finding is data. It says what is wrong in somebody's file and what they can do about it; trouble with the machine
// (an unreadable disk, a missing object) is an error instead and never becomes a finding.
//
// A message names fields and places. It never repeats a value that could be personal data or a secret.
package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says whether a finding stops evidence from being accepted.
type Severity string

// The severities, worst first.
const (
	Error   Severity = "error"   // the file is refused
	Warning Severity = "warning" // the file is accepted; somebody should look
)

// Place is a position in an evidence file. Line and Column count from 1; Column counts characters, not bytes.
// A Line of 0 means the file as a whole.
type Place struct {
	Path   string `json:"path"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

// String gives the place as path:line:column, the form that editors and terminals make clickable.
// Bytes in the path that could steer a terminal are shown escaped.
func (p Place) String() string {
	path := p.Path
	if strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' || r >= 0x7f }) {
		path = fmt.Sprintf("%+q", path)
	}
	if p.Line == 0 {
		return path
	}
	return fmt.Sprintf("%s:%d:%d", path, p.Line, max(p.Column, 1))
}

// Finding is one statement about one place.
type Finding struct {
	Place
	Code     string   `json:"code"` // stable, kebab-case, documented in docs/findings.md
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`           // what is wrong, in the words of the person who wrote the file
	Remedy   string   `json:"remedy"`            // what to do next
	Related  []Place  `json:"related,omitempty"` // the other end of a clash: a duplicate's first place, the target of a reference
}

// String gives the finding on one line: path:line:column: message [code].
func (f Finding) String() string {
	return fmt.Sprintf("%s: %s [%s]", f.Place, f.Message, f.Code)
}

// Sort puts findings in the order in which every output shows them: by path, line, column, code and message.
func Sort(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message),
		)
	})
}

// Errors counts the findings that refuse evidence.
func Errors(fs []Finding) int {
	n := 0
	for _, f := range fs {
		if f.Severity == Error {
			n++
		}
	}
	return n
}
