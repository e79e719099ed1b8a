package httpapi_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

const idempotencyKey = "8e03978e-40d5-43e8-bc93-6894a57f9324"

func (s *site) postKeyed(path, body, key string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.do(call{method: http.MethodPost, path: path, body: body, header: map[string]string{"Idempotency-Key": key}})
}

// A repeat is answered as the first request was, in both dialects, and says that it is one. The key may be quoted.
func TestIdempotencyKey(t *testing.T) {
	for path, body := range map[string]func(*site) string{
		"/passport/sms_code": func(s *site) string { return s.smsBody(mobile) },
		"/v1/verifications":  func(s *site) string { return s.createBody(mobile, "login") },
	} {
		t.Run(path, func(t *testing.T) {
			s := open(t)
			request := body(s)
			first := s.postKeyed(path, request, idempotencyKey)
			again := s.postKeyed(path, request, `"`+idempotencyKey+`"`)
			if again.Code != first.Code || again.Body.String() != first.Body.String() || again.Header().Get("Location") != first.Header().Get("Location") {
				t.Errorf("got %d %s at %s, want %d %s", again.Code, again.Body, again.Header().Get("Location"), first.Code, first.Body)
			}
			for name, w := range map[string]*httptest.ResponseRecorder{"": first, "true": again} {
				if got := w.Header().Get("Idempotency-Replayed"); got != name {
					t.Errorf("Idempotency-Replayed is %q, want %q", got, name)
				}
			}
			s.wantSent(1)
		})
	}
}

// What is wrong with a key is said, and nothing is sent.
func TestIdempotencyKeyRefused(t *testing.T) {
	s := open(t)
	for _, key := range []string{"", `""`, "a b", `a"b`} {
		wantProblem(t, s.postKeyed("/v1/verifications", s.createBody(mobile, "login"), key), "bad-idempotency-key", 400)
	}
	wantErrno(t, s.postKeyed("/passport/sms_code", s.smsBody(mobile), "a b"), errno("4103", "参数错误：Idempotency-Key 格式不正确"))
	s.wantSent(0)
	wantErrno(t, s.postKeyed("/passport/sms_code", s.smsBody(mobile), idempotencyKey), errno("0", "发送成功"))
	wantErrno(t, s.postKeyed("/passport/sms_code", s.smsBody(mobile), idempotencyKey), errno("4103", "参数错误：Idempotency-Key 已用于其他请求"))
	wantProblem(t, s.postKeyed("/v1/verifications", s.createBody(mobile, "login"), idempotencyKey), "idempotency-key-reused", 422)
	s.wantSent(1)
}

// While the first request is on its way a repeat is told to wait, whoever is asked; when it was cut off, that nobody knows.
func TestIdempotencyKeyInProgress(t *testing.T) {
	s := open(t)
	entered, release := make(chan struct{}), make(chan struct{})
	s.outbox.fail = func() error {
		close(entered)
		<-release
		return nil
	}
	body, first := s.createBody(mobile, "login"), make(chan *httptest.ResponseRecorder)
	go func() { first <- s.postKeyed("/v1/verifications", body, idempotencyKey) }()
	<-entered
	p := wantProblem(t, s.postKeyed("/v1/verifications", body, idempotencyKey), "in-progress", 409)
	if p.RetryAfter != 1 {
		t.Errorf("retry_after is %d, want 1", p.RetryAfter)
	}
	s.clock.advance(time.Minute)
	p = wantProblem(t, s.postKeyed("/v1/verifications", body, idempotencyKey), "send-failed", 502)
	if p.Message != "unknown" || p.Verification == "" {
		t.Errorf("message %q, verification %q, want unknown and one", p.Message, p.Verification)
	}
	close(release)
	if w := <-first; w.Code != http.StatusCreated {
		t.Errorf("the first request: got %d %s", w.Code, w.Body)
	}
	s.wantSent(1)
}

// A failure to send says whether the message may have left, and if so, where its code is good.
func TestSendFailedSaysWhatIsKnown(t *testing.T) {
	for class, want := range map[cattlegrid.SendClass]string{cattlegrid.Throttled: "failed", cattlegrid.Unknown: "unknown"} {
		t.Run(class.String(), func(t *testing.T) {
			s := open(t)
			s.outbox.fail = func() error {
				return &cattlegrid.SendError{Class: class, Provider: "outbox", Err: errors.New("no")}
			}
			w := s.post("/v1/verifications", s.createBody(mobile, "login"))
			p := wantProblem(t, w, "send-failed", 502)
			if class == cattlegrid.Unknown && p.ResendAfter != 60 {
				t.Errorf("resend_after is %d, want 60", p.ResendAfter)
			}
			if known := class != cattlegrid.Unknown; p.Message != want || (p.Verification == "") != known || (w.Header().Get("Location") == "") != known {
				t.Errorf("message %q, verification %q, at %q; want %s", p.Message, p.Verification, w.Header().Get("Location"), want)
			}
		})
	}
}
