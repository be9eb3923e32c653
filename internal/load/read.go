package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/identifier"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/tree"
)

// maxRecord bounds what is read of a record or a note before strict reading applies its own, lower limits.
const maxRecord = 1 << 20

// reader reads single files. It is safe for concurrent use.
type reader struct {
	Options
	fsys fs.FS
}

func (r *reader) read(f file) (content, error) {
	if c, ok := r.Cache.get(f); ok {
		return c, nil
	}
	c, err := r.readNew(f)
	if err == nil {
		r.Cache.put(f, c)
	}
	return c, err
}

func (r *reader) readNew(f file) (content, error) {
	limit := int64(maxRecord)
	switch f.sort {
	case isAttachment:
		limit = r.Attachment
	case isSignature:
		limit = signature.MaxBytes
	}
	src, fits, err := r.bytes(f, limit)
	if err != nil {
		return content{}, err
	}
	if !fits {
		return content{findings: []finding.Finding{fault(finding.Place{Path: f.path}, "limit-size",
			fmt.Sprintf("the file has more than the %d bytes that one file may have", limit), "split it, or keep it elsewhere and refer to it")}}, nil
	}
	c := content{digest: record.Digest(src)}
	switch f.sort {
	case isAttachment:
		c.findings = checkAttachment(f.path, src)
	case isNote:
		c.findings = checkPersonal(f.path, src)
	case isSignature:
		c.findings, c.signed = checkSignature(f.path, src), src
	default:
		c.record, c.findings, err = r.readFile(f.path, f.kind, src, false)
		if c.record != nil {
			c.record.Digest = c.digest
		}
		if f.kind == record.KindApproval {
			c.signed = src
		}
	}
	return c, err
}

// bytes reads a file unless it is larger than the limit, even when it grew after it was listed.
func (r *reader) bytes(f file, limit int64) (src []byte, fits bool, err error) {
	if f.size > limit {
		return nil, false, nil
	}
	opened, err := r.fsys.Open(f.path)
	if err != nil {
		return nil, false, fmt.Errorf("read evidence: %w", err)
	}
	src = make([]byte, max(f.size, 0)+1) // one more than there should be, to see the end
	n, err := io.ReadFull(opened, src)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		src, err = src[:n], nil
	case err == nil:
		var more []byte
		more, err = io.ReadAll(io.LimitReader(opened, limit+1-int64(n)))
		src = append(src, more...)
	}
	if err := errors.Join(err, opened.Close()); err != nil {
		return nil, false, fmt.Errorf("read %s: %w", f.path, err)
	}
	return src, int64(len(src)) <= limit, nil
}

// readFile turns the bytes of one file into a record: a pure function of path and bytes. The record is nil when any finding
// is an error. An error means that schema and Go types disagree, which no evidence should be able to bring about. Of a file that is known
// to be sound nothing is found that would refuse it, so that is not looked for.
func (r *reader) readFile(path string, kind record.Kind, src []byte, sound bool) (*record.Record, []finding.Finding, error) {
	var root *tree.Node
	var written *record.Prose
	var findings []finding.Finding
	if !sound {
		findings = checkPersonal(path, src)
	}
	add := func(more []finding.Finding) { findings = append(findings, more...) }
	if kind == record.KindDPIA {
		node, body, line, found := strictyaml.FrontMatter(path, src, r.YAML)
		add(found)
		root = node
		if line > 0 {
			prose, found := r.prose(path, body, line)
			add(found)
			written = prose
		}
	} else {
		node, found := strictyaml.Read(path, src, r.YAML)
		add(found)
		root = node
	}
	if root != nil && !sound {
		add(r.checkTree(path, kind, root))
	}
	finding.Sort(findings)
	if root == nil || finding.Errors(findings) > 0 {
		return nil, findings, nil
	}
	made := record.Fresh
	if r.pares(path, kind) {
		made = record.Loose
	}
	rec := made(path, kind, root)
	rec.Prose = written
	if err := rec.Decode(); err != nil {
		return nil, findings, err
	}
	if sound {
		return rec, findings, nil
	}
	if f, bad := checkStatement(rec, src); bad {
		return nil, append(findings, f), nil
	}
	return rec, findings, nil
}

