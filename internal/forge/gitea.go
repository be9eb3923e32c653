package forge

import (
	"context"
	"slices"
	"strconv"

	"code.gitea.io/sdk/gitea"
)

// onGitea speaks to Gitea's API.
type onGitea struct {
	place
	base   string
	guard  *guard
	labels map[string]int64 // ids by name, of labels that are known to be there
}

func openGitea(at place, base string, o Options) Repository {
	return &onGitea{place: at, base: base, guard: newGuard(o, at.host, "token"), labels: make(map[string]int64)}
}

// with gives a client for one request: the library keeps the context in its client. It asks no version of the server.
func (g *onGitea) with(ctx context.Context) *gitea.Client {
	client, err := gitea.NewClient(g.base, gitea.SetHTTPClient(g.guard.client()), gitea.SetContext(ctx), gitea.SetGiteaVersion(""), gitea.SetUserAgent("muniment"))
	if err != nil {
		panic("a client that asks nothing cannot fail: " + err.Error())
	}
	return client
}

// giteaPage is how many entries Gitea gives at once unless its administrator allows more.
const giteaPage = 50

func giteaList(number int) gitea.ListOptions {
	return gitea.ListOptions{Page: number, PageSize: giteaPage}
}

// part makes a page of what the library gives.
func part[T any](items []T, resp *gitea.Response, err error) (page[T], error) {
	if err != nil {
		return page[T]{}, err
	}
	total, _ := strconv.Atoi(resp.Header.Get("X-Total-Count"))
	return page[T]{items: items, next: resp.NextPage, total: total}, nil
}

func (g *onGitea) Account(ctx context.Context) (string, error) {
	user, _, err := g.with(ctx).GetMyUserInfo()
	if err != nil {
		return "", explain("say whose token this is", false, err)
	}
	return user.UserName, nil
}

func (g *onGitea) Public(ctx context.Context) (bool, error) {
	repo, _, err := g.with(ctx).GetRepo(g.owner, g.name)
	if err != nil {
		return true, explain("show the repository", false, err)
	}
	return !repo.Private && !repo.Internal, nil
}

// Issues reads newest first, whatever is asked: the API has no other order. The forge counts its issues instead, so that a lost
// page is noticed.
func (g *onGitea) Issues(ctx context.Context, _ bool) ([]Issue, error) {
	list, err := wholeList(g.pages, func(number int) (page[*gitea.Issue], error) {
		return part(g.with(ctx).ListRepoIssues(g.owner, g.name, gitea.ListIssueOption{
			ListOptions: giteaList(number), State: gitea.StateAll, Type: gitea.IssueTypeIssue,
		}))
	})
	if err != nil {
		return nil, explain("list the issues", false, err)
	}
	out := make([]Issue, len(list))
	for i, one := range list {
		out[i] = giteaIssue(one)
	}
	return byNumber(out), nil
}

func giteaIssue(i *gitea.Issue) Issue {
	out := Issue{Number: int(i.Index), Title: i.Title, Body: i.Body, Open: i.State == gitea.StateOpen, URL: i.HTMLURL}
	if i.Poster != nil {
		out.Author = i.Poster.UserName
	}
	for _, l := range i.Labels {
		out.Labels = append(out.Labels, l.Name)
	}
	for _, u := range i.Assignees {
		out.Assignees = append(out.Assignees, u.UserName)
	}
	return out
}

func (g *onGitea) CreateIssue(ctx context.Context, d Draft) (Issue, error) {
	opt := gitea.CreateIssueOption{Title: d.Title, Body: d.Body, Assignees: d.Assignees}
	for _, name := range d.Labels {
		id, err := g.label(ctx, name)
		if err != nil {
			return Issue{}, err
		}
		if id != 0 {
			opt.Labels = append(opt.Labels, id)
		}
	}
	made, _, err := g.with(ctx).CreateIssue(g.owner, g.name, opt)
	if err != nil {
		return Issue{}, explain("open an issue", true, err)
	}
	return giteaIssue(made), nil
}

