package register

import (
	"cmp"
	"slices"
	"strconv"

	"example.org/muniment/internal/finding"
)

// checkCycles reports workloads that need one another in a circle, each circle once. It follows Tarjan's algorithm for
// strongly connected components: every workload and every dependency is looked at once.
func (j *joiner) checkCycles() {
	c := &components{number: make(map[*Workload]int), low: make(map[*Workload]int), open: make(map[*Workload]bool)}
	for _, w := range inOrder(j.workloads) {
		if c.number[w] == 0 {
			c.visit(w)
		}
	}
	for _, circle := range c.found {
		slices.SortFunc(circle, func(a, b *Workload) int { return cmp.Compare(a.ID, b.ID) })
		var places []finding.Place
		for _, w := range circle {
			places = append(places, dependency(w, circle))
		}
		j.fault(places[0], "dependency-cycle", strconv.Itoa(len(circle))+" workloads need one another in a circle",
			"name only what a workload needs in order to work, not what needs it", firstOf(places[1:])...)
	}
}

// dependency gives the place where a workload names another of the same circle.
func dependency(w *Workload, circle []*Workload) finding.Place {
	for i, id := range w.Facts.DependsOn {
		_, in := slices.BinarySearchFunc(circle, id, func(w *Workload, id string) int { return cmp.Compare(w.ID, id) })
		if in && id != w.ID {
			return w.Record.At("dependsOn." + strconv.Itoa(i))
		}
	}
	return w.Record.At("dependsOn")
}

// components finds groups of workloads that can all reach one another.
type components struct {
	number, low map[*Workload]int // order of the first visit, and the earliest workload reached; from 1
	open        map[*Workload]bool
	stack       []*Workload
	found       [][]*Workload // groups of two and more
}

func (c *components) visit(w *Workload) {
	n := len(c.number) + 1
	c.number[w], c.low[w], c.open[w] = n, n, true
	c.stack = append(c.stack, w)
	for _, other := range w.DependsOn {
		if c.number[other] == 0 {
			c.visit(other)
			c.low[w] = min(c.low[w], c.low[other])
		} else if c.open[other] {
			c.low[w] = min(c.low[w], c.number[other])
		}
	}
	if c.low[w] != n {
		return
	}
	start := len(c.stack) - 1
	for c.stack[start] != w {
		start--
	}
	group := slices.Clone(c.stack[start:])
	c.stack = c.stack[:start]
	for _, member := range group {
		c.open[member] = false
	}
	if len(group) > 1 {
		c.found = append(c.found, group)
	}
}
