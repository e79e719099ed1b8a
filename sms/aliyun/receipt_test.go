package aliyun_test

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
	"github.com/cattlegrid/cattlegrid/sms/aliyun"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// Two reports: one as https://help.aliyun.com/document_detail/101867.html shows it, and one of a message that was lost.
const reports = `[
	{"phone_number":"1381111****","send_time":"2017-01-01 11:12:13","report_time":"2017-02-02 22:23:24","success":true,"err_code":"DELIVERED",
	 "err_msg":"用户接收成功","sms_size":"1","biz_id":"12345","out_id":"67890"},
	{"phone_number":"1381111****","send_time":"2017-01-01 11:12:13","report_time":"","success":false,"err_code":"MOBILE_NOT_ON_SERVICE",
	 "err_msg":"手机停机","sms_size":"1","biz_id":"12346","out_id":""}
]`

func newSender(t testing.TB) *aliyun.Sender {
	t.Helper()
	s, err := aliyun.New(config("", secret), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func posted(query string) *http.Request {
	return httptest.NewRequest(http.MethodPost, "https://example.com/receipts/aliyun"+query, http.NoBody)
}

// Reports become receipts, with times in UTC.
func TestReceipts(t *testing.T) {
	got, err := newSender(t).Receipts(posted("?token=receipt-token"), []byte(reports))
	want := []cattlegrid.Receipt{
		{Provider: "aliyun", ID: "12345", MessageID: "67890", State: cattlegrid.Delivered, Code: "DELIVERED", At: time.Date(2017, 2, 2, 14, 23, 24, 0, time.UTC)},
		{Provider: "aliyun", ID: "12346", State: cattlegrid.Lost, Code: "MOBILE_NOT_ON_SERVICE"},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, receipts (-want +got):\n%s", err, diff)
	}
}

// What is forged, malformed or too much is no receipt at all.
func TestReceiptsRefused(t *testing.T) {
	const token = "?token=receipt-token"
	for name, tt := range map[string]struct{ query, body string }{
		"NoToken":    {"", reports},
		"EmptyToken": {"?token=", reports},
		"WrongToken": {"?token=receipt-tokem", reports},
		"NoBody":     {token, ""},
		"NoJSON":     {token, "<html>"},
		"NoList":     {token, `{"biz_id":"12345"}`},
		"Half":       {token, reports[:len(reports)-1]},
		"WrongType":  {token, `[{"biz_id":12345}]`},
		"TooMany":    {token, "[" + strings.Repeat("{},", 1000) + "{}]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := newSender(t).Receipts(posted(tt.query), []byte(tt.body)); !errors.Is(err, wire.ErrReceipt) || got != nil {
				t.Errorf("Receipts = %v, %v, want ErrReceipt", got, err)
			}
		})
	}
	t.Run("NoTokenConfigured", func(t *testing.T) {
		c := config("", secret)
		c.ReceiptToken = ""
		s, err := aliyun.New(c, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Receipts(posted("?token="), []byte(reports)); !errors.Is(err, wire.ErrReceipt) {
			t.Errorf("Receipts = %v, %v, want ErrReceipt", got, err)
		}
	})
	t.Run("AsManyAsMayBe", func(t *testing.T) {
		got, err := newSender(t).Receipts(posted(token), []byte("["+strings.Repeat("{},", 999)+"{}]"))
		if len(got) != 1000 || err != nil {
			t.Errorf("%d receipts, %v", len(got), err)
		}
	})
}

// What the fake posts of a message is read as what it says.
func TestReceiptsOfFake(t *testing.T) {
	at := time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)
	for state, code := range map[cattlegrid.ReceiptState]string{cattlegrid.Delivered: "DELIVERED", cattlegrid.Lost: "MOBILE_NOT_ON_SERVICE"} {
		req := fake.Aliyun{}.Receipt(fake.Message{ID: "1^0", Ref: "MESSAGE2ABCDEFGHIJKLMNOPQR", To: "+8613800138000", At: at}, "https://example.com/?token=receipt-token", state)
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := newSender(t).Receipts(req, body)
		want := []cattlegrid.Receipt{{Provider: "aliyun", ID: "1^0", MessageID: "MESSAGE2ABCDEFGHIJKLMNOPQR", State: state, Code: code, At: at}}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v, receipts (-want +got):\n%s", state, err, diff)
		}
	}
}

// Alibaba is told in the words that it wants.
func TestAcknowledge(t *testing.T) {
	w := httptest.NewRecorder()
	newSender(t).Acknowledge(w)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" || w.Body.String() != `{"code":0,"msg":"OK"}` {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

// Whatever is posted is either no receipt, or receipts whose codes can be shown and whose state is known.
func FuzzReceipts(f *testing.F) {
	for _, body := range []string{reports, "[]", "[{}]", "null", `[{"err_code":"\n","report_time":"2017"}]`, "{"} {
		f.Add([]byte(body))
	}
	s := newSender(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		receipts, err := s.Receipts(posted("?token=receipt-token"), body)
		if err != nil && !errors.Is(err, wire.ErrReceipt) {
			t.Errorf("Receipts: %v", err)
		}
		for _, r := range receipts {
			if r.Provider != "aliyun" || r.State != cattlegrid.Delivered && r.State != cattlegrid.Lost || len(r.Code) > 64 || strings.ContainsAny(r.Code, " \n<") {
				t.Errorf("%+v", r)
			}
		}
		if _, err := s.Receipts(posted(""), body); err == nil {
			t.Error("taken without a token")
		}
	})
}
