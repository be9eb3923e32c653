//go:build unix

package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
)

// ratio is the median of the ratios of the pairs, and their range.
func (s series) ratio(of func(cost) float64) (median, least, most float64, ok bool) {
	var all []float64
	for i := range s.ours {
		if of(s.peer[i]) == 0 {
			return 0, 0, 0, false
		}
		all = append(all, of(s.ours[i])/of(s.peer[i]))
	}
	if len(all) == 0 {
		return 0, 0, 0, false
	}
	slices.Sort(all)
	return middle(all), all[0], all[len(all)-1], true
}

// middle is the median of sorted values.
func middle(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// median is the median of one side of a series.
func median(costs []cost, of func(cost) float64) float64 {
	var all []float64
	for _, c := range costs {
		all = append(all, of(c))
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return middle(all)
}

func wall(c cost) float64     { return c.Wall.Seconds() }
func cpu(c cost) float64      { return c.CPU.Seconds() }
func resident(c cost) float64 { return float64(c.Peak) / (1 << 20) }

// line is a row of the table.
type line struct {
	name, peer string
	series     series
	of         func(cost) float64
	bar        string
}

// rowsTable words what every row took beside its peer.
func rowsTable(machine string, results []*result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Machine: %s.\n", machine)
	for _, r := range results {
		fmt.Fprintf(&b, "\n### %s workloads\n\n", thousands(r.workloads))
		b.WriteString(r.about())
		b.WriteString("\n| | muniment | peer | ratio | from pair to pair | bar |\n|---|---|---|---|---|---|\n")
		for _, l := range []line{
			{"history, wall", "`git log`", r.history, wall, "0.8"},
			{"history, CPU", "`git log`", r.history, cpu, ""},
			{"history of `evidence/`, wall", "`git log -- evidence`", r.below, wall, ""},
			{"check, CPU", "`cue vet`", r.check, cpu, "0.45"},
			{"check, wall", "`cue vet`", r.check, wall, ""},
			{"check, peak memory", "`cue vet`", r.check, resident, "200 MiB"},
			{"render, CPU", "Hugo", r.render, cpu, "0.18"},
			{"render, wall", "Hugo", r.render, wall, ""},
			{"render, CPU", "Hugo, pages alone", r.pages, cpu, ""},
			{"cold build, wall", "`cue vet`, `git log` and Hugo", r.cold, wall, "0.25"},
			{"cold build, CPU", "`cue vet`, `git log` and Hugo", r.cold, cpu, ""},
			{"cold build, peak memory", "the largest of the three", r.cold, resident, "1 GiB"},
			{"build after one change, wall", "own cold build", r.change, wall, "0.05"},
			{"build after one change, CPU", "own cold build", r.change, cpu, ""},
			{"nothing changed, wall", "own cold build", r.same, wall, "0.03"},
			{"nothing changed, CPU", "own cold build", r.same, cpu, ""},
		} {
			b.WriteString(l.String())
		}
	}
	return b.String()
}

func (l line) String() string {
	show := seconds
	if strings.Contains(l.name, "memory") {
		show = mebibytes
	}
	mid, least, most, ok := l.series.ratio(l.of)
	peer, ratio, spread := "not run", "", ""
	if ok {
		peer, ratio, spread = l.peer+", "+show(median(l.series.peer, l.of)), digits(mid), digits(least)+" to "+digits(most)
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |\n", l.name, show(median(l.series.ours, l.of)), peer, ratio, spread, l.bar)
}

// about says what the data of a size is.
func (r *result) about() string {
	f := r.facts
	return fmt.Sprintf("%s commits on the mainline and %s beside it in a pack of %.0f MiB; %s files below `evidence/` at the end, %.1f a workload: %s in YAML, %s in Markdown. "+
		"The histories agree: %s. `cue vet` ran %d times. The portal has %s files; its %s pages have %.0f MiB, those of workloads %.0f KiB each; "+
		"Hugo's site has %s files; its %s pages have %.0f MiB and %.0f KiB. The build that also fills the cache took %s of wall clock. Medians of %s, and of %s for history.\n",
		thousands(f.Commits), thousands(f.Merged), float64(f.PackBytes)/(1<<20), thousands(f.Files), float64(f.Files)/float64(r.workloads), thousands(f.Records), thousands(f.Prose),
		r.sum, r.batches, thousands(r.files), thousands(r.ours.Pages), float64(r.ours.Bytes)/(1<<20), float64(r.ours.Share)/1024/float64(r.workloads),
		thousands(r.hugo.Files), thousands(r.hugo.Pages), float64(r.hugo.Bytes)/(1<<20), float64(r.hugo.Share)/1024/float64(r.workloads), seconds(wall(r.fill)), pairs(len(r.cold.ours)), pairs(len(r.history.ours)))
}

func pairs(n int) string {
	if n == 1 {
		return "one pair"
	}
	return fmt.Sprintf("%d pairs", n)
}

// growthTable words how cold builds grow.
func growthTable(machine string, results []*result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Machine: %s. %s of each size.\n\n", machine, runs(len(results[0].cold.ours)))
	b.WriteString("| workloads | commits | files of the portal | wall | CPU | peak memory | wall for each workload | beside the size above |\n|---|---|---|---|---|---|---|---|\n")
	var before float64
	for _, r := range results {
		each := median(r.cold.ours, wall) / float64(r.workloads)
		grown := ""
		if before > 0 {
			grown = digits(each / before)
		}
		before = each
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %.1f ms | %s |\n", thousands(r.workloads), thousands(r.facts.Commits), thousands(r.files),
			seconds(median(r.cold.ours, wall)), seconds(median(r.cold.ours, cpu)), mebibytes(median(r.cold.ours, resident)), 1000*each, grown)
	}
	return b.String()
}

func runs(n int) string {
	if n == 1 {
		return "One cold build"
	}
	return fmt.Sprintf("Medians of %d cold builds", n)
}

func seconds(s float64) string {
	switch {
	case s >= 100:
		return fmt.Sprintf("%.0f s", s)
	case s >= 10:
		return fmt.Sprintf("%.1f s", s)
	}
	return fmt.Sprintf("%.2f s", s)
}

func mebibytes(m float64) string { return fmt.Sprintf("%.0f MiB", m) }

// digits gives a ratio as exactly as it deserves.
func digits(r float64) string {
	switch {
	case r >= 1:
		return fmt.Sprintf("%.2f", r)
	case r >= 0.01:
		return fmt.Sprintf("%.3f", r)
	}
	return fmt.Sprintf("%.4f", r)
}

// thousands groups digits: 12,345.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// writeBetween puts a text between two marks of a page.
func writeBetween(page, mark, text string) error {
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	begin, end := fmt.Appendf(nil, "<!-- %s: begin; make bench writes this -->\n", mark), fmt.Appendf(nil, "<!-- %s: end -->", mark)
	before, rest, ok := bytes.Cut(old, begin)
	_, after, found := bytes.Cut(rest, end)
	if !ok || !found {
		return fmt.Errorf("%s has no place for it: the lines %q and %q are wanted", page, begin, end)
	}
	return os.WriteFile(page, slices.Concat(before, begin, []byte("\n"+text+"\n"), end, after), 0o644)
}
