package gitrepo

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zlib"
)

// inflater decompresses one object after another. It belongs to one goroutine at a time.
type inflater struct {
	in  bytes.Reader
	out io.ReadCloser
	end [1]byte
}

// all gives the size bytes that the compressed ones begin with raw stand for, in the room of buffer where that is enough.
// There must be neither more nor fewer of them, and their checksum must be right.
func (z *inflater) all(buffer, raw []byte, size int64) ([]byte, error) {
	if err := z.open(raw); err != nil {
		return nil, err
	}
	const believed = 1 << 20 // a stated size is only believed this far before that much is there
	data := slices.Grow(buffer[:0], int(min(size, believed)))
	for int64(len(data)) < size {
		if len(data) == cap(data) {
			data = slices.Grow(data, int(min(size-int64(len(data)), int64(len(data)))))
		}
		n, err := z.out.Read(data[len(data):min(int64(cap(data)), size)])
		data = data[:len(data)+n]
		if err != nil && (err != io.EOF || int64(len(data)) < size) {
			return nil, err
		}
	}
	for {
		switch n, err := z.out.Read(z.end[:]); {
		case n > 0:
			return nil, errors.New("an object is longer than stated")
		case err == io.EOF:
			return data, nil
		case err != nil:
			return nil, err
		}
	}
}

// head gives at most the first len(buffer) bytes.
func (z *inflater) head(buffer, raw []byte) ([]byte, error) {
	if err := z.open(raw); err != nil {
		return nil, err
	}
	n, err := io.ReadFull(z.out, buffer)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return buffer[:n], err
}

func (z *inflater) open(raw []byte) (err error) {
	z.in.Reset(raw)
	if z.out == nil {
		z.out, err = zlib.NewReader(&z.in)
		return err
	}
	return z.out.(flate.Resetter).Reset(&z.in, nil)
}
