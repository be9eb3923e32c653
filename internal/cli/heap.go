package cli

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// The room that the heap takes before memory is spared at the price of time, and by how much of what is alive it then still grows
// between two collections: docs/decisions/0025-memory.md.
const (
	heapRoom   = 688 << 20 // bytes
	leastSlack = 45        // percent
	mostSlack  = 400
)

// heap decides after every collection how far the heap may grow until the next one. A collection costs what is alive, so a small heap
// is collected seldom and a large one when it is full.
type heap struct {
	sparing atomic.Bool
	least   atomic.Int64 // percent by which it may grow, however large it is; 0 for leastSlack
}

// collected is nothing but noticed when it is collected.
type collected struct{ _ [16]byte }

// govern begins.
func (h *heap) govern() {
	debug.SetGCPercent(mostSlack)
	h.await()
}

// await has the next collection decide, and has it await the one after.
func (h *heap) await() {
	runtime.SetFinalizer(new(collected), func(*collected) {
		if !h.sparing.Load() {
			debug.SetGCPercent(slack(alive(), h.atLeast()))
		}
		h.await()
	})
}

// spare lets the heap grow by so many percent alone, until what it gives is called: for work that keeps most of what it makes.
func (h *heap) spare(percent int) (done func()) {
	h.sparing.Store(true)
	before := debug.SetGCPercent(percent)
	return func() {
		debug.SetGCPercent(before)
		h.sparing.Store(false)
	}
}

// ease lets the heap grow by so many percent at the least, until what it gives is called: for long work that keeps little, where
// collections of a large heap are most of the time.
func (h *heap) ease(percent int) (done func()) {
	h.least.Store(int64(percent))
	return func() { h.least.Store(0) }
}

func (h *heap) atLeast() int { return int(cmp.Or(h.least.Load(), leastSlack)) }

// slack gives by how many percent a heap of which so many bytes are alive may grow.
func slack(alive uint64, least int) int {
	if alive >= heapRoom {
		return least
	}
	return min(max(int((heapRoom-alive)*100/max(alive, 1)), least), mostSlack)
}

// alive tells how many bytes the last collection left.
func alive() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return heapRoom
	}
	return sample[0].Value.Uint64()
}
