package pipeline

import (
	"strings"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/versions"
)

// commits lists the mainline commits that touched the folder of a workload, supplier or organisation, or else the record itself,
// newest first.
func (p *past) commits(path string) []report.Commit {
	group := versions.Group(path)
	var only string
	if name := strings.TrimPrefix(path, group+"/"); strings.Contains(name, "/") { // a contract, in the folder of its organisation
		only = path
	}
	var list []report.Commit
	for _, c := range p.Commits(group, only) {
		one := report.Commit{ID: c.ID, Day: c.Day, Author: c.Author, Subject: c.Subject, PullRequest: c.PullRequest, Signed: c.Signed}
		for _, f := range c.Files {
			one.Files = append(one.Files, report.Change{Path: f.Path, How: how(f)})
		}
		list = append(list, one)
	}
	return list
}

// how says what a commit did to a file.
func how(f versions.File) string {
	switch {
	case f.Old == "":
		return "added"
	case f.New == "":
		return "removed"
	}
	return "changed"
}

// histories lists the commits of every workload, supplier and organisation of a history, by folder.
func (p *past) histories() map[string][]report.Commit {
	byFolder := make(map[string][]report.Commit)
	for _, id := range p.Workloads() {
		ods, slug, _ := strings.Cut(id, "/")
		folder := record.Root + "/organisations/" + ods + "/workloads/" + slug
		byFolder[folder] = p.commits(folder + "/workload.yaml")
	}
	for _, ods := range p.Organisations() {
		folder := record.Root + "/organisations/" + ods
		byFolder[folder] = p.commits(folder + "/organisation.yaml")
	}
	for _, id := range p.Suppliers() {
		folder := record.Root + "/suppliers/" + id
		byFolder[folder] = p.commits(folder + "/supplier.yaml")
	}
	return byFolder
}
