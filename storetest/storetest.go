package storetest

import (
	"testing"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

// MaxDrift is the most that [Harness].Drift may be.
const MaxDrift = 4 * time.Second

// Harness is how the suite gets at an implementation.
type Harness struct {
	// New returns an empty store and the function that moves its clock forward. What they need is released by t.Cleanup.
	// The suite calls the clock's function from one goroutine, and uses one store at a time.
	New func(t testing.TB) (store cattlegrid.Store, advance func(d time.Duration))

	// Start is where the clock of a new store stands, since records count by hours and days of UTC. Zero means noon of
	// 1 November 2026 or, if there is a Drift, the present.
	Start time.Time

	// Drift is how far the store's clock may run on by itself during a test. Zero, for a clock that only advance moves,
	// has every moment tested to the millisecond. At most MaxDrift.
	Drift time.Duration
}

// Run runs the suite.
func Run(t *testing.T, h Harness) {
	t.Helper()
	if h.Drift < 0 || h.Drift > MaxDrift {
		t.Fatalf("the harness has a drift of %v, want 0 to %v", h.Drift, MaxDrift)
	}
	for _, topic := range []struct {
		name  string
		cases []testCase
	}{
		{"Put", putCases},
		{"Keep", keepCases},
		{"Peek", peekCases},
		{"Attempt", attemptCases},
		{"Guess", guessCases},
		{"Delete", deleteCases},
		{"Expiry", expiryCases},
		{"Spend", spendCases},
		{"Window", windowCases},
		{"Refund", refundCases},
		{"Ladder", ladderCases},
		{"Unverified", unverifiedCases},
		{"Settle", settleCases},
		{"Grow", growCases},
		{"Lane", laneCases},
		{"Coarse", coarseCases},
		{"Next", nextCases},
		{"Invalid", invalidCases},
		{"Context", contextCases},
		{"Concurrent", concurrentCases},
		{"Budget", budgetCases},
	} {
		t.Run(topic.name, func(t *testing.T) {
			for _, c := range topic.cases {
				t.Run(c.name, func(t *testing.T) { c.run(t, h.newRig(t)) })
			}
		})
	}
	t.Run("Model", func(t *testing.T) {
		t.Run("Shortly", func(t *testing.T) { runModel(t, h.newRig(t), shortly) })
		t.Run("Longer", func(t *testing.T) { runModel(t, h.newRig(t), longer) })
	})
}

type testCase struct {
	name string
	run  func(*testing.T, rig)
}
