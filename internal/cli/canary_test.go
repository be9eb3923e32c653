package cli_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/cli"
	"example.org/muniment/internal/courier"
	"example.org/muniment/internal/courier/couriertest"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/forge"
	"example.org/muniment/internal/forge/forgetest"
	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
	"example.org/muniment/schemas"
	"go.yaml.in/yaml/v3"
)

// canaries are texts that were put into evidence, one for each field.
type canaries struct {
	docs map[string]*yaml.Node // by path from the root
	at   map[string][]*canary  // by path, in the order of the scalars
	next int
	// Those in signed statements, by the path of each. They come last, over what everything else was made into.
	signed map[string]string
}

type canary struct {
	node  *yaml.Node
	was   string
	token string // empty when the field took none
	field string
}

var (
	spaced = regexp.MustCompile(`\S\s+\S`)
	token  = regexp.MustCompile(`kanari\d+x`)
)

// plant puts a canary behind every text of a record that can be any text: those with more than one word, and names.
func (c *canaries) plant(path string, n *yaml.Node, field string) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			c.plant(path, n.Content[i+1], field+"."+n.Content[i].Value)
		}
	case yaml.ScalarNode:
		one := &canary{node: n, was: n.Value, field: field}
		name := slices.ContainsFunc([]string{".name", ".title", ".reference", ".number", ".body"}, func(s string) bool { return strings.HasSuffix(field, s) })
		if n.Tag == "!!str" && (spaced.MatchString(n.Value) || name) {
			one.token = fmt.Sprintf("kanari%dx", c.next)
			c.next++
			n.Value += " " + one.token
		}
		c.at[path] = append(c.at[path], one)
	default:
		for _, child := range n.Content {
			c.plant(path, child, field)
		}
	}
}

// lines gives the lines on which the scalars of a document stand.
func lines(n *yaml.Node, out []int) []int {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			out = lines(n.Content[i+1], out)
		}
	case yaml.ScalarNode:
		out = append(out, n.Line)
	default:
		for _, child := range n.Content {
			out = lines(child, out)
		}
	}
	return out
}

