package fake

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"
)

// Faults is how a provider misbehaves: how late it answers, and how often it does something else than to take a message.
type Faults struct {
	LatencyMillis int                 `json:"latency_ms,omitempty"`    // before each answer; at most 30 000
	Percent       map[Outcome]float64 `json:"percent,omitempty"`       // how often each outcome happens; together at most 100
	LostReceipts  float64             `json:"lost_receipts,omitempty"` // percent of receipts that are never posted
	Undelivered   float64             `json:"undelivered,omitempty"`   // percent of messages that are reported as lost
}

// outcomes are all that there are, but Take.
var outcomes = []Outcome{
	Busy, BadNumber, BadTemplate, BadKey, Throttle, Unpaid, UnknownCode, Garbage, Huge, Redirect, ServerError, HangUntaken, HangTaken,
	CloseUntaken, CloseTaken,
}

const maxLatency = 30_000 // milliseconds

// Validate reports the first field that cannot be.
func (f Faults) Validate() error {
	sum := 0.0
	for _, o := range slices.Sorted(maps.Keys(f.Percent)) {
		if !slices.Contains(outcomes, o) {
			return fmt.Errorf("percent: there is no %q; there are %v", o, outcomes)
		}
		if f.Percent[o] < 0 {
			return fmt.Errorf("percent: %s is less than 0", o)
		}
		sum += f.Percent[o]
	}
	switch {
	case sum > 100:
		return errors.New("percent: together that is more than 100")
	case f.LatencyMillis < 0 || f.LatencyMillis > maxLatency:
		return fmt.Errorf("latency_ms is %d, want 0 to %d", f.LatencyMillis, maxLatency)
	case f.LostReceipts < 0 || f.LostReceipts > 100 || f.Undelivered < 0 || f.Undelivered > 100:
		return errors.New("lost_receipts and undelivered are percentages")
	}
	return nil
}

// draw is what happens to one message.
func (f Faults) draw() Outcome {
	at := 100 * rand.Float64() //nolint:gosec // chance, not a secret
	for _, o := range outcomes {
		if at -= f.Percent[o]; at < 0 {
			return o
		}
	}
	return Take
}

func chance(percent float64) bool { return 100*rand.Float64() < percent } //nolint:gosec // chance, not a secret

func (f Faults) latency() time.Duration { return time.Duration(f.LatencyMillis) * time.Millisecond }
