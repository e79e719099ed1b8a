package pigeon_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/examples/provider/pigeon"
	"github.com/cattlegrid/cattlegrid/sms/fake"
	"github.com/cattlegrid/cattlegrid/sms/smstest"
	"github.com/cattlegrid/cattlegrid/sms/template"
)

const key = "0123456789abcdef"

func newSender(endpoint string, client *http.Client, key string) (cattlegrid.Sender, error) {
	return pigeon.New(pigeon.Config{
		Key: key, Endpoint: endpoint, Timeout: time.Minute, // machines that test are busy
		Templates: template.Table{{Purpose: "login", ID: "codes", Variables: []string{"code", "minutes"}}},
	}, client)
}

// It is a sender.
func TestSender(t *testing.T) {
	smstest.Run(t, smstest.HTTP{Provider: loft{key}, New: newSender, Secret: key, Templates: true}.Harness())
}

// What Pigeon reports is read, and what others report is refused.
func TestReceipts(t *testing.T) {
	sender, err := pigeon.New(pigeon.Config{Key: key, Templates: template.Table{{ID: "codes", Variables: []string{"code"}}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	read := func(from loft, state cattlegrid.ReceiptState) ([]cattlegrid.Receipt, error) {
		req := from.Receipt(fake.Message{ID: "P-1", Ref: "MESSAGE", At: at}, "https://sms.example.com/receipts/pigeon", state)
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Fatal(err)
		}
		return sender.Receipts(req, body)
	}
	for _, state := range []cattlegrid.ReceiptState{cattlegrid.Sent, cattlegrid.Delivered, cattlegrid.Lost} {
		want := cattlegrid.Receipt{Provider: "pigeon", ID: "P-1", MessageID: "MESSAGE", State: state, At: at}
		if got, err := read(loft{key}, state); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("a receipt that says %s is read as %+v, %v; want %+v", state, got, err, want)
		}
	}
	if _, err := read(loft{"another key"}, cattlegrid.Delivered); !errors.Is(err, cattlegrid.ErrReceipt) {
		t.Errorf("a forged receipt: %v, want %v", err, cattlegrid.ErrReceipt)
	}
}
