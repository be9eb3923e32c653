package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"

	"example.org/muniment/internal/feed"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/markdown"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
	"example.org/muniment/internal/strictyaml"
)

// siteFile is what site/site.yaml holds; site/README.md describes it.
type siteFile struct {
	Title        string         `json:"title"`
	Organisation string         `json:"organisation"`
	Contact      report.Contact `json:"contact"`
	Address      string         `json:"address"`
	Pages        []string       `json:"pages"`
	Targets      []siteTarget   `json:"targets"`
}

// siteTarget says who can read what is in a folder.
type siteTarget struct {
	Folder  string `json:"folder"`
	Profile string `json:"profile"`
}

// readSite reads the portal's configuration and its authored pages: for the profile open only those that are open. A repository
// without them gets a portal with plain titles. What is wrong in them is a wrong configuration: there is no portal to show it on.
func readSite(files fs.FS, profile string) (site.Config, error) {
	config := site.Config{Calendar: feed.Calendar, Calendars: feed.Calendars, Feed: feed.Atom}
	written, err := readSiteYAML(files)
	if err != nil {
		return config, err
	}
	config.Title, config.Organisation, config.Contact = written.Title, written.Organisation, written.Contact
	if config.Address, err = portalAddress(written.Address); err != nil {
		return config, &ConfigurationError{fmt.Sprintf("%s/site.yaml: %v", SiteRoot, err), "write where people open the portal, such as https://evidence.example.org/"}
	}
	for _, slug := range written.Pages {
		page, visibility, err := readPage(files, slug)
		if err != nil {
			return config, err
		}
		if profile != report.Open || visibility == report.Open {
			config.Pages = append(config.Pages, page)
		}
	}
	return config, nil
}

// portalAddress checks where a portal is published and ends it with a slash.
func portalAddress(written string) (string, error) {
	if written == "" {
		return "", nil
	}
	u, err := url.Parse(written)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("the address is not that of a web site")
	}
	return strings.TrimSuffix(u.String(), "/") + "/", nil
}

// readSiteYAML reads site/site.yaml, which may be absent.
func readSiteYAML(files fs.FS) (siteFile, error) {
	const name = SiteRoot + "/site.yaml"
	var written siteFile
	src, err := readSiteFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return written, nil
	}
	if err != nil {
		return written, err
	}
	node, found := strictyaml.Read(name, src, strictyaml.Limits{})
	if err := firstError(found); err != nil {
		return written, err
	}
	if err := node.DecodeStrict(&written); err != nil {
		return written, &ConfigurationError{fmt.Sprintf("%s: %v", name, err), "see site/README.md for what it may hold"}
	}
	for _, t := range written.Targets {
		if t.Folder == "" || t.Profile != report.Internal && t.Profile != report.Open {
			return written, &ConfigurationError{name + ": a target needs a folder, and the profile internal or open", "see site/README.md for what it may hold"}
		}
	}
	return written, nil
}

// readPage reads site/pages/<slug>.md: front matter with a title and who may see it, then Markdown.
func readPage(files fs.FS, slug string) (site.AuthoredPage, string, error) {
	name := SiteRoot + "/pages/" + slug + ".md"
	if !fs.ValidPath(name) {
		return site.AuthoredPage{}, "", &ConfigurationError{fmt.Sprintf("site.yaml names a page %q", slug), "use lower-case letters, digits and hyphens"}
	}
	src, err := readSiteFile(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return site.AuthoredPage{}, "", &ConfigurationError{fmt.Sprintf("site.yaml names the page %s, and there is no %s", slug, name), "write it, or take it out of pages"}
	}
	if err != nil {
		return site.AuthoredPage{}, "", err
	}
	front, body, line, found := strictyaml.FrontMatter(name, src, strictyaml.Limits{})
	if err := firstError(found); err != nil {
		return site.AuthoredPage{}, "", err
	}
	text, found := markdown.Parse(name, body, line, markdown.Options{})
	if err := firstError(found); err != nil {
		return site.AuthoredPage{}, "", err
	}
	var head struct {
		Title      string `json:"title"`
		Visibility string `json:"visibility"`
	}
	if err := front.DecodeStrict(&head); err != nil || head.Title == "" {
		return site.AuthoredPage{}, "", &ConfigurationError{name + " has no title", "begin it with a line ---, a line title: …, and a line ---"}
	}
	if v := head.Visibility; v != "" && v != report.Internal && v != report.Open {
		return site.AuthoredPage{}, "", &ConfigurationError{name + ": visibility is neither internal nor open", "write visibility: open, or leave it out"}
	}
	return site.AuthoredPage{Slug: slug, Title: head.Title, HTML: text.HTML()}, head.Visibility, nil
}

// readSiteFile reads a file of the site folder. Links are not followed, and nothing is waited for: a pipe would never end.
func readSiteFile(files fs.FS, name string) ([]byte, error) {
	const largest = 1 << 20
	info, err := fs.Lstat(files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err == nil && info.Size() > largest {
		err = fmt.Errorf("it has more than %d bytes", largest)
	}
	if err != nil {
		return nil, &ConfigurationError{fmt.Sprintf("%s cannot be read: %v", name, err), "put the file itself there; see site/README.md for what it may hold"}
	}
	return fs.ReadFile(files, name)
}

// firstError makes the first finding that refuses a file into an error.
func firstError(found []finding.Finding) error {
	for _, f := range found {
		if f.Severity == finding.Error {
			return &ConfigurationError{f.String(), f.Remedy}
		}
	}
	return nil
}
