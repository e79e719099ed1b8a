package httpapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// A visitor crosses: challenge, code, proof, and the site believes the proof.
func TestVerificationOK(t *testing.T) {
	s := open(t)
	w := s.post("/v1/verifications", s.createBody(mobile, "login"))
	if w.Code != http.StatusCreated {
		t.Fatalf("create: got %d %s, want 201", w.Code, w.Body)
	}
	pending := decode[map[string]any](t, w)
	id, _ := pending["id"].(string)
	want := map[string]any{
		"id": id, "status": "pending", "phone": "138****8000", "purpose": "login", "expires_in": 300.0, "resend_after": 60.0,
	}
	if diff := cmp.Diff(want, pending); diff != "" {
		t.Errorf("create (-want +got):\n%s", diff)
	}
	if got, want := w.Header().Get("Location"), "/v1/verifications/"+id; id == "" || got != want {
		t.Errorf("location: got %q, want %q", got, want)
	}

	w = s.post("/v1/verifications/"+id+"/check", object("code", s.outbox.last(t).Code))
	approved := decode[map[string]any](t, w)
	proof, _ := approved["proof"].(string)
	want = map[string]any{
		"status": "approved", "phone": mobileE164, "purpose": "login", "proof": proof, "expires_in": 600.0,
	}
	if diff := cmp.Diff(want, approved); w.Code != http.StatusOK || diff != "" {
		t.Errorf("check: got %d, want 200; (-want +got):\n%s", w.Code, diff)
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("cache control: got %q, want no-store", got)
	}

	verifier, err := cattlegrid.NewVerifier(cattlegrid.VerifierOptions{
		JWKS: s.get("/.well-known/jwks.json").Body.Bytes(), Clock: s.clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	claims, err := verifier.Verify(t.Context(), proof, "login")
	if err != nil || claims.PhoneNumber != mobileE164 {
		t.Errorf("proof: got %q, %v, want the visitor's number", claims.PhoneNumber, err)
	}
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("decode %s: %v", w.Body, err)
	}
	return v
}

// The message is in the language of the page.
func TestVerificationLanguage(t *testing.T) {
	for accept, want := range map[string]string{"": "zh", "zh-CN,zh;q=0.9,en;q=0.8": "zh", "en-GB,en;q=0.9": "en"} {
		t.Run(accept, func(t *testing.T) {
			s := open(t)
			s.do(call{
				method: http.MethodPost, path: "/v1/verifications", body: s.createBody(mobile, "register"),
				header: map[string]string{"Accept-Language": accept},
			})
			if got := s.outbox.last(t).Lang; got != want {
				t.Errorf("language: got %q, want %q", got, want)
			}
		})
	}
}

// Each reason for not sending a code has its own problem, and nothing is sent.
func TestCreateVerificationRefused(t *testing.T) {
	body := func(id, answer, phone, purpose string) string {
		return object("challenge_id", id, "answer", answer, "phone", phone, "purpose", purpose)
	}
	tests := []struct {
		name    string
		prepare func(s *site)
		body    func(s *site) string
		slug    string
		status  int
	}{
		{"empty field", nil, func(*site) string { return body("", "a", "b", "c") }, "bad-request", 400},
		{"missing field", nil, func(*site) string { return object("phone", mobile) }, "bad-request", 400},
		{"unknown field", nil, func(*site) string { return object("mobile", mobile) }, "bad-request", 400},
		{"phone", nil, func(*site) string { return body("bad", "a", "b", "c") }, "bad-phone", 400},
		{"purpose", nil, func(*site) string { return body("bad", "a", mobile, "c") }, "bad-purpose", 400},
		{"challenge id", nil, func(*site) string { return body("bad", "a", mobile, "login") }, "bad-challenge-id", 400},
		{
			"challenge unknown", nil,
			func(*site) string { return body(unknownID, "a", mobile, "login") },
			"challenge-expired", 410,
		},
		{
			"wrong answer", nil,
			func(s *site) string { id, _ := s.challenge(); return body(id, "wrong", mobile, "login") },
			"wrong-answer", 422,
		},
		{
			"provider", func(s *site) { s.outbox.fail = func() error { return errors.New("no route") } },
			func(s *site) string { return s.createBody(mobile, "login") },
			"send-failed", 502,
		},
		{
			"store", func(s *site) { s.faults.down.Store(true) },
			func(*site) string { return body(unknownID, "a", mobile, "login") },
			"store-unavailable", 503,
		},
		{
			"store hangs", func(s *site) { s.faults.hang.Store(true) },
			func(*site) string { return body(unknownID, "a", mobile, "login") },
			"store-unavailable", 503,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // so that a store which hangs costs no time
				s := open(t)
				if test.prepare != nil {
					test.prepare(s)
				}
				w := s.post("/v1/verifications", test.body(s))
				wantProblem(t, w, test.slug, test.status)
				s.wantSent(0)
				if got := w.Header().Get("Retry-After"); (test.status == 503) != (got == "1") {
					t.Errorf("Retry-After: got %q, want 1 for a store that may be back soon and none else", got)
				}
			})
		})
	}
}

// begun is a site with a code on its way, and the path where it is checked.
func begun(t *testing.T, changes ...func(*setup)) (s *site, check string) {
	t.Helper()
	s = open(t, changes...)
	w := s.post("/v1/verifications", s.createBody(mobile, "register"))
	return s, w.Header().Get("Location") + "/check"
}

