package identifier

import (
	"bytes"
	"cmp"
	"slices"
	"unicode/utf8"
)

// The kinds of a hit.
const (
	NHSNumber               = "nhs-number"
	NationalInsuranceNumber = "national-insurance-number"
	PrivateKey              = "private-key"
	AccessToken             = "access-token"
)

// How sure a hit is. High stops evidence from being accepted; medium asks somebody to look.
const (
	High   = "high"
	Medium = "medium"
)

// Hit is one identifier found in text. It says where, and never what the value is.
type Hit struct {
	Kind       string
	Line       int    // from 1
	Column     int    // from 1, in characters
	Confidence string // High or Medium
}

// Scan finds the identifiers in text that name a person or open a door, in the order of the text. It is meant for UTF-8;
// a byte that is not UTF-8 counts as one character.
func Scan(text []byte) []Hit {
	spots := append(scanNumbers(text), scanSecrets(text)...)
	slices.SortStableFunc(spots, func(a, b spot) int { return cmp.Compare(a.at, b.at) })
	return locate(text, spots)
}

// spot is a hit by its offset.
type spot struct {
	at         int
	kind       string
	confidence string
}

// locate turns offsets into lines and columns in one pass.
func locate(text []byte, spots []spot) []Hit {
	hits := make([]Hit, 0, len(spots))
	line, column, at := 1, 1, 0
	for _, s := range spots {
		passed := text[at:s.at]
		if n := bytes.Count(passed, []byte{'\n'}); n > 0 {
			line, column = line+n, 1
			passed = passed[bytes.LastIndexByte(passed, '\n')+1:]
		}
		column += utf8.RuneCount(passed)
		at = s.at
		hits = append(hits, Hit{Kind: s.kind, Line: line, Column: column, Confidence: s.confidence})
	}
	return hits
}

// scanNumbers walks the text line by line, because what a number means depends on its field, its column and its line.
func scanNumbers(text []byte) []spot {
	if !anyNumber(text) {
		return nil
	}
	s := scanner{text: text}
	for s.end < len(text) {
		s.nextLine()
		s.scanLine()
	}
	return s.spots
}

// anyNumber tells whether some number in the text has the form and the arithmetic of an identifier. Next to no text has one,
// and then it does not matter what the words around numbers say.
func anyNumber(text []byte) bool {
	for i := 0; i < len(text); {
		if !isDigit(text[i]) {
			i++
			continue
		}
		end := i + digitRun(text[i:])
		if _, ok := matchNHSNumber(text, i, end); ok {
			return true
		}
		if _, ok := matchNationalInsurance(text, i, end); ok {
			return true
		}
		i = end
	}
	return false
}

// scanner is the state of reading numbers. The current line is text[start:end], its line feed included in end.
type scanner struct {
	text       []byte
	start, end int
	fields     fields
	table      table
	spots      []spot
}

func (s *scanner) nextLine() {
	s.start = s.end
	if n := bytes.IndexByte(s.text[s.start:], '\n'); n >= 0 {
		s.end = s.start + n + 1
	} else {
		s.end = len(s.text)
	}
	line := s.text[s.start:s.end]
	s.fields.enter(line)
	s.table.enter(line)
}

// scanLine looks at each run of digits that starts on the line.
func (s *scanner) scanLine() {
	place := place{cell: s.start}
	for i := s.start; i < s.end; {
		place.pass(s.text, i)
		if !isDigit(s.text[i]) {
			i++
			continue
		}
		end := i + digitRun(s.text[i:])
		if m, ok := matchNHSNumber(s.text, i, end); ok && s.speaksOfAPerson(m, place) {
			s.spots = append(s.spots, spot{at: m.start, kind: NHSNumber, confidence: m.confidence})
			end = m.end
		} else if m, ok := matchNationalInsurance(s.text, i, end); ok && s.speaksOfInsurance(m, place) {
			s.spots = append(s.spots, spot{at: m.start, kind: NationalInsuranceNumber, confidence: High})
			end = m.end
		}
		i = end
	}
}

// place is where on a line the scanner stands.
type place struct {
	link   bool // inside a web address or a DOI
	column int  // of a table, counting bars from 0
	cell   int  // offset at which the cell, or the line, began
}

// pass notes what the byte at i says about the bytes after it.
func (p *place) pass(text []byte, i int) {
	switch c := text[i]; c {
	case '|':
		*p = place{column: p.column + 1, cell: i + 1}
	case ' ', '\t', '\r', '\n', '"', '<', '>', '(', ')', '[', ']', '`':
		p.link = false
	case ':':
		p.link = p.link || bytes.HasPrefix(text[i:], []byte("://"))
	case 'w', 'd', '1':
		if i == 0 || !isAlnum(text[i-1]) {
			rest := text[i:min(len(text), i+16)]
			p.link = p.link || bytes.HasPrefix(rest, []byte("www.")) || bytes.HasPrefix(rest, []byte("doi:")) || doi.Match(rest)
		}
	}
}

// digitRun returns the length of the digits at the front.
func digitRun(text []byte) int {
	n := 0
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	return n
}
