// Package measure says what one call of a function costs, and compares several
// functions in one run.
//
// # What is counted
//
// CPU time is the process's own, user and system, by getrusage. It holds what the
// garbage collector does on other cores, which a wall clock does not show. The
// heap is collected before each measurement, so that nobody pays for another's
// garbage; what a function leaves behind is collected within its own time, as
// often as the runtime does by default.
//
// # How it is compared
//
// A machine's speed changes by the minute. [Compare] therefore takes rounds: each
// measures every subject once, in an order of its own, and ratios are taken within
// a round. What is told is the median of the rounds.
//
// It runs where getrusage does, which is not on Windows.
package measure
