package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

const (
	maxQueuedEvents = 4096
	maxEventBatch   = 64 << 10 // bytes written at once
)

// event is a decision as one line of JSON. Numbers are masked.
type event struct {
	Time        time.Time   `json:"time"`
	Act         string      `json:"act"`
	Verdict     string      `json:"verdict"`
	Rules       []string    `json:"rules,omitempty"`
	WaitSeconds float64     `json:"wait_seconds,omitempty"`
	Effort      string      `json:"effort"`
	Client      string      `json:"client,omitempty"`
	Phone       string      `json:"phone,omitempty"`
	Country     string      `json:"country,omitempty"`
	Purpose     string      `json:"purpose,omitempty"`
	Price       json.Number `json:"price,omitempty"`
	Trial       bool        `json:"trial,omitempty"`
}

func newEvent(now time.Time, d cattlegrid.Decision) event {
	e := event{
		Time: now.UTC(), Act: string(d.Act), Verdict: string(d.Verdict), Rules: d.Rules, WaitSeconds: d.Wait.Seconds(),
		Effort: d.Effort.String(), Client: d.Client, Phone: d.Phone.String(), Country: d.Country, Purpose: d.Purpose, Trial: d.Trial,
	}
	if d.Price > 0 {
		e.Price = json.Number(amount(d.Price).String())
	}
	return e
}

// eventLog writes events to a file without keeping anybody waiting: what comes faster than it can be written is dropped
// and counted.
type eventLog struct {
	path   string
	all    bool
	clock  func() time.Time
	logger *slog.Logger
	drop   func() // counts an event that is not written

	queue  chan []byte
	reopen chan struct{}
	stop   chan struct{}
	done   chan error
}

// openEvents opens the file, to which it appends, and begins to write.
func openEvents(c eventsConfig, clock func() time.Time, logger *slog.Logger, drop func()) (*eventLog, error) {
	file, err := openEventFile(c.File)
	if err != nil {
		return nil, err
	}
	e := &eventLog{
		path: c.File, all: c.All, clock: clock, logger: logger, drop: drop,
		queue: make(chan []byte, maxQueuedEvents), reopen: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan error, 1),
	}
	go e.write(file)
	return e, nil
}

func openEventFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the file
}

// observe queues a decision, unless it is one of those that are only written with all.
func (e *eventLog) observe(d cattlegrid.Decision) {
	if !e.all && (d.Verdict == cattlegrid.Allowed || d.Verdict == cattlegrid.Verified) {
		return
	}
	line, err := json.Marshal(newEvent(e.clock(), d))
	if err != nil {
		e.drop()
		return
	}
	select {
	case e.queue <- append(line, '\n'):
	default:
		e.drop()
	}
}

// Reopen goes on in a new file, if the old one was moved away.
func (e *eventLog) Reopen() {
	select {
	case e.reopen <- struct{}{}:
	default: // it is about to
	}
}

// Close writes what is queued. Nobody observes any more.
func (e *eventLog) Close() error {
	close(e.stop)
	return <-e.done
}

// write is the only one that uses the file.
func (e *eventLog) write(file *os.File) {
	batch := &eventBatch{file: file, log: e}
	for {
		select {
		case line := <-e.queue:
			batch.add(line, len(e.queue) == 0)
		case <-e.reopen:
			batch.moveTo(e.path)
		case <-e.stop:
			for len(e.queue) > 0 {
				batch.add(<-e.queue, len(e.queue) == 0)
			}
			e.done <- batch.file.Close()
			return
		}
	}
}

// eventBatch is what is written at once.
type eventBatch struct {
	file   *os.File
	log    *eventLog
	buffer bytes.Buffer
	lines  int
	failed bool // the last write did, and was logged
}

func (b *eventBatch) add(line []byte, last bool) {
	b.buffer.Write(line)
	b.lines++
	if last || b.buffer.Len() >= maxEventBatch {
		b.flush()
	}
}

func (b *eventBatch) flush() {
	_, err := b.file.Write(b.buffer.Bytes())
	if err != nil {
		for range b.lines {
			b.log.drop()
		}
		if !b.failed {
			b.log.logger.Error("events cannot be written", slog.Any("error", err))
		}
	}
	b.failed, b.lines = err != nil, 0
	b.buffer.Reset()
}

func (b *eventBatch) moveTo(path string) {
	file, err := openEventFile(path)
	if err != nil {
		b.log.logger.Error("events cannot be written to a new file, so they go on in the old one", slog.Any("error", err))
		return
	}
	if err := b.file.Close(); err != nil {
		b.log.logger.Error("the last events may be lost", slog.Any("error", err))
	}
	b.file, b.failed = file, false
}
