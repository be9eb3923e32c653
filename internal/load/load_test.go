package load_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rogpeppe/go-internal/txtar"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/gittest"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/strictyaml"
)

// valid returns the valid register as files by path, with {path} for digests.
func valid(tb testing.TB) fstest.MapFS {
	tb.Helper()
	archive, err := txtar.ParseFile("testdata/valid.txtar")
	if err != nil {
		tb.Fatal(err)
	}
	files := make(fstest.MapFS)
	for _, f := range archive.Files {
		switch filepath.Ext(f.Name) { // txtar is text: the first bytes of binary formats are put in here
		case ".xlsx":
			f.Data = append([]byte("PK\x03\x04"), f.Data[2:]...)
		case ".png":
			f.Data = []byte("\x89PNG\r\n\x1a\n")
		}
		files[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return files
}

var digestOf = regexp.MustCompile(`\{(evidence/[^}]+)\}`)

// fill puts digests in the place of {path}. A file that is not there leaves a digest of zeros.
func fill(files fstest.MapFS) {
	filled := make(map[string]bool)
	var do func(name string) []byte
	do = func(name string) []byte {
		f := files[name]
		if f == nil {
			return nil
		}
		if !filled[name] {
			filled[name] = true
			f.Data = digestOf.ReplaceAllFunc(f.Data, func(m []byte) []byte {
				sum := sha256.Sum256(do(string(m[1 : len(m)-1])))
				return []byte(hex.EncodeToString(sum[:]))
			})
		}
		return f.Data
	}
	for name := range files {
		do(name)
	}
}

func readTree(tb testing.TB, fsys fs.FS, o load.Options) *load.Result {
	tb.Helper()
	result, err := load.Tree(tb.Context(), fsys, o)
	if err != nil {
		tb.Fatal(err)
	}
	checked, count, err := load.Check(tb.Context(), fsys, o)
	if err != nil {
		tb.Fatal(err)
	}
	if diff := cmp.Diff(result.Findings, checked, cmpopts.EquateEmpty()); diff != "" {
		tb.Errorf("what a check finds (-in a register +by itself):\n%s", diff)
	}
	if result.Count != count {
		tb.Errorf("a check counts %v, and a register %v", count, result.Count)
	}
	return result
}

// found gives findings as lines of place and code, warnings marked.
func found(r *load.Result) []string {
	lines := []string{}
	for _, f := range r.Findings {
		line := f.Place.String() + " " + f.Code
		if f.Severity != "error" {
			line += " " + string(f.Severity)
		}
		lines = append(lines, line)
	}
	return lines
}

func recordPaths(r *load.Result) []string {
	var paths []string
	for _, rec := range r.Register.Records {
		paths = append(paths, rec.Path)
	}
	return paths
}

func TestValid(t *testing.T) {
	t.Parallel()
	files := valid(t)
	fill(files)
	got := readTree(t, files, load.Options{})
	if diff := cmp.Diff([]string{}, found(got)); diff != "" {
		t.Errorf("findings (-want +got):\n%s\n%v", diff, got.Findings)
	}
	var want []string
	for name := range files {
		if _, ok := record.KindOf(name); ok {
			want = append(want, name)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, recordPaths(got)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(load.Count{Records: len(want), Attachments: 3}, got.Count); diff != "" {
		t.Errorf("count (-want +got):\n%s", diff)
	}
	for _, home := range record.Homes() {
		if !slices.ContainsFunc(got.Register.Records, func(r *record.Record) bool { return r.Kind == home.Kind }) {
			t.Errorf("the valid register has no record of kind %s", home.Kind)
		}
	}
}

// TestBroken changes one thing of the valid register at a time. Each file of an archive in testdata/broken is a case; its
// name is the claim. These lines make the change:
//
//	edit PATH         followed by "- text" for what goes (it must occur) and "+ text" for what comes in its place
//	write PATH        followed by "+ text" lines, the content
//	copy PATH TO, move PATH TO, delete PATH
//	link PATH, submodule PATH, executable PATH, mode PATH OCTAL (as stored in a commit)
//
// and these say what comes of it: "want PLACE CODE [warning]" for each finding, in order; "gone PATH" for each record that
// is left out, "unseen PATH" for one in a folder that is not entered; "says TEXT" for words of a message or remedy. Any other finding or missing record fails the case.
func TestBroken(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/broken/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range archive.Files {
			t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar")+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				broken(t, string(c.Data))
			})
		}
	}
}

func broken(t *testing.T, script string) {
	files := valid(t)
	want := change(t, files, script)
	for name := range files {
		if _, ok := record.KindOf(name); ok && files[name].Mode.IsRegular() && !slices.Contains(slices.Concat(want.gone, want.unseen), name) {
			want.records = append(want.records, name)
		}
	}
	slices.Sort(want.records)
	fill(files)
	got := readTree(t, files, load.Options{})
	if diff := cmp.Diff(want.findings, found(got)); diff != "" {
		t.Errorf("findings (-want +got):\n%s%s", diff, got.Findings)
	}
	if diff := cmp.Diff(want.records, recordPaths(got)); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	var gone []string
	for _, name := range want.gone {
		if files[name] != nil {
			gone = append(gone, name)
		}
	}
	for name, f := range files {
		if _, ok := record.KindOf(name); ok && !f.Mode.IsRegular() {
			gone = append(gone, name)
		}
	}
	slices.Sort(gone)
	if diff := cmp.Diff(gone, got.LeftOut); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	said := ""
	for _, f := range got.Findings {
		said += f.Message + "\n" + f.Remedy + "\n"
	}
	for _, text := range want.says {
		if !strings.Contains(said, text) {
			t.Errorf("%q is not said in %s", text, said)
		}
	}
	for _, f := range got.Findings {
		if f.Message == "" || f.Remedy == "" {
			t.Errorf("%s has no message or no remedy", f)
		}
	}
}

type expected struct{ findings, records, gone, unseen, says []string }

// change applies the lines of a case to files.
func change(t *testing.T, files fstest.MapFS, script string) expected {
	want := expected{findings: []string{}}
	lines := strings.Split(strings.TrimSuffix(script, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		verb, rest, _ := strings.Cut(lines[i], " ")
		name, to := rest, ""
		if verb == "copy" || verb == "move" || verb == "mode" {
			name, to, _ = strings.Cut(rest, " ")
		}
		if unquoted, err := strconv.Unquote(name); err == nil {
			name = unquoted
		}
		if f := files[name]; f == nil && slices.Contains([]string{"edit", "copy", "move", "delete", "executable", "mode"}, verb) {
			t.Fatalf("there is no file %q", name)
		}
		switch verb {
		case "edit", "write":
			var out, in []string
			for ; i+1 < len(lines) && (strings.HasPrefix(lines[i+1], "- ") || strings.HasPrefix(lines[i+1], "+")); i++ {
				text := strings.TrimPrefix(lines[i+1][1:], " ")
				if lines[i+1][0] == '-' {
					out = append(out, text)
				} else {
					in = append(in, text)
				}
			}
			if verb == "write" {
				files[name] = &fstest.MapFile{Data: []byte(strings.Join(in, "\n") + "\n")}
				continue
			}
			before, after := strings.Join(out, "\n"), strings.Join(in, "\n")
			if n := strings.Count(string(files[name].Data), before); n != 1 {
				t.Fatalf("%s holds %q %d times", name, before, n)
			}
			files[name].Data = []byte(strings.Replace(string(files[name].Data), before, after, 1))
		case "copy", "move":
			files[to] = &fstest.MapFile{Data: bytes.Clone(files[name].Data)}
			if verb == "move" {
				delete(files, name)
			}
		case "delete":
			delete(files, name)
		case "link":
			files[name] = &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("policy.yaml")}
		case "submodule":
			files[name] = &fstest.MapFile{Mode: fs.ModeIrregular}
		case "mode":
			mode, err := strconv.ParseUint(to, 8, 32)
			if err != nil {
				t.Fatal(err)
			}
			files[name].Sys = gitrepo.Entry{Path: name, Mode: uint32(mode)}
		case "executable":
			files[name].Mode = 0o755
		case "want":
			want.findings = append(want.findings, rest)
		case "gone":
			want.gone = append(want.gone, rest)
		case "unseen":
			want.unseen = append(want.unseen, rest)
		case "says":
			want.says = append(want.says, rest)
		default:
			t.Fatalf("not understood: %q", lines[i])
		}
	}
	return want
}

// TestEveryCodeHasACase keeps the cases complete: codes are found in the source.
func TestEveryCodeHasACase(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile(`"((?:unknown|wrong|path|impossible|missing|duplicate|dependency|personal-data|secret|refused|self|other|limit|formerly|covers|unreferenced|triple|two|date|lfs|attachment|link|unexpected|not-a)-[a-z-]+|orphan|overlap)"`)
	sources := slices.Concat(glob(t, "*.go"), glob(t, "../register/*.go"))
	cases := ""
	for _, name := range slices.Concat(glob(t, "testdata/broken/*.txtar"), glob(t, "*_test.go")) {
		cases += read(t, name)
	}
	codes := make(map[string]bool)
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, m := range code.FindAllStringSubmatch(read(t, name), -1) {
			codes[m[1]] = true
		}
	}
	for _, what := range []string{"organisation", "supplier", "workload", "product", "contract", "certificate", "person"} {
		codes["unknown-"+what] = true
	}
	for _, c := range slices.Sorted(maps.Keys(codes)) {
		if !strings.Contains(cases, " "+c) {
			t.Errorf("no case has the code %s", c)
		}
	}
	if len(codes) < 40 {
		t.Errorf("only %d codes were found in the source", len(codes))
	}
}

