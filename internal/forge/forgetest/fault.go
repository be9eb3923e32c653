package forgetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Fault is one way in which a request fails. The zero value is none.
type Fault struct {
	Status     int         // answered instead of carrying the request out
	Header     http.Header // with that status
	HTML       bool        // a web page, with status 200, instead of carrying it out
	Silent     bool        // no answer, and not carried out
	Done       bool        // no answer, but carried out
	DoneStatus int         // carried out, and answered with this status instead
	DoneHTML   bool        // carried out, and answered with a web page
	Lose       bool        // of a list: this page comes empty
}

const page = "<!DOCTYPE html><title>Sign in</title><p>Please sign in to continue."

func html(status int) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: io.NopCloser(strings.NewReader(page)),
		ContentLength: int64(len(page)),
	}
}

// before gives what happens instead of the request.
func (f Fault) before() (*http.Response, error, bool) {
	switch {
	case f.Silent:
		return nil, context.DeadlineExceeded, true
	case f.HTML:
		return html(200), nil, true
	case f.Status != 0:
		text := fmt.Sprintf(`{"message":"fault %d"}`, f.Status)
		if f.Status == http.StatusForbidden && f.Header.Get("X-RateLimit-Remaining") == "" {
			text = `{"message":"You have exceeded a secondary rate limit. Please wait."}`
		}
		header := f.Header.Clone()
		if header == nil {
			header = http.Header{}
		}
		header.Set("Content-Type", "application/json")
		return &http.Response{StatusCode: f.Status, Header: header, Body: io.NopCloser(bytes.NewReader([]byte(text)))}, nil, true
	}
	return nil, nil, false
}

// after gives what becomes of the answer.
func (f Fault) after(resp *http.Response) (*http.Response, error) {
	switch {
	case f.Done:
		return nil, context.DeadlineExceeded
	case f.DoneHTML:
		return html(200), nil
	case f.DoneStatus != 0:
		return html(f.DoneStatus), nil
	}
	return resp, nil
}

// lose empties a list and forgets, or keeps, the link to the next page.
func (a *answer) lose() {
	if list, ok := a.body.([]any); ok && len(list) > 0 {
		a.body = []any{}
	}
}

// Schedule makes faults at random from a seed: each request fails with the given probability, in one of the ways that forges
// do. Now is the forge's clock, for limits that name a time.
func Schedule(seed uint64, probability float64, now func() time.Time) func(*http.Request) Fault {
	r := rand.New(rand.NewPCG(seed, 1))
	var mu sync.Mutex
	return func(*http.Request) Fault {
		mu.Lock()
		defer mu.Unlock()
		if r.Float64() >= probability {
			return Fault{}
		}
		later := func() http.Header {
			return http.Header{"X-Ratelimit-Remaining": {"0"}, "X-Ratelimit-Reset": {fmt.Sprint(now().Add(time.Duration(r.IntN(300)) * time.Second).Unix())}}
		}
		return []Fault{
			{Silent: true},
			{Done: true},
			{HTML: true},
			{DoneHTML: true},
			{Status: 500},
			{Status: 502},
			{Status: 503},
			{DoneStatus: 502},
			{Status: 429, Header: http.Header{"Retry-After": {fmt.Sprint(r.IntN(120))}}},
			{Status: 429},
			{Status: 403, Header: http.Header{"Retry-After": {fmt.Sprint(r.IntN(120))}}},
			{Status: 403, Header: later()},
			{Status: 403},
			{Status: 429, Header: later()},
			{Lose: true},
			{Lose: true},
		}[r.IntN(16)]
	}
}
