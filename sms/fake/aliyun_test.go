package fake_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/aliyun"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

// transport hands requests to a function instead of a network.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

var errStop = errors.New("the request was made")

// signed is a request as the sender makes it.
func signed(t *testing.T, verification bool, at time.Time) *http.Request {
	t.Helper()
	var made *http.Request
	c := aliyun.Config{
		AccessKeyID: "an-id", AccessKeySecret: "a-secret", Signature: "示例 网", Now: func() time.Time { return at },
		Templates: template.Table{{ID: "SMS_1", Variables: []string{"code"}}},
	}
	client := &http.Client{Transport: transport(func(r *http.Request) (*http.Response, error) {
		made = r.Clone(context.Background())
		return nil, errStop
	})}
	sender, err := aliyun.New(c, client)
	if verification {
		sender, err = aliyun.NewVerification(c, client)
	}
	if err != nil {
		t.Fatal(err)
	}
	to, err := cattlegrid.ParseE164("+8613800138000")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = sender.Send(t.Context(), cattlegrid.Message{ID: "MESSAGE2ABCDEFGHIJKLMNOPQR", To: to, Code: "918273"})
	made.Host = made.URL.Host
	return made
}

// A request is authentic as it was signed, and not once any part of it was changed.
func TestAliyunAuthentic(t *testing.T) {
	now := time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	p := fake.Aliyun{AccessKeyID: "an-id", AccessKeySecret: "a-secret", Now: func() time.Time { return now }}
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	replace := func(old, changed string) func(*http.Request) {
		return func(r *http.Request) {
			authorization := r.Header.Get("Authorization")
			if !strings.Contains(authorization, old) {
				t.Errorf("%s has no %q", authorization, old)
			}
			r.Header.Set("Authorization", strings.Replace(authorization, old, changed, 1))
		}
	}
	for name, tt := range map[string]struct {
		tamper func(*http.Request)
		body   string
		ok     bool
	}{
		"OK":              {func(*http.Request) {}, "", true},
		"OKOtherHeader":   {set("X-Forwarded-For", "10.0.0.1"), "", true},
		"Method":          {func(r *http.Request) { r.Method = http.MethodGet }, "", false},
		"Path":            {func(r *http.Request) { r.URL.Path = "/other" }, "", false},
		"Host":            {func(r *http.Request) { r.Host = "example.com" }, "", false},
		"Number":          {func(r *http.Request) { r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "138000", "138001", 1) }, "", false},
		"MoreQuery":       {func(r *http.Request) { r.URL.RawQuery += "&SmsUpExtendCode=1" }, "", false},
		"LessQuery":       {func(r *http.Request) { r.URL.RawQuery = r.URL.RawQuery[:strings.LastIndexByte(r.URL.RawQuery, '&')] }, "", false},
		"NoQuery":         {func(r *http.Request) { r.URL.RawQuery = "" }, "", false},
		"MalformedQuery":  {func(r *http.Request) { r.URL.RawQuery += "&%zz" }, "", false},
		"Body":            {func(*http.Request) {}, "a body", false},
		"BodyAndHash":     {set("X-Acs-Content-Sha256", "771824de42287642fa0fbe0b568b80cc3290e29b7d3cd6efbc7b1b8eb1037b04"), "a body", false},
		"Action":          {set("X-Acs-Action", "SendBatchSms"), "", false},
		"Version":         {set("X-Acs-Version", "2017-05-26"), "", false},
		"Date":            {set("X-Acs-Date", "2026-11-27T08:00:01Z"), "", false},
		"Nonce":           {set("X-Acs-Signature-Nonce", "another"), "", false},
		"NoNonce":         {func(r *http.Request) { r.Header.Del("X-Acs-Signature-Nonce") }, "", false},
		"NoAuthorization": {func(r *http.Request) { r.Header.Del("Authorization") }, "", false},
		"UnsignedHeader":  {set("X-Acs-Security-Token", "a-token"), "", false},
		"KeyID":           {replace("an-id", "other"), "", false},
		"Algorithm":       {replace("ACS3-HMAC-SHA256", "ACS3-HMAC-SM3"), "", false},
		"Signature": {func(r *http.Request) {
			a := r.Header.Get("Authorization")
			r.Header.Set("Authorization", a[:len(a)-64]+strings.Repeat("0", 64))
		}, "", false},
		"ShortSignature":  {func(r *http.Request) { a := r.Header.Get("Authorization"); r.Header.Set("Authorization", a[:len(a)-1]) }, "", false},
		"HostNotSigned":   {replace("host;", ""), "", false},
		"ActionNotSigned": {replace("x-acs-action;", ""), "", false},
		"NotInOrder":      {replace("host;x-acs-action", "x-acs-action;host"), "", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := signed(t, false, now)
			tt.tamper(r)
			m, err := p.Receive(r, []byte(tt.body))
			if tt.ok != (err == nil) || !tt.ok && !errors.Is(err, fake.ErrKey) {
				t.Fatalf("Receive = %+v, %v, want authentic: %v", m, err, tt.ok)
			}
			if err != nil && strings.Contains(err.Error(), "a-secret") {
				t.Errorf("%v tells the secret", err)
			}
		})
	}
	t.Run("Secret", func(t *testing.T) {
		other := p
		other.AccessKeySecret = "another"
		if _, err := other.Receive(signed(t, false, now), nil); !errors.Is(err, fake.ErrKey) {
			t.Errorf("Receive = %v, want ErrKey", err)
		}
	})
	for age, ok := range map[time.Duration]bool{
		15 * time.Minute: true, -15 * time.Minute: true, 15*time.Minute + time.Second: false, -15*time.Minute - time.Second: false,
	} {
		if _, err := p.Receive(signed(t, false, now.Add(-age)), nil); ok != (err == nil) {
			t.Errorf("a request %v old: %v", age, err)
		}
	}
}

// What was signed is a message, of the product that the provider is.
func TestAliyunReceive(t *testing.T) {
	for _, verification := range []bool{false, true} {
		p := fake.Aliyun{AccessKeyID: "an-id", AccessKeySecret: "a-secret", Verification: verification}
		m, err := p.Receive(signed(t, verification, time.Now()), nil)
		if err != nil || m.To != "+8613800138000" || m.Ref != "MESSAGE2ABCDEFGHIJKLMNOPQR" || m.Template != "SMS_1" || m.From != "示例 网" || m.Values["code"] != "918273" {
			t.Errorf("Receive = %+v, %v", m, err)
		}
		if _, err := p.Receive(signed(t, !verification, time.Now()), nil); err == nil || errors.Is(err, fake.ErrKey) {
			t.Errorf("of the other product: %v, want an error that is not ErrKey", err)
		}
	}
}

// Reports are what Alibaba posts, and hold no code of ours.
func TestAliyunReceipt(t *testing.T) {
	m := fake.Message{ID: "1^0", Ref: "ref", To: "+8613800138000", At: time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)}
	r := fake.Aliyun{}.Receipt(m, "https://example.com/?token=x", cattlegrid.Lost)
	body, err := io.ReadAll(r.Body)
	const want = `[{"biz_id":"1^0","err_code":"MOBILE_NOT_ON_SERVICE","err_msg":"","out_id":"ref","phone_number":"13800138000",` +
		`"report_time":"2026-11-27 16:00:00","send_time":"2026-11-27 16:00:00","sms_size":"1","success":false}]`
	if err != nil || r.Method != http.MethodPost || !bytes.Equal(body, []byte(want)) {
		t.Errorf("%s %s, %v, want %s", r.Method, body, err, want)
	}
}
