package cli

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

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

// program tells this program from any other: by its version, or where that stands for sources that may have changed since, by its
// bytes. It is empty when neither can be known, and then only the version counts.
func program(version string, path func() (string, error)) string {
	if version != "development" && !strings.HasSuffix(version, "-dirty") {
		return version
	}
	name, err := path()
	if err != nil {
		return ""
	}
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
