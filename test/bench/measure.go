//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// cost is what a process, or several one after another, took.
type cost struct {
	Wall time.Duration `json:"wall"`
	CPU  time.Duration `json:"cpu"`  // user and system
	Peak int64         `json:"peak"` // bytes resident, of the largest process
}

func (c cost) plus(d cost) cost { return cost{c.Wall + d.Wall, c.CPU + d.CPU, max(c.Peak, d.Peak)} }

// command is a process to be measured.
type command struct {
	dir  string
	env  []string // the whole of it, beside PATH
	args []string
	also int // an exit status, beside 0, that means success
}

// measured runs a process and gives its output. It is started by a small process between, since a child begins its life with the
// peak memory of its parent. What earlier runs left to be written to disk is written first.
func measured(ctx context.Context, c command) ([]byte, cost, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, cost{}, err
	}
	report, write, err := os.Pipe()
	if err != nil {
		return nil, cost{}, err
	}
	defer report.Close()
	syscall.Sync()
	var out pieces
	var trouble bytes.Buffer
	cmd := exec.CommandContext(ctx, self, append([]string{"measure"}, c.args...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = c.dir, &out, &trouble, []*os.File{write}
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), innerName + "=1"}, c.env...)
	err = cmd.Start()
	write.Close()
	if err != nil {
		return nil, cost{}, err
	}
	var spent cost
	decoded := json.NewDecoder(report).Decode(&spent)
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == c.also && c.also != 0 {
		err = nil
	}
	if err == nil {
		err = decoded
	}
	if err != nil {
		return nil, cost{}, fmt.Errorf("%s: %w\n%s%s", c.args, err, tail(out.bytes()), tail(trouble.Bytes()))
	}
	return out.bytes(), spent, nil
}

// pieces takes what a process writes. Nothing that it took is copied a second time while more is to come, since the process would wait.
type pieces [][]byte

func (p *pieces) Write(b []byte) (int, error) {
	const size = 1 << 20
	if n := len(*p); n == 0 || len((*p)[n-1])+len(b) > size {
		*p = append(*p, make([]byte, 0, max(size, len(b))))
	}
	last := &(*p)[len(*p)-1]
	*last = append(*last, b...)
	return len(b), nil
}

func (p pieces) bytes() []byte { return slices.Concat(p...) }

// innerName is set for the processes that the bench starts of itself, so that a test can be one.
const innerName = "MUNIMENT_BENCH_INNER"

func tail(b []byte) []byte { return b[max(0, len(b)-2000):] }

// measure runs the command that its arguments are, tells the third file what that took, and ends as the command did.
func measure(ctx context.Context, args []string, in io.Reader, _ io.Writer) error {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, os.Stdout, os.Stderr
	begin := time.Now()
	err := cmd.Run()
	wall := time.Since(begin)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return errors.New("the system does not say what a process used")
	}
	spent := cost{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peak(usage)}
	if err := json.NewEncoder(os.NewFile(3, "report")).Encode(spent); err != nil {
		return err
	}
	if exit != nil {
		os.Exit(exit.ExitCode())
	}
	return nil
}

// peak gives the peak memory in bytes; most systems count it in KiB.
func peak(u *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10
}
