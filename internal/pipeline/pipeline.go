// Package pipeline is the one place that knows the order of the work: files of a commit → records → register → assessment
// on a day → report → portal. It opens repositories and writes portals; what a record means is decided below it and what
// people read is worded above and beside it.
package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/cache"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/schema"
	"example.org/muniment/internal/statement"
	"example.org/muniment/internal/strictyaml"
)

// Tool is what every step needs and none reads for itself.
type Tool struct {
	Schemas  fs.FS             // the rules: record shapes, catalogue, registers
	Version  string            // of the program
	Released []statement.Rules // that programs before this one had
	Program  string            // what tells this very program from any other, for the cache; Version when empty
	Zone     *time.Location    // in which days of history are counted
	Today    calendar.Date     // the day judged when a question names none
	Progress func(Step)        // told how far a long step is; may be called from several goroutines
	Cache    *cache.Cache      // what was derived in earlier runs; nil for none

	// Spare lets the heap grow by so many percent at the most between collections, until what it gives is called; nil for as it will.
	Spare func(percent int) (done func())
	// Ease lets it grow further than it would; nil for as it will.
	Ease func() (done func())
	// Shed gives back to the system what a large heap does not need just now; nil for when it will.
	Shed func()
}

// Step is how far a piece of work is. Done equals Total when it is over; Total is 0 while it cannot be known.
type Step struct {
	Name        string
	Done, Total int
}

// Question says what is to be judged.
type Question struct {
	Dir      string        // any folder of the repository
	AsOf     calendar.Date // the day judged; zero for the tool's today
	KnownAt  string        // the commit or day whose content is used; "" for HEAD
	Worktree bool          // use the files in the folder, in git or not
	Profile  string        // of a portal: report.Internal or report.Open; internal when empty

	// Of picks the workload that the question is about from the ids of all, in order; nil when it is about every workload. What is told of
	// it and of what is no workload is what would be told among all.
	Of        func(ids []string) (string, error)
	Timelines bool            // also how workloads, suppliers and organisations stood on every day, or how that one workload did; only for commits
	Forecast  calendar.Period // also what turns within this time if nobody does anything; none when zero
}

// ErrUnpublished means that a portal could not be written.
var ErrUnpublished = errors.New("nothing was published")

// ConfigurationError says that the folder is not set up for what was asked.
type ConfigurationError struct{ What, Remedy string }

func (e *ConfigurationError) Error() string { return e.What }

// LimitError says that a documented limit was reached.
type LimitError struct{ What string }

func (e *LimitError) Error() string { return e.What }

// rules are the schemas, catalogue and law of one program.
type rules struct {
	shapes    *schema.Set
	catalogue *obligation.Catalogue
	law       *law.Law
}

func (t *Tool) rules() (*rules, error) {
	shapes, err := schema.Load(t.Schemas)
	if err != nil {
		return nil, fmt.Errorf("load record shapes: %w", err)
	}
	catalogue, err := obligation.Load(t.Schemas)
	if err != nil {
		return nil, fmt.Errorf("load the catalogue of obligations: %w", err)
	}
	registers, err := law.Load(t.Schemas)
	if err != nil {
		return nil, fmt.Errorf("load the reference registers: %w", err)
	}
	return &rules{shapes, catalogue, registers}, nil
}

// RulesDigest identifies the schemas, catalogue and registers inside the program.
func (t *Tool) RulesDigest() (string, error) {
	shapes, err := schema.Load(t.Schemas)
	if err != nil {
		return "", fmt.Errorf("load record shapes: %w", err)
	}
	return shapes.Digest(), nil
}

// source is the content that a question is asked of.
type source struct {
	files  fs.FS  // the root of the repository: evidence/ and site/ are in it
	root   string // the same as a folder on disk; "" for a bare repository
	name   string // the commit or folder, for people
	origin report.Origin
	repo   *gitrepo.Repo // nil for a folder outside git
	line   gitrepo.Line  // let go of once its history is read
	memory *load.Memory  // of what reading the evidence made of its files; nil where nobody asks
	dirty  []string      // what the folder holds otherwise than the commit does, when the folder is judged
	notes  []string
	jumps  []string // remarks on the dates of the line
	close  func() error
}

