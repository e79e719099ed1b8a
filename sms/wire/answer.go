package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// statusClientClosed is what nginx says of a client that left.
const statusClientClosed = 499

// Answer is what a provider answered. Its body is nil if it was too long or broke off.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// JSON reads the body into v, and reports whether that was possible.
func (a Answer) JSON(v any) bool { return json.Unmarshal(a.Body, v) == nil }

// OK reports whether the status is one of success.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status <= 299 }

// Refuse is the error for an answer whose body says nothing, judged by its status. An error of the client's promises that
// nothing was sent, and so does a redirect that would have the request repeated as it is: 301, 307, 308. A success without what
// belongs to it, an error of the server's and any other redirect promise nothing.
func (a Answer) Refuse() error {
	e := &cattlegrid.SendError{Class: cattlegrid.Unknown, Err: fmt.Errorf("the answer is a bare status %d", a.Status)}
	switch a.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed:
		e.Class = cattlegrid.Misconfigured
	case http.StatusPaymentRequired:
		e.Class = cattlegrid.Unpaid
	case http.StatusTooManyRequests:
		e.Class, e.RetryAfter = cattlegrid.Throttled, a.RetryAfter()
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		e.Class, e.Err = cattlegrid.Misconfigured, fmt.Errorf("the answer is a redirect %d; they are not followed, configure the final endpoint", a.Status)
	// Proxies say these when what is behind them took too long, the client left, or the request came twice. They say 503 when it
	// fell silent, so that is nothing to rely on either.
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, statusClientClosed:
	default:
		if a.Status >= 400 && a.Status <= 499 {
			e.Class = cattlegrid.Misconfigured
		}
		if a.OK() {
			e.Err = errors.New("malformed answer")
		}
	}
	return e
}

// RetryAfter is what the header of that name says, in seconds; 0 if it says nothing that can be used.
func (a Answer) RetryAfter() time.Duration {
	seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 24*60*60 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

const maxIDLen = 128 // bytes, of what is taken for a provider's id

// cleanID is a provider's id of a message, or nothing if it cannot be shown: the message was taken all the same.
func cleanID(id string, m cattlegrid.Message) string {
	if len(id) > maxIDLen || tells(id, m) {
		return ""
	}
	for _, c := range []byte(id) {
		if c <= ' ' || c > '~' {
			return ""
		}
	}
	return id
}

// tells reports whether a text has the code or the number of a message in it.
func tells(text string, m cattlegrid.Message) bool {
	number := m.To.E164()
	number = number[max(0, len(number)-7):]
	return m.Code != "" && strings.Contains(text, m.Code) || number != "" && strings.Contains(text, number)
}