func glob(tb testing.TB, pattern string) []string {
	tb.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		tb.Fatalf("%s: nothing there (%v)", pattern, err)
	}
	return names
}

func read(tb testing.TB, name string) string {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}

// readTree compares. A register from which a file is gone, or in which names are others, has every sort of broken reference.
func TestACheckFindsWhatARegisterFinds(t *testing.T) {
	t.Parallel()
	files := valid(t)
	fill(files)
	wrong := 0
	try := func(t *testing.T, name string, data []byte) {
		changed := maps.Clone(files)
		if delete(changed, name); data != nil {
			changed[name] = &fstest.MapFile{Data: data}
		}
		wrong += len(readTree(t, changed, load.Options{}).Findings)
	}
	word := regexp.MustCompile(`(?m)^( *(?:- )?(?:controller|supplier|product|contract|by|on|office|path|lead|organisation|person|basedOn): )(.*)$`)
	for name, f := range files {
		try(t, name, nil)
		for _, at := range word.FindAllSubmatchIndex(f.Data, -1) {
			value := strings.Trim(string(f.Data[at[4]:at[5]]), `"`)
			other := strings.NewReplacer("2025", "2024", "2026", "2025", "a", "e", "e", "a", "i", "o").Replace(value)
			try(t, name, slices.Concat(f.Data[:at[4]], []byte(`"`+other+`"`), f.Data[at[5]:]))
		}
	}
	if wrong < 60 {
		t.Errorf("only %d findings were compared", wrong)
	}
}

