//go:build browser

package browser

import (
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

var portalDir = flag.String("portal", "", "the built portal to look at; by default evidence/ is built as of asOf")

// asOf is the day that the example is judged on, so that the pages do not change by themselves.
const asOf = "2026-11-22"

// fault is one thing wrong with one page.
type fault struct {
	page string // path in the portal
	what string
}

func (f fault) String() string { return f.page + ": " + f.what }

// report fails the test with every fault.
func report(t *testing.T, faults []fault) {
	t.Helper()
	for _, f := range faults {
		t.Error(f)
	}
}

// built are portals that several tests look at; each is built once.
var built struct {
	once sync.Once
	dir  string // removed by TestMain
	err  error
}

// build makes the portals: of the example, of years of history, which the example has not, and of what of the example is open to the public.
func build(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "portals"); built.err != nil {
			return
		}
		made := filepath.Join(built.dir, "made")
		muniment(t, "build", "-C", "../..", "--as-of", asOf, "--out", filepath.Join(built.dir, "example"))
		muniment(t, "build", "-C", "../..", "--as-of", asOf, "--profile", "open", "--out", filepath.Join(built.dir, "public"))
		muniment(t, "demo", made, "--workloads", "60")
		muniment(t, "build", "-C", made, "--as-of", "2026-11-20", "--out", filepath.Join(built.dir, "years"))
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.dir
}

// portal returns the folder of the portal to look at.
func portal(t *testing.T) string {
	t.Helper()
	if *portalDir != "" {
		return *portalDir
	}
	return filepath.Join(build(t), "example")
}

// past returns the folder of a portal with years of history, which the example has not.
func past(t *testing.T) string {
	t.Helper()
	if *portalDir != "" {
		return *portalDir
	}
	return filepath.Join(build(t), "years")
}

// public returns the folder of a register that is open to the public.
func public(t *testing.T) string {
	t.Helper()
	return filepath.Join(build(t), "public")
}

// muniment runs the program.
func muniment(t *testing.T, args ...string) {
	t.Helper()
	program, err := filepath.Abs("../../bin/muniment")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("there is no program to build the portal with; run make build: %v", err)
	}
	if said, err := exec.Command(program, args...).CombinedOutput(); err != nil {
		t.Fatalf("muniment %s: %v\n%s", strings.Join(args, " "), err, said)
	}
}

// pages lists the HTML files of a portal, by path from its root.
func pages(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	// The published folder may be a link to a generation, which WalkDir would not enter.
	err := fs.WalkDir(os.DirFS(absolute(t, dir)), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(name, ".html") {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatalf("%s has no pages", dir)
	}
	return found
}

// single are pages that are alone of their kind in a folder of others.
var single = []string{"certificates.html", "principles.html", "notices.html", "obligations-by-source.html"}

// kinds picks the first page of each kind, by name of the kind: pages in one folder are alike, its index is not.
func kinds(pages []string) map[string]string {
	first := map[string]string{}
	for _, p := range pages {
		folder, file := filepath.Split(p)
		parts := strings.Split(strings.Trim(folder, "/"), "/")
		kind := fmt.Sprintf("%s-%d", parts[0], len(parts))
		switch {
		case folder == "":
			kind = strings.TrimSuffix(file, ".html")
		case file == "index.html":
			kind += "-index"
		case slices.Contains(single, file):
			kind += "-" + strings.TrimSuffix(file, ".html")
		}
		if _, seen := first[kind]; !seen {
			first[kind] = p
		}
	}
	return first
}

// strict is what a careful host sends with each page. Whatever a page does against it becomes an error in the console.
const strict = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'"

// serve shows a portal on loopback, at a path below the root as project pages do.
func serve(t *testing.T, dir, policy string) (base string) {
	t.Helper()
	files := http.StripPrefix("/a/portal", http.FileServer(http.Dir(dir)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/a/portal/"
}

// tool finds a file that npm installs.
func tool(t *testing.T, parts ...string) string {
	t.Helper()
	name := filepath.Join(append([]string{"node_modules"}, parts...)...)
	if _, err := os.Stat(name); err != nil {
		t.Fatalf("%s is missing; install Node.js with npm, then run make browser (it runs npm ci in test/browser): %v", parts[0], err)
	}
	return name
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
