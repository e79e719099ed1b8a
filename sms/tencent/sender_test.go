package tencent_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/template"
	"github.com/cattlegrid/cattlegrid/sms/tencent"
)

// What cannot work is refused at once, by the name of the field, and without repeating a secret.
func TestNew(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*tencent.Config)
		want   string // in the error; "" means none
	}{
		"OK": {func(*tencent.Config) {}, ""},
		"OKInternational": {func(c *tencent.Config) {
			c.Endpoint, c.Region = "https://sms.intl.tencentcloudapi.com/", "ap-singapore"
		}, ""},
		"OKAbroadOnly":  {func(c *tencent.Config) { c.Signature, c.Templates[0].Country = "", "HK" }, ""},
		"NoID":          {func(c *tencent.Config) { c.SecretID = "" }, "SecretID"},
		"NoKey":         {func(c *tencent.Config) { c.SecretKey = "" }, "SecretKey"},
		"BrokenID":      {func(c *tencent.Config) { c.SecretID += "\n" }, "SecretID"},
		"NoApp":         {func(c *tencent.Config) { c.AppID = "" }, "AppID"},
		"NoNumber":      {func(c *tencent.Config) { c.AppID = "1400006666 " }, "AppID"},
		"Region":        {func(c *tencent.Config) { c.Region = "Guangzhou" }, "Region"},
		"Brackets":      {func(c *tencent.Config) { c.Signature = "【腾讯云】" }, "Signature"},
		"NoSignature":   {func(c *tencent.Config) { c.Signature = "" }, "Signature"},
		"NoTemplates":   {func(c *tencent.Config) { c.Templates = nil }, "Templates"},
		"OtherTemplate": {func(c *tencent.Config) { c.Templates[0].ID = "SMS_1110" }, "Templates"},
		"BracketsInOne": {func(c *tencent.Config) { c.Templates[0].Signature = "【腾讯云】" }, "Templates"},
		"NoCode":        {func(c *tencent.Config) { c.Templates[0].Variables = []string{"minutes"} }, "Templates"},
		"Plain":         {func(c *tencent.Config) { c.Endpoint = "http://sms.tencentcloudapi.com" }, "Endpoint"},
		"Path":          {func(c *tencent.Config) { c.Endpoint = "https://sms.tencentcloudapi.com/v3" }, "Endpoint"},
		"Timeout":       {func(c *tencent.Config) { c.Timeout = time.Hour }, "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config("", secret)
			c.Templates = template.Table{c.Templates[0]}
			tt.change(&c)
			_, err := tencent.New(c, nil)
			if tt.want == "" {
				if err != nil {
					t.Errorf("New: %v", err)
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), "tencent: ") || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("New: %v, want an error about %s", err, tt.want)
			}
			for _, hidden := range []string{secret, keyID, "receipt-token"} {
				if strings.Contains(err.Error(), hidden) {
					t.Errorf("the error says %q: %v", hidden, err)
				}
			}
		})
	}
}

// exchange answers a request without a network.
type exchange func(*http.Request) (*http.Response, error)

func (e exchange) RoundTrip(r *http.Request) (*http.Response, error) { return e(r) }

// answering is a client that gets the answer, and keeps the request as it would cross the wire.
func answering(answer string, asked *string) *http.Client {
	return &http.Client{Transport: exchange(func(r *http.Request) (*http.Response, error) {
		dump, err := httputil.DumpRequestOut(r, true)
		if err != nil {
			return nil, err
		}
		*asked = string(dump)
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(answer)), Request: r}, nil
	})}
}

func message(t testing.TB, number string) cattlegrid.Message {
	t.Helper()
	to, err := cattlegrid.ParseE164(number)
	if err != nil {
		t.Fatal(err)
	}
	return cattlegrid.Message{
		ID: "MESSAGE2ABCDEFGHIJKLMNOPQR", To: to, Country: "CN", Code: "123456", Purpose: "login", Lang: "zh", Text: "您的验证码是123456", Lifetime: 5 * time.Minute,
	}
}

