package load

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"example.org/muniment/internal/signature"
)

// Memory is what one reading of files in git tells later readings of the same run, which have the same options: digests of those that are
// no records, that nothing is wrong with a record by itself, and by whom statements were signed. So the newest version of a file, which is
// a part of the past too, is neither compared with its schema nor searched for personal data twice, and no signature is verified twice.
//
// What a file says depends on its path and its bytes, and the id of its blob stands for those: it was compared with them when they were
// read. A memory may be used by several goroutines at once. It holds no pointers, since there is much of it, and a nil one remembers nothing.
type Memory struct {
	mu      sync.Mutex
	sound   map[mark]struct{}
	digests map[mark][sha256.Size]byte
	signed  map[mark]uint32 // the place of the key
	keys    []signature.Key
	places  map[signature.Key]uint32
}

// mark stands for two texts: half of a SHA-256, which nobody can make twice.
type mark [sha256.Size / 2]byte

func markOf(a, b string) mark {
	sum := sha256.Sum256([]byte(a + "\x00" + b))
	return mark(sum[:len(mark{})])
}

// NewMemory makes one that remembers nothing yet.
func NewMemory() *Memory {
	return &Memory{
		sound: make(map[mark]struct{}), digests: make(map[mark][sha256.Size]byte), signed: make(map[mark]uint32), places: make(map[signature.Key]uint32),
	}
}

// note remembers a file that was read and not refused.
func (m *Memory) note(f file, read content) {
	if m == nil || f.blob == "" {
		return
	}
	var digest [sha256.Size]byte
	if _, err := hex.Decode(digest[:], []byte(read.digest)); err != nil {
		return
	}
	at := markOf(f.path, f.blob)
	m.mu.Lock()
	defer m.mu.Unlock()
	if f.sort == isRecord {
		m.sound[at] = struct{}{}
	} else {
		m.digests[at] = digest
	}
}

// isSound tells whether nothing is wrong with a record by itself.
func (m *Memory) isSound(path, blob string) bool {
	if m == nil || blob == "" {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, ok := m.sound[markOf(path, blob)]
	return ok
}

// digest gives that of a file that is no record.
func (m *Memory) digest(path, blob string) (string, bool) {
	if m == nil || blob == "" {
		return "", false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	digest, ok := m.digests[markOf(path, blob)]
	if !ok {
		return "", false
	}
	return hex.EncodeToString(digest[:]), true
}

// sign remembers by whom a statement was signed, by the blobs of both.
func (m *Memory) sign(text, sig string, by signature.Key) {
	if m == nil || text == "" || sig == "" {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	place, ok := m.places[by]
	if !ok {
		place = uint32(len(m.keys))
		m.keys, m.places[by] = append(m.keys, by), place
	}
	m.signed[markOf(text, sig)] = place
}

// signedBy is false for a signature that was not verified, or did not hold.
func (m *Memory) signedBy(text, sig string) (signature.Key, bool) {
	if m == nil || text == "" || sig == "" {
		return signature.Key{}, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	place, ok := m.signed[markOf(text, sig)]
	if !ok {
		return signature.Key{}, false
	}
	return m.keys[place], true
}