// open finds the content that a question is about.
func (t *Tool) open(ctx context.Context, q Question) (*source, error) {
	repo, err := gitrepo.Open(q.Dir, t.Zone)
	if errors.Is(err, gitrepo.ErrNotRepository) && q.Worktree {
		return t.openFolder(q.Dir)
	}
	if err != nil {
		return nil, err
	}
	src, err := t.openRepo(ctx, repo, q)
	if err != nil {
		repo.Close()
		return nil, err
	}
	return src, nil
}

func (t *Tool) openRepo(ctx context.Context, repo *gitrepo.Repo, q Question) (*source, error) {
	rev := q.KnownAt
	if rev == "" {
		rev = "HEAD"
	}
	commit, err := repo.Resolve(rev)
	if errors.Is(err, gitrepo.ErrNoCommit) && q.Worktree {
		src := &source{root: repo.WorkTree(), close: repo.Close}
		return src, t.useFolder(src, src.root)
	}
	if err != nil {
		return nil, err
	}
	src := &source{repo: repo, root: repo.WorkTree(), close: repo.Close}
	src.line, err = t.lineTo(ctx, repo, commit)
	if err != nil {
		return nil, err
	}
	src.jumps = jumps(src.line, t.Today)
	src.origin.KnownAt, src.origin.KnownDay = commit.ID, src.line[len(src.line)-1].Day
	changed, err := repo.Dirty(record.Root)
	if err != nil {
		return nil, err
	}
	if q.Worktree {
		src.origin.Dirty, src.dirty = len(changed) > 0, changed
		return src, t.useFolder(src, src.root)
	}
	if len(changed) > 0 && q.KnownAt == "" {
		src.notes = append(src.notes, fmt.Sprintf("%s/ has uncommitted changes that are not judged; add --worktree to judge them", record.Root))
	}
	src.name = "commit " + commit.ID[:12]
	src.files, err = repo.FS(commit, "")
	return src, err
}

// lineTo reads the mainline that leads to a commit. What an earlier run read of it is not read again.
func (t *Tool) lineTo(ctx context.Context, repo *gitrepo.Repo, to gitrepo.Commit) (gitrepo.Line, error) {
	if t.Cache == nil {
		return repo.Line(ctx, to)
	}
	line, known, err := repo.LineAfter(ctx, to, func(id string) ([]byte, bool) { return t.Cache.Get(keptLine, t.lineKey(id)) })
	if err == nil && (known == 0 || len(line)-known > mostAnew) {
		t.Cache.Put(keptLine, t.lineKey(to.ID), line.Pack())
	}
	return line, err
}

func (t *Tool) lineKey(commit string) cache.Key { return keyOf(t.program(), commit) }

// openFolder uses a plain folder, named by an absolute path: the nearest one upwards that holds evidence/, never beyond the repository that dir lies in.
func (t *Tool) openFolder(dir string) (*source, error) {
	root, ok := evidenceAbove(dir)
	if !ok {
		return nil, noEvidence(dir + " or above it")
	}
	src := &source{root: root, close: func() error { return nil }}
	return src, t.useFolder(src, root)
}

// below gives the way from the top of the repository that a folder lies in to the folder, with slashes; "" when it is the top or
// lies in none.
func below(dir string) string {
	for top := dir; top != filepath.Dir(top); top = filepath.Dir(top) {
		if _, err := os.Lstat(filepath.Join(top, ".git")); err != nil {
			continue
		}
		if rel, err := filepath.Rel(top, dir); err == nil && rel != "." {
			return filepath.ToSlash(rel)
		}
		return ""
	}
	return ""
}

// evidenceAbove finds the nearest folder, from dir upwards, that holds evidence/.
func evidenceAbove(dir string) (string, bool) {
	for {
		if _, err := os.Lstat(filepath.Join(dir, record.Root)); err == nil {
			return dir, true
		}
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil || dir == filepath.Dir(dir) {
			return "", false
		}
		dir = filepath.Dir(dir)
	}
}

