package theme

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
)

// Digest is a SHA-256, in hexadecimal, over everything that pages take from the theme. It is empty when the templates cannot be
// read.
func (t *Theme) Digest() string {
	h := sha256.New()
	add := func(name string, data []byte) {
		fmt.Fprintf(h, "%s\x00%d\x00", name, len(data)) // a hash never fails to write
		h.Write(data)
	}
	add(t.Name, []byte(t.DesignSystem))
	err := fs.WalkDir(t.Templates, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(t.Templates, name)
		add(name, data)
		return err
	})
	if err != nil {
		return ""
	}
	if t.words != nil {
		add(t.words.Language, t.spoken)
	}
	for _, a := range t.assets {
		add(a.Name, a.Content)
	}
	return hex.EncodeToString(h.Sum(nil))
}
