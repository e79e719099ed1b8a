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
	"github.com/cattlegrid/cattlegrid/tracing"
)

// watch is how the operator sees what happens: by metrics, traces, events and alarms.
type watch struct {
	registry  *prometheus.Registry
	decisions *metrics.Decisions
	tries     *metrics.Tries
	traces    *tracing.Tracing // nil if there are none
	alarm     *alarm
	events    *events
	server    *metricsServer // nil if metrics are not served
	logger    *slog.Logger
	clock     func() time.Time
}

// lastTraces is how long the end of the process may wait for traces to be taken.
const lastTraces = 5 * time.Second

// newWatch opens what decisions are written to, and serves metrics.
func (c *config) newWatch(ctx context.Context, clock func() time.Time, logger *slog.Logger) (*watch, error) {
	w := &watch{registry: prometheus.NewRegistry(), logger: logger, clock: clock}
	w.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if err := w.makeMetrics(); err != nil {
		return nil, fmt.Errorf("make metrics: %w", err)
	}
	w.alarm = newAlarm(clock, logger, w.decisions.Alert)
	w.follow(c)
	var err error
	if w.events, err = c.openEvents(ctx, clock, logger, w.decisions); err != nil {
		return nil, err
	}
	if c.Metrics.Addr != "" {
		if w.server, err = c.serveMetrics(ctx, w.registry, logger); err != nil {
			return nil, errors.Join(err, w.close(ctx))
		}
	}
	if w.traces, err = c.newTraces(ctx, logger); err != nil {
		return nil, errors.Join(err, w.close(ctx))
	}
	return w, nil
}

func (w *watch) makeMetrics() (err error) {
	if w.decisions, err = metrics.New(w.registry); err != nil {
		return err
	}
	if w.tries, err = metrics.NewTries(w.registry); err != nil {
		return err
	}
	return metrics.Build(w.registry, version(), revision())
}

// newTraces begins to post traces, if the configuration says where.
func (c *config) newTraces(ctx context.Context, logger *slog.Logger) (*tracing.Tracing, error) {
	if c.Traces.Endpoint == "" {
		return nil, nil //nolint:nilnil // there are none, and nothing is wrong
	}
	traces, err := tracing.New(ctx, tracing.Options{
		Endpoint: c.Traces.Endpoint, Ratio: c.Traces.Ratio, Version: version(), TrustedCallers: c.HTTP.proxies(), Logger: logger,
	})
	if err != nil {
		return nil, fmt.Errorf("make traces: %w", err)
	}
	return traces, nil
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
func (w *watch) close(ctx context.Context) error {
	if w.server != nil {
		w.server.close()
	}
	var err error
	if w.traces != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastTraces)
		defer cancel()
		err = w.traces.Close(ctx)
	}
	return errors.Join(err, w.events.Close())
}
