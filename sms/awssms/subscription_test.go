package awssms_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// A subscription is confirmed if SNS asks for it, and to SNS only.
func TestSubscription(t *testing.T) {
	n := newSNS(t)
	b := body(t, n.fake.Subscription(receiptURL, "2336412f37"))
	got, err := n.receipts(b)
	if err != nil || got != nil {
		t.Errorf("Receipts: %v, %v", got, err)
	}
	if diff := cmp.Diff([]string{"2336412f37"}, n.confirmed); diff != "" {
		t.Errorf("confirmed (-want +got):\n%s", diff)
	}
	if last := n.asked[len(n.asked)-1]; last != "sns.us-east-2.amazonaws.com/" {
		t.Errorf("asked %s", last)
	}
	t.Run("Forged", func(t *testing.T) {
		n := newSNS(t)
		forged := []byte(strings.Replace(string(b), "2336412f37", "2336412f38", 1))
		if _, err := n.receipts(forged); !errors.Is(err, wire.ErrReceipt) || n.confirmed != nil {
			t.Errorf("Receipts: %v, confirmed %v; want ErrReceipt", err, n.confirmed)
		}
	})
	t.Run("Later", func(t *testing.T) {
		n := newSNS(t)
		if _, err := n.receipts(body(t, n.fake.Receipt(sent, receiptURL, cattlegrid.Sent))); err != nil { // fetches the certificate
			t.Fatal(err)
		}
		n.down = http.StatusInternalServerError
		if _, err := n.receipts(b); err == nil || errors.Is(err, wire.ErrReceipt) {
			t.Errorf("Receipts: %v, want another error than ErrReceipt", err)
		}
	})
}
