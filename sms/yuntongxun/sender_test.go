package yuntongxun_test

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
	"github.com/cattlegrid/cattlegrid/sms/yuntongxun"
)

// What cannot work is refused at once, by the name of the field, and without repeating a secret.
func TestNew(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*yuntongxun.Config)
		want   string // in the error; "" means none
	}{
		"OK":            {func(*yuntongxun.Config) {}, ""},
		"OKEndpoint":    {func(c *yuntongxun.Config) { c.Endpoint = "https://example.com/yuntongxun/" }, ""},
		"NoAccount":     {func(c *yuntongxun.Config) { c.AccountSID = "" }, "AccountSID"},
		"NoToken":       {func(c *yuntongxun.Config) { c.AuthToken = "" }, "AuthToken"},
		"BrokenAccount": {func(c *yuntongxun.Config) { c.AccountSID += "/../x" }, "AccountSID"},
		"NoApp":         {func(c *yuntongxun.Config) { c.AppID = "" }, "AppID"},
		"BrokenApp":     {func(c *yuntongxun.Config) { c.AppID = "my app" }, "AppID"},
		"NoTemplates":   {func(c *yuntongxun.Config) { c.Templates = nil }, "Templates"},
		"OtherTemplate": {func(c *yuntongxun.Config) { c.Templates[0].ID = "SMS_8696" }, "Templates"},
		"Signature":     {func(c *yuntongxun.Config) { c.Templates[0].Signature = "示例网" }, "Templates"},
		"NoCode":        {func(c *yuntongxun.Config) { c.Templates[0].Variables = []string{"minutes"} }, "Templates"},
		"Plain":         {func(c *yuntongxun.Config) { c.Endpoint = "http://app.cloopen.com:8883" }, "Endpoint"},
		"Query":         {func(c *yuntongxun.Config) { c.Endpoint = "https://app.cloopen.com:8883?sig=x" }, "Endpoint"},
		"Timeout":       {func(c *yuntongxun.Config) { c.Timeout = -time.Second }, "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config("", secret)
			c.Templates = template.Table{c.Templates[0]}
			tt.change(&c)
			_, err := yuntongxun.New(c, nil)
			if tt.want == "" {
				if err != nil {
					t.Errorf("New: %v", err)
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), "yuntongxun: ") || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("New: %v, want an error about %s", err, tt.want)
			}
			for _, hidden := range []string{secret, account} {
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
		ID: "MESSAGE2ABCDEFGHIJKLMNOPQR", To: to, Country: "CN", Code: "405912", Purpose: "login", Lang: "zh", Text: "您的验证码是405912", Lifetime: 5 * time.Minute,
	}
}

// success is the answer to which Yuntongxun's documents are quoted.
const success = `{"statusCode":"000000","templateSMS":{"dateCreated":"20130201155306","smsMessageSid":"ff8080813c373cab013c94b0f0512345"}}`

// The request is this one, to the byte, and the answer that is documented is understood. The signature was computed by another
// program.
func TestRequest(t *testing.T) {
	var asked string
	c := config("", secret)
	c.Now = func() time.Time { return time.Unix(1397629230, 0) }
	s, err := yuntongxun.New(c, answering(success, &asked))
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Send(t.Context(), message(t, "+8618601312882"))
	if want := (cattlegrid.Delivery{Provider: "yuntongxun", ID: "ff8080813c373cab013c94b0f0512345"}); err != nil || d != want {
		t.Errorf("Send = %+v, %v; want %+v", d, err, want)
	}
	want := strings.Join([]string{
		"POST /2013-12-26/Accounts/8a216da85f008800015f0eb223620557/SMS/TemplateSMS?sig=B608923C3DE8CF8420FD38972AE55E80 HTTP/1.1",
		"Host: app.cloopen.com:8883",
		"User-Agent: cattlegrid",
		"Content-Length: 106",
		"Accept: application/json",
		"Authorization: OGEyMTZkYTg1ZjAwODgwMDAxNWYwZWIyMjM2MjA1NTc6MjAxNDA0MTYxNDIwMzA=",
		"Content-Type: application/json;charset=utf-8",
		"Accept-Encoding: gzip",
		"",
		`{"to":"18601312882","appId":"8a216da85f008800015f0eb223bb055d","templateId":"8696","datas":["405912","5"]}`,
	}, "\r\n")
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

// A path that the endpoint has is kept, and one sender's requests do not add to each other's.
func TestEndpoint(t *testing.T) {
	var asked string
	s, err := yuntongxun.New(config("https://example.com/sms/", secret), answering(success, &asked))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := s.Send(t.Context(), message(t, "+8618601312882")); err != nil {
			t.Fatal(err)
		}
		if want := "POST /sms/2013-12-26/Accounts/" + account + "/SMS/TemplateSMS?sig="; !strings.HasPrefix(asked, want) {
			t.Errorf("asked %q, want %q", asked, want)
		}
	}
}

