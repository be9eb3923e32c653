//go:build browser

package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium finds the browser, or says how to get one.
func chromium(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome"}
	if named := os.Getenv("CHROMIUM"); named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("there is no Chromium (looked for %s). Install it, on Debian with\n"+
		"  apt-get update && apt-get install -y --no-install-recommends chromium fonts-liberation\n"+
		"or set CHROMIUM to the program", strings.Join(names, ", "))
	return ""
}

// browser is started once and closed by TestMain.
var browser struct {
	once  sync.Once
	ctx   context.Context
	close func()
}

// start starts the browser. Only the pages under test are ever shown in it, so its sandbox may stay off, which root and
// most containers need; and no name but loopback resolves, so a request elsewhere is seen but never made.
func start(t *testing.T) context.Context {
	t.Helper()
	program := chromium(t)
	browser.once.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(program), chromedp.NoSandbox,
			chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-component-update", true),
			chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		)
		allocator, freeAllocator := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, freeBrowser := chromedp.NewContext(allocator)
		browser.ctx = ctx
		browser.close = func() { freeBrowser(); freeAllocator() }
	})
	if err := chromedp.Do(browser.ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return browser.ctx
}

func TestMain(m *testing.M) {
	code := m.Run()
	if browser.close != nil {
		browser.close()
	}
	if built.dir != "" {
		_ = os.RemoveAll(built.dir) // what is left is only in the way
	}
	os.Exit(code)
}

// open opens an empty tab.
func open(t *testing.T) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(start(t))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 15*time.Minute)
	t.Cleanup(cancel)
	b := &tab{Context: ctx}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	return b
}

// tab is a browser tab that remembers what its pages complain about and ask for.
type tab struct {
	context.Context

	mu       sync.Mutex
	console  []string
	requests []string
}

// hear is called for every event, in order, before the reply to any later command.
func (b *tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			b.console = append(b.console, fmt.Sprintf("console.%s", e.Type))
		}
	case *runtime.EventExceptionThrown:
		b.console = append(b.console, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			b.console = append(b.console, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		b.requests = append(b.requests, e.Request.URL)
	}
}

// visit opens a page and returns what went wrong while it loaded.
func (b *tab) visit(base, page string) []fault {
	b.forget()
	if err := chromedp.Do(b, chromedp.Navigate(base+(&url.URL{Path: page}).EscapedPath())); err != nil {
		return []fault{{page, fmt.Sprintf("does not open: %v", err)}}
	}
	// Two frames later, deferred scripts have run and what they asked for has been asked for.
	settle := chromedp.Evaluate[bool](`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, chromedp.EvalAwaitPromise)
	if _, err := chromedp.Run(b, settle); err != nil {
		return []fault{{page, fmt.Sprintf("does not settle: %v", err)}}
	}
	return b.heard(base, page)
}

func (b *tab) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.console, b.requests = nil, nil
}

func (b *tab) heard(base, page string) []fault {
	b.mu.Lock()
	defer b.mu.Unlock()
	var faults []fault
	for _, said := range b.console {
		faults = append(faults, fault{page, "console: " + said})
	}
	for _, asked := range b.requests {
		if !strings.HasPrefix(asked, base) && !strings.HasPrefix(asked, "data:") { // a browser draws its own controls from data
			faults = append(faults, fault{page, "request outside the portal: " + asked})
		}
	}
	return faults
}

// violation is what axe-core reports about one rule.
type violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Tags   []string `json:"tags"`
	Nodes  []struct {
		HTML    string `json:"html"`
		Summary string `json:"failureSummary"`
	} `json:"nodes"`
}

func (v violation) String() string {
	s := fmt.Sprintf("axe %s, %s: %s (%d places)", v.Impact, v.ID, v.Help, len(v.Nodes))
	if len(v.Nodes) > 0 {
		s += "\n    " + v.Nodes[0].HTML + "\n    " + strings.ReplaceAll(v.Nodes[0].Summary, "\n", "\n    ")
	}
	return s
}

// grave tells whether a page may not have it: anything against WCAG, and of good practice what is serious.
func (v violation) grave() bool {
	law := slices.ContainsFunc(v.Tags, func(tag string) bool { return strings.HasPrefix(tag, "wcag") && !strings.HasSuffix(tag, "aaa") })
	return law || v.Impact == "serious" || v.Impact == "critical"
}

// axe reads the page that is open.
func (b *tab) axe(source string) ([]violation, error) {
	if err := chromedp.Do(b, chromedp.Evaluate[chromedp.Void](source)); err != nil {
		return nil, fmt.Errorf("load axe-core: %w", err)
	}
	return chromedp.Run(b, chromedp.Evaluate[[]violation](
		`axe.run(document, {resultTypes: ["violations"], rules: {"target-size": {enabled: true}}}).then(r => r.violations)`, chromedp.EvalAwaitPromise))
}
