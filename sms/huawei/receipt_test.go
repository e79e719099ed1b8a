package huawei_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/huawei"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

const receiptURL = "https://captcha.example.com/receipts/huawei?token=" + token

func sender(t testing.TB) *huawei.Sender {
	t.Helper()
	s, err := huawei.New(config("", secret), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// documented is https://support.huaweicloud.com/api-msgsms/sms_05_0003.html.
const documented = "sequence=1&total=1&orgCode=000&updateTime=2018-04-13T06%3A31%3A46Z&source=2&" +
	"smsMsgId=b9d9b4fe-ad0e-4a2a-a2c7-445505b674ac_6&status=DELIVRD"

// What Huawei documents is read.
func TestReceipts(t *testing.T) {
	at := time.Date(2018, 4, 13, 6, 31, 46, 0, time.UTC)
	for name, tt := range map[string]struct {
		body string
		want cattlegrid.Receipt
	}{
		"Documented": {documented, cattlegrid.Receipt{
			Provider: "huawei", ID: "b9d9b4fe-ad0e-4a2a-a2c7-445505b674ac_6", State: cattlegrid.Delivered, Code: "DELIVRD", At: at,
		}},
		"Reference": {documented + "&extend=M1&to=%2B8615123456789", cattlegrid.Receipt{
			Provider: "huawei", ID: "b9d9b4fe-ad0e-4a2a-a2c7-445505b674ac_6", MessageID: "M1", State: cattlegrid.Delivered, Code: "DELIVRD", At: at,
		}},
		"OnItsWay":     {"smsMsgId=1&status=ACCEPTD", cattlegrid.Receipt{Provider: "huawei", ID: "1", State: cattlegrid.Sent, Code: "ACCEPTD"}},
		"Platform":     {"smsMsgId=1&status=E200018", cattlegrid.Receipt{Provider: "huawei", ID: "1", State: cattlegrid.Lost, Code: "E200018"}},
		"BlackList":    {"smsMsgId=1&status=MBBLACK", cattlegrid.Receipt{Provider: "huawei", ID: "1", State: cattlegrid.Lost, Code: "MBBLACK"}},
		"StrangeState": {"smsMsgId=1&status=%3Ca%3E", cattlegrid.Receipt{Provider: "huawei", ID: "1", State: cattlegrid.Lost, Code: "malformed"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sender(t).Receipts(httptest.NewRequest(http.MethodPost, receiptURL, nil), []byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]cattlegrid.Receipt{tt.want}, got); diff != "" {
				t.Errorf("receipts (-want +got):\n%s", diff)
			}
		})
	}
}

// What anybody could have posted is refused.
func TestReceiptsRefused(t *testing.T) {
	for name, tt := range map[string]struct{ url, body string }{
		"NoToken":    {"https://captcha.example.com/receipts/huawei", documented},
		"WrongToken": {receiptURL + "s", documented},
		"TokenInside": {
			"https://captcha.example.com/receipts/huawei", documented + "&token=" + token,
		},
		"Empty":     {receiptURL, ""},
		"NoID":      {receiptURL, "status=DELIVRD"},
		"NoStatus":  {receiptURL, "smsMsgId=1"},
		"Malformed": {receiptURL, "smsMsgId=1&status=%zz"},
		"Batch":     {receiptURL, `{"statusReportList":[]}`},
		"TooLong":   {receiptURL, documented + "&statusDesc=" + strings.Repeat("a", 8<<10)},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := sender(t).Receipts(httptest.NewRequest(http.MethodPost, tt.url, nil), []byte(tt.body))
			if !errors.Is(err, wire.ErrReceipt) || got != nil {
				t.Errorf("Receipts: %v, %v; want ErrReceipt", got, err)
			}
		})
	}
	t.Run("NoneTaken", func(t *testing.T) {
		c := config("", secret)
		c.StatusCallback, c.ReceiptToken = "", ""
		s, err := huawei.New(c, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "https://captcha.example.com/receipts/huawei?token=", nil)
		if _, err := s.Receipts(r, []byte(documented)); !errors.Is(err, wire.ErrReceipt) {
			t.Errorf("Receipts: %v, want ErrReceipt", err)
		}
	})
}

// Receipts of the fake provider are read as they were meant.
func TestReceiptsOfFake(t *testing.T) {
	m := fake.Message{ID: "4b4b34e7_1", Ref: "M1", To: "+8615123456789", At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	for _, state := range []cattlegrid.ReceiptState{cattlegrid.Sent, cattlegrid.Delivered, cattlegrid.Lost} {
		r := fake.Huawei{}.Receipt(m, receiptURL, state)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := sender(t).Receipts(r, body)
		if err != nil || len(got) != 1 || got[0].State != state || got[0].ID != m.ID || got[0].MessageID != m.Ref || !got[0].At.Equal(m.At) {
			t.Errorf("%s: %+v, %v", state, got, err)
		}
	}
}

// Huawei wants a 200.
func TestAcknowledge(t *testing.T) {
	w := httptest.NewRecorder()
	sender(t).Acknowledge(w)
	if w.Code != http.StatusOK {
		t.Errorf("status %d, want 200", w.Code)
	}
}

// Whatever is posted, receipts can be shown, and nothing is read without the token.
func FuzzReceipts(f *testing.F) {
	f.Add([]byte(documented))
	f.Add([]byte("smsMsgId=1&status=UNDELIV&extend=a"))
	s := sender(f)
	ours, foreign := httptest.NewRequest(http.MethodPost, receiptURL, nil), httptest.NewRequest(http.MethodPost, "https://captcha.example.com/", nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := s.Receipts(ours, body)
		if (err == nil) != (len(got) == 1) {
			t.Fatalf("%d receipts and %v", len(got), err)
		}
		for _, r := range got {
			if r.ID == "" || r.Provider != "huawei" || len(r.Code) > 64 || strings.ContainsAny(r.Code, "<>\"\n") {
				t.Errorf("receipt %+v", r)
			}
		}
		if _, err := s.Receipts(foreign, body); !errors.Is(err, wire.ErrReceipt) {
			t.Errorf("without a token: %v", err)
		}
	})
}
