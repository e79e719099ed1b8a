package huawei_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/huawei"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

// A configuration that cannot work says which field it is, and repeats no secret.
func TestNew(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*huawei.Config)
		field  string
	}{
		"NoKey":           {func(c *huawei.Config) { c.AppKey = "" }, "AppKey"},
		"NoSecret":        {func(c *huawei.Config) { c.AppSecret = "" }, "AppSecret"},
		"KeyWithComma":    {func(c *huawei.Config) { c.AppKey = "a,b" }, "AppKey"},
		"KeyWithLine":     {func(c *huawei.Config) { c.AppKey = "a\nb" }, "AppKey"},
		"NoChannel":       {func(c *huawei.Config) { c.Channel = "" }, "Channel"},
		"NoTemplates":     {func(c *huawei.Config) { c.Templates = nil }, "Templates"},
		"NoVariable":      {func(c *huawei.Config) { c.Templates = template.Table{{ID: "a"}} }, "Templates"},
		"LongTemplate":    {func(c *huawei.Config) { c.Templates[0].ID = strings.Repeat("a", 33) }, "Templates"},
		"LongSignature":   {func(c *huawei.Config) { c.Templates[0].Signature = strings.Repeat("网", 33) }, "Templates"},
		"PlainEndpoint":   {func(c *huawei.Config) { c.Endpoint = "http://example.com" }, "Endpoint"},
		"StrangeCallback": {func(c *huawei.Config) { c.StatusCallback = "captcha.example.com/sms" }, "StatusCallback"},
		"NoToken":         {func(c *huawei.Config) { c.ReceiptToken = "" }, "ReceiptToken"},
		"LongTimeout":     {func(c *huawei.Config) { c.Timeout = time.Hour }, "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config("", secret)
			tt.change(&c)
			_, err := huawei.New(c, nil)
			if err == nil || !strings.Contains(err.Error(), tt.field) || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), token) {
				t.Errorf("New: %v, want an error that names %s and no secret", err, tt.field)
			}
		})
	}
}

// transport answers without a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func message(t *testing.T) cattlegrid.Message {
	t.Helper()
	to, err := cattlegrid.ParseE164("+8615123456789")
	if err != nil {
		t.Fatal(err)
	}
	return cattlegrid.Message{ID: "MESSAGE2ABCDEFGHIJKLMN2345", To: to, Country: "CN", Code: "369751", Purpose: "login", Lifetime: 5 * time.Minute}
}

// exchange sends a message and has it answered.
func exchange(t *testing.T, c huawei.Config, status int, answer string, seen func(*http.Request)) (cattlegrid.Delivery, error) {
	t.Helper()
	c.Now = func() time.Time { return time.Date(2019, 11, 15, 3, 36, 55, 0, time.UTC) }
	s, err := huawei.New(c, &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		if seen != nil {
			seen(r)
		}
		w := httptest.NewRecorder()
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
		return w.Result(), nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	return s.Send(context.Background(), message(t))
}

// success is https://support.huaweicloud.com/api-msgsms/sms_05_0001.html.
const success = `{"code":"000000","description":"Success","result":[{"originTo":"+8618612345678","createTime":"2018-08-06T11:59:50Z",` +
	`"from":"1069031221280000001","smsMsgId":"4b4b34e7-1a9e-42ac-b309-d10997148905_85496076","status":"000000"}]}`

// A message is this request, and the documented answer has its id.
func TestRequest(t *testing.T) {
	c := config("", secret)
	c.Templates = template.Table{{ID: "8ff55eac1d0b478ab3c06c3c6a492300", Signature: "示例网", Variables: []string{"code", "minutes"}}}
	d, err := exchange(t, c, http.StatusOK, success, func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got := fmt.Sprintf("%s %s\n%v\n%s", r.Method, r.URL, r.Header, body)
		want := "POST https://smsapi.cn-north-4.myhuaweicloud.com:443/sms/batchSendSms/v1\n" +
			"map[Authorization:[SDK-HMAC-SHA256 Access=c8RWg3ggEcyd4D3p94bf3Y7x1Ile, SignedHeaders=content-type;host;x-sdk-date, " +
			"Signature=aed4c14c36d726c2301c38b4ddd623a46f7fcc3c44ca053c8e4d0ceaf3c64ec1] " +
			"Content-Type:[application/x-www-form-urlencoded] User-Agent:[cattlegrid] X-Sdk-Date:[20191115T033655Z]]\n" +
			"extend=MESSAGE2ABCDEFGHIJKLMN2345&from=csms100000001&signature=%E7%A4%BA%E4%BE%8B%E7%BD%91&" +
			"statusCallback=https%3A%2F%2Fcaptcha.example.com%2Freceipts%2Fhuawei%3Ftoken%3Dreceipt-token&" +
			"templateId=8ff55eac1d0b478ab3c06c3c6a492300&templateParas=%5B%22369751%22%2C%225%22%5D&to=%2B8615123456789"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("request (-want +got):\n%s", diff)
		}
	})
	if want := (cattlegrid.Delivery{Provider: "huawei", ID: "4b4b34e7-1a9e-42ac-b309-d10997148905_85496076"}); err != nil || d != want {
		t.Errorf("Send: %+v, %v; want %+v", d, err, want)
	}
}

