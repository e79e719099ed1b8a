package httpapi_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/guard"
)

// A phone gets one code a minute, whoever asks and in whatever spelling, and the refusal names the seconds to wait.
func TestLimitPerPhone(t *testing.T) {
	s := open(t)
	wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("0", "发送成功"))
	s.clock.advance(1500 * time.Millisecond)

	w := s.do(call{method: http.MethodPost, path: "/passport/sms_code", body: s.smsBody("+86 138 0013 8000"), from: "203.0.113.9:1"})
	wantErrno(t, w, errno("4201", "发送过于频繁，请 59 秒后再试"))

	w = s.post("/v1/verifications", s.createBody(mobile, "login"))
	p := wantProblem(t, w, "rate-limited", 429)
	if p.Scope != "phone" || p.RetryAfter != 59 || w.Header().Get("Retry-After") != "59" {
		t.Errorf("got scope %q, wait %d, header %q; want phone and 59", p.Scope, p.RetryAfter, w.Header().Get("Retry-After"))
	}
	s.wantSent(1)

	wantErrno(t, s.post("/passport/sms_code", s.smsBody(otherMobile)), errno("0", "发送成功"))
	s.clock.advance(59 * time.Second)
	wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("0", "发送成功"))
}

// Each code for a phone has to wait longer than the one before, exactly as long as was said.
func TestLimitPerPhoneGrows(t *testing.T) {
	policy := guard.DefaultPolicy()
	policy.Send = slices.DeleteFunc(policy.Send, func(l guard.Limit) bool { return l.Per != guard.PerPhone })
	s := open(t, func(o *setup) { o.gate.Policy = &policy })
	for _, wait := range []int{60, 120, 300, 600, 2520} { // the last until the first of five codes is an hour old
		w := s.post("/v1/verifications", s.createBody(mobile, "login"))
		if got := decode[map[string]any](t, w)["resend_after"]; w.Code != http.StatusCreated || got != float64(wait) {
			t.Fatalf("got %d %s, want 201 and a wait of %d", w.Code, w.Body, wait)
		}
		wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("4201", fmt.Sprintf("发送过于频繁，请 %d 秒后再试", wait)))
		s.clock.advance(time.Duration(wait)*time.Second - time.Millisecond)
		wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("4201", "发送过于频繁，请 1 秒后再试"))
		s.clock.advance(time.Millisecond)
	}
	s.wantSent(5)
}

// No spelling of a number is another number, to any limit.
func TestLimitSpellings(t *testing.T) {
	limits := []guard.Limit{
		{Name: "phone", Per: guard.PerPhone, Max: 1, Window: time.Hour},
		{Name: "prefix", Per: guard.PerPrefix, Max: 1, Window: time.Hour},
		{Name: "segment", Per: guard.PerSegment, Max: 1, Window: time.Hour},
		{Name: "country", Per: guard.PerCountry, Max: 1, Window: time.Hour},
	}
	for _, l := range limits {
		t.Run(l.Name, func(t *testing.T) {
			s := under(t, guard.Policy{Send: []guard.Limit{l}})
			wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("0", "发送成功"))
			for i, spelled := range []string{
				"+8613800138000", "008613800138000", "86 138 0013 8000", "+86 138-0013-8000", "(+86)13800138000", "0086-138-0013-8000",
				"１３８００１３８０００", "＋８６１３８００１３８０００", " 138 0013 8000 ", "138\u00a00013\u00a08000", "13800138000\u200b", "+86 (0)13800138000",
			} {
				from := fmt.Sprintf("203.0.%d.1:1", i)
				w := s.do(call{method: http.MethodPost, path: "/passport/sms_code", body: s.smsBody(spelled), from: from})
				got := decode[map[string]string](t, w)["errno"]
				if got != "4201" && got != "4103" {
					t.Errorf("%q: got %s, want the limit, or that it is no number", spelled, w.Body)
				}
			}
			s.wantSent(1)
		})
	}
}

