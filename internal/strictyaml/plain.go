package strictyaml

import (
	"regexp"
	"strconv"
	"strings"

	"example.org/muniment/internal/tree"
)

// The reasons for which a plain value (one without quotes) is refused, and what to do about each.
const (
	whyWord      = "readers of YAML differ on whether this word is text or a yes/no value"
	whyNull      = "this means \"no value\" to some readers and text to others"
	whyCase      = "write true or false in small letters"
	whyZero      = "some readers count a number that begins with 0 in eights, others in tens, others take it for text"
	whyNumber    = "readers of YAML differ on whether this is a number, and on which one"
	whyClock     = "some readers take this for a number in base 60"
	whyBig       = "this number has more digits than every reader keeps"
	whyDate      = "readers differ on whether this is a date"
	whyIndicator = "this sign means something special to some readers"
)

var remedies = map[string]string{
	whyWord:      "put quotes around it if it is text; write true or false if it is a yes/no value",
	whyNull:      "write a value or leave the field out; put quotes around it if it is text",
	whyCase:      "write true or false; put quotes around it if it is text",
	whyZero:      "put quotes around it if it is a code; drop the leading 0 if it is a number",
	whyNumber:    "put quotes around it if it is text; write a plain number such as 1000 or 2.5 if it is one",
	whyClock:     "put quotes around it",
	whyBig:       "put quotes around it if it is a code; otherwise write fewer digits",
	whyDate:      "write dates as YYYY-MM-DD, for example 2026-01-05",
	whyIndicator: "put quotes around it",
}

var (
	canonicalInt     = regexp.MustCompile(`^(0|-?[1-9][0-9]*)$`)
	canonicalDecimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)\.[0-9]+$`)
	leadingZero      = regexp.MustCompile(`^[-+]?0[0-9]+$`)

	// sexagesimal numbers of YAML 1.1: 12:30 is 750 there.
	sexagesimal = regexp.MustCompile(`^[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?$`)

	// dateLike is the timestamp of YAML 1.1; plainDate and rfc3339 are the two forms of it that we take, as text.
	dateLike  = regexp.MustCompile(`^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?$`)
	plainDate = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	rfc3339   = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[-+][0-9]{2}:[0-9]{2})$`)

	// numberish is every form that some reader of YAML 1.1, YAML 1.2, JSON5 or Go takes for a number.
	numberish = regexp.MustCompile(`^[-+]?(` +
		`0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+` + // other bases
		`|[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]*)?` + // 1., 1e3, +1; and 1_000 without its underscore
		`|\.[0-9]+([eE][-+]?[0-9]+)?` + // .5
		`|0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][-+]?[0-9]+` + // 0x1p-2
		`|\.?(inf|Inf|INF|infinity|Infinity|INFINITY)` +
		`)$|^\.?(nan|NaN|NAN|Nan)$`)
)

// significantDigits is how many digits every reader keeps: those of a binary64 number.
const significantDigits = 15

// resolve says what a plain value is. When readers disagree, why is not empty and the value is refused.
func resolve(s string) (kind tree.Kind, why string) {
	if plainlyText(s) {
		return tree.String, ""
	}
	switch strings.ToLower(s) {
	case "true", "false":
		if s != strings.ToLower(s) {
			return 0, whyCase
		}
		return tree.Bool, ""
	case "yes", "no", "on", "off", "y", "n":
		return 0, whyWord
	case "null", "~", "":
		return 0, whyNull
	case "=", "<<":
		return 0, whyIndicator
	}
	if letter(s[0]) && s[0] != '_' {
		switch strings.ReplaceAll(s, "_", "") {
		case "inf", "Inf", "INF", "infinity", "Infinity", "INFINITY", "nan", "NaN", "NAN", "Nan":
			return 0, whyNumber
		}
		return tree.String, "" // a number or a day begins otherwise
	}
	return byPatterns(s)
}

// byPatterns says what a plain value is that is no word.
func byPatterns(s string) (kind tree.Kind, why string) {
	bare := s // some readers drop underscores before they look
	if s[0] != '_' {
		bare = strings.ReplaceAll(s, "_", "")
	}
	switch {
	case canonicalInt.MatchString(s):
		if _, err := strconv.ParseInt(s, 10, 64); err != nil {
			return 0, whyBig
		}
		return tree.Int, ""
	case canonicalDecimal.MatchString(s):
		digits := strings.TrimLeft(strings.Map(onlyDigits, s), "0")
		if len(digits) > significantDigits {
			return 0, whyBig
		}
		return tree.Number, ""
	case leadingZero.MatchString(bare):
		return 0, whyZero
	case sexagesimal.MatchString(bare):
		return 0, whyClock
	case numberish.MatchString(bare):
		return 0, whyNumber
	case dateLike.MatchString(s) && !plainDate.MatchString(s) && !rfc3339.MatchString(s):
		return 0, whyDate
	}
	return tree.String, ""
}

// plainlyText holds for most text and for days, so that most values need none of the patterns.
func plainlyText(s string) bool {
	switch {
	case len(s) == 0:
		return false
	case letter(s[0]):
		return len(s) > 8 && strings.IndexByte(s, '_') < 0 // no longer word means anything
	case s[0] < '0' || s[0] > '9':
		return false
	case len(s) == 10 && s[4] == '-' && s[7] == '-':
		return digitsOnly(s[:4]) && digitsOnly(s[5:7]) && digitsOnly(s[8:])
	case len(s) > 4 && s[4] == '-': // a day, or what some take for one
		return false
	case s[0] == '0':
		return strings.IndexByte(s, ' ') > 0 // no number has a space in it
	}
	return strings.Trim(s, "0123456789.:_+-eE") != "" // and one that begins so has no other signs than these
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}
