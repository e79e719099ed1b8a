package huawei

import (
	"net/http"
	"net/url"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// maxReceipt bounds what one receipt may be, in bytes.
const maxReceipt = 8 << 10

// Receipts reads what Huawei posts, https://support.huaweicloud.com/api-msgsms/sms_05_0003.html: one receipt of one message, or
// of one part of a long one. Since nothing is signed that could be verified, the URL must carry Config.ReceiptToken. The error
// is [wire.ErrReceipt].
func (s *Sender) Receipts(r *http.Request, body []byte) ([]cattlegrid.Receipt, error) {
	if !s.isOurs(r) || len(body) > maxReceipt {
		return nil, wire.ErrReceipt
	}
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("smsMsgId") == "" || form.Get("status") == "" {
		return nil, wire.ErrReceipt
	}
	receipt := cattlegrid.Receipt{
		Provider: Provider, ID: form.Get("smsMsgId"), MessageID: form.Get("extend"), State: state(form.Get("status")), Code: wire.Code(form.Get("status")),
	}
	// It is missing where Huawei's platform made the receipt rather than a carrier.
	if at, err := time.Parse(time.RFC3339, form.Get("updateTime")); err == nil {
		receipt.At = at.UTC()
	}
	return []cattlegrid.Receipt{receipt}, nil
}

// state is what a status means: https://support.huaweicloud.com/api-msgsms/sms_05_0051.html. All others are failures.
func state(status string) cattlegrid.ReceiptState {
	switch status {
	case "DELIVRD":
		return cattlegrid.Delivered
	case "ACCEPTD":
		return cattlegrid.Sent
	default:
		return cattlegrid.Lost
	}
}

// Acknowledge tells Huawei that a receipt was taken.
func (s *Sender) Acknowledge(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) }
