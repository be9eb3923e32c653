package identifier

import (
	"bytes"
	"regexp"
	"slices"
	"time"
)

// match is a number in the text that has the form and the arithmetic of an identifier. Whether it is one depends on what
// surrounds it.
type match struct {
	start, end int
	digits     string
	confidence string
	grouped    bool // with separators, as people write it
	labelOnly  bool // so loosely written that only a label makes it one
}

// published are the numbers that NHS documentation prints as examples.
var published = map[string]bool{"4505577104": true, "9434765919": true}

// matchNHSNumber reads an NHS number at text[start:end], a whole run of digits: ten digits, or three, three and four with
// the same kind of separator between.
func matchNHSNumber(text []byte, start, end int) (match, bool) {
	m := match{start: start, end: end}
	switch end - start {
	case 10:
		m.digits = string(text[start:end])
		m.labelOnly = chained(text, start, end)
	case 3:
		first, ok := separator(text, end)
		if !ok || digitRun(text[first.end:]) != 3 {
			return m, false
		}
		second, ok := separator(text, first.end+3)
		if !ok || second.hyphen != first.hyphen || digitRun(text[second.end:]) != 4 {
			return m, false
		}
		m.end = second.end + 4
		m.digits = string(text[start:end]) + string(text[first.end:first.end+3]) + string(text[second.end:m.end])
		m.grouped, m.labelOnly = true, first.wrapped || second.wrapped || crowded(text, m.start, m.end, first.hyphen)
	default:
		return m, false
	}
	m.confidence = issued(m.digits)
	return m, m.confidence != "" && checkDigitHolds(m.digits) && standsAlone(text, m)
}

// gap is what separates two groups of digits.
type gap struct {
	end     int
	hyphen  bool
	wrapped bool // the line ends between the groups
}

// The separators that people and word processors put into numbers.
var (
	spaces  = [][]byte{[]byte(" "), []byte("\u00a0"), []byte("\u2007"), []byte("\u2009"), []byte("\u202f"), []byte("&nbsp;")}
	hyphens = [][]byte{[]byte("-"), []byte("\u2010"), []byte("\u2011"), []byte("\u2013")}
)

func separator(text []byte, at int) (gap, bool) {
	for _, h := range hyphens {
		if bytes.HasPrefix(text[at:], h) {
			return gap{end: at + len(h), hyphen: true}, true
		}
	}
	for _, s := range spaces {
		if bytes.HasPrefix(text[at:], s) {
			return gap{end: at + len(s)}, true
		}
	}
	if at >= len(text) || bytes.IndexByte([]byte(" \t\r\n"), text[at]) < 0 {
		return gap{}, false
	}
	if broken := lineBreak.Find(text[at:min(len(text), at+20)]); broken != nil {
		return gap{end: at + len(broken), wrapped: true}, true
	}
	return gap{}, false
}

var lineBreak = regexp.MustCompile(`^[ \t]*\r?\n[ \t>]*`)

// issued says how likely a number of this range names a person: High where England, Wales and the Isle of Man issue
// numbers, Medium for Scotland's CHI numbers (which begin with a date of birth) and for Northern Ireland, and nothing
// where the NHS issues none: 3113… to 319…, 5… (reserved), 8… (Ireland, unallocated) and 9… with its synthetic 999….
func issued(digits string) string {
	switch first := digits[0]; {
	case published[digits] || digits == string(bytes.Repeat([]byte{first}, 10)): // ten times one digit is a placeholder
		return ""
	case first == '4' || first == '6' || first == '7':
		return High
	case digits >= "3200000000" && digits <= "3999999999":
		return Medium
	case digits < "3113000000" && isBirthDate(digits[:6]):
		return Medium
	}
	return ""
}

// checkDigitHolds is modulus 11 with weights 10 to 1 (ISB 0149). A remainder that would need a check digit of ten fails.
func checkDigitHolds(digits string) bool {
	sum := 0
	for i := range len(digits) {
		sum += int(digits[i]-'0') * (10 - i)
	}
	return sum%11 == 0
}

