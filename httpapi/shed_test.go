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

// reader takes none of its answer before it has a mind to.
type reader struct {
	*httptest.ResponseRecorder

	offered chan<- struct{}
	takes   <-chan struct{}
}

func (r *reader) Write(p []byte) (int, error) {
	r.offered <- struct{}{}
	<-r.takes
	return r.ResponseRecorder.Write(p)
}

// readSlowly asks for a path in the name of somebody who has the answer offered, and takes it later.
func (s *site) readSlowly(path string, takes <-chan struct{}, done chan<- struct{}) {
	offered := make(chan struct{})
	r := &reader{httptest.NewRecorder(), offered, takes}
	go func() {
		s.handler.ServeHTTP(r, httptest.NewRequest(http.MethodGet, path, nil))
		done <- struct{}{}
	}()
	<-offered
}

// Visitors who are slow to read what they asked for, be it a challenge or a refusal, turn nobody away.
func TestShedSlowReaders(t *testing.T) {
	s := open(t, func(o *setup) { o.http.MaxChallenges = 1 })
	takes, done := make(chan struct{}), make(chan struct{})
	paths := []string{"/passport/image_code?code_id=" + unknownID, "/passport/image_code?code_id=!", "/v1/challenges/" + unknownID + "/audio"}
	for _, path := range paths {
		s.readSlowly(path, takes, done)
	}
	s.challenge()
	close(takes)
	for range paths {
		<-done
	}
}

// Neither do visitors who are slow to read that they are turned away.
func TestShedTurnsAwaySlowReaders(t *testing.T) {
	slow := &turnstile{entered: make(chan struct{}), pass: make(chan struct{})}
	s := open(t, func(o *setup) {
		slow.Store = o.gate.Store
		o.gate.Store, o.http.MaxChallenges = slow, 1
	})
	takes, done := make(chan struct{}), make(chan struct{})
	go func() {
		s.get("/passport/image_code?code_id=slow-one")
		done <- struct{}{}
	}()
	<-slow.entered
	s.readSlowly("/passport/image_code?code_id="+unknownID, takes, done)
	s.readSlowly("/v1/challenges/"+unknownID+"/audio", takes, done)
	close(slow.pass)
	<-done
	s.challenge()
	close(takes)
	<-done
	<-done
}

// cutter cuts connections.
type cutter struct{ cattlegrid.Store }

func (s cutter) Put(ctx context.Context, key string, secret cattlegrid.Secret, debits ...cattlegrid.Debit) error {
	if strings.Contains(key, "cut") {
		panic(http.ErrAbortHandler)
	}
	return s.Store.Put(ctx, key, secret, debits...)
}

// A place is given back also if there is no answer.
func TestShedCut(t *testing.T) {
	s := open(t, func(o *setup) { o.gate.Store, o.http.MaxChallenges = cutter{o.gate.Store}, 1 })
	func() {
		defer func() {
			if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // a panic's value
				t.Errorf("the connection was not cut, but %v", got)
			}
		}()
		s.get("/passport/image_code?code_id=cut-short")
	}()
	s.challenge()
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
