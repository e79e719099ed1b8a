package route

import (
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// Event is something that changed for a link.
type Event struct {
	Link   string
	Change Change
	Reason Reason
	// Kind is, with Misconfigured, which messages are meant. The zero value is all.
	Kind Kind
	// Until is when a link that opened or paused is tried again, if it is not needed before.
	Until time.Time
	// Err is the failure that tipped the scale; nil if the link is well again. It names no number and no code.
	Err error
}

// Change is what happened to a link.
type Change string

// The changes. A link that opened or paused rests.
const (
	Opened  Change = "opened"  // the breaker did: too much fails
	Closed  Change = "closed"  // the breaker did: tries succeed again
	Paused  Change = "paused"  // the provider takes nothing, as it says
	Resumed Change = "resumed" // the first message was taken after a pause
)

// Reason is why a link rests or rested.
type Reason string

// The reasons. The package comment says when they hold and for how long.
const (
	Failing       Reason = "failing"
	Throttled     Reason = "throttled"
	Unpaid        Reason = "unpaid"
	Misconfigured Reason = "misconfigured"
)

// Kind is what messages have in common that need the same template, signature and permission.
type Kind struct{ Country, Purpose, Lang string }

// Try is one try of a message, over.
type Try struct {
	Link      string
	MessageID string                // [cattlegrid.Message].ID
	Second    bool                  // another link failed before
	Took      time.Duration         // by the route's clock
	Err       *cattlegrid.SendError // nil if the link took the message
	Next      string                // the link that is asked next; "" if none is
}
