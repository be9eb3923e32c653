package versions

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
)

// Snapshot makes a history of one state: the files below evidence/ as they are, known on a day.
func Snapshot(ctx context.Context, files fs.FS, reader *load.Reader, day calendar.Date) (*History, error) {
	only := gitrepo.Change{Step: gitrepo.Step{Day: day}}
	err := fs.WalkDir(files, record.Root, func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || d.IsDir() {
			return err
		}
		only.Paths = append(only.Paths, gitrepo.PathChange{Path: path[len(record.Root)+1:], New: path, NewMode: modeOf(d)})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list evidence: %w", err)
	}
	h := New(reader, func(path string) ([]byte, error) { return readLimited(files, path) })
	h.Add(only)
	return h, h.Complete(ctx)
}

// modeOf gives the mode that git would store for a file.
func modeOf(d fs.DirEntry) uint32 {
	switch {
	case d.Type()&fs.ModeSymlink != 0:
		return gitrepo.ModeSymlink
	case !d.Type().IsRegular():
		return gitrepo.ModeSubmodule
	}
	if info, ok := d.(fs.FileInfo); ok {
		if stored, ok := info.Sys().(gitrepo.Entry); ok {
			return stored.Mode
		}
	}
	return gitrepo.ModeFile
}

// readLimited reads a file up to one byte more than any may have.
func readLimited(files fs.FS, path string) ([]byte, error) {
	f, err := files.Open(path)
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(f, load.MaxAttachment+1))
	return src, errors.Join(err, f.Close())
}
