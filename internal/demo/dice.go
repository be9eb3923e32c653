package demo

// dice is a stream of numbers that depends on its seed alone. It is written out here (it is the generator known as splitmix64)
// because the histories made with it must stay the same whatever the standard library's generators become.
type dice struct{ state uint64 }

// roll gives the dice for one purpose: the same seed and labels give the same throws, whatever else is thrown.
func roll(seed uint64, labels ...uint64) *dice {
	d := &dice{seed}
	for _, l := range labels {
		d.state = d.next() ^ l*0x9e3779b97f4a7c15
	}
	return d
}

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below gives a number from 0 up to and without n.
func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

// between gives a number from low to high, both included.
func (d *dice) between(low, high int) int { return low + d.below(high-low+1) }

// chance is true in so many cases of a hundred.
func (d *dice) chance(percent int) bool { return d.below(100) < percent }

// pick takes one of a list.
func pick[T any](d *dice, list []T) T { return list[d.below(len(list))] }
