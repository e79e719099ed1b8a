package smsc

import (
	"bufio"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cattlegrid/cattlegrid/sms/smpp/internal/pdu"
)

// patience is how long a peer may take to read what it is told.
const patience = 10 * time.Second

// link is one peer.
type link struct {
	server   *Server
	conn     net.Conn
	bound    atomic.Bool
	sequence atomic.Uint32 // of our requests
	window   chan struct{} // has one for each submit that is open
	submits  sync.WaitGroup

	mu sync.Mutex // held while a PDU is written
}

func newLink(s *Server, conn net.Conn) *link {
	return &link{server: s, conn: conn, window: make(chan struct{}, s.config.Window)}
}

func (l *link) serve() {
	defer l.submits.Wait()
	defer func() { _ = l.conn.Close() }() // the peer has gone or has to
	in := bufio.NewReader(l.conn)
	for {
		p, err := pdu.Read(in)
		if errors.Is(err, pdu.ErrLength) {
			l.write(pdu.Nack(pdu.StatusInvalidCommandLength, 0))
		}
		if err != nil || !l.handle(p) {
			return
		}
	}
}

// handle answers one PDU, and reports whether the link goes on.
func (l *link) handle(p pdu.PDU) bool {
	switch p.Command {
	case pdu.BindTransceiver:
		return l.bind(p)
	case pdu.BindTransmitter, pdu.BindReceiver: // half a link is of no use to try things
		l.write(p.Answer(pdu.StatusBindFailed, nil))
		return false
	case pdu.EnquireLink:
		l.write(p.Answer(pdu.StatusOK, nil))
	case pdu.Unbind:
		if !l.bound.Load() {
			l.write(p.Answer(pdu.StatusInvalidBindStatus, nil))
			return true
		}
		l.submits.Wait() // what is open is answered first
		l.write(p.Answer(pdu.StatusOK, nil))
		return false
	case pdu.Unbind.Response():
		return false
	case pdu.SubmitSM:
		l.submit(p)
	default:
		if !p.Command.IsResponse() {
			l.write(pdu.Nack(pdu.StatusInvalidCommand, p.Sequence))
		}
	}
	return true
}

func (l *link) bind(p pdu.PDU) bool {
	if l.bound.Load() {
		l.write(p.Answer(pdu.StatusAlreadyBound, nil))
		return true
	}
	b, err := pdu.ParseBind(p.Body)
	status := statusOf(err)
	if err == nil {
		status = l.server.check(b)
	}
	if status != pdu.StatusOK {
		l.write(p.Answer(status, nil))
		return false
	}
	l.bound.Store(true)
	answer := pdu.BindAnswer{
		SystemID: l.server.config.Name,
		TLVs:     pdu.TLVs{{Tag: pdu.InterfaceVersion, Value: []byte{pdu.Version}}},
	}
	l.write(p.Answer(pdu.StatusOK, answer.Octets()))
	return true
}

// submit answers in a goroutine of its own: an SMSC answers when it likes, and in what order it likes.
func (l *link) submit(p pdu.PDU) {
	if !l.bound.Load() {
		l.write(p.Answer(pdu.StatusInvalidBindStatus, nil))
		return
	}
	m, status := read(p.Body)
	if status != pdu.StatusOK {
		l.write(p.Answer(status, nil))
		return
	}
	select {
	case l.window <- struct{}{}:
		l.submits.Go(func() { l.treat(p, m) })
	default:
		l.write(p.Answer(pdu.StatusThrottled, nil))
	}
}

func (l *link) treat(p pdu.PDU, m Submit) {
	a := l.server.behave(m)
	taken := a.Status == 0 && !a.Lost
	if taken && a.ID == "" {
		a.ID = l.server.inbox.next()
	}
	if taken {
		l.server.keep(m, a.ID)
	}
	<-l.window // before the peer can know
	receipt := taken && m.Receipt && !a.NoReceipt
	if receipt && a.EarlyReceipt {
		l.write(l.receipt(m, a))
	}
	l.answer(p, a)
	if receipt && !a.EarlyReceipt {
		l.write(l.receipt(m, a))
	}
	if a.Cut {
		_ = l.conn.Close() // the peer is to be surprised
	}
}

func (l *link) answer(p pdu.PDU, a Answer) {
	switch {
	case a.Silent:
	case a.Raw != nil:
		l.writeOctets(a.Raw)
	case a.Status != 0:
		l.write(p.Answer(pdu.Status(a.Status), nil))
	default:
		l.write(p.Answer(pdu.StatusOK, pdu.MessageIDOctets(a.ID)))
	}
}

func (l *link) write(p pdu.PDU) { l.writeOctets(p.Octets()) }

// writeOctets closes the link if the peer does not read. Then the reader sees it.
func (l *link) writeOctets(octets []byte) {
	if l.server.frozen.Load() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	err := l.conn.SetWriteDeadline(time.Now().Add(patience))
	if err == nil {
		_, err = l.conn.Write(octets)
	}
	if err != nil {
		_ = l.conn.Close()
	}
}
