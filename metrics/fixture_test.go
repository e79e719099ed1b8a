package metrics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// sample is a series as it stands: a gauge's value, or how many a histogram has seen and how long they took together.
type sample struct {
	labels string
	gauge  float64
	count  uint64
	sum    time.Duration
}

func gather(t *testing.T, registry *prometheus.Registry, name string) (samples []sample) {
	t.Helper()
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			labels := make([]string, 0, len(m.GetLabel()))
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetName()+"="+l.GetValue())
			}
			seconds := m.GetHistogram().GetSampleSum()
			samples = append(samples, sample{
				labels: strings.Join(labels, " "), gauge: m.GetGauge().GetValue(), count: m.GetHistogram().GetSampleCount(),
				sum: time.Duration(seconds * float64(time.Second)).Round(time.Microsecond),
			})
		}
	}
	return samples
}

// observed is what a histogram has seen, by labels: how many, and how long they took together.
func observed(t *testing.T, registry *prometheus.Registry, name string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, s := range gather(t, registry, name) {
		if s.count > 0 {
			all[s.labels] = fmt.Sprintf("%d in %v", s.count, s.sum)
		}
	}
	return all
}
