package register

import "strings"

// maxSuggestions bounds the work on suggestions: each looks at every name of its sort, so one for each of many broken
// references would take quadratic time. Whoever has more broken references than this has another problem.
const maxSuggestions = 100

// suggest gives the name that was probably meant, or "".
func (j *joiner) suggest(written string, names func() []string) string {
	if j.suggestions >= maxSuggestions || names == nil {
		return ""
	}
	j.suggestions++
	best, limit := "", min(3, len(written)/3) // with more changes any two short words are alike
	written = strings.ToLower(written)
	for _, name := range names() {
		j.compared++
		if d := distance(written, strings.ToLower(name), limit); d <= limit {
			best, limit = name, d-1
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace to turn one word into the other. It stops counting above limit.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	previous, current := make([]int, len(b)+1), make([]int, len(b)+1)
	for i := range previous {
		previous[i] = i
	}
	for i := range len(a) {
		current[0] = i + 1
		least := current[0]
		for k := range len(b) {
			cost := 1
			if a[i] == b[k] {
				cost = 0
			}
			current[k+1] = min(previous[k]+cost, previous[k+1]+1, current[k]+1)
			least = min(least, current[k+1])
		}
		if least > limit {
			return limit + 1
		}
		previous, current = current, previous
	}
	return previous[len(b)]
}
