package aliyun_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/aliyun"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

// A configuration that cannot work is refused by the name of its field, and no secret is repeated.
func TestNew(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*aliyun.Config)
		want   string // part of the error
	}{
		"OK":                 {func(*aliyun.Config) {}, ""},
		"OKOwnEndpoint":      {func(c *aliyun.Config) { c.Endpoint = "" }, ""},
		"OKSignatureOfAll":   {func(c *aliyun.Config) { c.Templates[0].Signature, c.Signature = "示例网", "" }, ""},
		"NoKeyID":            {func(c *aliyun.Config) { c.AccessKeyID = "" }, "AccessKeyID"},
		"NoSecret":           {func(c *aliyun.Config) { c.AccessKeySecret = "" }, "AccessKeySecret"},
		"KeyIDOfTwo":         {func(c *aliyun.Config) { c.AccessKeyID = "a,b" }, "AccessKeyID"},
		"KeyIDWithLineBreak": {func(c *aliyun.Config) { c.AccessKeyID += "\n" }, "AccessKeyID"},
		"NoSignature":        {func(c *aliyun.Config) { c.Signature = "" }, "template SMS_153055065 has no signature"},
		"NoTemplates":        {func(c *aliyun.Config) { c.Templates = nil }, "no template"},
		"NoCode":             {func(c *aliyun.Config) { c.Templates[0].Variables = nil }, "no variable for the code"},
		"Endpoint":           {func(c *aliyun.Config) { c.Endpoint = "http://example.com" }, "Endpoint"},
		"EndpointMalformed":  {func(c *aliyun.Config) { c.Endpoint = "https://aSecretThatSignsRequests@:x" }, "Endpoint"},
		"Timeout":            {func(c *aliyun.Config) { c.Timeout = time.Hour }, "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			for provider, newSender := range map[string]func(aliyun.Config, *http.Client) (*aliyun.Sender, error){
				"aliyun": aliyun.New, "aliyun-verification": aliyun.NewVerification,
			} {
				c := config("https://example.com", secret)
				tt.change(&c)
				_, err := newSender(c, nil)
				switch {
				case tt.want == "" && err != nil:
					t.Errorf("%s: %v", provider, err)
				case tt.want == "":
				case err == nil || !strings.HasPrefix(err.Error(), provider+": ") || !strings.Contains(err.Error(), tt.want):
					t.Errorf("%s: %v, want an error about %q", provider, err, tt.want)
				case strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), keyID):
					t.Errorf("%s: the error tells a secret: %v", provider, err)
				}
			}
		})
	}
}

// No way of printing a sender shows what is secret.
func TestSenderIsSilent(t *testing.T) {
	s, err := aliyun.New(config("", secret), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, thing := range []any{s, *s} {
			if text := fmt.Sprintf(format, thing); strings.Contains(text, secret) || strings.Contains(text, "receipt-token") {
				t.Errorf("%s tells a secret: %s", format, text)
			}
		}
	}
}

func message(t testing.TB, number string) cattlegrid.Message {
	t.Helper()
	to, err := cattlegrid.ParseE164(number)
	if err != nil {
		t.Fatal(err)
	}
	return cattlegrid.Message{
		ID: "MESSAGE2ABCDEFGHIJKLMNOPQR", To: to, Code: "918273", Text: "Your code is 918273", Purpose: "login", Lang: "en", Lifetime: 5 * time.Minute,
	}
}

// exchange answers a request without a network.
type exchange func(*http.Request) (int, string)

