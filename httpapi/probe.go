package httpapi

import (
	"os"
	"sync/atomic"
	"time"
)

// probe finds out how long what comes over the network waits until it is read: it writes a byte into a pipe and has it read as
// net/http reads connections. The byte waits behind all of them that have something to read, first in the kernel, where Go
// asks for at most 128 at once and only when a processor has nothing else to do, and then for a processor. The second wait
// Go measures itself, but it never is long: however many wait, they wait in the kernel.
//
// One goroutine at a time may look. Once the probe is not used any more the collector closes the pipe, which ends the reader.
type probe struct {
	in *os.File // not the reader's, or it would never be closed

	*probed
}

// probed is what the reader knows of a probe.
type probed struct {
	sent atomic.Int64 // when the byte was written, in nanoseconds since began; 0 if it was read
	took atomic.Int64 // how long the last one waited, in nanoseconds
}

// began is before any probe and any request. Time since then goes on when the clock is set.
var began = time.Now().Add(-time.Second)

func newProbe() (*probe, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &probe{in: in, probed: &probed{}}
	go p.read(out)
	return p, nil
}

func (p *probed) read(out *os.File) {
	defer out.Close()
	var b [1]byte
	for {
		if _, err := out.Read(b[:]); err != nil {
			return
		}
		p.took.Store(int64(time.Since(began)) - p.sent.Load())
		p.sent.Store(0)
	}
}

// look returns how long the last byte waited, or this one has been waiting if that is longer already: one that was sent a moment
// ago does not say that the wait is short. It sends another one if none is under way.
func (p *probe) look() time.Duration {
	now := int64(time.Since(began))
	if sent := p.sent.Load(); sent > 0 {
		return time.Duration(max(now-sent, p.took.Load()))
	}
	took := p.took.Load()
	p.sent.Store(now)
	if _, err := p.in.Write([]byte{0}); err != nil {
		p.sent.Store(0)
	}
	return time.Duration(took)
}
