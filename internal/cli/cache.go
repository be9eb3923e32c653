package cli

import (
	"errors"
	"path/filepath"
	"runtime"

	"example.org/muniment/internal/cache"
	"github.com/spf13/cobra"
)

// caching holds the flags of every command that may use the cache.
type caching struct {
	dir string
	off bool
}

func (c *caching) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.dir, "cache", "", "keep derived things in this `folder`; muniment in the user's cache folder when left out")
	cmd.Flags().BoolVar(&c.off, "no-cache", false, "keep nothing and compute everything anew")
}

// open opens the cache, nil when there is to be none or it cannot be used. The caller closes it.
func (c *caching) open(a *app) (*cache.Cache, error) {
	if c.off && c.dir != "" {
		return nil, usage("--cache and --no-cache exclude each other", "leave one of them out")
	}
	if c.off {
		return nil, nil
	}
	options := cache.Options{Now: a.env.Now, Note: func(what string) { a.say("%s", what) }}
	if c.dir != "" {
		return cache.Open(a.path(c.dir), options), nil
	}
	dir, err := userCache(runtime.GOOS, a.env.Getenv)
	if err != nil {
		a.say("the cache is not used: %v", err)
		return nil, nil
	}
	return cache.Open(filepath.Join(dir, "muniment"), options), nil
}

// userCache names the folder in which a system wants caches to be: what os.UserCacheDir does, without reading the environment
// for itself.
func userCache(system string, getenv func(string) string) (string, error) {
	var dir string
	switch system {
	case "windows":
		dir = getenv("LocalAppData")
	case "darwin", "ios":
		if home := getenv("HOME"); home != "" {
			dir = filepath.Join(home, "Library", "Caches")
		}
	default:
		dir = getenv("XDG_CACHE_HOME")
		if home := getenv("HOME"); dir == "" && home != "" {
			dir = filepath.Join(home, ".cache")
		}
	}
	if dir == "" || !filepath.IsAbs(dir) {
		return "", errors.New("the environment names no folder for it; name one with --cache")
	}
	return dir, nil
}
