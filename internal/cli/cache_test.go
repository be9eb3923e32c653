package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

func TestUserCache(t *testing.T) {
	t.Parallel()
	for claim, c := range map[string]struct {
		system string
		env    map[string]string
		want   string
	}{
		"the XDG folder":               {"linux", map[string]string{"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/x"},
		"below home without it":        {"linux", map[string]string{"HOME": "/h"}, "/h/.cache"},
		"a relative folder is none":    {"linux", map[string]string{"XDG_CACHE_HOME": "x", "HOME": "/h"}, ""},
		"no home, no cache":            {"linux", nil, ""},
		"a Mac has a folder of caches": {"darwin", map[string]string{"XDG_CACHE_HOME": "/x", "HOME": "/h"}, "/h/Library/Caches"},
	} {
		t.Run(claim, func(t *testing.T) {
			got, err := userCache(c.system, func(name string) string { return c.env[name] })
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestOpeningTheCache(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	taken := filepath.Join(home, "taken")
	if err := os.WriteFile(taken, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for claim, c := range map[string]struct {
		flags  caching
		home   string
		opened bool
		where  string
		said   string
	}{
		"the user's folder when nothing is said":      {caching{}, home, true, ".cache/muniment", ""},
		"a folder from where the command was started": {caching{dir: "mine"}, home, true, "mine", ""},
		"none when there is to be none":               {caching{off: true}, home, false, "", ""},
		"none without a home, and a word":             {caching{}, "", false, "", "muniment: the cache is not used: the environment names no folder"},
		"none when it cannot be used, and a word":     {caching{dir: taken}, home, false, "", "muniment: the cache is not used: "},
	} {
		t.Run(claim, func(t *testing.T) {
			var said bytes.Buffer
			a := &app{env: Env{
				Err: &said, Dir: home, Now: func() time.Time { return time.Unix(1_800_000_000, 0) },
				Getenv: func(name string) string { return map[string]string{"HOME": c.home}[name] },
			}}
			got, err := c.flags.open(a)
			if err != nil || (got != nil) != c.opened {
				t.Fatalf("got %v, %v", got, err)
			}
			defer got.Close()
			if _, err := os.Stat(filepath.Join(home, c.where)); err != nil {
				t.Error(err)
			}
			if !strings.HasPrefix(said.String(), c.said) || c.said == "" && said.Len() > 0 {
				t.Errorf("said %q, want %q", said.String(), c.said)
			}
		})
	}
	var both caching
	cmd := &cobra.Command{}
	both.flags(cmd)
	if err := cmd.ParseFlags([]string{"--cache", "x", "--no-cache"}); err != nil {
		t.Fatal(err)
	}
	if _, err := both.open(&app{}); err == nil {
		t.Error("a cache and none at once are taken")
	}
}
