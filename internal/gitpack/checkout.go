package gitpack

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Checkout writes the files of a tree into the working tree, and the list of them that git calls the index, so that git
// sees no difference. It comes after Finish. Progress, unless nil, is told how many files are written.
func (r *Repository) Checkout(ctx context.Context, t *Tree, progress func(done int)) error {
	c := &checkout{Repository: r, ctx: ctx, progress: progress}
	for _, e := range t.root.entries {
		r.made = append(r.made, e.name)
	}
	if err := c.folder(t.root, ""); err != nil {
		return fmt.Errorf("write the working tree: %w", err)
	}
	if err := c.writeIndex(); err != nil {
		return fmt.Errorf("write the index: %w", err)
	}
	return nil
}

type checkout struct {
	*Repository
	ctx      context.Context
	progress func(int)
	files    []listed // in the order of paths
}

// listed is a file as the index lists it.
type listed struct {
	path string
	id   ID
	size int
}

func (c *checkout) folder(f *folder, at string) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(c.dir, filepath.FromSlash(at)), 0o755); err != nil {
		return err
	}
	for _, e := range f.entries {
		path := at + e.name
		if e.folder != nil {
			if err := c.folder(e.folder, path+"/"); err != nil {
				return err
			}
			continue
		}
		content, err := c.pack.blob(e.id)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := os.WriteFile(filepath.Join(c.dir, filepath.FromSlash(path)), content, 0o644); err != nil {
			return err
		}
		c.files = append(c.files, listed{path, e.id, len(content)})
		if c.progress != nil {
			c.progress(len(c.files))
		}
	}
	return nil
}

// writeIndex lists the files without what the file system says of them: git compares their content the first time it looks,
// and fills in the rest.
func (c *checkout) writeIndex() error {
	file, err := os.Create(filepath.Join(c.git, "index"))
	if err != nil {
		return err
	}
	whole := sha1.New()
	out := bufio.NewWriter(io.MultiWriter(file, whole))
	number := func(n int) { out.Write(binary.BigEndian.AppendUint32(nil, uint32(n))) } // an error stays until it is flushed
	out.WriteString("DIRC")
	number(2)
	number(len(c.files))
	for _, f := range c.files {
		const fixed, longest = 62, 0xfff
		var unknown [24]byte // times, device and inode
		out.Write(unknown[:])
		number(0o100644)
		number(0) // owner
		number(0) // group
		number(f.size)
		out.Write(f.id[:])
		out.Write(binary.BigEndian.AppendUint16(nil, uint16(min(len(f.path), longest))))
		out.WriteString(f.path)
		for n := fixed + len(f.path); ; {
			out.WriteByte(0)
			if n++; n%8 == 0 {
				break
			}
		}
	}
	err = out.Flush()
	if err == nil {
		_, err = file.Write(whole.Sum(nil))
	}
	return errors.Join(err, file.Close())
}
