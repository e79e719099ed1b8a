// Package metrics counts what a gate decides, for Prometheus.
//
//	registry := prometheus.NewRegistry()
//	decisions, err := metrics.New(registry)
//	decisions.SetPolicy(policy, "CNY")
//	gate, err := cattlegrid.New(cattlegrid.Options{Policy: &policy, OnDecision: decisions.Observe, …})
//
// # Metrics
//
//   - cattlegrid_decisions_total{act,verdict,rule,effort,country,mode}: what was decided. Allowed sends are messages that
//     left, verified ones codes that were right. The rule is the one with longest to wait of those that stood against it.
//     With mode "observe" it was let through whatever the verdict.
//   - cattlegrid_rule_refusals_total{rule}: how often each rule stood against an act, alone or with others.
//   - cattlegrid_spend_total{country,currency}: what messages cost that left.
//   - cattlegrid_spend_alerts_total{window,percent}: how often a share of a ceiling was reached, see [Decisions.Alert].
//   - cattlegrid_sends_total{provider,country,result}: messages by who was asked to deliver them: "taken", or the class of the
//     failure, see [cattlegrid.SendClass]. Of "unknown" ones nobody knows whether they left.
//   - cattlegrid_receipts_total{provider,country,state}: what providers reported of messages, see [Decisions.Receipt].
//   - cattlegrid_reloads_total{result}: how often the policy was read again, "ok" or "failed", see [Decisions.Reload].
//   - cattlegrid_events_dropped_total: events that were not written, see [Decisions.Drop].
//   - cattlegrid_event_posts_total{result}: events that were posted to the site: "delivered", "retried", once each time, or
//     "dropped", see [Decisions.Post].
//
// # Labels
//
// Every label has a bounded set of values. Rules are those of the policy, and countries those that it serves; all others are
// "other". Providers are the first 32 that are named. No label is made of what a visitor sent.
package metrics
