package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/cache"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/theme"
)

// carried is a repository whose portal is built after every change: once with a cache that knows the build before, and once
// without.
type carried struct {
	t     *testing.T
	dir   string
	out   string
	cache string
	asOf  calendar.Date
	now   int // seconds, of the next commit
}

func (c *carried) git(args ...string) string {
	c.t.Helper()
	at := fmt.Sprintf("%d +0000", c.now)
	cmd := exec.Command("git", args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at,
		"GIT_AUTHOR_NAME=Register keeper", "GIT_AUTHOR_EMAIL=register@example.org", "GIT_COMMITTER_NAME=Register keeper", "GIT_COMMITTER_EMAIL=register@example.org")
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// files lists what matches a pattern below evidence/, sorted.
func (c *carried) files(pattern string) []string {
	c.t.Helper()
	list, err := filepath.Glob(filepath.Join(c.dir, "evidence", filepath.FromSlash(pattern)))
	if err != nil || len(list) == 0 {
		c.t.Fatalf("%s: %d files, %v", pattern, len(list), err)
	}
	return list
}

// edit changes the first file, last in reverse, that matches a pattern and holds an expression.
func (c *carried) edit(pattern, expression, with string, last bool) {
	c.t.Helper()
	re := regexp.MustCompile("(?m)" + expression)
	list := c.files(pattern)
	if last {
		slices.Reverse(list)
	}
	for _, name := range list {
		text, err := os.ReadFile(name)
		if err != nil {
			c.t.Fatal(err)
		}
		at := re.FindSubmatchIndex(text)
		if at == nil {
			continue
		}
		text = slices.Concat(text[:at[0]], re.Expand(nil, []byte(with), text, at), text[at[1]:])
		if err := os.WriteFile(name, text, 0o644); err != nil {
			c.t.Fatal(err)
		}
		return
	}
	c.t.Fatalf("no %s holds %s", pattern, expression)
}

func (c *carried) append(name, text string) {
	c.t.Helper()
	has, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, append(has, text...), 0o644)
	}
	if err != nil {
		c.t.Fatal(err)
	}
}

// workloadAt gives the id of the workload whose record has a name.
func workloadAt(name string) string {
	folder := filepath.Dir(name)
	return filepath.Base(filepath.Dir(filepath.Dir(folder))) + "/" + filepath.Base(folder)
}

func (c *carried) commit(subject string, seconds int) {
	c.t.Helper()
	c.now += seconds
	c.git("add", "-A")
	c.git("commit", "-q", "-m", subject)
}

// compare builds both portals and holds them against each other, byte by byte.
func (c *carried) compare(name string) {
	c.t.Helper()
	kept := cache.Open(c.cache, cache.Options{Now: func() time.Time { return time.Unix(int64(c.now), 0) }})
	tool := testTool(c.t)
	tool.Cache = kept
	look, err := theme.Open(os.DirFS("../../themes/nhs"))
	if err != nil {
		c.t.Fatal(err)
	}
	q := Question{Dir: c.dir, AsOf: c.asOf}
	built, _, err := tool.Build(c.t.Context(), q, look, Target{Out: c.out})
	if err != nil {
		c.t.Fatalf("%s: %v", name, err)
	}
	kept.Close()
	fresh, _, err := testTool(c.t).Render(c.t.Context(), q, look)
	if err != nil {
		c.t.Fatalf("%s: %v", name, err)
	}
	differ := 0
	for _, f := range fresh {
		has, err := os.ReadFile(filepath.Join(c.out, filepath.FromSlash(f.Path)))
		if err != nil || !bytes.Equal(has, f.Data) {
			if differ++; differ < 8 {
				c.t.Errorf("%s: %s is otherwise than without a cache%s (%v)", name, f.Path, firstDifference(has, f.Data), err)
			}
		}
	}
	if built.Files != len(fresh)+1 { // the manifest
		c.t.Errorf("%s: %d files, want %d", name, built.Files, len(fresh)+1)
	}
}

// firstDifference shows where two texts part.
func firstDifference(has, want []byte) string {
	i := 0
	for i < len(has) && i < len(want) && has[i] == want[i] {
		i++
	}
	show := func(b []byte) string { return string(b[min(max(0, i-60), len(b)):min(len(b), i+60)]) }
	return fmt.Sprintf(" at byte %d:\n has %q\nwant %q", i, show(has), show(want))
}

