package schema_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/schema"
	"example.org/muniment/internal/strictyaml"
)

// Each case takes a valid record from testdata/valid and breaks one part of it. Want lists every finding, as
// line:column code, in the order of the file.
var broken = []struct{ name, kind, old, new, want string }{
	// Bytes.
	{"a byte order mark", "workload", "schema:", "\ufeffschema:", "1:1 byte-order-mark"},
	{"a byte order mark inside", "workload", "name: Imaging", "name: \ufeffImaging", "3:7 byte-order-mark"},
	{"UTF-16", "workload", "schema:", "\xff\xfes\x00", "1:1 not-utf8"},
	{"Latin-1", "workload", "Keeps", "Dor\xe9 keeps", "4:13 not-utf8"},
	{"a NUL", "workload", "Keeps", "Ke\x00eps", "4:12 control-character"},
	{"an escape that steers terminals", "workload", "Keeps", "\x1b[31mKeeps", "4:10 control-character"},
	{"a C1 control", "workload", "Keeps", "Keeps\u009b", "4:15 control-character"},
	{"a form feed", "workload", "Keeps", "Keeps\f", "4:15 control-character"},
	{"a lone carriage return", "workload", "Keeps", "Keeps # \rapproved: true", "4:18 line-break"},
	{"a next-line character", "workload", "Keeps", "Keeps \u0085x", "4:16 line-break"},
	{"a line separator", "workload", "Keeps", "Keeps \u2028x", "4:16 line-break"},
	{"a paragraph separator", "workload", "Keeps", "Keeps \u2029x", "4:16 line-break"},
	{"a direction override", "workload", "Keeps", "\u202eKeeps", "4:10 hidden-character"},
	{"an isolate", "workload", "archive\n", "archive\u2066\n", "3:22 hidden-character"},
	{"a zero-width space in a name", "workload", "controller: Z9A1A", "controller: Z9\u200bA1A", "9:15 hidden-character"},
	{"a tag character", "workload", "Keeps", "Keeps\U000e0041", "4:15 hidden-character"},
	{"a soft hyphen", "workload", "Keeps", "Kee\u00adps", "4:13 hidden-character"},
	{"an override written as an escape", "workload", "name: Imaging archive", `name: "Imaging \u202e archive"`, "3:7 hidden-character"},
	{"a control written as an escape", "workload", "name: Imaging archive", `name: "Imaging \a archive"`, "3:7 control-character"},
	{"a merge conflict", "workload", "phase: live\n", "<<<<<<< HEAD\nphase: live\n=======\nphase: closed\n>>>>>>> x\n", "7:1 merge-conflict"},
	{"half of a merge conflict", "workload", "phase: live\n", "phase: live\n>>>>>>> x\n", "8:1 merge-conflict"},
	{"a pointer of Git LFS", "workload", "schema: muniment/v1", "version https://git-lfs.github.com/spec/v1", "1:1 lfs-pointer"},
	{"two bad characters and a bad value", "workload", "phase: live", "phase: no\u200b\u200c", "7:10 hidden-character, 7:11 hidden-character"},

	// YAML.
	{"a tab for indentation", "workload", "  title:", "\ttitle:", "11:1 yaml-syntax"},
	{"a tab after spaces", "workload", "  email:", " \temail:", "12:2 yaml-syntax"},
	{"an unclosed quote", "workload", "name: Imaging", "name: \"Imaging", "3:7 yaml-syntax"},
	{"an unclosed quote before another", "policy", "notice: 90d", "notice: \"90d\nformerly: \"a\"", "8:9 yaml-syntax"},
	{"text after a quote", "certificate", `edition: "2022"`, `edition: "2022" new`, "9:17 yaml-syntax"},
	{"no space after a colon", "workload", "phase: live", "phase:live", "7:6 yaml-syntax"},
	{"a second colon", "workload", "Imaging archive", "Imaging: archive", "3:14 yaml-syntax"},
	{"indented too far", "workload", "phase: live", "  phase: live", "7:3 yaml-syntax"},
	{"indentation that fits nothing", "workload", "  email: imaging", " email: imaging", "12:2 yaml-syntax"},
	{"an unclosed bracket", "policy", "[siro]", "[siro", "12:15 yaml-syntax"},
	{"a bracket of the wrong sort", "policy", "[siro]", "[siro}", "12:20 yaml-syntax"},
	{"a value that begins with @", "workload", "Imaging archive", "@archive", "3:7 yaml-syntax"},
	{"a stray line", "workload", "phase: live", "phase: live\nand more", "8:1 yaml-syntax"},
	{"an anchor", "workload", "name: Imaging", "name: &n Imaging", "3:7 yaml-anchor"},
	{"an alias", "workload", "Keeps the images of one region.", "*n", "4:10 yaml-alias"},
	{"an anchor and its alias", "workload", "Imaging archive\nsummary: Keeps the images of one region.", "&n Imaging archive\nsummary: *n", "3:7 yaml-anchor, 4:10 yaml-alias"},
	{"a tag", "costs", "1200", "!!int 1200", "4:12 yaml-tag"},
	{"a tag of one's own", "workload", "live", "!phase live", "7:8 yaml-tag"},
	{"an empty tag", "workload", "live", "! live", "7:8 yaml-tag"},
	{"a merge key", "workload", "  title: Head", "  <<: {a: b}\n  title: Head", "11:3 yaml-merge"},
	{"a second document", "workload", "owner:\n", "---\nowner:\n", "10:1 yaml-document"},
	{"the end of the document", "workload", "owner:\n", "...\nowner:\n", "10:1 yaml-document"},
	{"a directive", "workload", "schema:", "%YAML 1.2\n---\nschema:", "1:1 yaml-document"},
	{"a key after a question mark", "workload", "phase: live", "? phase\n: live", "7:3 yaml-key"},
	{"a list as a key", "workload", "phase: live", "[phase]: live", "7:1 yaml-key"},
	{"a key that is a truth value", "workload", "phase: live", "true: live", "7:1 yaml-key"},
	{"a key that is a number", "policy", "    I: 24m", "    1: 24m", "6:5 yaml-key"},
	{"a field twice", "workload", "phase: live", "phase: live\nphase: closed", "8:1 duplicate-field"},
	{"a field twice with the same value", "workload", "phase: live", "phase: live\n\"phase\": live", "8:1 duplicate-field"},
	{"a nested field twice", "workload", "  model: private", "  model: private\n  model: public", "16:3 duplicate-field"},
	{"a field without a value", "workload", "phase: live", "phase:", "7:7 empty-value"},
	{"a comment for a value", "workload", "phase: live", "phase: # later", "7:7 empty-value"},
	{"an empty entry", "approval", "  - Test the restore before the summer.", "  -", "8:4 empty-value"},
	{"an empty block of text", "workload", "Keeps the images of one region.", "|", "4:10 empty-value"},
	{"null", "workload", "live", "null", "7:8 ambiguous-value"},
	{"a tilde", "workload", "live", "~", "7:8 ambiguous-value"},
	{"yes", "workload", "clinical: true", "clinical: yes", "13:11 ambiguous-value"},
	{"True", "workload", "clinical: true", "clinical: True", "13:11 ambiguous-value"},
	{"off", "workload", "clinical: true", "clinical: off", "13:11 ambiguous-value"},
	{"the country Norway", "workload", "Z9A1A", "NO", "9:13 ambiguous-value"},
	{"a number that begins with 0", "costs", "1200", "01200", "4:12 ambiguous-value"},
	{"an octal number", "costs", "1200", "0o17", "4:12 ambiguous-value"},
	{"a hexadecimal number", "costs", "1200", "0x1F", "4:12 ambiguous-value"},
	{"an underscore in a number", "costs", "1200", "1_200", "4:12 ambiguous-value"},
	{"an exponent", "costs", "1200", "12e2", "4:12 ambiguous-value"},
	{"a plus sign", "costs", "1200", "+1200", "4:12 ambiguous-value"},
	{"a number that ends in a point", "costs", "1200", "1200.", "4:12 ambiguous-value"},
	{"infinity", "costs", "1200", ".inf", "4:12 ambiguous-value"},
	{"not a number", "costs", "1200", ".NaN", "4:12 ambiguous-value"},
	{"thirty digits", "costs", "1200", "123456789012345678901234567890", "4:12 ambiguous-value"},
	{"twenty decimals", "costs", "1200", "1.12345678901234567890", "4:12 ambiguous-value"},
	{"a number in base sixty", "certificate", "IS 000001", "12:30:00", "4:9 ambiguous-value"},
	{"a day without its zeros", "workload", "2024-04-01", "2024-4-1", "8:10 ambiguous-value"},
	{"too deep", "workload", "[cloud, locations]", strings.Repeat("[", 40) + strings.Repeat("]", 40), "26:43 limit-depth"},
	{"far too deep", "workload", "[cloud, locations]", strings.Repeat("[", 20000), "26:45 limit-depth"},
	{"too many entries", "workload", "[cloud, locations]", "[cloud" + strings.Repeat(", cloud", 2000) + "]", "26:13 limit-items"},
	{"too large", "workload", "Keeps", strings.Repeat("Keeps ", 11000), "0:0 limit-size"},

	// Fields.
	{"a misspelt field", "workload", "owner:", "ownr:", "1:1 missing-field, 10:1 unknown-field"},
	{"a field in capitals", "workload", "started:", "Started:", "8:1 unknown-field"},
	{"an invented field", "workload", "phase: live", "phase: live\ncolour: blue", "8:1 unknown-field"},
	{"an invented field in a group", "workload", "  model: private", "  model: private\n  colour: blue", "16:3 unknown-field"},
	{"an invented field in a list", "workload", "    role: hosting", "    role: hosting\n    colour: blue", "19:5 unknown-field"},
	{"a name that is special to browsers", "workload", "phase: live", "phase: live\n__proto__: x", "8:1 unknown-field"},
	{"a name that is special to CUE", "workload", "phase: live", "phase: live\n\"#Header\": x", "8:1 unknown-field"},
	{"a hidden name", "workload", "phase: live", "phase: live\n_phase: x", "8:1 unknown-field"},
	{"an unknown field and a wrong value", "workload", "phase: live", "phase: alive\ncolour: blue", "7:8 not-a-choice, 8:1 unknown-field"},
	{"a missing field", "workload", "name: Imaging archive\n", "", "1:1 missing-field"},
	{"a missing field of a group", "workload", "  title: Head of imaging systems\n", "", "11:3 missing-field"},
	{"a missing field of an entry", "workload", "    role: hosting\n", "", "17:5 missing-field"},
	{"two missing fields", "costs", "  monthly: 1200\n  alertAt: 80\n", "", "4:3 missing-field, 4:3 missing-field"},
	{"conditions that are asked for by the decision", "approval", "conditions:\n  - Test the restore before the summer.\n", "", "1:1 missing-field"},
	{"no expiry where the scheme has one", "certificate", "expires: 2028-01-31\n", "", "1:1 missing-field"},
	{"no day of signature on a signed contract", "contract", "signed: 2024-03-01\n", "", "1:1 missing-field"},
	{"no reasons for not following advice", "dpia", "  reasons: The law asks for eight years.\n", "", "11:3 missing-field"},
	{"no reason for not applying a standard", "product", "    reason: It is a viewer only.\n", "", "8:5 missing-field"},
	{"a class that does not exist as a field name", "policy", "    V: 6m", "    VI: 6m", "7:5 unknown-field"},

	// Values.
	{"a number for text", "workload", "Imaging archive", "12", "3:7 wrong-type"},
	{"a decimal for text", "certificate", `"2022"`, "20.22", "9:10 wrong-type"},
	{"a truth value for text", "workload", "Imaging archive", "true", "3:7 wrong-type"},
	{"text for a truth value", "workload", "clinical: true", "clinical: \"true\"", "13:11 wrong-type"},
	{"text for a number", "costs", "1200", "\"1200\"", "4:12 wrong-type"},
	{"a decimal for a whole number", "costs", "1200", "1200.50", "4:12 wrong-type"},
	{"a list for text", "workload", "Imaging archive", "[a, b]", "3:7 wrong-type"},
	{"text for a list", "policy", "[siro]", "siro", "12:15 wrong-type"},
	{"text for a group", "workload", "\n  model: private", " private", "14:13 wrong-type"},
	{"a group for a list", "workload", "- supplier", "  supplier", "17:5 wrong-type"},
	{"a list for a group", "workload", "  model: private", "  - model: private", "15:3 wrong-type"},
	{"a choice misspelt", "workload", "type: production", "type: productoin", "5:7 not-a-choice"},
	{"a choice in capitals", "workload", "phase: live", "phase: Live", "7:8 not-a-choice"},
	{"a choice that does not exist, in a list", "policy", "[siro, dpo,", "[siro, dop,", "11:15 not-a-choice"},
	{"another version of the schema", "workload", "muniment/v1", "muniment/v2", "1:9 not-a-choice"},
	{"another kind", "workload", "kind: workload", "kind: supplier", "2:7 not-a-choice"},
	{"a day in another order", "workload", "2024-04-01", "01.04.2024", "8:10 wrong-form"},
	{"a thirteenth month", "workload", "2024-04-01", "2024-13-01", "8:10 wrong-form"},
	{"an ODS code in small letters", "workload", "Z9A1A", "z9a1a", "9:13 wrong-form"},
	{"an address without a domain", "workload", "imaging@example.org", "imaging", "12:10 wrong-form"},
	{"a web address that is not https", "workload", "https://", "http://", "24:10 wrong-form"},
	{"a length of time without a unit", "workload", "interval: 12m", "interval: \"12\"", "20:13 wrong-form"},
	{"empty text", "workload", "Imaging archive", "\"\"", "3:7 wrong-form"},
	{"text that is too long", "workload", "Imaging archive", strings.Repeat("x", 201), "3:7 wrong-form"},
	{"a digest that is too short", "approval", "sha256: 0a0a", "sha256: 0a", "11:13 wrong-form"},
	{"a path that climbs", "approval", "path: evidence/", "path: evidence/../", "10:11 wrong-form"},
	{"a space at the end of a quoted line", "workload", "Imaging archive", "\"Imaging archive \"", "3:7 wrong-form"},
	{"a number below its bound", "costs", "1200", "-1", "4:12 out-of-range"},
	{"a number above its bound", "costs", "80", "101", "5:12 out-of-range"},
	{"an empty list", "approval", "\n  - Test the restore before the summer.", " []", "7:13 too-few"},
	{"a list without its first entry", "policy", "[siro]", "[]", "12:15 too-few"},
	{"three mistakes at once", "costs", "1200\n  alertAt: 80\n  from: 2026-04-01", "many\n  alertAt: 0\n  form: 2026-04-01", "4:3 missing-field, 4:12 wrong-type, 5:12 out-of-range, 6:3 unknown-field"},
}

