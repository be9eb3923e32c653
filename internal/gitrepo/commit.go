package gitrepo

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/go-git/go-git/v5/plumbing"
)

// Commit is one state of the repository. Ids are 40 hexadecimal digits.
type Commit struct {
	ID        string
	Parents   []string
	Tree      string
	Author    Person
	Committer Person
	Subject   string // the first paragraph of the message, on one line
	Body      string // the paragraphs after it
	// PullRequest is the number of the pull request (GitLab calls it a merge request) that the message says the commit came
	// from, where forges write it for merges and squashes; 0 when it names none. Like the rest of the message it is a claim.
	PullRequest int
	// Signed is the sort of signature that the commit carries, as its armour says: one of the Signed constants, or "" for none. Nobody
	// looked whether it is good or whose it is.
	Signed string
}

// The sorts of signatures that commits carry.
const (
	SignedSSH     = "ssh"
	SignedOpenPGP = "openpgp"
	SignedX509    = "x509"
	SignedOther   = "other"
)

// Person is somebody as the commit itself names them; no .mailmap is applied. It is a claim and not proof of who they are.
//
// In names, addresses and messages a byte that is not UTF-8, and every character that could steer a terminal or
// reorder text, is replaced by U+FFFD.
type Person struct {
	Name  string
	Email string
	When  time.Time // to the second, in the offset that the commit states
}

func (r *Repo) commit(id plumbing.Hash) (Commit, error) {
	raw, err := r.store.read(plumbing.CommitObject, id, r.limits.commit)
	if err != nil {
		return Commit{}, err
	}
	return parseCommit(id.String(), raw)
}

// parseCommit reads a commit strictly. A commit with two trees or two authors is read one way by one program and another
// way by the next, so it is refused, as is everything else that git itself would not have written.
func parseCommit(id string, raw []byte) (Commit, error) {
	p := objectParser{kind: "commit", id: id, raw: raw}
	if at := bytes.IndexByte(raw, 0); at >= 0 {
		return Commit{}, p.malformed(at, "there is a NUL byte")
	}
	c := Commit{ID: id, Tree: p.objectID("tree")}
	for p.next("parent ") {
		c.Parents = append(c.Parents, p.objectID("parent"))
	}
	c.Author, c.Committer = p.person("author"), p.person("committer")
	c.Signed = p.otherHeaders()
	if p.err != nil {
		return Commit{}, p.err
	}
	c.Subject, c.Body = message(raw[p.at:])
	c.PullRequest = pullRequestIn(c.Subject, c.Body)
	return c, nil
}

// objectParser reads the header lines of a commit or tag. After the first fault it stands still and keeps the fault.
type objectParser struct {
	kind, id string
	raw      []byte
	at       int
	err      error
}

func (p *objectParser) malformed(at int, what string) error {
	return &Untrusted{Reason: fmt.Sprintf("%s %s is malformed at byte %d: %s", p.kind, p.id, at, what), Remedy: remedyMalformed}
}

func (p *objectParser) fail(at int, what string) {
	if p.err == nil {
		p.err = p.malformed(at, what)
	}
}

func (p *objectParser) next(prefix string) bool {
	return p.err == nil && bytes.HasPrefix(p.raw[p.at:], []byte(prefix))
}

// line takes the line that starts with the header name and gives the value and where it starts.
func (p *objectParser) line(header string) (value string, start int) {
	if !p.next(header + " ") {
		p.fail(p.at, "the "+header+" line belongs here")
		return "", p.at
	}
	start = p.at + len(header) + 1
	length := bytes.IndexByte(p.raw[start:], '\n')
	if length < 0 {
		p.fail(len(p.raw), "the "+header+" line does not end")
		return "", start
	}
	p.at = start + length + 1
	return string(p.raw[start : start+length]), start
}

func (p *objectParser) objectID(header string) string {
	value, start := p.line(header)
	if _, ok := parseID(value); !ok {
		p.fail(start, "an object id of 40 lower-case hexadecimal digits belongs here")
	}
	return value
}

// parseID reads an object id in git's own spelling.
func parseID(s string) (id plumbing.Hash, ok bool) {
	if len(s) != hex.EncodedLen(len(id)) || strings.ToLower(s) != s {
		return id, false
	}
	_, err := hex.Decode(id[:], []byte(s))
	return id, err == nil
}

