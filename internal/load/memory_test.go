package load_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
)

// TestWhatIsRememberedReadsAsItIs reads every file of a commit with and without a memory of the commit.
func TestWhatIsRememberedReadsAsItIs(t *testing.T) {
	t.Parallel()
	repo, files := sample(t)
	reader := func(m *load.Memory) *load.Reader {
		r, err := load.NewReader(load.Options{Memory: m})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	memory := load.NewMemory()
	pare := func(_ string, kind record.Kind) bool { return kind != record.KindWorkload }
	if _, err := load.Tree(t.Context(), files, load.Options{Memory: memory, Pare: pare}); err != nil {
		t.Fatal(err)
	}
	plain, remembering := reader(nil), reader(memory)
	count := make(map[string]int)
	blobs := make(map[string]string)
	src := make(map[string][]byte)
	err := fs.WalkDir(files, record.Root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		entry := info.Sys().(gitrepo.Entry)
		what, kind := load.WhatIs(path, entry.Mode)
		if blobs[path] = entry.Blob; what == load.Nothing {
			return nil
		}
		if src[path], err = repo.Blob(entry.Blob); err != nil {
			return err
		}
		want, err := plain.Read(path, entry.Blob, what, kind, src[path])
		if err != nil {
			return err
		}
		got, known := remembering.Known(path, entry.Blob)
		if !known {
			if got, err = remembering.Read(path, entry.Blob, what, kind, src[path]); err != nil {
				return err
			}
		}
		if want.Digest != got.Digest || (want.Record == nil) != (got.Record == nil) {
			t.Errorf("%s reads as %v with a memory and as %v without", path, got, want)
		} else if want.Record != nil {
			if diff := cmp.Diff(want.Record, got.Record, alike); diff != "" {
				t.Errorf("%s (-without memory +with it):\n%s", path, diff)
			}
		}
		switch {
		case known:
			count["known"]++
		case want.Record != nil:
			count["records"]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, sig := range src {
		text, ok := strings.CutSuffix(path, record.SignatureEnding)
		if !ok {
			continue
		}
		key, known := remembering.SignedBy(blobs[text], blobs[path])
		if !known {
			continue
		}
		if by, err := signature.SignedBy(src[text], sig); err != nil || by != key {
			t.Errorf("%s: signed by %v, %v; remembered is %v", path, by, err, key)
		}
		count["signed"]++
		if _, known := remembering.SignedBy(blobs[path], blobs[text]); known {
			t.Errorf("%s: a signature is known for other bytes", path)
		}
	}
	for _, what := range []string{"known", "records", "signed"} {
		if count[what] == 0 {
			t.Errorf("no file was %s, of %v", what, count)
		}
	}
}

// TestARefusedFileIsNotRemembered breaks one file of a valid tree each.
func TestARefusedFileIsNotRemembered(t *testing.T) {
	t.Parallel()
	const folder = record.Root + "/organisations/Z9A1A/workloads/imaging-archive/"
	const blob = "1234567890123456789012345678901234567890"
	for claim, c := range map[string]struct {
		path string
		harm func(string) string
	}{
		"a field that there is not":   {folder + "workload.yaml", func(s string) string { return s + "typ: production\n" }},
		"an NHS number":               {folder + "assessment.yaml", func(s string) string { return s + "# NHS number 401 023 2137\n" }},
		"a statement in another form": {"", func(s string) string { return s + "\n" }},
		"no signature":                {record.SignatureEnding, func(s string) string { return s[1:] }},
	} {
		t.Run(claim, func(t *testing.T) {
			t.Parallel()
			for _, harmed := range []bool{false, true} {
				files := os.DirFS("../..")
				path := c.path
				if !strings.Contains(path, "/") {
					path = signedApproval(t, files) + path
				}
				src, err := fs.ReadFile(files, path)
				if err != nil {
					t.Fatal(err)
				}
				sound := slices.Clone(src)
				if harmed {
					src = []byte(c.harm(string(src)))
				}
				what, kind := load.WhatIs(path, gitrepo.ModeFile)
				one := fstest.MapFS{path: {Data: src, Mode: 0o644, Sys: gitrepo.Entry{Mode: gitrepo.ModeFile, Blob: blob}}}
				memory := load.NewMemory()
				if _, err := load.Tree(t.Context(), one, load.Options{Memory: memory}); err != nil {
					t.Fatal(err)
				}
				r, err := load.NewReader(load.Options{Memory: memory})
				if err != nil {
					t.Fatal(err)
				}
				_, known := r.Known(path, blob)
				got, err := r.Read(path, blob, what, kind, src)
				if err != nil {
					t.Fatal(err)
				}
				if accepted := got.Digest != ""; accepted == harmed || known && harmed {
					t.Errorf("harmed: %t, accepted: %t, known: %t", harmed, accepted, known)
				}
				if got, err := r.Read(path, blob, what, kind, sound); err != nil || got.Digest == "" {
					t.Errorf("as it was it is refused: %v", err)
				}
			}
		})
	}
}

// signedApproval finds an approval of the example with a signature beside it.
func signedApproval(t *testing.T, files fs.FS) (path string) {
	t.Helper()
	err := fs.WalkDir(files, record.Root, func(p string, _ fs.DirEntry, err error) error {
		if text, ok := strings.CutSuffix(p, record.SignatureEnding); ok && path == "" {
			path = text
		}
		return err
	})
	if err != nil || path == "" {
		t.Fatalf("nothing is signed: %v", err)
	}
	return path
}
