package forgetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The answers hold what GitHub's description requires, and of the rest what muniment reads.

type object = map[string]any

var aDay = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC).Format(time.RFC3339)

func (f *Fake) url(format string, args ...any) string {
	return "https://forge.example.org/api/v3/repos/" + f.Owner + "/" + f.Repo + "/" + fmt.Sprintf(format, args...)
}

// addresses gives fields that all hold some address.
func addresses(names ...string) object {
	o := object{}
	for _, n := range names {
		o[n] = "https://forge.example.org/"
	}
	return o
}

func with(o object, more object) object {
	for k, v := range more {
		o[k] = v
	}
	return o
}

func (f *Fake) user(login string) object {
	kind := "User"
	if len(login) > 5 && login[len(login)-5:] == "[bot]" {
		kind = "Bot"
	}
	o := addresses("avatar_url", "events_url", "followers_url", "following_url", "gists_url", "html_url", "organizations_url",
		"received_events_url", "repos_url", "starred_url", "subscriptions_url", "url")
	return with(o, object{"login": login, "id": len(login), "node_id": "U", "gravatar_id": "", "site_admin": false, "type": kind})
}

func (f *Fake) self() object {
	return with(f.user(f.Account), object{
		"user_view_type": "public", "bio": nil, "blog": nil, "company": nil, "email": nil, "followers": 0, "following": 0, "hireable": nil, "location": nil, "name": nil,
		"public_gists": 0, "public_repos": 0, "created_at": aDay, "updated_at": aDay,
	})
}

func (f *Fake) repository() object {
	o := addresses("archive_url", "assignees_url", "blobs_url", "branches_url", "collaborators_url", "comments_url", "commits_url", "compare_url",
		"contents_url", "contributors_url", "deployments_url", "downloads_url", "events_url", "forks_url", "git_commits_url", "git_refs_url",
		"git_tags_url", "hooks_url", "html_url", "issue_comment_url", "issue_events_url", "issues_url", "keys_url", "labels_url", "languages_url",
		"merges_url", "milestones_url", "notifications_url", "pulls_url", "releases_url", "stargazers_url", "statuses_url", "subscribers_url",
		"subscription_url", "tags_url", "teams_url", "trees_url", "url", "clone_url", "git_url", "ssh_url", "svn_url")
	return with(o, object{
		"id": 1, "node_id": "R", "name": f.Repo, "full_name": f.Owner + "/" + f.Repo, "owner": f.user(f.Owner), "private": f.Private,
		"description": nil, "fork": false, "default_branch": "main", "forks": 0, "forks_count": 0, "has_issues": true, "has_projects": false,
		"has_wiki": false, "has_pages": false, "has_downloads": false, "has_discussions": false, "homepage": nil, "language": nil, "archived": false,
		"disabled": false, "mirror_url": nil, "open_issues": 0, "open_issues_count": 0, "license": nil, "pushed_at": aDay, "size": 0,
		"stargazers_count": 0, "watchers": 0, "watchers_count": 0, "created_at": aDay, "updated_at": aDay, "network_count": 0, "subscribers_count": 0,
	})
}

func (f *Fake) label(name, colour string) object {
	return object{"id": 1, "node_id": "L", "url": f.url("labels/x"), "name": name, "description": nil, "color": colour, "default": false}
}

func (f *Fake) issue(i *Issue) object {
	o := object{
		"id": 1000 + i.Number, "node_id": "I", "number": i.Number, "title": i.Title, "body": i.Body, "user": f.user(i.Author), "locked": false,
		"comments": len(i.Comments), "comments_url": f.url("issues/%d/comments", i.Number), "events_url": f.url("issues/%d/events", i.Number),
		"html_url": "https://forge.example.org/" + f.Owner + "/" + f.Repo + fmt.Sprintf("/issues/%d", i.Number),
		"url":      f.url("issues/%d", i.Number), "repository_url": f.url(""), "labels_url": f.url("issues/%d/labels", i.Number),
		"assignee": nil, "milestone": nil, "created_at": aDay, "updated_at": aDay, "closed_at": nil, "state": "open", "author_association": "NONE",
	}
	labels, assignees := []any{}, []any{}
	for _, l := range i.Labels {
		labels = append(labels, f.label(l, f.labels[l]))
	}
	for _, a := range i.Assignees {
		assignees = append(assignees, f.user(a))
	}
	o["labels"], o["assignees"] = labels, assignees
	if !i.Open {
		o["state"], o["closed_at"] = "closed", aDay
	}
	if i.Reason != "" {
		o["state_reason"] = i.Reason
	}
	if i.PullRequest {
		o["pull_request"] = addresses("diff_url", "html_url", "patch_url", "url")
	}
	return o
}

