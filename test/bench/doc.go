// Command bench measures muniment beside the tools that people would chain today, on the same data and the same machine, and
// writes what it found into docs/performance.md. "make bench" builds everything that it needs and runs it.
//
// Every figure is that of whole processes. Each row is run in turn with its peer, as many times as there are pairs, and the median
// of the ratios counts: a machine may be slow today, but it is so for both. Nothing is deleted before a timed run, every run that
// writes gets a folder of its own, and what is read was read once before anything is timed.
//
// It also is, under other first arguments, the processes that it starts: see main.
package main
