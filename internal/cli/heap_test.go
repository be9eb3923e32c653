package cli

import (
	"testing"
)

func TestTheHeapGrowsIntoItsRoomAndIsThenSpared(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	for _, c := range []struct {
		claim string
		alive uint64
		want  int
	}{
		{"an empty heap may grow fourfold", 0, mostSlack},
		{"a small heap may grow fourfold, though there is room for more", 20 * mib, mostSlack},
		{"a heap of half the room may grow to the whole", heapRoom / 2, 100},
		{"a heap that fills most of the room is collected often", heapRoom - heapRoom/8, leastSlack},
		{"a heap of the whole room is collected no more often", heapRoom, leastSlack},
		{"nor is one of ten times the room", 10 * heapRoom, leastSlack},
	} {
		if got := slack(c.alive, leastSlack); got != c.want {
			t.Errorf("%s: %d %%, want %d %%", c.claim, got, c.want)
		}
	}
}

func TestALargeHeapIsEased(t *testing.T) {
	t.Parallel()
	var h heap
	before := h.atLeast()
	done := h.ease(60)
	during := h.atLeast()
	done()
	if after := h.atLeast(); before != leastSlack || during != 60 || after != leastSlack {
		t.Errorf("%d %%, then %d %%, then %d %%", before, during, after)
	}
	if got := slack(heapRoom/2, 60); got != 100 {
		t.Errorf("a heap of half the room may grow by %d %%, want to the whole", got)
	}
}

func TestWhatIsAliveIsKnown(t *testing.T) {
	if alive() == heapRoom {
		t.Error("the runtime does not say how much a collection left")
	}
}
