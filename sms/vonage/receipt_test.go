package vonage_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/vonage"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// everything is the status that Vonage documents, with each field at once:
// https://developer.vonage.com/en/messages/concepts/messages-status-callbacks.
const everything = `{"message_uuid":"aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab","to":"447700900000","from":"447700900001",` +
	`"timestamp":"2025-02-03T12:14:25Z","status":"submitted","error":{"type":"https://developer.vonage.com/api-errors/messages#1000",` +
	`"title":"1000","detail":"Throttled - You have exceeded the submission capacity allowed on this account. Please wait and retry",` +
	`"instance":"bf0ca0bf927b3b52e3cb03217e1a1ddf"},"client_ref":"abc123","usage":{"currency":"EUR","price":"0.0333"},"channel":"sms",` +
	`"destination":{"network_code":"12345"},"sms":{"count_total":"2"}}`

const uuid = "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab"

var at = time.Date(2025, 2, 3, 12, 14, 25, 0, time.UTC)

func receiver(t testing.TB, now time.Time) *vonage.Sender {
	t.Helper()
	c := config("", pkcs8(key()))
	c.Now = func() time.Time { return now }
	s, err := vonage.New(c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// posted is a request that carries the token.
func posted(token, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, statusURL, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	return r
}

// signed is a request as Vonage signs it; claims differ from the usual ones.
func signed(t testing.TB, body string, claims jwt.MapClaims) *http.Request {
	t.Helper()
	sum := sha256.Sum256([]byte(body))
	usual := jwt.MapClaims{
		"iat": signedAt.Unix(), "jti": uuid, "iss": "Vonage", "payload_hash": hex.EncodeToString(sum[:]), "application_id": application,
	}
	for name, value := range claims {
		if usual[name] = value; value == nil {
			delete(usual, name)
		}
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, usual).SignedString([]byte(signatureSecret))
	if err != nil {
		t.Fatal(err)
	}
	return posted(token, body)
}

// The body of the computed vector is taken with its token, whole, for a day, and with no other.
func TestReceiptsVector(t *testing.T) {
	want := []cattlegrid.Receipt{{Provider: "vonage", ID: uuid, MessageID: "01J9Z", State: cattlegrid.Delivered, At: at}}
	for _, age := range []time.Duration{0, 24 * time.Hour, -time.Minute} {
		got, err := receiver(t, signedAt.Add(age)).Receipts(posted(deliveredToken, delivered), []byte(delivered))
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("after %v: error %v, receipts (-want +got):\n%s", age, err, diff)
		}
	}
}

// What Vonage documents is read.
func TestReceipts(t *testing.T) {
	for name, tt := range map[string]struct {
		change []string
		want   []cattlegrid.Receipt
	}{
		"Everything": {nil, []cattlegrid.Receipt{{Provider: "vonage", ID: uuid, MessageID: "abc123", State: cattlegrid.Sent, Code: "1000", At: at}}},
		"Rejected": {
			[]string{`"submitted"`, `"rejected"`, "#1000", "#1240"},
			[]cattlegrid.Receipt{{Provider: "vonage", ID: uuid, MessageID: "abc123", State: cattlegrid.Lost, Code: "1240", At: at}},
		},
		"TitleNumber": {
			[]string{`"submitted"`, `"undeliverable"`, "#1000", "", `"1000"`, "1260"},
			[]cattlegrid.Receipt{{Provider: "vonage", ID: uuid, MessageID: "abc123", State: cattlegrid.Lost, Code: "1260", At: at}},
		},
		"NoTime": {
			[]string{"2025-02-03T", "yesterday "},
			[]cattlegrid.Receipt{{Provider: "vonage", ID: uuid, MessageID: "abc123", State: cattlegrid.Sent, Code: "1000"}},
		},
		"OddCode": {
			[]string{"#1000", "#<b>"},
			[]cattlegrid.Receipt{{Provider: "vonage", ID: uuid, MessageID: "abc123", State: cattlegrid.Sent, Code: "malformed", At: at}},
		},
		"OtherChannel": {[]string{`"channel":"sms"`, `"channel":"whatsapp"`}, nil},
		"OtherStatus":  {[]string{`"submitted"`, `"read"`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			body := strings.NewReplacer(tt.change...).Replace(everything)
			got, err := receiver(t, signedAt).Receipts(signed(t, body, nil), []byte(body))
			if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
				t.Errorf("error %v, receipts (-want +got):\n%s", err, diff)
			}
		})
	}
	w := httptest.NewRecorder()
	if receiver(t, signedAt).Acknowledge(w); w.Code != http.StatusOK || w.Body.Len() != 0 {
		t.Errorf("acknowledged by %d %q, want a bare 200", w.Code, w.Body)
	}
}

