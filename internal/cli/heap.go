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
	heapRoom   = 640 << 20 // bytes
	leastSlack = 50        // percent
	mostSlack  = 400
)

// heap decides after every collection how far the heap may grow until the next one. A collection costs what is alive, so a small heap
// is collected seldom and a large one when it is full.
type heap struct {
	least, most atomic.Int64 // percent by which it may grow, however large or small it is; 0 for leastSlack and mostSlack
}

// collected is nothing but noticed when it is collected.
type collected struct{ _ [16]byte }

// govern begins.
func (h *heap) govern() {
	h.decide()
	h.await()
}

// await has the next collection decide, and has it await the one after.
func (h *heap) await() {
	runtime.SetFinalizer(new(collected), func(*collected) {
		h.decide()
		h.await()
	})
}

func (h *heap) decide() {
	debug.SetGCPercent(slack(alive(), int(cmp.Or(h.least.Load(), leastSlack)), int(cmp.Or(h.most.Load(), mostSlack))))
}

// spare gives back to the system what the heap does not need, and lets it grow by so many percent at the most, until what it gives is
// called: for work that keeps most of what it makes, and would find no place for it among the remains of what was there before.
func (h *heap) spare(percent int) (done func()) {
	debug.FreeOSMemory()
	return h.meanwhile(&h.most, percent)
}

// ease lets the heap grow by so many percent at the least, until what it gives is called: for long work that keeps little, where
// collections of a large heap are most of the time.
func (h *heap) ease(percent int) (done func()) { return h.meanwhile(&h.least, percent) }

func (h *heap) meanwhile(bound *atomic.Int64, percent int) (done func()) {
	bound.Store(int64(percent))
	h.decide()
	return func() {
		bound.Store(0)
		h.decide()
	}
}

// slack gives by how many percent a heap of which so many bytes are alive may grow, between two bounds.
func slack(alive uint64, least, most int) int {
	if alive >= heapRoom {
		return min(least, most)
	}
	return min(max(int((heapRoom-alive)*100/max(alive, 1)), least), most)
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
