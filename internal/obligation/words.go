package obligation

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/muniment/internal/record"
)

// nouns names a kind of record in a sentence, with its article.
func nouns(k record.Kind) string {
	switch k {
	case record.KindDPIA:
		return "the DPIA"
	case record.KindPrinciples:
		return "the supplier's statement on the security principles"
	case record.KindExitPlan:
		return "the exit plan"
	case record.KindAppointments:
		return "the list of appointments"
	case record.KindCosts:
		return "the cost record"
	}
	return "the " + strings.ReplaceAll(string(k), "-", " ") + " record"
}

// capital makes the first letter of a sentence a capital one.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// list joins words as people do: a, b and c.
func list(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// listed is list for words that must not be cut off, but may be many: at most ten are named.
func listed(words []string) string {
	const most = 10
	if len(words) <= most {
		return list(words)
	}
	return strings.Join(words[:most], ", ") + " and others"
}
