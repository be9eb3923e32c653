package forge

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Reason says why a request came to nothing.
type Reason string

// The reasons.
const (
	Unreachable  Reason = "unreachable"  // no answer, and nothing was written
	Unclear      Reason = "unclear"      // no usable answer to a write that may have happened
	Unauthorised Reason = "unauthorised" // the token is missing, wrong or expired
	Forbidden    Reason = "forbidden"    // the token lacks a permission
	NotFound     Reason = "not found"    // not there, or hidden from this token
	Invalid      Reason = "invalid"      // the forge refused what was sent
	Limited      Reason = "limited"      // too many requests, and waiting longer than allowed
	Odd          Reason = "odd"          // an answer that is none: a web page, too long, a list with a hole
)

// Error is trouble with a forge, in plain words. It quotes nothing that was sent or received.
type Error struct {
	Doing  string // what was tried, such as "list the issues"
	Reason Reason
	Status int       // of the answer, when there was one
	Until  time.Time // of Limited: when the forge takes requests again, if it said so
	detail string
	cause  error
}

func (e *Error) Error() string {
	doing := e.Doing
	if doing == "" {
		doing = "talk to it"
	}
	text := "the forge could not " + doing + ": " + e.words()
	if e.detail != "" {
		text += " (" + e.detail + ")"
	}
	return text
}

func (e *Error) words() string {
	switch e.Reason {
	case Unreachable:
		if e.Status != 0 {
			return fmt.Sprintf("it answered %d, which is trouble of its own; try again later", e.Status)
		}
		return "there was no answer; see that the network and the forge are up"
	case Unclear:
		return "no usable answer came, so it may or may not have happened; the next run finds out"
	case Unauthorised:
		return "the token is missing, wrong or expired"
	case Forbidden:
		return "the token lacks the permission; it must read and write issues, and read pull requests"
	case NotFound:
		return "it is not there, or this token may not see it"
	case Invalid:
		return fmt.Sprintf("it refused what was asked (%d)", e.Status)
	case Limited:
		if !e.Until.IsZero() {
			return "too many requests; it takes more from " + e.Until.UTC().Format("15:04 UTC on 2 January 2006")
		}
		return "too many requests; try again in an hour"
	}
	return "the answer is not what this forge's API gives; a proxy or a login page may be in between"
}

func (e *Error) Unwrap() error { return e.cause }

// Is tells whether an error is trouble with a forge for one of some reasons.
func Is(err error, reasons ...Reason) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	for _, r := range reasons {
		if e.Reason == r {
			return true
		}
	}
	return false
}

// explain makes whatever a client library says an Error. Only errors made here keep their words: others may quote what the forge
// sent.
func explain(doing string, write bool, err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		known := *e
		known.Doing = doing
		return &known
	}
	if errors.Is(err, context.Canceled) {
		return &Error{Doing: doing, Reason: Unreachable, detail: "interrupted", cause: context.Canceled}
	}
	reason := Odd
	if write {
		reason = Unclear // the answer could not be read, so the request was taken
	}
	return &Error{Doing: doing, Reason: reason}
}

// ofStatus judges an answer by its status; nil when it is a good one. Limits are judged elsewhere.
func ofStatus(status int, write bool) *Error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusUnauthorized:
		return &Error{Reason: Unauthorised, Status: status}
	case status == http.StatusForbidden:
		return &Error{Reason: Forbidden, Status: status}
	case status == http.StatusNotFound || status == http.StatusGone:
		return &Error{Reason: NotFound, Status: status}
	case status >= 300 && status < 400:
		return &Error{Reason: Odd, Status: status, detail: "it points to another address; was the repository renamed?"}
	case status >= 500 && write:
		return &Error{Reason: Unclear, Status: status}
	case status >= 500:
		return &Error{Reason: Unreachable, Status: status}
	}
	return &Error{Reason: Invalid, Status: status}
}
