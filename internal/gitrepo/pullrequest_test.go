package gitrepo

import "testing"

func TestPullRequestIn(t *testing.T) {
	for message, test := range map[string]struct {
		subject, body string
		want          int
	}{
		"a merge on GitHub":                         {"Merge pull request #12 from r0x/imaging", "Imaging: impact assessment", 12},
		"a squash on GitHub or Gitea":               {"Renal audit goes live (#37478)", "", 37478},
		"a merge on Gitea":                          {"Merge pull request 'Imaging goes live' (#7) from imaging into main", "", 7},
		"a merge on Gitea whose title has a number": {"Merge pull request 'Undo it' (#3) from x' (#8) from imaging into main", "", 8},
		"a merge on Gitea whose title ends in one":  {"Merge pull request 'Undo it (#3)' (#8) from imaging", "", 8},
		"a merge on GitLab":                         {"Merge branch 'imaging' into 'main'", "Imaging goes live\n\nSee merge request trust/evidence!41", 41},
		"a merge on GitLab, by address":             {"Merge branch 'imaging'", "See merge request https://gitlab.example.org/trust/evidence!41\n", 41},
		"the last of several lines":                 {"Merge", "See merge request a/b!1\n\nSee merge request a/b!2", 2},
		"a squash that takes back another":          {`Revert "Go live (#5)" (#6)`, "", 6},
		"taking back another without a request":     {`Revert "Go live (#5)"`, "", 0},
		"an ordinary commit":                        {"Add the imaging workload", "Because it is used.", 0},
		"a number that is only mentioned":           {"Fix #12", "See #13 and trust/evidence!14.", 0},
		"a mention within a line":                   {"Add", "See merge request a/b!1 for more", 0},
		"no space before the number":                {"Add(#12)", "", 0},
		"words in the place of the number":          {"Merge pull request #twelve from x", "", 0},
		"a number that is none":                     {"Add (#0)", "", 0},
		"a number with leading zeros":               {"Add (#012)", "", 0},
		"a number with a sign":                      {"Add (#+12)", "", 0},
		"a number that no forge reaches":            {"Add (#99999999999999999999)", "", 0},
		"nothing in the brackets":                   {"Add (#)", "", 0},
		"a merge cut short":                         {"Merge pull request #", "", 0},
		"a merge on Gitea without a branch":         {"Merge pull request 'x' (#3)", "", 3},
		"a message of nothing":                      {"", "", 0},
	} {
		if got := pullRequestIn(test.subject, test.body); got != test.want {
			t.Errorf("%s: %d, want %d", message, got, test.want)
		}
	}
}
