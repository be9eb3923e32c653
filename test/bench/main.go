//go:build unix

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"

	"example.org/muniment/internal/calendar"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// inner are the processes that the bench starts of itself.
var inner = map[string]func(ctx context.Context, args []string, in io.Reader, out io.Writer) error{
	"measure": measure,
	"history": history,
	"judge":   judge,
	"render":  render,
}

func run(ctx context.Context, args []string, in io.Reader, out, talk io.Writer) error {
	if len(args) > 0 {
		if do := inner[args[0]]; do != nil {
			return do(ctx, args[1:], in, out)
		}
	}
	b, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	b.out, b.talk = out, talk
	return b.run(ctx)
}

// bench is one run of everything.
type bench struct {
	tools
	sizes   []int // workloads
	pairs   int
	growth  bool     // only our own cold builds, to see how they grow
	scratch string   // where everything is made
	sites   string   // where portals and sites are written, when that is another place
	made    []string // folders with output, to be removed at the end
	write   string   // the page that gets the tables; none when empty
	out     io.Writer
	talk    io.Writer
}

// tools are the programs that are measured.
type tools struct {
	muniment, cue, hugo string // cue and hugo may be empty: then their rows are left out
	git                 string
	schemas             string // the folder of the schemas, for cue
}

// day is the day judged: the last one of the made-up histories.
var day = calendar.Of(2026, 11, 20)

func parse(args []string) (*bench, error) {
	b := new(bench)
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := f.String("sizes", "1000,10000", "how many `workloads`, each with five commits")
	f.IntVar(&b.pairs, "pairs", 3, fmt.Sprintf("how `often` every row is run beside its peer; history at least %d times", historyPairs))
	f.BoolVar(&b.growth, "growth", false, "only build every size cold, once or as often as -pairs says, to see how time and memory grow")
	f.StringVar(&b.scratch, "scratch", "", "make everything in this `folder` and leave it there; samples that are there are used again")
	f.StringVar(&b.sites, "out", "", "write portals and sites in this `folder`, on a file system in memory: each is removed once it was looked at")
	f.StringVar(&b.write, "write", "", "write the tables into this `page`, between its marks")
	f.StringVar(&b.muniment, "muniment", "bin/muniment", "the `program` itself")
	f.StringVar(&b.cue, "cue", "bin/cue", "the cue `program`; empty to leave its rows out")
	f.StringVar(&b.hugo, "hugo", "bin/hugo", "the Hugo `program`; empty to leave its rows out")
	f.StringVar(&b.git, "git", "git", "the git `program`")
	f.StringVar(&b.schemas, "schemas", "schemas", "the `folder` of the schemas")
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	if f.NArg() > 0 {
		return nil, fmt.Errorf("there is too much: %s", strings.Join(f.Args(), " "))
	}
	if b.pairs < 1 {
		return nil, errors.New("-pairs: at least one pair makes a figure")
	}
	for _, text := range strings.Split(*sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return nil, fmt.Errorf("-sizes: %q is no number of workloads", text)
		}
		b.sizes = append(b.sizes, n)
	}
	return b, b.absolute()
}

// absolute makes every path independent of the folder that a process runs in.
func (b *bench) absolute() (err error) {
	for _, p := range []*string{&b.muniment, &b.cue, &b.hugo, &b.schemas, &b.scratch, &b.sites, &b.write} {
		if *p == "" {
			continue
		}
		if *p, err = filepath.Abs(*p); err != nil {
			return err
		}
	}
	for _, p := range []string{b.muniment, b.cue, b.hugo, b.schemas} {
		if p == "" {
			continue
		}
		if _, err := os.Stat(p); err != nil {
			return fmt.Errorf("%w (make bench builds what is needed)", err)
		}
	}
	return nil
}

// say tells the person who waits how far the bench is.
func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.talk, "bench: "+format+"\n", args...) }

func (b *bench) run(ctx context.Context) (err error) {
	if b.scratch != "" {
		err = os.MkdirAll(b.scratch, 0o755)
	} else {
		b.scratch, err = os.MkdirTemp("", "muniment-bench-")
		b.made = append(b.made, b.scratch)
	}
	if err != nil {
		return err
	}
	// Only when everything is over: a file system is slow just after much was deleted.
	defer func() {
		for _, folder := range b.made {
			err = errors.Join(err, os.RemoveAll(folder))
		}
	}()
	machine, err := b.machine(ctx)
	if err != nil {
		return err
	}
	var results []*result
	for _, n := range b.sizes {
		r, err := b.size(ctx, n)
		if err != nil {
			return fmt.Errorf("%d workloads: %w", n, err)
		}
		results = append(results, r)
	}
	mark, text := "rows", rowsTable(machine, results)
	if b.growth {
		mark, text = "growth", growthTable(machine, results)
	}
	if _, err := io.WriteString(b.out, text); err != nil || b.write == "" {
		return err
	}
	return writeBetween(b.write, mark, text)
}
