package awssms_test

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/awssms"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

const receiptURL = "https://captcha.example.com/receipts/aws"

// sns is a sender that finds a fake of SNS at SNS's address, and what it asked there.
type sns struct {
	sender    *awssms.Sender
	fake      fake.AWS
	asked     []string
	confirmed []string
	down      int // a status, unless it is 0
}

func newSNS(t testing.TB) *sns {
	t.Helper()
	n := &sns{fake: fake.AWS{TopicARN: topic, Now: clock}}
	there := n.fake.SNS(func(token string) { n.confirmed = append(n.confirmed, token) })
	c := config("", secret)
	c.Now = clock
	var err error
	n.sender, err = awssms.New(c, &http.Client{Transport: transport(func(r *http.Request) *http.Response {
		n.asked = append(n.asked, r.URL.Host+r.URL.Path)
		w := httptest.NewRecorder()
		if n.down != 0 {
			w.WriteHeader(n.down)
		} else {
			there.ServeHTTP(w, r)
		}
		return w.Result()
	})})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func body(t testing.TB, r *http.Request) []byte {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (n *sns) receipts(b []byte) ([]cattlegrid.Receipt, error) {
	return n.sender.Receipts(httptest.NewRequest(http.MethodPost, receiptURL, nil), b)
}

var sent = fake.Message{ID: "862a8790", Ref: "M1", To: "+14255550156", At: time.Date(2015, 8, 30, 12, 35, 0, 0, time.UTC)}

// Receipts of the fake provider are read as they were meant, and the certificate is fetched once.
func TestReceipts(t *testing.T) {
	n := newSNS(t)
	for _, state := range []cattlegrid.ReceiptState{cattlegrid.Sent, cattlegrid.Delivered, cattlegrid.Lost} {
		got, err := n.receipts(body(t, n.fake.Receipt(sent, receiptURL, state)))
		if err != nil || len(got) != 1 || got[0].State != state || got[0].ID != sent.ID || got[0].MessageID != sent.Ref || !got[0].At.Equal(sent.At) {
			t.Errorf("%s: %+v, %v", state, got, err)
		}
	}
	if len(n.asked) != 1 {
		t.Errorf("asked %v, want the certificate once", n.asked)
	}
}

// documented is https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html.
const documented = `{"eventType":"TEXT_SUCCESSFUL","eventVersion":"1.0","eventTimestamp":1686975103470,"isFinal":true,` +
	`"originationPhoneNumber":"+12065550152","destinationPhoneNumber":"+14255550156","isoCountryCode":"US","mcc":"310","mnc":"800",` +
	`"carrierName":"c","isInternationalSend":false,"messageId":"862a8790-60c0-4430-9b2b-658bdexample","messageRequestTimestamp":1686975103170,` +
	`"messageEncoding":"GSM","messageType":"PROMOTIONAL","messageStatus":"SUCCESSFUL","messageStatusDescription":"Message has been accepted by ` +
	`phone carrier","context":{"account":"bar"},"totalMessageParts":1,"totalMessagePrice":0.09582,"totalCarrierFee":0.0}`

// What AWS documents is read, and what says nothing is no receipt.
func TestReadEvent(t *testing.T) {
	event := func(status string, final bool) string {
		text, err := json.Marshal(map[string]any{"eventType": "TEXT_" + status, "isFinal": final, "messageId": "1", "messageStatus": status})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	one := func(state cattlegrid.ReceiptState, code string) []cattlegrid.Receipt {
		return []cattlegrid.Receipt{{Provider: "aws", ID: "1", State: state, Code: code}}
	}
	for name, tt := range map[string]struct {
		text string
		want []cattlegrid.Receipt
	}{
		"Documented": {documented, []cattlegrid.Receipt{{
			Provider: "aws", ID: "862a8790-60c0-4430-9b2b-658bdexample", State: cattlegrid.Delivered, Code: "SUCCESSFUL",
			At: time.UnixMilli(1686975103470).UTC(),
		}}},
		"Queued":    {event("QUEUED", false), one(cattlegrid.Sent, "QUEUED")},
		"NotFinal":  {event("SUCCESSFUL", false), one(cattlegrid.Sent, "SUCCESSFUL")},
		"Delivered": {event("DELIVERED", true), one(cattlegrid.Delivered, "DELIVERED")},
		"Invalid":   {event("INVALID", true), one(cattlegrid.Lost, "INVALID")},
		"Expired":   {event("TTL_EXPIRED", true), one(cattlegrid.Lost, "TTL_EXPIRED")},
		"Protected": {event("PROTECT_BLOCKED", true), one(cattlegrid.Lost, "PROTECT_BLOCKED")},
		"Unknown":   {event("UNKNOWN", true), nil},
		"New":       {event("SOMETHING_NEW", true), nil},
		"Picture":   {`{"eventType":"MEDIA_DELIVERED","isFinal":true,"messageId":"1","messageStatus":"DELIVERED"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := awssms.ReadEvent(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("receipts (-want +got):\n%s", diff)
			}
		})
	}
	for _, text := range []string{"", "My Test Message", "{}", "[]", `{"messageId":"1"}`, `{"messageStatus":"DELIVERED"}`} {
		if got, err := awssms.ReadEvent(text); !errors.Is(err, wire.ErrReceipt) {
			t.Errorf("%q: %v, %v; want ErrReceipt", text, got, err)
		}
	}
}

// What SNS did not post is refused, and nobody but SNS is asked about it.
func TestReceiptsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		change map[string]any
		asks   int
	}{
		"Message":      {map[string]any{"Message": documented}, 1},
		"Signature":    {map[string]any{"Signature": "AAAA"}, 1},
		"Version":      {map[string]any{"SignatureVersion": "1"}, 1},
		"Topic":        {map[string]any{"TopicArn": topic + "2"}, 0},
		"NoTopic":      {map[string]any{"TopicArn": ""}, 0},
		"Type":         {map[string]any{"Type": "Else"}, 0},
		"Old":          {map[string]any{"Timestamp": "2015-08-30T10:35:59.000Z"}, 0},
		"Future":       {map[string]any{"Timestamp": "2015-08-30T12:52:00.000Z"}, 0},
		"NoTime":       {map[string]any{"Timestamp": ""}, 0},
		"Certificate":  {map[string]any{"SigningCertURL": "https://sns.us-east-2.amazonaws.com/other.pem"}, 1},
		"Plain":        {map[string]any{"SigningCertURL": "http://sns.us-east-2.amazonaws.com/a.pem"}, 0},
		"Elsewhere":    {map[string]any{"SigningCertURL": "https://example.com/a.pem"}, 0},
		"Suffix":       {map[string]any{"SigningCertURL": "https://sns.us-east-2.amazonaws.com.example.com/a.pem"}, 0},
		"Prefix":       {map[string]any{"SigningCertURL": "https://asns.us-east-2.amazonaws.com/a.pem"}, 0},
		"User":         {map[string]any{"SigningCertURL": "https://sns.us-east-2.amazonaws.com@example.com/a.pem"}, 0},
		"Port":         {map[string]any{"SigningCertURL": "https://sns.us-east-2.amazonaws.com:8443/a.pem"}, 0},
		"Bucket":       {map[string]any{"SigningCertURL": "https://sns.s3-us-west-2.amazonaws.com/a.pem"}, 0},
		"BucketOfZone": {map[string]any{"SigningCertURL": "https://sns.s3.us-west-2.amazonaws.com/a.pem"}, 0},
		"Query":        {map[string]any{"SigningCertURL": "https://sns.us-east-2.amazonaws.com/?a.pem"}, 0},
		"Path":         {map[string]any{"SigningCertURL": "https://sns.us-east-2.amazonaws.com/a/../b.pem"}, 0},
		"Line":         {map[string]any{"SigningCertURL": "https://sns.us-east-2.amazonaws.com/a.pem\n"}, 0},
		"Long":         {map[string]any{"Message": strings.Repeat("a", 300<<10)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			n := newSNS(t)
			var fields map[string]any
			if err := json.Unmarshal(body(t, n.fake.Receipt(sent, receiptURL, cattlegrid.Delivered)), &fields); err != nil {
				t.Fatal(err)
			}
			maps.Copy(fields, tt.change)
			changed, err := json.Marshal(fields)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := n.receipts(changed); !errors.Is(err, wire.ErrReceipt) || got != nil {
				t.Errorf("Receipts: %v, %v; want ErrReceipt", got, err)
			}
			if len(n.asked) != tt.asks {
				t.Errorf("asked %v, want %d requests", n.asked, tt.asks)
			}
		})
	}
	for name, text := range map[string]string{"Empty": "", "Raw": documented, "Array": "[]", "Half": `{"Type":"Notification"`} {
		t.Run(name, func(t *testing.T) {
			if got, err := newSNS(t).receipts([]byte(text)); !errors.Is(err, wire.ErrReceipt) {
				t.Errorf("Receipts: %v, %v; want ErrReceipt", got, err)
			}
		})
	}
}

// Without a topic no receipts are taken.
func TestReceiptsWithoutTopic(t *testing.T) {
	c := config("", secret)
	c.TopicARN = ""
	s := answered(t, c, http.StatusOK, "", func(*http.Request) { t.Error("a request was made") })
	r := httptest.NewRequest(http.MethodPost, receiptURL, nil)
	if _, err := s.Receipts(r, []byte(`{"Type":"Notification","Timestamp":"2015-08-30T12:36:00.000Z"}`)); !errors.Is(err, wire.ErrReceipt) {
		t.Errorf("Receipts: %v, want ErrReceipt", err)
	}
}

// While SNS does not answer, a receipt is neither believed nor refused, so that SNS posts it again.
func TestReceiptsLater(t *testing.T) {
	n := newSNS(t)
	b := body(t, n.fake.Receipt(sent, receiptURL, cattlegrid.Delivered))
	n.down = http.StatusServiceUnavailable
	if got, err := n.receipts(b); err == nil || errors.Is(err, wire.ErrReceipt) || got != nil {
		t.Errorf("Receipts: %v, %v; want another error than ErrReceipt", got, err)
	}
	n.down = 0
	if got, err := n.receipts(b); err != nil || len(got) != 1 {
		t.Errorf("Receipts: %v, %v", got, err)
	}
}

// SNS wants a status of success.
func TestAcknowledge(t *testing.T) {
	w := httptest.NewRecorder()
	newSNS(t).sender.Acknowledge(w)
	if w.Code != http.StatusOK {
		t.Errorf("status %d, want 200", w.Code)
	}
}
