package main

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/cattlegrid/cattlegrid"
)

// countLosses has a metric for stores that notice when data was lost.
func (w *watch) countLosses(store cattlegrid.Store) {
	if s, ok := store.(interface{ Losses() int64 }); ok {
		w.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "cattlegrid_store_losses_total", Help: "How often this process found that Redis had lost data.",
		}, func() float64 { return float64(s.Losses()) }))
	}
}
