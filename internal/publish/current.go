package publish

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"sync/atomic"
)

// Current tells whether the portal shown at target was made from exactly what key stands for and is still whole: every page
// is there and nothing else. It writes nothing. The zero key is never current.
//
// A page counts as unharmed while its size, the number of its inode and the time of that inode's last change are those that
// were recorded when it was written; those cannot be chosen by who edits a page, restores one from elsewhere or sets times
// back. The bytes of a page for which they differ are looked at.
func Current(target string, key Sum) (Result, bool) {
	target, err := Place(target)
	if err != nil || key == (Sum{}) {
		return Result{}, false
	}
	shown, _ := generations(target)
	to, err := os.Readlink(target)
	if err != nil || to != filepath.Join(filepath.Base(target)+".generations", shown) {
		return Result{}, false
	}
	store, err := os.OpenRoot(target + ".generations")
	if err != nil {
		return Result{}, false
	}
	defer store.Close()
	r := readRecord(store, shown)
	if r == nil || r.key != key {
		return Result{}, false
	}
	g, err := openGeneration(store, shown, false)
	if err != nil {
		return Result{}, false
	}
	defer g.close()
	return Result{Files: len(r.pages), Digest: hex.EncodeToString(r.manifest[:])}, g.whole(r)
}

// whole tells whether a generation is what its record says.
func (g *generation) whole(r *record) bool {
	all, err := g.survey()
	if err != nil || len(all.odd) > 0 || len(all.files) != len(r.pages) || len(all.dirs) != len(folders(r.pages)) {
		return false
	}
	var doubtful []string
	for p, st := range all.files {
		q, ok := r.pages[p]
		if !ok || q.Size != st.Size {
			return false
		}
		if q.mark != st.mark {
			doubtful = append(doubtful, p)
		}
	}
	var harmed atomic.Bool
	parallel(len(doubtful), func(i int) {
		if harmed.Load() {
			return
		}
		if sum, err := g.sum(doubtful[i]); err != nil || sum != r.pages[doubtful[i]].Sum {
			harmed.Store(true)
		}
	})
	return !harmed.Load()
}
