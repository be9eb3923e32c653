// Package statement fixes the bytes of an approval that is signed: the record itself, in the one form that it can have.
//
// What a person reads, what the register reads and what the signature is over are the same file. Encode writes it, Parse
// reads it, and Parse refuses whatever Encode would not write back byte for byte. docs/approval-format.md describes the form
// so that anybody can write or check it without this program.
//
//	src, err := statement.Encode(&record.Approval{Statement: statement.Purpose, …})
//	approval, err := statement.Parse(src)
//
// Parse says nothing about whether an approval counts: that is for the signature, the appointments and internal/approval.
package statement

import (
	"bytes"
	"fmt"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// Purpose is what every statement says that it is, with the version of its form. Text that is signed for anything else does
// not hold it.
const Purpose = "muniment-approval-v1"

// Limits of a statement.
const (
	MaxBytes      = 64 << 10 // of the whole file
	MaxCovers     = 200      // covered files
	MaxConditions = 20
	MaxCondition  = 1000 // characters of one condition
	MaxPath       = 200  // characters of one path
)

// Fault is the error of a statement that does not have its form. Line counts from 1; 0 means the statement as a whole.
type Fault struct {
	Line int
	Text string // a sentence without a full stop; it repeats no value
}

func (f *Fault) Error() string {
	if f.Line == 0 {
		return f.Text
	}
	return fmt.Sprintf("line %d: %s", f.Line, f.Text)
}

func fault(line int, format string, args ...any) *Fault {
	return &Fault{Line: line, Text: fmt.Sprintf(format, args...)}
}

// Encode writes an approval as a statement. It fails with a *Fault when a value has another form than a statement's, or when
// values contradict each other.
func Encode(a *record.Approval) ([]byte, error) {
	if err := check(a); err != nil {
		return nil, err
	}
	src := write(a)
	if len(src) > MaxBytes {
		return nil, fault(0, "the statement is longer than %d bytes", MaxBytes)
	}
	return src, nil
}

// Parse reads a statement. It fails with a *Fault on everything that Encode would not write back byte for byte.
func Parse(src []byte) (*record.Approval, error) {
	if len(src) > MaxBytes {
		return nil, fault(0, "the statement is longer than %d bytes", MaxBytes)
	}
	a, err := read(src)
	if err != nil {
		return nil, err
	}
	if err := check(a); err != nil {
		return nil, err
	}
	if again := write(a); !bytes.Equal(again, src) {
		return nil, fault(firstDifference(src, again), "this is not the one form that a statement has: its fields have a fixed order and each stands once")
	}
	return a, nil
}

// firstDifference gives the line on which two texts part.
func firstDifference(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return bytes.Count(a[:n], []byte("\n")) + 1
}

// field is one line of a statement that holds one value.
type field struct {
	key   string
	value *string
}

// head lists the single values before the lists, in their order; tail those after them.
func head(a *record.Approval, office, on, to, schema, kind *string) []field {
	return []field{
		{"schema", schema},
		{"kind", kind},
		{"statement", &a.Statement},
		{"repository", &a.Repository},
		{"subject", &a.Subject},
		{"office", office},
		{"by", &a.By},
		{"decision", &a.Decision},
		{"on", on},
		{"to", to},
	}
}

func tail(a *record.Approval) []field {
	return []field{{"schemas", &a.Schemas}, {"catalogue", &a.Catalogue}, {"previous", &a.Previous}}
}

func review(w *record.Witnessed) []field {
	return []field{{"forge", &w.Forge}, {"pullRequest", &w.PullRequest}, {"login", &w.Login}, {"commit", &w.Commit}, {"at", &w.At}}
}

const (
	schemaValue = "muniment/v1"
	kindValue   = "approval"
)

func write(a *record.Approval) []byte {
	var b bytes.Buffer
	line := func(indent, key, value string) {
		if value != "" {
			b.WriteString(indent + key + ": " + quote(value) + "\n")
		}
	}
	schema, kind, office, on, to := schemaValue, kindValue, string(a.Office), dayText(a.On), dayText(a.To)
	for _, f := range head(a, &office, &on, &to, &schema, &kind) {
		line("", f.key, *f.value)
	}
	if len(a.Conditions) > 0 {
		b.WriteString("conditions:\n")
	}
	for _, c := range a.Conditions {
		b.WriteString("  - " + quote(c) + "\n")
	}
	b.WriteString("covers:\n")
	for _, c := range a.Covers {
		line("  - ", "path", c.Path)
		line("    ", "sha256", c.SHA256)
	}
	for _, f := range tail(a) {
		line("", f.key, *f.value)
	}
	if a.Witnessed != nil {
		b.WriteString("witnessed:\n")
		for _, f := range review(a.Witnessed) {
			line("  ", f.key, *f.value)
		}
	}
	return b.Bytes()
}

func dayText(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// quote puts a value in double quotes. Nothing but the quote and the backslash needs an escape, since check lets nothing
// else through that would.
func quote(s string) string {
	return `"` + escapes.Replace(s) + `"`
}

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
