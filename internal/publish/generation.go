package publish

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"
	"sync"
)

// mark is what a file system tells of a file without its bytes. A file that was written to, replaced, or had its times set
// back does not keep its mark: nobody can choose the time of change of an inode.
type mark struct {
	Size    int64
	Inode   uint64
	Changed int64 // nanoseconds; the time of change of the inode, which links and permissions move too
}

// state is what one name of a folder is now.
type state struct {
	mark
	links        uint64 // how many names the file has
	regular, dir bool
}

// folder is an open folder of a generation. Its files are reached through it, so that a name is never looked up twice and
// never leads outside.
type folder struct {
	root *os.Root
	dir  *os.File
}

// openFolder takes over a root that was just opened.
func openFolder(root *os.Root, err error) (*folder, error) {
	if err != nil {
		return nil, err
	}
	dir, err := root.Open(".")
	if err != nil {
		root.Close()
		return nil, err
	}
	return &folder{root, dir}, nil
}

func (f *folder) close() {
	f.dir.Close()
	f.root.Close()
}

// openFolders is how many folders of a generation stay open. More are opened when they are wanted and closed again.
const openFolders = 128

// generation is one of the two folders that the published path leads to. It may be used by several goroutines.
type generation struct {
	name string
	root *os.Root

	mu   sync.Mutex
	open map[string]*folder
}

// openGeneration opens a generation of a store; with making, one that is not there is made. A link in its place is refused: what is
// swept from it could be anything.
func openGeneration(store *os.Root, name string, making bool) (*generation, error) {
	info, err := store.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && making:
		before("make a generation")
		if err := store.Mkdir(name, 0o777); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, refuse("%s/%s is not a folder of its own; remove it or choose another folder with --out", store.Name(), name)
	}
	root, err := store.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &generation{name: name, root: root, open: map[string]*folder{}}, nil
}

func (g *generation) close() {
	if g == nil {
		return
	}
	for _, f := range g.open {
		f.close()
	}
	g.root.Close()
}

// folder opens the folder of a path. Call done when it is no longer used. With making, folders that are not there are made,
// and files in the place of folders make room: the caller knows that no page is to be there.
func (g *generation) folder(dir string, making bool) (f *folder, done func(), err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f := g.open[dir]; f != nil {
		return f, func() {}, nil
	}
	if making {
		for _, d := range append(parents(dir), dir) {
			if err := g.makeFolder(d); err != nil {
				return nil, nil, err
			}
		}
	}
	if f, err = openFolder(g.root.OpenRoot(dir)); err != nil {
		return nil, nil, err
	}
	if len(g.open) < openFolders {
		g.open[dir] = f
		return f, func() {}, nil
	}
	return f, f.close, nil
}

// makeFolder makes one folder. It is called with the lock held.
func (g *generation) makeFolder(dir string) error {
	if dir == "." || g.open[dir] != nil {
		return nil
	}
	before("make a folder")
	err := g.root.Mkdir(dir, 0o777)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := g.root.Lstat(dir)
	if err != nil || info.IsDir() {
		return err
	}
	if err := g.root.Remove(dir); err != nil {
		return err
	}
	return g.root.Mkdir(dir, 0o777)
}

// sum gives the digest of a file of the generation.
func (g *generation) sum(p string) (Sum, error) {
	f, done, err := g.folder(path.Dir(p), false)
	if err != nil {
		return Sum{}, err
	}
	defer done()
	file, err := f.root.Open(path.Base(p))
	if err != nil {
		return Sum{}, err
	}
	defer file.Close()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return Sum{}, err
	}
	return Sum(h.Sum(nil)), nil
}

// contents is everything below a generation.
type contents struct {
	files map[string]state
	dirs  []string // outermost first
	odd   []string // neither file nor folder: a link must never be taken for a page because it leads to the right bytes
}

// survey lists a generation with the state of every file.
func (g *generation) survey() (*contents, error) {
	all := &contents{files: map[string]state{}}
	for dirs := []string{"."}; len(dirs) > 0; dirs = dirs[1:] {
		names, states, err := g.list(dirs[0])
		if err != nil {
			return nil, err
		}
		for i, st := range states {
			switch p := path.Join(dirs[0], names[i]); {
			case st.dir:
				dirs, all.dirs = append(dirs, p), append(all.dirs, p)
			case st.regular:
				all.files[p] = st
			default:
				all.odd = append(all.odd, p)
			}
		}
	}
	return all, nil
}

// list looks at every name of one folder. Asking costs a microsecond each, and a folder may hold ten thousand.
func (g *generation) list(dir string) ([]string, []state, error) {
	f, done, err := g.folder(dir, false)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	all, err := f.root.Open(".") // not f.dir, which remembers how far it was read
	if err != nil {
		return nil, nil, err
	}
	defer all.Close()
	names, err := all.Readdirnames(-1)
	if err != nil {
		return nil, nil, err
	}
	states := make([]state, len(names))
	const few = 512
	chunks := (len(names) + few - 1) / few
	failed := make([]error, chunks)
	parallel(chunks, func(i int) {
		for j := i * few; j < min(len(names), (i+1)*few) && failed[i] == nil; j++ {
			states[j], failed[i] = f.look(names[j])
		}
	})
	return names, states, errors.Join(failed...)
}

// parallel calls do for every number below n, on as many processors as there are.
func parallel(n int, do func(int)) {
	var (
		work  sync.WaitGroup
		tasks = make(chan int)
	)
	for range min(n, runtime.GOMAXPROCS(0)) {
		work.Go(func() {
			for i := range tasks {
				do(i)
			}
		})
	}
	for i := range n {
		tasks <- i
	}
	close(tasks)
	work.Wait()
}
