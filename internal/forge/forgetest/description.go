package forgetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// Description is GitHub's published description of its API, as far as muniment uses it.
type Description struct {
	router routers.Router

	mu      sync.Mutex
	checked int
	wrong   []string
}

// ErrNoDescription means that the description is not installed; make test does that.
var ErrNoDescription = errors.New("GitHub's description is not installed; run make forge-setup")

// paths are those that the adapter calls. A request to any other is wrong.
var paths = []string{
	"/user", "/repos/{owner}/{repo}", "/repos/{owner}/{repo}/issues", "/repos/{owner}/{repo}/issues/{issue_number}",
	"/repos/{owner}/{repo}/issues/{issue_number}/comments", "/repos/{owner}/{repo}/issues/comments/{comment_id}", "/repos/{owner}/{repo}/assignees", "/repos/{owner}/{repo}/labels",
	"/repos/{owner}/{repo}/labels/{name}", "/repos/{owner}/{repo}/pulls/{pull_number}", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
	"/repos/{owner}/{repo}/pulls/{pull_number}/files", "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
	"/repos/{owner}/{repo}/branches/{branch}/protection",
}

// ReadDescription reads the description from a file, or fails with ErrNoDescription.
func ReadDescription(file string) (*Description, error) {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoDescription
	}
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	doc.Servers = openapi3.Servers{{URL: "/api/v3"}}
	kept := openapi3.NewPaths()
	for _, p := range paths {
		item := doc.Paths.Value(p)
		if item == nil {
			return nil, fmt.Errorf("the description has no path %s", p)
		}
		kept.Set(p, item)
	}
	doc.Paths = kept
	router, err := gorillamux.NewRouter(doc)
	return &Description{router: router}, err
}

// Saw checks a request and its answer; it is for Fake.Saw.
func (d *Description) Saw(req *http.Request, body []byte, status int, header http.Header, answer []byte) {
	err := d.check(req, body, status, header, answer)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.checked++
	if err != nil && len(d.wrong) < 20 {
		what, _, _ := strings.Cut(err.Error(), "\nSchema:")
		d.wrong = append(d.wrong, fmt.Sprintf("%s %s (%d): %s", req.Method, req.URL.Path, status, what))
	}
}

// Result tells how many exchanges were checked, and what was wrong with them.
func (d *Description) Result() (checked int, wrong []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.checked, d.wrong
}

func (d *Description) check(req *http.Request, body []byte, status int, header http.Header, answer []byte) error {
	again := req.Clone(context.Background())
	again.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := d.router.FindRoute(again)
	if err != nil {
		return err
	}
	in := &openapi3filter.RequestValidationInput{Request: again, PathParams: params, Route: route}
	if len(body) > 0 && again.Header.Get("Content-Type") == "" {
		return errors.New("the request has a body of no type")
	}
	if status < 400 {
		if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
			return fmt.Errorf("request: %w", err)
		}
	}
	// Answers of a status that the description does not list are wrong too.
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(answer)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}
