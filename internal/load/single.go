package load

import (
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/signature"
)

// What says what [Tree] makes of a file of a commit, by path and mode alone.
type What uint8

// A file is one of these.
const (
	Nothing    What = iota // not looked at: a name that cannot be kept, or the mark of an empty folder
	Refused                // not read, and known to be there
	Record                 // read as a record
	Attachment             // kept, looked at and not read
	Note                   // a README.md
	Signature              // beside an approval
)

// WhatIs tells what a file below evidence/ is. The kind is that of a record, also of one that is refused for its mode.
func WhatIs(path string, mode uint32) (What, record.Kind) {
	for rest := path; rest != ""; {
		name := rest
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			name, rest = rest[:i], rest[i+1:]
		} else {
			rest = ""
		}
		if _, bad := checkName(path[:len(path)-len(rest)], name); bad {
			return Nothing, ""
		}
	}
	name := path[strings.LastIndexByte(path, '/')+1:]
	sort, kind, ok := sortOf(path, name)
	regular := mode == gitrepo.ModeFile || mode == gitrepo.ModeExecutable
	switch {
	case !ok && name == ".gitkeep" && mode != gitrepo.ModeSymlink && mode != gitrepo.ModeSubmodule:
		return Nothing, ""
	case !ok || !regular:
		return Refused, kind
	case sort == isRecord:
		return Record, kind
	case sort == isAttachment:
		return Attachment, ""
	case sort == isSignature:
		return Signature, ""
	}
	return Note, ""
}

// Reader reads files of a history one by one, as [Tree] reads them. It is safe for concurrent use.
type Reader struct{ reader }

// NewReader makes a reader.
func NewReader(o Options) (*Reader, error) {
	o, err := o.withDefaults()
	return &Reader{reader{Options: o}}, err
}

// Content is one file as it was read.
type Content struct {
	Digest string         // SHA-256 of its bytes; empty for a file that was refused
	Record *record.Record // nil for an attachment, a note and a record that was refused
}

// Known gives a file in git that [Tree] read before through the cache of this reader, or that its memory tells all of, by path and blob.
func (r *Reader) Known(path, blob string) (Content, bool) {
	if digest, ok := r.Memory.digest(path, blob); ok {
		return Content{Digest: digest}, true
	}
	found, ok := r.Cache.get(file{path: path, blob: blob})
	switch {
	case !ok:
		return Content{}, false
	case finding.Errors(found.findings) > 0:
		return Content{}, true
	}
	return Content{found.digest, found.record}, true
}

// Sealed gives a statement that [Tree] read before through the cache of this reader and whose signature it verified, by their blobs.
// It is false for whatever was not verified, or did not hold.
func (r *Reader) Sealed(text, sig string) (Sealed, bool) { return r.Cache.sealed(text, sig) }

// SignedBy gives the key of a statement whose signature was verified by a reading with the same [Memory], by their blobs. It is false for
// whatever was not verified, or did not hold.
func (r *Reader) SignedBy(text, sig string) (signature.Key, bool) {
	return r.Memory.signedBy(text, sig)
}

// Read reads the bytes of a file. A refused file is no error. The blob is the id of one in git, of which the reader may remember that it is
// sound, and empty otherwise.
func (r *Reader) Read(path, blob string, what What, kind record.Kind, src []byte) (Content, error) {
	limit := maxRecord
	switch what {
	case Attachment:
		limit = int(r.Attachment)
	case Signature:
		limit = signature.MaxBytes
	}
	if what == Refused || len(src) > limit {
		return Content{}, nil
	}
	var found []finding.Finding
	c := Content{Digest: record.Digest(src)}
	switch what {
	case Attachment:
		found = checkAttachment(path, src)
	case Note:
		found = checkPersonal(path, src)
	case Signature:
		found = checkSignature(path, src)
	default:
		var err error
		if c.Record, found, err = r.readFile(path, kind, src, r.Memory.isSound(path, blob)); err != nil {
			return Content{}, err
		}
		if c.Record != nil {
			c.Record.Digest = c.Digest
		}
	}
	if finding.Errors(found) > 0 {
		return Content{}, nil
	}
	return c, nil
}

// Findings says what is wrong with the bytes of a record by itself.
func (r *Reader) Findings(path string, kind record.Kind, src []byte) ([]finding.Finding, error) {
	_, found, err := r.readFile(path, kind, src, false)
	return found, err
}
