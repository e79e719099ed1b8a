package e2e_test

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/cattlegrid/cattlegrid/internal/redistest"
)

// wrongly is a request that a solved challenge does not save.
type wrongly struct {
	call   call
	status int    // as it is answered
	want   string // errno and errmsg, or problem and title
}

// Nonsense is refused with words that say what is wrong, nothing is sent, and the challenge is still there.
func TestBadInput(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := redistest.Start(t)
	g := w.onRedis(server, newData(t))

	cases := map[string]func(number string, c challenge) wrongly{
		"NoID": func(number string, c challenge) wrongly {
			return passport(map[string]any{"mobile": number, "image_code": c.answer}, "4103 参数不全")
		},
		"EmptyID": func(number string, c challenge) wrongly {
			return passport(fields(number, c.answer, ""), "4103 参数不全")
		},
		"NoAnswer": func(number string, c challenge) wrongly {
			return passport(map[string]any{"mobile": number, "image_code_id": c.id}, "4103 参数不全")
		},
		"NoNumber": func(_ string, c challenge) wrongly {
			return passport(map[string]any{"image_code": c.answer, "image_code_id": c.id}, "4103 参数不全")
		},
		"IDOf10kB": func(number string, c challenge) wrongly {
			return passport(fields(number, c.answer, strings.Repeat("a", 10_000)), "4103 参数错误：请求体过大")
		},
		"IDOf1kB": func(number string, c challenge) wrongly {
			return passport(fields(number, c.answer, strings.Repeat("a", 1_000)), "4103 参数 image_code_id 过长")
		},
		"IDWithGlob": func(number string, c challenge) wrongly {
			return passport(fields(number, c.answer, c.id[:8]+"*"), "4103 图片验证码编号格式不正确")
		},
		"TwoNumbers": func(_ string, c challenge) wrongly {
			return passport(fields("13800138000,13900139000", c.answer, c.id), "4103 手机号格式不正确")
		},
		"TwoNumbersInAList": func(number string, c challenge) wrongly {
			return passport(map[string]any{"mobile": []string{number, "13900139000"}, "image_code": c.answer, "image_code_id": c.id}, "4103 参数 mobile 应为字符串")
		},
		"NumberTwice": func(number string, c challenge) wrongly {
			w := passport(nil, "4103 参数重复")
			w.call.body = strings.NewReader(`{"mobile":"` + number + `","mobile":"13900139000","image_code":"` + c.answer + `","image_code_id":"` + c.id + `"}`)
			return w
		},
		"Landline": func(_ string, c challenge) wrongly {
			return passport(fields("010-62345678", c.answer, c.id), "4201 暂不支持向该号码发送短信")
		},
		"OtherCountry": func(_ string, c challenge) wrongly {
			return passport(fields("+44 7400 123456", c.answer, c.id), "4201 暂不支持向该号码发送短信")
		},
		"BodyOf1MB": func(number string, c challenge) wrongly {
			return passport(fields(number, c.answer, c.id, strings.Repeat(" ", 1<<20)), "4103 参数错误：请求体过大")
		},
		"BodyWithoutEnd": func(number string, c challenge) wrongly {
			w := passport(nil, "4103 参数错误：请求体过大")
			w.call.body = io.MultiReader(strings.NewReader(`{"mobile":"`+number+`","image_code":"`+c.answer+`","image_code_id":"`+c.id+`","other":"`), endless{})
			return w
		},
		"Form": func(number string, c challenge) wrongly {
			w := form(number, c, "4103 参数错误：请以 application/json 格式提交")
			w.call.header["Content-Type"] = "application/x-www-form-urlencoded"
			return w
		},
		"FormSaidToBeJSON": func(number string, c challenge) wrongly {
			return form(number, c, "4103 请求体不是合法的 JSON")
		},
		"WrongMethod": func(number string, c challenge) wrongly {
			w := passport(fields(number, c.answer, c.id), "4201 非法请求：请求方法不正确")
			w.call.method, w.status = http.MethodPut, http.StatusMethodNotAllowed
			return w
		},
		"InQuery": func(number string, c challenge) wrongly {
			query := url.Values{"mobile": {number}, "image_code": {c.answer}, "image_code_id": {c.id}}
			return wrongly{
				call{method: http.MethodGet, path: "/passport/sms_code?" + query.Encode()},
				http.StatusMethodNotAllowed, "4201 非法请求：请求方法不正确",
			}
		},
		"FromAnotherSite": func(number string, c challenge) wrongly {
			w := passport(fields(number, c.answer, c.id), "4201 非法请求：来自其他网站")
			w.call.header["Sec-Fetch-Site"], w.status = "cross-site", http.StatusForbidden
			return w
		},
		"PictureNoID": func(string, challenge) wrongly { return picture("", "4103 图片验证码编号格式不正确") },
		"PictureIDOf10kB": func(string, challenge) wrongly {
			return picture("?code_id="+strings.Repeat("a", 10_000), "4103 图片验证码编号格式不正确")
		},
		"PictureWrongMethod": func(_ string, c challenge) wrongly {
			w := picture("?code_id="+c.id, "4201 非法请求：请求方法不正确")
			w.call.method, w.status = http.MethodPost, http.StatusMethodNotAllowed
			return w
		},
		"V1TwoNumbers": func(_ string, c challenge) wrongly {
			return v1("13800138000,13900139000", c, http.StatusBadRequest, "bad-phone")
		},
		"V1OtherCountry": func(_ string, c challenge) wrongly {
			return v1("+44 7400 123456", c, http.StatusForbidden, "not-served")
		},
		"V1NoID": func(number string, c challenge) wrongly {
			return v1(number, challenge{"", c.answer}, http.StatusBadRequest, "bad-request")
		},
		"V1IDOf10kB": func(number string, c challenge) wrongly {
			return v1(number, challenge{strings.Repeat("a", 10_000), c.answer}, http.StatusRequestEntityTooLarge, "too-large")
		},
		"V1Form": func(number string, c challenge) wrongly {
			w := v1(number, c, http.StatusUnsupportedMediaType, "unsupported-media-type")
			w.call.header = map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
			return w
		},
		"V1WrongMethod": func(number string, c challenge) wrongly {
			w := v1(number, c, http.StatusMethodNotAllowed, "method-not-allowed")
			w.call.method = http.MethodDelete
			return w
		},
	}
	solved := g.challenges(len(cases))
	for name, request := range cases {
		c := solved[0]
		solved = solved[1:]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := request(w.number(), c)
			r := g.do(wrong.call)
			if got, want := statusAndWords(r), strconv.Itoa(wrong.status)+" "+wrong.want; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if got := server.Do(t, "GET", answerKey(c.id)); got != c.answer {
				t.Errorf("the challenge's answer is %d bytes long, want it untouched", len(got))
			}
			if sent := w.provider.sent(); len(sent) != 0 {
				t.Errorf("%d messages left", len(sent))
			}
		})
	}
}

