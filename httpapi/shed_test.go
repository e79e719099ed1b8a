package httpapi_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/httpapi"
)

// turnstile lets one challenge at a time be stored.
type turnstile struct {
	cattlegrid.Store

	entered, pass chan struct{}
}

func (s *turnstile) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	if strings.Contains(key, "slow") {
		s.entered <- struct{}{}
		<-s.pass
	}
	return s.Store.Put(ctx, key, secret, debits...)
}

// While as many challenges are in the making as may be, visitors who come anew are turned away, in either dialect, with the
// time to wait; those who have their challenge get across, and afterwards everybody does.
func TestShed(t *testing.T) {
	slow := &turnstile{entered: make(chan struct{}), pass: make(chan struct{})}
	var shed atomic.Int64
	s := open(t, func(o *setup) {
		slow.Store = o.gate.Store
		o.http.OnShed = func() { shed.Add(1) }
		o.gate.Store, o.http.MaxChallenges = slow, 2
	})
	body := s.smsBody(mobile)
	done := make(chan *httptest.ResponseRecorder)
	for _, id := range []string{"slow-one", "slow-two"} {
		go func() {
			done <- s.do(call{method: http.MethodGet, path: "/passport/image_code?code_id=" + id, from: "203.0.113.9:1"})
		}()
		<-slow.entered
	}

	for range 3 {
		w := s.get("/passport/image_code?code_id=" + unknownID)
		if got := w.Header().Get("Retry-After"); w.Code != http.StatusServiceUnavailable || got != "2" {
			t.Errorf("a picture: got %d, Retry-After %q, want 503 and 2", w.Code, got)
		}
		if got := w.Body.String(); got != errno("4500", "访问人数过多，请稍后再试") {
			t.Errorf("a picture: got %s", got)
		}
	}
	w := s.get("/v1/challenges/" + unknownID + "/audio")
	if p := wantProblem(t, w, "overloaded", http.StatusServiceUnavailable); p.RetryAfter != 2 || w.Header().Get("Retry-After") != "2" {
		t.Errorf("speech: Retry-After %q and %d, want 2", w.Header().Get("Retry-After"), p.RetryAfter)
	}
	wantErrno(t, s.post("/passport/sms_code", body), errno("0", "发送成功"))

	close(slow.pass)
	for range 2 {
		if w := <-done; w.Code != http.StatusOK {
			t.Errorf("who was first: got %d %s", w.Code, w.Body)
		}
	}
	s.challenge()
	if got := shed.Load(); got != 4 {
		t.Errorf("OnShed was told of %d, want 4", got)
	}
	if told := strings.Count(s.log.String(), "requests for challenges are turned away"); told != 1 {
		t.Errorf("the operator is told %d times, want once", told)
	}
	if strings.Contains(s.log.String(), `"level":"ERROR"`) {
		t.Errorf("what is turned away stands in the log as an error:\n%s", s.log)
	}
}

// An impossible bound is refused.
func TestMaxChallenges(t *testing.T) {
	t.Parallel()
	gate, err := cattlegrid.New(cattlegrid.Options{Sender: &outbox{}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := httpapi.New(gate, httpapi.Options{MaxChallenges: -1}); err == nil {
		t.Error("a bound of -1 is no error")
	}
}
