package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

const (
	maxQueuedFeedback = 1024
	feedbackTimeout   = 5 * time.Second
	feedbackWorkers   = 4
)

// reports brings what becomes of messages to whom it concerns: the operator, the route and the providers.
type reports struct {
	watch  *watch
	logger *slog.Logger

	started chan struct{} // closed once the rest is there
	ended   chan struct{} // closed when it will not be
	gate    *cattlegrid.Gate
	out     *outgoing
	queue   chan cattlegrid.Delivery // messages that were of use, for providers who want to know
}

func newReports(w *watch, logger *slog.Logger) *reports {
	return &reports{watch: w, logger: logger, started: make(chan struct{}), ended: make(chan struct{}), queue: make(chan cattlegrid.Delivery, maxQueuedFeedback)}
}

// start begins to report, until the function that it returns is called.
func (r *reports) start(ctx context.Context, gate *cattlegrid.Gate, out *outgoing) (stop func()) {
	r.gate, r.out = gate, out
	close(r.started)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var workers sync.WaitGroup
	for range feedbackWorkers {
		workers.Go(func() { r.tellProviders(ctx) })
	}
	return func() {
		cancel()
		workers.Wait()
	}
}

// decided is told what the gate decided. It does not block.
func (r *reports) decided(ctx context.Context, d cattlegrid.Decision) {
	r.watch.decided(ctx, d)
	if d.Verdict != cattlegrid.Verified || d.Delivery.Provider == "" {
		return
	}
	if r.out.route != nil {
		r.out.route.Observe(d.Delivery.Provider, d.Country, route.Converted)
	}
	if r.out.feedback[d.Delivery.Provider] == nil || d.Delivery.ID == "" {
		return
	}
	select {
	case r.queue <- d.Delivery:
	default:
		r.logger.WarnContext(ctx, "a provider is not told that a message was of use: too many are waiting", slog.String("provider", d.Delivery.Provider))
	}
}

// tellProviders tells providers which messages were of use.
func (r *reports) tellProviders(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case d := <-r.queue:
			bounded, cancel := context.WithTimeout(ctx, feedbackTimeout)
			if err := r.out.feedback[d.Provider].Feedback(bounded, d.ID, true); err != nil && ctx.Err() == nil {
				r.logger.WarnContext(ctx, "a provider was not told that a message was of use", slog.String("provider", d.Provider), slog.Any("error", err))
			}
			cancel()
		}
	}
}

// onReport is what the gate tells of receipts; nil if it need not remember messages.
func (r *reports) onReport(c *config) func(context.Context, cattlegrid.Report) {
	names := c.senderNames()
	if c.SMS.ReceiptsURL == "" && len(names) == 1 && !c.SMS.wantsFeedback(names[0]) && names[0] != "smpp" {
		return nil // nobody asks which message it was that a code was right for
	}
	return r.reported
}

// reported is told of a receipt. It does not block.
func (r *reports) reported(ctx context.Context, report cattlegrid.Report) {
	if report.Repeat {
		return
	}
	level := slog.LevelInfo
	if report.State == cattlegrid.Lost {
		level = slog.LevelWarn
	}
	r.logger.LogAttrs(ctx, level, "receipt",
		slog.String("provider", report.Provider), slog.String("state", string(report.State)), slog.String("code", report.Code),
		slog.String("phone", report.Phone), slog.String("country", report.Country), slog.String("purpose", report.Purpose),
		slog.String("message_id", report.MessageID), slog.Float64("after_s", r.watch.clock().Sub(report.SentAt).Round(time.Millisecond).Seconds()))
	r.watch.reported(report)
	if r.out.route == nil {
		return
	}
	switch report.State {
	case cattlegrid.Delivered:
		r.out.route.Observe(report.Provider, report.Country, route.Delivered)
	case cattlegrid.Lost:
		r.out.route.Observe(report.Provider, report.Country, route.Undelivered)
	default:
	}
}

// receive takes a receipt that was not posted.
func (r *reports) receive(receipt cattlegrid.Receipt) {
	select {
	case <-r.started:
	case <-r.ended:
		return
	}
	if err := r.gate.Receive(context.Background(), receipt); err != nil && !errors.Is(err, cattlegrid.ErrNoMessage) {
		r.logger.Warn("a receipt is lost", slog.String("provider", receipt.Provider), slog.Any("error", err))
	}
}
