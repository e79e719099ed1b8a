package httpapi_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// A right answer sends one code, and the body is the tutorial's, byte for byte.
func TestSMSCodeOK(t *testing.T) {
	s := open(t)
	w := s.post("/passport/sms_code", s.smsBody(mobile))
	wantErrno(t, w, `{"errno":"0","errmsg":"发送成功"}`)
	s.wantSent(1)
	m := s.outbox.last(t)
	if m.To.E164() != mobileE164 || m.Purpose != "register" || m.Lang != "zh" {
		t.Errorf("message: got one to %v for %q in %q, want the visitor's phone, register, zh", m.To, m.Purpose, m.Lang)
	}

	t.Run("the Location header leads on to the proof", func(t *testing.T) {
		location := w.Header().Get("Location")
		w := s.post(location+"/check", object("code", m.Code))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"status":"approved"`) {
			t.Errorf("check at %s: got %d %s, want an approval", location, w.Code, w.Body)
		}
	})
}

// The answer is read as people type it.
func TestSMSCodeAnswerCase(t *testing.T) {
	for name, typed := range map[string]func(string) string{
		"lower case":     strings.ToLower,
		"spaces between": func(s string) string { return " " + strings.Join(strings.Split(s, ""), " ") + " " },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			id, answer := s.challenge()
			w := s.post("/passport/sms_code", object("mobile", mobile, "image_code", typed(answer), "image_code_id", id))
			wantErrno(t, w, errno("0", "发送成功"))
		})
	}
}

// Each line of the contract's table has its errno and its words, and sends nothing. The cases come in the order in which
// the contract decides, and each also has all faults that are decided after it.
func TestSMSCodeRefused(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(s *site)
		body    func(s *site) string
		want    string
	}{
		{
			"no mobile",
			nil,
			func(*site) string { return object("image_code", "AAAA", "image_code_id", "bad") },
			errno("4103", "参数不全"),
		},
		{
			"empty mobile",
			nil,
			func(*site) string { return object("mobile", "", "image_code", "AAAA", "image_code_id", "bad") },
			errno("4103", "参数不全"),
		},
		{
			"no image_code",
			nil,
			func(*site) string { return object("mobile", "not a phone", "image_code_id", "bad") },
			errno("4103", "参数不全"),
		},
		{
			"no image_code_id",
			nil,
			func(*site) string { return object("mobile", "not a phone", "image_code", "AAAA") },
			errno("4103", "参数不全"),
		},
		{
			"empty object",
			nil,
			func(*site) string { return "{}" },
			errno("4103", "参数不全"),
		},
		{
			"malformed phone",
			func(s *site) { s.faults.down.Store(true) },
			func(*site) string {
				return object("mobile", "not a phone", "image_code", "AAAA", "image_code_id", "bad")
			},
			errno("4103", "手机号格式不正确"),
		},
		{
			"malformed id",
			func(s *site) { s.faults.down.Store(true) },
			func(*site) string { return object("mobile", mobile, "image_code", "AAAA", "image_code_id", "bad") },
			errno("4103", "图片验证码编号格式不正确"),
		},
		{
			"store down",
			func(s *site) { s.faults.down.Store(true) },
			func(*site) string { return object("mobile", mobile, "image_code", "AAAA", "image_code_id", unknownID) },
			errno("4001", "数据库查询错误"),
		},
		{
			"store hangs",
			func(s *site) { s.faults.hang.Store(true) },
			func(*site) string { return object("mobile", mobile, "image_code", "AAAA", "image_code_id", unknownID) },
			errno("4001", "数据库查询错误"),
		},
		{
			"unknown challenge",
			nil,
			func(*site) string { return object("mobile", mobile, "image_code", "AAAA", "image_code_id", unknownID) },
			errno("4002", "图片验证码已过期"),
		},
		{
			"wrong answer",
			nil,
			func(s *site) string {
				id, _ := s.challenge()
				return object("mobile", mobile, "image_code", "wrong", "image_code_id", id)
			},
			errno("4004", "图片验证码错误"),
		},
		{
			"blank answer",
			nil,
			func(s *site) string {
				id, _ := s.challenge()
				return object("mobile", mobile, "image_code", "  ", "image_code_id", id)
			},
			errno("4004", "图片验证码错误"),
		},
		{
			"provider fails",
			func(s *site) { s.outbox.fail = func() error { return errors.New("no route") } },
			func(s *site) string { return s.smsBody(mobile) },
			errno("4301", "发送短信失败"),
		},
		{
			"provider fails and the store too",
			func(s *site) {
				s.outbox.fail = func() error {
					s.faults.down.Store(true)
					return &cattlegrid.SendError{Class: cattlegrid.Temporary, Provider: "outbox", Err: context.DeadlineExceeded}
				}
			},
			func(s *site) string { return s.smsBody(mobile) },
			errno("4301", "发送短信失败"),
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t)
				if test.prepare != nil {
					test.prepare(s)
				}
				body, began := test.body(s), time.Now()
				wantErrno(t, s.post("/passport/sms_code", body), test.want)
				s.wantSent(0)
				if took := time.Since(began); took > 1500*time.Millisecond {
					t.Errorf("the answer took %v, want at most 1.5s", took)
				}
			})
		})
	}
}

// A challenge that has expired, or was answered before, is worth nothing.
func TestSMSCodeChallengeSpent(t *testing.T) {
	expired := errno("4002", "图片验证码已过期")

	t.Run("expired", func(t *testing.T) {
		s := open(t)
		body := s.smsBody(mobile)
		s.clock.advance(5 * time.Minute)
		wantErrno(t, s.post("/passport/sms_code", body), expired)
		s.wantSent(0)
	})
	t.Run("answered right before", func(t *testing.T) {
		s := open(t)
		body := s.smsBody(mobile)
		s.post("/passport/sms_code", body)
		wantErrno(t, s.post("/passport/sms_code", body), expired)
		s.wantSent(1)
	})
	t.Run("answered wrong before", func(t *testing.T) {
		s := open(t)
		id, answer := s.challenge()
		s.post("/passport/sms_code", object("mobile", mobile, "image_code", "wrong", "image_code_id", id))
		w := s.post("/passport/sms_code", object("mobile", mobile, "image_code", answer, "image_code_id", id))
		wantErrno(t, w, expired)
		s.wantSent(0)
	})
	t.Run("refused for its phone before, it is not consumed", func(t *testing.T) {
		s := open(t)
		id, answer := s.challenge()
		s.post("/passport/sms_code", object("mobile", "1", "image_code", answer, "image_code_id", id))
		w := s.post("/passport/sms_code", object("mobile", mobile, "image_code", answer, "image_code_id", id))
		wantErrno(t, w, errno("0", "发送成功"))
	})
}

// Of many requests with one right answer, one sends.
func TestSMSCodeConcurrent(t *testing.T) {
	s := open(t)
	body := s.smsBody(mobile)
	answers := make([]*httptest.ResponseRecorder, 32)
	var group sync.WaitGroup
	for i := range answers {
		group.Go(func() { answers[i] = s.post("/passport/sms_code", body) })
	}
	group.Wait()
	sent := 0
	for _, w := range answers {
		switch w.Body.String() {
		case errno("0", "发送成功"):
			sent++
		case errno("4002", "图片验证码已过期"):
		default:
			t.Errorf("got %s, want success or an expired challenge", w.Body)
		}
	}
	if sent != 1 {
		t.Errorf("%d requests succeeded, want 1", sent)
	}
	s.wantSent(1)
}

// What nobody foresaw is 4500, and its cause stays in the log.
func TestSMSCodeUnexpected(t *testing.T) {
	for name, parse := range map[string]func(string) (cattlegrid.Phone, error){
		"error": func(string) (cattlegrid.Phone, error) { return cattlegrid.Phone{}, errors.New("table lost") },
		"panic": func(string) (cattlegrid.Phone, error) { panic("table lost") },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, func(o *setup) { o.gate.ParsePhone = parse })
			wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("4500", "内部错误"))
			s.wantSent(0)
			entry := s.log.lastEntry(t)
			if entry["level"] != "ERROR" || !strings.Contains(entry["cause"].(string), "table lost") {
				t.Errorf("log: got %v, want an error with its cause", entry)
			}
		})
	}
}
