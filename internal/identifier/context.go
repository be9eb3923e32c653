package identifier

import (
	"bytes"
	"regexp"
	"strings"
)

// sense is what the words around a number say it is.
type sense uint8

const (
	unknown sense = iota
	person        // a patient's number
	insured       // a National Insurance number
	clock         // seconds or a time
	other         // a telephone, a book, a code, a thing
)

// strong words decide from anywhere before a number in the same sentence.
var strong = senses(map[sense]string{
	person:  `nhsnumber nhsno nhsnum chi patient patients nhsn`,
	insured: `nino`,
	other: `tel telno telephone telephones phone phones phonenumber fax faxes landline switchboard helpline
		hotline pager bleep extension whatsapp sms voip isbn issn doi orcid uprn snomed sctid sct dicom oid gtin ean
		iban sha sha1 sha256 sha512 md5 crc crc32 hash hashes checksum digest etag uuid guid fingerprint easting northing gridref`,
	clock: `timestamp timestamps epoch unix unixtime mtime ctime atime iat nbf`,
})

// weak words mean much else besides, so they decide only right before a number.
var weak = senses(map[sense]string{
	person:  `nhs mrn`,
	insured: `ni insurance`,
	other: `mobile mobiles mob call calls ring dial text ext ph cell contact serial invoice order po purchase ticket asset account vat duns
		commit revision build bytes byte size port incident change concept article model part version licence license grid lat lon`,
	clock: `time times ts date exp expires expiry created updated modified issued seconds secs sec started ended finished since until`,
})

// fillers may stand between a weak word and its number.
var fillers = words(`no nos nr num number numbers id ids identifier ref reference code codes value is was are of on at
	the a an our your their s or and to in for with by us me as work home office personal private direct main line`)

// abbreviations carry a full stop that ends no sentence.
var abbreviations = words(`tel telno no nos nr num mob ext ph ref fax`)

var (
	word        = regexp.MustCompile(`[A-Z]+[a-z0-9]*|[a-z][a-z0-9]*`) // nhsNumber and phone_number are two words each
	sentenceEnd = regexp.MustCompile(`[.!?]\s`)
	doi         = regexp.MustCompile(`^10\.[0-9]{4,9}/`)
	dialled     = regexp.MustCompile(`(?:\+|\b00)[0-9]{1,3}[ .-]*(?:\(0\))?[ .(-]*$`) // +44 (0)
	gridSquare  = regexp.MustCompile(`\b(?:H[PTUWXYZ]|N[A-DF-HJ-NRSTUWXYZ]|OV|S[CDEHJKMNPRSTUWXYZ]|T[AFGLMQRV]) ?$`)
)

// reach is how far before a number a word can decide, in bytes; near how far after it.
const (
	reach = 80
	near  = 30
)

// speaksOfAPerson decides whether a number with the arithmetic of an NHS number is one. The nearest words win: before it
// in its cell or line, right after it, its column's heading, then the field it belongs to.
func (s *scanner) speaksOfAPerson(m match, p place) bool {
	before := s.before(m.start, p.cell)
	is, adjacent := senseBefore(before)
	if is == person && adjacent {
		return true
	}
	if m.labelOnly || p.link || dialled.Match(before) || gridSquare.Match(before) {
		return false
	}
	if is == unknown {
		is = senseAfter(s.text[m.end:max(m.end, s.end)])
	}
	if is == unknown {
		is = s.table.column(p.column)
	}
	if is == unknown && p.column > 0 {
		is, _ = senseBefore(s.before(m.start, s.start))
	}
	if is == unknown {
		is = s.fields.sense()
	}
	// Seconds since 1970 have ten digits from 2001 to 2286, and those that a clock can show today begin with 1 or 2.
	return is != other && (is != clock || m.digits[0] > '2')
}

// speaksOfInsurance decides whether a number with the form of a National Insurance number is one.
func (s *scanner) speaksOfInsurance(m match, p place) bool {
	is, adjacent := senseBefore(s.before(m.start, p.cell))
	if is == unknown {
		is = s.table.column(p.column)
	}
	if is == unknown {
		is = s.fields.sense()
	}
	if is == insured {
		return true
	}
	return !m.labelOnly && !p.link && (is != other || !adjacent)
}

// before returns the text that can say what the number at an offset is, from an offset on its line. When the number
// begins its line, that is the end of the line before, unless a number of its own stands there.
func (s *scanner) before(at, from int) []byte {
	if from == s.start && len(bytes.TrimSpace(s.text[min(from, at):at])) == 0 {
		previous := max(0, s.start-reach)
		if line := bytes.LastIndexByte(s.text[previous:max(previous, s.start-1)], '\n'); line >= 0 {
			previous += line + 1
		}
		if !bytes.ContainsAny(s.text[previous:s.start], "0123456789|") {
			return s.text[previous:at]
		}
	}
	return s.text[min(max(from, at-reach), at):at]
}