// carry makes a repository of made-up history.
func carry(t *testing.T, size demo.Options) *carried {
	t.Helper()
	if testing.Short() {
		t.Skip("it builds every portal twice")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("the git program is not installed")
	}
	dir := filepath.Join(t.TempDir(), "work")
	if _, err := demo.Write(t.Context(), dir, size); err != nil {
		t.Fatal(err)
	}
	c := &carried{t: t, dir: dir, out: filepath.Join(t.TempDir(), "out"), cache: filepath.Join(t.TempDir(), "cache"), asOf: calendar.MustParse("2026-11-22")}
	if _, err := fmt.Sscan(c.git("log", "-1", "--format=%ct"), &c.now); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAWorkloadIsMadeAnewWhenAnotherTurnsTheirOrganisation lets one workload come to use a product that falls short of a standard: by its
// own record alone the organisation stands otherwise, and so do all of its workloads in production.
func TestAWorkloadIsMadeAnewWhenAnotherTurnsTheirOrganisation(t *testing.T) {
	t.Parallel()
	c := carry(t, demo.Options{Seed: 3, Workloads: 10, Organisations: 2, Suppliers: 4, Years: 2, Commits: 90})
	const day = 24 * 60 * 60
	for _, product := range c.files("suppliers/*/products/*.yaml") {
		text, err := os.ReadFile(product)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.ReplaceAll(text, []byte("status: meets"), []byte("status: does-not-meet"))
		if err := os.WriteFile(filepath.Join(filepath.Dir(product), "short-"+filepath.Base(product)), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	c.commit("products that fall short", day)
	c.compare("products that nobody uses")
	const uses = `^(phase: live(?s:.*?)\n    product: )([a-z])`
	duty := filepath.Join(c.out, "api", "v1", "obligations", "VIS-11.json")
	before, err := os.ReadFile(duty)
	if err != nil {
		t.Fatal(err)
	}
	c.edit("organisations/*/workloads/*/workload.yaml", uses, "${1}short-$2", false)
	c.commit("one is used", day)
	c.compare("a product that falls short is used")
	if after, err := os.ReadFile(duty); err != nil || bytes.Equal(before, after) {
		t.Errorf("nobody stands otherwise under VIS-11, so nothing was tried: %v", err)
	}
	// The organisation stands as it did; but the day on which all its workloads turned has one more commit now.
	for _, user := range c.files("organisations/*/workloads/*/workload.yaml") {
		text, err := os.ReadFile(user)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte("    product: short-")) {
			continue
		}
		neighbours := slices.DeleteFunc(c.files("organisations/"+filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(user))))+"/workloads/*/workload.yaml"), func(name string) bool { return name == user })
		if len(neighbours) < 2 {
			t.Fatal("nobody is beside it, so nothing is tried")
		}
		c.append(neighbours[0], "# a remark\n")
	}
	c.commit("a neighbour's remark", 60)
	c.compare("a neighbour's remark, on the same day")
	c.edit("organisations/*/workloads/*/workload.yaml", `^    product: short-`, "    product: ", false)
	c.commit("no longer", 60)
	c.compare("nobody uses it any more, on the same day")
}

