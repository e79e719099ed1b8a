package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid/metrics"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
	"github.com/cattlegrid/cattlegrid/sms/wire"
)

const (
	maxUnpostedEvents = 4096 // events that are posted, or wait to be posted again
	eventPosters      = 8    // events that are posted at a time
	eventTimeout      = 10 * time.Second
	eventDrain        = 5 * time.Second // how long the last events may take
	maxEventPause     = 10 * time.Minute
)

// eventPauses are how long an event waits before it is posted again, about.
var eventPauses = [...]time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, maxEventPause}

// postedEvent is the body of a request.
type postedEvent struct {
	Type      string          `json:"type"`
	ID        string          `json:"id"` // as in webhook-id: it is the same when the event is posted again
	Timestamp time.Time       `json:"timestamp"`
	Data      json.RawMessage `json:"data"` // the line that a file would get
}

// poster is what posts an event. It is a *webhook.Poster but in tests.
type poster interface {
	Post(ctx context.Context, id string, body []byte) (wire.Answer, error)
	Close()
}

// eventHook posts events to the site, again and again if the site does not take them, without keeping anybody waiting: what
// is too much, or is not taken in the end, is dropped and counted.
type eventHook struct {
	poster poster
	clock  func() time.Time
	logger *slog.Logger
	count  func(metrics.Posting)

	slots   chan struct{} // one for each event that is not posted yet
	posting chan struct{} // one for each that is being posted
	gone    atomic.Bool   // the site wants no more
	told    atomic.Int64  // when the log last said that an event was not taken, in nanoseconds since the Unix epoch

	stop   chan struct{}
	lost   atomic.Int64    // events that were given up because the process ends
	ctx    context.Context // of what is posted, until Close loses patience
	cancel context.CancelFunc
}

func (c eventsConfig) poster(clock func() time.Time) webhook.Config {
	return webhook.Config{URL: c.URL, Secret: c.Secret, AllowPrivate: c.AllowPrivate, Timeout: eventTimeout, Now: clock}
}

func newEventHook(ctx context.Context, p poster, clock func() time.Time, logger *slog.Logger, count func(metrics.Posting)) *eventHook {
	h := &eventHook{
		poster: p, clock: clock, logger: logger, count: count,
		slots: make(chan struct{}, maxUnpostedEvents), posting: make(chan struct{}, eventPosters), stop: make(chan struct{}),
	}
	h.ctx, h.cancel = context.WithCancel(context.WithoutCancel(ctx))
	return h
}

// add begins to post an event. It does not block.
func (h *eventHook) add(kind string, now time.Time, line []byte) {
	id := "evt_" + rand.Text()
	body, err := json.Marshal(postedEvent{Type: kind, ID: id, Timestamp: now, Data: line})
	if err != nil || h.gone.Load() {
		h.count(metrics.PostDropped)
		return
	}
	select {
	case h.slots <- struct{}{}:
		go h.deliver(id, body)
	default:
		h.drop("too many are waiting")
	}
}

// Close posts what waits, each event once more and for eventDrain at most, and says how many were not taken.
func (h *eventHook) Close() {
	close(h.stop)
	cut := time.AfterFunc(eventDrain, h.cancel)
	defer cut.Stop()
	for range cap(h.slots) { // when all are taken, no event is left, and none can come
		h.slots <- struct{}{}
	}
	h.cancel()
	h.poster.Close()
	if lost := h.lost.Load(); lost > 0 {
		h.logger.Warn("events were dropped, because the process ends and the site did not take them", slog.Int64("events", lost))
	}
}

// deliver posts an event until the site takes it, or will not.
func (h *eventHook) deliver(id string, body []byte) {
	defer func() { <-h.slots }()
	for n := 0; ; n++ {
		after, reason := h.try(id, body)
		switch {
		case reason == "":
			h.count(metrics.PostDelivered)
			return
		case n == len(eventPauses) || h.stopping() || h.gone.Load():
			h.drop(reason)
			return
		}
		h.count(metrics.PostRetried)
		h.complain(reason)
		h.wait(max(jittered(eventPauses[n]), min(after, maxEventPause)))
	}
}

// try posts an event once. The reason says why it was not taken, and after when the site wants to be asked again, if it said.
func (h *eventHook) try(id string, body []byte) (after time.Duration, reason string) {
	select {
	case h.posting <- struct{}{}:
		defer func() { <-h.posting }()
	case <-h.ctx.Done():
		return 0, "the process ends"
	}
	if h.gone.Load() {
		return 0, "the site wants no more"
	}
	answer, err := h.poster.Post(h.ctx, id, body)
	switch {
	case err != nil:
		return 0, err.Error()
	case answer.OK():
		return 0, ""
	case answer.Status == http.StatusGone:
		h.switchOff()
	}
	return answer.RetryAfter(), "the site answers " + strconv.Itoa(answer.Status)
}

// switchOff ends it until the next start, as Standard Webhooks wants of whoever is answered 410.
func (h *eventHook) switchOff() {
	if !h.gone.Swap(true) {
		h.logger.Error("the site wants no more events: it answers 410; none are posted until a restart")
	}
}

// drop gives an event up.
func (h *eventHook) drop(reason string) {
	h.count(metrics.PostDropped)
	if h.stopping() {
		h.lost.Add(1)
	}
	h.complain(reason)
}

// complain logs why an event was not taken, once a minute at most: there may be thousands.
func (h *eventHook) complain(reason string) {
	now, last := h.clock().UnixNano(), h.told.Load()
	if now-last >= int64(time.Minute) && h.told.CompareAndSwap(last, now) {
		h.logger.Warn("the site does not take events", slog.String("reason", reason))
	}
}

func (h *eventHook) stopping() bool {
	select {
	case <-h.stop:
		return true
	default:
		return false
	}
}

// wait waits, unless the process ends.
func (h *eventHook) wait(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-h.stop:
	}
}

// jittered is about as long: events that failed together do not come back together.
func jittered(d time.Duration) time.Duration {
	return d/2 + mathrand.N(d) //nolint:gosec // no secret is made of it
}
