package load

import (
	"path"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
)

// unexpected refuses a file where no record belongs, and says where it may belong.
func unexpected(p string) finding.Finding {
	at := finding.Place{Path: p}
	switch path.Ext(p) {
	case ".yaml", ".yml", ".md":
		return fault(at, "unexpected-file", "no record belongs at this path", "did you mean "+nearestHome(p)+"? attachments belong in a folder named files")
	}
	return fault(at, "unexpected-file", "no record belongs at this path",
		"if it is an attachment, put it in a folder named files beside the record it belongs to; otherwise delete it")
}

// nearestHome gives the place for records that is most like a path.
func nearestHome(p string) string {
	steps := strings.Split(p, "/")
	best, least := "", 0
	for _, home := range record.Homes() {
		if d := pathDistance(strings.Split(home.Path, "/"), steps); best == "" || d < least {
			best, least = home.Path, d
		}
	}
	return best
}

// pathDistance adds up what differs between a pattern and a path, step by step; a step too many or too few counts for
// less than a name that has nothing in common.
func pathDistance(pattern, steps []string) int {
	const step = 8
	row := make([]int, len(steps)+1)
	for k := range row {
		row[k] = k * step
	}
	for i, want := range pattern {
		diagonal := row[0]
		row[0] = (i + 1) * step
		for k, have := range steps {
			above := row[k+1]
			row[k+1] = min(diagonal+stepDistance(want, have), above+step, row[k]+step)
			diagonal = above
		}
	}
	return row[len(steps)]
}

// stepDistance is 0 for the very name, 1 for any name where any is right, 2 for the wrong ending, and 3 for a name that
// begins or ends alike.
func stepDistance(want, have string) int {
	if want == have {
		return 0
	}
	if name, ending, ok := strings.Cut(want, ">"); ok && strings.HasPrefix(name, "<") {
		if ending = ending[strings.LastIndexByte(ending, '>')+1:]; path.Ext(have) == ending {
			return 1
		}
		return 2
	}
	want, have = strings.TrimSuffix(want, path.Ext(want)), strings.TrimSuffix(strings.ToLower(have), path.Ext(have))
	common := 0
	for common < min(len(want), len(have)) && want[common] == have[common] {
		common++
	}
	tail := 0
	for tail < min(len(want), len(have))-common && want[len(want)-1-tail] == have[len(have)-1-tail] {
		tail++
	}
	switch {
	case want == have:
		return 2
	case 2*(common+tail) > len(want):
		return 3
	}
	return 9 // more than a step too many or too few
}