func TestAFolderReadsAsMemoryDoes(t *testing.T) {
	t.Parallel()
	files := valid(t)
	fill(files)
	files["evidence/suppliers/other/supplier.yaml"].Data = []byte("kind: supplier\n")
	dir := t.TempDir()
	for name, f := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, f.Data, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	want, got := readTree(t, files, load.Options{Parallel: 1}), readTree(t, root.FS(), load.Options{Parallel: 8})
	if diff := cmp.Diff(want.Findings, got.Findings); diff != "" || len(want.Findings) == 0 {
		t.Errorf("findings (-memory +folder):\n%s", diff)
	}
	if want.Digest != got.Digest || want.Count != got.Count {
		t.Errorf("memory: %s %+v, folder: %s %+v", want.Digest, want.Count, got.Digest, got.Count)
	}
	if diff := cmp.Diff(recordPaths(want), recordPaths(got)); diff != "" {
		t.Errorf("records (-memory +folder):\n%s", diff)
	}
}

func TestACommitReadsAsAFolderDoes(t *testing.T) {
	t.Parallel()
	files := valid(t)
	fill(files)
	files["evidence/suppliers/other/supplier.yaml"].Data = []byte("kind: supplier\n")
	history := &txtar.Archive{Files: []txtar.File{{Name: "commit 2026-04-01T09:00:00Z IG lead: Add the register"}}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		history.Files = append(history.Files, txtar.File{Name: name, Data: files[name].Data})
	}
	dir := t.TempDir()
	if err := gittest.ReplayArchive(history, dir); err != nil {
		t.Fatal(err)
	}
	repo, head := headOf(t, dir)
	commit, err := repo.FS(head, "")
	if err != nil {
		t.Fatal(err)
	}
	want, got := readTree(t, os.DirFS(dir), load.Options{}), readTree(t, commit, load.Options{})
	if diff := cmp.Diff(want.Findings, got.Findings); diff != "" || want.Digest != got.Digest || want.Count.Refused != 1 {
		t.Errorf("%+v and %+v, findings (-folder +commit):\n%s", want.Count, got.Count, diff)
	}
}

