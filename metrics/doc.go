// Package metrics tells Prometheus what a gate decides, and measures what it stands on.
//
//	registry := prometheus.NewRegistry()
//	decisions, err := metrics.New(registry)
//	decisions.SetPolicy(policy, "CNY")
//	store, err := metrics.Store(registry, store)
//	gate, err := cattlegrid.New(cattlegrid.Options{
//		Store: store, Policy: &policy, OnDecision: decisions.Observe, OnChallenge: decisions.Challenge, …
//	})
//	handler, err := httpapi.New(gate, …)
//	handler, err = metrics.Handler(registry, handler)
//
// [Tries] measures providers, [Build] says what the program was built from. The file docs/metrics.md lists all metrics, their labels and
// the values of these.
//
// # Labels
//
// Every label has a bounded set of values. Rules are those of the policy, and countries those that it serves; all others are
// "other". Providers are the first 32 that are named. No label is made of what a visitor sent.
package metrics
