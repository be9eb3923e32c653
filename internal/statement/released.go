package statement

import (
	_ "embed" // for the list
	"strings"
)

// Release is a version of the program with its rules.
type Release struct {
	Version string // "next" for what is not released yet
	Rules   Rules
}

//go:embed released.txt
var releasedText string

// Released lists the rules that each released program has had, oldest first, and last those of this one. A repository without rules
// of its own was checked by some program: what its statements name must be the rules of one.
func Released() []Release { return releasesIn(releasedText) }

func releasesIn(text string) []Release {
	var list []Release
	for line := range strings.Lines(text) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] != "#" {
			list = append(list, Release{fields[0], Rules{fields[1], fields[2]}})
		}
	}
	return list
}
