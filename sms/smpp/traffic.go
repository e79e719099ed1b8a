package smpp

import (
	"errors"
	"fmt"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// read reads until the link ends.
func (s *session) read() {
	for {
		p, err := pdu.Read(s.in)
		if errors.Is(err, pdu.ErrLength) { // where the next one begins is lost
			s.reply(frame{octets: pdu.Nack(pdu.StatusInvalidCommandLength, 0).Octets(), last: true})
			return
		}
		if err != nil {
			s.die(fmt.Errorf("read: %w", err))
			return
		}
		select {
		case s.heard <- struct{}{}:
		default:
		}
		s.handle(p)
	}
}

// handle answers a request, or hands an answer to who waits for it.
func (s *session) handle(p pdu.PDU) {
	switch p.Command {
	case pdu.SubmitSM.Response():
		s.window.answer(p)
	case pdu.GenericNack:
		if p.Sequence == 0 { // the SMSC has lost where PDUs begin
			s.die(errMalformed)
			return
		}
		s.window.answer(p)
	case pdu.Unbind.Response():
		signal(s.unbound)
	case pdu.EnquireLink:
		s.answer(p.Answer(pdu.StatusOK, nil))
	case pdu.DeliverSM:
		s.answer(p.Answer(s.take(p.Body), []byte{0}))
	case pdu.Unbind:
		s.answer(p.Answer(pdu.StatusOK, nil))
		signal(s.leaving)
	case pdu.AlertNotification, pdu.Outbind: // these have no answer
	default:
		if !p.Command.IsResponse() {
			s.answer(pdu.Nack(pdu.StatusInvalidCommand, p.Sequence))
		}
	}
}

// signal closes a channel that only the reader closes, unless it has.
func signal(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}

func (s *session) take(body []byte) pdu.Status {
	m, err := pdu.ParseMessage(body)
	if fe, ok := errors.AsType[*pdu.FieldError](err); ok {
		return fe.Status
	}
	return s.deliver(m)
}

func (s *session) answer(p pdu.PDU) { s.reply(frame{octets: p.Octets()}) }

// reply waits if the SMSC does not read what it asked for. The writer's deadline ends that.
func (s *session) reply(f frame) {
	select {
	case s.replies <- f:
	case <-s.dead:
	}
}

// write writes until the link ends. It is the only one that does.
func (s *session) write() {
	for {
		var f frame
		select {
		case <-s.dead:
			return
		case f = <-s.replies:
		case f = <-s.out:
		}
		if err := s.writeFrame(f); err != nil {
			s.die(fmt.Errorf("write: %w", err))
			return
		}
		if f.last {
			s.die(pdu.ErrLength)
			return
		}
	}
}

// writeFrame writes one PDU. Of a submit of which no octet was taken it says so; one that is cut short may have its rest
// in a buffer, and nobody knows.
func (s *session) writeFrame(f frame) error {
	err := s.conn.SetWriteDeadline(time.Now().Add(s.timeout))
	n := 0
	if err == nil {
		n, err = s.conn.Write(f.octets)
	}
	if err != nil && n == 0 && f.sequence != 0 {
		s.window.finish(f.sequence, outcome{err: err})
	}
	return err
}

// keep asks after a silence whether the SMSC is there. Whatever arrives says that it is.
func (s *session) keep() {
	silence := time.NewTimer(s.enquire)
	defer silence.Stop()
	for {
		select {
		case <-s.dead:
			return
		case <-s.heard:
		case <-silence.C:
			if !s.ask() {
				return
			}
		}
		silence.Reset(s.enquire)
	}
}

func (s *session) ask() bool {
	p := pdu.PDU{Command: pdu.EnquireLink, Sequence: s.next()}
	select {
	case s.out <- frame{octets: p.Octets()}:
	case <-s.dead:
		return false
	}
	patience := time.NewTimer(s.timeout)
	defer patience.Stop()
	select {
	case <-s.heard:
		return true
	case <-patience.C:
		s.die(errSilent)
	case <-s.dead:
	}
	return false
}
