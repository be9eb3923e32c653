package pipeline

import (
	"context"
	"slices"
	"strings"

	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
)

// history gathers, for every workload, supplier and organisation folder, the mainline commits that touched it, newest first.
func (t *Tool) history(ctx context.Context, src *source) (map[string][]report.Commit, error) {
	byFolder := map[string][]report.Commit{}
	if src.repo == nil {
		return byFolder, nil
	}
	done := 0
	err := src.repo.Changes(ctx, src.line, record.Root, func(c gitrepo.Change) error {
		done++
		t.Progress(Step{"reading history", done, len(src.line)})
		for folder, changes := range split(c.Paths) {
			byFolder[folder] = append(byFolder[folder], report.Commit{
				ID: c.Commit.ID, Day: c.Day, Author: c.Commit.Author.Name, Subject: c.Commit.Subject, Files: changes,
			})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, commits := range byFolder {
		slices.Reverse(commits)
	}
	return byFolder, nil
}

// split sorts the changes of one commit into the folders they belong to. Paths come sorted, so the changes of each folder do too.
func split(paths []gitrepo.PathChange) map[string][]report.Change {
	folders := map[string][]report.Change{}
	for _, p := range paths {
		path := record.Root + "/" + p.Path
		change := report.Change{Path: path, How: "changed"}
		switch {
		case p.Old == "":
			change.How = "added"
		case p.New == "":
			change.How = "removed"
		}
		folder := folderOf(path)
		folders[folder] = append(folders[folder], change)
	}
	return folders
}

// folderOf gives the folder of the workload, supplier or organisation that a path belongs to, or the path itself.
func folderOf(path string) string {
	steps := strings.Split(path, "/")
	depth := len(steps)
	switch {
	case depth > 5 && steps[1] == "organisations" && steps[3] == "workloads":
		depth = 5
	case depth > 3 && (steps[1] == "organisations" || steps[1] == "suppliers"):
		depth = 3
	}
	return strings.Join(steps[:depth], "/")
}
