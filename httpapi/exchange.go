package httpapi

import (
	"crypto/rand"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// exchange is one request and what becomes of it.
type exchange struct {
	http.ResponseWriter // of the answer; remembers the status

	r      *http.Request
	route  string // the pattern that matched
	id     string // names the request to the visitor and in the log
	client netip.Addr
	phone  cattlegrid.Phone // whom it is about, for the log line, once it is known
	quiet  bool             // a probe, of interest only when it fails

	making *shedder // whose place among the challenges in the making it has, if it has one

	verification string        // the id of the one that was begun, once it is known
	resendAfter  time.Duration // when another message can leave, once that is known

	began   time.Time
	status  int // 0 until an answer has begun
	refusal refusal
	errno   string // the answer's, if it has one
	err     error
}

// handler is a route's place in the mux.
type handler struct {
	api   *api
	route string
	serve endpoint
	sheds bool // requests are turned away when there is too much to do
}

func (a *api) handle(route string, serve endpoint) *handler {
	return &handler{api: a, route: route, serve: serve}
}

// ServeHTTP takes one request from its first look to its log line.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began, turnedAway := time.Now(), h.sheds && !h.api.shedder.enter()
	if turnedAway && h.api.shedder.answer(w, r) {
		return
	}
	x := &exchange{ResponseWriter: w, r: r, route: h.route, began: began}
	if h.sheds && !turnedAway {
		x.making = h.api.shedder
		defer x.made() // by now, whatever happens
	}
	defer h.api.log(r.Context(), x)
	var trusted bool
	x.client, trusted = h.api.proxies.client(r.RemoteAddr, r.Header.Values("X-Forwarded-For"))
	x.id = requestID(r, trusted)
	x.secure()
	if turnedAway {
		x.refuse(errOverload)
	} else if err := h.api.answer(x, h.serve); err != nil {
		x.refuse(err)
	}
}

// answer runs the endpoint unless the request comes from another site, and turns a panic into an error.
func (a *api) answer(x *exchange, serve endpoint) (err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler: // how a handler asks the server to cut the connection
			x.err = http.ErrAbortHandler
			panic(p)
		default:
			err = &panicError{value: p, stack: debug.Stack()}
		}
	}()
	if err := a.origins.Check(x.r); err != nil {
		return fmt.Errorf("%w: %w", errCrossOrigin, err)
	}
	return serve(x)
}

// secured is what every answer carries. The values are shared by all answers: to change one is to Set another.
var secured = http.Header{
	"Cache-Control": {"no-store"},
	"Content-Security-Policy": {
		"default-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
	},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Referrer-Policy":              {"no-referrer"},
	"X-Content-Type-Options":       {"nosniff"},
}

// secure sets what every answer carries. Endpoints loosen what they must.
func (x *exchange) secure() {
	header := x.Header()
	maps.Copy(header, secured)
	header.Set("X-Request-ID", x.id)
}

// WriteHeader implements [http.ResponseWriter].
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 && status >= http.StatusOK {
		x.status = status
		x.made() // what is left is for the visitor to read, who may be slow
	}
	x.ResponseWriter.WriteHeader(status)
}

// made gives back the place among the challenges in the making, if x has one.
func (x *exchange) made() {
	if x.making != nil {
		x.making.leave()
		x.making = nil
	}
}

// Write implements [http.ResponseWriter].
func (x *exchange) Write(p []byte) (int, error) {
	if x.status == 0 {
		x.WriteHeader(http.StatusOK)
	}
	return x.ResponseWriter.Write(p)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// requestID returns the id that a trusted proxy gave the request, or a fresh one.
func requestID(r *http.Request, trusted bool) string {
	if id := r.Header.Get("X-Request-ID"); trusted && isRequestID(id) {
		return id
	}
	return rand.Text()
}

func isRequestID(id string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	return len(id) >= 8 && len(id) <= 64 && strings.Trim(id, allowed) == ""
}

// panicError is a panic of an endpoint.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }
