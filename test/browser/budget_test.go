//go:build browser

package browser

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/network"
	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// mostTransferred is how much a first visit may have sent, in bytes: the page with its sheet, scripts and icon.
const mostTransferred = 100_000

// static serves a portal as a static host does: what is text is compressed with gzip once, the rest goes as it is. It counts the bytes of
// bodies and of the status lines and headers that it sends.
func static(t *testing.T, dir string) (base string, sent *atomic.Int64) {
	t.Helper()
	sent = new(atomic.Int64)
	types := map[string]string{".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path.Clean(r.URL.Path))))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", strict)
		if kind := types[path.Ext(r.URL.Path)]; kind != "" {
			raw = zipped(raw)
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Content-Encoding", "gzip")
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
		var head bytes.Buffer
		_ = w.Header().Write(&head)
		sent.Add(int64(len(raw) + head.Len() + len("HTTP/1.1 200 OK\r\n\r\n")))
		_, _ = w.Write(raw)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/", sent
}

// zipped compresses a file as hosts do.
func zipped(raw []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b) // the level that hosts use
	_, _ = z.Write(raw)     // into memory
	_ = z.Close()
	return b.Bytes()
}

// shifts has every page say how far it moved under the eyes of its reader.
const shifts = `window.shifted = 0;
new PerformanceObserver(list => { for (const e of list.getEntries()) window.shifted += e.value; }).observe({type: "layout-shift", buffered: true});`

// TestBudgets opens a page of each kind as somebody who was never there before, and sees that little is sent and that nothing moves.
func TestBudgets(t *testing.T) {
	for name, dir := range map[string]string{"years": past(t), "public": public(t)} {
		t.Run(name, func(t *testing.T) {
			base, sent := static(t, dir)
			b := open(t)
			if _, err := chromedp.Call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
				t.Fatal(err)
			}
			if _, err := chromedp.Call(b, cdp.AddScriptToEvaluateOnNewDocument, cdp.AddScriptToEvaluateOnNewDocumentParams{Source: shifts}); err != nil {
				t.Fatal(err)
			}
			of := kinds(pages(t, dir))
			for _, width := range []int64{1280, 320} {
				if err := chromedp.Do(b, chromedp.EmulateViewport(width, 900)); err != nil {
					t.Fatal(err)
				}
				for _, kind := range sortedKeys(of) {
					p := of[kind]
					sent.Store(0)
					report(t, b.visit(base, p))
					got := sent.Load()
					moved, err := chromedp.Run(b, chromedp.Evaluate[float64](`new Promise(done => setTimeout(() => done(window.shifted), 100))`, chromedp.EvalAwaitPromise))
					if err != nil {
						t.Fatal(err)
					}
					t.Logf("%s at %d px: %d bytes, moved by %.4f", p, width, got, moved)
					if moved > 0 {
						t.Errorf("%s at %d px moves by %.4f while it loads", p, width, moved)
					}
					if p == "index.html" && got > mostTransferred {
						t.Errorf("%s needs %d bytes, more than %d", p, got, mostTransferred)
					}
				}
			}
		})
	}
}
