package schema

import (
	"fmt"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/tree"
)

// Check compares a record with the shape of its kind. No findings means accepted.
//
// A record that CUE could not judge, because of trouble inside, is refused with the code schema-trouble.
func (s *Set) Check(path, kind string, node *tree.Node) []finding.Finding {
	r, ok := s.records[kind]
	if !ok {
		return []finding.Finding{at(path, node, "unknown-kind", "there is no kind of record with this name",
			"the kinds are "+strings.Join(s.kinds, ", "))}
	}
	if r.fits(node) {
		return nil
	}
	complaints, err := s.verdict(kind, node)
	if err != nil {
		return []finding.Finding{at(path, node, "schema-trouble", "this record could not be checked: "+firstLine(err),
			"please report this as a bug; until then the record counts as refused")}
	}
	if len(complaints) == 0 {
		return nil
	}
	problems := explain(r.shape, node)
	var found []finding.Finding
	for _, p := range problems {
		found = append(found, p.finding(path, kind))
	}
	for _, c := range complaints {
		if f, ok := unexplained(path, kind, node, c, problems); ok {
			found = append(found, f)
			problems = append(problems, problem{path: strings.Join(c.path, ".")}) // each place once
		}
	}
	finding.Sort(found)
	return found
}

// finding puts a problem into a sentence.
func (p problem) finding(path, kind string) finding.Finding {
	name := subject(p.path)
	var message string
	switch {
	case p.code == "unknown-field":
		message = name + " is not a field here"
		if !strings.Contains(p.path, ".") {
			message = fmt.Sprintf("%s is not a field of a record of kind %s", name, kind)
		}
	case p.missing:
		message = name + " is missing"
	default:
		message = name + " must " + p.want
	}
	if p.is != "" {
		message += ", not " + p.is
	}
	if p.because != "" {
		message += ", because " + p.because
	}
	return finding.Finding{
		Place: finding.Place{Path: path, Line: p.line, Column: p.column}, Code: p.code, Severity: finding.Error, Message: message, Remedy: p.remedy,
	}
}

// unexplained makes a finding of a complaint for which the model has no explanation at that place. The verdict stands all
// the same.
func unexplained(path, kind string, node *tree.Node, c complaint, problems []problem) (finding.Finding, bool) {
	p := strings.Join(c.path, ".")
	for _, known := range problems {
		if known.path == p || p == "" || strings.HasPrefix(known.path, p+".") || strings.HasPrefix(p, known.path+".") {
			return finding.Finding{}, false
		}
	}
	if p == "" && len(problems) > 0 {
		return finding.Finding{}, false
	}
	return at(path, node.Nearest(p), "conflicting-fields", fmt.Sprintf("%s does not fit the shape of kind %s together with the other fields", subject(p), kind),
		"compare it with docs/format.md"), true
}

func at(path string, n *tree.Node, code, message, remedy string) finding.Finding {
	return finding.Finding{
		Place: finding.Place{Path: path, Line: n.Line, Column: n.Column}, Code: code, Severity: finding.Error, Message: message, Remedy: remedy,
	}
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
