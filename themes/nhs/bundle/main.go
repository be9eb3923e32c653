// Command bundle makes themes/nhs/dist from our own sources and the NHS design system in node_modules. "make theme" runs
// it in themes/nhs, after npm.
//
// What it writes refers to no other host: the design system's fonts are licensed for NHS sites alone and are taken out
// (pages then use Arial), and its icons are copied, the used ones only. File names carry a hash of the content.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	outDir    = "dist"
	designDir = "node_modules/nhsuk-frontend"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bundle: ")
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// manifest is what internal/theme reads back.
type manifest struct {
	DesignSystem string           `json:"designSystem"`
	Assets       map[string]asset `json:"assets"`
}

type asset struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

func run() error {
	version, err := installed("nhsuk-frontend")
	if err != nil {
		return err
	}
	searcher, err := installed("minisearch")
	if err != nil {
		return err
	}
	files, err := bundle()
	if err != nil {
		return err
	}
	icon, err := os.ReadFile("src/favicon.svg")
	if err != nil {
		return fmt.Errorf("read icon: %w", err)
	}
	files["favicon-"+digest(icon)[:8]+".svg"] = icon
	files["THIRD-PARTY.txt"] = []byte(fmt.Sprintf(notice, version, searcher))
	return write(files, "nhsuk-frontend "+version)
}

// installed reads the installed version of a package and sees that its licence is the one the notice gives.
func installed(name string) (string, error) {
	raw, err := os.ReadFile(filepath.Join("node_modules", name, "package.json"))
	if err != nil {
		return "", fmt.Errorf("%s is not installed (run npm ci first): %w", name, err)
	}
	var p struct{ Version, License string }
	if err := json.Unmarshal(raw, &p); err != nil {
		return "", fmt.Errorf("read the package.json of %s: %w", name, err)
	}
	if p.License != "MIT" {
		return "", fmt.Errorf("%s %s is under licence %q; check and change the notice", name, p.Version, p.License)
	}
	return p.Version, nil
}

func bundle() (map[string][]byte, error) {
	root, err := filepath.Abs(".")
	if err != nil {
		return nil, fmt.Errorf("find the theme: %w", err)
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:     root,
		EntryPoints:       []string{"src/portal.css", "src/portal.js", "src/search.js", "src/days.js"},
		EntryNames:        "[name]-[hash]",
		AssetNames:        "[name]-[hash]",
		Outdir:            outDir,
		Bundle:            true,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		Format:            api.FormatIIFE,
		Target:            api.ES2020,
		LegalComments:     api.LegalCommentsInline,
		Charset:           api.CharsetUTF8,
		Loader:            map[string]api.Loader{".svg": api.LoaderFile},
		Plugins:           []api.Plugin{ownHost(filepath.Join(root, designDir, "dist", "nhsuk"))},
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), "\n"))
	}
	files := map[string][]byte{}
	for _, f := range result.OutputFiles {
		if err := refersElsewhere(f.Path, f.Contents); err != nil {
			return nil, err
		}
		files[filepath.Base(f.Path)] = f.Contents
	}
	return files, nil
}

var fontFace = regexp.MustCompile(`@font-face\s*\{[^}]*\}`)

// ownHost takes web fonts out of the design system's stylesheet and finds its icons, which it names from the root of a
// site.
func ownHost(design string) api.Plugin {
	return api.Plugin{Name: "own-host", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `^/assets/`}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: filepath.Join(design, filepath.FromSlash(a.Path))}, nil
		})
		b.OnLoad(api.OnLoadOptions{Filter: `nhsuk-frontend[^/]*\.css$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			raw, err := os.ReadFile(a.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			css := fontFace.ReplaceAllString(string(raw), "")
			return api.OnLoadResult{Contents: &css, Loader: api.LoaderCSS, ResolveDir: filepath.Dir(a.Path)}, nil
		})
	}}
}

var elsewhere = regexp.MustCompile(`(?i)(url\(\s*["']?(https?:)?//|url\(\s*["']?/|@import|@font-face)`)

func refersElsewhere(path string, content []byte) error {
	if !strings.HasSuffix(path, ".css") {
		return nil
	}
	if found := elsewhere.Find(content); found != nil {
		return fmt.Errorf("%s would ask another place for something: %s", filepath.Base(path), found)
	}
	return nil
}

// write replaces what an earlier run left. The manifest comes last: without it the folder counts as not made.
func write(files map[string][]byte, design string) error {
	if err := clean(); err != nil {
		return err
	}
	m := manifest{DesignSystem: design, Assets: map[string]asset{}}
	total := 0
	for file, content := range files {
		if err := os.WriteFile(filepath.Join(outDir, file), content, 0o644); err != nil {
			return fmt.Errorf("write the theme: %w", err)
		}
		m.Assets[hashInName.ReplaceAllString(file, "$1")] = asset{File: file, SHA256: digest(content)}
		total += len(content)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return fmt.Errorf("write the theme: %w", err)
	}
	if err := os.WriteFile(filepath.Join(outDir, "manifest.json"), b.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write the theme: %w", err)
	}
	log.Printf("%s: %d files, %d KB", design, len(files), total>>10)
	return nil
}

// hashInName finds the content hash that stands before a name's extension.
var hashInName = regexp.MustCompile(`-[0-9A-Za-z]{8}(\.[a-z]+)$`)

func clean() error {
	if err := os.MkdirAll(outDir, 0o755); err != nil {
		return fmt.Errorf("make room for the theme: %w", err)
	}
	// The manifest goes first, so that a run that is interrupted leaves no half that looks whole.
	if err := os.Remove(filepath.Join(outDir, "manifest.json")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("make room for the theme: %w", err)
	}
	old, err := os.ReadDir(outDir)
	if err != nil {
		return fmt.Errorf("make room for the theme: %w", err)
	}
	for _, e := range old {
		if e.Name() == ".placeholder" {
			continue
		}
		if err := os.Remove(filepath.Join(outDir, e.Name())); err != nil {
			return fmt.Errorf("make room for the theme: %w", err)
		}
	}
	return nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// The package on npm holds no licence file; the words are those of the licence its repository carries.
const notice = `Third-party material in this portal
===================================

The stylesheet contains nhsuk-frontend %s (https://github.com/nhsuk/nhsuk-frontend), the icons are from the same
package. Its web fonts and the NHS logo are not included: they are licensed for NHS use alone. The script of the search page
contains MiniSearch %s (https://github.com/lucaong/minisearch). Both are under the MIT License.

MIT License

Copyright (c) 2019 NHS.UK (nhsuk-frontend)
Copyright 2022 Luca Ongaro (MiniSearch)

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`