func (g *onGitea) EditIssue(ctx context.Context, number int, c Change) error {
	opt := gitea.EditIssueOption{Body: c.Body, Assignees: c.Assignees}
	if c.Title != nil {
		opt.Title = *c.Title
	}
	if c.Open != nil {
		state := gitea.StateClosed
		if *c.Open {
			state = gitea.StateOpen
		}
		opt.State = &state
	}
	_, _, err := g.with(ctx).EditIssue(g.owner, g.name, int64(number), opt)
	return explain("change an issue", true, err)
}

// Comments reads them in one answer: the API has no pages for them.
func (g *onGitea) Comments(ctx context.Context, issue int) ([]Comment, error) {
	list, _, err := g.with(ctx).ListIssueComments(g.owner, g.name, int64(issue), gitea.ListIssueCommentOptions{})
	if err != nil {
		return nil, explain("list the comments", false, err)
	}
	out := make([]Comment, len(list))
	for i, c := range list {
		out[i] = Comment{ID: c.ID, Body: c.Body}
		if c.Poster != nil {
			out[i].Author = c.Poster.UserName
		}
	}
	return out, nil
}

func (g *onGitea) Comment(ctx context.Context, issue int, body string) error {
	_, _, err := g.with(ctx).CreateIssueComment(g.owner, g.name, int64(issue), gitea.CreateIssueCommentOption{Body: body})
	return explain("add a comment", true, err)
}

func (g *onGitea) EditComment(ctx context.Context, id int64, body string) error {
	_, _, err := g.with(ctx).EditIssueComment(g.owner, g.name, id, gitea.EditIssueCommentOption{Body: body})
	return explain("edit a comment", false, err)
}

func (g *onGitea) Assignable(ctx context.Context) ([]string, error) {
	list, _, err := g.with(ctx).GetAssignees(g.owner, g.name)
	out := make([]string, len(list))
	for i, u := range list {
		out[i] = u.UserName
	}
	return out, explain("list who can be assigned", false, err)
}

// label finds the id of a label; 0 when there is none.
func (g *onGitea) label(ctx context.Context, name string) (int64, error) {
	if id, ok := g.labels[name]; ok {
		return id, nil
	}
	list, err := wholeList(g.pages, func(number int) (page[*gitea.Label], error) {
		return part(g.with(ctx).ListRepoLabels(g.owner, g.name, gitea.ListLabelsOptions{ListOptions: giteaList(number)}))
	})
	if err != nil {
		return 0, explain("list the labels", false, err)
	}
	for _, l := range list {
		if l.Name == name {
			g.labels[name] = l.ID
			return l.ID, nil
		}
	}
	return 0, nil
}

func (g *onGitea) EnsureLabel(ctx context.Context, l Label) error {
	if id, err := g.label(ctx, l.Name); err != nil || id != 0 {
		return err
	}
	made, _, err := g.with(ctx).CreateLabel(g.owner, g.name, gitea.CreateLabelOption{Name: l.Name, Color: "#" + l.Colour, Description: l.Description})
	if err != nil {
		return explain("make a label", true, err)
	}
	g.labels[l.Name] = made.ID
	return nil
}

func (g *onGitea) PullRequest(ctx context.Context, number int) (PullRequest, error) {
	p, _, err := g.with(ctx).GetPullRequest(g.owner, g.name, int64(number))
	if err != nil {
		return PullRequest{}, explain("show the pull request", false, err)
	}
	out := PullRequest{Number: int(p.Index), Open: p.State == gitea.StateOpen, Merged: p.HasMerged}
	if p.Poster != nil {
		out.Author = p.Poster.UserName
	}
	if p.Base != nil {
		out.Base = p.Base.Ref
	}
	if p.Head != nil {
		out.Head = p.Head.Sha
	}
	if p.HasMerged && p.MergedCommitID != nil {
		out.MergeCommit = *p.MergedCommitID
	}
	return out, nil
}

// giteaStates are the review states by Gitea's names.
var giteaStates = map[gitea.ReviewStateType]ReviewState{
	gitea.ReviewStateApproved: Approved, gitea.ReviewStateRequestChanges: ChangesRequested, gitea.ReviewStateComment: Commented, gitea.ReviewStatePending: Pending,
}

