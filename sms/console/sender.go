package console

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/cattlegrid/cattlegrid"
)

const provider = "console"

var _ cattlegrid.Sender = (*Sender)(nil)

// Sender prints messages. It is made by [New] and safe for concurrent use.
type Sender struct {
	w     io.Writer
	turn  chan struct{} // holds a token while a frame is written
	inbox inbox
}

// New makes a sender that prints to w. A w that is nil prints nothing, for those who only want [Sender.Last].
func New(w io.Writer) *Sender {
	if w == nil {
		w = io.Discard
	}
	return &Sender{w: w, turn: make(chan struct{}, 1)}
}

// Send prints a message and remembers it. A failure before anything was printed is [cattlegrid.Temporary], any other
// [cattlegrid.Unknown].
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	if err := ctx.Err(); err != nil { // select below chooses at random
		return failed(cattlegrid.Temporary, err)
	}
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return failed(cattlegrid.Temporary, ctx.Err())
	}
	type result struct {
		n   int
		err error
	}
	written := make(chan result, 1)
	go func() { // a writer cannot be interrupted; thanks to turn, one goroutine at most waits for it
		defer func() { <-s.turn }()
		n, err := io.WriteString(s.w, frame(m))
		if err == nil {
			s.inbox.put(m, time.Now())
		}
		written <- result{n, err}
	}()
	select {
	case r := <-written:
		switch {
		case r.err == nil:
			return cattlegrid.Delivery{Provider: provider}, nil
		case r.n == 0:
			return failed(cattlegrid.Temporary, r.err)
		default:
			return failed(cattlegrid.Unknown, r.err)
		}
	case <-ctx.Done():
		return failed(cattlegrid.Unknown, ctx.Err())
	}
}

// Last returns the last message to a number and when it was printed, or false if none is remembered.
func (s *Sender) Last(phone cattlegrid.Phone) (cattlegrid.Message, time.Time, bool) {
	return s.inbox.last(phone)
}

func failed(class cattlegrid.SendClass, err error) (cattlegrid.Delivery, error) {
	return cattlegrid.Delivery{}, &cattlegrid.SendError{
		Class: class, Provider: provider, Err: fmt.Errorf("print message: %w", err),
	}
}
