package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"slices"
	"sync"
	"unique"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/chain"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/statement"
	"example.org/muniment/internal/versions"
)

// prove gives a past the chain of its approvals.
func (t *Tool) prove(ctx context.Context, src *source, r *rules, p *past, read *load.Cache) error {
	own, err := statement.RulesOf(t.Schemas)
	if err != nil {
		return err
	}
	known := append([]statement.Rules{own}, t.Released...)
	reader, err := load.NewReader(load.Options{Schemas: r.shapes, Cache: read, Memory: src.memory})
	if err != nil {
		return err
	}
	pending, err := pendingFiles(src)
	if err != nil {
		return err
	}
	trail := src.line.Trail()
	p.chain = chain.New(chain.Source{
		Context: ctx, History: p.History, Trail: trail, Reader: reader, Blob: src.repo.Blob, Authors: src.repo.Authors(trail).Of,
		Rules: (&rulesHeld{repo: src.repo, trail: trail, known: make(map[string]found), folders: make(map[int]string)}).at, Known: known, Pending: pending,
	})
	p.ProveBy(p.chain)
	return p.chain.Err()
}

// rulesFolder is where a repository that brings its own rules keeps them.
const rulesFolder = "schemas"

// rulesHeld finds the rules that a repository holds in its own folder schemas/.
type rulesHeld struct {
	repo  *gitrepo.Repo
	trail *gitrepo.Trail
	mu    sync.Mutex
	known map[string]found // by the id of the folder

	folders map[int]string // the ids, by position
}

type found struct {
	rules statement.Rules
	ok    bool
}

// at gives the rules at a position of the line. It is false when the commit holds none that could be ours. What cannot be read is
// trouble: the rules of some program must not stand in for it.
func (h *rulesHeld) at(position int) (statement.Rules, bool, error) {
	commit := h.trail.Commit(position)
	h.mu.Lock()
	defer h.mu.Unlock()
	id, ok := h.folders[position]
	if !ok {
		var err error
		if id, err = h.repo.FolderID(commit, rulesFolder); err != nil {
			return statement.Rules{}, false, err
		}
		h.folders[position] = unique.Make(id).Value() // there are few, and many positions
	}
	if id == "" {
		return statement.Rules{}, false, nil
	}
	if f, ok := h.known[id]; ok {
		return f.rules, f.ok, nil
	}
	folder, err := h.repo.FS(commit, rulesFolder)
	if err != nil {
		return statement.Rules{}, false, err
	}
	f := found{}
	f.rules, err = statement.RulesOf(folder)
	if err != nil && !errors.Is(err, statement.ErrNoRules) {
		return statement.Rules{}, false, err
	}
	f.ok = err == nil
	h.known[id] = f
	return f.rules, f.ok, nil
}

// pendingFiles reads what the working tree holds otherwise than the last commit does, where the working tree is what is judged.
func pendingFiles(src *source) (map[string][]byte, error) {
	if len(src.dirty) == 0 {
		return nil, nil
	}
	pending := make(map[string][]byte, len(src.dirty))
	for _, name := range src.dirty {
		p := record.Root + "/" + name
		info, err := fs.Lstat(src.files, p)
		if err != nil || !info.Mode().IsRegular() || info.Size() > load.MaxAttachment {
			pending[p] = nil
			continue
		}
		text, err := fs.ReadFile(src.files, p)
		if err != nil {
			return nil, fmt.Errorf("read what is not committed: %w", err)
		}
		pending[p] = text
	}
	return pending, nil
}

// attach tells the workloads of a register what is proven about their approvals at the last commit of the chain.
func attach(c *chain.Chain, reg *register.Register) error { return attachAt(c, c.Last(), reg) }

// attachAt tells the workloads of a register what is proven about their approvals at a position of the chain.
func attachAt(c *chain.Chain, position int, reg *register.Register) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for few := range slices.Chunk(reg.Workloads, 16) {
		group.Go(func() error {
			for _, w := range few {
				w.Proof = c.Dossier(nil, w.ID).At(w.Controller.ID, position)
			}
			return c.Err()
		})
	}
	return group.Wait()
}

// frozen proves for every state what is proven at the last commit.
type frozen struct{ *chain.Chain }

// Workload implements [versions.Prover].
func (f frozen) Workload(_ *versions.Desk, id string) func(string, int) register.Proof {
	d := f.Dossier(nil, id)
	return func(controller string, _ int) register.Proof { return d.At(controller, f.Last()) }
}
