package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Receiver reads what a provider posts to report on messages. The senders that get receipts are receivers. It is safe for
// concurrent use.
type Receiver interface {
	// Receipts reads a request, whose body was read already. An error that is [cattlegrid.ErrReceipt] means that it is not
	// the provider's; after any other the provider is to try again.
	Receipts(r *http.Request, body []byte) ([]cattlegrid.Receipt, error)

	// Acknowledge answers what the provider wants to hear when it need not report again.
	Acknowledge(w http.ResponseWriter)
}

// earlyReceipt is how young a receipt may be whose message is not known yet: by the provider's id it is known only once the
// provider's answer has arrived, and a receipt can be quicker.
const earlyReceipt = time.Minute

// maxReceiptsLen bounds what a provider may post at once, in bytes.
const maxReceiptsLen = 512 << 10

// receipts takes what a provider reports.
func (a *api) receipts(x *exchange) error {
	receiver, ok := a.receivers[x.r.PathValue("provider")]
	if !ok {
		return errNotFound
	}
	body, err := x.readUpTo(maxReceiptsLen)
	if err != nil {
		return err
	}
	receipts, err := receiver.Receipts(x.r, body)
	if err != nil {
		return fmt.Errorf("read receipts: %w", err)
	}
	early := false
	for _, r := range receipts {
		switch err := a.gate.Receive(x.r.Context(), r); {
		case errors.Is(err, cattlegrid.ErrNoMessage):
			// What is remembered no more, or was sent by somebody else from the same account, will not be found next time either.
			early = early || r.MessageID == "" && !r.At.IsZero() && time.Since(r.At).Abs() < earlyReceipt
		case err != nil:
			return err
		}
	}
	if early {
		return errEarlyReceipt
	}
	receiver.Acknowledge(x)
	return nil
}

// fateBody is what is known of a verification's message.
type fateBody struct {
	Message string `json:"message"` // "sent", "delivered", "lost" or "unknown"
}

// verification says what became of a message.
func (a *api) verification(x *exchange) error {
	fate, err := a.gate.Fate(x.r.Context(), x.r.PathValue("id"))
	if err != nil {
		return err
	}
	x.json(http.StatusOK, "application/json", fateBody{Message: string(fate)})
	return nil
}