func (g *onGitea) Reviews(ctx context.Context, number int) ([]Review, error) {
	list, err := wholeList(g.pages, func(n int) (page[*gitea.PullReview], error) {
		return part(g.with(ctx).ListPullReviews(g.owner, g.name, int64(number), gitea.ListPullReviewsOptions{ListOptions: giteaList(n)}))
	})
	if err != nil {
		return nil, explain("list the reviews", false, err)
	}
	out := make([]Review, 0, len(list))
	for _, r := range list {
		if r.State == gitea.ReviewStateRequestReview {
			continue // somebody was asked; nobody has reviewed
		}
		state, ok := giteaStates[r.State]
		switch {
		case !ok:
			return nil, &Error{Doing: "list the reviews", Reason: Odd, detail: "a review has a state that is not known"}
		case r.Dismissed:
			state = Dismissed
		}
		one := Review{ID: r.ID, State: state, Commit: r.CommitID, At: r.Submitted.UTC()}
		if r.Reviewer != nil {
			one.Login = r.Reviewer.UserName
		}
		out = append(out, one)
	}
	return inTime(out), nil
}

func (g *onGitea) Files(ctx context.Context, number int) ([]string, error) {
	list, err := wholeList(g.pages, func(n int) (page[*gitea.ChangedFile], error) {
		return part(g.with(ctx).ListPullRequestFiles(g.owner, g.name, int64(number), gitea.ListPullRequestFilesOptions{ListOptions: giteaList(n)}))
	})
	if err != nil {
		return nil, explain("list the files of the pull request", false, err)
	}
	var out []string
	for _, f := range list {
		out = append(out, f.Filename, f.PreviousFilename)
	}
	return inOrder(out), nil
}

func (g *onGitea) PullRequestOf(ctx context.Context, commit string) (int, error) {
	p, _, err := g.with(ctx).GetCommitPullRequest(g.owner, g.name, commit)
	switch err = explain("find the pull request of a commit", false, err); {
	case Is(err, NotFound):
		return 0, nil
	case err != nil:
		return 0, err
	case !p.HasMerged || p.MergedCommitID == nil || *p.MergedCommitID != commit:
		return 0, nil
	}
	return int(p.Index), nil
}

func (g *onGitea) Protection(ctx context.Context, branch string) (*Protection, error) {
	p, _, err := g.with(ctx).GetBranchProtection(g.owner, g.name, branch)
	if err = explain("show the branch's protection", false, err); Is(err, NotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	out := &Protection{
		Approvals: int(p.RequiredApprovals), DismissStale: p.DismissStaleApprovals, CodeOwners: p.BlockOnOfficialReviewRequests, Administrator: p.BlockAdminMergeOverride,
	}
	if p.EnableStatusCheck {
		out.Checks = slices.Sorted(slices.Values(p.StatusCheckContexts))
	}
	return out, nil
}

func (g *onGitea) Protect(ctx context.Context, branch string, p Protection) error {
	now, err := g.Protection(ctx, branch)
	if err != nil {
		return err
	}
	no, yes, checked, approvals := false, true, len(p.Checks) > 0, int64(p.Approvals)
	if now == nil {
		_, _, err = g.with(ctx).CreateBranchProtection(g.owner, g.name, gitea.CreateBranchProtectionOption{
			BranchName: branch, RuleName: branch, EnableStatusCheck: checked, StatusCheckContexts: p.Checks, RequiredApprovals: approvals,
			BlockOnRejectedReviews: true, BlockOnOfficialReviewRequests: p.CodeOwners, DismissStaleApprovals: p.DismissStale, BlockAdminMergeOverride: p.Administrator,
		})
	} else {
		_, _, err = g.with(ctx).EditBranchProtection(g.owner, g.name, branch, gitea.EditBranchProtectionOption{
			EnablePush: &no, EnableStatusCheck: &checked, StatusCheckContexts: p.Checks, RequiredApprovals: &approvals,
			BlockOnRejectedReviews: &yes, BlockOnOfficialReviewRequests: &p.CodeOwners, DismissStaleApprovals: &p.DismissStale, BlockAdminMergeOverride: &p.Administrator,
		})
	}
	return explain("protect the branch", true, err)
}
