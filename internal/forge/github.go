package forge

import (
	"context"
	"slices"
	"strings"

	"github.com/google/go-github/v88/github"
)

// onGitHub speaks to GitHub's REST API.
type onGitHub struct {
	place
	api *github.Client
}

func openGitHub(at place, base string, o Options) (Repository, error) {
	api := base + "/api/v3/"
	if at.host == "github.com" {
		api = "https://api.github.com/"
	}
	host := strings.TrimPrefix(strings.TrimPrefix(api, "https://"), "http://")
	host, _, _ = strings.Cut(host, "/")
	guard := newGuard(o, host, "Bearer")
	client, err := github.NewClient(github.WithHTTPClient(guard.client()), github.WithURLs(&api, &api),
		github.WithDisableRateLimitCheck(), github.WithUserAgent("muniment"))
	if err != nil {
		return nil, explain("be opened", false, err)
	}
	return &onGitHub{at, client}, nil
}

func (g *onGitHub) Account(ctx context.Context) (string, error) {
	user, _, err := g.api.Users.Get(ctx, "")
	return user.GetLogin(), explain("say whose token this is", false, err)
}

func (g *onGitHub) Public(ctx context.Context) (bool, error) {
	repo, _, err := g.api.Repositories.Get(ctx, g.owner, g.name)
	// Anything but a clear yes to "private" counts as public. An internal repository says private, too.
	return !repo.GetPrivate(), explain("show the repository", false, err)
}

func (g *onGitHub) Issues(ctx context.Context, newestFirst bool) ([]Issue, error) {
	direction := "asc"
	if newestFirst {
		direction = "desc"
	}
	list, err := wholeList(g.pages, func(number int) (page[*github.Issue], error) {
		issues, resp, err := g.api.Issues.ListByRepo(ctx, g.owner, g.name, &github.IssueListByRepoOptions{
			State: "all", Sort: "created", Direction: direction, ListOptions: github.ListOptions{Page: number, PerPage: PageSize},
		})
		if err != nil {
			return page[*github.Issue]{}, err
		}
		return page[*github.Issue]{items: issues, next: resp.NextPage}, nil
	})
	if err != nil {
		return nil, explain("list the issues", false, err)
	}
	var out []Issue
	for _, i := range list {
		if !i.IsPullRequest() {
			out = append(out, githubIssue(i))
		}
	}
	return byNumber(out), nil
}

func githubIssue(i *github.Issue) Issue {
	out := Issue{
		Number: i.GetNumber(), Title: i.GetTitle(), Body: i.GetBody(), Author: i.GetUser().GetLogin(), Open: i.GetState() == "open",
		URL: i.GetHTMLURL(),
	}
	for _, l := range i.Labels {
		out.Labels = append(out.Labels, l.GetName())
	}
	for _, u := range i.Assignees {
		out.Assignees = append(out.Assignees, u.GetLogin())
	}
	return out
}

func (g *onGitHub) CreateIssue(ctx context.Context, d Draft) (Issue, error) {
	req := &github.IssueRequest{Title: &d.Title, Body: &d.Body}
	if len(d.Labels) > 0 {
		req.Labels = &d.Labels
	}
	if len(d.Assignees) > 0 {
		req.Assignees = &d.Assignees
	}
	made, _, err := g.api.Issues.Create(ctx, g.owner, g.name, req)
	if err != nil {
		return Issue{}, explain("open an issue", true, err)
	}
	return githubIssue(made), nil
}

func (g *onGitHub) EditIssue(ctx context.Context, number int, c Change) error {
	req := &github.IssueRequest{Title: c.Title, Body: c.Body}
	if c.Open != nil {
		state, reason := "open", "reopened"
		if !*c.Open {
			state, reason = "closed", "completed"
		}
		if c.Duplicate {
			reason = "duplicate"
		}
		req.State, req.StateReason = &state, &reason
	}
	if c.Assignees != nil {
		req.Assignees = &c.Assignees
	}
	_, _, err := g.api.Issues.Edit(ctx, g.owner, g.name, number, req)
	return explain("change an issue", true, err)
}

