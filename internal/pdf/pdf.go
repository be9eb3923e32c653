// Package pdf is the door to a browser that prints: it makes a PDF of a page that is on disk, with a headless Chromium that is
// installed on the machine. The bytes differ from browser to browser and from run to run, so nothing that is compared or signed
// is made with it.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// programs are the names under which systems install the browser.
var programs = []string{"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"}

// ErrNoBrowser means that there is no browser to print with.
var ErrNoBrowser = errors.New("there is no Chromium to print with")

// Find finds the browser: the program that is named, or else the first that the search path has under a usual name.
func Find(named string) (string, error) {
	names := programs
	if named != "" {
		names = []string{named}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", fmt.Errorf("%w: looked for %s", ErrNoBrowser, strings.Join(names, ", "))
}

// longest is how long printing one page may take.
const longest = 2 * time.Minute

// Print prints a page that is on disk to a file. The browser gets a folder of its own to work in, resolves no name and asks nobody
// for anything.
func Print(ctx context.Context, program, page, to string) error {
	work, err := os.MkdirTemp("", "muniment-pdf-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	page, err = filepath.Abs(page)
	if err != nil {
		return err
	}
	if to, err = filepath.Abs(to); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, longest)
	defer stop()
	args := []string{
		"--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-component-update", "--disable-background-networking",
		"--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=" + work, "--no-pdf-header-footer", "--print-to-pdf=" + to,
	}
	if os.Geteuid() == 0 {
		args = append(args, "--no-sandbox") // Chromium refuses to run as root with it; the pages are our own
	}
	address := url.URL{Scheme: "file", Path: filepath.ToSlash(page)}
	run := exec.CommandContext(ctx, program, append(args, address.String())...)
	run.WaitDelay = 5 * time.Second
	said, err := run.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s could not print %s: %w\n%s", program, page, err, tail(said))
	}
	if info, err := os.Stat(to); err != nil || info.Size() == 0 {
		return fmt.Errorf("%s printed nothing for %s\n%s", program, page, tail(said))
	}
	return nil
}

// tail is the end of what a program said.
func tail(said []byte) string {
	const most = 600
	return string(said[max(0, len(said)-most):])
}
