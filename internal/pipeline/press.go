package pipeline

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/cache"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/chain"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/publish"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
	"example.org/muniment/internal/theme"
	"example.org/muniment/internal/timeline"
	"example.org/muniment/internal/versions"
)

// press makes a portal subject by subject: each is judged, told through time, put in words and on its pages, and forgotten.
type press struct {
	tool   *Tool
	rules  *rules
	loaded *load.Result
	origin report.Origin
	told   bool         // subjects are told through time
	rest   func()       // lets go of what is in memory of the repository; nil outside git
	past   *past        // nil for a folder that is in no commit
	chain  *chain.Chain // of its approvals; nil outside git
	judged *assess.Judgement
	lines  *timeline.Builder // nil like past
	maker  *report.Maker
	site   *site.Portal
	sheets sheets
	admit  admit // nil when everything may be published

	frame string // what all pages are made from besides their subjects
	stale *stale
	made  edition

	mu    sync.Mutex
	lists *report.Gathering
	under map[string]*underway // organisations, by code
	texts *site.Texts          // of everything that is done
	done  atomic.Int64
}

// sheets takes the files of a portal, from several goroutines, and keeps none of their bytes. From is a digest of what a file was made
// from; the zero digest stands for none.
type sheets interface {
	PutFrom(path string, data []byte, from publish.Sum) error
	// KeepFrom takes what a former portal had there and was made from the same. It is false when there is no such file.
	KeepFrom(path string, from publish.Sum) (bool, error)
}

// prepare reads everything that a portal is made from, and judges what workloads rest on.
func (t *Tool) prepare(ctx context.Context, src *source, r *rules, q Question, look *theme.Theme) (*press, error) {
	config, err := readSite(src.files, q.Profile)
	if err != nil {
		return nil, err
	}
	// What is told through time comes again out of its past, so of most records the register of HEAD need not keep much.
	told := src.repo != nil && !q.Worktree
	brief := told && !looksIntoFolders(r.catalogue)
	src.memory = load.NewMemory()
	pastOf := t.pastAhead(ctx, src, r)
	loaded, err := t.readFor(ctx, src, r, brief)
	if err == nil {
		err = tooMany(loaded.Findings)
	}
	rules := assess.NewRules(r.catalogue, r.law)
	var judged *assess.Judgement
	if err == nil && brief { // before the past is read, which takes room
		judged = rules.Begin(t.origin(src, r, loaded, q).AsOf, loaded.Register)
		shorten(src, loaded.Register)
	}
	history, trouble := pastOf(err == nil)
	if err = cmp.Or(err, trouble); err != nil {
		return nil, err
	}
	p := &press{
		tool: t, told: told, rules: r, loaded: loaded, judged: judged, origin: t.origin(src, r, loaded, q), lists: report.NewGathering(r.catalogue),
		under: make(map[string]*underway), texts: new(site.Texts),
	}
	p.site, err = site.New(site.Frame{
		Origin: p.origin, Obligations: report.Obligations(r.catalogue), Tensions: report.TensionsOf(r.law), NotFound: report.NotFoundOf(r.law),
	}, look, config)
	if err != nil {
		return nil, err
	}
	if src.repo != nil {
		p.chain, p.rest = history.chain, src.repo.Rest
	}
	if !brief {
		if p.chain != nil {
			if err := attach(p.chain, loaded.Register); err != nil {
				return nil, err
			}
		}
		p.judged = rules.Begin(p.origin.AsOf, loaded.Register)
	}
	frame := report.Frame{Origin: p.origin, Catalogue: r.catalogue, Law: r.law, Status: p.status}
	p.frame, p.stale, p.made.Subjects = t.frame(p.origin, look, config), since(nil, nil, nil), make(map[string]kept)
	if !told {
		frame.Whole = loaded.Register
		p.maker = report.NewMaker(frame)
		return p, nil
	}
	// Each workload comes again out of its past, with what it rests on, and is forgotten then.
	p.maker = report.NewMaker(frame)
	p.past = history
	if !brief {
		shorten(src, loaded.Register)
	}
	p.stale = t.former(src, p)
	src.line = nil // the chain holds what is still asked for
	p.lines, err = timeline.NewBuilder(rules, p.past.History, p.origin.AsOf.Add(ahead).AddDays(1))
	return p, err
}

// shorten lets go of what HEAD says of workloads, which come again out of their past, and of the listing of its files.
func shorten(src *source, reg *register.Register) {
	reg.Brief()
	if folder, ok := src.files.(*gitrepo.Folder); ok {
		folder.Rest()
	}
}

