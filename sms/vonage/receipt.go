package vonage

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

const (
	maxReceipt = 64 << 10 // bytes
	maxRef     = 100      // characters, as Vonage says
)

// status is what Vonage posts: https://developer.vonage.com/en/messages/concepts/messages-status-callbacks.
type status struct {
	ID      string  `json:"message_uuid"`
	Ref     string  `json:"client_ref"`
	Status  string  `json:"status"`
	Channel string  `json:"channel"`
	At      string  `json:"timestamp"`
	Error   problem `json:"error"`
}

// states are those of messages that were sent. An SMS is never read.
var states = map[string]cattlegrid.ReceiptState{
	"submitted": cattlegrid.Sent, "delivered": cattlegrid.Delivered, "rejected": cattlegrid.Lost, "undeliverable": cattlegrid.Lost,
}

// Receipts reads what Vonage posts: one receipt, or none if it reports a status that says nothing, or reports on another
// channel. The error is [wire.ErrReceipt].
func (s *Sender) Receipts(r *http.Request, body []byte) ([]cattlegrid.Receipt, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || len(body) > maxReceipt || !s.isSigned(token, body) {
		return nil, wire.ErrReceipt
	}
	var said status
	if json.Unmarshal(body, &said) != nil || !uuid.MatchString(said.ID) || len(said.Ref) > maxRef {
		return nil, wire.ErrReceipt
	}
	state, ok := states[said.Status]
	if !ok || said.Channel != "" && said.Channel != "sms" {
		return nil, nil
	}
	at, err := time.Parse(time.RFC3339, said.At)
	if err != nil {
		at = time.Time{}
	}
	return []cattlegrid.Receipt{{
		Provider: Provider, ID: said.ID, MessageID: said.Ref, State: state, Code: wire.Code(said.Error.code()), At: at.UTC(),
	}}, nil
}

// Acknowledge tells Vonage that a receipt was taken.
func (s *Sender) Acknowledge(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) }
