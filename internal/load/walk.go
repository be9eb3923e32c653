package load

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/record"
)

// maxPath bounds a path, in bytes: as long as a path may be inside a record, and short enough for every file system.
const maxPath = 200

// sort says what a file is for.
type sort uint8

const (
	isRecord sort = iota + 1
	isAttachment
	isNote      // a README.md: for people, no evidence
	isSignature // beside an approval
)

// file is a regular file to be read.
type file struct {
	path string
	sort sort
	kind record.Kind // of a record
	size int64       // as listed
	blob string      // its id in git; empty for a file on disk
}

// walker lists the files below evidence/.
type walker struct {
	fsys     fs.FS
	options  *Options
	files    []file // sorted by path
	refused  []string
	findings []finding.Finding
	stored   map[string]*stretch // by folder, of those that a store was asked for

	seen       int
	executable []string

	// Of several that list parts of one folder:
	together *atomic.Int64 // what all have seen
	apart    bool          // what lies two folders deep is for later
	later    []subfolder   // these
}

// subfolder is a folder in a folder that was listed.
type subfolder struct {
	path  string
	entry fs.DirEntry
}

func (w *walker) walk(ctx context.Context) error {
	if ok, err := w.enter(); !ok {
		return err
	}
	if err := w.below(ctx); err != nil {
		return err
	}
	slices.SortFunc(w.files, func(a, b file) int { return cmp.Compare(a.path, b.path) })
	slices.Sort(w.executable)
	w.checkExecutable()
	return nil
}

// enter looks at evidence/ itself, which must be a folder and no link to one.
func (w *walker) enter() (bool, error) {
	top, err := fs.ReadDir(w.fsys, ".")
	if err != nil {
		return false, fmt.Errorf("list the repository: %w", err)
	}
	for _, e := range top {
		switch {
		case e.Name() != record.Root:
		case e.IsDir():
			return true, nil
		default:
			w.refuse(record.Root, fault(finding.Place{Path: record.Root}, "not-a-file", "this is "+sortOfEntry(e.Type())+", not a folder", "put the evidence itself here"))
			return false, nil
		}
	}
	return false, &fs.PathError{Op: "open", Path: record.Root, Err: fs.ErrNotExist}
}