// https://cloud.tencent.com/document/api/382/55981
const success = `{"Response":{"SendStatusSet":[{"SerialNo":"5000:1045710669157053657849499619","PhoneNumber":"+8618511122233","Fee":1,` +
	`"SessionContext":"test","Code":"Ok","Message":"send success","IsoCode":"CN"}],"RequestId":"a0aabda6-cf91-4f3e-a81f-9198114a2279"}}`

// The request is this one, to the byte, and the answer that Tencent documents is understood. The signature was computed by
// another program.
func TestRequest(t *testing.T) {
	var asked string
	c := config("", secret)
	c.Now = func() time.Time { return time.Unix(1551113065, 0) }
	s, err := tencent.New(c, answering(success, &asked))
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Send(t.Context(), message(t, "+8618501234444"))
	if want := (cattlegrid.Delivery{Provider: "tencent", ID: "5000:1045710669157053657849499619"}); err != nil || d != want {
		t.Errorf("Send = %+v, %v; want %+v", d, err, want)
	}
	want := strings.Join([]string{
		"POST / HTTP/1.1",
		"Host: sms.tencentcloudapi.com",
		"User-Agent: cattlegrid",
		"Content-Length: 187",
		"Authorization: TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/sms/tc3_request, " +
			"SignedHeaders=content-type;host;x-tc-action, Signature=5a53a34d9e8d75c09783d5489e50767b9353bc774699f8010628f3a1b2383434",
		"Content-Type: application/json; charset=utf-8",
		"X-Tc-Action: SendSms",
		"X-Tc-Region: ap-guangzhou",
		"X-Tc-Timestamp: 1551113065",
		"X-Tc-Version: 2021-01-11",
		"Accept-Encoding: gzip",
		"",
		`{"PhoneNumberSet":["+8618501234444"],"SmsSdkAppId":"1400006666","SignName":"腾讯云","TemplateId":"1110",` +
			`"TemplateParamSet":["123456","5"],"SessionContext":"MESSAGE2ABCDEFGHIJKLMNOPQR"}`,
	}, "\r\n")
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

// A number abroad is sent to without the mainland's signature, but with that of its template.
func TestSignatureAbroad(t *testing.T) {
	for own, want := range map[string]string{"": `"1400006666","TemplateId"`, "Example": `"SignName":"Example","TemplateId"`} {
		var asked string
		c := config("", secret)
		c.Templates = template.Table{{ID: "1111", Signature: own, Variables: []string{"code"}}}
		s, err := tencent.New(c, answering(success, &asked))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Send(t.Context(), message(t, "+85251234567")); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(asked, want) {
			t.Errorf("with the template's signature %q the request is %s, want %s in it", own, asked, want)
		}
	}
}

// Both places in which Tencent says that something is wrong are read; what it means is known.
func TestAnswers(t *testing.T) {
	request := func(code string) string {
		return `{"Response":{"Error":{"Code":"` + code + `","Message":"The provided credentials could not be validated. Please check your signature is correct."},"RequestId":"ed93f3cb-f35e-473f-b9f3-0d451b8b79c6"}}`
	}
	number := func(code string) string {
		return `{"Response":{"SendStatusSet":[{"SerialNo":"","PhoneNumber":"+8618511122233","Fee":0,"SessionContext":"","Code":"` + code + `","Message":"手机号 18501234444 的验证码 123456","IsoCode":"CN"}],"RequestId":"a"}}`
	}
	for name, tt := range map[string]struct {
		answer string
		want   cattlegrid.SendError // without Err
	}{
		"Key":         {request("AuthFailure.SignatureFailure"), cattlegrid.SendError{Class: cattlegrid.Misconfigured, Code: "AuthFailure.SignatureFailure"}},
		"Clock":       {request("AuthFailure.SignatureExpire"), cattlegrid.SendError{Class: cattlegrid.Misconfigured, Code: "AuthFailure.SignatureExpire"}},
		"Rate":        {request("RequestLimitExceeded.UinLimitExceeded"), cattlegrid.SendError{Class: cattlegrid.Throttled, Code: "RequestLimitExceeded.UinLimitExceeded"}},
		"Unavailable": {request("ServiceUnavailable"), cattlegrid.SendError{Class: cattlegrid.Temporary, Code: "ServiceUnavailable"}},
		"Internal":    {request("InternalError"), cattlegrid.SendError{Class: cattlegrid.Unknown, Code: "InternalError"}},
		"Timeout":     {request("InternalError.Timeout"), cattlegrid.SendError{Class: cattlegrid.Unknown, Code: "InternalError.Timeout"}},
		"Arrears":     {request("UnauthorizedOperation.ServiceSuspendDueToArrears"), cattlegrid.SendError{Class: cattlegrid.Unpaid, Code: "UnauthorizedOperation.ServiceSuspendDueToArrears"}},
		"Permission":  {request("UnauthorizedOperation.RequestPermissionDeny"), cattlegrid.SendError{Class: cattlegrid.Misconfigured, Code: "UnauthorizedOperation.RequestPermissionDeny"}},
		"Daily":       {number("LimitExceeded.PhoneNumberDailyLimit"), cattlegrid.SendError{Class: cattlegrid.Throttled, Code: "LimitExceeded.PhoneNumberDailyLimit"}},
		"HalfMinute":  {number("LimitExceeded.PhoneNumberThirtySecondLimit"), cattlegrid.SendError{Class: cattlegrid.Throttled, Code: "LimitExceeded.PhoneNumberThirtySecondLimit", RetryAfter: 30 * time.Second}},
		"AppDaily":    {number("LimitExceeded.AppDailyLimit"), cattlegrid.SendError{Class: cattlegrid.Throttled, Code: "LimitExceeded.AppDailyLimit"}},
		"Country":     {number("LimitExceeded.AppCountryOrRegionInBlacklist"), cattlegrid.SendError{Class: cattlegrid.Misconfigured, Code: "LimitExceeded.AppCountryOrRegionInBlacklist"}},
		"Number":      {number("InvalidParameterValue.IncorrectPhoneNumber"), cattlegrid.SendError{Class: cattlegrid.Permanent, Code: "InvalidParameterValue.IncorrectPhoneNumber"}},
		"Blacklist":   {number("FailedOperation.PhoneNumberInBlacklist"), cattlegrid.SendError{Class: cattlegrid.Permanent, Code: "FailedOperation.PhoneNumberInBlacklist"}},
		"SixDigits":   {number("InvalidParameterValue.TemplateParameterFormatError"), cattlegrid.SendError{Class: cattlegrid.Misconfigured, Code: "InvalidParameterValue.TemplateParameterFormatError"}},
		"Balance":     {number("FailedOperation.InsufficientBalanceInSmsPackage"), cattlegrid.SendError{Class: cattlegrid.Unpaid, Code: "FailedOperation.InsufficientBalanceInSmsPackage"}},
		"NewCode":     {number("FailedOperation.NeverHeardOf"), cattlegrid.SendError{Class: cattlegrid.Unknown, Code: "FailedOperation.NeverHeardOf"}},
		"OtherCase":   {number("OK"), cattlegrid.SendError{Class: cattlegrid.Unknown, Code: "OK"}},
		"ForeignCode": {number("18501234444 123456"), cattlegrid.SendError{Class: cattlegrid.Unknown, Code: "malformed"}},
		"NoCode":      {number(""), cattlegrid.SendError{Class: cattlegrid.Unknown}},
		"NoNumber":    {`{"Response":{"SendStatusSet":[],"RequestId":"a"}}`, cattlegrid.SendError{Class: cattlegrid.Unknown}},
		"Nothing":     {`{}`, cattlegrid.SendError{Class: cattlegrid.Unknown}},
	} {
		t.Run(name, func(t *testing.T) {
			var asked string
			s, err := tencent.New(config("", secret), answering(tt.answer, &asked))
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Send(t.Context(), message(t, "+8618501234444"))
			failure, ok := errors.AsType[*cattlegrid.SendError](err)
			if !ok {
				t.Fatalf("Send: %v, want a SendError", err)
			}
			got := *failure
			got.Err = nil
			tt.want.Provider = "tencent"
			if got != tt.want {
				t.Errorf("Send: %+v, want %+v", got, tt.want)
			}
			if text := failure.Error(); strings.Contains(text, "123456") || strings.Contains(text, "1234444") {
				t.Errorf("the error says too much: %s", text)
			}
		})
	}
}
