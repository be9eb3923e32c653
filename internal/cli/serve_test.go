package cli_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.org/muniment/internal/cli"
)

// TestServe shows the example from a folder inside it, changes a file and stops.
func TestServe(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "evidence"), os.DirFS("../../evidence")); err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	said, voice := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- cli.Run(ctx, cli.Env{
			Args: []string{"serve", "--port", "0", "--as-of", "2026-11-22"}, In: strings.NewReader(""), Out: io.Discard, Err: voice,
			Dir: filepath.Join(dir, "evidence", "suppliers"), Now: time.Now, Getenv: func(string) string { return "" },
		})
		voice.Close()
	}()
	url := ""
	lines := bufio.NewScanner(said)
	for url == "" && lines.Scan() {
		if _, rest, ok := strings.Cut(lines.Text(), "the portal is at "); ok {
			url, _, _ = strings.Cut(rest, " ")
		}
	}
	if url == "" {
		t.Fatalf("no address was said; exit status %d", <-ended)
	}
	go io.Copy(io.Discard, said)

	for claim, c := range map[string]struct {
		method, path, host string
		status             int
		holds              string
	}{
		"the front page, made to reload itself": {"GET", "", "", 200, `<script src="/-/reload.js"></script></body>`},
		"a document":                            {"GET", "api/v1/index.json", "", 200, "muniment/report/v1"},
		"no page outside the portal":            {"GET", "../../etc/passwd", "", 404, ""},
		"nothing for a page of another site":    {"GET", "", "evil.example", 403, "127.0.0.1 only"},
		"nothing can be sent":                   {"POST", "", "", 405, "only be read"},
	} {
		t.Run(claim, func(t *testing.T) {
			body, status := ask(t, c.method, url+c.path, c.host)
			if status != c.status || !strings.Contains(body, c.holds) {
				t.Errorf("status %d, want %d and %q in %.300s", status, c.status, c.holds, body)
			}
		})
	}

	workload := filepath.Join(dir, "evidence/organisations/Z9A1A/workloads/imaging-archive/workload.yaml")
	text, err := os.ReadFile(workload)
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.Replace(string(text), "\nname: ", "\nname: Renamed while shown, ", 1))
	if err := os.WriteFile(workload, text, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, status := ask(t, "GET", url+"-/edition", ""); status != 200 {
		t.Errorf("waiting for a new edition ended with %d", status)
	}
	if body, _ := ask(t, "GET", url+"workloads.html", ""); !strings.Contains(body, "Renamed while shown") {
		t.Error("the page does not show what changed")
	}

	interrupt()
	if status := <-ended; status != cli.ExitOK {
		t.Errorf("stopping ended with %d, want %d: it is the way to stop", status, cli.ExitOK)
	}
}

func ask(t *testing.T, method, url, host string) (body string, status int) {
	t.Helper()
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = host
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), answer.StatusCode
}
