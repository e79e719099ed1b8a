package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/metrics"
)

// watch is how the operator hears of decisions: by metrics, events and alarms.
type watch struct {
	registry  *prometheus.Registry
	decisions *metrics.Decisions
	alarm     *alarm
	events    *events
	server    *metricsServer // nil if metrics are not served
	logger    *slog.Logger
	clock     func() time.Time
}

// newWatch opens what decisions are written to, and serves metrics.
func (c *config) newWatch(ctx context.Context, clock func() time.Time, logger *slog.Logger) (*watch, error) {
	w := &watch{registry: prometheus.NewRegistry(), logger: logger, clock: clock}
	w.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	var err error
	if w.decisions, err = metrics.New(w.registry); err != nil {
		return nil, fmt.Errorf("make metrics: %w", err)
	}
	w.alarm = newAlarm(clock, logger, w.decisions.Alert)
	w.follow(c)
	if w.events, err = c.openEvents(ctx, clock, logger, w.decisions); err != nil {
		return nil, err
	}
	if c.Metrics.Addr != "" {
		if w.server, err = c.serveMetrics(ctx, w.registry, logger); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

// follow takes over the rules, prices and ceilings of a configuration.
func (w *watch) follow(c *config) {
	w.decisions.SetPolicy(c.policy(), c.currency())
	w.alarm.follow(c)
}

// decided takes note of a decision. It does not block.
func (w *watch) decided(ctx context.Context, d cattlegrid.Decision) {
	w.decisions.Observe(ctx, d)
	w.alarm.observe(ctx, d)
	w.events.decided(d)
	if d.Err != nil && d.Verdict == cattlegrid.Verified {
		w.logger.WarnContext(ctx, "a verified number was not recorded, so that limits do not grow by it", slog.Any("error", d.Err))
	}
}

// reported takes note of what became of a message. It does not block.
func (w *watch) reported(r cattlegrid.Report) {
	w.decisions.Receipt(r)
	w.events.reported(r)
}

// reopen goes on in new files.
func (w *watch) reopen() { w.events.reopen() }

// metricsAddr is where metrics are served; nil if they are not.
func (w *watch) metricsAddr() net.Addr {
	if w.server == nil {
		return nil
	}
	return w.server.addr
}

// close writes what is not written yet.
func (w *watch) close() error {
	if w.server != nil {
		w.server.close()
	}
	return w.events.Close()
}
