package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"go.yaml.in/yaml/v3"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/tree"
)

// read parses text whose bytes have been checked. first is the line of the file on which the text begins.
func read(path string, src []byte, first int, limits Limits) (*tree.Node, []finding.Finding) {
	r := reader{path: path, src: newSource(src, first), limits: limits}
	if r.outsideDocument() {
		return nil, r.findings
	}
	var doc yaml.Node
	if err := parse(src, &doc); err != nil {
		r.syntax(err)
		return nil, r.findings
	}
	if len(doc.Content) != 1 {
		r.add(1, 1, "yaml-document", "the file holds no fields", "write the record, or delete the file")
		return nil, r.findings
	}
	return r.node(doc.Content[0], "", 1), r.findings
}

// errPanic marks that the library lost its way in a text that passed every check before it.
type errPanic struct{ cause any }

func (e errPanic) Error() string { return fmt.Sprintf("the YAML library stopped: %v", e.cause) }

// parse calls the library. A panic inside it becomes an error: what could not be read is refused, never accepted.
func parse(src []byte, into *yaml.Node) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = errPanic{cause}
		}
	}()
	d := yaml.NewDecoder(bytes.NewReader(src))
	if err := d.Decode(into); err != nil {
		if errors.Is(err, io.EOF) {
			return nil // nothing but comments
		}
		return err
	}
	// The library stops at the end of the first document and would not mind what follows.
	switch err := d.Decode(new(yaml.Node)); {
	case err == nil:
		return errMore
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

var errMore = errors.New("more text follows the document")

type reader struct {
	path     string
	src      source
	limits   Limits
	findings []finding.Finding
}

// add records a finding at a place in the text given to the library.
func (r *reader) add(line, column int, code, message, remedy string) *finding.Finding {
	r.findings = append(r.findings, refuse(r.path, line+r.src.first-1, column, code, message, remedy))
	return &r.findings[len(r.findings)-1]
}

// outsideDocument finds directives and further documents, of which the library would drop some without a word (it reads
// the first document only, and nothing after "...").
func (r *reader) outsideDocument() bool {
	started := false
	for i, line := range r.src.lines {
		blank := len(bytes.TrimSpace(line)) == 0 || bytes.TrimLeft(line, " \t")[0] == '#'
		switch {
		case !started && line != nil && bytes.HasPrefix(line, []byte("%")):
			r.add(i+1, 1, "yaml-document", "a YAML directive (%) is not allowed", "delete this line")
		case isMarker(line, "---") && !started && r.src.first == 1:
			if rest := bytes.TrimLeft(line[3:], " \t"); len(rest) > 0 && rest[0] != '#' {
				r.add(i+1, column(line, len(line)-len(rest)), "yaml-document", "nothing may follow --- on its line", "start the first field on a line of its own")
			}
			started = true
		case isMarker(line, "---"):
			r.add(i+1, 1, "yaml-document", "a second document begins here; a file holds one record", "move what follows to a file of its own, or delete the line of ---")
		case isMarker(line, "..."):
			r.add(i+1, 1, "yaml-document", "this line ends the document, so some readers ignore what follows", "delete the line of ...")
		case !blank:
			started = true
		}
	}
	return len(r.findings) > 0
}

func isMarker(line []byte, marker string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(marker))
	return ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\t')
}

// node turns a parsed node into a tree node. It returns nil when the value is refused; the reasons are in r.findings.
func (r *reader) node(n *yaml.Node, field string, depth int) *tree.Node {
	if !r.plainNode(n) {
		return nil
	}
	if n.Kind == yaml.ScalarNode {
		return r.scalar(n, field)
	}
	if depth > r.limits.Depth {
		r.add(n.Line, n.Column, "limit-depth", fmt.Sprintf("lists and groups are nested deeper than %d levels", r.limits.Depth), "flatten the structure")
		return nil
	}
	size := len(n.Content)
	if n.Kind == yaml.MappingNode {
		size /= 2
	}
	if size > r.limits.Items {
		r.add(n.Line, n.Column, "limit-items", fmt.Sprintf("%d entries are more than the %d that one list or group may have", size, r.limits.Items), "split the list over several records")
		return nil
	}
	out := &tree.Node{Line: n.Line + r.src.first - 1, Column: n.Column}
	if n.Kind == yaml.SequenceNode {
		out.Kind = tree.List
		out.Items = make([]*tree.Node, 0, size)
		for _, item := range n.Content {
			out.Items = append(out.Items, r.node(item, field, depth+1))
		}
		return out
	}
	out.Kind = tree.Map
	out.Fields = make([]tree.Field, 0, size)
	seen := make(map[string]int, size)
	for i := 0; i+1 < len(n.Content); i += 2 {
		r.field(out, seen, n.Content[i], n.Content[i+1], depth)
	}
	return out
}

func (r *reader) field(out *tree.Node, seen map[string]int, key, value *yaml.Node, depth int) {
	if !r.key(key, value) {
		r.node(value, "", depth+1) // its own findings are wanted in the same pass
		return
	}
	f := tree.Field{Key: key.Value, Line: key.Line + r.src.first - 1, Column: key.Column, Value: r.node(value, key.Value, depth+1)}
	if i, twice := seen[f.Key]; twice {
		before := out.Fields[i]
		dup := r.add(key.Line, key.Column, "duplicate-field", fmt.Sprintf("%s is written twice; the first is on line %d", name(f.Key), before.Line), "keep one of the two")
		dup.Related = []finding.Place{{Path: r.path, Line: before.Line, Column: before.Column}}
		return
	}
	seen[f.Key] = len(out.Fields)
	out.Fields = append(out.Fields, f)
}