// Numbers that are not mobile ones of the mainland are not asked for.
func TestNumbers(t *testing.T) {
	for _, number := range []string{"+85251234567", "+861082345678", "+12025550123"} {
		var asked string
		s, err := yuntongxun.New(config("", secret), answering(success, &asked))
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Send(t.Context(), message(t, number))
		failure, ok := errors.AsType[*cattlegrid.SendError](err)
		if !ok || failure.Class != cattlegrid.Misconfigured || asked != "" {
			t.Errorf("Send to %s: %v, after %q; want it to be misconfigured and nothing asked", number, err, asked)
		}
	}
}

// What an answer means is known, and its words are not repeated.
func TestAnswers(t *testing.T) {
	refusal := func(code string) string {
		return `{"statusCode":"` + code + `","statusMsg":"【短信】号码 18601312882 的验证码 405912 发送过频繁"}`
	}
	for code, class := range map[string]cattlegrid.SendClass{
		"160001": cattlegrid.Temporary, "160010": cattlegrid.Temporary, "160050": cattlegrid.Temporary,
		"111000": cattlegrid.Unknown, "111099": cattlegrid.Unknown, "160000": cattlegrid.Unknown, "160054": cattlegrid.Unknown,
		"160011": cattlegrid.Unknown, "172001": cattlegrid.Unknown, "199999": cattlegrid.Unknown, "0": cattlegrid.Unknown,
		"160042": cattlegrid.Permanent, "160034": cattlegrid.Permanent, "160074": cattlegrid.Permanent,
		"111100": cattlegrid.Misconfigured, "111106": cattlegrid.Misconfigured, "111109": cattlegrid.Misconfigured,
		"111130": cattlegrid.Misconfigured, "111177": cattlegrid.Misconfigured, "111212": cattlegrid.Misconfigured,
		"112300": cattlegrid.Misconfigured, "113302": cattlegrid.Misconfigured, "160032": cattlegrid.Misconfigured,
		"160038": cattlegrid.Throttled, "160040": cattlegrid.Throttled, "160056": cattlegrid.Throttled, "111111": cattlegrid.Throttled,
		"111142": cattlegrid.Unpaid, "160014": cattlegrid.Unpaid,
	} {
		t.Run(code, func(t *testing.T) {
			fails(t, refusal(code), cattlegrid.SendError{Class: class, Code: code})
		})
	}
	for name, tt := range map[string]struct {
		answer string
		want   cattlegrid.SendError
	}{
		"ForeignCode": {refusal("18601312882 405912"), cattlegrid.SendError{Class: cattlegrid.Unknown, Code: "malformed"}},
		"NoCode":      {refusal(""), cattlegrid.SendError{Class: cattlegrid.Unknown}},
		"NumericCode": {`{"statusCode":160038}`, cattlegrid.SendError{Class: cattlegrid.Unknown}},
		"Nothing":     {`{}`, cattlegrid.SendError{Class: cattlegrid.Unknown}},
		"XML":         {`<?xml version="1.0"?><Response><statusCode>000000</statusCode></Response>`, cattlegrid.SendError{Class: cattlegrid.Unknown}},
	} {
		t.Run(name, func(t *testing.T) { fails(t, tt.answer, tt.want) })
	}
}

// fails wants an answer to be this error, but for its cause.
func fails(t *testing.T, answer string, want cattlegrid.SendError) {
	t.Helper()
	var asked string
	s, err := yuntongxun.New(config("", secret), answering(answer, &asked))
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Send(t.Context(), message(t, "+8618601312882"))
	failure, ok := errors.AsType[*cattlegrid.SendError](err)
	if !ok {
		t.Fatalf("Send: %v, want a SendError", err)
	}
	got := *failure
	got.Err, want.Provider = nil, "yuntongxun"
	if got != want {
		t.Errorf("Send: %+v, want %+v", got, want)
	}
	if text := failure.Error(); strings.Contains(text, "405912") || strings.Contains(text, "1312882") || strings.Contains(text, "频繁") {
		t.Errorf("the error says too much: %s", text)
	}
}

// A message that was taken without an id of the provider's was taken all the same.
func TestNoID(t *testing.T) {
	var asked string
	s, err := yuntongxun.New(config("", secret), answering(`{"statusCode":"000000"}`, &asked))
	if err != nil {
		t.Fatal(err)
	}
	if d, err := s.Send(t.Context(), message(t, "+8618601312882")); err != nil || d != (cattlegrid.Delivery{Provider: "yuntongxun"}) {
		t.Errorf("Send = %+v, %v; want it to be taken, without an id", d, err)
	}
}