// person reads `Name <address> seconds ±hhmm`.
func (p *objectParser) person(header string) Person {
	value, start := p.line(header)
	if p.err != nil {
		return Person{}
	}
	name, rest, ok := strings.Cut(value, "<")
	email, when, ok2 := strings.Cut(rest, "> ")
	if !ok || !ok2 || strings.ContainsAny(name, ">") || strings.ContainsAny(email, "<>") {
		p.fail(start, "a name, an <address> and a time belong here, once each")
		return Person{}
	}
	return Person{Name: clean(strings.TrimSpace(name)), Email: clean(email), When: p.when(when, start+len(value)-len(when))}
}

// when reads seconds since 1970 and an offset. Numbers that other programs would wrap or clamp are refused.
func (p *objectParser) when(s string, start int) time.Time {
	const lastSecond = 253402300799 // the end of the year 9999
	digits, offset, _ := strings.Cut(s, " ")
	seconds, err := strconv.ParseUint(digits, 10, 63)
	if err != nil || seconds > lastSecond || (digits[0] == '0' && digits != "0") {
		p.fail(start, "the time is not a number of seconds between the years 1970 and 9999")
		return time.Time{}
	}
	zone, ok := parseOffset(offset)
	if !ok {
		p.fail(start+len(digits)+1, "the offset is not between -1459 and +1459")
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).In(zone)
}

func parseOffset(s string) (*time.Location, bool) {
	if len(s) != 5 || s[0] != '+' && s[0] != '-' {
		return nil, false
	}
	hhmm, err := strconv.ParseUint(s[1:], 10, 16)
	hours, minutes := int(hhmm/100), int(hhmm%100)
	if err != nil || hours > 14 || minutes > 59 {
		return nil, false
	}
	seconds := (hours*60 + minutes) * 60
	if s[0] == '-' {
		seconds = -seconds
	}
	return zoneEast(seconds), true
}

// zoneEast is the zone so many seconds east of Greenwich.
func zoneEast(seconds int) *time.Location {
	if seconds == 0 {
		return time.UTC
	}
	return time.FixedZone("", seconds)
}

// otherHeaders passes over encoding, signatures and the like, up to the blank line before the message.
// Only a merge repeats a header: one mergetag for each signed tag that was merged.
func (p *objectParser) otherHeaders() (signed string) {
	seen := map[string]bool{"tree": true, "parent": true, "author": true, "committer": true}
	for p.err == nil && !p.next("\n") {
		start := p.at
		length := bytes.IndexByte(p.raw[start:], '\n')
		if length < 0 {
			p.fail(len(p.raw), "the blank line before the message belongs here")
			return ""
		}
		name, value, ok := strings.Cut(string(p.raw[start:start+length]), " ")
		switch {
		case name == "" && len(seen) == 4, !ok, strings.ContainsFunc(name, unicode.IsControl):
			p.fail(start, "a header line belongs here")
		case name != "" && name != "mergetag" && seen[name]:
			p.fail(start, "the "+strconv.QuoteToASCII(name)+" line is repeated or out of place")
		}
		if name != "" { // a line that starts with a space continues the header before it
			seen[name] = true
		}
		if name == "gpgsig" || name == "gpgsig-sha256" && signed == "" {
			signed = armour(value)
		}
		p.at = start + length + 1
	}
	p.at++
	return signed
}

// armour tells what sort of signature begins with a line. git keeps all of them in the same header.
func armour(line string) string {
	switch line {
	case "-----BEGIN SSH SIGNATURE-----":
		return SignedSSH
	case "-----BEGIN PGP SIGNATURE-----", "-----BEGIN PGP MESSAGE-----":
		return SignedOpenPGP
	case "-----BEGIN SIGNED MESSAGE-----":
		return SignedX509
	}
	return SignedOther
}

// message splits a commit message into its first paragraph, put on one line, and the rest.
func message(raw []byte) (subject, body string) {
	text := clean(strings.ReplaceAll(string(raw), "\r\n", "\n"))
	var first []string
	for line := range strings.Lines(text) {
		blank := strings.TrimSpace(line) == ""
		if blank && len(first) > 0 {
			break
		}
		text = text[len(line):]
		if !blank {
			first = append(first, strings.TrimSpace(line))
		}
	}
	subject = strings.ReplaceAll(strings.Join(first, " "), "\t", " ")
	return subject, strings.Trim(text, "\n")
}

// clean makes text safe to show. Line breaks and tabs stay.
func clean(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n', c == '\t':
			return c
		case unicode.IsControl(c), unicode.Is(unicode.Bidi_Control, c), c == '\u2028', c == '\u2029':
			return unicode.ReplacementChar
		}
		return c
	}, s)
}
