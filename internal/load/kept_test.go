package load_test

import (
	"crypto/sha256"
	"io/fs"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/demo"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
)

// shelf is a store in memory that can be damaged.
type shelf struct {
	mu    sync.Mutex
	data  map[[sha256.Size]byte][]byte
	found int
	harm  func([]byte) []byte // what it gives instead; nil for what was put there
}

func (s *shelf) Get(key [sha256.Size]byte) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, ok := s.data[key]
	if ok {
		s.found++
		if s.harm != nil {
			data = s.harm(data)
		}
	}
	return data, ok
}

func (s *shelf) Put(key [sha256.Size]byte, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data[key] = data
}

// seen is what of a reading can be told apart.
type seen struct {
	Result  load.Result
	Records []*record.Record
}

func look(r *load.Result) seen {
	out := seen{*r, r.Register.Records}
	out.Result.Register = nil
	return out
}

// listing notes what is listed.
type listing struct {
	*gitrepo.Folder
	mu     sync.Mutex
	listed []string
}

func (l *listing) ReadDir(name string) ([]fs.DirEntry, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listed = append(l.listed, name)
	return l.Folder.ReadDir(name)
}

// sample makes a repository up, with signed and stated approvals and attachments, and gives the files of its last commit.
func sample(t *testing.T) (*gitrepo.Repo, *gitrepo.Folder) {
	t.Helper()
	dir := t.TempDir() + "/sample.git"
	if _, err := demo.Write(t.Context(), dir, demo.Options{Seed: 2, Workloads: 24, Commits: 250, Until: calendar.Of(2026, 11, 20), Bare: true}); err != nil {
		t.Fatal(err)
	}
	repo, head := headOf(t, dir)
	files, err := repo.FS(head, "")
	if err != nil {
		t.Fatal(err)
	}
	return repo, files
}

func TestWhatAFormerRunReadIsReadAgain(t *testing.T) {
	t.Parallel()
	_, files := sample(t)
	for name, pares := range map[string]func(string, record.Kind) bool{
		"whole":                     nil,
		"pared but for the records": func(_ string, kind record.Kind) bool { return kind != record.KindWorkload },
		"all pared":                 func(string, record.Kind) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := &listing{Folder: files}
			readUpTo := func(limit int, s load.Store) seen {
				r, err := load.Tree(t.Context(), files, load.Options{Pare: pares, Store: s, Files: limit})
				if err != nil {
					t.Fatal(err)
				}
				return look(r)
			}
			read := func(s load.Store) seen { return readUpTo(0, s) }
			want := read(nil)
			everything := len(files.listed)
			s := &shelf{data: make(map[[sha256.Size]byte][]byte)}
			if diff := cmp.Diff(want, read(s), alike); diff != "" {
				t.Errorf("with an empty store (-without +with):\n%s", diff)
			}
			if s.found > 0 || len(s.data) == 0 {
				t.Fatalf("an empty store gave %d things and was given %d", s.found, len(s.data))
			}
			found := read(s)
			if s.found != len(s.data) {
				t.Errorf("of %d things the store was asked for %d", len(s.data), s.found)
			}
			if diff := cmp.Diff(want, found, alike); diff != "" {
				t.Errorf("from the store (-without +with):\n%s", diff)
			}
			if again := len(files.listed) - 2*everything; again >= everything-len(s.data) {
				t.Errorf("of %d folders %d are listed again, with %d in the store", everything, again, len(s.data))
			}
			for limit := 1; limit < 1<<12; limit += limit/2 + 1 {
				if diff := cmp.Diff(readUpTo(limit, nil), readUpTo(limit, s), alike); diff != "" {
					t.Errorf("at most %d files, from the store (-without +with):\n%s", limit, diff)
				}
			}
			for claim, harm := range map[string]func([]byte) []byte{
				"cut short": func(b []byte) []byte { return b[:len(b)-1] },
				"empty":     func([]byte) []byte { return nil },
				"too long":  func(b []byte) []byte { return append(b[:len(b):len(b)], 0) },
			} {
				s.harm = harm
				if diff := cmp.Diff(want, read(s), alike); diff != "" {
					t.Errorf("from what is %s (-without +with):\n%s", claim, diff)
				}
			}
		})
	}
}

func TestStretches(t *testing.T) {
	for path, want := range map[string]string{
		"evidence/policy.yaml":                                          "",
		"evidence/footprints/east.yaml":                                 "",
		"evidence/suppliers/":                                           "",
		"evidence/suppliers/acme":                                       "",
		"evidence/suppliers/acme/supplier.yaml":                         "evidence/suppliers/acme",
		"evidence/suppliers/acme/notices/2026-01-05-x.yaml":             "evidence/suppliers/acme",
		"evidence/organisations/ZZ1/organisation.yaml":                  "",
		"evidence/organisations/ZZ1/contracts/hosting.yaml":             "evidence/organisations/ZZ1/contracts",
		"evidence/organisations/ZZ1/workloads":                          "",
		"evidence/organisations/ZZ1/workloads/archive":                  "",
		"evidence/organisations/ZZ1/workloads/archive/workload.yaml":    "evidence/organisations/ZZ1/workloads/archive",
		"evidence/organisations/ZZ1/workloads/archive/files/model.xlsx": "evidence/organisations/ZZ1/workloads/archive",
		"evidence/organisations/workloads/workloads/x/workload.yaml":    "evidence/organisations/workloads/workloads/x",
	} {
		if got := load.StretchOf(path); got != want {
			t.Errorf("%s is of %q, want %q", path, got, want)
		}
	}
}
