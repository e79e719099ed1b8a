package httpapi_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// Each limit on messages, of the default policy and of others, refuses the message that is one too many, in both dialects,
// with exactly the wait; lets the one of somebody else pass; and passes again after the wait.
func TestEachSendLimit(t *testing.T) {
	for _, l := range slices.Concat(guard.DefaultPolicy().Send, others) {
		t.Run(l.Name, func(t *testing.T) {
			l.Max, l.Hard, l.Work = 2, 0, 0
			if l.Of == guard.Money {
				l.Max = 2*price + price/2
			}
			s := under(t, only(l))
			same, other := askings(l)
			s.know(l.Cold)
			for _, a := range same[:2] {
				if w := s.ask(a, guard.Normal); w.Code != http.StatusCreated {
					t.Fatalf("%+v: got %d %s, want 201", a, w.Code, w.Body)
				}
				s.clock.advance(l.Window / 10)
			}
			wait := int((l.Window - l.Window/10*2) / time.Second)
			s.wantRefused(same[2], guard.Work, l, wait)
			if l.Per != guard.InTotal && l.Per != guard.PerPurpose && l.Cold == "" {
				if w := s.ask(other, guard.Normal); w.Code != http.StatusCreated {
					t.Errorf("somebody else: got %d %s, want 201", w.Code, w.Body)
				}
			}
			s.clock.advance(time.Duration(wait)*time.Second - time.Millisecond)
			s.wantRefused(same[2], guard.Work, l, 1)
			s.clock.advance(time.Millisecond)
			if w := s.ask(same[2], guard.Normal); w.Code != http.StatusCreated {
				t.Errorf("after the wait: got %d %s, want 201", w.Code, w.Body)
			}
		})
	}
}

// Each limit that can do with more of an effort asks for it first: for a hard picture, then for work, and says which, in
// both dialects. Only then it refuses.
func TestEachStepUp(t *testing.T) {
	for _, l := range guard.DefaultPolicy().Send {
		if l.Hard == 0 {
			continue
		}
		t.Run(l.Name, func(t *testing.T) {
			l.Max, l.Hard, l.Work = 3, 1, 2
			s := under(t, only(l))
			same, _ := askings(l)
			s.know(l.Cold)
			for i, effort := range []guard.Effort{guard.Normal, guard.Hard, guard.Work} {
				if effort > guard.Normal {
					s.wantMore(same[i], effort-1, effort, l.Name)
				}
				if w := s.ask(same[i], effort); w.Code != http.StatusCreated {
					t.Fatalf("%v: got %d %s, want 201", effort, w.Code, w.Body)
				}
			}
			last := same[2]
			last.phone = last.phone[:len(last.phone)-1] + "9"
			s.wantRefused(last, guard.Work, l, int(l.Window/time.Second))
		})
	}
}

// wantMore fails the test unless both dialects ask for more of an effort.
func (s *site) wantMore(a asking, made, want guard.Effort, rule string) {
	s.t.Helper()
	sent := s.outbox.count()
	w := s.askPassport(a, made)
	wantErrno(s.t, w, `{"errno":"4201","errmsg":"请完成更难的验证","effort":"`+want.String()+`"}`)
	s.wantRule(rule, "effort", want.String())
	w = s.ask(a, made)
	if p := wantProblem(s.t, w, "harder-challenge", 428); p.Effort != want.String() || p.RetryAfter != 0 || p.Scope != "" {
		s.t.Errorf("got effort %q, wait %d, scope %q, want %v alone", p.Effort, p.RetryAfter, p.Scope, want)
	}
	s.wantRule(rule, "effort", want.String())
	s.wantSent(sent)
}