// pastAhead begins to read the past, if most of it was kept. What must be read from the repository is read when the function is called that
// it gives, so that not all is in memory at once; if it is still wanted then.
func (t *Tool) pastAhead(ctx context.Context, src *source, r *rules) func(wanted bool) (*past, error) {
	if src.repo == nil {
		return func(bool) (*past, error) { return nil, nil }
	}
	was := t.keptPast(src, r)
	read := sync.OnceValues(func() (*past, error) { return t.pastAfter(ctx, src, r, nil, was) })
	var ahead sync.WaitGroup
	if was.commits > 0 {
		ahead.Go(func() { read() })
	}
	return func(wanted bool) (*past, error) {
		ahead.Wait()
		defer src.repo.Rest() // of what HEAD holds little is read again soon
		if !wanted {
			return nil, nil
		}
		src.repo.Rest()
		if t.Shed != nil {
			t.Shed() // packs are held in memory next
		}
		return read()
	}
}

// looksIntoFolders tells whether anything but a workload is judged by more of its workloads than their own records.
func looksIntoFolders(c *obligation.Catalogue) bool {
	const folder = obligation.ReadsAssessment | obligation.ReadsDPIA | obligation.ReadsExitPlan | obligation.ReadsCosts | obligation.ReadsApprovals |
		obligation.ReadsReviews | obligation.ReadsExceptions | obligation.ReadsFiles
	return slices.ContainsFunc(c.Obligations, func(o *obligation.Obligation) bool {
		reads := o.Reads()
		return o.Subject != obligation.OfWorkload && reads&obligation.ReadsOthers != 0 && reads&folder != 0
	})
}

// readFor reads the register that a portal begins with. A brief one holds whole what workloads rest on and their own records, and of
// what else lies in their folders what joining looks at.
func (t *Tool) readFor(ctx context.Context, src *source, r *rules, brief bool) (*load.Result, error) {
	o := load.Options{Schemas: r.shapes, Memory: src.memory}
	if t.Cache != nil {
		o.Store = readings{t.Cache, t.program()}
	}
	if brief {
		o.Pare = func(path string, kind record.Kind) bool {
			return kind != record.KindWorkload && strings.Contains(path, "/workloads/")
		}
	}
	return t.readWith(ctx, src, o)
}

// frame is a digest of what all pages are made from besides their subjects.
func (t *Tool) frame(o report.Origin, look *theme.Theme, config site.Config) string {
	pages, _ := json.Marshal(config.Pages) // texts always can be
	key := keyOf(report.Version, t.Version, t.program(), o.Schemas, o.Profile, o.AsOf.String(), look.Digest(), config.Title, config.Organisation, config.Contact.Title, config.Contact.Email, config.Address, string(pages))
	return hex.EncodeToString(key[:])
}

// former finds out what changed since the newest commit of the same line of which a portal was built in the same frame.
func (t *Tool) former(src *source, p *press) *stale {
	data, n, ok := t.newest(src.line, keptEdition, func(commit string) cache.Key { return keyOf(p.frame, commit) })
	if !ok {
		return since(nil, nil, nil)
	}
	e, ok := unpackEdition(data)
	if !ok {
		return since(nil, nil, nil)
	}
	return since(e, p.past.History, src.line[n:])
}

// remember keeps the edition for the next build.
func (p *press) remember() {
	if !p.told || p.tool.Cache == nil {
		return
	}
	p.tool.Cache.Put(keptEdition, keyOf(p.frame, p.origin.KnownAt), p.made.pack())
}

