package gitrepo

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/config"
)

// What people are told to do. Each is one line that can be typed or acted on.
const (
	remedyShallow   = "run `git fetch --unshallow`; in CI check out with fetch-depth: 0"
	remedyPartial   = "clone again without --filter; in CI check out without a filter"
	remedyReplace   = "list them with `git replace --list`, remove them with `git replace --delete`, or use a fresh clone"
	remedyGrafts    = "remove the file info/grafts from the git folder, or use a fresh clone"
	remedyAlternate = "make the borrowed object folder reachable, or clone again without --shared and --reference"
	remedyMissing   = "clone again from a complete copy; `git fsck` lists what is missing"
	remedyDamaged   = "clone again from a sound copy; `git fsck` lists what is damaged"
	remedyMalformed = "restore the branch from a copy that passes `git fsck --strict`"
	remedyFormat    = "use a clone with SHA-1 object ids and refs kept as files: `git clone --ref-format=files`"
	remedyPackIndex = "repack with `git repack -ad`, or use a fresh clone"
)

// checkHealth refuses every repository whose answers about history could differ from those of a complete clone.
// It returns the further object folders that the repository borrows from.
func checkHealth(p place) (alternates []string, err error) {
	checks := []func(place) error{checkConfig, checkShallow, checkPromisorPacks, checkReplaced, checkGrafts}
	for _, check := range checks {
		if err := check(p); err != nil {
			return nil, err
		}
	}
	return borrowed(p.objects())
}

// checkConfig refuses repository formats that cannot be read and partial clones.
func checkConfig(p place) error {
	for _, file := range []string{filepath.Join(p.common, "config"), filepath.Join(p.own, "config.worktree")} {
		f, err := os.Open(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		c := config.New()
		err = config.NewDecoder(f).Decode(c)
		f.Close()
		if err != nil {
			return &Untrusted{Reason: "git's configuration file cannot be read", Remedy: remedyDamaged, Err: err}
		}
		if err := checkSettings(c); err != nil {
			return err
		}
	}
	return nil
}

func checkSettings(c *config.Config) error {
	format := 0
	if v := c.Section("core").Option("repositoryformatversion"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > 1 {
			return &Untrusted{Reason: "unknown repository format", Remedy: remedyFormat, Err: err}
		}
		format = n
	}
	for _, o := range c.Section("extensions").Options {
		if err := checkExtension(strings.ToLower(o.Key), o.Value, format); err != nil {
			return err
		}
	}
	for _, remote := range c.Section("remote").Subsections {
		promises := slices.ContainsFunc(remote.OptionAll("promisor"), isTrue)
		if promises || remote.HasOption("partialclonefilter") {
			return partialClone()
		}
	}
	return nil
}

// checkExtension knows the repository extensions of git. An unknown one means a layout that could be misread;
// git ignores those when the format version is 0, and so does this.
func checkExtension(key, value string, format int) error {
	ok := false
	switch key {
	case "noop", "noop-v1", "preciousobjects", "worktreeconfig", "relativeworktrees":
		ok = true
	case "partialclone":
		return partialClone()
	case "objectformat":
		ok = strings.EqualFold(value, "sha1")
	case "refstorage":
		ok = strings.EqualFold(value, "files")
	default:
		ok = format == 0
	}
	if ok {
		return nil
	}
	return &Untrusted{Reason: fmt.Sprintf("the repository format extension %s=%q is not supported", key, value), Remedy: remedyFormat}
}

// isTrue reads a configuration switch as git does; a key without a value is on.
func isTrue(v string) bool {
	return !slices.Contains([]string{"false", "no", "off", "0"}, strings.ToLower(v))
}

func partialClone() error {
	return &Untrusted{Reason: "this is a partial clone, which leaves objects out", Remedy: remedyPartial}
}

func checkShallow(p place) error {
	has, err := hasContent(filepath.Join(p.common, "shallow"))
	if err == nil && has {
		err = &Untrusted{Reason: "this is a shallow clone, which leaves history out", Remedy: remedyShallow}
	}
	return err
}

// checkPromisorPacks finds partial clones even where the configuration that says so was removed or is included from elsewhere.
func checkPromisorPacks(p place) error {
	entries, err := os.ReadDir(filepath.Join(p.objects(), "pack"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".promisor") {
			return partialClone()
		}
	}
	return nil
}

// checkReplaced refuses replace refs: with them git shows other content under an unchanged id.
func checkReplaced(p place) error {
	const space = "refs/replace/"
	replaced := &Untrusted{Reason: "objects are replaced under refs/replace", Remedy: remedyReplace}
	err := filepath.WalkDir(filepath.Join(p.common, filepath.FromSlash(space)), func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && !d.IsDir() {
			err = replaced
		}
		return err
	})
	if err != nil {
		return err
	}
	packed, err := os.ReadFile(filepath.Join(p.common, "packed-refs"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if strings.Contains(string(packed), " "+space) {
		return replaced
	}
	return nil
}

func checkGrafts(p place) error {
	has, err := hasContent(filepath.Join(p.common, "info", "grafts"))
	if err == nil && has {
		err = &Untrusted{Reason: "parents of commits are replaced by info/grafts", Remedy: remedyGrafts}
	}
	return err
}

// borrowed follows objects/info/alternates to every further object folder, nearest first.
func borrowed(objects string) ([]string, error) {
	const deepest = 5 // as in git
	var all []string
	level := []string{objects}
	for range deepest {
		var next []string
		for _, dir := range level {
			named, err := alternatesOf(dir)
			if err != nil {
				return nil, err
			}
			for _, n := range named {
				if n != objects && !slices.Contains(all, n) {
					all, next = append(all, n), append(next, n)
				}
			}
		}
		level = next
	}
	if len(level) > 0 {
		return nil, &Untrusted{Reason: "borrowed object folders are nested too deeply", Remedy: remedyAlternate}
	}
	return all, nil
}

func alternatesOf(objects string) ([]string, error) {
	lines, err := contentLines(filepath.Join(objects, "info", "alternates"))
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, line := range lines {
		dir := within(objects, line)
		info, err := os.Stat(dir)
		// The store can only be opened through a folder called objects, which is what git always writes.
		if err != nil || !info.IsDir() || filepath.Base(dir) != "objects" {
			return nil, &Untrusted{Reason: fmt.Sprintf("objects are borrowed from %q, which cannot be read", line), Remedy: remedyAlternate, Err: err}
		}
		dirs = append(dirs, dir)
	}
	return dirs, nil
}

func hasContent(file string) (bool, error) {
	lines, err := contentLines(file)
	return len(lines) > 0, err
}

// contentLines reads the lines of a file that are neither blank nor comments; a missing file has none.
func contentLines(file string) ([]string, error) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &Untrusted{Reason: fmt.Sprintf("%s is not a regular file", file), Remedy: remedyDamaged}
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var lines []string
	for s := bufio.NewScanner(f); ; {
		if !s.Scan() {
			return lines, s.Err()
		}
		if line := strings.TrimRight(s.Text(), "\r"); line != "" && line[0] != '#' {
			lines = append(lines, line)
		}
	}
}