func TestBrokenRecords(t *testing.T) {
	t.Parallel()
	if len(broken) < 100 {
		t.Errorf("%d broken samples; there should be at least 100", len(broken))
	}
	set := load(t)
	for _, tc := range broken {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			valid := read(t, tc.kind)
			src := strings.Replace(valid, tc.old, tc.new, 1)
			if src == valid {
				t.Fatalf("%q is not in the valid %s", tc.old, tc.kind)
			}
			fs := check(set, tc.kind, src)
			var got []string
			for _, f := range fs {
				got = append(got, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Code))
				if f.Message == "" || f.Remedy == "" || f.Path != "record.yaml" || f.Severity != finding.Error {
					t.Errorf("incomplete: %+v", f)
				}
			}
			if s := strings.Join(got, ", "); s != tc.want {
				t.Errorf("got  %s\nwant %s\n%v", s, tc.want, fs)
			}
		})
	}
}

func TestValidRecordsAreAccepted(t *testing.T) {
	t.Parallel()
	set := load(t)
	files, err := filepath.Glob("testdata/valid/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples", err)
	}
	for _, f := range files {
		kind := strings.TrimSuffix(filepath.Base(f), ".yaml")
		for _, ends := range []string{"\n", "\r\n"} {
			if fs := check(set, kind, strings.ReplaceAll(read(t, kind), "\n", ends)); len(fs) > 0 {
				t.Errorf("%s with line ends %q: %v", f, ends, fs)
			}
		}
	}
}

func load(t testing.TB) *schema.Set {
	t.Helper()
	s, err := schema.Load(os.DirFS("../../schemas"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t testing.TB, kind string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata/valid", kind+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

func check(s *schema.Set, kind, src string) []finding.Finding {
	node, fs := strictyaml.Read("record.yaml", []byte(src), strictyaml.Limits{})
	if node == nil {
		return fs
	}
	return append(fs, s.Check("record.yaml", kind, node)...)
}