// sign puts a canary into the conditions of every signed approval and has its post sign it anew, over the files that it covers as
// they are now. With one word changed and nobody's signature it would be refused, and nothing of it be read.
func (c *canaries) sign(t *testing.T, dir string) {
	t.Helper()
	c.signed = make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), "evidence", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, record.SignatureEnding) {
			return err
		}
		file := filepath.Join(dir, filepath.FromSlash(strings.TrimSuffix(name, record.SignatureEnding)))
		src, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		sig, err := os.ReadFile(file + record.SignatureEnding)
		if err != nil {
			return err
		}
		facts, seal := approval.Open(src, sig)
		if seal.Fault != "" {
			return fmt.Errorf("%s: %s", name, seal.Fault)
		}
		one := fmt.Sprintf("kanari%dx", c.next)
		c.next++
		c.signed[strings.TrimSuffix(name, record.SignatureEnding)] = one
		facts.Decision, facts.Conditions = statement.ApprovedWithConditions, append(facts.Conditions, "People with access are listed "+one+".")
		for i, covered := range facts.Covers {
			content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(covered.Path)))
			if err != nil {
				return err
			}
			facts.Covers[i].SHA256 = fmt.Sprintf("%x", sha256.Sum256(content))
		}
		if src, err = statement.Encode(facts); err != nil {
			return err
		}
		organisation, _, _ := strings.Cut(facts.Subject, "/")
		signer, err := signature.NewSigner(demo.Key(0, organisation, facts.By))
		if err != nil {
			return err
		}
		if sig, err = signer.Sign(src); err != nil {
			return err
		}
		if err := os.WriteFile(file, src, 0o666); err != nil {
			return err
		}
		return os.WriteFile(file+record.SignatureEnding, sig, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// write writes every document into a folder.
func (c *canaries) write(t *testing.T, dir string) {
	t.Helper()
	for path, doc := range c.docs {
		text, err := yaml.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, path), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// withdraw takes back the canaries that findings are about, and tells whether there were any.
func (c *canaries) withdraw(t *testing.T, dir string, findings []finding.Finding) bool {
	t.Helper()
	any := false
	for _, f := range findings {
		if f.Severity != finding.Error || c.docs[f.Path] == nil {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Path))
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(text, &doc); err != nil {
			t.Fatal(err)
		}
		at := lines(&doc, nil)
		for i, one := range c.at[f.Path] {
			if one.token != "" && (f.Line == 0 || at[i] == f.Line) {
				one.node.Value, one.token, any = one.was, "", true
			}
		}
	}
	return any
}

// TestNoTextOfEvidenceLeaves puts a word of its own into every text of the living example and looks for it in everything that
// reminders write, send, print and log.
func TestNoTextOfEvidenceLeaves(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "evidence"), os.DirFS("../../evidence")); err != nil {
		t.Fatal(err)
	}
	c := &canaries{docs: map[string]*yaml.Node{}, at: map[string][]*canary{}}
	err := fs.WalkDir(os.DirFS(dir), "evidence", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			return err
		}
		switch filepath.Ext(path) {
		case ".yaml":
			if _, err := os.Stat(filepath.Join(dir, path+".sig")); err == nil {
				return nil // signed: with one word changed it would be refused, and nothing of it be read
			}
			doc := &yaml.Node{}
			if err := yaml.Unmarshal(text, doc); err != nil {
				return err
			}
			c.docs[path] = doc
			c.plant(path, doc, "")
		case ".md":
			if strings.HasPrefix(string(text), "---\n") { // prose: a canary in every paragraph after the front matter
				head, prose, _ := strings.Cut(string(text)[4:], "\n---\n")
				paragraphs := strings.Split(prose, "\n\n")
				for i, p := range paragraphs {
					if p = strings.TrimSpace(p); p != "" && !strings.ContainsAny(p[:1], "#|<->0123456789`") {
						paragraphs[i] += fmt.Sprintf(" kanari%dx", c.next)
						c.next++
					}
				}
				return os.WriteFile(filepath.Join(dir, path), []byte("---\n"+head+"\n---\n"+strings.Join(paragraphs, "\n\n")), 0o666)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	var said []string // everything that is told while working
	tool := &pipeline.Tool{Schemas: schemas.FS, Version: "test", Zone: london, Today: calendar.MustParse("2026-11-20"), Progress: func(s pipeline.Step) { said = append(said, s.Name) }}
	for round := 0; ; round++ {
		c.write(t, dir)
		checked, err := tool.Check(t.Context(), dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range checked.Findings { // canaries that check refuses are in what it says of none of them
			if text := f.Message + f.Remedy; token.MatchString(text) {
				t.Errorf("check repeats what stands in %s: %s", f.Place, text)
			}
		}
		if checked.Errors == 0 {
			break
		}
		if round == 10 || !c.withdraw(t, dir, checked.Findings) {
			t.Fatalf("evidence with canaries is refused: %v", checked.Findings[:min(5, len(checked.Findings))])
		}
	}
	c.sign(t, dir)
	if checked, err := tool.Check(t.Context(), dir, nil); err != nil || checked.Errors > 0 || len(c.signed) < 30 {
		t.Fatalf("of %d signed approvals some are refused: %v %v", len(c.signed), err, checked.Findings[:min(5, len(checked.Findings))])
	}
	planted, shown := len(c.signed), map[string]bool{}
	for path, list := range c.at {
		for _, one := range list {
			if one.token != "" {
				planted++
				if strings.HasSuffix(path, "/workload.yaml") && one.field == ".name" {
					shown[one.token] = true
				}
			}
		}
	}
	if planted < 1000 || len(shown) < 20 {
		t.Fatalf("only %d canaries, %d of them in names of workloads", planted, len(shown))
	}
	for _, args := range [][]string{{"init", "-q", "-b", "main"}, {"add", "."}, {"-c", "user.name=Records", "-c", "user.email=records@example.org", "commit", "-q", "-m", "evidence: begin"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_COMMITTER_DATE=2026-11-19T10:00:00Z")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}

	var left []string // everything that left
	mail, mails, stopMail, err := couriertest.Mail("250 kept")
	if err != nil {
		t.Fatal(err)
	}
	defer stopMail()
	room, messages, stopRoom := couriertest.Room(200)
	defer stopRoom()

	// All reminders at once, on a clock of their own.
	fake := forgetest.New()
	clock := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	repo, err := forge.Open(forge.Options{
		Kind: forge.GitHub, URL: "https://forge.example.org", Name: "example/evidence", Transport: fake, Now: func() time.Time { return clock },
		Sleep: func(_ context.Context, d time.Duration) error { clock = clock.Add(d); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	post, err := courier.OpenMail(mail, "", "reminders@example.org")
	if err != nil {
		t.Fatal(err)
	}
	slack, err := courier.OpenRoom("slack:"+room, nil)
	if err != nil {
		t.Fatal(err)
	}
	how := pipeline.Reminding{
		Repository: repo, Mail: post, Rooms: map[string]*courier.Room{"siro": slack, "dpo": slack, "ig-lead": slack}, Apply: true, Portal: "https://portal.example.org", Now: clock,
	}
	for _, day := range []string{"2026-11-20", "2027-03-01"} {
		out, _, notes, err := tool.Remind(t.Context(), pipeline.Question{Dir: dir, AsOf: calendar.MustParse(day)}, how)
		if err != nil || out.Undone > 0 {
			t.Fatalf("%v %+v", err, out)
		}
		text, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		left = append(append(left, string(text)), notes...)
	}
	issues := 0
	for _, i := range fake.Look() {
		issues++
		left = append(left, i.Title, i.Body)
		for _, one := range i.Comments {
			left = append(left, one.Body)
		}
	}

	// And the program itself, when it goes well and when it does not.
	server := httptest.NewServer(fake)
	defer server.Close()
	environment := map[string]string{
		"GITHUB_SERVER_URL": server.URL, "GITHUB_REPOSITORY": "example/evidence", "GITHUB_TOKEN": "t", "MUNIMENT_SMTP": mail, "MUNIMENT_MAIL_FROM": "reminders@example.org",
		"MUNIMENT_CHAT": "siro=slack:" + room + " dpo=teams:" + room,
	}
	run := func(args ...string) {
		var out, err bytes.Buffer
		cli.Run(t.Context(), cli.Env{
			Args: args, In: strings.NewReader(""), Out: &out, Err: &err, Dir: dir, Now: func() time.Time { return clock }, Getenv: func(name string) string { return environment[name] },
		})
		left = append(left, out.String(), err.String())
	}
	run("remind", "--to", "issues,mail,chat", "--as-of", "2026-12-24")
	run("remind", "--to", "issues,mail,chat", "--json")
	run("remind", "--to", "mail,chat", "--apply")
	run("remind", "--to", "mail,chat", "--as-of", "2027-06-01")
	run("forge", "sync", "--branch", "main")
	// What workflows write into their logs; see .github/workflows.
	base := strings.TrimSpace(gitIn(t, dir, "rev-parse", "HEAD"))
	appendTo(t, filepath.Join(dir, "evidence/organisations/Z9A1A/workloads/imaging-archive/assessment.yaml"), "# a remark\n")
	gitIn(t, dir, "-c", "user.name=Records", "-c", "user.email=records@example.org", "commit", "-q", "-a", "-m", "evidence: remark")
	for _, form := range []string{"text", "json", "github", "sarif", "junit"} {
		run("check", "--format", form)
	}
	pull := fake.Add(forgetest.Issue{Title: "a pull request", Author: "author", Open: true, PullRequest: true})
	run("brief", base, "HEAD", "--comment", fmt.Sprint(pull), "--account", "reminders[bot]", "--forge", "github")
	run("build", "--json", "--no-cache", "--out", filepath.Join(t.TempDir(), "portal"))
	run("verify")
	fake.Fault = func(*http.Request) forgetest.Fault { return forgetest.Fault{Status: 401} }
	run("brief", base, "HEAD", "--comment", fmt.Sprint(pull), "--account", "reminders[bot]", "--forge", "github")
	run("remind", "--apply")

	left = append(append(append(left, said...), mails.All()...), messages.All()...)
	hits, allowed := map[string]int{}, 0
	for _, text := range left {
		for _, found := range token.FindAllString(text, -1) {
			if shown[found] {
				allowed++
			} else {
				hits[found]++
			}
		}
	}
	for path, list := range c.at {
		for _, one := range list {
			if n := hits[one.token]; one.token != "" && n > 0 {
				t.Errorf("%s, %s left %d times", path, one.field, n)
			}
		}
	}
	for path, one := range c.signed {
		if n := hits[one]; n > 0 {
			t.Errorf("%s left %d times", path, n)
		}
	}
	t.Logf("%d canaries in YAML and %d in all; %d issues, %d e-mails, %d chat messages, %d texts: %d hits beside %d of workloads' names",
		planted, c.next, issues, len(mails.All()), len(messages.All()), len(left), len(hits), allowed)
	if allowed == 0 || issues < 20 || len(mails.All()) < 5 || len(messages.All()) < 5 {
		t.Error("too little left to tell anything")
	}
}

// gitIn runs git in a folder and gives what it prints.
func gitIn(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_COMMITTER_DATE=2026-11-20T08:00:00Z")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func appendTo(t *testing.T, name, text string) {
	t.Helper()
	old, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, append(old, text...), 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}
