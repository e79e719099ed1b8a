package awssms_test

import (
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
	"github.com/cattlegrid/cattlegrid/sms/awssms"
)

// A configuration that cannot work says which field it is, and repeats no secret.
func TestNew(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*awssms.Config)
		field  string
	}{
		"NoRegion":      {func(c *awssms.Config) { c.Region = "" }, "Region"},
		"StrangeRegion": {func(c *awssms.Config) { c.Region = "us-east-1.example.com/" }, "Region"},
		"NoKey":         {func(c *awssms.Config) { c.AccessKeyID = "" }, "AccessKeyID"},
		"NoSecret":      {func(c *awssms.Config) { c.SecretAccessKey = "" }, "SecretAccessKey"},
		"Origination":   {func(c *awssms.Config) { c.OriginationIdentity = "My Shop" }, "OriginationIdentity"},
		"Set":           {func(c *awssms.Config) { c.ConfigurationSet = "o t p" }, "ConfigurationSet"},
		"Price":         {func(c *awssms.Config) { c.MaxPrice = "1 USD" }, "MaxPrice"},
		"Topic":         {func(c *awssms.Config) { c.TopicARN = "receipts" }, "TopicARN"},
		"TopicOfQueues": {func(c *awssms.Config) { c.TopicARN = topic + ".fifo" }, "TopicARN"}, // cannot post
		"Endpoint":      {func(c *awssms.Config) { c.Endpoint = "http://example.com" }, "Endpoint"},
		"Timeout":       {func(c *awssms.Config) { c.Timeout = time.Hour }, "Timeout"},
	} {
		t.Run(name, func(t *testing.T) {
			c := config("", secret)
			tt.change(&c)
			_, err := awssms.New(c, nil)
			if err == nil || !strings.Contains(err.Error(), tt.field) || strings.Contains(err.Error(), secret) {
				t.Errorf("New: %v, want an error that names %s and no secret", err, tt.field)
			}
		})
	}
}

// transport answers without a network.
type transport func(*http.Request) *http.Response

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

// answered is a sender that is answered so.
func answered(t *testing.T, c awssms.Config, status int, answer string, seen func(*http.Request)) *awssms.Sender {
	t.Helper()
	s, err := awssms.New(c, &http.Client{Transport: transport(func(r *http.Request) *http.Response {
		if seen != nil {
			seen(r)
		}
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
		return w.Result()
	})})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func message(t *testing.T) cattlegrid.Message {
	t.Helper()
	to, err := cattlegrid.ParseE164("+14255550156")
	if err != nil {
		t.Fatal(err)
	}
	return cattlegrid.Message{ID: "01J9Z", To: to, Country: "US", Code: "123456", Text: "Your code is 123456", Lifetime: 5 * time.Minute}
}

// show is a request without what is random in it, and without who made it.
func show(r *http.Request) string {
	body, _ := io.ReadAll(r.Body)
	header := r.Header.Clone()
	for _, name := range []string{"Amz-Sdk-Invocation-Id", "User-Agent"} {
		header.Del(name)
	}
	authorization, _, _ := strings.Cut(header.Get("Authorization"), "Signature=")
	header.Set("Authorization", authorization)
	return fmt.Sprintf("%s %s\n%v\n%s", r.Method, r.URL, header, body)
}

func shown(target, body string) string {
	return "POST https://sms-voice.us-east-2.amazonaws.com/\n" +
		"map[Amz-Sdk-Request:[attempt=1; max=1] " +
		"Authorization:[AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-2/sms-voice/aws4_request, " +
		"SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-length;content-type;host;x-amz-date;x-amz-target, ] " +
		"Content-Type:[application/x-amz-json-1.0] X-Amz-Date:[20150830T123600Z] X-Amz-Target:[PinpointSMSVoiceV2." + target + "]]\n" + body
}

func clock() time.Time { return time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC) }

// A message is this request, and the documented answer has its id. That the signature fits is checked by the suite's provider.
func TestRequest(t *testing.T) {
	c := config("", secret)
	c.MaxPrice, c.Now = "", clock
	var got string
	s := answered(t, c, http.StatusOK, `{"MessageId":"862a8790-60c0-4430-9b2b-658bdexample"}`, func(r *http.Request) { got = show(r) })
	d, err := s.Send(t.Context(), message(t))
	if want := (cattlegrid.Delivery{Provider: "aws", ID: "862a8790-60c0-4430-9b2b-658bdexample"}); err != nil || d != want {
		t.Errorf("Send: %+v, %v; want %+v", d, err, want)
	}
	if diff := cmp.Diff(shown("SendTextMessage", textMessage), got); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

// What is not configured is not sent, and lifetimes are what AWS takes.
func TestRequestBody(t *testing.T) {
	c := awssms.Config{Region: region, AccessKeyID: keyID, SecretAccessKey: secret}
	for lifetime, want := range map[time.Duration]string{0: "", time.Second: `,"TimeToLive":5`, 100 * time.Hour: `,"TimeToLive":259200`} {
		var got string
		s := answered(t, c, http.StatusOK, `{"MessageId":"1"}`, func(r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got = string(body)
		})
		m := message(t)
		m.ID, m.Lifetime = "", lifetime
		if _, err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		want = `{"DestinationPhoneNumber":"+14255550156","MessageBody":"Your code is 123456","MessageType":"TRANSACTIONAL"` + want + `}`
		if got != want {
			t.Errorf("body %s, want %s", got, want)
		}
	}
}

func fails(t *testing.T, err error, class cattlegrid.SendClass, code string) {
	t.Helper()
	failure, ok := errors.AsType[*cattlegrid.SendError](err)
	if !ok || failure.Class != class || failure.Code != code || failure.Provider != "aws" {
		t.Errorf("%v, want class %v and code %q", err, class, code)
	}
	if err != nil && (strings.Contains(err.Error(), "123456") || strings.Contains(err.Error(), "555") || strings.Contains(err.Error(), secret)) {
		t.Errorf("%v tells a secret", err)
	}
}

// Answers mean what AWS documents, and nothing that it does not.
func TestAnswers(t *testing.T) {
	failure := func(name, more string) string {
		return `{"__type":"com.amazonaws.pinpointsmsvoicev2#` + name + `","Message":"Your code is 123456"` + more + `}`
	}
	reason := func(name, reason string) string { return failure(name, `,"Reason":"`+reason+`"`) }
	field := func(name string) string {
		return failure("ValidationException", `,"Reason":"FIELD_VALIDATION_FAILED","Fields":[{"Name":"`+name+`","Message":"m"}]`)
	}
	for name, tt := range map[string]struct {
		status int
		answer string
		class  cattlegrid.SendClass
		code   string
	}{
		"OptedOut": {
			400, failure("ConflictException", `,"Reason":"DESTINATION_PHONE_NUMBER_OPTED_OUT","ResourceType":"opt-out-list","ResourceId":"Default"`),
			cattlegrid.Permanent, "DESTINATION_PHONE_NUMBER_OPTED_OUT",
		},
		"Override": {
			400, reason("ConflictException", "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"),
			cattlegrid.Permanent, "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
		},
		"Sandbox":       {400, reason("ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"), cattlegrid.Misconfigured, "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"},
		"NewConflict":   {400, reason("ConflictException", "SOMETHING_NEW"), cattlegrid.Misconfigured, "SOMETHING_NEW"},
		"Number":        {400, field("DestinationPhoneNumber"), cattlegrid.Permanent, "DestinationPhoneNumber"},
		"Field":         {400, field("OriginationIdentity"), cattlegrid.Misconfigured, "FIELD_VALIDATION_FAILED"},
		"Country":       {400, failure("ValidationException", `,"Reason":"COUNTRY_NOT_ENABLED","Fields":[{"Name":"DestinationPhoneNumber","Message":"m"}]`), cattlegrid.Misconfigured, "COUNTRY_NOT_ENABLED"},
		"Price":         {400, reason("ValidationException", "PRICE_OVER_THRESHOLD"), cattlegrid.Misconfigured, "PRICE_OVER_THRESHOLD"},
		"Spent":         {400, reason("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"), cattlegrid.Unpaid, "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"},
		"OtherQuota":    {400, reason("ServiceQuotaExceededException", "CONFIGURATION_SETS_PER_ACCOUNT"), cattlegrid.Misconfigured, "CONFIGURATION_SETS_PER_ACCOUNT"},
		"Throttled":     {400, failure("ThrottlingException", ""), cattlegrid.Throttled, "ThrottlingException"},
		"Denied":        {400, failure("AccessDeniedException", ""), cattlegrid.Misconfigured, "AccessDeniedException"},
		"Disabled":      {400, reason("AccessDeniedException", "ACCOUNT_DISABLED"), cattlegrid.Misconfigured, "ACCOUNT_DISABLED"},
		"NotFound":      {400, failure("ResourceNotFoundException", `,"ResourceType":"pool","ResourceId":"i"`), cattlegrid.Misconfigured, "ResourceNotFoundException"},
		"Signature":     {403, `{"__type":"InvalidSignatureException","message":"m"}`, cattlegrid.Misconfigured, "InvalidSignatureException"},
		"Key":           {400, `{"__type":"UnrecognizedClientException","message":"m"}`, cattlegrid.Misconfigured, "UnrecognizedClientException"},
		"Expired":       {400, `{"__type":"ExpiredTokenException","message":"m"}`, cattlegrid.Misconfigured, "ExpiredTokenException"},
		"Unavailable":   {503, `{"__type":"ServiceUnavailable","message":"m"}`, cattlegrid.Temporary, "ServiceUnavailable"},
		"Internal":      {500, failure("InternalServerException", `,"RequestId":"r"`), cattlegrid.Unknown, "InternalServerException"},
		"NeverHeardOf":  {400, failure("NeverHeardOfException", ""), cattlegrid.Unknown, "NeverHeardOfException"},
		"StrangeReason": {400, reason("ConflictException", "<+14255550156>"), cattlegrid.Misconfigured, "malformed"},
		"Bare503":       {503, ``, cattlegrid.Unknown, ""},
		"Bare404":       {404, `<html>`, cattlegrid.Misconfigured, ""},
		"NoID":          {200, `{}`, cattlegrid.Unknown, ""},
		"Empty":         {200, ``, cattlegrid.Unknown, ""},
		"NotText":       {200, `{"MessageId":1}`, cattlegrid.Unknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			s := answered(t, config("", secret), tt.status, tt.answer, func(*http.Request) { asked++ })
			_, err := s.Send(t.Context(), message(t))
			fails(t, err, tt.class, tt.code)
			if asked != 1 {
				t.Errorf("AWS was asked %d times, want once", asked)
			}
		})
	}
}