// senseBefore reads words backwards from a number. Adjacent says that nothing but fillers stands between.
func senseBefore(text []byte) (is sense, adjacent bool) {
	adjacent = true
	next := len(text)
	found := word.FindAllIndex(text, -1)
	for i := len(found) - 1; i >= 0; i-- {
		start, end := found[i][0], found[i][1]
		w := strings.ToLower(string(text[start:end]))
		if sentenceEnd.Match(text[end:next]) && !abbreviations[w] {
			return unknown, false
		}
		next = start
		if is := strong[w]; is != unknown {
			return is, adjacent
		}
		if is := weak[w]; is != unknown && adjacent {
			return is, true
		}
		adjacent = adjacent && fillers[w]
	}
	return unknown, adjacent
}

// senseAfter reads the words right after a number, as in "(mobile)" or "is the switchboard". When another number follows
// on the line, the words are taken to be about that one.
func senseAfter(rest []byte) sense {
	if bytes.ContainsAny(rest[:min(len(rest), reach)], "0123456789|") {
		return unknown
	}
	text := rest[:min(len(rest), near)]
	for _, at := range word.FindAllIndex(text, -1) {
		w := strings.ToLower(string(text[at[0]:at[1]]))
		if is := strong[w]; is != unknown {
			return is
		}
		if is := weak[w]; is != unknown && at[0] > 0 && text[at[0]-1] == '(' {
			return is
		}
		if !fillers[w] {
			break
		}
	}
	return unknown
}

// fields are the keys that enclose a line, by indentation: a number in a list under "phones:" is a telephone number.
type fields struct{ open []field }

type field struct {
	indent int
	is     sense // what the key says, or the key around it
}

// enter reads one line. Blank lines change nothing.
func (f *fields) enter(line []byte) {
	content := bytes.TrimLeft(line, " \t")
	if len(bytes.TrimSpace(content)) == 0 {
		return
	}
	indent := len(line) - len(content)
	for bytes.HasPrefix(content, []byte("- ")) || bytes.HasPrefix(content, []byte("* ")) {
		content = bytes.TrimLeft(content[2:], " ")
		indent = len(line) - len(content) // an item belongs to the key above it even when both begin in one column
	}
	for len(f.open) > 0 && f.open[len(f.open)-1].indent >= indent {
		f.open = f.open[:len(f.open)-1]
	}
	key := keyOf(content)
	if key == nil {
		return
	}
	is, onlyFillers := senseBefore(key)
	if is == unknown && onlyFillers { // phone: {number: …}
		is = f.sense()
	}
	f.open = append(f.open, field{indent, is})
}

// keyOf returns what stands before the colon when a line begins like a field of YAML or JSON, or nil.
func keyOf(content []byte) []byte {
	colon := bytes.IndexByte(content[:min(len(content), 64)], ':')
	if colon < 1 || colon+1 < len(content) && bytes.IndexByte([]byte(" \t\r\n"), content[colon+1]) < 0 {
		return nil
	}
	key := bytes.Trim(content[:colon], "\"' ")
	if len(key) == 0 || !isLetter(key[0]) {
		return nil
	}
	for _, c := range key {
		if !isAlnum(c) && bytes.IndexByte([]byte("_ .&-"), c) < 0 {
			return nil
		}
	}
	return key
}

func (f *fields) sense() sense {
	if len(f.open) == 0 {
		return unknown
	}
	return f.open[len(f.open)-1].is
}

// table holds what the headings of the current table of bars say of its columns.
type table struct {
	inside   bool
	headings []sense
}

// enter reads one line. The first line with a bar is the heading of those that follow.
func (t *table) enter(line []byte) {
	switch bar := bytes.IndexByte(line, '|') >= 0; {
	case !bar:
		*t = table{}
	case !t.inside:
		t.inside = true
		for cell := range bytes.SplitSeq(line, []byte("|")) {
			is, _ := senseBefore(cell[:min(len(cell), reach)])
			t.headings = append(t.headings, is)
		}
	}
}

func (t *table) column(n int) sense {
	if n >= len(t.headings) {
		return unknown
	}
	return t.headings[n]
}

// senses turns lists of words into a dictionary.
func senses(lists map[sense]string) map[string]sense {
	dictionary := map[string]sense{}
	for is, list := range lists {
		for _, w := range strings.Fields(list) {
			if dictionary[w] != unknown {
				panic("identifier: two senses of the word " + w)
			}
			dictionary[w] = is
		}
	}
	return dictionary
}

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