// TestABuildThatCarriesOverIsOneThatDoesNot changes a record, what many records rest on, what is absent and what comes back, and
// builds after each change.
func TestABuildThatCarriesOverIsOneThatDoesNot(t *testing.T) {
	t.Parallel()
	c := carry(t, demo.Options{Seed: 3, Workloads: 15, Organisations: 4, Suppliers: 4, Years: 2, Commits: 120})
	dir := c.dir
	const day = 24 * 60 * 60
	var moved string
	c.compare("at first")
	for _, step := range []struct {
		name    string
		seconds int // after the commit before
		change  func()
	}{
		{"a summary", day, func() {
			c.edit("organisations/*/workloads/*/workload.yaml", `^summary: >-\n  (.)`, "summary: >-\n  Reworded, $1", false)
		}},
		{"another on the same day", 60, func() {
			c.edit("organisations/*/workloads/*/workload.yaml", `^summary: >-\n  (.)`, "summary: >-\n  Reworded, $1", true)
		}},
		{"the same one again", 60, func() {
			c.edit("organisations/*/workloads/*/workload.yaml", `^summary: >-\n  (.)`, "summary: >-\n  Again, $1", true)
		}},
		{"another name of a workload", 60, func() { c.edit("organisations/*/workloads/*/workload.yaml", `^name: (.*)`, "name: $1 two", false) }},
		{"who owns it", 60, func() {
			c.edit("organisations/*/workloads/*/workload.yaml", `(?s)^owner:\n  title: [^\n]*`, "owner:\n  title: Head of changes", true)
		}},
		{"another phase", 60, func() { c.edit("organisations/*/workloads/*/workload.yaml", `^phase: live`, "phase: retired", false) }},
		{"an assessment", 60, func() {
			c.edit("organisations/*/workloads/*/assessment.yaml", `^  recorded: \S+`, "  recorded: 2026-11-01", true)
		}},
		{"prose", 60, func() { c.edit("organisations/*/workloads/*/dpia.md", `\z`, "\nOne more line.\n", false) }},
		{"a supplier's name", 60, func() { c.edit("suppliers/*/supplier.yaml", `^name: (.*)`, "name: $1 Group", false) }},
		{"what a supplier does", 60, func() { c.edit("suppliers/*/supplier.yaml", `^handlesData: true`, "handlesData: false", true) }},
		{"a certificate ends", 60, func() { c.edit("suppliers/*/certificates/*.yaml", `^expires: \S+`, "expires: 2026-11-01", false) }},
		{"who has looked at notices", 60, func() { c.edit("suppliers/*/notices/*.yaml", `(?s)^assessed:.*\z`, "", false) }},
		{"how long there is to look", 60, func() { c.edit("policy.yaml", `^  notice: 30d`, "  notice: 3650d", false) }},
		{"an organisation's name", 60, func() { c.edit("organisations/*/organisation.yaml", `^name: (.*)`, "name: The $1", false) }},
		{"somebody leaves", 60, func() {
			c.edit("organisations/*/appointments.yaml", `^(    office: (?:siro|dpo|caldicott-guardian)\n    from: \S+)$`, "$1\n    to: 2026-11-01", false)
		}},
		{"a policy's cadence", day, func() { c.edit("policy.yaml", `: 12m`, ": 11m", false) }},
		{"the policy goes", 60, func() { c.git("rm", "-q", "evidence/policy.yaml") }},
		{"nothing but another record while it is gone", 60, func() {
			c.edit("organisations/*/workloads/*/workload.yaml", `^summary: >-\n  (.)`, "summary: >-\n  Once more, $1", true)
		}},
		{"the policy comes back", 60, func() { c.git("checkout", "-q", "HEAD~2", "--", "evidence/policy.yaml") }},
		{"appointments go", 60, func() { c.git("rm", "-q", c.files("organisations/*/appointments.yaml")[1]) }},
		{"a supplier goes", 60, func() { c.git("rm", "-rq", filepath.Dir(c.files("suppliers/*/supplier.yaml")[0])) }},
		{"appointments come back", 60, func() { c.git("checkout", "-q", "HEAD~2", "--", "evidence/organisations") }},
		{"a supplier comes back", 60, func() { c.git("checkout", "-q", "HEAD~2", "--", "evidence/suppliers") }},
		{"an organisation's own record is refused", 60, func() { c.edit("organisations/*/organisation.yaml", `\z`, "nonsense: 1\n", true) }},
		{"and taken again", 60, func() { c.git("checkout", "-q", "HEAD~1", "--", "evidence/organisations") }},
		{"a workload goes", 60, func() {
			c.git("rm", "-rq", filepath.Dir(c.files("organisations/*/workloads/*/workload.yaml")[2]))
		}},
		{"nothing but prose", 60, func() { c.edit("organisations/*/workloads/*/dpia.md", `\z`, "\nAnother line.\n", true) }},
		{"a workload comes back", day, func() { c.git("checkout", "-q", "HEAD~2", "--", "evidence/organisations") }},
		{"a workload moves to another organisation", 60, func() {
			from := filepath.Dir(c.files("organisations/*/workloads/*/workload.yaml")[0])
			homes := c.files("organisations/*/organisation.yaml")
			moved = filepath.Join(filepath.Dir(homes[len(homes)-1]), "workloads", "came-from-elsewhere")
			c.git("mv", from, moved)
			rel, err := filepath.Rel(dir, from)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(moved, "workload.yaml")
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, append(text, "formerly: "+filepath.ToSlash(rel)+"/workload.yaml\n"...), 0o644); err != nil {
				t.Fatal(err)
			}
		}},
		{"something else after it", 60, func() { c.edit("suppliers/*/supplier.yaml", `^name: (.*)`, "name: $1 Holding", true) }},
		{"what moved says so no longer", 60, func() {
			name := filepath.Join(moved, "workload.yaml")
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, regexp.MustCompile(`(?m)^formerly: .*\n`).ReplaceAll(text, nil), 0o644); err != nil {
				t.Fatal(err)
			}
		}},
		{"a new workload", day, func() {
			from := filepath.Dir(c.files("organisations/*/workloads/*/workload.yaml")[3])
			if err := os.CopyFS(filepath.Join(filepath.Dir(from), "quite-new"), os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
		}},
		{"a contract", 60, func() { c.edit("organisations/*/contracts/*.yaml", `^title: (.*)`, "title: $1, as varied", false) }},
		{"an exception's end", 60, func() { c.edit("organisations/*/workloads/*/exceptions/*.yaml", `^to: \S+`, "to: 2026-11-20", false) }},
		{"a signature goes", 60, func() { c.git("rm", "-q", c.files("organisations/*/workloads/*/approvals/*.sig")[0]) }},
		{"a signature comes", 60, func() { c.git("checkout", "-q", "HEAD~1", "--", "evidence/organisations") }},
		{"a workload comes to depend on another", 60, func() {
			list := c.files("organisations/*/workloads/*/workload.yaml")
			c.append(list[0], "dependsOn: ["+workloadAt(list[len(list)-1])+"]\n")
		}},
		{"and on one that is not there", 60, func() {
			list := c.files("organisations/*/workloads/*/workload.yaml")
			c.append(list[1], "dependsOn: ["+filepath.Base(filepath.Dir(filepath.Dir(filepath.Dir(list[1]))))+"/comes-later]\n")
		}},
		{"which comes", 60, func() {
			from := filepath.Dir(c.files("organisations/*/workloads/*/workload.yaml")[1])
			if err := os.CopyFS(filepath.Join(filepath.Dir(from), "comes-later"), os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
			c.edit("organisations/*/workloads/comes-later/workload.yaml", `^dependsOn: .*\n`, "", false)
		}},
		{"a contract with a supplier that never was", 60, func() {
			c.edit("organisations/*/contracts/*.yaml", `^supplier: .*`, "supplier: never-was", false)
		}},
		{"a workload that relies on it too", 60, func() {
			c.edit("organisations/*/workloads/*/workload.yaml", `^  - supplier: .*\n(    role: .*\n)(?:    (?:product|contract): .*\n)*`, "  - supplier: never-was\n$1", false)
		}},
		{"which comes to be", 60, func() {
			from := filepath.Dir(c.files("suppliers/*/supplier.yaml")[0])
			text, err := os.ReadFile(filepath.Join(from, "supplier.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			to := filepath.Join(filepath.Dir(from), "never-was")
			if err := errors.Join(os.Mkdir(to, 0o755), os.WriteFile(filepath.Join(to, "supplier.yaml"), text, 0o644)); err != nil {
				t.Fatal(err)
			}
		}},
		{"a footprint that shares a workload", 60, func() {
			list := c.files("organisations/*/workloads/*/workload.yaml")
			id := workloadAt(list[4])
			ods, _, _ := strings.Cut(id, "/")
			to := filepath.Join(dir, "evidence", "footprints")
			text := "schema: muniment/v1\nkind: footprint\nname: Both of us\ntype: other\nfrom: 2024-01-01\nlead: " + ods + "\nmembers:\n  - organisation: " + ods +
				"\n    from: 2024-01-01\nsharedWorkloads: [" + id + "]\n"
			if err := errors.Join(os.MkdirAll(to, 0o755), os.WriteFile(filepath.Join(to, "both.yaml"), []byte(text), 0o644)); err != nil {
				t.Fatal(err)
			}
		}},
		{"two say that they were where a third was", 60, func() {
			list := c.files("organisations/*/workloads/*/workload.yaml")
			c.append(list[2], "formerly: evidence/organisations/Z1A1A/workloads/once/workload.yaml\n")
		}},
		{"and the other one later", 60, func() {
			list := c.files("organisations/*/workloads/*/workload.yaml")
			c.append(list[0], "formerly: evidence/organisations/Z1A1A/workloads/once/workload.yaml\n")
		}},
		{"nothing of evidence", 60, func() {
			if err := os.WriteFile(filepath.Join(dir, "README"), []byte("words\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}},
		{"all of it reworded", 60, func() {
			for range 3 {
				c.edit("organisations/*/workloads/*/workload.yaml", `^summary: >-\n  (.)`, "summary: >-\n  Thrice, $1", false)
			}
		}},
	} {
		before := c.git("rev-parse", "HEAD")
		step.change()
		c.commit(step.name, step.seconds)
		c.compare(step.name)
		if t.Failed() {
			t.Fatalf("after %s", before)
		}
	}
	c.asOf = c.asOf.AddDays(5)
	c.compare("the next day that is judged")
	c.edit("organisations/*/workloads/*/workload.yaml", `^summary: >-\n  (.)`, "summary: >-\n  Lastly, $1", false)
	c.commit("and a change on it", 2*day)
	c.compare("a change on it")
}
