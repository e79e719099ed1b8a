// Package guard decides how much is allowed.
//
// A [Policy] lists limits, as data. For each act of the gate it yields the [Debit]s that the act costs; a store charges
// them all or none, in one step. The arithmetic of a charge is a [Log]: the grants of one account, from which it follows
// exactly whether one more fits and, if not, how long it has to wait.
//
// # Exactness
//
// A limit of n in a window w means that in no rolling window of length w, wherever it starts, more than n units are
// granted. Counting in fixed windows grants up to 2n around a boundary, and GCRA with a burst of n grants nearly 2n in
// the first window, so a Log remembers each grant for the length of the window. Only a limit that says so, see
// [Limit].Coarse, remembers old grants by the part of the window in which they were made.
//
// # Budgets that follow conversion
//
// Fraud asks for codes that nobody types. So the limits that matter count numbers that were sent to and not verified:
// [Unverified] and [UnverifiedSends]. A number that is verified is taken off the account and added to a [Record], and with
// the record grows what is granted, see [Limit].Grow. What grows by a number's prefix needs no list of bad prefixes.
//
// Several windows on one account are a circuit breaker: when many numbers of a prefix were sent to and few verified, one
// more is let through now and then, after longer and longer waits, until the next is verified. One person who mistypes
// counts as one number, however often a message is repeated.
//
// # Lanes
//
// A prefix that was never seen may be a new visitor's or the next that is pumped. What has no record shares a budget
// with its like, in a lane: new prefixes of a known operator segment, new segments of a known country, new countries; and
// each kind has one in total, so that an attack spread thinly does not add up. What has a record is charged to accounts
// of its own, and so an attack on new prefixes, whatever its size, leaves it alone. See [Limit].Cold and [Known].
//
// # Effort
//
// Between allowed and refused there is a harder challenge, then one with a proof of work besides, see [Limit].Hard. A
// visitor who made the effort is charged under higher limits. There is no other risk score: what is asked for follows
// from the accounts, in the same step that charges them.
//
// Everything here is pure: no clock, no store, no network. Time comes in as an argument.
package guard
