package gitpack

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// The kinds of objects in a pack, by git's numbers.
const (
	kindCommit = 1
	kindTree   = 2
	kindBlob   = 3
	kindDelta  = 6 // the difference from an object that stands a given number of bytes before
)

var kindNames = map[byte]string{kindCommit: "commit", kindTree: "tree", kindBlob: "blob"}

// maxDepth bounds how many differences a reader must put together for one folder; it is git's own default.
const maxDepth = 50

// small is the size below which compressing costs more than it saves: half of a folder's difference is a hash.
const small = 96

// pack is a pack file being written.
type pack struct {
	folder  string
	file    *os.File
	out     *bufio.Writer
	at      int64 // offset of the next object
	objects []object
	known   map[ID]int32 // positions in objects

	hash   hash.Hash
	entry  bytes.Buffer // the object being written
	delta  []byte
	fast   *zlib.Writer
	stored *zlib.Writer

	in      *bufio.Reader // for reading blobs back
	inflate io.ReadCloser
}

// object is what the index says of an object, and how many differences it rests on.
type object struct {
	id     ID
	crc    uint32
	offset int64
	depth  uint8
}

// base is an object from which another differs little.
type base struct {
	id  ID
	raw []byte
}

const packHeader = 12

func newPack(folder string) (*pack, error) {
	file, err := os.Create(filepath.Join(folder, "tmp_pack_new"))
	if err != nil {
		return nil, fmt.Errorf("make a pack: %w", err)
	}
	p := &pack{folder: folder, file: file, out: bufio.NewWriterSize(file, 1<<20), known: make(map[ID]int32), hash: sha1.New()}
	p.fast, err = zlib.NewWriterLevel(nil, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	p.stored, err = zlib.NewWriterLevel(nil, zlib.NoCompression)
	if err != nil {
		return nil, err
	}
	p.at = packHeader
	_, err = p.out.Write(make([]byte, packHeader)) // known when all objects are
	return p, err
}

// store writes an object unless it is there already, and tells whether it was new.
func (p *pack) store(kind byte, content []byte, before *base) (ID, bool, error) {
	id := p.name(kind, content)
	if _, ok := p.known[id]; ok {
		return id, false, nil
	}
	o := object{id: id, offset: p.at}
	p.entry.Reset()
	body := content
	if from, ok := p.rest(before); ok {
		if p.delta = appendDelta(p.delta[:0], before.raw, content); 2*len(p.delta) < len(content) {
			o.depth = from.depth + 1
			body = p.delta
			p.entry.Write(appendHeader(nil, kindDelta, len(body)))
			p.entry.Write(appendDistance(nil, p.at-from.offset))
		}
	}
	if o.depth == 0 {
		p.entry.Write(appendHeader(nil, kind, len(body)))
	}
	if err := p.compress(body); err != nil {
		return id, false, err
	}
	o.crc = crc32.ChecksumIEEE(p.entry.Bytes())
	if _, err := p.out.Write(p.entry.Bytes()); err != nil {
		return id, false, fmt.Errorf("write the pack: %w", err)
	}
	p.at += int64(p.entry.Len())
	p.known[id] = int32(len(p.objects))
	p.objects = append(p.objects, o)
	return id, true, nil
}

// name gives the id of an object.
func (p *pack) name(kind byte, content []byte) (id ID) {
	head := append(make([]byte, 0, 32), kindNames[kind]...)
	head = append(head, ' ')
	head = append(strconv.AppendInt(head, int64(len(content)), 10), 0)
	p.hash.Reset()
	p.hash.Write(head) // a hash never fails to write
	p.hash.Write(content)
	p.hash.Sum(id[:0])
	return id
}

// rest tells whether an object may be written as the difference from another.
func (p *pack) rest(before *base) (object, bool) {
	if before == nil || len(before.raw) == 0 {
		return object{}, false
	}
	i, ok := p.known[before.id]
	if !ok || p.objects[i].depth >= maxDepth {
		return object{}, false
	}
	return p.objects[i], true
}

func (p *pack) compress(body []byte) error {
	z := p.fast
	if len(body) < small {
		z = p.stored
	}
	z.Reset(&p.entry)
	if _, err := z.Write(body); err != nil {
		return err
	}
	return z.Close()
}

// appendHeader writes kind and size: four bits of the size beside the kind, then seven bits a byte.
func appendHeader(b []byte, kind byte, size int) []byte {
	first := kind<<4 | byte(size&15)
	size >>= 4
	for size > 0 {
		b = append(b, first|0x80)
		first = byte(size & 0x7f)
		size >>= 7
	}
	return append(b, first)
}

// appendDistance writes how far back the base of a difference stands.
func appendDistance(b []byte, distance int64) []byte {
	var reversed [10]byte
	i := len(reversed) - 1
	reversed[i] = byte(distance & 0x7f)
	for distance >>= 7; distance > 0; distance >>= 7 {
		distance--
		i--
		reversed[i] = 0x80 | byte(distance&0x7f)
	}
	return append(b, reversed[i:]...)
}

// appendDelta writes the difference of two contents that begin and end alike. Folders mostly differ in one entry.
func appendDelta(b, from, to []byte) []byte {
	head := 0
	for head < min(len(from), len(to)) && from[head] == to[head] {
		head++
	}
	tail := 0
	for tail < min(len(from), len(to))-head && from[len(from)-1-tail] == to[len(to)-1-tail] {
		tail++
	}
	b = binary.AppendUvarint(b, uint64(len(from)))
	b = binary.AppendUvarint(b, uint64(len(to)))
	b = appendCopy(b, 0, head)
	for middle := to[head : len(to)-tail]; len(middle) > 0; {
		n := min(len(middle), 127)
		b = append(append(b, byte(n)), middle[:n]...)
		middle = middle[n:]
	}
	return appendCopy(b, len(from)-tail, tail)
}

// appendCopy writes instructions to take bytes over from the base, at most 65,535 at a time.
func appendCopy(b []byte, offset, n int) []byte {
	for n > 0 {
		part := min(n, 0xffff)
		op := len(b)
		b = append(b, 0x80)
		for i := range 4 {
			if v := byte(offset >> (8 * i)); v != 0 {
				b[op] |= 1 << i
				b = append(b, v)
			}
		}
		for i := range 2 {
			if v := byte(part >> (8 * i)); v != 0 {
				b[op] |= 16 << i
				b = append(b, v)
			}
		}
		offset, n = offset+part, n-part
	}
	return b
}

// finish writes the head and the digest of the pack, then its index, and gives both their names.
func (p *pack) finish() error {
	if err := p.out.Flush(); err != nil {
		return err
	}
	head := append([]byte("PACK"), 0, 0, 0, 2)
	head = binary.BigEndian.AppendUint32(head, uint32(len(p.objects)))
	if _, err := p.file.WriteAt(head, 0); err != nil {
		return err
	}
	whole := sha1.New()
	if _, err := io.Copy(whole, io.NewSectionReader(p.file, 0, p.at)); err != nil {
		return err
	}
	digest := whole.Sum(nil)
	if _, err := p.file.WriteAt(digest, p.at); err != nil {
		return err
	}
	name := filepath.Join(p.folder, fmt.Sprintf("pack-%x", digest))
	err := p.writeIndex(name+".idx", digest)
	if err != nil {
		return err
	}
	// Some systems do not rename a file that is open.
	if err := p.file.Close(); err != nil {
		return err
	}
	if err := os.Rename(p.file.Name(), name+".pack"); err != nil {
		return err
	}
	p.file, err = os.Open(name + ".pack")
	return err
}

// writeIndex writes the index in its second version: ids in order, checksums, offsets.
func (p *pack) writeIndex(name string, digest []byte) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	whole := sha1.New()
	out := bufio.NewWriterSize(io.MultiWriter(file, whole), 1<<20)
	p.index(out, digest)
	err = out.Flush()
	if err == nil {
		_, err = file.Write(whole.Sum(nil))
	}
	return errors.Join(err, file.Close())
}

