//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"example.org/muniment/internal/record"
)

// sample is the data of one size.
type sample struct {
	workloads int
	repo      string   // bare
	checkout  string   // of its first state
	states    []string // commits: the history as it was made, and then each with one record changed
	facts     facts
}

// facts say how large a sample is.
type facts struct {
	Commits   int // on the mainline
	Merged    int
	Files     int // below evidence/, in the last state
	Records   int // of them in YAML
	Prose     int // of them in Markdown
	PackBytes int64
}

// outside is the environment of every process: no settings of whoever runs the bench, the clock of the world.
func (b *bench) outside() []string {
	return []string{"HOME=" + filepath.Join(b.scratch, "home"), "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "LC_ALL=C", "TZ=UTC"}
}

// plain runs a process that is not measured and gives its output.
func (b *bench) plain(ctx context.Context, dir string, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = dir, append(append(b.outside(), "PATH="+os.Getenv("PATH")), env...)
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, tail(trouble.Bytes()))
	}
	return strings.TrimSpace(string(out)), nil
}

// sample makes the data, or takes what an earlier run made.
func (b *bench) sample(ctx context.Context, workloads int, changed int) (*sample, error) {
	s := &sample{workloads: workloads, repo: filepath.Join(b.scratch, fmt.Sprintf("%d.git", workloads)), checkout: filepath.Join(b.scratch, fmt.Sprintf("%d.files", workloads))}
	if err := os.MkdirAll(filepath.Join(b.scratch, "home"), 0o755); err != nil {
		return nil, err
	}
	described := filepath.Join(b.scratch, fmt.Sprintf("%d.json", workloads))
	if text, err := os.ReadFile(described); err == nil {
		err = json.Unmarshal(text, &s.facts)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", described, err)
		}
	} else if err := b.makeSample(ctx, s, described); err != nil {
		return nil, err
	}
	return s, b.changeRecords(ctx, s, changed)
}

func (b *bench) makeSample(ctx context.Context, s *sample, described string) error {
	commits := 5 * s.workloads
	if s.workloads < 500 {
		commits += 500 // a small register needs some to be made at all
	}
	b.say("making %d workloads with %d commits", s.workloads, commits)
	said, err := b.plain(ctx, b.scratch, nil, b.muniment, "demo", s.repo, "--bare", "--json", "--workloads", strconv.Itoa(s.workloads),
		"--commits", strconv.Itoa(commits), "--until", day.AddDays(-1).String())
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(said), &s.facts); err != nil {
		return err
	}
	if _, err := b.plain(ctx, b.scratch, nil, b.git, "clone", "--quiet", s.repo, s.checkout); err != nil {
		return err
	}
	err = filepath.WalkDir(filepath.Join(s.checkout, record.Root), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		s.facts.Files++
		switch filepath.Ext(path) {
		case ".yaml":
			s.facts.Records++
		case ".md":
			s.facts.Prose++
		}
		return nil
	})
	if err != nil {
		return err
	}
	packs, err := filepath.Glob(filepath.Join(s.repo, "objects", "pack", "*.pack"))
	if err != nil || len(packs) != 1 {
		return fmt.Errorf("%d packs in %s: %w", len(packs), s.repo, err)
	}
	info, err := os.Stat(packs[0])
	if err != nil {
		return err
	}
	s.facts.PackBytes = info.Size()
	text, err := json.Marshal(s.facts)
	if err != nil {
		return err
	}
	return os.WriteFile(described, text, 0o644)
}

// branch is the branch that is judged.
const branch = "refs/heads/main"

// changeRecords adds states, each one commit after the one before, with one record changed: the summary of a workload. The
// branch is left at the first.
func (b *bench) changeRecords(ctx context.Context, s *sample, n int) error {
	git := func(env []string, args ...string) (string, error) {
		return b.plain(ctx, s.repo, env, append([]string{b.git}, args...)...)
	}
	head, err := git(nil, "rev-parse", branch)
	if err != nil {
		return err
	}
	s.states = []string{head}
	if n == 0 {
		return nil
	}
	last, err := git(nil, "log", "-1", "--format=%ct", head)
	if err != nil {
		return err
	}
	at, err := strconv.ParseInt(last, 10, 64)
	if err != nil {
		return err
	}
	at += 24 * 60 * 60 // the history ends on the day before the one that is judged
	paths, err := filepath.Glob(filepath.Join(s.checkout, record.Root, "organisations", "*", "workloads", "*", "workload.yaml"))
	if err != nil {
		return err
	}
	index := []string{"GIT_INDEX_FILE=" + filepath.Join(s.repo, "bench-index")}
	if _, err := git(index, "read-tree", head); err != nil {
		return err
	}
	// Far apart from each other, so that they belong to many organisations.
	step := max(1, len(paths)/(n+1))
	for i := step; i < len(paths) && len(s.states) <= n; i += step {
		text, ok, err := amended(paths[i])
		if err != nil {
			return err
		}
		if !ok {
			i -= step - 1 // the next one will do
			continue
		}
		file := filepath.Join(b.scratch, "changed.yaml")
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
		blob, err := git(nil, "hash-object", "-w", file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(s.checkout, paths[i])
		if err != nil {
			return err
		}
		if _, err := git(index, "update-index", "--cacheinfo", "100644,"+blob+","+filepath.ToSlash(name)); err != nil {
			return err
		}
		tree, err := git(index, "write-tree")
		if err != nil {
			return err
		}
		at += 60
		who := []string{fmt.Sprintf("GIT_AUTHOR_DATE=%d +0000", at), fmt.Sprintf("GIT_COMMITTER_DATE=%d +0000", at)}
		for _, as := range []string{"AUTHOR", "COMMITTER"} {
			who = append(who, "GIT_"+as+"_NAME=Register keeper", "GIT_"+as+"_EMAIL=register@example.org")
		}
		commit, err := git(who, "commit-tree", tree, "-p", s.states[len(s.states)-1], "-m", "Amend a summary")
		if err != nil {
			return err
		}
		s.states = append(s.states, commit)
	}
	if len(s.states) != n+1 {
		return fmt.Errorf("%d records could be changed, %d are wanted", len(s.states)-1, n)
	}
	return nil
}

// show makes a state the one that is judged.
func (b *bench) show(ctx context.Context, s *sample, state int) error {
	_, err := b.plain(ctx, s.repo, nil, b.git, "update-ref", branch, s.states[state])
	return err
}

// amended gives a record of a workload with a longer summary. It is false for a summary that is written in another way.
func amended(path string) ([]byte, bool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, false, err
	}
	for _, before := range []string{"\nsummary: >-\n  ", "\nsummary: "} {
		if at := bytes.Index(text, []byte(before)); at >= 0 {
			at += len(before)
			if strings.IndexByte(`"'|>&*!`, text[at]) >= 0 {
				return nil, false, nil
			}
			return bytes.Join([][]byte{text[:at], text[at:]}, []byte("Reworded. ")), true, nil
		}
	}
	return nil, false, nil
}

// warm reads all files in folders once, so that nothing that is timed reads them first.
func warm(folders ...string) error {
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			f, err := os.Open(path)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, f)
			return errors.Join(err, f.Close())
		})
		if err != nil {
			return err
		}
	}
	return nil
}
