package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"example.org/muniment/internal/pipeline"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/theme"
	"github.com/spf13/cobra"
)

func (a *app) serve() *cobra.Command {
	var (
		q        = question{worktree: true}
		port     int
		themeDir string
	)
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the portal on this machine and keep it up to date",
		Long: `Serve shows the portal made from the files as they are in the folder, on 127.0.0.1 only, and makes it anew when they change; an
open page then reloads itself. Nothing is written to disk. Stop it with Ctrl-C; that ends it with status 0.`,
		Example: `  muniment serve
  muniment serve --port 9000 --as-of 2027-04-01`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			look, err := a.openTheme(themeDir)
			if err != nil {
				return usage(fmt.Sprintf("--theme: %v", err), "see themes/README.md for what a theme holds")
			}
			asked, err := q.parse(a)
			if err != nil {
				return err
			}
			listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
			if errors.Is(err, syscall.EADDRINUSE) {
				return usage(fmt.Sprintf("port %d is in use by another program", port), "choose another port with --port, or 0 for any")
			}
			if err != nil {
				return usage(fmt.Sprintf("cannot listen on port %d: %v", port, err), "choose another port with --port, or 0 for any")
			}
			show := &show{a: a, asked: asked, look: look, seen: pipeline.Fingerprint(asked.Dir)}
			if err := show.renew(cmd.Context()); err != nil {
				listener.Close()
				return err
			}
			a.say("the portal is at http://%s/ — stop with Ctrl-C", listener.Addr())
			return show.serve(cmd.Context(), listener)
		},
	}
	cmd.Flags().StringVar(&q.asOf, "as-of", "", "judge as of this `day` (YYYY-MM-DD); today when left out")
	cmd.Flags().StringVar(&q.profile, "profile", report.Internal, "show everything (`internal`) or only what is open to the public (open)")
	cmd.Flags().IntVar(&port, "port", 8080, "listen on this `port` of 127.0.0.1; 0 for any free one")
	cmd.Flags().StringVar(&themeDir, "theme", "", "use the theme in this `folder` instead of the one inside the program")
	return cmd
}

// show is the portal in memory and who is looking at it.
type show struct {
	a     *app
	asked pipeline.Question
	look  *theme.Theme
	seen  uint64 // the state of the files that the portal was last made from

	mu      sync.Mutex
	files   map[string][]byte
	edition chan struct{} // closed when a newer portal is there
}

// renew builds the portal and puts it in place of the one before.
func (s *show) renew(ctx context.Context) error {
	tool, err := s.a.tool()
	if err != nil {
		return err
	}
	files, _, err := tool.Render(ctx, s.asked, s.look)
	if err != nil {
		return err
	}
	pages := make(map[string][]byte, len(files))
	for _, f := range files {
		pages[f.Path] = f.Data
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.edition != nil {
		close(s.edition)
	}
	s.files, s.edition = pages, make(chan struct{})
	return nil
}

func (s *show) serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	go s.watch(ctx)
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// watch makes the portal anew when files change. Trouble is told and the last good portal stays.
func (s *show) watch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(700 * time.Millisecond):
		}
		now := pipeline.Fingerprint(s.asked.Dir)
		if now == s.seen {
			continue
		}
		s.seen = now
		if err := s.renew(ctx); err != nil {
			_, what, hint := classify(err)
			s.a.say("the portal is as before: %s", what)
			if hint != "" {
				s.a.say("%s", hint)
			}
			continue
		}
		s.a.say("the portal is up to date again")
	}
}

// reloadScript asks for a newer edition and reloads the page when there is one. It is added while serving and is not part
// of the portal.
const reloadScript = `const wait = () => fetch("/-/edition").then(r => r.ok ? location.reload() : setTimeout(wait, 2000), () => setTimeout(wait, 2000)); wait();`

// ServeHTTP answers from memory. Requests that name another host are refused, so that no page elsewhere can read the portal
// through the reader's own browser.
func (s *show) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	if host != "127.0.0.1" && host != "localhost" {
		http.Error(w, "this portal answers on 127.0.0.1 only", http.StatusForbidden)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "this portal can only be read", http.StatusMethodNotAllowed)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	s.mu.Lock()
	files, edition := s.files, s.edition
	s.mu.Unlock()
	switch r.URL.Path {
	case "/-/edition":
		select {
		case <-edition:
			w.WriteHeader(http.StatusOK)
		case <-r.Context().Done():
		case <-time.After(time.Minute):
			w.WriteHeader(http.StatusGatewayTimeout) // the page asks again
		}
		return
	case "/-/reload.js":
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		fmt.Fprint(w, reloadScript)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" || strings.HasSuffix(r.URL.Path, "/") {
		name = path.Join(name, "index.html")
	}
	data, ok := files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", contentType(name))
	w.Header().Set("Cache-Control", "no-store")
	if path.Ext(name) == ".html" {
		data = bytes.Replace(data, []byte("</body>"), []byte(`<script src="/-/reload.js"></script></body>`), 1)
	}
	w.Write(data)
}

func contentType(name string) string {
	switch path.Ext(name) {
	case ".ics":
		return "text/calendar; charset=utf-8"
	case ".json":
		return "application/json"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}
