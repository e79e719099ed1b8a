package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/metrics"
	"github.com/cattlegrid/cattlegrid/sms/webhook"
)

// The types of events.
const (
	decisionType = "decision"
	receiptType  = "receipt"
)

// events tells the operator's file and the site what was decided and what became of messages. It keeps nobody waiting.
type events struct {
	all   bool
	clock func() time.Time
	drop  func()     // counts an event that is lost
	file  *eventLog  // nil if there is none
	hook  *eventHook // nil if there is none
}

// openEvents begins to write and to post events, if the configuration says where.
func (c *config) openEvents(
	ctx context.Context, clock func() time.Time, logger *slog.Logger, counts *metrics.Decisions,
) (*events, error) {
	e := &events{all: c.Events.All, clock: clock, drop: counts.Drop}
	var err error
	if c.Events.File != "" {
		if e.file, err = openEventLog(c.Events.File, logger, counts.Drop); err != nil {
			return nil, c.eventFileError(err)
		}
	}
	if c.Events.URL != "" {
		p, err := webhook.NewPoster(c.Events.poster(clock))
		if err != nil {
			return nil, errors.Join(fmt.Errorf("post events: %w", err), e.Close())
		}
		e.hook = newEventHook(ctx, p, clock, logger, counts.Post)
	}
	return e, nil
}

// eventFileError says why events cannot be written to events.file.
func (c *config) eventFileError(err error) error {
	s := lookUp("events.file")
	return c.mistake(s, s.shown(c)+" cannot be written: "+err.Error())
}

// decided tells of a decision, unless it is one of those that are only told with all.
func (e *events) decided(d cattlegrid.Decision) {
	if !e.all && (d.Verdict == cattlegrid.Allowed || d.Verdict == cattlegrid.Verified) {
		return
	}
	now := e.clock().UTC()
	e.tell(decisionType, now, newDecisionEvent(now, d))
}

// reported tells what became of a message.
func (e *events) reported(r cattlegrid.Report) {
	now := e.clock().UTC()
	e.tell(receiptType, now, newReceiptEvent(now, r))
}

func (e *events) tell(kind string, now time.Time, event any) {
	if e.file == nil && e.hook == nil {
		return
	}
	line, err := json.Marshal(event)
	if err != nil {
		e.drop()
		return
	}
	if e.hook != nil {
		e.hook.add(kind, now, line)
	}
	if e.file != nil {
		e.file.add(append(line, '\n'))
	}
}

// reopen goes on in a new file.
func (e *events) reopen() {
	if e.file != nil {
		e.file.Reopen()
	}
}

// Close writes and posts what is waiting. Nobody tells any more.
func (e *events) Close() error {
	if e.hook != nil {
		e.hook.Close()
	}
	if e.file == nil {
		return nil
	}
	if err := e.file.Close(); err != nil {
		return fmt.Errorf("write events: %w", err)
	}
	return nil
}
