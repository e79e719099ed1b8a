package smpp

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/cattlegrid/cattlegrid"
	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// maxBefore is how many other PDUs an SMSC may send before it answers a bind.
const maxBefore = 16

// bind connects and binds. Whatever it waits for is bounded by Timeout and ends with ctx.
func (s *Sender) bind(ctx context.Context) (*session, *cattlegrid.SendError) {
	conn, err := s.connect(ctx)
	if err != nil {
		return nil, failed(cattlegrid.Temporary, fmt.Errorf("connect: %w", err))
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends whatever is read or written
	session, failure := s.introduce(conn)
	if !stop() && failure == nil {
		failure = failed(cattlegrid.Temporary, errClosed)
	}
	if failure != nil {
		_ = conn.Close()
		return nil, failure
	}
	return session, nil
}

func (s *Sender) connect(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	conn, err := s.config.Dial(ctx, s.config.Address)
	if err != nil || s.config.TLS == nil {
		return conn, err
	}
	encrypted := tls.Client(conn, s.config.TLS)
	if err := encrypted.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return encrypted, nil
}

// introduce says who we are, and makes a session if the SMSC likes it.
func (s *Sender) introduce(conn net.Conn) (*session, *cattlegrid.SendError) {
	in := bufio.NewReader(conn)
	session := newSession(conn, in, s.config)
	session.deliver = s.deliver
	request := pdu.PDU{Command: pdu.BindTransceiver, Sequence: session.next(), Body: s.account().Octets()}
	answer, err := exchange(conn, in, request, s.config.Timeout)
	if err != nil {
		return nil, failed(cattlegrid.Temporary, fmt.Errorf("bind: %w", err))
	}
	if answer.Status != pdu.StatusOK {
		return nil, s.refusedBind(answer.Status)
	}
	// An SMSC that does not say its version may be older than optional parameters.
	if body, err := pdu.ParseBindAnswer(answer.Body); err == nil {
		session.tlvs = body.TLVs.Find(pdu.InterfaceVersion) != nil
	}
	return session, nil
}

// refusedBind says what a refusal of all messages means. None of them is about a number.
func (s *Sender) refusedBind(status pdu.Status) *cattlegrid.SendError {
	class := s.config.class(status)
	if class == cattlegrid.Permanent {
		class = cattlegrid.Misconfigured
	}
	failure := failed(class, errors.New("bind: refused by the SMSC"))
	failure.Code = status.String()
	return failure
}

// exchange writes a request on a link that is not bound, and reads its answer.
func exchange(conn net.Conn, in *bufio.Reader, request pdu.PDU, timeout time.Duration) (pdu.PDU, error) {
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return pdu.PDU{}, err
	}
	if _, err := conn.Write(request.Octets()); err != nil {
		return pdu.PDU{}, err
	}
	for range maxBefore {
		p, err := pdu.Read(in)
		if err != nil {
			return pdu.PDU{}, err
		}
		isAnswer := p.Command == request.Command.Response() || p.Command == pdu.GenericNack && p.Status != pdu.StatusOK
		if isAnswer && p.Sequence == request.Sequence {
			_ = conn.SetDeadline(time.Time{}) // fails if the SMSC has hung up after its answer, which says more
			return p, nil
		}
	}
	return pdu.PDU{}, errMalformed
}
