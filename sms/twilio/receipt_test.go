package twilio_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/twilio"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

const sid = "SM1234567890abcdef1234567890abcdef"

// status is what Twilio documents that it posts:
// https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks.
const status = "SmsSid=" + sid + "&SmsStatus=delivered&MessageStatus=delivered&To=%2B15558675310&MessageSid=" + sid +
	"&AccountSid=" + accountSID + "&From=%2B15017122661&ApiVersion=2010-04-01&RawDlrDoneDate=2302141530"

const ref = "01J9ZABCDEFGHIJKLMNOPQRSTU"

func receiver(t testing.TB) *twilio.Sender {
	t.Helper()
	c := config("", authToken)
	c.OldAuthToken = oldToken
	s, err := twilio.New(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// posted is a request as it arrives from a proxy, signed with the token for the URL.
func posted(t testing.TB, token, target, body string) *http.Request {
	t.Helper()
	values, err := url.ParseQuery(body)
	if err != nil {
		t.Fatal(err)
	}
	form := map[string]string{}
	for name := range values {
		form[name] = values.Get(name)
	}
	_, query, _ := strings.Cut(target, "?")
	r := httptest.NewRequest(http.MethodPost, "http://10.0.0.7:8080/behind/a/proxy?"+query, strings.NewReader(body))
	r.Header.Set("X-Twilio-Signature", twilio.Signature(token, target, form))
	return r
}

// Each status is a receipt, with the reference that its URL has.
func TestReceipts(t *testing.T) {
	for name, tt := range map[string]struct {
		status, more string
		state        cattlegrid.ReceiptState
		code         string
	}{
		"Delivered":   {"delivered", "", cattlegrid.Delivered, ""},
		"Sent":        {"sent", "", cattlegrid.Sent, ""},
		"Queued":      {"queued", "", cattlegrid.Sent, ""},
		"Undelivered": {"undelivered", "&ErrorCode=30003", cattlegrid.Lost, "30003"},
		"Failed":      {"failed", "&ErrorCode=30002&ErrorMessage=Account+suspended", cattlegrid.Lost, "30002"},
		"NewField":    {"delivered", "&NeverSeen=1", cattlegrid.Delivered, ""},
		"OddCode":     {"failed", "&ErrorCode=%0A", cattlegrid.Lost, "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			body := strings.ReplaceAll(status, "delivered", tt.status) + tt.more
			got, err := receiver(t).Receipts(posted(t, authToken, statusURL+"?ref="+ref, body), []byte(body))
			want := []cattlegrid.Receipt{{Provider: "twilio", ID: sid, MessageID: ref, State: tt.state, Code: tt.code}}
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("error %v, receipts (-want +got):\n%s", err, diff)
			}
		})
	}
}

// Twilio is heard with the old token too, and of a status that says nothing it hears no complaint.
func TestReceiptsOther(t *testing.T) {
	if got, err := receiver(t).Receipts(posted(t, oldToken, statusURL+"?ref="+ref, status), []byte(status)); err != nil || len(got) != 1 {
		t.Errorf("old token: %v, %v; want a receipt", got, err)
	}
	body := strings.ReplaceAll(status, "delivered", "receiving")
	if got, err := receiver(t).Receipts(posted(t, authToken, statusURL, body), []byte(body)); err != nil || len(got) != 0 {
		t.Errorf("another status: %v, %v; want no receipt and no error", got, err)
	}
	w := httptest.NewRecorder()
	if receiver(t).Acknowledge(w); w.Code != http.StatusNoContent || w.Body.Len() != 0 {
		t.Errorf("acknowledged by %d %q, want a bare 204", w.Code, w.Body)
	}
}

