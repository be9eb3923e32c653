package forge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"
)

// guard is the only way to the network: it carries the token, bounds every exchange, waits where the forge says so, asks again
// where that does no harm, and turns every answer that is not the API's into an *Error. It serves one request at a time.
type guard struct {
	base    http.RoundTripper
	host    string // the only one that the token goes to
	auth    string // the value of the Authorization header
	now     func() time.Time
	sleep   func(context.Context, time.Duration) error
	limits  Limits
	waited  time.Duration
	written time.Time // when the last write began
}

func newGuard(o Options, host, scheme string) *guard {
	g := &guard{base: o.Transport, host: host, now: o.Now, sleep: o.Sleep, limits: o.limits()}
	if g.base == nil {
		g.base = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: g.limits.Timeout}
	}
	if o.Token != "" {
		g.auth = scheme + " " + o.Token
	}
	return g
}

func (g *guard) client() *http.Client {
	return &http.Client{Transport: g, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// RoundTrip does one request of a client library, with all its attempts.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	for attempt := 1; ; attempt++ {
		if err := g.pace(req); err != nil {
			return nil, err
		}
		resp, trouble := g.once(req, body)
		if trouble == nil {
			return resp, nil
		}
		wait, again := g.again(req, resp, trouble, attempt)
		if !again {
			return nil, trouble
		}
		g.waited += wait
		if err := g.sleep(req.Context(), wait); err != nil {
			return nil, interrupted(err)
		}
	}
}

func interrupted(err error) *Error {
	return &Error{Reason: Unreachable, detail: "interrupted", cause: err}
}

// writes tells of requests that change something.
func writes(req *http.Request) bool {
	return req.Method != http.MethodGet && req.Method != http.MethodHead
}

// creates tells of requests that do more each time they are sent.
func creates(req *http.Request) bool { return req.Method == http.MethodPost }

// pace keeps writes apart.
func (g *guard) pace(req *http.Request) error {
	if !writes(req) {
		return nil
	}
	if wait := g.written.Add(g.limits.Pace).Sub(g.now()); !g.written.IsZero() && wait > 0 {
		if err := g.sleep(req.Context(), wait); err != nil {
			return interrupted(err)
		}
	}
	g.written = g.now()
	return nil
}

// once sends a request and reads the whole answer. An answer comes back with trouble only for its headers.
func (g *guard) once(req *http.Request, body []byte) (*http.Response, *Error) {
	ctx, cancel := context.WithTimeout(req.Context(), g.limits.Timeout)
	defer cancel()
	sent := req.Clone(ctx)
	sent.Body, sent.GetBody = nil, nil
	if body != nil {
		sent.Body, sent.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	sent.Header.Del("Authorization")
	if g.auth != "" && sent.URL.Host == g.host {
		sent.Header.Set("Authorization", g.auth)
	}
	resp, err := g.base.RoundTrip(sent)
	if err != nil {
		return nil, g.silence(req, err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, g.limits.Bytes+1))
	if err != nil {
		return nil, g.silence(req, err)
	}
	resp.Body = io.NopCloser(bytes.NewReader(text))
	if g.limited(resp) {
		return resp, &Error{Reason: Limited, Status: resp.StatusCode, Until: g.until(resp)}
	}
	if trouble := ofStatus(resp.StatusCode, creates(req)); trouble != nil {
		return resp, trouble
	}
	if reason := g.odd(resp, len(text)); reason != "" {
		trouble := &Error{Reason: Odd, Status: resp.StatusCode, detail: reason}
		if creates(req) {
			trouble.Reason = Unclear
		}
		return resp, trouble
	}
	return resp, nil
}

// silence judges an exchange that ended without an answer.
func (g *guard) silence(req *http.Request, err error) *Error {
	trouble := &Error{Reason: Unreachable}
	if creates(req) {
		trouble.Reason = Unclear
	}
	switch {
	case req.Context().Err() != nil:
		trouble.detail, trouble.cause = "interrupted", req.Context().Err()
	case errors.Is(err, context.DeadlineExceeded):
		trouble.detail = fmt.Sprintf("no answer within %v", g.limits.Timeout)
	}
	return trouble
}

// odd says what is wrong with the body of a good answer.
func (g *guard) odd(resp *http.Response, size int) string {
	if int64(size) > g.limits.Bytes {
		return fmt.Sprintf("it is longer than %d bytes", g.limits.Bytes)
	}
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if size > 0 && kind != "application/json" {
		return "it is not JSON"
	}
	return ""
}

// limited tells whether the forge refused a request because there were too many. It did not carry it out then.
// GitHub says 429 or 403, with Retry-After, with a limit of which nothing is left, or with neither (its secondary limit); the
// last can be told from a missing permission by its text alone.
func (g *guard) limited(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusTooManyRequests:
		return true
	case http.StatusForbidden:
		return resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0" || mentionsLimit(resp)
	}
	return false
}

func mentionsLimit(resp *http.Response) bool {
	text, _ := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(text))
	return bytes.Contains(bytes.ToLower(text), []byte("rate limit"))
}

// until reads when the forge takes requests again; zero when it does not say.
func (g *guard) until(resp *http.Response) time.Time {
	if v := resp.Header.Get("Retry-After"); v != "" {
		if n, err := strconv.Atoi(v); err == nil && n >= 0 {
			return g.now().Add(time.Duration(n) * time.Second)
		}
		if t, err := http.ParseTime(v); err == nil {
			return t
		}
	}
	if resp.Header.Get("X-RateLimit-Remaining") == "0" {
		if n, err := strconv.ParseInt(resp.Header.Get("X-RateLimit-Reset"), 10, 64); err == nil {
			return time.Unix(n, 0)
		}
	}
	return time.Time{}
}

// again tells whether, and after what wait, a request that failed is tried once more.
func (g *guard) again(req *http.Request, _ *http.Response, trouble *Error, attempt int) (time.Duration, bool) {
	if attempt >= g.limits.Attempts || req.Context().Err() != nil {
		return 0, false
	}
	var wait time.Duration
	switch trouble.Reason {
	case Limited: // not carried out, so a create may be sent again too
		wait = time.Minute << (attempt - 1) // GitHub asks for a minute at least, and longer each time
		if !trouble.Until.IsZero() {
			wait = max(trouble.Until.Sub(g.now()), 0) + time.Second
		}
	case Unreachable, Odd:
		wait = time.Second << (attempt - 1)
		if trouble.Status >= 300 && trouble.Status < 400 {
			return 0, false
		}
	default:
		return 0, false
	}
	return wait, g.waited+wait <= g.limits.Patience
}
