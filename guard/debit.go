package guard

import (
	"errors"
	"fmt"
	"time"
)

// Scope says what a limit counts.
type Scope string

// The scopes of the limits in a [Policy].
const (
	PerPhone  Scope = "phone"  // one phone number
	PerClient Scope = "client" // one client address: IPv4 /32, IPv6 /64
)

// Limit is a rule: at most Max units within any rolling Window.
type Limit struct {
	Name   string        // names the rule in keys, logs and metrics, for instance "sends_per_phone_hour"
	Per    Scope         // what is counted
	Max    int           // units granted at most within one Window; 1 to MaxUnits
	Window time.Duration // length of the rolling window; 1ms to MaxWindow
}

// Debit is one charge against one limit.
type Debit struct {
	Limit Limit
	Key   string // whose account is charged; a store keeps one Log under it
	ID    string // names the charge: the same ID on the same Key within the window is charged once, and is what a refund gives back
	Cost  int    // units; at least 1 and at most Limit.Max
}

// Bounds of a Debit. They keep what a store holds for one charge small, and sums of costs and times far from overflow.
const (
	MaxKeyLen = 256                  // bytes
	MaxIDLen  = 64                   // bytes
	MaxUnits  = 1_000_000_000        // of Limit.Max
	MaxWindow = 366 * 24 * time.Hour // of Limit.Window
)

// Validate reports the first reason why a store must not charge debits: a field out of bounds, or two debits on one key,
// which would each be weighed without the other.
func Validate(debits []Debit) error {
	for i, d := range debits {
		switch {
		case d.Key == "" || len(d.Key) > MaxKeyLen:
			return fmt.Errorf("debit on %s: the key is %d bytes long, want 1 to %d", d.Limit.Name, len(d.Key), MaxKeyLen)
		case d.ID == "" || len(d.ID) > MaxIDLen:
			return fmt.Errorf("debit on %s: the id is %d bytes long, want 1 to %d", d.Limit.Name, len(d.ID), MaxIDLen)
		case d.Limit.Window < time.Millisecond || d.Limit.Window > MaxWindow:
			return fmt.Errorf("debit on %s: the window is %v, want 1ms to %v", d.Limit.Name, d.Limit.Window, MaxWindow)
		case d.Limit.Max > MaxUnits:
			return fmt.Errorf("debit on %s: the limit is %d, want at most %d", d.Limit.Name, d.Limit.Max, MaxUnits)
		case d.Cost < 1 || d.Cost > d.Limit.Max:
			return fmt.Errorf("debit on %s: the cost is %d, want 1 to the limit of %d", d.Limit.Name, d.Cost, d.Limit.Max)
		}
		for _, other := range debits[:i] {
			if other.Key == d.Key {
				return errors.New("debit on " + d.Limit.Name + ": two debits share a key")
			}
		}
	}
	return nil
}
