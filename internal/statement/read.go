package statement

import (
	"strings"
	"unicode/utf8"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// reader takes a statement line by line. It asks for just enough to know what each value is; Parse compares the rest with
// what Encode would write.
type reader struct {
	lines []string
	next  int // index of the line to come
}

func read(src []byte) (*record.Approval, error) {
	switch {
	case !utf8.Valid(src):
		return nil, fault(0, "the statement is not UTF-8")
	case len(src) == 0 || src[len(src)-1] != '\n':
		return nil, fault(0, "the statement does not end with a line end")
	}
	r := &reader{lines: strings.Split(strings.TrimSuffix(string(src), "\n"), "\n")}
	var a record.Approval
	var office, on, to, schema, kind string
	if err := r.fields("", head(&a, &office, &on, &to, &schema, &kind)); err != nil {
		return nil, err
	}
	if schema != schemaValue || kind != kindValue {
		return nil, fault(1, "a statement begins with its schema and the kind approval")
	}
	a.Office = record.Office(office)
	var err error
	if a.On, err = r.day("on", on); err != nil {
		return nil, err
	}
	if a.To, err = r.day("to", to); err != nil {
		return nil, err
	}
	if err := r.lists(&a); err != nil {
		return nil, err
	}
	if err := r.fields("", tail(&a)); err != nil {
		return nil, err
	}
	if r.is("witnessed:") {
		a.Witnessed = new(record.Witnessed)
		if err := r.fields("  ", review(a.Witnessed)); err != nil {
			return nil, err
		}
	}
	if r.next < len(r.lines) {
		return nil, fault(r.next+1, "this line is not one that a statement has here")
	}
	return &a, nil
}

func (r *reader) day(key, text string) (calendar.Date, error) {
	if text == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.Parse(text)
	if err != nil {
		return d, fault(0, "%s is not a day such as 2026-11-22", key)
	}
	return d, nil
}

// is takes the next line when it is this one.
func (r *reader) is(line string) bool {
	if r.next >= len(r.lines) || r.lines[r.next] != line {
		return false
	}
	r.next++
	return true
}

// fields takes values in their order; any may be left out here.
func (r *reader) fields(indent string, fields []field) error {
	for _, f := range fields {
		if err := r.value(indent+f.key+": ", f.value); err != nil {
			return err
		}
	}
	return nil
}

// value takes the next line when it begins with a prefix and a quoted value follows.
func (r *reader) value(prefix string, into *string) error {
	if r.next >= len(r.lines) {
		return nil
	}
	text, ok := strings.CutPrefix(r.lines[r.next], prefix)
	if !ok {
		return nil
	}
	value, ok := unquote(text)
	if !ok {
		return fault(r.next+1, "the value is not text in double quotes, with a backslash before each quote and backslash in it")
	}
	r.next++
	*into = value
	return nil
}

func (r *reader) lists(a *record.Approval) error {
	if r.is("conditions:") {
		for r.begins("  - ") {
			var c string
			if err := r.value("  - ", &c); err != nil {
				return err
			}
			a.Conditions = append(a.Conditions, c)
		}
	}
	if !r.is("covers:") {
		return fault(r.next+1, "the list of covered files is missing, or something stands before it that a statement does not have there")
	}
	for r.begins("  - path: ") {
		var c record.Covered
		if err := r.value("  - path: ", &c.Path); err != nil {
			return err
		}
		if err := r.value("    sha256: ", &c.SHA256); err != nil {
			return err
		}
		a.Covers = append(a.Covers, c)
	}
	return nil
}

func (r *reader) begins(prefix string) bool {
	return r.next < len(r.lines) && strings.HasPrefix(r.lines[r.next], prefix)
}

// unquote takes the quotes and escapes off. Escapes other than the two are refused; so is a quote inside without one.
func unquote(text string) (string, bool) {
	inner, began := strings.CutPrefix(text, `"`)
	inner, ended := strings.CutSuffix(inner, `"`)
	if !began || !ended {
		return "", false
	}
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		switch inner[i] {
		case '"':
			return "", false
		case '\\':
			i++
			if i == len(inner) || inner[i] != '"' && inner[i] != '\\' {
				return "", false
			}
		}
		b.WriteByte(inner[i])
	}
	return b.String(), true
}
