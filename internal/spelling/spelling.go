// Package spelling knows how words are written: which name somebody probably meant, and how a sentence begins.
package spelling

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Capital begins a text with a capital letter.
func Capital(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// longest bounds the work on one comparison; nobody mistypes a longer name so that one could tell.
const longest = 64

// Nearest gives the name that was probably meant, or "". Case, hyphens, underscores and spaces count for nothing, and a third of
// what remains may be other letters, but no more than three: beyond that any two words are alike. Of equally near names it is the
// one whose length is nearest, and of those the first.
func Nearest(written string, names []string) string {
	flat := flatten(written)
	if len(flat) == 0 {
		return ""
	}
	best, least, limit := "", longest, min(3, max(1, len(flat)/3))
	for _, name := range names {
		other := flatten(name)
		d, longer := distance(flat, other, limit), max(len(other)-len(flat), len(flat)-len(other))
		if d < limit || d == limit && longer < least {
			best, least, limit = name, longer, d
		}
	}
	return best
}

// NearestIDs gives the ids that were probably meant, in the order given: the one nearest to what was written, or else all whose part
// after the last slash is the nearest to it.
func NearestIDs(written string, ids []string) []string {
	if near := Nearest(written, ids); near != "" {
		return []string{near}
	}
	if strings.Contains(written, "/") {
		return nil
	}
	var names []string
	byName := make(map[string][]string, len(ids))
	for _, id := range ids {
		name := id[strings.LastIndexByte(id, '/')+1:]
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], id)
	}
	return byName[Nearest(written, names)]
}

// mostNamed is how many names anybody reads in a question.
const mostNamed = 3

// OneOf puts names in words as a choice: "a", "a or b", "a, b or c". Of more than three the others are counted.
func OneOf(names []string) string {
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return names[0]
	case n <= mostNamed:
		return strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	default:
		return fmt.Sprintf("%s or %d more", strings.Join(names[:mostNamed], ", "), n-mostNamed)
	}
}

var separators = strings.NewReplacer("-", "", "_", "", " ", "")

// flatten removes what people most often get wrong.
func flatten(s string) []rune { return []rune(separators.Replace(strings.ToLower(s))) }

// distance counts the letters to insert, delete, replace or swap with their neighbour to turn one word into the other. What is
// above the limit is only known to be so.
func distance(a, b []rune, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit || len(a) > longest || len(b) > longest {
		return limit + 1
	}
	var rows [3][longest + 1]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for k := range len(b) + 1 {
		last[k] = k
	}
	for i := range len(a) {
		row[0] = i + 1
		least := row[0]
		for k := range len(b) {
			cost := 1
			if a[i] == b[k] {
				cost = 0
			}
			row[k+1] = min(last[k]+cost, last[k+1]+1, row[k]+1)
			if i > 0 && k > 0 && a[i] == b[k-1] && a[i-1] == b[k] {
				row[k+1] = min(row[k+1], before[k-1]+1)
			}
			least = min(least, row[k+1])
		}
		if least > limit+1 { // a swap looks back two rows
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
