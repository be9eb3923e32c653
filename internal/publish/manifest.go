package publish

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
)

// manifest writes the list of a portal's files, sorted by path. It is what encoding/json would write, without holding it all
// as a tree: a large portal has two hundred thousand files.
func manifest(paths []string, pages map[string]page) ([]byte, error) {
	b := make([]byte, 0, 64+len(paths)*180)
	b = append(b, "{\n \"files\": ["...)
	for i, path := range paths {
		quoted, err := json.Marshal(path)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b = append(b, ',')
		}
		p := pages[path]
		b = append(b, "\n  {\n   \"path\": "...)
		b = append(b, quoted...)
		b = append(b, ",\n   \"sha256\": \""...)
		b = hex.AppendEncode(b, p.Sum[:])
		b = append(b, "\",\n   \"size\": "...)
		b = strconv.AppendInt(b, p.Size, 10)
		b = append(b, "\n  }"...)
	}
	if len(paths) > 0 {
		b = append(b, "\n "...)
	}
	return append(b, "],\n \"version\": \"muniment/manifest/v1\"\n}\n"...), nil
}
