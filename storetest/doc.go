// Package storetest is the contract of [cattlegrid.Store] as a suite of tests.
//
// # Use
//
// Whoever writes a store runs the suite in a test of their own:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, storetest.Harness{New: func(t testing.TB) (cattlegrid.Store, func(time.Duration)) {
//			clock := newFakeClock()
//			return mystore.New(clock.Now), clock.Advance
//		}})
//	}
//
// [Run] states each sentence of the contract in a test of that name, then compares the store with a naive model over
// random sequences of calls, then sets goroutines against each other: run it under the race detector. A store that
// passes is one; a store that does not is none. [Bench] measures the verbs in the same way for every store.
//
// # Time
//
// No test waits. Lifetimes and windows pass because the harness moves the store's clock. A clock that cannot be stopped,
// like that of a server, runs on by itself a little while a test runs; [Harness].Drift says how much is to be forgiven.
//
// Records count by the hours and days of UTC, so the suite has to know where the clock stands: see [Harness].Start.
//
// # The model
//
// It remembers every secret, charge and verified number, with their true times, and looks through them all for each answer.
// Where the contract leaves it open whether a coarse limit grants, it says within which bounds, and then does as the store.
//
// The random sequences come from pgregory.net/rapid and take its flags: -rapid.checks is how many, -rapid.steps how long
// they are, -rapid.seed repeats one.
package storetest
