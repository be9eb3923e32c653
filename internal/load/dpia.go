package load

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/markdown"
	"example.org/muniment/internal/record"
)

// prose reads the Markdown of a DPIA, which begins on the given line of the file.
func (r *reader) prose(p string, body []byte, line int) (*record.Prose, []finding.Finding) {
	doc, findings := markdown.Parse(p, body, line, r.Markdown)
	// Files beside a DPIA are evidence and not pages, so a link to one keeps its words and leads nowhere.
	prose := &record.Prose{HTML: doc.HTMLWith(func(string) string { return "" })}
	for _, s := range doc.Sections {
		prose.Sections = append(prose.Sections, record.Section{Heading: s.Text, Level: s.Level, ID: s.ID, Text: s.Body, Line: s.Line})
	}
	links, found := links(p, doc.Links)
	prose.Links = links
	findings = append(findings, found...)
	for _, f := range findings {
		if strings.HasPrefix(f.Code, "limit-") {
			return prose, findings // nothing was read, so nothing is known about its sections
		}
	}
	return prose, append(findings, checkSteps(p, doc.Sections, line)...)
}

// links finds the files that prose leads to. Paths in prose are relative to the file they stand in.
func links(p string, written []markdown.Link) (links []record.Link, findings []finding.Finding) {
	for _, l := range written {
		u, err := url.Parse(l.Target)
		if err == nil && (u.Scheme != "" || u.Host != "" || u.Path == "") {
			continue
		}
		at := finding.Place{Path: p, Line: l.Line, Column: l.Column}
		if err != nil || strings.HasPrefix(u.Path, "/") || !inEvidence(path.Join(path.Dir(p), u.Path)) {
			findings = append(findings, fault(at, "link-outside", "this link leads out of the evidence",
				"link to a file below "+record.Root+"/ by its path from this file, or to an address beginning with https://"))
			continue
		}
		links = append(links, record.Link{Path: path.Join(path.Dir(p), u.Path), Line: l.Line, Column: l.Column})
	}
	return links, findings
}

// steps are what each part of an impact assessment is about. The headings count by their number; people may word the rest.
var steps = [...]string{
	"identify the need", "describe the processing", "consider consultation", "assess necessity and proportionality",
	"identify and assess risks", "identify measures to reduce risk", "sign off and record outcomes",
}

var stepHeading = regexp.MustCompile(`(?i)^step\s+([1-7])\b`)

// checkSteps asks for the seven steps of a DPIA, each a heading of the second level with something under it.
func checkSteps(p string, sections []markdown.Section, line int) []finding.Finding {
	filled := make(map[int]bool)
	first := make(map[int]markdown.Section)
	for i, s := range sections {
		m := stepHeading.FindStringSubmatch(s.Text)
		if m == nil || s.Level != 2 {
			continue
		}
		n, _ := strconv.Atoi(m[1]) // one digit
		if _, ok := first[n]; !ok {
			first[n] = s
		}
		filled[n] = filled[n] || hasText(sections, i)
	}
	var found []finding.Finding
	for i, about := range steps {
		n := i + 1
		name := "step " + strconv.Itoa(n) + " (" + about + ")"
		s, ok := first[n]
		switch {
		case !ok:
			found = append(found, fault(finding.Place{Path: p, Line: line, Column: 1}, "missing-section", name+" is missing",
				"add a heading \"## Step "+strconv.Itoa(n)+": "+about+"\" with your answer under it"))
		case !filled[n]:
			found = append(found, fault(finding.Place{Path: p, Line: s.Line, Column: 1}, "missing-section", name+" has nothing under its heading",
				"write your answer under it, or why it is not needed"))
		}
	}
	return found
}

// hasText tells whether there is text in a section or in those below it.
func hasText(sections []markdown.Section, i int) bool {
	level := sections[i].Level
	for k := i; k < len(sections) && (k == i || sections[k].Level > level); k++ {
		if strings.TrimSpace(sections[k].Body) != "" {
			return true
		}
	}
	return false
}
