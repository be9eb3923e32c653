package gitrepo

import (
	"strconv"
	"strings"
)

// pullRequestIn finds the number of the pull or merge request that a message names where forges put it: "Merge pull request #12
// from …" and "… (#12)" at the end of the subject as GitHub writes them, "Merge pull request '…' (#12) from …" as Gitea
// does, and a line "See merge request group/project!12" in the body as GitLab does. A number elsewhere is only mentioned.
func pullRequestIn(subject, body string) int {
	if rest, ok := strings.CutPrefix(subject, "Merge pull request "); ok {
		if after, ok := strings.CutPrefix(rest, "#"); ok {
			number, _, _ := strings.Cut(after, " from ")
			return pullRequestNumber(number)
		}
		// The title may hold anything, a branch no space: the last number before a branch is the one.
		if at := strings.LastIndex(rest, "' (#"); at >= 0 {
			number, _, ok := strings.Cut(rest[at+len("' (#"):], ") from ")
			if ok {
				return pullRequestNumber(number)
			}
		}
	}
	if at := strings.LastIndex(subject, " (#"); at >= 0 && strings.HasSuffix(subject, ")") {
		if n := pullRequestNumber(subject[at+len(" (#") : len(subject)-1]); n > 0 {
			return n
		}
	}
	found := 0
	for line := range strings.Lines(body) {
		project, ok := strings.CutPrefix(strings.TrimSpace(line), "See merge request ")
		at := strings.LastIndexByte(project, '!')
		if ok && at >= 0 && !strings.Contains(project, " ") {
			found = pullRequestNumber(project[at+1:])
		}
	}
	return found
}

// pullRequestNumber reads a number as forges write it; 0 is none.
func pullRequestNumber(digits string) int {
	n, err := strconv.ParseUint(digits, 10, 31)
	if err != nil || digits[0] == '0' {
		return 0
	}
	return int(n)
}