// Each limit on pictures refuses the one that is too many, and so does it refuse work in place of a picture.
func TestEachChallengeLimit(t *testing.T) {
	limits := append(guard.DefaultPolicy().Challenge,
		guard.Limit{Name: "challenges_second", Per: guard.InTotal, Max: 1, Window: 10 * time.Second},
	)
	for _, l := range limits {
		t.Run(l.Name, func(t *testing.T) {
			l.Max = 2
			s := under(t, guard.Policy{Challenge: []guard.Limit{l}})
			same, other := askings(l)
			picture := func(a asking) *httptest.ResponseRecorder {
				return s.do(call{method: http.MethodGet, path: "/passport/image_code?code_id=" + unknownID, from: a.from})
			}
			for _, a := range same[:2] {
				if w := picture(a); w.Header().Get("Content-Type") != "image/png" {
					t.Fatalf("got %s, want a picture", w.Body)
				}
			}
			number, scope, words := "4202", "client", "请求过于频繁，请 %d 秒后再试"
			if l.Per == guard.InTotal {
				number, scope, words = "4201", "", "发送过于频繁，请 %d 秒后再试"
			}
			wait := int(l.Window / time.Second)
			wantErrno(t, picture(same[2]), errno(number, fmt.Sprintf(words, wait)))
			s.wantRule(l.Name, "wait_s", float64(wait))
			w := s.do(call{method: http.MethodPost, path: workOf(unknownID), from: same[2].from})
			if p := wantProblem(t, w, "rate-limited", 429); p.RetryAfter != wait || p.Scope != scope || w.Header().Get("Retry-After") != strconv.Itoa(wait) {
				t.Errorf("work: got wait %d, scope %q, want %d and %q", p.RetryAfter, p.Scope, wait, scope)
			}
			if l.Per != guard.InTotal && picture(other).Header().Get("Content-Type") != "image/png" {
				t.Error("somebody else is refused too")
			}
		})
	}
}

// Each limit on wrong codes refuses to look at one more, whoever asks.
func TestEachWrongCodeLimit(t *testing.T) {
	for _, l := range guard.DefaultPolicy().WrongCode {
		t.Run(l.Name, func(t *testing.T) {
			l.Max = 2
			s := under(t, guard.Policy{WrongCode: []guard.Limit{l}})
			check := s.ask(asking{phone: mobileE164}, guard.Normal).Header().Get("Location") + "/check"
			for range 2 {
				wantProblem(t, s.post(check, object("code", s.wrongCode())), "wrong-code", 422)
			}
			w := s.do(call{method: http.MethodPost, path: check, body: object("code", s.outbox.last(t).Code), from: "[2001:db8::1]:1"})
			wait := int(l.Window / time.Second)
			if p := wantProblem(t, w, "rate-limited", 429); p.RetryAfter != wait || p.Scope != "phone" {
				t.Errorf("got wait %d, scope %q, want %d and phone", p.RetryAfter, p.Scope, wait)
			}
			s.wantRule(l.Name, "wait_s", float64(wait))
		})
	}
}

// Each limit on work in place of a challenge refuses one message too many to who proves it, and none to who reads.
func TestEachWorkAloneLimit(t *testing.T) {
	for _, l := range guard.DefaultPolicy().WorkAlone {
		t.Run(l.Name, func(t *testing.T) {
			l.Max = 2
			s := under(t, guard.Policy{WorkAlone: []guard.Limit{l}})
			same, _ := askings(l)
			alone := func(a asking, path, phone, id, solution string) *httptest.ResponseRecorder {
				task := s.solve(s.do(call{method: http.MethodPost, path: workOf(unknownID), from: a.from}))
				body := objectOf(phone, a.phone, id, unknownID, solution, task)
				if path == "/v1/verifications" {
					body = strings.Replace(body, "{", `{"purpose":"login",`, 1)
				}
				return s.do(call{method: http.MethodPost, path: path, body: body, from: a.from})
			}
			wantErrno(t, alone(same[0], "/passport/sms_code", "mobile", "image_code_id", "image_work"), errno("0", "发送成功"))
			if w := alone(same[1], "/v1/verifications", "phone", "challenge_id", "work"); w.Code != http.StatusCreated {
				t.Fatalf("got %d %s, want 201", w.Code, w.Body)
			}
			wait := int(l.Window / time.Second)
			number, scope, words := "4202", "client", "请求过于频繁，请 %d 秒后再试"
			if l.Per == guard.InTotal {
				number, scope, words = "4201", "", "发送过于频繁，请 %d 秒后再试"
			}
			wantErrno(t, alone(same[2], "/passport/sms_code", "mobile", "image_code_id", "image_work"), errno(number, fmt.Sprintf(words, wait)))
			w := alone(same[2], "/v1/verifications", "phone", "challenge_id", "work")
			if p := wantProblem(t, w, "rate-limited", 429); p.RetryAfter != wait || p.Scope != scope {
				t.Errorf("got wait %d, scope %q, want %d and %q", p.RetryAfter, p.Scope, wait, scope)
			}
			s.wantRule(l.Name, "wait_s", float64(wait))
			if w := s.ask(same[2], guard.Normal); w.Code != http.StatusCreated {
				t.Errorf("with a picture: got %d %s, want 201", w.Code, w.Body)
			}
		})
	}
}

