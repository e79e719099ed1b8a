package aliyun

import (
	"encoding/json"
	"net/http"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// maxReceipts bounds what one request may report.
const maxReceipts = 1000

// report is an element of what Alibaba posts, SmsReport and DypnsSmsVerifyReport alike:
// https://help.aliyun.com/document_detail/101867.html.
type report struct {
	ID      string `json:"biz_id"`
	Message string `json:"out_id"`
	Success bool   `json:"success"`
	Code    string `json:"err_code"`
	At      string `json:"report_time"`
}

// Receipts reads what Alibaba posts. Since nothing is signed, the URL that is set in the console must carry
// Config.ReceiptToken. The error is [wire.ErrReceipt].
func (s *Sender) Receipts(r *http.Request, body []byte) ([]cattlegrid.Receipt, error) {
	var reports []report
	if !s.isOurs(r) || json.Unmarshal(body, &reports) != nil || len(reports) > maxReceipts {
		return nil, wire.ErrReceipt
	}
	receipts := make([]cattlegrid.Receipt, len(reports))
	for i, one := range reports {
		receipts[i] = cattlegrid.Receipt{
			Provider: s.api.provider, ID: one.ID, MessageID: one.Message, State: cattlegrid.Lost, Code: wire.Code(one.Code), At: wire.LocalTime(one.At),
		}
		if one.Success {
			receipts[i].State = cattlegrid.Delivered
		}
	}
	return receipts, nil
}

// Acknowledge tells Alibaba that receipts were taken. It repeats them after 1, 5 and 10 minutes otherwise.
func (s *Sender) Acknowledge(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"code":0,"msg":"OK"}`))
}
