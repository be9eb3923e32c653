// Package gittest builds git histories from text, for tests. The same text gives the same commit ids on every run and
// every machine. No git program is needed.
//
// A history is a txtar archive whose file names are read in order:
//
//	-- commit 2024-01-15T09:30:00Z IG lead: Add the imaging workload --
//	-- evidence/workload.yaml --
//	id: imaging
//	-- delete evidence/old.yaml --
//	-- mode 120000 evidence/link --
//	workload.yaml
//	-- tag v1 --
//	-- branch trial --
//	-- commit 2024-02-01T10:00:00Z SRO: Try another region --
//	-- evidence/workload.yaml --
//	id: imaging, elsewhere
//	-- branch main --
//	-- merge trial 2024-02-03T12:00:00Z SIRO: Merge the trial --
//
// The lines mean:
//
//   - commit TIME WHO: SUBJECT begins a commit with the files after it; text below the line is the rest of its message.
//     TIME is RFC 3339 and both the author's and the committer's date. WHO is a role title, which also gives the address.
//   - PATH writes a file and keeps the mode it had; mode MODE PATH writes one with a mode in octal: 100755 to be
//     executable, 120000 for a symbolic link whose text is the target, 160000 for a submodule whose text is a commit id.
//   - delete PATH takes away a file, or everything below a folder.
//   - branch NAME goes on with a branch, which begins at the last commit the first time it is named. The first is main.
//   - merge BRANCH[,BRANCH…] TIME WHO: SUBJECT begins a merge. It starts from the tree of the branch it is on, with every file
//     that the other branches changed since they began or were last merged here; files after it say what else it changes.
//   - tag NAME names the last commit.
//
// Text before the first line is a description. In an archive within another archive every line may begin with ">".
package gittest

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// Replay writes the history told by the archive file into a new repository at dir, and the last state of main
// into its working tree.
func Replay(archive, dir string) error {
	b, err := os.ReadFile(archive)
	if err != nil {
		return err
	}
	text := string(b)
	if strings.HasPrefix(text, ">") {
		text = strings.ReplaceAll(text[1:], "\n>", "\n")
	}
	if err := ReplayArchive(txtar.Parse([]byte(text)), dir); err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	return nil
}

// ReplayArchive is [Replay] for an archive in memory.
func ReplayArchive(a *txtar.Archive, dir string) error {
	w, err := newWriter(dir)
	if err != nil {
		return err
	}
	for _, f := range a.Files {
		if err := w.line(f.Name, f.Data); err != nil {
			return fmt.Errorf("-- %s --: %w", f.Name, err)
		}
	}
	if err := w.finish(); err != nil {
		return fmt.Errorf("replay history: %w", err)
	}
	return nil
}

// line acts on one name of the archive.
func (w *writer) line(name string, data []byte) error {
	word, rest, _ := strings.Cut(name, " ")
	switch word {
	case "commit":
		return w.begin(nil, rest, data)
	case "merge":
		others, rest, _ := strings.Cut(rest, " ")
		return w.begin(strings.Split(others, ","), rest, data)
	case "branch":
		return w.branch(rest)
	case "tag":
		return w.tag(rest)
	case "delete":
		return w.delete(rest)
	case "mode":
		octal, path, _ := strings.Cut(rest, " ")
		mode, err := strconv.ParseUint(octal, 8, 32)
		if err != nil {
			return err
		}
		return w.write(path, uint32(mode), data)
	}
	return w.write(name, 0, data)
}

// caption reads `TIME WHO: SUBJECT`.
func caption(s string) (when time.Time, who, subject string, err error) {
	stamp, rest, _ := strings.Cut(s, " ")
	if when, err = time.Parse(time.RFC3339, stamp); err != nil {
		return when, "", "", err
	}
	who, subject, ok := strings.Cut(rest, ": ")
	if !ok || who == "" || subject == "" {
		return when, "", "", errors.New("want TIME WHO: SUBJECT")
	}
	return when, who, subject, nil
}