// Fields that are not configured are not sent.
func TestRequestWithoutReceipts(t *testing.T) {
	c := config("", secret)
	c.StatusCallback, c.ReceiptToken = "", ""
	_, err := exchange(t, c, http.StatusOK, success, func(r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		want := "extend=MESSAGE2ABCDEFGHIJKLMN2345&from=csms100000001&templateId=8ff55eac1d0b478ab3c06c3c6a492300&" +
			"templateParas=%5B%22369751%22%5D&to=%2B8615123456789"
		if got := string(body); got != want {
			t.Errorf("body %s\nwant %s", got, want)
		}
	})
	if err != nil {
		t.Errorf("Send: %v", err)
	}
}

// Answers mean what Huawei documents, and nothing that it does not.
func TestAnswers(t *testing.T) {
	number := func(code, status string) string {
		return `{"code":"` + code + `","description":"d","result":[{"originTo":"+8615123456789","smsMsgId":"1","status":"` + status + `"}]}`
	}
	for name, tt := range map[string]struct {
		status int
		answer string
		class  cattlegrid.SendClass
		code   string
	}{
		"AppKey":         {400, `{"code":"E000102","description":"Invalid app_key."}`, cattlegrid.Misconfigured, "E000102"},
		"System":         {400, `{"code":"E000000","description":"System error."}`, cattlegrid.Unknown, "E000000"},
		"Header":         {400, `{"code":"E000001","description":"Authorization not contained in the HTTP header."}`, cattlegrid.Misconfigured, "E000001"},
		"WSSE":           {400, `{"code":"E000020","description":"X-WSSE not contained in the HTTP header."}`, cattlegrid.Misconfigured, "E000020"},
		"Signature":      {400, `{"code":"E000045","description":"d"}`, cattlegrid.Misconfigured, "E000045"},
		"Frozen":         {400, `{"code":"E000112","description":"d"}`, cattlegrid.Unpaid, "E000112"},
		"Parameter":      {400, `{"code":"E000503","description":"d"}`, cattlegrid.Misconfigured, "E000503"},
		"Address":        {403, `{"code":"E000620","description":"The app client ip is not in ip white list."}`, cattlegrid.Misconfigured, "E000620"},
		"Limit":          {400, `{"code":"E000623","description":"d"}`, cattlegrid.Throttled, "E000623"},
		"Template":       {200, number("E000510", "E200030"), cattlegrid.Misconfigured, "E200030"},
		"Flow":           {200, number("E000510", "E200015"), cattlegrid.Throttled, "E200015"},
		"StatusAlone":    {200, number("000000", "E200028"), cattlegrid.Misconfigured, "E200028"},
		"UnknownStatus":  {200, number("E000510", "E209999"), cattlegrid.Unknown, "E209999"},
		"NoStatus":       {200, `{"code":"E000510","description":"d"}`, cattlegrid.Unknown, "E000510"},
		"UnknownCode":    {400, `{"code":"E999999","description":"d"}`, cattlegrid.Unknown, "E999999"},
		"StrangeCode":    {400, `{"code":"<369751>","description":"d"}`, cattlegrid.Unknown, "malformed"},
		"NoResult":       {200, `{"code":"000000","description":"Success"}`, cattlegrid.Unknown, ""},
		"Gateway":        {401, `{"error_code":"APIGW.0301","error_msg":"m","request_id":"r"}`, cattlegrid.Misconfigured, "APIGW.0301"},
		"GatewayLimit":   {429, `{"error_code":"APIGW.0308","error_msg":"m","request_id":"r"}`, cattlegrid.Throttled, "APIGW.0308"},
		"GatewayBackend": {504, `{"error_code":"APIGW.0201","error_msg":"m","request_id":"r"}`, cattlegrid.Unknown, "APIGW.0201"},
		"WrongHost":      {404, ``, cattlegrid.Misconfigured, ""},
		"Object":         {200, `{}`, cattlegrid.Unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := exchange(t, config("", secret), tt.status, tt.answer, nil)
			failure, ok := errors.AsType[*cattlegrid.SendError](err)
			if !ok || failure.Class != tt.class || failure.Code != tt.code || failure.Provider != "huawei" {
				t.Errorf("Send: %v, want class %v and code %q", err, tt.class, tt.code)
			}
		})
	}
}
