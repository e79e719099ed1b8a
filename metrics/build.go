package metrics

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
)

// Build registers what the program was built from: a version, and the commit it is of, each "unknown" if it is "". The error is
// the registerer's.
func Build(registerer prometheus.Registerer, version, revision string) error {
	known := func(s string) string {
		if s == "" {
			return "unknown"
		}
		return s
	}
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "cattlegrid_build_info", Help: "What the program was built from; the value is 1.",
	}, []string{"version", "revision", "go_version"})
	info.WithLabelValues(known(version), known(revision), runtime.Version()).Set(1)
	return registerer.Register(info)
}
