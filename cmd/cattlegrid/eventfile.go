package main

import (
	"bytes"
	"log/slog"
	"os"
)

const (
	maxQueuedEvents = 4096
	maxEventBatch   = 64 << 10 // bytes written at once
)

// eventLog writes events to a file without keeping anybody waiting: what comes faster than it can be written is dropped
// and counted.
type eventLog struct {
	path   string
	logger *slog.Logger
	drop   func() // counts an event that is not written

	queue  chan []byte
	reopen chan struct{}
	stop   chan struct{}
	done   chan error
}

// openEventLog opens the file, to which it appends, and begins to write.
func openEventLog(path string, logger *slog.Logger, drop func()) (*eventLog, error) {
	file, err := openEventFile(path)
	if err != nil {
		return nil, err
	}
	e := &eventLog{
		path: path, logger: logger, drop: drop,
		queue: make(chan []byte, maxQueuedEvents), reopen: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan error, 1),
	}
	go e.write(file)
	return e, nil
}

func openEventFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the file
}

// add queues a line.
func (e *eventLog) add(line []byte) {
	select {
	case e.queue <- line:
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

// Close writes what is queued. Nobody adds any more.
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
