package twilio_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/twilio"
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
		e.header = http.Header{}
	}
	return &http.Response{StatusCode: e.status, Header: e.header, Body: io.NopCloser(strings.NewReader(e.answer))}, err
}

func message(t testing.TB) cattlegrid.Message {
	t.Helper()
	to, err := cattlegrid.ParseE164("+15558675310")
	if err != nil {
		t.Fatal(err)
	}
	return cattlegrid.Message{ID: "01J9ZABCDEFGHIJKLMNOPQRSTU", To: to, Code: "904817", Text: "Your code is 904817", Lifetime: 5 * time.Minute}
}

func newSender(t testing.TB, c twilio.Config, e *exchange) *twilio.Sender {
	t.Helper()
	s, err := twilio.New(c, &http.Client{Transport: e})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// taken is the answer that Twilio documents, https://www.twilio.com/docs/messaging/api/message-resource.
const taken = `{"account_sid":"ACxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","api_version":"2010-04-01","body":"Hello! 👍",` +
	`"date_created":"Thu, 30 Jul 2015 20:12:31 +0000","date_sent":null,"date_updated":"Thu, 30 Jul 2015 20:12:33 +0000",` +
	`"direction":"outbound-api","error_code":null,"error_message":null,"from":"+14155552345","messaging_service_sid":null,` +
	`"num_media":"0","num_segments":"1","price":null,"price_unit":null,"sid":"SM0123456789abcdef0123456789ABCDEF",` +
	`"status":"queued","to":"+14155552345"}`

// A message is the request that Twilio documents, to the byte.
func TestRequest(t *testing.T) {
	e := &exchange{status: http.StatusCreated, answer: taken}
	c := config("", authToken)
	c.Feedback = true
	d, err := newSender(t, c, e).Send(t.Context(), message(t))
	if want := (cattlegrid.Delivery{Provider: "twilio", ID: "SM0123456789abcdef0123456789ABCDEF"}); err != nil || d != want {
		t.Errorf("Send: %+v, %v; want %+v", d, err, want)
	}
	const target = "https://api.twilio.com/2010-04-01/Accounts/" + accountSID + "/Messages.json"
	if got := e.asked.Method + " " + e.asked.URL.String(); got != "POST "+target {
		t.Errorf("asked %s, want POST %s", got, target)
	}
	header := http.Header{
		"Authorization": {"Basic QUMxMjM0NTY3ODkwYWJjZGVmMTIzNDU2Nzg5MGFiY2RlZjowZjFlMmQzYzRiNWE2OTc4ODc5NmE1YjRjM2QyZTFmMA=="},
		"Content-Type":  {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}, "User-Agent": {"cattlegrid"},
	}
	if diff := cmp.Diff(header, e.asked.Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	const body = "Body=Your+code+is+904817&From=%2B15017122661&ProvideFeedback=true&StatusCallback=" +
		"https%3A%2F%2Fotp.example.com%2Freceipts%2Ftwilio%3Fref%3D01J9ZABCDEFGHIJKLMNOPQRSTU&To=%2B15558675310&ValidityPeriod=300"
	if e.body != body {
		t.Errorf("body\n%s, want\n%s", e.body, body)
	}
}

// What is optional goes along only if it is configured.
func TestRequestOptions(t *testing.T) {
	for name, tt := range map[string]struct {
		config   func(*twilio.Config)
		lifetime time.Duration
		want     string
	}{
		"Least": {func(c *twilio.Config) { c.StatusURL = "" }, 0, "Body=Your+code+is+904817&From=%2B15017122661&To=%2B15558675310"},
		"Service": {
			func(c *twilio.Config) {
				c.StatusURL, c.From, c.MessagingServiceSID, c.SmartEncoded = "", "", "MG1234567890abcdef1234567890abcdef", true
			}, time.Second,
			"Body=Your+code+is+904817&MessagingServiceSid=MG1234567890abcdef1234567890abcdef&SmartEncoded=true&To=%2B15558675310&ValidityPeriod=5",
		},
		"Query": {
			func(c *twilio.Config) { c.StatusURL += "?site=1" }, 24 * time.Hour,
			"Body=Your+code+is+904817&From=%2B15017122661&StatusCallback=https%3A%2F%2Fotp.example.com%2Freceipts%2Ftwilio%3Fsite%3D1%26ref" +
				"%3D01J9ZABCDEFGHIJKLMNOPQRSTU&To=%2B15558675310&ValidityPeriod=36000",
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, c, m := &exchange{status: http.StatusCreated, answer: taken}, config("", authToken), message(t)
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

// Answers mean what Twilio documents, or nothing.
func TestAnswers(t *testing.T) {
	const refusal = `{"code":21211,"message":"The 'To' number +1555 is not a valid phone number.","more_info":"https://www.twilio.com/docs/errors/21211","status":400}`
	code := func(code string) string { return strings.ReplaceAll(refusal, "21211", code) }
	for name, tt := range map[string]struct {
		status int
		answer string
		class  cattlegrid.SendClass
		code   string
	}{
		"Number":       {400, refusal, cattlegrid.Permanent, "21211"},
		"Stop":         {400, code("21610"), cattlegrid.Permanent, "21610"},
		"Key":          {401, `{"code":20003,"message":"Authenticate","more_info":"https://www.twilio.com/docs/errors/20003","status":401}`, cattlegrid.Misconfigured, "20003"},
		"Country400":   {400, code("21408"), cattlegrid.Misconfigured, "21408"},
		"Country403":   {403, code("21408"), cattlegrid.Misconfigured, "21408"},
		"Trial":        {400, code("21608"), cattlegrid.Misconfigured, "21608"},
		"Route":        {400, code("21612"), cattlegrid.Misconfigured, "21612"},
		"TooMany":      {429, code("20429"), cattlegrid.Throttled, "20429"},
		"Daily":        {429, code("63038"), cattlegrid.Throttled, "63038"},
		"Empty":        {403, code("10001"), cattlegrid.Unpaid, "10001"},
		"Down":         {503, code("20503"), cattlegrid.Temporary, "20503"},
		"Internal":     {500, code("20500"), cattlegrid.Unknown, "20500"},
		"Pumping":      {400, code("30450"), cattlegrid.Permanent, "30450"},
		"New":          {400, code("29999"), cattlegrid.Unknown, "29999"},
		"BareKey":      {401, "", cattlegrid.Misconfigured, ""},
		"Bare500":      {500, "<html>", cattlegrid.Unknown, ""},
		"NoID":         {201, `{"sid":""}`, cattlegrid.Unknown, ""},
		"OddID":        {201, `{"sid":"SM1/../2"}`, cattlegrid.Unknown, ""},
		"FailedAtOnce": {201, strings.NewReplacer(`"queued"`, `"failed"`, `"error_code":null`, `"error_code":30002`).Replace(taken), cattlegrid.Unknown, "30002"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newSender(t, config("", authToken), &exchange{status: tt.status, answer: tt.answer}).Send(t.Context(), message(t))
			failure, ok := errors.AsType[*cattlegrid.SendError](err)
			if !ok || failure.Class != tt.class || failure.Code != tt.code || failure.Provider != "twilio" {
				t.Errorf("Send: %v, want %v and code %q", err, tt.class, tt.code)
			}
			if ok && strings.Contains(err.Error(), "1555") {
				t.Errorf("%v repeats what Twilio wrote", err)
			}
		})
	}
}

// Twilio's own word on when to try again counts.
func TestRetryAfter(t *testing.T) {
	e := &exchange{status: 429, header: http.Header{"Retry-After": {"7"}}, answer: `{"code":20429,"status":429}`}
	_, err := newSender(t, config("", authToken), e).Send(t.Context(), message(t))
	if failure, ok := errors.AsType[*cattlegrid.SendError](err); !ok || failure.RetryAfter != 7*time.Second {
		t.Errorf("Send: %v, want it to say 7 seconds", err)
	}
}

// Twilio hears of codes that were entered, of no others, and only if it was told to listen.
func TestFeedback(t *testing.T) {
	const sid = "SM0123456789abcdef0123456789abcdef"
	c := config("", authToken)
	c.Feedback = true
	e := &exchange{status: http.StatusCreated, answer: `{"message_sid":"` + sid + `","outcome":"confirmed"}`}
	s := newSender(t, c, e)
	if err := s.Feedback(t.Context(), sid, true); err != nil {
		t.Fatal(err)
	}
	const target = "https://api.twilio.com/2010-04-01/Accounts/" + accountSID + "/Messages/" + sid + "/Feedback.json"
	if e.asked.URL.String() != target || e.body != "Outcome=confirmed" {
		t.Errorf("asked %s with %s, want %s", e.asked.URL, e.body, target)
	}
	e.asked = nil
	for name, tell := range map[string]func(context.Context) error{
		"NotEntered": func(ctx context.Context) error { return s.Feedback(ctx, sid, false) },
		"NotTracked": func(ctx context.Context) error {
			return newSender(t, config("", authToken), e).Feedback(ctx, sid, true)
		},
	} {
		if err := tell(t.Context()); err != nil || e.asked != nil {
			t.Errorf("%s: %v, asked %v; want nothing", name, err, e.asked)
		}
	}
	if err := s.Feedback(t.Context(), "SM1/../../x", true); err == nil || e.asked != nil {
		t.Errorf("an id of nobody's: %v, asked %v; want an error only", err, e.asked)
	}
	e.status, e.answer = http.StatusNotFound, `{"code":20404,"status":404}`
	if err := s.Feedback(t.Context(), sid, true); err == nil || !strings.Contains(err.Error(), "20404") {
		t.Errorf("Feedback: %v, want the code 20404", err)
	}
}
