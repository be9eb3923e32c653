package feed

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"example.org/muniment/internal/report"
)

// mostEntries is how many changes a feed holds: readers look at the newest and remember what they have seen.
const mostEntries = 200

// Atom gives changes of status, newest first, as an Atom feed (RFC 4287). An entry keeps its identity for ever: it is made of
// the subject, the day and the states. Self and page are the addresses of the feed and of the page that shows the same, and link
// gives that of the page of a subject, or "": in full, or relative to the feed where the address of the portal is not known.
func Atom(title, author string, origin report.Origin, changes []report.StatusChange, self, page string, link func(report.Ref) string) []byte {
	f := atomFeed{
		ID: urn("feed", title, self), Title: line(title), Updated: stamp(at(origin.AsOf)), Author: atomAuthor{cmp.Or(line(author), line(title))},
		Generator: atomGenerator{Version: line(origin.Tool), Name: "muniment"},
		Links:     []atomLink{{Rel: "self", Type: "application/atom+xml", Href: self}, {Rel: "alternate", Type: "text/html", Href: page}},
	}
	if len(changes) > 0 {
		f.Updated = stamp(at(changes[0].On))
	}
	for i := range changes[:min(len(changes), mostEntries)] {
		c := &changes[i]
		e := atomEntry{
			ID: urn("change", c.Subject.Kind, c.Subject.ID, c.On.String(), c.From, c.To), Updated: stamp(at(c.On)), Title: line(c.Subject.Name + ": " + turned(c)),
			Category: atomCategory{Term: line(cmp.Or(c.To, "gone"))}, Summary: line(why(c)),
		}
		if address := link(c.Subject); address != "" {
			e.Links = []atomLink{{Rel: "alternate", Type: "text/html", Href: address}}
		}
		f.Entries = append(f.Entries, e)
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", " ")
	if err := enc.Encode(f); err != nil { // what it is given can always be written, and a buffer never fails
		panic("feed: " + err.Error())
	}
	b.WriteString("\n")
	return b.Bytes()
}

func turned(c *report.StatusChange) string {
	from, to := strings.ReplaceAll(c.From, "-", " "), strings.ReplaceAll(c.To, "-", " ")
	switch {
	case c.From == "":
		return "new on record, " + to
	case c.To == "":
		return "no longer on record"
	}
	return to + ", was " + from
}

// why says how it stands now and what brought that about.
func why(c *report.StatusChange) string {
	text := c.Subject.Kind + " " + c.Subject.ID + ". " + c.Sentence
	for _, cause := range c.Causes {
		switch {
		case cause.Commit != nil:
			text += fmt.Sprintf(" Changed by commit %.12s: %s.", cause.Commit.ID, strings.TrimSuffix(cause.Commit.Subject, "."))
		case cause.Text != "" && cause.Text != c.Sentence:
			text += " " + cause.Text
		}
	}
	return text
}

// urn names something for ever by what it is (RFC 9562, version 8).
func urn(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

func stamp(t time.Time) string { return t.Format(time.RFC3339) }

type (
	atomFeed struct {
		XMLName   xml.Name      `xml:"http://www.w3.org/2005/Atom feed"`
		ID        string        `xml:"id"`
		Title     string        `xml:"title"`
		Updated   string        `xml:"updated"`
		Author    atomAuthor    `xml:"author"`
		Generator atomGenerator `xml:"generator"`
		Links     []atomLink    `xml:"link"`
		Entries   []atomEntry   `xml:"entry"`
	}
	atomAuthor struct {
		Name string `xml:"name"`
	}
	atomGenerator struct {
		Version string `xml:"version,attr,omitempty"`
		Name    string `xml:",chardata"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr"`
		Href string `xml:"href,attr"`
	}
	atomEntry struct {
		ID       string       `xml:"id"`
		Title    string       `xml:"title"`
		Updated  string       `xml:"updated"`
		Links    []atomLink   `xml:"link"`
		Category atomCategory `xml:"category"`
		Summary  string       `xml:"summary"`
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
)
