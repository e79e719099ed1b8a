package httpapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/httpapi"
)

// concrete is a path that a route's pattern matches.
func concrete(pattern string) string {
	return strings.NewReplacer("{$}", "", "{id}", "some-id", "{name...}", "js/main.js").Replace(pattern)
}

func withInbox(o *setup) { o.http.Inbox = &outbox{} }

// A path refuses the methods that it does not have, and names those that it has.
func TestMethodNotAllowed(t *testing.T) {
	s := open(t, withInbox)
	methods := map[string][]string{}
	for _, route := range httpapi.Routes() {
		methods[route[1]] = append(methods[route[1]], route[0])
	}
	for pattern, has := range methods {
		path := concrete(pattern)
		t.Run(pattern, func(t *testing.T) {
			allow := "POST"
			others := []string{http.MethodPut, http.MethodDelete, http.MethodOptions, "BREW"}
			switch {
			case len(has) == 2:
				allow = "GET, HEAD, POST"
			case has[0] == http.MethodGet:
				allow, others = "GET, HEAD", append(others, http.MethodPost)
			default:
				others = append(others, http.MethodGet)
			}
			for _, method := range others {
				w := s.do(call{method: method, path: path})
				if got := w.Header().Get("Allow"); got != allow {
					t.Errorf("%s: Allow is %q, want %q", method, got, allow)
				}
				if strings.HasPrefix(path, "/passport/") {
					want := errno("4201", "非法请求：请求方法不正确")
					if w.Code != http.StatusMethodNotAllowed || w.Body.String() != want {
						t.Errorf("%s: got %d %s, want 405 %s", method, w.Code, w.Body, want)
					}
					continue
				}
				wantProblem(t, w, "method-not-allowed", 405)
			}
		})
	}
}

// Nothing else is there, and no path is mended on the way to one that is.
func TestNotFound(t *testing.T) {
	s := open(t)
	for _, path := range []string{
		"/favicon.ico", "/v1", "/v1/verifications/", "/v1/verifications/x/y", "//v1/verifications", "/v1/../healthz", "/./",
		"/passport", "/assets", "/assets/", "/assets/js", "/assets/js/", "/assets/none.js", "/assets/../page.go",
		"/assets/..%2fpage.go", "/assets/%00", "/dev/inbox", "/dev/inbox?mobile=" + mobile,
	} {
		t.Run(path, func(t *testing.T) {
			w := s.get(path)
			wantProblem(t, w, "not-found", 404)
			if strings.Contains(w.Body.String(), path) {
				t.Errorf("the answer repeats the path: %s", w.Body)
			}
		})
	}
	for _, path := range []string{"/passport/", "/passport/image_code/", "/passport/register", "/passport//sms_code"} {
		t.Run(path, func(t *testing.T) {
			w := s.get(path)
			if want := errno("4201", "非法请求：路径不存在"); w.Code != http.StatusNotFound || w.Body.String() != want {
				t.Errorf("got %d %s, want 404 %s", w.Code, w.Body, want)
			}
		})
	}
}

// A page of another site cannot have a code sent or guess at one.
func TestCrossOrigin(t *testing.T) {
	foreign := []map[string]string{
		{"Sec-Fetch-Site": "cross-site"},
		{"Sec-Fetch-Site": "same-site", "Origin": "https://other.example.com"},
		{"Origin": "https://evil.example"},
		{"Origin": "null"},
	}
	for _, header := range foreign {
		s := open(t, func(o *setup) { o.http.TrustedOrigins = []string{"https://www.example.com"} })
		body := s.createBody(mobile, "register")
		for _, path := range []string{"/v1/verifications", "/v1/verifications/some-id/check"} {
			wantProblem(t, s.do(call{method: http.MethodPost, path: path, header: header, body: body}), "cross-origin", 403)
		}
		w := s.do(call{method: http.MethodPost, path: "/passport/sms_code", header: header, body: s.smsBody(mobile)})
		if want := errno("4201", "非法请求：来自其他网站"); w.Code != http.StatusForbidden || w.Body.String() != want {
			t.Errorf("%v: got %d %s, want 403 %s", header, w.Code, w.Body, want)
		}
		s.wantSent(0)
	}
	for _, header := range []map[string]string{
		{"Sec-Fetch-Site": "same-origin"},
		{"Sec-Fetch-Site": "cross-site", "Origin": "https://www.example.com"},
		{"Origin": "http://example.com"}, // the host that httptest asks for
		{},
	} {
		s := open(t, func(o *setup) { o.http.TrustedOrigins = []string{"https://www.example.com"} })
		w := s.do(call{method: http.MethodPost, path: "/passport/sms_code", header: header, body: s.smsBody(mobile)})
		wantErrno(t, w, errno("0", "发送成功"))
	}
}

// Every answer, right or wrong, tells the browser to be strict.
func TestSecurityHeaders(t *testing.T) {
	s := open(t, withInbox)
	want := map[string]string{
		"Content-Security-Policy":    "default-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
		"Cross-Origin-Opener-Policy": "same-origin",
		"Referrer-Policy":            "no-referrer",
		"X-Content-Type-Options":     "nosniff",
	}
	routes := httpapi.Routes()
	paths := append(make([]string, 0, len(routes)+3), "/nowhere", "/passport/nowhere", "/passport/image_code?code_id="+unknownID)
	for _, route := range routes {
		paths = append(paths, concrete(route[1]))
	}
	for _, path := range paths {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			header := s.do(call{method: method, path: path}).Header()
			for name, value := range want {
				if got := header.Values(name); len(got) != 1 || got[0] != value {
					t.Errorf("%s %s: %s is %q, want %q", method, path, name, got, value)
				}
			}
			if header.Get("Cross-Origin-Resource-Policy") == "" || header.Get("X-Request-ID") == "" || header.Get("Cache-Control") == "" {
				t.Errorf("%s %s: got %v, want a resource policy, a request id and cache control", method, path, header)
			}
			if header.Get("Set-Cookie") != "" {
				t.Errorf("%s %s sets a cookie", method, path)
			}
		}
	}
}
