// Package gitpack makes a new git repository: files, folders and commits go straight into one pack with its index. There are
// no loose objects, and no git program is run. Repositories that exist are the business of package gitrepo, which only reads.
//
// It promises three things.
//
//   - The same calls give the same ids on every machine. Nothing is taken from the clock, the environment or git's settings.
//   - A repository appears whole or not at all: until Finish has written the branch there is none, and Discard leaves the
//     folder as it was found.
//   - Cost follows what changed. A commit writes the folders on the way to the files that it changed, each as its difference
//     from the folder before; only one state of the files, an entry for each object and no content are kept in memory.
//
// A history is made from the oldest commit on:
//
//	repo, err := gitpack.Create(dir)
//	tree := gitpack.NewTree()
//	blob, err := repo.Blob([]byte("id: imaging\n"))
//	tree.Put("evidence/workload.yaml", blob)
//	head, err := repo.Commit(gitpack.Commit{Tree: tree, Author: who, Committer: who, Message: "Add the imaging workload"})
//	err = repo.Finish("main", head)
//	err = repo.Checkout(ctx, tree, nil)
package gitpack

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrNotEmpty is the error for making a repository in a folder that already holds something.
var ErrNotEmpty = errors.New("the folder is not empty")

// ID is the name of an object: the SHA-1 of its kind, length and content, as git has it.
type ID [sha1.Size]byte

// String gives the id in 40 hexadecimal digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Person is somebody as a commit names them, with the day and time in the offset that the commit states.
type Person struct {
	Name, Email string
	When        time.Time // to the second
}

// Commit is one state of the repository. Its parents are commits made before.
type Commit struct {
	Tree      *Tree
	Parents   []ID
	Author    Person
	Committer Person
	Message   string // subject, and after an empty line the rest; the last line feed is added
}

// Repository is a repository being made. It is for one goroutine.
type Repository struct {
	dir  string
	git  string // the folder that git calls .git
	made []string
	pack *pack
	text bytes.Buffer // of the commit being made
}

// Create begins a repository with a working tree at dir, which is made when it is not there. The error wraps [ErrNotEmpty]
// when there is something in it already.
func Create(dir string) (*Repository, error) { return create(dir, filepath.Join(dir, ".git")) }

// CreateBare begins a repository without a working tree at dir.
func CreateBare(dir string) (*Repository, error) { return create(dir, dir) }

func create(dir, git string) (*Repository, error) {
	r := &Repository{dir: dir, git: git}
	present, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.made = append(r.made, dir)
	case err != nil:
		return nil, fmt.Errorf("make a repository: %w", err)
	case len(present) > 0:
		return nil, fmt.Errorf("make a repository in %s: %w", dir, ErrNotEmpty)
	}
	for _, folder := range []string{"objects/pack", "objects/info", "refs/heads", "refs/tags"} {
		if err := os.MkdirAll(filepath.Join(git, folder), 0o755); err != nil {
			return nil, errors.Join(fmt.Errorf("make a repository: %w", err), r.Discard())
		}
	}
	if git == dir {
		r.made = append(r.made, "HEAD", "config", "objects", "refs")
	} else {
		r.made = append(r.made, ".git")
	}
	r.pack, err = newPack(filepath.Join(git, "objects", "pack"))
	if err != nil {
		return nil, errors.Join(err, r.Discard())
	}
	return r, nil
}

// Discard takes away what was made, after a failure or an interruption. Before Finish there is no repository to lose.
func (r *Repository) Discard() error {
	if r.pack != nil {
		r.pack.file.Close() // what could not be written is thrown away
	}
	if len(r.made) > 0 && r.made[0] == r.dir {
		return os.RemoveAll(r.dir)
	}
	var all error
	for _, name := range r.made {
		all = errors.Join(all, os.RemoveAll(filepath.Join(r.dir, name)))
	}
	return all
}

// Blob stores the content of a file, once however often it is given.
func (r *Repository) Blob(content []byte) (ID, error) {
	id, _, err := r.pack.store(kindBlob, content, nil)
	return id, err
}

// Commit stores a state with its folders. The tree may be changed afterwards; the commit keeps what it was.
func (r *Repository) Commit(c Commit) (ID, error) {
	tree, err := r.pack.writeFolder(c.Tree.root)
	if err != nil {
		return ID{}, err
	}
	t := &r.text
	t.Reset()
	fmt.Fprintf(t, "tree %s\n", tree)
	for _, p := range c.Parents {
		fmt.Fprintf(t, "parent %s\n", p)
	}
	writePerson(t, "author", c.Author)
	writePerson(t, "committer", c.Committer)
	fmt.Fprintf(t, "\n%s\n", strings.TrimRight(c.Message, "\n"))
	id, _, err := r.pack.store(kindCommit, t.Bytes(), nil)
	return id, err
}

func writePerson(t *bytes.Buffer, as string, p Person) {
	fmt.Fprintf(t, "%s %s <%s> %d %s\n", as, p.Name, p.Email, p.When.Unix(), p.When.Format("-0700"))
}

// Objects counts the objects stored so far.
func (r *Repository) Objects() int { return len(r.pack.objects) }

// Finish completes the pack and lets a branch, which HEAD points to, begin at head. After it nothing more is stored.
func (r *Repository) Finish(branch string, head ID) error {
	if err := r.pack.finish(); err != nil {
		return fmt.Errorf("finish the pack: %w", err)
	}
	bare := "false\n\tlogallrefupdates = true"
	if r.git == r.dir {
		bare = "true"
	}
	// HEAD is last: without it this is no repository.
	for _, f := range []struct{ name, text string }{
		{"config", "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = " + bare + "\n"},
		{"refs/heads/" + branch, head.String() + "\n"},
		{"HEAD", "ref: refs/heads/" + branch + "\n"},
	} {
		if err := os.WriteFile(filepath.Join(r.git, filepath.FromSlash(f.name)), []byte(f.text), 0o644); err != nil {
			return fmt.Errorf("finish the repository: %w", err)
		}
	}
	return nil
}

// Close lets go of the pack once everything is done.
func (r *Repository) Close() error { return r.pack.file.Close() }