// fields is the body of the tutorial's page, and maybe one more field.
func fields(number, answer, id string, other ...string) map[string]any {
	body := map[string]any{"mobile": number, "image_code": answer, "image_code_id": id}
	if other != nil {
		body["other"] = other[0]
	}
	return body
}

func passport(body map[string]any, want string) wrongly {
	w := wrongly{
		call{method: http.MethodPost, path: "/passport/sms_code", header: map[string]string{"Content-Type": "application/json"}},
		http.StatusOK, want,
	}
	if body != nil {
		w.call.json = body
	}
	return w
}

func form(number string, c challenge, want string) wrongly {
	w := passport(nil, want)
	w.call.body = strings.NewReader(url.Values{"mobile": {number}, "image_code": {c.answer}, "image_code_id": {c.id}}.Encode())
	return w
}

func picture(query, want string) wrongly {
	return wrongly{call{method: http.MethodGet, path: "/passport/image_code" + query}, http.StatusOK, want}
}

func v1(number string, c challenge, status int, want string) wrongly {
	body := map[string]any{"phone": number, "answer": c.answer, "challenge_id": c.id, "purpose": "login"}
	return wrongly{call{method: http.MethodPost, path: "/v1/verifications", json: body}, status, want}
}

// endless is a body that never ends.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	n, err := rand.Read(p)
	for i := range p[:n] {
		p[i] = 'a' + p[i]%26
	}
	return n, err
}

// spellings are ways to type a number.
var spellings = map[string]func(number string) string{
	"FullWidth": func(number string) string {
		return strings.Map(func(r rune) rune { return r - '0' + '０' }, number)
	},
	"International": func(number string) string { return "+86 " + number[:3] + " " + number[3:7] + " " + number[7:] },
	"Dialled":       func(number string) string { return "0086-" + number },
	"Hyphens":       func(number string) string { return number[:3] + "-" + number[3:7] + "-" + number[7:] },
}

// However a number is spelled it is one number, and gets one message a minute.
func TestSpellings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	g := w.onRedis(redistest.Start(t), newData(t), w.guard(withoutBudgets(nil)...))
	solved := g.challenges(3 * len(spellings))
	for name, spell := range spellings {
		c := solved[:3]
		solved = solved[3:]
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			number := w.number()
			w.secrets.add(aNumber, spell(number))
			if r := g.smsCode(spell(number), c[0], ""); said(r) != "0 发送成功" {
				t.Errorf("got %s", said(r))
			}
			for i, again := range []string{number, spell(number)} {
				r := g.smsCode(again, c[i+1], "")
				if !strings.HasPrefix(said(r), "4201 发送过于频繁，请 ") || !strings.HasSuffix(said(r), " 秒后再试") {
					t.Errorf("the same number at once: got %s", said(r))
				}
			}
			if got := len(w.provider.sentTo(number)); got != 1 {
				t.Errorf("%d messages left, want 1", got)
			}
		})
	}
}
