package pigeon

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

// report is what Pigeon posts once it knows more of a message.
type report struct {
	ID     string    `json:"id"`
	Ref    string    `json:"ref"`
	Status string    `json:"status"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// states are Pigeon's words. One that is not here is no receipt, and shows in the log.
var states = map[string]cattlegrid.ReceiptState{
	"flying": cattlegrid.Sent, "arrived": cattlegrid.Delivered, "lost": cattlegrid.Lost,
}

// Receipts reads what Pigeon posts, signed in the header Pigeon-Signature by HMAC-SHA256 of the body under the key.
func (s *Sender) Receipts(r *http.Request, body []byte) ([]cattlegrid.Receipt, error) {
	signature, err := hex.DecodeString(r.Header.Get("Pigeon-Signature"))
	mac := hmac.New(sha256.New, []byte(s.key()))
	mac.Write(body)
	if err != nil || !hmac.Equal(signature, mac.Sum(nil)) {
		return nil, cattlegrid.ErrReceipt
	}
	var said report
	if json.Unmarshal(body, &said) != nil || states[said.Status] == "" {
		return nil, cattlegrid.ErrReceipt
	}
	return []cattlegrid.Receipt{{
		Provider: Provider, ID: said.ID, MessageID: said.Ref, State: states[said.Status], Code: wire.Code(said.Reason), At: said.At,
	}}, nil
}

// Acknowledge tells Pigeon that it need not report again.
func (s *Sender) Acknowledge(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }
