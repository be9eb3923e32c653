package statement_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/schema"
	"example.org/muniment/internal/signature"
	"example.org/muniment/internal/statement"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/schemas"
)

var update = flag.Bool("update", false, "write the vectors anew")

const folder = "evidence/organisations/Z9A1A/workloads/imaging-archive/"

// full is a statement with every field that one of its maker has.
func full() *record.Approval {
	return &record.Approval{
		Statement: statement.Purpose, Repository: "evidence.example.org", Subject: "Z9A1A/imaging-archive",
		Office: record.SIRO, By: "chief-digital-officer", Decision: "approved-with-conditions",
		On: calendar.MustParse("2026-04-23"), To: calendar.MustParse("2027-04-22"),
		Conditions: []string{`The exit plan is "tested" before C:\archive is moved.`, "Café records stay in the UK: no copies – none # at all."},
		Covers: []record.Covered{
			{Path: folder + "assessment.yaml", SHA256: strings.Repeat("0a", 32)},
			{Path: folder + "dpia.md", SHA256: strings.Repeat("1", 64)},
			{Path: folder + "files/model.pdf", SHA256: strings.Repeat("12e4", 16)},
		},
		Schemas: strings.Repeat("0b", 32), Catalogue: strings.Repeat("0c", 32), Previous: strings.Repeat("0d", 32),
	}
}

// vectors are the statements that docs/approval-format.md points to.
func vectors() map[string]*record.Approval {
	least := full()
	least.Office, least.By, least.Decision, least.To, least.Conditions, least.Previous = record.DPO, "data-protection-officer", "approved", calendar.Date{}, nil, ""
	least.Covers = least.Covers[:1]
	refused := full()
	refused.Decision, refused.To, refused.Conditions = "refused", calendar.Date{}, nil
	withdrawn := full()
	withdrawn.Decision, withdrawn.To, withdrawn.Conditions = "withdrawn", calendar.Date{}, nil
	organisation := full()
	organisation.Subject, organisation.Office, organisation.By, organisation.Decision, organisation.Conditions = "Z9A1A", record.Registrar, "trust-secretary", "approved", nil
	organisation.Covers = []record.Covered{{Path: "evidence/organisations/Z9A1A/appointments.yaml", SHA256: strings.Repeat("0e", 32)}}
	witnessed := full()
	witnessed.Decision, witnessed.Conditions = "approved", nil
	witnessed.Witnessed = &record.Witnessed{Forge: "forge.example.org:3000", PullRequest: "fennmarsh/evidence#12", Login: "cdo-fennmarsh", Commit: strings.Repeat("0f", 20), At: "2026-04-23T10:30:00Z"}
	return map[string]*record.Approval{"full": full(), "least": least, "refused": refused, "withdrawn": withdrawn, "organisation": organisation, "witnessed": witnessed}
}

// signer makes a key for tests only, from a word.
func signer(t testing.TB, word string) signature.Signer {
	t.Helper()
	seed := sha256.Sum256([]byte("test only: " + word))
	s, err := signature.NewSigner(ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestVectors(t *testing.T) {
	t.Parallel()
	key := signer(t, "muniment approval vectors")
	golden := func(name string, made []byte) {
		t.Helper()
		file := filepath.Join("testdata", "vectors", name)
		if *update {
			if err := os.WriteFile(file, made, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(made)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	golden("allowed_signers", []byte("test-only@example.org namespaces=\""+signature.Namespace+"\" "+key.Key().String()+"\n"))
	for name, a := range vectors() {
		src, err := statement.Encode(a)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sig, err := key.Sign(src)
		if err != nil {
			t.Fatal(err)
		}
		golden(name+".yaml", src)
		golden(name+".yaml.sig", sig)
		back, err := statement.Parse(src)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(a, back); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestVectorsHoldForSSHKeygen(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes")
	}
	t.Parallel()
	program, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("ssh-keygen is not installed; make test installs it where it may")
	}
	for name := range vectors() {
		file := filepath.Join("testdata", "vectors", name+".yaml")
		said, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program, "-Y", "verify", "-f", filepath.Join("testdata", "vectors", "allowed_signers"),
			"-I", "test-only@example.org", "-n", signature.Namespace, "-s", file+".sig")
		cmd.Stdin = said
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
		said.Close()
	}
}

func TestEncodeRefuses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 101)
	for _, c := range []struct {
		claim  string
		change func(*record.Approval)
	}{
		{"no purpose", func(a *record.Approval) { a.Statement = "" }},
		{"another purpose", func(a *record.Approval) { a.Statement = "muniment-approval-v2" }},
		{"no repository", func(a *record.Approval) { a.Repository = "" }},
		{"a repository in capitals", func(a *record.Approval) { a.Repository = "Evidence" }},
		{"a repository that is a path", func(a *record.Approval) { a.Repository = "../evidence" }},
		{"a long repository", func(a *record.Approval) { a.Repository = long }},
		{"no subject", func(a *record.Approval) { a.Subject = "" }},
		{"a subject that is no workload", func(a *record.Approval) { a.Subject = "Z9A1A/" }},
		{"a long subject", func(a *record.Approval) { a.Subject = "Z9A1A/" + long }},
		{"no office", func(a *record.Approval) { a.Office = "" }},
		{"an office that does not exist", func(a *record.Approval) { a.Office = "siro " }},
		{"nobody", func(a *record.Approval) { a.By = "" }},
		{"a name", func(a *record.Approval) { a.By = "A Person" }},
		{"a long name", func(a *record.Approval) { a.By = long }},
		{"no decision", func(a *record.Approval) { a.Decision = "" }},
		{"another decision", func(a *record.Approval) { a.Decision = "accepted" }},
		{"no day", func(a *record.Approval) { a.On = calendar.Date{} }},
		{"a day long past", func(a *record.Approval) { a.On = calendar.Of(1899, 12, 31) }},
		{"a day in a far future", func(a *record.Approval) { a.On, a.To = calendar.Of(2200, 1, 1), calendar.Date{} }},
		{"a last day in a far future", func(a *record.Approval) { a.To = calendar.Of(2200, 1, 1) }},
		{"a last day before the first", func(a *record.Approval) { a.To = calendar.MustParse("2026-04-22") }},
		{"a refusal with a last day", func(a *record.Approval) { a.Decision, a.Conditions = "refused", nil }},
		{"a withdrawal with a last day", func(a *record.Approval) { a.Decision, a.Conditions = "withdrawn", nil }},
		{"an approval with conditions and none", func(a *record.Approval) { a.Conditions = nil }},
		{"an approval without conditions and one", func(a *record.Approval) { a.Decision = "approved" }},
		{"too many conditions", func(a *record.Approval) { a.Conditions = slices.Repeat([]string{"One."}, 21) }},
		{"an empty condition", func(a *record.Approval) { a.Conditions[0] = "" }},
		{"a condition of spaces", func(a *record.Approval) { a.Conditions[0] = "  " }},
		{"a condition with a space at its end", func(a *record.Approval) { a.Conditions[0] = "One. " }},
		{"a condition of two lines", func(a *record.Approval) { a.Conditions[0] = "One.\nTwo." }},
		{"a condition with a carriage return", func(a *record.Approval) { a.Conditions[0] = "One.\rTwo." }},
		{"a condition with a tab", func(a *record.Approval) { a.Conditions[0] = "One.\tTwo." }},
		{"a condition with NUL", func(a *record.Approval) { a.Conditions[0] = "One.\x00Two." }},
		{"a condition with DEL", func(a *record.Approval) { a.Conditions[0] = "One.\x7fTwo." }},
		{"a condition with a next-line mark", func(a *record.Approval) { a.Conditions[0] = "One.\u0085Two." }},
		{"a condition with a line separator", func(a *record.Approval) { a.Conditions[0] = "One.\u2028Two." }},
		{"a condition with a no-break space", func(a *record.Approval) { a.Conditions[0] = "One.\u00a0Two." }},
		{"a condition with a mark of direction", func(a *record.Approval) { a.Conditions[0] = "One.\u202eTwo." }},
		{"a condition with an isolate", func(a *record.Approval) { a.Conditions[0] = "One.\u2066Two." }},
		{"a condition with a space of no width", func(a *record.Approval) { a.Conditions[0] = "One.\u200bTwo." }},
		{"a condition with a soft hyphen", func(a *record.Approval) { a.Conditions[0] = "One.\u00adTwo." }},
		{"a condition with a tag", func(a *record.Approval) { a.Conditions[0] = "One.\U000e0041Two." }},
		{"a condition with a variation selector", func(a *record.Approval) { a.Conditions[0] = "One.\ufe0fTwo." }},
		{"a condition with a filler", func(a *record.Approval) { a.Conditions[0] = "One.\u3164Two." }},
		{"a condition with an empty Braille cell", func(a *record.Approval) { a.Conditions[0] = "One.\u2800Two." }},
		{"a condition with a byte order mark", func(a *record.Approval) { a.Conditions[0] = "One.\ufeffTwo." }},
		{"a condition with a private character", func(a *record.Approval) { a.Conditions[0] = "One.\ue000Two." }},
		{"a condition with a character that is none", func(a *record.Approval) { a.Conditions[0] = "One.\uffffTwo." }},
		{"a condition that is not UTF-8", func(a *record.Approval) { a.Conditions[0] = "One.\xff" }},
		{"a condition with what stands for broken text", func(a *record.Approval) { a.Conditions[0] = "One.\ufffd" }},
		{"a condition in pieces (NFD)", func(a *record.Approval) { a.Conditions[0] = "Cafe\u0301" }},
		{"a long condition", func(a *record.Approval) { a.Conditions[0] = strings.Repeat("é", 1001) }},
		{"no covered file", func(a *record.Approval) { a.Covers = nil }},
		{"too many covered files", func(a *record.Approval) { a.Covers = many(201) }},
		{"a file outside evidence", func(a *record.Approval) { a.Covers[0].Path = "README.md" }},
		{"a file above evidence", func(a *record.Approval) { a.Covers[0].Path = "evidence/../README.md" }},
		{"a path with two slashes", func(a *record.Approval) { a.Covers[0].Path = "evidence//policy.yaml" }},
		{"a path with a slash at its end", func(a *record.Approval) { a.Covers[0].Path = "evidence/policy/" }},
		{"a path with a dot", func(a *record.Approval) { a.Covers[0].Path = "evidence/./policy.yaml" }},
		{"a path with a space", func(a *record.Approval) { a.Covers[0].Path = "evidence/a policy.yaml" }},
		{"a path with a letter of another alphabet", func(a *record.Approval) { a.Covers[0].Path = "evidence/pоlicy.yaml" }},
		{"a long path", func(a *record.Approval) { a.Covers[0].Path = "evidence/" + strings.Repeat("a", 192) }},
		{"a digest in capitals", func(a *record.Approval) { a.Covers[0].SHA256 = strings.Repeat("0A", 32) }},
		{"a digest that is short", func(a *record.Approval) { a.Covers[0].SHA256 = strings.Repeat("0a", 20) }},
		{"files out of order", func(a *record.Approval) { a.Covers[0], a.Covers[1] = a.Covers[1], a.Covers[0] }},
		{"a file named twice", func(a *record.Approval) { a.Covers[1].Path = a.Covers[0].Path }},
		{"no schemas", func(a *record.Approval) { a.Schemas = "" }},
		{"schemas that are no digest", func(a *record.Approval) { a.Schemas = "v1" }},
		{"no catalogue", func(a *record.Approval) { a.Catalogue = "" }},
		{"a catalogue that is no digest", func(a *record.Approval) { a.Catalogue += "0" }},
		{"a statement before that is no digest", func(a *record.Approval) { a.Previous = "none" }},
		{"a forge that is an address", witness(func(w *record.Witnessed) { w.Forge = "https://forge.example.org" })},
		{"a long forge", witness(func(w *record.Witnessed) { w.Forge = long })},
		{"a pull request without its number", witness(func(w *record.Witnessed) { w.PullRequest = "fennmarsh/evidence" })},
		{"a login of two words", witness(func(w *record.Witnessed) { w.Login = "a person" })},
		{"a short commit", witness(func(w *record.Witnessed) { w.Commit = "0f0f0f0" })},
		{"a time in another zone", witness(func(w *record.Witnessed) { w.At = "2026-04-23T10:30:00+01:00" })},
		{"a time with parts of a second", witness(func(w *record.Witnessed) { w.At = "2026-04-23T10:30:00.5Z" })},
		{"a time that does not exist", witness(func(w *record.Witnessed) { w.At = "2026-02-29T10:30:00Z" })},
		{"a time of another century", witness(func(w *record.Witnessed) { w.At = "1999-02-28T10:30:00Z" })},
		{"more than a statement's bytes", func(a *record.Approval) {
			a.Covers = many(200)
			for i := range a.Covers {
				a.Covers[i].Path += strings.Repeat("x", 180)
			}
			a.Conditions = slices.Repeat([]string{strings.Repeat("é", 1000)}, 20)
		}},
	} {
		a := full()
		c.change(a)
		src, err := statement.Encode(a)
		var f *statement.Fault
		if !errors.As(err, &f) || src != nil {
			t.Errorf("%s: %v", c.claim, err)
		}
	}
}

func witness(change func(*record.Witnessed)) func(*record.Approval) {
	return func(a *record.Approval) {
		a.Witnessed = vectors()["witnessed"].Witnessed
		change(a.Witnessed)
	}
}

func many(n int) []record.Covered {
	var list []record.Covered
	for i := range n {
		list = append(list, record.Covered{Path: fmt.Sprintf("evidence/%04d", i), SHA256: strings.Repeat("0a", 32)})
	}
	return list
}

func TestLimitsAreReached(t *testing.T) {
	t.Parallel()
	a := full()
	a.Covers, a.Conditions = many(statement.MaxCovers), slices.Repeat([]string{strings.Repeat("é", statement.MaxCondition)}, 10)
	a.Covers[199].Path = "evidence/9" + strings.Repeat("x", 190)
	a.Repository, a.By, a.Subject = strings.Repeat("a", 100), strings.Repeat("b", 64), "Z9A1AZ9A1/"+strings.Repeat("c", 64)
	a.On, a.To = calendar.MustParse("1900-01-01"), calendar.MustParse("2199-12-31")
	src, err := statement.Encode(a)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := statement.Parse(src); err != nil {
		t.Error(err)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	src, err := statement.Encode(vectors()["full"])
	if err != nil {
		t.Fatal(err)
	}
	text := string(src)
	replace := func(old, by string) string {
		t.Helper()
		if !strings.Contains(text, old) {
			t.Fatalf("there is no %q", old)
		}
		return strings.Replace(text, old, by, 1)
	}
	for _, c := range []struct {
		claim, src string
		line       int
	}{
		{"nothing", "", 0},
		{"a line end alone", "\n", 1},
		{"a file that is not UTF-8", text + "\xff\n", 0},
		{"a file cut short", text[:len(text)-1], 0},
		{"a file cut in the middle", text[:300] + "\n", 12},
		{"more than a statement's bytes", text + strings.Repeat("#", statement.MaxBytes), 0},
		{"a byte order mark", "\ufeff" + text, 1},
		{"an empty line at the end", text + "\n", 24},
		{"an empty line between", replace("\ncovers:", "\n\ncovers:"), 14},
		{"a comment", "# approved\n" + text, 1},
		{"a comment at the end of a line", replace("\"siro\"\n", "\"siro\" # the SIRO\n"), 6},
		{"Windows line ends", strings.ReplaceAll(text, "\n", "\r\n"), 1},
		{"a document mark", "---\n" + text, 1},
		{"another schema", replace("muniment/v1", "muniment/v2"), 1},
		{"another kind", replace("\"approval\"", "\"review\""), 1},
		{"no kind", replace("kind: \"approval\"\n", ""), 1},
		{"a field that does not exist", replace("covers:\n", "visibility: \"open\"\ncovers:\n"), 14},
		{"a field after the end", text + "visibility: \"open\"\n", 24},
		{"a field written twice", replace("office: \"siro\"\n", "office: \"siro\"\noffice: \"siro\"\n"), 7},
		{"fields in another order", replace("office: \"siro\"\nby: \"chief-digital-officer\"\n", "by: \"chief-digital-officer\"\noffice: \"siro\"\n"), 7},
		{"a value without quotes", replace("\"siro\"", "siro"), 6},
		{"a value in single quotes", replace("\"siro\"", "'siro'"), 6},
		{"a value of one quote", replace("\"siro\"", "\""), 6},
		{"two spaces before a value", replace("office: ", "office:  "), 6},
		{"a space after a value", replace("\"siro\"\n", "\"siro\" \n"), 6},
		{"an escape that is not needed", replace("\"siro\"", "\"s\\u0069ro\""), 6},
		{"an escape of nothing", replace("\"siro\"", "\"siro\\\""), 6},
		{"a quote without its escape", replace("\\\"tested\\\"", "\"tested\""), 12},
		{"an empty value", replace("\"2027-04-22\"", "\"\""), 10},
		{"a day that does not exist", replace("2026-04-23", "2026-02-30"), 0},
		{"a last day that does not exist", replace("2027-04-22", "2027-02-29"), 0},
		{"an empty list of conditions", replace("  - \"The exit plan is \\\"tested\\\" before C:\\\\archive is moved.\"\n  - \"Café records stay in the UK: no copies – none # at all.\"\n", ""), 0},
		{"a list indented otherwise", replace("  - path: \""+folder+"assessment", "    - path: \""+folder+"assessment"), 15},
		{"a list in one line", replace("conditions:\n  - ", "conditions: [\""), 11},
		{"a file without a digest", replace("    sha256: \""+strings.Repeat("0a", 32)+"\"\n", ""), 0},
		{"a digest before its path", replace("  - path: \""+folder+"assessment.yaml\"\n    sha256: ", "  - sha256: "), 15},
		{"a name for the witness and nothing else", text + "witnessed:\n", 0},
		{"text in a second normal form", replace("Café", "Cafe\u0301"), 0},
	} {
		a, err := statement.Parse([]byte(c.src))
		var f *statement.Fault
		if !errors.As(err, &f) || a != nil {
			t.Errorf("%s: %v", c.claim, err)
			continue
		}
		if f.Line != c.line {
			t.Errorf("%s: the fault is said to be on line %d, want %d (%s)", c.claim, f.Line, c.line, f.Text)
		}
	}
}

// TestFaultsSayWhere breaks one line each and asks for the sentence.
func TestFaultsSayWhere(t *testing.T) {
	t.Parallel()
	src, err := statement.Encode(vectors()["witnessed"])
	if err != nil {
		t.Fatal(err)
	}
	const quotes = "the value is not text in double quotes, with a backslash before each quote and backslash in it"
	lines := strings.Split(string(src), "\n")
	at := func(prefix string) int {
		t.Helper()
		i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, prefix) })
		if i < 0 {
			t.Fatalf("no line begins with %q", prefix)
		}
		return i
	}
	unquoted := func(prefix string) (string, string) {
		broken := slices.Clone(lines)
		broken[at(prefix)] = prefix + "x"
		return strings.Join(broken, "\n"), fmt.Sprintf("line %d: %s", at(prefix)+1, quotes)
	}
	for _, prefix := range []string{"schema: ", "office: ", "  - path: ", "    sha256: ", "schemas: ", "previous: ", "  forge: ", "  at: "} {
		broken, want := unquoted(prefix)
		if _, err := statement.Parse([]byte(broken)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", prefix, err, want)
		}
	}
	text := string(src)
	conditions, err := statement.Encode(full())
	if err != nil {
		t.Fatal(err)
	}
	for broken, want := range map[string]string{
		"":              "the statement does not end with a line end",
		text[:300]:      "the statement does not end with a line end",
		text + "\xff\n": "the statement is not UTF-8",
		strings.Replace(text, "muniment/v1", "muniment/v2", 1):         "line 1: a statement begins with its schema and the kind approval",
		strings.Replace(text, "\"approval\"", "\"review\"", 1):         "line 1: a statement begins with its schema and the kind approval",
		strings.Replace(text, "2026-04-23", "2026-04-31", 1):           "on is not a day such as 2026-11-22",
		strings.Replace(text, "2027-04-22", "2027-04-31", 1):           "to is not a day such as 2026-11-22",
		strings.Replace(text, "covers:", "cover:", 1):                  "line 11: the list of covered files is missing, or something stands before it that a statement does not have there",
		text + "more: \"x\"\n":                                         fmt.Sprintf("line %d: this line is not one that a statement has here", len(lines)),
		text + strings.Repeat("x", statement.MaxBytes):                 "the statement is longer than 65536 bytes",
		strings.Replace(string(conditions), "  - \"The", "  - The", 1): "line 12: " + quotes,
		strings.Replace(text, "to: \"2027-04-22\"", "to: \"\"", 1):     "line 10: this is not the one form that a statement has: its fields have a fixed order and each stands once",
	} {
		if _, err := statement.Parse([]byte(broken)); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestFaultsCount asks which of several values is named.
func TestFaultsCount(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*record.Approval){
		"condition 2 is empty, or has a space at an end":                   func(a *record.Approval) { a.Conditions[1] = "" },
		"the path of covered file 2 has another form than a statement's":   func(a *record.Approval) { a.Covers[1].Path = "x" },
		"the digest of covered file 2 has another form than a statement's": func(a *record.Approval) { a.Covers[1].SHA256 = "x" },
		"covered file 3 is named twice or out of order":                    func(a *record.Approval) { a.Covers[2].Path = a.Covers[1].Path },
		"condition 1 is too long":                                          func(a *record.Approval) { a.Conditions[0] = strings.Repeat("a", 1001) },
		"condition 1 is not in the composed normal form of Unicode (NFC)":  func(a *record.Approval) { a.Conditions[0] = "Cafe\u0301" },
		"there are more than 20 conditions":                                func(a *record.Approval) { a.Conditions = slices.Repeat([]string{"One."}, 21) },
		"the forge has another form than a statement's":                    witness(func(w *record.Witnessed) { w.Forge = strings.Repeat("a", 101) }),
		"the time of the review has another form than a statement's":       witness(func(w *record.Witnessed) { w.At = "2100-04-23T10:30:00Z" }),
	} {
		a := full()
		change(a)
		if _, err := statement.Encode(a); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, change := range []func(*record.Approval){
		func(a *record.Approval) { a.Conditions = slices.Repeat([]string{"One."}, 20) },
		witness(func(w *record.Witnessed) { w.Forge = strings.Repeat("a", 100) }),
		witness(func(w *record.Witnessed) { w.At = "2099-12-31T23:59:59Z" }),
		witness(func(w *record.Witnessed) { w.At = "2000-01-01T00:00:00Z" }),
	} {
		a := full()
		change(a)
		if _, err := statement.Encode(a); err != nil {
			t.Error(err)
		}
	}
}

// TestFaultsRepeatNoValue keeps what people wrote out of messages, which go to logs and pull requests.
func TestFaultsRepeatNoValue(t *testing.T) {
	t.Parallel()
	const secret = "9434765919"
	src, err := statement.Encode(full())
	if err != nil {
		t.Fatal(err)
	}
	for i := range bytes.Count(src, []byte("\n")) {
		lines := strings.SplitAfter(string(src), "\n")
		lines[i] = strings.Replace(lines[i], "\"", "\""+secret+" \t", 1)
		if _, err := statement.Parse([]byte(strings.Join(lines, ""))); err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("line %d: %v", i+1, err)
		}
	}
}

func TestFaultsTellMissingFromWrong(t *testing.T) {
	t.Parallel()
	for name, field := range map[string]func(*record.Approval) *string{
		"statement":  func(a *record.Approval) *string { return &a.Statement },
		"repository": func(a *record.Approval) *string { return &a.Repository },
		"subject":    func(a *record.Approval) *string { return &a.Subject },
		"by":         func(a *record.Approval) *string { return &a.By },
		"decision":   func(a *record.Approval) *string { return &a.Decision },
		"schemas":    func(a *record.Approval) *string { return &a.Schemas },
		"catalogue":  func(a *record.Approval) *string { return &a.Catalogue },
	} {
		for value, want := range map[string]string{"": name + " is missing", "?": name + " has another form than a statement's"} {
			a := full()
			*field(a) = value
			if _, err := statement.Encode(a); err == nil || err.Error() != want {
				t.Errorf("%s as %q: %v, want %s", name, value, err, want)
			}
		}
	}
	a := full()
	a.On = calendar.Date{}
	if _, err := statement.Encode(a); err == nil || err.Error() != "on is missing" {
		t.Errorf("no day: %v", err)
	}
}

func TestFaultNamesItsLine(t *testing.T) {
	t.Parallel()
	for f, want := range map[*statement.Fault]string{{Line: 7, Text: "what"}: "line 7: what", {Text: "what"}: "what"} {
		if f.Error() != want {
			t.Errorf("%q, want %q", f.Error(), want)
		}
	}
}

func shapes(t testing.TB) *schema.Set {
	t.Helper()
	set, err := schema.Load(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// sameRecord fails unless the register reads the statement as the same approval that Parse reads.
func sameRecord(t interface{ Fatalf(string, ...any) }, set *schema.Set, src []byte, a *record.Approval) {
	const name = folder + "approvals/2026-04-23-siro.yaml"
	node, fs := strictyaml.Read(name, src, strictyaml.Limits{})
	if node == nil || finding.Errors(fs) > 0 {
		t.Fatalf("the strict reader refuses a statement: %v\n%s", fs, src)
	}
	if fs := set.Check(name, string(record.KindApproval), node); finding.Errors(fs) > 0 {
		t.Fatalf("the schema refuses a statement: %v\n%s", fs, src)
	}
	r := record.New(name, record.KindApproval, node)
	if err := r.Decode(); err != nil {
		t.Fatalf("%v", err)
	}
	if diff := cmp.Diff(a, r.Value); diff != "" {
		t.Fatalf("the statement and the record differ (-statement +record):\n%s", diff)
	}
}

func TestStatementIsTheRecord(t *testing.T) {
	t.Parallel()
	set := shapes(t)
	for _, a := range vectors() {
		src, err := statement.Encode(a)
		if err != nil {
			t.Fatal(err)
		}
		sameRecord(t, set, src, a)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := anyApproval(t)
		src, err := statement.Encode(a)
		if err != nil {
			t.Skip(err)
		}
		back, err := statement.Parse(src)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		if diff := cmp.Diff(a, back); diff != "" {
			t.Fatal(diff)
		}
		sameRecord(t, set, src, a)
	})
}

// anyApproval draws approvals that mostly have a statement's form, with text that readers of YAML are known to trip over.
func anyApproval(t *rapid.T) *record.Approval {
	digest := rapid.OneOf(rapid.StringMatching(`[0-9a-f]{64}`), rapid.SampledFrom([]string{strings.Repeat("0", 64), strings.Repeat("1", 64), "1e" + strings.Repeat("3", 62)}))
	slug := rapid.OneOf(rapid.StringMatching(`[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}`), rapid.SampledFrom([]string{"no", "y", "on", "null", "true", "010", "1e3", "0x1f", "2026-01-05", "12", "inf"}))
	text := rapid.OneOf(rapid.StringMatching(`[ -~é–日]{1,40}`), rapid.String(), rapid.SampledFrom([]string{"~", "- x", "? x", "a: b", "# x", "!x", "&x", "*x", "%x", "<<", "{}", "[]", "'", `"`, `\`, `\n`, "|", ">", "@x", "`x", "2026-11-22", "yes", "0"}))
	a := full()
	a.Repository, a.By, a.Subject = slug.Draw(t, "repository"), slug.Draw(t, "by"), "Z9A1A/"+slug.Draw(t, "subject")
	a.Schemas, a.Catalogue = digest.Draw(t, "schemas"), digest.Draw(t, "catalogue")
	if rapid.Bool().Draw(t, "first") {
		a.Previous = ""
	}
	a.Office = rapid.SampledFrom(record.Offices()).Draw(t, "office")
	a.Conditions = rapid.SliceOfN(text, 1, 4).Draw(t, "conditions")
	for i := range a.Covers {
		a.Covers[i].SHA256 = digest.Draw(t, "digest")
	}
	if rapid.Bool().Draw(t, "witnessed") {
		a.Witnessed = vectors()["witnessed"].Witnessed
		a.Witnessed.Commit = rapid.StringMatching(`[0-9a-f]{40}`).Draw(t, "commit")
	}
	return a
}

// FuzzParse feeds any bytes. What is accepted is written back byte for byte, and means the same to the register.
func FuzzParse(f *testing.F) {
	for _, a := range vectors() {
		src, err := statement.Encode(a)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte("schema: \"muniment/v1\"\nkind: \"approval\"\ncovers:\n"))
	set := shapes(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		a, err := statement.Parse(src)
		if err != nil {
			if a != nil {
				t.Fatal("refused and read all the same")
			}
			return
		}
		again, err := statement.Encode(a)
		if err != nil || !bytes.Equal(again, src) {
			t.Fatalf("read and written differ: %v\n%s\n%s", err, src, again)
		}
		sameRecord(t, set, src, a)
	})
}

// TestEveryBitIsSeen flips each bit of every vector: the result is refused or is another statement.
func TestEveryBitIsSeen(t *testing.T) {
	t.Parallel()
	for name, a := range vectors() {
		src, err := statement.Encode(a)
		if err != nil {
			t.Fatal(err)
		}
		for i := range len(src) * 8 {
			flipped := bytes.Clone(src)
			flipped[i/8] ^= 1 << (i % 8)
			if b, err := statement.Parse(flipped); err == nil && cmp.Equal(a, b) {
				t.Errorf("%s: bit %d is not seen", name, i)
			}
		}
	}
}

// unreadable is a folder in which something cannot be read.
type unreadable struct {
	fs.FS
	at string
}

func (u unreadable) Open(name string) (fs.File, error) {
	if name == u.at {
		return nil, errors.New("the disk is broken")
	}
	return u.FS.Open(name)
}

func TestRulesOf(t *testing.T) {
	t.Parallel()
	base := fstest.MapFS{
		"a.cue": {Data: []byte("a")}, "b.cue": {Data: []byte("b")}, "cue.mod/module.cue": {Data: []byte("m")}, "embed.go": {Data: []byte("g")},
		"obligations/o.cue": {Data: []byte("o")}, "registers/r.cue": {Data: []byte("r")},
	}
	want, err := statement.RulesOf(base)
	if err != nil {
		t.Fatal(err)
	}
	// The text is what sha256sum prints for the files.
	list := fmt.Sprintf("%x  a.cue\n%x  b.cue\n", sha256.Sum256([]byte("a")), sha256.Sum256([]byte("b")))
	if got := fmt.Sprintf("%x", sha256.Sum256([]byte(list))); got != want.Schemas {
		t.Errorf("schemas are %s, want %s", want.Schemas, got)
	}
	list = fmt.Sprintf("%x  obligations/o.cue\n%x  registers/r.cue\n", sha256.Sum256([]byte("o")), sha256.Sum256([]byte("r")))
	if got := fmt.Sprintf("%x", sha256.Sum256([]byte(list))); got != want.Catalogue {
		t.Errorf("the catalogue is %s, want %s", want.Catalogue, got)
	}
	for _, c := range []struct {
		claim              string
		change             func(fstest.MapFS)
		schemas, catalogue bool // whether they stay
	}{
		{"a shape changes", func(f fstest.MapFS) { f["a.cue"] = &fstest.MapFile{Data: []byte("x")} }, false, true},
		{"a shape is added", func(f fstest.MapFS) { f["c.cue"] = &fstest.MapFile{} }, false, true},
		{"a shape gets another name", func(f fstest.MapFS) { f["c.cue"] = f["b.cue"]; delete(f, "b.cue") }, false, true},
		{"an obligation changes", func(f fstest.MapFS) { f["obligations/o.cue"] = &fstest.MapFile{} }, true, false},
		{"a register goes over to the obligations", func(f fstest.MapFS) {
			f["obligations/r.cue"] = f["registers/r.cue"]
			f["registers/r.cue"] = &fstest.MapFile{}
		}, true, false},
		{"something else changes", func(f fstest.MapFS) { f["embed.go"] = &fstest.MapFile{} }, true, true},
	} {
		fsys := fstest.MapFS{}
		for name, file := range base {
			fsys[name] = file
		}
		c.change(fsys)
		got, err := statement.RulesOf(fsys)
		if err != nil || (got.Schemas == want.Schemas) != c.schemas || (got.Catalogue == want.Catalogue) != c.catalogue {
			t.Errorf("%s: %v %v", c.claim, got, err)
		}
	}
	for _, missing := range []string{"a.cue b.cue", "obligations/o.cue", "registers/r.cue"} {
		fsys := fstest.MapFS{}
		for name, file := range base {
			if !slices.Contains(strings.Fields(missing), name) {
				fsys[name] = file
			}
		}
		if _, err := statement.RulesOf(fsys); !errors.Is(err, statement.ErrNoRules) {
			t.Errorf("%s is missing: %v", missing, err)
		}
	}
	odd := maps.Clone(base)
	odd["d.cue"] = &fstest.MapFile{Mode: fs.ModeSymlink}
	if _, err := statement.RulesOf(odd); !errors.Is(err, statement.ErrNoRules) {
		t.Errorf("a link among the rules: %v", err)
	}
	for _, at := range []string{".", "obligations", "b.cue", "registers/r.cue"} {
		if _, err := statement.RulesOf(unreadable{base, at}); err == nil || errors.Is(err, statement.ErrNoRules) {
			t.Errorf("%s cannot be read: %v", at, err)
		}
	}
	if _, err := statement.RulesOf(schemas.FS); err != nil {
		t.Error(err)
	}
}
