package obligation_test

import (
	"testing"

	"example.org/muniment/internal/obligation"
	"example.org/muniment/schemas"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	c, err := obligation.Load(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	t.Log(len(c.Obligations))
}
