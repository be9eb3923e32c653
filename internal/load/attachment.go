package load

import (
	"bytes"
	"path"
	"strings"
	"unicode/utf8"

	"example.org/muniment/internal/finding"
)

// format is a format in which attachments are kept: how such files begin, and what they may not hold.
type format struct {
	name  string
	magic []string
	text  bool
}

var formats = map[string]format{
	".pdf":  {name: "a PDF document", magic: []string{"%PDF-"}},
	".png":  {name: "a PNG image", magic: []string{"\x89PNG\r\n\x1a\n"}},
	".jpg":  {name: "a JPEG image", magic: []string{"\xff\xd8\xff"}},
	".xlsx": {name: "an Excel workbook", magic: []string{"PK\x03\x04"}},
	".csv":  {name: "plain text in UTF-8", text: true},
	".txt":  {name: "plain text in UTF-8", text: true},
}

// checkAttachment accepts the few formats that are safe to hand to a reader. Files are never opened or unpacked; first
// bytes only show that a file is not something else under a borrowed name. None of this looks for malware.
func checkAttachment(p string, src []byte) []finding.Finding {
	at := finding.Place{Path: p}
	ending := path.Ext(p)
	f, ok := formats[ending]
	switch {
	case bytes.HasPrefix(src, []byte("version https://git-lfs.github.com/spec/")):
		at.Line, at.Column = 1, 1
		return one(fault(at, "lfs-pointer", "this is a Git LFS pointer: the content itself is not in the repository",
			"keep evidence files out of Git LFS: remove the pattern from .gitattributes and add the file again"))
	case !ok:
		return one(fault(at, "attachment-type", "attachments of this type are not kept", "keep it as .pdf, .png, .jpg, .csv, .txt or .xlsx, with a small ending"))
	case len(src) == 0:
		return one(fault(at, "attachment-type", "the file is empty", "add the file again with its content"))
	case !f.holds(src):
		return one(fault(at, "attachment-type", "the file ends in "+ending+" but is not "+f.name, "save it again as "+f.name+", or give it the ending it should have"))
	case ending == ".xlsx" && bytes.Contains(src, []byte("vbaProject")):
		return one(fault(at, "attachment-type", "this workbook holds macros", "save it without macros"))
	case f.text:
		return checkPersonal(p, src)
	}
	return nil
}

func one(f finding.Finding) []finding.Finding { return []finding.Finding{f} }

func (f format) holds(src []byte) bool {
	if f.text {
		return utf8.Valid(src) && bytes.IndexByte(src, 0) < 0
	}
	for _, m := range f.magic {
		if strings.HasPrefix(string(src[:min(len(src), 16)]), m) {
			return true
		}
	}
	return false
}
