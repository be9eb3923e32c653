package register

import (
	"slices"
	"strings"

	"example.org/muniment/internal/record"
)

// At returns the record at a path from the repository root, or nil.
func (r *Register) At(path string) *record.Record {
	i, found := slices.BinarySearchFunc(r.Records, path, func(rec *record.Record, path string) int {
		return strings.Compare(rec.Path, path)
	})
	if found {
		return r.Records[i]
	}
	for _, other := range r.Around {
		if rec := other.At(path); rec != nil {
			return rec
		}
	}
	return nil
}

// Digest gives the SHA-256 of the exact bytes of a record or attachment. It is false when the register holds no such file.
func (r *Register) Digest(path string) (string, bool) {
	if rec := r.At(path); rec != nil {
		return rec.Digest, true
	}
	if sum, ok := r.Files[path]; ok {
		return sum, true
	}
	for _, other := range r.Around {
		if sum, ok := other.Digest(path); ok {
			return sum, true
		}
	}
	return "", false
}
