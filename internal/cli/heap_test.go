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
		{"an empty heap may grow as far as any", 0, asEver.most},
		{"a small heap may grow no further, though there is room for more", 20 * mib, asEver.most},
		{"a heap of half the room may grow to the whole", asEver.room / 2, 100},
		{"a heap that fills most of the room is collected often", asEver.room - asEver.room/8, asEver.least},
		{"a heap of the whole room is collected no more often", asEver.room, beyond},
		{"nor is one that is not large yet", large - 1, beyond},
		{"a large one may grow further", large, largest},
		{"into what a huge one may take", asEver.huge / 2, 100},
		{"a huge one may not", asEver.huge, asEver.least},
	} {
		if got := asEver.slack(c.alive); got != c.want {
			t.Errorf("%s: %d %%, want %d %%", c.claim, got, c.want)
		}
	}
}

func TestBoundsHoldMeanwhile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claim string
		alive uint64
		under bounds
		want  int
	}{
		{"a heap far beyond its room is eased", eased.huge / 2, eased, 100},
		{"and no more than that", eased.huge, eased, eased.least},
		{"one that fills its room is eased less", eased.room - eased.room/8, eased, eased.least},
		{"one of half the room grows to the whole as ever", eased.room / 2, eased, 100},
		{"a small heap is spared", sparedRoom / 8, bounds{sparedRoom, 50, 100, 0}, 100},
		{"a large one no more than ever", 2 * sparedRoom, bounds{sparedRoom, 50, 100, 0}, 50},
		{"but where it must be", 2 * sparedRoom, bounds{sparedRoom, 50, 25, 0}, 25},
	} {
		if got := c.under.slack(c.alive); got != c.want {
			t.Errorf("%s: %d %%, want %d %%", c.claim, got, c.want)
		}
	}
}

func TestWhatIsAliveIsKnown(t *testing.T) {
	if alive() == sparedRoom {
		t.Error("the runtime does not say how much a collection left")
	}
	if held() == 3*sparedRoom {
		t.Error("the runtime does not say how much the heap holds")
	}
}
