// Package identifier knows the identifiers that appear in evidence: those that name things in the register, and those of
// people, which have no place there.
//
// [Scan] spots NHS numbers, National Insurance numbers, private keys and access tokens in text. A hit says what was found
// and where; it never holds the value, so that no message, log or published page can repeat it. Scan reads text once, in
// time proportional to its length, and gives the same hits for the same bytes.
//
// One ten-digit number in eleven has a valid check digit, and ISBNs share the very formula. So a hit needs more than
// arithmetic: a range in which numbers are issued to people, and surroundings that do not speak of a telephone, a
// timestamp, a book or a hash. Where a label such as "NHS number" stands right before it, the label decides.
package identifier

import "errors"

const (
	maxSlug     = 64
	maxRecordID = 200 // as long as a path in a record may be
)

// ODS says what is wrong with the shape of an organisation code, if anything. Only the Organisation Data Service knows
// which codes exist.
func ODS(s string) error {
	if len(s) < 3 || len(s) > 9 || !all(s, func(c byte) bool { return isUpper(c) || isDigit(c) }) {
		return errors.New("expected an ODS code: 3 to 9 capital letters and digits")
	}
	return nil
}

// Slug says what is wrong with the short name of a record, if anything: lower-case letters and digits, single hyphens
// between them, at most 64 characters. Such a name is the same on every file system and needs no escaping in an address.
func Slug(s string) error {
	ok := s != "" && len(s) <= maxSlug
	for i := 0; ok && i < len(s); i++ {
		hyphen := s[i] == '-' && i > 0 && i < len(s)-1 && s[i-1] != '-'
		ok = hyphen || isLower(s[i]) || isDigit(s[i])
	}
	if !ok {
		return errors.New("expected a short name: lower-case letters, digits and single hyphens, at most 64 characters")
	}
	return nil
}

// RecordID says what is wrong with a record's id, if anything: short names and ODS codes joined by slashes, as in
// Z9A1A/imaging-archive, at most 200 characters.
func RecordID(s string) error {
	bad := len(s) > maxRecordID
	for start, i := 0, 0; i <= len(s) && !bad; i++ {
		if i == len(s) || s[i] == '/' {
			bad = Slug(s[start:i]) != nil && ODS(s[start:i]) != nil
			start = i + 1
		}
	}
	if bad {
		return errors.New("expected an id: short names and ODS codes joined by slashes, such as Z9A1A/imaging-archive")
	}
	return nil
}

func all(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLower(c byte) bool  { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool  { return c >= 'A' && c <= 'Z' }
func isLetter(c byte) bool { return isLower(c) || isUpper(c) }
func isAlnum(c byte) bool  { return isLetter(c) || isDigit(c) }
