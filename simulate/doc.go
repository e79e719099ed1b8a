// Package simulate shows what a policy does before an attack does: a discrete-event simulation that drives a real
// [cattlegrid.Gate] with a real policy over a [cattlegrid.MemStore], with a clock of its own. Visitors want codes,
// attackers want messages; both ask for challenges, answer them, follow step-ups and check codes as a page would.
//
//	runs, err := simulate.Shipped() // or simulate.Load("mine.toml", document)
//	…
//	simulator := simulate.Simulator{Policy: guard.DefaultPolicy()}
//	result, err := simulator.Run(ctx, runs[0])
//	…
//	result.FraudTotal, result.LegitPass // and many more
//	os.WriteFile("run.svg", result.SVG(), 0o644)
//
// # Scenarios
//
// A [Scenario] is a TOML file: who the visitors are, who attacks, from when on, with what. Unknown keys are errors, and
// each error names the line and the key. Lists under [[sweep]] make several runs of one file, one for each combination.
// The files in directory scenarios are embedded, see [Shipped].
//
// # What is real and what is not
//
// Real are the gate, its store, the policy, phone numbers, addresses, and each request. Not real are the picture (as
// small as a style may be, and never looked at: visitors and solvers are right with the probabilities that the
// scenario says), the amount of work (a proof of work has the least bits), the network and the provider: each message
// arrives. History, the days before the simulation begins, is written to the store directly, but for its last day,
// which is lived through the gate.
//
// # Randomness
//
// The world is drawn from the scenario's seed: the same scenario, policy and build give the same result. Each visitor
// draws from a source of its own, so that runs of one sweep differ in what is swept and in nothing else. The gate keeps
// its secrets random; no outcome depends on them.
package simulate