// A number counts once towards a limit of numbers, in whatever spelling.
func TestLimitOfNumbers(t *testing.T) {
	s := under(t, guard.Policy{Send: []guard.Limit{{Name: "numbers", Per: guard.PerClient, Of: guard.Numbers, Max: 1, Window: time.Hour}}})
	for _, spelled := range []string{mobile, "+86 138 0013 8000", "１３８００１３８０００"} {
		wantErrno(t, s.post("/passport/sms_code", s.smsBody(spelled)), errno("0", "发送成功"))
	}
	wantErrno(t, s.post("/passport/sms_code", s.smsBody(otherMobile)), errno("4202", "请求过于频繁，请 3600 秒后再试"))
}

// A client is shown 30 challenges a minute.
func TestLimitChallenges(t *testing.T) {
	s := open(t)
	path := "/passport/image_code?code_id=" + unknownID
	for i := range 30 {
		if w := s.get(path); w.Header().Get("Content-Type") != "image/png" {
			t.Fatalf("challenge %d: got %s, want a picture", i, w.Body)
		}
	}
	s.clock.advance(2 * time.Second)
	wantErrno(t, s.get(path), errno("4202", "请求过于频繁，请 58 秒后再试"))
	s.clock.advance(58 * time.Second)
	if w := s.get(path); w.Header().Get("Content-Type") != "image/png" {
		t.Errorf("a minute later: got %s, want a picture", w.Body)
	}
}

// A message that certainly did not leave costs nothing; one that may have left counts.
func TestLimitAfterFailure(t *testing.T) {
	for class, want := range map[cattlegrid.SendClass]string{
		cattlegrid.Temporary: errno("0", "发送成功"),
		cattlegrid.Unknown:   errno("4201", "发送过于频繁，请 60 秒后再试"),
	} {
		t.Run(class.String(), func(t *testing.T) {
			s := open(t)
			s.outbox.fail = func() error {
				return &cattlegrid.SendError{Class: class, Provider: "outbox", Err: http.ErrHandlerTimeout}
			}
			wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("4301", "发送短信失败"))
			s.outbox.fail = nil
			wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), want)
		})
	}
}

// A sender whose error is a limit of its own is a sender that failed, not a limit of ours.
func TestLimitOfTheSender(t *testing.T) {
	s := open(t)
	s.outbox.fail = func() error { return &cattlegrid.LimitError{RetryAfter: time.Hour} }
	wantErrno(t, s.post("/passport/sms_code", s.smsBody(mobile)), errno("4301", "发送短信失败"))
	p := wantProblem(t, s.post("/v1/verifications", s.createBody(otherMobile, "login")), "send-failed", 502)
	if p.RetryAfter != 0 || p.Scope != "" {
		t.Errorf("got wait %d, scope %q, want none", p.RetryAfter, p.Scope)
	}
}

// scarce allows one challenge a minute per client.
func scarce(o *setup) {
	o.gate.Policy = &guard.Policy{Challenge: []guard.Limit{
		{Name: "challenges", Per: guard.PerClient, Max: 1, Window: time.Minute},
	}}
}

// scarceIn allows one challenge a minute per network.
func scarceIn(o *setup) {
	o.gate.Policy = &guard.Policy{Challenge: []guard.Limit{
		{Name: "challenges", Per: guard.PerNetwork, Max: 1, Window: time.Minute},
	}}
}

