package forge_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"code.gitea.io/sdk/gitea"
	"example.org/muniment/internal/cli"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/signature"
	"golang.org/x/crypto/ssh"
)

// TestAReviewBecomesAnApproval goes the whole way on a real forge: proposal, review, merge by squash, capture by the witness, a pull
// request with what it wrote, merge, and verify in a fresh clone.
func TestAReviewBecomesAnApproval(t *testing.T) {
	s := start(t)
	s.furnish("author", "siro", "dpo", "clerk")
	seed := sha256.Sum256([]byte("test only: witness"))
	key := ed25519.NewKeyFromSeed(seed[:])
	witness, err := signature.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	dir, token := t.TempDir(), s.token("administrator")
	clone := func(login, name string) string {
		mustGit(t, dir, "clone", "-q", "http://"+login+":"+password+"@"+s.host+"/trust/evidence.git", name)
		return filepath.Join(dir, name)
	}
	edit := func(work, name, old, now string) {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(work, name))
		if err != nil || !strings.Contains(string(text), old) {
			t.Fatalf("%s has no %q: %v", name, old, err)
		}
		write(t, filepath.Join(work, name), strings.Replace(string(text), old, now, 1))
	}
	muniment := func(work string, args ...string) (int, string, string) {
		var out, said bytes.Buffer
		env := map[string]string{
			"GITEA_ACTIONS": "true", "GITHUB_SERVER_URL": s.url, "GITHUB_REPOSITORY": "trust/evidence",
			"MUNIMENT_FORGE_TOKEN": token, "MUNIMENT_WITNESS_KEY": string(pem.EncodeToMemory(private)),
		}
		status := cli.Run(t.Context(), cli.Env{Args: args, In: strings.NewReader(""), Out: &out, Err: &said, Dir: work, Now: time.Now, Getenv: func(name string) string { return env[name] }})
		for _, secret := range []string{env["MUNIMENT_FORGE_TOKEN"], "PRIVATE"} {
			if strings.Contains(out.String()+said.String(), secret) {
				t.Error("a secret was printed")
			}
		}
		return status, out.String(), said.String()
	}

	// The first commit is the root of trust: it lists the witness and the accounts.
	work := clone("administrator", "begin")
	if err := os.CopyFS(filepath.Join(work, "evidence"), os.DirFS("../../evidence")); err != nil {
		t.Fatal(err)
	}
	const people, assessment = "evidence/organisations/Z9A1A/appointments.yaml", "evidence/organisations/Z9A1A/workloads/imaging-archive/assessment.yaml"
	edit(work, "evidence/policy.yaml", "approvals:\n", "witnesses:\n  - key: "+witness.Key().String()+"\n    from: 2020-01-01\napprovals:\n  proof: witnessed\n")
	for post, login := range map[string]string{"cdo": "siro", "dpo": "dpo"} {
		edit(work, people, "    email: "+post+"@fennmarsh.example.org\n", "    email: "+post+"@fennmarsh.example.org\n    logins:\n      - {forge: '"+s.host+"', login: "+login+"}\n")
	}
	mustGit(t, work, "add", ".")
	mustGit(t, work, "commit", "-q", "-m", "evidence: begin")
	mustGit(t, work, "push", "-q", "origin", "HEAD:main")
	if err := s.repository(token).Protect(t.Context(), "main", forge.Protection{Approvals: 1, DismissStale: true}); err != nil {
		t.Fatal(err)
	}

	propose := func(work, branch, title, author string) *gitea.PullRequest {
		t.Helper()
		mustGit(t, work, "push", "-q", "origin", "HEAD:"+branch)
		return must[*gitea.PullRequest](t)(s.as(author).CreatePullRequest("trust", "evidence", gitea.CreatePullRequestOption{Head: branch, Base: "main", Title: title}))
	}
	review := func(pull *gitea.PullRequest, login string, state gitea.ReviewStateType, commit string) {
		t.Helper()
		must[*gitea.PullReview](t)(s.as(login).CreatePullReview("trust", "evidence", pull.Index, gitea.CreatePullReviewOptions{State: state, Body: "a note", CommitID: commit}))
	}
	merge := func(pull *gitea.PullRequest, style gitea.MergeStyle) {
		t.Helper()
		eventually(t, "the merge", func() bool {
			merged, _, err := s.as("administrator").MergePullRequest("trust", "evidence", pull.Index, gitea.MergePullRequestOption{Style: style, Title: "evidence: merge"})
			return err == nil && merged
		})
	}

	author := clone("author", "author")
	edit(author, assessment, "schema: muniment/v1\n", "# looked at anew\nschema: muniment/v1\n")
	mustGit(t, author, "commit", "-q", "-a", "-m", "evidence: assess")
	head := mustGit(t, author, "rev-parse", "HEAD")
	pull := propose(author, "proposal", "An assessment", "author")
	review(pull, "siro", gitea.ReviewStateApproved, head)
	review(pull, "dpo", gitea.ReviewStateApproved, head)
	review(pull, "dpo", gitea.ReviewStateRequestChanges, head)
	review(pull, "clerk", gitea.ReviewStateApproved, head)
	review(pull, "dpo", gitea.ReviewStateComment, head)
	// What the DPO asked for stands in the way of the merge on the forge; an administrator does it all the same.
	eventually(t, "the merge", func() bool {
		merged, _, err := s.as("administrator").MergePullRequest("trust", "evidence", pull.Index, gitea.MergePullRequestOption{Style: gitea.MergeStyleSquash, Title: "evidence: assess", ForceMerge: true})
		return err == nil && merged
	})

	// The witness, in a clone of main alone: the reviewed commit must be fetched.
	work = filepath.Join(dir, "witness")
	mustGit(t, dir, "clone", "-q", "--single-branch", "http://administrator:"+password+"@"+s.host+"/trust/evidence.git", "witness")
	if status, out, said := muniment(work, "approve", "--from-review", "HEAD", "--yes"); status != cli.ExitFindings || out != "" || !strings.Contains(said, "is not in this clone") {
		t.Fatalf("without the reviewed commit: status %d\n%s%s", status, out, said)
	}
	mustGit(t, work, "fetch", "-q", "origin", "+refs/pull/*/head:refs/remotes/pull/*")
	status, out, said := muniment(work, "approve", "--from-review", "HEAD", "--yes")
	if status != cli.ExitOK || strings.Count(out, "\n") != 2 || !strings.Contains(out, "-siro.yaml.sig\n") {
		t.Fatalf("status %d\n%s%s", status, out, said)
	}
	for _, want := range []string{"dpo: The latest review asks for changes.", "clerk, Z9A1A/imaging-archive: The account clerk on " + s.host + " is nobody's"} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	mustGit(t, work, "add", ".")
	mustGit(t, work, "commit", "-q", "-m", "evidence: record reviews")
	records := propose(work, "approvals", "Reviews", "administrator")
	review(records, "siro", gitea.ReviewStateApproved, mustGit(t, work, "rev-parse", "HEAD"))
	merge(records, gitea.MergeStyleMerge)

	fresh := clone("author", "fresh")
	if status, out, said := muniment(fresh, "verify"); status != cli.ExitOK || !strings.HasPrefix(out, "Verified.") || !strings.Contains(out, "1 witnessed") {
		t.Errorf("status %d\n%s%s", status, out, said)
	}
	if status, out, said := muniment(fresh, "approve", "--from-review", "HEAD", "--yes"); status != cli.ExitOK || !strings.Contains(said, "changes nothing that approvals are about") {
		t.Errorf("the pull request with the records: status %d\n%s%s", status, out, said)
	}
	mustGit(t, fresh, "fetch", "-q", "origin", "+refs/pull/*/head:refs/remotes/pull/*")
	if status, out, said := muniment(fresh, "approve", "--from-review", "1", "--yes"); status != cli.ExitOK || out != "" {
		t.Errorf("once more: status %d\n%s%s", status, out, said)
	}
}