// What is forged or malformed is none.
func TestReceiptsRefused(t *testing.T) {
	var many strings.Builder
	many.WriteString(status)
	for i := range 100 {
		fmt.Fprintf(&many, "&x%d=", i)
	}
	good := func(body string) *http.Request { return posted(t, authToken, statusURL+"?ref="+ref, body) }
	ruled := good(status)
	ruled.Header.Set("X-Twilio-Webhooks-Signature-Settings", "key=CR1,algorithm=HMAC_SHA256")
	moved := good(status)
	moved.URL.RawQuery = "ref=ANOTHERMESSAGE"
	for name, tt := range map[string]struct {
		r    *http.Request
		body string
	}{
		"NotSigned":    {httptest.NewRequest(http.MethodPost, statusURL+"?ref="+ref, nil), status},
		"WrongToken":   {posted(t, "12345", statusURL+"?ref="+ref, status), status},
		"OtherURL":     {posted(t, authToken, "https://otp.example.com/receipts/other?ref="+ref, status), status},
		"OtherRef":     {moved, status},
		"OtherBody":    {good(status), strings.ReplaceAll(status, "delivered", "failed")},
		"Twice":        {good(status), status + "&MessageStatus=failed"},
		"OtherAccount": {good(strings.Replace(status, "AC1", "AC2", 1)), strings.Replace(status, "AC1", "AC2", 1)},
		"NoID":         {good(strings.ReplaceAll(status, sid, "SM1")), strings.ReplaceAll(status, sid, "SM1")},
		"TooMany":      {good(many.String()), many.String()},
		"TooLong":      {good(status), status + "&x=" + strings.Repeat("x", 64<<10)},
		"NoForm":       {good(""), "%"},
		"Rule":         {ruled, status},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := receiver(t).Receipts(tt.r, []byte(tt.body)); !errors.Is(err, wire.ErrReceipt) || got != nil {
				t.Errorf("got %v, %v; want ErrReceipt", got, err)
			}
		})
	}
	s, err := twilio.New(twilio.Config{AccountSID: accountSID, AuthToken: authToken, From: "12345"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Receipts(good(status), []byte(status)); !errors.Is(err, wire.ErrReceipt) {
		t.Errorf("without StatusURL: %v, want ErrReceipt", err)
	}
}

// The fake provider's receipts are read as they were meant.
func TestReceiptsOfFake(t *testing.T) {
	p := fake.Twilio{AccountSID: accountSID, AuthToken: authToken}
	m := fake.Message{ID: sid, Ref: ref, To: "+15558675310", From: "+15017122661", At: time.Unix(1_700_000_000, 0)}
	for _, state := range []cattlegrid.ReceiptState{cattlegrid.Sent, cattlegrid.Delivered, cattlegrid.Lost} {
		r := p.Receipt(m, statusURL, state)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := receiver(t).Receipts(r, body)
		if err != nil || len(got) != 1 || got[0].State != state || got[0].ID != sid || got[0].MessageID != ref {
			t.Errorf("%s: %+v, %v", state, got, err)
		}
	}
}

// Whatever is posted, a receipt names a message of Twilio's and a state.
func FuzzReceipts(f *testing.F) {
	s := receiver(f)
	f.Add("ref="+ref, status, true)
	f.Add("", "%zz=1&a", false)
	f.Fuzz(func(t *testing.T, query, body string, signed bool) {
		r := &http.Request{Method: http.MethodPost, URL: &url.URL{RawQuery: query}, Header: http.Header{}}
		values, err := url.ParseQuery(body)
		if signed && err == nil {
			form := map[string]string{}
			for name := range values {
				form[name] = values.Get(name)
			}
			u, err := url.Parse(statusURL)
			if err != nil {
				t.Fatal(err)
			}
			u.RawQuery = query
			r.Header.Set("X-Twilio-Signature", twilio.Signature(authToken, u.String(), form))
		}
		got, err := s.Receipts(r, []byte(body))
		if err != nil && !errors.Is(err, wire.ErrReceipt) || err != nil && got != nil {
			t.Errorf("got %v, %v", got, err)
		}
		for _, one := range got {
			if !signed || len(one.ID) != 34 || one.State == "" || len(one.MessageID) > 64 {
				t.Errorf("got %+v, signed %v", one, signed)
			}
		}
	})
}
