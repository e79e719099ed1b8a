package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/metrics"
	"github.com/cattlegrid/cattlegrid/sms/route"
)

// What is seen without a line in its code. Where nobody looks nothing is put around it.

// store returns a store whose steps are seen.
func (w *watch) store(store cattlegrid.Store) (cattlegrid.Store, error) {
	if w.server != nil {
		if s, ok := store.(interface {
			Losses() int64
			Pause() time.Duration
		}); ok {
			if err := errors.Join(metrics.Losses(w.registry, s.Losses), metrics.Pause(w.registry, s.Pause)); err != nil {
				return nil, fmt.Errorf("watch losses of the store: %w", err)
			}
		}
		measured, err := metrics.Store(w.registry, store)
		if err != nil {
			return nil, fmt.Errorf("measure the store: %w", err)
		}
		store = measured
	}
	if w.traces != nil {
		store = w.traces.Store(store)
	}
	return store, nil
}

// link returns a sender of a route whose tries are traced; the route tells tried of them.
func (w *watch) link(provider string, sender cattlegrid.Sender) cattlegrid.Sender {
	if w.traces != nil {
		sender = w.traces.Sender(provider, sender)
	}
	return sender
}

// only returns a sender that is in no route, whose tries are seen.
func (w *watch) only(provider string, sender cattlegrid.Sender) cattlegrid.Sender {
	sender = w.link(provider, sender)
	if w.server != nil {
		sender = w.tries.Sender(provider, sender)
	}
	return sender
}

// tried takes note of a try in a route. It does not block.
func (w *watch) tried(ctx context.Context, t route.Try) {
	if t.Err == nil {
		w.tries.Observe(t.Link, t.Second, t.Took, nil)
		return
	}
	w.tries.Observe(t.Link, t.Second, t.Took, t.Err)
	if t.Next != "" {
		w.logger.LogAttrs(ctx, slog.LevelWarn, "a message goes to another provider", slog.String("provider", t.Link),
			slog.String("next", t.Next), slog.String("class", t.Err.Class.String()), slog.String("message_id", t.MessageID), slog.Any("error", t.Err))
	}
}

// handler returns a handler whose requests are seen.
func (w *watch) handler(handler http.Handler) (http.Handler, error) {
	if w.server != nil {
		measured, err := metrics.Handler(w.registry, handler)
		if err != nil {
			return nil, fmt.Errorf("measure requests: %w", err)
		}
		handler = measured
	}
	if w.traces != nil {
		handler = w.traces.Handler(handler) // outermost, since it hands on a request of its own
	}
	return handler, nil
}