// checkTree compares a document with the shape of its kind. A record of another kind is not compared with the wrong shape.
func (r *reader) checkTree(path string, kind record.Kind, node *tree.Node) []finding.Finding {
	if written := node.Get("kind"); written != nil && written.Text != string(kind) && r.Schemas.Definition(written.Text) != "" {
		return []finding.Finding{fault(finding.Place{Path: path, Line: written.Line, Column: written.Column}, "wrong-kind",
			"records at this place are of kind "+string(kind)+", not "+written.Text, "move the file to where records of its kind belong, or correct the kind")}
	}
	return append(r.Schemas.Check(path, string(kind), node), checkValues(path, node)...)
}

// The shapes of days and periods, as in schemas/common.cue: what looks like neither is refused there.
var (
	dayShape    = regexp.MustCompile(`^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`)
	periodShape = regexp.MustCompile(`^[1-9][0-9]{0,3}[dwmy]$`)
)

// checkValues finds what has the right shape and still cannot be: 30 February, or a thousand years.
func checkValues(path string, root *tree.Node) []finding.Finding {
	var found []finding.Finding
	var visit func(n *tree.Node)
	visit = func(n *tree.Node) {
		if n.Kind == tree.String {
			if f, ok := impossible(n.Text); ok {
				f.Place = finding.Place{Path: path, Line: n.Line, Column: n.Column}
				found = append(found, f)
			}
		}
		for _, f := range n.Fields {
			visit(f.Value)
		}
		for _, item := range n.Items {
			visit(item)
		}
	}
	visit(root)
	return found
}

func impossible(text string) (finding.Finding, bool) {
	switch size := len(text); {
	case size == len("2026-11-22") && text[4] == '-':
		if _, err := calendar.Parse(text); err != nil && dayShape.MatchString(text) {
			return fault(finding.Place{}, "impossible-date", "there is no such day in the calendar", "correct the day: "+err.Error()), true
		}
	case size > 1 && size < 6 && text[0] >= '1' && text[0] <= '9':
		if _, err := calendar.ParsePeriod(text); err != nil && periodShape.MatchString(text) {
			return fault(finding.Place{}, "impossible-period", "this length of time is longer than anything here can last", "shorten it: "+err.Error()), true
		}
	}
	return finding.Finding{}, false
}

// checkPersonal looks for identifiers of people and for secrets. The finding tells the place and never the value.
func checkPersonal(path string, src []byte) []finding.Finding {
	var found []finding.Finding
	for _, hit := range identifier.Scan(src) {
		f := personal(hit.Kind)
		f.Place = finding.Place{Path: path, Line: hit.Line, Column: hit.Column}
		f.Severity = finding.Error
		if hit.Confidence != identifier.High {
			f.Severity = finding.Warning
		}
		found = append(found, f)
	}
	return found
}

func personal(kind string) finding.Finding {
	const (
		incident = "take it out; if it is real, tell the information governance lead at once, because earlier commits still hold it"
		revoke   = "take it out and revoke it now: whoever has a copy of the repository has it"
	)
	switch kind {
	case identifier.NHSNumber:
		return finding.Finding{Code: "personal-data-nhs-number", Message: "this looks like the NHS number of a patient", Remedy: incident + "; for examples use numbers that begin with 999"}
	case identifier.NationalInsuranceNumber:
		return finding.Finding{Code: "personal-data-national-insurance-number", Message: "this looks like a person's National Insurance number", Remedy: incident}
	case identifier.PrivateKey:
		return finding.Finding{Code: "secret-private-key", Message: "this looks like a private key", Remedy: revoke}
	case identifier.AccessToken:
		return finding.Finding{Code: "secret-access-token", Message: "this looks like an access token", Remedy: revoke}
	}
	return finding.Finding{Code: "personal-data-" + kind, Message: "this looks like an identifier that has no place in evidence", Remedy: incident}
}