// isBirthDate says whether six digits are a day, month and year of some century. 2000 was a leap year, so 29 February of
// year 00 exists.
func isBirthDate(ddmmyy string) bool {
	_, err := time.Parse("020106", ddmmyy)
	return err == nil
}

// standsAlone refuses a number that is a part of something longer: a word, a decimal, a price, a hexadecimal or dotted id.
func standsAlone(text []byte, m match) bool {
	before, after := text[:m.start], text[m.end:]
	if n := len(before); n > 0 {
		switch c := before[n-1]; {
		case isAlnum(c), c == '$', c == '+', bytes.HasSuffix(before, []byte("£")), bytes.HasSuffix(before, []byte("€")):
			return false
		case c == '.' && n > 1 && isDigit(before[n-2]):
			return false
		case c == '-' && mixed(lastWord(before[:n-1])):
			return false
		}
	}
	if n := len(after); n > 0 {
		switch c := after[0]; {
		case isAlnum(c), c == '%':
			return false
		case c == '.' && n > 1 && isDigit(after[1]):
			return false
		case c == '-' && mixed(firstWord(after[1:])):
			return false
		}
	}
	return true
}

// crowded says whether three groups stand in a longer row of groups: joined by hyphens any more is another number; among
// spaces one more may be a ward or a year, and more than one must be numbers of the same form.
func crowded(text []byte, start, end int, hyphen bool) bool {
	before, after := groupsBefore(text, start, hyphen), groupsAfter(text, end, hyphen)
	if hyphen {
		return len(before)+len(after) > 0
	}
	sameForm := func(g []int) bool { return len(g) == 0 || len(g) == 3 && g[0]+g[2] == 7 && g[1] == 3 }
	return len(before)+len(after) > 1 && !(sameForm(before) && sameForm(after))
}

// chained says whether ten digits are one part of several joined by hyphens, as in the security identifiers of Windows.
// One neighbour is a range or a page, and a date before them is the beginning of a file's name.
func chained(text []byte, start, end int) bool {
	before, after := groupsBefore(text, start, true), groupsAfter(text, end, true)
	if slices.Equal(before, []int{2, 2, 4}) {
		before = nil
	}
	return len(before)+len(after) > 1
}

// groupsBefore returns the lengths of up to three groups of digits before start, nearest first.
func groupsBefore(text []byte, start int, hyphen bool) (lengths []int) {
	for len(lengths) < 3 && start > 1 && text[start-1] == joint(hyphen) {
		n := 0
		for at := start - 2; at >= 0 && n < 12 && isDigit(text[at]); at-- {
			n++
		}
		if n == 0 {
			break
		}
		lengths = append(lengths, n)
		start -= n + 1
	}
	return lengths
}

// groupsAfter returns the lengths of up to three groups of digits after end, nearest first.
func groupsAfter(text []byte, end int, hyphen bool) (lengths []int) {
	for len(lengths) < 3 && end < len(text) && text[end] == joint(hyphen) {
		n := digitRun(text[end+1 : min(len(text), end+13)])
		if n == 0 {
			break
		}
		lengths = append(lengths, n)
		end += n + 1
	}
	return lengths
}

func joint(hyphen bool) byte {
	if hyphen {
		return '-'
	}
	return ' '
}

// mixed says whether a word has letters and digits, as the parts of generated ids do.
func mixed(word []byte) bool {
	return bytes.ContainsFunc(word, func(r rune) bool { return r <= '9' }) && bytes.ContainsFunc(word, func(r rune) bool { return r > '9' })
}

// lastWord returns up to 16 letters and digits at the end.
func lastWord(text []byte) []byte {
	n := len(text)
	for n > 0 && len(text)-n < 16 && isAlnum(text[n-1]) {
		n--
	}
	return text[n:]
}

// firstWord returns up to 16 letters and digits at the front.
func firstWord(text []byte) []byte {
	n := 0
	for n < len(text) && n < 16 && isAlnum(text[n]) {
		n++
	}
	return text[:n]
}