// status says how another subject stands: of a workload that is done, whose organisation is not, its state alone.
func (p *press) status(kind obligation.SubjectKind, id string) report.Status {
	if kind != obligation.OfWorkload {
		return report.StatusOf(p.judged.Of(kind, id))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	ods, _, _ := strings.Cut(id, "/")
	if u := p.under[ods]; u != nil && u.states[id] != "" {
		return report.Status{State: u.states[id]}
	}
	return report.StatusOf(nil)
}

// print makes every file of the portal, and what is shown of the register as a whole.
func (p *press) print(ctx context.Context, to sheets) (*report.Lists, error) {
	p.sheets = to
	for _, step := range []func(context.Context) error{p.footprints, p.workloads, p.suppliers} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if p.chain != nil && p.chain.Err() != nil {
		return nil, p.chain.Err()
	}
	p.tool.Progress(Step{"making lists", 0, 0})
	defer p.tool.Progress(Step{"making lists", 1, 1})
	p.release()
	if p.tool.Spare != nil {
		defer p.tool.Spare(100)() // lists keep most of what they make
	}
	lists := p.lists.Lists(p.loaded.Findings)
	lists.Records = p.loaded.Count.Records
	if p.admit != nil {
		if err := p.admit(p.origin, lists); err != nil {
			return nil, err
		}
	}
	texts, err := p.index(to)
	if err != nil {
		return nil, err
	}
	err = p.site.Lists(lists, texts, listSheets{to, p.tool.program()})
	if err != nil {
		return nil, fmt.Errorf("render the lists: %w", err)
	}
	return lists, nil
}

// listSheets takes the files of lists. What a file is made from may be the same in a portal of another commit.
type listSheets struct {
	sheets
	program string
}

func (l listSheets) Put(f site.File, from [sha256.Size]byte) error {
	return l.PutFrom(f.Path, f.Data, l.from(from))
}

func (l listSheets) Keep(path string, from [sha256.Size]byte) (bool, error) {
	return l.KeepFrom(path, l.from(from))
}

func (l listSheets) from(digest [sha256.Size]byte) publish.Sum {
	if digest == [sha256.Size]byte{} {
		return publish.Sum{}
	}
	return publish.Sum(keyOf(l.program, string(digest[:])))
}

// index publishes the index of texts, a part at a time. A part of which no text is another is carried over, on whatever day and from
// whatever commit it was made.
func (p *press) index(into sheets) ([]site.TextPart, error) {
	parts := p.texts.Parts()
	p.texts = nil
	to := listSheets{into, p.tool.program()}
	for _, part := range parts {
		ok, err := to.Keep(part.Path, part.Digest)
		if err == nil && !ok {
			err = to.Put(part.File(), part.Digest)
		}
		if err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// release lets go of everything that no list is made from: most of what there is by now.
func (p *press) release() {
	if p.rest != nil {
		p.rest()
	}
	p.past, p.chain, p.lines, p.judged, p.maker, p.stale = nil, nil, nil, nil, nil, nil
	p.under = nil
	p.loaded.Register = nil
}

// advance tells that one more workload is done.
func (p *press) advance() {
	p.tool.Progress(Step{"making pages", int(p.done.Add(1)), len(p.loaded.Register.Workloads)})
}

// each does the same for many things, several at once.
func each[T any](ctx context.Context, list []T, do func(context.Context, T) error) error {
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, one := range list {
		if running.Err() != nil {
			break
		}
		group.Go(func() error { return do(running, one) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// add adds the share of a subject to the lists, and the words of its texts, if it has any, to what is searched.
func (p *press) add(name string, share *report.Share, words string, k kept) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lists.Add(share)
	p.note(name, share.Subject, words, k)
	switch {
	case share.Workload != nil:
		p.stand(share.Workload)
	case share.Contract != nil:
		u := p.of(share.Contract.Organisation.ID)
		u.contracts = append(u.contracts, *share.Contract)
	}
}

// keptWorkload is a workload that is carried over from a former portal.
type keptWorkload struct {
	name  string
	kept  kept
	leaf  *leaf
	share []byte // packed
}

// addKept is add for workloads whose shares were kept. It is false, and none is added, when one of these turns out to be none.
func (p *press) addKept(all ...keptWorkload) bool {
	shares := make([]report.Packed, len(all))
	for i, one := range all {
		shares[i] = report.Packed{Parcel: one.leaf.Parcel, Share: one.share}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.lists.AddPacked(shares...) {
		return false
	}
	for _, one := range all {
		p.note(one.name, one.leaf.Parcel.Subject, one.leaf.Words, one.kept)
		if w := one.leaf.Parcel.Workload; w != nil {
			p.stand(w)
		}
	}
	return true
}

// note notes what is searched of a subject, and what the next build is told of it.
func (p *press) note(name string, of report.Ref, words string, k kept) {
	p.texts.Add(of, words)
	if p.tool.Cache != nil { // for the next build
		k.Groups = slices.Clone(k.Groups)
		p.made.Subjects[name] = k
	}
}

// put publishes the files of a subject, made from something with a digest, and gives their paths.
func (p *press) put(files []site.File, from publish.Sum) ([]string, error) {
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path)
		if err := p.sheets.PutFrom(f.Path, f.Data, from); err != nil {
			return nil, err
		}
	}
	site.Done(files)
	return paths, nil
}

// carry publishes files of a former portal anew. It is false when one of them is not there.
func (p *press) carry(paths []string, from publish.Sum) (bool, error) {
	for _, path := range paths {
		if ok, err := p.sheets.KeepFrom(path, from); !ok || err != nil {
			return false, err
		}
	}
	return len(paths) > 0, nil
}

// suppliers makes the pages of suppliers, which show who still owes a look at their notices: the duties of workloads tell.
func (p *press) suppliers(ctx context.Context) error {
	return each(ctx, p.loaded.Register.Suppliers, func(ctx context.Context, s *register.Supplier) error {
		return p.shared(ctx, obligation.OfSupplier, s.ID, s.Record, func(in report.Held) worded {
			in.Owed = p.owed
			detail, share := p.maker.Supplier(s, in)
			return worded{share, detail, report.Pack(detail), func() ([]site.File, error) { return p.site.Supplier(detail) }}
		})
	})
}

// owed lists who still owes a look at a notice.
func (p *press) owed(notice string) []report.Owed {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lists.Owed(notice)
}

// footprints makes the pages of footprints.
func (p *press) footprints(ctx context.Context) error {
	return each(ctx, p.loaded.Register.Footprints, func(ctx context.Context, f *register.Footprint) error {
		return p.shared(ctx, obligation.OfFootprint, f.ID, f.Record, func(in report.Held) worded {
			detail, share := p.maker.Footprint(f, in)
			return worded{share, detail, report.Pack(detail), func() ([]site.File, error) { return p.site.Footprint(detail) }}
		})
	})
}

// organisation makes the pages of an organisation, which show how its workloads stand, and those of its contracts. Hardly anything
// else rests on them, so they are forgotten then.
func (p *press) organisation(ctx context.Context, o *register.Organisation) error {
	for _, c := range o.Contracts {
		err := p.shared(ctx, obligation.OfContract, c.ID, c.Record, func(in report.Held) worded {
			detail, share := p.maker.Contract(c, in)
			return worded{share, detail, report.Pack(detail), func() ([]site.File, error) { return p.site.Contract(detail) }}
		})
		if err != nil {
			return err
		}
	}
	holds, err := p.holds(o)
	if err != nil {
		return err
	}
	return p.shared(ctx, obligation.OfOrganisation, o.ID, o.Record, func(in report.Held) worded {
		detail, share := p.maker.Organisation(o, in)
		shown := append(report.Pack(detail), report.Pack(&holds)...)
		return worded{share, detail, shown, func() ([]site.File, error) { return p.site.Organisation(detail, holds) }}
	})
}

// worded is something that workloads rest on in words, and how its pages are made.
type worded struct {
	share  *report.Share
	detail any
	shown  []byte // all that its pages show of it
	render func() ([]site.File, error)
}

// shared makes the pages of something that workloads rest on. Its past is told anew when it is stale; its pages are made anew when
// anything that they show is another, which may be one of its workloads.
func (p *press) shared(ctx context.Context, kind obligation.SubjectKind, id string, r *record.Record, word func(report.Held) worded) error {
	name := string(kind) + " " + id
	k, l, err := p.pastOf(ctx, name, kind, id)
	if err != nil {
		return err
	}
	in := report.Held{Register: p.loaded.Register, Judged: p.judged.Of(kind, id), Timeline: l.Timeline, Coming: l.Coming, Known: l.Known}
	if p.past != nil {
		in.History = p.past.commits(r.Path)
	}
	of := word(in)
	from, words := keyOf(p.frame, name, string(of.shown)), site.Words(of.detail)
	if k.Leaf != "" {
		if ok, err := p.carry(l.Files, from); ok || err != nil {
			p.add(name, of.share, words, k)
			return err
		}
	}
	files, err := of.render()
	if err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	if l.Files, err = p.put(files, from); err != nil {
		return err
	}
	k.Leaf = p.keepLeaf(name, l, nil)
	p.add(name, of.share, words, k)
	return nil
}

// pastOf tells the past of something that workloads rest on: as it was kept, or anew.
func (p *press) pastOf(ctx context.Context, name string, kind obligation.SubjectKind, id string) (kept, leaf, error) {
	if k, ok := p.stale.of(name); ok {
		if l, _, ok := p.tool.leafOf(k); ok {
			return k, *l, nil
		}
	}
	if p.lines == nil {
		return kept{}, leaf{}, nil
	}
	line, err := p.lines.Of(ctx, kind, id)
	if err != nil || line == nil {
		return kept{}, leaf{}, err
	}
	in, err := p.tell(p.past.NewDesk(), name, line)
	if err != nil {
		return kept{}, leaf{}, err
	}
	k := kept{Groups: line.Groups, Sources: line.Sources}
	if kind == obligation.OfOrganisation && p.tool.Cache != nil {
		if k.Stood, err = p.stood(ctx, id); err != nil {
			return kept{}, leaf{}, err
		}
	}
	return k, leaf{Timeline: in.Timeline, Coming: in.Coming, Known: in.Known}, nil
}

// keepLeaf puts the leaf of a subject into the cache, with the share of a workload, and gives its key.
func (p *press) keepLeaf(name string, l leaf, share *report.Share) string {
	if p.past == nil {
		return ""
	}
	key := keyOf(p.frame, p.origin.KnownAt, name)
	if p.tool.Cache != nil {
		p.tool.Cache.Put(keptLeaf, key, l.pack(share))
	}
	return hex.EncodeToString(key[:])
}

// restand finds the organisations that stand for their workloads as they did in the former portal, among those of which nothing
// but the list of workloads may be another.
func (p *press) restand(ctx context.Context) error {
	if p.lines == nil {
		return nil
	}
	return each(ctx, p.stale.relisted(), func(ctx context.Context, ods string) error {
		name := string(obligation.OfOrganisation) + " " + ods
		was := p.stale.edition.Subjects[name].Stood
		now, err := p.stood(ctx, ods)
		if err == nil && was != "" && was == now {
			p.stale.stood(name)
		}
		return err
	})
}

// stood is a digest of all that the workloads of an organisation see of how it stood and stands: on every day, and on the day
// judged.
func (p *press) stood(ctx context.Context, ods string) (string, error) {
	marks, err := p.lines.Stood(ctx, obligation.OfOrganisation, ods)
	if err != nil || marks == "" {
		return "", err
	}
	key := keyOf(marks, p.judged.Of(obligation.OfOrganisation, ods).Digest())
	return hex.EncodeToString(key[:]), nil
}

// family makes the pages of the workloads of a family, or carries them over.
func (p *press) family(ctx context.Context, f family, carried map[string]kept) error {
	if p.lines == nil {
		return p.workload(nil, f.workloads[0], nil)
	}
	if len(f.workloads) == 0 {
		return p.gone(ctx, f, nil)
	}
	if ok, err := p.carryAll(f.workloads, carried); ok || err != nil {
		return errors.Join(err, p.gone(ctx, f, nil))
	}
	desk := p.past.NewDesk()
	lines, err := p.lines.Family(ctx, desk, f.ids)
	if err != nil {
		return err
	}
	for _, w := range f.workloads {
		i := slices.IndexFunc(lines, func(t *timeline.Timeline) bool { return t.ID == w.ID })
		if i < 0 || lines[i].View == nil {
			return fmt.Errorf("workload %s is in the register and has no timeline", w.ID)
		}
		if err := p.workload(desk, w, lines[i]); err != nil {
			return err
		}
	}
	return p.gone(ctx, f, lines)
}

// gone tells how the workloads of a family stood that are no longer on record. Lines are the timelines of the family; nil when they
// were not made.
func (p *press) gone(ctx context.Context, f family, lines []*timeline.Timeline) error {
	for _, id := range f.ids {
		if slices.ContainsFunc(f.workloads, func(w *register.Workload) bool { return w.ID == id }) {
			continue
		}
		name := string(obligation.OfWorkload) + " " + id
		if k, ok := p.stale.of(name); ok {
			l, share, ok := p.tool.leafOf(k)
			if ok && l.Moved {
				p.keepKept(name, k)
				continue
			}
			if ok && l.Parcel != nil && p.addKept(keptWorkload{name, k, l, share}) {
				continue
			}
		}
		desk := p.past.NewDesk()
		if lines == nil {
			var err error
			if lines, err = p.lines.Family(ctx, desk, f.ids); err != nil {
				return err
			}
		}
		i := slices.IndexFunc(lines, func(t *timeline.Timeline) bool { return t.ID == id })
		if i < 0 { // it goes on under another id
			k := elsewhere(id, lines)
			k.Leaf = p.keepLeaf(name, leaf{Moved: true}, nil)
			p.keepKept(name, k)
			continue
		}
		line := lines[i]
		in, err := p.tell(desk, name, line)
		if err != nil {
			return err
		}
		share := report.GoneShare(id, line.Name, in.Timeline)
		k := kept{Groups: line.Groups, Sources: line.Sources, Last: dayOf(in.Known)}
		k.Leaf = p.keepLeaf(name, leaf{}, share)
		p.add(name, share, "", k)
	}
	return nil
}

// dayOf gives the day of a commit; no date when there is none.
func dayOf(c *report.Commit) calendar.Date {
	if c == nil {
		return calendar.Date{}
	}
	return c.Day
}

// elsewhere says what it rests on that a workload goes on under another id: on the folders that those of its family do, and its own.
// How anybody stands is nothing to it.
func elsewhere(id string, lines []*timeline.Timeline) kept {
	ods, slug, _ := strings.Cut(id, "/")
	k := kept{Groups: []string{record.Root + "/organisations/" + ods + "/workloads/" + slug}}
	for _, line := range lines {
		k.Groups = append(k.Groups, line.Groups...)
	}
	slices.Sort(k.Groups)
	k.Groups = slices.Compact(k.Groups)
	return k
}

// keepKept remembers what is known of a subject for the next build.
func (p *press) keepKept(name string, k kept) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made.Subjects[name] = k
}

// carriable lists the workloads that are not stale, by name.
func (p *press) carriable() map[string]kept {
	fresh := make(map[string]kept)
	for _, w := range p.loaded.Register.Workloads {
		name := string(obligation.OfWorkload) + " " + w.ID
		if k, ok := p.stale.of(name); ok {
			fresh[name] = k
		}
	}
	return fresh
}

// carryAll carries the pages of workloads over from a former portal. It is false when one of them must be made.
func (p *press) carryAll(list []*register.Workload, fresh map[string]kept) (bool, error) {
	all := make([]keptWorkload, len(list))
	for i, w := range list {
		one := keptWorkload{name: string(obligation.OfWorkload) + " " + w.ID}
		var ok bool
		if one.kept, ok = fresh[one.name]; !ok {
			return false, nil
		}
		if one.leaf, one.share, ok = p.tool.leafOf(one.kept); !ok || one.leaf.Parcel == nil {
			return false, nil
		}
		key, _ := one.kept.key() // leafOf has used it
		if ok, err := p.carry(one.leaf.Files, key); !ok || err != nil {
			return false, err
		}
		all[i] = one
	}
	if !p.addKept(all...) {
		return false, nil
	}
	for range all {
		p.advance()
	}
	return true, nil
}

func (p *press) workload(desk *versions.Desk, w *register.Workload, line *timeline.Timeline) error {
	name := string(obligation.OfWorkload) + " " + w.ID
	in := report.Held{Register: p.loaded.Register}
	k := kept{}
	if line != nil {
		var err error
		if in, err = p.tell(desk, name, line); err != nil {
			return err
		}
		in.Register, w = line.View.Register, line.View.Workload
		in.History = p.past.commits(w.Record.Path)
		k.Groups, k.Sources, k.Last = line.Groups, line.Sources, dayOf(in.Known)
	}
	in.Judged = p.judged.Workload(in.Register, w)
	detail, share := p.maker.Workload(w, in)
	files, err := p.site.Workload(detail)
	if err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	l := leaf{Words: site.Words(detail)}
	var from publish.Sum
	if line != nil {
		from = publish.Sum(keyOf(p.frame, p.origin.KnownAt, name))
	}
	if l.Files, err = p.put(files, from); err != nil {
		return err
	}
	k.Leaf = p.keepLeaf(name, l, share)
	p.add(name, share, l.Words, k)
	p.advance()
	return nil
}

// tell puts the past of a subject in words.
func (p *press) tell(desk *versions.Desk, name string, line *timeline.Timeline) (report.Held, error) {
	in := report.Held{Register: p.loaded.Register}
	var err error
	if in.Timeline, err = p.past.word(desk, line, p.origin.AsOf); err != nil {
		return in, err
	}
	in.Coming = report.ComingOf(line, p.origin.AsOf, p.origin.AsOf.Add(ahead))
	var organisations []string
	for _, counts := range append([]string{name}, line.Sources...) {
		if ods, ok := strings.CutPrefix(counts, string(obligation.OfOrganisation)+" "); ok {
			organisations = append(organisations, ods)
		}
	}
	if c := p.past.Newest(line.Groups, organisations, line.Turned); c != nil {
		in.Known = &report.Commit{ID: c.ID, Day: c.Day, Author: c.Author, Subject: c.Subject}
	}
	return in, nil
}
