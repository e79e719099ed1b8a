package awssms_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/awssms"
)

// Whatever is done to a post of SNS's, it says what SNS said or is refused.
func FuzzReceipts(f *testing.F) {
	n := newSNS(f)
	genuine := body(f, n.fake.Receipt(sent, receiptURL, cattlegrid.Delivered))
	want, err := n.receipts(genuine)
	if err != nil || len(want) != 1 {
		f.Fatalf("Receipts: %v, %v", want, err)
	}
	f.Add(genuine)
	f.Add([]byte(strings.Replace(string(genuine), "TEXT_DELIVERED", "TEXT_UNREACHABLE", 1)))
	f.Add([]byte(strings.Replace(string(genuine), `"Type"`, `"type"`, 1)))
	f.Add(body(f, n.fake.Subscription(receiptURL, "2336412f37")))
	f.Fuzz(func(t *testing.T, b []byte) {
		n.asked, n.confirmed = n.asked[:0], n.confirmed[:0]
		got, err := n.receipts(b)
		if diff := cmp.Diff(want, got); err == nil && len(got) > 0 && diff != "" {
			t.Errorf("receipts (-want +got):\n%s", diff)
		}
		for _, where := range n.asked {
			if !strings.HasPrefix(where, "sns.") || !strings.Contains(where, ".amazonaws.com") {
				t.Errorf("%s was asked", where)
			}
		}
	})
}

// Whatever an event says, what is read of it can be shown.
func FuzzReadEvent(f *testing.F) {
	f.Add(documented)
	f.Add(`{"eventType":"TEXT_INVALID","messageId":"1","messageStatus":"INVALID","context":{"ref":"a"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := awssms.ReadEvent(text)
		if err != nil && got != nil || len(got) > 1 {
			t.Fatalf("%v and %v", got, err)
		}
		for _, r := range got {
			if r.ID == "" || r.Provider != "aws" || len(r.Code) > 64 || strings.ContainsAny(r.Code, "<>\"\n") {
				t.Errorf("receipt %+v", r)
			}
		}
	})
}
