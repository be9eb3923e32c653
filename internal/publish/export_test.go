package publish

import "encoding/json"

// SetBefore has f told what is about to be done to the disk, until the function that it gives is called.
func SetBefore(f func(what string)) (undo func()) {
	testOnlyBefore = f
	return func() { testOnlyBefore = nil }
}

// RefuseLinks makes the disk one that refuses links, until the function that it gives is called.
func RefuseLinks() (undo func()) {
	testOnlyNoLinks = true
	return func() { testOnlyNoLinks = false }
}

// ManifestOf gives the manifest of pages with these sizes, as written and as encoding/json writes it.
func ManifestOf(paths []string, sizes map[string]int64) (own, want []byte, err error) {
	type entry struct {
		Path   string `json:"path"`
		SHA256 string `json:"sha256"`
		Size   int64  `json:"size"`
	}
	pages, entries := map[string]page{}, []entry{}
	for _, p := range paths {
		pages[p] = page{mark: mark{Size: sizes[p]}}
		entries = append(entries, entry{p, "0000000000000000000000000000000000000000000000000000000000000000", sizes[p]})
	}
	if own, err = manifest(paths, pages); err != nil {
		return nil, nil, err
	}
	want, err = json.MarshalIndent(map[string]any{"version": "muniment/manifest/v1", "files": entries}, "", " ")
	return own, append(want, '\n'), err
}

// ReencodedRecord decodes a record and encodes it again; nil when it is none.
func ReencodedRecord(b []byte) []byte {
	r, err := decodeRecord(b)
	if err != nil {
		return nil
	}
	return r.encode()
}
