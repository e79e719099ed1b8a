package main

import (
	"bytes"
	"io"
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
			e.done <- batch.close()
			return
		}
	}
}

// eventBatch is what is written at once.
type eventBatch struct {
	file   io.WriteCloser
	log    *eventLog
	buffer bytes.Buffer
	failed bool // the last write did, and was logged
	torn   bool // the file ends within a line, which the disk had no room for
}

func (b *eventBatch) add(line []byte, last bool) {
	if b.buffer.Len() == 0 {
		b.buffer.WriteByte('\n') // for a line that is torn
	}
	b.buffer.Write(line)
	if last || b.buffer.Len() >= maxEventBatch {
		b.flush()
	}
}

func (b *eventBatch) flush() {
	text := b.buffer.Bytes()
	if !b.torn {
		text = text[1:]
	}
	n, err := b.file.Write(text)
	if n > 0 {
		b.torn = text[n-1] != '\n'
	}
	if err != nil {
		for range unwritten(text[n:]) {
			b.log.drop()
		}
		if !b.failed {
			b.log.logger.Error("events cannot be written", slog.Any("error", err))
		}
	}
	b.failed = err != nil
	b.buffer.Reset()
}

// unwritten is how many lines are lost with the end of a batch: not the one that lacks nothing but its end, which the next
// write begins with.
func unwritten(text []byte) int {
	return bytes.Count(bytes.TrimPrefix(text, []byte{'\n'}), []byte{'\n'})
}

func (b *eventBatch) moveTo(path string) {
	file, err := openEventFile(path)
	if err != nil {
		b.log.logger.Error("events cannot be written to a new file, so they go on in the old one", slog.Any("error", err))
		return
	}
	if err := b.close(); err != nil {
		b.log.logger.Error("the last events may be lost", slog.Any("error", err))
	}
	b.file, b.failed, b.torn = file, false, false
}

// close ends a line that is torn, so that whoever goes on in the file begins a new one.
func (b *eventBatch) close() error {
	if b.torn {
		_, _ = b.file.Write([]byte{'\n'}) // what was lost is counted already
	}
	return b.file.Close()
}
