package statement

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// The forms that values have. They are as narrow as schemas/common.cue or narrower, and belong to this version of the form:
// a change to one is a new Purpose.
var (
	digestForm     = regexp.MustCompile(`^[0-9a-f]{64}$`)
	repositoryForm = regexp.MustCompile(`^[a-z0-9]+([./-][a-z0-9]+)*$`)
	subjectForm    = regexp.MustCompile(`^[A-Z0-9]{3,9}(/[a-z0-9]+(-[a-z0-9]+)*)?$`)
	slugForm       = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	pathForm       = regexp.MustCompile(`^evidence/[A-Za-z0-9._/-]+$`)
	hostForm       = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*(:[1-9][0-9]{0,4})?$`)
	requestForm    = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,60}/[A-Za-z0-9_.-]{1,100}#[1-9][0-9]{0,8}$`)
	loginForm      = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,38}(\[bot\])?$`)
	commitForm     = regexp.MustCompile(`^([0-9a-f]{40}|[0-9a-f]{64})$`)
)

var (
	firstDay = calendar.MustParse("1900-01-01")
	lastDay  = calendar.MustParse("2199-12-31")
)

// The decisions.
const (
	Approved               = "approved"
	ApprovedWithConditions = "approved-with-conditions"
	Refused                = "refused"
	Withdrawn              = "withdrawn"
)

// check refuses values that have another form and values that contradict each other.
func check(a *record.Approval) error {
	of := func(form *regexp.Regexp, most int) func(string) bool {
		return func(s string) bool { return len(s) <= most && form.MatchString(s) }
	}
	for _, f := range []struct {
		name, value string
		ok          func(string) bool
	}{
		{"statement", a.Statement, func(s string) bool { return s == Purpose }},
		{"repository", a.Repository, of(repositoryForm, 100)},
		{"subject", a.Subject, of(subjectForm, 74)},
		{"office", string(a.Office), func(s string) bool { return slices.Contains(record.Offices(), record.Office(s)) }},
		{"by", a.By, of(slugForm, 64)},
		{"decision", a.Decision, isDecision},
		{"schemas", a.Schemas, of(digestForm, 64)},
		{"catalogue", a.Catalogue, of(digestForm, 64)},
		{"previous", a.Previous, func(s string) bool { return s == "" || digestForm.MatchString(s) }},
	} {
		switch {
		case f.ok(f.value):
		case f.value == "":
			return fault(0, "%s is missing", f.name)
		default:
			return fault(0, "%s has another form than a statement's", f.name)
		}
	}
	for _, check := range []func(*record.Approval) error{checkDays, checkConditions, checkCovers, checkWitnessed} {
		if err := check(a); err != nil {
			return err
		}
	}
	return nil
}

func isDecision(s string) bool {
	return slices.Contains([]string{Approved, ApprovedWithConditions, Refused, Withdrawn}, s)
}

func inFavour(a *record.Approval) bool {
	return a.Decision == Approved || a.Decision == ApprovedWithConditions
}

func checkDays(a *record.Approval) error {
	switch {
	case a.On.IsZero():
		return fault(0, "on is missing")
	case a.On.Before(firstDay) || a.On.After(lastDay) || a.To.After(lastDay):
		return fault(0, "a day is not between 1900 and 2199")
	case a.To.IsZero():
		return nil
	case !inFavour(a):
		return fault(0, "only an approval has a last day")
	case a.To.Before(a.On):
		return fault(0, "the last day is before the day of the decision")
	}
	return nil
}

func checkConditions(a *record.Approval) error {
	switch n := len(a.Conditions); {
	case n > 0 && a.Decision != ApprovedWithConditions:
		return fault(0, "only an approval with conditions has conditions")
	case n == 0 && a.Decision == ApprovedWithConditions:
		return fault(0, "an approval with conditions has none")
	case n > MaxConditions:
		return fault(0, "there are more than %d conditions", MaxConditions)
	}
	for i, c := range a.Conditions {
		if err := checkText(c); err != "" {
			return fault(0, "condition %d %s", i+1, err)
		}
	}
	return nil
}

// checkText says what is wrong with free text. Every reader sees the same text and every program the same bytes: one line, in
// the composed normal form, of characters that can be seen.
func checkText(s string) string {
	switch {
	case s == "" || strings.TrimSpace(s) != s:
		return "is empty, or has a space at an end"
	case strings.ContainsFunc(s, unseen): // bytes that are not UTF-8 come as what stands for broken text
		return "holds a character that cannot be seen, such as a line end, a tab or a mark of direction"
	case utf8.RuneCountInString(s) > MaxCondition:
		return "is too long"
	case !norm.NFC.IsNormalString(s):
		return "is not in the composed normal form of Unicode (NFC)"
	}
	return ""
}

// unseen tells of characters that leave no mark on the page: everything but letters, marks, numbers, punctuation, symbols and
// the plain space, and of those the ones that readers are told to pass over.
func unseen(r rune) bool {
	switch {
	case r == ' ':
		return false
	case r == '\u2800', r == utf8.RuneError: // a Braille cell without a dot; what stands for broken text
		return true
	case unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return true
	}
	return !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S)
}

func checkCovers(a *record.Approval) error {
	switch n := len(a.Covers); {
	case n == 0:
		return fault(0, "no covered file is named")
	case n > MaxCovers:
		return fault(0, "more than %d covered files are named", MaxCovers)
	}
	for i, c := range a.Covers {
		switch {
		case len(c.Path) > MaxPath || !pathForm.MatchString(c.Path) || path.Clean(c.Path) != c.Path:
			return fault(0, "the path of covered file %d has another form than a statement's", i+1)
		case !digestForm.MatchString(c.SHA256):
			return fault(0, "the digest of covered file %d has another form than a statement's", i+1)
		case i > 0 && a.Covers[i-1].Path >= c.Path:
			return fault(0, "covered file %d is named twice or out of order", i+1)
		}
	}
	return nil
}

func checkWitnessed(a *record.Approval) error {
	w := a.Witnessed
	switch {
	case w == nil:
		return nil
	case len(w.Forge) > 100 || !hostForm.MatchString(w.Forge):
		return fault(0, "the forge has another form than a statement's")
	case !requestForm.MatchString(w.PullRequest):
		return fault(0, "the pull request has another form than a statement's")
	case !loginForm.MatchString(w.Login):
		return fault(0, "the login has another form than a statement's")
	case !commitForm.MatchString(w.Commit):
		return fault(0, "the reviewed commit has another form than a statement's")
	}
	at, err := time.Parse("2006-01-02T15:04:05Z", w.At)
	if err != nil || at.Format("2006-01-02T15:04:05Z") != w.At || at.Year() < 2000 || at.Year() > 2099 {
		return fault(0, "the time of the review has another form than a statement's")
	}
	return nil
}
