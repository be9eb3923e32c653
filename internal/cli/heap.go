package cli

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
)

// bounds say how far the heap may grow before memory is spared at the price of time: docs/decisions/0025-memory.md.
type bounds struct {
	room uint64 // bytes that it may take

	// By how many percent of what is alive it may grow between two collections: at the least, and at the most, however small it is.
	least, most int

	// When large bytes are alive or more it may grow into these, though by no more than largest percent. Such a heap is that of tens of
	// thousands of workloads, and collecting it is most of what still grows faster than they do. The system needs some 600 MiB beside it.
	huge uint64
}

const (
	sparedRoom    = 608 << 20  // bytes, of a heap that is spared, and where nothing can be measured
	worthShedding = 1536 << 20 // bytes
	beyond        = 75         // percent, of a heap that fills its room and is not large
	large         = 752 << 20  // bytes
	largest       = 150        // percent
)

var (
	asEver = bounds{448 << 20, 50, 150, 2560 << 20}
	eased  = bounds{752 << 20, 70, 400, 3200 << 20}
)

// heap decides after every collection how far the heap may grow until the next one. A collection costs what is alive, so a small heap
// is collected seldom and a large one when it is full.
type heap struct {
	bounds atomic.Pointer[bounds] // nil for asEver
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
	debug.SetGCPercent(cmp.Or(h.bounds.Load(), &asEver).slack(alive()))
}

// spare lets the heap grow by so many percent at the most, until what it gives is called: for work that keeps most of what it makes, and
// would find no place for it among the remains of what was there before. If these are large, what the heap does not need is given back to
// the system.
func (h *heap) spare(most int) (done func()) {
	giveBack(sparedRoom)
	return h.meanwhile(&bounds{sparedRoom, asEver.least, most, asEver.huge})
}

// ease lets the heap grow further, until what it gives is called: for long work that keeps little, where collections of a large heap are
// most of the time.
func (h *heap) ease() (done func()) { return h.meanwhile(&eased) }

// shed gives back to the system what the heap does not need. That takes time, and more when it is needed again, so it must be worth it.
func (h *heap) shed() { giveBack(worthShedding) }

// giveBack gives back to the system what the heap does not need, if it holds more than so many bytes.
func giveBack(over uint64) {
	if held() > over {
		debug.FreeOSMemory()
	}
}

func (h *heap) meanwhile(b *bounds) (done func()) {
	h.bounds.Store(b)
	h.decide()
	return func() {
		h.bounds.Store(nil)
		h.decide()
	}
}

// slack gives by how many percent a heap of which so many bytes are alive may grow.
func (b *bounds) slack(alive uint64) int {
	if alive >= max(b.room, large) {
		return min(max(percent(b.huge, alive), b.least), largest, b.most)
	}
	if alive >= b.room {
		return min(beyond, b.most)
	}
	return min(max(percent(b.room, alive), b.least), b.most)
}

// percent gives by how many percent of what is alive there is room beside it.
func percent(room, alive uint64) int {
	if alive >= room {
		return 0
	}
	return int((room - alive) * 100 / max(alive, 1))
}

// alive tells how many bytes the last collection left.
func alive() uint64 { return measured("/gc/heap/live:bytes") }

// held tells how many bytes the heap has of the system.
func held() uint64 {
	return measured("/memory/classes/heap/objects:bytes") + measured("/memory/classes/heap/unused:bytes") + measured("/memory/classes/heap/free:bytes")
}

// measured reads one of Go's metrics; much where there is none of that name.
func measured(name string) uint64 {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return sparedRoom
	}
	return sample[0].Value.Uint64()
}
