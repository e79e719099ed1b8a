package tencent_test

import (
	"bytes"
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
	"github.com/cattlegrid/cattlegrid/sms/tencent"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// https://cloud.tencent.com/document/api/382/59178
const pushed = `[{"user_receive_time":"2015-10-17 08:03:04","nationcode":"86","mobile":"13xxxxxxxxx","report_status":"SUCCESS",` +
	`"errmsg":"DELIVRD","description":"用户短信送达成功","sid":"xxxxxxx"}]`

const receiptURL = "https://example.com/receipts/tencent?token=receipt-token"

func newSender(t testing.TB) *tencent.Sender {
	t.Helper()
	s, err := tencent.New(config("", secret), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func receipts(s *tencent.Sender, url, body string) ([]cattlegrid.Receipt, error) {
	return s.Receipts(httptest.NewRequest(http.MethodPost, url, strings.NewReader(body)), []byte(body))
}

// What Tencent documents is read: the time is Beijing's.
func TestReceipts(t *testing.T) {
	at := time.Date(2015, 10, 17, 0, 3, 4, 0, time.UTC)
	for name, tt := range map[string]struct {
		body string
		want []cattlegrid.Receipt
	}{
		"Delivered": {pushed, []cattlegrid.Receipt{{Provider: "tencent", ID: "xxxxxxx", State: cattlegrid.Delivered, Code: "DELIVRD", At: at}}},
		"Lost": {
			strings.NewReplacer("SUCCESS", "FAIL", "DELIVRD", "MK:0001", `"sid"`, `"ext":"MESSAGE2","sid"`).Replace(pushed),
			[]cattlegrid.Receipt{{Provider: "tencent", ID: "xxxxxxx", MessageID: "MESSAGE2", State: cattlegrid.Lost, Code: "MK:0001", At: at}},
		},
		"NoTime":    {strings.Replace(pushed, "2015-10-17", "yesterday", 1), []cattlegrid.Receipt{{Provider: "tencent", ID: "xxxxxxx", State: cattlegrid.Delivered, Code: "DELIVRD"}}},
		"OddCode":   {strings.Replace(pushed, "DELIVRD", "投递", 1), []cattlegrid.Receipt{{Provider: "tencent", ID: "xxxxxxx", State: cattlegrid.Delivered, Code: "malformed", At: at}}},
		"NoneAtAll": {`[]`, []cattlegrid.Receipt{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := receipts(newSender(t), receiptURL, tt.body)
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("error %v, receipts (-want +got):\n%s", err, diff)
			}
		})
	}
}

// What is forged or malformed is none.
func TestReceiptsRefused(t *testing.T) {
	many := "[" + strings.Repeat(strings.Trim(pushed, "[]")+",", tencent.MaxReceipts) + strings.Trim(pushed, "[]") + "]"
	for name, tt := range map[string]struct{ url, body string }{
		"WrongToken": {"https://example.com/?token=other", pushed},
		"NoToken":    {"https://example.com/", pushed},
		"NoJSON":     {receiptURL, `<xml/>`},
		"NoArray":    {receiptURL, strings.Trim(pushed, "[]")},
		"Broken":     {receiptURL, pushed[:len(pushed)-2]},
		"NoStatus":   {receiptURL, strings.Replace(pushed, "SUCCESS", "MAYBE", 1)},
		"NoID":       {receiptURL, strings.Replace(pushed, `"sid"`, `"xid"`, 1)},
		"Null":       {receiptURL, `[null]`},
		"TooMany":    {receiptURL, many},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := receipts(newSender(t), tt.url, tt.body); !errors.Is(err, wire.ErrReceipt) || got != nil {
				t.Errorf("Receipts = %v, %v; want ErrReceipt", got, err)
			}
		})
	}
}

// Without a token in the configuration there are no receipts, least of all for an empty one.
func TestReceiptsSwitchedOff(t *testing.T) {
	c := config("", secret)
	c.ReceiptToken = ""
	s, err := tencent.New(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, url := range []string{receiptURL, "https://example.com/", "https://example.com/?token="} {
		if _, err := receipts(s, url, pushed); !errors.Is(err, wire.ErrReceipt) {
			t.Errorf("Receipts of %s: %v, want ErrReceipt", url, err)
		}
	}
}

// What the fake provider reports is read as what it means.
func TestFakeReceipts(t *testing.T) {
	at := time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)
	for _, state := range []cattlegrid.ReceiptState{cattlegrid.Delivered, cattlegrid.Lost} {
		m := fake.Message{ID: "5000:1045710669157053657849499619", Ref: "MESSAGE2ABCDEFGHIJKLMNOPQR", To: "+8618501234444", At: at}
		r := fake.Tencent{}.Receipt(m, receiptURL, state)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := newSender(t).Receipts(r, body)
		if err != nil || len(got) != 1 {
			t.Fatalf("Receipts = %v, %v; want one", got, err)
		}
		want := cattlegrid.Receipt{Provider: "tencent", ID: m.ID, MessageID: m.Ref, State: state, Code: got[0].Code, At: at}
		if got[0] != want || got[0].Code == "" {
			t.Errorf("got %+v, want %+v and a code", got[0], want)
		}
	}
}

// The answer is the one that keeps Tencent from repeating itself.
func TestAcknowledge(t *testing.T) {
	w := httptest.NewRecorder()
	newSender(t).Acknowledge(w)
	if w.Code != http.StatusOK || w.Body.String() != `{"result":0,"errmsg":"OK"}` {
		t.Errorf("answered %d %s", w.Code, w.Body)
	}
}

// Whatever is posted, it is refused as such or read as receipts of Tencent's that say delivered or lost.
func FuzzReceipts(f *testing.F) {
	f.Add([]byte(pushed))
	f.Add([]byte(`[{"report_status":"FAIL","sid":"1","errmsg":"\u0000","user_receive_time":"9999-99-99 00:00:00","ext":"x"},null]`))
	s := newSender(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		got, err := s.Receipts(httptest.NewRequest(http.MethodPost, receiptURL, bytes.NewReader(body)), body)
		if err != nil {
			if !errors.Is(err, wire.ErrReceipt) || got != nil {
				t.Fatalf("Receipts = %v, %v", got, err)
			}
			return
		}
		for _, one := range got {
			if one.Provider != "tencent" || one.ID == "" || one.State != cattlegrid.Delivered && one.State != cattlegrid.Lost || one.Code != wire.Code(one.Code) {
				t.Errorf("%+v is no receipt", one)
			}
		}
	})
}