func (e exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := e(r)
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// A message is these bytes on the wire, but for the nonce and the signature over it.
func TestRequest(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 11, 27, 16, 0, 0, 0, time.FixedZone("", 8*60*60)) }
	for name, tt := range map[string]struct {
		make   func(aliyun.Config, *http.Client) (*aliyun.Sender, error)
		change func(*aliyun.Config)
		number string
		want   string
		action string
	}{
		"SMS": {
			aliyun.New, func(*aliyun.Config) {}, "+8613800138000",
			"https://dysmsapi.aliyuncs.com/?OutId=MESSAGE2ABCDEFGHIJKLMNOPQR&PhoneNumbers=13800138000&SignName=%E7%A4%BA%E4%BE%8B%E7%BD%91" +
				"&TemplateCode=SMS_153055065&TemplateParam=%7B%22code%22%3A%22918273%22%2C%22min%22%3A%225%22%7D", "SendSms",
		},
		"Verification": {
			aliyun.NewVerification, func(c *aliyun.Config) {
				c.Templates = template.Table{{ID: "100001", Signature: "速通 互联", Variables: []string{"code"}}}
			}, "+8613800138000",
			"https://dypnsapi.aliyuncs.com/?OutId=MESSAGE2ABCDEFGHIJKLMNOPQR&PhoneNumber=13800138000&SignName=%E9%80%9F%E9%80%9A%20%E4%BA%92%E8%81%94" +
				"&TemplateCode=100001&TemplateParam=%7B%22code%22%3A%22918273%22%7D", "SendSmsVerifyCode",
		},
		"Endpoint": {
			aliyun.New, func(c *aliyun.Config) { c.Endpoint = "http://127.0.0.1:8801/aliyun/" }, "+8613800138000",
			"http://127.0.0.1:8801/aliyun/?OutId=MESSAGE2ABCDEFGHIJKLMNOPQR&PhoneNumbers=13800138000&SignName=%E7%A4%BA%E4%BE%8B%E7%BD%91" +
				"&TemplateCode=SMS_153055065&TemplateParam=%7B%22code%22%3A%22918273%22%2C%22min%22%3A%225%22%7D", "SendSms",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := config("", secret)
			c.Now = now
			tt.change(&c)
			sender, err := tt.make(c, &http.Client{Transport: exchange(func(r *http.Request) (int, string) {
				if got := r.Method + " " + r.URL.String(); got != "POST "+tt.want {
					t.Errorf("got  %s\nwant POST %s", got, tt.want)
				}
				nonce, authorization := r.Header.Get("X-Acs-Signature-Nonce"), r.Header.Get("Authorization")
				r.Header.Del("X-Acs-Signature-Nonce")
				r.Header.Del("Authorization")
				if diff := cmp.Diff(http.Header{
					"Accept": {"application/json"}, "User-Agent": {"cattlegrid"}, "X-Acs-Action": {tt.action}, "X-Acs-Version": {"2017-05-25"},
					"X-Acs-Date":           {"2026-11-27T08:00:00Z"},
					"X-Acs-Content-Sha256": {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
				}, r.Header); diff != "" {
					t.Errorf("headers (-want +got):\n%s", diff)
				}
				const start = "ACS3-HMAC-SHA256 Credential=LTAI5tExampleKey,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;" +
					"x-acs-signature-nonce;x-acs-version,Signature="
				if signature, ok := strings.CutPrefix(authorization, start); !ok || len(signature) != 64 || len(nonce) != 26 {
					t.Errorf("nonce %q, authorization %s", nonce, authorization)
				}
				return 200, `{"Code":"OK"}`
			})})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := sender.Send(t.Context(), message(t, tt.number)); err != nil {
				t.Error(err)
			}
		})
	}
}

