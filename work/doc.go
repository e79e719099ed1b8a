// Package work makes and checks proofs of work: tasks that take a machine some time to do and none to check.
//
//	task, err := work.New(rand.Reader, 15, 16) // about 16 × 2^15 hashes
//	solution, err := task.Solve(ctx)           // what a visitor's browser does
//	ok := task.Check(solution)                 // at most 16 hashes
//
// # Task
//
// A [Task] is a salt and a number of parts. Part i, counted from 0, is done by a nonce, a number, such that
//
//	SHA-256(salt "." i "." nonce)
//
// begins with as many zero bits as the task says; all numbers are decimal. The message fits one block of SHA-256, so that
// whoever solves a task gains nothing by a cleverer split of the message than others have.
//
// # Solution
//
// A solution is the nonces of all parts, in order, joined by dots: "4071.90.12". Each is written in the one way in which
// a number is written: no sign, no leading zero, at most [MaxDigits] digits. Which of the nonces that do is given does not
// matter.
//
// # What it is worth
//
// A proof shows that about Count × 2^Bits hashes were made for this salt, no more: not that a person asks. A thousand
// cores make it a thousand times as fast. It makes requests cost something that can be weighed against what they gain, so it
// belongs beside limits, never in their place. That a salt is used once is for who stores it to see to.
package work
