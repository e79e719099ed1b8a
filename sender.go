package cattlegrid

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Message is one SMS. It prints and logs without its code and text, and with the number masked.
type Message struct {
	ID       string // names the message, whoever is asked to deliver it: 26 letters and digits; a receipt may repeat it
	To       Phone
	Country  string        // of To, ISO 3166; "" if it is not known
	Code     string        // the digits, for providers that fill them into a template of their own
	Text     string        // the whole message, for providers that take text
	Purpose  string        // register, login, reset…
	Lang     string        // language of Text, one of [Languages]
	Lifetime time.Duration // how long the code is valid, as Text says
}

// String says whom and what the message is for.
func (m Message) String() string { return fmt.Sprintf("SMS to %v for %s", m.To, m.Purpose) }

// GoString says no more than String.
func (m Message) GoString() string { return m.String() }

// LogValue says no more than String.
func (m Message) LogValue() slog.Value {
	return slog.GroupValue(slog.Any("to", m.To), slog.String("purpose", m.Purpose))
}

// Delivery is what a provider says of a message that it took.
type Delivery struct {
	Provider string // short name, for instance "console"
	ID       string // the provider's own id of the message, may be empty
}

// Sender delivers messages.
//
// Send hands one message to the provider and returns once the provider has answered or ctx is done. It makes at most one
// message leave. It is safe for concurrent use. Its error, unless nil, is a [*SendError]; any other error counts as
// [Unknown]. No error text contains the code, the text, a key, or more of the number than [Phone.String] shows.
type Sender interface {
	Send(ctx context.Context, m Message) (Delivery, error)
}

// SendClass says what is known of a message whose sending failed. Of all classes but Unknown it is that no message left.
type SendClass int

const (
	// Unknown means that the message may have left, for instance because the answer did not arrive in time.
	Unknown SendClass = iota
	// Temporary means that the provider is not well; the same message may leave later or through another one.
	Temporary
	// Permanent means that nobody else is to be asked either: the number is malformed or not in use, its owner wants no
	// messages, or the provider takes this one for fraud.
	Permanent
	// Throttled means that the provider takes no more for a while, for this number or from this account.
	Throttled
	// Unpaid means that the account with the provider is empty or closed.
	Unpaid
	// Misconfigured means that the provider wants something of the operator first: another key, a template or a signature
	// that is approved, a permission.
	Misconfigured
)

var sendClasses = [...]string{"unknown", "temporary", "permanent", "throttled", "unpaid", "misconfigured"}

// String returns the class's name in small letters.
func (c SendClass) String() string {
	if c < 0 || int(c) >= len(sendClasses) {
		return sendClasses[Unknown]
	}
	return sendClasses[c]
}

// SendError is a failure to send.
type SendError struct {
	Class      SendClass
	Provider   string        // short name of the provider
	Code       string        // the provider's own code for the failure, "" if it gave none; nothing of the message is in it
	RetryAfter time.Duration // with Throttled: when to try again, as the provider said or is known to mean; 0 if nobody knows
	Err        error         // what happened
}

// Error implements error.
func (e *SendError) Error() string {
	if e.Code != "" {
		return fmt.Sprintf("%s: %s failure %s: %v", e.Provider, e.Class, e.Code, e.Err)
	}
	return fmt.Sprintf("%s: %s failure: %v", e.Provider, e.Class, e.Err)
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }
