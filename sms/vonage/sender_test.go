package vonage_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/vonage"
)

// exchange answers each request the same way, and keeps the last one.
type exchange struct {
	status int
	header http.Header
	answer string
	asked  *http.Request
	body   string
}

func (e *exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	e.asked, e.body = r, string(body)
	if e.header == nil {
		e.header = http.Header{"Content-Type": {"application/problem+json"}}
	}
	return &http.Response{StatusCode: e.status, Header: e.header, Body: io.NopCloser(strings.NewReader(e.answer))}, err
}

func message(t testing.TB) cattlegrid.Message {
	t.Helper()
	to, err := cattlegrid.ParseE164("+447700900000")
	if err != nil {
		t.Fatal(err)
	}
	return cattlegrid.Message{ID: "01J9ZABCDEFGHIJKLMNOPQRSTU", To: to, Code: "904817", Text: "Your code is 904817", Lifetime: 5 * time.Minute}
}

func newSender(t testing.TB, c vonage.Config, e *exchange) *vonage.Sender {
	t.Helper()
	s, err := vonage.New(c, &http.Client{Transport: e})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// taken is the answer that Vonage documents, https://developer.vonage.com/en/api/messages.
const taken = `{"message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"}`

// A message is the request that Vonage documents, to the byte but for what is random in the token.
func TestRequest(t *testing.T) {
	e := &exchange{status: http.StatusAccepted, answer: taken}
	c := config("", pkcs8(key()))
	c.Now = func() time.Time { return signedAt }
	d, err := newSender(t, c, e).Send(t.Context(), message(t))
	if want := (cattlegrid.Delivery{Provider: "vonage", ID: "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"}); err != nil || d != want {
		t.Errorf("Send: %+v, %v; want %+v", d, err, want)
	}
	if got := e.asked.Method + " " + e.asked.URL.String(); got != "POST https://api.nexmo.com/v1/messages" {
		t.Errorf("asked %s", got)
	}
	const body = `{"message_type":"text","channel":"sms","to":"447700900000","from":"447700900001","text":"Your code is 904817",` +
		`"ttl":1800,"client_ref":"01J9ZABCDEFGHIJKLMNOPQRSTU","webhook_url":"https://otp.example.com/receipts/vonage","webhook_version":"v1",` +
		`"sms":{"encoding_type":"auto"}}`
	if e.body != body {
		t.Errorf("body\n%s, want\n%s", e.body, body)
	}
	token, _ := strings.CutPrefix(e.asked.Header.Get("Authorization"), "Bearer ")
	e.asked.Header.Del("Authorization")
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}, "User-Agent": {"cattlegrid"}}
	if diff := cmp.Diff(header, e.asked.Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	parts := strings.Split(token, ".")
	if len(parts) != 3 || parts[0] != base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT"}`)) {
		t.Fatalf("token %s", token)
	}
	plain, err := base64.RawURLEncoding.DecodeString(parts[1])
	want := regexp.MustCompile(`^\{"application_id":"` + application + `","exp":1587495862,"iat":1587494962,` +
		`"jti":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"\}$`)
	if err != nil || !want.Match(plain) {
		t.Errorf("claims %s, want %s", plain, want)
	}
}