func TestEvidenceItselfIsAFolder(t *testing.T) {
	t.Parallel()
	for claim, mode := range map[string]fs.FileMode{"a link": fs.ModeSymlink, "a file": 0} {
		got := readTree(t, fstest.MapFS{"evidence": {Data: []byte("README.md"), Mode: mode}, "README.md": {}}, load.Options{})
		if diff := cmp.Diff([]string{"evidence not-a-file"}, found(got)); diff != "" || len(got.Register.Records) != 0 {
			t.Errorf("%s (-want +got):\n%s", claim, diff)
		}
	}
}

func TestDigestNamesWhatWasRead(t *testing.T) {
	t.Parallel()
	digest := func(change func(fstest.MapFS)) string {
		files := valid(t)
		fill(files)
		change(files)
		return readTree(t, files, load.Options{}).Digest
	}
	base := digest(func(fstest.MapFS) {})
	if other := digest(func(f fstest.MapFS) { f["README.md"].Data = []byte("other") }); other != base {
		t.Error("a file outside evidence/ changed the digest")
	}
	if other := digest(func(f fstest.MapFS) { f["evidence/README.md"].Data = []byte("other") }); other == base {
		t.Error("a note below evidence/ did not change the digest")
	}
	if other := digest(func(f fstest.MapFS) {
		f["evidence/b/README.md"], f["evidence/README.md"] = f["evidence/README.md"], nil
		delete(f, "evidence/README.md")
	}); other == base {
		t.Error("moving a file did not change the digest")
	}
}

func TestTooMuch(t *testing.T) {
	t.Parallel()
	files := valid(t)
	fill(files)
	got := readTree(t, files, load.Options{Files: 10})
	if diff := cmp.Diff([]string{"evidence limit-files"}, found(got)); diff != "" || !limitReached(got) || len(got.Register.Records) != 0 {
		t.Errorf("too many files: %s", diff)
	}
	seen := -1 // without evidence/ itself
	if err := fs.WalkDir(files, "evidence", func(string, fs.DirEntry, error) error { seen++; return nil }); err != nil {
		t.Fatal(err)
	}
	for limit := 1; limit < seen+2; limit++ { // whether it is passed in a folder that is listed beside others, or before
		if reached := limitReached(readTree(t, files, load.Options{Files: limit})); reached != (seen > limit) {
			t.Errorf("%d files and folders, at most %d: too many %t", seen, limit, reached)
		}
	}
	got = readTree(t, files, load.Options{Attachment: 20})
	if diff := cmp.Diff([]string{
		"evidence/organisations/ZZ1/workloads/pacs/assessment.yaml:16:11 refused-reference",
		"evidence/organisations/ZZ1/workloads/pacs/files/model.xlsx limit-size",
		"evidence/suppliers/acme/files/report.pdf limit-size",
		"evidence/suppliers/acme/principles.yaml:12:15 refused-reference",
	}, found(got)); diff != "" || !limitReached(got) {
		t.Errorf("attachments that are too large (-want +got):\n%s", diff)
	}
	files["evidence/policy.yaml"].Data = bytes.Repeat([]byte("# long\n"), 200_000)
	if got = readTree(t, files, load.Options{}); !limitReached(got) || got.Register.Policy != nil {
		t.Errorf("a record that is too large: %v", found(got))
	}
	if limitReached(readTree(t, valid(t), load.Options{})) {
		t.Error("findings that are no limits count as limits")
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	if _, err := load.Tree(t.Context(), fstest.MapFS{}, load.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no evidence: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := load.Tree(ctx, valid(t), load.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	broken := errors.New("the disk is broken")
	_, err := load.Tree(t.Context(), failing{valid(t), broken}, load.Options{})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "evidence/policy.yaml") {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

// failing is a file system in which one file cannot be read.
type failing struct {
	fstest.MapFS
	err error
}

func (f failing) Open(name string) (fs.File, error) {
	if name == "evidence/policy.yaml" {
		return nil, &fs.PathError{Op: "open", Path: name, Err: f.err}
	}
	return f.MapFS.Open(name)
}

// limitReached tells whether something was left unread because it would have cost too much.
func limitReached(r *load.Result) bool {
	return slices.ContainsFunc(r.Findings, func(f finding.Finding) bool { return strictyaml.IsLimit(f.Code) })
}
