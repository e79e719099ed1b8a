package httpapi_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each request is one line, with these attributes and no others.
func TestLogLine(t *testing.T) {
	s := open(t, func(o *setup) { o.http.TrustedProxies = trusted })
	tests := []struct {
		name string
		do   func() *httptest.ResponseRecorder
		want map[string]any
	}{
		{
			"image", func() *httptest.ResponseRecorder { return s.get("/passport/image_code?code_id=" + unknownID) },
			map[string]any{"level": "INFO", "method": "GET", "route": "/passport/image_code", "status": 200.0},
		},
		{
			"sent",
			func() *httptest.ResponseRecorder {
				return s.do(call{method: http.MethodPost, path: "/passport/sms_code", body: s.smsBody(mobile), from: "[2001:db8::1]:1"})
			},
			map[string]any{
				"level": "INFO", "method": "POST", "route": "/passport/sms_code", "status": 200.0, "errno": "0",
				"phone": "138****8000", "client": "2001:db8::/64",
			},
		},
		{
			"limited",
			func() *httptest.ResponseRecorder { return s.post("/passport/sms_code", s.smsBody(mobile)) },
			map[string]any{
				"level": "WARN", "method": "POST", "route": "/passport/sms_code", "status": 200.0, "errno": "4201",
				"phone": "138****8000", "cause": "store the code: limit sends_per_phone_minute reached, retry after 1m0s",
				"rule": "sends_per_phone_minute", "wait_s": 60.0,
			},
		},
		{
			"malformed",
			func() *httptest.ResponseRecorder { return s.post("/v1/verifications", `{"phone":13800138000}`) },
			map[string]any{
				"level": "WARN", "method": "POST", "route": "/v1/verifications", "status": 400.0, "problem": "bad-request",
				"cause": "phone must be a string",
			},
		},
		{
			"unknown path and method",
			func() *httptest.ResponseRecorder { return s.do(call{method: "T13800138000", path: "/13800138000"}) },
			map[string]any{
				"level": "WARN", "method": "other", "route": "*", "status": 404.0, "problem": "not-found", "cause": "no such path",
			},
		},
		{
			"behind a proxy",
			func() *httptest.ResponseRecorder {
				return s.do(call{
					method: http.MethodGet, path: "/.well-known/jwks.json", from: "10.0.0.1:1",
					header: map[string]string{"X-Forwarded-For": "203.0.113.1, 198.51.100.1"},
				})
			},
			map[string]any{
				"level": "INFO", "method": "GET", "route": "/.well-known/jwks.json", "status": 200.0, "client": "198.51.100.1/32",
			},
		},
		{
			"spoken too often",
			func() *httptest.ResponseRecorder {
				id, _ := s.challenge()
				for range 3 {
					s.get(audioOf(id))
				}
				return s.get(audioOf(id))
			},
			map[string]any{
				"level": "WARN", "method": "GET", "route": "/v1/challenges/{id}/audio", "status": 429.0, "problem": "speech-limit",
				"cause": "charge the speech: the challenge was spoken too often",
			},
		},
		{
			"probe", func() *httptest.ResponseRecorder { return s.get("/healthz") },
			map[string]any{"level": "DEBUG", "method": "GET", "route": "/healthz", "status": 200.0},
		},
		{
			"store down",
			func() *httptest.ResponseRecorder {
				s.faults.down.Store(true)
				defer s.faults.down.Store(false)
				return s.get("/readyz")
			},
			map[string]any{
				"level": "ERROR", "method": "GET", "route": "/readyz", "status": 503.0, "problem": "store-unavailable",
				"cause": "store failed: connection refused",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w := test.do()
			entry := s.log.lastEntry(t)
			if duration, ok := entry["duration_ms"].(float64); !ok || duration < 0 {
				t.Errorf("duration: got %v", entry["duration_ms"])
			}
			delete(entry, "duration_ms")
			delete(entry, "time")
			want := maps.Clone(test.want)
			want["msg"], want["request_id"] = "request", w.Header().Get("X-Request-ID")
			if want["client"] == nil {
				want["client"] = "192.0.2.1/32"
			}
			if diff := cmp.Diff(want, entry); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A whole crossing with all its mishaps leaves nothing in the log that anybody could use, and one line for each request.
func TestLogHoldsNoSecrets(t *testing.T) {
	s := open(t, withInbox)
	requests := 0
	do := func(method, path, body string) *httptest.ResponseRecorder {
		requests++
		return s.do(call{method: method, path: path, body: body})
	}
	const id, previous = "5f0c1d2e-challenge", "0a9b8c7d-challenge"
	do(http.MethodGet, "/passport/image_code?code_id="+id+"&pre="+previous, "")
	answer := s.answer(id)
	for range 4 { // one more than there are renderings
		do(http.MethodGet, audioOf(id)+"?lang=en", "")
	}
	do(http.MethodGet, candidatesOf(id), "")
	body := object("challenge_id", id, "answer", answer, "phone", mobile, "purpose", "login")
	path := do(http.MethodPost, "/v1/verifications", body).Header().Get("Location")
	do(http.MethodPost, "/v1/verifications", body)
	do(http.MethodPost, "/v1/verifications", strings.Replace(body, "purpose", mobile, 1))
	do(http.MethodPost, "/passport/sms_code", s.smsBody(mobile))
	requests++ // smsBody has a challenge shown
	code, wrong := s.outbox.last(t).Code, s.wrongCode()
	do(http.MethodPost, path+"/check", object("code", wrong))
	proof, _ := decode[map[string]any](t, do(http.MethodPost, path+"/check", object("code", code)))["proof"].(string)
	do(http.MethodPost, path+"/check", object("code", code))
	do(http.MethodGet, "/dev/inbox?mobile="+mobile, "")
	do(http.MethodGet, path+"/"+mobile, "")

	var log strings.Builder
	entries := s.log.entries(t)
	for _, entry := range entries {
		for _, random := range []string{"time", "duration_ms", "request_id"} { // in which a code may turn up by chance
			delete(entry, random)
		}
		fmt.Fprintln(&log, entry)
	}
	secrets := map[string]string{
		"phone": mobile[3:], "challenge": id, "previous challenge": previous, "answer": answer, "code": code, "wrong code": wrong,
		"verification": strings.TrimPrefix(path, "/v1/verifications/"), "proof": proof,
	}
	for name, secret := range secrets {
		if secret == "" || strings.Contains(log.String(), secret) {
			t.Errorf("the log contains the %s %q:\n%s", name, secret, &log)
		}
	}
	if len(entries) != requests {
		t.Errorf("%d lines for %d requests:\n%s", len(entries), requests, &log)
	}
}

// A panic is the server's failure, logged with its stack; the next request is served.
func TestPanic(t *testing.T) {
	s := open(t)
	s.outbox.fail = func() error { panic("provider's library") }
	wantProblem(t, s.post("/v1/verifications", s.createBody(mobile, "login")), "internal", 500)
	entry := s.log.lastEntry(t)
	if entry["level"] != "ERROR" || entry["cause"] != "panic: provider's library" || !strings.Contains(fmt.Sprint(entry["stack"]), "site_test.go") {
		t.Errorf("log: got %v, want an error with cause and stack", entry)
	}
	s.outbox.fail = nil
	if w := s.post("/v1/verifications", s.createBody(otherMobile, "login")); w.Code != http.StatusCreated {
		t.Errorf("the next request: got %d %s, want 201", w.Code, w.Body)
	}
}

// A handler that cuts the connection on purpose may do so, and leaves a line.
func TestAbort(t *testing.T) {
	s := open(t)
	s.outbox.fail = func() error { panic(http.ErrAbortHandler) }
	body := s.createBody(mobile, "login")
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("got panic %v, want http.ErrAbortHandler", err)
		}
		if entry := s.log.lastEntry(t); entry["cause"] != http.ErrAbortHandler.Error() {
			t.Errorf("log: got %v, want the abort", entry)
		}
	}()
	s.post("/v1/verifications", body)
}

// Once half an answer has left, another one would only be appended to it: the connection is cut.
func TestPanicHalfway(t *testing.T) {
	s := open(t)
	defer func() {
		if err, _ := recover().(error); !errors.Is(err, http.ErrAbortHandler) {
			t.Errorf("got panic %v, want http.ErrAbortHandler", err)
		}
		if entry := s.log.lastEntry(t); entry["level"] != "ERROR" || entry["cause"] != "panic: disk full" {
			t.Errorf("log: got %v, want the panic", entry)
		}
	}()
	s.handler.ServeHTTP(&halfWriter{ResponseRecorder: httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/", http.NoBody))
}

// halfWriter takes a header and no body.
type halfWriter struct{ *httptest.ResponseRecorder }

func (*halfWriter) Write([]byte) (int, error) { panic("disk full") }

// The visitor's leaving is not the server's failure.
func TestClientGone(t *testing.T) {
	s := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/passport/image_code?code_id="+unknownID, http.NoBody)
	s.handler.ServeHTTP(httptest.NewRecorder(), r)
	if entry := s.log.lastEntry(t); entry["level"] != "WARN" || entry["client_gone"] != true {
		t.Errorf("log: got %v, want a warning", entry)
	}
}

// Without a logger nothing is logged, and all works.
func TestNoLogger(t *testing.T) {
	s := open(t, func(o *setup) { o.http.Logger = nil })
	wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("0", "发送成功"))
	if got := s.log.String(); got != "" {
		t.Errorf("log: got %s", got)
	}
}