func (g *onGitHub) Comments(ctx context.Context, issue int) ([]Comment, error) {
	list, err := wholeList(g.pages, func(number int) (page[*github.IssueComment], error) {
		comments, resp, err := g.api.Issues.ListComments(ctx, g.owner, g.name, issue, &github.IssueListCommentsOptions{
			ListOptions: github.ListOptions{Page: number, PerPage: PageSize},
		})
		if err != nil {
			return page[*github.IssueComment]{}, err
		}
		return page[*github.IssueComment]{items: comments, next: resp.NextPage}, nil
	})
	if err != nil {
		return nil, explain("list the comments", false, err)
	}
	out := make([]Comment, len(list))
	for i, c := range list {
		out[i] = Comment{ID: c.GetID(), Author: c.GetUser().GetLogin(), Body: c.GetBody()}
	}
	return out, nil
}

func (g *onGitHub) Comment(ctx context.Context, issue int, body string) error {
	_, _, err := g.api.Issues.CreateComment(ctx, g.owner, g.name, issue, &github.IssueComment{Body: &body})
	return explain("add a comment", true, err)
}

func (g *onGitHub) EditComment(ctx context.Context, id int64, body string) error {
	_, _, err := g.api.Issues.EditComment(ctx, g.owner, g.name, id, &github.IssueComment{Body: &body})
	return explain("edit a comment", false, err)
}

func (g *onGitHub) Assignable(ctx context.Context) ([]string, error) {
	list, err := wholeList(g.pages, func(number int) (page[*github.User], error) {
		users, resp, err := g.api.Issues.ListAssignees(ctx, g.owner, g.name, &github.ListOptions{Page: number, PerPage: PageSize})
		if err != nil {
			return page[*github.User]{}, err
		}
		return page[*github.User]{items: users, next: resp.NextPage}, nil
	})
	out := make([]string, len(list))
	for i, u := range list {
		out[i] = u.GetLogin()
	}
	return out, explain("list who can be assigned", false, err)
}

func (g *onGitHub) EnsureLabel(ctx context.Context, l Label) error {
	_, _, err := g.api.Issues.GetLabel(ctx, g.owner, g.name, l.Name)
	if err = explain("show a label", false, err); !Is(err, NotFound) {
		return err
	}
	_, _, err = g.api.Issues.CreateLabel(ctx, g.owner, g.name, &github.Label{Name: &l.Name, Color: &l.Colour, Description: &l.Description})
	if err = explain("make a label", true, err); Is(err, Invalid) {
		return nil // somebody else made it in the meantime
	}
	return err
}

func (g *onGitHub) PullRequest(ctx context.Context, number int) (PullRequest, error) {
	p, _, err := g.api.PullRequests.Get(ctx, g.owner, g.name, number)
	if err != nil {
		return PullRequest{}, explain("show the pull request", false, err)
	}
	out := PullRequest{
		Number: p.GetNumber(), Author: p.GetUser().GetLogin(), Open: p.GetState() == "open", Merged: p.GetMerged(),
		Base: p.GetBase().GetRef(), Head: p.GetHead().GetSHA(),
	}
	if out.Merged {
		out.MergeCommit = p.GetMergeCommitSHA()
	}
	return out, nil
}

// githubStates are the review states by GitHub's names.
var githubStates = map[string]ReviewState{
	"APPROVED": Approved, "CHANGES_REQUESTED": ChangesRequested, "COMMENTED": Commented, "DISMISSED": Dismissed, "PENDING": Pending,
}

func (g *onGitHub) Reviews(ctx context.Context, number int) ([]Review, error) {
	list, err := wholeList(g.pages, func(n int) (page[*github.PullRequestReview], error) {
		reviews, resp, err := g.api.PullRequests.ListReviews(ctx, g.owner, g.name, number, &github.ListOptions{Page: n, PerPage: PageSize})
		if err != nil {
			return page[*github.PullRequestReview]{}, err
		}
		return page[*github.PullRequestReview]{items: reviews, next: resp.NextPage}, nil
	})
	if err != nil {
		return nil, explain("list the reviews", false, err)
	}
	out := make([]Review, 0, len(list))
	for _, r := range list {
		state, ok := githubStates[r.GetState()]
		if !ok {
			return nil, &Error{Doing: "list the reviews", Reason: Odd, detail: "a review has a state that is not known"}
		}
		out = append(out, Review{ID: r.GetID(), Login: r.GetUser().GetLogin(), State: state, Commit: r.GetCommitID(), At: r.GetSubmittedAt().UTC()})
	}
	return inTime(out), nil
}

func (g *onGitHub) Files(ctx context.Context, number int) ([]string, error) {
	list, err := wholeList(g.pages, func(n int) (page[*github.CommitFile], error) {
		files, resp, err := g.api.PullRequests.ListFiles(ctx, g.owner, g.name, number, &github.ListOptions{Page: n, PerPage: PageSize})
		if err != nil {
			return page[*github.CommitFile]{}, err
		}
		return page[*github.CommitFile]{items: files, next: resp.NextPage}, nil
	})
	if err != nil {
		return nil, explain("list the files of the pull request", false, err)
	}
	var out []string
	for _, f := range list {
		out = append(out, f.GetFilename(), f.GetPreviousFilename())
	}
	return inOrder(out), nil
}

func (g *onGitHub) PullRequestOf(ctx context.Context, commit string) (int, error) {
	list, err := wholeList(g.pages, func(n int) (page[*github.PullRequest], error) {
		pulls, resp, err := g.api.PullRequests.ListPullRequestsWithCommit(ctx, g.owner, g.name, commit, &github.ListOptions{Page: n, PerPage: PageSize})
		if err != nil {
			return page[*github.PullRequest]{}, err
		}
		return page[*github.PullRequest]{items: pulls, next: resp.NextPage}, nil
	})
	if err != nil {
		return 0, explain("find the pull request of a commit", false, err)
	}
	var merged []int
	for _, p := range list { // a commit of one pull request can be part of another that was merged later
		if !p.GetMergedAt().IsZero() && p.GetMergeCommitSHA() == commit {
			merged = append(merged, p.GetNumber())
		}
	}
	if len(merged) != 1 {
		return 0, nil
	}
	return merged[0], nil
}

func (g *onGitHub) Protection(ctx context.Context, branch string) (*Protection, error) {
	p, _, err := g.api.Repositories.GetBranchProtection(ctx, g.owner, g.name, branch)
	if err != nil {
		// The library has a sentinel of its own for "not protected"; the guard has seen the 404 first.
		if err = explain("show the branch's protection", false, err); Is(err, NotFound) {
			return nil, nil
		}
		return nil, err
	}
	out := &Protection{Administrator: p.GetEnforceAdmins() != nil && p.GetEnforceAdmins().Enabled}
	if r := p.GetRequiredPullRequestReviews(); r != nil {
		out.Approvals, out.DismissStale, out.CodeOwners = r.RequiredApprovingReviewCount, r.DismissStaleReviews, r.RequireCodeOwnerReviews
	}
	if c := p.GetRequiredStatusChecks(); c != nil && c.Checks != nil {
		for _, one := range *c.Checks {
			out.Checks = append(out.Checks, one.Context)
		}
	}
	slices.Sort(out.Checks)
	return out, nil
}

func (g *onGitHub) Protect(ctx context.Context, branch string, p Protection) error {
	no := false
	req := &github.ProtectionRequest{
		EnforceAdmins: p.Administrator, AllowForcePushes: &no, AllowDeletions: &no,
		RequiredPullRequestReviews: &github.PullRequestReviewsEnforcementRequest{
			DismissStaleReviews: p.DismissStale, RequireCodeOwnerReviews: p.CodeOwners, RequiredApprovingReviewCount: p.Approvals,
		},
	}
	if len(p.Checks) > 0 {
		req.RequiredStatusChecks = &github.RequiredStatusChecks{Strict: true, Contexts: &p.Checks}
	}
	_, _, err := g.api.Repositories.UpdateBranchProtection(ctx, g.owner, g.name, branch, req)
	return explain("protect the branch", true, err)
}