// Who is charged: the second of two requests is refused exactly if both come from one client, or from one network where
// that is what counts.
func TestLimitWhoIsCharged(t *testing.T) {
	const path = "/passport/image_code?code_id=" + unknownID
	forwarded := func(entries string) map[string]string { return map[string]string{"X-Forwarded-For": entries} }
	behindProxy := func(o *setup) { o.http.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")} }
	tests := []struct {
		name          string
		change        func(*setup)
		first, second call
		same          bool
	}{
		{"one address, two ports", nil, call{from: "192.0.2.1:1"}, call{from: "192.0.2.1:2"}, true},
		{"two addresses", nil, call{from: "192.0.2.1:1"}, call{from: "192.0.2.2:1"}, false},
		{"IPv6, one /64", nil, call{from: "[2001:db8::1]:1"}, call{from: "[2001:db8::ffff:1]:1"}, true},
		{"IPv6, two /64", nil, call{from: "[2001:db8::1]:1"}, call{from: "[2001:db8:0:1::1]:1"}, false},
		{"IPv6, one /48", scarceIn, call{from: "[2001:db8::1]:1"}, call{from: "[2001:db8:0:ffff::1]:1"}, true},
		{"IPv6, two /48", scarceIn, call{from: "[2001:db8::1]:1"}, call{from: "[2001:db8:1::1]:1"}, false},
		{"IPv4, one /24", scarceIn, call{from: "192.0.2.1:1"}, call{from: "192.0.2.255:1"}, true},
		{"IPv4, two /24", scarceIn, call{from: "192.0.2.1:1"}, call{from: "192.0.3.1:1"}, false},
		{"IPv4 mapped into IPv6, one /24", scarceIn, call{from: "192.0.2.1:1"}, call{from: "[::ffff:192.0.2.9]:1"}, true},
		{"IPv4 mapped into IPv6", nil, call{from: "192.0.2.1:1"}, call{from: "[::ffff:192.0.2.1]:1"}, true},
		{"IPv4 mapped into IPv6, two addresses", nil, call{from: "[::ffff:192.0.2.2]:1"}, call{from: "[::ffff:192.0.2.1]:1"}, false},
		{
			"forged X-Forwarded-For, no proxy", nil,
			call{from: "192.0.2.1:1", header: forwarded("198.51.100.1")},
			call{from: "192.0.2.1:1", header: forwarded("198.51.100.2")},
			true,
		},
		{
			"forged X-Forwarded-For, around the proxy", behindProxy,
			call{from: "192.0.2.1:1", header: forwarded("198.51.100.1")},
			call{from: "192.0.2.1:1", header: forwarded("198.51.100.2, 10.0.0.1")},
			true,
		},
		{
			"forged X-Forwarded-For, through the proxy", behindProxy,
			call{from: "10.0.0.1:1", header: forwarded("198.51.100.1, 192.0.2.1")},
			call{from: "10.0.0.1:1", header: forwarded("198.51.100.2, 192.0.2.1")},
			true,
		},
		{
			"two visitors of one proxy", behindProxy,
			call{from: "10.0.0.1:1", header: forwarded("192.0.2.1")},
			call{from: "10.0.0.1:1", header: forwarded("192.0.2.2")},
			false,
		},
		{
			"one visitor of two proxies", behindProxy,
			call{from: "10.0.0.1:1", header: forwarded("192.0.2.1")},
			call{from: "10.0.0.2:1", header: forwarded("192.0.2.1, 10.9.9.9")},
			true,
		},
		{
			"other headers", behindProxy,
			call{from: "10.0.0.1:1", header: map[string]string{"X-Real-IP": "192.0.2.1", "Forwarded": "for=192.0.2.1"}},
			call{from: "10.0.0.1:1", header: map[string]string{"X-Real-IP": "192.0.2.2", "Forwarded": "for=192.0.2.2"}},
			true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			changes := []func(*setup){scarce}
			if test.change != nil {
				changes = append(changes, test.change)
			}
			s := open(t, changes...)
			for _, c := range []*call{&test.first, &test.second} {
				c.method, c.path = http.MethodGet, path
			}
			if w := s.do(test.first); w.Header().Get("Content-Type") != "image/png" {
				t.Fatalf("first: got %s, want a picture", w.Body)
			}
			w := s.do(test.second)
			if refused := strings.Contains(w.Body.String(), `"4202"`); refused != test.same {
				t.Errorf("second: refused is %v, want %v", refused, test.same)
			}
		})
	}
}

// Who has no address cannot be charged, so nothing is done for them.
func TestUnknownClient(t *testing.T) {
	s := open(t)
	w := s.do(call{method: http.MethodGet, path: "/passport/image_code?code_id=" + unknownID, from: "@"})
	wantErrno(t, w, errno("4500", "内部错误"))
	if got := s.log.lastEntry(t)["client"]; got != "unknown" {
		t.Errorf("log: client is %v, want unknown", got)
	}
}