// plainNode refuses what makes a value depend on another place of the file or on the reader: aliases, anchors and tags.
// The library keeps no trace of the tag "!", so the text itself is asked.
func (r *reader) plainNode(n *yaml.Node) bool {
	sign := r.src.at(n.Line, n.Column)
	switch {
	case n.Kind == yaml.AliasNode:
		r.add(n.Line, n.Column, "yaml-alias", "an alias (*) stands for a value written elsewhere", "write the value out; if text begins with *, put quotes around it")
	case n.Anchor != "" || sign == '&':
		r.add(n.Line, n.Column, "yaml-anchor", "an anchor (&) is not allowed", "delete the anchor and write each value out; if text begins with &, put quotes around it")
	case n.Style&yaml.TaggedStyle != 0 || sign == '!':
		r.add(n.Line, n.Column, "yaml-tag", "a tag (!) is not allowed", "delete the tag; if text begins with !, put quotes around it")
	default:
		return true
	}
	return false
}

// key reports whether a key is a plain name or quoted text.
func (r *reader) key(key, value *yaml.Node) bool {
	switch {
	case key.Kind == yaml.ScalarNode && key.Value == "<<" && isPlain(key):
		r.add(key.Line, key.Column, "yaml-merge", "a merge key (<<) brings in fields written elsewhere", "write the fields out")
		return false
	case key.Kind == yaml.MappingNode || key.Kind == yaml.SequenceNode:
		r.add(key.Line, key.Column, "yaml-key", "a list or group cannot be a field name", "if the text begins with { or [, put quotes around it")
		return false
	case !r.plainNode(key):
		return false
	case r.complexKey(key):
		r.add(key.Line, key.Column, "yaml-key", "a field name after ? is not allowed", "write name: value")
		return false
	case key.Value == "":
		r.add(key.Line, key.Column, "yaml-key", "a field has no name", "write a name before the colon")
		return false
	}
	// A word such as "on" is a fair field name: names are always text here, as they are to every reader of YAML 1.2.
	if kind, why := resolve(key.Value); isPlain(key) && why != whyWord && (kind != tree.String || why != "") {
		r.add(key.Line, key.Column, "yaml-key", "readers differ on whether this field name is text", "put quotes around the name")
		return false
	}
	return r.cleanText(key)
}

// complexKey reports whether a key was introduced by "?".
func (r *reader) complexKey(key *yaml.Node) bool {
	line := key.Line
	before := bytes.TrimRight(r.src.before(line, key.Column), " \t")
	for len(before) == 0 && line > 1 {
		line--
		before = r.src.lines[line-1]
		if i := bytes.IndexByte(before, '#'); i >= 0 && len(bytes.TrimLeft(before[:i], "?- \t")) == 0 {
			before = before[:i]
		}
		before = bytes.TrimRight(before, " \t")
	}
	if !bytes.HasSuffix(before, []byte("?")) {
		return false
	}
	at := column(before, len(before)-1)
	lead := bytes.TrimRight(before[:len(before)-1], " \t")
	introduces := len(bytes.Trim(lead, "- \t")) == 0 || bytes.IndexByte([]byte("{[,"), lead[len(lead)-1]) >= 0
	return introduces && (line == key.Line || at < key.Column)
}

func (r *reader) scalar(n *yaml.Node, field string) *tree.Node {
	out := &tree.Node{Kind: tree.String, Line: n.Line + r.src.first - 1, Column: n.Column, Text: n.Value}
	switch {
	case !isPlain(n):
		if n.Value == "" && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			r.empty(n, field)
			return nil
		}
		if !r.cleanText(n) {
			return nil
		}
		return out
	case n.Value == "":
		r.empty(n, field)
		return nil
	}
	kind, why := resolve(n.Value)
	if why != "" {
		r.add(n.Line, n.Column, "ambiguous-value", inField(field)+why, remedies[why])
		return nil
	}
	out.Kind = kind
	return out
}

func (r *reader) empty(n *yaml.Node, field string) {
	line, col := n.Line, n.Column
	if line > len(r.src.lines) { // the library places a value that is not there after the end of the file
		line = max(len(r.src.lines), 1)
		col = 1
	}
	r.add(line, col, "empty-value", inField(field)+"there is no value here", "write a value, or leave the field out")
}

// cleanText refuses characters that only appear once escapes such as "\u202e" are resolved.
func (r *reader) cleanText(n *yaml.Node) bool {
	for _, c := range n.Value {
		switch {
		case c == '\n', c == '\t':
			continue
		case isHidden(c):
			r.add(n.Line, n.Column, "hidden-character", fmt.Sprintf("an escape in this text stands for U+%04X (%s)", c, hiddenName(c)), "delete the escape")
			return false
		case isControl(c), c == '\r', c == 0x2028, c == 0x2029, c == 0xFEFF:
			r.add(n.Line, n.Column, "control-character", fmt.Sprintf("an escape in this text stands for U+%04X, which cannot be seen", c), "delete the escape")
			return false
		}
	}
	return true
}

func isPlain(n *yaml.Node) bool {
	return n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func inField(field string) string {
	if field == "" {
		return ""
	}
	return name(field) + ": "
}

var ordinaryName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,39}$`)

// name shows a field name in a message when it is an ordinary word. Names are written by people too, and could hold
// anything.
func name(key string) string {
	if !ordinaryName.MatchString(key) {
		return "this field"
	}
	return key
}
