// Package theme opens the look of a portal: page templates, and assets whose published names carry a hash of their
// content. A theme is a folder with a theme.json; themes/README.md says what is in it.
//
// A theme that has not been built still opens, with its plain assets: pages are readable and accessible, and Present
// says that the look is not the full one. A theme that was built by half does not open.
package theme

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/wording"
)

// Theme is an open theme. It holds every asset in memory and never changes.
type Theme struct {
	Name         string
	DesignSystem string // what the built assets stand on, with its version; empty for the plain look
	Templates    fs.FS  // the page templates

	assets []Asset
	files  map[string]string  // logical name → published name
	words  *wording.Catalogue // nil when pages are English
	spoken []byte             // the file of the translation
}

// Asset is a file to publish. All assets of a theme go into one folder: they refer to each other by name.
type Asset struct {
	Name    string // the published name
	Content []byte
}

// required are the assets that every page may link to.
var required = []string{"favicon.svg", "portal.css", "portal.js"}

// Present says whether the theme has been built. If not, the plain look is in use.
func (t *Theme) Present() bool { return t.DesignSystem != "" }

// Words gives what pages say, in the language of the theme.
func (t *Theme) Words() *wording.Catalogue {
	if t.words == nil {
		return wording.English() // read when somebody asks: a build that changes nothing does not
	}
	return t.words
}

// Assets lists what to publish, sorted by name. The caller must not change the content.
func (t *Theme) Assets() []Asset { return slices.Clone(t.assets) }

// Asset gives the published name of an asset, such as portal-ISMWMA6V.css for portal.css. It panics when the theme has
// no such asset: templates and themes belong together.
func (t *Theme) Asset(name string) string {
	file, ok := t.files[name]
	if !ok {
		panic("theme: " + t.Name + " has no asset " + name)
	}
	return file
}

// Has says whether the theme has an asset of this name. The plain look has no third-party notice, for instance.
func (t *Theme) Has(name string) bool { return t.files[name] != "" }

type description struct {
	Name      string              `json:"name"`
	Templates string              `json:"templates"`
	Built     string              `json:"built"`
	Plain     map[string][]string `json:"plain"`
	Language  string              `json:"language"` // English when empty
	Words     string              `json:"words"`    // the file of the translation
}

type manifest struct {
	DesignSystem string `json:"designSystem"`
	Assets       map[string]struct {
		File   string `json:"file"`
		SHA256 string `json:"sha256"`
	} `json:"assets"`
}

// Open opens the theme whose folder is the root of fsys.
func Open(fsys fs.FS) (*Theme, error) {
	var d description
	if err := readJSON(fsys, "theme.json", &d); err != nil {
		return nil, err
	}
	t := &Theme{Name: d.Name, files: map[string]string{}}
	if err := t.speak(fsys, d); err != nil {
		return nil, fmt.Errorf("open theme %s: %w", d.Name, err)
	}
	templates, err := fs.Sub(fsys, d.Templates)
	if err != nil {
		return nil, fmt.Errorf("open theme %s: %w", d.Name, err)
	}
	t.Templates = templates
	err = t.built(fsys, d.Built)
	if errors.Is(err, fs.ErrNotExist) {
		err = t.plain(fsys, d.Plain)
	}
	if err != nil {
		return nil, fmt.Errorf("open theme %s: %w", d.Name, err)
	}
	for _, name := range required {
		if !t.Has(name) {
			return nil, fmt.Errorf("open theme %s: it has no %s", d.Name, name)
		}
	}
	slices.SortFunc(t.assets, func(a, b Asset) int { return strings.Compare(a.Name, b.Name) })
	return t, nil
}

// speak reads the translation that a theme brings.
func (t *Theme) speak(fsys fs.FS, d description) error {
	if d.Language == "" && d.Words == "" {
		return nil
	}
	if d.Language == "" || d.Words == "" {
		return errors.New("a translation needs both, a language and the file of its words")
	}
	raw, err := fs.ReadFile(fsys, d.Words)
	if err != nil {
		return fmt.Errorf("read its words: %w", err)
	}
	if t.words, err = wording.Translation(d.Language, raw); err != nil {
		return fmt.Errorf("%s: %w", d.Words, err)
	}
	t.spoken = raw
	return nil
}

func readJSON(fsys fs.FS, name string, v any) error {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read theme: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("read theme: %s: %w", name, err)
	}
	return nil
}

// built loads what the build step left. A missing manifest means that there was no build: fs.ErrNotExist, and only
// then.
func (t *Theme) built(fsys fs.FS, dir string) error {
	if _, err := fs.Stat(fsys, path.Join(dir, "manifest.json")); err != nil {
		return err
	}
	var m manifest
	if err := readJSON(fsys, path.Join(dir, "manifest.json"), &m); err != nil {
		return err
	}
	if m.DesignSystem == "" {
		return errors.New("the manifest does not name the design system")
	}
	for _, name := range slices.Sorted(maps.Keys(m.Assets)) {
		a := m.Assets[name]
		content, err := fs.ReadFile(fsys, path.Join(dir, a.File))
		if err != nil {
			return fmt.Errorf("%s is in the manifest but cannot be read, build the theme again: %v", a.File, err) // not wrapped: a hole is not an absence
		}
		if digest(content) != a.SHA256 {
			return fmt.Errorf("%s is not the file that the manifest describes, build the theme again", a.File)
		}
		t.add(name, a.File, content)
	}
	t.DesignSystem = m.DesignSystem
	return nil
}

func (t *Theme) plain(fsys fs.FS, assets map[string][]string) error {
	for _, name := range slices.Sorted(maps.Keys(assets)) {
		var content []byte
		for _, source := range assets[name] {
			part, err := fs.ReadFile(fsys, source)
			if err != nil {
				return fmt.Errorf("read its plain look: %w", err)
			}
			content = append(content, part...)
		}
		ext := path.Ext(name)
		t.add(name, strings.TrimSuffix(name, ext)+"-"+digest(content)[:8]+ext, content)
	}
	return nil
}

func (t *Theme) add(name, file string, content []byte) {
	t.files[name] = file
	t.assets = append(t.assets, Asset{Name: file, Content: content})
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
