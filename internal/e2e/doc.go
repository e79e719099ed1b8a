// Package e2e holds tests only. They carry visitors through real processes of the command, from the picture to the
// proof, and do to those processes what must not matter: many at once, kill -9, a Redis that hangs, nonsense as input.
//
// # What is real
//
// The command is built once and runs as processes on free ports of the loopback interface, with the embedded store in
// a directory of the test's own or on a redis-server that package redistest starts. Visitors speak HTTP through a
// trusted proxy, so that each has an address of its own.
//
// # What is believed
//
// Messages leave through the webhook, to a provider that runs within the test and keeps a record. What a gate answers
// is compared with that record: an answer may lie, a message that left has left.
//
// # What is allowed
//
// The policy is the one that ships. Where a test has strangers come from one client or ask for one prefix and is about
// something else, its gates are configured without what is in the way, limit by limit.
//
// # How challenges are solved
//
// Honestly, by who may know the answer: Redis is asked for it, as the tutorial's back ends do, and of the embedded store
// a copy of the file is opened. The store in memory cannot be read from outside, so its gate runs within the test.
//
// # What breaks
//
// TestFaults lets Redis, the network, clocks, disks and the gates themselves fail while visitors come, and checks the record
// of every request and every message. With -faults it writes what visitors saw into docs/faults.md; "make faults" does.
//
// # What nobody is told
//
// Every number, answer, code, key, verification id and proof that comes up in a test is remembered, and none may be in
// what the test's processes printed. This is checked at the end of each test.
package e2e
