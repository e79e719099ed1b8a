// Package loadgen carries made-up visitors across a gate over HTTP, each with a phone and an address of its own, and measures
// how long that takes.
//
// # Open loop
//
// With a [Plan.Rate] visitors come at moments of chance, as real ones do, whether the gate keeps up or not. What a visitor
// waits is counted from the moment at which it came, not from that at which a connection was free for it: a gate that
// stands still for a second is seen to stand still by all who come in that second, and not by one. (Coordinated omission is
// the name of the mistake; Gil Tene, "How NOT to Measure Latency".) Without a rate each connection carries one visitor after
// the other, which finds how many can be carried, and says little of how long they wait.
//
// # What it needs
//
// A gate in development mode, whose answers say what is on the picture and in the message, and which believes the
// X-Forwarded-For of this machine: otherwise all visitors come from one address, of which no gate lets many cross.
package loadgen