func (f *Fake) commentOn(i *Issue, c Comment) object {
	return object{
		"id": c.ID, "node_id": "C", "html_url": f.url("x"), "issue_url": f.url("issues/%d", i.Number), "url": f.url("issues/comments/%d", c.ID),
		"user": f.user(c.Author), "body": c.Body, "created_at": aDay, "updated_at": aDay, "author_association": "NONE",
	}
}

func (f *Fake) pullRequest(p *PullRequest) object {
	end := func(ref, sha string) object {
		return object{"label": f.Owner + ":" + ref, "ref": ref, "sha": sha, "user": f.user(f.Owner), "repo": f.repository()}
	}
	links := object{}
	for _, n := range []string{"comments", "commits", "statuses", "html", "issue", "review_comments", "review_comment", "self"} {
		links[n] = object{"href": f.url("x")}
	}
	o := addresses("comments_url", "commits_url", "diff_url", "html_url", "issue_url", "patch_url", "review_comment_url", "review_comments_url", "statuses_url", "url")
	o = with(o, object{
		"_links": links, "assignee": nil, "labels": []any{}, "base": end(p.Base, p.Head), "head": end("proposal", p.Head), "body": nil, "closed_at": nil,
		"created_at": aDay, "updated_at": aDay, "id": 2000 + p.Number, "node_id": "P", "merge_commit_sha": nil, "merged_at": nil, "milestone": nil,
		"number": p.Number, "state": "open", "locked": false, "title": "a proposal", "user": f.user(p.Author), "author_association": "MEMBER",
		"auto_merge": nil, "additions": 1, "changed_files": 1, "comments": 0, "commits": 1, "deletions": 0, "mergeable": true, "mergeable_state": "clean",
		"merged": p.Merged, "maintainer_can_modify": false, "merged_by": nil, "review_comments": 0,
	})
	if p.Merged {
		o = with(o, object{"state": "closed", "merged_at": aDay, "closed_at": aDay, "merge_commit_sha": p.MergeCommit})
	}
	return o
}

func (f *Fake) review(p *PullRequest, r Review) object {
	link := object{"href": f.url("x")}
	o := object{
		"id": r.ID, "node_id": "V", "user": f.user(r.Login), "body": r.Notes, "state": r.State, "commit_id": r.Commit, "html_url": f.url("x"),
		"pull_request_url": f.url("pulls/%d", p.Number), "_links": object{"html": link, "pull_request": link}, "author_association": "MEMBER",
	}
	if !r.At.IsZero() {
		o["submitted_at"] = r.At.Format(time.RFC3339)
	}
	return o
}

// changed shows a file that a pull request changes; "old -> new" is one that it moves.
func (f *Fake) changed(name string) object {
	o := object{
		"sha": "0123456789012345678901234567890123456789", "filename": name, "status": "modified", "additions": 1, "deletions": 1, "changes": 2,
		"blob_url": f.url("x"), "raw_url": f.url("x"), "contents_url": f.url("x"),
	}
	if from, to, moved := strings.Cut(name, " -> "); moved {
		o = with(o, object{"filename": to, "previous_filename": from, "status": "renamed"})
	}
	return o
}

// protectionOf shows a protection that was asked for in the way in which it is read.
func (f *Fake) protectionOf(branch string, asked json.RawMessage) object {
	var in struct {
		Checks *struct {
			Strict   bool     `json:"strict"`
			Contexts []string `json:"contexts"`
		} `json:"required_status_checks"`
		Reviews *struct {
			Stale  bool `json:"dismiss_stale_reviews"`
			Owners bool `json:"require_code_owner_reviews"`
			Count  int  `json:"required_approving_review_count"`
		} `json:"required_pull_request_reviews"`
		Admins bool `json:"enforce_admins"`
	}
	_ = json.Unmarshal(asked, &in)
	o := object{"url": f.url("branches/%s/protection", branch), "enforce_admins": object{"url": f.url("x"), "enabled": in.Admins}}
	if in.Reviews != nil {
		o["required_pull_request_reviews"] = object{
			"url": f.url("x"), "dismiss_stale_reviews": in.Reviews.Stale, "require_code_owner_reviews": in.Reviews.Owners,
			"required_approving_review_count": in.Reviews.Count,
		}
	}
	if in.Checks != nil {
		contexts, checks := in.Checks.Contexts, []any{}
		for _, c := range contexts {
			checks = append(checks, object{"context": c, "app_id": nil})
		}
		o["required_status_checks"] = object{"url": f.url("x"), "contexts_url": f.url("x"), "strict": in.Checks.Strict, "contexts": contexts, "checks": checks}
	}
	return o
}
