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
		if got := slack(c.alive, leastSlack, mostSlack); got != c.want {
			t.Errorf("%s: %d %%, want %d %%", c.claim, got, c.want)
		}
	}
}

func TestBoundsHoldMeanwhile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim       string
		alive       uint64
		least, most int
		want        int
	}{
		{"a large heap is eased", 2 * heapRoom, 60, mostSlack, 60},
		{"one of half the room grows to the whole as ever", heapRoom / 2, 60, mostSlack, 100},
		{"a small heap is spared", heapRoom / 8, leastSlack, 100, 100},
		{"a large one no more than ever", 2 * heapRoom, leastSlack, 100, leastSlack},
		{"but where it must be", 2 * heapRoom, leastSlack, 25, 25},
	} {
		if got := slack(c.alive, c.least, c.most); got != c.want {
			t.Errorf("%s: %d %%, want %d %%", c.claim, got, c.want)
		}
	}
}

func TestWhatIsAliveIsKnown(t *testing.T) {
	if alive() == heapRoom {
		t.Error("the runtime does not say how much a collection left")
	}
}
