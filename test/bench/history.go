//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"time"

	"example.org/muniment/internal/gitrepo"
)

// sum is a checksum of a history that does not depend on the order of commits: for each one its id, author, date and subject,
// and every file that it changed, with modes and ids before and after.
type sum struct {
	total          uint64
	commits, files int
	text           []byte
}

func (s *sum) commit(id, author string, when int64, subject string) {
	s.commits++
	s.text = append(append(append(s.text[:0], id...), 0), author...)
	s.text = append(strconv.AppendInt(append(s.text, 0), when, 10), 0)
	s.text = append(s.text, subject...)
	s.add()
}

func (s *sum) file(id string, oldMode, newMode uint32, before, after, path string) {
	s.files++
	s.text = append(append(s.text[:0], id...), 0)
	s.text = strconv.AppendUint(append(s.text, 0), uint64(oldMode), 8)
	s.text = strconv.AppendUint(append(s.text, 0), uint64(newMode), 8)
	for _, part := range []string{before, after, path} {
		s.text = append(append(s.text, 0), part...)
	}
	s.add()
}

func (s *sum) add() {
	h := fnv.New64a()
	h.Write(s.text) // a hash never fails to write
	s.total += h.Sum64()
}

func (s *sum) String() string {
	return fmt.Sprintf("%d commits, %d changes, checksum %016x", s.commits, s.files, s.total)
}

// history is the pass over history that every build begins with, alone: the mainline of HEAD with the changes of each commit
// below a folder. It prints the checksum.
func history(ctx context.Context, args []string, _ io.Reader, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("history: a repository and a folder in it are wanted")
	}
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		return err
	}
	repo, err := gitrepo.Open(args[0], zone)
	if err != nil {
		return err
	}
	defer repo.Close()
	head, err := repo.Head()
	if err != nil {
		return err
	}
	line, err := repo.Line(ctx, head)
	if err != nil {
		return err
	}
	var s sum
	err = repo.Changes(ctx, line, args[1], func(c gitrepo.Change) error {
		if len(c.Paths) == 0 && args[1] != "" {
			return nil // git leaves out what did not touch the folder
		}
		s.commit(c.Commit.ID, c.Commit.Author.Name, c.Commit.Committer.When.Unix(), c.Commit.Subject)
		for _, p := range c.Paths {
			s.file(c.Commit.ID, p.OldMode, p.NewMode, p.Old, p.New, p.Path)
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, s.String())
	return err
}

// gitLog asks git for the same.
var gitLog = []string{"log", "--first-parent", "-m", "--raw", "--no-renames", "--no-abbrev", "-z", "--format=%H%x00%an%x00%ct%x00%s"}

// sumOfLog makes the checksum of what gitLog printed, with paths relative to the folder.
func sumOfLog(log []byte, folder string) (*sum, error) {
	s := new(sum)
	next := func() (part []byte) {
		part, log, _ = bytes.Cut(log, []byte{0})
		return part
	}
	for len(log) > 0 {
		id, author, at, subject := string(next()), string(next()), string(next()), string(next())
		when, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("git log: commit %q: %w", id, err)
		}
		s.commit(id, author, when, subject)
		for len(log) > 0 && (log[0] == ':' || log[0] == '\n') {
			change, path := bytes.Fields(next()), next()
			if len(change) != 5 {
				return nil, fmt.Errorf("git log: commit %s: a change has %d parts", id, len(change))
			}
			before, err := strconv.ParseUint(string(change[0][1:]), 8, 32)
			if err != nil {
				return nil, err
			}
			after, err := strconv.ParseUint(string(change[1]), 8, 32)
			if err != nil {
				return nil, err
			}
			s.file(id, uint32(before), uint32(after), blob(change[2]), blob(change[3]), string(bytes.TrimPrefix(path, []byte(folder))))
		}
	}
	return s, nil
}

// blob is an id as muniment has it: none where there is no file.
func blob(id []byte) string {
	if len(bytes.Trim(id, "0")) == 0 {
		return ""
	}
	return string(id)
}
