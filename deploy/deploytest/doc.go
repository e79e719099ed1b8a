// Package deploytest holds what is in deploy for Prometheus and Grafana to docs/metrics.md, which another test holds to what the
// program serves. It is a module of its own, for it needs Prometheus's parser and engine.
package deploytest
