package identifier

import "bytes"

// matchNationalInsurance reads a National Insurance number around text[start:end], a whole run of digits: two letters, six
// digits and a letter A to D, as one word or in pairs with spaces or hyphens between (HMRC NIM39110).
func matchNationalInsurance(text []byte, start, end int) (match, bool) {
	m := match{}
	lettersEnd, spaced := start, false
	if start > 0 && isJoint(text[start-1]) {
		lettersEnd, spaced = start-1, true
	}
	if lettersEnd < 2 {
		return m, false
	}
	m.start = lettersEnd - 2
	prefix := text[m.start:lettersEnd]
	if !isLetter(prefix[0]) || !isLetter(prefix[1]) {
		return m, false
	}

	switch end - start {
	case 6:
	case 2:
		for range 2 {
			if end >= len(text) || !isJoint(text[end]) || digitRun(text[end+1:]) != 2 {
				return m, false
			}
			end += 3
		}
		m.grouped = true
	default:
		return m, false
	}

	if end < len(text) && isJoint(text[end]) {
		m.labelOnly = !m.grouped && !spaced // "AB123456 A new one": the last letter may be a word
		end++
	}
	if end >= len(text) {
		return m, false
	}
	m.end = end + 1
	number := []byte{prefix[0], prefix[1], text[end]}
	upper := bytes.ToUpper(number)
	m.labelOnly = m.labelOnly || !bytes.Equal(number, upper) // in small letters it is mostly somebody's serial number
	return m, upper[2] >= 'A' && upper[2] <= 'D' && isInsurancePrefix(upper[0], upper[1]) && isWord(text, m)
}

// isInsurancePrefix holds the prefixes that are allocated (HMRC NIM39110).
func isInsurancePrefix(first, second byte) bool {
	if bytes.IndexByte([]byte("DFIQUV"), first) >= 0 || bytes.IndexByte([]byte("DFIOQUV"), second) >= 0 {
		return false
	}
	switch string([]byte{first, second}) {
	case "BG", "GB", "KN", "NK", "NT", "TN", "ZZ":
		return false
	}
	return true
}

// isWord says whether nothing continues the number on either side, not even past a hyphen.
func isWord(text []byte, m match) bool {
	before, after := text[:m.start], text[m.end:]
	if n := len(before); n > 0 && (isAlnum(before[n-1]) || before[n-1] == '-' && n > 1 && isAlnum(before[n-2])) {
		return false
	}
	return len(after) == 0 || !isAlnum(after[0]) && (after[0] != '-' || len(after) == 1 || !isAlnum(after[1]))
}

func isJoint(c byte) bool { return c == ' ' || c == '-' }
