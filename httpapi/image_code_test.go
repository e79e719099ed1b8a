package httpapi_test

import (
	"bytes"
	"image"
	_ "image/jpeg" // decodes challenges
	_ "image/png"  // decodes challenges
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A challenge is a picture that nothing on the way may keep.
func TestImageCodeOK(t *testing.T) {
	for query, format := range map[string]string{"": "png", "&format=png": "png", "&format=jpeg": "jpeg", "&format=jpg": "jpeg"} {
		t.Run(format+query, func(t *testing.T) {
			w := open(t).get("/passport/image_code?code_id=" + unknownID + query)
			if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != "image/"+format {
				t.Fatalf("got %d %s, want 200 image/%s", w.Code, got, format)
			}
			if got := w.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("cache control: got %q, want no-store", got)
			}
			if _, got, err := image.Decode(bytes.NewReader(w.Body.Bytes())); err != nil || got != format {
				t.Errorf("picture: got %q, %v, want %q", got, err, format)
			}
		})
	}
}

// Each spelling of the id that pages use stores the answer under that id.
func TestImageCodeSpellings(t *testing.T) {
	for _, name := range []string{"code_id", "imageCodeId", "image_code_id", "img_code_id", "cur_id"} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			s.get("/passport/image_code?" + name + "=" + unknownID)
			if s.answer(unknownID) == "" {
				t.Error("the answer is empty")
			}
		})
	}
}

// The challenge that a new one replaces is destroyed, under either name. An id that cannot be one is nothing to destroy.
func TestImageCodePrevious(t *testing.T) {
	for _, name := range []string{"pre_id", "pre"} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			old, answer := s.challenge()
			s.get("/passport/image_code?cur_id=" + unknownID + "&" + name + "=" + old)
			w := s.post("/passport/sms_code", object("mobile", mobile, "image_code", answer, "image_code_id", old))
			wantErrno(t, w, errno("4002", "图片验证码已过期"))
		})
	}
	t.Run("malformed", func(t *testing.T) {
		s := open(t)
		w := s.get("/passport/image_code?cur_id=" + unknownID + "&pre_id=undefined!")
		if got := w.Header().Get("Content-Type"); got != "image/png" {
			t.Errorf("got %s %s, want a picture", got, w.Body)
		}
	})
}

// What cannot be drawn is said in the tutorial's words.
func TestImageCodeRefused(t *testing.T) {
	malformed := errno("4103", "图片验证码编号格式不正确")
	for name, test := range map[string]struct{ query, want string }{
		"no id":                         {"", malformed},
		"empty id":                      {"?code_id=", malformed},
		"short id":                      {"?code_id=1234567", malformed},
		"id of 10 kB":                   {"?code_id=" + strings.Repeat("a", 10_000), malformed},
		"id with a colon":               {"?code_id=aaaaaaaa:bbbb", malformed},
		"id with a line feed":           {"?code_id=aaaaaaaa%0abbbb", malformed},
		"malformed id and previous one": {"?code_id=!&pre=!", malformed},
		"unknown format":                {"?code_id=" + unknownID + "&format=gif", errno("4103", "参数 format 应为 png 或 jpeg")},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			wantErrno(t, s.get("/passport/image_code"+test.query), test.want)
			if got := s.store.Len(); got != 0 {
				t.Errorf("the store has %d entries, want none", got)
			}
		})
	}
}

// A store that fails, whether it answers or not, is the tutorial's 4004. Back up, it serves again.
func TestImageCodeStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t)
		path := "/passport/image_code?code_id=" + unknownID
		for _, fault := range []*atomic.Bool{&s.faults.down, &s.faults.hang} {
			began := time.Now()
			fault.Store(true)
			wantErrno(t, s.get(path), errno("4004", "保存图片验证码失败"))
			if took := time.Since(began); took > 1500*time.Millisecond {
				t.Errorf("the answer took %v, want at most 1.5s", took)
			}
			fault.Store(false)
			if got := s.get(path).Header().Get("Content-Type"); got != "image/png" {
				t.Errorf("with the store back: got %s, want a picture", got)
			}
		}
	})
}

// Another site cannot spend what its visitors may ask for, unless its pages are trusted.
func TestImageCodeFromAnotherSite(t *testing.T) {
	c := call{
		method: http.MethodGet, path: "/passport/image_code?code_id=" + unknownID,
		header: map[string]string{"Sec-Fetch-Site": "cross-site"},
	}
	t.Run("refused", func(t *testing.T) {
		s := open(t)
		w := s.do(c)
		if want := errno("4201", "非法请求：来自其他网站"); w.Code != http.StatusForbidden || w.Body.String() != want {
			t.Errorf("got %d %s, want 403 %s", w.Code, w.Body, want)
		}
		if got := s.store.Len(); got != 0 {
			t.Errorf("the store has %d entries, want none", got)
		}
	})
	t.Run("trusted", func(t *testing.T) {
		s := open(t, func(o *setup) { o.http.TrustedOrigins = []string{"https://www.example.com"} })
		w := s.do(c)
		if got := w.Header().Get("Cross-Origin-Resource-Policy"); w.Code != http.StatusOK || got != "cross-origin" {
			t.Errorf("got %d, resource policy %q, want 200 and cross-origin", w.Code, got)
		}
	})
	t.Run("same site", func(t *testing.T) {
		s := open(t)
		c := c
		c.header = map[string]string{"Sec-Fetch-Site": "same-site"}
		w := s.do(c)
		if got := w.Header().Get("Cross-Origin-Resource-Policy"); w.Code != http.StatusOK || got != "same-site" {
			t.Errorf("got %d, resource policy %q, want 200 and same-site", w.Code, got)
		}
	})
}
