// Package load reads the evidence of one commit, or of a folder on disk, into a register.
//
// Whatever is wrong with the evidence is a finding with its place and a remedy; reading goes on, so that one pass finds
// everything. A record with an error is left out of the register, and the register says what that takes with it. Trouble
// with the machine, such as a disk that cannot be read, is an error, and then there is no result.
//
// Nothing but regular files below evidence/ is read, none of them larger than its limit, and nothing is ever followed,
// unpacked or run. The result depends on the names and bytes of the files only: not on the order in which a file system
// lists them, nor on how many are read at once.
//
//	result, err := load.Tree(ctx, os.DirFS(root), load.Options{})
package load

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/markdown"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/schema"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/schemas"
)

// Limits that hold unless Options say otherwise.
const (
	MaxFiles      = 2_000_000 // files and folders below evidence/
	MaxAttachment = 10 << 20  // bytes of one attachment
)

// Options say how evidence is read. A zero field means its default.
type Options struct {
	Schemas    *schema.Set       // shapes of records; those built into the program
	YAML       strictyaml.Limits // of one record
	Markdown   markdown.Options  // of the prose of one record
	Files      int               // files and folders below evidence/; MaxFiles
	Attachment int64             // bytes of one attachment; MaxAttachment
	Parallel   int               // files read at once; as many as there are processors for Go
	Cache      *Cache            // what was read before, for commits of one history; none
	Store      Store             // what former runs read of files in git; none
	Memory     *Memory           // what other readings of the run made of files in git; none

	// Pare tells of which records only what joining looks at is kept; of none when it is nil. What is joined, what is found and what is
	// left out are the same. It is for those who look at nothing else, and have no cache. In the folder of a workload or supplier, and in each
	// that an organisation has, it must say the same of all records of a kind.
	Pare func(path string, kind record.Kind) bool
}

func (o *Options) pares(path string, kind record.Kind) bool {
	return o.Pare != nil && o.Pare(path, kind)
}

func (o Options) withDefaults() (Options, error) {
	if o.Schemas == nil {
		builtIn, err := builtInSchemas()
		if err != nil {
			return o, err
		}
		o.Schemas = builtIn
	}
	if o.Markdown.TopHeading == 0 {
		o.Markdown.TopHeading = 3 // a page shows prose below a heading of its own
	}
	if o.Files <= 0 {
		o.Files = MaxFiles
	}
	if o.Attachment <= 0 {
		o.Attachment = MaxAttachment
	}
	if o.Parallel <= 0 {
		o.Parallel = runtime.GOMAXPROCS(0)
	}
	return o, nil
}

var builtInSchemas = sync.OnceValues(func() (*schema.Set, error) { return schema.Load(schemas.FS) })

// Result is what was read.
type Result struct {
	Register *register.Register
	Findings []finding.Finding // sorted
	LeftOut  []string          // paths of records that are there and not in the register, sorted
	Digest   string            // SHA-256 over path and digest of every file that was read, in lower-case hexadecimal
	Count    Count
}

// Count says how much there was.
type Count struct {
	Records     int // files where records belong
	Attachments int
	Refused     int // of both
}

// Tree reads the evidence below evidence/ of a repository. The root of fsys is the root of the repository: a folder on disk
// or a commit. The error wraps [fs.ErrNotExist] when there is no folder evidence/.
func Tree(ctx context.Context, fsys fs.FS, o Options) (*Result, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	w, err := listed(ctx, fsys, o)
	if err != nil {
		return nil, err
	}
	t := newTaken(&reader{Options: o, fsys: fsys}, w)
	t.digests, t.stored = make([]string, len(w.files)), w.stored
	if o.Store != nil {
		t.made = make([]*record.Record, len(w.files))
	}
	if err := t.all(ctx); err != nil {
		return nil, err
	}
	joined, findings := register.Join(t.records, t.known, t.sound)
	joined.LeftOut = leftOut(w, joined)
	result := &Result{Register: joined, LeftOut: joined.LeftOut, Digest: t.digest(), Count: t.count}
	result.Findings = append(append(w.findings, t.findings()...), findings...)
	finding.Sort(result.Findings)
	return result, nil
}

// Check reads evidence as [Tree] does and says the same of it, but keeps no register: of each record it keeps what others ask of it, and
// forgets the rest as soon as it was read. No cache is used.
func Check(ctx context.Context, fsys fs.FS, o Options) ([]finding.Finding, Count, error) {
	o.Cache, o.Store, o.Pare = nil, nil, func(string, record.Kind) bool { return true }
	o, err := o.withDefaults()
	if err != nil {
		return nil, Count{}, err
	}
	w, err := listed(ctx, fsys, o)
	if err != nil {
		return nil, Count{}, err
	}
	t := newTaken(&reader{Options: o, fsys: fsys}, w)
	if err := t.all(ctx); err != nil {
		return nil, Count{}, err
	}
	all := append(w.findings, t.findings()...)
	w, t.files = nil, nil // the list of files is a tenth of what is there by now
	_, found := register.Join(t.records, t.known, t.sound)
	all = append(all, found...)
	finding.Sort(all)
	return all, t.count, nil
}

// listed lists what is to be read.
func listed(ctx context.Context, fsys fs.FS, o Options) (*walker, error) {
	w := &walker{fsys: fsys, options: &o, stored: make(map[string]*stretch)}
	if err := w.walk(ctx); err != nil {
		return nil, err
	}
	if w.seen > o.Files {
		w.files, w.refused = nil, nil // half a register would be full of links that lead nowhere
	}
	return w, nil
}

// content is one file as read. Its digest is empty when its bytes were not read.
type content struct {
	digest   string
	record   *record.Record // nil for an attachment and for a record that was refused
	findings []finding.Finding
	signed   []byte // the bytes of an approval, and of the signature beside it
}

// all reads every file, several at once.
func (t *taken) all(ctx context.Context) error {
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(t.Parallel)
	for _, r := range t.runs() {
		if running.Err() != nil {
			break
		}
		group.Go(func() error { return t.takeRun(r) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// digest is one over everything that was read, in the order of paths.
func (t *taken) digest() string {
	all := sha256.New()
	for i, f := range t.files {
		fmt.Fprintf(all, "%s\x00%s\n", f.path, t.digests[i]) // a hash never fails to write
	}
	return hex.EncodeToString(all.Sum(nil))
}

// leftOut lists the records that a reader of the register would miss. What a subject's status says is not the whole truth
// while one of its records is among them.
func leftOut(w *walker, joined *register.Register) []string {
	in := make(map[string]bool, len(joined.Records))
	for _, r := range joined.Records {
		in[r.Path] = true
	}
	var out []string
	for _, f := range w.files {
		if f.sort == isRecord && !in[f.path] {
			out = append(out, f.path)
		}
	}
	for _, p := range w.refused {
		if _, ok := record.KindOf(p); ok {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

func (c *Count) add(f file, refused bool) {
	switch f.sort {
	case isRecord:
		c.Records++
	case isAttachment:
		c.Attachments++
	default:
		return
	}
	if refused {
		c.Refused++
	}
}

// fault makes an error finding.
func fault(at finding.Place, code, message, remedy string) finding.Finding {
	return finding.Finding{Place: at, Code: code, Severity: finding.Error, Message: message, Remedy: remedy}
}

// inEvidence tells whether a path is one of evidence.
func inEvidence(p string) bool { return strings.HasPrefix(p, record.Root+"/") }
