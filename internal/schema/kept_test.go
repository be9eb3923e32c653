package schema

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/schemas"
)

var update = flag.Bool("update", false, "write schemas/evaluated anew")

// What is kept must be what CUE says today, of the files as they are today.
func TestWhatIsKeptIsWhatCUESays(t *testing.T) {
	t.Parallel()
	want, err := evaluateAll(os.DirFS("../../schemas"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		if filepath.Ext(name) == ".json" { // one line for each value, so that a change can be read
			var b bytes.Buffer
			if err := json.Indent(&b, text, "", " "); err != nil {
				t.Fatal(err)
			}
			b.WriteByte('\n')
			want[name] = b.Bytes()
		}
	}
	folder := "../../schemas/evaluated"
	if *update {
		for name, text := range want {
			if err := os.WriteFile(filepath.Join(folder, name), text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string][]byte)
	for _, e := range entries {
		if got[e.Name()], err = os.ReadFile(filepath.Join(folder, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	for name := range want {
		if !bytes.Equal(want[name], got[name]) {
			t.Errorf("schemas/evaluated/%s is not what CUE says: run make update", name)
		}
	}
	for _, dir := range []string{"obligations", "registers"} {
		if got[dir+".json"] == nil {
			t.Errorf("%s is not kept", dir)
		}
	}
}

func TestOnlyTheFilesOfTheProgramAreKept(t *testing.T) {
	t.Parallel()
	if *update {
		t.Skip("this program holds the folder as it was")
	}
	changed := fstest.MapFS{}
	err := fs.WalkDir(schemas.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(schemas.FS, p)
		changed[p] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"obligations", "registers"} {
		if text, err := kept(changed, dir); text == nil || err != nil {
			t.Errorf("%s of the program is not kept: %v", dir, err)
		}
	}
	if text, _ := kept(changed, "nowhere"); text != nil {
		t.Error("a folder is kept that does not exist")
	}
	changed["workload.cue"].Data = append(changed["workload.cue"].Data, "// more\n"...)
	if text, err := kept(changed, "obligations"); text != nil || err != nil {
		t.Errorf("values are used for files that differ: %v", err)
	}
	s, err := Load(changed)
	if err != nil || len(s.judges.idle) != 1 {
		t.Errorf("other shapes were not tried by CUE at once: %v", err)
	}
	if s, err = Load(schemas.FS); err != nil || len(s.judges.idle) != 0 {
		t.Errorf("CUE was asked about the shapes of the program: %v", err)
	}
}