// Each rule says that waiting does not help, about the number or about the network, and never which it is; the challenge
// stays as good as it was.
func TestEachRule(t *testing.T) {
	network := netip.MustParsePrefix("198.51.100.0/24")
	tests := []struct {
		name   string
		rules  guard.Rules
		denied asking
		rule   string
		served asking
	}{
		{"countries", guard.Rules{Countries: []string{"CN"}}, asking{phone: "+447400123456"}, guard.RuleCountries, asking{phone: mobileE164}},
		{"landlines", guard.DefaultPolicy().Rules, asking{phone: "010-62345678"}, guard.RuleTypes, asking{phone: mobileE164}},
		{"premium", guard.Rules{DenyTypes: []guard.NumberType{guard.Premium}}, asking{phone: "+449012345678"}, guard.RuleTypes, asking{phone: "+447400123456"}},
		{"VoIP", guard.Rules{DenyTypes: []guard.NumberType{guard.VoIP}}, asking{phone: "+445612345678"}, guard.RuleTypes, asking{phone: "+447400123456"}},
		{"toll-free", guard.Rules{DenyTypes: []guard.NumberType{guard.OtherNumber}}, asking{phone: "+448001234567"}, guard.RuleTypes, asking{phone: "+447400123456"}},
		{"prefixes", guard.Rules{DenyPrefixes: []string{"+86138"}}, asking{phone: "0086 138-0013-8000"}, guard.RulePrefixes, asking{phone: otherMobile}},
		{
			"allowed prefixes",
			guard.Rules{Countries: []string{"CN"}, AllowPrefixes: []string{"+4474"}},
			asking{phone: "+447500123456"},
			guard.RuleCountries,
			asking{phone: "+447400123456"},
		},
		{"networks", guard.Rules{DenyNetworks: []netip.Prefix{network}}, asking{mobileE164, "[::ffff:198.51.100.7]:1"}, guard.RuleNetworks, asking{mobileE164, "198.51.101.7:1"}},
		{
			"allowed networks",
			guard.Rules{DenyNetworks: []netip.Prefix{network}, AllowNetworks: []netip.Prefix{netip.MustParsePrefix("198.51.100.8/32")}},
			asking{mobileE164, "198.51.100.7:1"},
			guard.RuleNetworks,
			asking{mobileE164, "198.51.100.8:1"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := under(t, guard.Policy{Rules: test.rules})
			want, scope := errno("4201", "暂不支持向该号码发送短信"), "phone"
			if test.rule == guard.RuleNetworks {
				want, scope = errno("4202", "暂不支持该网络"), "client"
			}
			wantErrno(t, s.askPassport(test.denied, guard.Normal), want)
			s.wantRule(test.rule, "wait_s", nil)

			body := s.sendBody(test.denied.phone, guard.Normal, false)
			w := s.do(call{method: http.MethodPost, path: "/v1/verifications", body: body, from: test.denied.from})
			if p := wantProblem(t, w, "not-served", 403); p.Scope != scope || p.RetryAfter != 0 || w.Header().Get("Retry-After") != "" {
				t.Errorf("got scope %q, wait %d, want %q and none", p.Scope, p.RetryAfter, scope)
			}
			s.wantRule(test.rule, "wait_s", nil)
			s.wantSent(0)

			body = strings.Replace(body, test.denied.phone, test.served.phone, 1)
			w = s.do(call{method: http.MethodPost, path: "/v1/verifications", body: body, from: cmp.Or(test.served.from, test.denied.from)})
			if w.Code != http.StatusCreated {
				t.Errorf("with the same challenge, what is served: got %d %s, want 201", w.Code, w.Body)
			}
		})
	}
}

// Of several limits that stand against a message the visitor hears the longest wait, and the operator all names.
func TestSeveralLimits(t *testing.T) {
	s := under(t, guard.Policy{Send: []guard.Limit{
		{Name: "minute", Per: guard.PerPhone, Max: 1, Window: time.Minute},
		{Name: "hour", Per: guard.PerClient, Max: 1, Window: time.Hour},
		{Name: "second", Per: guard.InTotal, Max: 1, Window: time.Second},
	}})
	a := asking{phone: mobile}
	s.ask(a, guard.Normal)
	wantErrno(t, s.askPassport(a, guard.Normal), errno("4202", "请求过于频繁，请 3600 秒后再试"))
	s.wantRule("hour,minute,second", "wait_s", 3600.0)
}
