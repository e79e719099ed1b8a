package httpapi_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Numbers are taken as people type them, one at a time, and become one E.164 number.
func TestMobile(t *testing.T) {
	for name, typed := range map[string]string{
		"plain":                   "13800138000",
		"international":           "+8613800138000",
		"spaces":                  "+86 138 0013 8000",
		"full-width digits":       "１３８００１３８０００",
		"international prefix 00": "0086-138-0013-8000",
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			wantErrno(t, s.post("/passport/sms_code", s.smsBody(typed)), errno("0", "发送成功"))
			if got := s.outbox.last(t).To.E164(); got != mobileE164 {
				t.Errorf("sent to %s, want %s", got, mobileE164)
			}
		})
	}
	for name, typed := range map[string]string{
		"a list of numbers":     "13800138000,13900139000",
		"a list, other commas":  "13800138000，13900139000",
		"two numbers":           "13800138000 13900139000",
		"a line feed":           "13800138000\n13900139000",
		"a landline":            "010-62345678",
		"a service number":      "10086",
		"too short":             "1380013800",
		"too long":              "138001380000",
		"words":                 "'; DROP TABLE users",
		"a number of elsewhere": "+447700900123",
		"very long":             strings.Repeat("1", 256),
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			wantErrno(t, s.post("/passport/sms_code", s.smsBody(typed)), errno("4103", "手机号格式不正确"))
			wantProblem(t, s.post("/v1/verifications", s.createBody(typed, "register")), "bad-phone", 400)
			s.wantSent(0)
		})
	}
}

// Whatever is not one JSON object of strings is refused in words that say what is wrong, and nothing is sent.
func TestBody(t *testing.T) {
	long := strings.Repeat("1", 257)
	tests := []struct {
		name, contentType, body string
		errmsg                  string
		slug                    string
		status                  int
	}{
		{"form", "application/x-www-form-urlencoded", "NAME=13800138000", "参数错误：请以 application/json 格式提交", "unsupported-media-type", 415},
		{"no type", "", `{"NAME":"1"}`, "参数错误：请以 application/json 格式提交", "unsupported-media-type", 415},
		{"text", "text/plain", `{"NAME":"1"}`, "参数错误：请以 application/json 格式提交", "unsupported-media-type", 415},
		{"another charset", "application/json; charset=gbk", `{}`, "参数错误：请以 application/json 格式提交", "unsupported-media-type", 415},
		{"1 MB", "application/json", `{"NAME":"` + strings.Repeat("1", 1<<20) + `"}`, "参数错误：请求体过大", "too-large", 413},
		{"empty", "application/json", "", "请求体为空", "bad-request", 400},
		{"blank", "application/json", " \n", "请求体为空", "bad-request", 400},
		{"not JSON", "application/json", "NAME=1", "请求体不是合法的 JSON", "bad-request", 400},
		{"unfinished", "application/json", `{"NAME":"1"`, "请求体不是合法的 JSON", "bad-request", 400},
		{"something after it", "application/json", `{"NAME":"1"}{}`, "请求体不是合法的 JSON", "bad-request", 400},
		{"not UTF-8", "application/json", "{\"NAME\":\"\xff\"}", "请求体不是合法的 JSON", "bad-request", 400},
		{"deeply nested", "application/json", strings.Repeat("[", 4000) + strings.Repeat("]", 4000), "请求体应为 JSON 对象", "bad-request", 400},
		{"list", "application/json", `[{"NAME":"1"}]`, "请求体应为 JSON 对象", "bad-request", 400},
		{"null", "application/json", "null", "请求体应为 JSON 对象", "bad-request", 400},
		{"number for a string", "application/json", `{"NAME":13800138000}`, "参数 mobile 应为字符串", "bad-request", 400},
		{"null for a string", "application/json", `{"NAME":null}`, "参数 mobile 应为字符串", "bad-request", 400},
		{"list for a string", "application/json", `{"NAME":["13800138000"]}`, "参数 mobile 应为字符串", "bad-request", 400},
		{"long string", "application/json", `{"NAME":"` + long + `"}`, "参数 mobile 过长", "bad-request", 400},
		{"twice", "application/json", `{"NAME":"1","NAME":"2"}`, "参数重复", "bad-request", 400},
		{"twice, spelled differently", "application/json", `{"NAME":"1","ESCAPED":"2"}`, "参数重复", "bad-request", 400},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := open(t)
			c := call{
				method: http.MethodPost, path: "/passport/sms_code",
				body:   strings.NewReplacer("NAME", "mobile", "ESCAPED", `\u006dobile`).Replace(test.body),
				header: map[string]string{"Content-Type": test.contentType},
			}
			wantErrno(t, s.do(c), errno("4103", test.errmsg))
			c.path = "/v1/verifications"
			c.body = strings.NewReplacer("NAME", "phone", "ESCAPED", `\u0070hone`).Replace(test.body)
			wantProblem(t, s.do(c), test.slug, test.status)
			s.wantSent(0)
		})
	}
}

// A charset of UTF-8 is what JSON has anyway.
func TestBodyCharset(t *testing.T) {
	for _, contentType := range []string{"application/json; charset=utf-8", `Application/JSON;charset="UTF-8"`} {
		s := open(t)
		w := s.do(call{
			method: http.MethodPost, path: "/passport/sms_code", body: s.smsBody(mobile),
			header: map[string]string{"Content-Type": contentType},
		})
		wantErrno(t, w, errno("0", "发送成功"))
	}
}

// Pages of the tutorial's family send more than the tutorial asks for; names in another case are such others, and the
// JSON interface refuses them.
func TestBodyOtherMembers(t *testing.T) {
	s := open(t)
	body := strings.Replace(s.smsBody(mobile), "{", `{"csrf":{"a":[1e999,null]},"MOBILE":"13900139000",`, 1)
	wantErrno(t, s.post("/passport/sms_code", body), errno("0", "发送成功"))
	if got := s.outbox.last(t).To.E164(); got != mobileE164 {
		t.Errorf("sent to %s, want %s", got, mobileE164)
	}
	body = strings.Replace(s.createBody(otherMobile, "register"), "{", `{"PHONE":"13800138000",`, 1)
	wantProblem(t, s.post("/v1/verifications", body), "bad-request", 400)
}

// No more than the bound is read of a body, whether it says how long it is or not.
func TestBodyBound(t *testing.T) {
	for name, announced := range map[string]bool{"announced": true, "chunked": false} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			body := &counter{Reader: bytes.NewReader(bytes.Repeat([]byte(" "), 1<<20))}
			r := httptest.NewRequest(http.MethodPost, "/passport/sms_code", body)
			r.Header.Set("Content-Type", "application/json")
			if announced {
				r.ContentLength = 1 << 20
			}
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, r)
			wantErrno(t, w, errno("4103", "参数错误：请求体过大"))
			if body.read > 9<<10 || announced && body.read > 0 {
				t.Errorf("%d bytes were read", body.read)
			}
		})
	}
	t.Run("exactly the bound", func(t *testing.T) {
		s := open(t)
		body := s.smsBody(mobile)
		body += strings.Repeat(" ", 8<<10-len(body))
		wantErrno(t, s.post("/passport/sms_code", body), errno("0", "发送成功"))
	})
	t.Run("cut off", func(t *testing.T) {
		s := open(t)
		r := httptest.NewRequest(http.MethodPost, "/passport/sms_code", io.MultiReader(strings.NewReader("{"), broken{}))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		wantErrno(t, w, errno("4103", "请求体不完整"))
	})
}

type counter struct {
	io.Reader
	read int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += n
	return n, err
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
