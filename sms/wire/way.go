package wire

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"

	"github.com/cattlegrid/cattlegrid"
)

// way is how far a request came.
type way struct{ asked, connected atomic.Bool }

func (w *way) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { w.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { w.connected.Store(true) },
	}
}

// mayHaveLeft reports whether the provider may have read a request that failed. A transport that is not known to tell how far
// a request came may also have made it without a word.
func (w *way) mayHaveLeft(telling bool) bool {
	return w.connected.Load() || !w.asked.Load() && !telling
}

// notConnected is the failure of a request that never left. It comes from resolving, dialling or TLS, and so names hosts and
// addresses, but no URL.
func notConnected(err error) error {
	return &cattlegrid.SendError{Class: cattlegrid.Temporary, Err: fmt.Errorf("connect: %w", err)}
}

// prepared is a request that no transport repeats once it was written: over HTTP/1 they do that with those that have a safe method
// and no body, or one that can be had again; over HTTP/2 with all of which the body can be had again.
func prepared(req *http.Request) *http.Request {
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "cattlegrid")
	}
	req.GetBody = nil
	switch req.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		if req.Body == nil || req.Body == http.NoBody {
			req.Body = io.NopCloser(strings.NewReader(""))
		}
	}
	return req
}
