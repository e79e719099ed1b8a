package webhook

import (
	"fmt"
	"net/http"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

const (
	maxHeader = 16 << 10 // bytes
	maxAnswer = 4 << 10  // bytes of the body

	statusClientClosed = 499 // what nginx says of a client that left

	maxIdle     = 16               // connections that a poster keeps
	idleTimeout = 20 * time.Second // sooner than receivers close them
)

// read returns the id in the body of a success, or nothing if there is none: the message was taken whatever the body says.
func read(a wire.Answer) (string, error) {
	if !a.OK() {
		return "", refused(a)
	}
	var answer struct {
		ID string `json:"id"`
	}
	if len(a.Body) > maxAnswer || !a.JSON(&answer) {
		return "", nil
	}
	return answer.ID, nil
}

// refused is the error for an answer that is not a success. The package comment has the table, which is not
// [wire.Answer.Refuse]: receivers rely on what their answers promise.
func refused(a wire.Answer) error {
	e := &cattlegrid.SendError{Class: cattlegrid.Unknown, Err: fmt.Errorf("receiver answered %d", a.Status)}
	switch status := a.Status; {
	case status == http.StatusTooManyRequests:
		e.Class, e.RetryAfter = cattlegrid.Throttled, a.RetryAfter()
	case status == http.StatusServiceUnavailable:
		if notSent(a) {
			e.Class = cattlegrid.Temporary
		}
	case status == http.StatusRequestTimeout, status == http.StatusConflict, status == statusClientClosed: // proxies' words, too
	case status == http.StatusPaymentRequired:
		e.Class = cattlegrid.Unpaid
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		e.Class = cattlegrid.Misconfigured
	case status >= 400 && status <= 499:
		e.Class = cattlegrid.Permanent
	case status == http.StatusMovedPermanently, status == http.StatusTemporaryRedirect, status == http.StatusPermanentRedirect:
		e.Class = cattlegrid.Misconfigured
	default: // 302 and 303 too: some send the SMS and then redirect
	}
	if a.Status >= 300 && a.Status <= 399 {
		e.Err = fmt.Errorf("receiver answered %d; redirects are not followed, configure the final URL", a.Status)
	}
	return e
}

// notSent reports whether a receiver that has no time says that it sent nothing. The status alone is no promise: proxies use it too,
// when the receiver fell silent with the message in its hands.
func notSent(a wire.Answer) bool {
	var said struct {
		Sent *bool `json:"sent"`
	}
	return a.JSON(&said) && said.Sent != nil && !*said.Sent
}
