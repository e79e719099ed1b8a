package smpp

import (
	"bufio"
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

const (
	maxReplies  = 64              // answers to the SMSC that wait for the writer
	unbindWait  = 5 * time.Second // for the SMSC's answer to our unbind
	maxSequence = 1<<31 - 1
)

var (
	errClosed    = errors.New("sender is closed")
	errUnbound   = errors.New("SMSC unbound")
	errSilent    = errors.New("SMSC does not answer")
	errMalformed = errors.New("malformed answer")
)

// session is one bound link, from its bind to its end. Three goroutines serve it: one reads and waits for nobody but the
// writer, one writes, one asks whether the SMSC is there.
type session struct {
	conn     net.Conn
	in       *bufio.Reader
	timeout  time.Duration
	enquire  time.Duration
	tlvs     bool // the SMSC knows optional parameters
	deliver  func(pdu.Message) pdu.Status
	window   *window
	sequence atomic.Uint32

	out     chan frame    // has no room: what was handed over is being written
	replies chan frame    // what the SMSC asked
	heard   chan struct{} // something arrived
	leaving chan struct{} // the SMSC unbinds
	unbound chan struct{} // the SMSC has answered our unbind

	once sync.Once
	dead chan struct{}
	err  error // why it is dead

	messages counter
}

// frame is a PDU for the writer.
type frame struct {
	octets   []byte
	sequence uint32 // of a submit
	last     bool   // the link ends with it
}

func newSession(conn net.Conn, in *bufio.Reader, c Config) *session {
	s := &session{
		conn: conn, in: in, timeout: c.Timeout, enquire: c.Enquire,
		out: make(chan frame), replies: make(chan frame, maxReplies), heard: make(chan struct{}, 1),
		leaving: make(chan struct{}), unbound: make(chan struct{}), dead: make(chan struct{}),
	}
	s.messages.none = make(chan struct{})
	s.window = newWindow(c.Window, c.Timeout, func() { s.die(errSilent) })
	return s
}

// die ends the session. The first reason stands.
func (s *session) die(err error) {
	s.once.Do(func() {
		s.err = err
		close(s.dead)
	})
}

// serve runs the session until it ends, and returns why. When ctx is done it lets the messages that are on their way
// arrive, and unbinds; when hard is done it does not wait for that.
func (s *session) serve(ctx, hard context.Context) error {
	var goroutines sync.WaitGroup
	goroutines.Go(s.read)
	goroutines.Go(s.write)
	goroutines.Go(s.keep)
	select {
	case <-s.dead:
	case <-s.leaving:
		s.drain(hard)
		s.die(errUnbound)
	case <-ctx.Done():
		s.drain(hard)
		s.unbind(hard)
		s.die(errClosed)
	}
	_ = s.conn.Close() // whatever it says, nothing more comes
	goroutines.Wait()  // the writer knows what it has not written
	s.window.fail(s.err)
	return s.err
}

// drain takes no more messages and waits for those that are being sent.
func (s *session) drain(ctx context.Context) {
	s.messages.close()
	select {
	case <-s.messages.none:
	case <-s.dead:
	case <-ctx.Done():
	}
}

func (s *session) unbind(ctx context.Context) {
	p := pdu.PDU{Command: pdu.Unbind, Sequence: s.next()}
	select {
	case s.out <- frame{octets: p.Octets()}:
	case <-s.dead:
		return
	case <-ctx.Done():
		return
	}
	ctx, cancel := context.WithTimeout(ctx, unbindWait)
	defer cancel()
	select {
	case <-s.unbound:
	case <-s.dead:
	case <-ctx.Done():
	}
}

// submit sends one short message and waits for what becomes of it.
func (s *session) submit(ctx context.Context, m pdu.Message) outcome {
	select {
	case s.window.slots <- struct{}{}:
	case <-ctx.Done():
		return outcome{err: ctx.Err()}
	case <-s.dead:
		return outcome{err: s.err}
	}
	if !s.tlvs {
		m.TLVs = nil
	}
	p := pdu.PDU{Command: pdu.SubmitSM, Sequence: s.next(), Body: m.Octets()}
	done := s.window.add(p.Sequence)
	select {
	case s.out <- frame{octets: p.Octets(), sequence: p.Sequence}:
		s.window.start(p.Sequence)
	case <-ctx.Done():
		return s.unwritten(p.Sequence, ctx.Err())
	case <-s.dead:
		return s.unwritten(p.Sequence, s.err)
	}
	select {
	case o := <-done:
		return o
	case <-ctx.Done():
	}
	select {
	case o := <-done: // both came: the answer says more
		return o
	default:
		return outcome{written: true, err: ctx.Err()}
	}
}

// unwritten ends a submit that the writer has not got, whatever the end of the session has said of it.
func (s *session) unwritten(sequence uint32, err error) outcome {
	o := outcome{err: err}
	s.window.finish(sequence, o)
	return o
}

// next numbers a request, from 1 to maxSequence and again from 1.
func (s *session) next() uint32 {
	for {
		if n := s.sequence.Add(1) & maxSequence; n != 0 {
			return n
		}
	}
}

// counter counts the messages that are being sent, until it is closed and there are none.
type counter struct {
	mu     sync.Mutex
	n      int
	closed bool
	none   chan struct{} // closed once there are none and will be none
}

func (c *counter) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.n++
	return true
}

func (c *counter) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n--
	if c.closed && c.n == 0 {
		close(c.none)
	}
}

func (c *counter) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed && c.n == 0 {
		close(c.none)
	}
	c.closed = true
}
