package tencent

import (
	"encoding/json"
	"net/http"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// maxReceipts bounds what one request may report. Tencent says that it reports up to 100.
const maxReceipts = 1000

// report is an element of what Tencent posts: https://cloud.tencent.com/document/api/382/59178.
type report struct {
	ID      string `json:"sid"`
	Message string `json:"ext"` // SessionContext, for applications for which support has switched it on
	Status  string `json:"report_status"`
	Code    string `json:"errmsg"` // the carrier's
	At      string `json:"user_receive_time"`
}

var states = map[string]cattlegrid.ReceiptState{"SUCCESS": cattlegrid.Delivered, "FAIL": cattlegrid.Lost}

// Receipts reads what Tencent posts. Since nothing is signed, the URL that is set in the console must carry
// Config.ReceiptToken. The error is [wire.ErrReceipt].
func (s *Sender) Receipts(r *http.Request, body []byte) ([]cattlegrid.Receipt, error) {
	var reports []report
	if !s.isOurs(r) || json.Unmarshal(body, &reports) != nil || len(reports) > maxReceipts {
		return nil, wire.ErrReceipt
	}
	receipts := make([]cattlegrid.Receipt, len(reports))
	for i, one := range reports {
		state, ok := states[one.Status]
		if !ok || one.ID == "" {
			return nil, wire.ErrReceipt
		}
		receipts[i] = cattlegrid.Receipt{
			Provider: Provider, ID: one.ID, MessageID: one.Message, State: state, Code: wire.Code(one.Code), At: wire.LocalTime(one.At),
		}
	}
	return receipts, nil
}

// Acknowledge tells Tencent that receipts were taken. It repeats them twice otherwise.
func (s *Sender) Acknowledge(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"result":0,"errmsg":"OK"}`))
}