// wrongCode is one that was not sent.
func (s *site) wrongCode() string {
	s.t.Helper()
	code := []byte(s.outbox.last(s.t).Code)
	code[0] = '0' + (code[0]-'0'+1)%10
	return string(code)
}

// A wrong code says how many tries are left. After the last one even the right code is worth nothing.
func TestCheckVerificationWrong(t *testing.T) {
	s, check := begun(t)
	for left := 4; left >= 0; left-- {
		p := wantProblem(t, s.post(check, object("code", s.wrongCode())), "wrong-code", 422)
		if p.AttemptsLeft == nil || *p.AttemptsLeft != left {
			t.Errorf("attempts left: got %v, want %d", p.AttemptsLeft, left)
		}
	}
	wantProblem(t, s.post(check, object("code", s.outbox.last(t).Code)), "verification-expired", 410)
}

// Each reason for not giving a proof has its own problem.
func TestCheckVerificationRefused(t *testing.T) {
	t.Run("malformed code costs no attempt", func(t *testing.T) {
		s, check := begun(t)
		for _, code := range []string{"12345", "1234567", "12345a", "-12345"} {
			wantProblem(t, s.post(check, object("code", code)), "bad-code", 400)
		}
		p := wantProblem(t, s.post(check, object("code", s.wrongCode())), "wrong-code", 422)
		if *p.AttemptsLeft != 4 {
			t.Errorf("attempts left: got %d, want 4", *p.AttemptsLeft)
		}
	})
	t.Run("empty code", func(t *testing.T) {
		s, check := begun(t)
		wantProblem(t, s.post(check, object("code", "")), "bad-request", 400)
	})
	t.Run("approved before", func(t *testing.T) {
		s, check := begun(t)
		code := object("code", s.outbox.last(t).Code)
		if w := s.post(check, code); w.Code != http.StatusOK {
			t.Fatalf("first check: got %d %s, want 200", w.Code, w.Body)
		}
		wantProblem(t, s.post(check, code), "verification-expired", 410)
	})
	t.Run("expired", func(t *testing.T) {
		s, check := begun(t)
		s.clock.advance(5*time.Minute + time.Second)
		wantProblem(t, s.post(check, object("code", s.outbox.last(t).Code)), "verification-expired", 410)
	})
	t.Run("never begun", func(t *testing.T) {
		for _, id := range []string{"x", unknownID, "a%2Fb", "%00"} {
			w := open(t).post("/v1/verifications/"+id+"/check", object("code", "123456"))
			wantProblem(t, w, "verification-expired", 410)
		}
	})
	t.Run("store", func(t *testing.T) {
		s, check := begun(t)
		s.faults.down.Store(true)
		p := wantProblem(t, s.post(check, object("code", s.outbox.last(t).Code)), "store-unavailable", 503)
		if p.RetryAfter != 1 {
			t.Errorf("retry after: got %d, want 1", p.RetryAfter)
		}
	})
	t.Run("too many wrong codes for the phone", func(t *testing.T) {
		policy := guard.DefaultPolicy()
		policy.WrongCode = []guard.Limit{{Name: "wrong_codes_per_phone", Per: guard.PerPhone, Max: 1, Window: time.Hour}}
		s, check := begun(t, func(o *setup) { o.gate.Policy = &policy })
		s.post(check, object("code", s.wrongCode()))
		w := s.post(check, object("code", s.outbox.last(t).Code))
		p := wantProblem(t, w, "rate-limited", 429)
		if p.Scope != "phone" || p.RetryAfter != 3600 || w.Header().Get("Retry-After") != "3600" {
			t.Errorf("got scope %q, wait %d, header %q; want phone and 3600", p.Scope, p.RetryAfter, w.Header().Get("Retry-After"))
		}
	})
}

// An answer tells a number that was verified here before from one that was never seen in nothing but what was sent along.
func TestAnswersTellNothingOfANumber(t *testing.T) {
	s, check := begun(t)
	s.post(check, object("code", s.outbox.last(t).Code))
	s.clock.advance(24 * time.Hour)

	for _, purpose := range []string{"register", "login", "reset"} {
		known := s.post("/v1/verifications", s.createBody("13800138000", purpose))
		unknown := s.post("/v1/verifications", s.createBody("13800128000", purpose))
		if diff := cmp.Diff(traits(known), traits(unknown)); diff != "" {
			t.Errorf("%s (-known +unknown):\n%s", purpose, diff)
		}
		s.clock.advance(25 * time.Hour) // past all that is charged
	}
	known := s.post("/passport/sms_code", s.smsBody("13800138000"))
	unknown := s.post("/passport/sms_code", s.smsBody("13800128000"))
	if diff := cmp.Diff(traits(known), traits(unknown)); diff != "" {
		t.Errorf("tutorial (-known +unknown):\n%s", diff)
	}
}

// traits is all of an answer but its random parts, of which only the length counts.
func traits(w *httptest.ResponseRecorder) []string {
	traits := []string{strconv.Itoa(w.Code)}
	for name, values := range w.Header() {
		value := fmt.Sprint(values)
		if name == "Location" || name == "X-Request-Id" {
			value = strconv.Itoa(len(value))
		}
		traits = append(traits, name+": "+value)
	}
	slices.Sort(traits)
	var body map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
		panic(err)
	}
	if id, ok := body["id"].(string); ok {
		body["id"] = len(id)
	}
	return append(traits, fmt.Sprint(body))
}
