// Package fuzztest lets fuzzers change what tests choose at random.
package fuzztest

import "math/rand/v2"

// Choices gives bytes as random numbers, so that a fuzzer that changes one byte changes one choice. What comes after the last byte is made
// from a seed.
func Choices(bytes []byte, seed uint64) *rand.Rand {
	return rand.New(&choices{bytes, rand.NewPCG(seed, 29)})
}

type choices struct {
	bytes []byte
	rest  *rand.PCG
}

// Uint64 implements [rand.Source].
func (c *choices) Uint64() uint64 {
	if len(c.bytes) == 0 {
		return c.rest.Uint64()
	}
	n := uint64(c.bytes[0])
	c.bytes = c.bytes[1:]
	return n<<56 | n<<24 // both halves, since small numbers are drawn from 32 bits
}
