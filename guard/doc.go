// Package guard decides how much is allowed.
//
// A [Policy] lists limits. For each act of the gate it yields the [Debit]s that the act costs; a store charges them all
// or none. The arithmetic of a charge is a [Log]: the grants of one key, from which it follows exactly whether one more
// fits and, if not, how long it has to wait.
//
// # Exactness
//
// A limit of n in a window w means that in no rolling window of length w, wherever it starts, more than n units are
// granted. Counting in fixed windows grants up to 2n around a boundary, and GCRA with a burst of n grants nearly 2n in
// the first window, so a Log remembers each grant for the length of the window.
//
// Everything here is pure: no clock, no store, no network. Time comes in as an argument.
package guard