// below lists everything below evidence/, the folders of its folders several at once. If that is too much it is listed again, one folder
// after the other, so that always the same is left out.
func (w *walker) below(ctx context.Context) error {
	seen := new(atomic.Int64)
	alone := &walker{fsys: w.fsys, options: w.options, stored: w.stored, together: seen, apart: true}
	if err := alone.folder(ctx, record.Root); err != nil {
		return err
	}
	walkers := make([]*walker, len(alone.later))
	group, walking := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, sub := range alone.later {
		walkers[i] = &walker{fsys: w.fsys, options: w.options, stored: make(map[string]*stretch), together: seen}
		group.Go(func() error { return walkers[i].inner(walking, sub) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if seen.Load() > int64(w.options.Files) {
		return w.folder(ctx, record.Root)
	}
	walkers = append(walkers, alone)
	files := 0
	for _, one := range walkers {
		files += len(one.files)
	}
	w.files = make([]file, 0, files)
	for _, one := range walkers {
		w.seen += one.seen
		w.files, w.refused = append(w.files, one.files...), append(w.refused, one.refused...)
		one.files = nil
		w.findings, w.executable = append(w.findings, one.findings...), append(w.executable, one.executable...)
		maps.Copy(w.stored, one.stored)
	}
	return nil
}

// folder lists one folder and what is below it. Once too much was seen it stops quietly.
func (w *walker) folder(ctx context.Context, dir string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := fs.ReadDir(w.fsys, dir)
	if err != nil {
		return fmt.Errorf("list %s: %w", dir, err)
	}
	w.checkTwins(dir, entries)
	for _, e := range entries {
		if !w.see(1) {
			w.exceed()
			return nil
		}
		p := dir + "/" + e.Name()
		if f, bad := checkName(p, e.Name()); bad {
			w.findings = append(w.findings, f)
			continue
		}
		if e.IsDir() {
			if w.apart && strings.Count(p, "/") == 2 {
				w.later = append(w.later, subfolder{p, e})
				continue
			}
			if err := w.inner(ctx, subfolder{p, e}); err != nil {
				return err
			}
			continue
		}
		if err := w.entry(p, e); err != nil {
			return err
		}
	}
	return nil
}

// see counts files and folders. It is false once there are too many.
func (w *walker) see(n int) bool {
	w.seen += n
	return w.seen <= w.options.Files && (w.together == nil || w.together.Add(int64(n)) <= int64(w.options.Files))
}

// inner lists a folder in a folder, unless a store has what is in it.
func (w *walker) inner(ctx context.Context, sub subfolder) error {
	s := w.stretch(sub)
	if s == nil {
		return w.folder(ctx, sub.path)
	}
	if s.fetch(sub.path, w.options) && w.seen+s.seen <= w.options.Files && w.see(s.seen) {
		w.stored[sub.path] = s
		w.files = append(w.files, s.listed...)
		return nil
	}
	s.listed, s.files = nil, nil
	seen, odd := w.seen, len(w.findings)+len(w.executable) // nothing is refused without a finding
	if err := w.folder(ctx, sub.path); err != nil {
		return err
	}
	if s.seen = w.seen - seen; odd == len(w.findings)+len(w.executable) {
		w.stored[sub.path] = s
	}
	return nil
}

func (w *walker) exceed() {
	if w.seen == w.options.Files+1 {
		w.findings = append(w.findings, fault(finding.Place{Path: record.Root}, "limit-files",
			fmt.Sprintf("there are more than %d files and folders here, so not all of them were read", w.options.Files),
			"split the evidence over several repositories"))
	}
}

// entry takes in one entry that is no folder.
func (w *walker) entry(p string, e fs.DirEntry) error {
	at := finding.Place{Path: p}
	if !e.Type().IsRegular() {
		w.refuse(p, fault(at, "not-a-file", "this is "+sortOfEntry(e.Type())+", not a regular file", "put a copy of the file itself here"))
		return nil
	}
	sort, kind, ok := w.options.Cache.sortOf(p, e.Name())
	if !ok && e.Name() == ".gitkeep" {
		return nil
	}
	if !ok {
		w.refuse(p, unexpected(p))
		return nil
	}
	info, err := w.look(p, e)
	if err != nil {
		return fmt.Errorf("look at %s: %w", p, err)
	}
	if stored, ok := info.Sys().(gitrepo.Entry); ok && stored.Mode != gitrepo.ModeFile && stored.Mode != gitrepo.ModeExecutable {
		w.refuse(p, fault(at, "not-a-file", fmt.Sprintf("git stores this file with the odd mode %o", stored.Mode), "add the file again with a current version of git"))
		return nil
	}
	if info.Mode()&0o111 != 0 {
		w.executable = append(w.executable, p)
	}
	found := file{path: p, sort: sort, kind: kind, size: info.Size()}
	if stored, ok := info.Sys().(gitrepo.Entry); ok {
		found.blob = stored.Blob
	}
	w.files = append(w.files, found)
	return nil
}

// look describes a file. The size of one that was read before from git is of no interest, and costs looking it up.
func (w *walker) look(p string, e fs.DirEntry) (fs.FileInfo, error) {
	if info, ok := e.(fs.FileInfo); ok && w.options.Cache != nil {
		if stored, ok := info.Sys().(gitrepo.Entry); ok && w.options.Cache.holds(p, stored.Blob) {
			return info, nil
		}
	}
	return e.Info()
}

func (w *walker) refuse(p string, f finding.Finding) {
	w.findings = append(w.findings, f)
	w.refused = append(w.refused, p)
}

func sortOf(p, name string) (sort, record.Kind, bool) {
	if kind, ok := record.KindOf(p); ok {
		return isRecord, kind, true
	}
	switch {
	case name == ".gitkeep":
	case record.IsSignature(p):
		return isSignature, "", true
	case record.IsAttachment(p):
		return isAttachment, "", true
	case name == "README.md":
		return isNote, "", true
	}
	return 0, "", false
}

func sortOfEntry(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeIrregular != 0:
		return "a submodule or another entry that git cannot read here"
	}
	if mode.IsRegular() {
		return "a file"
	}
	return "a device, pipe or socket"
}

// checkExecutable refuses evidence that could be run. Where every file can be run, the file system keeps no such mark.
func (w *walker) checkExecutable() {
	if len(w.executable) == len(w.files) {
		return
	}
	for _, p := range w.executable {
		w.findings = append(w.findings, fault(finding.Place{Path: p}, "not-a-file", "this file is marked as a program that can be run",
			"take the mark away: chmod a-x, or git update-index --chmod=-x"))
	}
}

// checkTwins finds names that some file systems take for one: alike but for upper and lower case, or written with
// different characters that look the same.
func (w *walker) checkTwins(dir string, entries []fs.DirEntry) {
	fold := cases.Fold()
	seen := make(map[string]string, len(entries))
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	slices.Sort(names)
	for _, name := range names {
		key := norm.NFC.String(fold.String(norm.NFC.String(name)))
		other, ok := seen[key]
		if !ok {
			seen[key] = name
			continue
		}
		f := fault(finding.Place{Path: dir + "/" + name}, "path-twin", "another name in this folder differs only in upper and lower case, or in how it is encoded",
			"rename or delete one of the two")
		f.Related = []finding.Place{{Path: dir + "/" + other}}
		w.findings = append(w.findings, f)
	}
}

// checkName finds names that cannot be kept on every file system, or that hide what they are.
func checkName(p, name string) (finding.Finding, bool) {
	at := finding.Place{Path: p}
	bad := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-')
	}
	const remedy = "rename it with the letters a to z, digits, dots, hyphens and underscores"
	switch {
	case strings.ContainsFunc(name, bad):
		return fault(at, "path-character", "this name has a character that not every file system keeps", remedy), true
	case name[0] == '-':
		return fault(at, "path-character", "this name begins with a hyphen, so programs take it for an option", remedy), true
	case strings.HasSuffix(name, "."):
		return fault(at, "path-windows", "this name ends in a dot, which Windows drops", "rename it without the dot"), true
	case isDevice(name):
		return fault(at, "path-windows", "this is the name of a device on Windows, so the file cannot be kept there", "give it another name"), true
	case len(p) > maxPath:
		at.Path = p[:maxPath]
		return fault(at, "path-length", fmt.Sprintf("the path that begins like this has %d bytes; at most %d are allowed", len(p), maxPath), "shorten the names"), true
	}
	return finding.Finding{}, false
}

// isDevice knows the names that Windows keeps for devices, with any ending.
func isDevice(name string) bool {
	stem, _, _ := strings.Cut(name, ".")
	if len(stem) != 3 && len(stem) != 4 {
		return false
	}
	stem = strings.ToUpper(stem)
	switch stem {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) && stem[3] >= '0' && stem[3] <= '9'
}
