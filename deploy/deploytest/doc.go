// Package deploytest holds what is in deploy for Prometheus and Grafana to docs/metrics.md, which another test holds to what the
// program serves, and the unit of systemd and the configuration of nginx to the sources. It is a module of its own, for it needs
// Prometheus's parser and engine. Run its tests with -count=1, since the cache of results does not know of files outside the module.
package deploytest