// What Alibaba documents as its answers becomes an id, or a class and a code.
func TestAnswers(t *testing.T) {
	type want struct {
		id    string
		class cattlegrid.SendClass
		code  string
		wait  time.Duration
	}
	for name, tt := range map[string]struct {
		make   func(aliyun.Config, *http.Client) (*aliyun.Sender, error)
		status int
		body   string
		want   want
	}{
		"OK":             {aliyun.New, 200, `{"Message":"OK","RequestId":"F655A8D5-B967-440B-8683-DAD6FF8DE990","Code":"OK","BizId":"900619746936498440^0"}`, want{id: "900619746936498440^0"}},
		"OKVerification": {aliyun.NewVerification, 200, `{"AccessDeniedDetail":"无","Message":"成功","RequestId":"CC3BB6D2","Model":{"VerifyCode":"4232","RequestId":"a3671ccf","OutId":"1212312","BizId":"112231421412414124123^4"},"Code":"OK","Success":true}`, want{id: "112231421412414124123^4"}},
		"OKWithoutID":    {aliyun.New, 200, `{"Message":"OK","Code":"OK"}`, want{}},

		"Limit":             {aliyun.New, 200, `{"Message":"触发小时级流控Permits:5","RequestId":"B","Code":"isv.BUSINESS_LIMIT_CONTROL"}`, want{class: cattlegrid.Throttled, code: "isv.BUSINESS_LIMIT_CONTROL", wait: time.Minute}},
		"LimitVerification": {aliyun.NewVerification, 200, `{"Message":"check frequency failed","Code":"biz.FREQUENCY","Success":false}`, want{class: cattlegrid.Throttled, code: "biz.FREQUENCY", wait: time.Minute}},
		"DayLimit":          {aliyun.New, 200, `{"Code":"isv.DAY_LIMIT_CONTROL"}`, want{class: cattlegrid.Throttled, code: "isv.DAY_LIMIT_CONTROL"}},
		"Gateway":           {aliyun.New, 400, `{"Code":"Throttling.User"}`, want{class: cattlegrid.Throttled, code: "Throttling.User"}},
		"Number":            {aliyun.New, 200, `{"Code":"isv.MOBILE_NUMBER_ILLEGAL"}`, want{class: cattlegrid.Permanent, code: "isv.MOBILE_NUMBER_ILLEGAL"}},
		"Unpaid":            {aliyun.New, 200, `{"Code":"isv.AMOUNT_NOT_ENOUGH"}`, want{class: cattlegrid.Unpaid, code: "isv.AMOUNT_NOT_ENOUGH"}},
		"System":            {aliyun.New, 200, `{"Code":"isp.SYSTEM_ERROR"}`, want{class: cattlegrid.Temporary, code: "isp.SYSTEM_ERROR"}},
		"Unavailable":       {aliyun.New, 503, `{"Code":"ServiceUnavailable"}`, want{class: cattlegrid.Temporary, code: "ServiceUnavailable"}},
		"Key":               {aliyun.New, 404, `{"Code":"InvalidAccessKeyId.NotFound","HostId":"dysmsapi.aliyuncs.com","Message":"Specified access key is not found."}`, want{class: cattlegrid.Misconfigured, code: "InvalidAccessKeyId.NotFound"}},
		"Clock":             {aliyun.New, 400, `{"Code":"InvalidTimeStamp.Expired"}`, want{class: cattlegrid.Misconfigured, code: "InvalidTimeStamp.Expired"}},
		"Permission":        {aliyun.New, 403, `{"Code":"Forbidden.RAM"}`, want{class: cattlegrid.Misconfigured, code: "Forbidden.RAM"}},
		"Template":          {aliyun.New, 200, `{"Code":"isv.TEMPLATE_MISSING_PARAMETERS"}`, want{class: cattlegrid.Misconfigured, code: "isv.TEMPLATE_MISSING_PARAMETERS"}},
		"NewCode":           {aliyun.New, 200, `{"Code":"isv.NEVER_HEARD_OF"}`, want{class: cattlegrid.Unknown, code: "isv.NEVER_HEARD_OF"}},
		"MalformedCode":     {aliyun.New, 200, `{"Code":"<b>918273"}`, want{class: cattlegrid.Unknown, code: "malformed"}},
		"NoCode":            {aliyun.New, 200, `{"Message":"918273"}`, want{class: cattlegrid.Unknown}},
		"NoJSON":            {aliyun.New, 502, `<html>918273`, want{class: cattlegrid.Unknown}},
		"NoJSONButStatus":   {aliyun.New, 403, `<html>918273`, want{class: cattlegrid.Misconfigured}},
	} {
		t.Run(name, func(t *testing.T) {
			sender, err := tt.make(config("", secret), &http.Client{Transport: exchange(func(*http.Request) (int, string) { return tt.status, tt.body })})
			if err != nil {
				t.Fatal(err)
			}
			d, err := sender.Send(t.Context(), message(t, "+8613800138000"))
			if strings.HasPrefix(name, "OK") {
				if err != nil || d.ID != tt.want.id {
					t.Errorf("Send = %+v, %v, want id %q", d, err, tt.want.id)
				}
				return
			}
			failure, ok := errors.AsType[*cattlegrid.SendError](err)
			if !ok {
				t.Fatalf("Send: %v, want a SendError", err)
			}
			if got := (want{class: failure.Class, code: failure.Code, wait: failure.RetryAfter}); got != tt.want {
				t.Errorf("Send: %+v, want %+v", got, tt.want)
			}
			if strings.Contains(err.Error(), "918273") {
				t.Errorf("the error tells the code: %v", err)
			}
		})
	}
}
