package obligation

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.org/muniment/internal/record"
)

// nouns names a kind of record in a sentence, with its article.
func nouns(k record.Kind) string { return kindNouns[k] }

var kindNouns = func() map[record.Kind]string {
	names := make(map[record.Kind]string)
	for _, home := range record.Homes() {
		names[home.Kind] = "the " + strings.ReplaceAll(string(home.Kind), "-", " ") + " record"
	}
	names[record.KindDPIA] = "the DPIA"
	names[record.KindPrinciples] = "the supplier's statement on the security principles"
	names[record.KindExitPlan] = "the exit plan"
	names[record.KindAppointments] = "the list of appointments"
	names[record.KindCosts] = "the cost record"
	return names
}()

// matters name what a day in a record is the last look at, as people call it.
var matters = map[FieldRef]string{
	"assessment:data.recorded":               "the record of facts about the data",
	"assessment:locations.recorded":          "the list of places",
	"assessment:jurisdictions.assessed":      "the list of countries whose law may apply",
	"organisation:adequacyCheck.lastChecked": "the list of adequate countries",
	"organisation:readiness.confirmed":       "the index of evidence for oversight",
	"supplier:support.assessed":              "support from abroad",
	"supplier:answers.on":                    "the record of the supplier's answers",
	"supplier:cryptography.tested":           "the supplier's cryptography",
	"supplier:monitoring.lastReport":         "the supplier's monitoring of its service",
	"product:updates.last":                   "the state of updates",
	"footprint:confirmed":                    "the list of joint responsibilities",
	"footprint:resilience.lastTest":          "the failover of the shared service",
	"footprint:patientAccess.confirmed":      "the plan for patients' own access",
}

// matter names what a field's day is the last look at.
func matter(r *record.Record, field FieldRef) string {
	if m, ok := matters[field]; ok {
		return m
	}
	return nouns(r.Kind)
}

// entries name one entry of a list, where its field's plural does not.
var entries = map[string]string{
	"datasets": "data set", "entries": "entry", "months": "month", "attributes": "attribute", "agreedBy": "office", "places": "place",
	"of": "matter", "access": "office", "assessed": "assessment", "dspt": "toolkit result", "readiness": "regime", "basis": "document",
	"guidance": "document", "advice": "piece of advice",
}

// entry names one entry of a list.
func entry(list string) string {
	if e, ok := entries[list]; ok {
		return e
	}
	return strings.TrimSuffix(list, "s")
}

// ordinal is a number as it stands before a noun.
func ordinal(n int) string {
	words := []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if n >= 1 && n <= len(words) {
		return words[n-1]
	}
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		suffix = map[int]string{1: "st", 2: "nd", 3: "rd"}[n%10]
	}
	return strconv.Itoa(n) + cmp.Or(suffix, "th")
}

// sentence ends a text with one full stop.
func sentence(s string) string { return strings.TrimRight(s, ".?") + "." }

// capital makes the first letter of a sentence a capital one.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || unicode.ToUpper(r) == r {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// begun makes a sentence of what was written, with a capital letter. It may change what it is given.
func begun(b []byte) string {
	if len(b) > 0 && 'a' <= b[0] && b[0] <= 'z' {
		b[0] -= 'a' - 'A'
		return string(b)
	}
	return capital(string(b))
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
