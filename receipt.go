package cattlegrid

import "time"

// Receipt is what a provider reports of a message after it took it.
type Receipt struct {
	Provider  string       // short name, as in [Delivery]
	ID        string       // the provider's own id of the message, as in [Delivery]
	MessageID string       // [Message].ID, if the provider repeats it
	State     ReceiptState // what became of the message
	Code      string       // the provider's own code for it, "" if there is none
	At        time.Time    // when that was, as the provider says; zero if it does not
}

// ReceiptState is what became of a message.
type ReceiptState string

// The states of receipts.
const (
	Sent      ReceiptState = "sent"      // on its way; another receipt will follow
	Delivered ReceiptState = "delivered" // the phone has it
	Lost      ReceiptState = "lost"      // it will never arrive
)
