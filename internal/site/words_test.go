package site

import (
	"testing"

	"example.org/muniment/internal/wording"
)

// said is what is written in English.
func said(t *testing.T, write func(*markup)) string {
	t.Helper()
	says, err := newSpeech(wording.English())
	if err != nil {
		t.Fatal(err)
	}
	m := &markup{says: says}
	write(m)
	return string(m.b)
}