// index writes to a buffer, which keeps the first error until it is flushed.
func (p *pack) index(out *bufio.Writer, digest []byte) {
	sorted := slices.Clone(p.objects)
	slices.SortFunc(sorted, func(a, b object) int { return bytes.Compare(a.id[:], b.id[:]) })
	number := func(n uint32) { out.Write(binary.BigEndian.AppendUint32(nil, n)) }
	out.WriteString("\xfftOc")
	number(2)
	var upTo [256]uint32
	for _, o := range sorted {
		upTo[o.id[0]]++
	}
	total := uint32(0)
	for _, n := range upTo {
		total += n
		number(total)
	}
	for _, o := range sorted {
		out.Write(o.id[:])
	}
	for _, o := range sorted {
		number(o.crc)
	}
	var far []int64 // offsets that do not fit into 31 bits stand in a table of their own
	for _, o := range sorted {
		if o.offset < 1<<31 {
			number(uint32(o.offset))
			continue
		}
		number(1<<31 | uint32(len(far)))
		far = append(far, o.offset)
	}
	for _, offset := range far {
		out.Write(binary.BigEndian.AppendUint64(nil, uint64(offset)))
	}
	out.Write(digest)
}

// blob reads a blob back. Blobs are never stored as differences.
func (p *pack) blob(id ID) ([]byte, error) {
	i, ok := p.known[id]
	if !ok {
		return nil, fmt.Errorf("there is no blob %s", id)
	}
	section := io.NewSectionReader(p.file, p.objects[i].offset, p.at-p.objects[i].offset)
	if p.in == nil {
		p.in = bufio.NewReader(section)
	}
	p.in.Reset(section)
	size, err := readHeader(p.in)
	if err != nil {
		return nil, err
	}
	if p.inflate == nil {
		p.inflate, err = zlib.NewReader(p.in)
	} else {
		err = p.inflate.(zlib.Resetter).Reset(p.in, nil)
	}
	if err != nil {
		return nil, err
	}
	content := make([]byte, size)
	_, err = io.ReadFull(p.inflate, content)
	return content, err
}

func readHeader(in io.ByteReader) (size int, err error) {
	b, err := in.ReadByte()
	size = int(b & 15)
	for shift := 4; err == nil && b&0x80 != 0; shift += 7 {
		b, err = in.ReadByte()
		size |= int(b&0x7f) << shift
	}
	return size, err
}
