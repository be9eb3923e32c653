package gitrepo

// ahead is what one goroutine read of packs lately. What is asked for next often lies near: a folder is stored beside those of the commits
// before and after, and what it is kept as changes to.
type ahead struct{ pieces [128]piece }

// piece is a part of a pack, with a glance more.
type piece struct {
	of   *pack
	at   int64
	data []byte
}

const pieceSize = 8 << 10

// glance gives what begins at an offset, for as long as nothing else is looked at.
func (a *ahead) glance(p *pack, at int64) ([]byte, error) {
	n := at / pieceSize
	one := &a.pieces[n%int64(len(a.pieces))]
	if one.of != p || one.at != n*pieceSize {
		one.of = nil // until it was read
		data, err := p.read(one.data, n*pieceSize, pieceSize+glance)
		if err != nil {
			return nil, err
		}
		*one = piece{p, n * pieceSize, data}
	}
	rest := one.data[at-one.at:]
	return rest[:min(len(rest), glance)], nil
}
