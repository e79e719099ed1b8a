package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Losses registers how often a store found that it had lost data, as its Losses method says: what package redisstore has. The
// error is the registerer's.
func Losses(registerer prometheus.Registerer, losses func() int64) error {
	return registerer.Register(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "cattlegrid_store_losses_total", Help: "How often this process found that the store had lost data.",
	}, func() float64 { return float64(losses()) }))
}

// Pause registers how long a store will grant nothing yet because it had lost data, as its Pause method says: what package
// redisstore has. The error is the registerer's.
func Pause(registerer prometheus.Registerer, left func() time.Duration) error {
	return registerer.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "cattlegrid_store_pause_seconds", Help: "How long the store grants nothing yet because it had lost data, as far as this process has met it.",
	}, func() float64 { return left().Seconds() }))
}
