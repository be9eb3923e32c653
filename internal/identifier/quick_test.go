package identifier

import (
	"math/rand/v2"
	"testing"
)

// Text in which no number has the form of an identifier is left alone without a look at its words; every hit needs such a
// number.
func TestEveryHitNeedsANumberOfItsForm(t *testing.T) {
	t.Parallel()
	pieces := []string{"943 476 5918", "4010232137", "401-023-2137", "AB123456C", "AB 12 34 56 C", "ab123456c", "NHS number: ", "NI ", " ", "\n", "-", "x", "12", "401", "023", "2137", "\t", "\r\n> ", "|", ".", "2026-11-22", "\u00a0", "&nbsp;", "tel ", "QQ", "D"}
	r := rand.New(rand.NewPCG(1, 1))
	hits := 0
	for range 200_000 {
		var text []byte
		for range r.IntN(8) {
			text = append(text, pieces[r.IntN(len(pieces))]...)
		}
		s := scanner{text: text}
		for s.end < len(text) {
			s.nextLine()
			s.scanLine()
		}
		if len(s.spots) > 0 {
			hits++
			if !anyNumber(text) {
				t.Fatalf("%q has %d hits and no number of their form", text, len(s.spots))
			}
		}
	}
	if hits < 1000 {
		t.Errorf("only %d texts had hits", hits)
	}
}
