package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
)

// Whoever verifies proofs may fetch and keep the keys.
func TestJWKS(t *testing.T) {
	w := open(t).get("/.well-known/jwks.json")
	header := w.Header()
	if w.Code != http.StatusOK || header.Get("Content-Type") != "application/jwk-set+json" {
		t.Errorf("got %d %s, want 200 application/jwk-set+json", w.Code, header.Get("Content-Type"))
	}
	if got, want := header.Get("Cache-Control"), "public, max-age=300"; got != want {
		t.Errorf("cache control: got %q, want %q", got, want)
	}
	if header.Get("Access-Control-Allow-Origin") != "*" || header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("got header %v, want public keys for every site", header)
	}
	if _, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{JWKS: w.Body.Bytes()}); err != nil {
		t.Errorf("keys: %v", err)
	}
	if strings.Contains(w.Body.String(), `"d"`) {
		t.Error("the private key is published")
	}
}

// A process is alive whatever its store does, and ready when the store is.
func TestHealth(t *testing.T) {
	s := open(t)
	for _, down := range []bool{false, true, false} {
		s.faults.down.Store(down)
		if w := s.get("/healthz"); w.Code != http.StatusOK || w.Body.String() != `{"status":"alive"}` {
			t.Errorf("healthz with store down %v: got %d %s, want 200", down, w.Code, w.Body)
		}
		w := s.get("/readyz")
		if down {
			wantProblem(t, w, "store-unavailable", 503)
		} else if w.Code != http.StatusOK || w.Body.String() != `{"status":"ready"}` {
			t.Errorf("readyz: got %d %s, want 200", w.Code, w.Body)
		}
	}
}

// A process that is going to stop is alive and serves, but is not ready.
func TestStopping(t *testing.T) {
	told := make(chan struct{})
	s := open(t, func(o *setup) { o.http.Stopping = told })
	if w := s.get("/readyz"); w.Code != http.StatusOK {
		t.Errorf("readyz before: got %d %s, want 200", w.Code, w.Body)
	}
	close(told)
	wantProblem(t, s.get("/readyz"), "stopping", 503)
	if level := s.log.lastEntry(t)["level"]; level != "DEBUG" {
		t.Errorf("a probe is logged at %v, want DEBUG", level)
	}
	for _, path := range []string{"/healthz", "/passport/image_code?code_id=" + unknownID} {
		if w := s.get(path); w.Code != http.StatusOK {
			t.Errorf("%s: got %d %s, want 200", path, w.Code, w.Body)
		}
	}
}

// In development the last message to a phone can be read, in whatever spelling the phone is asked for.
func TestInbox(t *testing.T) {
	out := &outbox{clock: &clock{now: time.Date(2026, 11, 22, 8, 0, 0, 0, time.FixedZone("CST", 8*3600))}}
	s := open(t, func(o *setup) { o.gate.Sender, o.http.Inbox = out, out })
	wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("0", "发送成功"))
	m := out.last(t)

	for _, typed := range []string{mobile, "%2B8613800138000", "138%200013%208000"} {
		w := s.get("/dev/inbox?mobile=" + typed)
		want := map[string]any{"mobile": mobileE164, "code": m.Code, "text": m.Text, "sent_at": "2026-11-22T00:00:00Z"}
		if diff := cmp.Diff(want, decode[map[string]any](t, w)); w.Code != http.StatusOK || diff != "" {
			t.Errorf("%s: got %d, want 200; (-want +got):\n%s", typed, w.Code, diff)
		}
		if got := w.Header().Get("Cache-Control"); got != "no-store" {
			t.Errorf("cache control: got %q, want no-store", got)
		}
	}
	wantProblem(t, s.get("/dev/inbox?mobile="+otherMobile), "not-found", 404)
	wantProblem(t, s.get("/dev/inbox?mobile=nobody"), "bad-phone", 400)
	wantProblem(t, s.get("/dev/inbox"), "bad-phone", 400)
}
