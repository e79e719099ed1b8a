package smpp

import (
	"context"
	"errors"
	"fmt"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

const provider = "smpp"

var _ cattlegrid.Sender = (*Sender)(nil)

// Sender sends messages over one link, which it keeps bound. It is made by [New], ended by [Sender.Close], and safe for
// concurrent use.
type Sender struct {
	config     Config // without its password
	source     pdu.Address
	references references
	receipts   chan Receipt
	link       link
	// account is a function so that the password is in no field that a careless "%+v" would print.
	account func() pdu.Bind

	stop, kill context.CancelFunc
	done       chan struct{} // closed when nothing runs any more
}

// New makes a sender, which begins to connect. Whether the SMSC is there shows in Send and in the log. An error names what
// is wrong in the configuration, and contains no secret.
func New(c Config) (*Sender, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	bind := pdu.Bind{SystemID: c.SystemID, Password: c.Password, SystemType: c.SystemType, Version: pdu.Version}
	c.Password = ""
	s := &Sender{
		config: c, source: c.address(), account: func() pdu.Bind { return bind },
		receipts: make(chan Receipt, maxReceipts), done: make(chan struct{}),
	}
	s.link.changed = make(chan struct{})
	hard, kill := context.WithCancel(context.Background())
	soft, stop := context.WithCancel(hard)
	s.stop, s.kill = stop, kill
	handled := make(chan struct{})
	go func() {
		defer close(handled)
		for r := range s.receipts {
			s.config.OnReceipt(r)
		}
	}()
	go func() {
		s.run(soft, hard)
		close(s.receipts) // no session is left to send on it
		<-handled
		close(s.done)
	}()
	return s, nil
}

// Close takes no more messages, lets those on their way arrive, unbinds, and waits until all receipts are handled. If ctx
// is done before, it cuts the link and returns the context's error; what was on its way is Unknown. It must not be called
// by OnReceipt.
func (s *Sender) Close(ctx context.Context) error {
	defer s.kill()
	s.stop()
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close smpp: %w", ctx.Err())
	}
}

// Send submits a message and waits for the SMSC's answer, and before that for a link if there is none.
func (s *Sender) Send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, error) {
	d, failure := s.send(ctx, m)
	if failure == nil {
		return d, nil
	}
	failure.Err = fmt.Errorf("submit message: %w", failure.Err)
	return cattlegrid.Delivery{}, failure
}

func (s *Sender) send(ctx context.Context, m cattlegrid.Message) (cattlegrid.Delivery, *cattlegrid.SendError) {
	parts, failure := s.parts(m)
	if failure != nil {
		return cattlegrid.Delivery{}, failure
	}
	for {
		if err := ctx.Err(); err != nil {
			return cattlegrid.Delivery{}, failed(cattlegrid.Temporary, err)
		}
		session, failure := s.link.enter(ctx)
		if failure != nil {
			return cattlegrid.Delivery{}, failure
		}
		id, written, failure := s.submit(ctx, session, parts)
		session.messages.leave()
		if failure == nil {
			return cattlegrid.Delivery{Provider: provider, ID: shown(s.config.IDs.response(id), m)}, nil
		}
		if written || ctx.Err() != nil {
			return cattlegrid.Delivery{}, failure
		}
		// The link went before anything was written. There will be another one.
	}
}

// submit sends the parts in their order, each once the SMSC has taken the one before, and returns the id of the last. If
// one fails after another was taken, nobody knows what the phone will show.
func (s *Sender) submit(ctx context.Context, session *session, parts []pdu.Message) (id string, written bool,
	failure *cattlegrid.SendError,
) {
	for i, part := range parts {
		o := session.submit(ctx, part)
		written = written || o.written
		if failure := s.failure(o); failure != nil {
			if i > 0 {
				failure.Class = cattlegrid.Unknown
			}
			if o.status == pdu.StatusInvalidBindStatus { // it does not know us any more
				session.die(errUnbound)
			}
			return "", written, failure
		}
		id = o.id
	}
	return id, written, nil
}

// failure tells the class of an outcome, nil if the SMSC took the message.
func (s *Sender) failure(o outcome) *cattlegrid.SendError {
	switch {
	case o.err != nil && o.written:
		return failed(cattlegrid.Unknown, fmt.Errorf("no answer: %w", o.err))
	case o.err != nil:
		return failed(cattlegrid.Temporary, fmt.Errorf("not written: %w", o.err))
	case o.status != pdu.StatusOK:
		failure := failed(s.config.class(o.status), errors.New("refused by the SMSC"))
		failure.Code = o.status.String()
		return failure
	default:
		return nil
	}
}

func failed(class cattlegrid.SendClass, err error) *cattlegrid.SendError {
	return &cattlegrid.SendError{Class: class, Provider: provider, Err: err}
}
