package register

import "example.org/muniment/internal/spelling"

// maxSuggestions bounds the work on suggestions: each looks at every name of its sort, so one for each of many broken
// references would take quadratic time. Whoever has more broken references than this has another problem.
const maxSuggestions = 100

// suggest gives the name that was probably meant, or "".
func (j *joiner) suggest(written string, names func() []string) string {
	if j.suggestions >= maxSuggestions || names == nil {
		return ""
	}
	j.suggestions++
	list := names()
	j.compared += len(list)
	return spelling.Nearest(written, list)
}