// What is optional goes along only if it is configured.
func TestRequestOptions(t *testing.T) {
	for name, tt := range map[string]struct {
		config   func(*vonage.Config)
		lifetime time.Duration
		want     string
	}{
		"Least": {
			func(c *vonage.Config) { c.StatusURL = "" }, 0, `{"message_type":"text","channel":"sms","to":"447700900000","from":"447700900001",` +
				`"text":"Your code is 904817","client_ref":"01J9ZABCDEFGHIJKLMNOPQRSTU","sms":{"encoding_type":"auto"}}`,
		},
		"Most": {
			func(c *vonage.Config) { c.StatusURL, c.From, c.Encoding, c.Trusted = "", "CattleGrid", "unicode", true }, 1000 * time.Hour,
			`{"message_type":"text","channel":"sms","to":"447700900000","from":"CattleGrid","text":"Your code is 904817","ttl":604800,` +
				`"client_ref":"01J9ZABCDEFGHIJKLMNOPQRSTU","trusted_recipient":true,"sms":{"encoding_type":"unicode"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, c, m := &exchange{status: http.StatusAccepted, answer: taken}, config("", pkcs8(key())), message(t)
			tt.config(&c)
			m.Lifetime = tt.lifetime
			if _, err := newSender(t, c, e).Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if e.body != tt.want {
				t.Errorf("body\n%s, want\n%s", e.body, tt.want)
			}
		})
	}
}

// The answers that Vonage documents: https://developer.vonage.com/en/api/messages.
const (
	unauthorized = `{"type":"https://developer.nexmo.com/api-errors/#unauthorized","title":"Unauthorized","detail":"You did not provide correct credentials.","instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf"}`
	lowBalance   = `{"type":"https://developer.nexmo.com/api-errors/#low-balance","title":"Low balance","detail":"This request could not be performed due to your account balance being low.","instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf"}`
	badParameter = `{"type":"https://developer.vonage.com/api-errors/messages#1150","title":"Invalid params","detail":"The value of one or more parameters is invalid.","instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf","invalid_parameters":[{"name":"messageType","reason":"Is invalid"}]}`
	rateLimit    = `{"type":"https://developer.nexmo.com/api-errors/#throttled","title":"Rate Limit Hit","detail":"Please wait, then retry your request","instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf"}`
)

// Answers mean what Vonage documents, or nothing.
func TestAnswers(t *testing.T) {
	code := func(code string) string { return strings.ReplaceAll(badParameter, "1150", code) }
	for name, tt := range map[string]struct {
		status int
		answer string
		class  cattlegrid.SendClass
		code   string
	}{
		"Key":           {401, unauthorized, cattlegrid.Misconfigured, "unauthorized"},
		"Empty":         {402, lowBalance, cattlegrid.Unpaid, "low-balance"},
		"EmptyByNumber": {402, code("1070"), cattlegrid.Unpaid, "1070"},
		"Parameter":     {422, badParameter, cattlegrid.Misconfigured, "1150"},
		"Number":        {422, code("1170"), cattlegrid.Permanent, "1170"},
		"Sender":        {422, code("1120"), cattlegrid.Misconfigured, "1120"},
		"India":         {422, code("1482"), cattlegrid.Misconfigured, "1482"},
		"TooMany":       {429, rateLimit, cattlegrid.Throttled, "throttled"},
		"NotSubmitted":  {500, code("1100"), cattlegrid.Temporary, "1100"},
		"Internal":      {500, `{"type":"https://developer.nexmo.com/api-errors/#system-error"}`, cattlegrid.Unknown, "system-error"},
		"InternalToo":   {500, code("1030"), cattlegrid.Unknown, "1030"},
		"Fraud":         {403, code("1470"), cattlegrid.Permanent, "1470"},
		"New":           {422, code("1999"), cattlegrid.Unknown, "1999"},
		"TitleText":     {422, `{"type":"about:blank","title":"1050"}`, cattlegrid.Permanent, "1050"},
		"TitleNumber":   {422, `{"title":1050}`, cattlegrid.Permanent, "1050"},
		"Words":         {422, `{"type":"about:blank","title":"Invalid params"}`, cattlegrid.Misconfigured, ""},
		"BareKey":       {401, "", cattlegrid.Misconfigured, ""},
		"Bare500":       {500, "<html>", cattlegrid.Unknown, ""},
		"NoID":          {202, `{}`, cattlegrid.Unknown, ""},
		"OddID":         {202, `{"message_uuid":"../1"}`, cattlegrid.Unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := &exchange{status: tt.status, answer: tt.answer}
			_, err := newSender(t, config("", pkcs8(key())), e).Send(t.Context(), message(t))
			failure, ok := errors.AsType[*cattlegrid.SendError](err)
			if !ok || failure.Class != tt.class || failure.Code != tt.code || failure.Provider != "vonage" {
				t.Errorf("Send: %v, want %v and code %q", err, tt.class, tt.code)
			}
			var said struct{ Detail string }
			if json.Unmarshal([]byte(tt.answer), &said) == nil && said.Detail != "" && ok && strings.Contains(err.Error(), said.Detail) {
				t.Errorf("%v repeats what Vonage wrote", err)
			}
		})
	}
}

// Vonage's own word on when to try again counts.
func TestRetryAfter(t *testing.T) {
	for want, header := range map[time.Duration]http.Header{time.Second: {}, 7 * time.Second: {"Retry-After": {"7"}}} {
		e := &exchange{status: 429, header: header, answer: rateLimit}
		_, err := newSender(t, config("", pkcs8(key())), e).Send(t.Context(), message(t))
		if failure, ok := errors.AsType[*cattlegrid.SendError](err); !ok || failure.RetryAfter != want {
			t.Errorf("Send: %v, want it to say %v", err, want)
		}
	}
}