// A token need not name the application; if it does, it must be ours.
func TestReceiptsApplication(t *testing.T) {
	if got, err := receiver(t, signedAt).Receipts(signed(t, delivered, jwt.MapClaims{"application_id": nil}), []byte(delivered)); err != nil || len(got) != 1 {
		t.Errorf("no application: %v, %v; want a receipt", got, err)
	}
}

// What is forged, stale or malformed is none.
func TestReceiptsRefused(t *testing.T) {
	basic := posted("", delivered)
	basic.Header.Set("Authorization", "Basic "+deliveredToken)
	long := strings.Replace(delivered, "01J9Z", strings.Repeat("x", 101), 1)
	huge := delivered + strings.Repeat(" ", 64<<10)
	for name, tt := range map[string]struct {
		now  time.Time
		r    *http.Request
		body string
	}{
		"NotSigned":        {signedAt, httptest.NewRequest(http.MethodPost, statusURL, nil), delivered},
		"NoBearer":         {signedAt, basic, delivered},
		"NoPayloadHash":    {time.Unix(1697634680, 0), posted(pythonToken, delivered), delivered},
		"WrongSecret":      {signedAt, posted(rubyToken, delivered), delivered},
		"OtherBody":        {signedAt, posted(deliveredToken, delivered), strings.Replace(delivered, "delivered", "rejected", 1)},
		"OneByteMore":      {signedAt, posted(deliveredToken, delivered), delivered + "\n"},
		"Old":              {signedAt.Add(26 * time.Hour), posted(deliveredToken, delivered), delivered},
		"FromTheFuture":    {signedAt.Add(-time.Hour), posted(deliveredToken, delivered), delivered},
		"NoTime":           {signedAt, signed(t, delivered, jwt.MapClaims{"iat": nil}), delivered},
		"OtherApplication": {signedAt, signed(t, delivered, jwt.MapClaims{"application_id": uuid}), delivered},
		"NoJSON":           {signedAt, signed(t, "<xml/>", nil), "<xml/>"},
		"NoID":             {signedAt, signed(t, `{"status":"delivered"}`, nil), `{"status":"delivered"}`},
		"LongRef":          {signedAt, signed(t, long, nil), long},
		"TooLong":          {signedAt, signed(t, huge, nil), huge},
		"TooMany":          {signedAt, signed(t, "["+delivered+"]", nil), "[" + delivered + "]"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := receiver(t, tt.now).Receipts(tt.r, []byte(tt.body)); !errors.Is(err, wire.ErrReceipt) || got != nil {
				t.Errorf("got %v, %v; want ErrReceipt", got, err)
			}
		})
	}
	s, err := vonage.New(vonage.Config{ApplicationID: application, PrivateKey: pkcs8(key()), From: "12345", Now: func() time.Time { return signedAt }}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Receipts(posted(deliveredToken, delivered), []byte(delivered)); !errors.Is(err, wire.ErrReceipt) {
		t.Errorf("without SignatureSecret: %v, want ErrReceipt", err)
	}
}

// The fake provider's receipts are read as they were meant.
func TestReceiptsOfFake(t *testing.T) {
	p := fake.Vonage{ApplicationID: application, SignatureSecret: signatureSecret, Now: func() time.Time { return signedAt }}
	m := fake.Message{ID: p.NewID(), Ref: "01J9Z", To: "+447700900000", From: "447700900001", At: at}
	for _, state := range []cattlegrid.ReceiptState{cattlegrid.Sent, cattlegrid.Delivered, cattlegrid.Lost} {
		r := p.Receipt(m, statusURL, state)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := receiver(t, signedAt).Receipts(r, body)
		if err != nil || len(got) != 1 || got[0].State != state || got[0].ID != m.ID || got[0].MessageID != "01J9Z" || !got[0].At.Equal(at) {
			t.Errorf("%s: %+v, %v", state, got, err)
		}
	}
}

// Whatever is posted, only what is signed is a receipt, and it names a message of Vonage's and a state.
func FuzzReceipts(f *testing.F) {
	s := receiver(f, signedAt)
	f.Add(deliveredToken, []byte(delivered), false)
	f.Add("a.b.c", []byte(everything), true)
	f.Add(pythonToken, []byte(`{"error":{"title":{}}}`), true)
	f.Fuzz(func(t *testing.T, token string, body []byte, sign bool) {
		r := &http.Request{Method: http.MethodPost, Header: http.Header{"Authorization": {"Bearer " + token}}}
		if sign {
			r = signed(t, string(body), nil)
		}
		got, err := s.Receipts(r, body)
		if err != nil && !errors.Is(err, wire.ErrReceipt) || err != nil && got != nil {
			t.Errorf("got %v, %v", got, err)
		}
		for _, one := range got {
			if !sign && !bytes.Equal(body, []byte(delivered)) || len(one.ID) != 36 || one.State == "" || len(one.MessageID) > 100 {
				t.Errorf("got %+v, signed %v", one, sign)
			}
		}
	})
}
