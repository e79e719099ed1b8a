// Package httpapi serves a [cattlegrid.Gate] over HTTP: the page, the tutorial's two paths, the JSON interface, and what
// operators ask for.
//
//	handler, err := httpapi.New(gate, httpapi.Options{Logger: logger})
//	server := &http.Server{Handler: handler, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
//
// # Two dialects
//
// Paths under /passport/ speak as pages built from the well-known tutorial expect: the status is 200 and the body is
// {"errno":"…","errmsg":"…"}, errno a string and errmsg in Chinese. Only what never reaches that contract has a status
// of its own: an unknown path 404, a wrong method 405, a request from another site 403.
//
// All other paths answer failures with RFC 9457 problems, application/problem+json, whose type is
// "urn:cattlegrid:problem:" and a slug. The file docs/problems.md lists every errno and slug and says what a page does
// about it; docs/openapi.yaml describes every path.
//
// Handlers return errors. One table says what each error is in both dialects, and one function answers.
//
// # Who cannot see or type
//
// A challenge that is shown can be listened to, three times, at /v1/challenges/{id}/audio; the answer to one in Chinese can
// be picked from what /v1/challenges/{id}/candidates lists. The id is the page's own, as it is in /passport/image_code.
//
// # Who has to do more
//
// When the guard asks for a harder challenge, the answer names the effort: hard, or work. The page shows another picture of
// that effort (/passport/image_code?effort=hard); with work it gets a task at /v1/challenges/{id}/work, which its browser does
// meanwhile, and sends the solution along. A POST to the same path makes a challenge that is work alone, for visitors who can
// neither see nor hear one. Package work says what a task is.
//
// # Who asks
//
// Limits are charged to the client's address. It is the peer's, unless the peer is a trusted proxy
// ([Options.TrustedProxies]): then X-Forwarded-For is read from the right, past further trusted proxies, and the first
// address that is not one of them is the client. Whatever stands left of it was written by the client and is not read.
// No other header is believed. Without this option behind a proxy, all visitors are one client and share its limits.
//
// # What is refused early
//
// Bodies are JSON, at most 8 KiB, one flat object of strings whose names are spelled exactly and appear once. A request
// that changes something must not come from another site ([net/http.CrossOriginProtection]).
//
// # Timeouts
//
// The gate bounds its store and its sender. Reading a request and writing an answer are bounded by the [net/http.Server],
// which needs ReadHeaderTimeout, ReadTimeout, IdleTimeout, and a WriteTimeout longer than the gate takes at most: seven
// times its StoreTimeout, with a key and receipts, and once its SendTimeout, 12 seconds unless configured.
//
// # Log
//
// Each request is one line, "request", with method, route, status, errno or problem, duration_ms, client, request_id,
// phone (masked) and, for refusals, cause. Where the guard refused, rule has the names of all rules that stood against it, and
// wait_s or effort what the visitor was told, which is never a rule. The route is a pattern and the client a prefix: paths and queries are never
// logged, since the ids in them are capabilities. Failures of the server are errors, refusals are warnings, probes that
// succeed are at debug level.
package httpapi
