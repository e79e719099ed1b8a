package cattlegrid

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Message is one SMS. It prints and logs without its code and text, and with the number masked.
type Message struct {
	To       Phone
	Code     string        // the digits, for providers that fill them into a template of their own
	Text     string        // the whole message, for providers that take text
	Purpose  string        // register, login, reset…
	Lang     string        // language of Text, "zh" or "en"
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

// SendClass says what is known of a message whose sending failed.
type SendClass int

const (
	// Unknown means that the message may have left, for instance because the answer did not arrive in time.
	Unknown SendClass = iota
	// Temporary means that no message left; the same message may leave later or through another provider.
	Temporary
	// Permanent means that no message left, and none ever will to this number or with this template.
	Permanent
)

// String returns "unknown", "temporary" or "permanent".
func (c SendClass) String() string {
	switch c {
	case Temporary:
		return "temporary"
	case Permanent:
		return "permanent"
	default:
		return "unknown"
	}
}

// SendError is a failure to send.
type SendError struct {
	Class    SendClass
	Provider string // short name of the provider
	Err      error  // what happened
}

// Error implements error.
func (e *SendError) Error() string {
	return fmt.Sprintf("%s: %s failure: %v", e.Provider, e.Class, e.Err)
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }
