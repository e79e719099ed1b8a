package cattlegrid

import (
	"time"

	"github.com/cattlegrid/cattlegrid/guard"
)

// Decision is what the gate decided about one act, for the operator: a log, a metric, an event. Nothing in it is secret,
// and no full number.
type Decision struct {
	Act     guard.Act
	Verdict Verdict
	Rules   []string      // the limits or the rule that stood against the act, the one named first with longest to wait
	Wait    time.Duration // with Refused because of a limit: when the act fits, if nothing else is charged meanwhile
	Effort  guard.Effort  // what the visitor did; with More, what is asked of the visitor
	Client  string        // the client's network, see [ClientPrefix]
	Phone   Phone         // prints masked; zero if none is known
	Country string        // of the phone, ISO 3166; "" if it is not known
	Purpose string
	Price   int   // of a message that leaves, in ten thousandths of the currency
	Err     error // with Failed, why; with Allowed, why nobody knows whether the message left; with Verified, what could not be recorded
	Trial   bool  // the policy only observes: the act went on whatever the verdict

	// Delivery is who took the message, with Allowed; and with Verified, if there is an [Options.OnReport].
	Delivery Delivery
	// MessageID is [Message].ID of what was handed to the sender, with Allowed and Failed; and of what led to Verified, if there
	// is an [Options.OnReport].
	MessageID string
}

// Verdict is the outcome of a decision.
type Verdict string

// The verdicts.
const (
	Allowed  Verdict = "allowed"
	More     Verdict = "more"     // the visitor has to answer a harder challenge
	Refused  Verdict = "refused"  // because of a rule or a limit
	Failed   Verdict = "failed"   // allowed, but the provider refused it for certain; nothing is charged
	Verified Verdict = "verified" // a code was right
	// Forgotten comes after another one about a message, if what was decided under [SendRequest].Key could not be
	// remembered: a repeat is told that nobody knows.
	Forgotten Verdict = "forgotten"
)