func (t *Tool) useFolder(src *source, dir string) error {
	if dir == "" {
		return &ConfigurationError{"this repository has no working tree", "leave --worktree out to judge its commits"}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	inner := src.close
	src.files, src.name = root.FS(), dir
	src.close = func() error { return errors.Join(inner(), root.Close()) }
	return nil
}

func noEvidence(where string) error {
	return &ConfigurationError{
		fmt.Sprintf("there is no folder %s/ in %s", record.Root, where),
		"go to a repository of evidence, or name one with -C",
	}
}

// read loads the register from a source. What is read from git is kept among what is known; nil when nobody asks again.
func (t *Tool) read(ctx context.Context, src *source, r *rules, known *load.Cache) (*load.Result, error) {
	return t.readWith(ctx, src, load.Options{Schemas: r.shapes, Cache: known})
}

func (t *Tool) readWith(ctx context.Context, src *source, o load.Options) (*load.Result, error) {
	if err := src.holdsEvidence(); err != nil {
		return nil, err
	}
	t.Progress(Step{"reading evidence", 0, 0})
	defer t.Progress(Step{"reading evidence", 1, 1})
	return load.Tree(ctx, src.files, o)
}

func (src *source) holdsEvidence() error {
	if _, err := fs.Stat(src.files, record.Root); errors.Is(err, fs.ErrNotExist) {
		return noEvidence(src.name)
	}
	return nil
}

// Checked is what check found. It is the JSON document of muniment check.
type Checked struct {
	Version      string            `json:"version"` // report.Version
	Tool         string            `json:"tool"`
	Folder       string            `json:"folder,omitempty"` // from the top of the repository to where paths begin, when that is elsewhere
	Files        int               `json:"files"`            // records and attachments that were read
	Errors       int               `json:"errors"`           // findings that refuse evidence
	LimitReached bool              `json:"limitReached,omitempty"`
	Findings     []finding.Finding `json:"findings"`
}

// Check reads the evidence in a folder, in git or not, and says what is wrong. With paths, relative to dir, only findings
// at or below them are given.
func (t *Tool) Check(ctx context.Context, dir string, paths []string) (*Checked, error) {
	r, err := t.rules()
	if err != nil {
		return nil, err
	}
	src, err := t.openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer src.close()
	wanted, err := inside(src.root, dir, paths)
	if err != nil {
		return nil, err
	}
	if err := src.holdsEvidence(); err != nil {
		return nil, err
	}
	t.Progress(Step{"reading evidence", 0, 0})
	defer t.Progress(Step{"reading evidence", 1, 1})
	found, count, err := load.Check(ctx, src.files, load.Options{Schemas: r.shapes})
	if err != nil {
		return nil, err
	}
	checked := &Checked{Version: report.Version, Tool: t.Version, Folder: below(src.root), Files: count.Records + count.Attachments, Findings: []finding.Finding{}}
	for _, f := range found {
		if wanted(f.Path) {
			checked.Findings = append(checked.Findings, f)
			checked.LimitReached = checked.LimitReached || strictyaml.IsLimit(f.Code)
		}
	}
	checked.Errors = finding.Errors(checked.Findings)
	return checked, nil
}

// inside gives a test for paths of the repository that lie at or below one of the given paths, or are a folder above one:
// what is wrong with such a folder is wrong with all in it.
func inside(root, from string, paths []string) (func(string) bool, error) {
	if len(paths) == 0 {
		return func(string) bool { return true }, nil
	}
	var prefixes []string
	for _, p := range paths {
		abs := p
		if !filepath.IsAbs(abs) {
			abs = filepath.Join(from, p)
		}
		if _, err := os.Lstat(abs); err != nil {
			return nil, &ConfigurationError{fmt.Sprintf("there is no %s", p), "name a file or folder below " + record.Root + "/"}
		}
		rel, err := filepath.Rel(root, abs)
		rel = filepath.ToSlash(rel)
		if err != nil || rel != "." && rel != record.Root && !strings.HasPrefix(rel, record.Root+"/") {
			return nil, &ConfigurationError{fmt.Sprintf("%s is not below %s", p, filepath.Join(root, record.Root)), "name a file or folder below it, or none for all of it"}
		}
		prefixes = append(prefixes, rel)
	}
	return func(path string) bool {
		for _, prefix := range prefixes {
			if prefix == "." || path == prefix || strings.HasPrefix(path, prefix+"/") || strings.HasPrefix(prefix, path+"/") {
				return true
			}
		}
		return false
	}, nil
}

// Report judges a register. Notes are remarks for the person who asked, not part of the answer.
func (t *Tool) Report(ctx context.Context, q Question) (*report.Report, []string, error) {
	r, err := t.rules()
	if err != nil {
		return nil, nil, err
	}
	src, err := t.open(ctx, q)
	if err != nil {
		return nil, nil, err
	}
	defer src.close()
	return t.judge(ctx, src, r, q)
}

func (t *Tool) judge(ctx context.Context, src *source, r *rules, q Question) (*report.Report, []string, error) {
	known := load.NewCache()
	loaded, err := t.read(ctx, src, r, known)
	if err != nil {
		return nil, nil, err
	}
	if err := tooMany(loaded.Findings); err != nil {
		return nil, nil, err
	}
	reg, err := q.register(loaded.Register)
	if err != nil {
		return nil, nil, err
	}
	var past *past
	var history map[string][]report.Commit
	if src.repo != nil {
		if past, err = t.past(ctx, src, r, known); err != nil {
			return nil, nil, err
		}
		history = past.histories()
		if err := attach(past.chain, reg); err != nil {
			return nil, nil, err
		}
	}
	origin := t.origin(src, r, loaded, q)
	made := report.New(report.Inputs{
		Origin: origin, Assessment: assess.On(origin.AsOf, reg, r.catalogue, r.law), Catalogue: r.catalogue, Law: r.law,
		Findings: loaded.Findings, History: history,
	})
	if q.Timelines && past != nil && !q.Worktree {
		add := past.addTimelines
		if q.Of != nil {
			add = past.addTimelineOf
		}
		if err := add(ctx, made); err != nil {
			return nil, nil, err
		}
	}
	if !q.Forecast.IsZero() {
		if made.Forecast, err = t.forecast(ctx, r, src, past, origin.AsOf, q.Forecast); err != nil {
			return nil, nil, err
		}
	}
	if past != nil {
		err = past.chain.Err()
	}
	return made, t.notes(src), err
}

// register gives what a question is about: everything, or one workload with everything that is none.
func (q Question) register(reg *register.Register) (*register.Register, error) {
	if q.Of == nil {
		return reg, nil
	}
	var ids []string
	for _, w := range reg.Workloads {
		ids = append(ids, w.ID)
	}
	id, err := q.Of(ids)
	if err != nil {
		return nil, err
	}
	one := *reg
	one.Workloads = slices.DeleteFunc(slices.Clone(reg.Workloads), func(w *register.Workload) bool { return w.ID != id })
	return &one, nil
}

// origin says what an answer is made from.
func (t *Tool) origin(src *source, r *rules, loaded *load.Result, q Question) report.Origin {
	o := src.origin
	o.Version, o.Tool, o.AsOf = report.Version, t.Version, q.AsOf
	if o.AsOf.IsZero() {
		o.AsOf = t.Today
	}
	o.Schemas, o.Evidence, o.Profile = r.shapes.Digest(), loaded.Digest, cmp.Or(q.Profile, report.Internal)
	o.Command = reproduce(o)
	return o
}

// notes are remarks for the person who asked, not part of the answer.
func (t *Tool) notes(src *source) []string { return append(src.notes, src.jumps...) }

// tooMany is an error when so many files are there that none was read. One file over its own limit is refused like any other
// that is wrong, and whatever rests on it is at least incomplete: it must not blind the portal to everything else.
func tooMany(fs []finding.Finding) error {
	for _, f := range fs {
		if f.Code == "limit-files" {
			return &LimitError{f.String()}
		}
	}
	return nil
}

// reproduce gives the command that makes the same answer again.
func reproduce(o report.Origin) string {
	build := "muniment build"
	if o.Profile == report.Open {
		build += " --profile open"
	}
	if o.KnownAt == "" || o.Dirty {
		return build + " --worktree --as-of " + o.AsOf.String()
	}
	return build + " --as-of " + o.AsOf.String() + " --known-at " + o.KnownAt
}

// jumps remarks on commits whose dates cannot be right.
func jumps(line gitrepo.Line, today calendar.Date) []string {
	var notes []string
	for _, j := range line.Jumps(today) {
		how := "is dated before the commit that it follows; the later day counts"
		if j.Future {
			how = "is dated in the future"
		}
		notes = append(notes, fmt.Sprintf("commit %.12s %s (%s)", j.Commit.ID, how, j.Written))
	}
	if len(notes) > 5 {
		notes = append(notes[:5], fmt.Sprintf("and %d more such commits", len(notes)-5))
	}
	return notes
}
