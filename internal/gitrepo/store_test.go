package gitrepo

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-git/go-billy/v5"
)

func TestTheStoreCannotWrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "config"), []byte("[core]\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	outer := readOnlyAt(dir)
	inner, err := outer.Chroot(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, fsys := range []billy.Filesystem{outer, inner} {
		for name, write := range map[string]func() error{
			"Create":          func() error { _, err := fsys.Create("new"); return err },
			"OpenFile":        func() error { _, err := fsys.OpenFile("config", os.O_RDWR, 0); return err },
			"OpenFile to add": func() error { _, err := fsys.OpenFile("new", os.O_CREATE, 0o666); return err },
			"TempFile":        func() error { _, err := fsys.TempFile("", "new"); return err },
			"Rename":          func() error { return fsys.Rename("config", "new") },
			"Remove":          func() error { return fsys.Remove("config") },
			"MkdirAll":        func() error { return fsys.MkdirAll("new", 0o777) },
			"Symlink":         func() error { return fsys.Symlink("config", "new") },
		} {
			if err := write(); !errors.Is(err, billy.ErrReadOnly) {
				t.Errorf("%s gives %v", name, err)
			}
		}
		if f, err := fsys.Open("config"); err != nil || f.Close() != nil {
			t.Errorf("reading gives %v", err)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}
